"""Which entities are drawn together: counting by SQL.

Pairs are counted between different words (docs/data-model.md has the definitions). The SQL lies in
`kg/sql`, one SELECT a file, in the dialect that DuckDB and Spark SQL share.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
import pyarrow as pa

PREPARE = (
    "entity_codes",
    "figure_codes",
    "figure_words",
    "figure_entities",
    "universe",
    "marginals",
    "universe_sizes",
)
"""The SELECTs whose results `pairs` reads, in order; each is kept as a table of that name."""

WEIGHT_UNITS = 1e12
"""Weights are counted in integer units of 1e-12."""

WEIGHTS = 1e9
"""Of a published weight the unit is 1e-9; a build's weight is the sum of the published ones."""

SLICE_INSTANCES = 8_000_000
"""Pair instances counted at once by one thread; what bounds the memory of the counting."""

RDF_PAIRS = 500_000
"""`--min-figures auto` keeps at most so many pairs for RDF and graphs."""


class Slice(NamedTuple):
    """A run of entity codes whose pairs are counted at once."""

    first: int
    last: int
    instances: int


def slices(loads: pa.Table, limit: int = SLICE_INSTANCES) -> list[Slice]:
    """Cut the entities into runs of about `limit` pair instances; `loads` is the result of loads.sql."""
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
    """Give the smallest t >= 2 such that at most `most` pairs have `figures` >= t."""
    kept = 0
    for figures in sorted(supports, reverse=True):
        kept += supports[figures]
        if figures < 2 or kept > most:
            return max(2, figures + 1)
    return 2
