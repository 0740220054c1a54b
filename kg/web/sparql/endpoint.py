"""`/sparql`: a query in, its answer out in the format that the client likes, while it is there to read it."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from kg.errors import KgError
from kg.model.tables import Build
from kg.web.problems import Refused, problem
from kg.web.sparql import negotiation, protocol
from kg.web.sparql.negotiation import FORMATS, SOLUTIONS, TRIPLES, Format, choose
from kg.web.sparql.pool import Pool
from kg.web.sparql.service_description import describe
from kg.web.sparql.worker import Answer, Limits

LEAST_RATE = 1 << 18
"""Bytes a second; a client that reads faster is waited for as long as it reads."""

LOG = logging.getLogger("kg.serve")
HEADERS = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}


class Endpoint:
    """The SPARQL endpoint of a build, an ASGI application."""

    def __init__(self, build: Build, pool: Pool, limits: Limits) -> None:
        self._folder = build.folder
        self._pool = pool
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            await self._respond(Request(scope, receive), send)
        except ClientDisconnect:
            return
        except Refused as refused:
            await problem(refused)(scope, receive, send)
        except asyncio.CancelledError:  # the server stops, and has waited for this one
            with suppress(RuntimeError):  # an answer that has begun has no end instead
                await problem(Refused(503, "the server is being stopped"))(scope, receive, send)

    async def _respond(self, request: Request, send: Send) -> None:
        if request.method == "OPTIONS":
            response = Response(None, 204, {"Allow": ", ".join(protocol.METHODS)})
            await response(request.scope, request.receive, send)
            return
        accept = ", ".join(request.headers.getlist("accept"))
        asked = await protocol.read(request, self._limits.query)
        if asked is None:
            await self._describe(request, accept)(request.scope, request.receive, send)
            return
        solutions, triples = choose(accept, SOLUTIONS), choose(accept, TRIPLES)
        if solutions is None and triples is None:
            raise _not_acceptable(accept, *SOLUTIONS, *TRIPLES)
        question = {
            "query": asked.query,
            "default_graphs": asked.default_graphs,
            "named_graphs": asked.named_graphs,
            "solutions": solutions and solutions.name,
            "triples": triples and triples.name,
        }
        await _while_connected(request.receive, self._answer(question, request, send))

    def _describe(self, request: Request, accept: str) -> Response:
        """Say what the endpoint is; a person is sent to the page with the query editor."""
        if negotiation.prefers_html(accept):
            return RedirectResponse("query", 303, HEADERS)
        format_ = choose(accept, TRIPLES)
        if format_ is None:
            raise _not_acceptable(accept, *TRIPLES)
        try:
            base = Build(self._folder).base
            address = str(request.url.replace(query=""))
            body = describe(self._folder, base, address, format_, federated=bool(self._limits.federation))
        except (KgError, OSError) as error:
            if isinstance(error, Refused):
                raise
            raise Refused(503, "the build is just being replaced; try again") from None
        return Response(body, headers=HEADERS | {"Content-Type": format_.content_type})

    async def _answer(self, question: dict[str, Any], request: Request, send: Send) -> None:
        async with self._pool.answer(question) as answer:
            headers = HEADERS | {"Content-Type": FORMATS[answer.format].content_type}
            if not answer.whole:
                if request.scope["http_version"] == "1.0":  # where an answer that breaks off looks like a whole one
                    raise Refused(505, "an answer of this size is sent in parts, which HTTP/1.0 cannot; use HTTP/1.1")
                parts = self._parts(answer) if request.method != "HEAD" else _nothing()
                await self._send(Response(None, headers=headers), parts, send)
                return
        # The worker is free by now, however slowly this is read.
        await Response(answer.head, headers=headers)(request.scope, request.receive, send)

    async def _parts(self, answer: Answer) -> AsyncIterator[bytes]:
        yield answer.head
        async for part in answer.rest():
            yield part

    async def _send(self, response: Response, parts: AsyncIterator[bytes], send: Send) -> None:
        """Send an answer of any length; where it breaks off it has no end, so that the client sees that it did."""
        headers = [(name, value) for name, value in response.raw_headers if name != b"content-length"]
        patience = self._limits.timeout
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            async for part in parts:
                start = time.monotonic()
                async with asyncio.timeout(patience):
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                patience += len(part) / LEAST_RATE - (time.monotonic() - start)
                patience = min(patience, self._limits.timeout)
            await send({"type": "http.response.body", "body": b""})
        except Refused as refused:
            LOG.warning("an answer was broken off: %s", refused)
        except TimeoutError:
            LOG.warning("an answer was broken off: it was read too slowly")


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


def _not_acceptable(accept: str, *formats: Format) -> Refused:
    return Refused(406, f"Accept: {accept}: there is {', '.join(each.media_type for each in formats)}")


async def _while_connected(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Do something, and stop as soon as the client has gone."""
    doing = asyncio.create_task(work)
    leaving = asyncio.create_task(_left(receive))
    try:
        await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise ClientDisconnect
        doing.result()
    finally:
        doing.cancel()
        leaving.cancel()
        await asyncio.gather(doing, leaving, return_exceptions=True)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
