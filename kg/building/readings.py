"""The readings of doubtful words: the tables between inferred words and published tables."""

from collections.abc import Callable

import pyarrow as pa

from kg.engines import Engine
from kg.ingest.readings_file import Corrections
from kg.lexicon.lexicon import Lexicon
from kg.model.tables import TABLES

READ_GENES = pa.schema(
    [
        *((name, pa.string()) for name in ("figure_id", "match", "entity_id", "name", "taxon", "source", "flavour")),
        *((name, pa.bool_()) for name in ("recorded", "wins")),
        *((name, pa.float64()) for name in ("probability", "share")),
    ]
)
"""Columns of `read_genes`, see `sql/readings.sql`."""

InferReadings = Callable[[Engine, Lexicon, Corrections], None]
"""Appends to the tables `word_readings` and `read_genes` the readings of the words in doubt."""


def create_tables(engine: Engine) -> None:
    """Create the tables of readings without rows: then no word is in doubt."""
    engine.append("word_readings", TABLES["word_readings"].empty_table())
    engine.append("read_genes", READ_GENES.empty_table())


def infer_readings(engine: Engine, lexicon: Lexicon, corrections: Corrections) -> None:
    """Append the readings of the words in doubt; none is in doubt so far."""
