"""CSV for `neo4j-admin database import full`: headers and data for each kind of node and relationship, and the command.

Properties are the columns of the published tables under their own names. One SELECT a file, in the SQL that DuckDB
and Spark share, so that a cluster writes the same rows in many files.
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from kg.engines.statements import sql
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.identifiers import expand
from kg.model.tables import SORT_KEYS, TABLES
from kg.runtime.files import gzip_writer

SCRIPT = "import.sh"
SEPARATOR = "\x1f"
"""Between the members of a list: no text has it, for control characters are replaced as they are read."""

LABELS = {
    "gene": "Gene", "family": "GeneFamily", "chemical": "Chemical", "disease": "Disease", "unknown": "Unknown"
}  # fmt: skip
"""Of entities, by category; all of them are `Entity`, too."""

_OPTIONS = csv.WriteOptions(include_header=False, quoting_style="needed")
_TYPES = {pa.int32(): "int", pa.float64(): "double", pa.list_(pa.string()): "string[]"}


class Kind(NamedTuple):
    """A kind of node or relationship: where its rows come from, and what its first columns are to Neo4j."""

    name: str
    select: str
    ends: dict[str, str]
    """Columns that are no properties, with what they are called in the header: `:ID`, `:LABEL`, `:START_ID` ..."""

    @property
    def is_node(self) -> bool:
        """Whether these are nodes."""
        return ":LABEL" in self.ends.values()


def kinds(least: int) -> list[Kind]:
    """Give all kinds, nodes first; co-occurrences with at least so many figures."""

    def node(name: str, key: str, label: str) -> Kind:
        return Kind(
            name, f"SELECT *, {label} AS label FROM {name} ORDER BY {key}", {key: f"{key}:ID", "label": ":LABEL"}
        )

    def edge(name: str, start: str, end: str, kind: str, rows: str = "") -> Kind:
        select = f"SELECT *, '{kind}' AS type FROM ({rows or f'SELECT * FROM {name}'}) AS r ORDER BY "
        keys = ", ".join(f"{key} NULLS LAST" for key in SORT_KEYS.get(name, (start, end)))
        return Kind(name, select + keys, {start: ":START_ID", end: ":END_ID", "type": ":TYPE"})

    def pairs(name: str) -> Kind:
        rows = f"SELECT * FROM {name} WHERE figures >= {int(least)}"
        return edge(name, "subject_id", "object_id", "CO_OCCURS_WITH", rows)

    labels = " ".join(f"WHEN '{category}' THEN '{label}'" for category, label in LABELS.items())
    return [
        node("figures", "figure_id", "'Figure'"),
        node("papers", "paper_id", "'Paper'"),
        node("entities", "entity_id", f"CONCAT('Entity{SEPARATOR}', CASE category {labels} END)"),
        node("words", "word_id", "'Word'"),
        edge("mentions", "figure_id", "entity_id", "MENTIONS"),
        edge("citations", "citing_id", "cited_id", "CITES"),
        edge("members", "entity_id", "family_id", "MEMBER_OF"),
        edge("shows", "figure_id", "word_id", "SHOWS", sql("neo4j/shows")),
        edge("means", "word_id", "entity_id", "MEANS", sql("neo4j/means")),
        pairs("cooccurrences"),
        pairs("word_cooccurrences"),
    ]


def columns(kind: Kind) -> list[str]:
    """Give the columns of a kind, in the order of the header: its ends, then its properties; nodes have an `iri`."""
    own = {"shows": [], "means": ["figures"]}
    known = own[kind.name] if kind.name in own else TABLES[kind.name].names
    return [*kind.ends, *(name for name in known if name not in kind.ends), *(["iri"] if kind.is_node else [])]


def header(kind: Kind) -> str:
    """Give the line of a kind's header file."""
    schema = TABLES.get(kind.name)

    def named(name: str) -> str:
        if name in kind.ends:
            return kind.ends[name]
        dtype = (
            schema.field(name).type if schema and name in schema.names else pa.int32() if name == "figures" else None
        )
        return f"{name}:{_TYPES[dtype]}" if dtype in _TYPES else name

    return ",".join(map(named, columns(kind))) + "\n"


def lines(kind: Kind, batches: Iterable[pa.RecordBatch], base: str) -> Iterator[bytes]:
    """Give the CSV of rows; a missing value is an empty field, an empty text is a quoted one."""
    for batch in batches:
        found = {name: _flat(batch.column(name)) for name in batch.schema.names}
        if kind.is_node:
            found["iri"] = pa.array([expand(curie, base) for curie in batch.column(next(iter(kind.ends))).to_pylist()])
        text = io.BytesIO()
        csv.write_csv(pa.table({name: found[name] for name in columns(kind)}), text, _OPTIONS)
        yield text.getvalue()


def _flat(column: pa.Array) -> pa.Array:
    return pc.binary_join(column, SEPARATOR) if pa.types.is_list(column.type) else column


def script(every: list[Kind]) -> str:
    """Give the command that imports the files, to be run where they are, while the database is stopped."""
    files = [
        f'    --{"nodes" if is_node else "relationships"}="{name}-header.csv,{name}-part-[0-9]+.csv.gz" \\'
        for name, is_node in ((kind.name, kind.is_node) for kind in every)
    ]
    head = [
        "#!/bin/sh",
        "# Import these files into a new Neo4j database: sh import.sh [DATABASE]; the server must not be running it.",
        'cd "$(dirname "$0")" || exit 1',
        'exec neo4j-admin database import full "${1:-neo4j}" --overwrite-destination \\',
        "    --id-type=string --multiline-fields=true --array-delimiter=U+001F \\",
    ]
    return "\n".join([*head, *files]).removesuffix(" \\") + "\n"


def heads(folder: Path, every: list[Kind]) -> None:
    """Write the header files and the script."""
    for kind in every:
        (folder / f"{kind.name}-header.csv").write_text(header(kind), encoding="utf-8", newline="\n")
    (folder / SCRIPT).write_text(script(every), encoding="utf-8", newline="\n")


class Neo4j:
    """A folder of CSV files for neo4j-admin."""

    suffixes = ()
    of_views = False
    counted = "nodes and relationships"
    into_folder = True

    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        """Write all nodes and relationships into a folder, which must exist; return their number."""
        del view  # everything
        every = kinds(graph.build.min_figures)
        heads(folder, every)
        count = 0
        for kind in every:
            with (folder / f"{kind.name}-part-0000000.csv.gz").open("wb") as raw, gzip_writer(raw) as file:
                for batch in graph.engine.stream(kind.select):
                    for text in lines(kind, [batch], graph.build.base):
                        file.write(text)
                    count += batch.num_rows
        return count
