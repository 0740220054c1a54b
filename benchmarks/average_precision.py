"""Average precision and precision at k of rankings with ties, as expected over all orders of the tied rows.

McSherry & Najork (2008), Computing information retrieval performance measures efficiently in the presence of tied
scores, ECIR. doi:10.1007/978-3-540-78646-7_38
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Ranking(NamedTuple):
    """The groups of equal score that hold a relevant row, the best first."""

    above: Ints  # rows of a greater score
    rows: Ints  # rows of this score
    relevant: Ints  # relevant rows of this score


def ranking(scores: Floats, relevant: npt.NDArray[np.bool_] | Ints) -> Ranking:
    """Return the ranking of rows by descending score; `relevant` selects rows.

    >>> ranking(np.array([2.0, 1.0, 1.0, 0.0]), np.array([0, 2])).above.tolist()
    [0, 1]
    """
    ordered = np.sort(scores)
    values, counts = np.unique(scores[relevant], return_counts=True)
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return Ranking((len(ordered) - up_to)[::-1], (up_to - below)[::-1], counts[::-1])


def average_precision(ranked: Ranking) -> float:
    """Return the mean precision at the relevant rows, in [0, 1], NaN without a relevant row.

    Two rows of one score, one of them relevant: it comes first or second, so 1 or 1/2.

    >>> average_precision(ranking(np.array([1.0, 1.0]), np.array([0])))
    0.75
    """
    above, rows, relevant = (column.astype(np.float64) for column in ranked)
    if not len(rows):
        return float("nan")
    found = np.cumsum(relevant) - relevant
    sums = _harmonic(int((ranked.above + ranked.rows).max()))
    harmonic = sums[ranked.above + ranked.rows] - sums[ranked.above]
    # At place i of the group the row is relevant with relevant / rows, and (i - 1) of these are before it on average.
    each = (relevant - 1) / np.maximum(rows - 1, 1)
    parts = relevant / rows * ((found + 1) * harmonic + each * (rows - (above + 1) * harmonic))
    return float(parts.sum() / relevant.sum())


def precision_at(ranked: Ranking, place: int) -> float:
    """Return the share of relevant rows among the first `place` rows, in [0, 1].

    >>> precision_at(ranking(np.array([1.0, 1.0, 0.0]), np.array([0])), 1)
    0.5
    """
    inside = np.clip((place - ranked.above) / ranked.rows, 0, 1)
    return float((inside * ranked.relevant).sum() / place)


@lru_cache(maxsize=1)
def _sums(limit: int) -> Floats:
    return np.concatenate(([0.0], np.cumsum(1 / np.arange(1, limit + 1))))


def _harmonic(limit: int) -> Floats:
    """Return the harmonic numbers from 0 to at least `limit`."""
    return _sums(1 << limit.bit_length())
