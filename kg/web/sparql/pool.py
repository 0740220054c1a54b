"""The pool: workers that wait for queries, one query each at a time, and others in the place of those that end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

from kg.errors import KgError, SourceError
from kg.web.problems import Refused
from kg.web.sparql.worker import Answer, Limits, Stamp, Worker

TRIES = 20
"""How often a worker is started before that is given up for now."""

SWAPS = 5
"""How often a query is asked again because the build was replaced while it ran."""

LOG = logging.getLogger("kg.serve")


class Pool:
    """The workers of a build. Use it in an `async with` statement, which ends them."""

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
            self._later(self._refill())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._workers))

    @property
    def alive(self) -> bool:
        """Tell whether there is a worker at all."""
        return any(worker.alive for worker in self._workers)

    def reload(self) -> None:
        """Have every worker replaced when it is next needed."""
        self._reloads += 1

    def stamp(self) -> Stamp:
        """Say which build lies in the folder now; while one takes the place of another, what lay there before."""
        with suppress(OSError):
            found = (self._folder / "manifest.json").stat()
            self._stamp = (found.st_ino, found.st_mtime_ns, found.st_size, self._reloads)
        return self._stamp

    @asynccontextmanager
    async def answer(self, question: dict[str, Any]) -> AsyncIterator[Answer]:
        """Ask a worker; it is free again when the block is left, and killed if the answer was not read to its end.

        Raises Refused where there is no answer.
        """
        answer = await self._begun(question, SWAPS)
        try:
            yield answer
        finally:
            self._give_back(answer.worker)

    async def _begun(self, question: dict[str, Any], swaps: int) -> Answer:
        answer = Answer(await self._take(), self._limits)
        try:
            await answer.begin(question)
        except BaseException as error:
            self._give_back(answer.worker)
            # A store may be swapped for another and removed while it is read.
            swapped = answer.worker.stamp != self.stamp()
            if not (swaps and swapped and isinstance(error, Refused)):
                raise
        else:
            return answer
        return await self._begun(question, swaps - 1)

    async def _take(self) -> Worker:
        """Wait for a worker that reads the build that is there now."""
        if self._idle.empty() and self._waiting >= self._limits.waiting:
            raise Refused(503, f"{self._waiting:,} queries wait for their turn; try again later")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.timeout):
                worker = await self._idle.get()
        except TimeoutError:
            detail = f"the server is busy: no turn within {self._limits.timeout:g} s; try again later"
            raise Refused(503, detail) from None
        finally:
            self._waiting -= 1
        if worker.alive and worker.stamp == self.stamp():
            return worker
        self._later(self._drop(worker))
        try:
            return await self._start()
        except KgError as error:
            self._later(self._refill())
            LOG.error("no worker: %s", error)  # noqa: TRY400 the message says it all
            raise Refused(503, "the build cannot be read now; the server's log says why") from None
        except BaseException:
            self._later(self._refill())
            raise

    def _give_back(self, worker: Worker) -> None:
        if worker.ready:
            self._idle.put_nowait(worker)
        else:
            self._later(self._drop(worker))
            self._later(self._refill())

    async def _start(self) -> Worker:
        """Start a worker; again if the store is swapped meanwhile, for it may have read some of each."""
        failure = SourceError(f"{self._folder}: is replaced again and again")
        for _ in range(TRIES):
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
        """Put a new worker where one is missing, as soon as there is a store for it."""
        while True:
            try:
                self._idle.put_nowait(await self._start())
                return
            except KgError as error:
                LOG.error("no worker: %s", error)  # noqa: TRY400 the message says it all
            await asyncio.sleep(1)

    async def _drop(self, worker: Worker) -> None:
        await worker.end()
        self._workers.discard(worker)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
