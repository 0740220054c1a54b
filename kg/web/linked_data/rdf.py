"""Triples in the formats of the endpoint."""

import io
from collections.abc import Iterable
from typing import Any

from pyoxigraph import RdfFormat, Triple, serialize

from kg.model.identifiers import namespaces
from kg.rdf.turtle_layout import TurtleLayout

_WRITERS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}


def written(triples: Iterable[Triple], format_: str, base: str) -> bytes:
    """Return triples in a format of `kg.web.sparql.negotiation.TRIPLES`, sorted, so that equal builds answer alike."""
    rows = sorted(set(triples), key=str)
    text = "\n".join(map(str, rows))
    used = {name: iri for name, iri in namespaces(base).items() if iri in text}
    out = io.BytesIO()
    target: Any = TurtleLayout(out, used) if format_ == "turtle" else out
    serialize(rows, target, format=_WRITERS[format_], prefixes=used)
    return out.getvalue()
