"""The description of releases: levels, versions, rights, sources; and the vocabulary's structure."""

import json
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, VOID, XSD, Graph, Literal, Namespace, URIRef

from kg.model.identifiers import DEFAULT_BASE, NAMESPACES
from kg.rdf import vocabulary, vocabulary_rdf, void
from kg.validation import shapes

DCAT = Namespace(NAMESPACES["dcat"])
PAV = Namespace(NAMESPACES["pav"])
KG = Namespace(f"{DEFAULT_BASE}vocab#")
SERIES = URIRef(f"{DEFAULT_BASE}dataset")


def manifest_of(build: Path, **parameters: Any) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((build / "manifest.json").read_text(encoding="utf-8"))
    manifest["parameters"] |= parameters
    return manifest


def test_the_series_names_its_release_which_has_version_predecessor_people_and_date(seeds_build: Path) -> None:
    given = {"previous_release": "2025", "publisher": "https://ror.org/038321296", "contact": "mailto:a@example.org"}
    manifest = manifest_of(seeds_build, **given) | {"release": "2026", "created": "2026-01-02T03:04:05Z"}
    described, release = void.describe(manifest), URIRef(f"{SERIES}/2026")
    assert described.value(SERIES, PAV.hasCurrentVersion) == release
    assert described.value(SERIES, PAV.version) is None
    assert {described.value(release, each) for each in (DCAT.version, PAV.version)} == {Literal("2026")}
    assert described.value(release, DCTERMS.issued) == Literal("2026-01-02T03:04:05Z", datatype=XSD.dateTime)
    assert described.value(release, PAV.previousVersion) == URIRef(f"{SERIES}/2025")
    assert described.value(release, DCTERMS.publisher) == URIRef("https://ror.org/038321296")
    assert described.value(release, DCAT.contactPoint) == URIRef("mailto:a@example.org")


def test_a_publisher_may_be_a_text(seeds_build: Path) -> None:
    described = void.describe(manifest_of(seeds_build, publisher="A Laboratory"))
    assert described.value(SERIES, DCTERMS.publisher) == Literal("A Laboratory")


def test_two_releases_in_one_graph_are_told_apart(seeds_build: Path) -> None:
    both = Graph()
    for name, triples in (("2025", 1), ("2026", 2)):
        manifest = manifest_of(seeds_build) | {"release": name}
        manifest["outputs"]["turtle"]["triples"] = triples
        both += void.describe(manifest)
    for name, triples in (("2025", 1), ("2026", 2)):
        release = URIRef(f"{SERIES}/{name}")
        assert list(both.objects(release, PAV.version)) == [Literal(name)]
        assert list(both.objects(URIRef(f"{release}#turtle"), VOID.triples)) == [Literal(triples)]


def test_the_sources_of_the_lexicon_have_licences_and_digests(seeds_build: Path) -> None:
    manifest = manifest_of(seeds_build)
    described, release = void.describe(manifest), f"{SERIES}/{manifest['release']}"
    chemicals = URIRef(f"{release}#lexicon-chemicals.tsv.gz")
    assert (URIRef(f"{release}#build"), PROV.used, chemicals) in described
    assert URIRef("https://creativecommons.org/licenses/by/4.0/") in set(described.objects(chemicals, DCTERMS.license))
    assert described.value(URIRef(f"{release}#texts"), DCTERMS.license) is None


def test_the_vocabulary_has_version_symmetry_schemes_and_papers() -> None:
    vocab = vocabulary_rdf.to_rdf()
    ontology = URIRef(f"{DEFAULT_BASE}vocab")
    assert vocab.value(ontology, OWL.versionIRI) == URIRef(f"{ontology}/{vocabulary_rdf.VERSION}")
    assert (KG.drawnWith, RDF.type, OWL.SymmetricProperty) in vocab
    assert vocab.value(KG.TermAssociation, RDFS.subClassOf) == URIRef(f"{NAMESPACES['biolink']}Association")
    assert vocab.value(KG.strict, SKOS.inScheme) == KG.flavourScheme
    assert vocab.value(KG.jaccard, DCTERMS.source) == URIRef("https://doi.org/10.1111/j.1469-8137.1912.tb05611.x")
    assert vocabulary_rdf.PAPERS.keys() <= {term.name for term in vocabulary.TERMS}


def test_every_status_in_a_dump_is_a_concept_of_the_vocabulary(seeds_build: Path) -> None:
    whole, vocab = Graph().parse(seeds_build / "pfocr.ttl"), vocabulary_rdf.to_rdf()
    for name in vocabulary_rdf.SCHEMES:
        assert set(whole.objects(None, KG[name])) <= set(vocab.subjects(SKOS.inScheme, KG[f"{name}Scheme"]))


@pytest.mark.parametrize("damage", [None, PAV.version, DCTERMS.license])
def test_the_shapes_find_what_a_description_lacks(seeds_build: Path, damage: URIRef | None) -> None:
    pytest.importorskip("pyshacl")
    manifest = manifest_of(seeds_build)
    described, release = void.describe(manifest), f"{SERIES}/{manifest['release']}"
    if damage is not None:
        described.remove((URIRef(release), damage, None))
    focus = sorted({str(each) for each in described.subjects(RDF.type) if isinstance(each, URIRef)})
    text = described.serialize(format="nt").encode()
    faults = shapes.validate(text, focus, shapes.load(), DEFAULT_BASE)
    assert bool(faults) == (damage is not None)
