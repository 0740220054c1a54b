"""N-Quads and TriG: one named graph for each release and layer, which a store can load, drop or query separately."""

from kg.model.build import Build
from kg.model.identifiers import NAMESPACES
from kg.rdf.dump import Turtle, prefixes
from kg.rdf.syntax import NTriplesSyntax, Properties, Syntax, TurtleSyntax
from kg.rdf.triples import CO_OCCURS, DRAWN_WITH

GRAPHS = ("records", "mentions", "words", "cooccurrences", "terms")
"""Named graphs: figures, papers and entities are `records`; the others are the layers."""

PREDICATE_LAYERS = {"schema:mentions": "mentions", CO_OCCURS: "cooccurrences", DRAWN_WITH: "cooccurrences"} | {
    "kg:strongestAssociation": "cooccurrences"
}
"""Layers of predicates that belong to another layer than their subject."""


def graph_iri(name: str, base: str, release: str) -> str:
    """Return the IRI of a named graph, which has the release, so that one store can hold several.

    >>> graph_iri("mentions", "https://example.org/", "2026-03")
    'https://example.org/dataset/2026-03/graph/mentions'
    """
    return f"{base}dataset/{release}/graph/{name}"


def _predicate_layers(base: str, syntax: Syntax) -> dict[str, str]:
    """Return the layers of the predicates that have their own, keyed by serialized predicate."""
    namespaces = NAMESPACES | {"kg": f"{base}vocab#"}
    split = ((name.partition(":"), layer) for name, layer in PREDICATE_LAYERS.items())
    return {syntax.serialize_iri(namespaces[prefix] + local): layer for (prefix, _, local), layer in split}


class NQuadsSyntax(NTriplesSyntax):
    """N-Quads: N-Triples with a graph in each line."""

    def __init__(self, base: str, release: str) -> None:
        self._graphs = {name: self.serialize_iri(graph_iri(name, base, release)) for name in GRAPHS}
        self._layers = _predicate_layers(base, self)

    def serialize_subject(self, subject: str, properties: Properties) -> str:
        """Serialize the quads of a subject, a line each."""
        return "".join(
            f"{subject} {predicate} {term} {self._graphs[self._layers.get(predicate, self.layer)]} .\n"
            for predicate, objects in properties
            for term in objects
        )


class TriGSyntax(TurtleSyntax):
    """TriG: Turtle in blocks, one for each graph."""

    def __init__(self, base: str, release: str) -> None:
        super().__init__(prefixes(base) | {"layer": graph_iri("", base, release)})
        self._layers = _predicate_layers(base, self)

    def serialize_subject(self, subject: str, properties: Properties) -> str:
        """Serialize the triples of a subject, graph by graph."""
        by_layer: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for predicate, objects in properties:
            layer = self._layers.get(predicate, self.layer)
            by_layer.setdefault(layer, []).append((predicate, tuple(objects)))
        turtle = super().serialize_subject
        return "".join(f"\nlayer:{layer} {{{turtle(subject, part)}}}\n" for layer, part in by_layer.items())


class NQuads(Turtle):
    """N-Quads, the dump with named graphs that stores load."""

    suffixes = (".nq",)

    def syntax(self, build: Build) -> Syntax:
        """Return N-Quads with the graphs of the release."""
        return NQuadsSyntax(build.base, build.release)


class TriG(Turtle):
    """TriG, the dump with named graphs that people read."""

    suffixes = (".trig",)

    def syntax(self, build: Build) -> Syntax:
        """Return TriG with the graphs of the release."""
        return TriGSyntax(build.base, build.release)
