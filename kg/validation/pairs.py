"""Checks of pairs: counted again from the mentions, with their margins, statistics and q.

Counting follows the definition, every word of the one with every word of the other, not the short cut of a build. Only
the numbering of figures, entities and words is the build's. The work is bounded: of too many pair instances, those of a
sample of the entities are counted. The sample is the same at every run.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from kg.cooccurrence import count, prepare, statistics
from kg.cooccurrence.slices import SLICE_INSTANCES
from kg.cooccurrence.statistics import Floats, Ints
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements
from kg.model.tables import STATISTICS, to_arrow
from kg.validation.findings import EXAMPLES, Check, Example
from kg.validation.tables import TableCheck, Tables, example

STATEMENTS = Statements("kg.validation", "pairs")

ALL_INSTANCES = 4 * SLICE_INSTANCES
"""Most pair instances of which all are counted again; of more, a sample."""

TOLERANCE = 2e-5
"""Relative tolerance of statistics and q, which are published with six significant digits."""

WEIGHT_TOLERANCE = 1e-8
"""Tolerance of a weight for each figure, because a weight is a sum over figures."""

CHOSEN = pa.schema([("entity", pa.int32()), ("entity_id", pa.string()), ("part", pa.int32())])

_WRONG = pa.schema(
    [(name, pa.int64()) for name in "kabn"]
    + [("name", pa.string()), ("found", pa.float64()), ("expected", pa.float64())]
)
_P_VALUES = pa.schema(
    [
        ("family", pa.string()),
        *((name, pa.int64()) for name in "kabn"),
        ("pairs", pa.int64()),
        ("log10_p", pa.float64()),
    ]
)
_READS = {
    "cooccurrences": ("figures", "entities", "mentions"),
    "word_cooccurrences": ("figures", "entities", "mentions", "words"),
}


def check(tables: Tables, name: str, sample: int) -> None:
    """Check a table of pairs against the mentions; of too many instances, those of `sample` entities or words."""
    reads = _READS[name]
    counted = Check(f"{name}.counted", "figures, papers, weight and years are those that counting the mentions gives")
    margins = Check(f"{name}.margins-counted", "margins are the figures of the universe that show the ends")
    if name not in tables.wrong:
        create_pairs_view(tables.engine, name)
    if not {name, *reads} & tables.wrong:
        _prepare(tables, name)
    tables.attempt(counted, name, reads, lambda: _recount(tables, name, sample))
    tables.run([TableCheck(margins, name, reads, STATEMENTS.sql("pairs_margins"))])
    tables.settle()
    holds = "expected, lift, jaccard, npmi and log10_p follow from the counts"
    tables.attempt(Check(f"{name}.statistics", holds), name, (), lambda: _statistics(tables, name))
    tables.settle()
    tables.attempt(
        Check(f"{name}.q", "q is the false discovery rate of its p in its family of tests"), name, (),
        lambda: _q(tables, name),
    )  # fmt: skip
    tables.settle()


def create_pairs_view(engine: DuckDBEngine, name: str) -> None:
    """Create the view `pairs` of a table of pairs: all pair checks read it."""
    engine.create_view("pairs", STATEMENTS.sql("word_pairs" if name == "word_cooccurrences" else "entity_pairs"))


def _prepare(tables: Tables, name: str) -> None:
    """Assign numbers to figures, entities and words as the build does, and count the margins."""
    engine = tables.engine
    limit = int(tables.build.manifest["parameters"]["max_entities"])
    engine.create_view("known_figures", "SELECT figure_id, paper_id FROM figures")
    prepare.prepare(engine, name, limit)
    engine.create_table("loads", count.STATEMENTS.sql("loads"))


def _recount(tables: Tables, name: str, sample: int) -> tuple[int, list[Example]]:
    total = 0
    examples: list[Example] = []
    for part in range(_choose(tables, name, sample)):
        tables.engine.create_table("recounted", STATEMENTS.sql("recounted", part=part))
        wrong = STATEMENTS.sql("wrong_counts", part=part, weight_tolerance=WEIGHT_TOLERANCE)
        tables.engine.create_table("wrong_counts", wrong)
        number, rows = _first_rows(tables, name, "wrong_counts")
        total += number
        examples += map(_differing, rows)
    return total, sorted(examples, key=lambda fault: tuple(fault.place.values()))


def _first_rows(
    tables: Tables, name: str, faulty: str, order: str = "subject_id, object_id"
) -> tuple[int, list[Example]]:
    """Return the number of rows of a table or SELECT in brackets, and the first of them as examples."""
    rows = tables.engine.fetch(f"SELECT * FROM {faulty} ORDER BY {order} LIMIT {EXAMPLES}").to_pylist()
    return tables.engine.count(faulty), [example(name, row) for row in rows]


def _choose(tables: Tables, name: str, sample: int) -> int:
    """Create the table `chosen` of all entities, or of a sample of them; return the number of its parts.

    A part has about as many pair instances as a build counts at once.
    """
    loads = tables.engine.fetch(STATEMENTS.sql("entity_loads"))
    instances = int(np.sum(loads["instances"].to_numpy(), dtype=np.int64))
    chosen = loads if instances <= ALL_INSTANCES else loads.slice(0, sample)
    done = np.cumsum(chosen["instances"].to_numpy().astype(np.int64))
    part = pa.array(np.maximum(done - 1, 0) // SLICE_INSTANCES, pa.int32())
    columns = [chosen["entity"].cast(pa.int32()), chosen["entity_id"], part]
    _replace_table(tables.engine, "chosen", pa.Table.from_arrays(columns, schema=CHOSEN))
    share = "all" if len(chosen) == len(loads) else f"{len(chosen):,} of {len(loads):,}"
    nouns = "words" if name == "word_cooccurrences" else "entities"
    counted = int(done[-1]) if len(done) else 0
    tables.report.scope.append((name[:-1].replace("cooccurrence", "pair").replace("_", " ") + "s",
                                f"{counted:,} of {instances:,} instances counted again: {share} {nouns}"))  # fmt: skip
    return int(part[-1].as_py()) + 1 if len(part) else 0


def _replace_table(engine: DuckDBEngine, name: str, rows: pa.Table) -> None:
    engine.create_table(name, "SELECT 1 AS nothing")
    engine.drop(name)
    engine.append(name, rows)


def _differing(fault: Example) -> Example:
    """Return an example of `wrong_counts` with the pairs of columns that differ only: published, and counted."""
    values = fault.value
    names = list(values)
    columns = zip(names[::2], names[1::2], strict=True)
    differing = [name for pair in columns if values[pair[0]] != values[pair[1]] for name in pair]
    return Example(fault.place, {name: values[name] for name in differing})


def _statistics(tables: Tables, name: str) -> tuple[int, list[Example]]:
    engine = tables.engine
    _replace_table(engine, "wrong_statistics", _WRONG.empty_table())
    engine.create_table("combinations", STATEMENTS.sql("combinations"))
    for batch in engine.stream("SELECT * FROM combinations"):
        engine.append("wrong_statistics", to_arrow(_WRONG, [*_wrong(batch)]))
    engine.drop("combinations")
    faulty = STATEMENTS.sql("pairs_statistics")
    return _first_rows(tables, name, f"({faulty})", 'subject_id, object_id, "column"')


def _wrong(combinations: pa.RecordBatch) -> Iterator[tuple[int | str | float, ...]]:
    """Yield the statistics that do not follow from their counts: counts, name, value published, value expected."""
    counts = [combinations.column(name).to_numpy() for name in "kabn"]
    expected = _expected(*counts)
    for name in STATISTICS:
        published = combinations.column(name).to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(~np.isclose(published, expected[name], rtol=TOLERANCE, atol=1e-9)):
            yield *(int(column[row]) for column in counts), name, float(published[row]), float(expected[name][row])


def _expected(k: Ints, a: Ints, b: Ints, n: Ints) -> dict[str, Floats]:
    return {
        "expected": statistics.expected(a, b, n),
        "lift": statistics.lift(k, a, b, n),
        "jaccard": statistics.jaccard(k, a, b),
        "npmi": statistics.npmi(k, a, b, n),
        "log10_p": statistics.log10_p(k, a, b, n),
    }


def _q(tables: Tables, name: str) -> tuple[int, list[Example]]:
    engine = tables.engine
    engine.create_view("tested", STATEMENTS.sql("tested"))
    _replace_table(engine, "p_values", _P_VALUES.empty_table())
    for batch in engine.stream(STATEMENTS.sql("tested_counts")):
        log10_p = pa.array(statistics.log10_p(*(batch.column(count).to_numpy() for count in "kabn")))
        engine.append("p_values", pa.Table.from_batches([batch.append_column("log10_p", log10_p)]))
    engine.create_table("corrected", STATEMENTS.sql("corrected"))
    faulty = STATEMENTS.sql("pairs_q", tolerance=TOLERANCE)
    return _first_rows(tables, name, f"({faulty})")
