"""An engine runs the SQL of `kg/sql`: DuckDB on one machine, others by entry point (group `kg.engines`).

The SQL is written in what DuckDB and Spark SQL have in common; an engine adds only how a result is
kept under a name and how it leaves as Arrow.
"""

from collections.abc import Iterator
from typing import Protocol

import pyarrow as pa


class Engine(Protocol):
    """What a build needs of a database engine."""

    dialect: str
    """Name of its SQL dialect, such as duckdb; statements can have a twin in it."""

    def append(self, name: str, table: pa.Table) -> None:
        """Add the rows of an Arrow table to the table `name`, which the first call creates."""
        ...

    def create_table(self, name: str, select: str) -> None:
        """Keep the result of a SELECT as the table `name`, replacing an older one."""
        ...

    def create_view(self, name: str, select: str) -> None:
        """Read a SELECT under a name; an engine may keep its result."""
        ...

    def drop(self, *names: str) -> None:
        """Drop tables and views that nothing reads any more, views before what they read."""
        ...

    def fetch(self, select: str) -> pa.Table:
        """Give the whole result of a SELECT; for small results."""
        ...

    def stream(self, select: str) -> Iterator[pa.RecordBatch]:
        """Give the result of a SELECT in batches, in its order."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...
