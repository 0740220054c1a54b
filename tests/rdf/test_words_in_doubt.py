"""Words in doubt in RDF, in the exchange formats and in queries.

The corpus and the probabilities of its readings are in helpers/doubt.py; all expected values are worked by hand.
"""

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import rdflib
from helpers.doubt import CREBBP, GIVEN, GSK3B, NFKB1, OPN1LW, Given, build_with
from helpers.dumps import write_dump
from helpers.readers import oxigraph, rapper
from pyoxigraph import RdfFormat, Store

from kg.building.options import BuildParameters
from kg.diff.comparison import Comparison
from kg.diff.triples import Update, operation
from kg.exporters.duckdb import DuckDB
from kg.exporters.kgx import KgxTsv
from kg.exporters.neo4j import Neo4j
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.identifiers import compress, namespaces
from kg.model.records import Mention
from kg.parsers.kgx import KgxParser
from kg.rdf.canned_queries import load
from kg.rdf.dump import LAYERS
from kg.runtime.folders import atomic_folder
from kg.validation import rdf
from kg.validation.findings import Report

Row = tuple[str, ...]


@pytest.fixture(scope="module")
def doubt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a build with words in doubt, with its dump."""
    folder = tmp_path_factory.mktemp("doubt") / "exports"
    build_with(folder)
    write_dump(folder, folder / "pfocr.ttl")
    return folder


@pytest.fixture(scope="module")
def full_form(doubt: Path) -> Path:
    """Give the dump of that build in the full form of RDF."""
    return write_dump(doubt, doubt / "full.ttl", "full")


def said(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Give predicate and object of the triples by subject, IRIs shortened and numbers without their type."""
    found: dict[str, list[tuple[str, str]]] = {}
    names = sorted(namespaces().items(), key=lambda item: -len(item[1]))

    def short(term: Any) -> str:
        for prefix, iri in names:
            if term.value.startswith(iri):
                return f"{prefix}:{term.value[len(iri) :]}"
        return str(term.value)

    for triple in oxigraph(path):
        found.setdefault(short(triple.subject), []).append((short(triple.predicate), short(triple.object)))
    return found


# -- triples


def test_a_word_has_its_likely_meaning_as_body_and_all_readings_as_candidates(doubt: Path) -> None:
    triples = said(doubt / "pfocr.ttl")
    assert triples["pfocr:PMC2__b.html#word-CBP"] == [
        ("rdf:type", "oa:Annotation"),
        ("oa:hasTarget", "pfocr:PMC2__b.html"),
        ("oa:hasBody", "ncbigene:1387"),
        ("kg:word", "CBP"),
        ("kg:word", "Cbp"),
        ("kg:drawnWord", "word:CBP"),
        ("kg:origin", "reread"),
        ("kg:reading", "kg:likely"),
        ("kg:probability", "0.94e0"),
        ("kg:candidate", "pfocr:PMC2__b.html#candidate-CBP/ncbigene:1387"),
        ("kg:candidate", "pfocr:PMC2__b.html#candidate-CBP/ncbigene:5956"),
    ]
    # It is the only annotation of the word, which has what the record says: one gene, of one lexicon.
    assert triples["word:CBP"] == [
        ("rdf:type", "kg:Word"),
        ("rdf:type", "oa:TextQuoteSelector"),
        ("rdfs:label", "CBP"),
        ("kg:normalForm", "CBP"),
        ("oa:exact", "CBP"),
        ("kg:wordStatus", "kg:given"),
        ("kg:expansionSize", "1"),
        ("kg:lexicon", "hgnc_alias_symbol"),
        ("kg:flavour", "kg:synonyms"),
        ("kg:figureCount", "1"),
        ("kg:paperCount", "1"),
        ("kg:entityCount", "1"),
        ("kg:largestExpansionSize", "1"),
        ("kg:unsureCount", "1"),
        ("kg:meanProbability", "0.94e0"),
    ]
    assert triples["pfocr:PMC2__b.html#candidate-CBP/ncbigene:1387"] == [
        ("rdf:type", "kg:LexiconCandidate"),
        ("rdfs:label", "CREBBP"),
        ("kg:means", "ncbigene:1387"),
        ("kg:probability", "0.94e0"),
    ]
    assert triples["pfocr:PMC2__b.html#candidate-CBP/ncbigene:5956"] == [
        ("rdf:type", "kg:RecordedCandidate"),
        ("rdfs:label", "OPN1LW"),
        ("kg:means", "ncbigene:5956"),
        ("kg:probability", "0.06e0"),
    ]


def test_a_family_shares_its_probability_and_a_correction_is_sure(doubt: Path, full_form: Path) -> None:
    triples = said(full_form)
    gsk3, tak1 = dict(triples["pfocr:PMC3__c.html#word-GSK3"]), dict(triples["pfocr:PMC4__d.html#word-TAK1"])
    assert (gsk3["kg:reading"], gsk3["kg:probability"], gsk3["kg:share"]) == ("kg:likely", "0.6e0", "0.3e0")
    assert [value for name, value in triples["pfocr:PMC3__c.html#word-GSK3"] if name == "oa:hasBody"] == [
        "ncbigene:2931",
        "ncbigene:2932",
    ]
    assert (tak1["kg:reading"], tak1["kg:probability"], tak1["kg:origin"]) == ("kg:sure", "1.0e0", "reread")
    without = [name for pairs in said(doubt / "pfocr.ttl").values() for name, _ in pairs]
    assert "kg:share" not in without, "only the full form has the share"


def test_a_word_without_doubt_has_no_more_triples_and_a_candidate_adds_five(doubt: Path) -> None:
    triples = said(doubt / "pfocr.ttl")
    plain = ["rdf:type", "oa:hasTarget", "oa:hasBody", "kg:drawnWord"]
    assert [name for name, _ in triples["pfocr:PMC2__b.html#word-TP53"]] == plain
    of_candidates = [subject for subject in triples if "#candidate-" in subject]
    assert len(of_candidates) == 8
    assert all(len(triples[subject]) == 4 for subject in of_candidates)
    assert sum(name == "kg:candidate" for pairs in triples.values() for name, _ in pairs) == 8


def test_a_figure_mentions_what_is_likely(doubt: Path, tmp_path: Path) -> None:
    triples = said(doubt / "pfocr.ttl")

    def mentions(triples: dict[str, list[tuple[str, str]]]) -> list[list[str]]:
        figures = ("PMC1__a", "PMC2__b", "PMC3__c", "PMC4__d")
        return [
            [
                value.removeprefix("ncbigene:")
                for name, value in triples[f"pfocr:{figid}.html"]
                if name == "schema:mentions"
            ]
            for figid in figures
        ]

    assert mentions(triples) == [["4790", "5970"], ["1387", "7157"], ["2931", "2932", "7157"], ["6885", "7157"]]
    build_with(tmp_path / "record", parameters=BuildParameters(readings="record"))
    recorded = said(write_dump(tmp_path / "record", tmp_path / "record" / "pfocr.ttl"))
    assert mentions(recorded) == [["4790", "5970", "958"], ["5956", "7157"], ["2931", "2932", "7157"], ["7157", "7182"]]
    assert not any("Candidate" in value for pairs in recorded.values() for _, value in pairs)


def test_a_word_without_a_likely_reading_has_no_body(tmp_path: Path) -> None:
    figure, known = ("pfocr:PMC1__a", "P50"), ("ncbitaxon:9606", "hgnc_alias_symbol", "synonyms", True)
    readings = [
        (*figure, "ncbigene:4790", "gene", "NFKB1", 1, "hgnc_alias_symbol", True, 0.45),
        (*figure, "ncbigene:958", "gene", "CD40", 1, "hgnc_alias_symbol", True, 0.4),
        (*figure, "ncbigene:6857", "gene", "SYT1", 1, "ncbigene_synonym", False, 0.15),
    ]
    genes = [
        (*figure, "ncbigene:4790", "NFKB1", *known, True, 0.45, 0.45),
        (*figure, "ncbigene:958", "CD40", *known, False, 0.4, 0.4),
    ]
    build_with(tmp_path / "exports", Given(readings, genes))
    triples = said(write_dump(tmp_path / "exports", tmp_path / "exports" / "pfocr.ttl"))
    word = triples["pfocr:PMC1__a.html#word-P50"]
    assert dict(word)["kg:reading"] == "kg:doubtful"
    assert not [value for name, value in word if name in {"oa:hasBody", "kg:origin"}]
    assert [value for name, value in triples["pfocr:PMC1__a.html"] if name == "schema:mentions"] == ["ncbigene:5970"]
    assert faults(tmp_path / "exports" / "pfocr.ttl") == []
    assert dict(triples["ncbigene:4790"])["kg:figureCount"] == "0"


# -- checks


def faults(path: Path) -> list[str]:
    report = Report(str(path))
    rdf.check_file(path, report, 200)
    return sorted(each.check.name for each in report.findings if each.check.severity != "note")


def test_the_dump_is_valid_and_read_by_others(doubt: Path, full_form: Path) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    for path in (doubt / "pfocr.ttl", full_form):
        assert faults(path) == []
        assert len(rdflib.Graph().parse(path)) == rapper(path) == len(oxigraph(path))


WRONG = [
    ("rdf.annotation.reading", "kg:reading kg:likely", "kg:reading kg:perhaps"),
    ("rdf.annotation.share", "kg:share 0.94e0", "kg:share 0.95e0"),
    ("rdf.word.unsureCount", "kg:unsureCount 1", "kg:unsureCount 2"),
    ("rdf.word.meanProbability", "kg:meanProbability 0.94e0", "kg:meanProbability 1.94e0"),
    ("rdf.annotation.origin", 'kg:origin "reread"', 'kg:origin "inline"'),
    ("rdf.doubt", "kg:reading kg:likely ;\n\tkg:probability 0.94e0 ;", "kg:reading kg:likely ;"),
    ("rdf.candidate.probability", "kg:probability 0.06e0 .", "kg:probability 1.06e0 ."),
    ("rdf.candidate.means", "kg:means ncbigene:5956", "kg:means obo:CHEBI_1"),
    ("rdf.candidate.properties", "kg:means ncbigene:5956", 'kg:word "x" ; kg:means ncbigene:5956'),
]


@pytest.mark.parametrize(("check", "old", "new"), WRONG, ids=[each[0] for each in WRONG])
def test_a_wrong_triple_is_found(full_form: Path, tmp_path: Path, check: str, old: str, new: str) -> None:
    pytest.importorskip("pyshacl", reason="SHACL needs the extra validate")
    text = full_form.read_text()
    assert old in text
    (tmp_path / "x.ttl").write_text(text.replace(old, new, 1))
    found = faults(tmp_path / "x.ttl")
    assert check in found
    assert len(found) <= 2, "a share without its probability is no greater than it, too"


# -- two builds


def test_an_update_makes_the_recorded_dump_the_likely_one_and_back(doubt: Path, tmp_path: Path) -> None:
    build_with(tmp_path / "record", parameters=BuildParameters(readings="record"))
    write_dump(tmp_path / "record", tmp_path / "record" / "pfocr.ttl")
    for before, after in ((tmp_path / "record", doubt), (doubt, tmp_path / "record")):
        for folder in (before, after):
            set_layers(folder)
        store, wanted = Store(), Store()
        store.load(path=str(before / "pfocr.ttl"))
        wanted.load(path=str(after / "pfocr.ttl"))
        with Comparison(before, after) as comparison:
            made: list[str] = []
            Update(comparison).make(lambda verb, lines: made.append(operation(verb, lines)))  # noqa: B023 called at once
        store.update("".join(made))
        assert set(store) == set(wanted)


def set_layers(build: Path) -> None:
    """Say in the manifest that the build writes all layers."""
    manifest = json.loads((build / "manifest.json").read_text())
    manifest["parameters"]["layers"] = LAYERS
    (build / "manifest.json").write_text(json.dumps(manifest))


def test_a_comparison_lists_the_changed_readings(doubt: Path, tmp_path: Path) -> None:
    build_with(tmp_path / "record", parameters=BuildParameters(readings="record"))
    with Comparison(tmp_path / "record", doubt) as comparison:
        result = comparison.compare()
    assert [tuple(row.values()) for row in result["readings"]] == [
        ("CBP", None, "CREBBP", 1),
        ("GSK3", None, "GSK3", 1),
        ("P50", None, "NFKB1", 1),
        ("TAK1", None, "MAP3K7", 1),
    ]
    with Comparison(doubt, doubt) as comparison:
        assert comparison.compare()["readings"] == []


# -- queries

ANSWERS: dict[str, tuple[str, list[Row]]] = {
    "ambiguous-words": ("ambiguous_words", [
        ("GSK3", "1", "0.6", "2", "1"), ("P50", "1", "0.7", "2", "1"), ("CBP", "1", "0.94", "1", "1"),
    ]),
    "word-readings": ("word_readings('P50')", [
        ("P50", NFKB1, "NFKB1", "1", "1", "0.7"),
        ("P50", "ncbigene:958", "CD40", "1", "0", "0.2"),
        ("P50", "ncbigene:6857", "SYT1", "1", "0", "0.1"),
    ]),
    "words-of-figure": ("words_of_figure('pfocr:PMC3__c')", [
        ("pfocr:PMC3__c", "GSK3", "GSK3", "given", "famplex_relations", "2", "ncbigene:2931", "GSK3A", "0.6"),
        ("pfocr:PMC3__c", "GSK3", "GSK3", "given", "famplex_relations", "2", GSK3B, "GSK3B", "0.6"),
        ("pfocr:PMC3__c", "TP53", "TP53", "given", "hgnc_symbol", "1", "ncbigene:7157", "TP53", "1"),
    ]),
    "words-of-entity": ("words_of_entity('ncbigene:5956')", []),
    "organisms": ("organisms", [("ncbitaxon:9606", "4", "7")]),
}  # fmt: skip
"""The statement in SQL and the rows by query. CBP likely means CREBBP, so that no word means OPN1LW."""

ASKED = {"words-of-figure": {"figure": ["https://pfocr.wikipathways.org/figures/PMC3__c.html"]},
         "words-of-entity": {"entity": ["https://identifiers.org/ncbigene/5956"]}}  # fmt: skip


def plain(cell: object) -> str:
    if cell is None:
        return ""
    text = str(getattr(cell, "value", cell))
    try:
        return f"{float(text):.6g}"
    except ValueError:
        return compress(text) if "://" in text else text


@pytest.mark.parametrize("name", ANSWERS)
def test_three_engines_give_the_answers_worked_by_hand(doubt: Path, tmp_path: Path, name: str) -> None:
    statement, rows = ANSWERS[name]
    text = load(name).bind(ASKED.get(name, {}), lambda text: text)
    store = Store()
    store.load(path=str(doubt / "pfocr.ttl"), format=RdfFormat.TURTLE)
    results: Any = store.query(text)
    assert [tuple(map(plain, row)) for row in results] == rows
    answers: Any = rdflib.Graph().parse(doubt / "pfocr.ttl").query(text)
    assert [tuple(map(plain, row)) for row in answers] == rows
    with KnowledgeGraph(doubt) as graph, (tmp_path / "kg.duckdb").open("wb") as file:
        DuckDB().write(graph, None, file)
    with duckdb.connect(str(tmp_path / "kg.duckdb"), read_only=True) as connection:
        assert [tuple(map(plain, row)) for row in connection.sql(f"FROM {statement}").fetchall()] == rows


def test_a_word_is_asked_for_in_any_spelling() -> None:
    text = load("word-readings").bind({"word": [" p50 "]}, lambda text: text)
    assert 'VALUES ?word { "P50" }' in text


def test_duckdb_has_the_readings_of_a_word_by_figure(doubt: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(doubt) as graph, (tmp_path / "kg.duckdb").open("wb") as file:
        DuckDB().write(graph, None, file)
    with duckdb.connect(str(tmp_path / "kg.duckdb"), read_only=True) as connection:
        found = connection.sql("FROM readings_of('CBP')").fetchall()
        rows = connection.sql("SELECT count(*) FROM word_readings").fetchall()
    assert found == [
        ("pfocr:PMC2__b", CREBBP, "CREBBP", 1, "hgnc_alias_symbol", False, 0.94),
        ("pfocr:PMC2__b", OPN1LW, "OPN1LW", 1, "hgnc_alias_symbol", True, 0.06),
    ]
    assert rows == [(8,)]


# -- KGX and Neo4j


def edges(build: Path, folder: Path) -> dict[str, dict[str, str]]:
    with KnowledgeGraph(build) as graph, atomic_folder(folder) as aside:
        KgxTsv().write(graph, None, aside)
    with (folder / "edges.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row["id"]: row for row in rows}


def test_kgx_has_probability_share_and_reading_of_each_word(doubt: Path, tmp_path: Path) -> None:
    found = edges(doubt, tmp_path / "kgx")
    crebbp, opsin = (found[f"pfocr:PMC2__b;mentions;NCBIGene:{number}"] for number in (1387, 5956))
    slots = ("origin", "expansion_size", "probability", "share", "reading")
    assert [crebbp[slot] for slot in slots] == ["reread", "1", "0.94", "0.94", "likely"]
    assert [opsin[slot] for slot in slots] == ["sidecar|sidecar", "1|1", "0.06|0.06", "0.06|0.06", "doubtful|doubtful"]


def test_what_no_record_has_is_not_read_back_from_kgx_and_the_rest_is(doubt: Path, tmp_path: Path) -> None:
    edges(doubt, tmp_path / "kgx")
    read = list(KgxParser().parse("edges.tsv", (tmp_path / "kgx" / "edges.tsv").read_bytes()))
    mentions = [(each.figure_id, each.word, each.entity_id) for each in read if isinstance(each, Mention)]
    assert ("pfocr:PMC2__b", "CBP", CREBBP) not in mentions
    assert ("pfocr:PMC2__b", "CBP", OPN1LW) in mentions
    build_with(tmp_path / "again", GIVEN, files={
        name: (tmp_path / "kgx" / name).read_text(encoding="utf-8") for name in ("nodes.tsv", "edges.tsv")
    })  # fmt: skip
    assert edges(tmp_path / "again", tmp_path / "second") == edges(doubt, tmp_path / "first")


def test_neo4j_has_a_node_for_each_reading(doubt: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(doubt) as graph, atomic_folder(tmp_path / "neo4j") as aside:
        Neo4j().write(graph, None, aside)

    def lines(name: str) -> list[str]:
        head = (tmp_path / "neo4j" / f"{name}-header.csv").read_text()
        text = gzip.decompress((tmp_path / "neo4j" / f"{name}-part-0000000.csv.gz").read_bytes()).decode()
        return [head.strip(), *text.replace('"', "").splitlines()]

    readings = lines("word_readings")
    assert readings[0] == (
        "reading_id:ID,:LABEL,figure_id,match,entity_id,category,name,members:int,source,recorded:boolean,"
        "probability:double"
    )
    row = "pfocr:PMC2__b,CBP,ncbigene:1387,gene,CREBBP,1,hgnc_alias_symbol,false,0.94"
    assert f"pfocr:PMC2__b CBP ncbigene:1387,Reading,{row}" in readings
    assert "word:CBP,pfocr:PMC2__b CBP ncbigene:1387,MAY_MEAN" in lines("may_mean")
    assert "pfocr:PMC2__b,pfocr:PMC2__b CBP ncbigene:1387,READS" in lines("reads")
    assert [line for line in lines("means") if line.startswith("word:CBP,")] == ["word:CBP,ncbigene:1387,MEANS,1"]
