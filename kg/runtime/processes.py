"""Child processes that do not outlive their parent, and do not run its script again."""

import atexit
import ctypes
import multiprocessing
import os
import pickle
import resource
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType, TracebackType
from typing import ParamSpec, Self, TypeVar

from kg.runtime.garbage import collect_rarely

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h

_STARTING = threading.Lock()
"""Held while processes start, because two threads must not restore `__main__` in the wrong order."""


def die_with_parent(parent: int) -> None:
    """Kill this process when its parent ends (Linux: parent-death signal)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:  # The parent ended before the signal was set.
        os._exit(1)


def limit_memory(more: int) -> None:
    """Allow this process to take `more` bytes in addition; Linux only. A larger allocation of a library aborts it."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = pages * resource.getpagesize() + more
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def allow_open_files() -> None:
    """Allow this process as many open files as its hard limit does, because the soft limit is often 256 or 1,024."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with suppress(ValueError, OSError):  # macOS has a lower limit than the one that it names
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextmanager
def _starting() -> Iterator[None]:
    """Start processes that block SIGINT, because the parent handles Ctrl-C, and that have no script.

    Otherwise each process would run the script of its parent, and one without `if __name__ == "__main__":` would call
    kg again. Tasks are functions of modules, so none needs it.
    """
    with _STARTING:
        script = sys.modules["__main__"]
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = script
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def run_apart(function: Callable[[], Result], memory: int, seconds: float) -> Result:
    """Call a function in a process of its own, which may take `memory` bytes and `seconds`; return its result.

    Function and result are pickled. Use it for libraries that end the process, such as parsers of foreign files. Raises
    ChildProcessError where the process ended, TimeoutError where it was stopped, and the errors of the function.
    """
    context = multiprocessing.get_context("spawn")  # as in Workers
    receiver, sender = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory(prefix="kg-") as scratch, receiver:
        process = context.Process(target=_answer, args=(sender, os.getpid(), memory, scratch, function), daemon=True)
        with _starting():
            process.start()
        sender.close()  # so that the end of the process ends the pipe
        try:
            if not receiver.poll(seconds):
                raise TimeoutError(f"was stopped after {seconds:g} s")
            result, error = receiver.recv()
        except EOFError:
            process.join()
            raise ChildProcessError(f"ended while it took up to {memory:,} bytes of memory") from None
        finally:
            process.kill()
            process.join()
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]


def _answer(sender: Connection, parent: int, memory: int, scratch: str, function: Callable[[], object]) -> None:
    """Send the result of a function, or its exception: the task of a process."""
    die_with_parent(parent)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)  # where a library reports that it aborts
    tempfile.tempdir = scratch  # which the parent removes, however this process ends
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_ARENA_MAX, 2)  # otherwise glibc reserves 64 MiB a thread, and the limit would depend on the cores
    limit_memory(memory)
    try:
        answer = pickle.dumps((function(), None))
    except MemoryError:
        os.abort()
    except Exception as error:  # noqa: BLE001 the parent raises it
        answer = pickle.dumps((None, error))
    sender.send_bytes(answer)


class Workers:
    """Pool of worker processes. Use it in a `with` statement, which ends them after success and failure alike."""

    def __init__(self, jobs: int, initializer: Callable[..., None] | None = None, *values: object) -> None:
        """Create a pool of up to `jobs` processes; each calls `initializer` with the values before its first task."""
        # Spawned, not forked: the parent has threads of DuckDB and Arrow, which do not survive a fork.
        context = multiprocessing.get_context("spawn")
        start = partial(_initialize, os.getpid(), initializer, *values)
        self._pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=start)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(
        self, function: Callable[Arguments, Result], *values: Arguments.args, **named: Arguments.kwargs
    ) -> Future[Result]:
        """Submit a task, a function of a module; the first tasks start the processes."""
        with _starting():
            return self._pool.submit(function, *values, **named)


def _initialize(parent: int, initializer: Callable[..., None] | None, *values: object) -> None:
    die_with_parent(parent)
    atexit.register(_end_at_once)
    collect_rarely()
    if initializer:
        initializer(*values)


def _end_at_once() -> None:
    """End the process without freeing its memory object by object, which takes 0.3 s: the system frees it at once."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
