"""The pool of worker processes: each answers one query at a time, and a new one replaces one that ended."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

from kg.errors import KgError, SourceError
from kg.web.problems import HttpProblem
from kg.web.sparql.worker import Answer, Limits, Stamp, Worker

ATTEMPTS = 20
"""Attempts to start a worker before the pool reports a failure."""

MOST_REPLACEMENTS = 5
"""Repetitions of a query whose build was replaced while it ran."""

LOG = logging.getLogger("kg.serve")


class Pool:
    """The workers of a build. Use it in an `async with` statement, which starts and ends them."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._reloads = 0
        self._stamp: Stamp = ()

    async def __aenter__(self) -> Self:
        for _ in range(self._limits.workers):
            self._run_later(self._refill())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._workers))

    @property
    def alive(self) -> bool:
        """Whether at least one worker runs."""
        return any(worker.alive for worker in self._workers)

    def reload(self) -> None:
        """Replace every worker before its next query."""
        self._reloads += 1

    def stamp(self) -> Stamp:
        """Return the stamp of the build that is in the folder; while it is being replaced, that of the old build."""
        with suppress(OSError):
            file = (self._folder / "manifest.json").stat()
            self._stamp = (file.st_ino, file.st_mtime_ns, file.st_size, self._reloads)
        return self._stamp

    @asynccontextmanager
    async def answer(self, question: dict[str, Any]) -> AsyncIterator[Answer]:
        """Yield the answer of a worker, which is free again after the block.

        A worker whose answer was not read to its end is killed. Raises HttpProblem where there is no answer.
        """
        answer = await self._begin(question, MOST_REPLACEMENTS)
        try:
            yield answer
        finally:
            self._give_back(answer.worker)

    async def _begin(self, question: dict[str, Any], replacements: int) -> Answer:
        answer = Answer(await self._take(), self._limits)
        try:
            await answer.begin(question)
        except BaseException as error:
            self._give_back(answer.worker)
            # A build that replaces another removes the store that the worker reads.
            replaced = answer.worker.stamp != self.stamp()
            if not (replacements and replaced and isinstance(error, HttpProblem)):
                raise
        else:
            return answer
        return await self._begin(question, replacements - 1)

    async def _take(self) -> Worker:
        """Wait for a worker, and start another one if it reads an old build."""
        if self._idle.empty() and self._waiting >= self._limits.waiting:
            raise HttpProblem(503, f"{self._waiting:,} queries wait for their turn; try again later")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.timeout):
                worker = await self._idle.get()
        except TimeoutError:
            detail = f"the server is busy: no turn within {self._limits.timeout:g} s; try again later"
            raise HttpProblem(503, detail) from None
        finally:
            self._waiting -= 1
        if worker.alive and worker.stamp == self.stamp():
            return worker
        self._run_later(self._drop(worker))
        try:
            return await self._start()
        except KgError as error:
            self._run_later(self._refill())
            LOG.error("no worker: %s", error)  # noqa: TRY400 the message has the reason
            raise HttpProblem(503, "the build cannot be read now; the server's log says why") from None
        except BaseException:
            self._run_later(self._refill())
            raise

    def _give_back(self, worker: Worker) -> None:
        if worker.ready:
            self._idle.put_nowait(worker)
        else:
            self._run_later(self._drop(worker))
            self._run_later(self._refill())

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
                return worker
            await self._drop(worker)
        raise failure

    async def _refill(self) -> None:
        """Start a worker in place of one that ended, and try again every second until the store can be read."""
        while True:
            try:
                self._idle.put_nowait(await self._start())
                return
            except KgError as error:
                LOG.error("no worker: %s", error)  # noqa: TRY400 the message has the reason
            await asyncio.sleep(1)

    async def _drop(self, worker: Worker) -> None:
        await worker.end()
        self._workers.discard(worker)

    def _run_later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
