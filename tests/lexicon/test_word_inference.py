"""Words inferred from keywords: small records by hand, any record at all, and the seeds against their own tables.

The expansions of the small records are A (a1 to a4), B (b1 to b3) and C (c1, c2); costs are worked in comments: a word
is 1, and in a run what is missing of it costs 1.25 times the missing part times the length of the run.
"""

import csv
import random
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.lexicon.expansions import Expansion, expansions
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.word_inference import WordInference
from kg.model.records import Flavour

Keywords = list[str | None]


def family(word: str, *members: str, is_set: bool = True, flavour: Flavour = "all") -> Expansion:
    return Expansion(word, True, frozenset(members), dict.fromkeys(members, flavour), is_set)


A = family("A", "a1", "a2", "a3", "a4")
B = family("B", "b1", "b2", "b3")
C = family("C", "c1", "c2")
ALIAS = family("ALIAS", "a1", "a2", "a3", "a4", is_set=False, flavour="synonyms")


def words(keywords: Sequence[str | None], *known: Expansion, seen: Iterable[str] = ()) -> dict[str, str]:
    """Give the genes of each inferred word, in one text."""
    found: dict[str, list[str]] = {}
    for gene, word in WordInference(known).infer(keywords, set(seen)).items():
        found.setdefault(word.word, []).append(gene)
    return {word: " ".join(genes) for word, genes in found.items()}


# -- runs


def test_a_run_of_a_whole_family_is_one_word() -> None:
    assert words(["x", "a1", "a2", "a3", "a4", "y"], A) == {"A": "a1 a2 a3 a4"}


def test_a_lone_keyword_is_a_word_of_its_own() -> None:
    assert words(["a1"], A) == {}
    assert words(["a1", "x", "b1"], A, B) == {}
    assert words([], A) == {}
    assert words([None, None], A) == {}


def test_what_no_expansion_has_is_a_word_of_its_own() -> None:
    assert words(["x", "y", "z"], A, B) == {}
    assert words(["a1", "a2"]) == {}


def test_two_words_in_a_row_are_told_apart() -> None:
    assert words(["a1", "a2", "a3", "a4", "b1", "b2", "b3", "c1", "c2"], A, B, C) == {
        "A": "a1 a2 a3 a4",
        "B": "b1 b2 b3",
        "C": "c1 c2",
    }


def test_a_run_that_lacks_one_of_four_is_still_the_word() -> None:
    # 1 + 1.25 x 1/4 x 3 = 1.94, and three words are 3.
    assert words(["a1", "a2", "a4"], ALIAS) == {"ALIAS": "a1 a2 a4"}


def test_a_run_of_two_that_lacks_half_is_two_words() -> None:
    # 1 + 1.25 x 2/4 x 2 = 2.25, and two words are 2.
    assert words(["a1", "a2"], A) == {}
    assert words(["a1", "a2"], ALIAS) == {}


def test_a_run_of_two_that_lacks_a_third_is_one_word() -> None:
    # 1 + 1.25 x 1/3 x 2 = 1.83.
    assert words(["b1", "b3"], B) == {"B": "b1 b3"}


def test_genes_that_came_before_are_not_missing_and_those_that_come_later_are() -> None:
    # The second run lacks nothing, for each gene is a keyword once; the first lacks a half, as far as it is read.
    assert words(["a1", "a2", "x", "a3", "a4"], ALIAS) == {"ALIAS": "a3 a4"}


def test_genes_of_the_figure_whose_word_is_given_are_not_missing() -> None:
    assert words(["a1", "a2"], A, seen=["a3", "a4"]) == {"A": "a1 a2"}
    assert words(["a1", "a2"], A, seen=["a3"]) == {"A": "a1 a2"}  # 1 + 1.25 x 1/4 x 2 = 1.63
    assert words(["a1", "a2"], A, seen=["b1"]) == {}


def test_two_keywords_of_one_gene_are_no_word_of_two() -> None:
    # A record that has a gene by its old and its new symbol: PARK2 and PRKN.
    assert words(["c1", "c1"], C, seen=["c2"]) == {}
    assert words(["c1", "c1"], C) == {}


def test_what_is_no_gene_breaks_a_run() -> None:
    assert words(["a1", "a2", "a3", "a4"], ALIAS) == {"ALIAS": "a1 a2 a3 a4"}
    assert words(["a1", None, "a2", None, "a3", None, "a4"], ALIAS) == {}
    assert words([None, "a1", "a2", "a3", "a4", None], ALIAS) == {"ALIAS": "a1 a2 a3 a4"}


def test_of_two_words_of_the_same_genes_the_first_is_taken() -> None:
    other = family("OTHER", "c1", "c2", flavour="synonyms")
    assert words(["c1", "c2"], C, other) == {"C": "c1 c2"}
    assert words(["c1", "c2"], other, C) == {"OTHER": "c1 c2"}


def test_of_two_words_the_one_that_lacks_less_is_taken() -> None:
    wide = family("WIDE", "c1", "c2", "c3")
    assert words(["c1", "c2"], wide, C) == {"C": "c1 c2"}
    assert words(["c1", "c2", "c3"], C, wide) == {"WIDE": "c1 c2 c3"}


def test_a_gene_has_the_flavour_by_which_its_word_leads_to_it() -> None:
    flavours: dict[str, Flavour] = {"c1": "strict", "c2": "all"}
    found = WordInference([Expansion("C", True, frozenset(flavours), flavours, False)]).infer(["c2", "c1"])
    assert {gene: word.flavour for gene, word in found.items()} == flavours


# -- lists without order


def test_a_shuffled_list_of_whole_families_is_read_as_sets() -> None:
    # As runs 7 words are 7; as sets 2 words and 5 genes that stand elsewhere, at a quarter each, are 3.25.
    assert words(["a1", "b1", "a2", "b2", "a3", "b3", "a4"], A, B) == {"A": "a1 a2 a3 a4", "B": "b1 b2 b3"}


def test_a_shuffled_list_is_read_so_for_words_that_are_sets_only() -> None:
    assert words(["a1", "b1", "a2", "b2", "a3", "b3", "a4"], ALIAS, B) == {"B": "b1 b2 b3"}


def test_a_shuffled_family_may_lack_one_gene_but_not_two() -> None:
    # Saved: 3 genes of 4 less one word, less 1.25 for a missing one; 8 less 1, less 1.25 a missing one.
    assert words(["a1", "x", "a2", "y", "a3"], A) == {"A": "a1 a2 a3"}
    assert words(["a1", "x", "a2"], A) == {}


# -- the bundled words


@pytest.fixture(scope="module")
def bundled() -> WordInference:
    return WordInference(expansions(Lexicon.bundled().contents))


def ids(*numbers: int) -> Keywords:
    return [f"ncbigene:{number}" for number in numbers]


SRC = ids(6714, 2268, 2534, 7525)
"""SRC by its symbol, then FGR, FYN and YES1 by the family that is called so, too."""
PI3K = ids(5290, 5291, 5293, 5294, 8503, 30849, 23533, 146850, 5295, 5296)


def test_a_symbol_and_the_family_of_that_name_are_one_word(bundled: WordInference) -> None:
    found = bundled.infer([*ids(7157), *SRC, *ids(4193)])
    assert {word.word for word in found.values()} == {"SRC"}
    assert list(found) == SRC


def test_ten_genes_of_pi3k_are_one_word(bundled: WordInference) -> None:
    found = bundled.infer(PI3K)
    assert len(found) == 10
    assert set(found.values()) == {("PI3K", "all")}


def test_nine_genes_of_pi3k_are_still_that_word(bundled: WordInference) -> None:
    for left_out in range(10):
        found = bundled.infer(PI3K[:left_out] + PI3K[left_out + 1 :])
        assert [word.word for word in found.values()] == ["PI3K"] * 9


def test_families_that_lost_their_order_are_found(bundled: WordInference) -> None:
    keywords = [*PI3K, *SRC, *ids(207, 208, 10000)]
    random.Random(7).shuffle(keywords)
    assert {word.word for word in bundled.infer(keywords).values()} == {"PI3K", "SRC", "AKT"}
    assert len(bundled.infer(keywords)) == 17


# -- any record

GENES = [f"g{number}" for number in range(12)]
EXACT = st.sampled_from([2, 4, 8]).flatmap(lambda size: st.sets(st.sampled_from(GENES), min_size=size, max_size=size))
"""Sets whose sizes are powers of two: their costs are sums without rounding."""


@st.composite
def known(draw: st.DrawFn) -> list[Expansion]:
    found = draw(st.lists(st.tuples(EXACT, st.booleans()), max_size=6))
    return [family(f"W{number}", *members, is_set=is_set) for number, (members, is_set) in enumerate(found)]


records = st.lists(st.sampled_from([*GENES, "x", None]), max_size=14)
unique = st.lists(st.sampled_from([*GENES, "x"]), max_size=12, unique=True)


@given(known(), records, st.sets(st.sampled_from(GENES)))
def test_only_genes_of_the_record_get_words_that_expand_to_them(
    words_known: list[Expansion], keywords: Keywords, seen: set[str]
) -> None:
    members = {each.word: each.members for each in words_known}
    for gene, inferred in WordInference(words_known).infer(keywords, seen).items():
        assert gene in keywords
        assert gene in members[inferred.word]


@given(known(), unique, st.sets(st.sampled_from(GENES)))
def test_every_inferred_word_has_two_genes_at_least(
    words_known: list[Expansion], keywords: Keywords, seen: set[str]
) -> None:
    found = [word.word for word in WordInference(words_known).infer(keywords, seen).values()]
    assert all(found.count(word) > 1 for word in found)


@given(known(), unique, st.data())
def test_what_is_no_gene_makes_no_difference_outside_of_words(
    words_known: list[Expansion], keywords: Keywords, data: st.DataObject
) -> None:
    inference = WordInference(words_known)
    found = inference.infer(keywords)
    word = [found.get(gene or "") for gene in keywords]
    places = [
        place
        for place in range(len(keywords) + 1)
        if place in (0, len(keywords)) or word[place] is None or word[place] != word[place - 1]
    ]
    padded = list(keywords)
    for place in sorted(data.draw(st.lists(st.sampled_from(places), max_size=4)), reverse=True):
        padded.insert(place, None)
    assert inference.infer(padded) == found


@given(unique, st.permutations([A, B, C, ALIAS]))
def test_the_order_of_the_expansions_makes_no_difference_to_which_genes_stand_together(
    keywords: Keywords, shuffled: list[Expansion]
) -> None:
    names = dict(zip(GENES, [*sorted(A.members), *sorted(B.members), *sorted(C.members)], strict=False))
    genes = [names.get(gene or "", gene) for gene in keywords]

    def partition(order: list[Expansion]) -> set[frozenset[str]]:
        found = WordInference(order).infer(genes)
        return {frozenset(gene for gene in found if found[gene].word == word.word) for word in found.values()}

    assert partition([A, B, C, ALIAS]) == partition(shuffled)


@given(unique)
def test_a_record_that_is_known_reads_the_same_again(keywords: Keywords) -> None:
    inference = WordInference([A, B, C])
    assert inference.infer(keywords) == inference.infer(list(keywords))


# -- the seeds against their own tables

Pairs = set[tuple[str, str, str]]


def same_word(folder: Path) -> Pairs:
    """Give figure and genes of each two genes that one word gave, as the figures' own tables have it."""
    found: Pairs = set()
    for path in sorted(folder.glob("_data/*-genes.tsv")):
        genes: dict[str, set[str]] = {}
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"):
            genes.setdefault(row["match"], set()).add(f"ncbigene:{row['ncbigene_id']}")
        figure = f"pfocr:{path.name.removesuffix('-genes.tsv')}"
        found |= {(figure, *pair) for drawn in genes.values() for pair in combinations(sorted(drawn), 2)}
    return found


def inferred(build: Path) -> Pairs:
    genes: dict[tuple[str, str], set[str]] = {}
    for row in pq.read_table(build / "tables" / "mentions.parquet").to_pylist():
        if row["word_status"] == "inferred":
            genes.setdefault((row["figure_id"], row["match"]), set()).add(row["entity_id"])
    return {(figure, *pair) for (figure, _), drawn in genes.items() for pair in combinations(sorted(drawn), 2)}


def test_the_words_of_the_seeds_are_right(seeds_build: Path, shared: Path) -> None:
    true = same_word(shared / "seed-sidecars")
    figures = {figure for figure, *_ in true}
    found = {pair for pair in inferred(seeds_build) if pair[0] in figures}
    assert len(true) > 1300
    assert len(true & found) >= 0.95 * len(true)
    assert len(true & found) >= 0.95 * len(found)


def test_an_inferred_mention_has_a_normal_form_and_no_spelling(seeds_build: Path) -> None:
    for row in pq.read_table(seeds_build / "tables" / "mentions.parquet").to_pylist():
        assert (row["match"] is None) == (row["word_status"] == "unknown")
        assert (row["word"] is None) == (row["word_status"] != "given")
        assert row["origin"] in ("keyword", "reread") or row["word_status"] == "given"


def test_part_of_a_broad_family_is_no_word_however_long_the_run() -> None:
    family = frozenset(f"ncbigene:{number}" for number in range(100))
    inference = WordInference([Expansion("OR", True, family, dict.fromkeys(family, "all"), is_set=True)])
    for present, found in ((59, 0), (60, 60), (100, 100)):
        keywords = [f"ncbigene:{number}" for number in range(present)]
        assert len(inference.infer(keywords, ordered=True)) == found
