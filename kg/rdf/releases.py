"""Description of the series of releases and of one release: version, people, rights, sources and rule of publishing.

The levels are those of the W3C profile for datasets of health care and life sciences: the series has no version and no
date, the release has both, and its files are described as distributions. Two builds in one store differ by release.
"""

import re
import tomllib
from importlib.resources import files
from typing import Any

from rdflib import DCTERMS, PROV, RDF, RDFS, SKOS, VOID, XSD, Graph, Literal, Namespace, URIRef

from kg.model.biolink import AGENT_TYPE, KNOWLEDGE_LEVEL
from kg.model.identifiers import NAMESPACES

TITLE = "Knowledge graph of Pathway Figure OCR"
DESCRIPTION = (
    "Pathway figures with their papers, the genes, chemicals and diseases read off them, and which are drawn "
    "together, counted by different words."
)
LICENSE = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
SOURCE = URIRef("https://pfocr.wikipathways.org/")
ARTICLE = URIRef("https://doi.org/10.1186/s13059-020-02181-2")
"""The article on Pathway Figure OCR."""

KEYWORDS = ("pathway figures", "genes", "chemicals", "diseases", "co-occurrence", "knowledge graph")
THEMES = ("http://edamontology.org/topic_0602", "http://edamontology.org/topic_0218")
"""Topics of EDAM: molecular interactions, pathways and networks; natural language processing."""

LICENCES = {
    "CC0-1.0": LICENSE,
    "CC-BY-4.0": URIRef("https://creativecommons.org/licenses/by/4.0/"),
    "BSD-2-Clause": URIRef("https://spdx.org/licenses/BSD-2-Clause"),
}
"""IRIs of the licences that the sources of the lexicon name, by how they name them."""

ENGLISH = URIRef("http://lexvo.org/id/iso639-3/eng")
IRREGULAR = URIRef("http://purl.org/cld/freq/irregular")
"""Frequency of releases: one is made when somebody builds it."""

DATASET_TYPE = URIRef("http://purl.org/dc/dcmitype/Dataset")
DCAT = Namespace(NAMESPACES["dcat"])
"""DCAT 3, of which rdflib knows only version 2."""

PROFILE = URIRef("https://www.w3.org/TR/hcls-dataset/")
"""The profile of descriptions that the release has."""

_FOAF = Namespace("http://xmlns.com/foaf/0.1/")
_PAV = Namespace(NAMESPACES["pav"])
_BIOLINK = Namespace(NAMESPACES["biolink"])
_PREVIOUS = (_PAV.previousVersion, DCAT.previousVersion)


def series_iri(base: str) -> URIRef:
    """Return the IRI of the series of releases."""
    return URIRef(f"{base}dataset")


def release_iri(manifest: dict[str, Any]) -> URIRef:
    """Return the IRI of the release that a manifest describes."""
    name = manifest.get("release") or manifest["input"]["sha256"][:12]
    return URIRef(f"{series_iri(manifest['parameters']['base'])}/{name}")


def describe_release(graph: Graph, manifest: dict[str, Any]) -> None:
    """Add the series, the release and their parts to a graph."""
    series, release = series_iri(manifest["parameters"]["base"]), release_iri(manifest)
    for level in (series, release):
        _describe_level(graph, level, manifest)
    add_properties(
        graph,
        series,
        (RDF.type, DCAT.DatasetSeries),
        (_PAV.hasCurrentVersion, release),
        (DCAT.hasCurrentVersion, release),
        (DCTERMS.accrualPeriodicity, IRREGULAR),
    )
    created, previous = manifest["created"], manifest["parameters"].get("previous_release")
    name = Literal(str(release).rpartition("/")[2])
    add_properties(
        graph,
        release,
        (RDF.type, DCAT.Dataset),
        (DCAT.inSeries, series),
        (DCAT.isVersionOf, series),
        (DCTERMS.isVersionOf, series),
        (DCAT.version, name),
        (_PAV.version, name),
        (DCTERMS.issued, Literal(created, datatype=XSD.dateTime) if created else None),
        (DCTERMS.source, SOURCE),
        (DCTERMS.language, ENGLISH),
        (DCTERMS.conformsTo, PROFILE),
        (_PAV.createdWith, URIRef(f"{release}#program")),
        *((term, URIRef(f"{series}/{previous}") if previous else None) for term in _PREVIOUS),
    )
    _describe_rdf(graph, series, release, manifest)
    _describe_rights(graph, release)
    _describe_sources(graph, release)


def add_properties(graph: Graph, subject: URIRef, *properties: tuple[URIRef, Any]) -> None:
    """Add the properties of a subject that have a value; one that is no term becomes a literal."""
    for predicate, value in properties:
        if value is not None:
            graph.add((subject, predicate, value if isinstance(value, (URIRef, Literal)) else Literal(value)))


def describe_people(graph: Graph, level: URIRef, manifest: dict[str, Any], *, creator: bool = True) -> None:
    """Add who publishes a level, if it was said, and who made it: the publisher or, where none was given, the program.

    The publisher is a node even where it is a mere name, because the profile asks for an IRI.
    """
    series = series_iri(manifest["parameters"]["base"])
    text = manifest["parameters"].get("publisher")
    publisher = None
    if text is not None:
        named = not text.startswith(("http://", "https://"))
        publisher = URIRef(f"{series}#publisher") if named else URIRef(text)
        if named:
            add_properties(graph, publisher, (RDF.type, _FOAF.Agent), (_FOAF.name, text))
    program = URIRef(f"{release_iri(manifest)}#program")
    add_properties(
        graph, level, (DCTERMS.publisher, publisher), (DCTERMS.creator, (publisher or program) if creator else None)
    )


def _of_sample(level: URIRef, manifest: dict[str, Any]) -> str:
    """Return the sentence that says of a release that it is a sample; empty for others, and for the series."""
    sample = manifest["input"].get("sample")
    if sample is None or level != release_iri(manifest):
        return ""
    return f" A sample: the first {sample['figures']:,} of {sample['of']:,} figures, in the order of their names."


def _describe_level(graph: Graph, level: URIRef, manifest: dict[str, Any]) -> None:
    """Add the statements that the series and the release share."""
    parameters = manifest["parameters"]
    contact = parameters.get("contact")
    describe_people(graph, level, manifest, creator=level == release_iri(manifest))
    add_properties(
        graph,
        level,
        (RDF.type, DATASET_TYPE),
        (DCTERMS.title, Literal(TITLE, lang="en")),
        (DCTERMS.description, Literal(DESCRIPTION + _of_sample(level, manifest), lang="en")),
        (DCTERMS.license, LICENSE),
        (DCAT.contactPoint, URIRef(contact) if contact else None),
        (DCTERMS.bibliographicCitation, ARTICLE),
        *((DCAT.keyword, Literal(keyword, lang="en")) for keyword in KEYWORDS),
        *((DCAT.theme, URIRef(theme)) for theme in THEMES),
    )


def _describe_rdf(graph: Graph, series: URIRef, release: URIRef, manifest: dict[str, Any]) -> None:
    """Add the RDF form, in which all associations are: how they were found, and which of them are published."""
    parameters, form = manifest["parameters"], URIRef(f"{series}#rdf")
    add_properties(
        graph,
        form,
        (RDF.type, VOID.Dataset),
        (DCTERMS.title, Literal(f"{TITLE}, RDF", lang="en")),
        (DCTERMS.isPartOf, series),
        (_BIOLINK.knowledge_level, KNOWLEDGE_LEVEL),
        (_BIOLINK.agent_type, AGENT_TYPE),
    )
    if "publish_q" in parameters:
        rule = (
            f"biolink:occurs_together_in_literature_with joins pairs with {parameters['publish_papers']} papers or"
            f" more, NPMI above 0 and q of at most {parameters['publish_q']}; kg:drawnWith joins all pairs from"
            f" {manifest['thresholds']['min_figures']} figures on."
        )
        add_properties(graph, release, (SKOS.scopeNote, Literal(rule, lang="en")))


def _describe_rights(graph: Graph, release: URIRef) -> None:
    """Add the parts that have licences of their own."""
    texts = "Captions and titles have the licence of the article that they are from."
    chebi = "Names and identifiers of chemicals from ChEBI (EMBL-EBI) have the licence CC BY 4.0."
    counts = "Counts and statistics, and the data of Pathway Figure OCR, have the licence CC0 1.0."
    parts = {"counts": (counts, LICENSE), "texts": (texts, None), "chebi": (chebi, LICENCES["CC-BY-4.0"])}
    for name, (text, licence) in parts.items():
        part, statement = URIRef(f"{release}#{name}"), URIRef(f"{release}#{name}-rights")
        add_properties(graph, release, (DCTERMS.hasPart, part))
        add_properties(graph, part, (RDF.type, DATASET_TYPE), (DCTERMS.license, licence), (DCTERMS.rights, statement))
        add_properties(graph, statement, (RDF.type, DCTERMS.RightsStatement), (RDFS.label, Literal(text, lang="en")))


def _describe_sources(graph: Graph, release: URIRef) -> None:
    """Add the files of the bundled lexicon, which the build used, with digests and licences."""
    data = files("kg.lexicon") / "data" / "SOURCES.toml"
    for file, said in sorted(tomllib.loads(data.read_text(encoding="utf-8"))["files"].items()):
        part = URIRef(f"{release}#lexicon-{file}")
        add_properties(graph, URIRef(f"{release}#build"), (PROV.used, part))
        add_properties(
            graph,
            part,
            (RDF.type, PROV.Entity),
            (DCTERMS.title, file),
            (DCTERMS.identifier, f"sha256:{said['sha256']}"),
        )
        for text in said["licences"]:
            known = [iri for name, iri in LICENCES.items() if re.search(rf"\b{re.escape(name)}(?![\w.])", text)]
            add_properties(graph, part, (DCTERMS.rights, text), *((DCTERMS.license, iri) for iri in known))
