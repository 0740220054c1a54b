"""The tables from which pairs are counted: integer codes, the figures of each entity, margins."""

from functools import partial

from kg.engines import Engine
from kg.engines.statements import Statements
from kg.model.records import LIKELY

STATEMENTS = Statements("kg.cooccurrence", "prepare")

PAIR_TABLES: dict[str, dict[str, str]] = {
    "cooccurrences": {"pair_entities": "counted_entities", "pair_mentions": "entity_mentions"},
    "word_cooccurrences": {"pair_entities": "counted_words", "pair_mentions": "word_mentions"},
}
"""Published tables of pairs, with the views that their counting reads and the statement of each."""


def prepare(engine: Engine, name: str, max_entities: int) -> None:
    """Create the tables of `prepare.sql` for a published table of pairs, replacing those of another one.

    Figures with more than `max_entities` entities are left out.
    """
    views = {
        view: partial(engine.create_view, view, STATEMENTS.sql(statement))
        for view, statement in PAIR_TABLES[name].items()
    }
    STATEMENTS.run(engine, views, max_entities=max_entities, likely=LIKELY)
