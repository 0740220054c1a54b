"""`kg mcp`: tools by which an assistant asks a build, over standard input and output."""

from __future__ import annotations

import os
import sys

import click

from kg.cli.options import Number, Size, build_option, chosen_build, cores, user_cache
from kg.errors import KgError
from kg.runtime.plugins import install_command


@click.command()
@click.argument("build", required=False, type=click.Path())
@build_option
@click.option(
    "--workers",
    type=click.IntRange(1, 512),
    help="Number of long queries that run at once. [default: one per core]",
)
@click.option("--timeout", type=Number(0, 86_400, min_open=True), default=30.0, show_default=True,
              help="Seconds that a query may run. It may wait as long before that.")  # fmt: skip
@click.option("--memory-limit", type=Size(), default="2GiB", show_default=True, help="Largest memory of a query.")
@click.option(
    "--no-cache", is_flag=True, help="Cache no tables of the explorer for the next start, and use no cached ones."
)
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
        if (error.name or "kg").startswith("kg"):
            raise
        command = install_command("mcp")
        raise KgError(f"kg mcp needs {error.name}, which is not installed; install it with: {command}") from None
    from kg.model.build import Build

    limits = Limits(workers or cores(), timeout, memory_limit)
    try:
        serve_stdio(Build(chosen), limits, None if no_cache else user_cache("served"))
    except KeyboardInterrupt:
        # All is closed, but a thread of the SDK reads standard input, and Python would wait for the next line there.
        sys.stderr.flush()
        os._exit(0)
