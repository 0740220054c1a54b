"""Validation: builds are valid, and each check finds its own fault, where it is, and no other check finds any."""

import gzip
import json
import shutil
import socket
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from helpers.corpus import MAPPINGS, SEEDS, TOY, write_toy
from helpers.doubt import build_with
from helpers.dumps import write_dump
from helpers.rich import release_rich
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse, serialize

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.cli.terminal import Commands
from kg.cli.validate import validate
from kg.errors import SourceError
from kg.model.build import SORT_KEYS, Build
from kg.model.tables import TABLES
from kg.rdf.dump import LAYERS
from kg.runtime import plugins
from kg.validation import check_tables, pairs, rdf, shapes, validate_build, validate_rdf
from kg.validation.findings import Report
from kg.validation.outputs import check_files
from kg.validation.rules import rules

Rows = list[dict[str, Any]]

HOSTILE = "a\"b'c\td\ne\x00\x1b[31m\u202e<&>\\ \N{GRINNING FACE} | , ; {x}"
"""Quotes, tab, line end, control characters, a terminal's escape, right-to-left, what SQL and XML know."""


@pytest.fixture(scope="module")
def full_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the toy corpus as its records have it, with families, all layers and a mapping file.

    No word is in doubt, so that the numbers are worked by hand.
    """
    folder = write_toy(tmp_path_factory.mktemp("full"), TOY | {"own.sssom.tsv": MAPPINGS})
    mappings = (str(folder / "own.sssom.tsv"),)
    parameters = BuildParameters(min_figures=1, families=True, mappings=mappings, readings="record")
    release([str(folder), str(folder / "citations.tsv")], folder / "exports", parameters, layers=LAYERS)
    return folder / "exports"


@pytest.fixture(scope="module")
def full_form(full_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the dump of the full build in the full form of RDF."""
    return write_dump(full_build, tmp_path_factory.mktemp("full-form") / "pfocr.ttl", "full")


@pytest.fixture
def damaged(full_build: Path, tmp_path: Path) -> Path:
    """Give a copy of the full build that a test may damage."""
    return Path(shutil.copytree(full_build, tmp_path / "exports"))


@pytest.fixture(scope="module")
def build_in_doubt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the tables of a build with words in doubt, and their manifest."""
    folder = tmp_path_factory.mktemp("doubt") / "exports"
    build_with(folder)
    return folder


@pytest.fixture
def damaged_in_doubt(build_in_doubt: Path, tmp_path: Path) -> Path:
    """Give a copy of them that a test may damage."""
    return Path(shutil.copytree(build_in_doubt, tmp_path / "exports"))


def rewrite(build: Path, table: str, change: Callable[[Rows], Rows | None]) -> None:
    """Change the rows of a table; the file may then hold what its schema forbids."""
    path = build / "tables" / f"{table}.parquet"
    rows = pq.read_table(path).to_pylist()
    schema = pa.schema([field.with_nullable(True) for field in TABLES[table]])
    pq.write_table(pa.Table.from_pylist(change(rows) or rows, schema), path)


def set_row(number: int, **values: Any) -> Callable[[Rows], None]:
    return lambda rows: rows[number].update(values)


def one_more(match: str, **values: Any) -> Callable[[Rows], Rows]:
    """Add a mention like the first one of a word, with other values."""

    def change(rows: Rows) -> Rows:
        first = next(row for row in rows if row["match"] == match)
        return sorted([*rows, first | values], key=lambda row: tuple(row[name] for name in SORT_KEYS["mentions"]))

    return change


def file_report(path: Path, sample: int = 200) -> Report:
    """Check a file of RDF in this process, which is quicker than in one of its own."""
    report = Report(str(path))
    rdf.check_file(path, report, sample)
    return report


def tables_report(build: Path) -> Report:
    report = Report(str(build))
    check_tables(Build(build), report)
    return report


# -- builds are valid

NO_PUBLISHER = "rdf.release.publisher"
"""The note of every build without `--publisher`."""


@pytest.mark.parametrize("name", ["toy_build", "full_build", "seeds_build"])
def test_builds_are_valid(name: str, request: pytest.FixtureRequest) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    report = validate_build(request.getfixturevalue(name))
    assert [finding for finding in report.findings if finding.check.severity != "note"] == []
    assert report.skipped == []


def test_a_build_with_a_publisher_has_no_note_of_it(tmp_path: Path) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    parameters = BuildParameters(publisher="A Laboratory")
    release([str(SEEDS)], tmp_path / "exports", parameters, layers=LAYERS, with_store=False)
    report = validate_build(tmp_path / "exports")
    assert (report.failed, report.skipped) == ([], [])


def test_a_build_with_every_field_is_valid(tmp_path: Path) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    report = validate_build(release_rich(tmp_path))
    assert (report.failed, report.skipped) == ([NO_PUBLISHER], [])


def test_the_real_sample_is_valid(shared: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    release([str(shared / "pfocr-sample")], tmp_path / "exports", BuildParameters(families=True))
    report = validate_build(tmp_path / "exports")
    assert (report.failed, report.skipped) == ([NO_PUBLISHER], [])


def test_a_build_of_gene_sets_is_valid(tmp_path: Path) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    sets = "PMC1__a\tTitle\t207\t208\t7157\nPMC2__b\tTitle\t4193\t7157\n"
    (tmp_path / "pfocr-20240101-gmt-Homo_sapiens.gmt").write_text(sets)
    release([str(tmp_path)], tmp_path / "exports", with_store=False)
    report = validate_build(tmp_path / "exports")
    assert (report.failed, report.skipped) == ([NO_PUBLISHER], [])


def test_another_base_is_valid_and_the_wrong_one_is_not(toy_build: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    base = "http://example.org/a+b(c)/"
    release([str(toy_build.parent / "_figures")], tmp_path / "exports", BuildParameters(base=base))
    dump = tmp_path / "exports" / "pfocr.ttl"
    assert file_report(dump).count("error") == 0
    dump.write_text(dump.read_text().replace(f"{base}keyword/", "http://example.org/a+b/keyword/"))
    assert "rdf.keyword-iri" in file_report(dump).failed


# -- tables: each fault is found by its own check, where it is

PAIR = {"subject_id": "chebi:15422", "object_id": "fplx:AKT"}
LAST = {"subject_id": "ncbigene:4193", "object_id": "ncbigene:7157"}
WORDS = {"subject_id": "word:AKT", "object_id": "word:ATP"}
FAULTS: list[tuple[str, Callable[[Rows], Rows | None], dict[str, Any], dict[str, Any]]] = [
    ("figures.sorted", lambda rows: [rows[1], rows[0], *rows[2:]], {"row": 2, "figure_id": "pfocr:PMC1__a"},
     {"figure_id_before": "pfocr:PMC1__b"}),
    ("figures.unique", lambda rows: [rows[0], *rows], {"figure_id": "pfocr:PMC1__a"}, {"rows": 2}),
    ("figures.required", set_row(0, paper_id=None), {"figure_id": "pfocr:PMC1__a"}, {"missing": "paper_id"}),
    ("figures.id", set_row(0, figure_id="pfocr:PMC1__a b"), {"figure_id": "pfocr:PMC1__a b"}, {}),
    ("figures.paper", set_row(0, paper_id="pmc:PMC2"), {"figure_id": "pfocr:PMC1__a"}, {"paper_id": "pmc:PMC2"}),
    ("figures.year", set_row(1, year=-1), {"figure_id": "pfocr:PMC1__b"}, {"year": -1}),
    ("figures.score", set_row(1, pathway_score=float("nan")), {"figure_id": "pfocr:PMC1__b"}, {}),
    ("figures.rank", set_row(1, search_rank=0), {"figure_id": "pfocr:PMC1__b"}, {"search_rank": 0}),
    ("figures.record", set_row(3, alias="PMC3__F1"), {"figure_id": "pfocr:PMC3__d"}, {"source_file": None}),
    ("figures.links", set_row(0, wikipathways_id="123"), {"figure_id": "pfocr:PMC1__a"}, {"wikipathways_id": "123"}),
    ("figures.clean", set_row(0, caption=HOSTILE), {"figure_id": "pfocr:PMC1__a"},
     {"column": "caption", "text": HOSTILE}),
    ("figures.markers", set_row(0, alias=".na.character"), {"figure_id": "pfocr:PMC1__a"}, {"column": "alias"}),
    ("figures.markers", set_row(0, url="NA"), {"figure_id": "pfocr:PMC1__a"}, {"column": "url", "text": "NA"}),
    ("papers.markers", set_row(1, doi=""), {"paper_id": "pmc:PMC2"}, {"column": "doi", "text": ""}),
    ("papers.id", set_row(3, paper_id="pubmed:x"), {"paper_id": "pubmed:x"}, {}),
    ("papers.year", set_row(0, year=10_000), {"paper_id": "pmc:PMC1"}, {"year": 10_000}),
    ("papers.doi", set_row(1, doi="doi:10.1234/x"), {"paper_id": "pmc:PMC2"}, {"doi": "doi:10.1234/x"}),
    ("papers.counted", set_row(0, figures=3), {"paper_id": "pmc:PMC1"}, {"figures": 3, "counted": 2}),
    ("papers.named", lambda rows: [*rows, rows[3] | {"paper_id": "pubmed:2"}], {"paper_id": "pubmed:2"},
     {"figures": 0}),
    ("entities.id", set_row(4, entity_id="ncbigene:2 07"), {"entity_id": "ncbigene:2 07"}, {"name": "AKT1"}),
    ("entities.category", set_row(0, category="disease"), {"entity_id": "chebi:15422"}, {"category": "disease"}),
    ("entities.name", set_row(0, name=" "), {"entity_id": "chebi:15422"}, {"name": " "}),
    ("entities.status", set_row(0, id_status="none"), {"entity_id": "chebi:15422"}, {"id_status": "none"}),
    ("entities.counts", set_row(0, papers=2), {"entity_id": "chebi:15422"}, {"figures": 1, "papers": 2}),
    ("entities.taxon", set_row(0, taxon="ncbitaxon:9606"), {"entity_id": "chebi:15422"}, {"category": "chemical"}),
    ("entities.lists", set_row(0, xrefs=["mesh:D2", "mesh:D1"]), {"entity_id": "chebi:15422"},
     {"xrefs": ["mesh:D2", "mesh:D1"]}),
    ("entities.counted", set_row(6, figures=4), {"entity_id": "ncbigene:4193"}, {"figures": 4, "counted_figures": 3}),
    ("mentions.sorted", lambda rows: [rows[1], rows[0], *rows[2:]], {"row": 2, "entity_id": "chebi:15422"}, {}),
    ("mentions.origin", set_row(12, word="no"), {"entity_id": "keyword:no%20such%20thing"}, {"origin": "keyword"}),
    ("mentions.origin", set_row(17, origin="set"), {"entity_id": "ncbigene:7157", "word": "TP53"}, {"origin": "set"}),
    ("mentions.clean", set_row(17, source=HOSTILE), {"word": "TP53"}, {"column": "source", "text": HOSTILE}),
    ("mentions.status", set_row(12, word_status="given"), {"figure_id": "pfocr:PMC2__c", "match": None},
     {"word_status": "given"}),
    ("mentions.flavour", set_row(0, flavour=HOSTILE), {"entity_id": "chebi:15422"}, {"flavour": HOSTILE}),
    ("mentions.ranges", set_row(0, share=1.5), {"entity_id": "chebi:15422"}, {"probability": 1.0, "share": 1.5}),
    ("mentions.reading", set_row(0, reading="likely"), {"entity_id": "chebi:15422"}, {"reading": "likely"}),
    ("mentions.reread", set_row(17, origin="reread"), {"word": "TP53"}, {"origin": "reread"}),
    ("mentions.probability", set_row(0, share=0.5), {"entity_id": "chebi:15422"}, {"share": 0.5, "least_share": 1.0}),
    ("mentions.figure_id-refers", set_row(17, figure_id="pfocr:PMC4__d"), {"figure_id": "pfocr:PMC4__d"},
     {"missing": "pfocr:PMC4__d"}),
    ("mentions.entity_id-refers", set_row(17, entity_id="ncbigene:9"), {"entity_id": "ncbigene:9"}, {}),
    ("mentions.match-refers", set_row(17, match=HOSTILE), {"match": HOSTILE}, {"missing": HOSTILE}),
    ("mentions.strict", set_row(5, flavour="all"), {"entity_id": "doid:11476"}, {"category": "disease"}),
    ("mentions.candidates", set_row(2, n_candidates=3), {"figure_id": "pfocr:PMC1__a", "entity_id": "ncbigene:207"},
     {"n_candidates": 3, "counted": 2}),
    ("citations.kind", set_row(5, kind="x"), {"cited_id": "pubmed:11111", "kind": "x"}, {}),
    ("citations.itself", set_row(4, cited_id="pmc:PMC2"), {"citing_id": "pmc:PMC2", "cited_id": "pmc:PMC2"}, {}),
    ("citations.citing_id-refers", set_row(5, citing_id="pmc:PMC7"), {"citing_id": "pmc:PMC7"}, {}),
    ("citations.cited_id-refers", set_row(5, cited_id="pubmed:2"), {"cited_id": "pubmed:2"}, {}),
    ("citations.source", lambda rows: rows[1:], {"citing_id": "pfocr:PMC1__a", "cited_id": None},
     {"paper_id": "pmc:PMC1"}),
    ("members.itself", set_row(0, entity_id="fplx:AKT"), {"family_id": "fplx:AKT", "entity_id": "fplx:AKT"}, {}),
    ("members.entity_id-refers", set_row(1, entity_id="ncbigene:9"), {"entity_id": "ncbigene:9"}, {}),
    ("members.family_id-refers", set_row(1, family_id="fplx:B"), {"family_id": "fplx:B"}, {}),
    ("members.category", set_row(0, entity_id="chebi:15422"), {"entity_id": "chebi:15422"}, {"category": "chemical"}),
    ("words.id", set_row(0, word_id="word:AK%54"), {"word_id": "word:AK%54"}, {"word": "AKT"}),
    ("words.category", set_row(0, category="family"), {"word_id": "word:AKT"}, {"category": "family"}),
    ("words.status", set_row(0, word_status="unknown"), {"word_id": "word:AKT"}, {}),
    ("words.counts", set_row(0, entities=0), {"word_id": "word:AKT"}, {"entities": 0}),
    ("words.counted", set_row(0, word_status="inferred"), {"word_id": "word:AKT"}, {"counted_status": "given"}),
    ("cooccurrences.ends", set_row(9, object_id="fplx:AKT"), {"subject_id": "fplx:AKT", "object_id": "fplx:AKT"}, {}),
    ("cooccurrences.nested", set_row(22, figures_strict=3), LAST, {"figures_strict": 3, "figures_synonyms": 2}),
    ("cooccurrences.category", set_row(0, object_category="x"), PAIR, {"object_category": "x"}),
    ("cooccurrences.papers", set_row(0, papers=2), PAIR, {"papers": 2, "figures": 1}),
    ("cooccurrences.weight", set_row(0, weight=0.0), PAIR, {"weight": 0.0, "figures": 1}),
    ("cooccurrences.years", set_row(0, first_year=2002), PAIR, {"first_year": 2002, "last_year": 2001}),
    ("cooccurrences.tested", set_row(0, q=None), PAIR, {"q": None, "figures": 1}),
    ("cooccurrences.margins", set_row(0, object_figures=5), PAIR, {"object_figures": 5, "universe": 4}),
    ("cooccurrences.ranges", set_row(0, log10_p=0.1), PAIR, {"log10_p": 0.1}),
    ("cooccurrences.subject_id-refers", set_row(0, subject_id="chebi:1"), {"subject_id": "chebi:1"}, {}),
    ("cooccurrences.object_id-refers", set_row(22, object_id="ncbigene:9"), {"object_id": "ncbigene:9"}, {}),
    ("cooccurrences.kind", set_row(0, taxon=None), PAIR, {"taxon": None, "taxon_of_object": "ncbitaxon:9606"}),
    ("cooccurrences.counted", set_row(22, figures_all=3), LAST, {"figures_all": 3, "counted_all": 2}),
    ("cooccurrences.counted", lambda rows: rows[:-1], LAST, {"figures": None, "counted": 2}),
    ("cooccurrences.counted", set_row(0, weight=0.5), PAIR, {"weight": 0.5, "counted_weight": 1.0}),
    ("cooccurrences.counted", set_row(12, last_year=2009), {"object_id": "ncbigene:4193"},
     {"last_year": 2009, "counted_last_year": 2010}),
    ("cooccurrences.margins-counted", set_row(0, object_figures=2), PAIR, {"object_figures": 2, "counted_object": 3}),
    ("cooccurrences.statistics", set_row(0, npmi=0.2), PAIR, {"column": "npmi", "found": 0.2}),
    ("cooccurrences.statistics", set_row(0, log10_p=-0.3), PAIR, {"column": "log10_p"}),
    ("cooccurrences.q", set_row(0, q=0.5), PAIR, {"q": 0.5, "family": "chemical-family ncbitaxon:9606"}),
    ("word_cooccurrences.figures", set_row(0, figures=0, papers=0, first_year=None, last_year=None, expected=None,
                                           lift=None, jaccard=None, npmi=None, log10_p=None, q=None),
     WORDS, {"figures": 0}),
    ("word_cooccurrences.object_id-refers", set_row(0, object_id="word:AS"), {"object_id": "word:AS"}, {}),
    ("word_cooccurrences.subject_id-refers", set_row(0, subject_id="word:AA"), {"subject_id": "word:AA"}, {}),
    ("word_cooccurrences.kind", set_row(0, object_category="gene"), WORDS, {"of_object": "chemical"}),
    ("word_cooccurrences.counted", set_row(3, figures=1), {"object_id": "word:P53"}, {"figures": 1, "counted": 2}),
    ("word_cooccurrences.margins-counted", set_row(0, universe=4), WORDS, {"universe": 4, "counted_universe": 3}),
    ("word_cooccurrences.statistics", set_row(0, lift=1.4), WORDS, {"column": "lift", "found": 1.4}),
    ("word_cooccurrences.q", set_row(0, q=0.6), WORDS, {"q": 0.6}),
]  # fmt: skip


@pytest.mark.parametrize(("check", "change", "place", "value"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_is_found_by_its_check_only(
    damaged: Path,
    check: str,
    change: Callable[[Rows], Rows | None],
    place: dict[str, Any],
    value: dict[str, Any],
) -> None:
    table = check.partition(".")[0]
    rewrite(damaged, table, change)
    report = tables_report(damaged)
    assert report.failed == [check]
    found = report.findings[0].examples[0]
    assert {name: found.place[name] for name in ("table", *place)} == {"table": table} | place
    assert {name: found.value[name] for name in value} == value
    for format_ in ("table", "tsv", "json"):
        assert "\x1b" not in report.render(format_)
    assert all(line.count("\t") == 6 for line in report.to_tsv().splitlines())


DOUBT = {"figure_id": "pfocr:PMC1__a", "match": "P50"}
CALLED = DOUBT | {"entity_id": "ncbigene:4790"}
FAULTS_IN_DOUBT: list[tuple[str, Callable[[Rows], Rows | None], dict[str, Any], dict[str, Any]]] = [
    ("word_readings.category", set_row(0, category="chemical"), CALLED, {"category": "chemical"}),
    ("word_readings.category", set_row(0, entity_id="fplx:A"), DOUBT | {"entity_id": "fplx:A"}, {"category": "gene"}),
    ("word_readings.members", set_row(0, members=2), CALLED, {"members": 2}),
    ("word_readings.source", set_row(0, source="x"), CALLED, {"source": "x"}),
    ("word_readings.probability", set_row(0, probability=0.705), CALLED, {"probability": 0.705}),
    ("word_readings.sum", set_row(0, probability=0.71), CALLED, {"total": pytest.approx(1.01), "readings": 3}),
    ("word_readings.recorded", set_row(0, recorded=False), CALLED, {"recorded": False}),
    ("word_readings.figure_id-refers", set_row(0, figure_id="pfocr:PMC0__z"), {}, {"missing": "pfocr:PMC0__z"}),
    ("word_readings.match-refers", set_row(0, match="P49"), {}, {"missing": "P49"}),
    ("mentions.probability", set_row(0, probability=0.8), CALLED, {"probability": 0.8, "most": 0.7}),
    ("mentions.probability", set_row(0, share=0.6), CALLED, {"share": 0.6, "least_share": 0.7}),
    ("mentions.reread", one_more("P50", origin="reread", word="p5"), CALLED | {"word": "p5"}, {"origin": "reread"}),
    ("mentions.shares", one_more("GSK3", entity_id="ncbigene:4790", origin="reread", probability=0.3, share=0.3,
                                 reading="doubtful"),
     {"match": "GSK3", "entity_id": "ncbigene:2931"}, {"entities": 3, "total": pytest.approx(1.3)}),
    ("entities.counted", lambda rows: [row | {"papers": 1, "figures": row["figures"] or 1} for row in rows],
     {"entity_id": "ncbigene:5956"}, {"figures": 1, "counted_figures": 0}),
    ("words.counted", set_row(2, entities=2), {"word_id": "word:P50"}, {"entities": 2, "counted_entities": 1}),
    ("cooccurrences.counted", set_row(0, figures_all=1), {}, {"figures_all": 1, "counted_all": 0}),
    ("cooccurrences.counted", lambda rows: [row for row in rows if row["figures_all"]], {}, {"figures_all": None}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "change", "place", "value"), FAULTS_IN_DOUBT, ids=[fault[0] for fault in FAULTS_IN_DOUBT]
)
def test_a_fault_of_words_in_doubt_is_found_by_its_check(
    damaged_in_doubt: Path,
    check: str,
    change: Callable[[Rows], Rows | None],
    place: dict[str, Any],
    value: dict[str, Any],
) -> None:
    rewrite(damaged_in_doubt, check.partition(".")[0], change)
    report = tables_report(damaged_in_doubt)
    assert report.failed == [check]
    found = report.findings[0].examples[0]
    assert {name: found.place[name] for name in place} == place
    assert {name: found.value[name] for name in value} == value


def test_with_the_readings_of_the_record_nothing_is_in_doubt(damaged_in_doubt: Path) -> None:
    path = damaged_in_doubt / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["parameters"]["readings"] = "record"
    path.write_text(json.dumps(manifest))
    report = tables_report(damaged_in_doubt)
    assert report.failed == ["cooccurrences.record", "cooccurrences.record-weight", "word_readings.record"]


def test_every_rule_of_a_row_is_tested_or_the_same_as_one_that_is() -> None:
    tested = {check.partition(".")[2] for check, *_ in FAULTS}
    tested |= {check.partition(".")[2] for check, *_ in FAULTS_IN_DOUBT}
    assert {rule.check.name.partition(".")[2] for table in TABLES for rule in rules(table)} - tested == set()


def test_a_duplicate_far_from_its_like_is_found_too(damaged: Path) -> None:
    rewrite(damaged, "figures", lambda rows: [*rows, rows[0]])
    assert tables_report(damaged).failed == ["figures.sorted", "figures.unique"]


def test_what_rests_on_a_fault_is_skipped_and_says_so(damaged: Path) -> None:
    rewrite(damaged, "mentions", set_row(17, entity_id="ncbigene:9"))
    skipped = dict(tables_report(damaged).skipped)
    assert skipped["entities.counted"] == "errors in mentions come first"
    assert "cooccurrences.counted" in skipped
    assert "papers.counted" not in skipped


def test_at_most_twenty_faults_are_shown_with_their_number(damaged: Path) -> None:
    rewrite(damaged, "cooccurrences", lambda rows: [row | {"subject_category": "x"} for row in rows])
    report = tables_report(damaged)
    (finding,) = report.findings
    assert (finding.check.name, finding.total, len(finding.examples)) == ("cooccurrences.category", 23, 20)
    assert "  ... and 3 more\n" in report.to_text()


# -- files of tables


def test_a_missing_table_is_told_and_the_others_are_checked(damaged: Path) -> None:
    (damaged / "tables" / "words.parquet").unlink()
    report = tables_report(damaged)
    assert report.failed == ["words.file"]
    assert "missing" in report.findings[0].examples[0].value["error"]
    assert "cooccurrences.q" in report.passed
    assert "word_cooccurrences.counted" in dict(report.skipped)


def test_a_missing_column_and_one_of_another_type_are_told(damaged: Path) -> None:
    path = damaged / "tables" / "papers.parquet"
    table = pq.read_table(path).drop_columns(["doi"])
    pq.write_table(table.set_column(1, "figures", table["figures"].cast(pa.string())), path)
    report = tables_report(damaged)
    assert report.failed == ["papers.file"]
    assert [(each.place["column"], *each.value.values()) for each in report.findings[0].examples] == [
        ("figures", "string", "int32"),
        ("doi", None, "string"),
    ]


@pytest.mark.parametrize("keep", [0, 100, -200])
def test_a_truncated_table_is_told(damaged: Path, keep: int) -> None:
    path = damaged / "tables" / "mentions.parquet"
    path.write_bytes(path.read_bytes()[:keep])
    assert tables_report(damaged).failed == ["mentions.file"]


def test_damaged_pages_are_told(damaged: Path) -> None:
    path = damaged / "tables" / "mentions.parquet"
    body = bytearray(path.read_bytes())
    body[20:400] = bytes(380)
    path.write_bytes(bytes(body))
    assert "mentions.sorted" in tables_report(damaged).failed


def test_tables_of_many_files_are_read_in_the_order_of_their_names(damaged: Path) -> None:
    path = damaged / "tables" / "mentions.parquet"
    table = pq.read_table(path)
    path.unlink()
    path.mkdir()
    pq.write_table(table.slice(0, 7), path / "part-0000000.parquet")
    pq.write_table(table.slice(7), path / "part-0000001.parquet")
    assert tables_report(damaged).failed == []
    (path / "part-0000000.parquet").rename(path / "part-0000002.parquet")
    report = tables_report(damaged)
    assert report.failed == ["mentions.sorted"]
    assert report.findings[0].examples[0].place["row"] == 12


def test_a_sample_of_entities_is_counted_where_there_are_too_many_pairs(
    damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "ALL_INSTANCES", 3)
    monkeypatch.setattr(pairs, "SLICE_INSTANCES", 5)
    report = Report("x")
    check_tables(Build(damaged), report, 4)
    assert report.failed == []
    assert dict(report.scope)["pairs"].endswith("4 of 8 entities")
    rewrite(damaged, "cooccurrences", lambda rows: [row | {"figures_all": row["figures_all"] + 1} for row in rows])
    first, second = (Report("x"), Report("x"))
    for each in (first, second):
        check_tables(Build(damaged), each, 4)
    assert first.failed == ["cooccurrences.counted"]
    assert 0 < first.findings[0].total < 23
    assert first.to_json() == second.to_json()


# -- manifest and files


def change_manifest(build: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = build / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("section", "name", "stated"),
    [
        ("counts", "mentions", 19),
        ("counts", "entities_by_category", {"chemical": 1, "disease": 1, "family": 1, "gene": 5}),
        ("pairs", "distinct_all", 1),
        ("pairs", "weight", 17.5),
        ("pairs", "tests", {}),
        ("word_pairs", "instances", 0),
        ("thresholds", "pairs_kept", 0),
        ("thresholds", "pairs_published", 77),
    ],
)
def test_the_manifest_says_what_the_tables_hold(damaged: Path, section: str, name: str, stated: Any) -> None:
    change_manifest(damaged, lambda manifest: manifest[section].update({name: stated}))
    report = tables_report(damaged)
    assert report.failed == ["manifest.counts"]
    assert all(each.place["entry"].startswith(f"{section}.{name}") for each in report.findings[0].examples)


@pytest.mark.parametrize("outputs", [[], {"turtle": "pfocr.ttl"}])
def test_a_manifest_without_what_the_checks_rest_on_is_told(damaged: Path, outputs: object) -> None:
    change_manifest(damaged, lambda manifest: (manifest["parameters"].pop("base"), manifest.update(outputs=outputs)))
    report = validate_build(damaged)
    assert report.failed == ["manifest.entries"]
    assert [each.place["entry"] for each in report.findings[0].examples] == ["parameters.base", "outputs"]


def test_a_manifest_with_a_release_has_all_that_describes_one(damaged: Path) -> None:
    change_manifest(damaged, lambda manifest: (manifest["parameters"].pop("rdf"), manifest.update(release=1)))
    report = validate_build(damaged)
    assert report.failed == ["manifest.entries"]
    assert [each.place["entry"] for each in report.findings[0].examples] == ["release", "parameters.rdf"]


def files_report(build: Path) -> Report:
    report = Report(str(build))
    check_files(Build(build), report)
    return report


def test_files_have_the_size_and_checksum_of_the_manifest(damaged: Path) -> None:
    assert files_report(damaged).failed == []
    dump = damaged / "pfocr.ttl"
    dump.write_text(dump.read_text().replace("Title", "Titel", 1))
    (finding,) = files_report(damaged).findings
    assert (finding.check.name, finding.total) == ("outputs.files", 1)
    assert finding.examples[0].place == {"file": "pfocr.ttl"}
    assert list(finding.examples[0].value) == ["sha256", "manifest"]


def test_missing_files_a_changed_report_and_a_missing_store_are_told(damaged: Path) -> None:
    (damaged / "cooccurrence.graphml").unlink()
    (damaged / "vocab.ttl").unlink()
    (damaged / "report.tsv").write_text("severity\tcode\tfile\tline\tmessage\nnote\tungrounded\n")
    shutil.rmtree(damaged / "store")
    report = files_report(damaged)
    assert report.failed == ["outputs.files", "outputs.report", "outputs.store"]
    assert [each.place["file"] for each in report.findings[0].examples] == ["cooccurrence.graphml", "vocab.ttl"]


# -- RDF: each fault is found by its own shape

CO = "co/ncbigene:4193_ncbigene:7157"
TRIPLES: list[tuple[str, str, str, str]] = [
    ("rdf.figure.identifier", 'dcterms:identifier "PMC1__a"', 'dcterms:identifier "PMC1"', "pfocr:PMC1__a"),
    ("rdf.figure.title", 'dcterms:title "Title of PMC1__a"', 'dcterms:title "A"@en', "pfocr:PMC1__a"),
    ("rdf.figure.mentions", "schema:mentions obo:CHEBI_15422 ,", "schema:mentions obo:CHEBI_1 ,", "pfocr:PMC1__a"),
    ("rdf.figure.properties", 'dcterms:title "Title of PMC1__a"',
     'dcterms:tilte "T" ; dcterms:title "Title of PMC1__a"', "pfocr:PMC1__a"),
    ("rdf.paper.figureCount", 'dcterms:identifier "11111" ;\n\tkg:figureCount 0',
     'dcterms:identifier "11111" ;\n\tkg:figureCount -1', "pubmed:11111"),
    ("rdf.paper.hasPublicationYear", 'fabio:hasPublicationYear "2010"^^xsd:gYear',
     'fabio:hasPublicationYear "2010"', "pmc:PMC2"),
    ("rdf.paper.doi", 'prism:doi "10.1234/toy.c"', 'prism:doi "toy.c"', "pmc:PMC2"),
    ("rdf.entity.label", 'rdfs:label "MDM2"', 'rdfs:label "MDM2" , "HDM2"', "ncbigene:4193"),
    ("rdf.figure.label", '\tdcterms:identifier "PMC3__d" ;\n\trdfs:label "PMC3__d" ;',
     '\tdcterms:identifier "PMC3__d" ;', "pfocr:PMC3__d"),
    ("rdf.paper.sameAs", "schema:sameAs <https://doi.org/10.1234/toy.c>", "schema:sameAs <https://doi.org/toy.c>",
     "pmc:PMC2"),
    ("rdf.entity.identifierStatus", "kg:identifierStatus kg:identifierNone", "kg:identifierStatus kg:identifierMaybe",
     "keyword:no%20such%20thing"),
    ("rdf.entity.identifierStatus", "kg:identifierStatus kg:identifierNone", 'kg:identifierStatus "none"',
     "keyword:no%20such%20thing"),
    ("rdf.entity.drawnWith", "kg:drawnWith fplx:AKT ,", "kg:drawnWith fplx:PKB ,", "chebi:15422"),
    ("rdf.entity.occurs_together_in_literature_with", "kg:drawnWith fplx:AKT ,",
     "biolink:occurs_together_in_literature_with fplx:PKB ; kg:drawnWith fplx:AKT ,", "chebi:15422"),
    ("rdf.entity.strongestAssociation", "kg:strongestAssociation co:chebi:15422_fplx:AKT ,",
     "kg:strongestAssociation co:chebi:15422_fplx:PKB ,", "chebi:15422"),
    ("rdf.entity.has_member", "biolink:has_member ncbigene:207", "biolink:has_member obo:CHEBI_15422", "fplx:AKT"),
    ("rdf.chemical-iri", "obo:CHEBI_15422", "obo:CHEBI_ATP", "chebi:ATP"),
    ("rdf.pair.adjusted_p_value", "biolink:adjusted_p_value 1.0e0 .", "biolink:adjusted_p_value 1.5e0 .", "co/"),
    ("rdf.pair.label", 'rdfs:label "MDM2 with TP53"', 'rdfs:label "MDM2, TP53"', CO),
    ("rdf.pair.inDataset", "void:inDataset <https://w3id.org/pfocr-kg/dataset#rdf>",
     "void:inDataset <https://w3id.org/pfocr-kg/dataset>", "co/chebi:15422_fplx:AKT"),
    ("rdf.pair.npmi", "kg:npmi -0.169925e0 ;", "kg:npmi -1.69925e0 ;", "co/"),
    ("rdf.pair.paperCount", "kg:figureCount 1 ;\n\tkg:paperCount 1 ;\n\tkg:npmi",
     "kg:figureCount 1 ;\n\tkg:paperCount 2 ;\n\tkg:npmi", "co/chebi:15422_fplx:AKT"),
    ("rdf.association.concept_pair_count", "biolink:concept_pair_count 2 ;", "biolink:concept_pair_count 2.0 ;", "co/"),
    ("rdf.association.concept_pair_count", "biolink:concept_pair_count 2 ;", "", "co/"),
    ("rdf.association.properties", "biolink:concept_pair_count 2 ;", "biolink:concept_pair_count 2 ; kg:allCount 2 ;",
     "co/"),
    ("rdf.association.weight", "kg:weight 2.0e0 ;", "kg:weight 0.0e0 ;", "co/"),
    ("rdf.association.object", "biolink:object ncbigene:207 ;", "biolink:object ncbigene:2070 ;", "co/"),
    ("rdf.annotation.wordStatus", "kg:wordStatus kg:inferred", "kg:wordStatus kg:guessed", "PMC2__c.html#word-AKT"),
    ("rdf.annotation.drawnWord", "kg:drawnWord word:ATP", "kg:drawnWord word:ADP", "#word-ATP"),
    ("rdf.annotation.hasBody", "oa:hasBody obo:DOID_11476", "oa:hasBody obo:DOID_1", "#word-OSTEOPOROSIS"),
    ("rdf.word.label", 'rdfs:label "AKT" ;\n\tkg:normalForm', 'rdfs:label "Akt" ;\n\tkg:normalForm', "word:AKT"),
    ("rdf.word.expansionSize", "kg:largestExpansionSize 2", "kg:largestExpansionSize 1", "word:AKT"),
    ("rdf.word.entityCount", "kg:entityCount 2", "kg:entityCount 0", "word:AKT"),
    ("rdf.word.unsureCount", "kg:unsureCount 0", "kg:unsureCount 4", "word:AKT"),
    ("rdf.word.meanProbability", "kg:unsureCount 0", "kg:unsureCount 0 ; kg:meanProbability 1.0e0", "word:AKT"),
    ("rdf.word.flavour", "kg:flavour kg:synonyms", "kg:flavour kg:loose", "word:P53"),
    ("rdf.spelling", '\toa:exact "p53" ;\n', "", "word:P53"),
    ("rdf.spelling", "word:P53 a kg:Word , oa:TextQuoteSelector ;", "word:P53 a kg:Word ;", "word:P53"),
    ("rdf.term-association.object", "biolink:object word:P53", "biolink:object word:P54", "co/word:"),
]  # fmt: skip

IN_FULL: list[tuple[str, str, str, str]] = [
    ("rdf.pair.predicate", "biolink:predicate kg:drawnWith", "biolink:predicate biolink:related_to", "co/"),
    ("rdf.pair.knowledge_level", '"text_co_occurrence"', '"prediction"', "co/"),
    ("rdf.pair.agent_type", '"data_analysis_pipeline"', '"manual_agent"', "co/"),
    ("rdf.pair.SIO_000628", "sio:SIO_000628 obo:CHEBI_15422 ,", "sio:SIO_000628 fplx:PKB , obo:CHEBI_15422 ,", "co/"),
    ("rdf.pair.firstYear", 'kg:firstYear "2001"^^xsd:gYear', "kg:firstYear 2001", "co/"),
    ("rdf.pair.expected_count", "biolink:expected_count ", "biolink:expected_count -", "co/"),
    ("rdf.pair.jaccard", "kg:jaccard 0.5e0", "kg:jaccard 5.0e0", "co/"),
    ("rdf.pair.log10P", "kg:log10P 0.0e0", "kg:log10P 1.0e0", "co/"),
    ("rdf.association.strictCount", "kg:strictCount 1 ;", "kg:strictCount 9 ;", "co/"),
    ("rdf.association.synonymsCount", "kg:synonymsCount 2 ;", "kg:synonymsCount 9 ;", "co/"),
    ("rdf.annotation.normalForm", 'kg:normalForm "AKT"', 'kg:normalForm ""', "#word-AKT"),
    ("rdf.annotation.motivatedBy", "oa:motivatedBy oa:identifying", "oa:motivatedBy oa:tagging", "#word-AKT"),
]  # fmt: skip
"""Faults of what only the full form states."""


@pytest.mark.parametrize(("check", "old", "new", "node"), TRIPLES, ids=[fault[0] for fault in TRIPLES])
def test_a_wrong_triple_is_found_by_its_shape_only(
    full_build: Path, tmp_path: Path, check: str, old: str, new: str, node: str
) -> None:
    assert_found_only(check, (full_build / "pfocr.ttl").read_text(), old, new, node, tmp_path)


@pytest.mark.parametrize(("check", "old", "new", "node"), IN_FULL, ids=[fault[0] for fault in IN_FULL])
def test_a_wrong_triple_of_the_full_form_is_found_by_its_shape_only(
    full_form: Path, tmp_path: Path, check: str, old: str, new: str, node: str
) -> None:
    assert_found_only(check, full_form.read_text(), old, new, node, tmp_path)


def assert_found_only(check: str, text: str, old: str, new: str, node: str, tmp_path: Path) -> None:
    """Raise AssertionError unless a changed text has one fault, which is of this check and at this node."""
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    assert old in text
    # An IRI is renamed wherever it stands; of all else one is changed.
    (tmp_path / "x.ttl").write_text(text.replace(old, new) if check.endswith("-iri") else text.replace(old, new, 1))
    report = file_report(tmp_path / "x.ttl")
    found = [each for each in report.findings if each.check.severity != "note"]
    assert [each.check.name for each in found] == [check]
    assert node in found[0].examples[0].place["node"]


def test_the_naive_count_is_the_join_of_the_mentions(full_build: Path, tmp_path: Path) -> None:
    text = (full_build / "pfocr.ttl").read_text()
    (tmp_path / "x.ttl").write_text(text.replace("biolink:concept_pair_count 2 ;", "biolink:concept_pair_count 4 ;", 1))
    report = file_report(tmp_path / "x.ttl")
    (finding,) = [each for each in report.findings if each.check.name == "rdf.pairs"]
    assert finding.examples[0].value == {"concept_pair_count": 4, "joined": 2}
    assert "rdf.pairs" in file_report(full_build / "pfocr.ttl").passed


def test_severities_are_those_of_the_shapes(full_build: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    text = (full_build / "pfocr.ttl").read_text().replace('dcterms:title "Title of PMC1__a"', 'dcterms:tilte "T"')
    text = text.replace('rdfs:label "MDM2"', "rdfs:label 7", 1)
    (tmp_path / "x.ttl").write_text(text)
    report = file_report(tmp_path / "x.ttl")
    assert {each.check.name: each.check.severity for each in report.findings} == {
        "rdf.entity.label": "error",
        "rdf.figure.properties": "warning",
        "rdf.figure.title": "note",
    }


@pytest.mark.parametrize("name", ["x.nt", "x.nt.gz", "x.ttl.gz", "x.rdf"])
def test_dumps_of_other_formats_are_read(full_build: Path, tmp_path: Path, name: str) -> None:
    plain = RdfFormat.from_extension(name.removesuffix(".gz").rpartition(".")[2])
    assert plain is not None
    body = serialize(parse(path=str(full_build / "pfocr.ttl")), format=plain)
    assert body is not None
    (tmp_path / name).write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
    report = file_report(tmp_path / name)
    assert report.count("error") == 0
    assert dict(report.scope)["RDF"].startswith("651 triples;")


@pytest.mark.parametrize("name", ["x.nq", "x.trig", "x.jsonld"])
def test_what_lies_in_a_named_graph_is_looked_at(full_build: Path, tmp_path: Path, name: str) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    text = (full_build / "pfocr.ttl").read_text().replace("kg:weight 2.0e0 ;", "kg:weight 0.0e0 ;", 1)
    graph = NamedNode("http://example.org/graph")
    quads = (Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parse(text, RdfFormat.TURTLE))
    known = RdfFormat.from_extension(name.partition(".")[2])
    assert known is not None
    serialize(quads, tmp_path / name, known)
    report = file_report(tmp_path / name)
    assert [each.check.name for each in report.findings if each.check.severity == "error"] == ["rdf.association.weight"]
    assert dict(report.scope)["RDF"].startswith("651 triples;")


def test_a_folder_of_dumps_is_read_as_one(full_build: Path, tmp_path: Path) -> None:
    whole = sorted(parse(path=str(full_build / "pfocr.ttl")), key=str)
    for number in range(2):
        (tmp_path / f"part-{number}.nt").write_bytes(serialize(whole[number::2], format=RdfFormat.N_TRIPLES) or b"")
    (tmp_path / "notes.txt").write_text("not RDF")
    report = file_report(tmp_path)
    assert report.count("error") == 0
    assert dict(report.scope)["RDF"].startswith("651 triples;")


def test_hostile_texts_in_rdf_are_shown_as_one_line(full_build: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    text = (full_build / "pfocr.ttl").read_text()
    hostile = json.dumps(HOSTILE.replace("\x00", ""), ensure_ascii=True).replace("\\ud83d\\ude00", "\\U0001F600")
    (tmp_path / "x.ttl").write_text(
        text.replace("kg:identifierStatus kg:identifierNone", f"kg:identifierStatus {hostile}")
    )
    report = file_report(tmp_path / "x.ttl")
    assert "rdf.entity.identifierStatus" in report.failed
    assert "\x1b" not in report.to_text() + report.to_tsv() + report.to_json()
    assert all(line.count("\t") == 6 for line in report.to_tsv().splitlines())


def test_broken_rdf_is_told_with_its_line(full_build: Path, tmp_path: Path) -> None:
    text = (full_build / "pfocr.ttl").read_text()
    (tmp_path / "x.ttl").write_text(text + "\n<a b> .\n")
    (finding,) = file_report(tmp_path / "x.ttl").findings
    assert finding.check.name == "rdf.syntax"
    assert finding.examples[0].place["file"] == "x.ttl"


BOMB = "<!ENTITY a 'aaaaaaaaaa'>\n" + "\n".join(f"<!ENTITY {b} '{f'&{a};' * 9}'>" for a, b in pairwise("abcdefghi"))
NAMES = '<!ENTITY owl "http://www.w3.org/2002/07/owl#">'
XML = """<!DOCTYPE rdf:RDF [%s]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a/">%s
<rdf:Description rdf:about="http://x/"><a:b>&i;</a:b></rdf:Description></rdf:RDF>"""


@pytest.mark.parametrize(
    ("text", "line", "error"),
    [
        (XML % (BOMB, ""), 2, "the entity 'b' is no short plain text"),
        (XML % ("<!ENTITY b 'x'><!ENTITY i '&#38;b;&#38;b;'>", ""), 1, "the entity 'i' is no short plain text"),
        (XML % (f"<!ENTITY i '{'x' * 1001}'>", ""), 1, "the entity 'i' is no short plain text"),
        (XML % ("<!ENTITY i SYSTEM 'file:///etc/passwd'>", ""), 1, "the entity 'i' is no short plain text"),
        (XML % ("<!ENTITY % i SYSTEM 'http://127.0.0.1:9/'> %i;", ""), 1, "the entity 'i' is no short plain text"),
        (XML % ("", f"<!DOCTYPE a [{BOMB}]>"), 2, "not XML: not well-formed"),
        ("<?xml version='1.0' encoding='UTF-7'?><a/>", 1, "not XML: multi-byte encodings are not supported"),
        ("<?xml version='1.0' encoding='x'?><a/>", 1, "not XML: unknown encoding"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_entities_that_grow_or_read_files_are_refused_before_a_parser_reads_them(
    tmp_path: Path, text: str, line: int, error: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text.startswith("<?xml") and encoding != "utf-8":
        pytest.skip("the declaration contradicts the bytes")
    monkeypatch.setattr(Store, "bulk_load", None)
    (tmp_path / "x.rdf").write_bytes(text.encode(encoding))
    (finding,) = file_report(tmp_path / "x.rdf").findings
    assert (finding.check.name, finding.examples[0].place) == ("rdf.syntax", {"file": "x.rdf", "line": line})
    assert finding.examples[0].value["error"].startswith(error)


def test_entities_that_abbreviate_namespaces_are_read(tmp_path: Path) -> None:
    text = XML.replace("&i;", "&owl;Thing") % (NAMES, "")
    with gzip.open(tmp_path / "x.rdf.gz", "wt", encoding="utf-8") as file:
        file.write(text)
    report = file_report(tmp_path / "x.rdf.gz")
    assert (report.failed, dict(report.scope)["RDF"].partition(";")[0]) == ([], "1 triples")


def test_a_json_ld_context_is_never_fetched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/context"
        (tmp_path / "x.jsonld").write_text(json.dumps({"@context": address, "@id": "http://x/", "name": "a"}))
        (finding,) = file_report(tmp_path / "x.jsonld").findings
        assert "kg fetches none" in finding.examples[0].value["error"]
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_parser_that_takes_too_much_is_one_line_with_the_file(tmp_path: Path) -> None:
    with (tmp_path / "x.ttl").open("w") as file:
        file.write('<http://a/> <http://b/> "')
        for _ in range(200):
            file.write("x" * 1024**2)
        file.write('" .')
    result = run("--rdf", str(tmp_path / "x.ttl"), "--memory-limit", "100MiB", "-f", "json")
    (finding,) = json.loads(result.stdout)["findings"]
    assert finding["check" if "check" in finding else "name"] == "rdf.limits"
    assert finding["examples"] == [{
        "place": {"file": "x.ttl"},
        "value": {"error": "the process that reads it ended while it took up to 104,857,600 bytes of memory"},
    }]  # fmt: skip
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    result = run("--rdf", str(tmp_path / "x.ttl"), "--timeout", "0.01")
    assert "x.ttl: error=the process that reads it was stopped after 0.01 s" in result.stdout


def test_a_process_apart_gives_the_same_report(full_build: Path) -> None:
    assert validate_rdf(full_build / "pfocr.ttl").to_json() == file_report(full_build / "pfocr.ttl").to_json()
    with pytest.raises(SourceError, match="no such file"):
        validate_rdf("nowhere.ttl")


def test_a_large_graph_is_sampled_the_same_at_every_run(seeds_build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    monkeypatch.setattr(rdf, "ALL_TRIPLES", 100)
    first, second = (file_report(seeds_build / "pfocr.ttl", 3) for _ in range(2))
    assert first.failed == []
    assert dict(first.scope)["RDF"].endswith("26 nodes checked, a sample of up to 3 of each class")
    assert first.to_json() == second.to_json()


def test_without_pyshacl_one_line_says_so(full_build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "installed", lambda: False)
    report = file_report(full_build / "pfocr.ttl")
    reason = f"pySHACL is not installed; install it with: {plugins.install_command('validate')}"
    assert report.skipped == [("rdf.shapes", reason)]
    assert "skipped     rdf.shapes: pySHACL is not installed" in report.to_text()


def test_the_dump_and_the_store_of_a_build_are_counted(damaged: Path) -> None:
    def report() -> Report:
        made = Report("x")
        rdf.check_build(Build(damaged), made, 5)
        return made

    change_manifest(damaged, lambda manifest: manifest["outputs"]["turtle"].update(triples=1))
    assert report().failed == ["rdf.figure.title", NO_PUBLISHER, "rdf.triples"]
    change_manifest(damaged, lambda manifest: manifest["outputs"]["turtle"].update(triples=651))
    change_manifest(damaged, lambda manifest: manifest["counts"].update(figures=5))
    assert report().failed == ["rdf.classes", "rdf.figure.title", NO_PUBLISHER]
    change_manifest(damaged, lambda manifest: manifest["counts"].update(figures=4))
    change_manifest(damaged, lambda manifest: manifest["outputs"].pop("store"))
    assert report().failed == ["rdf.figure.title", NO_PUBLISHER]


def test_a_missing_dump_is_told_by_its_check_only(damaged: Path) -> None:
    (damaged / "pfocr.ttl").unlink()
    report = validate_build(damaged)
    assert report.failed == ["outputs.files"]
    assert [name for name, _ in report.skipped] == ["rdf"]


def test_pairs_are_joined_only_where_the_shapes_found_no_error(full_build: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    text = (full_build / "pfocr.ttl").read_text()
    (tmp_path / "x.ttl").write_text(text.replace("kg:weight 2.0e0 ;", "kg:weight 0.0e0 ;", 1))
    reason = "errors that the shapes found come first"
    skipped = [("rdf.pairs", reason), ("rdf.drawn-with", reason), ("rdf.published", reason)]
    assert file_report(tmp_path / "x.ttl").skipped == skipped


def test_a_build_that_wrote_no_rdf_says_so(damaged: Path) -> None:
    change_manifest(damaged, lambda manifest: manifest.update(outputs={}))
    report = Report("x")
    rdf.check_build(Build(damaged), report, 5)
    assert report.skipped == [("rdf", "this build wrote no RDF")]


# -- the command


def run(*arguments: str) -> Result:
    group = Commands("kg")
    group.add_command(validate)
    return CliRunner().invoke(group, ["validate", *arguments])


def test_the_command_says_what_is_wrong_and_fails(damaged: Path) -> None:
    rewrite(damaged, "mentions", set_row(2, n_candidates=3))
    result = run(str(damaged))
    assert result.exit_code == 1
    assert (
        "  table=mentions figure_id=pfocr:PMC1__a entity_id=ncbigene:207 match=AKT word=AKT: n_candidates=3 counted=2\n"
    ) in result.stdout
    assert result.stderr == f"kg: {damaged}: not valid: mentions.candidates; the report says where\n"


def test_warnings_alone_do_not_fail(full_build: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    text = (full_build / "pfocr.ttl").read_text()
    (tmp_path / "x.ttl").write_text(text.replace('prism:doi "10.1234/toy.c"', 'prism:doi "x"'))
    result = run("--rdf", str(tmp_path / "x.ttl"), "-f", "json")
    assert result.exit_code == 0
    whole = json.loads(result.stdout)
    assert (whole["valid"], whole["findings"][1]["severity"]) == (True, "warning")


def test_wrong_usage_and_missing_files_are_one_line(tmp_path: Path) -> None:
    assert run("a", "--rdf", "b").exit_code == 2
    for arguments in (("nowhere",), ("--rdf", "nowhere.ttl")):
        result = run(*arguments)
        assert result.exit_code == 1
        assert result.stderr.startswith("kg: nowhere")
    (tmp_path / "x.txt").touch()
    with pytest.raises(SourceError, match="not known by its ending; known: ttl, nt, "):
        file_report(tmp_path / "x.txt")
    with pytest.raises(SourceError, match="no RDF in it"):
        file_report(tmp_path)
