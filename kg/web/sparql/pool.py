"""The pool of worker processes: short queries have slots of their own, so that long ones do not delay them.

Every query starts in a short slot. If it has no end after `SHORT` seconds, or its answer is longer than its head, it
needs a long slot. Where one is free, the query goes on in its process, which gets a lower priority, and another
process takes over the short slot. Otherwise the query is stopped, and runs again when a long slot is free for it.
Nothing has been sent to the client by then.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kg.web.problems import HttpProblem
from kg.web.sparql.processes import Processes
from kg.web.sparql.queue import Clients, Slots
from kg.web.sparql.worker import Answer, Limits, Worker

SHORT = 0.3
"""Seconds of the processor that a short query takes at most, so that it is short on a busy machine, too."""

SHORT_WALL = 1.5
"""Seconds in which a short query is answered."""

CROWDED = 1 / 3
"""Part of these times for clients of the second class while other queries wait."""

MOST_REPLACEMENTS = 5
"""Repetitions of a query whose build was replaced while it ran."""


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """Counts of the pool, now and since its start."""

    workers: int
    """Worker processes."""
    short_running: int
    long_running: int
    short_waiting: int
    """Queries that wait for their first turn."""
    long_waiting: int
    """Queries that were stopped because they are long, and wait for a turn in a long slot."""
    started: int
    """Workers that were started."""
    short: int
    """Queries that ended in a short slot."""
    moved: int
    """Queries that went on in a long slot."""
    stopped: int
    """Queries that were stopped to run again in a long slot."""
    refused_client: int
    """Queries refused with status 429, because too many of the same client wait."""
    refused_busy: int
    """Queries refused with status 503, because too many wait, or one waited too long."""


class _Run:
    """One query in one process, from its turn to the end of the answer."""

    def __init__(self, slots: Slots, worker: Worker, limits: Limits, question: dict[str, Any]) -> None:
        self.slots = slots
        self.worker = worker
        self.answer = Answer(worker, limits)
        self.start = time.monotonic()
        self._cpu_start = worker.cpu_seconds
        self.ended = False
        self._reading = asyncio.create_task(self.answer.begin(question))
        self._slowing: asyncio.TimerHandle | None = None

    @property
    def seconds(self) -> float:
        """Seconds since the query got its slot."""
        return time.monotonic() - self.start

    async def is_short(self, part: float) -> bool:
        """Wait for the end of the answer, and return whether it came in time; raise HttpProblem for an error.

        `part` is that of the time which a short query has.
        """
        delay = SHORT * part
        while not self._reading.done() and delay > 0:
            await asyncio.wait({self._reading}, timeout=delay)
            left = SHORT * part - (self.worker.cpu_seconds - self._cpu_start)
            delay = min(max(left, SHORT / 10), SHORT_WALL * part - self.seconds) if left > 0 else 0
        if self._reading.done():
            self._reading.result()
        return self.answer.complete

    async def head(self) -> None:
        """Wait for the head of the answer; raise HttpProblem where there is none."""
        await self._reading

    def slow_down_later(self) -> None:
        """Set a lower priority of the process when the time of a short query is over."""
        delay = max(0.0, SHORT - self.seconds)
        self._slowing = asyncio.get_running_loop().call_later(delay, self.worker.slow_down)

    def stop(self) -> None:
        """Read no more."""
        self.ended = True
        self._reading.cancel()
        if self._slowing:
            self._slowing.cancel()


class Pool:
    """The slots and workers of a build. Use it in an `async with` statement, which starts and ends the workers."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._limits = limits
        self._clients = Clients()
        self._short = Slots(0, 1, self._clients, limits)  # one for each process that waits
        self._long = Slots(limits.workers, 0, self._clients, limits)
        self._processes = Processes(folder, limits, self._short.add)
        self._count: Counter[str] = Counter()
        self.reload = self._processes.reload
        self.stamp = self._processes.stamp

    async def __aenter__(self) -> Self:
        await self._processes.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._processes.__aexit__()

    @property
    def alive(self) -> bool:
        """Whether at least one worker runs, or the build needs none because it has no store."""
        return self._processes.alive > 0 or not self.has_store

    @property
    def has_store(self) -> bool:
        """Whether the build has a store."""
        return self._processes.has_store

    @property
    def status(self) -> PoolStatus:
        """Counts of the pool."""
        refused = self._short.refused + self._long.refused
        return PoolStatus(
            workers=self._processes.alive,
            short_running=self._short.running,
            long_running=self._long.running,
            short_waiting=self._short.waiting,
            long_waiting=self._long.waiting,
            started=self._processes.started,
            short=self._count["short"],
            moved=self._count["moved"],
            stopped=self._count["stopped"],
            refused_client=refused[429],
            refused_busy=refused[503],
        )

    @asynccontextmanager
    async def answer(self, question: dict[str, Any], client: str = "") -> AsyncIterator[Answer]:
        """Yield the answer to a client's question; the worker is free again after the block.

        A worker whose answer was not read to its end is killed. Raises HttpProblem where there is no answer.
        """
        run = await self._begin(question, client, MOST_REPLACEMENTS)
        try:
            yield run.answer
        finally:
            self._end(run, client)

    async def _begin(self, question: dict[str, Any], client: str, replacements: int) -> _Run:
        run = await self._start_short(question, client)
        try:
            is_crowded = self._short.waiting and not self._clients.is_first_class(client)
            if await run.is_short(CROWDED if is_crowded else 1):
                return run
            if self._long.take_free(client):
                self._move(run, client)
            else:
                self._end(run, client)
                run = await self._start_long(question, client)
            await run.head()
        except BaseException as error:
            self._end(run, client)
            # A build that replaces another removes the store that the worker reads.
            replaced = run.worker.stamp != self.stamp()
            if not (replacements and replaced and isinstance(error, HttpProblem)):
                raise
        else:
            return run
        return await self._begin(question, client, replacements - 1)

    async def _start_short(self, question: dict[str, Any], client: str) -> _Run:
        """Wait for a short slot, which comes with a process, and send the question."""
        self._processes.check()
        await self._short.take(client)
        try:
            worker = await self._processes.take()
        except BaseException:
            self._short.leave(client)
            raise
        return _Run(self._short, worker, self._limits, question)

    async def _start_long(self, question: dict[str, Any], client: str) -> _Run:
        """Wait for a long slot, start a process, and send the question."""
        self._count["stopped"] += 1
        await self._long.take(client)
        try:
            worker = await self._processes.start_aside()
        except BaseException:
            self._long.leave(client)
            self._long.add()
            raise
        worker.slow_down()
        return _Run(self._long, worker, self._limits, question)

    def _move(self, run: _Run, client: str) -> None:
        """Move a query to a long slot, which it has taken."""
        self._count["moved"] += 1
        self._processes.set_aside()
        run.slow_down_later()
        self._short.charge(client, run.seconds, long=True)
        self._short.leave(client)
        run.slots, run.start = self._long, time.monotonic()

    def _end(self, run: _Run, client: str) -> None:
        """End a query and release its slot and process, unless that was done before."""
        if run.ended:
            return
        run.stop()
        is_long = run.slots is self._long
        self._count["short"] += run.worker.ready and not is_long
        run.slots.charge(client, run.seconds, long=is_long or not run.worker.ready)
        run.slots.leave(client)
        self._processes.give_back(run.worker, aside=is_long)
        if is_long:
            self._long.add()
