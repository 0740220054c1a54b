"""Citation tables and maps of identifiers: how a file is recognised by its first line, and where its bad rows are.

A citation table is TSV, CSV or separated by semicolons, gzipped or not, with a column of citing and one of cited
papers. Without a header its first two cells are papers. A map has a column of PMCIDs and one of PMIDs or DOIs, as the
files that PubMed Central and Europe PMC publish.
"""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Literal, NamedTuple

from kg.errors import NotARecord, RecordError, shown
from kg.model.paper_ids import BLANKS, paper_ids

_KINDS = ("", "_id", "_pmid", "_pmcid", "_doi", "_paper", "_paper_id", "_article")
_CITING = tuple(f"citing{kind}" for kind in _KINDS)
_CITED = tuple(f"{word}{kind}" for word in ("cited", "referenced") for kind in _KINDS)
_ENDS = ((_CITING, _CITED), (("source",), (*_CITED, "target")), (("from",), ("to",)))
"""Names of the columns of the citing and the cited paper; the NIH Open Citation Collection says `referenced`."""


class _Tabs(csv.excel_tab):
    quoting = csv.QUOTE_NONE  # titles may hold a quotation mark


class _Semicolons(csv.excel):
    delimiter = ";"


_DIALECTS: dict[str, type[csv.Dialect]] = {"\t": _Tabs, ",": csv.excel, ";": _Semicolons}
"""Dialect of a table by its delimiter."""

_HEAD_BYTES = 65_536
"""Bytes that a first line may have."""

_LONG_LINE = 1 << 20
"""Bytes without a line end that make a line a long one; rows of citations have some hundred at most."""

_GZIP = b"\x1f\x8b"

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""First bytes of text that Windows programs call Unicode."""

_NOT_UTF8 = re.compile("[\udc80-\udcff]")
"""A byte that is not UTF-8, as Python's decoder hands it over."""

SEPARATOR = "\x1f"
"""Separator of the cells of a row that SQL hands over as an example."""


class PaperTable(NamedTuple):
    """A citation table or a map: where it is, how to split it, and which columns matter."""

    name: str  # its name inside the source
    path: Path
    gzipped: bool
    kind: Literal["citations", "map"]
    delimiter: str
    header: bool
    width: int  # number of cells of the first line
    columns: tuple[int, ...]  # indexes: citing and cited; or PMCID, then PMID, DOI or both

    @property
    def quote(self) -> str:
        """The quotation mark around cells; empty in TSV."""
        return "" if self.delimiter == "\t" else '"'


def recognised(name: str, path: Path) -> PaperTable:
    """Return how to read a file; raise NotARecord where its first line is not that of such a table.

    Raises RecordError where the file cannot be read.
    """
    with path.open("rb") as file:
        gzipped = file.read(2) == _GZIP
    with _opened(path, gzipped) as file:
        start = file.read(_HEAD_BYTES)
    if start.startswith(_UTF16):
        raise NotARecord("is UTF-16; save it as UTF-8", file=name, line=1)
    head = start.decode("utf-8", "replace").removeprefix("\ufeff")
    first = next(iter(head.splitlines()), "")
    for delimiter, dialect in _DIALECTS.items():
        cells = next(csv.reader([first], dialect), [])
        names = [cell.strip(BLANKS).lower().replace(" ", "_") for cell in cells]
        if "pmcid" in names and (others := [names.index(other) for other in ("pmid", "doi") if other in names]):
            columns = (names.index("pmcid"), *others)
            return PaperTable(name, path, gzipped, "map", delimiter, header=True, width=len(cells), columns=columns)
        ends = _ends(names)
        if ends or (len(cells) > 1 and all(map(paper_ids, cells[:2]))):
            header, columns = ends is not None, ends or (0, 1)
            return PaperTable(name, path, gzipped, "citations", delimiter, header, len(cells), columns)
    raise NotARecord(f"no columns citing and cited, and {shown(first)} is no PMCID, PMID or DOI", file=name, line=1)


def _ends(names: list[str]) -> tuple[int, int] | None:
    """Return the indexes of the citing and the cited column, or None where the header does not name them."""
    for citing, cited in _ENDS:
        places = [[names.index(name) for name in group if name in names] for group in (citing, cited)]
        if all(places):
            return places[0][0], places[1][0]
    return None


class Damage(NamedTuple):
    """Faults of a file for which DuckDB may pass over rows without counting them."""

    long_line: bool = False  # a megabyte without a line end; rows of over 32 MB, its buffer, would be lost
    open_quote: bool = False  # an odd number of quotation marks; rows from the open one on may be lost


def damage(table: PaperTable) -> Damage:
    """Return the damage of a file; none where it cannot be read, because DuckDB says that better."""
    long_line, quotes = False, 0
    with suppress(RecordError), _opened(table.path, table.gzipped) as file:
        while block := file.read(_LONG_LINE):
            long_line |= len(block) == _LONG_LINE and b"\n" not in block and b"\r" not in block
            quotes += block.count(b'"') if table.quote else 0
        return Damage(long_line, quotes % 2 == 1)
    return Damage()


def bad_rows(table: PaperTable, examples: set[str], *, encoded: bool) -> Iterator[tuple[int, str]]:
    """Yield the line of each row that is not understood, with its text and the reason.

    `examples` are such rows, the cells of the columns of `table` joined by `SEPARATOR`. Rows that are not UTF-8 are
    looked for unless all of them are, which is `encoded`.
    """
    fault = (
        "is not two different papers; row skipped" if table.kind == "citations" else "has a cell that is no identifier"
    )
    with _opened(table.path, table.gzipped) as file, suppress(csv.Error):
        rows = csv.reader(
            io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline=""), _DIALECTS[table.delimiter]
        )
        for row in rows:
            if SEPARATOR.join([_cell(row, column) for column in table.columns]) in examples:
                yield rows.line_num, f"{' | '.join(row)[:80]!r} {fault}"
            elif not encoded and any(map(_NOT_UTF8.search, row)):
                text = _NOT_UTF8.sub("\ufffd", " | ".join(row)[:80])
                yield rows.line_num, f"{text!r} is not UTF-8; row skipped"


def _cell(row: list[str], column: int) -> str:
    return row[column].strip(BLANKS) if column < len(row) else ""


@contextmanager
def _opened(path: Path, gzipped: bool) -> Iterator[IO[bytes]]:
    """Open a file; raise RecordError where it is damaged or cannot be read."""
    try:
        with path.open("rb") as file:
            if not gzipped:
                yield file
                return
            with gzip.open(file) as inflated:
                yield inflated  # type: ignore[misc]  # has the methods that are used here
    except (EOFError, zlib.error, OSError) as error:
        raise RecordError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
