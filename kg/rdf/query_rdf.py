"""The canned queries as RDF, as the SIB writes example queries, so that programs find them.

A build writes them as `queries.ttl`. A query is a `sh:SPARQLSelectExecutable` whose text is that of its file below the
header; the header becomes the label, the comment and the category.
"""

import re

from rdflib import RDF, RDFS, SDO, SH, XSD, Graph, Literal, Namespace, URIRef

from kg.model.identifiers import DEFAULT_BASE
from kg.rdf.canned_queries import Query, load, names

SPEX = Namespace("https://purl.expasy.org/sparql-examples/ontology#")

_PREFIX = re.compile(r"^PREFIX (\S+): <(\S+)>$", re.MULTILINE)
_SERVICE = re.compile(r"\bSERVICE (?:SILENT )?<([^>]+)>")
_SHORTEST_KEYWORD = 4
"""Shorter words of a name, such as `of`, say nothing of the query."""


def to_rdf(base: str = DEFAULT_BASE, endpoint: str | None = None) -> Graph:
    """Return all canned queries as an rdflib graph.

    `base` is the base IRI of the build; `endpoint` the address of a SPARQL endpoint that answers the queries.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, iri in {"rdf": RDF, "rdfs": RDFS, "schema": SDO, "sh": SH, "spex": SPEX, "xsd": XSD}.items():
        graph.bind(prefix, str(iri))
    for query in map(load, names()):
        _add_query(graph, query, base, endpoint)
    return graph


def query_iri(name: str, base: str = DEFAULT_BASE) -> str:
    """Return the IRI of a canned query.

    >>> query_iri("partners")
    'https://w3id.org/pfocr-kg/query/partners'
    """
    return f"{base}query/{name}"


def _add_query(graph: Graph, query: Query, base: str, endpoint: str | None) -> None:
    node, prefixes = URIRef(query_iri(query.name, base)), URIRef(f"{base}queries")
    text = query.bind({}, str, base).partition("\n\n")[2]
    graph.add((node, RDF.type, SH.SPARQLExecutable))
    graph.add((node, RDF.type, SH.SPARQLSelectExecutable))
    graph.add((node, RDFS.label, Literal(query.title, lang="en")))
    graph.add((node, RDFS.comment, Literal(query.description, lang="en")))
    graph.add((node, SDO.category, Literal(query.category)))
    for word in query.name.split("-"):
        if len(word) >= _SHORTEST_KEYWORD:
            graph.add((node, SDO.keywords, Literal(word)))
    graph.add((node, SH.select, Literal(text)))
    graph.add((node, SH.prefixes, prefixes))
    if endpoint:
        graph.add((node, SDO.target, URIRef(endpoint)))
    for other in _SERVICE.findall(text):
        graph.add((node, SPEX.federatesWith, URIRef(other)))
    for prefix, iri in _PREFIX.findall(text):
        _declare(graph, prefixes, prefix, iri)


def _declare(graph: Graph, owner: URIRef, prefix: str, iri: str) -> None:
    declaration = URIRef(f"{owner}#prefix-{prefix}")
    graph.add((owner, SH.declare, declaration))
    graph.add((declaration, SH.prefix, Literal(prefix)))
    graph.add((declaration, SH.namespace, Literal(iri, datatype=XSD.anyURI)))
