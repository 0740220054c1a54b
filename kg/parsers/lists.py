"""Lists of names as people give them: one a line, pasted text, a vector of R or Python, or a table with numbers.

A table has the same number of cells in every line, separated by tabs, commas or semicolons, and a header or numbers.
Its column of names is the one that the header calls gene, symbol, id or alike, otherwise the first. Columns of numbers
can be joined to a network.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import SourceError, cut
from kg.model.text import collapse

if TYPE_CHECKING:
    import pyarrow as pa

MOST_NAMES = 200_000
"""Greatest number of names in a list; there are fewer genes in all organisms of a build."""

LONGEST_NAME = 300
"""Characters of the longest text that can be one name; longer lines are several."""

NAME_HEADERS = (
    "symbol", "gene_symbol", "gene", "genes", "gene_name", "genename", "hgnc_symbol", "name", "hgnc", "hgnc_id",
    "gene_id", "geneid", "entrez", "entrezid", "entrez_id", "entrezgene", "ncbigene", "ncbi_gene_id", "ensembl",
    "ensembl_id", "ensembl_gene_id", "uniprot", "uniprot_id", "id", "identifier", "entity", "entity_id", "curie", "",
)  # fmt: skip
"""Headers of a column of names in lower case, with `_` for other joints; the first one that a table has counts."""

TEXT = "text"
"""Column of `GivenList.columns` that holds the name of a row."""

SEPARATORS = "[,;\t\r\n]"
"""Pattern of characters between two names of one line; where a line has none of them, white space parts names."""

_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "inf", "-inf", "+inf", "infinity", "-infinity"})
_DELIMITERS = "\t,;"
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_REAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_BINARY = re.compile("[\x00-\x08\x0e-\x1f]")
_Numbers = list[int | None] | list[float | None]

_VECTOR = re.compile(r"(?:\w+\s*(?:<-|=)\s*)?(?:c\((?P<r>.*)\)|\[(?P<python>.*)\]);?", re.DOTALL)


class GivenList(NamedTuple):
    """A list as it was given."""

    source: str
    """The name of the file, `standard input`, or another name for messages."""
    names: tuple[str, ...]
    """The names in their order, repeated ones too; a line of several names is one text, which `parts` splits."""
    columns: pa.Table | None = None
    """`text`, the name, and a column of int64 or float64 for each column of numbers; None where there are none."""


def read_list(content: bytes | str, source: str = "the list") -> GivenList:
    r"""Read a list of names from the content of a file, or from a pasted text.

    Lines that begin with `#` are comments. Raises SourceError for a list that is no text, is empty, or has more than
    200,000 names.

    >>> read_list("TP53, AKT1\nMTOR").names
    ('TP53, AKT1', 'MTOR')
    >>> given = read_list("gene\tlogFC\nTP53\t-1.5\nAKT1\tNA\n")
    >>> given.names, given.columns.to_pydict()
    (('TP53', 'AKT1'), {'text': ['TP53', 'AKT1'], 'logFC': [-1.5, None]})
    """
    text = content if isinstance(content, str) else _decoded(content, source)
    if _BINARY.search(text):
        raise SourceError(f"{source}: not a text; give a list of names, one a line, or a table in CSV or TSV")
    vector = _VECTOR.fullmatch(text.strip())
    inside = text if vector is None else vector["r"] or vector["python"] or ""
    lines = [line for line in inside.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    given = _table(lines, source) or GivenList(source, _untitled(tuple(filter(None, map(_unquoted, lines)))))
    if not given.names:
        raise SourceError(f"{source}: no names in it; give names or identifiers, one a line")
    if (number := size(given)) > MOST_NAMES:
        raise SourceError(f"{source}: {number:,} names; at most {MOST_NAMES:,}")
    return given


def size(given: GivenList) -> int:
    r"""Return the greatest number of names that a list may have: those in a line of several are counted one by one.

    >>> size(read_list("TP53, AKT1\nMTOR"))
    3
    """
    return len(given.names) if given.columns is not None else sum(len(parts(text)) for text in given.names)


def parts(text: str) -> list[str]:
    """Split a line of several names at commas, semicolons and tabs, or else at white space.

    >>> parts("TP53, AKT1"), parts("TP53 AKT1"), parts("nitric oxide, TP53"), parts("TP53")
    (['TP53', 'AKT1'], ['TP53', 'AKT1'], ['nitric oxide', 'TP53'], ['TP53'])
    """
    cells = re.split(SEPARATORS, text) if re.search(SEPARATORS, text) else text.split()
    return [name for name in map(_unquoted, cells) if name]


def _decoded(content: bytes, source: str) -> str:
    """Return the text of UTF-8, of UTF-16 with its mark, as Excel writes it, or else of Windows-1252."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-16" or b"\x00" in content:
            raise SourceError(f"{source}: not a text; give a list of names, one a line") from None
        return content.decode("cp1252", "replace")


def _unquoted(text: str) -> str:
    text = collapse(text)
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1]
    return collapse(text[1:-1]) if quoted else text


def _untitled(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names without a header, which a table of one column may have."""
    return names[1:] if len(names) > 1 and _title_form(names[0]) in NAME_HEADERS else names


def _table(lines: Sequence[str], source: str) -> GivenList | None:
    """Return the list that lies in a table; None where the lines are no table."""
    import pyarrow as pa

    rows = _rows(lines)
    if not rows:
        return None
    header, body = _header(rows)
    columns = list(zip(*body, strict=True))
    numbers = {index: values for index, column in enumerate(columns) if (values := _numbers(column)) is not None}
    place = _place_of_names(header, numbers)
    if place is None or (header is None and not set(numbers) - {place}):
        return None
    names = [_unquoted(cell) for cell in columns[place]]
    rows_named = [index for index, name in enumerate(names) if name]
    joined = {
        title: pa.array([values[row] for row in rows_named])
        for title, values in _titled(header, numbers, place).items()
    }
    texts = tuple(names[row] for row in rows_named)
    return GivenList(source, texts, pa.table({TEXT: pa.array(texts, pa.string())} | joined) if joined else None)


def _rows(lines: Sequence[str]) -> list[list[str]]:
    """Return the cells of each line where all lines have as many, two at least; empty where they have not.

    R writes a header of one cell less than the rows, because names of rows have no title.
    """
    for delimiter in _DELIMITERS:
        if len(lines) < 2 or delimiter not in lines[0]:
            continue
        try:
            rows = list(csv.reader(StringIO("\n".join(lines)), delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        if len(rows[0]) == len(rows[-1]) - 1:
            rows[0].insert(0, "")
        if len(rows[0]) > 1 and len({len(row) for row in rows}) == 1:
            return rows
    return []


def _header(rows: list[list[str]]) -> tuple[list[str] | None, list[list[str]]]:
    """Return the header, None where there is none, and the other rows.

    The first row is a header if it has a title of names, or a text above a column of numbers.
    """
    first, rest = rows[0], rows[1:]
    titled = any(_title_form(cell) in NAME_HEADERS[:-1] for cell in first)
    above = any(
        _numbers([cell]) is None and _numbers(column) is not None
        for cell, column in zip(first, zip(*rest, strict=True), strict=True)
    )
    return (first, rest) if titled or above else (None, rows)


def _title_form(title: str) -> str:
    return re.sub(r"[\s.-]+", "_", title.strip().lower())


def _place_of_names(header: Sequence[str] | None, numbers: dict[int, _Numbers]) -> int | None:
    """Return the number of the column of names; None in a table without a header that has no names."""
    if header is None:
        return 0 if 0 not in numbers else None
    forms = [_title_form(title) for title in header]
    return next((forms.index(form) for form in NAME_HEADERS if form in forms), 0)


def _numbers(column: Iterable[str]) -> _Numbers | None:
    """Return the values of a column of numbers, None for a missing one; None for a column with another text."""
    cells = [cell.strip() for cell in column]
    given = [cell for cell in cells if cell.lower() not in _MISSING]
    if not given or not all(_REAL.fullmatch(cell) for cell in given):
        return None
    if all(_WHOLE.fullmatch(cell) for cell in given):
        return [None if cell.lower() in _MISSING else int(cell) for cell in cells]
    values = [math.nan if cell.lower() in _MISSING else float(cell) for cell in cells]
    return [value if math.isfinite(value) else None for value in values]


def _titled(header: Sequence[str] | None, numbers: dict[int, _Numbers], place: int) -> dict[str, _Numbers]:
    """Return the columns of numbers by title; those without one are `value`, `value 2`, and so on."""
    titled: dict[str, _Numbers] = {}
    used: Counter[str] = Counter([TEXT])
    for index, values in numbers.items():
        if index == place:
            continue
        title = name = (cut(collapse(header[index])) if header else "") or "value"
        while used[name]:
            used[title] += 1
            name = f"{title} {used[title]}"
        used[name] += 1
        titled[name] = values
    return titled
