"""The SPARQL 1.1 Service Description of the endpoint, with the VoID description of the build."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.model.build import Build
from kg.model.identifiers import NAMESPACES, namespaces
from kg.rdf.turtle_layout import TurtleLayout
from kg.web.sparql.negotiation import Format

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_WRITERS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}


def describe(build: Build, dataset: Iterable[Triple], address: str, format_: Format, *, federated: bool) -> bytes:
    """Return the description of the endpoint at `address`, an IRI, which serves a build with its `dataset.ttl`."""
    triples = dict.fromkeys([*_service(build, NamedNode(address), federated=federated), *dataset])
    prefixes = namespaces(build.base) | {"sd": _SD, "formats": _FORMATS}
    text = "\n".join(map(str, triples))
    used = {name: iri for name, iri in prefixes.items() if iri in text}
    out = io.BytesIO()
    target: Any = TurtleLayout(out, used) if format_.name == "turtle" else out
    serialize(triples, target, format=_WRITERS[format_.name], prefixes=used)
    return out.getvalue()


def _service(build: Build, endpoint: NamedNode, *, federated: bool) -> Iterator[Triple]:
    """Yield the triples about the endpoint.

    Its only graph is the RDF form of the dataset with the descriptions of it, so that its number of triples is that of
    the store. That of the file is another, and `dataset.ttl` states it of the file.
    """
    graph, served = NamedNode(f"{build.base}dataset#rdf"), NamedNode(f"{build.base}dataset#served")
    release = NamedNode(f"{build.base}dataset/{build.release}")
    yield Triple(endpoint, _TYPE, _sd("Service"))
    yield Triple(endpoint, _TYPE, _dcat("DataService"))
    yield Triple(endpoint, _sd("endpoint"), endpoint)
    yield Triple(endpoint, _dcat("endpointURL"), endpoint)
    yield Triple(endpoint, _dcat("servesDataset"), release)
    yield Triple(endpoint, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    for name in (*_RESULTS, *_GRAPHS):
        yield Triple(endpoint, _sd("resultFormat"), NamedNode(_FORMATS + name))
    if federated:
        yield Triple(endpoint, _sd("feature"), _sd("BasicFederatedQuery"))
    yield Triple(endpoint, _sd("defaultDataset"), served)
    yield Triple(served, _TYPE, _sd("Dataset"))
    yield Triple(served, _sd("defaultGraph"), graph)
    yield Triple(graph, _TYPE, _sd("Graph"))
    yield Triple(graph, _TYPE, _void("Dataset"))
    triples = build.manifest.get("outputs", {}).get("store", {}).get("triples")
    if isinstance(triples, int):
        yield Triple(graph, _void("triples"), Literal(triples))
    yield Triple(graph, NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom"), release)
    yield from endpoint_of(build.base, endpoint.value)


def endpoint_of(base: str, address: str) -> list[Triple]:
    """Return the triples that state the endpoint at `address`, an IRI, of the series and of its RDF form.

    The profile for datasets of the W3C has the endpoint on the series, not on a release.
    """
    described = (f"{base}dataset#rdf", f"{base}dataset")
    return [Triple(NamedNode(iri), _void("sparqlEndpoint"), NamedNode(address)) for iri in described]


def _dcat(name: str) -> NamedNode:
    return NamedNode(NAMESPACES["dcat"] + name)


def _void(name: str) -> NamedNode:
    return NamedNode(f"http://rdfs.org/ns/void#{name}")


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)
