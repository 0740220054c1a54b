"""Pairs on one machine: counted and tested slice by slice, in as many threads as the build has jobs."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from kg.cooccurrence.significance import TESTS, EntityCodes, PairStatistics, QValues, Totals, published_pairs
from kg.cooccurrence.slices import WEIGHT_UNITS, Slice, slices
from kg.engines import Engine
from kg.engines.statements import Select, Statements
from kg.model.tables import write_parquet

STATEMENTS = Statements("kg.cooccurrence", "count")


def counted_pairs(first: int, last: int) -> Select:
    """Return the SELECT that counts the pairs whose first entity has a code from `first` to `last`."""
    return STATEMENTS.sql("pairs", first=first, last=last, weight_units=WEIGHT_UNITS)


class PairSource(NamedTuple):
    """SELECTs that give the pairs of a table, either all counted or some reused from the previous build."""

    entities_to_pair: Select
    """Rows of `figure_entities` whose pairs are counted."""
    loads: Select
    """Pair instances, or reused pairs, by the entity that comes first in them, in the order of its code."""
    pairs: Callable[[int, int], Select]
    """From the first and last entity code of a slice: its pairs, in the columns of the statement `pairs`."""


ALL_COUNTED = PairSource(
    Select("SELECT * FROM figure_entities"), Select("SELECT * FROM loads ORDER BY entity"), counted_pairs
)
"""Source without reused pairs."""


class CountedPairs(NamedTuple):
    """A table of pairs, in files in a scratch folder, that is yet to be written."""

    name: str
    statistics: PairStatistics
    codes: EntityCodes
    q_values: QValues
    parts: list[Path]


def create_count_tables(engine: Engine, entities_to_pair: Select) -> None:
    """Create the tables of `count.sql` in `engine`; `entities_to_pair` gives the rows to count pairs from."""
    views = {
        "entities_to_pair": partial(engine.create_view, "entities_to_pair", entities_to_pair),
        "pair_tests": partial(engine.append, "pair_tests", TESTS.empty_table()),
    }
    STATEMENTS.run(engine, views)


def count(
    engine: Engine,
    scratch: Path,
    name: str,
    threads: ThreadPoolExecutor,
    progress: Callable[[int, int], None],
    source: PairSource = ALL_COUNTED,
) -> CountedPairs:
    """Count and test the pairs of the prepared table `name`, into files in `scratch`.

    `progress` is called with the pair instances counted so far and their total.
    """
    create_count_tables(engine, source.entities_to_pair)
    codes = EntityCodes.read(engine.fetch("SELECT * FROM entity_codes"))
    statistics = PairStatistics(codes)
    work = slices(engine.fetch(source.loads))
    parts = [scratch / f"{name}-{part.first}.pairs" for part in work]
    total, done = sum(part.instances for part in work), 0
    progress(0, total)
    results = threads.map(partial(_count_slice, engine, statistics, source), work, parts)
    for part, (tests, totals) in zip(work, results, strict=True):
        engine.append("pair_tests", tests)
        statistics.add(totals)
        done += part.instances
        progress(done, total)
    return CountedPairs(name, statistics, codes, correct(engine, statistics), parts)


def correct(engine: Engine, statistics: PairStatistics) -> QValues:
    """Apply the correction for multiple testing to the table `pair_tests`, and drop it."""
    q_values = statistics.correct(engine.fetch(STATEMENTS.sql("tests")))
    engine.drop("pair_tests")
    return q_values


def write(folder: Path, counted: CountedPairs) -> int:
    """Write the published table, in the order of its key; return the number of rows."""
    return write_parquet(folder / f"{counted.name}.parquet", counted.name, _published(counted))


def _published(counted: CountedPairs) -> Iterator[pa.RecordBatch]:
    for path in counted.parts:
        yield from published_pairs(path, _combinations(path), counted.codes, counted.q_values)


def _count_slice(
    engine: Engine, statistics: PairStatistics, source: PairSource, part: Slice, path: Path
) -> tuple[pa.Table, Totals]:
    scored = statistics.score(engine.fetch(source.pairs(part.first, part.last)))
    scored.write(path, _combinations(path))
    return scored.tests, scored.totals


def _combinations(path: Path) -> Path:
    return path.with_suffix(".combinations")
