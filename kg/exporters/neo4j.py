"""CSV for `neo4j-admin database import full`: headers and data for each kind of node and relationship, and the command.

Properties are the columns of the published tables under their own names. Each file has one SELECT, in the SQL that
DuckDB and Spark share, so that a cluster writes the same rows in many files.
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from kg.engines.statements import Statements
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.identifiers import expand
from kg.model.tables import TABLES
from kg.runtime.files import gzip_writer

SCRIPT = "import.sh"
SEPARATOR = "\x1f"
"""Separator of the members of a list: no text has it, because control characters are replaced when records are read."""

STATEMENTS = Statements("kg.exporters", "neo4j")

_OPTIONS = csv.WriteOptions(include_header=False, quoting_style="needed")
_TYPES = {pa.int32(): "int", pa.bool_(): "boolean", pa.float64(): "double", pa.list_(pa.string()): "string[]"}


class Neo4jKind(NamedTuple):
    """A kind of node or relationship."""

    name: str
    """Start of the names of its files: a table, `shows`, `means`, `may_mean` or `reads`."""
    select: str
    """SELECT of the rows, one for each node or relationship."""
    fields: dict[str, str]
    """Columns that are no properties, with their names in the header: `:ID`, `:LABEL`, `:START_ID` ..."""

    @property
    def is_node(self) -> bool:
        """Whether these are nodes."""
        return ":LABEL" in self.fields.values()

    @property
    def has_iri(self) -> bool:
        """Whether these are nodes with a CURIE; a reading has none."""
        return self.is_node and self.name != "word_readings"


def kinds(least: int) -> list[Neo4jKind]:
    """Return all kinds, nodes first; co-occurrences have at least `least` figures."""
    select = STATEMENTS.sql
    return [
        _node("figures", "figure_id", select("neo4j_figures")),
        _node("papers", "paper_id", select("neo4j_papers")),
        _node("entities", "entity_id", select("neo4j_entities", separator=SEPARATOR)),
        _node("words", "word_id", select("neo4j_words")),
        _node("word_readings", "reading_id", select("neo4j_word_readings")),
        _relationship("mentions", "figure_id", "entity_id", select("neo4j_mentions")),
        _relationship("citations", "citing_id", "cited_id", select("neo4j_citations")),
        _relationship("members", "entity_id", "family_id", select("neo4j_members")),
        _relationship("shows", "figure_id", "word_id", select("neo4j_shows")),
        _relationship("means", "word_id", "entity_id", select("neo4j_means")),
        _relationship("may_mean", "word_id", "reading_id", select("neo4j_may_mean")),
        _relationship("reads", "figure_id", "reading_id", select("neo4j_reads")),
        _relationship("cooccurrences", "subject_id", "object_id", select("neo4j_cooccurrences", least=least)),
        _relationship("word_cooccurrences", "subject_id", "object_id", select("neo4j_word_cooccurrences", least=least)),
    ]


def _node(name: str, key: str, select: str) -> Neo4jKind:
    return Neo4jKind(name, select, {key: f"{key}:ID", "label": ":LABEL"})


def _relationship(name: str, start: str, end: str, select: str) -> Neo4jKind:
    return Neo4jKind(name, select, {start: ":START_ID", end: ":END_ID", "type": ":TYPE"})


def columns(kind: Neo4jKind) -> list[str]:
    """Return the columns of a kind in the order of the header: fields, properties, and the `iri` of most nodes."""
    unpublished = {"shows": [], "means": ["figures"], "may_mean": [], "reads": []}
    names = unpublished[kind.name] if kind.name in unpublished else TABLES[kind.name].names
    properties = [name for name in names if name not in kind.fields]
    return [*kind.fields, *properties, *(["iri"] if kind.has_iri else [])]


def header(kind: Neo4jKind) -> str:
    """Return the line of a kind's header file."""
    return ",".join(_header_cell(kind, name) for name in columns(kind)) + "\n"


def _header_cell(kind: Neo4jKind, name: str) -> str:
    if name in kind.fields:
        return kind.fields[name]
    schema = TABLES.get(kind.name)
    dtype = schema.field(name).type if schema and name in schema.names else pa.int32() if name == "figures" else None
    return f"{name}:{_TYPES[dtype]}" if dtype in _TYPES else name


def lines(kind: Neo4jKind, batches: Iterable[pa.RecordBatch], base: str) -> Iterator[bytes]:
    """Yield rows as CSV, batch by batch; a missing value is an empty field, an empty text is a quoted one."""
    for batch in batches:
        cells = {name: _flat(batch.column(name)) for name in batch.schema.names}
        if kind.has_iri:
            ids = batch.column(next(iter(kind.fields))).to_pylist()
            cells["iri"] = pa.array([expand(curie, base) for curie in ids])
        text = io.BytesIO()
        csv.write_csv(pa.table({name: cells[name] for name in columns(kind)}), text, _OPTIONS)
        yield text.getvalue()


def _flat(column: pa.Array) -> pa.Array:
    return pc.binary_join(column, SEPARATOR) if pa.types.is_list(column.type) else column


def script(kinds: list[Neo4jKind]) -> str:
    """Return the shell script that imports the files."""
    options = [(kind.name, "nodes" if kind.is_node else "relationships") for kind in kinds]
    files = [f'    --{option}="{name}-header.csv,{name}-part-[0-9]+.csv.gz" \\' for name, option in options]
    head = [
        "#!/bin/sh",
        "# Import these files into a new Neo4j database: sh import.sh [DATABASE]; the server must not be running it.",
        'cd "$(dirname "$0")" || exit 1',
        'exec neo4j-admin database import full "${1:-neo4j}" --overwrite-destination \\',
        "    --id-type=string --multiline-fields=true --array-delimiter=U+001F \\",
    ]
    return "\n".join([*head, *files]).removesuffix(" \\") + "\n"


def write_headers(folder: Path, kinds: list[Neo4jKind]) -> None:
    """Write the header files and the script."""
    for kind in kinds:
        (folder / f"{kind.name}-header.csv").write_text(header(kind), encoding="utf-8", newline="\n")
    (folder / SCRIPT).write_text(script(kinds), encoding="utf-8", newline="\n")


class Neo4j:
    """Exporter of a folder of CSV files for neo4j-admin."""

    suffixes = ()
    of_views = False
    counted = "nodes and relationships"
    into_folder = True

    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        """Write all nodes and relationships into an existing folder; return their number."""
        del view  # the files hold the whole graph
        all_kinds = kinds(graph.build.min_figures)
        write_headers(folder, all_kinds)
        count = 0
        for kind in all_kinds:
            with (folder / f"{kind.name}-part-0000000.csv.gz").open("wb") as raw, gzip_writer(raw) as file:
                for batch in graph.engine.stream(kind.select):
                    for text in lines(kind, [batch], graph.build.base):
                        file.write(text)
                    count += batch.num_rows
        return count
