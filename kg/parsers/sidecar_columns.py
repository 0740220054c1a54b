"""Plain sidecar tables, many at once, as columns: the same rows as `kg.parsers.sidecars` reads, but faster.

The tables of one header are joined and read as one. The functions that clean a text and find its identifiers run once
for each distinct text of a column. A table is plain where

- it is UTF-8 without control characters, quotes and byte-order marks;
- its header names all needed columns, each once;
- each row has the cells of the header, and gives one mention and no Problem.

`kg.parsers.sidecars` defines the meaning of a table, and reads all tables that are not plain.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial, reduce
from itertools import chain, compress
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from kg.model.identifiers import curie
from kg.model.records import Mention, Table, flavour
from kg.model.text import cached_normal_form, tidy
from kg.parsers import Columns, File, cells
from kg.parsers.sidecar_kinds import KINDS, Kind, figid_and_kind

_ODD_BYTES = bytes({*range(32)} - {*b"\t\n"}) + b'"'
"""Bytes that plain tables do not have: control characters, carriage returns, quotes."""

_USED = frozenset(
    {"organism_id", "word", "match", "ncbigene_symbol", "ncbigene_id", "name", "source", "type"}
    | {"chebi", "doid", "mesh", "identifier"}
)
"""Columns that are read."""

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
    rows = _Rows([_csv(header, sheets) for header, sheets in by_header.items()])
    columns, odd = _genes(rows) if kind.category == "gene" else _concepts(rows, kind.prefix)
    sheets = list(chain.from_iterable(by_header.values()))
    sheet_of_row = np.repeat(np.arange(len(sheets)), [sheet.rows.count(b"\n") for sheet in sheets])
    is_plain = np.ones(len(sheets), dtype=bool)
    is_plain[sheet_of_row[odd.to_numpy(zero_copy_only=False)]] = False
    if not is_plain.all():
        plain_rows = pa.array(is_plain[sheet_of_row])
        columns = {name: column.filter(plain_rows) for name, column in columns.items()}
        sheets = list(compress(sheets, is_plain))
    return _owned(kind, sheets, columns)


def _csv(header: bytes, sheets: list[_Sheet]) -> pa.Table:
    joined = b"".join([header, b"\n", *(sheet.rows for sheet in sheets)])
    used = [name for name in header.decode().split("\t") if name in _USED]
    return csv.read_csv(
        pa.py_buffer(joined),
        csv.ReadOptions(use_threads=False, block_size=len(joined)),
        csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False),
        csv.ConvertOptions(
            check_utf8=False, column_types=dict.fromkeys(used, pa.string()), include_columns=used, null_values=[]
        ),
    )


def _owned(kind: Kind, sheets: list[_Sheet], columns: dict[str, Any]) -> Columns:
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
    of_tables = {"record": records, "figure_id": figure_ids, "category": kind.category}
    return Columns({Mention: of_mentions | columns, Table: of_tables}, frozenset(records.to_pylist()))


# -- their cells


class _Cells(NamedTuple):
    """Cells of a column: its distinct texts, and the number of the text of each row."""

    texts: list[str]
    rows: pa.Array

    def each(self, function: Callable[[str], object], dtype: pa.DataType = pa.string()) -> pa.Array:
        """Return the values of the function for the text of each row; an empty text is a missing value."""
        return pa.array(map(function, self.texts), dtype).take(self.rows)


class _Rows:
    """Rows of tables, by the names of their columns."""

    def __init__(self, tables: list[pa.Table]) -> None:
        self._table = pa.concat_tables(tables, promote_options="default")

    def __getitem__(self, name: str) -> _Cells:
        """Return the cells of a column; `NA` and a cell of a table without this column are empty."""
        if name not in self._table.column_names:
            return _Cells([""], pa.repeat(0, self._table.num_rows))
        return _encoded(self._table[name].combine_chunks())


def _encoded(texts: pa.Array) -> _Cells:
    column = texts.dictionary_encode(null_encoding="encode")
    return _Cells(["" if text in ("NA", None) else text for text in column.dictionary.to_pylist()], column.indices)


def _forms(words: pa.Array) -> pa.Array:
    column = words.dictionary_encode()
    return _Cells(column.dictionary.to_pylist(), column.indices).each(cached_normal_form)


def _given(text: str) -> str | None:
    return text or None


@_remembered
def _shown(text: str) -> str | None:
    return tidy(text) or None


def _any(*flags: pa.Array) -> pa.Array:
    return reduce(pc.or_, flags)


# -- their mentions


@_remembered
def _gene(text: str) -> str | None:
    """Return the gene of a cell, or None where it has none, several or an unread one."""
    curies, unread = cells.identifiers(text, "ncbigene")
    return curies[0] if len(curies) == 1 and not unread else None


@_remembered
def _number(text: str) -> str | None:
    gene = _gene(text)
    return gene.partition(":")[2] if gene else None


def _taxon(text: str) -> str | None:
    return next(iter(cells.identifiers(text, "ncbitaxon").curies), None)


def _has_odd_taxon(text: str) -> bool:
    curies, unread = cells.identifiers(text, "ncbitaxon")
    return bool(unread) or len(curies) > 1


@_remembered
def _is_date(text: str) -> bool:
    return cells.date_for(tidy(text)) is not None


def _genes(rows: _Rows) -> tuple[dict[str, pa.Array], pa.Array]:
    """Return columns of mentions, and which rows are odd: those without one plain gene or with a Problem."""
    identifier, organism, source = rows["ncbigene_id"], rows["organism_id"], rows["source"]
    genes = identifier.each(_gene)
    symbols = pc.coalesce(rows["ncbigene_symbol"].each(_shown), identifier.each(_number))
    matches = rows["match"].each(_given)
    words = pc.coalesce(rows["word"].each(_given), matches, symbols)
    columns = {
        "keyword": symbols,
        "name": symbols,
        "word": words,
        "match": _forms(pc.coalesce(matches, words)),
        "entity_id": genes,
        "source": source.each(_given),
        "flavour": source.each(flavour),
        "taxon": organism.each(_taxon),
    }
    odd = _any(
        genes.is_null(),
        organism.each(_has_odd_taxon, pa.bool_()),
        rows["ncbigene_symbol"].each(_is_date, pa.bool_()),
    )
    return columns, odd


def _concepts(rows: _Rows, prefix: str) -> tuple[dict[str, pa.Array], pa.Array]:
    """Return columns of mentions, and which rows are odd: those without a word or with a Problem."""
    words = rows["word"]
    shown = words.each(_shown)
    preferred, no_preferred = _identifiers(rows, prefix, prefix)
    mesh, no_mesh = _identifiers(rows, prefix, "mesh")
    columns = {
        "keyword": shown,
        "name": pc.coalesce(rows["name"].each(_shown), shown),
        "word": words.each(_given),
        "match": words.each(cached_normal_form),
        "entity_id": pc.coalesce(preferred, mesh),
        "xref": pc.if_else(preferred.is_valid(), mesh, None),
        "source": pc.coalesce(rows["source"].each(_given), rows["type"].each(_given)),
        "flavour": words.each(lambda _: "strict"),
    }
    return columns, _any(shown.is_null(), no_preferred, no_mesh)


def _identifiers(rows: _Rows, preferred: str, prefix: str) -> tuple[pa.Array, pa.Array]:
    """Return the one identifier of a prefix in each row, and which rows have several or an unread one."""
    orders = {preferred: (preferred, "mesh"), "mesh": ("mesh", preferred), "identifier": ("mesh", preferred)}
    identifiers = [rows[name].each(partial(_identifier, prefix, order)) for name, order in orders.items()]
    odd = [rows[name].each(partial(_is_unclear, prefix, order), pa.bool_()) for name, order in orders.items()]
    one = pc.coalesce(*identifiers)
    differ = [pc.not_equal(other, one).fill_null(False) for other in identifiers]
    return one, _any(*odd, *differ)


@_remembered
def _identifier(prefix: str, order: tuple[str, ...], text: str) -> str | None:
    curies = cells.identifiers(text, *order).curies
    return next((curie for curie in curies if curie.startswith(f"{prefix}:")), None)


@_remembered
def _is_unclear(prefix: str, order: tuple[str, ...], text: str) -> bool:
    curies, unread = cells.identifiers(text, *order)
    return bool(unread) or sum(curie.startswith(f"{prefix}:") for curie in curies) > 1
