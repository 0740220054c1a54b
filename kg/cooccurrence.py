"""Which entities are drawn together: counting by SQL, judging by statistics.

Pairs are counted between different words (docs/data-model.md has the definitions). The SQL lies in
`kg/sql`, one SELECT a file, in the dialect that DuckDB and Spark SQL share.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from string import Template
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from kg import statistics
from kg.statistics import Floats, Ints

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
"""Weights are counted in integer units of 1e-12 and published to nine decimals."""

SLICE_INSTANCES = 20_000_000
"""Pair instances counted at once; what bounds the memory of the counting."""

RDF_PAIRS = 500_000
"""`--min-figures auto` keeps at most so many pairs for RDF and graphs."""

Lookup = dict[int, tuple[Floats, Floats]]
"""Group to its different p values (log10), ascending, and the q of each."""

_COUNTS = ("figures", "subject_figures", "object_figures", "universe")
_KINDS, _CONTEXTS = 8, 2**20
"""Bounds of a group's code: what is corrected together is the categories of the two ends and the context."""


class Slice(NamedTuple):
    """A run of entity codes whose pairs are counted at once."""

    first: int
    last: int
    instances: int


@cache
def _text(name: str) -> str:
    return (files("kg") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def sql(name: str, **numbers: int) -> str:
    """Give the SELECT of a file in `kg/sql`, with its `$parameters` filled; they are numbers only."""
    return Template(_text(name)).substitute({key: int(value) for key, value in numbers.items()})


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


class Ends(NamedTuple):
    """What a code stands for: index = entity code - 1."""

    entity_id: pa.Array
    category: pa.Array
    taxon: pa.Array  # CURIE of each context code; index 0 is none

    @classmethod
    def read(cls, codes: pa.Table) -> "Ends":
        """Take the columns apart; `codes` is entity_codes, any order."""
        codes = codes.sort_by("entity").combine_chunks()
        names = dict(zip(codes["taxon"].to_pylist(), codes["taxon_id"].to_pylist(), strict=True))
        taxa = [names.get(code) for code in range(max(names, default=0) + 1)]
        return cls(codes["entity_id"].combine_chunks(), codes["category"].combine_chunks(), pa.array(taxa, pa.string()))


class Judge:
    """Adds the statistics to counted pairs, in two passes: the correction needs every p of a group first."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._categories = ends.category.dictionary_encode()
        self._counts: dict[int, Counter[float]] = {}
        self.supports: Counter[int] = Counter()
        """How many pairs have each value of `figures`."""
        self.totals: Counter[str] = Counter()

    def first_pass(self, counted: pa.Table) -> pa.Table:
        """Add expected, lift, jaccard, npmi, log10_p to one slice, and remember its p values."""
        figures = counted["figures"].to_numpy()
        self._total(counted, figures)
        tested = np.flatnonzero(figures)
        group = self._group(counted)[tested]
        k, a, b, n = (counted[name].to_numpy()[tested].astype(np.int64) for name in _COUNTS)
        a, b = np.minimum(a, b), np.maximum(a, b)  # a (b / N) is not b (a / N) in the last bit
        first, number = statistics.distinct(group, k, a, b)
        columns = _statistics(k[first], a[first], b[first], n[first])
        self._remember(group[first], columns["log10_p"], np.bincount(number, minlength=len(first)))
        absent = figures == 0
        for name, values in columns.items():
            whole = np.zeros(len(figures))
            whole[tested] = values[number]
            counted = counted.append_column(name, pa.array(whole, mask=absent))
        return counted

    def _total(self, counted: pa.Table, figures: Ints) -> None:
        for support, pairs in enumerate(np.bincount(figures).tolist()):
            if pairs:
                self.supports[support] += pairs
        for name in ("figures", "figures_all", "weight_units"):
            self.totals[name] += int(counted[name].to_numpy().sum())

    def _remember(self, group: Ints, log10_p: Floats, pairs: Ints) -> None:
        for code in np.unique(group):
            of_group = group == code
            values, place = np.unique(log10_p[of_group], return_inverse=True)
            counts = np.bincount(place, weights=pairs[of_group]).astype(np.int64)
            known = self._counts.setdefault(int(code), Counter())
            known.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))

    def _group(self, counted: pa.Table) -> Ints:
        codes = self._categories.indices.to_numpy()
        subject, object_ = (codes[counted[end].to_numpy() - 1].astype(np.int64) for end in ("subject", "object"))
        low, high = np.minimum(subject, object_), np.maximum(subject, object_)
        return np.asarray((low * _KINDS + high) * _CONTEXTS + counted["context"].to_numpy())

    def tests(self) -> dict[str, int]:
        """Give the number of tests of each group, named `gene-gene ncbitaxon:9606`."""
        return {self._name(code): sum(counts.values()) for code, counts in sorted(self._counts.items())}

    def _name(self, code: int) -> str:
        kinds, context = divmod(code, _CONTEXTS)
        names = sorted(self._categories.dictionary[kind].as_py() for kind in divmod(kinds, _KINDS))
        taxon = self._ends.taxon[context].as_py()
        return "-".join(names) + (f" {taxon}" if taxon else "")

    def second_pass(self, judged: Iterable[pa.RecordBatch], lookup: Lookup | None = None) -> Iterator[pa.RecordBatch]:
        """Add q and the names; give batches of the published table, in the order they came.

        `lookup` stands for the p values that this judge did not see itself.
        """
        if lookup is None:
            lookup = {code: _sorted(counts) for code, counts in self._counts.items()}
        for batch in judged:
            table = pa.Table.from_batches([batch])
            q = self._q(table, lookup)
            yield from _publish(table, q, self._ends).to_batches()

    def _q(self, table: pa.Table, lookup: Lookup) -> pa.Array:
        log10_p = table["log10_p"].to_numpy()
        tested = table["figures"].to_numpy() > 0
        group = self._group(table)
        q = np.zeros(len(log10_p))
        for code in np.unique(group[tested]):
            rows = tested & (group == code)
            values, known = lookup[int(code)]
            q[rows] = known[np.searchsorted(values, log10_p[rows])]
        return pa.array(q, mask=~tested)


def _statistics(k: Ints, a: Ints, b: Ints, n: Ints) -> dict[str, Floats]:
    columns = {
        "expected": statistics.expected(a, b, n),
        "lift": statistics.lift(k, a, b, n),
        "jaccard": statistics.jaccard(k, a, b),
        "npmi": statistics.npmi(k, a, b, n),
        "log10_p": statistics.log10_p(k, a, b, n),
    }
    return {name: statistics.significant(values) for name, values in columns.items()}


def _sorted(counts: Counter[float]) -> tuple[Floats, Floats]:
    values = np.array(sorted(counts))
    tests = np.array([counts[value] for value in values.tolist()], dtype=np.int64)
    return values, q_values(values, tests)


def q_values(values: Floats, tests: Ints) -> Floats:
    """Give the published q of each different p of a group (log10, ascending), by how many tests have it."""
    return statistics.significant(statistics.benjamini_hochberg(values, tests, int(tests.sum())))


def _publish(table: pa.Table, q: pa.Array, ends: Ends) -> pa.Table:
    subject, object_ = (pa.array(table[end].to_numpy() - 1) for end in ("subject", "object"))
    columns = {
        "subject_id": ends.entity_id.take(subject),
        "object_id": ends.entity_id.take(object_),
        "subject_category": ends.category.take(subject),
        "object_category": ends.category.take(object_),
        "weight": pa.array(np.round(table["weight_units"].to_numpy() / WEIGHT_UNITS, 9)),
        "taxon": ends.taxon.take(table["context"].combine_chunks()),
        "q": q,
    }
    kept = {name: table[name] for name in table.column_names if name not in _INTERNAL}
    return pa.table(columns | kept)


_INTERNAL = frozenset({"subject", "object", "context", "weight_units"})


def threshold(supports: Counter[int], most: int = RDF_PAIRS) -> int:
    """Give the smallest t >= 2 such that at most `most` pairs have `figures` >= t."""
    kept = 0
    for figures in sorted(supports, reverse=True):
        kept += supports[figures]
        if figures < 2 or kept > most:
            return max(2, figures + 1)
    return 2
