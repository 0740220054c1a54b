"""Exporters write the graph, or a view of it, in one format each.

Exporters are found by entry point (group `kg.exporters`); docs/plugins.md shows one in twenty lines. This module has
the names that the author of an exporter needs.
"""

from pathlib import Path
from typing import Any, Protocol

from kg.errors import ParameterError, shown
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Edge, Filters, Node, View
from kg.runtime import plugins
from kg.runtime.files import BinaryWriter

__all__ = [
    "BinaryWriter",
    "Edge",
    "Exporter",
    "Filters",
    "KnowledgeGraph",
    "Node",
    "View",
    "binary",
    "counted",
    "exporter",
    "exporter_to",
    "format_of",
    "into_folder",
]


class Exporter(Protocol):
    """Any object with these members; no need to inherit from it.

    Four more members are optional. `into_folder` is True for an exporter that writes many files, `binary` for one
    whose file is no text. `counted` names the items that `write` counts, such as triples. `as_folder()` returns the
    exporter that writes a folder, which a path without ending stands for.
    """

    suffixes: tuple[str, ...]
    """File name endings, the usual one first; `.gz` may follow. Empty for a folder."""
    of_views: bool
    """True for an exporter that writes a view; otherwise it writes the whole graph."""

    def write(self, graph: KnowledgeGraph, view: View | None, target: Any) -> int:
        """Write to the target; return the number of statements or elements.

        `view` is None for the whole graph. `target` is a BinaryWriter, such as an open binary file. With `into_folder`
        it is the path of an empty folder instead.
        """
        ...


def exporter(name: str) -> Exporter:
    """Return the exporter of a format; raise UnknownChoice with the formats for any other name."""
    instance: Exporter = plugins.load("exporter", name)()
    return instance


def exporter_to(name: str, path: str) -> Exporter:
    """Return the exporter of a format for a path: the one of a folder, where it has one and the path has no ending.

    A path that is a folder already counts as one, whatever its ending. Raises UnknownChoice as `exporter` does.
    """
    writer = exporter(name)
    if not hasattr(writer, "as_folder") or path == "-" or (Path(path).suffix and not Path(path).is_dir()):
        return writer
    if Path(path).exists() and not Path(path).is_dir():  # a file or a pipe without ending
        return writer
    folder: Exporter = writer.as_folder()
    return folder


def into_folder(writer: Exporter) -> bool:
    """Return whether an exporter writes a folder; otherwise it writes one file."""
    return bool(getattr(writer, "into_folder", False))


def binary(writer: Exporter) -> bool:
    """Return whether an exporter writes a file that is no text."""
    return bool(getattr(writer, "binary", False))


def counted(writer: Exporter) -> str:
    """Return the name of the items that an exporter counts: its attribute `counted`, by default `statements`."""
    return str(getattr(writer, "counted", "statements"))


def format_of(path: str) -> str:
    """Return the format for a file name, by its ending; raise ParameterError for an ending of no exporter."""
    plain = path.removesuffix(".gz")
    names = plugins.names("exporter")
    for name in names:
        if plain.endswith(exporter(name).suffixes):
            return name
    raise ParameterError(f"{shown(path)}: its ending is that of no format; give one with -f: {', '.join(names)}")
