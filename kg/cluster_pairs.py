"""Pairs on a cluster: counted by one SELECT, judged part by part.

The correction for many tests needs every p value of a group: each part writes how often it has which, Spark adds
them up, and the few that are different go to every worker.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import Broadcast

from kg.cooccurrence import Ends, Judge, Lookup, q_values, sql
from kg.engines.spark import SparkEngine, whole
from kg.tables import to_arrow, write_parquet

INSTANCES_A_TASK = 1_000_000
BROADCAST_BYTES = 2 * 1024 * 1024
"""The figures of entities fit well below it and are joined in place; figures with enough pairs to be spread do not."""

BATCH_ROWS = 1_000_000
LAST_CODE = 2**31 - 1

TESTS = pa.schema([("code", pa.int64()), ("log10_p", pa.float64()), ("pairs", pa.int64())])


class _Counted(NamedTuple):
    """What a part adds to the whole."""

    supports: Counter[int]
    totals: Counter[str]


class PartJudge(Judge):
    """Judges a part, and tells which p values it saw; or stands for the whole, with what all parts told."""

    def seen(self) -> pa.Table:
        """Give how many pairs of each group have which p."""
        return to_arrow(TESTS, [(code, *each) for code, counts in self._counts.items() for each in counts.items()])

    def add(self, part: _Counted) -> None:
        """Take in the totals of a part."""
        self.supports.update(part.supports)
        self.totals.update(part.totals)

    def settle(self, tests: pa.Table) -> Lookup:
        """Take in the sums of all that the parts saw, sorted by code and p; give the q of each p."""
        code, values, pairs = (tests[name].to_numpy() for name in TESTS.names)
        codes, first = np.unique(code, return_index=True)
        ends = [*first[1:].tolist(), len(code)]
        lookup: Lookup = {}
        for group, start, end in zip(codes.tolist(), first.tolist(), ends, strict=True):
            of_group = pairs[start:end]
            self._tests[group] = int(of_group.sum())
            lookup[group] = values[start:end], q_values(values[start:end], of_group)
        return lookup

    def __init__(self, ends: Ends) -> None:
        super().__init__(ends)
        self._tests: dict[int, int] = {}

    def tests(self) -> dict[str, int]:
        """Give the number of tests of each group."""
        return {self._name(code): tests for code, tests in sorted(self._tests.items())}


def count(engine: SparkEngine, folder: Path) -> tuple[Judge, int]:
    """Count and judge the pairs of `figure_entities`; write them into `folder`. Give the judge and the number."""
    ends = Ends.read(engine.fetch("SELECT * FROM entity_codes"))
    load = engine.fetch(f"SELECT COALESCE(SUM(instances), 0) AS n FROM ({sql('loads')}) AS l")["n"][0].as_py()
    tasks = max(engine.parallelism, load // INSTANCES_A_TASK)
    engine.spread(tasks, BROADCAST_BYTES, exactly=True)
    counted = engine.parts(sql("pairs", first=1, last=LAST_CODE))
    engine.spread(4 * engine.parallelism)

    judge, shared = PartJudge(ends), engine.share(ends)
    name = folder.stem
    engine.append(f"{name}_tests", TESTS.empty_table())
    rooms = engine.room(f"{name}_judged"), engine.room(f"{name}_tests")
    for part in engine.each(partial(_first_pass, shared, *rooms), [*enumerate(counted)]):
        judge.add(part)
    engine.drop(counted)

    engine.refresh(f"{name}_tests")
    tests = engine.fetch(
        f"SELECT code, log10_p, CAST(SUM(pairs) AS BIGINT) AS pairs FROM {name}_tests"
        " GROUP BY code, log10_p ORDER BY code, log10_p"
    )
    lookup = engine.share(judge.settle(tests))
    folder.mkdir()
    judged = sorted(rooms[0].glob("part-*.parquet"))
    rows = engine.each(partial(_second_pass, shared, lookup, folder), [*enumerate(judged)])
    engine.drop(judged)
    return judge, sum(rows)


def _first_pass(ends: Broadcast[Ends], judged: Path, tests: Path, part: tuple[int, Path]) -> _Counted:
    number, path = part
    judge = PartJudge(ends.value)
    with whole(judged / f"part-{number:07}.parquet") as aside:
        writer: pq.ParquetWriter | None = None
        for batch in _batches(path):
            table = judge.first_pass(pa.Table.from_batches([batch]))
            writer = writer or pq.ParquetWriter(aside, table.schema, compression="lz4")
            writer.write_table(table)
        if writer is None:
            table = judge.first_pass(pq.read_table(path))
            writer = pq.ParquetWriter(aside, table.schema)
        writer.close()
    with whole(tests / f"part-{number:07}.parquet") as aside:
        pq.write_table(judge.seen(), aside)
    return _Counted(judge.supports, judge.totals)


def _second_pass(ends: Broadcast[Ends], lookup: Broadcast[Lookup], folder: Path, part: tuple[int, Path]) -> int:
    number, path = part
    judged = PartJudge(ends.value).second_pass(_batches(path), lookup.value)
    with whole(folder / f"part-{number:07}.parquet") as aside:
        return write_parquet(aside, folder.stem, judged)


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(BATCH_ROWS)
