"""The SPARQL endpoint `/sparql`: it answers a query in a format that the client accepts, or describes itself."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from kg.errors import KgError
from kg.model.build import Build
from kg.web.connection import while_connected
from kg.web.problems import HttpProblem, NoStore, problem_response
from kg.web.sparql import negotiation, protocol
from kg.web.sparql.documents import Documents
from kg.web.sparql.negotiation import FORMATS, SOLUTIONS, TRIPLES, Format, choose
from kg.web.sparql.pool import Pool
from kg.web.sparql.queue import client_of
from kg.web.sparql.service_description import describe
from kg.web.sparql.worker import Answer, Limits

LEAST_RATE = 1 << 18
"""Bytes a second that a client has to read; one that reads faster may take as long as it needs."""

LOG = logging.getLogger("kg.serve")
HEADERS = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}


class Endpoint:
    """The SPARQL endpoint of a build, an ASGI application."""

    def __init__(self, build: Build, pool: Pool, documents: Documents, limits: Limits) -> None:
        self._folder = build.folder
        self._documents = documents
        self._pool = pool
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            await self._respond(Request(scope, receive), send)
        except ClientDisconnect:
            return
        except HttpProblem as problem:
            await problem_response(problem)(scope, receive, send)
        except asyncio.CancelledError:  # the server stops, and the request did not end in time
            with suppress(RuntimeError):  # the answer has begun, so it is broken off without an end
                await problem_response(HttpProblem(503, "the server is being stopped"))(scope, receive, send)

    async def _respond(self, request: Request, send: Send) -> None:
        if request.method == "OPTIONS":
            response = Response(None, 204, {"Allow": ", ".join(protocol.METHODS)})
            await response(request.scope, request.receive, send)
            return
        accept = ", ".join(request.headers.getlist("accept"))
        query = await protocol.read(request, self._limits.query)
        if query is None:
            await self._description(request, accept)(request.scope, request.receive, send)
            return
        solutions, triples = choose(accept, SOLUTIONS), choose(accept, TRIPLES)
        if solutions is None and triples is None:
            raise _not_acceptable(accept, *SOLUTIONS, *TRIPLES)
        question = {
            "query": query.text,
            "address": protocol.address(request),
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "solutions": solutions and solutions.name,
            "triples": triples and triples.name,
        }
        await while_connected(request.receive, self._answer(question, request, send))

    def _description(self, request: Request, accept: str) -> Response:
        """Return the service description; a browser is sent to the page with the query editor.

        Raises NoStore for a build without a store, which describes no endpoint.
        """
        if negotiation.prefers_html(accept):
            return RedirectResponse("query", 303, HEADERS)
        if not self._pool.has_store:
            raise NoStore
        format_ = choose(accept, TRIPLES)
        if format_ is None:
            raise _not_acceptable(accept, *TRIPLES)
        try:
            build, dataset = Build(self._folder), self._documents.triples("dataset.ttl")
            address, federated = protocol.address(request), bool(self._limits.federation)
            body = describe(build, dataset, address, format_, federated=federated)
        except (KgError, OSError) as error:
            if isinstance(error, HttpProblem):
                raise
            raise HttpProblem(503, "the build is being replaced; try again") from None
        return Response(body, headers=HEADERS | {"Content-Type": format_.content_type})

    async def _answer(self, question: dict[str, Any], request: Request, send: Send) -> None:
        client = client_of(request.client.host if request.client else "")
        async with self._pool.answer(question, client) as answer:
            headers = HEADERS | {"Content-Type": FORMATS[answer.format].content_type}
            if not answer.complete:
                if request.scope["http_version"] == "1.0":  # its clients cannot see that an answer breaks off
                    raise HttpProblem(505, "an answer of this size is sent in chunks; use HTTP/1.1")
                chunks = self._chunks(answer) if request.method != "HEAD" else _no_chunks()
                await self._stream(Response(None, headers=headers), chunks, send)
                return
        # The worker is free from here on, so a slow client does not block it.
        await Response(answer.head, headers=headers)(request.scope, request.receive, send)

    async def _chunks(self, answer: Answer) -> AsyncIterator[bytes]:
        yield answer.head
        async for chunk in answer.rest():
            yield chunk

    async def _stream(self, response: Response, chunks: AsyncIterator[bytes], send: Send) -> None:
        """Send an answer of any length; one that breaks off gets no last chunk, so that the client sees it."""
        headers = [(name, value) for name, value in response.raw_headers if name != b"content-length"]
        seconds = self._limits.timeout
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            async for chunk in chunks:
                start = time.monotonic()
                async with asyncio.timeout(seconds):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                seconds += len(chunk) / LEAST_RATE - (time.monotonic() - start)
                seconds = min(seconds, self._limits.timeout)
            await send({"type": "http.response.body", "body": b""})
        except HttpProblem as problem:
            LOG.warning("an answer was broken off: %s", problem)
        except TimeoutError:
            LOG.warning("an answer was broken off: the client read too slowly")


async def _no_chunks() -> AsyncIterator[bytes]:
    return
    yield b""


def _not_acceptable(accept: str, *formats: Format) -> HttpProblem:
    media_types = ", ".join(format_.media_type for format_ in formats)
    return HttpProblem(406, f"Accept: {accept}: this endpoint has {media_types}")
