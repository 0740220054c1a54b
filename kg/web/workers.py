"""The processes that answer queries: some that wait, one query each at a time, killed at the end of its time."""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from kg.errors import KgError, SourceError
from kg.tables import Build
from kg.web.problems import Refused
from kg.web.worker import CHUNK, FRAME, Told

HELD = 1 << 20
"""Bytes of an answer that are there before the first is sent: up to here a failure is told with its status."""

START_TIME = 30.0
"""Seconds that a worker has to get ready."""

TRIES = 4
"""How often a worker is started before that is given up for now."""

COMMAND = "from kg.web.worker import main; main()"
LOG = logging.getLogger("kg.serve")

Stamp = tuple[int, ...]
"""Says which build lies in a folder."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What queries may take."""

    workers: int = 2  # processes
    timeout: float = 30.0  # seconds, of a query and of waiting for a worker
    memory: int = 2 << 30  # bytes, of a query
    results: int = 512 << 20  # bytes, of an answer
    query: int = 64 << 10  # bytes, of the text of a query
    waiting: int = 1000  # queries
    federation: tuple[str, ...] = ()  # HOST or HOST:PORT that SERVICE may ask


class Worker:
    """One process; `ready` tells whether it waits for a query."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        stamp: Stamp,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._process = process
        self._reader, self._writer = streams
        self.stamp = stamp
        self.ready = False

    @classmethod
    async def start(cls, folder: Path, stamp: Stamp, limits: Limits) -> Self:
        """Start a process on the store of a build; raise SourceError where it has none that can be read."""
        build = Build(folder)
        if "store" not in build.manifest.get("outputs", {}):
            raise SourceError(f"{folder}: this build has no store")
        told = Told(os.getpid(), str(folder / "store"), build.base, limits.memory, limits.results, limits.federation)
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: ASYNC220, S603 our own program; its death is tied to this thread
                [sys.executable, "-c", COMMAND, json.dumps(asdict(told))],
                stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        worker = cls(process, stamp, await asyncio.open_connection(sock=ours, limit=2 * CHUNK))
        try:
            async with asyncio.timeout(START_TIME):
                kind, body = await worker.frame()
        except (TimeoutError, Refused):
            await worker.end()
            raise SourceError(f"{folder}: the process that reads the store does not start") from None
        except BaseException:
            worker.kill()
            raise
        if kind == b"X":
            await worker.end()
            raise SourceError(json.loads(body)["detail"])
        worker.ready = True
        return worker

    @property
    def alive(self) -> bool:
        """Tell whether the process is there."""
        return self._process.poll() is None

    async def ask(self, question: dict[str, Any]) -> None:
        """Hand it a question; what comes back is to be read with `frame`, to the end."""
        self.ready = False
        self._writer.write(json.dumps(question, ensure_ascii=False).encode() + b"\n")
        with suppress(ConnectionError):  # `frame` tells what became of the process
            await self._writer.drain()

    async def frame(self) -> tuple[bytes, bytes]:
        """Give the next frame; raise Refused if the process died."""
        try:
            kind, size = FRAME.unpack(await self._reader.readexactly(FRAME.size))
            return kind, await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise self._death(await asyncio.to_thread(self._process.wait)) from None

    def _death(self, code: int) -> Refused:
        LOG.warning("a worker ended with code %d; the query that it ran has no answer", code)
        if code == -signal.SIGABRT:
            return Refused(503, "the query needs more memory than it may have (kg serve --memory-limit)")
        return Refused(500, "the query brought down the process that ran it; make it simpler")

    def kill(self) -> None:
        """End the process whatever it does; `end` is to follow."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._writer.close()

    async def end(self) -> None:
        """End the process and wait until it is gone."""
        self.kill()
        await asyncio.to_thread(self._process.wait)


class Answer:
    """The answer to one query, as it comes; `head` is the first of it, and all of it if it is `whole`."""

    def __init__(self, worker: Worker, limits: Limits) -> None:
        self.worker = worker
        self._limits = limits
        self._left = limits.timeout
        self.format = ""
        self.head = b""
        self.whole = False

    async def begin(self, question: dict[str, Any]) -> None:
        """Ask, and read the head; raise Refused where there is no answer."""
        await self.worker.ask(question)
        parts: list[bytes] = []
        part: bytes | None = b""
        while sum(map(len, parts)) < HELD and (part := await self._next()) is not None:
            parts.append(part)
        self.head = b"".join(parts)
        self.whole = part is None

    async def rest(self) -> AsyncIterator[bytes]:
        """Give what comes after the head; raise Refused where it breaks off."""
        while (part := await self._next()) is not None:
            yield part

    async def _next(self) -> bytes | None:
        """Give the next part, None at the end; only the time that the worker takes counts."""
        start = time.monotonic()
        try:
            async with asyncio.timeout(self._left):
                return await self._part()
        except TimeoutError:
            limit = f"{self._limits.timeout:g} s, the most a query may take here (kg serve --timeout)"
            raise Refused(503, f"the query was stopped after {limit}") from None
        finally:
            self._left -= time.monotonic() - start

    async def _part(self) -> bytes | None:
        refusal: Refused | None = None
        while True:
            kind, body = await self.worker.frame()
            if kind == b"D":
                return body
            if kind == b"K":
                self.format = body.decode()
            elif kind == b"X":
                refusal = Refused(**json.loads(body))
            else:
                self.worker.ready = body == b"go"
                if refusal:
                    raise refusal
                return None


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
        answer = await self._begun(question, again=True)
        try:
            yield answer
        finally:
            self._give_back(answer.worker)

    async def _begun(self, question: dict[str, Any], *, again: bool) -> Answer:
        answer = Answer(await self._take(), self._limits)
        try:
            await answer.begin(question)
        except BaseException as error:
            self._give_back(answer.worker)
            # A store may be swapped for another and removed while it is read.
            swapped = answer.worker.stamp != self.stamp()
            if not (again and swapped and isinstance(error, Refused)):
                raise
        else:
            return answer
        return await self._begun(question, again=False)

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
            raise Refused(503, str(error)) from None
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
