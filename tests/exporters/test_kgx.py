"""KGX: every term against a table read off the Biolink model, small graphs by hand, there and back, kgx itself."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.builds import build_graph
from helpers.corpus import genes, record, write_toy
from helpers.readers import KGX

from kg import parsers
from kg.building.options import BuildParameters
from kg.errors import NotARecord
from kg.exporters.kgx import NODES, KgxJsonl, KgxTsv, edges, header
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model import biolink
from kg.model.build import Build
from kg.model.identifiers import DEFAULT_BASE, OWN_PREFIXES, PREFIXES
from kg.model.records import Citation, Figure, Mention, Problem, Table
from kg.parsers.kgx import KgxParser
from kg.runtime.folders import atomic_folder

Rows = list[dict[str, Any]]

MODEL = "4.4.6"
TERMS = {
    "category": ["Publication", "JournalArticle", "Gene", "GeneFamily", "ChemicalEntity", "Disease", "NamedThing"],
    "association": ["Association", "GeneToGeneAssociation",
                    "GeneToGeneFamilyAssociation", "InformationContentEntityToNamedThingAssociation"],
    "predicate": ["mentions", "part_of", "related_to_at_instance_level", "member_of",
                  "occurs_together_in_literature_with", "related_to"],
    "single": ["id", "subject", "predicate", "object", "name", "description", "iri", "taxon", "object_category",
               "knowledge_level", "agent_type", "primary_knowledge_source", "original_predicate",
               "species_context_qualifier", "concept_pair_count", "concept_count_subject", "concept_count_object",
               "dataset_count", "expected_count", "adjusted_p_value", "license"],
    "multivalued": ["category", "synonym", "xref", "keywords", "publication_type", "publications", "has_evidence",
                    "supporting_text"],
    "KnowledgeLevelEnum": ["knowledge_assertion", "observation", "text_co_occurrence"],
    "AgentTypeEnum": ["automated_agent", "data_analysis_pipeline", "image_processing_agent", "manual_agent",
                      "not_provided"],
}  # fmt: skip
"""What the exports use of the Biolink model, by hand."""

OURS = [
    "figure_number", "figure_type", "publication_year", "image_file", "pathway_score", "search_rank", "paper_organism",
    "lexicon_organism", "ontology_annotation", "ndex_network", "wikipathways_pathway", "source_file", "reference",
    "journal_title", "journal_abbreviation", "publisher_name", "figure_count", "identifier_status", "paper_count",
    "object_name", "object_taxon", "normal_form", "word_status", "lexicon", "origin", "expansion_size", "flavour",
    "synonyms_count", "strict_count", "weight", "first_year", "last_year", "lift", "jaccard", "npmi",
    "log10_p", "probability", "share", "reading",
]  # fmt: skip
"""Slots that the model has nothing for."""


def tsv(build: Path, folder: Path) -> tuple[int, dict[str, list[dict[str, str]]]]:
    """Export a build and read the cells as they are, by file."""
    with KnowledgeGraph(build) as graph, atomic_folder(folder) as aside:
        count = KgxTsv().write(graph, None, aside)
    found = {}
    for name in ("nodes", "edges"):
        head, *lines = (folder / f"{name}.tsv").read_text(encoding="utf-8").removesuffix("\n").split("\n")
        found[name] = [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]
    return count, found


def jsonl(build: Path, folder: Path) -> dict[str, Rows]:
    with KnowledgeGraph(build) as graph, atomic_folder(folder) as aside:
        KgxJsonl().write(graph, None, aside)
    texts = {name: (folder / f"{name}.jsonl").read_text(encoding="utf-8") for name in ("nodes", "edges")}
    return {name: [json.loads(line) for line in text.split("\n") if line] for name, text in texts.items()}


@pytest.fixture(scope="module")
def toy(record_build: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    return jsonl(record_build, tmp_path_factory.mktemp("toy") / "kgx")


@pytest.fixture(scope="module")
def full(full_build: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    return jsonl(full_build, tmp_path_factory.mktemp("full") / "kgx")


def one(rows: Rows, **values: Any) -> dict[str, Any]:
    found = [row for row in rows if all(row.get(slot) == value for slot, value in values.items())]
    assert len(found) == 1
    return found[0]


# -- terms


def test_every_slot_is_in_the_table(toy_build: Path) -> None:
    slots = {*header(NODES), *header(edges(Build(toy_build)))}
    assert slots - {*TERMS["single"], *TERMS["multivalued"], *OURS} == set()
    assert {*TERMS["single"], *TERMS["multivalued"], *OURS} - slots == set()
    assert slots & biolink.LISTS >= set(TERMS["multivalued"])
    assert biolink.LISTS & set(TERMS["single"]) == set()


def test_every_class_predicate_and_level_is_in_the_table(full: dict[str, Rows]) -> None:
    used = {each for row in full["nodes"] for each in row["category"]}
    assert used == {f"biolink:{each}" for each in TERMS["category"]}
    assert {*biolink.CATEGORIES.values(), biolink.FIGURE, biolink.PAPER} == used
    used = {each for row in full["edges"] for each in row["category"]}
    assert used == {f"biolink:{each}" for each in TERMS["association"]}
    # No pair of the toy corpus is published; a test below has some.
    assert {row["predicate"] for row in full["edges"]} | {biolink.CO_OCCURS} == {
        f"biolink:{each}" for each in TERMS["predicate"]
    }
    assert {row["knowledge_level"] for row in full["edges"]} == set(TERMS["KnowledgeLevelEnum"])
    assert {row["agent_type"] for row in full["edges"]} == set(TERMS["AgentTypeEnum"])


# -- the toy corpus by hand


def test_nodes_by_hand(toy: dict[str, Rows]) -> None:
    assert [row["id"] for row in toy["nodes"]] == [
        *("PMCID:PMC1", "PMCID:PMC2", "PMCID:PMC3", "PMID:11111"),
        *("pfocr:PMC1__a", "pfocr:PMC1__b", "pfocr:PMC2__c", "pfocr:PMC3__d"),
        *("CHEBI:15422", "DOID:11476", "keyword:no%20such%20thing"),
        *("NCBIGene:207", "NCBIGene:208", "NCBIGene:4193", "NCBIGene:7157"),
    ]
    assert one(toy["nodes"], id="PMCID:PMC2") == {
        "id": "PMCID:PMC2",
        "category": ["biolink:JournalArticle"],
        "iri": "https://identifiers.org/pmc/PMC2",
        "xref": ["doi:10.1234/toy.c"],
        "publication_year": 2010,
        "figure_count": 1,
        "publication_type": ["Journal Article"],
    }
    assert one(toy["nodes"], id="pfocr:PMC3__d") == {
        "id": "pfocr:PMC3__d",
        "category": ["biolink:Publication"],
        "iri": "https://pfocr.wikipathways.org/figures/PMC3__d.html",
        "publication_type": ["Figure"],
    }
    gene = one(toy["nodes"], id="NCBIGene:7157")
    assert (gene["name"], gene["category"], gene["taxon"]) == ("TP53", ["biolink:Gene"], "NCBITaxon:9606")
    assert (gene["figure_count"], gene["paper_count"], gene["identifier_status"]) == (3, 2, "given")
    assert "MESH:D010024" in one(toy["nodes"], id="DOID:11476")["xref"]


def test_edges_by_hand(toy: dict[str, Rows]) -> None:
    # Four figures; 4 + 5 + 4 + 2 entities in them; two citations; five pairs in two figures.
    predicates = [row["predicate"].removeprefix("biolink:") for row in toy["edges"]]
    assert predicates == ["part_of"] * 4 + ["mentions"] * 15 + ["related_to_at_instance_level"] * 2 + ["related_to"] * 5
    assert one(toy["edges"], subject="pfocr:PMC1__a", object="NCBIGene:7157") == {
        "id": "pfocr:PMC1__a;mentions;NCBIGene:7157",
        "subject": "pfocr:PMC1__a",
        "predicate": "biolink:mentions",
        "object": "NCBIGene:7157",
        "category": ["biolink:InformationContentEntityToNamedThingAssociation"],
        "knowledge_level": "observation",
        "agent_type": "image_processing_agent",
        "primary_knowledge_source": "infores:pfocr",
        "publications": ["PMCID:PMC1"],
        "object_name": "TP53",
        "object_category": "biolink:Gene",
        "object_taxon": "NCBITaxon:9606",
        "supporting_text": ["p53"],
        "normal_form": ["P53"],
        "word_status": ["given"],
        "lexicon": ["ncbigene_synonym"],
        "origin": ["sidecar"],
        "expansion_size": [1],
        "flavour": ["synonyms"],
        "probability": [1.0],
        "share": [1.0],
        "reading": ["sure"],
    }
    cited = one(toy["edges"], subject="PMCID:PMC2", object="PMID:11111")
    assert cited["original_predicate"] == "cito:cites"
    assert "primary_knowledge_source" not in cited


def test_a_pair_by_hand(toy: dict[str, Rows]) -> None:
    # MDM2 in b, c, d and TP53 in a, b, d, of four figures with two words: 3 * 3 / 4 expected, b and d have both.
    pair = one(toy["edges"], subject="NCBIGene:4193", object="NCBIGene:7157")
    assert pair["id"] == "NCBIGene:4193;related_to;NCBIGene:7157"
    assert pair["category"] == ["biolink:GeneToGeneAssociation"]
    assert (pair["knowledge_level"], pair["agent_type"]) == ("text_co_occurrence", "data_analysis_pipeline")
    assert (pair["concept_pair_count"], pair["concept_count_subject"], pair["concept_count_object"]) == (2, 3, 3)
    assert (pair["dataset_count"], pair["expected_count"], pair["paper_count"]) == (4, 2.25, 2)
    assert pair["has_evidence"] == ["pfocr:PMC1__b", "pfocr:PMC3__d"]
    assert pair["publications"] == ["PMCID:PMC1", "PMCID:PMC3"]
    assert pair["species_context_qualifier"] == "NCBITaxon:9606"


@pytest.mark.parametrize(("least", "published"), [(5, ["TP53"]), (1, ["AKT1", "TP53"]), (6, [])])
def test_only_a_published_pair_is_said_to_occur_together(tmp_path: Path, least: int, published: list[str]) -> None:
    # Five figures of five papers draw TP53 with MDM2, five of one paper AKT1 with AKT2: 1 of 252 ways, so q = 1/252.
    # One word of the sixth figure means both TP53 and MDM2, so that it counts for the naive number only.
    rows = {"TP53": "7157", "MDM2": "4193", "AKT1": "207", "AKT2": "208"}
    one_each = {symbol: (symbol, symbol, symbol, number, "ncbigene_symbol") for symbol, number in rows.items()}
    files = {f"_data/PMC{n}__a-genes.tsv": genes(one_each["TP53"], one_each["MDM2"]) for n in range(1, 6)}
    files |= {f"_data/PMC9__{n}-genes.tsv": genes(one_each["AKT1"], one_each["AKT2"]) for n in range(1, 6)}
    files["_data/PMC6__a-genes.tsv"] = genes(
        *(("X", "X", each, rows[each], "ncbigene_synonym") for each in ("TP53", "MDM2"))
    )
    parameters = BuildParameters(readings="record", publish_papers=least)
    build_graph([str(write_toy(tmp_path / "corpus", files))], tmp_path / "build", parameters)
    found = jsonl(tmp_path / "build", tmp_path / "kgx")["edges"]
    pairs = {symbol: one(found, subject=f"NCBIGene:{number}", object=f"NCBIGene:{other}") for symbol, number, other in (
        ("AKT1", 207, 208), ("TP53", 4193, 7157))}  # fmt: skip
    together = "biolink:occurs_together_in_literature_with"
    assert [symbol for symbol, pair in pairs.items() if pair["predicate"] == together] == published
    assert {pair["predicate"] for pair in pairs.values()} <= {together, "biolink:related_to"}
    assert [(pair["concept_pair_count"], pair["figure_count"]) for pair in pairs.values()] == [(5, 5), (6, 5)]


def test_a_gene_comes_before_a_disease(full: dict[str, Rows]) -> None:
    pair = one(full["edges"], subject="NCBIGene:207", object="DOID:11476")
    assert pair["category"] == ["biolink:Association"]
    # Osteoporosis is in figure b only, AKT1 in a, b and c.
    assert (pair["concept_count_subject"], pair["concept_count_object"]) == (3, 1)
    assert pair["has_evidence"] == ["pfocr:PMC1__b"]


def test_families(full: dict[str, Rows]) -> None:
    members = [row for row in full["edges"] if row["predicate"] == "biolink:member_of"]
    assert [(row["subject"], row["object"]) for row in members] == [
        ("NCBIGene:207", "fplx:AKT"),
        ("NCBIGene:208", "fplx:AKT"),
    ]
    assert one(full["nodes"], id="fplx:AKT")["category"] == ["biolink:GeneFamily"]


def test_a_gene_drawn_by_two_words_has_one_edge(tmp_path: Path) -> None:
    rows = (("P53", "P53", "TP53", "7157", "ncbigene_synonym"), ("TP53", "TP53", "TP53", "7157", "NA"))
    files = {"_data/PMC1__a-genes.tsv": genes(*rows, ("MDM2", "MDM2", "MDM2", "4193", "ncbigene_symbol"))}
    build_graph([str(write_toy(tmp_path / "corpus", files))], tmp_path / "build")
    _, found = tsv(tmp_path / "build", tmp_path / "tsv")
    edge = one(found["edges"], object="NCBIGene:7157")
    assert edge["supporting_text"] == "P53|TP53"
    assert edge["lexicon"] == "ncbigene_synonym|"
    edge = one(jsonl(tmp_path / "build", tmp_path / "jsonl")["edges"], object="NCBIGene:7157")
    assert edge["lexicon"] == ["ncbigene_synonym", ""]
    read = list(KgxParser().parse("edges.tsv", (tmp_path / "tsv" / "edges.tsv").read_bytes()))
    mentions = [(each.word, each.source) for each in read if isinstance(each, Mention) and each.name == "TP53"]
    assert mentions == [("P53", "ncbigene_synonym"), ("TP53", None)]


# -- both formats


def test_both_formats_say_the_same_and_no_end_dangles(full_build: Path, full: dict[str, Rows], tmp_path: Path) -> None:
    count, found = tsv(full_build, tmp_path / "kgx")
    assert count == len(found["nodes"]) + len(found["edges"])
    for name, rows in found.items():
        assert len(rows) == len(full[name])
        for cells, values in zip(rows, full[name], strict=True):
            texts = {slot: value if isinstance(value, list) else [value] for slot, value in values.items()}
            joined = {slot: "|".join(map(str, value)) for slot, value in texts.items()}
            assert {slot: text for slot, text in cells.items() if text} == joined
    ids = {row["id"] for row in full["nodes"]}
    assert len(ids) == len(full["nodes"])
    assert len({row["id"] for row in full["edges"]}) == len(full["edges"])
    assert {row[end] for row in full["edges"] for end in ("subject", "object")} <= ids


def test_the_same_build_gives_the_same_bytes(toy_build: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        tsv(toy_build, tmp_path / name)
    for name in ("nodes.tsv", "edges.tsv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


NASTY = 'a "b" | c\\n \\| \\\\ \u2028 \U0001f600'


def test_hostile_text_comes_back(tmp_path: Path) -> None:
    quoted = json.dumps(NASTY).replace("\\ud83d\\ude00", "\U0001f600")  # YAML knows no pairs of surrogates
    lines = (
        f"papertitle: {quoted}",
        'caption: "one\\ntwo\\r\\n\\tthree"',
        f"keywords: [{quoted}, 'x']",
        "doi: 10.1234/a%b<c>",
    )
    files = {
        "_figures/PMC1__a.md": record("PMC1__a", *lines, keywords=("no|such\\thing",)),
        "_data/PMC1__a-genes.tsv": genes(('p|"53\\', 'P|"53\\', "TP53", "7157", "x|y")),
    }
    build_graph([str(write_toy(tmp_path / "corpus", files))], tmp_path / "build")
    tables = {
        name: pq.read_table(tmp_path / "build" / "tables" / f"{name}.parquet").to_pylist()
        for name in ("figures", "papers")
    }
    found = jsonl(tmp_path / "build", tmp_path / "jsonl")
    assert found["nodes"][0]["name"] == NASTY
    assert found["nodes"][1]["description"] == tables["figures"][0]["caption"]
    assert one(found["edges"], object="NCBIGene:7157")["supporting_text"] == ['p|"53\\']
    tsv(tmp_path / "build", tmp_path / "tsv")
    nodes = list(KgxParser().parse("nodes.tsv", (tmp_path / "tsv" / "nodes.tsv").read_bytes()))
    assert len(nodes) == 1
    assert isinstance(nodes[0], Figure)
    assert nodes[0].paper_title == NASTY
    assert nodes[0].caption == tables["figures"][0]["caption"]
    assert list(nodes[0].paper_keywords) == tables["papers"][0]["keywords"]
    assert nodes[0].doi == "10.1234/a%b<c>"
    edges_read = list(KgxParser().parse("edges.tsv", (tmp_path / "tsv" / "edges.tsv").read_bytes()))
    mentions = {each.name: each for each in edges_read if isinstance(each, Mention)}
    assert (mentions["TP53"].word, mentions["TP53"].match, mentions["TP53"].source) == ('p|"53\\', 'P|"53\\', "x|y")
    assert mentions["no|such\\thing"].entity_id is None


# -- there and back

LOST = {
    "figures": {"source_file", "license"},
    "mentions": {"origin", "word_status"},
    "entities": {"id_status", "synonyms", "xrefs"},
    "words": {"word_status"},
}
"""Columns that a build from an export has otherwise: docs/formats.md says why."""


@pytest.fixture
def _kgx_first(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [each for each in parsers.installed() if not isinstance(each, KgxParser)]
    monkeypatch.setattr(parsers, "installed", lambda: (KgxParser(), *others))


def back(build: Path, folder: Path, *, families: bool = False) -> Path:
    """Export a build and build from that."""
    tsv(build, folder / "kgx")
    manifest = json.loads((build / "manifest.json").read_text(encoding="utf-8"))
    parameters = BuildParameters(min_figures=manifest["thresholds"]["min_figures"], families=families)
    build_graph([str(folder / "kgx")], folder / "back", parameters)
    return folder / "back"


def columns(build: Path, name: str) -> dict[str, list[Any]]:
    table = pq.read_table(build / "tables" / f"{name}.parquet")
    return {column: table[column].to_pylist() for column in table.column_names if column not in LOST.get(name, ())}


TABLES = ("figures", "papers", "entities", "mentions", "citations", "members", "words")
PAIRS = ("cooccurrences", "word_cooccurrences")


@pytest.mark.usefixtures("_kgx_first")
def test_the_toy_corpus_there_and_back(toy_build: Path, tmp_path: Path) -> None:
    again = back(toy_build, tmp_path)
    for name in (*TABLES, *PAIRS):
        assert columns(again, name) == columns(toy_build, name), name


@pytest.mark.usefixtures("_kgx_first")
def test_families_there_and_back(full_build: Path, tmp_path: Path) -> None:
    again = back(full_build, tmp_path, families=True)
    for name in (*TABLES, *PAIRS):
        assert columns(again, name) == columns(full_build, name), name


@pytest.mark.usefixtures("_kgx_first")
def test_the_seeds_there_and_back(seeds_build: Path, tmp_path: Path) -> None:
    again = back(seeds_build, tmp_path)
    for name in ("figures", "papers", "entities", "citations", "members"):
        assert columns(again, name) == columns(seeds_build, name), name
    before, after = (columns(build, "mentions") for build in (seeds_build, again))
    assert (after["figure_id"], after["entity_id"]) == (before["figure_id"], before["entity_id"])
    known = [place for place, match in enumerate(before["match"]) if match is not None]
    assert len(known) > 100
    assert [after["match"][place] for place in known] == [before["match"][place] for place in known]


@pytest.mark.usefixtures("_kgx_first")
def test_an_export_of_an_import_is_the_same(toy_build: Path, tmp_path: Path) -> None:
    first = back(toy_build, tmp_path / "one")
    second = back(first, tmp_path / "two")
    for name in (*TABLES, *PAIRS):
        assert pq.read_table(first / "tables" / f"{name}.parquet").equals(
            pq.read_table(second / "tables" / f"{name}.parquet")
        )


# -- the parser by itself


def parse(name: str, *lines: str) -> list[Any]:
    return list(KgxParser().parse(name, "\n".join(lines).encode()))


EDGE = (
    "subject\tpredicate\tobject\toriginal_predicate\tobject_name\tobject_category\tobject_taxon"
    "\tsupporting_text\tword_status"
)


def test_file_names() -> None:
    accepted = ("edges.tsv", "kgx/nodes.tsv", "a/pfocr_edges.tsv")
    refused = ("citations.tsv", "edges.csv", "edges.tsv.gz", "PMC1__edges-genes.tsv", "myedges.tsv")
    assert all(map(KgxParser().can_parse, accepted))
    assert not any(map(KgxParser().can_parse, refused))


def test_a_table_that_is_no_kgx_is_refused() -> None:
    with pytest.raises(NotARecord, match="not KGX edges: no columns subject, predicate, object"):
        parse("edges.tsv", "citing\tcited", "PMC1\tPMC2")
    with pytest.raises(NotARecord, match="not KGX nodes: no columns id, category"):
        parse("nodes.tsv", "")


def test_an_edge_becomes_a_table_and_a_mention() -> None:
    found = parse(
        "edges.tsv",
        EDGE,
        "pfocr:PMC1__a\tbiolink:mentions\tNCBIGene:7157\t\tTP53\tbiolink:Gene\tNCBITaxon:9606\tp53\tgiven",
    )
    mention = Mention("pfocr:PMC1__a", "sidecar", "gene", 0, "TP53", "TP53", "p53", entity_id="ncbigene:7157")
    assert found == [Table("pfocr:PMC1__a", "gene"), mention._replace(taxon="ncbitaxon:9606")]


def test_pairs_of_an_export_are_not_read_and_relations_of_others_are_noted() -> None:
    head = "subject\tpredicate\tobject\tprimary_knowledge_source"
    related = "NCBIGene:1\tbiolink:related_to\tNCBIGene:2"
    assert parse("edges.tsv", head, f"{related}\tinfores:pfocr") == []
    (note,) = parse("edges.tsv", head, f"{related}\tinfores:other")
    assert note.message == "edges of other predicates were not read: 1 biolink:related_to"


def test_citations_and_what_is_made_again() -> None:
    found = parse(
        "edges.tsv",
        EDGE,
        "PMCID:PMC1\tbiolink:related_to_at_instance_level\tdoi:10.1234/x\tcito:cites",
        "NCBIGene:1\tbiolink:occurs_together_in_literature_with\tNCBIGene:2",
        "NCBIGene:1\tbiolink:member_of\tfplx:X",
        "NCBIGene:1\tbiolink:affects\tNCBIGene:2",
        "pfocr:PMC1__a\tbiolink:part_of\tPMCID:PMC1",
    )
    assert found[:2] == [Citation("pmc:PMC1", "doi:10.1234/x"), Table("pfocr:PMC1__a", "gene")]
    assert found[2:] == [
        Problem(
            "note", "other-predicate", "edges.tsv", None, "edges of other predicates were not read: 1 biolink:affects"
        )
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("PMC1__a\tbiolink:mentions\tNCBIGene:1", "'PMC1__a' is no figure"),
        ("pfocr:PMC1__a\tbiolink:mentions\tNCBIGene:1", "object_category '' is none of biolink:Gene"),
        (
            "pfocr:PMC1__a\tbiolink:mentions\tUMLS:C1\t\tx\tbiolink:Gene",
            "'UMLS:C1' is no CURIE with a prefix of pfocr, PMCID",
        ),
        ("pfocr:PMC1__a\tbiolink:mentions\t\t\tx\tbiolink:Gene", "'' is no CURIE"),
        (
            "pfocr:PMC1__a\tbiolink:mentions\tNCBIGene:1\t\tx\tbiolink:Gene\t\ta|b\tgiven",
            "supporting_text has 2 members",
        ),
        (
            "x\tbiolink:related_to_at_instance_level\tPMCID:PMC1\tcito:cites",
            "'x' is no CURIE with a prefix of PMCID, PMID, doi",
        ),
        ("\tbiolink:part_of", "'' is no figure"),
    ],
)
def test_a_bad_edge_is_skipped_and_named(line: str, reason: str) -> None:
    problem, table = parse("edges.tsv", EDGE, line, "pfocr:PMC2__b\tbiolink:part_of\tPMCID:PMC2")
    assert (problem.severity, problem.code, problem.line) == ("error", "bad-row", 2)
    assert problem.message.startswith(reason)
    assert table == Table("pfocr:PMC2__b", "gene")


def test_a_bad_figure_is_skipped_and_one_given_twice_is_read_once() -> None:
    head = "id\tcategory\tpublication_type\tsource_file\tpublication_year\tpathway_score"
    good = "pfocr:PMC1__a\tbiolink:Publication\tFigure\tx.md\t2001\t0.5"
    bad = ("pfocr:x\tbiolink:Publication\tFigure\tx.md", good.replace("2001", "99999"), good.replace("0.5", "nan"))
    found = parse("nodes.tsv", head, *bad, good, good, "NCBIGene:1\tbiolink:Gene")
    assert [each.line for each in found if isinstance(each, Problem)] == [2, 3, 4]
    assert found[3:] == [Figure("pfocr:PMC1__a", "pmc:PMC1", year=2001, pathway_score=0.5)]


# -- kgx

PROGRAM = (
    KGX
    + """
asked = json.loads(Path(sys.argv[1]).read_text())
prefixes.update(asked["prefixes"])
from biolink_model.datamodel import pydanticmodel_v2 as classes
from kgx.cli import cli_utils
from pydantic import ValidationError

toolkit = bmt.toolkit.Toolkit()
element = toolkit.get_element
terms = asked["terms"]
unknown = [each for each in terms["category"] if not toolkit.is_category(element(each).name)]
unknown += [each for each in terms["association"] if not toolkit.is_association(element(each).name)]
unknown += [each for each in terms["predicate"] if not toolkit.is_predicate(each)]
for kind in ("single", "multivalued"):
    for each in terms[kind]:
        slot = element(each)
        if slot is None or slot.name.replace(" ", "_") != each or bool(slot.multivalued) != (kind == "multivalued"):
            unknown.append(each)
for kind in ("KnowledgeLevelEnum", "AgentTypeEnum"):
    unknown += [each for each in terms[kind] if each not in toolkit.get_permissible_value_descendants(each, kind)]
unknown += [each for each in asked["ours"] if element(each) is not None]


def model_errors(folder):
    found = set()
    for path in (folder / "jsonl" / "nodes.jsonl", folder / "jsonl" / "edges.jsonl"):
        for line in path.read_text().split("\\n"):
            record = json.loads(line) if line else None
            if record is None:
                continue
            name = record["category"][0].removeprefix("biolink:")
            shape = getattr(classes, name)
            try:
                shape(**{slot: value for slot, value in record.items() if slot in shape.model_fields})
            except ValidationError as error:
                found |= {(name, str(each["loc"][0]), each["type"]) for each in error.errors()}
    return sorted(found)


def judged(folder, format_):
    inputs = [str(folder / format_ / f"{name}.{format_}") for name in ("nodes", "edges")]
    errors = cli_utils.validate(inputs, format_, None, str(folder / "errors"))
    stats = cli_utils.graph_summary(inputs, format_, None, str(folder / "summary"), "kgx-map", "json")
    counts = [stats["node_stats"]["total_nodes"], stats["edge_stats"]["total_edges"]]
    # Through a graph in memory, where edges of the same ends and predicate would become one.
    out = folder / f"from-{format_}"
    cli_utils.transform(inputs=inputs, input_format=format_, output=str(out), output_format="jsonl", stream=False)
    kept = [sum(1 for _ in open(f"{out}_{name}.jsonl")) for name in ("nodes", "edges")]
    return {"errors": errors, "counts": counts, "kept": kept}


found = {"model": toolkit.get_model_version(), "unknown_terms": unknown, "folders": {}}
for name, path in asked["folders"].items():
    found["folders"][name] = {format_: judged(Path(path), format_) for format_ in ("tsv", "jsonl")}
    found["folders"][name]["model_errors"] = model_errors(Path(path))
Path(sys.argv[2]).write_text(json.dumps(found))
"""
)
"""Asks kgx and the Biolink model."""


def test_kgx_and_the_model_agree(full_build: Path, seeds_build: Path, tmp_path: Path) -> None:
    python = os.environ.get("KG_KGX")
    if not python:
        pytest.skip("KG_KGX names no Python that has kgx")
    asked: dict[str, Any] = {"terms": TERMS, "ours": OURS, "folders": {}}
    asked["prefixes"] = {prefix: home.start for prefix, home in PREFIXES.items() if prefix not in biolink.PREFIXES}
    asked["prefixes"] |= {prefix: DEFAULT_BASE + path for prefix, path in OWN_PREFIXES.items()}
    counts = {}
    for name, build in (("full", full_build), ("seeds", seeds_build)):
        count, found = tsv(build, tmp_path / name / "tsv")
        jsonl(build, tmp_path / name / "jsonl")
        asked["folders"][name] = str(tmp_path / name)
        counts[name] = [len(found["nodes"]), len(found["edges"])]
        assert sum(counts[name]) == count
    (tmp_path / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    command = [python, "-c", PROGRAM, "asked.json", "found.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["model"] == MODEL
    assert found["unknown_terms"] == []
    for name, both in counts.items():
        for format_ in ("tsv", "jsonl"):
            assert found["folders"][name][format_] == {"errors": {}, "counts": both, "kept": both}
        # Records name journals by title only; the model wants a registered identifier of a paper's journal.
        assert found["folders"][name]["model_errors"] == [["JournalArticle", "published_in", "missing"]]
