"""An exporter writes the graph, or a view of it, in one format.

Exporters are found by entry point (group `kg.exporters`); docs/plugins.md shows one in twenty lines.
"""

from pathlib import Path
from typing import Protocol, cast

from kg.errors import UnknownName
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.runtime import plugins
from kg.runtime.files import BinaryWriter


class Exporter(Protocol):
    """Anything with these; no need to inherit from it."""

    suffixes: tuple[str, ...]
    """File name endings, the usual one first; `.gz` may follow."""
    of_views: bool
    """Writes a view of the graph; otherwise it writes the whole graph."""

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write to an open file; return how many statements or elements were written."""
        ...


class FolderExporter(Protocol):
    """Writes many files; otherwise as an Exporter."""

    suffixes: tuple[str, ...]
    of_views: bool
    into_folder: bool
    """True: this is one."""

    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        """Write into a folder, which exists and is empty; return how many statements or elements were written."""
        ...


def exporter(name: str) -> Exporter:
    """Give the exporter of a format name; raise UnknownName with the known ones."""
    made: Exporter = plugins.load("exporter", name)()
    return made


def into_folder(made: Exporter) -> FolderExporter | None:
    """Give an exporter that writes a folder as what it is; None for any other."""
    return cast("FolderExporter", made) if getattr(made, "into_folder", False) else None


def counted(made: Exporter) -> str:
    """Say what the count of an exporter is of: its attribute `counted`, such as triples, if it has one."""
    return str(getattr(made, "counted", "statements"))


def format_of(path: str) -> str:
    """Guess the format from a file name; raise UnknownName where no exporter claims its ending."""
    plain = path.removesuffix(".gz")
    for name in plugins.names("exporter"):
        if plain.endswith(exporter(name).suffixes):
            return name
    known = plugins.names("exporter")
    raise UnknownName("format for the file", path, known, hint=f"give one with -f: {', '.join(known)}")
