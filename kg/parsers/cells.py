"""Read cells of tables as programs save them: quotes, numbers with decimals, several identifiers, symbols made dates.

Meanings without doubt are read. A cell with any other meaning is left to a person: the callers name it in the report.
"""

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kg.errors import UnknownPrefix
from kg.model.identifiers import compress, curie, mesh_id

MAX_LINES = 50
"""Most lines of one row, whose cells in quotes hold the line ends."""

_SEPARATOR_LINE = re.compile('"?sep=.?"?', re.IGNORECASE)
_NUMBER = re.compile(r"([0-9]{1,12})(?:\.0{1,6})?")
_PLAIN = re.compile(r"[1-9][0-9]{0,11}")
_BETWEEN = re.compile(r"[|;,\s]+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[,\s][0-9]{3})+")
_NOTHING = frozenset({"", "NA", "NaN", "nan", "None"})
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_ISO = "[0-9]{4}-([0-9]{2})-([0-9]{2})(?: 00:00:00)?"
_DATE = re.compile(f"([0-9]{{1,2}})-({_MONTH})|({_MONTH})-([0-9]{{2}})|{_ISO}")
"""Dates as spreadsheets write them. `OCT-4` and `Oct-4` are spellings that figures have."""

_GENES_OF_MONTHS = {
    "Mar": ("MARCHF", range(1, 12)), "03": ("MARCHF", range(1, 12)),
    "Sep": ("SEPTIN", (*range(1, 13), 14)), "09": ("SEPTIN", (*range(1, 13), 14)),
    "Dec": ("DELEC", (1,)), "12": ("DELEC", (1,)),
}  # fmt: skip
"""Current symbols and numbers of the genes that were called by a month, such as SEPT2, MARCH1 and DEC1."""

_ALIASES = {"entrez": "ncbigene", "geneid": "ncbigene", "gene": "ncbigene", "taxon": "ncbitaxon", "taxid": "ncbitaxon"}
_WITH_ZEROS = frozenset({"doid"})
"""Prefixes whose identifiers begin with zeros; in other numbers a spreadsheet or a program has added them."""


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    r"""Yield the rows of a text with tabs, each as the number of its first line and its cells; the first is the header.

    A cell is in quotes if it begins and ends with one, as spreadsheets and pandas write it: then quotes inside are
    doubled, and tabs and line ends belong to the cell. Any other quote is a character of the cell. A line that gives
    as many cells as the header without quotes, and not with them, is read without. A first line `sep=` is passed over.

    >>> list(rows('word\tname\n"IL""6"\t5" end'))
    [(1, ['word', 'name']), (2, ['IL"6', '5" end'])]
    """
    lines = text.split("\n")
    index = 1 if _SEPARATOR_LINE.fullmatch(lines[0].strip()) else 0
    width = 0
    while index < len(lines):
        line, start = lines[index], index
        index += 1
        cells = line.split("\t")
        if '"' in line:
            index, cells = _quoted(lines, start, width or None)
        width = width or len(cells)
        yield start + 1, cells


def _quoted(lines: list[str], start: int, width: int | None) -> tuple[int, list[str]]:
    """Return the index of the line after a row with quotes, and the cells of the row; the header has no `width`."""
    plain = lines[start].split("\t")
    for end in range(start + 1, min(start + MAX_LINES, len(lines)) + 1):
        text = "\n".join(lines[start:end])
        try:
            cells = next(csv.reader([text], delimiter="\t", strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue  # a cell in quotes may end in the next line
            break
        if width in (None, len(cells)):
            return end, cells
        if end == start + 1 or len(cells) > (width or 0):
            break
    return start + 1, plain


def unquoted(cell: str) -> str:
    """Return a cell of a line without tabs in cells, without the quotes around it.

    >>> unquoted('"207" '), unquoted('5" end')
    ('207', '5" end')
    """
    text = cell.strip()
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else cell


class Identifiers(NamedTuple):
    """The identifiers of a cell: those that were read, and the texts that are none."""

    curies: tuple[str, ...]
    unread: tuple[str, ...]


@lru_cache(2**14)  # tables name the same entities again and again
def identifiers(cell: str, *prefixes: str) -> Identifiers:
    """Return the identifiers of a cell, in the spelling of any program; a bare number is one of the first prefix.

    >>> identifiers("3569.0 ", "ncbigene"), identifiers("CHEBI:16412|mesh:D000255", "chebi", "mesh").curies
    (Identifiers(curies=('ncbigene:3569',), unread=()), ('chebi:16412', 'mesh:D000255'))
    >>> identifiers("MONDO:0011122", "doid"), identifiers("1.0E+05", "ncbigene")
    (Identifiers(curies=(), unread=('MONDO:0011122',)), Identifiers(curies=(), unread=('1.0E+05',)))
    """
    if _PLAIN.fullmatch(cell) and prefixes[0] != "mesh":
        return Identifiers((f"{prefixes[0]}:{cell}",), ())
    curies: dict[str, None] = {}
    unread: dict[str, None] = {}
    cell = re.sub(r":\s+", ":", cell.strip().strip("[]").strip())
    for part in [cell] if _THOUSANDS.fullmatch(cell) else _BETWEEN.split(cell):
        text = part.strip("'\"")
        if text in _NOTHING:
            continue
        of_text = prefixes[:1] if text[0].isdigit() else prefixes
        if identifier := next(filter(None, (accession(prefix, text) for prefix in of_text)), None):
            curies[identifier] = None
        else:
            unread[text] = None
    return Identifiers(tuple(curies), tuple(unread))


def parts(cell: str) -> list[str]:
    """Return the parts of a cell that is a list; a comma counts with a space behind it, because names hold commas.

    >>> parts("IL6|TNF"), parts("IL6, TNF"), parts("N,N-dimethyl")
    (['IL6', 'TNF'], ['IL6', 'TNF'], ['N,N-dimethyl'])
    """
    separator = next((mark for mark in ("|", ";", ", ", "\n") if mark in cell), None)
    return [part for part in map(str.strip, cell.split(separator)) if part] if separator else [cell.strip()]


def accession(prefix: str, text: str) -> str | None:
    """Return the CURIE of one identifier with or without its prefix, or None.

    >>> accession("chebi", "CHEBI:15422"), accession("ncbigene", "207"), accession("mesh", "MESH:D000255")
    ('chebi:15422', 'ncbigene:207', 'mesh:D000255')
    >>> accession("ncbigene", "000207.0"), accession("doid", "http://purl.obolibrary.org/obo/DOID_0050156")
    ('ncbigene:207', 'doid:0050156')
    """
    text = text.strip()
    if "://" in text:
        try:
            text = compress(text)
        except UnknownPrefix:
            return None
    if prefix == "mesh":
        return mesh_id(text.upper())
    head, mark, number = text.replace("_", ":", 1).rpartition(":")
    match = _NUMBER.fullmatch(number)
    if not match or (mark and _ALIASES.get(head.lower(), head.lower()) != prefix) or not int(match[1]):
        return None
    return curie(prefix, match[1] if prefix in _WITH_ZEROS else match[1].lstrip("0"))


@lru_cache(2**16)
def date_for(symbol: str) -> str | None:
    """Return the gene that a spreadsheet may have made a date of; an empty text where it is unknown, None for no date.

    >>> date_for("2-Sep"), date_for("Mar-03"), date_for("2023-12-01"), date_for("SEPTIN2")
    ('SEPTIN2', 'MARCHF3', 'DELEC1', None)
    >>> date_for("1-Mar"), date_for("4-Oct"), date_for("OCT-4")
    ('MARCHF1 or MTARC1', '', None)
    """
    match = _DATE.fullmatch(symbol.strip())
    if not match:
        return None
    day, month = next(pair for pair in (match.group(1, 2), match.group(4, 3), match.group(6, 5)) if pair[0])
    stem, numbers = _GENES_OF_MONTHS.get(month, ("", ()))
    if int(day) not in numbers:
        return ""
    return f"{stem}{int(day)}" + (f" or MTARC{int(day)}" if stem == "MARCHF" and int(day) < 3 else "")


def date_message(column: str, symbol: str) -> str:
    """Return the line of the report about a symbol that is a date; `date_for` has the gene that it likely was."""
    likely = f", likely of {gene}" if (gene := date_for(symbol)) else ""
    return f"{column} {symbol[:40]!r} is a date, which a spreadsheet made of a gene symbol{likely}; kept as it is"
