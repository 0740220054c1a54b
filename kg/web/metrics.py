"""Metrics for Prometheus at `/metrics`: requests, latencies, queue, workers, memory and the build that is served.

Labels have few values: a request counts by the template of its route, never by its path.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg import __version__
from kg.errors import KgError
from kg.model.build import Build
from kg.web.sparql.pool import Pool

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Upper bounds of the histogram of latencies; the last is above the usual `--timeout`."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
"""Methods with a label of their own; all others count as `other`."""

disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The metrics of one server."""

    def __init__(self, folder: Path, pool: Pool, routes: Callable[[], Iterable[BaseRoute]]) -> None:
        """Measure the server of the build in `folder`; `routes` returns its routes, the most specific first."""
        self._routes = routes
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(_ServerCollector(folder, pool))
        self._requests = Counter(
            "kg_http_requests", "Requests that have ended.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "kg_http_request_seconds",
            "Time from a request to the end of its answer.",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._running = Gauge("kg_http_requests_running", "Requests that are being answered.", registry=self._registry)

    async def endpoint(self, _request: Request) -> Response:
        """Return all metrics as text."""
        return Response(generate_latest(self._registry), headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE)

    def begin(self) -> float:
        """Count a request that begins; return the time."""
        self._running.inc()
        return time.perf_counter()

    def end(self, method: str, path: str, status: int, start: float) -> None:
        """Count a request that has ended; its status is 0 if the client left before the answer began."""
        self._running.dec()
        route = _template(path, self._routes())
        method = method if method in METHODS else "other"
        self._requests.labels(method, route, str(status) if status else "none").inc()
        self._seconds.labels(route).observe(time.perf_counter() - start)


class MetricsMiddleware:
    """ASGI middleware that measures every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count it when its answer is sent."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        path = scope["path"].removeprefix(scope.get("root_path", ""))  # now, because the router changes both
        start = self._metrics.begin()
        try:
            await self._app(scope, receive, send_and_look)
        except Exception:
            status = status or 500  # which the application sends outside of this middleware
            raise
        finally:
            self._metrics.end(scope["method"], path, status, start)


class _ServerCollector(Collector):
    """Metrics that are read from the server whenever Prometheus requests them."""

    def __init__(self, folder: Path, pool: Pool) -> None:
        self._folder = folder
        self._pool = pool

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of the queue, the workers and the build."""
        yield from self._queue()
        yield from _workers(self._pool.status.workers, self._pool.status.started)
        yield from self._build()

    def _queue(self) -> Iterator[Metric]:
        status = self._pool.status
        gauges = {
            "kg_queries_running": ("SPARQL queries that run.", (status.short_running, status.long_running)),
            "kg_queries_waiting": ("SPARQL queries that wait.", (status.short_waiting, status.long_waiting)),
        }
        for name, (text, values) in gauges.items():
            gauge = GaugeMetricFamily(name, text, labels=("share",))
            for share, value in zip(("short", "long"), values, strict=True):
                gauge.add_metric((share,), value)
            yield gauge
        counters = {
            "kg_queries": (
                "SPARQL queries by how they went: short, moved to the long share, stopped to run there again.",
                "course",
                {"short": status.short, "moved": status.moved, "stopped": status.stopped},
            ),
            "kg_queries_refused": (
                "SPARQL queries refused: too many of one client (429), too many in all (503).",
                "reason",
                {"client": status.refused_client, "busy": status.refused_busy},
            ),
        }
        for name, (text, label, counts) in counters.items():
            counter = CounterMetricFamily(name, text, labels=(label,))
            for course, count in counts.items():
                counter.add_metric((course,), count)
            yield counter

    def _build(self) -> Iterator[Metric]:
        """Yield the build's identity, which is missing while the folder has no build."""
        info = InfoMetricFamily(
            "kg_build",
            "The build in the folder: digest of its manifest, version of the program that made it and of this one.",
        )
        present = GaugeMetricFamily("kg_build_present", "1 if the folder has a build, otherwise 0.", value=0)
        with suppress(KgError, OSError):
            build = Build(self._folder)
            digest = hashlib.sha256((self._folder / "manifest.json").read_bytes()).hexdigest()
            labels = {"manifest": digest[:16], "version": str(build.manifest["version"]), "server": __version__}
            info.add_metric((), labels)
            present = GaugeMetricFamily("kg_build_present", "1 if the folder has a build, otherwise 0.", value=1)
        yield info
        yield present


def _workers(alive: int, started: int) -> Iterator[Metric]:
    yield GaugeMetricFamily("kg_workers", "Worker processes.", value=alive)
    yield CounterMetricFamily("kg_workers_started", "Worker processes since the start of the server.", value=started)
    text = "Resident memory of all worker processes, 0 on other systems than Linux."
    yield GaugeMetricFamily("kg_workers_resident_memory_bytes", text, value=sum(map(_memory, _children())))


def _children() -> Iterator[int]:
    """Yield the processes that this one has started; Linux lists them by thread."""
    for path in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            yield from map(int, path.read_text(encoding="ascii").split())


def _memory(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _template(path: str, routes: Iterable[BaseRoute]) -> str:
    """Return the template of the first route for a path, `other` if there is none."""
    for route in routes:
        if isinstance(route, Route | Mount) and route.path_regex.match(path):
            return route.path_format
    return "other"
