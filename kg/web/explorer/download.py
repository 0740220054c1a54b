"""A network as a file: by the project's exporters, or as a table."""

import csv
import io
import re

import pyarrow as pa

from kg.exporters import exporter
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.web.explorer.network import Network

FORMATS = {
    "graphml": "application/graphml+xml",
    "cx2": "application/json",
    "cyjs": "application/json",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
"""Formats of a download with their media types."""

_COUNTED = ("figures", "figures_all", "figures_synonyms", "figures_strict", "papers", "first_year", "last_year")
"""Columns that are counted within years; `weight`, too."""


def file_name(network: Network, format_: str) -> str:
    """Give the name to save a download under: the centres', as far as every file system takes them."""
    names = "-".join(entity.name for entity in network.around.centers)
    return f"{re.sub('[^A-Za-z0-9._]+', '-', names).strip('.-')[:80] or 'network'}.{format_}"


def table(network: Network) -> bytes:
    """Give the pairs as tab-separated text, UTF-8, with a line of column names."""
    names = {entity.id: entity.name for entity in network.nodes}
    numbers = (*_COUNTED, "weight", "npmi", "q")
    text = io.StringIO()
    rows = csv.writer(text, delimiter="\t", lineterminator="\n")
    rows.writerow(["source", "source_name", "target", "target_name", *numbers])
    for edge in network.edges:
        ends = [each for end in (edge["source"], edge["target"]) for each in (end, names[end])]
        rows.writerow([*ends, *(edge[name] for name in numbers)])
    return text.getvalue().encode()


def exported(graph: KnowledgeGraph, network: Network, format_: str) -> bytes:
    """Give the network in a format of the project's exporters; a graph serves one caller at a time."""
    around, edges = network.around, network.edges
    columns = {"subject_id": _column(edges, "source", pa.string()), "object_id": _column(edges, "target", pa.string())}
    if not around.years.every:
        columns |= {name: _column(edges, name, pa.int32()) for name in _COUNTED}
        columns["weight"] = _column(edges, "weight", pa.float64())
    view = graph.chosen(
        pa.table(columns),
        [entity.id for entity in around.centers],
        around.filters,
        years=None if around.years.every else around.years,
        left_out=network.left_out + network.pairs_left_out,
    )
    file = io.BytesIO()
    exporter(format_).write(graph, view, file)
    return file.getvalue()


def _column(edges: list[dict[str, object]], name: str, dtype: pa.DataType) -> pa.Array:
    return pa.array([edge[name] for edge in edges], dtype)
