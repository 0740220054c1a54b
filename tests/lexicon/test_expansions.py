"""What words expand to: aliases, families, what a corpus taught and what was drawn. Small tables, by hand."""

import gzip
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import LexiconError
from kg.lexicon.expansions import Expansion, expansions, keyed_gene_rows, spelling_key
from kg.lexicon.lexicon import Lexicon
from kg.model.records import Flavour

GENES = "hgnc\tsymbol\tncbigene\taliases\tprevious\tsynonyms\n"
FAMILIES = "famplex\tsynonyms\tmembers\n"
WORDS = "word\tcategory\tcurie\tname\ttaxon\tflavour\tfigures\n"


def lexicon(genes: str = "", families: str = "", words: str | None = None) -> dict[str, bytes]:
    """Give the files of a lexicon that has nothing else."""
    texts = {"genes.tsv.gz": GENES + genes, "families.tsv.gz": FAMILIES + families}
    if words is not None:
        texts["words.tsv.gz"] = WORDS + words
    return {name: gzip.compress(text.encode()) for name, text in texts.items()}


def ids(*numbers: int) -> frozenset[str]:
    return frozenset(f"ncbigene:{number}" for number in numbers)


def shown(found: list[Expansion]) -> list[tuple[str, frozenset[str], bool]]:
    return [(each.word, each.members, each.is_set) for each in found]


def flavours(each: Expansion) -> Mapping[str, Flavour]:
    return {gene.removeprefix("ncbigene:"): flavour for gene, flavour in each.flavours.items()}


# -- the form under which texts are compared


@pytest.mark.parametrize(
    ("text", "form"),
    [
        *(("c-Jun", "CJUN"), ("C JUN", "CJUN"), ("NF-kB", "NFKB"), ("NF_kB", "NFKB"), ("H.P.40", "HP40")),
        *(
            ("ERK1/2", "ERK12"),
            ("IL\u20116", "IL6"),
            ("TNF\u00ad\u03b1", "TNFALPHA"),
            ("a+b", "A+B"),
            ("TGF-\u03b2", "TGFBETA"),
            ("", ""),
            ("- _./", ""),
            ("IL-1ß", "IL1BETA"),
        ),
    ],
)
def test_case_space_and_punctuation_make_no_difference(text: str, form: str) -> None:
    assert spelling_key(text) == form


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert spelling_key(spelling_key(text)) == spelling_key(text)


# -- aliases


def test_a_text_of_one_gene_is_no_expansion() -> None:
    assert expansions(lexicon("1\tA\t1\tX|Y\tOLD\tZ\n2\tB\t2\tW\t\t\n")) == []


def test_an_alias_of_two_genes_expands_to_both() -> None:
    (found,) = expansions(lexicon("1\tA\t1\tP50\t\t\n2\tB\t2\t\tp-50\t\n"))
    assert found == Expansion("P50", True, ids(1, 2), {"ncbigene:1": "synonyms", "ncbigene:2": "synonyms"}, False)


def test_a_symbol_that_is_an_alias_elsewhere_expands_to_both_and_is_strict_for_its_own_gene() -> None:
    (found,) = expansions(lexicon("1\tA\t1\t\t\t\n2\tB\t2\t\t\ta\n"))
    assert (found.word, found.members, found.is_set) == ("A", ids(1, 2), False)
    assert flavours(found) == {"1": "strict", "2": "synonyms"}


def test_the_narrowest_flavour_of_a_gene_counts() -> None:
    (found,) = expansions(lexicon("1\tA\t1\ta\t\tA\n2\tB\t2\tA\t\t\n"))
    assert flavours(found) == {"1": "strict", "2": "synonyms"}


# -- families


def test_a_family_expands_to_its_members_under_each_of_its_names() -> None:
    found = expansions(lexicon(families="AKT\tPKB|AKT family\t1|2\n"))
    assert shown(found) == [
        ("AKT", ids(1, 2), True),
        ("PKB", ids(1, 2), True),
        ("AKT FAMILY", ids(1, 2), True),
    ]
    assert [each.usual for each in found] == [True, False, False]
    assert {flavour for each in found for flavour in each.flavours.values()} == {"all"}


def test_the_kind_in_a_family_s_name_is_not_part_of_what_is_drawn() -> None:
    found = expansions(lexicon(families="p53_family\tp53\t1|2\nAPC_complex\t\t3|4\n"))
    assert [(each.word, each.usual) for each in found] == [
        ("P53", True),
        ("P53_FAMILY", True),
        ("APC_COMPLEX", True),
    ]


def test_a_family_of_one_is_no_expansion() -> None:
    assert expansions(lexicon(families="ONE\t\t7\n")) == []


def test_a_family_whose_name_is_also_an_alias_is_here_twice() -> None:
    found = expansions(lexicon("1\tG1\t1\tSRC\t\t\n2\tSRC\t2\t\t\t\n", "SRC\t\t2|3\n"))
    assert shown(found) == [("SRC", ids(2, 3), True), ("SRC", ids(1, 2, 3), False)]
    alone, together = found
    assert flavours(alone) == {"2": "all", "3": "all"}
    assert flavours(together) == {"1": "synonyms", "2": "strict", "3": "all"}


def test_families_of_one_key_are_one_expansion() -> None:
    found = expansions(lexicon(families="NF-kB\t\t1|2\nNFKB\t\t2|3\n"))
    assert shown(found) == [("NFKB", ids(1, 2, 3), True)]


# -- what a corpus taught


def test_a_learned_word_is_a_set() -> None:
    words = (
        "PI3K\tgene\tncbigene:1\tA\tncbitaxon:9606\tall\t7\nPI3K\tgene\tncbigene:2\tB\tncbitaxon:9606\tsynonyms\t7\n"
    )
    (found,) = expansions(lexicon(words=words))
    assert (found.word, found.usual, found.members, found.is_set) == ("PI3K", True, ids(1, 2), True)
    assert flavours(found) == {"1": "all", "2": "synonyms"}


@pytest.mark.parametrize(
    "row",
    [
        "W\tchemical\tchebi:1\tX\t\tstrict\t3",
        "W\tgene\tncbigene:2\tB\tncbitaxon:10090\tstrict\t3",
        "W\tgene\tncbigene:2\tB\t\tstrict\t3",
    ],
)
def test_learned_words_are_of_human_genes(row: str) -> None:
    assert expansions(lexicon(words=f"W\tgene\tncbigene:1\tA\tncbitaxon:9606\tstrict\t3\n{row}\n")) == []


def test_a_learned_word_that_says_what_the_family_says_is_one_expansion() -> None:
    words = "".join(f"AKT\tgene\tncbigene:{n}\tAKT{n}\tncbitaxon:9606\tall\t7\n" for n in (1, 2))
    assert shown(expansions(lexicon(families="AKT\t\t1|2\n", words=words))) == [("AKT", ids(1, 2), True)]


def test_a_learned_word_that_says_more_is_beside_the_family() -> None:
    words = "".join(f"akt\tgene\tncbigene:{n}\tAKT{n}\tncbitaxon:9606\tall\t7\n" for n in (1, 2, 3))
    found = expansions(lexicon(families="AKT\t\t1|2\n", words=words))
    assert shown(found) == [("AKT", ids(1, 2), True), ("AKT", ids(1, 2, 3), True)]


def test_learned_words_are_read_from_a_folder(tmp_path: Path) -> None:
    rows = "".join(f"XYZZY\tgene\tncbigene:{n}\tG{n}\tncbitaxon:9606\tall\t2\n" for n in (207, 7157))
    (tmp_path / "words.tsv.gz").write_bytes(gzip.compress((WORDS + rows).encode()))
    opened = Lexicon.from_folder(tmp_path)
    assert ("XYZZY", ids(207, 7157), True) in shown(expansions(opened.contents))
    assert list(opened.provenance()["files"]) == ["words.tsv.gz"]


def test_learned_words_of_another_shape_are_refused(tmp_path: Path) -> None:
    (tmp_path / "words.tsv.gz").write_bytes(gzip.compress((WORDS + "AKT\tgene\tncbigene:1\n").encode()))
    with pytest.raises(LexiconError, match=r"words\.tsv\.gz:2: "):
        Lexicon.from_folder(tmp_path)


# -- what was drawn


def test_drawn_words_join_what_was_learned() -> None:
    words = "W\tgene\tncbigene:1\tA\tncbitaxon:9606\tall\t3\n"
    (found,) = expansions(lexicon(words=words), [("w", "ncbigene:2", "synonyms")])
    assert (found.word, found.members, found.is_set) == ("W", ids(1, 2), True)
    assert flavours(found) == {"1": "all", "2": "synonyms"}


def test_a_drawn_word_of_one_gene_is_no_expansion() -> None:
    assert expansions(lexicon(), [("P53", "ncbigene:7157", "synonyms"), ("p53", "ncbigene:7157", "strict")]) == []


def test_the_shortest_spelling_stands_for_a_word() -> None:
    drawn: list[tuple[str, str, Flavour]] = [("NF-KB", "ncbigene:1", "all"), ("NFKB", "ncbigene:2", "all")]
    assert [each.word for each in expansions(lexicon(), drawn)] == ["NFKB"]
    assert [each.word for each in expansions(lexicon(), reversed(drawn))] == ["NFKB"]


def test_each_name_of_a_gene_has_its_spelling_key() -> None:
    # The second row is not plain: a full-width bar looks like a separator, but it is part of the name.
    rows = ["1\tc-Jun\t3725\tAP-1|p 39\t\tJUN_1", "2\tTNF\t7124\tTNF\u03b1|A\uff5cB|A&amp;B\tDIF\t"]
    assert keyed_gene_rows(lexicon("".join(f"{row}\n" for row in rows))) == [
        (rows[0], ["1", "CJUN", "3725", "AP1", "P39", "", "JUN1"]),
        (rows[1], ["2", "TNF", "7124", "TNFALPHA", "A|B", "A&B", "DIF", ""]),
    ]


# -- the genes of some records only

NUMBERS = st.integers(1, 6)
TEXTS = st.lists(st.sampled_from(["A", "a", "B-1", "b1", "C", "-", "7", "AKT_family", "ß"]), max_size=3).map("|".join)
GENE_ROWS = st.lists(st.tuples(st.sampled_from("ABCD"), NUMBERS, TEXTS, TEXTS, TEXTS), max_size=6)
FAMILY_ROWS = st.lists(
    st.tuples(st.sampled_from(["A", "AKT_family", "X"]), TEXTS, st.sets(NUMBERS, min_size=1)), max_size=4
)
DRAWN = st.lists(st.tuples(st.sampled_from(["A", "b-1", "Y"]), NUMBERS.map("ncbigene:{}".format), st.just("all")))


@given(GENE_ROWS, FAMILY_ROWS, DRAWN, st.sets(NUMBERS))
def test_the_expansions_of_some_genes_are_those_of_all_that_have_one_of_them(
    gene_rows: list[tuple[str, int, str, str, str]],
    family_rows: list[tuple[str, str, set[int]]],
    drawn: list[tuple[str, str, Flavour]],
    numbers: set[int],
) -> None:
    genes = "".join(f"1\t{symbol}\t{number}\t" + "\t".join(lists) + "\n" for symbol, number, *lists in gene_rows)
    families = "".join(f"{name}\t{texts}\t{'|'.join(map(str, members))}\n" for name, texts, members in family_rows)
    contents = lexicon(genes, families)
    every = expansions(contents, drawn)
    wanted = ids(*numbers)
    assert expansions(contents, drawn, wanted) == [item for item in every if item.members & wanted]


def test_the_bundled_expansions_of_some_genes_are_those_of_all_that_have_one_of_them() -> None:
    contents = Lexicon.bundled().contents
    genes = ids(207, 5290, 8600, 7157, 2306)
    assert expansions(contents, genes=genes) == [item for item in expansions(contents) if item.members & genes]
    assert expansions(contents, genes=frozenset()) == []


# -- order


def test_usual_words_come_first_then_short_ones_and_the_order_of_rows_is_no_matter() -> None:
    rows = ["LONGER\tAB\t1|2\n", "KIN\t\t3|4\n"]
    drawn: list[tuple[str, str, Flavour]] = [("DRAWN", "ncbigene:5", "all"), ("DRAWN", "ncbigene:6", "all")]
    found = [each.word for each in expansions(lexicon(families="".join(rows)), drawn)]
    assert found == ["KIN", "DRAWN", "LONGER", "AB"]
    assert expansions(lexicon(families="".join(reversed(rows))), reversed(drawn)) == expansions(
        lexicon(families="".join(rows)), drawn
    )


def test_the_bundled_words_are_upper_case_of_two_genes_or_more_and_steady() -> None:
    contents = Lexicon.bundled().contents
    found = expansions(contents)
    assert found == expansions(contents)
    assert all(len(each.members) > 1 and each.members == each.flavours.keys() for each in found)
    assert all(each.word == each.word.upper() for each in found)
    assert ("AKT", ids(207, 208, 10000), True) in shown(found)
