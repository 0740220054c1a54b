"""Child processes that do not outlive their parent."""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

Asked = ParamSpec("Asked")
Found = TypeVar("Found")

_SELDOM = 100_000, 50, 100
"""When to look for cycles: workers make millions of rows and hardly a cycle."""


def live_with(parent: int) -> None:
    """Die with the parent process (Linux: parent-death signal)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the signal was asked for
        os._exit(1)


class Workers:
    """Processes that wait for work. Use them in a `with` statement, which ends them whatever happens."""

    def __init__(self, jobs: int, begin: Callable[..., None] | None = None, *values: object) -> None:
        """Start up to `jobs` processes, when there is work; each calls `begin` with the values first."""
        # Spawned, not forked: the parent holds threads of DuckDB and Arrow, which do not survive a fork.
        context = multiprocessing.get_context("spawn")
        start = partial(_begin, os.getpid(), begin, *values)
        self._pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=start)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, function: Callable[Asked, Found], *values: Asked.args, **named: Asked.kwargs) -> Future[Found]:
        """Hand work over; processes start here and inherit the mask: Ctrl-C is the parent's from the start."""
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return self._pool.submit(function, *values, **named)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _begin(parent: int, begin: Callable[..., None] | None, *values: object) -> None:
    live_with(parent)
    gc.set_threshold(*_SELDOM)
    if begin:
        begin(*values)
