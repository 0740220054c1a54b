"""Read corrections of readings: tables by which drawn words have a certain meaning, in all figures or in one.

A table is tab-separated. Its header has `word` and `entity`, and perhaps `figure`; other columns do not count. A row
without an entity corrects nothing, so a table with many words may have an answer for a few.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from kg.errors import RecordError, SourceError, shown
from kg.ingest.entries import Entry
from kg.lexicon.lexicon import Lexicon
from kg.model.identifiers import FIGID, decode, normal_identifier
from kg.model.text import collapse, normal_form
from kg.model.text import decode as to_text
from kg.parsers import cells

REQUIRED = ("word", "entity")
COLUMNS = ("word", "figure", "entity")
"""Columns that are read; `figure` may be missing, or empty in some rows."""

SEPARATOR = "|"
"""Between the genes of a family."""

ENTITY_FORMS = "give a gene symbol such as TP53, ncbigene:7157, several genes joined by |, or a family such as fplx:AKT"

Key = tuple[str | None, str]
"""CURIE of a figure, or None for all figures, and the normal form of a word."""


class ReadingsFile(NamedTuple):
    """A file of corrections, as the manifest has it."""

    digest: str
    """SHA-256 of the file."""
    rows: int
    """Number of rows that correct a word."""


class Corrections(NamedTuple):
    """Meanings of words that persons have given."""

    entities: Mapping[Key, tuple[str, ...]] = MappingProxyType({})
    """CURIEs by figure and word: one gene or one family, or several genes that are meant together, sorted."""
    files: tuple[ReadingsFile, ...] = ()
    """The files, in the order in which they were given."""

    def of(self, figure_id: str, match: str) -> tuple[str, ...] | None:
        """Return the meaning of a word in a figure, None without a correction; one for the figure goes before others.

        >>> corrections = Corrections({(None, "P50"): ("ncbigene:4790",)})
        >>> corrections.of("pfocr:PMC1__a", "P50"), corrections.of("pfocr:PMC1__a", "P65")
        (('ncbigene:4790',), None)
        """
        return self.entities.get((figure_id, match)) or self.entities.get((None, match))


NO_CORRECTIONS = Corrections()


class _Row(NamedTuple):
    place: str  # file and line, as messages give them
    key: Key
    names: tuple[str, ...]  # of the entities, as they are written


def read(paths: Sequence[Path], lexicon: Lexicon) -> Corrections:
    """Read files of corrections; symbols become the identifiers that the lexicon has.

    Raises SourceError, with file and line, where a file cannot be read, a row says nothing that the lexicon knows, or
    two rows disagree.
    """
    rows: list[_Row] = []
    files = []
    for path in paths:
        body = _bytes(path)
        of_file = [*_rows(path, body)]
        files.append(ReadingsFile(hashlib.sha256(body).hexdigest(), len(of_file)))
        rows += of_file
    known = _Known(lexicon, (name for row in rows for name in row.names))
    meanings: dict[Key, tuple[_Row, tuple[str, ...]]] = {}
    for row in rows:
        meant = known.entities(row)
        first, before = meanings.setdefault(row.key, (row, meant))
        if before != meant:
            others = f"{shown(SEPARATOR.join(first.names))} at {first.place}"
            word = shown(row.key[1])
            raise SourceError(f"{row.place}: {word} is {shown(SEPARATOR.join(row.names))} here and {others}; keep one")
    return Corrections({key: meant for key, (_, meant) in meanings.items()}, tuple(files))


def _bytes(path: Path) -> bytes:
    try:
        return Entry(str(path), str(path)).read()
    except (RecordError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceError(f"{error}; give a table of words and entities (.tsv)") from None


def _rows(path: Path, body: bytes) -> Iterator[_Row]:
    """Yield the rows of a file that correct a word."""
    try:
        table = cells.rows(to_text(body))
    except RecordError as error:
        raise SourceError(f"{path}:{error.line or 1}: {error.reason}") from None
    line, header = next(table)
    columns = _columns(f"{path}:{line}", [name.strip() for name in header])
    for line, row in table:
        place = f"{path}:{line}"
        values = {name: row[index].strip() if index < len(row) else "" for name, index in columns.items()}
        names = tuple(filter(None, map(str.strip, values["entity"].split(SEPARATOR))))
        if names:
            yield _Row(place, (_figure(place, values.get("figure", "")), _word(place, values["word"])), names)


def _columns(place: str, header: list[str]) -> dict[str, int]:
    """Return the index of each column that is read; raise SourceError where the header lacks or repeats one."""
    if missing := [name for name in REQUIRED if name not in header]:
        way_out = "it must be tab-separated, with the columns word and entity, and figure if a row is for one figure"
        raise SourceError(f"{place}: the header lacks {' and '.join(missing)}; {way_out}")
    present = [name for name in COLUMNS if name in header]
    if repeated := [name for name in present if header.count(name) > 1]:
        raise SourceError(f"{place}: the header has the column {repeated[0]} twice; leave one out")
    return {name: header.index(name) for name in present}


def _word(place: str, text: str) -> str:
    word = normal_form(text)
    if not word:
        raise SourceError(f"{place}: a row with an entity and no word; give the drawn word")
    return word


def _figure(place: str, text: str) -> str | None:
    """Return the CURIE of a figure; None where the row is for all figures."""
    if not text:
        return None
    figure_id = normal_identifier(text.removesuffix(".jpg"))
    if not FIGID.fullmatch(figure_id.removeprefix("pfocr:")):
        way_out = "give its figid, such as PMC1__fig1, or leave it empty for all figures"
        raise SourceError(f"{place}: figure {shown(text)} is no figure; {way_out}")
    return figure_id


class _Known:
    """The genes and families of the lexicon that files name; the lexicon is scanned once for all rows."""

    def __init__(self, lexicon: Lexicon, names: Iterable[str]) -> None:
        curies = {name: normal_identifier(collapse(name)) for name in names}
        symbols = {name: _symbol(curie) for name, curie in curies.items()}
        readings = lexicon.ground(sorted({symbol for symbol in symbols.values() if symbol}), "gene")
        self._curies = {
            name: readings[symbols[name]].entity_id if symbols[name] in readings else curie
            for name, curie in curies.items()
        }
        self._terms = lexicon.terms(self._curies.values())

    def entities(self, row: _Row) -> tuple[str, ...]:
        """Return the CURIEs of the entities of a row, sorted; raise SourceError for one that is no gene or family."""
        meant = sorted({self._curies[name] for name in row.names})
        for name in row.names:
            term = self._terms.get(self._curies[name])
            if term is None or term.category not in ("gene", "family"):
                reason = "is not a human gene or family that the lexicon has"
                raise SourceError(f"{row.place}: entity {shown(name)} {reason}; {ENTITY_FORMS}")
            if term.category == "family" and len(meant) > 1:
                raise SourceError(f"{row.place}: entity {shown(name)} is a family beside others; {ENTITY_FORMS}")
        return tuple(meant)


def _symbol(text: str) -> str:
    """Return the gene symbol that a text is, empty for an identifier of another kind."""
    prefix, colon, identifier = text.partition(":")
    return decode(identifier) if prefix == "hgnc.symbol" else "" if colon else text
