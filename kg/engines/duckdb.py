"""DuckDB: all cores of one machine, bounded memory, spilling to disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import finalize

import duckdb

from kg.engines.duckdb_errors import ClosedEngineError, first_line, is_of_file, translated_errors
from kg.engines.paths import FileNames
from kg.engines.statements import Select, quote
from kg.errors import REBUILD, OutputError, RecordError, SourceError
from kg.runtime.paths import is_utf8, printable
from kg.runtime.temporary import scratch_folder

if TYPE_CHECKING:
    import pyarrow as pa

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
        *,
        as_written: bool = False,
    ) -> None:
        """Open the database.

        With `as_written` joins run as SQL has them: each goes through the first table and has the second in memory.
        DuckDB may swap them, because it does not know how large a text file is.
        """
        self._lock = Lock()
        temporary = ExitStack()
        self._remove_temporary_folder = finalize(self, temporary.close)
        self._names = FileNames()
        folder = folder or temporary.enter_context(scratch_folder())
        settings: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": f"{self._names.name(folder)}/spill",
            "memory_limit": memory_limit,
            "preserve_insertion_order": True,
        }
        if threads is not None:
            settings["threads"] = threads
        if as_written:
            settings["disabled_optimizers"] = "join_order,build_side_probe_side"
        try:
            self._connection = duckdb.connect(_new_file(file) if file else ":memory:", config=settings)
        except duckdb.Error as error:
            self._remove_temporary_folder()
            reason = " ".join(str(error).split())
            raise OutputError(f"memory limit {memory_limit!r}: {reason}; give one such as 4GiB or 500MB") from None
        self._tables: set[str] = set()
        self._views: set[str] = set()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open one more connection to the database; a connection serves one thread."""
        with translated_errors(), self._lock:  # because a connection refuses two calls at once
            return self._connection.cursor()

    def append(self, name: str, table: pa.Table) -> None:
        """Append rows; the first call creates the table with the columns of `table`."""
        verb = f"INSERT INTO {name}" if name in self._tables else f"CREATE TABLE {name} AS"
        with translated_errors():
            self._connection.register("appended_rows", table)
            self._connection.execute(f"{verb} SELECT * FROM appended_rows")
            self._connection.unregister("appended_rows")
        self._tables.add(name)

    def create_table(self, name: str, select: str) -> None:
        """Create a table from the result of a SELECT, replacing an older one."""
        self._run(f"CREATE OR REPLACE TABLE {name} AS {select}")
        self._tables.add(name)

    def create_from_file(self, name: str, select: str) -> None:
        """Create a table from a SELECT that reads a file of the user; raise RecordError where the file is no table."""
        with translated_errors():
            try:
                self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS {select}")
            except duckdb.Error as error:
                if not is_of_file(error):
                    raise
                raise RecordError(first_line(error)) from None
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

    def drop_if_there(self, *names: str) -> None:
        """Drop tables that DuckDB may have created by itself."""
        for name in names:
            self._run(f"DROP TABLE IF EXISTS {name}")

    def attach(self, name: str, path: Path) -> None:
        """Create the view `name` of a Parquet file, or of a folder of them; raise SourceError if it is damaged."""
        try:
            self._run(f"CREATE VIEW {name} AS {self.select_parquet(path)}")
        except (duckdb.Error, OutputError, SourceError, OSError):
            raise SourceError(f"{path}: damaged or unreadable; {REBUILD}") from None

    def attach_database(self, name: str, path: Path, *, new: bool = False) -> list[str]:
        """Attach a database file as the catalogue `name`, read-only unless it is `new`; return its tables.

        Raises SourceError for a file that is missing or damaged, OutputError for a new one that cannot be written.
        """
        mode = "" if new else " (READ_ONLY)"
        with translated_errors():
            try:
                self._connection.execute(f"ATTACH {quote(_new_file(path))} AS {name}{mode}")
            except duckdb.Error as error:
                if new:
                    raise
                raise SourceError(f"{path}: damaged or unreadable: {first_line(error)}") from None
            rows = self.rows(f"SELECT table_name FROM duckdb_tables() WHERE database_name = {quote(name)}")
        return [row["table_name"] for row in rows]

    def detach_database(self, name: str) -> None:
        """Close a database file; all of it is on disk then."""
        self._run(f"CHECKPOINT {name}")
        self._run(f"DETACH {name}")

    def select_parquet(self, path: Path) -> Select:
        """Return a SELECT of a Parquet file, or of a folder of them, whatever its path; it is valid until `close`.

        Raises OSError where there is none.
        """
        # Without the option, a folder `figures=5` on the way to the file would become a column.
        return Select(f"SELECT * FROM read_parquet({quote(self.parquet_files(path))}, hive_partitioning = false)")

    def file_name(self, path: Path) -> str:
        """Return the name by which DuckDB finds a file, whatever its path, until `close`."""
        return self._names.name(path)

    def parquet_files(self, path: Path) -> str:
        """Return the name by which DuckDB finds a Parquet file, or a pattern of those in a folder, until `close`.

        A file stays the one that it is now, because a build may be replaced while its tables are read.
        """
        return f"{self._names.name(path)}/*.parquet" if path.is_dir() else self._names.pinned(path)

    def fetch(self, select: str) -> pa.Table:
        """Return a result; threads may call this at the same time."""
        with translated_errors(), self.connect() as cursor:
            return cursor.sql(select).to_arrow_table()

    def rows(self, select: str) -> list[dict[str, Any]]:
        """Return the rows of a small result, each by column name; this does not import Arrow, as `fetch` does."""
        with translated_errors(), self.connect() as cursor:
            relation = cursor.sql(select)
            columns = relation.columns
            return [dict(zip(columns, row, strict=True)) for row in relation.fetchall()]

    def stream(self, select: str, batch_rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        """Yield a result in batches; other calls may come between them."""
        with translated_errors(), self.connect() as cursor:
            yield from cursor.sql(select).to_arrow_reader(batch_rows)

    def count(self, table: str) -> int:
        """Return the number of rows of a table, or of a SELECT in brackets."""
        return int(self.rows(f"SELECT COUNT(*) AS n FROM {table}")[0]["n"])

    def interrupt(self) -> None:
        """Stop the statement that another thread runs here; it raises KeyboardInterrupt there."""
        with suppress(duckdb.ConnectionException):  # nothing runs where the database is closed
            self._connection.interrupt()

    def close(self) -> None:
        """Close the database and remove its temporary folder; the call of another thread ends before that."""
        with self._lock:
            _close(self._connection)
        self._names.close()
        self._remove_temporary_folder()

    def _run(self, statement: str) -> None:
        with translated_errors():
            self._connection.execute(statement)


class DuckDBSchema(DuckDBEngine):
    """A schema inside the database of another engine: it has tables of its own and reads those of the other, too.

    Closing it drops its tables and nothing else.
    """

    def __init__(self, database: DuckDBEngine, name: str) -> None:
        """Create the schema `name`, which `database` must not have."""
        self._database = database  # which must not be dropped with its folder before this one is closed
        self._names = FileNames()
        self._name = name
        self._tables, self._views = set(), set()
        self._lock = Lock()
        with translated_errors():
            self._connection = database.connect()
        self._run(f"CREATE SCHEMA {name}")
        self._run(self._search_path)

    @property
    def _search_path(self) -> str:
        return f"SET search_path = '{self._name},main'"

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open one more connection, which finds the tables of this schema first; it serves one thread."""
        connection = super().connect()
        with translated_errors():
            connection.execute(self._search_path)
        return connection

    def close(self) -> None:
        """Drop the schema with its tables; nothing is left to do where the database is closed."""
        with suppress(duckdb.ConnectionException, ClosedEngineError), self._database.connect() as connection:
            connection.execute(f"DROP SCHEMA {self._name} CASCADE")
        with self._lock, suppress(duckdb.Error):
            _close(self._connection)
        self._names.close()


@contextmanager
def database(path: Path, *, reproducible: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database file, new or not; at the end all of it is on disk.

    A new one is `reproducible` if one thread fills it: then only its identifier, which DuckDB draws at random, differs.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {"threads": 1} if reproducible else {}
    with translated_errors(), duckdb.connect(_new_file(path), config=settings) as connection:
        yield connection


def _close(connection: duckdb.DuckDBPyConnection) -> None:
    """Close a connection, which refuses that while another thread uses it."""
    while True:
        try:
            connection.close()
        except duckdb.ResourceInUseException:
            time.sleep(0.01)
        else:
            return


def _new_file(path: Path) -> str:
    """Return the name of a database file; raise OutputError for one where DuckDB would look elsewhere for its log."""
    name = str(path.resolve())
    if "?" in name or "\\" in name or not is_utf8(name):
        raise OutputError(
            f"{printable(path.parent)}: DuckDB cannot write into a folder of this name; set TMPDIR to another"
        )
    return name
