"""Engines, which run the SQL of the packages: DuckDB on one machine, others by entry point (group `kg.engines`).

The SQL keeps to the common part of DuckDB and Spark SQL. An engine adds how tables are stored and how rows enter and
leave as Arrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class Engine(Protocol):
    """The methods of a database engine that a build calls."""

    dialect: str
    """Name of its SQL dialect, such as `duckdb`; a statement can have a twin in it."""

    def append(self, name: str, table: pa.Table) -> None:
        """Add the rows of an Arrow table to the table `name`, which the first call creates."""
        ...

    def create_table(self, name: str, select: str) -> None:
        """Create the table `name` from the result of a SELECT, replacing an older one."""
        ...

    def create_view(self, name: str, select: str) -> None:
        """Create the view `name` of a SELECT, replacing an older one."""
        ...

    def drop(self, *names: str) -> None:
        """Drop tables and views; name views before the tables that they read."""
        ...

    def fetch(self, select: str) -> pa.Table:
        """Return the result of a SELECT at once, where it is small."""
        ...

    def rows(self, select: str) -> list[dict[str, Any]]:
        """Return the rows of a small result, each by column name."""
        ...

    def stream(self, select: str, batch_rows: int = ...) -> Iterator[pa.RecordBatch]:
        """Yield the result of a SELECT in batches of at most `batch_rows`, in its order."""
        ...

    def close(self) -> None:
        """End the session and release its memory and files."""
        ...
