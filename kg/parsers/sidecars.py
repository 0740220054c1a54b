"""Sidecar tables of the database's `_data` folder: genes, chemicals and diseases of one figure.

Columns are found by header name, for every kind had several layouts. Nothing is quoted in them:
names hold stray quotes. `NA` is missing, in any column.
"""

import re
from collections.abc import Callable, Iterator

from kg.errors import RecordError
from kg.model.identifiers import FIGID, MAPS, SIDECAR, curie, mesh_id
from kg.model.records import Category, Element, Link, Mention, Problem, Table, flavour
from kg.model.text import MARKERS, clean, collapse, decode, normal_form

_ACCESSION = re.compile(r"(?i:chebi|doid):([0-9]+)|([0-9]+)")

Row = dict[str, str]


class SidecarParser:
    """Reads `<figid>-genes.tsv`, `-chemicals.tsv` and `-diseases.tsv`."""

    def can_parse(self, name: str) -> bool:
        """Accept by the end of the name; a figid may hold dots and hyphens."""
        return name.endswith(("-genes.tsv", "-chemicals.tsv", "-diseases.tsv"))

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield the table, then a mention a row; a row that cannot be read is a problem of its own."""
        named = SIDECAR.fullmatch(name.rpartition("/")[2])
        figid = named["figid"].removesuffix(".jpg") if named else ""
        if not named or not FIGID.fullmatch(figid):
            raise RecordError("the file name does not start with PMC<digits>__<image file stem>")
        category, needed, read_row = _KINDS[named["kind"]]
        figure_id = curie("pfocr", figid)
        yield Table(figure_id, category)
        for line, row in _rows(clean(decode(body)), needed, name):
            yield row if isinstance(row, Problem) else read_row(name, line, row, figure_id)


class MapParser:
    """Reads the database's two mapping tables, `ndex_map.tsv` and `wpid_map.tsv`: figid, target, no header."""

    def can_parse(self, name: str) -> bool:
        """Accept the two file names."""
        return name.rpartition("/")[2] in MAPS

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield a link a row."""
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
        wrong = f"lacks the columns {', '.join(missing)}" if missing else "has a column twice"
        raise RecordError(f"the header {wrong}; the table was left out", line=1)
    for line, cells in enumerate((each.split("\t") for each in lines), 2):
        if len(cells) == len(columns):
            yield line, {column: cell for column, cell in zip(columns, cells, strict=True) if cell != "NA"}
        elif cells != [""]:
            found = f"{len(cells)} cells where the header has {len(columns)}; row skipped"
            yield line, Problem("error", "bad-row", name, line, found)


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
        match=normal_form(row.get("match", "") or word),
        entity_id=curie("ncbigene", ncbigene),
        source=row.get("source") or None,
        flavour=flavour(row.get("source")),
        taxon=curie("ncbitaxon", taxon) if taxon.isascii() and taxon.isdigit() else None,
    )


def _accession(prefix: str, text: str | None) -> str | None:
    found = _ACCESSION.fullmatch(text or "")
    return curie(prefix, found[1] or found[2]) if found else None


def _concept(category: Category, prefix: str) -> Callable[[str, int, Row, str], Mention | Problem]:
    def read_row(name: str, line: int, row: Row, figure_id: str) -> Mention | Problem:
        word = row.get("word", "")
        if not word.strip():
            return Problem("error", "bad-row", name, line, "no word; row skipped")
        mesh = mesh_id(row.get("mesh") or row.get("identifier"))
        found = [each for each in (_accession(prefix, row.get(prefix)), mesh) if each]
        return Mention(
            figure_id=figure_id,
            origin="sidecar",
            category=category,
            position=line - 2,
            keyword=collapse(word),
            name=collapse(row.get("name", "")) or collapse(word),
            word=word,
            match=normal_form(word),
            entity_id=found[0] if found else None,
            xref=found[1] if len(found) > 1 else None,
            source=row.get("source") or row.get("type") or None,
            flavour="strict",
        )

    return read_row


_KINDS: dict[str, tuple[Category, frozenset[str], Callable[[str, int, Row, str], Mention | Problem]]] = {
    "genes": ("gene", frozenset({"organism_id", "word", "ncbigene_symbol", "ncbigene_id"}), _gene),
    "chemicals": ("chemical", frozenset({"word"}), _concept("chemical", "chebi")),
    "diseases": ("disease", frozenset({"word"}), _concept("disease", "doid")),
}
