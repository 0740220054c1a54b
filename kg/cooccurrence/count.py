"""Pairs on one machine: counted and tested slice by slice, in as many threads as the build has jobs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from kg.cooccurrence.margins import Margins
from kg.cooccurrence.published import Scored, published_pairs
from kg.cooccurrence.significance import PAIRS, TESTS, EntityCodes, PairStatistics, QValues, ScoredPairs
from kg.cooccurrence.slices import WEIGHT_UNITS, Slice, slices
from kg.cooccurrence.sorting import PairCounter
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
    reused: Callable[[int, int], Select] | None = None
    """From the first and last entity code of a slice: its reused pairs, in the columns of the statement `pairs`."""


ALL_COUNTED = PairSource(Select("SELECT * FROM figure_entities"), Select("SELECT * FROM loads ORDER BY entity"))
"""Source without reused pairs."""


class CountedPairs(NamedTuple):
    """A table of pairs, in files in a scratch folder, that is yet to be written."""

    name: str
    statistics: PairStatistics
    codes: EntityCodes
    q_values: QValues
    parts: list[Scored]


def create_count_tables(engine: Engine, entities_to_pair: Select) -> None:
    """Create the tables of `count.sql` in `engine`; `entities_to_pair` gives the rows to count pairs from."""
    views = {
        "entities_to_pair": partial(engine.create_view, "entities_to_pair", entities_to_pair),
        "pair_tests": partial(engine.append, "pair_tests", TESTS.empty_table()),
    }
    STATEMENTS.run(engine, views)


def pair_counter(engine: Engine) -> PairCounter:
    """Return the counter of the pairs of the prepared tables, which it reads into memory."""
    tables = ("SELECT entity, taxon FROM entity_codes", "SELECT * FROM marginals", "SELECT * FROM universe_sizes")
    margins = Margins(*map(engine.fetch, tables))
    loads = engine.fetch("SELECT * FROM loads ORDER BY entity")
    return PairCounter(engine.fetch(STATEMENTS.sql("rows_to_pair")), loads, margins)


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
    parts = [_files(scratch, f"{name}-{part.first}") for part in work]
    counter = pair_counter(engine)
    total, done = sum(part.instances for part in work), 0
    progress(0, total)
    results = threads.map(partial(_count_slice, engine, counter, statistics, source), work, parts)
    for part, scored in zip(work, results, strict=True):
        engine.append("pair_tests", scored.tests)
        statistics.add(scored.totals)
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
    name = counted.name
    rows = published_pairs(name, counted.parts, counted.codes, counted.q_values)
    return write_parquet(folder / f"{name}.parquet", name, rows)


def _count_slice(
    engine: Engine, counter: PairCounter, statistics: PairStatistics, source: PairSource, part: Slice, files: Scored
) -> ScoredPairs:
    pairs = counter.count(part.first, part.last)
    if source.reused:
        reused = engine.fetch(source.reused(part.first, part.last)).cast(PAIRS)
        both = pa.concat_tables([*pairs, reused])
        pairs = iter([both.sort_by([("subject", "ascending"), ("object", "ascending")])])
    return statistics.score(pairs, *files)


def _files(scratch: Path, stem: str) -> Scored:
    return Scored(scratch / f"{stem}.pairs", scratch / f"{stem}.combinations")
