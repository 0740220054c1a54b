"""Many HTTP clients in one process: connections that are opened at once, and clients that send queries for ever."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE = 120.0
"""Seconds that a client waits for an answer."""

BUSY = (429, 503)
"""Statuses after which a client waits for as long as Retry-After says, at most `PAUSE` seconds."""

PAUSE = 1.0

IMPATIENCE = 2.0
"""Seconds after which every second attacker hangs up, and sends the next query."""


@dataclass(slots=True)
class Outcome:
    """Seconds of each answer, and the number of answers by status or error."""

    taken: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> str:
        """Everything but status 200, such as `3 (429: 2, ConnectionResetError: 1)`."""
        others = {status: number for status, number in sorted(self.statuses.items()) if status != "200"}
        shown = ", ".join(f"{status}: {number:,}" for status, number in others.items())
        return f"{sum(others.values()):,} ({shown})" if others else "0"


class Client:
    """A client of one server. It opens a connection for the first request and after each that the server closed."""

    def __init__(self, port: int, source: str = "127.0.0.1", *, method: str = "GET", keep: bool = True) -> None:
        self._port, self._source, self._method, self._keep = port, source, method, keep
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.patience = PATIENCE

    async def ask(self, text: str, outcome: Outcome) -> int:
        """Send a query and note what became of it; return the status, 0 for a failed connection."""
        start = time.perf_counter()
        try:
            async with asyncio.timeout(self.patience):
                status = await self._ask(text)
        except (OSError, EOFError, TimeoutError) as error:
            outcome.statuses[type(error).__name__] += 1
            self.close()
            return 0
        outcome.statuses[str(status)] += 1
        if status == 200:
            outcome.taken.append(time.perf_counter() - start)
        return status

    async def _ask(self, text: str) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(self._source, 0))
        reader, writer = self._streams
        writer.write(self._request(text))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
        if b"content-length" in fields:
            await reader.readexactly(int(fields[b"content-length"]))
        else:
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        if not self._keep or fields.get(b"connection") == b"close":
            self.close()
        return int(head.split()[1])

    def _request(self, text: str) -> bytes:
        headers = "Host: localhost\r\nAccept: application/sparql-results+json, text/turtle;q=0.5\r\n"
        headers += "" if self._keep else "Connection: close\r\n"
        if self._method == "GET":
            return f"GET /sparql?{urlencode({'query': text})} HTTP/1.1\r\n{headers}\r\n".encode()
        headers += f"Content-Type: application/sparql-query\r\nContent-Length: {len(text.encode())}\r\n"
        return f"POST /sparql HTTP/1.1\r\n{headers}\r\n{text}".encode()

    def close(self) -> None:
        """Close the connection."""
        if self._streams:
            self._streams[1].close()
            self._streams = None


async def at_once(port: int, text: str, connections: int, queries: int, *, method: str, keep: bool) -> Outcome:
    """Open connections at once and send `queries` queries over each, one after the other."""
    outcome = Outcome()

    async def run() -> None:
        client = Client(port, method=method, keep=keep)
        for _ in range(queries):
            await client.ask(text, outcome)
        client.close()

    await asyncio.gather(*(run() for _ in range(connections)))
    return outcome


@asynccontextmanager
async def attacked(port: int, texts: Sequence[str], sources: Sequence[str], clients: int) -> AsyncIterator[Outcome]:
    """Have clients send long queries for ever, each text once only; yield what becomes of them."""
    outcome = Outcome()
    numbers = itertools.count()

    async def run(number: int) -> None:
        client = Client(port, sources[number % len(sources)])
        client.patience = (PATIENCE, IMPATIENCE)[number % 2]
        for text in itertools.cycle([*texts[number % len(texts) :], *texts[: number % len(texts)]]):
            if await client.ask(f"{text}\n# {next(numbers)}", outcome) in BUSY:
                await asyncio.sleep(PAUSE)

    tasks = [asyncio.create_task(run(number)) for number in range(clients)]
    try:
        yield outcome
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def honest(port: int, texts: dict[str, str], seconds: float, pause: float) -> dict[str, Outcome]:
    """Send each query in turn, with pauses, from an address of its own; return the outcomes by name."""
    outcomes = {name: Outcome() for name in texts}
    client = Client(port)
    end = time.monotonic() + seconds
    for name in itertools.cycle(texts):
        if time.monotonic() > end:
            break
        await client.ask(texts[name], outcomes[name])
        await asyncio.sleep(pause)
    client.close()
    return outcomes


async def newcomers(port: int, text: str, number: int = 10) -> Outcome:
    """Send a query once from each of some addresses, one after the other."""
    outcome = Outcome()
    for each in range(number):
        client = Client(port, f"127.2.0.{each + 1}")
        await client.ask(text, outcome)
        client.close()
    return outcome
