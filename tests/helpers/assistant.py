"""An assistant without a mind: the client of the SDK, over standard input and output or over HTTP."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from mcp import Client, StdioServerParameters
from mcp.client.client import ConnectMode
from mcp.shared.exceptions import MCPError

Result = TypeVar("Result")
Call = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Said:
    """What a tool said: the JSON of its text, which has to be that of its structured content."""

    answer: dict[str, Any]
    size: int
    is_error: bool

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.answer["rows"]
        return rows


def stdio(build: Path, cache: Path, *options: str) -> StdioServerParameters:
    """Return how an assistant starts `kg mcp`; its cache is below `cache`."""
    program = "from kg.cli.main import main; main(prog_name='kg')"
    return StdioServerParameters(
        command=sys.executable,
        args=["-c", program, "mcp", str(build), "--workers", "1", *options],
        env={"XDG_CACHE_HOME": str(cache), "PATH": os.environ["PATH"]},
    )


def connected(
    server: StdioServerParameters | str, work: Callable[[Client], Awaitable[Result]], mode: ConnectMode = "auto"
) -> Result:
    """Return the result of `work` with a client of the server."""

    async def run() -> Result:
        async with Client(server, mode=mode) as client:
            return await work(client)

    return asyncio.run(run())


def asked(server: StdioServerParameters | str, calls: Sequence[Call], mode: ConnectMode = "auto") -> list[Said]:
    """Return what tools say, in turn. The client refuses an answer that breaks the schema that its tool publishes."""

    async def work(client: Client) -> list[Said]:
        await client.list_tools()
        return [await said(client, name, arguments) for name, arguments in calls]

    return connected(server, work, mode)


async def said(client: Client, name: str, arguments: dict[str, Any]) -> Said:
    """Return what one tool says."""
    result = await client.call_tool(name, arguments)
    (content,) = result.content
    assert content.type == "text"
    answer = json.loads(content.text)
    assert result.is_error or result.structured_content == answer
    return Said(answer, len(content.text.encode()), result.is_error)


async def refused(client: Client, name: str, arguments: dict[str, Any]) -> str:
    """Return the message of a call that the protocol itself refuses; empty where it does not."""
    with suppress(asyncio.CancelledError):
        try:
            await client.call_tool(name, arguments)
        except MCPError as error:
            return str(error)
    return ""
