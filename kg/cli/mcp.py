"""`kg mcp`: tools by which an assistant asks a build, over standard input and output."""

from __future__ import annotations

import os
import sys

import click

from kg.cli.options import build_option, chosen_build, cores, user_cache
from kg.cli.server_options import (
    missing_library,
    no_cache_option,
    query_memory_option,
    timeout_option,
    workers_option,
)


@click.command()
@click.argument("build", required=False, type=click.Path())
@build_option
@workers_option
@timeout_option
@query_memory_option
@no_cache_option
def mcp(build: str | None, folder: str, workers: int | None, timeout: float, memory_limit: int, no_cache: bool) -> None:
    """Serve a build to an assistant: a server of the Model Context Protocol on standard input and output.

    BUILD is the folder of a finished build, as in --build. The assistant starts this command itself; docs/mcp.md has
    the settings. It gets seven tools that only read: search, partners, evidence, enrich, figure, describe_schema and
    sparql. Queries run within the limits of kg serve. The command ends when its standard input does.

    For HTTP there is: kg serve --mcp

    It needs the extra `mcp`. Without it, the command shows how to install it.

    Example: kg mcp exports
    """
    chosen = chosen_build(build, folder)
    try:
        from kg.web.mcp.stdio import serve_stdio
        from kg.web.sparql.worker import Limits
    except ModuleNotFoundError as error:
        raise missing_library(error, "kg mcp", "mcp") from None
    from kg.model.build import Build

    limits = Limits(workers or cores(), timeout, memory_limit)
    try:
        serve_stdio(Build(chosen), limits, None if no_cache else user_cache("served"))
    except KeyboardInterrupt:
        # All is closed, but a thread of the SDK reads standard input, and Python would wait for the next line there.
        sys.stderr.flush()
        os._exit(0)
