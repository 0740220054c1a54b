"""Sidecar tables of the database's `_data` folder: genes, chemicals and diseases of one figure.

Columns are read by their names in the header, because each kind of table had several layouts. Quotes have no meaning,
because names contain stray ones. `NA` is a missing value in any column.
"""

import re
from collections.abc import Callable, Iterator

from kg.errors import RecordError
from kg.model.identifiers import FIGID, MAPS, SIDECAR, curie, mesh_id
from kg.model.records import Category, Element, Link, Mention, Problem, Table, flavour
from kg.model.text import MARKERS, cached_normal_form, clean, collapse, decode

_ACCESSION = re.compile(r"(?i:chebi|doid):([0-9]+)|([0-9]+)")

Row = dict[str, str]
"""Cells by column, without missing values."""


class SidecarParser:
    """Reads `<figid>-genes.tsv`, `-chemicals.tsv` and `-diseases.tsv`."""

    def can_parse(self, name: str) -> bool:
        """Accept by the end of the name, because a figid may contain dots and hyphens."""
        return name.endswith(("-genes.tsv", "-chemicals.tsv", "-diseases.tsv"))

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield the Table, then a mention from each row; a row that cannot be read is one Problem."""
        match = SIDECAR.fullmatch(name.rpartition("/")[2])
        figid = match["figid"].removesuffix(".jpg") if match else ""
        if not match or not FIGID.fullmatch(figid):
            raise RecordError("the file name does not start with PMC<digits>__<image file stem>")
        category, needed, read_row = _KINDS[match["kind"]]
        figure_id = curie("pfocr", figid)
        yield Table(figure_id, category)
        for line, row in _rows(clean(decode(body)), needed, name):
            yield row if isinstance(row, Problem) else read_row(name, line, row, figure_id)


class MapParser:
    """Reads the database's two mapping tables, `ndex_map.tsv` and `wpid_map.tsv`: figid and target, without header."""

    def can_parse(self, name: str) -> bool:
        """Accept the two file names."""
        return name.rpartition("/")[2] in MAPS

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield a link from each row; a row that cannot be read is one Problem."""
        kind = "ndex" if name.endswith("ndex_map.tsv") else "wikipathways"
        for line, text in enumerate(clean(decode(body)).split("\n"), 1):
            figid, target = (cell.strip() for cell in text.partition("\t")[::2])
            figid = figid.removesuffix(".jpg")
            if FIGID.fullmatch(figid) and target not in MARKERS:
                yield Link(curie("pfocr", figid), kind, target)  # type: ignore[arg-type]
            elif text.strip():
                yield Problem("error", "bad-row", name, line, "expected a figid and a value; row skipped")


def _rows(text: str, needed: frozenset[str], name: str) -> Iterator[tuple[int, Row | Problem]]:
    header, *lines = text.split("\n")
    columns = header.split("\t")
    missing = sorted(needed - set(columns))
    if missing or len(set(columns)) != len(columns):
        fault = f"lacks the columns {', '.join(missing)}" if missing else "has a column twice"
        raise RecordError(f"the header {fault}; the table was left out", line=1)
    for number, line in enumerate(lines, 2):
        cells = line.split("\t")
        if len(cells) == len(columns):
            yield number, {column: cell for column, cell in zip(columns, cells, strict=True) if cell != "NA"}
        elif line:
            message = f"{len(cells)} cells where the header has {len(columns)}; row skipped"
            yield number, Problem("error", "bad-row", name, number, message)


def _gene(name: str, line: int, row: Row, figure_id: str) -> Mention | Problem:
    symbol, ncbigene, word = row.get("ncbigene_symbol", ""), row.get("ncbigene_id", ""), row.get("word", "")
    taxon = row.get("organism_id", "")
    if ncbigene in ("", "NaN"):
        return Problem("note", "no-gene-record", name, line, f"word {word!r}: no NCBI gene record; row skipped")
    if not (ncbigene.isascii() and ncbigene.isdigit()):
        return Problem("error", "bad-row", name, line, f"ncbigene_id {ncbigene[:40]!r} is not a number; row skipped")
    symbol = collapse(symbol) or ncbigene
    word = word or row.get("match", "") or symbol
    return Mention(
        figure_id=figure_id,
        origin="sidecar",
        category="gene",
        position=line - 2,
        keyword=symbol,
        name=symbol,
        word=word,
        match=cached_normal_form(row.get("match", "") or word),
        entity_id=curie("ncbigene", ncbigene),
        source=row.get("source") or None,
        flavour=flavour(row.get("source")),
        taxon=curie("ncbitaxon", taxon) if taxon.isascii() and taxon.isdigit() else None,
    )


def _accession(prefix: str, text: str | None) -> str | None:
    match = _ACCESSION.fullmatch(text or "")
    return curie(prefix, match[1] or match[2]) if match else None


def _concept(category: Category, prefix: str) -> Callable[[str, int, Row, str], Mention | Problem]:
    """Return the function that reads a row of chemicals or diseases; `prefix` names their preferred identifiers."""

    def read_row(name: str, line: int, row: Row, figure_id: str) -> Mention | Problem:
        word = row.get("word", "")
        if not word.strip():
            return Problem("error", "bad-row", name, line, "no word; row skipped")
        mesh = mesh_id(row.get("mesh") or row.get("identifier"))
        identifiers = [identifier for identifier in (_accession(prefix, row.get(prefix)), mesh) if identifier]
        return Mention(
            figure_id=figure_id,
            origin="sidecar",
            category=category,
            position=line - 2,
            keyword=collapse(word),
            name=collapse(row.get("name", "")) or collapse(word),
            word=word,
            match=cached_normal_form(word),
            entity_id=identifiers[0] if identifiers else None,
            xref=identifiers[1] if len(identifiers) > 1 else None,
            source=row.get("source") or row.get("type") or None,
            flavour="strict",
        )

    return read_row


_KINDS: dict[str, tuple[Category, frozenset[str], Callable[[str, int, Row, str], Mention | Problem]]] = {
    "genes": ("gene", frozenset({"organism_id", "word", "ncbigene_symbol", "ncbigene_id"}), _gene),
    "chemicals": ("chemical", frozenset({"word"}), _concept("chemical", "chebi")),
    "diseases": ("disease", frozenset({"word"}), _concept("disease", "doid")),
}
"""Category, required columns and reader of rows, by the kind of table in its file name."""
