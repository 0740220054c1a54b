"""Pairs that the previous build counted and that still hold.

The counts of a pair depend on the figures that show both of its ends: their mentions, papers and years. So where few
figures differ from those of the previous build, only the pairs among the entities of these figures are counted anew.
All other pairs are read from its tables. Statistics are computed for all pairs, because they depend on every figure.
"""

from functools import partial
from pathlib import Path

from kg.cooccurrence.count import ALL_COUNTED, PairSource
from kg.cooccurrence.slices import WEIGHT_UNITS, WEIGHTS
from kg.engines import Engine
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Select, Statements
from kg.errors import SourceError

COMPARE = Statements("kg.building", "compare")
REUSE = Statements("kg.building", "reuse")

MOST = 0.5
"""Share of `figure_entities` that may be counted anew; above it all pairs are counted, which is as fast."""

_PREVIOUS_TABLES = {
    "previous_figures": "figures",
    "previous_mentions": "mentions",
    "previous_entities": "entities",
    "previous_words": "words",
    "previous_cooccurrences": "cooccurrences",
    "previous_word_cooccurrences": "word_cooccurrences",
}

_PREVIOUS_VIEWS = {
    "cooccurrences": {
        "previous_pair_mentions": "previous_entity_mentions",
        "previous_pairs": "previous_entity_pairs",
    },
    "word_cooccurrences": {
        "previous_pair_mentions": "previous_word_mentions",
        "previous_pairs": "previous_word_pairs",
    },
}
"""Published tables of pairs, with the views that their reuse reads and the statement of each."""


class ReusablePairs:
    """The tables of the previous build, in the engine of this one."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self._engine = engine

    @classmethod
    def find(cls, engine: Engine, previous: Path | None) -> "ReusablePairs | None":
        """Compare the figures of this build with those of `previous`; return None where no pair can be reused.

        `previous` has the tables of a build with the same parameters, by the same program.
        """
        if previous is None or not isinstance(engine, DuckDBEngine):
            return None
        attach = {
            name: partial(engine.attach, name, previous / f"{table}.parquet")
            for name, table in _PREVIOUS_TABLES.items()
        }
        try:
            COMPARE.run(engine, attach)
        except SourceError:
            return None
        return None if engine.fetch(COMPARE.sql("changed_identifiers"))["n"][0].as_py() else cls(engine)

    def source(self, name: str) -> PairSource:
        """Return the source of a table of pairs whose counting is prepared."""
        engine = self._engine
        views = {
            view: partial(engine.create_view, view, REUSE.sql(statement))
            for view, statement in _PREVIOUS_VIEWS[name].items()
        }
        REUSE.run(engine, views)
        if engine.fetch(REUSE.sql("recounted_share"))["share"][0].as_py() > MOST:
            return ALL_COUNTED
        return PairSource(
            Select("SELECT * FROM recounted_figure_entities"), REUSE.sql("loads_with_reused"), _reused_pairs
        )


def _reused_pairs(first: int, last: int) -> Select:
    units_of_published = round(WEIGHT_UNITS / WEIGHTS)
    return REUSE.sql(
        "reused_pairs", first=first, last=last, published_weight_units=WEIGHTS, units_of_published=units_of_published
    )
