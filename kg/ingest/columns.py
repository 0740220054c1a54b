"""Put files aside whose parser can read many at once as columns, and join the columns with the rows of other files.

`parse` of a parser defines the meaning of a file. It reads each file that `parse_columns` does not understand. It also
reads all files of a call that fails, or whose columns are no raw tables.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

import numpy as np
import pyarrow as pa

from kg.model.tables import RAW, to_arrow
from kg.parsers import ColumnParser, File, Parser

MOST_BYTES = 16 * 1024 * 1024
"""Bytes of files put aside after which they are read, so that large files do not fill memory."""


def read_columns(parser: ColumnParser, files: list[File]) -> tuple[set[int], dict[type, pa.Table]]:
    """Return the numbers of the files that `parse_columns` understands, and their raw tables by record class.

    Rows of one file are in their order, files in any. Raises the exceptions of the parser, and ValueError, KeyError,
    TypeError or ArrowException where its columns are no raw tables.
    """
    numbers = {file.record for file in files}
    read: set[int] = set()
    tables: dict[type, list[pa.Table]] = {element: [_empty(element)] for element in RAW}
    for columns in parser.parse_columns(files):
        if not columns.read <= numbers - read:
            raise ValueError("files that were not given, or twice")
        for element, values in columns.tables.items():
            tables[element].append(_table(element, values, columns.read))
        read |= columns.read
    return read, {element: pa.concat_tables(parts) for element, parts in tables.items()}


@cache
def _empty(element: type) -> pa.Table:
    return RAW[element][1].empty_table()


def _table(element: Any, values: dict[str, Any], numbers: frozenset[int]) -> pa.Table:
    """Return a raw table; raise ValueError where it has rows of other files, or lacks a required value."""
    schema = RAW[element][1]
    if unknown := values.keys() - {*schema.names}:
        raise ValueError(f"{', '.join(sorted(unknown))} is no field of this record")
    rows = len(values["record"])
    values = element._field_defaults | values
    table = pa.Table.from_arrays([_column(values.get(field.name), field, rows) for field in schema], schema=schema)
    table.validate(full=True)
    if missing := [field.name for field in schema if not field.nullable and table[field.name].null_count]:
        raise ValueError(f"{', '.join(missing)} is missing in some row")
    if not numbers.issuperset(table["record"].unique().to_pylist()):
        raise ValueError("rows of files that were not read")
    return table


def _column(values: Any, field: pa.Field, rows: int) -> pa.Array:
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values if values.type == field.type else values.cast(field.type)
    return pa.repeat(pa.scalar(values, field.type), rows)


class ColumnReader:
    """Reads the files of a chunk that can be read as columns."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[ColumnParser, list[File]]] = {}
        self._size = 0
        self._tables: dict[type, list[pa.Table]] = {element: [] for element in RAW}

    def put_aside(self, parser: Parser, file: File) -> bool:
        """Return whether the file waits to be read as columns; False where its parser reads rows only."""
        if not hasattr(parser, "parse_columns"):
            return False
        _, files = self._waiting.setdefault(id(parser), (cast("ColumnParser", parser), []))
        files.append(file)
        self._size += len(file.body)
        return True

    @property
    def is_full(self) -> bool:
        """Whether the files that wait have more than `MOST_BYTES`."""
        return self._size > MOST_BYTES

    def read(self) -> Iterator[tuple[Parser, File]]:
        """Read the files that wait; yield those that were not understood, each with its parser."""
        waiting, self._waiting, self._size = list(self._waiting.values()), {}, 0
        for parser, files in waiting:
            read = self._read(parser, files)
            yield from ((parser, file) for file in files if file.record not in read)

    def _read(self, parser: ColumnParser, files: list[File]) -> set[int]:
        """Read files as columns; return the numbers of those that were understood."""
        try:
            read, tables = read_columns(parser, files)
        except Exception:  # noqa: BLE001 `parse` reads the files after any fault of a plug-in
            return set()
        for element, table in tables.items():
            self._tables[element].append(table)
        return read

    def joined(self, element: type, rows: list[tuple[Any, ...]]) -> pa.Table:
        """Return the table of a record class: these rows and those that were read as columns, in the order of files."""
        schema = RAW[element][1]
        tables = [*([to_arrow(schema, rows)] if rows else []), *self._tables[element]]
        table = pa.concat_tables(tables) if tables else _empty(element)
        records = table["record"].to_numpy()
        return table if (records[:-1] <= records[1:]).all() else table.take(np.argsort(records, kind="stable"))
