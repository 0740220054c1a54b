"""Pairs on a cluster: counted by one SELECT, judged part by part.

The correction for many tests needs every p value of a group: each part writes how often it has which, Spark adds
them up, and the few that are different go to every worker.
"""

from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
from pyspark import Broadcast

from kg.cooccurrence.count import sum_of_tests
from kg.cooccurrence.significance import TESTS, EntityCodes, Lookup, PairStatistics, Totals, second_pass
from kg.engines.spark import SparkEngine, atomic_write
from kg.engines.statements import sql
from kg.model.tables import write_parquet

INSTANCES_A_TASK = 1_000_000
BROADCAST_BYTES = 2 * 1024 * 1024
"""The figures of entities fit well below it and are joined in place; figures with enough pairs to be spread do not."""

LAST_CODE = 2**31 - 1


def count(engine: SparkEngine, folder: Path) -> tuple[PairStatistics, int]:
    """Count and judge the pairs of `figure_entities`; write them into `folder`. Give the judge and the number."""
    ends = EntityCodes.read(engine.fetch("SELECT * FROM entity_codes"))
    load = engine.fetch(f"SELECT COALESCE(SUM(instances), 0) AS n FROM ({sql('loads')}) AS l")["n"][0].as_py()
    tasks = max(engine.parallelism, load // INSTANCES_A_TASK)
    engine.set_parallelism(tasks, BROADCAST_BYTES, exactly=True)
    counted = engine.partitions(sql("pairs", first=1, last=LAST_CODE))
    engine.set_parallelism(4 * engine.parallelism)

    judge, shared = PairStatistics(ends), engine.broadcast(ends)
    name = folder.stem
    engine.append(f"{name}_tests", TESTS.empty_table())
    judged, combinations, tests = (engine.directory(f"{name}_{each}") for each in ("judged", "combinations", "tests"))
    rooms = judged, combinations, tests
    for tally in engine.map(partial(_first_pass, shared, *rooms), [*enumerate(counted)]):
        judge.add(tally)
    engine.remove_partitions(counted)

    engine.refresh(f"{name}_tests")
    lookup = engine.broadcast(judge.settle(engine.fetch(sum_of_tests(f"{name}_tests"))))
    folder.mkdir()
    parts = sorted(judged.glob("part-*.parquet"))
    rows = engine.map(partial(_second_pass, shared, lookup, combinations, folder), parts)
    engine.remove_partitions([*parts, *combinations.glob("part-*.parquet")])
    return judge, sum(rows)


def _first_pass(
    ends: Broadcast[EntityCodes], judged: Path, combinations: Path, tests: Path, part: tuple[int, Path]
) -> Totals:  # fmt: skip
    number, path = part
    name = f"part-{number:07}.parquet"
    found = PairStatistics(ends.value).first_pass(pq.read_table(path))
    with (
        atomic_write(judged / name) as pairs,
        atomic_write(combinations / name) as once,
        atomic_write(tests / name) as seen,
    ):
        found.keep(pairs, once)
        pq.write_table(found.tests, seen)
    return found.tally


def _second_pass(
    ends: Broadcast[EntityCodes], lookup: Broadcast[Lookup], combinations: Path, folder: Path, pairs: Path
) -> int:  # fmt: skip
    with atomic_write(folder / pairs.name) as aside:
        return write_parquet(
            aside, folder.stem, second_pass(pairs, combinations / pairs.name, ends.value, lookup.value)
        )
