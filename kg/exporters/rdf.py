"""RDF: Turtle and N-Triples of the whole graph, streamed and grouped by subject."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Any

from kg.cooccurrence import sql
from kg.engines import Engine
from kg.errors import UnknownName
from kg.exporters.syntax import NTriplesSyntax, TurtleSyntax
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

_SUBJECTS = 2_000
"""How many are written at once."""


class Turtle:
    """Turtle, the dump that people read."""

    suffixes = (".ttl",)
    of_views = False

    def write(
        self, graph: KnowledgeGraph, view: View | None, file: IO[bytes], layers: tuple[str, ...] = USUAL_LAYERS
    ) -> int:
        """Write the whole graph; return the number of triples, each of which is written once."""
        del view  # a dump is of everything
        for layer in layers:
            if layer not in LAYERS:
                raise UnknownName("layer", layer, LAYERS)
        syntax = self._syntax(graph.build.base)
        writer = Writer(graph.build.base, syntax, mentions="mentions" in layers, terms="terms" in layers)
        file.write(syntax.head.encode())
        subjects = _subjects(graph, writer, layers)
        while some := list(islice(subjects, _SUBJECTS)):
            file.write("".join(some).encode("utf-8", "replace"))
        return writer.count

    def _syntax(self, base: str) -> TurtleSyntax | NTriplesSyntax:
        return TurtleSyntax({name: iri for name, iri in namespaces(base).items() if name not in _NO_PREFIX})


class NTriples(Turtle):
    """N-Triples, the dump that other stores load fastest."""

    suffixes = (".nt",)

    def _syntax(self, base: str) -> TurtleSyntax | NTriplesSyntax:
        del base  # there are no prefixes
        return NTriplesSyntax()


def _subjects(graph: KnowledgeGraph, writer: Writer, layers: tuple[str, ...]) -> Iterator[str]:
    """Yield the text of one subject after the other: figures, papers, entities, associations, words."""
    prepare(graph.engine, layers, graph.build.min_figures)
    for name, make in makers(writer, layers).items():
        for batch in graph.engine.stream(sql(f"rdf/{name}")):
            yield from map(make, batch.to_pylist())


def prepare(engine: Engine, layers: tuple[str, ...], least: int) -> None:
    """Make the tables of the pairs that RDF holds, those of `least` figures or more."""
    pairs = f"figures >= {least}" if "cooccurrences" in layers else "FALSE"
    engine.create("rdf_pairs", f"SELECT * FROM cooccurrences WHERE {pairs}")
    engine.create("rdf_word_pairs", f"SELECT * FROM word_cooccurrences WHERE figures >= {least}")


def makers(writer: Writer, layers: tuple[str, ...]) -> dict[str, Callable[[dict[str, Any]], str]]:
    """Give, for each SELECT of `kg/sql/rdf` that the layers need, what makes text of its rows."""
    found: dict[str, Callable[[dict[str, Any]], str]] = {
        "figures": writer.figure,
        "papers": writer.paper,
        "entities": writer.entity,
        "associations": writer.association,
        "words": writer.word,
        "terms": writer.term,
        "term_associations": writer.association_of_terms,
    }
    needs = {"words": "words", "terms": "terms", "term_associations": "terms"}
    return {name: make for name, make in found.items() if name not in needs or needs[name] in layers}
