"""RDF: Turtle and N-Triples of the whole graph, streamed and grouped by subject.

One generator of triples serves both formats, the store and whoever wants an rdflib Graph.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Any

from pyoxigraph import RdfFormat, Triple, serialize

from kg.cooccurrence import sql
from kg.errors import UnknownName
from kg.exporters.layout import Layout
from kg.exporters.triples import Writer
from kg.graph import KnowledgeGraph
from kg.terms import namespaces
from kg.views import View

LAYERS = ("mentions", "words", "cooccurrences", "terms")
"""What can be left out: figures, papers, entities and who cites whom are always written."""

USUAL_LAYERS = LAYERS[:3]
"""Terms, the co-occurrence of word with word, are written when they are asked for."""

_NO_PREFIX = frozenset({"dcat", "doi", "pav", "prov", "rdf", "sh", "spdx", "void"})
"""Of the dataset description only; and DOIs, whose slash would need a backslash."""


class Turtle:
    """Turtle, the dump that people read."""

    suffixes = (".ttl",)
    of_views = False

    def write(
        self, graph: KnowledgeGraph, view: View | None, file: IO[bytes], layers: tuple[str, ...] = USUAL_LAYERS
    ) -> int:
        """Write the whole graph; return the number of triples, each of which is written once."""
        del view  # a dump is of everything
        count = 0

        def counted() -> Iterator[Triple]:
            nonlocal count
            for found in _by_subject(graph, layers):
                count += len(found)
                yield from found

        self._serialize(counted(), file, graph.build.base)
        return count

    def _serialize(self, statements: Iterable[Triple], file: IO[bytes], base: str) -> None:
        prefixes = {name: iri for name, iri in namespaces(base).items() if name not in _NO_PREFIX}
        out: Any = Layout(file, prefixes)
        serialize(statements, out, format=RdfFormat.TURTLE, prefixes=prefixes)


class NTriples(Turtle):
    """N-Triples, the dump that other stores load fastest."""

    suffixes = (".nt",)

    def _serialize(self, statements: Iterable[Triple], file: IO[bytes], base: str) -> None:
        del base  # there are no prefixes
        serialize(statements, file, format=RdfFormat.N_TRIPLES)


def triples(graph: KnowledgeGraph, layers: tuple[str, ...] = USUAL_LAYERS) -> Iterator[Triple]:
    """Yield every triple of the graph once, by subject: figures, papers, entities, associations, words."""
    return chain.from_iterable(_by_subject(graph, layers))


def _by_subject(graph: KnowledgeGraph, layers: tuple[str, ...]) -> Iterator[list[Triple]]:
    """Yield the triples of one subject after the other; lists, for a triple should not pass through four generators."""
    for layer in layers:
        if layer not in LAYERS:
            raise UnknownName("layer", layer, LAYERS)
    least = f"figures >= {graph.build.min_figures}" if "cooccurrences" in layers else "FALSE"
    graph.engine.create("rdf_pairs", f"SELECT * FROM cooccurrences WHERE {least}")
    of_words = f"SELECT * FROM word_cooccurrences WHERE figures >= {graph.build.min_figures}"
    graph.engine.create("rdf_word_pairs", of_words)
    writer = Writer(graph.build.base, mentions="mentions" in layers, terms="terms" in layers)
    makers = {
        "figures": writer.figure,
        "papers": writer.paper,
        "entities": writer.entity,
        "associations": writer.association,
        "words": writer.word,
        "terms": writer.term,
        "term_associations": writer.association_of_terms,
    }
    needs = {"words": "words", "terms": "terms", "term_associations": "terms"}
    for name, make in makers.items():
        if name not in needs or needs[name] in layers:
            for batch in graph.engine.stream(sql(f"rdf/{name}")):
                yield from map(make, batch.to_pylist())
