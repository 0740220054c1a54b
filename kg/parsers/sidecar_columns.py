"""Plain sidecar tables, many at once, as columns: the same rows as `kg.parsers.sidecars` reads, but faster.

The tables of one header are joined and split into cells at once. The functions that clean a text and find its
identifiers run once for each distinct cell of a column. They remember the texts that they were given. A table is plain
where

- it is UTF-8 without control characters, quotes and byte-order marks;
- its header names all needed columns, each once;
- each row has the cells of the header, and gives one mention and no Problem.

`kg.parsers.sidecars` defines the meaning of a table, and reads all tables that are not plain.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from itertools import chain, compress
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.model.identifiers import curie
from kg.model.records import Mention, Table, flavour
from kg.model.text import as_drawn, cached_normal_form, normal_form, tidy
from kg.parsers import Columns, File, cells
from kg.parsers.cell_columns import CellColumn, CellColumns, Flags, Usual, split
from kg.parsers.sidecar_kinds import KINDS, Kind, figid_and_kind

_ODD_BYTES = bytes({*range(32)} - {*b"\t\n"}) + b'"'
"""Bytes that plain tables do not have: control characters, carriage returns, quotes."""

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
    """Yield the mentions and tables of the plain files, those of one kind and header at once."""
    groups: dict[str, dict[bytes, list[_Sheet]]] = {kind: {} for kind in KINDS}
    for file in files:
        owner = figid_and_kind(file.name)
        if owner and _is_plain(file.body):
            header, _, rows = file.body.partition(b"\n")
            end = b"\n" if rows and not rows.endswith(b"\n") else b""
            groups[owner[1]].setdefault(header, []).append(_Sheet(file, owner[0], rows + end))
    for kind, by_header in groups.items():
        sheets, parts = _regular(by_header, KINDS[kind].needed)
        if sheets:
            yield _columns(KINDS[kind], sheets, CellColumns(parts))


def _is_plain(body: bytes) -> bool:
    return len(body.translate(None, _ODD_BYTES)) == len(body) and (body.isascii() or _is_plain_text(body))


def _is_plain_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _ODD_LEAD not in body


def _regular(
    by_header: dict[bytes, list[_Sheet]], needed: frozenset[str]
) -> tuple[list[_Sheet], list[tuple[list[str], pa.Array]]]:
    """Return the files with a header that is understood whose rows all have as many cells as it, and their cells."""
    regular, parts = [], []
    for header, sheets in by_header.items():
        names = header.decode().split("\t")
        if not _is_known(names, needed):
            continue
        of_header = sheets
        cells = _joined(of_header, len(names))
        if cells is None:
            of_header = [sheet for sheet in of_header if split(sheet.rows, len(names)) is not None]
            cells = _joined(of_header, len(names))
        regular += of_header
        parts.append((names, cells))
    return regular, parts


def _is_known(names: list[str], needed: frozenset[str]) -> bool:
    plain = {name.strip() for name in names if name.isascii()}
    return needed <= plain and len(plain & {*names}) == len(names) > 1


def _joined(sheets: list[_Sheet], width: int) -> pa.Array | None:
    return split(b"".join(sheet.rows for sheet in sheets), width)


# -- the tables of one kind


def _columns(kind: Kind, sheets: list[_Sheet], rows: CellColumns) -> Columns:
    columns, is_odd = _genes(rows) if kind.category == "gene" else _concepts(rows, kind.prefix)
    if is_odd.any():
        sheet_of_row = np.repeat(np.arange(len(sheets)), _counts(sheets))
        is_plain = np.ones(len(sheets), dtype=bool)
        is_plain[sheet_of_row[is_odd]] = False
        sheets = list(compress(sheets, is_plain))
        plain_rows = pa.array(is_plain[sheet_of_row])
        columns = {name: column.filter(plain_rows) for name, column in columns.items()}
    return _owned(kind, sheets, columns)


def _counts(sheets: list[_Sheet]) -> list[int]:
    return [sheet.rows.count(b"\n") for sheet in sheets]


def _owned(kind: Kind, sheets: list[_Sheet], columns: dict[str, Any]) -> Columns:
    """Add the columns that follow from the files of the mentions."""
    counts = _counts(sheets)
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


# -- their mentions

_NAME = "[!-%'-~]+(?: [!-%'-~]+)*"
"""Pattern of names that `tidy` leaves as they are: words of ASCII without the sign of entities, one space between."""

_AS_IT_IS = Usual(_NAME, lambda texts: texts)
_AS_UPPER = Usual(_NAME, pc.ascii_upper)
_NUMBER = "[1-9][0-9]{0,11}"
_AS_NUMBER = Usual(_NUMBER, lambda texts: texts)
_AS_GENE = Usual(_NUMBER, lambda texts: pc.binary_join_element_wise("ncbigene", texts, ":"))


def _given(text: str) -> str | None:
    return text or None


@_remembered
def _shown(text: str) -> str | None:
    return tidy(text) or None


@_remembered
def _form(text: str) -> str | None:
    return normal_form(text) if text else None


def _shown_form(text: str) -> str | None:
    return _form(tidy(text))


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


def _is_date(symbol: str) -> bool:
    return cells.date_for(tidy(symbol)) is not None


def _genes(rows: CellColumns) -> tuple[dict[str, Any], Flags]:
    """Return columns of mentions, and which rows are odd: those without one plain gene or with a Problem."""
    ids, shown, matches, words = (rows[name] for name in ("ncbigene_id", "ncbigene_symbol", "match", "word"))
    genes = ids.texts(_gene, _AS_GENE)
    numbers = partial(ids.texts, _number, _AS_NUMBER)
    symbols = _first(partial(shown.texts, _shown, _AS_IT_IS), numbers)
    of_cells = [partial(column.texts, _form, _AS_UPPER) for column in (matches, words)]
    forms = _first(*of_cells, partial(shown.texts, _shown_form, _AS_UPPER), numbers)
    columns = {
        "keyword": symbols,
        "name": symbols,
        "word": _first(*(partial(column.texts, _given, _AS_IT_IS) for column in (words, matches)), lambda: symbols),
        "match": _with_beta(forms, words, matches),
        "entity_id": genes,
        "source": rows["source"].texts(_given),
        "flavour": rows["source"].texts(flavour).fill_null(flavour(None)),
        "taxon": rows["organism_id"].texts(_taxon),
    }
    is_odd = rows["organism_id"].flags(_has_odd_taxon) | shown.flags(_is_date, "-")
    return columns, is_odd | _is_missing(genes)


def _first(*columns: Callable[[], pa.Array]) -> pa.Array:
    """Return the first value that is not missing in each row; later columns are made only where there is need."""
    values = columns[0]()
    for column in columns[1:]:
        if values.null_count:
            values = pc.coalesce(values, column())
    return values


def _with_beta(forms: pa.Array, words: CellColumn, matches: CellColumn) -> pa.Array:
    """Return forms, with those of the rows whose word has a beta that upper case made `SS`."""
    has_beta = words.flags(bool, "\xdf")
    if not has_beta.any():
        return forms
    rows = zip(*(column.texts(str).filter(has_beta).to_pylist() for column in (words, matches)), strict=True)
    drawn = [cached_normal_form(as_drawn(match or word, word)) for word, match in rows]
    return pc.replace_with_mask(forms, has_beta, pa.array(drawn, pa.string()))


def _is_missing(values: pa.Array) -> Flags:
    flags: Flags = values.is_null().to_numpy(zero_copy_only=False)
    return flags


def _concepts(rows: CellColumns, prefix: str) -> tuple[dict[str, Any], Flags]:
    """Return columns of mentions, and which rows are odd: those without a word or with a Problem."""
    words = rows["word"]
    shown = words.texts(_shown, _AS_IT_IS)
    identified = [*map(partial(_identified, prefix), *(rows[name].cells() for name in (prefix, "mesh", "identifier")))]
    columns = {
        "keyword": shown,
        "name": _first(partial(rows["name"].texts, _shown, _AS_IT_IS), lambda: shown),
        "word": words.texts(str, _AS_IT_IS),
        "match": words.texts(cached_normal_form, _AS_UPPER),
        "entity_id": pa.array([entity for entity, _, _ in identified], pa.string()),
        "xref": pa.array([xref for _, xref, _ in identified], pa.string()),
        "source": _first(*(partial(rows[name].texts, _given) for name in ("source", "type"))),
        "flavour": pa.repeat("strict", len(shown)),
    }
    return columns, _is_missing(shown) | np.array([is_odd for _, _, is_odd in identified], dtype=bool)


@_remembered
def _identified(prefix: str, preferred: str, mesh: str, either: str) -> tuple[str | None, str | None, bool]:
    """Return the entity and the other identifier of a row's cells, and whether there are several or an unread one."""
    of_preferred = cells.identifiers(preferred, prefix, "mesh")
    of_others = (cells.identifiers(cell, "mesh", prefix) for cell in (mesh, either))
    curies, unread = map(set, map(chain.from_iterable, zip(of_preferred, *of_others, strict=True)))
    of_mesh = {curie for curie in curies if curie.startswith("mesh:")}
    of_prefix = {curie for curie in curies if curie.startswith(f"{prefix}:")}
    entity, xref, *_ = *of_prefix, *of_mesh, None, None
    return entity, xref, bool(unread) or len(of_mesh) > 1 or len(of_prefix) > 1
