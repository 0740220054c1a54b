"""The edges of a view as a table of TSV, CSV or Parquet, which data frames read; or its nodes and edges as two tables.

A file holds the edges, with the names of both ends. A folder holds the tables `nodes` and `edges`. The columns depend
on the kind of the view only, so that a script reads every view of a kind.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import parquet

from kg.exporters.view_exporter import LISTS, edges_with_lists, nodes_with_lists
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import EDGE_COLUMNS, VIEWS_OF_PAIRS, View
from kg.model.delimited import cell, csv_row, tsv_row
from kg.runtime.files import BinaryWriter
from kg.runtime.temporary import scratch_folder

_ENDS: dict[str, type] = dict.fromkeys(("source", "source_name", "target", "target_name"), str)

_NOT_OF_PAIRS = {"kind", "words", "word_status", "lexicon", "origin", "n_candidates", "flavour", "probability"}
"""Columns of edges that cite or mention, which a view of pairs does not have."""

_NOT_OF_ENTITIES = {"title", "year", "number", "pathway_score", "reference", "doi"}
"""Columns of nodes that are figures or papers, which a view of pairs does not have."""

_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}

_ROWS_AT_ONCE = 10_000


class Frame(NamedTuple):
    """A table of a view: columns with their types, and its rows without missing values."""

    columns: dict[str, type]
    rows: Iterator[dict[str, Any]]


def nodes_of(view: View) -> Frame:
    """Return the nodes of a view; the columns are `id` and `View.node_columns` without `label`, which is the name."""
    columns = {"id": str} | view.node_columns
    del columns["label"]
    rows = ({"id": id_} | attributes for id_, attributes in nodes_with_lists(view, {}))
    return Frame(_without(columns, view, _NOT_OF_ENTITIES), rows)


def edges_of(view: View) -> Frame:
    """Return the edges of a view; the columns are both ends with their names, and those of EDGE_COLUMNS."""

    def rows() -> Iterator[dict[str, Any]]:
        names = {id_: attributes["name"] for id_, attributes in view.nodes()}
        for source, target, attributes in edges_with_lists(view, names):
            ends = {"source": source, "source_name": names[source], "target": target, "target_name": names[target]}
            yield ends | attributes

    return Frame(_without(_ENDS | EDGE_COLUMNS, view, _NOT_OF_PAIRS), rows())


def _without(columns: dict[str, type], view: View, others: set[str]) -> dict[str, type]:
    """Return the columns of a kind of view; `others` are those that no view of pairs has."""
    of_pairs = view.name in VIEWS_OF_PAIRS
    return {name: type_ for name, type_ in columns.items() if not (of_pairs and name in others)}


# -- formats of a table


def _write_lines(line: Callable[[Iterable[str]], str]) -> Callable[[Frame, BinaryWriter], None]:
    """Return the function that writes a table as lines of text, the names of the columns first."""

    def write(frame: Frame, file: BinaryWriter) -> None:
        file.write(line(frame.columns).encode())
        while chunk := list(islice(frame.rows, _ROWS_AT_ONCE)):
            file.write("".join([line([cell(row.get(name)) for name in frame.columns]) for row in chunk]).encode())

    return write


def _write_parquet(frame: Frame, file: BinaryWriter) -> None:
    """Write a table as Parquet, through a scratch file, because the writer asks for its place in the file."""
    columns = {name: pa.list_(pa.string()) if name in LISTS else _TYPES[type_] for name, type_ in frame.columns.items()}
    schema = pa.schema([*columns.items()])
    with scratch_folder() as folder:
        path = folder / "table.parquet"
        with parquet.ParquetWriter(path, schema) as writer:
            while chunk := list(islice(frame.rows, _ROWS_AT_ONCE)):
                writer.write_batch(pa.RecordBatch.from_pylist(chunk, schema))
        with path.open("rb") as source:
            shutil.copyfileobj(source, file, 1 << 20)


_WRITE: dict[str, Callable[[Frame, BinaryWriter], None]] = {
    "tsv": _write_lines(tsv_row),
    "csv": _write_lines(csv_row),
    "parquet": _write_parquet,
}
"""Functions that write a table, by the ending of its file."""


# -- exporters


class _Edges:
    """Exporter of the edges of a view to one file."""

    suffixes: tuple[str, ...]
    of_views = True

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write the edges of a view (default: the whole graph); return the number of nodes and edges of the view."""
        view = view or graph.view()
        _WRITE[self.suffixes[0][1:]](edges_of(view), file)
        return view.n_nodes + view.n_edges

    def as_folder(self) -> "NodesAndEdges":
        """Return the exporter of the same format that writes a folder in place of a file."""
        return NodesAndEdges(self.suffixes[0])


class Tsv(_Edges):
    """Exporter of tab-separated edges."""

    suffixes: tuple[str, ...] = (".tsv",)


class Csv(_Edges):
    """Exporter of comma-separated edges."""

    suffixes: tuple[str, ...] = (".csv",)


class Parquet(_Edges):
    """Exporter of edges with typed columns and real lists."""

    suffixes: tuple[str, ...] = (".parquet",)
    binary = True


class NodesAndEdges:
    """Exporter of the nodes and the edges of a view to two files of a folder."""

    suffixes: tuple[str, ...] = ()
    of_views = True
    into_folder = True

    def __init__(self, suffix: str) -> None:
        """Write files that end in `suffix`, such as .tsv."""
        self._suffix = suffix

    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        """Write both tables of a view (default: the whole graph); return the number of nodes and edges."""
        view = view or graph.view()
        for name, frame in {"nodes": nodes_of(view), "edges": edges_of(view)}.items():
            with (folder / f"{name}{self._suffix}").open("wb") as file:
                _WRITE[self._suffix[1:]](frame, file)
        return view.n_nodes + view.n_edges
