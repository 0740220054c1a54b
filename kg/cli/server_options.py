"""What `kg serve` and `kg mcp` share: the limits of queries, and the message about a missing library."""

import click

from kg.cli.options import Number, Size
from kg.errors import KgError
from kg.runtime.plugins import install_command

workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 512),
    help="Number of long queries that run at once. [default: one per core]",
)
timeout_option = click.option(
    "--timeout", type=Number(0, 86_400, min_open=True), default=30.0, show_default=True,
    help="Seconds that a query may run. It may wait as long before that.",
)  # fmt: skip
query_memory_option = click.option(
    "--memory-limit", type=Size(), default="2GiB", show_default=True, help="Largest memory of a query."
)
no_cache_option = click.option(
    "--no-cache", is_flag=True, help="Cache no tables of the explorer for the next start, and use no cached ones."
)


def missing_library(error: ModuleNotFoundError, command: str, extra: str) -> Exception:
    """Return the error that names the extra with a missing library; one of `kg` itself is a defect, and stays."""
    if (error.name or "kg").startswith("kg"):
        return error
    install = install_command(extra)
    return KgError(f"{command} needs {error.name}, which is not installed; install it with: {install}")
