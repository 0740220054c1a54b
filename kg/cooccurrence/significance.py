"""Association and significance of pairs, corrected for multiple testing.

There are two passes, because the correction needs all p values of a group of tests. The first pass scores slices of
counted pairs, each combination of counts once. The second one adds q values and identifiers.

q follows from unrounded p; both are rounded when they are published. The last digits of p differ between processors,
by about 1e-10 of p. No q moves by more than the p values do, relatively. So its 6 published digits stay the same,
except where the next digits are at the edge of a rounding. Equal p values that differ by rounding errors get one q,
because the rank of the greater is the higher one.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kg.cooccurrence import statistics
from kg.cooccurrence.slices import WEIGHT_UNITS, WEIGHTS
from kg.cooccurrence.statistics import Floats, Ints
from kg.model.tables import STATISTICS

QValues = dict[int, tuple[Floats, Floats]]
"""Code of a group of tests to its distinct p values (log10), ascending, and the q of each."""

TESTS = pa.schema([("code", pa.int64()), ("log10_p", pa.float64()), ("pairs", pa.int64())])
"""Columns of a table with the number of pairs of each group of tests (`code`) and unrounded p value."""

BATCH_ROWS = 131_072

_COUNTS = ("figures", "subject_figures", "object_figures", "universe")
_CATEGORIES, _CONTEXTS = 8, 2**20
"""Bounds in the code of a group: tests of the same two categories and the same context are corrected together."""

_INTERNAL = frozenset({"subject", "object", "context", "weight_units", "combination"})
"""Columns of counted pairs that are not published."""


class EntityCodes(NamedTuple):
    """Identifiers and categories of the entities, at the index `code` - 1."""

    entity_id: pa.Array
    category: pa.Array
    taxon: pa.Array
    """CURIE of each context, at the index of its code; index 0 is null."""

    @classmethod
    def read(cls, codes: pa.Table) -> "EntityCodes":
        """Read the table `entity_codes`, in any order."""
        codes = codes.sort_by("entity").combine_chunks()
        names = dict(zip(codes["taxon"].to_pylist(), codes["taxon_id"].to_pylist(), strict=True))
        taxa = [names.get(code) for code in range(max(names, default=0) + 1)]
        return cls(codes["entity_id"].combine_chunks(), codes["category"].combine_chunks(), pa.array(taxa, pa.string()))


class Totals(NamedTuple):
    """Sums over some pairs, which add up to those of a build."""

    supports: Counter[int]
    """Number of pairs with each value of `figures`."""
    sums: Counter[str]
    """Sums of `figures`, `figures_all` and, in units of 1 / WEIGHTS, of `weights`."""


class ScoredPairs(NamedTuple):
    """A slice of pairs after the first pass."""

    pairs: pa.Table
    """Counted pairs with `combination`: a row of `combinations`, null for pairs that are not tested."""
    combinations: pa.Table
    """Statistics of each distinct combination of counts, log10_p unrounded, with the `code` of its group of tests."""
    tests: pa.Table
    """Rows with the columns of `TESTS`."""
    totals: Totals

    def write(self, pairs: Path, combinations: Path) -> None:
        """Write the two tables that the second pass reads."""
        for table, path in ((self.pairs, pairs), (self.combinations, combinations)):
            pq.write_table(table, path, compression="lz4", use_dictionary=False)


class PairStatistics:
    """The first pass over the pairs of a build, and their totals."""

    def __init__(self, codes: EntityCodes) -> None:
        self._codes = codes
        self._categories = codes.category.dictionary_encode()
        self._tests: dict[int, int] = {}
        self.supports: Counter[int] = Counter()
        """Number of pairs with each value of `figures`."""
        self.totals: Counter[str] = Counter()
        """Sums over all pairs, see `Totals.sums`."""

    def score(self, counted: pa.Table) -> ScoredPairs:
        """Compute the statistics of a slice of counted pairs, without q; threads may call this at the same time."""
        figures = counted["figures"].to_numpy()
        tested = np.flatnonzero(figures)
        code = self._group(counted)[tested]
        k, a, b, n = (counted[name].to_numpy()[tested].astype(np.int64) for name in _COUNTS)
        a, b = np.minimum(a, b), np.maximum(a, b)  # a (b / N) is not b (a / N) in the last bit
        first, number = statistics.distinct(code, k, a, b)
        combinations = pa.table({"code": code[first]} | _statistics(k[first], a[first], b[first], n[first]))
        row = np.zeros(len(figures), dtype=np.int32)
        row[tested] = number
        pairs = counted.append_column("combination", pa.array(row, mask=figures == 0))
        tests = combinations.select(["code", "log10_p"]).append_column("n", pa.array(np.bincount(number)))
        tests = tests.group_by(["code", "log10_p"]).aggregate([("n", "sum")]).rename_columns(TESTS.names)
        return ScoredPairs(pairs, combinations, tests.cast(TESTS), _totals(counted, figures))

    def _group(self, counted: pa.Table) -> Ints:
        """Return the code of the group of tests of each pair."""
        codes = self._categories.indices.to_numpy()
        subject, object_ = (codes[counted[end].to_numpy() - 1].astype(np.int64) for end in ("subject", "object"))
        low, high = np.minimum(subject, object_), np.maximum(subject, object_)
        return np.asarray((low * _CATEGORIES + high) * _CONTEXTS + counted["context"].to_numpy())

    def add(self, totals: Totals) -> None:
        """Add the totals of a slice."""
        self.supports.update(totals.supports)
        self.totals.update(totals.sums)

    def correct(self, tests: pa.Table) -> QValues:
        """Return the q of each p value of each group; `tests` has one row for each of these, sorted by them."""
        code, log10_p, pairs = (tests[name].to_numpy() for name in TESTS.names)
        q_values: QValues = {}
        for group in np.unique(code).tolist():
            rows = slice(*np.searchsorted(code, [group, group + 1]))
            self._tests[group] = int(pairs[rows].sum())
            q = statistics.benjamini_hochberg(log10_p[rows], pairs[rows], self._tests[group])
            q_values[group] = log10_p[rows], statistics.significant(q)
        return q_values

    def tests(self) -> dict[str, int]:
        """Return the number of tests of each group, named `gene-gene ncbitaxon:9606`."""
        return {self._name(code): tests for code, tests in sorted(self._tests.items())}

    def _name(self, code: int) -> str:
        categories, context = divmod(code, _CONTEXTS)
        names = sorted(self._categories.dictionary[category].as_py() for category in divmod(categories, _CATEGORIES))
        taxon = self._codes.taxon[context].as_py()
        return "-".join(names) + (f" {taxon}" if taxon else "")


def published_pairs(
    pairs: Path, combinations: Path, codes: EntityCodes, q_values: QValues
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    """Yield the rows of the published table, in order, from the two files of `ScoredPairs.write`."""
    table = pq.read_table(combinations)
    statistics_of = _with_q(table, q_values).combine_chunks()
    with pq.ParquetFile(pairs) as file:
        for batch in file.iter_batches(BATCH_ROWS):
            yield from _publish(pa.Table.from_batches([batch]), statistics_of, codes).to_batches()


def _statistics(k: Ints, a: Ints, b: Ints, n: Ints) -> dict[str, Floats]:
    values = {
        "expected": statistics.expected(a, b, n),
        "lift": statistics.lift(k, a, b, n),
        "jaccard": statistics.jaccard(k, a, b),
        "npmi": statistics.npmi(k, a, b, n),
        "log10_p": statistics.log10_p(k, a, b, n),
    }
    return {name: _rounded(name, values[name]) for name in STATISTICS}


def _rounded(name: str, values: Floats) -> Floats:
    """Round a statistic as it is published, except log10_p, from which q follows."""
    return values if name == "log10_p" else statistics.significant(values)


def _totals(counted: pa.Table, figures: Ints) -> Totals:
    supports = {support: pairs for support, pairs in enumerate(np.bincount(figures).tolist()) if pairs}
    sums = {name: int(counted[name].to_numpy().sum()) for name in ("figures", "figures_all")}
    return Totals(Counter(supports), Counter(sums | {"weights": int(_weights(counted).sum())}))


def _weights(counted: pa.Table) -> Ints:
    """Return weights in units of 1 / WEIGHTS, rounded; the weight of a reused pair stays as it was published."""
    units = counted["weight_units"].to_numpy() / WEIGHT_UNITS * WEIGHTS
    return np.asarray(np.rint(units), dtype=np.int64)


def _with_q(combinations: pa.Table, q_values: QValues) -> pa.Table:
    """Return the statistics of each combination as they are published: with q, and with log10_p rounded."""
    q = pa.array(_q(combinations, q_values))
    log10_p = pa.array(statistics.significant(combinations["log10_p"].to_numpy()))
    return combinations.drop_columns(["log10_p"]).append_column("log10_p", log10_p).append_column("q", q)


def _q(combinations: pa.Table, q_values: QValues) -> Floats:
    code, log10_p = combinations["code"].to_numpy(), combinations["log10_p"].to_numpy()
    q = np.zeros(len(code))
    for group in np.unique(code):
        rows = code == group
        distinct_p, distinct_q = q_values[int(group)]
        q[rows] = distinct_q[np.searchsorted(distinct_p, log10_p[rows])]
    return q


def _publish(table: pa.Table, statistics_of: pa.Table, codes: EntityCodes) -> pa.Table:
    subject, object_ = (pa.array(table[end].to_numpy() - 1) for end in ("subject", "object"))
    combination = table["combination"].combine_chunks()
    columns = {
        "subject_id": codes.entity_id.take(subject),
        "object_id": codes.entity_id.take(object_),
        "subject_category": codes.category.take(subject),
        "object_category": codes.category.take(object_),
        "weight": pa.array(_weights(table) / WEIGHTS),
        "taxon": codes.taxon.take(table["context"].combine_chunks()),
    }
    columns |= {name: statistics_of[name].take(combination) for name in (*STATISTICS, "q")}
    return pa.table(columns | {name: table[name] for name in table.column_names if name not in _INTERNAL})
