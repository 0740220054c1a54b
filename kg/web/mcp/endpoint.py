"""MCP over HTTP at `/mcp`: one POST for each message, without sessions, so that no client leaves anything behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope, Send

from kg.web.body import read_body
from kg.web.connection import while_connected
from kg.web.problems import HttpProblem, problem_response

MOST_BYTES = 1 << 20
"""Greatest number of bytes in a message: a background of 30,000 names, and more."""


class McpEndpoint:
    """The endpoint, an ASGI application. Run it in the lifespan of the server."""

    def __init__(self, server: Server[Any], *, cors: bool) -> None:
        """Serve `server`; with `cors`, pages of other sites may ask, too."""
        self._manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
        self._cors = cors

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Accept messages within the block."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one message; a call is stopped when its client hangs up."""
        request = Request(scope, receive)
        try:
            self._check_origin(request)
            body = await read_body(request, MOST_BYTES, "message")
            answering = self._manager.handle_request(scope, _received(body), send)
            await while_connected(receive, answering)
        except ClientDisconnect:
            return
        except HttpProblem as problem:
            await problem_response(problem)(scope, receive, send)

    def _check_origin(self, request: Request) -> None:
        """Raise HttpProblem for a request of a page of another site, as the protocol demands.

        The Host was checked before, so that it is that of this server; its own pages have an Origin of the same host.
        """
        origin = request.headers.get("origin")
        own = request.headers.get("host", "").lower()
        if origin is None or self._cors or origin.lower() in (f"http://{own}", f"https://{own}"):
            return
        raise HttpProblem(403, f"Origin {origin[:200]!r}: pages of other sites may not ask here (kg serve --cors)")


def _received(body: bytes) -> Receive:
    """Return a `receive` that gives a whole body, and then nothing: the endpoint itself waits for the end."""
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            await asyncio.Event().wait()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
