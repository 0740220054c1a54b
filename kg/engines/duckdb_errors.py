"""The errors of DuckDB and Arrow as those of `kg`, with the way out."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from kg.errors import REBUILD, KgError, OutputError, SourceError

_DAMAGED = re.compile(r"Parquet file|Failed to read file|Could not read enough bytes|Corrupted file", re.IGNORECASE)
"""Words of DuckDB about a damaged Parquet file; the readers of its parts raise `duckdb.Error` itself."""

_FILE_HANDLE = re.compile(r"/proc/self/fd/[0-9]+")
"""The name of an open file, by which DuckDB reads tables."""


class ClosedEngineError(KgError):
    """The engine was closed by another thread."""

    def __init__(self) -> None:
        super().__init__("the build was closed while its tables were read; open it again with kg.open")


class DamagedDatabaseError(SourceError):
    """A database file has blocks whose checksums are wrong."""


def is_of_file(error: duckdb.Error) -> bool:
    """Return whether an error is the fault of a text file that is read, not of memory, disk or an interrupt."""
    text = str(error)
    damaged = isinstance(error, duckdb.IOException) and "gzip" in text.lower()
    of_csv = type(error) in (duckdb.Error, duckdb.InvalidInputException) and "CSV Error" in text
    return damaged or of_csv


def first_line(error: Exception) -> str:
    """Return what went wrong, without DuckDB's advice to those who write the SQL."""
    return str(error).splitlines()[0].partition(" Error: ")[2] or str(error).splitlines()[0]


def _path_of_handle(name: re.Match[str]) -> str:
    """Return the path of a file that is open under this name, or the name where there is none."""
    try:
        return os.readlink(name[0])  # noqa: PTH115 Path.readlink returns the same
    except OSError:
        return name[0]


def _library_errors() -> tuple[type[Exception], ...]:
    """Return the errors of DuckDB, and those of Arrow where it is imported."""
    return RuntimeError, duckdb.Error, getattr(sys.modules.get("pyarrow"), "ArrowException", RuntimeError)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise errors of DuckDB and Arrow as KgError, and an interrupt as KeyboardInterrupt."""
    try:
        yield
    except _library_errors() as error:
        reason = _FILE_HANDLE.sub(_path_of_handle, " ".join(str(error).split()))[:300]
        if "Query interrupted" in reason or "KeyboardInterrupt" in reason:  # DuckDB swallows Ctrl-C
            raise KeyboardInterrupt from None
        if isinstance(error, duckdb.ConnectionException):
            raise ClosedEngineError from None
        if "Corrupt database file" in reason:
            raise DamagedDatabaseError(f"a database file is damaged: {reason}") from None
        if "No files found" in reason or "No such file" in reason:
            raise SourceError(f"a file was removed while it was read: {reason}; {REBUILD}") from None
        if type(error) is duckdb.Error or _DAMAGED.search(reason):
            raise SourceError(f"a table of this build is damaged: {reason}; {REBUILD}") from None
        # A commit that cannot be written raises another error than a write.
        if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException) or "Could not write file" in reason:
            raise OutputError(f"DuckDB ran out of room: {reason}; free disk space or raise the memory limit") from None
        raise
