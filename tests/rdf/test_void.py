"""What describes a build: the dataset description and the vocabulary of our own terms."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from helpers.corpus import SEEDS
from pyoxigraph import RdfFormat, parse
from rdflib import DCAT, DCTERMS, OWL, PROV, RDF, RDFS, VOID, XSD, Graph, Literal, Namespace, URIRef

from kg.building.release import release
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.build import Build
from kg.model.identifiers import DEFAULT_BASE, NAMESPACES, namespaces
from kg.rdf import vocabulary, void
from kg.rdf.dump import create_pair_tables
from kg.rdf.partitions import count_partitions
from kg.rdf.vocabulary_term import Term

PAV, SPDX, SH = (Namespace(NAMESPACES[prefix]) for prefix in ("pav", "spdx", "sh"))
KG = Namespace(f"{DEFAULT_BASE}vocab#")
SERIES = URIRef(f"{DEFAULT_BASE}dataset")

MANY_SUBJECTS = {
    "figureCount",
    "paperCount",
    "identifierStatus",
    "expansionSize",
    "wordStatus",
    "probability",
    "flavour",
    "lexicon",
    "normalForm",
    "drawnWith",
    "strongestAssociation",
}
"""Terms said of entities of several classes, of papers, or of words and their readings: a domain would wrongly type."""

CONCEPTS = dict.fromkeys(
    ("flavour", "identifierStatus", "reading", "wordStatus"), URIRef(f"{NAMESPACES['skos']}Concept")
)

ASSOCIATION = URIRef(f"{NAMESPACES['biolink']}Association")
OF_PAIRS = dict.fromkeys(("inflatedAssociation", "specificAssociation", "strongestAssociation"), ASSOCIATION)

OF_THINGS = (
    CONCEPTS | OF_PAIRS | {"candidate": KG.Candidate, "drawnWith": OWL.Thing, "drawnWord": KG.Word, "means": OWL.Thing}
)
"""Terms whose values are things, with the class of these."""


BIOLINK_PAIRS = {
    URIRef(f"{NAMESPACES['biolink']}{name}")
    for name in ("GeneToGeneAssociation", "CorrelatedGeneToDiseaseAssociation", "Association")
}
"""The Biolink model's own subclasses of its association that the dump has; our vocabulary does not declare them."""


def release_of(described: Graph) -> URIRef:
    release = described.value(SERIES, PAV.hasCurrentVersion)
    assert isinstance(release, URIRef)
    return release


def part(described: Graph, name: str) -> URIRef:
    return URIRef(f"{release_of(described)}#{name}")


@pytest.fixture(scope="module", params=["seeds_build", "toy_build", "full_build"])
def build(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    return folder


@pytest.fixture
def manifest(build: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((build / "manifest.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def described(build: Path) -> Graph:
    return Graph().parse(build / "dataset.ttl")


# -- the dataset


def test_both_files_mean_the_same_to_another_reader_and_have_no_blank_node(build: Path) -> None:
    for name in ("dataset.ttl", "vocab.ttl"):
        triples = {quad.triple for quad in parse(path=str(build / name), format=RdfFormat.TURTLE)}
        assert len(triples) == len(Graph().parse(build / name))
        assert not any(str(term).startswith("_:") for triple in triples for term in (triple.subject, triple.object))


def test_it_says_what_the_dataset_is(described: Graph, manifest: dict[str, Any]) -> None:
    release, form = release_of(described), URIRef(f"{SERIES}#rdf")
    assert DCAT.Dataset in set(described.objects(release, RDF.type))
    for level in (SERIES, release):
        assert described.value(level, DCTERMS.title) == Literal("Knowledge graph of Pathway Figure OCR", lang="en")
        assert described.value(level, DCTERMS.license) == URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    assert described.value(release, DCTERMS.source) == URIRef("https://pfocr.wikipathways.org/")
    assert described.value(release, PAV.version) == Literal(manifest["release"])
    biolink = NAMESPACES["biolink"]
    assert described.value(form, URIRef(f"{biolink}knowledge_level")) == Literal("text_co_occurrence")
    assert described.value(form, URIRef(f"{biolink}agent_type")) == Literal("data_analysis_pipeline")


def test_the_triples_are_those_of_the_dump(build: Path, described: Graph) -> None:
    assert described.value(part(described, "turtle"), VOID.triples) == Literal(len(Graph().parse(build / "pfocr.ttl")))


def test_it_says_how_the_dataset_was_made(described: Graph, manifest: dict[str, Any]) -> None:
    assert described.value(release_of(described), PROV.wasGeneratedBy) == part(described, "build")
    used = described.predicate_objects(part(described, "build"))
    assert {(term, value) for term, value in used if "#lexicon-" not in str(value)} == {
        (RDF.type, PROV.Activity),
        (PROV.used, URIRef("https://pfocr.wikipathways.org/")),
        (PROV.wasAssociatedWith, part(described, "program")),
        (KG.minFigures, Literal(manifest["thresholds"]["min_figures"])),
        (KG.maxEntities, Literal(manifest["parameters"]["max_entities"])),
        (KG.inputDigest, Literal(manifest["input"]["sha256"])),
        (KG.inputFiles, Literal(manifest["input"]["files"])),
        (KG.lexiconVersion, Literal(manifest["lexicon"]["version"])),
        *((KG.mappingDigest, Literal(each["sha256"])) for each in manifest["mappings"]),
    }
    assert described.value(part(described, "program"), PAV.version) == Literal(manifest["version"])


def test_every_file_has_its_size_type_and_checksum(build: Path, described: Graph) -> None:
    types = {"pfocr.ttl": "text/turtle", "cooccurrence.graphml": "application/graphml+xml"}
    files = {
        str(described.value(each, DCTERMS.title)): each
        for each in described.objects(release_of(described), DCAT.distribution)
    }
    assert files.keys() == types.keys()
    for name, each in files.items():
        body = (build / name).read_bytes()
        assert described.value(each, DCAT.byteSize) == Literal(len(body))
        assert described.value(each, DCAT.mediaType) == Literal(types[name])
        checksum = described.value(each, SPDX.checksum)
        assert described.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
        assert str(described.value(checksum, SPDX.checksumValue)) == hashlib.sha256(body).hexdigest()


def test_every_family_of_tests_is_named_with_its_size(described: Graph, manifest: dict[str, Any]) -> None:
    families = list(described.subjects(RDF.type, KG.TestFamily))
    said = {str(described.value(each, DCTERMS.title)): described.value(each, KG.tests) for each in families}
    words = {f"words {name}": tests for name, tests in manifest["word_pairs"]["tests"].items()}
    assert said == {name: Literal(tests) for name, tests in (manifest["pairs"]["tests"] | words).items()}
    assert {described.value(each, DCTERMS.isPartOf) for each in families} == {release_of(described)}


def test_it_declares_the_prefixes_that_queries_may_use(described: Graph) -> None:
    said = {
        str(described.value(each, SH.prefix)): described.value(each, SH.namespace)
        for each in described.objects(SERIES, SH.declare)
    }
    assert said == {name: Literal(iri, datatype=XSD.anyURI) for name, iri in namespaces().items()}


def test_it_has_no_date_of_its_own(described: Graph, manifest: dict[str, Any]) -> None:
    assert manifest["created"] is None
    assert not list(described.objects(None, PAV.createdOn))
    assert not any(
        value.datatype in {XSD.date, XSD.dateTime} for value in described.objects() if type(value) is Literal
    )


def test_it_has_the_date_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    release([str(SEEDS)], tmp_path / "exports", with_store=False)
    described = Graph().parse(tmp_path / "exports" / "dataset.ttl")
    created = Literal("2023-11-14T22:13:20Z", datatype=XSD.dateTime)
    assert described.value(release_of(described), PAV.createdOn) == created


def test_the_same_build_gives_the_same_bytes(manifest: dict[str, Any], build: Path) -> None:
    layers = tuple(manifest["parameters"]["layers"])
    with KnowledgeGraph(Build(build)) as graph:
        create_pair_tables(graph.engine, layers, manifest)
        partitions = count_partitions(graph.engine, layers, full=False)
    text = void.describe(manifest, partitions).serialize(format="turtle")
    assert text.rstrip("\n") + "\n" == (build / "dataset.ttl").read_text(encoding="utf-8")


# -- the vocabulary


@pytest.fixture(scope="module")
def vocab(seeds_build: Path) -> Graph:
    return Graph().parse(seeds_build / "vocab.ttl")


def test_terms_are_sorted_and_named_once() -> None:
    names = [term.name for term in vocabulary.TERMS]
    assert names == sorted(set(names))
    assert len({term.label for term in vocabulary.TERMS}) == len(names)


@pytest.mark.parametrize("term", vocabulary.TERMS, ids=lambda term: term.name)
def test_every_term_is_declared_in_full(vocab: Graph, term: Term) -> None:
    node = KG[term.name]
    of_things = OWL.ObjectProperty if term.name in OF_THINGS else OWL.DatatypeProperty
    assert (of_things if term.name[0].islower() else OWL.Class) in set(vocab.objects(node, RDF.type))
    assert vocab.value(node, RDFS.label) == Literal(term.label, lang="en")
    assert str(vocab.value(node, RDFS.comment)).endswith(".")
    assert vocab.value(node, RDFS.isDefinedBy) == URIRef(f"{DEFAULT_BASE}vocab")
    if term.name[0].islower():
        ranges = {OF_THINGS.get(term.name)} - {None} or {XSD.integer, XSD.double, XSD.string, XSD.gYear}
        assert vocab.value(node, RDFS.range) in ranges
        assert (vocab.value(node, RDFS.domain) is None) == (term.name in MANY_SUBJECTS)


def test_values_are_of_the_declared_range_and_subjects_of_the_declared_class(
    build: Path, vocab: Graph, described: Graph
) -> None:
    whole = Graph().parse(build / "pfocr.ttl") + described
    for term in vocabulary.TERMS:
        for subject, value in whole.subject_objects(KG[term.name]):
            if term.name in {"means", "drawnWith", *CONCEPTS}:
                assert isinstance(value, URIRef)  # a candidate that no figure mentions is not described
            elif term.name in OF_THINGS:
                classes = set(vocab.transitive_subjects(RDFS.subClassOf, vocab.value(KG[term.name], RDFS.range)))
                classes |= BIOLINK_PAIRS if ASSOCIATION in classes else set()
                assert classes & set(whole.objects(value, RDF.type))
            else:
                assert isinstance(value, Literal)
                assert (value.datatype or XSD.string) == vocab.value(KG[term.name], RDFS.range)
            domain = vocab.value(KG[term.name], RDFS.domain)
            kinds = {str(kind) for kind in whole.objects(subject, RDF.type)}
            kinds |= {str(KG.Candidate) for kind in kinds if kind.endswith("Candidate")}
            assert domain is None or any(kind == str(domain) or kind.endswith("Association") for kind in kinds)


def test_the_ontology_itself_is_declared(vocab: Graph) -> None:
    node = URIRef(f"{DEFAULT_BASE}vocab")
    assert vocab.value(node, RDF.type) == OWL.Ontology
    assert vocab.value(node, RDFS.label) == Literal("Terms of the PFOCR knowledge graph", lang="en")
