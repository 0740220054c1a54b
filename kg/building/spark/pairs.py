"""Pairs on a cluster: counted by one SELECT, tested part by part.

The correction for multiple testing needs every p value of a group. So each part writes the number of its pairs for each
p value, and Spark adds these up. The distinct p values with their q then go to every worker.
"""

from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
from pyspark import Broadcast

from kg.cooccurrence.count import correct, counted_pairs, create_count_tables
from kg.cooccurrence.published import Scored, published_pairs
from kg.cooccurrence.significance import EntityCodes, PairStatistics, QValues, Totals
from kg.engines.spark import SparkEngine
from kg.model.tables import write_parquet
from kg.runtime.files import atomic_path

INSTANCES_A_TASK = 1_000_000
"""Pair instances that one task counts."""

BROADCAST_BYTES = 2 * 1024 * 1024
"""Size up to which a table is joined by sending it to every task. The margins are well below it. `figure_entities` is
above it where there are enough pairs to spread over tasks."""

LAST_CODE = 2**31 - 1
"""Largest code that an entity can have."""


def count(engine: SparkEngine, folder: Path) -> tuple[PairStatistics, int]:
    """Count and test the pairs of the prepared tables; write them into `folder`, named like the published table.

    Returns the statistics and the number of pairs.
    """
    name = folder.stem
    create_count_tables(engine)
    instances = engine.fetch("SELECT COALESCE(SUM(instances), 0) AS n FROM loads")["n"][0].as_py()
    engine.set_parallelism(max(engine.parallelism, instances // INSTANCES_A_TASK), BROADCAST_BYTES, exactly=True)
    counted = engine.partitions(counted_pairs(1, LAST_CODE))
    engine.set_parallelism(4 * engine.parallelism)

    entity_codes = EntityCodes.read(engine.fetch("SELECT * FROM entity_codes"))
    statistics, codes = PairStatistics(entity_codes), engine.broadcast(entity_codes)
    scored, combinations = engine.directory(f"{name}_scored"), engine.directory(f"{name}_combinations")
    score = partial(_score_part, codes, scored, combinations, engine.directory("pair_tests"))
    for totals in engine.map(score, [*enumerate(counted)]):
        statistics.add(totals)
    engine.remove_partitions(counted)

    engine.refresh("pair_tests")
    q_values = engine.broadcast(correct(engine, statistics))
    folder.mkdir()
    parts = sorted(scored.glob("part-*.parquet"))
    rows = engine.map(partial(_publish_part, codes, q_values, combinations, folder), parts)
    engine.remove_partitions([*parts, *combinations.glob("part-*.parquet")])
    return statistics, sum(rows)


def _score_part(
    codes: Broadcast[EntityCodes], scored: Path, combinations: Path, tests: Path, part: tuple[int, Path]
) -> Totals:
    number, path = part
    name = f"part-{number:07}.parquet"
    with (
        atomic_path(scored / name) as pairs_file,
        atomic_path(combinations / name) as combinations_file,
        atomic_path(tests / name) as tests_file,
    ):
        result = PairStatistics(codes.value).score([pq.read_table(path)], pairs_file, combinations_file)
        pq.write_table(result.tests, tests_file)
    return result.totals


def _publish_part(
    codes: Broadcast[EntityCodes], q_values: Broadcast[QValues], combinations: Path, folder: Path, scored: Path
) -> int:
    files = Scored(scored, combinations / scored.name)
    with atomic_path(folder / scored.name) as aside:
        return write_parquet(aside, folder.stem, published_pairs(folder.stem, [files], codes.value, q_values.value))
