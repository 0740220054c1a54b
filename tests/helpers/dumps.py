"""Dumps of a build in either form of RDF."""

from pathlib import Path

from helpers.readers import oxigraph
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.rdf.dump import LAYERS, Turtle


def write_dump(build: Path, path: Path, form: str | None = None, layers: tuple[str, ...] = LAYERS) -> Path:
    """Write the Turtle of a build in a form of RDF, None for its own; return the path.

    Raises AssertionError if another reader counts other triples than the writer.
    """
    writer = Turtle(1)
    writer.rdf = form
    with KnowledgeGraph(build) as graph, path.open("wb") as file:
        count = writer.write(graph, None, file, layers)
    assert count == len(oxigraph(path))
    return path
