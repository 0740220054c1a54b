"""N-Quads and TriG: one named graph a layer, so that a store can load, drop or ask each by itself."""

from kg.model.identifiers import NAMESPACES
from kg.rdf.dump import Turtle, prefixes
from kg.rdf.syntax import NTriplesSyntax, Properties, Syntax, TurtleSyntax
from kg.rdf.triples import CO_OCCURS

GRAPHS = ("records", "mentions", "words", "cooccurrences", "terms")
"""Figures, papers and entities are `records`; the others are the layers. A graph's IRI is its name below `graph/`."""

_OF_PREDICATE = {"schema:mentions": "mentions", CO_OCCURS: "cooccurrences", "kg:drawnWord": "terms"}
"""Predicates that link what is of another layer than their subject."""


def graph_iri(name: str, base: str) -> str:
    """Give the IRI of a named graph.

    >>> graph_iri("mentions", "https://example.org/")
    'https://example.org/graph/mentions'
    """
    return f"{base}graph/{name}"


def _layers(base: str, syntax: Syntax) -> dict[str, str]:
    """Give the layer of each predicate that has one of its own, spelled."""
    known = NAMESPACES | {"kg": f"{base}vocab#"}
    split = ((name.partition(":"), layer) for name, layer in _OF_PREDICATE.items())
    return {syntax.name(known[prefix] + local): layer for (prefix, _, local), layer in split}


class NQuadsSyntax(NTriplesSyntax):
    """N-Triples with a graph in each line."""

    def __init__(self, base: str) -> None:
        self._graphs = {name: self.name(graph_iri(name, base)) for name in GRAPHS}
        self._layers = _layers(base, self)

    def about(self, subject: str, properties: Properties) -> str:
        """Spell the quads of a subject."""
        return "".join(
            f"{subject} {predicate} {each} {self._graphs[self._layers.get(predicate, self.layer)]} .\n"
            for predicate, objects in properties
            for each in objects
        )


class TriGSyntax(TurtleSyntax):
    """Turtle in blocks, each of a graph."""

    def __init__(self, base: str) -> None:
        super().__init__(prefixes(base) | {"layer": graph_iri("", base)})
        self._layers = _layers(base, self)

    def about(self, subject: str, properties: Properties) -> str:
        """Spell what is said about a subject, graph by graph."""
        by_layer: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for predicate, objects in properties:
            layer = self._layers.get(predicate, self.layer)
            by_layer.setdefault(layer, []).append((predicate, tuple(objects)))
        return "".join(
            f"\nlayer:{layer} {{{super(TriGSyntax, self).about(subject, some)}}}\n" for layer, some in by_layer.items()
        )


class NQuads(Turtle):
    """N-Quads, for stores."""

    suffixes = (".nq",)

    def _syntax(self, base: str) -> Syntax:
        return NQuadsSyntax(base)


class TriG(Turtle):
    """TriG, for people."""

    suffixes = (".trig",)

    def _syntax(self, base: str) -> Syntax:
        return TriGSyntax(base)
