"""Which reading of a word is meant: evidence of each candidate, and probabilities from it.

The model is a conditional logit (McFadden 1974, Conditional logit analysis of qualitative choice behavior). The score
of a candidate is a weighted sum of its evidence. Probabilities are proportional to the exponentials of the scores.
docs/readings.md explains each kind of evidence, and how the weights were learned.
"""

import re
from dataclasses import dataclass

import numpy as np

from kg.lexicon.context import Floats, Ints, cosine
from kg.lexicon.expansions import spelling_key
from kg.lexicon.word_readings import USAGE, Known, WordReading, WordReadings

OFFICIAL = 10.0
"""Gain of an approved symbol over an alias, in nats of the score.

The masked test cannot show it, because an ambiguous symbol is never a sure word. With 10 nats an official symbol is
another gene's alias only where `nicknames.tsv` lists it.
"""

NICKNAME = 11.5
"""Gain of a nickname, in nats: figures mean it more often than the gene of that symbol."""

NAMED = 5.0
"""Gain of a candidate that title or caption name by another word, in nats.

It is set by hand, because the figures that the weights were learned from have no captions.
"""

FREQUENCY = 0.3
"""Weight of the logarithm of the candidate's frequency: sure drawings in relation to its exposure."""

PRIOR_DRAWINGS, PRIOR_EXPOSURE = 0.3, 0.1
"""Drawings of a candidate that no figure draws, and the exposure that goes with them."""

SHRINKAGE = 0.5
"""Drawings of a candidate for which its company counts half."""

MOST_FIGURES = 10
"""Figures of a word beyond which its company counts no more."""

EVIDENCE = (
    "unseen",
    "unseen_by_chance",
    "context",
    "context_known",
    "company",
    "company_unseen",
    "company_unseen_by_chance",
    "names",
    "identifier",
    "pseudogene",
    "family",
    "relative_beside",
    "itself_beside",
    "itself_usually_beside",
)
"""Names of the columns of evidence, as docs/readings.md defines them."""

WEIGHTS: dict[str, float] = {
    "unseen": 0.52,
    "unseen_by_chance": -0.06,
    "context": 3.20,
    "context_known": -0.14,
    "company": 3.80,
    "company_unseen": -0.84,
    "company_unseen_by_chance": 2.86,
    "names": 0.41,
    "identifier": -0.30,
    "pseudogene": -1.21,
    "family": 2.48,
    "relative_beside": 1.59,
    "itself_beside": -2.11,
    "itself_usually_beside": -3.35,
}
"""Weight of each kind of evidence, learned by `python benchmarks/readings.py --learn`."""

_PSEUDOGENE = re.compile(r"(.+?)P\d*")


class Lexical:
    """The lexicon's evidence of candidates, whatever the figure; remembered, because words come again."""

    def __init__(self, readings: WordReadings) -> None:
        self._readings = readings
        self._columns: dict[tuple[str, str], tuple[float, ...]] = {}

    def columns(self, key: str, reading: WordReading) -> tuple[float, ...]:
        """Return offset, exposure, names, identifier, pseudogene and family of a reading of a word."""
        columns = self._columns.get((key, reading.entity_id))
        if columns is None:
            columns = self._columns[key, reading.entity_id] = self._compute(key, reading)
        return columns

    def _compute(self, key: str, reading: WordReading) -> tuple[float, ...]:
        family = reading.is_family
        numbers = [float(gene.partition(":")[2]) for gene in reading.genes if gene.partition(":")[2].isdigit()]
        names = [len(self._readings.keys_of.get(gene, ())) for gene in reading.genes]
        return (
            offset(reading, key),
            self._readings.exposure(reading.entity_id),
            float(np.log1p(sum(names) / len(names))),
            float(np.log(sum(numbers) / len(numbers) + 1000) - 9) if numbers else 0.0,
            float(not family and self._is_pseudogene(reading)),
            float(family),
        )

    def _is_pseudogene(self, reading: WordReading) -> bool:
        match = _PSEUDOGENE.fullmatch(reading.name)
        parents = self._readings.of(spelling_key(match[1])) if match else ()
        return any(parent.known is Known.APPROVED for parent in parents)


def offset(reading: WordReading, key: str) -> float:
    """Return the part of a score that is not learned: how usual such a name is."""
    gain = {Known.APPROVED: OFFICIAL, Known.NICKNAME: NICKNAME, Known.FAMILY: OFFICIAL}
    usage = USAGE[Known.ALIAS] if reading.known in gain else reading.usage(key)
    return float(np.log(usage)) + gain.get(reading.known, 0.0)


@dataclass
class Candidates:
    """The candidates of some drawings, one row each; the rows of a drawing follow each other."""

    drawing: Ints
    """Number of the drawing of each row, ascending from 0."""
    lexical: Floats
    """Columns of `Lexical`, shape (rows, 6)."""
    drawings: Ints
    """Sure drawings of each candidate."""
    company: Ints
    """Sum of the contexts of these drawings, shape (rows, dimensions)."""
    relative_beside: Floats
    """1 where the figure draws a gene of a family of the candidate."""
    itself_beside: Floats
    """Share of the candidate's genes that the figure draws by other words."""
    itself_usually_beside: Floats
    """Mean of `itself_beside` over the other figures of the word."""
    named: Floats
    """1 where title or caption name the candidate by another word."""
    context: Ints
    """Context of each drawing, shape (drawings, dimensions)."""
    word_company: Ints
    """Sum of the contexts of the word in other figures, shape (drawings, dimensions)."""
    word_figures: Ints
    """Number of these figures."""


def evidence(rows: Candidates) -> tuple[Floats, Floats]:
    """Return the offsets of the rows, and their columns of `EVIDENCE`."""
    usual, exposure, names, identifier, pseudogene, family = rows.lexical.T
    drawn = rows.drawings.astype(np.float64)
    known = drawn / (drawn + SHRINKAGE)
    chance = PRIOR_EXPOSURE / (exposure + PRIOR_EXPOSURE)
    figures = np.log1p(np.minimum(rows.word_figures, MOST_FIGURES))[rows.drawing]
    context = cosine(rows.context[rows.drawing], rows.company) * known
    company = cosine(rows.word_company[rows.drawing], rows.company) * known
    columns = {
        "unseen": (1 - known) * (1 - chance),
        "unseen_by_chance": (1 - known) * chance,
        "context": context,
        "context_known": context * np.log1p(drawn),
        "company": company * figures,
        "company_unseen": (1 - known) * (1 - chance) * figures,
        "company_unseen_by_chance": (1 - known) * chance * figures,
        "names": names,
        "identifier": identifier,
        "pseudogene": pseudogene,
        "family": family,
        "relative_beside": rows.relative_beside,
        "itself_beside": rows.itself_beside,
        "itself_usually_beside": rows.itself_usually_beside * figures,
    }
    frequency = np.log((drawn + PRIOR_DRAWINGS) / (exposure + PRIOR_EXPOSURE))
    return usual + FREQUENCY * frequency + NAMED * rows.named, np.column_stack([columns[name] for name in EVIDENCE])


def probabilities(scores: Floats, drawing: Ints) -> Floats:
    """Return the probability of each row among the rows of its drawing.

    >>> probabilities(np.log([1.0, 3.0, 5.0]), np.array([0, 0, 1])).round(2).tolist()
    [0.25, 0.75, 1.0]
    """
    starts = np.flatnonzero(np.diff(drawing, prepend=-1))
    sizes = np.diff(starts, append=len(drawing))
    powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
    return np.asarray(powers / np.repeat(np.add.reduceat(powers, starts), sizes))


def infer(rows: Candidates) -> Floats:
    """Return the probability of each row among the rows of its drawing, by `WEIGHTS`."""
    offsets, columns = evidence(rows)
    return probabilities(offsets + columns @ np.array([WEIGHTS[name] for name in EVIDENCE]), rows.drawing)


def hundredths(values: Floats, drawing: Ints) -> Ints:
    """Round probabilities, which add up to 1 in each drawing, to whole hundredths that add up to 100 there.

    The largest remainders are rounded up.

    >>> hundredths(np.array([0.004, 0.333, 0.663, 1.0]), np.array([0, 0, 0, 1])).tolist()
    [1, 33, 66, 100]
    """
    scaled = values * 100
    floors = (scaled + 1e-9).astype(np.int64)
    order = np.lexsort((floors - scaled, drawing))
    starts = np.flatnonzero(np.diff(drawing, prepend=-1))
    missing = 100 - np.add.reduceat(floors, starts)
    place = np.arange(len(values)) - np.repeat(starts, np.diff(starts, append=len(values)))
    floors[order] += place < missing[drawing]
    return floors
