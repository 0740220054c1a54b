"""Pairs on one machine: counted and tested slice by slice, in as many threads as the build has jobs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kg.cooccurrence.margins import Margins
from kg.cooccurrence.published import Scored, published_pairs
from kg.cooccurrence.significance import TESTS, EntityCodes, PairStatistics, QValues, ScoredPairs
from kg.cooccurrence.slices import WEIGHT_UNITS, Slice, slices
from kg.cooccurrence.sorting import PairCounter
from kg.engines import Engine
from kg.engines.statements import Select, Statements
from kg.model.tables import write_parquet

STATEMENTS = Statements("kg.cooccurrence", "count")

LOADS = "SELECT * FROM loads ORDER BY entity"
"""SELECT of the pair instances by the entity that comes first in them."""


def counted_pairs(first: int, last: int) -> Select:
    """Return the SELECT that counts the pairs whose first entity has a code from `first` to `last`."""
    return STATEMENTS.sql("pairs", first=first, last=last, weight_units=WEIGHT_UNITS)


class CountedPairs(NamedTuple):
    """A table of pairs, in files in a scratch folder, that is yet to be written."""

    name: str
    statistics: PairStatistics
    codes: EntityCodes
    q_values: QValues
    parts: list[Scored]


def create_count_tables(engine: Engine) -> None:
    """Create the tables of `count.sql` in `engine`, from those of `prepare.sql`."""
    STATEMENTS.run(engine, {"pair_tests": partial(engine.append, "pair_tests", TESTS.empty_table())})


def pair_counter(engine: Engine) -> PairCounter:
    """Return the counter of the pairs of the prepared tables, which it reads into memory."""
    tables = ("SELECT entity, taxon FROM entity_codes", "SELECT * FROM marginals", "SELECT * FROM universe_sizes")
    margins = Margins(*map(engine.fetch, tables))
    return PairCounter(engine.fetch(STATEMENTS.sql("rows_to_pair")), engine.fetch(LOADS), margins)


def count(
    engine: Engine,
    scratch: Path,
    name: str,
    threads: ThreadPoolExecutor,
    progress: Callable[[int, int], None],
) -> CountedPairs:
    """Count and test the pairs of the prepared table `name`, into files in `scratch`.

    `progress` is called with the pair instances counted so far and their total.
    """
    create_count_tables(engine)
    codes = EntityCodes.read(engine.fetch("SELECT * FROM entity_codes"))
    statistics = PairStatistics(codes)
    counter = pair_counter(engine)
    work = slices(engine.fetch(LOADS))
    parts = [_files(scratch, f"{name}-{part.first}") for part in work]
    total, done = sum(part.instances for part in work), 0
    progress(0, total)
    results = threads.map(partial(_count_slice, counter, statistics), work, parts)
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


def _count_slice(counter: PairCounter, statistics: PairStatistics, part: Slice, files: Scored) -> ScoredPairs:
    return statistics.score(counter.count(part.first, part.last), *files)


def _files(scratch: Path, stem: str) -> Scored:
    return Scored(scratch / f"{stem}.pairs", scratch / f"{stem}.combinations")
