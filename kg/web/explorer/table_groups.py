"""Groups of tables, each in a database file of its own that is complete or absent."""

from collections.abc import Callable

import pyarrow as pa

from kg.engines.duckdb import DuckDBEngine
from kg.errors import SourceError
from kg.web.explorer.cached_files import CachedFiles


class TableGroup:
    """The tables of one file while they are made. Each gets a view of its name, which later tables may read."""

    def __init__(self, engine: DuckDBEngine, name: str) -> None:
        self.engine = engine
        self._name = name

    def create(self, table: str, select: str) -> None:
        """Create a table from the result of a SELECT."""
        self.engine.create_table(f"{self._name}.{table}", select)
        _show(self.engine, self._name, table)

    def append(self, table: str, rows: pa.Table) -> None:
        """Create a table from rows."""
        self.engine.append(f"{self._name}.{table}", rows)
        _show(self.engine, self._name, table)


def provide(engine: DuckDBEngine, files: CachedFiles, name: str, make: Callable[[TableGroup], None]) -> None:
    """Attach the tables of a group to an engine: those that an earlier server made, otherwise new ones of `make`."""
    earlier = files.cached(name)
    if earlier is not None:
        try:
            tables = engine.attach_database(name, earlier)
        except SourceError:
            files.discard()
        else:
            for table in tables:
                _show(engine, name, table)
            return
    path = files.new(name)
    engine.attach_database(name, path, new=True)
    make(TableGroup(engine, name))
    engine.detach_database(name)
    files.put(name)
    engine.attach_database(name, path)  # read-only, so that other servers can open the cached file, too


def _show(engine: DuckDBEngine, group: str, table: str) -> None:
    engine.create_view(table, f"SELECT * FROM {group}.{table}")
