"""The VoID description of the triples in a file: classes, properties, what their values are, and links to databases.

The nodes are nested as in `void-ext`: a class has its properties, a property the classes and datatypes of its values.
"""

from rdflib import RDF, VOID, Graph, Literal, Namespace, URIRef

from kg.model.identifiers import PREFIXES, association_iri, expand
from kg.rdf.partitions import Ends, Partitions

VOID_EXT = Namespace("http://ldf.fi/void-ext#")


def describe_partitions(graph: Graph, file: URIRef, partitions: Partitions, names: dict[str, str], base: str) -> None:
    """Add the partitions of a file of RDF, with the namespace of each prefix in `names`."""
    _PartitionWriter(graph, file, partitions, names).write()
    for example in partitions.examples:
        graph.add((file, VOID.exampleResource, URIRef(expand(example, base))))
    for first, second in partitions.example_pairs:
        graph.add((file, VOID.exampleResource, URIRef(association_iri(first, second, base))))


class _PartitionWriter:
    """Writes nodes whose IRIs are that of the release, a number sign and the prefixed names with hyphens."""

    def __init__(self, graph: Graph, file: URIRef, partitions: Partitions, names: dict[str, str]) -> None:
        self._graph = graph
        self._file = file
        self._release = str(file).partition("#")[0]
        self._partitions = partitions
        self._names = names
        self._targets: dict[tuple[str, str], list[tuple[str, Ends]]] = {}
        for (class_, name, target), ends in sorted(partitions.targets.items()):
            self._targets.setdefault((class_, name), []).append((target, ends))

    def write(self) -> None:
        """Write the numbers of the file, then the partitions by class and by property, and the links."""
        counts = self._partitions
        self._numbers(
            self._file,
            entities=sum(counts.classes.values()) - counts.repeated,
            classes=len(counts.classes),
            properties=len(counts.properties),
            distinctSubjects=counts.subjects,
        )
        for class_, entities in sorted(counts.classes.items()):
            node = self._node("class", class_)
            self._graph.add((self._file, VOID.classPartition, node))
            self._graph.add((node, VOID["class"], self._named(class_)))
            properties = sorted(name for of, name in counts.of_class if of == class_)
            self._numbers(node, entities=entities, triples=counts.triples_of(class_), properties=len(properties))
            for name in properties:
                self._property(node, class_, name)
        for name, ends in sorted(counts.properties.items()):
            node = self._node("property", name)
            self._graph.add((self._file, VOID.propertyPartition, node))
            self._graph.add((node, VOID.property, self._named(name)))
            self._ends(node, ends)
        for (name, space), ends in sorted(counts.links.items()):
            self._linkset(name, space, ends)

    def _property(self, of: URIRef, class_: str, name: str) -> None:
        node = self._node("class", class_, name)
        self._graph.add((of, VOID.propertyPartition, node))
        self._graph.add((node, VOID.property, self._named(name)))
        self._ends(node, self._partitions.of_class[class_, name])
        for target, ends in self._targets.get((class_, name), ()):
            part = self._node("class", class_, name, target)
            datatype = target.startswith("xsd:")
            self._graph.add((node, VOID_EXT.datatypePartition if datatype else VOID.classPartition, part))
            self._graph.add((part, VOID_EXT.datatype if datatype else VOID["class"], self._named(target)))
            self._ends(part, ends)

    def _linkset(self, name: str, space: str, ends: Ends) -> None:
        node, target = self._node("links", name, space), URIRef(f"{self._release}#database-{space}")
        self._graph.add((self._file, VOID.subset, node))
        self._graph.add((node, RDF.type, VOID.Linkset))
        self._graph.add((node, VOID.linkPredicate, self._named(name)))
        self._graph.add((node, VOID.subjectsTarget, self._file))
        self._graph.add((node, VOID.objectsTarget, target))
        self._graph.add((target, RDF.type, VOID.Dataset))
        self._graph.add((target, VOID.uriSpace, Literal(PREFIXES[space].start)))
        self._ends(node, ends)

    def _ends(self, node: URIRef, ends: Ends) -> None:
        self._numbers(node, triples=ends.triples, distinctSubjects=ends.subjects, distinctObjects=ends.objects)

    def _numbers(self, node: URIRef, **numbers: int) -> None:
        for name, number in numbers.items():
            self._graph.add((node, VOID[name], Literal(number)))

    def _named(self, name: str) -> URIRef:
        prefix, _, local = name.partition(":")
        return URIRef(self._names[prefix] + local)

    def _node(self, kind: str, *names: str) -> URIRef:
        return URIRef(f"{self._release}#{'-'.join((kind, *names)).replace(':', '-')}")
