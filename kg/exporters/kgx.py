"""KGX, the exchange format of Biolink knowledge graphs: `nodes` and `edges` as TSV or as JSON Lines.

kg.model.biolink has the names of its columns. A figure mentions an entity in one edge, whatever the words, for KGX
takes edges of the same ends and predicate for one. Rows are streamed: no more than a batch is held.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, groupby, islice, repeat
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from kg.engines.statements import sql
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model import biolink
from kg.model.column_names import slots
from kg.model.identifiers import curie, expand

SOURCE = "infores:pfocr"
"""PFOCR in the registry of information resources."""

LINES = 10_000
"""Lines are written so many at a time."""

Row = tuple[Any, ...]

Columns = dict[str, list[Any]]
"""Slot to the values of so many nodes or edges: texts, numbers, or lists of them; None or no member: missing."""


class Kind(NamedTuple):
    """A kind of node or edge: where its rows come from, and what its columns and it are called."""

    select: str
    slots: Mapping[str, str]
    """Column to slot."""
    same: dict[str, Any]
    """What all of them have."""


NODES = (
    Kind(
        "SELECT * FROM papers ORDER BY paper_id",
        slots("papers"),
        {"category": [biolink.PAPER], "publication_type": [biolink.PAPER_TYPE]},
    ),
    Kind(
        "SELECT * FROM figures ORDER BY figure_id",
        slots("figures"),
        {"category": [biolink.FIGURE], "publication_type": [biolink.FIGURE_TYPE]},
    ),
    Kind("SELECT * FROM entities ORDER BY entity_id", slots("entities"), {}),
)


def edges(least: int, max_entities: int) -> tuple[Kind, ...]:
    """Give the kinds of edges; pairs of at least `least` figures, proved by those of at most `max_entities`."""
    pairs = sql("kgx/cooccurrences", least=least, max_entities=max_entities)
    of_pfocr = {"primary_knowledge_source": SOURCE}
    return (
        Kind(
            "SELECT figure_id AS citing_id, paper_id AS cited_id FROM figures ORDER BY figure_id",
            slots("citations"),
            _edge(biolink.PART_OF, "Association", "knowledge_assertion", "automated_agent") | of_pfocr,
        ),
        Kind(
            sql("kgx/mentions"),
            biolink.MENTION,
            _edge(
                biolink.MENTIONS,
                "InformationContentEntityToNamedThingAssociation",
                "observation",
                "image_processing_agent",
            )
            | of_pfocr,
        ),
        Kind(
            "SELECT citing_id, cited_id FROM citations WHERE kind = 'reference' ORDER BY citing_id, cited_id",
            slots("citations"),
            _edge(biolink.CITES, "Association", "knowledge_assertion", "not_provided")
            | {"original_predicate": biolink.CITO_CITES},
        ),
        Kind(
            "SELECT * FROM members ORDER BY family_id, entity_id",
            slots("members"),
            _edge(biolink.MEMBER_OF, "GeneToGeneFamilyAssociation", "knowledge_assertion", "manual_agent"),
        ),
        Kind(
            pairs,
            biolink.COOCCURRENCE,
            _edge(biolink.CO_OCCURS, "Association", "text_co_occurrence", "data_analysis_pipeline") | of_pfocr,
        ),
    )


def _edge(predicate: str, category: str, knowledge_level: str, agent_type: str) -> dict[str, Any]:
    return {
        "predicate": predicate,
        "category": [f"biolink:{category}"],
        "knowledge_level": knowledge_level,
        "agent_type": agent_type,
    }


def header(kinds: Iterable[Kind]) -> list[str]:
    """Give every slot of these kinds once, in the order of the columns: what a row is, then what is said of it."""
    kinds = list(kinds)
    every = dict.fromkeys(slot for kind in kinds for slot in (*kind.slots.values(), *kind.same))
    first = ("id", "subject", "predicate", "object", "category") if "subject" in every else ("id", "category", "iri")
    return [*first, *(slot for slot in every if slot not in first)]


def columns(kind: Kind, batches: Iterable[pa.RecordBatch], base: str) -> Iterator[Columns]:
    """Give the nodes or edges of rows, with an identifier or an IRI, in their order; so many at a time."""
    rows: Iterator[Row] = chain.from_iterable(
        zip(*(batch.column(name).to_pylist() for name in kind.slots), strict=True) for batch in batches
    )
    if kind.slots is biolink.MENTION:
        rows = _joined(rows)
    while chunk := list(islice(rows, LINES)):
        given = list(zip(*chunk, strict=True))
        found = {slot: [value] * len(chunk) for slot, value in kind.same.items()}
        for (column, slot), values in zip(kind.slots.items(), given, strict=True):
            convert = _converter(column, slot)
            found[slot] = [None if value is None else convert(value) for value in values]
        if "subject" in found:
            ends = zip(found["subject"], found["predicate"], found["object"], strict=True)
            found["id"] = [f"{start};{predicate.partition(':')[2]};{end}" for start, predicate, end in ends]
        else:
            found["iri"] = [expand(curie, base) for curie in given[0]]
        yield found


def _joined(rows: Iterable[Row]) -> Iterator[Row]:
    """Make one row of the readings of a figure and entity, which follow each other; their columns become lists."""
    ends = len(biolink.MENTION) - len(biolink.READINGS)
    for head, readings in groupby(rows, key=itemgetter(slice(ends))):
        yield *head, *map(list, zip(*(row[ends:] for row in readings), strict=True))


def _converter(column: str, slot: str) -> Callable[[Any], Any]:
    if column in biolink.READINGS:
        return _places
    if column == "doi":
        return lambda doi: [curie("doi", doi)]
    one: Callable[[Any], Any] = biolink.to_biolink if slot in biolink.CURIES else lambda value: value
    if slot in ("category", "object_category"):
        one = lambda category: biolink.CATEGORIES.get(category, category)  # noqa: E731 as above
    if slot in biolink.LISTS:
        return lambda value: [one(each) for each in value] if isinstance(value, list) else [one(value)]
    return one


def _places(members: list[Any]) -> list[Any]:
    """Keep a place for each reading, empty where it has no value; nothing where none has."""
    known = any(each is not None for each in members)
    return ["" if each is None else each for each in members] if known else []


def cell(value: Any) -> str:
    """Give a value as a cell of a KGX table: members of a list between bars, nothing where there is no value."""
    if isinstance(value, str):
        return biolink.escape(value)
    if isinstance(value, list):
        return "|".join(map(cell, value))
    return "" if value is None else repr(value)


class _Folder(ABC):
    """Nodes and edges as lines of two files."""

    suffixes = ()
    of_views = False
    counted = "nodes and edges"
    into_folder = True
    ending: str

    @abstractmethod
    def head(self, slots: list[str]) -> str:
        """Give what stands before the lines."""

    @abstractmethod
    def lines(self, slots: list[str], found: Columns) -> list[str]:
        """Give the lines of some nodes or edges."""

    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        """Write all nodes and edges into a folder, which must exist; return their number."""
        del view  # everything
        build = graph.build
        every = edges(build.min_figures, build.manifest["parameters"]["max_entities"])
        count = 0
        for name, kinds in (("nodes", NODES), ("edges", every)):
            slots = header(kinds)
            with (folder / f"{name}.{self.ending}").open("wb") as file:
                file.write(self.head(slots).encode())
                for kind in kinds:
                    for found in columns(kind, graph.engine.stream(kind.select), build.base):
                        lines = self.lines(slots, found)
                        file.write("".join(lines).encode())
                        count += len(lines)
        return count


class KgxTsv(_Folder):
    """A folder of `nodes.tsv` and `edges.tsv`."""

    ending = "tsv"

    def head(self, slots: list[str]) -> str:
        """Give the names of the columns."""
        return "\t".join(slots) + "\n"

    def lines(self, slots: list[str], found: Columns) -> list[str]:
        """Give rows; what is missing is an empty cell."""
        cells = [list(map(cell, found[slot])) if slot in found else repeat("") for slot in slots]
        return ["\t".join(row) + "\n" for row in zip(*cells, strict=False)]


class KgxJsonl(_Folder):
    """A folder of `nodes.jsonl` and `edges.jsonl`."""

    ending = "jsonl"

    def head(self, slots: list[str]) -> str:
        """Give nothing: each line names its slots."""
        del slots
        return ""

    def lines(self, slots: list[str], found: Columns) -> list[str]:
        """Give objects; what is missing is left out."""
        known = [slot for slot in slots if slot in found]
        rows = zip(*(found[slot] for slot in known), strict=True)
        records = (
            {slot: value for slot, value in zip(known, row, strict=True) if value not in (None, [])} for row in rows
        )
        return [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
