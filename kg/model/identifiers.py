"""Prefixes, CURIEs and IRIs: the one place where an identifier becomes an IRI.

The IRI forms join WikiPathways' RDF and the OBO and MeSH dumps without a mapping; docs/data-model.md
says where each was read.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from kg.errors import UnknownPrefix

DEFAULT_BASE = "https://w3id.org/pfocr-kg/"
"""Where our own vocabulary, association nodes and id-less entities live unless a build says otherwise."""


class Prefix(NamedTuple):
    """IRI = start + identifier + end."""

    start: str
    end: str = ""


PREFIXES: dict[str, Prefix] = {
    "pfocr": Prefix("https://pfocr.wikipathways.org/figures/", ".html"),
    "pmc": Prefix("https://identifiers.org/pmc/"),
    "pubmed": Prefix("https://identifiers.org/pubmed/"),
    "doi": Prefix("https://doi.org/"),
    "ncbigene": Prefix("https://identifiers.org/ncbigene/"),
    "hgnc.symbol": Prefix("https://identifiers.org/hgnc.symbol/"),
    "fplx": Prefix("https://identifiers.org/fplx/"),
    "chebi": Prefix("http://purl.obolibrary.org/obo/CHEBI_"),
    "doid": Prefix("http://purl.obolibrary.org/obo/DOID_"),
    "ncbitaxon": Prefix("http://purl.obolibrary.org/obo/NCBITaxon_"),
    "mesh": Prefix("http://id.nlm.nih.gov/mesh/"),
    "wikipathways": Prefix("https://identifiers.org/wikipathways/"),
    "ndex": Prefix("https://www.ndexbio.org/viewer/networks/"),
}
"""Prefixes with a home of their own."""

OWN_PREFIXES: dict[str, str] = {
    "keyword": "keyword/",
    "chemical.name": "chemical/",
    "disease.name": "disease/",
    "word": "word/",
}
"""Prefixes of drawn words and of things without an identifier; their IRIs lie under the build's base."""

NAMESPACES: dict[str, str] = {
    "biolink": "https://w3id.org/biolink/vocab/",
    "cito": "http://purl.org/spar/cito/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "oa": "http://www.w3.org/ns/oa#",
    "obo": "http://purl.obolibrary.org/obo/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pav": "http://purl.org/pav/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sio": "http://semanticscience.org/resource/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Vocabularies of others, by their usual prefix."""

CLASSES: dict[str, str] = {
    "gene": "biolink:Gene",
    "family": "biolink:GeneFamily",
    "chemical": "biolink:ChemicalEntity",
    "disease": "biolink:Disease",
    "unknown": "kg:Keyword",
}
"""Category of an entity to its class."""

UNRESERVED = "-._~"
"""What stays as it is inside an identifier, beside letters and digits (RFC 3986)."""

FIGID = re.compile(r"(PMC[0-9]{1,12})__([A-Za-z0-9._-]{1,240})")
"""A figure's identifier: the PMCID, two underscores, the stem of its image file."""

SIDECAR = re.compile(r"(?P<figid>.+)-(?P<kind>genes|chemicals|diseases)\.tsv")
"""File name of a table that goes with a figure."""

MAPS = {"ndex_map.tsv": "ndex", "wpid_map.tsv": "wikipathways"}
"""The database's two mapping tables, by file name."""

_MESH = re.compile(r"(?i:mesh:)?([CDQ][0-9]+)")

DOI_SAFE = UNRESERVED + "/:"
"""DOIs are written with their slash and colon, as doi.org resolves them."""


def encode(text: str, safe: str = UNRESERVED) -> str:
    """Percent-encode `text` so that it can be part of an IRI; lone surrogates become U+FFFD.

    >>> encode("Ca2+ in")
    'Ca2%2B%20in'
    """
    if text in (".", ".."):  # steps of a path to web clients
        return text.replace(".", "%2E")
    return quote(text.encode("utf-8", "replace"), safe=safe)


def decode(text: str) -> str:
    """Undo `encode`."""
    return unquote(text)


@lru_cache(2**16)  # a gene is named in thousands of figures
def curie(prefix: str, identifier: str) -> str:
    """Join the two, percent-encoding the identifier where it needs it.

    >>> curie("keyword", "Ca2+")
    'keyword:Ca2%2B'
    """
    return f"{prefix}:{encode(identifier, DOI_SAFE if prefix == 'doi' else UNRESERVED)}"


def mesh_id(identifier: str | None) -> str | None:
    """Give the CURIE of a MeSH identifier in any of the spellings records use, or None.

    >>> mesh_id("MESH:D002118"), mesh_id("D005947"), mesh_id("mesh:C526611")
    ('mesh:D002118', 'mesh:D005947', 'mesh:C526611')
    """
    found = _MESH.fullmatch(identifier or "")
    return f"mesh:{found[1]}" if found else None


def expand(curie: str, base: str = DEFAULT_BASE) -> str:
    """Give the IRI of a CURIE.

    >>> expand("ncbigene:8600")
    'https://identifiers.org/ncbigene/8600'
    >>> expand("pfocr:PMC1__f")
    'https://pfocr.wikipathways.org/figures/PMC1__f.html'
    """
    prefix, colon, identifier = curie.partition(":")
    if prefix in OWN_PREFIXES:
        return f"{base}{OWN_PREFIXES[prefix]}{identifier}"
    known = PREFIXES.get(prefix)
    if known is None or not colon or not identifier:
        raise UnknownPrefix(f"{curie!r} is not a CURIE known here; prefixes: {', '.join([*PREFIXES, *OWN_PREFIXES])}")
    return f"{known.start}{identifier}{known.end}"


def compress(iri: str, base: str = DEFAULT_BASE) -> str:
    """Give the CURIE of an IRI; the undoing of `expand`.

    >>> compress("http://purl.obolibrary.org/obo/CHEBI_15422")
    'chebi:15422'
    """
    for prefix, path in OWN_PREFIXES.items():
        if iri.startswith(base + path):
            return f"{prefix}:{iri[len(base + path) :]}"
    for prefix, (start, end) in PREFIXES.items():
        if iri.startswith(start) and iri.endswith(end) and len(iri) > len(start) + len(end):
            return f"{prefix}:{iri[len(start) : len(iri) - len(end)]}"
    raise UnknownPrefix(f"no prefix known here fits {iri!r}")


def association_iri(subject_id: str, object_id: str, base: str = DEFAULT_BASE) -> str:
    """Give the IRI of the co-occurrence of two entities; unique as the pair of CURIEs is."""
    return f"{base}co/{subject_id}_{object_id}"


def namespaces(base: str = DEFAULT_BASE) -> dict[str, str]:
    """Give every prefix that dumps and queries use with its namespace, sorted; ours lie under the base."""
    homes = {name: prefix.start for name, prefix in PREFIXES.items() if "obolibrary" not in prefix.start}
    ours = {"kg": f"{base}vocab#", "co": f"{base}co/", "keyword": f"{base}keyword/", "word": f"{base}word/"}
    return dict(sorted((NAMESPACES | homes | ours).items()))


def page(curie: str) -> str | None:
    """Give the web page a person wants to open for this thing, or None."""
    prefix, _, identifier = curie.partition(":")
    pages = {
        "ncbigene": "https://www.ncbi.nlm.nih.gov/gene/",
        "pmc": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
        "mesh": "https://meshb.nlm.nih.gov/record/ui?ui=",
        "chebi": "https://www.ebi.ac.uk/chebi/searchId.do?chebiId=CHEBI:",
        "doid": "https://disease-ontology.org/?id=DOID:",
    }
    if prefix in pages:
        return pages[prefix] + identifier
    return expand(curie) if prefix == "pfocr" else None
