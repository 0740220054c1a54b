"""The worker processes of a build: a few wait for queries, and a new one replaces one that ended."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from kg.errors import KgError, SourceError
from kg.model.build import Build
from kg.web.problems import HttpProblem, NoStore
from kg.web.sparql.worker import Limits, Stamp, Worker

ATTEMPTS = 20
"""Attempts to start a worker before the pool reports a failure."""

LOG = logging.getLogger("kg.serve")


class Processes:
    """The workers of a build. Use it in an `async with` statement, which starts and ends them.

    One more than `limits.workers` wait for queries or run short ones. Workers with long queries come on top.
    `on_idle` is called for each that waits.
    """

    def __init__(self, folder: Path, limits: Limits, on_idle: Callable[[], None]) -> None:
        self._folder = folder
        self._number = limits.workers + 1
        self._on_idle = on_idle
        self._limits = limits
        self._idle: deque[Worker] = deque()
        self._workers: set[Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._short = 0  # workers that wait, start, or run a short query
        self._failed = False
        self._reloads = 0
        self._stamp: Stamp = ()
        self._has_store = True
        self._read: Stamp | None = None  # the build whose manifest was read for that
        self.started = 0

    async def __aenter__(self) -> Self:
        self._refill()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._workers))

    @property
    def alive(self) -> int:
        """Number of workers that run."""
        return sum(worker.alive for worker in self._workers)

    def reload(self) -> None:
        """Replace every worker before its next query."""
        self._reloads += 1

    def stamp(self) -> Stamp:
        """Return the stamp of the build that is in the folder; while it is being replaced, that of the old build."""
        with suppress(OSError):
            file = (self._folder / "manifest.json").stat()
            self._stamp = (file.st_ino, file.st_mtime_ns, file.st_size, self._reloads)
        return self._stamp

    @property
    def has_store(self) -> bool:
        """Whether the build in the folder should have a store; one without it needs no workers.

        A build that is gone or damaged counts as the last one.
        """
        stamp = self.stamp()
        if stamp != self._read:
            with suppress(KgError):
                self._has_store = "store" in Build(self._folder).manifest.get("outputs", {})
            self._read = stamp
        return self._has_store

    def check(self) -> None:
        """Raise NoStore, or HttpProblem if no worker runs because the build cannot be read."""
        if not self.has_store:
            raise NoStore
        self._refill()  # the build before may have had no store
        if self._failed and not self.alive:
            raise _unreadable()

    async def take(self) -> Worker:
        """Return an idle worker, or start one if it reads an old build; `give_back` has to follow.

        There has to be an idle one. Raises HttpProblem if the build cannot be read.
        """
        worker = self._idle.popleft()
        if worker.alive and worker.stamp == self.stamp():
            return worker
        self._run_later(self._drop(worker))
        try:
            return await self.start_aside()
        except BaseException:
            self._short -= 1
            self._refill()
            raise

    async def start_aside(self) -> Worker:
        """Start a worker that is not counted; `give_back` has to follow.

        Raises HttpProblem if the build cannot be read.
        """
        try:
            return await self._start()
        except KgError as error:
            LOG.error("no worker: %s", error)  # noqa: TRY400 the message has the reason
            raise _unreadable() from None

    def set_aside(self) -> None:
        """Count a taken worker no longer, because it has a long query; start another one in its place."""
        self._short -= 1
        self._refill()

    def give_back(self, worker: Worker, *, aside: bool) -> None:
        """Take a worker back, and end it if it cannot take another query or is one too many."""
        self._short += aside
        # One more may wait, so that a long answer that was quick does not cost the start of a process.
        if worker.ready and not worker.is_slow and self._short <= self._number + 1:
            self._put(worker)
            return
        self._short -= 1
        self._run_later(self._drop(worker))
        self._refill()

    def _put(self, worker: Worker) -> None:
        self._idle.append(worker)
        self._on_idle()

    def _refill(self) -> None:
        while self._short < self._number and self.has_store:
            self._short += 1
            self._run_later(self._start_until_it_runs())

    async def _start(self) -> Worker:
        """Start a worker; repeat that if the build is replaced meanwhile, because it may have read parts of both."""
        failure = SourceError(f"{self._folder}: the build is replaced again and again")
        for _ in range(ATTEMPTS):
            stamp = self.stamp()
            try:
                worker = await Worker.start(self._folder, stamp, self._limits)
            except SourceError as error:
                failure = error
                await asyncio.sleep(0.05)
                continue
            self._workers.add(worker)
            if stamp == self.stamp():
                self._failed = False
                self.started += 1
                return worker
            await self._drop(worker)
        self._failed = True
        raise failure

    async def _start_until_it_runs(self) -> None:
        """Start a worker, and try again every second until the store can be read."""
        while True:
            try:
                self._put(await self._start())
                return
            except KgError as error:
                if not self.has_store:
                    self._short -= 1
                    return
                LOG.error("no worker: %s", error)  # noqa: TRY400 the message has the reason
            await asyncio.sleep(1)

    async def _drop(self, worker: Worker) -> None:
        await worker.end()
        self._workers.discard(worker)

    def _run_later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _unreadable() -> HttpProblem:
    return HttpProblem(503, "the build cannot be read now; the server's log says why")
