"""The description of releases: levels, versions, rights, sources; and the vocabulary's structure."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, VOID, XSD, Graph, Literal, Namespace, URIRef

from kg.model.identifiers import DEFAULT_BASE, NAMESPACES
from kg.rdf import query_rdf, vocabulary, vocabulary_rdf, void
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


def test_a_publisher_may_be_a_text_which_names_an_agent(seeds_build: Path) -> None:
    described = void.describe(manifest_of(seeds_build, publisher="A Laboratory"))
    for level in (SERIES, described.value(SERIES, PAV.hasCurrentVersion)):
        publisher = described.value(level, DCTERMS.publisher)
        assert isinstance(publisher, URIRef)
        assert described.value(publisher, FOAF.name) == Literal("A Laboratory")
    assert 'foaf:name "A Laboratory"' in described.serialize(format="turtle")


def test_where_no_publisher_is_given_none_is_claimed_and_the_program_is_the_creator(seeds_build: Path) -> None:
    described = void.describe(manifest_of(seeds_build))
    release = described.value(SERIES, PAV.hasCurrentVersion)
    assert not list(described.objects(None, DCTERMS.publisher))
    assert described.value(release, DCTERMS.creator) == URIRef(f"{release}#program")
    assert described.value(URIRef(f"{release}#program"), RDF.type) == PROV.SoftwareAgent


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
    assert set(vocab.objects(KG.flavourScheme, SKOS.hasTopConcept)) == {KG.strict, KG.synonyms, KG.all}
    assert vocab.value(KG.jaccard, DCTERMS.source) == URIRef("https://doi.org/10.1111/j.1469-8137.1912.tb05611.x")
    assert vocabulary_rdf.PAPERS.keys() <= {term.name for term in vocabulary.TERMS}


def test_every_status_in_a_dump_is_a_concept_of_the_vocabulary(seeds_build: Path) -> None:
    whole, vocab = Graph().parse(seeds_build / "pfocr.ttl"), vocabulary_rdf.to_rdf()
    for name in vocabulary_rdf.SCHEMES:
        assert set(whole.objects(None, KG[name])) <= set(vocab.subjects(SKOS.inScheme, KG[f"{name}Scheme"]))


TURTLE, RELEASE = "#turtle", ""
DATASET = URIRef("http://purl.org/dc/dcmitype/Dataset")
EXAMPLE = URIRef("https://example.org/x")

LACKING = {
    SERIES: (RDF.type, DCTERMS.title, DCTERMS.description, DCTERMS.accrualPeriodicity, PAV.hasCurrentVersion),
    RELEASE: (
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.creator,
        DCTERMS.license,
        DCTERMS.isVersionOf,
        PAV.version,
        DCAT.version,
        DCTERMS.source,
    ),
    TURTLE: (
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.creator,
        DCTERMS.license,
        DCTERMS["format"],
        DCAT.downloadURL,
        VOID.dataDump,
        VOID.vocabulary,
        VOID.uriSpace,
        VOID.exampleResource,
        VOID.classPartition,
    ),
}
"""What the levels must have."""

FORBIDDEN = {
    SERIES: (
        DCTERMS.creator,
        DCTERMS.issued,
        DCTERMS.created,
        DCTERMS.language,
        DCTERMS.source,
        DCAT.distribution,
        PAV.version,
        PAV.previousVersion,
        DCTERMS.isVersionOf,
        VOID.triples,
    ),
    RELEASE: (
        PAV.hasCurrentVersion,
        DCTERMS.accrualPeriodicity,
        DCTERMS["format"],
        DCAT.byteSize,
        VOID.vocabulary,
        VOID.exampleResource,
        VOID.dataDump,
        VOID.subset,
        VOID.triples,
        VOID.classPartition,
    ),
    TURTLE: (DCTERMS.isVersionOf, PAV.hasCurrentVersion, DCTERMS.accrualPeriodicity, DCAT.distribution),
}
"""What they must not have."""


def node_of(described: Graph, level: str) -> URIRef:
    return SERIES if level == SERIES else URIRef(f"{described.value(SERIES, PAV.hasCurrentVersion)}{level}")


@cache
def shape_graph() -> Graph:
    return shapes.load()


def faults_of(described: Graph, focus: URIRef | None = None) -> list[str]:
    """Return the names of the checks that fail, of one node or all; none for the publisher, whom the seeds lack."""
    pytest.importorskip("pyshacl")
    nodes = [focus] if focus else sorted({each for each in described.subjects(RDF.type) if isinstance(each, URIRef)})
    near = Graph()
    for triple in described.triples((focus, None, None)):
        near.add(triple)
    for triple in described.triples((None, RDF.type, None)):
        near.add(triple)
    faults = shapes.validate(near.serialize(format="nt").encode(), nodes, shape_graph(), DEFAULT_BASE)
    return [fault.check.name for fault in faults if fault.check.name != "rdf.release.publisher"]


@pytest.fixture
def described(seeds_build: Path) -> Graph:
    return Graph().parse(seeds_build / "dataset.ttl")


@pytest.mark.parametrize("file", ["dataset.ttl", "vocab.ttl", "queries.ttl"])
def test_the_descriptions_of_a_build_have_no_fault(seeds_build: Path, file: str) -> None:
    assert faults_of(Graph().parse(seeds_build / file)) == []


def test_the_folders_of_a_cluster_are_described_as_files_are(seeds_build: Path) -> None:
    folders = {"ntriples": {"folder": "triples", "triples": 9}, "neo4j": {"folder": "neo4j", "rows": 5}}
    described = void.describe(manifest_of(seeds_build) | {"outputs": folders})
    release = described.value(SERIES, PAV.hasCurrentVersion)
    formats = {
        str(each).partition("#")[2]: described.value(each, DCTERMS["format"])
        for each in described.objects(release, DCAT.distribution)
    }
    assert formats == {"ntriples": Literal("application/n-triples"), "neo4j": Literal("text/csv")}
    assert faults_of(described, URIRef(f"{release}#neo4j")) == []


def test_a_release_without_a_publisher_is_worth_a_note_that_names_the_option(described: Graph) -> None:
    pytest.importorskip("pyshacl")
    text = described.serialize(format="nt").encode()
    faults = shapes.validate(text, [node_of(described, RELEASE)], shape_graph(), DEFAULT_BASE)
    assert [(fault.check.severity, "--publisher" in fault.check.holds) for fault in faults] == [("note", True)]


@pytest.mark.parametrize("level", LACKING, ids=["series", "release", "file"])
def test_the_shapes_find_each_property_that_a_level_lacks(described: Graph, level: str) -> None:
    node = node_of(described, level)
    for predicate in LACKING[level]:
        damaged = Graph() + described
        damaged.remove(
            (node, predicate, URIRef("http://purl.org/dc/dcmitype/Dataset") if predicate == RDF.type else None)
        )
        assert faults_of(damaged, node), predicate


@pytest.mark.parametrize("level", FORBIDDEN, ids=["series", "release", "file"])
def test_the_shapes_find_each_property_of_another_level(described: Graph, level: str) -> None:
    node = node_of(described, level)
    for predicate in FORBIDDEN[level]:
        damaged = Graph() + described
        damaged.add((node, predicate, Literal(1) if predicate == VOID.triples else EXAMPLE))
        assert faults_of(damaged, node), predicate


def test_a_release_is_no_dataset_of_triples(described: Graph) -> None:
    node = node_of(described, RELEASE)
    described.add((node, RDF.type, VOID.Dataset))
    assert faults_of(described, node) == ["rdf.release.type"]


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [
        (KG.weight, RDFS.label),
        (KG.weight, SKOS.definition),
        (KG.weight, RDFS.isDefinedBy),
        (KG.weight, RDFS.range),
        (KG.strict, SKOS.inScheme),
        (URIRef(f"{DEFAULT_BASE}vocab"), DCTERMS.license),
        (URIRef(f"{DEFAULT_BASE}vocab"), OWL.versionIRI),
    ],
)
def test_the_shapes_find_what_a_term_lacks(subject: URIRef, predicate: URIRef) -> None:
    vocab = vocabulary_rdf.to_rdf()
    vocab.remove((subject, predicate, None))
    assert len(faults_of(vocab, subject)) == 1


def test_a_definition_is_in_english() -> None:
    vocab = vocabulary_rdf.to_rdf()
    vocab.set((KG.weight, SKOS.definition, Literal("Gewicht", lang="de")))
    assert faults_of(vocab, KG.weight) == ["rdf.term.definition"]


@pytest.mark.parametrize("predicate", [RDFS.label, RDFS.comment, SDO.keywords, SH.prefixes, SH.select])
def test_the_shapes_find_what_a_query_lacks(predicate: URIRef) -> None:
    queries = query_rdf.to_rdf()
    node = URIRef(query_rdf.query_iri("partners"))
    queries.remove((node, predicate, None))
    assert len(faults_of(queries, node)) == 1
