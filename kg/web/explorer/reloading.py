"""The explorer's API of the build that lies in the folder now: made anew, beside the old one, when that is replaced."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from kg.errors import KgError
from kg.model.tables import Build
from kg.web.explorer.api import Api
from kg.web.problems import Refused, problem
from kg.web.sparql.worker import Stamp

LOG = logging.getLogger("kg.serve")


@dataclass(slots=True)
class _Made:
    """An API with the build that it was made for, and how many requests it has in hand."""

    api: Api
    router: Router
    stamp: Stamp
    users: int = 0
    old: bool = False

    def close_if_left(self) -> None:
        if self.old and not self.users:
            self.api.close()


class ReloadingBuild:
    """The API as an ASGI application; `stamp` tells which build there is. Call `close` in the end."""

    def __init__(self, folder: Path, stamp: Callable[[], Stamp]) -> None:
        self._folder = folder
        self._stamp = stamp
        self._made: _Made | None = None
        self._making: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request from the tables there are."""
        try:
            made = await self._current()
        except KgError as error:
            await problem(Refused(503, str(error)))(scope, receive, send)
            return
        made.users += 1
        try:
            await made.router(scope, receive, send)
        finally:
            made.users -= 1
            made.close_if_left()

    async def close(self) -> None:
        """Let go of the tables."""
        if self._making:
            await asyncio.gather(self._making, return_exceptions=True)
        self._replace(None)

    async def _current(self) -> _Made:
        """Give the API there is, and have another made if the build has changed; only the first is waited for."""
        if self._made is None or self._made.stamp != self._stamp():
            self._making = self._making or asyncio.create_task(self._make())
            if self._made is None:
                await asyncio.shield(self._making)
        if self._made is None:
            raise Refused(503, "the tables of the build cannot be read")
        return self._made

    async def _make(self) -> None:
        stamp = self._stamp()
        try:
            api = await asyncio.to_thread(lambda: Api(Build(self._folder)))
            self._replace(_Made(api, Router(api.routes()), stamp))
        except (KgError, OSError) as error:
            LOG.error(  # noqa: TRY400 the message says it all
                "the explorer cannot read the build: %s", error
            )
        finally:
            self._making = None

    def _replace(self, made: _Made | None) -> None:
        old, self._made = self._made, made
        if old:
            old.old = True
            old.close_if_left()
