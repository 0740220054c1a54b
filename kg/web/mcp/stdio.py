"""MCP over standard input and output: the server runs as a child of the assistant, without a port."""

import asyncio
from pathlib import Path

from mcp.server.stdio import stdio_server

from kg.model.build import Build
from kg.web.app import Parts, ServeOptions
from kg.web.mcp.server import mcp_server
from kg.web.sparql.worker import Limits


def serve_stdio(build: Build, limits: Limits, cache: Path | None) -> None:
    """Answer messages until standard input ends.

    `cache` is the folder where tables are cached for the next server; None caches none.
    """
    asyncio.run(_serve(build, ServeOptions(limits, cache=cache)))


async def _serve(build: Build, options: ServeOptions) -> None:
    parts = Parts.of(build, options)
    server = mcp_server(parts.inside(build.folder), parts.documents)
    async with parts.running(), stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
