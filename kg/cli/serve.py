"""`kg serve`: the explorer and the SPARQL endpoint of a build."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import build_option, cores
from kg.errors import KgError, OutputError

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}


if TYPE_CHECKING:
    _Type = click.ParamType[int]
else:
    _Type = click.ParamType  # click before 8.2 takes no brackets


class Size(_Type):
    """A number of bytes as people write it: 64KiB, 500MB, 2GiB."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Give the number."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Z]*)", value.strip().upper())
        size = int(float(found[1]) * _UNITS[found[2]]) if found and found[2] in _UNITS else 0
        if not 0 < size < 1 << 60:
            self.fail(f"{value!r} is no size; give one such as 64KiB, 500MB or 2GiB", param, ctx)
        return size


def _root(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", value):
        raise click.BadParameter(f"{value!r} is no path such as /pfocr, with a slash before it and none behind")
    return value


def _hosts(_context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    port = r"(:\d+)?" if parameter.name == "federation" else ""
    for value in values:
        if not re.fullmatch(rf"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]){port}", value):
            raise click.BadParameter(f"{value!r} is no host such as sparql.wikipathways.org")
    return tuple(value.lower() for value in values)


@click.command(short_help="Serve the explorer and a SPARQL endpoint.")
@click.argument("build", required=False, type=click.Path())
@build_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is all of them.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 512), help="Processes that answer queries. [default: one a core]")
@click.option("--timeout", type=click.FloatRange(0, 86_400, min_open=True), default=30.0, show_default=True,
              help="Seconds that a query may run, and may wait for its turn.")  # fmt: skip
@click.option("--memory-limit", type=Size(), default="2GiB", show_default=True, help="Memory that a query may take.")
@click.option("--max-results", type=Size(), default="500MB", show_default=True, help="Size of an answer.")
@click.option("--max-query", type=Size(), default="64KiB", show_default=True, help="Size of the text of a query.")
@click.option("--max-waiting", type=click.IntRange(0), default=1000, show_default=True,
              help="Queries that may wait for their turn; one more is refused.")  # fmt: skip
@click.option("--allow-federation", "federation", multiple=True, metavar="HOST", callback=_hosts,
              help="Host that SERVICE may ask; repeatable. [default: none]")  # fmt: skip
@click.option("--allow-host", "names", multiple=True, metavar="NAME", callback=_hosts,
              help="Name by which clients reach the server, such as that of a proxy; repeatable.")  # fmt: skip
@click.option("--root-path", default="", metavar="PATH", callback=_root,
              help="Path under which a proxy shows the server, such as /pfocr.")  # fmt: skip
@click.option("--cors", is_flag=True, help="Let pages of other sites ask.")
@click.option("--open", "open_", is_flag=True, help="Open the explorer in the browser.")
@click.option("-q", "--quiet", is_flag=True, help="No access log.")
def serve(
    build: str | None, folder: str, host: str, port: int, workers: int | None, timeout: float, memory_limit: int,
    max_results: int, max_query: int, max_waiting: int, federation: tuple[str, ...], names: tuple[str, ...],
    root_path: str, cors: bool, open_: bool, quiet: bool,
) -> None:  # fmt: skip
    """Serve the explorer and a SPARQL endpoint of a build, until Ctrl-C or SIGTERM.

    BUILD is the folder of a finished build, as --build. A query runs in a process of its own that reads the store only
    and is killed when its time is up. When the build is made again, the new one is served; SIGHUP has it read anew.

    Example: kg serve exports --open
    """
    try:
        from kg.web.app import ServeOptions, application
        from kg.web.server import serve as run
        from kg.web.sparql.worker import Limits
    except ModuleNotFoundError as error:
        if (error.name or "kg").startswith("kg"):
            raise
        raise KgError(f"kg serve needs {error.name}, which is not here: pip install 'pfocr-kg[serve]'") from None
    from kg.model.tables import Build
    from kg.rdf import store

    limits = Limits(workers or cores(), timeout, memory_limit, max_results, max_query, max_waiting, federation)
    options = ServeOptions(limits, _answered_to(host, names), cors)
    found = Build(build or folder)
    store.open_read_only(found)  # what is wrong with it is said before anything listens
    _open_many_files()
    with _listening(host, port) as listener:
        address = _address(host, listener.getsockname()[1], root_path)

        def begin() -> None:
            click.echo(f"explorer    {address}/\nSPARQL      {address}/sparql\nstop        Ctrl-C")
            if open_:
                webbrowser.open(f"{address}/")

        try:
            started = run(application(found, options), listener, root_path, quiet=quiet, on_start=begin)
        except KeyboardInterrupt:  # uvicorn has stopped in good order and passes the signal on
            return
    if not started:
        raise KgError("the server did not start; the lines above say why")


def _answered_to(host: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Give the Host headers to answer to: all, unless only this machine can ask or a proxy's name was given."""
    from kg.web.security import LOCAL_HOSTS

    with suppress(ValueError):
        if not names and not ipaddress.ip_address(host).is_loopback:
            return ()
    own = f"[{host}]" if ":" in host else host
    return tuple(dict.fromkeys([*LOCAL_HOSTS, own.lower(), *names]))


def _listening(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, where = found[0]
        return socket.create_server(where[:2], family=family, backlog=4096)
    except OSError as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise OutputError(f"{host} port {port}: {reason}; choose with --host and --port") from None


def _address(host: str, port: int, root_path: str) -> str:
    """Give the address that a person opens."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}{root_path}"


def _open_many_files() -> None:
    """Raise the limit of open files: a connection is one to the system, and the usual limit is low."""
    import resource  # which Windows has not

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
