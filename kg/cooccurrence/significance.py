"""Association and significance of pairs: the first of two passes, because the correction needs all p values of a group.

The first pass scores slices of counted pairs, each combination of counts once. The second one, in `published`, adds q
values and identifiers.

q follows from unrounded p; both are rounded when they are published. The last digits of p differ between processors,
by about 1e-10 of p. No q moves by more than the p values do, relatively. So its 6 published digits stay the same,
except where the next digits are at the edge of a rounding. Equal p values that differ by rounding errors get one q,
because the rank of the greater is the higher one.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.cooccurrence import statistics
from kg.cooccurrence.slices import WEIGHT_UNITS, WEIGHTS
from kg.cooccurrence.statistics import Floats, Ints
from kg.model.tables import STATISTICS

QValues = dict[int, tuple[Floats, Floats]]
"""Code of a group of tests to its distinct p values (log10), ascending, and the q of each."""

OPTIONAL = ("first_year", "last_year", "subject_figures", "object_figures", "universe")
"""Columns of counted pairs that can be NULL."""

PAIRS = pa.schema(
    [(name, pa.int32()) for name in ("subject", "object", "context", "figures", "figures_all")]
    + [(name, pa.int32()) for name in ("figures_synonyms", "figures_strict", "papers")]
    + [("weight_units", pa.int64()), *((name, pa.int32()) for name in OPTIONAL)]
)
"""Columns of counted pairs, see the statement `pairs` of count.sql."""

SCORED = pa.schema(
    [field for field in PAIRS if field.name != "weight_units"] + [("weights", pa.int64()), ("combination", pa.int32())]
)
"""Columns of scored pairs: `weights` has units of 1 / WEIGHTS; `combination` is the number of the pair's statistics,
NULL without a test."""

TESTS = pa.schema([("code", pa.int64()), ("log10_p", pa.float64()), ("pairs", pa.int64())])
"""Columns of a table with the number of pairs of each group of tests (`code`) and unrounded p value."""

_COMBINATION = pa.struct([("code", pa.int64()), ("test", pa.int32()), *((name, pa.float64()) for name in STATISTICS)])

COMBINATIONS = pa.schema([("statistics", pa.dictionary(pa.int32(), _COMBINATION))])
"""Column of the one batch of a file with the statistics of pairs by their numbers.

The dictionary has those of each combination of counts once, in the order of the pairs, so that neighbours in memory are
read together. `test` is the row in the table of `TESTS`, which is sorted by `code` (the group of tests) and log10_p.
log10_p is not rounded.
"""

BATCH_ROWS = 131_072

_CATEGORIES, _CONTEXTS = 8, 2**20
"""Bounds in the code of a group: tests of the same two categories and the same context are corrected together."""

_COUNTS = ("figures", "subject_figures", "object_figures", "universe")
_LZ4 = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)


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

    def add(self, other: "Totals") -> None:
        """Add the sums over other pairs."""
        self.supports.update(other.supports)
        self.sums.update(other.sums)


class ScoredPairs(NamedTuple):
    """Sums of the first pass over a slice of pairs."""

    tests: pa.Table
    """Rows with the columns of `TESTS`."""
    totals: Totals


class _Combinations:
    """The distinct counts of some pairs, whose statistics are computed once."""

    def __init__(self) -> None:
        self._chunks: list[tuple[Ints, ...]] = []
        self._size = 0

    def add(self, code: Ints, k: Ints, a: Ints, b: Ints, n: Ints) -> Ints:
        """Return for each pair of a chunk the number of its statistics."""
        a, b = np.minimum(a, b), np.maximum(a, b)  # a (b / N) is not b (a / N) in the last bit
        first, number = statistics.distinct(code, k, a, b)
        columns = (column[first].astype(np.int64) for column in (code, k, a, b, n))
        self._chunks.append((*columns, np.bincount(number)))
        self._size += len(first)
        return number + (self._size - len(first))

    def statistics(self) -> tuple[pa.RecordBatch, pa.Table]:
        """Return a batch of `COMBINATIONS`, with a row for each number, and a table of `TESTS`."""
        code, k, a, b, n, pairs = (np.concatenate(columns) for columns in zip(*self._chunks, strict=True))
        first, number = statistics.distinct(code, k, a, b)
        values = {"code": code[first]} | _statistics(*(column[first] for column in (k, a, b, n)))
        sums = np.bincount(number, weights=pairs, minlength=len(first)).astype(np.int64)
        test, tests = _tests(values["code"], values["log10_p"], sums)
        values["test"] = test
        rows = pa.StructArray.from_arrays([pa.array(values[field.name]) for field in _COMBINATION], fields=_COMBINATION)
        column = pa.DictionaryArray.from_arrays(number.astype(np.int32, copy=False), rows)
        return pa.record_batch([column], schema=COMBINATIONS), tests


def _tests(code: Ints, log10_p: Floats, pairs: Ints) -> tuple[npt.NDArray[np.int32], pa.Table]:
    """Return for each combination its row in a table of `TESTS`, and this table, sorted by code and p value."""
    order = np.lexsort((log10_p, code))
    code, log10_p, pairs = code[order], log10_p[order], pairs[order]
    new = np.append(True, (code[1:] != code[:-1]) | (log10_p[1:] != log10_p[:-1]))[: len(order)]
    start = np.flatnonzero(new)
    test = np.empty(len(order), dtype=np.int32)
    test[order] = np.cumsum(new) - 1
    sums = np.add.reduceat(pairs, start) if len(start) else pairs
    columns = zip((code[start], log10_p[start], sums), TESTS, strict=True)
    return test, pa.table([pa.array(values, field.type) for values, field in columns], schema=TESTS)


class PairStatistics:
    """The first pass over the pairs of a build, and their totals."""

    def __init__(self, codes: EntityCodes) -> None:
        self._codes = codes
        self._categories = codes.category.dictionary_encode()
        self._category = np.append(0, self._categories.indices.to_numpy()).astype(np.int8)  # at the index of a code
        self._tests: dict[int, int] = {}
        self.supports: Counter[int] = Counter()
        """Number of pairs with each value of `figures`."""
        self.totals: Counter[str] = Counter()
        """Sums over all pairs, see `Totals.sums`."""

    def score(self, chunks: Iterable[pa.Table], pairs: Path, combinations: Path) -> ScoredPairs:
        """Write a slice of counted pairs and their statistics, without q, into two files for the second pass.

        `chunks` are tables with the columns of PAIRS. Threads may call this at the same time.
        """
        known, totals = _Combinations(), Totals(Counter(), Counter())
        with pa.ipc.new_file(pairs, SCORED, options=_LZ4) as writer:
            for counted in chain([PAIRS.empty_table()], chunks):
                scored = self._score(counted, known)
                totals.add(_totals(scored))
                writer.write_table(scored, BATCH_ROWS)
        statistics_of, tests = known.statistics()
        with pa.ipc.new_file(combinations, statistics_of.schema, options=_LZ4) as writer:
            writer.write_batch(statistics_of)
        return ScoredPairs(tests, totals)

    def _score(self, counted: pa.Table, known: _Combinations) -> pa.Table:
        """Return the columns of SCORED."""
        values = {
            name: _numbers(counted[name]) for name in ("figures", "subject_figures", "object_figures", "universe")
        }
        untested = values["figures"] == 0
        tested = np.flatnonzero(~untested) if untested.any() else slice(None)
        number = np.zeros(len(counted), dtype=np.int32)
        number[tested] = known.add(self._group(counted)[tested], *(column[tested] for column in values.values()))
        columns = {name: counted[name] for name in PAIRS.names} | {"weights": pa.array(_weights(counted))}
        columns["combination"] = pa.array(number, mask=untested if untested.any() else None)
        return pa.table([columns[name] for name in SCORED.names], schema=SCORED)

    def _group(self, counted: pa.Table) -> Ints:
        """Return the code of the group of tests of each pair."""
        one, other = (self._category[counted[end].to_numpy()] for end in ("subject", "object"))
        categories = np.minimum(one, other) * np.int8(_CATEGORIES) + np.maximum(one, other)
        return np.asarray(categories.astype(np.int64) * _CONTEXTS + counted["context"].to_numpy())

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


def _totals(scored: pa.Table) -> Totals:
    supports = np.bincount(scored["figures"].to_numpy()).tolist()
    sums = {name: int(scored[name].to_numpy().sum()) for name in ("figures", "figures_all", "weights")}
    return Totals(Counter({support: pairs for support, pairs in enumerate(supports) if pairs}), Counter(sums))


def _weights(counted: pa.Table) -> Ints:
    """Return weights in units of 1 / WEIGHTS, rounded."""
    units = counted["weight_units"].to_numpy() / WEIGHT_UNITS
    units *= WEIGHTS
    return np.asarray(np.rint(units, out=units), dtype=np.int64)


def _numbers(column: pa.ChunkedArray) -> Ints:
    """Return a column of numbers, with 0 for NULL."""
    return np.asarray((column.fill_null(0) if column.null_count else column).to_numpy())
