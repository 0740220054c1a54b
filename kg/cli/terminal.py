"""What every command shares on a terminal: errors as one line, Ctrl-C, progress, and where output goes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from kg.errors import KgError, OutputError

if TYPE_CHECKING:
    from kg.runtime.files import BinaryWriter
    from kg.runtime.progress import Progress


class Interrupted(KeyboardInterrupt):
    """Ctrl-C or SIGTERM. A class of its own, for Python would let a plain one decide the exit code."""

    seen = False


def heed_signals() -> None:
    """Let Ctrl-C and SIGTERM end a command in an orderly way; only the first counts, cleaning up takes a moment."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` and `&` in scripts ask for
            signal.signal(number, _stop)


def _stop(_number: int, _frame: object) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    Interrupted.seen = True
    raise Interrupted


class Commands(click.Group):
    """Shows our errors as one line, and never a traceback unless asked."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program; `kg --help > /dev/full` fails before any command is reached."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            click.echo(f"kg: standard output: {error.strerror or error}", err=True)
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what it raises into an exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except (Exception, KeyboardInterrupt) as error:
            if ctx.params.get("debug"):
                traceback.print_exc()
            raise _Failure(_message(error)) from error


class _Failure(click.ClickException):
    def show(self, file: IO[Any] | None = None) -> None:
        del file
        click.echo(f"kg: {' '.join(self.message.split())}", err=True)


def _message(error: BaseException) -> str:
    # An interrupted library raises what it likes.
    if isinstance(error, KeyboardInterrupt) or Interrupted.seen:
        return "interrupted; nothing was left half-written"
    if isinstance(error, KgError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'output'}: {error.strerror or error}"
    return f"internal error: {type(error).__name__}: {error}; please report it with what `kg --debug ...` shows"


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """Show a bar on stderr for every stage that takes over a second."""
    from tqdm import tqdm

    bars: dict[str, tqdm[Any]] = {}

    def told(stage: str, done: int, total: int | None) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            off = quiet or sys.stderr is None or not sys.stderr.isatty()
            bars[stage] = tqdm(desc=stage, total=total, delay=1, unit_scale=True, leave=False, disable=off)
        bars[stage].update(done - bars[stage].n)

    try:
        yield told
    finally:
        for bar in bars.values():
            bar.close()


def on_terminal(path: str) -> bool:
    """Tell whether a person reads what goes to `path`."""
    return path == "-" and sys.stdout is not None and sys.stdout.isatty()


@contextmanager
def output(path: str) -> Iterator[BinaryWriter]:
    """Open what `-o` names: `-` is stdout, a device or pipe is written into, a file is replaced when complete."""
    from kg.runtime.files import atomic_write

    place = Path(path)
    if path != "-" and (place.is_file() or not place.exists()):
        with atomic_write(place.resolve()) as file:  # a link is kept, and what it points to replaced
            yield file
        return
    name = "standard output" if path == "-" else path
    try:
        with _stdout() if path == "-" else place.open("wb") as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{name}: cannot be written: {error.strerror or error}") from None


@contextmanager
def _stdout() -> Iterator[BinaryWriter]:
    if sys.stdout is None:
        raise OutputError("standard output is closed; give a file with -o")
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
