"""The application that `kg serve` runs: the endpoint, the pages and what they ask, behind one guard."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kg.model.tables import Build
from kg.web.explorer.reloading import ReloadingBuild
from kg.web.problems import Refused, failed, problem, unknown_page
from kg.web.security import LOCAL, Guard
from kg.web.sparql.endpoint import Endpoint
from kg.web.sparql.pool import Pool
from kg.web.sparql.protocol import METHODS
from kg.web.sparql.worker import Limits


@dataclass(frozen=True, slots=True)
class Options:
    """How a build is served."""

    limits: Limits = field(default_factory=Limits)
    hosts: tuple[str, ...] = LOCAL  # Host headers that are answered; none: all
    cors: bool = False  # pages of others may ask


def application(build: Build, options: Options = Options()) -> Starlette:
    """Give the ASGI application that serves a build; its workers live as long as its lifespan."""
    pool = Pool(build.folder, options.limits)
    api = ReloadingBuild(build.folder, pool.stamp)

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok") if pool.alive else problem(Refused(503, "no worker is there yet"))

    routes = [
        Route("/sparql", Endpoint(build, pool, options.limits)),
        Route("/health", health),
        Route("/api/{path:path}", api),
        *_pages(),
    ]
    return Starlette(
        routes=routes,
        middleware=_middleware(options),
        exception_handlers={HTTPException: unknown_page, Exception: failed},
        lifespan=lambda _app: _running(pool, api),
    )


def _pages() -> list[BaseRoute]:
    """Give the pages of the explorer, which are files of the package."""
    web = Path(str(files("kg") / "web"))
    static = StaticFiles(directory=web / "static")
    return [
        Route("/", _page(static, "index.html")),
        Route("/query", _page(static, "query.html")),
        Mount("/static", static),
        Mount("/vendor", StaticFiles(directory=web / "vendor")),
    ]


def _page(static: StaticFiles, name: str) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        return await static.get_response(name, request.scope)

    return page


def _middleware(options: Options) -> list[Middleware]:
    """Give what requests pass, the outermost first."""
    guard = Middleware(Guard, hosts=options.hosts, shared=options.cors)
    shared = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=METHODS, allow_headers=["*"])
    return [guard, *([shared] if options.cors else []), Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)]


@asynccontextmanager
async def _running(pool: Pool, api: ReloadingBuild) -> AsyncIterator[None]:
    """Run the workers; SIGHUP has them read the store anew, which they do of themselves when its manifest changes."""
    with suppress(ValueError, RuntimeError):  # not in the main thread, as in tests of others
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, pool.reload)
    async with pool:
        yield
    await api.close()
