"""A worker, as the server sees it: a process that is asked one query at a time and killed at the end of its time."""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from kg.errors import SourceError
from kg.model.tables import Build
from kg.web.problems import Refused
from kg.web.sparql.worker_process import CHUNK, FRAME, WorkerOptions

HELD = 1 << 20
"""Bytes of an answer that are there before the first is sent: up to here a failure is told with its status."""

START_TIME = 30.0
"""Seconds that a worker has to get ready."""

COMMAND = "from kg.web.sparql.worker_process import main; main()"
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
        told = WorkerOptions(
            os.getpid(), str(folder / "store"), build.base, limits.memory, limits.results, limits.federation
        )
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
