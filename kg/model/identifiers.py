"""Prefixes, CURIEs and IRIs: the only module that turns an identifier into an IRI.

The IRIs are those of WikiPathways' RDF and of the OBO and MeSH dumps, so that no mapping is needed between them.
docs/data-model.md names the source of each form.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from kg.errors import UnknownPrefix

DEFAULT_BASE = "https://w3id.org/pfocr-kg/"
"""Default base IRI of our vocabulary, of association nodes and of entities without an identifier."""


class Prefix(NamedTuple):
    """The fixed parts of an IRI: it is start + identifier + end."""

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
"""Prefixes of public databases, with the form of their IRIs."""

OWN_PREFIXES: dict[str, str] = {
    "keyword": "keyword/",
    "chemical.name": "chemical/",
    "disease.name": "disease/",
    "word": "word/",
}
"""Prefixes of drawn words and of entities without an identifier, with their path below the build's base IRI."""

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
"""Public vocabularies by their usual prefix."""

CLASSES: dict[str, str] = {
    "gene": "biolink:Gene",
    "family": "biolink:GeneFamily",
    "chemical": "biolink:ChemicalEntity",
    "disease": "biolink:Disease",
    "unknown": "kg:Keyword",
}
"""RDF class by the category of an entity."""

UNRESERVED = "-._~"
"""Characters of an identifier, beside letters and digits, that are not percent-encoded (RFC 3986)."""

FIGID = re.compile(r"(PMC[0-9]{1,12})__([A-Za-z0-9._-]{1,240})")
"""Pattern of a figure's identifier: the PMCID, two underscores, the stem of its image file."""

SIDECAR = re.compile(r"(?P<figid>.+)-(?P<kind>genes|chemicals|diseases)\.tsv")
"""Pattern of the file name of a figure's sidecar table."""

MAPS = {"ndex_map.tsv": "ndex", "wpid_map.tsv": "wikipathways"}
"""Target of each of the database's two mapping tables, by file name."""

_STARTS = tuple(prefix.start for prefix in PREFIXES.values())

_MESH = re.compile(r"(?i:mesh:)?([CDQ][0-9]+)")

DOI_SAFE = UNRESERVED + "/:"
"""Characters of a DOI that are not percent-encoded, so that doi.org resolves its IRI."""


def encode(text: str, safe: str = UNRESERVED) -> str:
    """Encode `text` with percent signs, so that it can be part of an IRI; lone surrogates become "?".

    >>> encode("Ca2+ in")
    'Ca2%2B%20in'
    """
    if text.isalnum() and text.isascii():
        return text
    if text in (".", ".."):  # web clients remove these steps of a path
        return text.replace(".", "%2E")
    return quote(text.encode("utf-8", "replace"), safe=safe)


def decode(text: str) -> str:
    """Decode a text that `encode` wrote.

    >>> decode("Ca2%2B%20in")
    'Ca2+ in'
    """
    return unquote(text)


@lru_cache(2**16)  # thousands of figures name the same gene
def curie(prefix: str, identifier: str) -> str:
    """Join prefix and identifier into a CURIE; the identifier is percent-encoded where necessary.

    >>> curie("keyword", "Ca2+")
    'keyword:Ca2%2B'
    """
    return f"{prefix}:{encode(identifier, DOI_SAFE if prefix == 'doi' else UNRESERVED)}"


def mesh_id(identifier: str | None) -> str | None:
    """Return the CURIE of a MeSH identifier in any spelling that records have, or None.

    >>> mesh_id("MESH:D002118"), mesh_id("D005947"), mesh_id("mesh:C526611")
    ('mesh:D002118', 'mesh:D005947', 'mesh:C526611')
    """
    match = _MESH.fullmatch(identifier or "")
    return f"mesh:{match[1]}" if match else None


def expand(curie: str, base: str = DEFAULT_BASE) -> str:
    """Return the IRI of a CURIE; raise UnknownPrefix where it has none of our prefixes.

    >>> expand("ncbigene:8600")
    'https://identifiers.org/ncbigene/8600'
    >>> expand("pfocr:PMC1__f")
    'https://pfocr.wikipathways.org/figures/PMC1__f.html'
    """
    prefix, colon, identifier = curie.partition(":")
    if prefix in OWN_PREFIXES:
        return f"{base}{OWN_PREFIXES[prefix]}{identifier}"
    parts = PREFIXES.get(prefix)
    if parts is None or not colon or not identifier:
        raise UnknownPrefix(f"{curie!r} is not a CURIE known here; prefixes: {', '.join([*PREFIXES, *OWN_PREFIXES])}")
    return f"{parts.start}{identifier}{parts.end}"


def compress(iri: str, base: str = DEFAULT_BASE) -> str:
    """Return the CURIE of an IRI, the inverse of `expand`; raise UnknownPrefix where no prefix fits.

    >>> compress("http://purl.obolibrary.org/obo/CHEBI_15422")
    'chebi:15422'
    """
    for prefix, path in OWN_PREFIXES.items():
        if iri.startswith(base + path):
            return f"{prefix}:{iri[len(base + path) :]}"
    # Most web addresses fit no prefix, which is soon seen for all of them at once.
    for prefix, (start, end) in PREFIXES.items() if iri.startswith(_STARTS) else ():
        if iri.startswith(start) and iri.endswith(end) and len(iri) > len(start) + len(end):
            return f"{prefix}:{iri[len(start) : len(iri) - len(end)]}"
    raise UnknownPrefix(f"no prefix known here fits {iri!r}")


@lru_cache(maxsize=1 << 16)
def short_iri(iri: str, base: str = DEFAULT_BASE) -> str:
    """Return an IRI as people read it: its CURIE, its name with a prefix of `namespaces`, or else the IRI itself.

    >>> short_iri("https://identifiers.org/ncbigene/8600"), short_iri("https://w3id.org/biolink/vocab/Gene")
    ('ncbigene:8600', 'biolink:Gene')
    >>> short_iri("https://example.org/a")
    'https://example.org/a'
    """
    try:
        return compress(iri, base)
    except UnknownPrefix:
        known = [(start, prefix) for prefix, start in namespaces(base).items() if iri.startswith(start)]
    start, prefix = max(known, default=("", ""))
    name = iri.removeprefix(start)
    return f"{prefix}:{name}" if start and name and not set(name) & set("/#?") else iri


def normal_identifier(text: str, base: str = DEFAULT_BASE) -> str:
    """Return the CURIE of an IRI, a figid or a CURIE with a prefix in any case; any other text as it is.

    >>> normal_identifier("MESH:D000255"), normal_identifier("PMC1__f"), normal_identifier("TP53")
    ('mesh:D000255', 'pfocr:PMC1__f', 'TP53')
    >>> normal_identifier("https://identifiers.org/ncbigene/8600")
    'ncbigene:8600'
    """
    if FIGID.fullmatch(text):
        return f"pfocr:{text}"
    if "://" in text:
        try:
            return compress(text, base)
        except UnknownPrefix:
            return text
    prefix, colon, identifier = text.partition(":")
    known = prefix.lower() in PREFIXES or prefix.lower() in OWN_PREFIXES
    return f"{prefix.lower()}:{identifier}" if colon and known else text


def association_iri(subject_id: str, object_id: str, base: str = DEFAULT_BASE) -> str:
    """Return the IRI of the co-occurrence of two entities; each pair of CURIEs has another.

    >>> association_iri("ncbigene:1", "ncbigene:2")
    'https://w3id.org/pfocr-kg/co/ncbigene:1_ncbigene:2'
    """
    return f"{base}co/{subject_id}_{object_id}"


def namespaces(base: str = DEFAULT_BASE) -> dict[str, str]:
    """Return the namespace of every prefix that dumps and queries use, sorted by prefix; ours start with the base."""
    databases = {name: prefix.start for name, prefix in PREFIXES.items() if "obolibrary" not in prefix.start}
    ours = {"kg": f"{base}vocab#", "co": f"{base}co/", "keyword": f"{base}keyword/", "word": f"{base}word/"}
    return dict(sorted((NAMESPACES | databases | ours).items()))


def query_prefixes(base: str = DEFAULT_BASE) -> dict[str, str]:
    """Return the prefixes that a query may leave out: those of the dumps, and those of CURIEs.

    >>> query_prefixes()["chebi"]
    'http://purl.obolibrary.org/obo/CHEBI_'
    """
    return {name: parts.start for name, parts in iri_parts(base).items()} | namespaces(base)


def iri_parts(base: str = DEFAULT_BASE) -> dict[str, Prefix]:
    """Return what precedes and follows the identifier in the IRI of a CURIE, by prefix.

    >>> iri_parts()["word"].start, iri_parts()["pfocr"].end
    ('https://w3id.org/pfocr-kg/word/', '.html')
    """
    return {name: Prefix(f"{base}{path}") for name, path in OWN_PREFIXES.items()} | PREFIXES


def page(curie: str) -> str | None:
    """Return the address of the web page about an entity, paper or figure, or None.

    >>> page("ncbigene:8600"), page("keyword:Ca2%2B")
    ('https://www.ncbi.nlm.nih.gov/gene/8600', None)
    """
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
