"""How surprising a pair is: the statistics of its counts, corrected for the number of pairs.

In two passes, for the correction needs every p of a group first. What depends on the counts only is worked out
once for each combination of them.
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

Lookup = dict[int, tuple[Floats, Floats]]
"""Group to its different p values (log10), ascending, and the q of each."""

TESTS = pa.schema([("code", pa.int64()), ("log10_p", pa.float64()), ("pairs", pa.int64())])
"""How many pairs of a group have which p; code: the group."""

BATCH_ROWS = 131_072

STATISTICS = ("expected", "lift", "jaccard", "npmi", "log10_p")

_COUNTS = ("figures", "subject_figures", "object_figures", "universe")
_KINDS, _CONTEXTS = 8, 2**20
"""Bounds of a group's code: what is corrected together is the categories of the two ends and the context."""


class EntityCodes(NamedTuple):
    """What a code stands for: index = entity code - 1."""

    entity_id: pa.Array
    category: pa.Array
    taxon: pa.Array  # CURIE of each context code; index 0 is none

    @classmethod
    def read(cls, codes: pa.Table) -> "EntityCodes":
        """Take the columns apart; `codes` is entity_codes, any order."""
        codes = codes.sort_by("entity").combine_chunks()
        names = dict(zip(codes["taxon"].to_pylist(), codes["taxon_id"].to_pylist(), strict=True))
        taxa = [names.get(code) for code in range(max(names, default=0) + 1)]
        return cls(codes["entity_id"].combine_chunks(), codes["category"].combine_chunks(), pa.array(taxa, pa.string()))


class Totals(NamedTuple):
    """What some pairs add to the whole."""

    supports: Counter[int]
    """How many pairs have each value of `figures`."""
    totals: Counter[str]


class ScoredPairs(NamedTuple):
    """Some pairs after the first pass."""

    pairs: pa.Table
    """As counted, with `combination`: the row of `combinations`, null for pairs that are not tested."""
    combinations: pa.Table
    """`code` and the statistics, once for all pairs of the same counts."""
    tests: pa.Table
    tally: Totals

    def keep(self, pairs: Path, combinations: Path) -> None:
        """Write what the second pass needs."""
        for table, path in ((self.pairs, pairs), (self.combinations, combinations)):
            pq.write_table(table, path, compression="lz4", use_dictionary=False)


class PairStatistics:
    """Adds the statistics to counted pairs, and keeps the totals of a build."""

    def __init__(self, ends: EntityCodes) -> None:
        self._ends = ends
        self._categories = ends.category.dictionary_encode()
        self._tests: dict[int, int] = {}
        self._lookup: Lookup = {}
        self.supports: Counter[int] = Counter()
        self.totals: Counter[str] = Counter()

    def first_pass(self, counted: pa.Table) -> ScoredPairs:
        """Give expected, lift, jaccard, npmi and log10_p of some pairs; any thread may ask, nothing here is changed."""
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
        return ScoredPairs(pairs, combinations, tests.cast(TESTS), _tally(counted, figures))

    def _group(self, counted: pa.Table) -> Ints:
        codes = self._categories.indices.to_numpy()
        subject, object_ = (codes[counted[end].to_numpy() - 1].astype(np.int64) for end in ("subject", "object"))
        low, high = np.minimum(subject, object_), np.maximum(subject, object_)
        return np.asarray((low * _KINDS + high) * _CONTEXTS + counted["context"].to_numpy())

    def add(self, tally: Totals) -> None:
        """Take in what some pairs add."""
        self.supports.update(tally.supports)
        self.totals.update(tally.totals)

    def settle(self, tests: pa.Table) -> Lookup:
        """Take in the tests of all pairs, one row each `code` and p, sorted by them; give the q of each p."""
        code, values, pairs = (tests[name].to_numpy() for name in TESTS.names)
        for group in np.unique(code).tolist():
            rows = slice(*np.searchsorted(code, [group, group + 1]))
            self._tests[group] = int(pairs[rows].sum())
            self._lookup[group] = values[rows], _q_values(values[rows], pairs[rows])
        return self._lookup

    def tests(self) -> dict[str, int]:
        """Give the number of tests of each group, named `gene-gene ncbitaxon:9606`."""
        return {self._name(code): tests for code, tests in sorted(self._tests.items())}

    def _name(self, code: int) -> str:
        kinds, context = divmod(code, _CONTEXTS)
        names = sorted(self._categories.dictionary[kind].as_py() for kind in divmod(kinds, _KINDS))
        taxon = self._ends.taxon[context].as_py()
        return "-".join(names) + (f" {taxon}" if taxon else "")


def second_pass(pairs: Path, combinations: Path, ends: EntityCodes, lookup: Lookup) -> Iterator[pa.RecordBatch]:
    """Add the statistics, q and the names to what a first pass kept; give batches of the published table, in order."""
    table = pq.read_table(combinations)
    statistics_of = table.append_column("q", pa.array(_q(table, lookup))).combine_chunks()
    with pq.ParquetFile(pairs) as file:
        for batch in file.iter_batches(BATCH_ROWS):
            yield from _publish(pa.Table.from_batches([batch]), statistics_of, ends).to_batches()


def _statistics(k: Ints, a: Ints, b: Ints, n: Ints) -> dict[str, Floats]:
    values = (
        statistics.expected(a, b, n),
        statistics.lift(k, a, b, n),
        statistics.jaccard(k, a, b),
        statistics.npmi(k, a, b, n),
        statistics.log10_p(k, a, b, n),
    )
    return {name: statistics.significant(each) for name, each in zip(STATISTICS, values, strict=True)}


def _tally(counted: pa.Table, figures: Ints) -> Totals:
    supports = {support: pairs for support, pairs in enumerate(np.bincount(figures).tolist()) if pairs}
    totals = {name: int(counted[name].to_numpy().sum()) for name in ("figures", "figures_all")}
    return Totals(Counter(supports), Counter(totals | {"weights": int(_weights(counted).sum())}))


def _weights(counted: pa.Table) -> Ints:
    """Give weights as they are published, in units of 1 / WEIGHTS; a published one comes back as itself."""
    units = counted["weight_units"].to_numpy() / WEIGHT_UNITS * WEIGHTS
    return np.asarray(np.rint(units), dtype=np.int64)


def _q_values(values: Floats, tests: Ints) -> Floats:
    """Give the published q of each different p of a group (log10, ascending), by how many tests have it."""
    return statistics.significant(statistics.benjamini_hochberg(values, tests, int(tests.sum())))


def _q(combinations: pa.Table, lookup: Lookup) -> Floats:
    code, log10_p = combinations["code"].to_numpy(), combinations["log10_p"].to_numpy()
    q = np.zeros(len(code))
    for group in np.unique(code):
        rows = code == group
        values, known = lookup[int(group)]
        q[rows] = known[np.searchsorted(values, log10_p[rows])]
    return q


def _publish(table: pa.Table, statistics_of: pa.Table, ends: EntityCodes) -> pa.Table:
    subject, object_ = (pa.array(table[end].to_numpy() - 1) for end in ("subject", "object"))
    combination = table["combination"].combine_chunks()
    columns = {
        "subject_id": ends.entity_id.take(subject),
        "object_id": ends.entity_id.take(object_),
        "subject_category": ends.category.take(subject),
        "object_category": ends.category.take(object_),
        "weight": pa.array(_weights(table) / WEIGHTS),
        "taxon": ends.taxon.take(table["context"].combine_chunks()),
    }
    columns |= {name: statistics_of[name].take(combination) for name in (*STATISTICS, "q")}
    return pa.table(columns | {name: table[name] for name in table.column_names if name not in _INTERNAL})


_INTERNAL = frozenset({"subject", "object", "context", "weight_units", "combination"})
