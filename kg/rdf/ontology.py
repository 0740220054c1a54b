"""The vocabulary as RDF: an ontology with its version, its terms and the concepts of statuses."""

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef

from kg.model.identifiers import DEFAULT_BASE, NAMESPACES
from kg.rdf.concepts import SCHEMES
from kg.rdf.vocabulary import TERMS, Term

VERSION = "2"
"""Version of the vocabulary; it goes up when a term is removed or means something else."""

LICENSE = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
CREATOR = "The authors of kg"

STATISTICS = {
    "biolink:adjusted_p_value": "https://doi.org/10.1111/j.2517-6161.1995.tb02031.x",
    "biolink:expected_count": "https://doi.org/10.1145/253262.253325",
}
"""Papers that define statistics whose terms are of other vocabularies."""


def to_rdf(base: str = DEFAULT_BASE) -> Graph:
    """Return the vocabulary as an rdflib graph, with labels and definitions in English."""
    graph = Graph(bind_namespaces="none")
    names = NAMESPACES | {"kg": f"{base}vocab#"}
    for prefix in ("biolink", "dcterms", "kg", "owl", "rdfs", "skos", "xsd"):
        graph.bind(prefix, names[prefix])
    ontology = URIRef(f"{base}vocab")
    for predicate, value in (
        (RDF.type, OWL.Ontology),
        (RDFS.label, _english("Terms of the PFOCR knowledge graph")),
        (DCTERMS.title, _english("Terms of the PFOCR knowledge graph")),
        (DCTERMS.description, _english("Terms for pathway figures, their drawn words and what is drawn together.")),
        (DCTERMS.creator, Literal(CREATOR)),
        (DCTERMS.license, LICENSE),
        (OWL.versionInfo, Literal(VERSION)),
        (OWL.versionIRI, URIRef(f"{base}vocab/{VERSION}")),
    ):
        graph.add((ontology, predicate, value))
    for term in TERMS:
        _add_term(graph, Namespace(names["kg"])[term.name], term, names)
        graph.add((Namespace(names["kg"])[term.name], RDFS.isDefinedBy, ontology))
    _add_concepts(graph, Namespace(names["kg"]), ontology)
    for name, paper in STATISTICS.items():
        graph.add((_named(name, names), RDFS.seeAlso, URIRef(paper)))
    return graph


def _english(text: str) -> Literal:
    return Literal(text, lang="en")


def _named(name: str, names: dict[str, str]) -> URIRef:
    prefix, _, local = name.partition(":")
    return URIRef(names[prefix] + local)


def _kind(term: Term) -> URIRef:
    if term.range is None:
        return OWL.Class
    return OWL.DatatypeProperty if term.range.startswith("xsd:") else OWL.ObjectProperty


def _add_term(graph: Graph, node: URIRef, term: Term, names: dict[str, str]) -> None:
    graph.add((node, RDF.type, _kind(term)))
    graph.add((node, RDFS.label, _english(term.label)))
    graph.add((node, RDFS.comment, _english(term.comment)))
    graph.add((node, SKOS.definition, _english(term.comment)))
    if term.symmetric:
        graph.add((node, RDF.type, OWL.SymmetricProperty))
    if term.source:
        graph.add((node, DCTERMS.source, URIRef(term.source)))
    named = ((RDFS.range, term.range), (RDFS.domain, term.domain), (RDFS.subClassOf, term.parent))
    for predicate, name in named:
        if name:
            graph.add((node, predicate, _named(name, names)))


def _add_concepts(graph: Graph, kg: Namespace, ontology: URIRef) -> None:
    for name, (title, concepts) in SCHEMES.items():
        scheme = kg[name]
        graph.add((scheme, RDF.type, SKOS.ConceptScheme))
        graph.add((scheme, RDFS.label, _english(title)))
        graph.add((scheme, RDFS.isDefinedBy, ontology))
        for concept in concepts:
            node = kg[concept.name]
            graph.add((node, RDF.type, SKOS.Concept))
            graph.add((node, SKOS.inScheme, scheme))
            graph.add((node, SKOS.prefLabel, _english(concept.label)))
            graph.add((node, RDFS.label, _english(concept.label)))
            graph.add((node, SKOS.definition, _english(concept.definition)))
            graph.add((node, RDFS.isDefinedBy, ontology))
