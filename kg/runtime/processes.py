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

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_GC_THRESHOLDS = 100_000, 50, 100
"""Thresholds of the garbage collector in workers: they make millions of rows and hardly a reference cycle."""


def die_with_parent(parent: int) -> None:
    """Kill this process when its parent ends (Linux: parent-death signal)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:  # The parent ended before the signal was set.
        os._exit(1)


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
        """Submit a task. New processes inherit a mask that blocks SIGINT, because the parent handles Ctrl-C."""
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return self._pool.submit(function, *values, **named)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _initialize(parent: int, initializer: Callable[..., None] | None, *values: object) -> None:
    die_with_parent(parent)
    gc.set_threshold(*_GC_THRESHOLDS)
    if initializer:
        initializer(*values)
