"""The pairs of a build as its more probable mentions show them; kg/graph/sql/probable.sql counts them."""

from kg.cooccurrence.slices import WEIGHT_UNITS, WEIGHTS
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements
from kg.graph.filters import Filters
from kg.model.records import LIKELY

STATEMENTS = Statements("kg.graph", "probable")


def passing_pairs(select: str, filters: Filters, min_figures: int, *, all_entities: bool = False) -> str:
    """Return the SELECT of the rows of `select` that pass the filters, whatever `min_probability`.

    With `all_entities`, the filters have none of entities.
    """
    return f"SELECT * FROM ({select}) WHERE {filters.of_pairs(min_figures, all_entities=all_entities)}"


def create_passing_pairs(
    engine: DuckDBEngine, table: str, select: str, filters: Filters, min_figures: int, max_entities: int
) -> None:
    """Create a table with the rows of `select`, which are pairs of `cooccurrences`, that pass the filters.

    The ends that pass are in the table `passing_entities` of `engine`. With `min_probability`, a pair has the figures,
    papers, years and weight of its mentions of that probability, in figures of up to `max_entities` entities.
    """
    passing = passing_pairs(select, filters, min_figures)
    if filters.min_probability is None:
        engine.create_table(table, passing)
        return
    STATEMENTS.run(
        engine,
        {"build_pairs": lambda: engine.create_table("build_pairs", passing)},
        least=max(filters.min_probability, LIKELY),
        max_entities=max_entities,
        weight_units=WEIGHT_UNITS,
        weights=WEIGHTS,
    )
    probable = STATEMENTS.sql("probable_pairs")
    engine.create_table(table, f"SELECT * FROM ({probable}) WHERE {filters.support} >= {int(min_figures)}")
    engine.drop("recounted_pairs", "unsure_pairs", "build_pairs")
