"""The ASGI application of `kg serve`: the SPARQL endpoint, the pages and the JSON API."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kg.model.build import Build
from kg.web.explorer.reloading import ReloadingBuild
from kg.web.images import ImageTemplate
from kg.web.linked_data.downloads import Compression
from kg.web.linked_data.resources import LinkedData
from kg.web.linked_data.schema_org import start_page
from kg.web.presence import PresenceMiddleware
from kg.web.problems import HttpProblem, internal_error, problem_response, routing_problem
from kg.web.security import LOCAL_HOSTS, SecurityMiddleware
from kg.web.sparql.documents import Documents
from kg.web.sparql.endpoint import Endpoint
from kg.web.sparql.pool import Pool
from kg.web.sparql.protocol import METHODS
from kg.web.sparql.worker import Limits


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Options of a server."""

    limits: Limits = field(default_factory=Limits)
    hosts: tuple[str, ...] = LOCAL_HOSTS  # accepted Host headers; empty: all
    cors: bool = False  # whether pages of other sites may send requests
    metrics: bool = False  # whether /metrics exists; it needs prometheus_client
    images: ImageTemplate | None = None  # where pictures of figures are; None: the pages offer none
    cache: Path | None = None  # where the explorer keeps its tables for the next server; None: nowhere
    mcp: bool = False  # whether /mcp exists; it needs the extra mcp


_Running = Callable[[], AbstractAsyncContextManager[None]]
"""Function that returns the block in which a part of the server runs."""

_HANDLERS: dict[Any, Any] = {HTTPException: routing_problem, Exception: internal_error}


@dataclass(frozen=True, slots=True)
class Parts:
    """What answers about a build: its workers, its API and its documents, and the routes to them."""

    pool: Pool
    api: ReloadingBuild
    documents: Documents
    routes: list[BaseRoute]

    @classmethod
    def of(cls, build: Build, options: ServeOptions) -> Self:
        """Return the parts for a build, which `running` starts."""
        pool = Pool(build.folder, options.limits)
        api = ReloadingBuild(build.folder, pool.stamp, options.images, options.cache)
        documents = Documents(build.folder, pool.stamp)
        return cls(
            pool,
            api,
            documents,
            [
                Route("/sparql", Endpoint(build, pool, documents, options.limits)),
                Route("/api/{path:path}", api),
                *LinkedData(build.folder, pool, documents, api).routes(),
            ],
        )

    def inside(self, folder: Path) -> Starlette:
        """Return the application of API and endpoint alone, which tools ask within the server."""
        return Starlette(
            routes=self.routes,
            middleware=[Middleware(PresenceMiddleware, folder=folder)],
            exception_handlers=_HANDLERS,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the workers; SIGHUP has them open the store again, as a new manifest does."""
        with suppress(ValueError, RuntimeError):  # only the main thread may handle signals, and tests serve in another
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.pool.reload)
        self.api.start()
        try:
            async with self.pool:
                yield
        finally:
            await self.api.close()


def application(build: Build, options: ServeOptions = ServeOptions()) -> Starlette:
    """Return the ASGI application that serves a build; its lifespan starts and ends the worker processes."""
    parts = Parts.of(build, options)

    async def health(_request: Request) -> Response:
        alive = parts.pool.alive
        return PlainTextResponse("ok") if alive else problem_response(HttpProblem(503, "no worker is ready yet"))

    routes: list[BaseRoute] = [*parts.routes, Route("/health", health), *_pages(build.folder)]
    middleware = _middleware(options, build.folder)
    if options.metrics:
        from kg.web.metrics import Metrics, MetricsMiddleware

        metrics = Metrics(build.folder, parts.pool, lambda: (*parts.api.routes, *routes))
        routes.append(Route("/metrics", metrics.endpoint))
        middleware.insert(0, Middleware(MetricsMiddleware, metrics=metrics))
    running: _Running = parts.running
    if options.mcp:
        from kg.web.mcp.endpoint import McpEndpoint
        from kg.web.mcp.server import mcp_server

        tools = McpEndpoint(mcp_server(parts.inside(build.folder), parts.documents), cors=options.cors)
        routes.append(Route("/mcp", tools, methods=["POST"]))
        running = _both(parts.running, tools.running)
    return Starlette(
        routes=routes,
        middleware=middleware,
        exception_handlers=_HANDLERS,
        lifespan=lambda _app: running(),
    )


def _both(outer: _Running, inner: _Running) -> _Running:
    """Return the block that runs one within the other."""

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with outer(), inner():
            yield

    return running


def _pages(folder: Path) -> list[BaseRoute]:
    """Return the routes of the pages, which are files of the package; the start page describes the dataset."""
    web = Path(str(files("kg") / "web"))
    static = StaticFiles(directory=web / "static")
    return [
        Route("/", start_page(folder)),
        Route("/query", _page(static, "query.html")),
        Mount("/static", static),
        Mount("/vendor", StaticFiles(directory=web / "vendor")),
    ]


def _page(static: StaticFiles, name: str) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        return await static.get_response(name, request.scope)

    return page


def _middleware(options: ServeOptions, folder: Path) -> list[Middleware]:
    """Return the middleware, the outermost first."""
    images = options.images.origin if options.images else ""
    security = Middleware(SecurityMiddleware, hosts=options.hosts, cors=options.cors, images=images)
    cors = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=METHODS, allow_headers=["*"])
    gzip = Middleware(Compression, minimum_size=1000, compresslevel=5)
    return [security, *([cors] if options.cors else []), gzip, Middleware(PresenceMiddleware, folder=folder)]
