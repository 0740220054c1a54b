"""Clusters of rows that rest on nearly the same hits."""

import numpy as np

from kg.enrichment.universe import Flags, Ints

ALIKE = 0.8
"""Least Jaccard index of two rows' hits in one cluster: of 4 hits and fewer, all are the same."""

COMPARED = 1_000
"""Different hits, best rows first, that are compared with each other; further rows join those with the same hits only.

A list of 500 genes has up to 80,000 rows; comparing all of them would take minutes.
"""


def clusters(starts: Ints, families: Ints) -> Ints:
    """Return for each row the first row of its cluster.

    Row i, best first, is hit by the sorted `families[starts[i]:starts[i + 1]]`, at least one. A row joins the earliest
    cluster whose first row has hits with a Jaccard index of `ALIKE` or more; otherwise it begins a cluster.

    >>> clusters(np.array([0, 5, 9, 11]), np.array([0, 1, 2, 3, 4, 0, 1, 2, 3, 0, 1])).tolist()
    [0, 0, 2]
    """
    if len(starts) < 2:
        return np.empty(0, dtype=np.int64)
    labels = np.random.default_rng(0).integers(1 << 63, size=int(families.max()) + 1, dtype=np.uint64)
    _, first, number = np.unique(np.add.reduceat(labels[families], starts[:-1]), return_index=True, return_inverse=True)
    best = np.sort(first)[:COMPARED]
    leader = np.arange(len(starts) - 1)
    leader[best] = best[_leaders([families[starts[row] : starts[row + 1]] for row in best])]
    return np.asarray(leader[first[number]], dtype=np.int64)


def _leaders(hits: list[Ints]) -> Ints:
    """Return for each of some different hits the first of its cluster."""
    families, place = np.unique(np.concatenate(hits), return_inverse=True)
    sizes = np.array([len(one) for one in hits])
    members = np.zeros((len(hits), len(families)), dtype=np.float32)
    members[np.repeat(np.arange(len(hits)), sizes), place] = 1.0
    shared = members @ members.T  # whole numbers below 2^24, so exact
    alike: Flags = shared >= ALIKE * (sizes[:, None] + sizes - shared) - 1e-6
    leader = np.arange(len(hits))
    leads = np.ones(len(hits), dtype=np.bool_)
    for row in range(len(hits)):
        joined = np.flatnonzero(alike[row, :row] & leads[:row])
        if len(joined):
            leader[row], leads[row] = joined[0], False
    return leader
