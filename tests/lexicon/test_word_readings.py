"""Readings of words, their contexts and their probabilities: small lexicons and corpora, computed by hand."""

import gzip
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.lexicon import files
from kg.lexicon.context import UNIT, Company, Context, Drawings, cosine
from kg.lexicon.corpus import Corpus, Doubt, learn
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.reading_model import (
    EVIDENCE,
    FREQUENCY,
    NAMED,
    WEIGHTS,
    Candidates,
    evidence,
    hundredths,
    offset,
    probabilities,
)
from kg.lexicon.word_readings import Known, WordReadings

GENES = """hgnc\tsymbol\tncbigene\taliases\tprevious\tsynonyms
1\tYAP1\t101\tYAP|SHARED\tOLD1\t
2\tBCA\t102\tSHARED|C|FAM\t\tYAP
3\tNEW\t103\t\tSHARED\t
"""
FAMILIES = "famplex\tsynonyms\tmembers\nFAM\tFams\t101|102\nSUB_family\t\t102|103\n"
NICKNAMES = "word\tcurie\nNEW\tncbigene:101\n"
YAP1, BCA, NEW = "ncbigene:101", "ncbigene:102", "ncbigene:103"


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    return {
        "genes.tsv.gz": gzip.compress(GENES.encode()),
        "families.tsv.gz": gzip.compress(FAMILIES.encode()),
        "nicknames.tsv": NICKNAMES.encode(),
    }


# -- readings


@pytest.mark.parametrize(
    ("key", "readings"),
    [
        ("SHARED", [(YAP1, Known.ALIAS), (BCA, Known.ALIAS), (NEW, Known.PREVIOUS)]),
        ("YAP", [(YAP1, Known.ALIAS), (BCA, Known.SYNONYM)]),
        ("OLD1", [(YAP1, Known.PREVIOUS)]),
        # The own name of a family goes before the alias of BCA.
        ("FAM", [("fplx:FAM", Known.FAMILY)]),
        # Without its ending, the name of a family is a further name.
        ("SUB", [("fplx:SUB_family", Known.FAMILY_SYNONYM)]),
        # A nickname stands beside the official symbol.
        ("NEW", [(YAP1, Known.NICKNAME), (NEW, Known.APPROVED)]),
        ("C", []),  # one character
        ("NOBODY", []),
    ],
)
def test_the_readings_of_a_word(contents: dict[str, bytes], key: str, readings: list[tuple[str, Known]]) -> None:
    assert [(reading.entity_id, reading.known) for reading in WordReadings(contents, [key]).of(key)] == readings


def test_exposure_is_the_usage_of_the_names_that_mean_nothing_else(contents: dict[str, bytes]) -> None:
    readings = WordReadings(contents, ["SHARED"])
    assert readings.sure_keys(YAP1) == {"YAP1", "OLD1"}
    assert readings.exposure(YAP1) == pytest.approx(0.72 + 0.08)
    assert readings.exposure("ncbigene:9") == 0
    # YAP1 begins with YAP, so figures draw that alias more often than SHARED.
    (yap1, _), (shared, *_) = readings.of("YAP"), readings.of("SHARED")
    assert yap1.usage("YAP") == pytest.approx(4 * shared.usage("SHARED"))


def test_a_text_names_a_gene_by_itself_or_by_its_family(contents: dict[str, bytes]) -> None:
    readings = WordReadings(contents, ["SHARED"])
    (yap1, *_) = readings.of("SHARED")
    assert readings.names_in_text(yap1) == {"YAP1", "OLD1", "FAM", "FAMS"}


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("CBP", "CREBBP"),
        ("p65", "RELA"),
        ("PDK1", "PDPK1"),
        ("AKT", "AKT"),
        ("p53", "TP53"),
        ("c-Jun", "JUN"),
        ("A\u03b2", "APP"),
    ],
)
def test_the_bundled_lexicon_has_the_readings_of_famous_words(word: str, first: str) -> None:
    from kg.lexicon.expansions import spelling_key

    readings = WordReadings(Lexicon.bundled().contents, [spelling_key(word)])
    assert first in {reading.name for reading in readings.of(spelling_key(word))}


# -- contexts


def small_context() -> Context:
    """Give a space of two dimensions with three words."""
    directions = np.array([[300, 400], [0, 500], [600, 0]], np.int64)
    empty = Company.empty((), 2)
    return Context({"A": 0, "B": 1, "D": 2}, directions, empty, empty)


def test_a_context_is_the_direction_of_the_other_words() -> None:
    context = small_context()
    figure, word = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 2, -1])
    sums = context.figure_sums(Drawings(figure, word), 3)
    assert sums.tolist() == [[300, 900], [900, 400], [0, 0]]
    # Beside A there is B alone: the direction (0, 1). Beside B there is A: (0.6, 0.8).
    contexts = context.contexts(sums, np.array([0, 0, 1, 2]), np.array([0, 1, 2, -1]))
    assert contexts.tolist() == [[0, UNIT], [600, 800], [600, 800], [0, 0]]


def test_sums_of_contexts_do_not_depend_on_the_order() -> None:
    rows, contexts = np.array([1, 0, 1, 1]), np.array([[1, 2], [3, 4], [5, 6], [-7, 8]])
    company, other = Company.empty(["X", "Y"], 2), Company.empty(["Y", "X"], 2)
    company.add(rows, contexts)
    for row, context in zip(rows[::-1], contexts[::-1], strict=True):
        other.add(np.array([row]), context[None, :])
    assert company.sums.tolist() == other.sums.tolist() == [[3, 4], [-1, 16]]
    assert company.drawings.tolist() == [1, 3]
    drawings, sums = company.of(["Y", "Z"])
    assert drawings.tolist() == [3, 0]
    assert sums.tolist() == [[-1, 16], [0, 0]]


def test_a_context_file_has_the_directions_within_a_127th() -> None:
    meanings = Company({"ncbigene:1": 0}, np.array([10]), np.array([[6000, 8000]]))
    context = Context({"A": 0}, np.array([[300, 400]]), meanings, Company.empty((), 2))
    content = files.packed(files.CONTEXT, context.rows(12))
    assert gzip.decompress(content).decode().splitlines()[1:3] == ["corpus\t\t12\t2\t", "word\tA\t0\t500\t4c66"]
    read = Context.read({files.CONTEXT.file: content})
    assert read.words == {"A": 0}
    assert np.abs(read.directions - [[300, 400]]).max() <= 500 / 127
    assert np.abs(read.meanings.sums - [[6000, 8000]]).max() <= 10_000 / 127
    assert read.meanings.drawings.tolist() == [10]


def test_words_of_one_company_have_one_direction() -> None:
    """In six figures A and B share their company, and X and Y another one."""
    keys = ["A", "B", "P", "Q", "X", "Y"]
    drawn = [("A", "P"), ("B", "P"), ("A", "P", "B"), ("X", "Q"), ("Y", "Q"), ("X", "Q", "Y")]
    figure = np.array([place for place, words in enumerate(drawn) for _ in words])
    word = np.array([keys.index(key) for words in drawn for key in sorted(words)])
    lexicon = {"genes.tsv.gz": gzip.compress(GENES.encode()), "families.tsv.gz": gzip.compress(FAMILIES.encode())}
    context = learn(keys, figure, word, len(drawn), WordReadings(lexicon, keys), dimensions=2)
    a, b, x = (context.directions[[context.words[key]]] for key in ("A", "B", "X"))
    assert cosine(a, b)[0] == pytest.approx(1, abs=1e-3)
    assert cosine(a, x)[0] == pytest.approx(0, abs=1e-3)


# -- probabilities


def one_candidate(**changes: object) -> Candidates:
    row: dict[str, object] = {
        "drawing": np.array([0]),
        "lexical": np.array([[math.log(0.11), 0.7, 1.5, -0.5, 0.0, 0.0]]),
        "drawings": np.array([1]),
        "company": np.array([[3, 4]]),
        "relative_beside": np.array([1.0]),
        "itself_beside": np.array([0.0]),
        "itself_usually_beside": np.array([0.5]),
        "named": np.array([0.0]),
        "context": np.array([[1, 0]]),
        "word_company": np.array([[0, 1]]),
        "word_figures": np.array([20]),
    }
    return Candidates(**{**row, **changes})  # type: ignore[arg-type]


def test_the_evidence_of_a_candidate_by_hand() -> None:
    offsets, columns = evidence(one_candidate())
    known, chance, figures = 1 / 1.5, 0.1 / 0.8, math.log(11)  # 20 figures of the word count as 10
    assert offsets[0] == pytest.approx(math.log(0.11) + FREQUENCY * math.log(1.3 / 0.8))
    assert dict(zip(EVIDENCE, columns[0], strict=True)) == pytest.approx(
        {
            "unseen": (1 - known) * (1 - chance),
            "unseen_by_chance": (1 - known) * chance,
            "context": 0.6 * known,
            "context_known": 0.6 * known * math.log(2),
            "company": 0.8 * known * figures,
            "company_unseen": (1 - known) * (1 - chance) * figures,
            "company_unseen_by_chance": (1 - known) * chance * figures,
            "names": 1.5,
            "identifier": -0.5,
            "pseudogene": 0,
            "family": 0,
            "relative_beside": 1,
            "itself_beside": 0,
            "itself_usually_beside": 0.5 * figures,
        }
    )
    assert set(EVIDENCE) == set(WEIGHTS)


def test_a_name_in_the_caption_counts() -> None:
    assert evidence(one_candidate(named=np.array([1.0])))[0] - evidence(one_candidate())[0] == pytest.approx(NAMED)


def test_an_official_symbol_is_more_usual_than_an_alias(contents: dict[str, bytes]) -> None:
    (nickname, official), (alias, *_) = (WordReadings(contents, [key]).of(key) for key in ("NEW", "SHARED"))
    assert offset(nickname, "NEW") - offset(official, "NEW") == pytest.approx(1.5)
    assert offset(official, "NEW") - offset(alias, "SHARED") == pytest.approx(10)


@given(st.lists(st.lists(st.floats(-50, 50), min_size=1, max_size=6), min_size=1, max_size=5))
def test_probabilities_add_up_and_keep_the_order(scores: list[list[float]]) -> None:
    drawing = np.repeat(np.arange(len(scores)), [len(row) for row in scores])
    values = probabilities(np.concatenate([np.array(row) for row in scores]), drawing)
    assert np.bincount(drawing, values) == pytest.approx(np.ones(len(scores)))
    parts = hundredths(values, drawing)
    assert (abs(parts - 100 * values) < 1).all()
    assert (np.bincount(drawing, parts) == 100).all()
    for number, row in enumerate(scores):
        of_row = values[drawing == number]
        assert of_row.max() == of_row[int(np.argmax(row))]


def test_the_company_of_a_word_leaves_out_the_figure_in_question(contents: dict[str, bytes]) -> None:
    """Figure 0 draws SHARED beside A, figure 1 beside D; each is evidence of the other one only."""
    keys = ["A", "D", "SHARED"]
    figure, word = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 2])
    readings = WordReadings(contents, keys)
    corpus = Corpus(keys, figure, word, 2, readings, small_context())
    doubts = [Doubt(place, 2, "SHARED", readings.of("SHARED")) for place in (0, 1)]
    candidates = corpus.candidates(doubts)
    assert candidates.context.tolist() == [[600, 800], [UNIT, 0]]
    assert candidates.word_company.tolist() == [[UNIT, 0], [600, 800]]
    assert candidates.word_figures.tolist() == [1, 1]
    assert candidates.drawing.tolist() == [0, 0, 0, 1, 1, 1]
