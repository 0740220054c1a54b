"""A network as a file, in a format of the exporters or as a table."""

import io
import re

import pyarrow as pa

from kg.exporters import exporter
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.delimited import cell, tsv_row
from kg.web.explorer.network import Network

FORMATS = {
    "graphml": "application/graphml+xml",
    "cx2": "application/json",
    "cyjs": "application/json",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
"""Formats of a download with their media types."""

SHORT_LIST = 3
"""Greatest number of members of a list that its file name has."""

_COUNTS = ("figures", "figures_all", "figures_synonyms", "figures_strict", "papers", "first_year", "last_year")
"""Integer columns that are counted anew within years; `weight`, a double, is counted, too."""


def file_name(network: Network, format_: str) -> str:
    """Return a file name made of the centres' names, in characters that every file system takes.

    That of a list of more than three is made of their number.
    """
    centers = network.query.centers
    many = network.query.listed and len(centers) > SHORT_LIST
    names = f"list-of-{len(centers)}" if many else "-".join(entity.name for entity in centers)
    return f"{re.sub('[^A-Za-z0-9._]+', '-', names).strip('.-')[:80] or 'network'}.{format_}"


def table(network: Network) -> bytes:
    """Return the pairs as tab-separated text in UTF-8, with a line of column names."""
    names = {entity.id: entity.name for entity in network.nodes}
    columns = (*_COUNTS, "weight", "npmi", "q")
    rows = [["source", "source_name", "target", "target_name", *columns]]
    for edge in network.edges:
        ends = [text for end in (edge["source"], edge["target"]) for text in (end, names[end])]
        rows.append([*ends, *(cell(edge[column]) for column in columns)])
    return "".join(map(tsv_row, rows)).encode()


def export_network(graph: KnowledgeGraph, network: Network, format_: str) -> bytes:
    """Return the network in a format of the exporters; threads may call this at the same time."""
    query, edges = network.query, network.edges
    columns = {"subject_id": _column(edges, "source", pa.string()), "object_id": _column(edges, "target", pa.string())}
    if query.counts_anew:
        columns |= {name: _column(edges, name, pa.int32()) for name in _COUNTS}
        columns["weight"] = _column(edges, "weight", pa.float64())
    view = graph.view_of_pairs(
        pa.table(columns),
        [entity.id for entity in query.centers],
        query.filters,
        years=None if query.years.unbounded else query.years,
        left_out=network.left_out + network.pairs_left_out,
        columns=query.columns,
    )
    file = io.BytesIO()
    with view:
        exporter(format_).write(graph, view, file)
    return file.getvalue()


def _column(edges: list[dict[str, object]], name: str, dtype: pa.DataType) -> pa.Array:
    return pa.array([edge[name] for edge in edges], dtype)
