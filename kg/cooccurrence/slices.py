"""The sizes of counting: units of weights, slices of equal work, the threshold of pairs in RDF and graphs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

WEIGHT_UNITS = 1e12
"""Units of a weight of 1 while pairs are counted: weights are integer multiples of 1e-12."""

WEIGHTS = 1e9
"""Units of a published weight of 1: published weights are multiples of 1e-9. A build's weight is their sum."""

SLICE_INSTANCES = 8_000_000
"""Pair instances that one thread counts at once; they bound the memory of the counting."""

RDF_PAIRS = 500_000
"""Pairs that `--min-figures auto` allows in RDF and graphs."""


class Slice(NamedTuple):
    """A run of entity codes whose pairs are counted at once."""

    first: int
    last: int
    instances: int


def slices(loads: pa.Table, limit: int = SLICE_INSTANCES) -> list[Slice]:
    """Cut the entities into runs of about `limit` pair instances; `loads` has `entity`, ascending, and `instances`.

    >>> import pyarrow as pa
    >>> slices(pa.table({"entity": [1, 2, 3], "instances": [5, 2, 4]}), limit=7)
    [Slice(first=1, last=2, instances=7), Slice(first=3, last=3, instances=4)]
    """
    import numpy as np

    entity = loads["entity"].to_numpy()
    instances = np.cumsum(loads["instances"].to_numpy())
    if not len(entity):
        return []
    part = (instances - 1) // limit
    last = np.append(np.flatnonzero(np.diff(part)), len(part) - 1)
    first = np.append(0, last[:-1] + 1)
    done = np.append(0, instances[last[:-1]])
    columns = zip(entity[first], entity[last], instances[last] - done, strict=True)
    return [Slice(int(low), int(high), int(count)) for low, high, count in columns]


def threshold(supports: Counter[int], most: int = RDF_PAIRS) -> int:
    """Return the smallest t >= 2 such that at most `most` pairs have `figures` >= t.

    `supports` has the number of pairs for each value of `figures`.

    >>> threshold(Counter({1: 9, 2: 9, 3: 9}), most=9)
    3
    """
    pairs = 0
    for figures in sorted(supports, reverse=True):
        pairs += supports[figures]
        if figures < 2 or pairs > most:
            return max(2, figures + 1)
    return 2
