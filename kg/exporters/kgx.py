"""KGX, the exchange format of Biolink knowledge graphs: `nodes` and `edges` as TSV or as JSON Lines.

The names of columns are in `kg.model.column_names` and `kg.model.biolink`. A figure mentions an entity in one edge,
whatever the words, because KGX merges edges of the same ends and predicate. Rows are streamed batch by batch.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import chain, groupby, islice, repeat
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from kg.engines.statements import Statements
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model import biolink
from kg.model.build import Build
from kg.model.column_names import slots
from kg.model.identifiers import curie, expand
from kg.runtime.files import BinaryWriter

LINES = 10_000
"""Lines written at once."""

Row = tuple[Any, ...]

Columns = dict[str, list[Any]]
"""Slot to the values of several nodes or edges: texts, numbers, lists of them, or None."""

STATEMENTS = Statements("kg.exporters", "kgx")


class KgxKind(NamedTuple):
    """A kind of node or edge."""

    select: str
    """SELECT of the rows, one for each node or edge."""
    slots: Mapping[str, str]
    """Column to slot."""
    constants: dict[str, Any]
    """Slot to the value that all nodes or edges of the kind have."""


NODES = (
    KgxKind(
        STATEMENTS.sql("kgx_papers"),
        slots("papers"),
        {"category": [biolink.PAPER], "publication_type": [biolink.PAPER_TYPE]},
    ),
    KgxKind(
        STATEMENTS.sql("kgx_figures"),
        slots("figures"),
        {"category": [biolink.FIGURE], "publication_type": [biolink.FIGURE_TYPE]},
    ),
    KgxKind(STATEMENTS.sql("kgx_entities"), slots("entities"), {}),
)


def edges(build: Build) -> tuple[KgxKind, ...]:
    """Return the kinds of edges of a build, which has the threshold of pairs and the rule of publishing."""
    of_pfocr = {"primary_knowledge_source": biolink.SOURCE}
    return (
        KgxKind(
            STATEMENTS.sql("kgx_figure_papers"),
            slots("citations"),
            _edge(biolink.PART_OF, "Association", "knowledge_assertion", "automated_agent") | of_pfocr,
        ),
        KgxKind(
            STATEMENTS.sql("kgx_mentions"),
            biolink.MENTION,
            _edge(
                biolink.MENTIONS,
                "InformationContentEntityToNamedThingAssociation",
                "observation",
                "image_processing_agent",
            )
            | of_pfocr,
        ),
        KgxKind(
            STATEMENTS.sql("kgx_references"),
            slots("citations"),
            _edge(biolink.CITES, "Association", "knowledge_assertion", "not_provided")
            | {"original_predicate": biolink.CITO_CITES},
        ),
        KgxKind(
            STATEMENTS.sql("kgx_members"),
            slots("members"),
            _edge(biolink.MEMBER_OF, "GeneToGeneFamilyAssociation", "knowledge_assertion", "manual_agent"),
        ),
        KgxKind(
            _select_pairs(build),
            biolink.COOCCURRENCE,
            {"knowledge_level": biolink.KNOWLEDGE_LEVEL, "agent_type": biolink.AGENT_TYPE} | of_pfocr,
        ),
    )


def _select_pairs(build: Build) -> str:
    return STATEMENTS.sql(
        "kgx_cooccurrences",
        least=build.min_figures,
        max_entities=build.manifest["parameters"]["max_entities"],
        publish_papers=build.publish_papers,
        publish_q=build.publish_q,
        published=biolink.CO_OCCURS,
        other=biolink.RELATED_TO,
    )


def _edge(predicate: str, category: str, knowledge_level: str, agent_type: str) -> dict[str, Any]:
    return {
        "predicate": predicate,
        "category": [f"biolink:{category}"],
        "knowledge_level": knowledge_level,
        "agent_type": agent_type,
    }


def header(kinds: Iterable[KgxKind]) -> list[str]:
    """Return every slot of the kinds once, in the order of the columns: identity and category first."""
    kinds = list(kinds)
    slots = dict.fromkeys(slot for kind in kinds for slot in (*kind.slots.values(), *kind.constants))
    first = ("id", "subject", "predicate", "object", "category") if "subject" in slots else ("id", "category", "iri")
    return [*first, *(slot for slot in slots if slot not in first)]


def columns(kind: KgxKind, batches: Iterable[pa.RecordBatch], base: str) -> Iterator[Columns]:
    """Yield the nodes or edges of rows in their order, LINES at once: edges with an `id`, nodes with an `iri`."""
    rows: Iterator[Row] = chain.from_iterable(
        zip(*(batch.column(name).to_pylist() for name in kind.slots), strict=True) for batch in batches
    )
    if kind.slots is biolink.MENTION:
        rows = _joined(rows)
    while chunk := list(islice(rows, LINES)):
        columns_of_chunk = list(zip(*chunk, strict=True))
        filled = {slot: [value] * len(chunk) for slot, value in kind.constants.items()}
        for (column, slot), values in zip(kind.slots.items(), columns_of_chunk, strict=True):
            convert = _converter(column, slot)
            filled[slot] = [None if value is None else convert(value) for value in values]
        if "subject" in filled:
            ends = zip(filled["subject"], filled["predicate"], filled["object"], strict=True)
            filled["id"] = [f"{start};{predicate.partition(':')[2]};{end}" for start, predicate, end in ends]
        else:
            filled["iri"] = [expand(identifier, base) for identifier in columns_of_chunk[0]]
        yield filled


def _joined(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield one row for the readings of a figure and entity, which follow each other; their columns become lists."""
    ends = len(biolink.MENTION) - len(biolink.READINGS)
    for head, readings in groupby(rows, key=itemgetter(slice(ends))):
        yield *head, *map(list, zip(*(row[ends:] for row in readings), strict=True))


def _converter(column: str, slot: str) -> Callable[[Any], Any]:
    if column in biolink.READINGS:
        return _aligned
    if column == "doi":
        return lambda doi: [curie("doi", doi)]
    convert: Callable[[Any], Any] = biolink.to_biolink if slot in biolink.CURIES else lambda value: value
    if slot in ("category", "object_category"):
        convert = _biolink_category
    if slot in biolink.LISTS:
        return lambda value: [convert(member) for member in value] if isinstance(value, list) else [convert(value)]
    return convert


def _biolink_category(category: str) -> str:
    return biolink.CATEGORIES.get(category, category)


def _aligned(members: list[Any]) -> list[Any]:
    """Return one member for each reading, an empty text for a missing one; an empty list if all are missing."""
    if all(member is None for member in members):
        return []
    return ["" if member is None else member for member in members]


def cell(value: Any) -> str:
    """Return a value as a cell of a KGX table: list members are joined by bars, and a missing value is empty."""
    if isinstance(value, str):
        return biolink.escape(value)
    if isinstance(value, list):
        return "|".join(map(cell, value))
    return "" if value is None else repr(value)


class _KgxFolder(ABC):
    """Exporter of nodes and edges as lines of two files."""

    suffixes = ()
    of_views = False
    counted = "nodes and edges"
    into_folder = True
    extension: str

    def opened(self, path: Path) -> AbstractContextManager[BinaryWriter]:
        """Open a new file of the folder."""
        return path.open("wb")

    @abstractmethod
    def head(self, slots: list[str]) -> str:
        """Return the text before the lines."""

    @abstractmethod
    def lines(self, slots: list[str], filled: Columns) -> list[str]:
        """Return one line for each node or edge."""

    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        """Write all nodes and edges into an existing folder; return their number."""
        del view  # KGX files hold the whole graph
        build = graph.build
        count = 0
        for name, kinds in (("nodes", NODES), ("edges", edges(build))):
            slots = header(kinds)
            with self.opened(folder / f"{name}.{self.extension}") as file:
                file.write(self.head(slots).encode())
                for kind in kinds:
                    for filled in columns(kind, graph.engine.stream(kind.select), build.base):
                        lines = self.lines(slots, filled)
                        file.write("".join(lines).encode())
                        count += len(lines)
        return count


class KgxTsv(_KgxFolder):
    """Exporter of a folder of `nodes.tsv` and `edges.tsv`."""

    extension = "tsv"

    def head(self, slots: list[str]) -> str:
        """Return the names of the columns."""
        return "\t".join(slots) + "\n"

    def lines(self, slots: list[str], filled: Columns) -> list[str]:
        """Return rows; a missing value is an empty cell."""
        cells = [list(map(cell, filled[slot])) if slot in filled else repeat("") for slot in slots]
        return ["\t".join(row) + "\n" for row in zip(*cells, strict=False)]


class KgxJsonl(_KgxFolder):
    """Exporter of a folder of `nodes.jsonl` and `edges.jsonl`."""

    extension = "jsonl"

    def head(self, slots: list[str]) -> str:
        """Return an empty text, because each line names its slots."""
        del slots
        return ""

    def lines(self, slots: list[str], filled: Columns) -> list[str]:
        """Return JSON objects without missing values."""
        names = [slot for slot in slots if slot in filled]
        rows = zip(*(filled[slot] for slot in names), strict=True)
        records = (
            {slot: value for slot, value in zip(names, row, strict=True) if value not in (None, [])} for row in rows
        )
        return [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
