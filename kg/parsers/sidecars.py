"""Sidecar tables of the database's `_data` folder: genes, chemicals and diseases of one figure.

Columns are read by their names in the header, because each kind of table had several layouts. `NA` is a missing value
in any column. `kg.parsers.cells` reads the cells as programs save them, in quotes or not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from kg.errors import RecordError
from kg.model.identifiers import FIGID, MAPS, curie
from kg.model.records import Element, Link, Mention, Problem, Table, flavour
from kg.model.text import MARKERS, as_drawn, cached_normal_form, clean, decode, tidy
from kg.parsers import Columns, File, cells, sidecar_columns
from kg.parsers.sidecar_kinds import KINDS, Kind, figid_and_kind

Row = dict[str, str]
"""Cells by column, without missing values."""

Reader = Callable[[str, int, Row, str], Iterator[Mention | Problem]]
"""Reads a row: file, line, cells, figure."""


class SidecarParser:
    """Reads `<figid>-genes.tsv`, `-chemicals.tsv` and `-diseases.tsv`."""

    def can_parse(self, name: str) -> bool:
        """Accept by the end of the name, because a figid may contain dots and hyphens."""
        return name.endswith(("-genes.tsv", "-chemicals.tsv", "-diseases.tsv"))

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield the Table, then a mention from each row; a row that cannot be read is one Problem."""
        owner = figid_and_kind(name)
        if not owner:
            raise RecordError("the file name does not start with PMC<digits>__<image file stem>")
        figid, kind = owner
        figure_id = curie("pfocr", figid)
        yield Table(figure_id, KINDS[kind].category)
        for line, row in _rows(clean(decode(body)), KINDS[kind].needed, name):
            if isinstance(row, Problem):
                yield row
            else:
                yield from _READERS[kind](name, line, row, figure_id)

    def parse_columns(self, files: Iterable[File]) -> Iterator[Columns]:
        """Yield the tables of a plain form as columns, with the same rows as `parse`, which reads all other tables."""
        return sidecar_columns.read(files)


class MapParser:
    """Reads the database's two mapping tables, `ndex_map.tsv` and `wpid_map.tsv`: figid and target, without header."""

    def can_parse(self, name: str) -> bool:
        """Accept the two file names."""
        return name.rpartition("/")[2] in MAPS

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield a link from each row; a row that cannot be read is one Problem."""
        kind = "ndex" if name.endswith("ndex_map.tsv") else "wikipathways"
        for line, row in cells.rows(clean(decode(body))):
            figid, target = (cell.strip() for cell in (*row, "")[:2])
            figid = figid.removesuffix(".jpg")
            if FIGID.fullmatch(figid) and target not in MARKERS:
                yield Link(curie("pfocr", figid), kind, target)  # type: ignore[arg-type]
            elif any(cell.strip() for cell in row):
                yield Problem("error", "bad-row", name, line, "expected a figid and a value; row skipped")


def _rows(text: str, needed: frozenset[str], name: str) -> Iterator[tuple[int, Row | Problem]]:
    rows = cells.rows(text)
    columns = [column.strip() for column in next(rows)[1]]
    missing = sorted(needed - set(columns))
    if missing or len(set(columns)) != len(columns):
        fault = f"lacks the columns {', '.join(missing)}" if missing else "has a column twice"
        raise RecordError(f"the header {fault}; the table was left out", line=1)
    for number, row in rows:
        if len(row) == len(columns):
            yield number, {column: cell for column, cell in zip(columns, row, strict=True) if cell != "NA"}
        elif row != [""]:
            message = f"{len(row)} cells where the header has {len(columns)}; row skipped"
            yield number, Problem("error", "bad-row", name, number, message)


def _gene(name: str, line: int, row: Row, figure_id: str) -> Iterator[Mention | Problem]:
    cell, word = row.get("ncbigene_id", ""), row.get("word", "")
    genes, unread = cells.identifiers(cell, "ncbigene")
    if not genes and not unread:
        yield Problem("note", "no-gene-record", name, line, f"word {word!r}: no NCBI gene record; row skipped")
        return
    if not genes:
        yield Problem("error", "bad-row", name, line, f"ncbigene_id {cell[:40]!r} is no NCBI Gene id; row skipped")
        return
    if unread:
        yield _unread(name, line, "ncbigene_id", unread, "the row's other genes were read")
    symbol = tidy(row.get("ncbigene_symbol", ""))
    if cells.date_for(symbol) is not None:
        yield Problem("warning", "symbol-is-date", name, line, cells.date_message("ncbigene_symbol", symbol))
    taxa, unread = cells.identifiers(row.get("organism_id", ""), "ncbitaxon")
    if unread or len(taxa) > 1:
        yield _unread(name, line, "organism_id", unread or taxa, "the gene has no organism")
    symbols = _symbols(symbol, genes)
    for gene, of_gene in zip(genes, symbols, strict=True):
        drawn = word or row.get("match", "") or of_gene
        yield Mention(
            figure_id=figure_id,
            origin="sidecar",
            category="gene",
            position=line - 2,
            keyword=of_gene,
            name=of_gene,
            word=drawn,
            match=cached_normal_form(as_drawn(row.get("match", "") or drawn, word)),
            entity_id=gene,
            source=row.get("source") or None,
            flavour=flavour(row.get("source")),
            taxon=taxa[0] if len(taxa) == 1 else None,
        )


def _symbols(cell: str, genes: tuple[str, ...]) -> list[str]:
    """Return the symbol of each gene of a row: the cell, its parts where there are as many as genes, or the numbers."""
    numbers = [gene.partition(":")[2] for gene in genes]
    if len(genes) == 1:
        return [cell or numbers[0]]
    parts = cells.parts(cell)
    return parts if len(parts) == len(genes) else numbers


def _unread(name: str, line: int, column: str, texts: Sequence[str], result: str) -> Problem:
    shown = ", ".join(repr(text[:40]) for text in texts[:5])
    return Problem("warning", "bad-identifier", name, line, f"{column} {shown} is no identifier known here; {result}")


def _concept(kind: Kind) -> Reader:
    """Return the function that reads a row of chemicals or diseases; the kind's prefix is the preferred one."""
    category, prefix, _ = kind
    columns = {prefix: (prefix, "mesh"), "mesh": ("mesh", prefix), "identifier": ("mesh", prefix)}

    def read_row(name: str, line: int, row: Row, figure_id: str) -> Iterator[Mention | Problem]:
        word = row.get("word", "")
        if not (shown := tidy(word)):
            yield Problem("error", "bad-row", name, line, "no word; row skipped")
            return
        in_row: dict[str, None] = {}
        for column, prefixes in columns.items():
            curies, unread = cells.identifiers(row.get(column, ""), *prefixes)
            in_row.update(dict.fromkeys(curies))
            if unread:
                yield _unread(name, line, column, unread, "the word is read without it")
        preferred = [curie for curie in in_row if curie.startswith(f"{prefix}:")]
        mesh = [curie for curie in in_row if curie.startswith("mesh:")]
        one = len(preferred) < 2 and len(mesh) < 2
        entities: Sequence[str | None] = preferred or mesh or (None,)
        if not one:
            message = f"{', '.join(in_row)} in one row; the word is read as {' and as '.join(map(str, entities))}"
            yield Problem("note", "several-identifiers", name, line, message)
        for entity in entities:
            yield Mention(
                figure_id=figure_id,
                origin="sidecar",
                category=category,
                position=line - 2,
                keyword=shown,
                name=tidy(row.get("name", "")) or shown,
                word=word,
                match=cached_normal_form(word),
                entity_id=entity,
                xref=mesh[0] if one and preferred and mesh else None,
                source=row.get("source") or row.get("type") or None,
                flavour="strict",
            )

    return read_row


_READERS: dict[str, Reader] = {
    "genes": _gene,
    "chemicals": _concept(KINDS["chemicals"]),
    "diseases": _concept(KINDS["diseases"]),
}
"""Functions that read a row, by the kind of table in its file name."""
