"""Plain sidecar tables, many at once, as columns: the same rows as `kg.parsers.sidecars` reads, but faster.

The tables of one header are joined and split into cells at once. The functions that clean a text and find its
identifiers remember the texts that they were given. A table is plain where

- it is UTF-8 without control characters, quotes and byte-order marks;
- its header names all needed columns, each once;
- each row has the cells of the header, and gives one mention and no Problem.

`kg.parsers.sidecars` defines the meaning of a table, and reads all tables that are not plain.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain, compress
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from kg.model.identifiers import curie
from kg.model.records import Mention, Table, flavour
from kg.model.text import as_drawn, cached_normal_form, tidy
from kg.parsers import Columns, File, cells
from kg.parsers.sidecar_kinds import KINDS, Kind, figid_and_kind

_ODD_BYTES = bytes({*range(32)} - {*b"\t\n"}) + b'"'
"""Bytes that plain tables do not have: control characters, carriage returns, quotes."""

Column = Sequence[str | None]
"""Texts of a column; None is a missing one."""

_ODD_LEAD = b"\xef"
"""First byte of U+F000 to U+FFFF in UTF-8: byte-order marks, and the characters that `clean` replaces."""


_remembered = lru_cache(2**16)
"""Decorator of the functions of one text, because most texts of a chunk were in the chunks before."""


class _Sheet(NamedTuple):
    """A file, its figid, and its rows, each with a line end."""

    file: File
    figid: str
    rows: bytes


def read(files: Iterable[File]) -> Iterator[Columns]:
    """Yield the mentions and tables of the plain files, those of each kind at once."""
    groups: dict[str, dict[bytes, list[_Sheet]]] = {kind: {} for kind in KINDS}
    for file in files:
        owner = figid_and_kind(file.name)
        if owner and _is_plain(file.body):
            header, _, rows = file.body.partition(b"\n")
            end = b"\n" if rows and not rows.endswith(b"\n") else b""
            groups[owner[1]].setdefault(header, []).append(_Sheet(file, owner[0], rows + end))
    for kind, by_header in groups.items():
        if regular := _regular(by_header, KINDS[kind].needed):
            yield _columns(KINDS[kind], regular)


def _is_plain(body: bytes) -> bool:
    return len(body.translate(None, _ODD_BYTES)) == len(body) and (body.isascii() or _is_plain_text(body))


def _is_plain_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _ODD_LEAD not in body


def _regular(by_header: dict[bytes, list[_Sheet]], needed: frozenset[str]) -> dict[bytes, list[_Sheet]]:
    """Return the files with a header that is understood whose rows all have as many cells as it."""
    regular = {}
    for header, sheets in by_header.items():
        names = header.decode().split("\t")
        if _is_known(names, needed):
            regular[header] = [sheet for sheet in sheets if _has_width(sheet.rows, len(names))]
    return regular


def _is_known(names: list[str], needed: frozenset[str]) -> bool:
    plain = {name.strip() for name in names if name.isascii()}
    return needed <= plain and len(plain & {*names}) == len(names) > 1


def _has_width(rows: bytes, width: int) -> bool:
    return all(line.count(b"\t") == width - 1 for line in rows.split(b"\n")[:-1])


# -- the tables of one kind


def _columns(kind: Kind, by_header: dict[bytes, list[_Sheet]]) -> Columns:
    rows = _Rows(by_header)
    columns, is_odd = _genes(rows) if kind.category == "gene" else _concepts(rows, kind.prefix)
    sheets = list(chain.from_iterable(by_header.values()))
    if any(is_odd):
        sheet_of_row = np.repeat(np.arange(len(sheets)), [sheet.rows.count(b"\n") for sheet in sheets])
        is_plain = np.ones(len(sheets), dtype=bool)
        is_plain[sheet_of_row[is_odd]] = False
        sheets = list(compress(sheets, is_plain))
        columns = {name: list(compress(column, is_plain[sheet_of_row])) for name, column in columns.items()}
    return _owned(kind, sheets, columns)


def _owned(kind: Kind, sheets: list[_Sheet], columns: dict[str, Column]) -> Columns:
    """Add the columns that follow from the files of the mentions."""
    counts = [sheet.rows.count(b"\n") for sheet in sheets]
    starts = np.cumsum([0, *counts])
    records = pa.array([sheet.file.record for sheet in sheets], pa.int64())
    figure_ids = pa.array([curie("pfocr", sheet.figid) for sheet in sheets], pa.string())
    sheet_of_row = np.repeat(np.arange(len(sheets)), counts)
    of_mentions = {
        "record": records.take(sheet_of_row),
        "figure_id": figure_ids.take(sheet_of_row),
        "origin": "sidecar",
        "category": kind.category,
        "position": pa.array(np.arange(starts[-1]) - starts[sheet_of_row], pa.int32()),
    }
    of_mentions |= {name: pa.array(column, pa.string()) for name, column in columns.items()}
    of_tables = {"record": records, "figure_id": figure_ids, "category": kind.category}
    return Columns({Mention: of_mentions, Table: of_tables}, frozenset(records.to_pylist()))


class _Rows:
    """Rows of tables, by the names of their columns."""

    def __init__(self, by_header: dict[bytes, list[_Sheet]]) -> None:
        self._parts: list[tuple[list[str], list[str]]] = []  # names of columns, and all cells, row by row
        for header, sheets in by_header.items():
            lines = b"".join(sheet.rows for sheet in sheets).decode()
            self._parts.append((header.decode().split("\t"), lines.replace("\n", "\t").split("\t")[:-1]))

    def __getitem__(self, name: str) -> list[str]:
        """Return the cells of a column; `NA` and a cell of a table without this column are empty."""
        column: list[str] = []
        for names, texts in self._parts:
            column += texts[names.index(name) :: len(names)] if name in names else [""] * (len(texts) // len(names))
        return ["" if cell == "NA" else cell for cell in column] if "NA" in column else column


# -- their mentions


@_remembered
def _shown(text: str) -> str | None:
    return tidy(text) or None


@_remembered
def _gene(text: str) -> str | None:
    """Return the gene of a cell, or None where it has none, several or an unread one."""
    curies, unread = cells.identifiers(text, "ncbigene")
    return curies[0] if len(curies) == 1 and not unread else None


def _number(text: str) -> str:
    return (_gene(text) or "").rpartition(":")[2]


def _taxon(text: str) -> str | None:
    return next(iter(cells.identifiers(text, "ncbitaxon").curies), None)


def _has_odd_taxon(text: str) -> bool:
    curies, unread = cells.identifiers(text, "ncbitaxon")
    return bool(unread) or len(curies) > 1


def _genes(rows: _Rows) -> tuple[dict[str, Column], list[bool]]:
    """Return columns of mentions, and which rows are odd: those without one plain gene or with a Problem."""
    identifiers, organisms, shown, matches = (
        rows[name] for name in ("ncbigene_id", "organism_id", "ncbigene_symbol", "match")
    )
    genes = [*map(_gene, identifiers)]
    symbols = [symbol or _number(text) for symbol, text in zip(map(_shown, shown), identifiers, strict=True)]
    words = [word or match or symbol for word, match, symbol in zip(rows["word"], matches, symbols, strict=True)]
    forms = [cached_normal_form(as_drawn(match or word, word)) for match, word in zip(matches, words, strict=True)]
    sources = rows["source"]
    flavours = {source: flavour(source) for source in {*sources}}
    taxa = {organism: _taxon(organism) for organism in {*organisms}}
    columns: dict[str, Column] = {
        "keyword": symbols,
        "name": symbols,
        "word": words,
        "match": forms,
        "entity_id": genes,
        "source": [source or None for source in sources],
        "flavour": [*map(flavours.get, sources)],
        "taxon": [*map(taxa.get, organisms)],
    }
    odd = {text for text in taxa if _has_odd_taxon(text)}
    dates = {text for text in {*shown} if "-" in text and cells.date_for(tidy(text)) is not None}
    is_odd = [
        gene is None or organism in odd or symbol in dates
        for gene, organism, symbol in zip(genes, organisms, shown, strict=True)
    ]
    return columns, is_odd


def _concepts(rows: _Rows, prefix: str) -> tuple[dict[str, Column], list[bool]]:
    """Return columns of mentions, and which rows are odd: those without a word or with a Problem."""
    words = rows["word"]
    shown = [*map(_shown, words)]
    preferred, has_odd = _identifiers(rows, prefix, prefix)
    mesh, has_odd_mesh = _identifiers(rows, prefix, "mesh")
    columns: dict[str, Column] = {
        "keyword": shown,
        "name": [name or word for name, word in zip(map(_shown, rows["name"]), shown, strict=True)],
        "word": [*words],
        "match": [*map(cached_normal_form, words)],
        "entity_id": [one or other for one, other in zip(preferred, mesh, strict=True)],
        "xref": [other if one else None for one, other in zip(preferred, mesh, strict=True)],
        "source": [source or kind or None for source, kind in zip(rows["source"], rows["type"], strict=True)],
        "flavour": ["strict"] * len(words),
    }
    return columns, [word is None or a or b for word, a, b in zip(shown, has_odd, has_odd_mesh, strict=True)]


def _identifiers(rows: _Rows, preferred: str, prefix: str) -> tuple[list[str | None], list[bool]]:
    """Return the one identifier of a prefix in each row, and which rows have several or an unread one."""
    orders = {preferred: (preferred, "mesh"), "mesh": ("mesh", preferred), "identifier": ("mesh", preferred)}
    identified = zip(
        *(map(partial(_identifier, prefix, order), rows[name]) for name, order in orders.items()), strict=True
    )
    odd = zip(*(map(partial(_is_unclear, prefix, order), rows[name]) for name, order in orders.items()), strict=True)
    curies = [{*filter(None, row)} for row in identified]
    return (
        [next(iter(several), None) for several in curies],
        [len(several) > 1 or any(flags) for several, flags in zip(curies, odd, strict=True)],
    )


@_remembered
def _identifier(prefix: str, order: tuple[str, ...], text: str) -> str | None:
    curies = cells.identifiers(text, *order).curies
    return next((curie for curie in curies if curie.startswith(f"{prefix}:")), None)


@_remembered
def _is_unclear(prefix: str, order: tuple[str, ...], text: str) -> bool:
    curies, unread = cells.identifiers(text, *order)
    return bool(unread) or sum(curie.startswith(f"{prefix}:") for curie in curies) > 1
