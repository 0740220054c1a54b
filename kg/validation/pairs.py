"""Pairs: counted again from the mentions, with their margins, statistics and q.

Counting is by definition here (every word of the one with every word of the other), not by the build's short cut; only
the numbering of figures, entities and words is shared with it. It is bounded: where there are too many instances, the
pairs of a sample of the entities are counted, the same at every run.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from kg.cooccurrence import count, prepare, statistics
from kg.cooccurrence.slices import SLICE_INSTANCES
from kg.cooccurrence.statistics import Floats, Ints
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import sql
from kg.model.tables import STATISTICS, to_arrow
from kg.validation.findings import EXAMPLES, Check, Example
from kg.validation.tables import TableCheck, Tables, example

ALL_INSTANCES = 4 * SLICE_INSTANCES
"""Up to so many pair instances all pairs are counted again."""

CHOSEN = pa.schema([("entity", pa.int32()), ("entity_id", pa.string()), ("part", pa.int32())])

_WRONG = pa.schema(
    [(name, pa.int64()) for name in "kabn"]
    + [("name", pa.string()), ("found", pa.float64()), ("expected", pa.float64())]
)
_READS = {
    "cooccurrences": ("figures", "entities", "mentions"),
    "word_cooccurrences": ("figures", "entities", "mentions", "words"),
}


def check(tables: Tables, name: str, sample: int) -> None:
    """Check a table of pairs against the mentions: of `sample` entities, or words, where there are too many."""
    reads = _READS[name]
    counted = Check(f"{name}.counted", "figures, papers, weight and years are what counting the mentions gives")
    margins = Check(f"{name}.margins-counted", "margins are the figures of the universe that show the ends")
    if name not in tables.wrong:
        every = sql("validate/word_pairs") if name == "word_cooccurrences" else "SELECT * FROM cooccurrences"
        tables.engine.create_view("pairs", every)
    if not {name, *reads} & tables.wrong:
        _prepare(tables, name)
    tables.attempt(counted, name, reads, lambda: _recount(tables, name, sample))
    tables.run([TableCheck(margins, name, reads, sql("validate/pairs_margins"))])
    tables.settle()
    holds = "expected, lift, jaccard, npmi and log10_p are what the counts give"
    tables.attempt(Check(f"{name}.statistics", holds), name, (), lambda: _statistics(tables, name))
    tables.settle()
    tables.attempt(
        Check(f"{name}.q", "q is the false discovery rate of its p in its family of tests"), name, (),
        lambda: _q(tables, name),
    )  # fmt: skip
    tables.settle()


def _prepare(tables: Tables, name: str) -> None:
    """Give numbers to figures, entities and words, as the build does, and count the margins."""
    engine = tables.engine
    limit = int(tables.build.manifest["parameters"]["max_entities"])
    engine.create_view("known_figures", "SELECT figure_id, paper_id FROM figures")
    prepare.prepare(engine, name, limit)
    engine.create_view("entities_to_pair", count.ALL_COUNTED.entities_to_pair)
    engine.create_table("loads", count.STATEMENTS.sql("loads"))


def _recount(tables: Tables, name: str, sample: int) -> tuple[int, list[Example]]:
    total, examples = 0, []
    keys = "ORDER BY subject_id, object_id"
    for part in range(_choose(tables, name, sample)):
        tables.engine.create_table("recounted", sql("validate/recounted", part=part))
        tables.engine.create_table("wrong", sql("validate/pairs_counted", part=part))
        total += tables.engine.count("wrong")
        rows = tables.engine.fetch(f"SELECT * FROM wrong {keys} LIMIT {EXAMPLES}").to_pylist()
        examples += [_differing(example(name, row)) for row in rows]
    return total, sorted(examples, key=lambda each: tuple(each.place.values()))


def _choose(tables: Tables, name: str, sample: int) -> int:
    """Make the table `chosen`: all entities where that is feasible, else a sample; give the number of its parts."""
    loads = tables.engine.fetch(sql("validate/loads"))
    instances = int(np.sum(loads["instances"].to_numpy(), dtype=np.int64))
    chosen = loads if instances <= ALL_INSTANCES else loads.slice(0, sample)
    done = np.cumsum(chosen["instances"].to_numpy().astype(np.int64))
    part = pa.array(np.maximum(done - 1, 0) // SLICE_INSTANCES, pa.int32())
    columns = [chosen["entity"].cast(pa.int32()), chosen["entity_id"], part]
    _renew(tables.engine, "chosen", pa.Table.from_arrays(columns, schema=CHOSEN))
    of = "all" if len(chosen) == len(loads) else f"{len(chosen):,} of {len(loads):,}"
    things = "words" if name == "word_cooccurrences" else "entities"
    counted = int(done[-1]) if len(done) else 0
    tables.report.scope.append((name[:-1].replace("cooccurrence", "pair").replace("_", " ") + "s",
                                f"{counted:,} of {instances:,} instances counted again: {of} {things}"))  # fmt: skip
    return int(part[-1].as_py()) + 1 if len(part) else 0


def _renew(engine: DuckDBEngine, name: str, rows: pa.Table) -> None:
    engine.create_table(name, "SELECT 1 AS nothing")
    engine.drop(name)
    engine.append(name, rows)


def _differing(found: Example) -> Example:
    """Give an example with the columns that differ only: what is published, and what was counted."""
    names = list(found.value)
    pairs = [(names[place], names[place + 1]) for place in range(0, len(names), 2)]
    value = found.value
    kept = [name for pair in pairs if value[pair[0]] != value[pair[1]] for name in pair]
    return Example(found.place, {name: value[name] for name in kept})


def _statistics(tables: Tables, name: str) -> tuple[int, list[Example]]:
    engine = tables.engine
    _renew(engine, "wrong", _WRONG.empty_table())
    engine.create_table("combinations", sql("validate/combinations"))
    for batch in engine.stream("SELECT * FROM combinations"):
        engine.append("wrong", to_arrow(_WRONG, [*_wrong(batch)]))
    engine.drop("combinations")
    faulty = sql("validate/pairs_statistics")
    rows = engine.fetch(f'SELECT * FROM ({faulty}) ORDER BY subject_id, object_id, "column" LIMIT {EXAMPLES}')
    return engine.count(f"({faulty})"), [example(name, row) for row in rows.to_pylist()]


def _wrong(combinations: pa.RecordBatch) -> Iterator[tuple[int | str | float, ...]]:
    """Give the statistics that are not what the counts give: counts, name, value found, value expected."""
    k, a, b, n = (combinations.column(name).to_numpy() for name in "kabn")
    right = _right(k, a, b, n)
    for name in STATISTICS:
        found = combinations.column(name).to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(~np.isclose(found, right[name], rtol=2e-5, atol=1e-9)):
            yield *(int(each[row]) for each in (k, a, b, n)), name, float(found[row]), float(right[name][row])


def _right(k: Ints, a: Ints, b: Ints, n: Ints) -> dict[str, Floats]:
    return {
        "expected": statistics.expected(a, b, n),
        "lift": statistics.lift(k, a, b, n),
        "jaccard": statistics.jaccard(k, a, b),
        "npmi": statistics.npmi(k, a, b, n),
        "log10_p": statistics.log10_p(k, a, b, n),
    }


def _q(tables: Tables, name: str) -> tuple[int, list[Example]]:
    tables.engine.create_view("tested", sql("validate/tested"))
    tables.engine.create_table("corrected", sql("validate/corrected"))
    faulty = sql("validate/pairs_q")
    rows = tables.engine.fetch(f"SELECT * FROM ({faulty}) ORDER BY subject_id, object_id LIMIT {EXAMPLES}")
    return tables.engine.count(f"({faulty})"), [example(name, row) for row in rows.to_pylist()]
