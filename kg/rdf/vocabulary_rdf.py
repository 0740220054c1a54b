"""Our own vocabulary as RDF: an ontology with version and licence, its terms, and the schemes of its concepts."""

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef

from kg.model.identifiers import DEFAULT_BASE, NAMESPACES
from kg.rdf.vocabulary import TERMS
from kg.rdf.vocabulary_term import Term

VERSION = "2"
"""Version of the vocabulary, which changes with the meaning of a term."""

LICENSE = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")

PAPERS = {
    "log10P": "10.2307/2340521",
    "jaccard": "10.1111/j.1469-8137.1912.tb05611.x",
    "TestFamily": "10.1111/j.2517-6161.1995.tb02031.x",
}
"""DOIs of the papers that define a statistic, by term."""

SYMMETRIC = frozenset({"drawnWith"})
"""Properties that hold in both directions."""

SCHEMES = {
    "wordStatus": {
        "given": "The record gives the word of the entity.",
        "inferred": "The word was inferred from the keywords beside it.",
        "unknown": "The word is a keyword that shares its text with no other.",
    },
    "identifierStatus": {
        "identifierGiven": "A record gives the identifier.",
        "identifierLearned": "The identifier was learned from other records.",
        "identifierLexicon": "The identifier is from the lexicon.",
        "identifierNone": "There is no identifier; the keyword stands for itself.",
    },
    "reading": {
        "sure": "The most probable reading is nearly certain.",
        "likely": "The most probable reading is at least as probable as all others together.",
        "doubtful": "No reading is probable enough, so that the word is no mention.",
    },
    "flavour": {
        "strict": "The word is the official symbol.",
        "synonyms": "The word is a synonym.",
        "all": "The word is of any other kind, such as a family or an alias.",
    },
}
"""Concepts by scheme, each with its definition. A scheme is named by the property whose values they are."""


def to_rdf(base: str = DEFAULT_BASE) -> Graph:
    """Return the vocabulary as an rdflib graph."""
    graph = Graph(bind_namespaces="none")
    kg = Namespace(f"{base}vocab#")
    bound = {"dcterms": DCTERMS, "kg": kg, "owl": OWL, "rdfs": RDFS, "skos": SKOS, "xsd": XSD}
    for prefix, iri in bound.items():
        graph.bind(prefix, str(iri))
    ontology = URIRef(f"{base}vocab")
    _describe_ontology(graph, ontology)
    for term in TERMS:
        _describe_term(graph, kg, ontology, term)
    for name, concepts in SCHEMES.items():
        _describe_scheme(graph, kg, name, concepts)
    return graph


def _describe_ontology(graph: Graph, ontology: URIRef) -> None:
    title = Literal("Terms of the PFOCR knowledge graph", lang="en")
    for predicate, value in (
        (RDF.type, OWL.Ontology),
        (RDFS.label, title),
        (DCTERMS.title, title),
        (DCTERMS.creator, Literal("kg")),
        (DCTERMS.license, LICENSE),
        (OWL.versionInfo, Literal(VERSION)),
        (OWL.versionIRI, URIRef(f"{ontology}/{VERSION}")),
    ):
        graph.add((ontology, predicate, value))


def _describe_term(graph: Graph, kg: Namespace, ontology: URIRef, term: Term) -> None:
    node = kg[term.name]
    for kind in _kinds(term):
        graph.add((node, RDF.type, kind))
    graph.add((node, RDFS.label, Literal(term.label, lang="en")))
    for predicate in (RDFS.comment, SKOS.definition):
        graph.add((node, predicate, Literal(term.comment, lang="en")))
    graph.add((node, RDFS.isDefinedBy, ontology))
    if term.name in PAPERS:
        graph.add((node, DCTERMS.source, URIRef(f"https://doi.org/{PAPERS[term.name]}")))
    named = ((RDFS.range, term.range), (RDFS.domain, term.domain), (RDFS.subClassOf, term.parent))
    for predicate, name in named:
        if name:
            prefix, _, local = name.partition(":")
            graph.add((node, predicate, URIRef((NAMESPACES | {"kg": str(kg)})[prefix] + local)))


def _kinds(term: Term) -> tuple[URIRef, ...]:
    if term.range is None:
        return (OWL.Class,)
    kind = OWL.DatatypeProperty if term.range.startswith("xsd:") else OWL.ObjectProperty
    return (kind, OWL.SymmetricProperty) if term.name in SYMMETRIC else (kind,)


def _describe_scheme(graph: Graph, kg: Namespace, name: str, concepts: dict[str, str]) -> None:
    scheme = kg[f"{name}Scheme"]
    label = next(term.label for term in TERMS if term.name == name)
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, SKOS.prefLabel, Literal(label, lang="en")))
    for concept, definition in concepts.items():
        node = kg[concept]
        graph.add((node, RDF.type, SKOS.Concept))
        graph.add((node, SKOS.inScheme, scheme))
        graph.add((node, SKOS.topConceptOf, scheme))
        graph.add((scheme, SKOS.hasTopConcept, node))
        graph.add((node, SKOS.prefLabel, Literal(concept.removeprefix("identifier").lower(), lang="en")))
        graph.add((node, SKOS.definition, Literal(definition, lang="en")))
