"""Exact upper tails of a sum of independent trials, each with a chance of its own.

The sum has a Poisson binomial distribution. Hong (2013), On computing the distribution function for the Poisson
binomial distribution, Comput Stat Data Anal 59:41-51. doi:10.1016/j.csda.2012.10.006
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BATCH_CELLS = 2_000_000
"""Numbers that one step of the recursion holds, so that it stays within 16 MB."""


def upper_tails(starts: Ints, chances: Floats, hits: Ints) -> Floats:
    """Return P(X >= hits) for each row, in [0, 1].

    Row i has the trials `chances[starts[i]:starts[i + 1]]`, each from 0 to 1; X is the number of its trials that
    succeed. All steps add and multiply numbers from 0, so a small tail has as many exact digits as a large one.

    >>> upper_tails(np.array([0, 2]), np.array([0.5, 0.1]), np.array([2])).round(6).tolist()
    [0.05]
    """
    tails = np.ones(len(hits))
    lengths = np.diff(starts)
    tails[hits > lengths] = 0.0
    left = np.flatnonzero((hits > 0) & (hits <= lengths))
    for rows in _batches(left[np.lexsort((-lengths[left], hits[left]))], hits):
        tails[rows] = _tails(starts[rows], lengths[rows], chances, hits[rows])
    return np.minimum(tails, 1.0)


def _batches(rows: Ints, hits: Ints) -> list[Ints]:
    """Return parts of rows sorted by hits, each with hits of about the same size."""
    batches = []
    while rows.size:
        least = int(hits[rows[0]])
        most = int(np.searchsorted(hits[rows], least + least // 4, side="right"))
        count = max(1, min(most, BATCH_CELLS // (least + least // 4 + 1)))
        batches.append(rows[:count])
        rows = rows[count:]
    return batches


def _tails(starts: Ints, lengths: Ints, chances: Floats, hits: Ints) -> Floats:
    """Return the tails of a batch; column r of the state has the chance that r hits are still to come."""
    order = np.argsort(-lengths, kind="stable")
    starts, lengths, hits = starts[order], lengths[order], hits[order]
    state = np.zeros((int(hits.max()) + 1, len(hits)))
    state[hits, np.arange(len(hits))] = 1.0
    active = np.searchsorted(-lengths, -np.arange(1, int(lengths.max()) + 1), side="right")
    for step, count in enumerate(active):
        chance = chances[starts[:count] + step]
        moved = state[1:, :count] * chance
        state[1:, :count] -= moved
        state[:-1, :count] += moved
    tails = np.empty(len(hits))
    tails[order] = state[0]
    return tails
