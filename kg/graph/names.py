"""Looks names up in the tables of a build, as the resolver asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from kg.engines.statements import Statements
from kg.model.records import LIKELY
from kg.model.text import normal_form

STATEMENTS = Statements("kg.graph", "resolve")

JOINTS = r"[-_ ]+(\D)|(\D)[-_ ]+"
"""Pattern of hyphens and spaces that are no part of a number: MIR1-2 is not MIR12."""

MOST_SIMILAR = 200
"""Similar texts that difflib compares with the one typed."""


class Named(Protocol):
    """An entity with its names, as a row of the table `entities` or an entry of an index."""

    @property
    def id(self) -> str: ...  # noqa: D102 as the column
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def category(self) -> str: ...  # noqa: D102
    @property
    def taxon(self) -> str | None: ...  # noqa: D102
    @property
    def figures(self) -> int: ...  # noqa: D102
    @property
    def xrefs(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def synonyms(self) -> Sequence[str]: ...  # noqa: D102


class Row(NamedTuple):
    """An entity as a row of the table."""

    id: str
    name: str
    category: str
    taxon: str | None
    figures: int
    xrefs: Sequence[str] = ()
    synonyms: Sequence[str] = ()


class TableNames:
    """Looks names up in the tables of a build: `entities`, `figures`, `mentions` and `words`."""

    def __init__(self, rows: Callable[[str], list[dict[str, Any]]]) -> None:
        """Use `rows` to run SELECTs; it returns rows by column name."""
        self._select = rows

    def named(self, text: str, id_: str) -> Iterable[Named]:
        """Return the entities that may be called by a text, in any case, or have the identifier."""
        return self._rows("entities_named", id=id_, text=text, form=normal_form(text))

    def figures(self, text: str, id_: str) -> list[tuple[str, str]]:
        """Return the figures with an identifier or short id, as (id, name)."""
        rows = self._select(STATEMENTS.sql("figures_named", id=id_, text=text))
        return [(row["id"], row["name"]) for row in rows]

    def of_paper(self, id_: str) -> list[str]:
        """Return the identifiers of the figures of a paper."""
        return [row["id"] for row in self._select(STATEMENTS.sql("figures_of_paper", paper=id_))]

    def drawn(self, word: str) -> list[Row]:
        """Return the entities that a drawn word stands for, with the figures where it does."""
        return self._rows("entities_drawn", word=word, likely=LIKELY)

    def read(self, ids: Sequence[str]) -> list[Row]:
        """Return the entities with one of the identifiers."""
        return self._rows("entities_read", ids=ids) if ids else []

    def similar(self, text: str) -> list[str]:
        """Return names, synonyms and drawn words that are spelled like a text, the most similar first."""
        select = STATEMENTS.sql("similar_texts", texts=STATEMENTS.sql("texts"), text=text, most=MOST_SIMILAR)
        return [row["text"] for row in self._select(select)]

    def joined_alike(self, key: str) -> list[str]:
        """Return the names, synonyms and drawn words that are `key` without hyphens and spaces."""
        select = STATEMENTS.sql("texts_joined_alike", texts=STATEMENTS.sql("texts"), key=key, joints=JOINTS)
        return [row["text"] for row in self._select(select)]

    def _rows(self, statement: str, **values: float | str | Sequence[str]) -> list[Row]:
        return [Row(**row) for row in self._select(STATEMENTS.get(statement).sql(**values))]
