"""The dump as one file for each layer, whose triples are those of the whole dump, each in one file."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from kg.graph.knowledge_graph import KnowledgeGraph
from kg.rdf.dump import (
    LAYERS,
    ROW_LAYERS,
    TEXT_KINDS,
    RowSerializer,
    Turtle,
    create_pair_tables,
    is_full,
    row_batches,
    row_kinds,
    text_selects,
)
from kg.rdf.quads import PREDICATE_LAYERS
from kg.rdf.text_select import TextSelects
from kg.rdf.text_terms import TermTables
from kg.runtime.files import BinaryWriter

SPLIT = frozenset({"figures", "entities"})
"""Statements whose subjects have triples in several layers."""


def layers_of(layers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the layers that have a file, in the order of the dump.

    >>> layers_of(("words", "mentions"))
    ('records', 'mentions', 'words')
    """
    return ("records", *(name for name in LAYERS if name in layers))


def write_layers(
    dump: Turtle,
    graph: KnowledgeGraph,
    layers: tuple[str, ...],
    opened: Callable[[str], AbstractContextManager[BinaryWriter]],
) -> dict[str, int]:
    """Write each layer of a dump into the file that `opened` opens by its name; return the triples of each.

    `dump` is an exporter of Turtle or N-Triples.
    """
    build = graph.build
    full = is_full(build.manifest)
    syntax = dump.syntax(build)
    create_pair_tables(graph.engine, layers, build.manifest, full=full)
    selects = text_selects(graph, syntax, layers, full=full)
    assert selects is not None, "tables of a build are read by DuckDB"
    rows = RowSerializer(build.base, syntax, layers, reify=dump.reify, full=full)
    counts = {}
    with TermTables(graph.engine, build.base, syntax, layers).created():
        for layer in layers_of(layers):
            with opened(layer) as file:
                file.write(syntax.head.encode())
                counts[layer] = 0
                for text, triples in _texts(graph, selects, rows, layer, layers):
                    file.write(text)
                    counts[layer] += triples
                file.write(syntax.tail.encode())
    return counts


def _texts(
    graph: KnowledgeGraph, selects: TextSelects, rows: RowSerializer, layer: str, layers: tuple[str, ...]
) -> Iterator[tuple[bytes, int]]:
    """Yield the text of a layer with the number of its triples, in the order of the dump."""

    def in_layer(predicate: str) -> bool:
        return PREDICATE_LAYERS.get(predicate, "records") == layer

    for name in row_kinds(layers):
        if name in SPLIT:
            yield from selects.texts(graph.engine, name, in_layer)
        elif ROW_LAYERS.get(name, "records") == layer:
            if name in TEXT_KINDS:
                yield from selects.texts(graph.engine, name)
            else:
                yield from (rows(*batch) for batch in row_batches(graph.engine, name))
