r"""Rows as plain text with one row a line: tab-separated (TSV) and comma-separated (CSV), as data frames read it.

A missing value is an empty cell, and the members of a list are joined by a bar. A number is the shortest text that
reads back as the same number. TSV has no quotes: a tab, a line end or a backslash in a text is written as `\t`, `\n`,
`\r` or `\\`. CSV quotes a text where it has to, as RFC 4180 says.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]")


def cell(value: Any) -> str:
    """Return a value as the text of a cell, before tabs are escaped or quotes set.

    >>> [cell(value) for value in (0.00076, 2.0, 1e-140, 12, True, None, ["A", "B"], float("nan"))]
    ['0.00076', '2', '1e-140', '12', 'true', '', 'A|B', '']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0") if isfinite(value) else ""
    if isinstance(value, list):
        return "|".join(map(cell, value))
    return str(value)


def tsv_row(cells: Iterable[str]) -> str:
    r"""Return a row of TSV with its line end.

    >>> tsv_row(["TNFSF11", "two\nlines", 'a "name"'])
    'TNFSF11\ttwo\\nlines\ta "name"\n'
    """
    return "\t".join([text.translate(_ESCAPES) if _SPECIAL.search(text) else text for text in cells]) + "\n"


def csv_row(cells: Iterable[str]) -> str:
    r"""Return a row of CSV with its line end, which is LF.

    >>> csv_row(["TNFSF11", "two\nlines", 'a "b" c'])
    'TNFSF11,"two\nlines","a ""b"" c"\n'
    """
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)  # quotes both characters, as readers take both for an end
    return line.getvalue().removesuffix("\r\n") + "\n"


ROWS: dict[str, Callable[[Iterable[str]], str]] = {"tsv": tsv_row, "csv": csv_row}
"""Functions that write a row, by format."""
