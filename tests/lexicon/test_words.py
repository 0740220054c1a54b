"""Words as things of their own, families, and the three flavours: the toy corpus of helpers/corpus.py by hand.

AKT was read as AKT1 and AKT2 in figures a and b, and is inferred for the keywords AKT1 and AKT2 of c; there MDM2 and
`no such thing` are keywords whose word is not known, so they are no words of the table.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet as pq
import pytest
from helpers.builds import build_graph
from helpers.corpus import FAMILY, MDM2, TP53, genes, record, write_toy

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.errors import QueryError, UnknownName
from kg.exporters.graphml import GraphML
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Filters, View
from kg.model.identifiers import compress, decode, expand
from kg.rdf.dump import LAYERS

AKT1, AKT2, GENE_MDM2, GENE_TP53 = "ncbigene:207", "ncbigene:208", "ncbigene:4193", "ncbigene:7157"
ATP, OSTEOPOROSIS, KEYWORD, AKT = "chebi:15422", "doid:11476", "keyword:no%20such%20thing", "fplx:AKT"
A, B, C, D = "pfocr:PMC1__a", "pfocr:PMC1__b", "pfocr:PMC2__c", "pfocr:PMC3__d"
EVERY_PAIR = Filters(min_figures=1)


def rows(build: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(build / "tables" / f"{table}.parquet").to_pylist()
    return found


def manifest(build: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((build / "manifest.json").read_text(encoding="utf-8"))
    return found


def built(folder: Path, files: dict[str, str], **parameters: Any) -> Path:
    corpus = write_toy(folder / "corpus", files)
    build_graph([str(corpus)], folder / "exports", BuildParameters(**parameters))
    return folder / "exports"


@pytest.fixture
def toy(toy_build: Path) -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph(toy_build) as graph:
        yield graph


@pytest.fixture
def full(full_build: Path) -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph(full_build) as graph:
        yield graph


def ids(view: View) -> list[str]:
    return [node.id for node in view.nodes()]


def pairs(view: View) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in view.edges()]


# -- words


def test_the_words_of_the_toy_corpus(toy_build: Path) -> None:
    names = ("word_id", "word", "category", "word_status", "figures", "papers", "entities")
    assert [tuple(row[name] for name in names) for row in rows(toy_build, "words")] == [
        ("word:AKT", "AKT", "gene", "given", 3, 2, 2),
        ("word:ATP", "ATP", "chemical", "given", 1, 1, 1),
        ("word:MDM2", "MDM2", "gene", "given", 2, 2, 1),
        ("word:OSTEOPOROSIS", "OSTEOPOROSIS", "disease", "given", 1, 1, 1),
        ("word:P53", "P53", "gene", "given", 2, 1, 1),
        ("word:TP53", "TP53", "gene", "given", 1, 1, 1),
    ]


def test_the_pairs_of_words_of_the_toy_corpus(toy_build: Path) -> None:
    names = ("subject_id", "object_id", "figures", "papers", "subject_figures", "object_figures", "universe")
    found = [tuple(row[name] for name in names) for row in rows(toy_build, "word_cooccurrences")]
    # Figure c has one word, so it can show no pair and is not counted.
    assert found == [
        ("word:AKT", "word:ATP", 1, 1, 2, 1, 3),
        ("word:AKT", "word:MDM2", 1, 1, 2, 2, 3),
        ("word:AKT", "word:OSTEOPOROSIS", 1, 1, 2, 1, 3),
        ("word:AKT", "word:P53", 2, 1, 2, 2, 3),
        ("word:ATP", "word:P53", 1, 1, 1, 2, 3),
        ("word:MDM2", "word:OSTEOPOROSIS", 1, 1, 2, 1, 3),
        ("word:MDM2", "word:P53", 1, 1, 2, 2, 3),
        ("word:MDM2", "word:TP53", 1, 1, 2, 1, 3),
        ("word:OSTEOPOROSIS", "word:P53", 1, 1, 1, 2, 3),
    ]


def test_the_statistics_of_a_pair_of_words(toy_build: Path) -> None:
    (row,) = [each for each in rows(toy_build, "word_cooccurrences") if each["figures"] == 2]
    # AKT and P53, each in two of three figures and both times together: P(X >= 2) = 1/3.
    assert (row["expected"], row["lift"], row["jaccard"], row["npmi"]) == (1.33333, 1.5, 1.0, 1.0)
    assert (row["log10_p"], row["q"], row["first_year"], row["last_year"]) == (-0.477121, 1.0, 2001, 2001)
    assert (row["subject_category"], row["object_category"]) == ("gene", "gene")


def test_the_manifest_counts_words_and_their_pairs(toy_build: Path) -> None:
    found = manifest(toy_build)
    assert found["word_pairs"] == {
        "distinct": 9,
        "instances": 10,
        "tests": {"chemical-gene": 2, "disease-gene": 3, "gene-gene": 4},
    }
    assert found["thresholds"]["word_pairs_kept"] == 1
    assert (found["counts"]["words"], found["counts"]["word_cooccurrences"], found["counts"]["members"]) == (6, 9, 0)


def test_the_manifest_counts_mentions_by_what_is_known_of_their_word(toy_build: Path) -> None:
    counts = manifest(toy_build)["counts"]
    # a 4, b 5, d 2; c: two genes of AKT, MDM2 and what is no gene.
    assert counts["mentions_by_word_status"] == {"given": 11, "inferred": 2, "unknown": 2}
    # AKT three times two; p53 in a and b, MDM2 in c; else symbols, chemicals, diseases and unknown keywords.
    assert counts["mentions_by_flavour"] == {"all": 6, "strict": 6, "synonyms": 3}


def test_an_inferred_mention(toy_build: Path) -> None:
    mentions = {row["entity_id"]: row for row in rows(toy_build, "mentions") if row["figure_id"] == C}
    assert mentions[AKT1] == {
        "figure_id": C,
        "entity_id": AKT1,
        "origin": "keyword",
        "word_status": "inferred",
        "n_candidates": 2,
        "probability": 1.0,
        "share": 0.5,
        "reading": "sure",
        "flavour": "all",
        "word": None,
        "match": "AKT",
        "source": None,
    }
    assert mentions[GENE_MDM2] == {
        "figure_id": C,
        "entity_id": GENE_MDM2,
        "origin": "keyword",
        "word_status": "unknown",
        "n_candidates": 1,
        "probability": 1.0,
        "share": 1.0,
        "reading": "sure",
        "flavour": "synonyms",
        "word": None,
        "match": None,
        "source": None,
    }
    assert mentions[KEYWORD]["flavour"] == "strict"


def test_a_word_that_was_never_given_is_inferred(tmp_path: Path) -> None:
    keywords = ("TP53", "AKT1", "AKT2", "AKT3")
    found = built(tmp_path, {"_figures/PMC1__a.md": record("PMC1__a", keywords=keywords)})
    (word,) = rows(found, "words")
    assert (word["word"], word["word_status"], word["figures"], word["entities"]) == ("AKT", "inferred", 1, 3)
    assert rows(found, "word_cooccurrences") == []


def test_a_word_of_several_kinds_is_of_the_one_it_was_read_as_most(tmp_path: Path) -> None:
    # CA is a gene in two figures and calcium in one.
    gene = genes(("CA", "CA", "CA1", "759", "ncbigene_synonym"))
    chemicals = "word\tmesh\tmatch\tname\tchebi\nCa\tmesh:D002118\tNA\tNA\tNA\n"
    files = {f"_data/PMC{number}__a-genes.tsv": gene for number in (1, 2)} | {"_data/PMC3__a-chemicals.tsv": chemicals}
    (word,) = rows(built(tmp_path, files), "words")
    assert (word["word"], word["category"], word["figures"], word["entities"]) == ("CA", "gene", 3, 2)


def test_two_symbols_of_one_gene_in_a_list_are_one_mention(tmp_path: Path) -> None:
    keywords = ("PARK2", "PRKN", "TP53")
    found = built(tmp_path, {"_figures/PMC1__a.md": record("PMC1__a", keywords=keywords)})
    assert [row["entity_id"] for row in rows(found, "mentions")] == ["ncbigene:5071", GENE_TP53]


# -- the view of words


def test_the_view_of_words_is_words_and_their_pairs(toy: KnowledgeGraph) -> None:
    view = toy.view("words", EVERY_PAIR)
    assert ids(view) == [f"word:{word}" for word in ("AKT", "ATP", "MDM2", "OSTEOPOROSIS", "P53", "TP53")]
    assert (view.n_nodes, view.n_edges, view.directed) == (6, 9, False)
    assert pairs(toy.view("words")) == [("word:AKT", "word:P53")]
    assert view.title == "PFOCR words"


def test_a_word_and_a_pair_of_words_in_full(toy: KnowledgeGraph) -> None:
    view = toy.view("words")
    assert next(view.nodes()) == (
        "word:AKT",
        {"name": "AKT", "label": "AKT", "type": "word", "word_status": "given", "entities": 2, "figures": 3}
        | {"papers": 2, "iri": "https://w3id.org/pfocr-kg/word/AKT"},
    )
    assert list(view.edges()) == [
        (
            "word:AKT",
            "word:P53",
            {"interaction": "co-occurs", "weight": 2.0, "figures": 2, "papers": 1, "first_year": 2001}
            | {"last_year": 2001, "expected": 1.33333, "lift": 1.5, "jaccard": 1.0, "npmi": 1.0}
            | {"log10_p": -0.477121, "q": 1.0, "evidence": "PMC1__a|PMC1__b"},
        )
    ]


def test_the_view_of_words_takes_filters_and_a_limit(toy: KnowledgeGraph) -> None:
    assert pairs(toy.view("words", Filters(categories=("gene",), min_figures=1))) == [
        *(("word:AKT", "word:MDM2"), ("word:AKT", "word:P53"), ("word:MDM2", "word:P53"), ("word:MDM2", "word:TP53")),
    ]
    assert pairs(toy.view("words", Filters(min_figures=1, top=1))) == [("word:AKT", "word:P53")]
    view = toy.view("words", EVERY_PAIR, limit=5)
    assert (view.n_nodes, view.n_edges, view.left_out) == (2, 1, 8)
    with pytest.raises(QueryError, match="of= is for the ego and the figure view"):
        toy.view("words", of="word:AKT")


# -- families


def test_a_family_is_an_entity_with_the_members_that_are_drawn(full_build: Path) -> None:
    (family,) = [row for row in rows(full_build, "entities") if row["category"] == "family"]
    assert family == {
        "entity_id": AKT,
        "category": "family",
        "name": "AKT",
        "id_status": "lexicon",
        "figures": 3,
        "papers": 2,
        "taxon": "ncbitaxon:9606",
        "xrefs": [],
        "synonyms": [],
    }
    # AKT3 is a member, and drawn nowhere.
    assert rows(full_build, "members") == [{"family_id": AKT, "entity_id": gene} for gene in (AKT1, AKT2)]


def test_a_family_is_mentioned_beside_the_genes_of_its_word(full_build: Path) -> None:
    found = [row for row in rows(full_build, "mentions") if row["entity_id"] == AKT]
    names = ("figure_id", "word_status", "word", "match", "n_candidates", "flavour", "source")
    assert [tuple(row[name] for name in names) for row in found] == [
        (A, "given", "AKT", "AKT", 1, "all", "famplex"),
        (B, "given", "AKT", "AKT", 1, "all", "famplex"),
        (C, "inferred", None, "AKT", 1, "all", "famplex"),
    ]
    of_genes = [row["n_candidates"] for row in rows(full_build, "mentions") if row["entity_id"] == AKT1]
    assert of_genes == [2, 2, 2]


def test_a_family_pairs_as_a_gene_does_but_not_with_the_genes_of_its_word(full_build: Path) -> None:
    found = {
        (row["subject_id"], row["object_id"]): (row["figures"], row["figures_all"], row["weight"])
        for row in rows(full_build, "cooccurrences")
        if AKT in (row["subject_id"], row["object_id"])
    }
    assert found == {
        (AKT, AKT1): (0, 3, 0.0),
        (AKT, AKT2): (0, 3, 0.0),
        (AKT, GENE_MDM2): (2, 2, 2.0),
        (AKT, GENE_TP53): (2, 2, 2.0),
        (ATP, AKT): (1, 1, 1.0),
        (OSTEOPOROSIS, AKT): (1, 1, 1.0),
        (AKT, KEYWORD): (1, 1, 1.0),
    }


def test_families_change_nothing_else(toy_build: Path, full_build: Path) -> None:
    for table in ("mentions", "entities"):
        without = [row for row in rows(full_build, table) if row["entity_id"] != AKT]
        assert without == rows(toy_build, table)
    counted = ("figures", "figures_all", "figures_synonyms", "figures_strict", "papers", "weight", "universe")
    pairs_without, pairs_with = (
        {(row["subject_id"], row["object_id"]): [row[name] for name in counted] for row in rows(build, "cooccurrences")}
        for build in (toy_build, full_build)
    )
    assert pairs_without == {ends: row for ends, row in pairs_with.items() if AKT not in ends}
    assert rows(toy_build, "word_cooccurrences") == rows(full_build, "word_cooccurrences")


def test_a_word_of_symbols_and_synonyms_is_no_family(tmp_path: Path) -> None:
    table = genes(("AKT", "AKT", "AKT1", "207", "hgnc_alias_symbol"), TP53)
    found = built(tmp_path, {"_data/PMC1__a-genes.tsv": table}, families=True)
    assert {row["category"] for row in rows(found, "entities")} == {"gene"}
    assert rows(found, "members") == []


def test_members_are_edges_of_views_that_have_figures(full: KnowledgeGraph) -> None:
    for name, of in (("full", None), ("bipartite", None), ("figure", "PMC2__c")):
        edges = [edge for edge in full.view(name, of=of).edges() if edge.attributes["interaction"] == "member-of"]
        assert edges == [(gene, AKT, {"interaction": "member-of"}) for gene in (AKT1, AKT2)]
    interactions = {edge.attributes["interaction"] for edge in full.view("co-occurrence").edges()}
    assert interactions == {"co-occurs"}


def test_families_can_be_filtered(full: KnowledgeGraph) -> None:
    assert ids(full.view("bipartite", Filters(categories=("family",)))) == [AKT, A, B, C]
    view = full.view("figure", Filters(categories=("gene",)), of="PMC1__b")
    assert "member-of" not in {edge.attributes["interaction"] for edge in view.edges()}


def test_networkx_has_every_edge_where_a_family_and_its_gene_are_drawn_by_two_words(tmp_path: Path) -> None:
    own = ("Akt1", "AKT1", "AKT1", "207", "ncbigene_symbol")
    found = built(tmp_path, {"_data/PMC1__a-genes.tsv": genes(*FAMILY, own)}, families=True, min_figures=1)
    with KnowledgeGraph(found) as graph:
        view = graph.view("full")
        edges = {(edge.source, edge.target, edge.attributes["interaction"]) for edge in view.edges()}
        assert {(AKT1, AKT, "member-of"), (AKT, AKT1, "co-occurs")} <= edges
        assert graph.to_networkx(view).number_of_edges() == view.n_edges


# -- flavours


@pytest.mark.parametrize("name", ["seeds_build", "toy_build", "full_build"])
def test_each_flavour_counts_no_more_than_the_next(name: str, request: pytest.FixtureRequest) -> None:
    found = rows(request.getfixturevalue(name), "cooccurrences")
    assert found
    for row in found:
        counts = [row[column] for column in ("figures_strict", "figures_synonyms", "figures", "figures_all")]
        assert counts == sorted(counts), row


def test_pairs_by_flavour(toy: KnowledgeGraph) -> None:
    strict = [(OSTEOPOROSIS, GENE_MDM2), (GENE_MDM2, GENE_TP53)]
    # p53 is a synonym, and a keyword whose word is not known may be one; AKT is a family.
    synonyms = [(ATP, GENE_TP53), (OSTEOPOROSIS, GENE_MDM2), (OSTEOPOROSIS, GENE_TP53)]
    synonyms += [(KEYWORD, GENE_MDM2), (GENE_MDM2, GENE_TP53)]
    assert pairs(toy.view("co-occurrence", Filters(min_figures=1, flavour="strict"))) == strict
    assert pairs(toy.view("co-occurrence", Filters(min_figures=1, flavour="synonyms"))) == synonyms
    assert len(pairs(toy.view("co-occurrence", Filters(min_figures=1, flavour="all")))) == 15
    assert pairs(toy.view("co-occurrence", Filters(flavour="synonyms"))) == [(GENE_MDM2, GENE_TP53)]
    assert pairs(toy.view("co-occurrence", Filters(flavour="strict"))) == []


def test_evidence_is_of_the_flavour(toy: KnowledgeGraph) -> None:
    def evidence(filters: Filters) -> str:
        edges = {(edge.source, edge.target): edge.attributes for edge in toy.view("co-occurrence", filters).edges()}
        return str(edges[GENE_MDM2, GENE_TP53]["evidence"])

    assert evidence(Filters(min_figures=1, flavour="strict")) == "PMC3__d"
    assert evidence(Filters(min_figures=1, flavour="synonyms")) == "PMC1__b|PMC3__d"


def test_the_best_pairs_of_a_flavour_are_those_of_most_figures_in_it(toy: KnowledgeGraph) -> None:
    # By weight MDM2 and osteoporosis come after all pairs of AKT.
    top = Filters(min_figures=1, flavour="synonyms", top=1)
    assert pairs(toy.view("co-occurrence", top)) == [(GENE_MDM2, GENE_TP53)]
    assert pairs(toy.view("ego", Filters(min_figures=1, flavour="strict"), of="MDM2")) == [
        (OSTEOPOROSIS, GENE_MDM2),
        (GENE_MDM2, GENE_TP53),
    ]


def test_a_figure_by_flavour(toy: KnowledgeGraph) -> None:
    def mentioned(filters: Filters) -> list[str]:
        return [id_ for id_ in ids(toy.view("figure", filters, of="PMC1__b")) if not id_.startswith(("pfocr", "pmc"))]

    assert mentioned(Filters(flavour="strict")) == [OSTEOPOROSIS, GENE_MDM2]
    assert mentioned(Filters(flavour="synonyms")) == [OSTEOPOROSIS, GENE_MDM2, GENE_TP53]
    assert mentioned(Filters(flavour="all")) == [OSTEOPOROSIS, AKT1, AKT2, GENE_MDM2, GENE_TP53]


def test_figures_and_entities_by_flavour(toy: KnowledgeGraph) -> None:
    strict = [(A, ATP), (B, OSTEOPOROSIS), (B, GENE_MDM2), (C, KEYWORD), (D, GENE_MDM2), (D, GENE_TP53)]
    view = toy.view("bipartite", Filters(flavour="strict"))
    assert pairs(view) == strict
    assert (view.n_nodes, view.n_edges) == (4 + 5, 6)
    synonyms = [(A, GENE_TP53), (B, GENE_TP53), (C, GENE_MDM2)]
    assert pairs(toy.view("bipartite", Filters(flavour="synonyms"))) == sorted(strict + synonyms)


def test_a_figure_without_a_mention_of_the_flavour_is_left_out(tmp_path: Path) -> None:
    files = {"_data/PMC1__a-genes.tsv": genes(*FAMILY), "_data/PMC2__b-genes.tsv": genes(MDM2)}
    with KnowledgeGraph(built(tmp_path, files)) as graph:
        assert ids(graph.view("bipartite", Filters(flavour="strict"))) == [GENE_MDM2, "pfocr:PMC2__b"]


def test_a_flavour_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownName, match="no flavour is called 'synonym'; did you mean synonyms"):
        Filters(flavour="synonym")  # type: ignore[arg-type]


# -- hostile words

HOSTILE = (
    *('a"b', "a'b", "a b", "a  b", "%41", "100%", "../x", "..", ".", "a/b#c?d", "<x>&", "a\\b", "a|b", "a:b", "{}"),
    *("\u00e9", "e\u0301", "\u03b2-catenin", "NF-\u03baB", "\u00df", "\U0001f9ec", "\u202eab", "$first", "'; --"),
)


@pytest.fixture(scope="module")
def hostile_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two figures, each with every hostile word; each word is a gene of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    table = genes(
        *((word, word, f"S{number}", f"99{number:07d}", "ncbigene_synonym") for number, word in enumerate(HOSTILE))
    )
    write_toy(folder, {f"_data/PMC{number}__a-genes.tsv": table for number in (1, 2)})
    release([str(folder)], folder / "exports", layers=LAYERS, with_store=False)
    return folder / "exports"


FORMS = {
    "e\u0301": "\u00c9",
    "\u03b2-catenin": "BETA-CATENIN",
    "NF-\u03baB": "NF-KAPPAB",
    "\u202eab": "AB",
    "\u00df": "BETA",
}
"""Normal forms that are not only the upper case of the word."""


def normal(word: str) -> str:
    return FORMS.get(word) or " ".join(word.split()).upper()


def test_hostile_words_come_back_from_their_ids(hostile_build: Path) -> None:
    found = rows(hostile_build, "words")
    assert {decode(row["word_id"].removeprefix("word:")) for row in found} == {normal(word) for word in HOSTILE}
    assert all(decode(row["word_id"].removeprefix("word:")) == row["word"] for row in found)
    assert all(compress(expand(row["word_id"])) == row["word_id"] for row in found)
    assert len({row["word_id"] for row in found}) == len(found)


def test_hostile_words_pair_like_others(hostile_build: Path) -> None:
    words = len({normal(word) for word in HOSTILE})
    found = rows(hostile_build, "word_cooccurrences")
    assert len(found) == words * (words - 1) // 2
    assert {row["figures"] for row in found} == {2}


def test_hostile_words_come_back_from_graphml(hostile_build: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(hostile_build) as graph, (tmp_path / "words.graphml").open("wb") as file:
        GraphML().write(graph, graph.view("words"), file)
    read: nx.Graph[str] = nx.read_graphml(tmp_path / "words.graphml")
    assert set(read) == {row["word_id"] for row in rows(hostile_build, "words")}


def test_a_short_family_name_is_found_however_it_is_written(tmp_path: Path) -> None:
    rows = [
        ("p85", "P85", gene, number, "famplex_relations") for gene, number in (("PIK3R1", "5295"), ("PIK3R2", "5296"))
    ]
    source = write_toy(
        tmp_path / "in", {"_figures/PMC1__a.md": record("PMC1__a"), "_data/PMC1__a-genes.tsv": genes(*rows)}
    )
    build_graph([str(source)], tmp_path / "out", BuildParameters(families=True))
    with KnowledgeGraph(tmp_path / "out") as graph:
        families = graph.engine.fetch("SELECT entity_id FROM entities WHERE category = 'family'")[
            "entity_id"
        ].to_pylist()
    assert families == ["fplx:PI3K_p85"]


def test_the_view_of_words_has_no_flavours(toy_build: Path) -> None:
    with KnowledgeGraph(toy_build) as graph, pytest.raises(QueryError, match="words are not expanded"):
        graph.view("words", Filters(flavour="strict"))


def test_an_entity_is_found_by_another_identifier_and_by_an_outdated_symbol(toy_build: Path) -> None:
    with KnowledgeGraph(toy_build) as graph:
        assert graph.find("mesh:D000255") == "chebi:15422"
