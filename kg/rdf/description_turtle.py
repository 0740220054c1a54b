"""Turtle of the descriptions, which rdflib writes: a name is looked up once and not wherever it stands."""

from io import BytesIO

from rdflib import Graph
from rdflib.plugins.serializers.turtle import TurtleSerializer
from rdflib.term import Node


def to_turtle(graph: Graph) -> str:
    """Return a graph as Turtle, the text that rdflib's own serializer writes.

    >>> from rdflib import RDF, URIRef
    >>> graph = Graph()
    >>> print(to_turtle(graph.add((URIRef("https://example.org/a"), RDF.type, RDF.Bag))).strip())
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    <BLANKLINE>
    <https://example.org/a> a rdf:Bag .
    """
    file = BytesIO()
    _Serializer(graph).serialize(file, encoding="utf-8")
    return file.getvalue().decode()


class _Serializer(TurtleSerializer):
    """The serializer of rdflib with the names after prefixes that it has looked up."""

    def reset(self) -> None:
        super().reset()
        self._names: dict[tuple[Node, bool], str | None] = {}

    def get_pname(self, uri: Node, gen_prefix: bool = True) -> str | None:
        key = uri, gen_prefix
        if key not in self._names:
            self._names[key] = super().get_pname(uri, gen_prefix)
        return self._names[key]
