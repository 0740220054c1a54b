"""Parsers turn the bytes of one file into records: figures, mentions, citations and others.

They are found by entry point (group `kg.parsers`). The first one, by name, that accepts a file name reads the file.
This package has all names that the author of a parser needs; docs/plugins.md shows a parser in 20 lines.
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple, Protocol

from kg.errors import NotARecord, RecordError
from kg.model.identifiers import FIGID, curie, mesh_id
from kg.model.records import (
    HUMAN,
    Category,
    Citation,
    Element,
    Figure,
    Flavour,
    Link,
    Mention,
    Origin,
    PaperIds,
    Problem,
    Severity,
    Table,
)
from kg.model.text import clean, collapse, decode, normal_form, tidy
from kg.runtime import plugins

__all__ = [
    "FIGID",
    "HUMAN",
    "Category",
    "Citation",
    "ColumnParser",
    "Columns",
    "Element",
    "Figure",
    "File",
    "Flavour",
    "Link",
    "Mention",
    "NotARecord",
    "Origin",
    "PaperIds",
    "Parser",
    "Problem",
    "RecordError",
    "Severity",
    "Table",
    "clean",
    "collapse",
    "curie",
    "decode",
    "installed",
    "mesh_id",
    "normal_form",
    "parser_for",
    "tidy",
]


class Parser(Protocol):
    """Protocol of parsers: a class with these two methods; it need not inherit from this one.

    An attribute `max_bytes` is optional: the most bytes of a file, at most and by default 256 MiB. Larger files are
    refused before they are read.
    """

    def can_parse(self, name: str) -> bool:
        """Return whether the parser reads the file of this name, its path inside the source."""
        ...

    def parse(self, name: str, body: bytes) -> Iterable[Element]:
        """Yield the records of one file, and a Problem for each part that is skipped.

        Raises RecordError to refuse the whole file.
        """
        ...


class File(NamedTuple):
    """A file of a chunk: its number, its path inside the source, its bytes."""

    record: int
    name: str
    body: bytes


class Columns(NamedTuple):
    """Records of some files as columns, and the numbers of these files.

    `tables` has the columns of each record class: its fields by name, and `record`, the number of the file that a row
    comes from. A column is an Arrow array, or one value for all rows; one that is left out has its default.
    The rows of a file are in the order of `Parser.parse`.
    """

    tables: dict[type, dict[str, Any]]
    read: frozenset[int]


class ColumnParser(Parser, Protocol):
    """Protocol of parsers that can read many files at once as columns, which is faster than row by row."""

    def parse_columns(self, files: Sequence[File]) -> Iterable[Columns]:
        """Yield the records of the files that this method understands, equal to what `parse` yields for them.

        All other files are left to `parse`. An exception leaves all files to it.
        """
        ...


@cache
def installed() -> tuple[Parser, ...]:
    """Load every installed parser once, in the order of names."""
    return tuple(plugins.load("parser", name)() for name in plugins.names("parser"))


@lru_cache(2**12)  # each file of a chunk is asked for by its selection, its limit of size and its reader
def parser_for(name: str) -> Parser | None:
    """Return the parser of a file name, or None where no parser accepts it."""
    return next((parser for parser in installed() if parser.can_parse(name)), None)
