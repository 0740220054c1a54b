"""The server's handle of a worker process, which answers one query at a time and is killed when the time is up."""

import asyncio
import json
import logging
import math
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
from kg.model.build import Build
from kg.web.problems import HttpProblem
from kg.web.sparql.worker_process import CHUNK, FRAME, WorkerOptions

HEAD_SIZE = 1 << 20
"""Bytes of an answer that are read before the first is sent, so that an error up to there still has its status."""

START_TIMEOUT = 30.0
"""Seconds in which a worker has to open the store."""

NICENESS = 10
"""Niceness of workers with long queries above that of the server, so that short queries and the explorer go first."""

_CPU_CLOCK = 2
"""Number of the clock with all processor time of a process, as clock_getcpuclockid(3) makes it."""

COMMAND = "from kg.web.sparql.worker_process import main; main()"
LOG = logging.getLogger("kg.serve")

Stamp = tuple[int, ...]
"""Identity of the build in a folder; it changes when the build is replaced."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the server and of each query."""

    workers: int = 2
    """Number of short queries that run at the same time, and of long ones besides."""
    timeout: float = 30.0
    """Seconds that a query may run, and may wait for a worker."""
    memory: int = 2 << 30
    """Bytes of memory that a query may take."""
    results: int = 512 << 20
    """Bytes of an answer, uncompressed."""
    query: int = 64 << 10
    """Bytes of the text of a query."""
    waiting: int = 1000
    """Queries that may wait for their first turn, and long queries that may wait besides."""
    federation: tuple[str, ...] = ()
    """HOST or HOST:PORT of the endpoints that SERVICE may ask."""


class Worker:
    """One worker process; `ready` is true while it waits for a query."""

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
        self.is_slow = False
        """True if the process has a lower priority, which it cannot get back."""

    @classmethod
    async def start(cls, folder: Path, stamp: Stamp, limits: Limits) -> Self:
        """Start a process on the store of a build; raise SourceError where it has none that can be read."""
        build = Build(folder)
        if "store" not in build.manifest.get("outputs", {}):
            raise SourceError(f"{folder}: this build has no store")
        options = WorkerOptions(
            os.getpid(), str(folder / "store"), build.base, limits.memory, limits.results, limits.federation
        )
        ours, theirs = socket.socketpair()
        with theirs:
            # Own groups get no Ctrl-C. In own sessions, Linux would not compare the priorities of the processes.
            process = subprocess.Popen(  # noqa: ASYNC220, S603 our own program; the kernel ends it with this thread
                [sys.executable, "-P", "-c", COMMAND, json.dumps(asdict(options))],
                stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL, process_group=0,
            )  # fmt: skip
        worker = cls(process, stamp, await asyncio.open_connection(sock=ours, limit=2 * CHUNK))
        try:
            async with asyncio.timeout(START_TIMEOUT):
                kind, body = await worker.frame()
        except (TimeoutError, HttpProblem):
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
        """Whether the process runs."""
        return self._process.poll() is None

    @property
    def cpu_seconds(self) -> float:
        """Seconds of the processor that the process has used; other systems than Linux have only wall time."""
        if sys.platform != "linux":
            return time.monotonic()
        try:
            return time.clock_gettime(~self._process.pid << 3 | _CPU_CLOCK)
        except OSError:  # it has ended
            return math.inf

    def slow_down(self) -> None:
        """Set a lower priority of the process, because its query is long."""
        self.is_slow = True
        with suppress(OSError):  # it has ended
            os.setpriority(os.PRIO_PROCESS, self._process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)

    async def ask(self, question: dict[str, Any]) -> None:
        """Send a question; the caller has to read the frames of the answer to the end."""
        self.ready = False
        self._writer.write(json.dumps(question, ensure_ascii=False).encode() + b"\n")
        with suppress(ConnectionError):  # `frame` raises the error
            await self._writer.drain()

    async def frame(self) -> tuple[bytes, bytes]:
        """Return the letter and the body of the next frame; raise HttpProblem if the process has ended."""
        try:
            kind, size = FRAME.unpack(await self._reader.readexactly(FRAME.size))
            return kind, await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise self._ended(await asyncio.to_thread(self._process.wait)) from None

    def _ended(self, code: int) -> HttpProblem:
        LOG.warning("a worker ended with code %d; the query that it ran has no answer", code)
        if code == -signal.SIGABRT:
            return HttpProblem(503, "the query needs more memory than it may have (--memory-limit of the server)")
        return HttpProblem(500, "the query crashed the process that ran it; make it simpler")

    def kill(self) -> None:
        """Kill the process without waiting; call `end` afterwards."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._writer.close()

    async def end(self) -> None:
        """Kill the process and wait until it has ended."""
        self.kill()
        await asyncio.to_thread(self._process.wait)


class Answer:
    """The answer to one query, as a stream; `head` is its beginning, and all of it if the answer is `complete`."""

    def __init__(self, worker: Worker, limits: Limits) -> None:
        self.worker = worker
        self._limits = limits
        self._seconds_left = limits.timeout
        self.format = ""
        self.head = b""
        self.complete = False

    async def begin(self, question: dict[str, Any]) -> None:
        """Send the question and read the head; raise HttpProblem where there is no answer."""
        await self.worker.ask(question)
        chunks: list[bytes] = []
        chunk: bytes | None = b""
        while sum(map(len, chunks)) < HEAD_SIZE and (chunk := await self._next()) is not None:
            chunks.append(chunk)
        self.head = b"".join(chunks)
        self.complete = chunk is None

    async def rest(self) -> AsyncIterator[bytes]:
        """Yield the answer after its head; raise HttpProblem where it breaks off."""
        while (chunk := await self._next()) is not None:
            yield chunk

    async def _next(self) -> bytes | None:
        """Return the next chunk, None at the end; only the time of the worker counts, not that of the client."""
        start = time.monotonic()
        try:
            async with asyncio.timeout(self._seconds_left):
                return await self._chunk()
        except TimeoutError:
            limit = f"{self._limits.timeout:g} s, the most a query may take here (--timeout of the server)"
            raise HttpProblem(503, f"the query was stopped after {limit}") from None
        finally:
            self._seconds_left -= time.monotonic() - start

    async def _chunk(self) -> bytes | None:
        problem: HttpProblem | None = None
        while True:
            kind, body = await self.worker.frame()
            if kind == b"D":
                return body
            if kind == b"K":
                self.format = body.decode()
            elif kind == b"X":
                problem = HttpProblem(**json.loads(body))
            else:
                self.worker.ready = body == b"go"
                if problem:
                    raise problem
                return None
