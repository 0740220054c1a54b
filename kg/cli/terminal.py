"""Parts that all commands share: errors as one line, Ctrl-C, progress bars, and opening the output."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from kg.errors import MOST_SHOWN, KgError, OutputError, ParameterError, UnknownChoice, UnknownName

if TYPE_CHECKING:
    from kg.runtime.files import BinaryWriter
    from kg.runtime.progress import Progress

_DESCRIPTOR = re.compile(r"/dev/(?P<name>stdout|stderr)|/(dev|proc/self)/fd/(?P<number>[0-9]+)")
"""Names of open files. They are written to as they are, because `>> log` behind one must not be replaced."""

_NUMBERS = {"stdout": 1, "stderr": 2}


class Interrupted(KeyboardInterrupt):
    """Ctrl-C or SIGTERM, as a class of its own: a plain KeyboardInterrupt would decide the exit code of Python."""

    raised = False
    """True once a signal has arrived, because a library may turn the interrupt into an error of its own."""


def handle_signals() -> None:
    """Handle the first Ctrl-C or SIGTERM by raising Interrupted; ignore later ones while the command cleans up."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup`, and `&` in scripts, ignore it.
            signal.signal(number, _stop)


def _stop(_number: int, _frame: object) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    Interrupted.raised = True
    raise Interrupted


class Commands(click.Group):
    """Group of commands that shows an error as one line, and the traceback only with --debug."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program. Errors of standard output are handled here: `kg --help > /dev/full` runs no command."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            click.echo(f"kg: standard output: {error.strerror or error}", err=True)
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn its exceptions into exit codes."""
        try:
            return super().invoke(ctx)
        except click.BadParameter as error:
            _name_variable(error)
            raise
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except (Exception, KeyboardInterrupt) as error:
            if ctx.params.get("debug"):
                traceback.print_exc()
            wrong_usage = isinstance(error, UnknownChoice | ParameterError)
            raise (_WrongUsage if wrong_usage else _Failure)(_message(error)) from error


def _name_variable(error: click.BadParameter) -> None:
    """Replace the option in a message by the environment variable that had the wrong value."""
    context, parameter = error.ctx, error.param
    if context is None or parameter is None or parameter.name is None:
        return
    if context.get_parameter_source(parameter.name) is click.core.ParameterSource.ENVIRONMENT:
        prefix = f"{context.auto_envvar_prefix}_{parameter.name.upper()}"
        error.param_hint = f"environment variable {parameter.envvar or prefix}"


class _Failure(click.ClickException):
    def show(self, file: IO[Any] | None = None) -> None:
        del file
        click.echo(f"kg: {' '.join(self.message.split())}", err=True)


class _WrongUsage(_Failure):
    exit_code = 2


def _message(error: BaseException) -> str:
    # A library that is interrupted may raise an error of its own.
    if isinstance(error, KeyboardInterrupt) or Interrupted.raised:
        return "interrupted; nothing was left half-written"
    if isinstance(error, UnknownName) and error.kind == "single entity" and len(error.name) <= MOST_SHOWN:
        return f"{error} (kg lookup {quote(error.name)} lists them)"
    if isinstance(error, KgError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'output'}: {error.strerror or error}"
    return f"internal error: {type(error).__name__}: {error}; please report it with the output of `kg --debug ...`"


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """Show a progress bar on stderr for each stage that takes over 1 second."""
    from tqdm import tqdm

    bars: dict[str, tqdm[Any]] = {}

    def show(stage: str, done: int, total: int | None) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            off = quiet or sys.stderr is None or not sys.stderr.isatty()
            bars[stage] = tqdm(desc=stage, total=total, delay=1, unit_scale=True, leave=False, disable=off)
        bars[stage].update(done - bars[stage].n)

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.close()


def note(line: str) -> None:
    """Print a note on standard error."""
    click.echo(line, err=True)


def on_terminal(path: str) -> bool:
    """Return whether output to `path` appears on a terminal."""
    return path == "-" and sys.stdout is not None and sys.stdout.isatty()


@contextmanager
def output(path: str) -> Iterator[BinaryWriter]:
    """Open the path of `-o`: `-` is stdout, a device or pipe is written to, a file is replaced when complete.

    Raises OutputError where it cannot be written.
    """
    from kg.runtime.files import atomic_write

    target, descriptor = Path(path), _DESCRIPTOR.fullmatch(path)
    if path != "-" and not descriptor and (target.is_file() or not target.exists()):
        with atomic_write(target) as file:
            yield file
        return
    name = "standard output" if path == "-" else path
    try:
        with _stdout() if path == "-" else _opened(target, descriptor) as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{name}: cannot be written: {error.strerror or error}") from None


def _opened(target: Path, descriptor: re.Match[str] | None) -> IO[bytes]:
    """Open a device, a pipe or an open file by its number."""
    if descriptor is None:
        return target.open("wb")
    return os.fdopen(os.dup(int(descriptor["number"] or _NUMBERS[descriptor["name"]])), "wb")


@contextmanager
def _stdout() -> Iterator[BinaryWriter]:
    if sys.stdout is None:
        raise OutputError("standard output is closed; give a file with -o")
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
