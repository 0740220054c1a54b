"""Read the licences of articles: the open-access list of PubMed Central, or a table of PMCIDs and licences.

The list has millions of rows, so that only those of papers in the build are stored. A line is a row: an open quotation
mark spoils its own line only.
"""

import csv
import gzip
import hashlib
import re
import zlib
from collections.abc import Collection, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from kg.errors import SourceError, shown
from kg.model.text import collapse

PAPER_COLUMNS = ("accessionid", "pmcid", "pmc")
LICENCE_COLUMNS = ("license", "licence")
"""Names of columns, in small letters without blanks, underscores and hyphens."""

MOST_BAD = 10
"""Bad lines that the report has a line for; it counts the others."""

LONGEST = 65_536
"""Bytes from which on a line is no row: a packed file can have a line of gigabytes, which memory cannot hold."""

_PMCID = re.compile(r"(?:pmc:|PMCID:\s*)?(PMC[0-9]{1,12})(?:\.[0-9]+)?", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:]{5,8})?")
_COLUMNS_OF_DATED = (2, 4)
"""Indexes of PMCID and licence in PMC's list as text, `oa_file_list.txt`: its first line is a date, not a header."""

_FORM = "give PMC's list of open-access files, or a table of PMCID and licence (.csv or .tsv, also .gz)"
_GZIP = b"\x1f\x8b"


class BadLine(NamedTuple):
    """A line that gives no licence; `line` is None for the rest of the bad lines."""

    line: int | None
    message: str


class Licences(NamedTuple):
    """The licences of the papers of a build."""

    codes: dict[str, str]
    """Licence of each paper, by CURIE, as the file spells it."""
    bad: tuple[BadLine, ...]
    """The first bad lines, and one more with the number of the others."""
    rows: int
    """Number of rows with a licence, of all papers."""


class LicenceFile:
    """A file of licences that can be read; `digest` is the SHA-256 of its bytes."""

    def __init__(self, path: Path) -> None:
        """Read the digest and the first line; raise SourceError where the file cannot be read or has no licences."""
        self.path = path
        try:
            with path.open("rb") as file:
                self.digest = hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, ValueError) as error:
            raise SourceError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}; {_FORM}") from None
        with closing(self._lines()) as lines:
            first = next(lines, (1, ""))[1] or ""
        is_dated = _DATE.fullmatch(first.strip()) is not None
        self._delimiter = "\t" if "\t" in first or is_dated else ","
        if is_dated:
            self._columns, self._has_header = _COLUMNS_OF_DATED, True
        else:
            self._columns, self._has_header = self._find_columns(_cells(first, self._delimiter) or [])

    def of(self, papers: Collection[str]) -> Licences:
        """Return the licences of `papers`, CURIEs of articles; of two licences of one paper the first counts."""
        codes: dict[str, str] = {}
        bad: list[BadLine] = []
        rows = number_bad = 0
        for number, line in self._lines():
            if (number == 1 and self._has_header) or (line is not None and not line.strip()):
                continue
            paper, code, problem = self._row(line)
            if not problem:
                rows += 1
                if paper in papers and codes.setdefault(paper, code) != code:
                    problem = f"{paper} has {shown(code)} here and {shown(codes[paper])} above, which counts"
            if problem:
                number_bad += 1
                if number_bad <= MOST_BAD:
                    bad.append(BadLine(number, problem))
        if number_bad > MOST_BAD:
            bad.append(BadLine(None, f"{number_bad - MOST_BAD:,} more lines give no licence"))
        return Licences(codes, tuple(bad), rows)

    def _row(self, line: str | None) -> tuple[str, str, str]:
        """Return the CURIE of the paper, its licence and the fault of the line, each perhaps empty."""
        if line is None:
            return "", "", f"a line of {LONGEST:,} bytes or more is no row; the line is skipped"
        cells = _cells(line, self._delimiter)
        if cells is None or len(cells) <= max(self._columns):
            return "", "", f"{shown(line)} has no cells for PMCID and licence; the line is skipped"
        paper, code = (collapse(cells[column]) for column in self._columns)
        match = _PMCID.fullmatch(paper)
        if match is None:
            return "", "", f"{shown(paper)} is no PMCID such as PMC4168338; the line is skipped"
        if not code:
            return "", "", f"{paper} has no licence; the line is skipped"
        return f"pmc:{match[1].upper()}", code, ""

    def _find_columns(self, header: list[str]) -> tuple[tuple[int, int], bool]:
        """Return the indexes of PMCID and licence, and whether the first line is a header."""
        names = [re.sub(r"[\s_-]", "", name).lower() for name in header]
        paper, licence = (
            next((names.index(name) for name in wanted if name in names), None)
            for wanted in (PAPER_COLUMNS, LICENCE_COLUMNS)
        )
        if paper is not None and licence is not None:
            return (paper, licence), True
        if len(header) == 2 and _PMCID.fullmatch(header[0].strip()):
            return (0, 1), False
        raise SourceError(f"{self.path}:1: {shown(','.join(header))} names no columns of PMCID and licence; {_FORM}")

    def _lines(self) -> Generator[tuple[int, str | None]]:
        """Yield the lines with their numbers, from 1; None for one that is too long."""
        try:
            with self._open() as file:
                for number, line in enumerate(_short_lines(file), 1):
                    if line is None:
                        yield number, None
                        continue
                    text = line.decode("utf-8", "replace").rstrip("\r\n")
                    yield number, text.removeprefix("\ufeff") if number == 1 else text
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(f"{self.path}: damaged, cannot be read to its end ({error}); copy it again") from None

    def _open(self) -> BinaryIO:
        with self.path.open("rb") as file:
            packed = file.read(2) == _GZIP
        return cast(BinaryIO, gzip.open(self.path)) if packed else self.path.open("rb")


def _short_lines(file: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines of a file, None for each of `LONGEST` bytes or more, which is read in parts."""
    while line := file.readline(LONGEST):
        is_long = len(line) == LONGEST
        while len(line) == LONGEST and not line.endswith(b"\n"):
            line = file.readline(LONGEST)
        yield None if is_long else line


def _cells(line: str, delimiter: str) -> list[str] | None:
    """Return the cells of a line; None where it is no row."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
