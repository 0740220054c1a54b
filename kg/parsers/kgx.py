"""KGX tables, as `kg export -f kgx` writes them: figures from `nodes.tsv`, mentions and citations from `edges.tsv`.

Each file is read by itself, because parsers get one file; an edge therefore has name, category and organism of its
entity. Mentions are read as sidecar tables, with words and identifiers unchanged. Pairs and families are computed
anew. What words in doubt mean is inferred anew, so that mentions of the origin `reread` are left out. docs/formats.md
lists the columns that KGX lacks.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from kg.errors import NotARecord
from kg.model import biolink
from kg.model.column_names import slots
from kg.model.identifiers import FIGID, OWN_PREFIXES, PREFIXES, curie
from kg.model.identifiers import decode as percent_decoded
from kg.model.records import (
    CATEGORIES,
    FIRST_YEAR,
    FLAVOURS,
    LAST_YEAR,
    Category,
    Citation,
    Element,
    Figure,
    Flavour,
    Mention,
    Problem,
    Table,
)
from kg.model.text import clean, collapse, decode

_FILE = re.compile(r"(?:.*_)?(?:nodes|edges)\.tsv")
_NEEDED = {"nodes": ("id", "category"), "edges": ("subject", "predicate", "object")}
_CATEGORIES: dict[str, Category] = {biolink.CATEGORIES[category]: category for category in CATEGORIES}
_TAXON = re.compile(r"ncbitaxon:[0-9]+")

_NAMED = ("hgnc.symbol", "chemical.name", "disease.name", "keyword")
"""Prefixes of entities without an identifier, whose text is grounded again."""

_PAPERS, _SLOTS = slots("papers"), slots("mentions")

_COMPUTED = (biolink.CO_OCCURS, biolink.MEMBER_OF)
"""Predicates of edges that a build computes, so that they are not read."""

Row = dict[str, str]
"""Cells by slot."""


class KgxParser:
    """Reads `nodes.tsv`, `edges.tsv`, and files whose names end in `_nodes.tsv` or `_edges.tsv`."""

    def can_parse(self, name: str) -> bool:
        """Accept by the end of the name."""
        return _FILE.fullmatch(name.rpartition("/")[2]) is not None

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield the figures with a record from nodes, or the mentions and citations from edges."""
        kind = name.removesuffix(".tsv")[-5:]
        lines = clean(decode(body)).split("\n")
        columns = lines[0].split("\t")
        if missing := [slot for slot in _NEEDED[kind] if slot not in columns]:
            raise NotARecord(f"not KGX {kind}: no columns {', '.join(missing)}", line=1)
        read = _nodes if kind == "nodes" else _edges
        yield from read(name, columns, lines)


def _rows(columns: list[str], lines: list[str]) -> Iterator[tuple[int, Row]]:
    """Yield the rows with their line numbers; short rows lack their last cells."""
    for number, line in enumerate(lines[1:], 2):
        if line:
            yield number, dict(zip(columns, line.split("\t"), strict=False))


def _bad(name: str, line: int, reason: object) -> Problem:
    return Problem("error", "bad-row", name, line, f"{reason}; row skipped")


# -- cells


def _texts(row: Row, slot: str) -> tuple[str, ...]:
    """Return the members of a list; an empty cell has none."""
    cell = row.get(slot, "")
    return tuple(map(biolink.unescape, cell.split("|"))) if cell else ()


def _text(row: Row, slot: str) -> str | None:
    return next(iter(_texts(row, slot)), None) or None


def _number(read: type[int] | type[float], top: int) -> Callable[[Row, str], float | None]:
    def number(row: Row, slot: str) -> float | None:
        text = _text(row, slot)
        if text is None:
            return None
        try:
            value = read(text)
        except ValueError:
            value = -1
        if not 0 <= value <= top:
            raise ValueError(f"{slot} {text[:40]!r} is not a number up to {top}")
        return value

    return number


def _year(row: Row, slot: str) -> int | None:
    """Return a year of publication, or None for one that is impossible, which older builds could hold."""
    year = _number(int, 9999)(row, slot)
    return int(year) if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None


def _figure_id(row: Row, slot: str) -> str:
    text = row.get(slot, "")
    prefix, _, figid = text.partition(":")
    if prefix != "pfocr" or not FIGID.fullmatch(figid):
        raise ValueError(f"{text[:80]!r} is no figure: pfocr:PMC<digits>__<image file stem>")
    return text


def _split_curie(row: Row, slot: str, prefixes: tuple[str, ...]) -> tuple[str, str]:
    """Return prefix and decoded identifier of a CURIE; raise ValueError where it has none of these prefixes."""
    text = row.get(slot, "")
    prefix, _, encoded = biolink.from_biolink(text).partition(":")
    identifier = _plain(encoded)
    if prefix not in prefixes or not identifier:
        raise ValueError(f"{text[:80]!r} is no CURIE with a prefix of {', '.join(map(biolink.to_biolink, prefixes))}")
    return prefix, identifier


def _plain(identifier: str) -> str:
    return collapse(clean(percent_decoded(identifier)))


# -- nodes

_READ: dict[str, Callable[[Row, str], Any]] = {
    "year": _year,
    "search_rank": _number(int, 999_999_999),
    "pathway_score": _number(float, 1),
    "organisms": _texts,
    "organisms_ner": _texts,
    "annotations": _texts,
}
"""Readers of the columns of `figures` that are no texts."""


def _nodes(name: str, columns: list[str], lines: list[str]) -> Iterator[Element]:
    """Yield the figures with a record, each once and with the fields of its paper."""
    papers = {
        row["id"]: row for _, row in _rows(columns, lines) if row.get("id") and biolink.PAPER in _texts(row, "category")
    }
    figure_ids: set[str] = set()
    for line, row in _rows(columns, lines):
        if biolink.FIGURE_TYPE not in _texts(row, "publication_type") or not row.get("source_file"):
            continue  # a figure with sidecar tables only, which its edges describe
        try:
            figure = _figure(row, papers)
        except ValueError as error:
            yield _bad(name, line, error)
            continue
        if figure.figure_id not in figure_ids:
            figure_ids.add(figure.figure_id)
            yield figure


def _figure(row: Row, papers: dict[str, Row]) -> Figure:
    figure_id = _figure_id(row, "id")
    paper_id = curie("pmc", figure_id.partition(":")[2].partition("__")[0])
    paper = papers.get(biolink.to_biolink(paper_id), {})
    doi = _text(paper, _PAPERS["doi"])
    fields: dict[str, Any] = {
        column: _READ.get(column, _text)(row, slot)
        for column, slot in slots("figures").items()
        if column not in ("figure_id", "source_file", "license")
    }
    for field in ("reference", "journal", "journal_abbreviation", "publisher"):
        fields[field] = _text(paper, _PAPERS[field])
    return Figure(
        figure_id,
        paper_id,
        **fields,
        paper_title=_text(paper, _PAPERS["title"]),
        doi=_plain(doi.partition(":")[2]) if doi else None,
        paper_keywords=_texts(paper, _PAPERS["keywords"]),
    )


# -- edges


def _edges(name: str, columns: list[str], lines: list[str]) -> Iterator[Element]:
    """Yield the mentions, each after the Table that it belongs to, and the citations."""
    tables: set[Table] = set()
    other: Counter[str] = Counter()
    for line, row in _rows(columns, lines):
        try:
            elements = _edge(line, row)
        except ValueError as error:
            yield _bad(name, line, error)
            continue
        if elements is None:
            other[row.get("predicate", "")] += 1
            continue
        for element in elements:
            if not isinstance(element, Table) or element not in tables:
                yield element
            if isinstance(element, Table):
                tables.add(element)
    if other:
        counts = ", ".join(f"{count} {predicate or 'none'}" for predicate, count in sorted(other.items()))
        yield Problem("note", "other-predicate", name, None, f"edges of other predicates were not read: {counts}")


def _edge(line: int, row: Row) -> list[Element] | None:
    """Return the elements of an edge, Tables first; None if its predicate is none of ours."""
    predicate = row.get("predicate", "")
    if predicate == biolink.PART_OF:
        return [Table(_figure_id(row, "subject"), "gene")]  # a figure may have no mentions
    if predicate == biolink.MENTIONS:
        return _mentions(line, row)
    if predicate == biolink.CITES and row.get("original_predicate") == biolink.CITO_CITES:
        citing, cited = (curie(*_split_curie(row, end, ("pmc", "pubmed", "doi"))) for end in ("subject", "object"))
        return [Citation(citing, cited)]
    return [] if predicate in _COMPUTED else None


def _mentions(line: int, row: Row) -> list[Element]:
    figure_id = _figure_id(row, "subject")
    category = _CATEGORIES.get(row.get("object_category", ""))
    if category is None:
        raise ValueError(f"object_category {row.get('object_category', '')[:80]!r} is none of {', '.join(_CATEGORIES)}")
    if category == "family":
        return []
    prefix, identifier = _split_curie(row, "object", (*PREFIXES, *OWN_PREFIXES))
    named = prefix in _NAMED
    name = identifier if named else collapse(_text(row, "object_name") or identifier)
    taxon = biolink.from_biolink(row.get("object_taxon", ""))
    mentions = [
        Mention(
            figure_id=figure_id,
            origin="sidecar",
            category=category,
            position=line - 2,
            keyword=name,
            name=name,
            word=word,
            match=match,
            entity_id=None if named else curie(prefix, identifier),
            source=source,
            flavour=flavour,
            taxon=taxon if _TAXON.fullmatch(taxon) else None,
        )
        for word, match, source, flavour in _readings(row)
    ]
    return [Table(figure_id, category), *mentions]


def _readings(row: Row) -> list[tuple[str | None, str | None, str | None, Flavour | None]]:
    """Return word, normal form, lexicon and flavour of each word for which the record lists an entity.

    What no record lists, a build infers again.
    """
    count = len(_texts(row, _SLOTS["word_status"])) or 1
    columns = []
    for column in ("word", "match", "source", "flavour", "origin"):
        slot = _SLOTS[column]
        members = _texts(row, slot) or ("",) * count
        if len(members) != count:
            raise ValueError(f"{slot} has {len(members)} members where word_status has {count}")
        columns.append([member or None for member in members])
    flavours: dict[str | None, Flavour] = {flavour: flavour for flavour in FLAVOURS}
    return [
        (word, match, source, flavours.get(flavour))
        for word, match, source, flavour, origin in zip(*columns, strict=True)
        if origin != "reread"
    ]
