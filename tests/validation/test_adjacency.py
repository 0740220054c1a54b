"""What joins the ends of pairs, and how many things there are of each class: each fault in a graph, with its place."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.corpus import TOY, write_toy
from pyoxigraph import RdfFormat, parse, serialize

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.model.build import Build
from kg.rdf.dump import LAYERS
from kg.validation import rdf
from kg.validation.findings import Report

BASE = "https://w3id.org/pfocr-kg/"
PAIR = f"{BASE}co/chebi:15422_fplx:AKT"
ATP, AKT = "<http://purl.obolibrary.org/obo/CHEBI_15422>", "<https://identifiers.org/fplx/AKT>"
DRAWN, TOGETHER = f"<{BASE}vocab#drawnWith>", "<https://w3id.org/biolink/vocab/occurs_together_in_literature_with>"


@pytest.fixture(scope="module")
def published_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the toy corpus with families, where each pair above chance is published, without a store.

    ATP and AKT are drawn together in one figure, npmi 0.207519; MDM2 and TP53 in two, below chance, npmi -0.169925.
    """
    folder = write_toy(tmp_path_factory.mktemp("published"), TOY)
    parameters = BuildParameters(
        publisher="Example", min_figures=1, families=True, readings="record", publish_papers=1, publish_q=1
    )
    release([str(folder)], folder / "exports", parameters, layers=LAYERS, with_store=False)
    return folder / "exports"


@pytest.fixture
def build(published_build: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published_build, tmp_path / "exports"))


def change_dump(build: Path, removed: str = "", added: str = "") -> None:
    """Remove and add one line of N-Triples; the manifest counts what is left."""
    path = build / "pfocr.ttl"
    text = (serialize(parse(path=str(path)), format=RdfFormat.N_TRIPLES) or b"").decode()
    if removed:
        assert f"\n{removed} .\n" in text
        text = text.replace(f"\n{removed} .\n", "\n")
    text += f"{added} .\n" if added else ""
    path.write_text(text)
    number = text.count("\n")
    change_manifest(build, lambda manifest: manifest["outputs"]["turtle"].update(triples=number))


def change_manifest(build: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((build / "manifest.json").read_text())
    change(manifest)
    (build / "manifest.json").write_text(json.dumps(manifest))


def found(build: Path) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return the name, place and value of each fault in the RDF of a build."""
    report = Report("x")
    rdf.check_build(Build(build), report, 200)
    assert report.skipped == []
    faults = [each for each in report.findings if each.check.severity != "note"]
    return [(each.check.name, dict(one.place), dict(one.value)) for each in faults for one in each.examples]


def test_the_build_has_no_fault(build: Path) -> None:
    assert found(build) == []


@pytest.mark.parametrize(("one", "other"), [(ATP, AKT), (AKT, ATP)])
def test_both_ends_are_drawn_with_each_other(build: Path, one: str, other: str) -> None:
    change_dump(build, removed=f"{one} {DRAWN} {other}")
    assert found(build) == [("rdf.drawn-with", {"node": PAIR}, {"property": "kg:drawnWith", "directions": 1})]


def test_no_other_two_are_drawn_with_each_other(build: Path) -> None:
    # ATP is in figure a only, osteoporosis in b only.
    disease = "<http://purl.obolibrary.org/obo/DOID_11476>"
    change_dump(build, added=f"{ATP} {DRAWN} {disease}")
    assert found(build) == [("rdf.drawn-with", {"node": ATP[1:-1]}, {"without a pair": disease})]


@pytest.mark.parametrize(("one", "other"), [(ATP, AKT), (AKT, ATP)])
def test_both_ends_of_a_published_pair_occur_together(build: Path, one: str, other: str) -> None:
    change_dump(build, removed=f"{one} {TOGETHER} {other}")
    assert found(build) == [("rdf.published", {"node": PAIR}, {"directions": 1, "by the rule": 2})]


def test_a_pair_that_the_rule_does_not_publish_does_not_occur_together(build: Path) -> None:
    mdm2, tp53 = (f"<https://identifiers.org/ncbigene/{number}>" for number in (4193, 7157))
    change_dump(build, added=f"{mdm2} {TOGETHER} {tp53}")
    node = f"{BASE}co/ncbigene:4193_ncbigene:7157"
    assert found(build) == [("rdf.published", {"node": node}, {"directions": 1, "by the rule": 0})]


def test_two_without_a_pair_do_not_occur_together(build: Path) -> None:
    disease = "<http://purl.obolibrary.org/obo/DOID_11476>"
    change_dump(build, added=f"{disease} {TOGETHER} {ATP}")
    assert found(build) == [("rdf.published", {"node": disease[1:-1]}, {"without a pair": ATP})]


@pytest.mark.parametrize(("option", "value"), [("publish_papers", 2), ("publish_q", 0.5)])
def test_the_rule_is_that_of_the_manifest(build: Path, option: str, value: float) -> None:
    # The 13 pairs above chance are of one figure, so of one paper, with q = 0.75.
    change_manifest(build, lambda manifest: manifest["parameters"].update({option: value}))
    faults = found(build)
    assert {name for name, *_ in faults} == {"rdf.published"}
    assert ("rdf.published", {"node": PAIR}, {"directions": 2, "by the rule": 0}) in faults
    assert len(faults) == 13


def test_a_file_states_no_rule_so_that_only_directions_are_compared(build: Path) -> None:
    report = Report("x")
    rdf.check_file(build / "pfocr.ttl", report, 200)
    assert report.count("error") == 0
    change_dump(build, removed=f"{ATP} {TOGETHER} {AKT}")
    report = Report("x")
    (build / "pfocr.ttl").rename(build / "pfocr.nt")
    rdf.check_file(build / "pfocr.nt", report, 200)
    (finding,) = [each for each in report.findings if each.check.severity == "error"]
    assert (finding.check.name, dict(finding.examples[0].place)) == ("rdf.published", {"node": PAIR})
    assert finding.examples[0].value == {"directions": 1, "by the rule": 0}


# -- classes


COUNTED = [
    ("counts", "figures", "fabio:Figure", 4),
    ("counts", "papers", "fabio:JournalArticle", 4),
    ("counts", "words", "kg:Word", 6),
    ("counts", "word_readings", "kg:LexiconCandidate, kg:RecordedCandidate", 0),
    ("thresholds", "pairs_kept",
     "biolink:GeneToGeneAssociation, biolink:CorrelatedGeneToDiseaseAssociation, biolink:Association", 20),
    ("thresholds", "word_pairs_kept", "kg:TermAssociation", 9),
]  # fmt: skip
CATEGORIES = [
    ("gene", "biolink:Gene", 4),
    ("family", "biolink:GeneFamily", 1),
    ("chemical", "biolink:ChemicalEntity", 1),
    ("disease", "biolink:Disease", 1),
    ("unknown", "kg:Keyword", 1),
]


@pytest.mark.parametrize(("section", "name", "classes", "things"), COUNTED, ids=[each[1] for each in COUNTED])
def test_there_are_as_many_things_as_the_manifest_says(
    build: Path, section: str, name: str, classes: str, things: int
) -> None:
    change_manifest(build, lambda manifest: manifest[section].update({name: 99}))
    assert found(build) == [("rdf.classes", {"class": classes}, {"things": things, "manifest": 99})]


@pytest.mark.parametrize(("category", "class_", "things"), CATEGORIES)
def test_there_are_as_many_entities_as_the_manifest_says(build: Path, category: str, class_: str, things: int) -> None:
    change_manifest(build, lambda manifest: manifest["counts"]["entities_by_category"].update({category: 99}))
    assert found(build) == [("rdf.classes", {"class": class_}, {"things": things, "manifest": 99})]


def test_a_thing_without_its_class_is_missed(build: Path) -> None:
    type_ = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    change_dump(build, removed=f"<{BASE}co/word:AKT_word:ATP> {type_} <{BASE}vocab#TermAssociation>")
    assert found(build) == [("rdf.classes", {"class": "kg:TermAssociation"}, {"things": 8, "manifest": 9})]


@pytest.mark.parametrize(("layer", "sections"), [
    ("words", (("counts", "words"), ("counts", "word_readings"))), ("terms", (("thresholds", "word_pairs_kept"),)),
    ("cooccurrences", (("thresholds", "pairs_kept"),)),
])  # fmt: skip
def test_a_layer_that_is_not_written_is_not_counted(
    build: Path, layer: str, sections: tuple[tuple[str, str], ...]
) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["parameters"]["layers"] = [each for each in LAYERS if each != layer]
        for section, name in sections:
            manifest[section][name] = 99

    change_manifest(build, change)
    assert found(build) == []
