"""Pairs on one machine: counted and judged slice by slice, in as many threads as the build has jobs."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from kg.cooccurrence.significance import TESTS, EntityCodes, Lookup, PairStatistics, Totals, second_pass
from kg.cooccurrence.slices import Slice, slices
from kg.engines import Engine
from kg.engines.statements import sql
from kg.model.tables import write_parquet


class CountedPairs(NamedTuple):
    """A table of pairs, yet to be written."""

    name: str
    judge: PairStatistics
    ends: EntityCodes
    lookup: Lookup
    parts: list[Path]


def count(
    engine: Engine,
    scratch: Path,
    name: str,
    threads: ThreadPoolExecutor,
    told: Callable[[int, int], None],
    *,
    kept: bool = False,
) -> CountedPairs:
    """Count and judge the pairs of `figure_entities`, into files in `scratch`; `told` of the instances done, of all.

    `kept`: those of `previous_pairs` that still hold are counted already, see `kg.kept`.
    """  # fmt: skip
    ends = EntityCodes.read(engine.fetch("SELECT * FROM entity_codes"))
    judge = PairStatistics(ends)
    every = slices(engine.fetch(_loads(kept=kept)))
    parts = [scratch / f"{name}-{each.first}.pairs" for each in every]
    tests, total, done = f"{name}_tests", sum(each.instances for each in every), 0
    engine.append(tests, TESTS.empty_table())
    told(0, total)
    counted = threads.map(partial(_count, engine, judge, kept), every, parts)
    for part, (seen, tally) in zip(every, counted, strict=True):
        engine.append(tests, seen)
        judge.add(tally)
        done += part.instances
        told(done, total)
    return CountedPairs(name, judge, ends, judge.settle(engine.fetch(sum_of_tests(tests))), parts)


def sum_of_tests(table: str) -> str:
    """Give the SELECT that adds up the tests of all slices."""
    return (
        f"SELECT code, log10_p, CAST(SUM(pairs) AS BIGINT) AS pairs FROM {table}"
        " GROUP BY code, log10_p ORDER BY code, log10_p"
    )


def write(folder: Path, counted: CountedPairs) -> int:
    """Write the published table, in the order of its key; give the number of rows."""
    return write_parquet(folder / f"{counted.name}.parquet", counted.name, _published(counted))


def _published(counted: CountedPairs) -> Iterator[pa.RecordBatch]:
    for path in counted.parts:
        yield from second_pass(path, _combinations(path), counted.ends, counted.lookup)


def _loads(*, kept: bool) -> str:
    if not kept:
        return sql("loads")
    both = f"(SELECT * FROM ({sql('loads')})) UNION ALL ({sql('kept/loads')})"
    return f"SELECT entity, CAST(SUM(instances) AS BIGINT) AS instances FROM ({both}) GROUP BY entity ORDER BY entity"


def _count(engine: Engine, judge: PairStatistics, kept: bool, part: Slice, path: Path) -> tuple[pa.Table, Totals]:
    counted = sql("pairs", first=part.first, last=part.last)
    if kept:
        still = sql("kept/pairs", first=part.first, last=part.last)
        counted = f"SELECT * FROM (({still}) UNION ALL (SELECT * FROM ({counted}))) ORDER BY subject, object"
    judged = judge.first_pass(engine.fetch(counted))
    judged.keep(path, _combinations(path))
    return judged.tests, judged.tally


def _combinations(path: Path) -> Path:
    return path.with_suffix(".combinations")
