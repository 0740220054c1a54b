"""DuckDB: all cores of one machine, bounded memory, spilling to disk."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import duckdb
import pyarrow as pa

from kg.engines.statements import quote
from kg.errors import OutputError, SourceError

BATCH_ROWS = 65_536


class DuckDBEngine:
    """One private database, in memory or in `file`, that spills into `folder` when it reaches `memory_limit`.

    Without a folder it spills into a temporary one, which `close` removes.
    """

    dialect = "duckdb"

    def __init__(
        self,
        folder: Path | None = None,
        memory_limit: str = "4GiB",
        threads: int | None = None,
        file: Path | None = None,
    ) -> None:
        self._lock = Lock()
        self._temporary: TemporaryDirectory[str] | None = None
        if folder is None:
            self._temporary = TemporaryDirectory(prefix="kg-")
            folder = Path(self._temporary.name)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": str(folder / "spill"),
            "memory_limit": memory_limit,
            "preserve_insertion_order": True,
        }
        if threads is not None:
            settings["threads"] = threads
        try:
            self._connection = duckdb.connect(str(file or ":memory:"), config=settings)
        except duckdb.Error as error:
            self._remove_temporary_folder()
            reason = " ".join(str(error).split())
            raise OutputError(f"memory limit {memory_limit!r}: {reason}; give one such as 4GiB or 500MB") from None
        self._tables: set[str] = set()
        self._views: set[str] = set()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open one more connection to the database; a connection serves one thread."""
        with self._lock:  # because a connection refuses two calls at once
            return self._connection.cursor()

    def append(self, name: str, table: pa.Table) -> None:
        """Append rows; the first call creates the table with the columns of `table`."""
        self._connection.register("appended_rows", table)
        verb = f"INSERT INTO {name}" if name in self._tables else f"CREATE TABLE {name} AS"
        self._run(f"{verb} SELECT * FROM appended_rows")
        self._connection.unregister("appended_rows")
        self._tables.add(name)

    def create_table(self, name: str, select: str) -> None:
        """Create a table from the result of a SELECT, replacing an older one."""
        self._run(f"CREATE OR REPLACE TABLE {name} AS {select}")
        self._tables.add(name)

    def create_view(self, name: str, select: str) -> None:
        """Create a view of a SELECT, which runs wherever the view is read."""
        self._run(f"CREATE OR REPLACE VIEW {name} AS {select}")
        self._views.add(name)

    def drop(self, *names: str) -> None:
        """Drop tables and views; name views before the tables that they read."""
        for name in names:
            self._run(f"DROP {'VIEW' if name in self._views else 'TABLE'} {name}")
            self._views.discard(name)
            self._tables.discard(name)

    def attach(self, name: str, path: Path) -> None:
        """Create the view `name` of a Parquet file, or of a folder of them; raise SourceError if it is damaged."""
        files = path / "*.parquet" if path.is_dir() else path
        try:
            self._run(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quote(str(files))})")
        except (duckdb.Error, OutputError):
            raise SourceError(f"{path}: damaged or unreadable; build again") from None

    def fetch(self, select: str) -> pa.Table:
        """Return a result; threads may call this at the same time."""
        with _translated_errors(), self.connect() as cursor:
            return cursor.sql(select).to_arrow_table()

    def stream(self, select: str) -> Iterator[pa.RecordBatch]:
        """Yield a result in batches of 65,536 rows; other calls may come between them."""
        with _translated_errors(), self.connect() as cursor:
            yield from cursor.sql(select).to_arrow_reader(BATCH_ROWS)

    def count(self, table: str) -> int:
        """Return the number of rows of a table, or of a SELECT in brackets."""
        return int(self.fetch(f"SELECT COUNT(*) AS n FROM {table}")["n"][0].as_py())

    def interrupt(self) -> None:
        """Stop the statement that another thread runs here; it raises KeyboardInterrupt there."""
        self._connection.interrupt()

    def close(self) -> None:
        """Close the database and remove its temporary folder."""
        with self._lock:
            self._connection.close()
        self._remove_temporary_folder()

    def _remove_temporary_folder(self) -> None:
        if self._temporary:
            self._temporary.cleanup()

    def _run(self, statement: str) -> None:
        with _translated_errors():
            self._connection.execute(statement)


class DuckDBSchema(DuckDBEngine):
    """A schema inside the database of another engine: it has tables of its own and reads those of the other, too.

    Closing it drops its tables and nothing else.
    """

    def __init__(self, database: DuckDBEngine, name: str) -> None:
        """Create the schema `name`, which `database` must not have."""
        self._database = database  # which must not be dropped with its folder before this one is closed
        self._temporary = None
        self._name = name
        self._tables, self._views = set(), set()
        self._lock = Lock()
        self._connection = database.connect()
        self._run(f"CREATE SCHEMA {name}")
        self._run(self._search_path)

    @property
    def _search_path(self) -> str:
        return f"SET search_path = '{self._name},main'"

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open one more connection, which finds the tables of this schema first; it serves one thread."""
        connection = super().connect()
        connection.execute(self._search_path)
        return connection

    def close(self) -> None:
        """Drop the schema with its tables; nothing is left to do where the database is closed."""
        with suppress(duckdb.ConnectionException), self._database.connect() as connection:
            connection.execute(f"DROP SCHEMA {self._name} CASCADE")
        with self._lock, suppress(duckdb.Error):
            self._connection.close()


@contextmanager
def database(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database file, new or not; at the end all of it is on disk."""
    with _translated_errors(), duckdb.connect(str(path)) as connection:
        yield connection


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        reason = " ".join(str(error).split())[:300]
        raise OutputError(f"DuckDB ran out of room: {reason}; free disk space or raise the memory limit") from None
    except (RuntimeError, duckdb.InvalidInputException) as error:
        if "Query interrupted" in str(error) or "KeyboardInterrupt" in str(error):  # DuckDB swallows Ctrl-C
            raise KeyboardInterrupt from None
        raise
