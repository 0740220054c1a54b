"""The masked test of readings: a sure word of a figure is hidden behind an ambiguous name of the same gene.

All figures of a corpus that draw the word get the name in its place, so that the company of the name is that of the
hidden word. The tested figures teach nothing: counts and contexts are those of other papers.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from kg.lexicon.context import Company, Context, Floats, Ints
from kg.lexicon.corpus import Corpus, Doubt, WordCompany, learn
from kg.lexicon.expansions import spelling_key
from kg.lexicon.reading_model import Candidates, evidence, probabilities
from kg.lexicon.word_readings import USAGE, Known, WordReading, WordReadings

HIDDEN_PART = 0.15
"""Part of the candidates whose sure drawings are taken away while weights are learned.

Ambiguous symbols have no sure drawings in real figures, whoever draws them. Without this, the weights would take the
absence of drawings for a sign that a candidate is wrong, because hidden words always have some.
"""

FOLDS = 5
"""Parts of the papers in turn. With halves, weights are learned from half of the evidence, and are too cautious."""

OFFICIAL = (Known.APPROVED, Known.NICKNAME)

Contents = Mapping[str, bytes]


class Figures(NamedTuple):
    """The drawn words of figures, as spelling keys, and the paper of each figure."""

    words: Mapping[str, Sequence[str]]
    paper: Mapping[str, str]

    def part(self, part: int, parts: int = 2, salt: str = "", *, others: bool = False) -> "Figures":
        """Return the figures of one part of the papers, from 0, or those of all other parts."""
        chosen = [f for f in sorted(self.words) if (number(self.paper[f] + salt) % parts == part) != others]
        return Figures({figure: self.words[figure] for figure in chosen}, self.paper)

    def and_(self, other: "Figures") -> "Figures":
        """Return the figures of two corpora."""
        return Figures({**self.words, **other.words}, {**self.paper, **other.paper})


class Numbers(NamedTuple):
    """The drawings of figures as numbers."""

    names: list[str]
    keys: list[str]
    figure: Ints
    word: Ints


class Masked(NamedTuple):
    """Hidden words with their candidates."""

    doubts: list[Doubt]
    right: Ints  # row of the right candidate of each
    known: list[Known]  # kind of the name that hides the word
    seen: Ints  # sure drawings of the right candidate elsewhere
    candidates: Candidates

    def confidence(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the greatest value of each drawing, and 1 where it is that of the right candidate."""
        drawing = self.candidates.drawing
        best = np.maximum.reduceat(values, np.flatnonzero(np.diff(drawing, prepend=-1)))
        ties = np.bincount(drawing, values == best[drawing])
        return best, (values[self.right] == best) / ties


def number(text: str) -> int:
    """Return a number that depends on a text only."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def numbers(figures: Figures) -> Numbers:
    """Return the drawings of figures as numbers."""
    names = sorted(figures.words)
    keys = sorted({key for name in names for key in figures.words[name]})
    rows = {key: row for row, key in enumerate(keys)}
    figure = [place for place, name in enumerate(names) for _ in figures.words[name]]
    word = [rows[key] for name in names for key in figures.words[name]]
    return Numbers(names, keys, np.array(figure, np.int64), np.array(word, np.int64))


def context(figures: Figures, contents: Contents) -> Context:
    """Return what figures teach."""
    names, keys, figure, word = numbers(figures)
    return learn(keys, figure, word, len(names), WordReadings(contents, keys))


def masked(figures: Figures, contents: Contents, taught: Context, *, official: bool = False) -> Masked:
    """Hide the sure words of figures; `official`: also behind names that are another gene's official symbol."""
    names, keys, figure, word = numbers(figures)
    own = WordReadings(contents, keys)
    sure = list(map(own.sure, keys))
    aliases = {key for reading in sure if reading for key in own.keys_of[reading.entity_id]}
    readings = WordReadings(contents, aliases | set(keys))
    corpus = Corpus(keys, figure, word, len(names), readings, taught)
    corpus.meanings = Company.empty((), taught.directions.shape[1])
    doubts, right, known = [], [], []
    rows = 0
    for drawn, key in zip(figure.tolist(), word.tolist(), strict=True):
        meant = corpus.sure[key]
        names_of = _ambiguous(readings, meant, official) if meant else []
        if meant and names_of:
            name = names_of[number(names[drawn] + keys[key]) % len(names_of)]
            choice = readings.of(name)
            place = [reading.entity_id for reading in choice].index(meant.entity_id)
            doubts.append(Doubt(drawn, key, name, choice))
            right.append(rows + place)
            known.append(choice[place].known)
            rows += len(choice)
    candidates = corpus.candidates(doubts, _company(corpus, doubts, figure, word))
    at = np.array(right, np.int64)
    return Masked(doubts, at, known, candidates.drawings[at], candidates)


def _ambiguous(readings: WordReadings, meant: WordReading, official: bool) -> list[str]:
    """Return the spelling keys of the names of a reading that have others as well."""
    names = []
    for key in sorted(readings.keys_of[meant.entity_id]):
        choice = readings.of(key)
        others = len(choice) > 1 and any(reading.entity_id == meant.entity_id for reading in choice)
        if others and (official or not any(reading.known in OFFICIAL for reading in choice)):
            names.append(key)
    return names


def _company(corpus: Corpus, doubts: Sequence[Doubt], figure: Ints, word: Ints) -> WordCompany:
    """Return the company of the hidden words in the other figures that draw them."""
    company = Company.empty(corpus.keys, corpus.context.directions.shape[1])
    company.add(
        np.array([company.names[corpus.keys[key]] for key in word.tolist()], np.int64), corpus.contexts(figure, word)
    )
    drawn = np.array([doubt.figure for doubt in doubts], np.int64)
    hidden = np.array([doubt.word for doubt in doubts], np.int64)
    contexts = corpus.contexts(drawn, hidden)
    drawings, sums = company.of([corpus.keys[key] for key in hidden.tolist()])
    return WordCompany(contexts, sums - contexts, drawings - 1)


def fit(cases: Sequence[Masked]) -> Floats:
    """Return the weights of greatest likelihood, with a normal prior of deviation 1."""
    offsets, columns, drawing, right, weight = [], [], [], [], []
    rows = drawings = 0
    for case in cases:
        candidates = _without_some(case)
        offset, column = evidence(candidates)
        offsets.append(offset)
        columns.append(column)
        drawing.append(candidates.drawing + drawings)
        right.append(case.right + rows)
        weight += [USAGE[known] ** 0.5 for known in case.known]
        rows += len(offset)
        drawings += len(case.doubts)
    offset, column = np.concatenate(offsets), np.concatenate(columns)
    of_drawing, at, weights = np.concatenate(drawing), np.concatenate(right), np.array(weight) / np.mean(weight)

    def loss(b: Floats) -> tuple[float, Floats]:
        values = probabilities(offset + column @ b, of_drawing)
        gradient = column.T @ (values * weights[of_drawing]) - column[at].T @ weights + b
        return float(-(weights * np.log(np.maximum(values[at], 1e-300))).sum() + b @ b / 2), gradient

    return np.asarray(minimize(loss, np.zeros(column.shape[1]), jac=True, method="L-BFGS-B").x)


def _without_some(case: Masked) -> Candidates:
    names = [f"{doubt.key}{reading.entity_id}{doubt.figure}" for doubt in case.doubts for reading in doubt.candidates]
    hidden = np.array([number(name) % 1000 < HIDDEN_PART * 1000 for name in names])
    candidates = case.candidates
    lexical = candidates.lexical.copy()
    lexical[hidden, 1] = 0
    drawings = np.where(hidden, 0, candidates.drawings)
    company = np.where(hidden[:, None], 0, candidates.company)
    return Candidates(**{**vars(candidates), "lexical": lexical, "drawings": drawings, "company": company})


def learned(figures: Figures, contents: Contents) -> Floats:
    """Return weights learned from the hidden words of each fifth of the papers, taught by the other four."""
    cases = []
    for fold in range(FOLDS):
        teaching = figures.part(fold, FOLDS, "learn", others=True)
        cases.append(masked(figures.part(fold, FOLDS, "learn"), contents, context(teaching, contents)))
    return fit(cases)


def keys_of(matches: Sequence[str]) -> list[str]:
    """Return the spelling keys of drawn words, each once, in order."""
    return sorted(set(map(spelling_key, matches)))
