"""The explorer's API for the build that is in the folder now; a new build replaces the old API without a gap."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.routing import BaseRoute, Router
from starlette.types import Message, Receive, Scope, Send

from kg.errors import KgError
from kg.model.build import Build
from kg.web.body import read_body
from kg.web.explorer.api import Api
from kg.web.explorer.parameters import MOST_BYTES
from kg.web.images import ImageTemplate
from kg.web.problems import HttpProblem, for_visitors, problem_response
from kg.web.sparql.queue import Clients, Slots, client_of
from kg.web.sparql.worker import Limits, Stamp

THREADS = 16
"""Requests that are answered at once. The server has 40 threads, and the files of the pages need some, too."""

RESERVED = 4
"""Number of these for clients that had no long request lately."""

SHORT = 1.0
"""Seconds of a short request."""

LOG = logging.getLogger("kg.serve")


@dataclass(slots=True)
class _LoadedApi:
    """The API of one build, with the number of requests that it is answering."""

    api: Api
    router: Router
    stamp: Stamp
    requests: int = 0
    replaced: bool = False

    def close_if_unused(self) -> None:
        if self.replaced and not self.requests:
            self.api.close()


class ReloadingBuild:
    """The API as an ASGI application. Call `close` at the end."""

    def __init__(
        self,
        folder: Path,
        stamp: Callable[[], Stamp],
        images: ImageTemplate | None = None,
        cache: Path | None = None,
    ) -> None:
        """Serve the build in `folder`; `stamp` returns another value once the build is another.

        `images` and `cache` are those of an Api.
        """
        self._folder = folder
        self._open = lambda: Api(Build(folder), images, cache)
        self._stamp = stamp
        self._loaded: _LoadedApi | None = None
        self._loading: asyncio.Task[None] | None = None
        self._slots = Slots(THREADS, RESERVED, Clients(), Limits())
        self._fault = ""  # why the last build could not be loaded
        self._refused: Stamp | None = None  # the build that could not be loaded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, to its end from the tables of one build."""
        try:
            loaded = await self._current()
        except KgError as error:
            await problem_response(HttpProblem(503, str(error)))(scope, receive, send)
            return
        loaded.requests += 1
        try:
            receive = await _received(scope, receive)
            await self._in_turn(loaded.router, scope, receive, send)
        except ClientDisconnect:  # a list that did not arrive in full
            return
        except HttpProblem as problem:
            await problem_response(problem)(scope, receive, send)
        finally:
            loaded.requests -= 1
            loaded.close_if_unused()

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The routes of the API; empty before the first request."""
        return self._loaded.router.routes if self._loaded else ()

    async def _in_turn(self, router: Router, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the turn of the client, and answer; raise HttpProblem where too many requests wait."""
        client = client_of((scope.get("client") or ("",))[0])
        await self._slots.take(client)
        start = time.monotonic()
        try:
            await router(scope, receive, send)
        finally:
            seconds = time.monotonic() - start
            self._slots.charge(client, seconds, long=seconds > SHORT)
            self._slots.leave(client)
            self._slots.add()

    def start(self) -> asyncio.Task[None]:
        """Load the build in the background, so that the first request does not wait for all of that."""
        self._loading = self._loading or asyncio.create_task(self._load())
        return self._loading

    async def close(self) -> None:
        """Close the tables."""
        if self._loading:
            await asyncio.gather(self._loading, return_exceptions=True)
        self._replace(None)

    async def _current(self) -> _LoadedApi:
        """Return the loaded API, and load another in the background if the build has changed, or a table is damaged.

        Only the first request waits, and those after a build that could not be loaded. Raises HttpProblem if the build
        cannot be read: answers from the one before would differ from those of the endpoint.
        """
        stamp = self._stamp()
        if self._loaded is None or self._loaded.stamp != stamp or self._loaded.api.damaged:
            loading = self.start()
            if self._loaded is None or self._refused == stamp:
                await asyncio.shield(loading)
        if self._loaded is None or self._refused == stamp:
            raise HttpProblem(503, self._fault)
        return self._loaded

    async def _load(self) -> None:
        stamp = self._stamp()
        try:
            api = await asyncio.to_thread(self._open)
            self._replace(_LoadedApi(api, Router(api.routes()), stamp))
            self._refused = None
        except (KgError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else for_visitors(str(error), self._folder)
            self._fault = f"the tables of the build cannot be read: {reason}"
            self._refused = stamp
            LOG.error(  # noqa: TRY400 the message has the reason
                "the explorer cannot read the build: %s", error
            )
        finally:
            self._loading = None

    def _replace(self, loaded: _LoadedApi | None) -> None:
        old, self._loaded = self._loaded, loaded
        if old:
            old.replaced = True
            old.close_if_unused()


async def _received(scope: Scope, receive: Receive) -> Receive:
    """Read the body of a request, so that a slow client takes no turn of others; return a function that gives it."""
    if scope["type"] != "http" or scope["method"] != "POST":
        return receive
    body = await read_body(Request(scope, receive), MOST_BYTES, "list")

    async def give() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return give
