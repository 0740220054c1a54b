"""Lists of names: each means what it means alone, and every name that is not taken has its reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.builds import build_graph
from helpers.corpus import GENE_HEADER, genes, record, write_toy
from helpers.hostile import FRAGMENTS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg
from kg.building.options import BuildParameters
from kg.errors import KgError, ParameterError, SourceError, UnknownName
from kg.graph.entity_list import STATUSES, EntityList
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.parsers.lists import read_list

TNF, OPG, AKT1, AKT2, ATP = "ncbigene:8600", "ncbigene:4982", "ncbigene:207", "ncbigene:208", "chebi:15422"
CHEMICALS = "word\tmesh\tmatch\tname\tchebi\nATP\tmesh:D000255\tATP\tATP\tchebi:15422\n"
FILES = {
    "_figures/PMC1__a.md": record("PMC1__a", "figid_alias: PMC1__F1"),
    "_data/PMC1__a-genes.tsv": genes(
        ("RANKL", "RANKL", "TNFSF11", "8600", "hgnc_alias_symbol"),
        ("OPG", "OPG", "TNFRSF11B", "4982", "hgnc_alias_symbol"),
        ("AKT", "AKT", "AKT1", "207", "famplex_relations"),
        ("AKT", "AKT", "AKT2", "208", "famplex_relations"),
    ),
    "_data/PMC1__a-chemicals.tsv": CHEMICALS,
    "_figures/PMC2__b.md": record("PMC2__b"),
    "_data/PMC2__b-genes.tsv": genes(
        ("RANKL", "RANKL", "TNFSF11", "8600", "hgnc_alias_symbol"),
        ("TIF2", "TIF2", "NCOA2", "10499", "hgnc_alias_symbol"),
        ("EGR1", "EGR1", "EGR1", "1958", "hgnc_symbol"),
    ),
}

MEANINGS = "it is the drawn word of 2: AKT1 (ncbigene:207, 1 figure), AKT2 (ncbigene:208, 1 figure)"

LISTED = [
    # text, status, CURIEs, part of the hint
    ("TNFSF11", "matched", [TNF], ""),
    ("tnfsf11", "matched", [TNF], ""),
    ("RANKL", "matched", [TNF], ""),
    ("OPGL", "matched", [TNF], ""),
    ("TNFSF-11", "matched", [TNF], ""),
    ("8600", "matched", [TNF], ""),
    ("0008600", "matched", [TNF], ""),
    ("NCBIGene:8600", "matched", [TNF], ""),
    ("hgnc.symbol:TNFSF11", "matched", [TNF], ""),
    ("ENSG00000120659.15", "matched", [TNF], ""),
    ("O14788", "matched", [TNF], ""),
    ("HGNC:11926", "matched", [TNF], ""),
    ("adenosine triphosphate", "matched", [ATP], ""),
    ("mesh:D000255", "matched", [ATP], ""),
    ("word:AKT", "matched", [AKT1, AKT2], ""),
    ("AKT", "ambiguous", [AKT1, AKT2], MEANINGS),
    ("fplx:AKT", "not drawn", [], "AKT in the lexicon"),
    ("p53", "not drawn", [], "TP53 in the lexicon"),
    ("TP53", "not drawn", [], ""),
    ("7157", "not drawn", [], "TP53 in the lexicon"),
    ("225", "not drawn", [], "ABCD2 in the lexicon"),  # also a synonym of EGR1, which is drawn
    ("ENSG00000141510", "not drawn", [], "TP53 in the lexicon"),
    ("P62805", "not drawn", [], "H4C9, H4C1, H4C4, H4C6, H4C12 in the lexicon"),
    ("ENSG00000999999", "unmatched", [], ""),
    ("PMC1__a", "unmatched", [], "it is a figure"),
    ("RANKLL", "unmatched", [], "did you mean RANKL"),
    ("1234567", "unmatched", [], ""),
    ("no such gene", "unmatched", [], ""),
    ("word:NOTHING", "unmatched", [], ""),
]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    folder = write_toy(tmp_path_factory.mktemp("lists"), FILES)
    build_graph([str(folder)], folder / "exports", BuildParameters(1))
    with kg.open(folder / "exports", kg.Lexicon.bundled()) as graph:
        yield graph


@pytest.mark.parametrize(("text", "status", "ids", "hint"), LISTED, ids=[row[0] for row in LISTED])
def test_a_name_has_its_outcome(graph: KnowledgeGraph, text: str, status: str, ids: list[str], hint: str) -> None:
    (row,) = graph.match_list([text]).rows
    assert (row.status, sorted(match.id for match in row.matches)) == (status, sorted(ids))
    assert hint in row.hint


def test_all_names_at_once_are_as_one_by_one(graph: KnowledgeGraph) -> None:
    texts = [text for text, *_ in LISTED]
    alone = [graph.match_list([text]).rows[0] for text in texts]
    together = graph.match_list(texts).rows
    assert [row._replace(hint="") for row in together] == [row._replace(hint="") for row in alone]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=settings().max_examples // 12,  # each asks the graph up to 16 times
    deadline=None,
)
@given(
    st.lists(
        st.one_of(st.text(max_size=20), st.sampled_from(FRAGMENTS), st.sampled_from([text for text, *_ in LISTED])),
        max_size=8,
    )
)
def test_a_list_agrees_with_the_resolver(graph: KnowledgeGraph, texts: list[str]) -> None:
    for row in graph.match_list(texts).rows:
        assert row.status in STATUSES
        if row.text.isdecimal() or row.text.startswith("word:"):
            continue
        try:
            id_ = graph.find(row.text)
        except UnknownName:
            assert row.status != "matched"
        else:
            assert [match.id for match in row.matches] == [id_] or row.hint == "it is a figure"


def test_a_pasted_text_is_split_where_it_means_nothing_as_a_whole(graph: KnowledgeGraph) -> None:
    given = graph.match_list("RANKL, opg; TIF2 akt1\nadenosine triphosphate, no such gene")
    assert [row.text for row in given.rows] == [
        "RANKL", "opg", "TIF2", "akt1", "adenosine triphosphate", "no such gene",
    ]  # fmt: skip
    assert given.ids == (TNF, OPG, "ncbigene:10499", AKT1, ATP)


@pytest.mark.parametrize("text", ["RANKL,\nATP,", "RANKL;\nATP;\n", "RANKL\t\nATP,;", "'RANKL',\n'ATP',"])
def test_a_separator_behind_a_name_is_no_part_of_it(graph: KnowledgeGraph, text: str) -> None:
    listed = graph.match_list(text)
    assert [(row.text, row.status) for row in listed.rows] == [("RANKL", "matched"), ("ATP", "matched")]


def test_the_report_says_everything(graph: KnowledgeGraph) -> None:
    given = graph.match_list(["RANKL", "RANKL", "TNFSF11", "AKT", "p53", "RANKLL"])
    assert given.report() == [
        "the list: 6 names read: 2 matched, 1 ambiguous, 1 not drawn, 1 unmatched, 1 repeated",
        "by another name: RANKL = TNFSF11 (drawn word)",
        "several names of one entity, which counts once: RANKL = TNFSF11",
        f"ambiguous: AKT ({MEANINGS}; give the identifier of one, or word:AKT for all)",
        "not drawn: p53 (TP53 in the lexicon)",
        "unmatched: RANKLL (did you mean RANKL?)",
    ]


def row(taxon: str, symbol: str, number: str) -> str:
    return f"{taxon}\tNA\tNA\t{symbol}\t{symbol}\t{symbol}\t{number}\tncbigene_symbol\t1\t1\t1\n"


TWO_ORGANISMS = {
    "_figures/PMC1__a.md": record("PMC1__a", "organisms: [Homo sapiens]"),
    "_data/PMC1__a-genes.tsv": GENE_HEADER + row("9606", "TP53", "7157") + row("9606", "MDM2", "4193"),
    "_figures/PMC2__b.md": record("PMC2__b", "organisms: [Sus scrofa]"),
    "_data/PMC2__b-genes.tsv": GENE_HEADER + row("9823", "TP53", "397276") + row("9823", "LGB", "396596"),
}


def test_equal_names_of_several_organisms_are_of_the_organism_of_most_names(tmp_path: Path) -> None:
    folder = write_toy(tmp_path, TWO_ORGANISMS)
    build_graph([str(folder)], folder / "exports", BuildParameters(1))
    with kg.open(folder / "exports", kg.Lexicon.bundled()) as graph:
        human = graph.match_list("TP53 MDM2")
        pig = graph.match_list("TP53 LGB")
        chosen = graph.match_list("TP53 MDM2", taxa=["pig"])
    assert human.ids == ("ncbigene:7157", "ncbigene:4193")
    assert human.report()[1] == "1 name with several meanings: taken as human, as most names; --taxon chooses another"
    assert pig.ids == ("ncbigene:397276", "ncbigene:396596")
    assert chosen.ids == ("ncbigene:397276",)
    assert chosen.rows[1].hint == "MDM2, which the filter of organisms leaves out"


def test_numbers_are_joined_by_entity_and_the_first_counts(graph: KnowledgeGraph) -> None:
    given = read_list("gene\tlogFC\tn\nRANKL\tNA\t3\nTNFSF11\t-1.5\t4\nword:AKT\t2\t\nTP53\t9\t9\n")
    assert given.columns is not None
    assert graph.match_list(given).joined(given.columns) == {
        TNF: {"logFC": -1.5, "n": 3},
        AKT1: {"logFC": 2.0},
        AKT2: {"logFC": 2.0},
    }


def test_a_list_without_an_entity_is_refused(graph: KnowledgeGraph) -> None:
    with pytest.raises(SourceError, match="the list: none of its names is an entity of this build; TP53: "):
        graph.match_list(["TP53", "x1", "x2", "x3"]).check_matched()


def test_a_list_of_names_that_are_not_drawn_is_not_called_unknown(graph: KnowledgeGraph) -> None:
    with pytest.raises(
        SourceError, match=r"none of its names is an entity of this build; TP53: not drawn in this build$"
    ):
        graph.match_list(["TP53"]).check_matched()


@pytest.mark.parametrize("names", [7, None, [7], [None]])
def test_another_value_is_no_list(graph: KnowledgeGraph, names: object) -> None:
    with pytest.raises(ParameterError):
        graph.match_list(names)  # type: ignore[arg-type]


def test_a_closed_graph_matches_nothing(tmp_path: Path) -> None:
    folder = write_toy(tmp_path, FILES)
    build_graph([str(folder)], folder / "exports", BuildParameters(1))
    graph = kg.open(folder / "exports")
    graph.close()
    with pytest.raises(KgError):
        graph.match_list(["TNFSF11"])


def test_an_empty_list_says_so() -> None:
    with pytest.raises(SourceError, match=r"^own\.txt: no names in it; give names or identifiers$"):
        EntityList("own.txt", ()).check_matched()
