"""Pairs that the previous build counted and that still hold.

What is counted of a pair depends on the figures that show both of its ends: their mentions, papers and years. So where
few figures differ from those of the previous build, only the pairs among the entities of these are counted anew;
all others are read from its tables. Statistics are worked out of all, for they depend on every figure.
"""

from pathlib import Path

from kg.engines import Engine
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import sql
from kg.errors import SourceError

TABLES = ("figures", "mentions", "entities", "words", "cooccurrences", "word_cooccurrences")

MOST = 0.5
"""Share of the mentions that may have to be counted anew; of more, all are, which is no slower."""

_COUNTED_ALIKE = (
    "SELECT *, figures AS figures_all, figures AS figures_synonyms, figures AS figures_strict,"
    " CAST(figures AS DOUBLE) AS weight FROM previous_word_cooccurrences"
)
"""Words are one thing each and of no flavour, so that the table does not say these."""


class ReusablePairs:
    """The tables of the previous build, in the engine of this one."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self._engine = engine

    @classmethod
    def find(cls, engine: Engine, previous: Path | None) -> "ReusablePairs | None":
        """Compare the figures of this build with those whose tables are in `previous`; None where nothing can be kept.

        The tables must be those of a build with the same parameters, by the same program.
        """
        if previous is None or not isinstance(engine, DuckDBEngine):
            return None
        try:
            for name in TABLES:
                engine.attach(f"previous_{name}", previous / f"{name}.parquet")
        except SourceError:
            return None
        engine.create_table("changed_figures", sql("kept/changed_figures"))
        return None if engine.fetch(sql("kept/meanings"))["changed"][0].as_py() else cls(engine)

    def narrow(self, name: str) -> bool:
        """Narrow `figure_entities` to what has to be counted anew for a table of pairs; False: all has to be."""
        engine = self._engine
        engine.create_table("recounted", sql(f"kept/{name}"))
        among = "SELECT f.* FROM figure_entities AS f JOIN recounted AS r ON r.entity = f.entity"
        if engine.count(f"({among})") > MOST * engine.count("figure_entities"):
            return False
        engine.create_table("figure_entities", among)
        whole = f"SELECT * FROM previous_{name}"
        engine.create_view("previous_pairs", whole if name == "cooccurrences" else _COUNTED_ALIKE)
        return True
