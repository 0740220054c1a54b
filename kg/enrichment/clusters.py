"""Clusters of rows that rest on nearly the same hits."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from kg.enrichment.universe import Ints

ALIKE = 0.8
"""Least Jaccard index of two rows' hits in one cluster: of 4 hits and fewer, all are the same."""


def clusters(hits: Sequence[Ints]) -> Ints:
    """Return for each row the first row of its cluster.

    `hits` has a sorted array of families a row, best row first. A row joins the earliest cluster whose first row has
    hits with a Jaccard index of `ALIKE` or more; otherwise it begins a cluster.

    >>> a, b = np.arange(5), np.arange(4)
    >>> clusters([a, b, b[:2], a]).tolist()
    [0, 0, 2, 0]
    """
    known: dict[bytes, int] = {}
    leaders: dict[int, frozenset[int]] = {}
    holding: dict[int, list[int]] = defaultdict(list)
    first = np.empty(len(hits), dtype=np.int64)
    for row, families in enumerate(hits):
        key = families.tobytes()
        if key not in known:
            members = frozenset(families.tolist())
            known[key] = _leader(members, leaders, holding, row)
            if known[key] == row:
                leaders[row] = members
                for family in members:
                    holding[family].append(row)
        first[row] = known[key]
    return first


def _leader(
    members: frozenset[int], leaders: dict[int, frozenset[int]], holding: dict[int, list[int]], row: int
) -> int:
    """Return the first of the earliest cluster that a row joins, or the row itself."""
    if len(members) < 1 / (1 - ALIKE) - 1:  # one hit less or more is too much, so only equal hits join
        return row
    missing = int(len(members) * (1 - ALIKE) + 1e-9)
    rarest = sorted(members, key=lambda family: (len(holding[family]), family))[: missing + 1]
    for candidate in sorted({leader for family in rarest for leader in holding[family]}):
        other = leaders[candidate]
        if len(members & other) >= ALIKE * len(members | other) - 1e-9:
            return candidate
    return row
