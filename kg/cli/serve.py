"""`kg serve`: serve the explorer and the SPARQL endpoint of a build."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import webbrowser
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

import click

from kg.cli.options import Size, build_option, chosen_build, cores, user_cache
from kg.cli.server_options import (
    missing_library,
    no_cache_option,
    query_memory_option,
    timeout_option,
    workers_option,
)
from kg.errors import KgError, OutputError

if TYPE_CHECKING:
    from kg.model.build import Build

_WITHOUT_STORE = (
    "kg: note: this build has no store: the explorer works, but SPARQL queries and the pages of IRIs are answered by "
    "status 501; make a store with: kg build SOURCE (without --no-store)"
)


_OF_MCP = {"mcp", "mcp_types", "pydantic"}
"""Libraries that the extra `serve` does not bring."""


def _is_of_mcp(error: ModuleNotFoundError) -> bool:
    """Return whether a library of MCP is missing, or a module that an old one does not have."""
    return (error.name or "").partition(".")[0] in _OF_MCP


def _root(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", value):
        raise click.BadParameter(f"{value!r} is not a path such as /pfocr, with a slash before it and none after it")
    return value


def _hosts(_context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    port = r"(:\d+)?" if parameter.name == "federation" else ""
    for value in values:
        if not re.fullmatch(rf"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]){port}", value):
            raise click.BadParameter(f"{value!r} is not a host such as sparql.wikipathways.org")
    return tuple(value.lower() for value in values)


def _networks(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError:
            raise click.BadParameter(f"{value!r} is not an address such as 10.0.0.5 or 10.0.0.0/24") from None
    return values


@click.command()
@click.argument("build", required=False, type=click.Path())
@build_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 means all.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@workers_option
@timeout_option
@query_memory_option
@click.option("--max-results", type=Size(), default="500MB", show_default=True, help="Largest size of an answer.")
@click.option("--max-query", type=Size(), default="64KiB", show_default=True, help="Largest size of a query.")
@click.option("--max-waiting", type=click.IntRange(0), default=1000, show_default=True,
              help="Number of queries that may wait; further ones are refused.")  # fmt: skip
@click.option("--allow-federation", "federation", multiple=True, metavar="HOST", callback=_hosts,
              help="Host that queries may ask with SERVICE; repeatable. [default: none]")  # fmt: skip
@click.option("--allow-host", "names", multiple=True, metavar="NAME", callback=_hosts,
              help="Further host name of this server, such as that of a proxy; repeatable.")  # fmt: skip
@click.option("--proxy", "proxies", multiple=True, metavar="ADDRESS", callback=_networks,
              help="Address of a proxy that names its clients; repeatable. [default: this machine]")  # fmt: skip
@click.option("--root-path", default="", metavar="PATH", callback=_root,
              help="Path of this server behind a proxy, such as /pfocr.")  # fmt: skip
@click.option("--cors", is_flag=True, help="Allow web pages of other sites to send queries.")
@click.option("--image-url", metavar="TEMPLATE",
              help="Address of a figure's picture, with {pmcid}, {filename} and {figid}; loaded on request only. "
              "[default: none]")  # fmt: skip
@no_cache_option
@click.option("--metrics", is_flag=True, help="Answer /metrics, for Prometheus.")
@click.option("--mcp", is_flag=True, help="Answer /mcp, for assistants (Model Context Protocol).")
@click.option("--open", "open_", is_flag=True, help="Open the explorer in the browser.")
@click.option("-q", "--quiet", is_flag=True, help="Print no access log.")
def serve(
    build: str | None, folder: str, host: str, port: int, workers: int | None, timeout: float, memory_limit: int,
    max_results: int, max_query: int, max_waiting: int, federation: tuple[str, ...], names: tuple[str, ...],
    proxies: tuple[str, ...], root_path: str, cors: bool, image_url: str | None, no_cache: bool, metrics: bool,
    mcp: bool, open_: bool, quiet: bool,
) -> None:  # fmt: skip
    """Serve the explorer and a SPARQL endpoint of a build, until Ctrl-C or SIGTERM.

    BUILD is the folder of a finished build, as in --build. Each query runs in a process of its own, which can only read
    and is killed after the timeout. A new build in the folder is served as soon as it is finished, or at SIGHUP.

    It writes its log, a scratch folder below TMPDIR, which it removes at the end, and tables for the next start in the
    user's cache; the build is only read.

    It needs the extra `serve`, and for --mcp the extra `mcp`. Without it, the command shows how to install it.

    Example: kg serve exports --open
    """
    chosen = chosen_build(build, folder)
    try:
        from kg.web.app import ServeOptions, application
        from kg.web.images import ImageTemplate
        from kg.web.server import Front
        from kg.web.server import serve as run
        from kg.web.sparql.worker import Limits

        for wanted, module in ((metrics, "kg.web.metrics"), (mcp, "kg.web.mcp.endpoint")):
            if wanted:  # so that a missing library is named
                import_module(module)
    except ModuleNotFoundError as error:
        raise missing_library(error, "kg serve", "mcp" if mcp and _is_of_mcp(error) else "serve") from None
    from kg.model.build import Build

    limits = Limits(workers or cores(), timeout, memory_limit, max_results, max_query, max_waiting, federation)
    images = ImageTemplate(image_url) if image_url is not None else None
    cache = None if no_cache else user_cache("served")
    options = ServeOptions(limits, _host_names(host, names), cors, metrics, images, cache, mcp)
    served = Build(chosen)
    _check_store(served)
    _raise_file_limit()
    with _listening(host, port) as listener:
        address = _address(host, listener.getsockname()[1], root_path)
        if not ipaddress.ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback:
            click.echo(_warning(host, metrics=metrics, mcp=mcp), err=True)

        def on_start() -> None:
            tools = f"assistants  {address}/mcp\n" if mcp else ""
            click.echo(f"explorer    {address}/\nSPARQL      {address}/sparql\n{tools}stop        Ctrl-C")
            if open_:
                webbrowser.open(f"{address}/")

        try:
            front = Front(root_path, proxies)
            started = run(application(served, options), listener, front, quiet=quiet, on_start=on_start)
        except KeyboardInterrupt:  # uvicorn has shut down and passes the signal on.
            return
    if not started:
        raise KgError("the server did not start; the lines above say why")


def _check_store(build: Build) -> None:
    """Raise SourceError for a damaged store before the server listens; print a note for a build without one."""
    if "store" in build.manifest.get("outputs", {}):
        from kg.rdf import store

        store.open_read_only(build)
    else:
        click.echo(_WITHOUT_STORE, err=True)


def _host_names(host: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the Host headers to accept; empty means all: the server is public and no name was set."""
    from kg.web.security import LOCAL_HOSTS

    with suppress(ValueError):
        if not names and not ipaddress.ip_address(host).is_loopback:
            return ()
    own = f"[{host}]" if ":" in host else host
    return tuple(dict.fromkeys([*LOCAL_HOSTS, own.lower(), *names]))


def _listening(host: str, port: int) -> socket.socket:
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = addresses[0]
        return socket.create_server(address[:2], family=family, backlog=4096)
    except OSError as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise OutputError(f"{host} port {port}: {reason}; choose with --host and --port") from None


def _warning(host: str, *, metrics: bool, mcp: bool) -> str:
    """Return what other machines can reach, and what to do about it."""
    options = [path for path, wanted in (("/metrics", metrics), ("/mcp", mcp)) if wanted]
    *others, last = ["the explorer", "its API", "/sparql", *options]
    shown = f"{', '.join(others)} and {last}"
    return (
        f"kg: warning: --host {host}: every machine that reaches this one can use {shown}, without a password, without "
        "encryption and as often as it likes; put a proxy in front and leave --host out, as docs/serve.md shows"
    )


def _address(host: str, port: int, root_path: str) -> str:
    """Return the address to open in a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}{root_path}"


def _raise_file_limit() -> None:
    """Set a higher limit of open files, because each connection counts as one and the usual limit is low."""
    import resource  # Windows does not have it.

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
