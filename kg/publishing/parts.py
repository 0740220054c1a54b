"""The parts of a release that are written from the tables, each of which can be written by a process of its own."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from kg.exporters import exporter
from kg.exporters.duckdb import DuckDB
from kg.exporters.gmt import Gmt
from kg.exporters.kgx import KgxTsv
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import CYTOSCAPE_LIMIT
from kg.model.build import SORT_KEYS
from kg.model.tables import TABLES, write_parquet
from kg.publishing.reports import write_reports
from kg.rdf.dump import USUAL_LAYERS, NTriples, Turtle
from kg.rdf.layers import write_layers
from kg.runtime.files import BinaryWriter
from kg.runtime.parallel_gzip import gzip_file

VIEWS = ("co-occurrence", "words")
"""Views that are written as CX2, cut to the size that Cytoscape draws."""


def write_part(name: str, build: Path, folder: Path, threads: int, memory_limit: str) -> None:
    """Write a part of PARTS into the folder of a release; the engine and the compression have `threads` threads."""
    with KnowledgeGraph(build, memory_limit=memory_limit, threads=threads) as graph:
        PARTS[name](graph, folder, threads)


def _rdf(dump: Turtle, name: str, ending: str, graph: KnowledgeGraph, folder: Path, threads: int) -> None:
    place = folder / "rdf" / name
    place.mkdir(parents=True, exist_ok=True)
    layers = tuple(graph.build.manifest["parameters"].get("layers", USUAL_LAYERS))
    write_layers(dump, graph, layers, lambda layer: gzip_file(place / f"{layer}.{ending}.gz", threads))


class _CompressedKgx(KgxTsv):
    """KGX as compressed tables."""

    extension = "tsv.gz"

    def __init__(self, threads: int) -> None:
        self._threads = threads

    def opened(self, path: Path) -> AbstractContextManager[BinaryWriter]:
        return gzip_file(path, self._threads)


def _kgx(graph: KnowledgeGraph, folder: Path, threads: int) -> None:
    _CompressedKgx(threads).write(graph, None, _made(folder / "kgx"))


def _gmt(graph: KnowledgeGraph, folder: Path, _: int) -> None:
    Gmt().write(graph, None, _made(folder / "gmt"))


def _duckdb(graph: KnowledgeGraph, folder: Path, _: int) -> None:
    with (folder / "pfocr.duckdb").open("wb") as file:
        DuckDB().write(graph, None, file)


def _networks(graph: KnowledgeGraph, folder: Path, _: int) -> None:
    place = _made(folder / "networks")
    for name in VIEWS:
        with graph.view(name, limit=CYTOSCAPE_LIMIT) as view, (place / f"{name}.cx2").open("wb") as file:
            exporter("cx2").write(graph, view, file)


def _tables(graph: KnowledgeGraph, folder: Path, _: int) -> None:
    """Copy the tables; one that a cluster wrote as a folder becomes a file."""
    place = _made(folder / "tables")
    for name in TABLES:
        path = graph.build.table(name)
        if path.is_file():
            shutil.copyfile(path, place / path.name)
        else:
            rows = graph.engine.stream(f"SELECT * FROM {name} ORDER BY {', '.join(SORT_KEYS[name])}")
            write_parquet(place / path.name, name, rows)


def _reports(graph: KnowledgeGraph, folder: Path, _: int) -> None:
    write_reports(graph, _made(folder / "qc"))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


PARTS: dict[str, Callable[[KnowledgeGraph, Path, int], None]] = {
    "KGX": _kgx,
    "N-Triples": partial(_rdf, NTriples(), "ntriples", "nt"),
    "Turtle": partial(_rdf, Turtle(), "turtle", "ttl"),
    "DuckDB": _duckdb,
    "gene sets": _gmt,
    "networks": _networks,
    "tables": _tables,
    "reports": _reports,
}
"""Part to the function that writes it; those that take longest come first, so that no process ends alone."""
