"""The SPARQL 1.1 Service Description of the endpoint, with the VoID description of the build."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from kg.model.identifiers import namespaces
from kg.model.tables import Build
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


def describe(folder: Path, base: str, address: str, format_: Format, *, federated: bool) -> bytes:
    """Return the description of the endpoint at `address`, an IRI, which serves the build in `folder`."""
    endpoint = NamedNode(address)
    with (folder / "dataset.ttl").open("rb") as file:
        dataset = [quad.triple for quad in parse(file, RdfFormat.TURTLE)]
    triples = dict.fromkeys([*_service(endpoint, base, _stored(folder), federated=federated), *dataset])
    prefixes = namespaces(base) | {"sd": _SD, "formats": _FORMATS}
    used = {name: iri for name, iri in prefixes.items() if any(iri in str(triple) for triple in triples)}
    out = io.BytesIO()
    target: Any = TurtleLayout(out, used) if format_.name == "turtle" else out
    serialize(triples, target, format=_WRITERS[format_.name], prefixes=used)
    return out.getvalue()


def _stored(folder: Path) -> int | None:
    """Return the number of triples in the store of a build."""
    number = Build(folder).manifest.get("outputs", {}).get("store", {}).get("triples")
    return number if isinstance(number, int) else None


def _service(endpoint: NamedNode, base: str, triples: int | None, *, federated: bool) -> Iterator[Triple]:
    """Yield the triples about the endpoint; its only graph has the dataset and the descriptions of it.

    `triples` is the number in the store, which is not that of the file.
    """
    dataset, served = NamedNode(f"{base}dataset"), NamedNode(f"{base}dataset#served")
    graph = NamedNode(f"{base}dataset#graph")
    yield Triple(endpoint, _TYPE, _sd("Service"))
    yield Triple(endpoint, _sd("endpoint"), endpoint)
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
    if triples is not None:
        yield Triple(graph, _void("triples"), Literal(triples))
    yield Triple(graph, NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom"), dataset)
    for described in (graph, dataset):
        yield Triple(described, _void("sparqlEndpoint"), endpoint)


def _void(name: str) -> NamedNode:
    return NamedNode(f"http://rdfs.org/ns/void#{name}")


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)
