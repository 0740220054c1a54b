"""Looks the names of a list up in the search index, and the others in the tables."""

from collections.abc import Iterable, Sequence
from typing import Any

from kg.graph.list_names import ListNames
from kg.graph.names import MOST_SIMILAR
from kg.graph.names import STATEMENTS as NAMES
from kg.graph.resolve import rank
from kg.model.identifiers import normal_identifier
from kg.web.explorer.database import LISTS as STATEMENTS
from kg.web.explorer.database import ExplorerDatabase
from kg.web.explorer.search_index import Entity


class IndexListNames(ListNames):
    """Answers as ListNames does, with the entities of the index; drawn words and figures are read for other texts."""

    def __init__(self, database: ExplorerDatabase, base: str) -> None:
        """Use the index and the tables of a database, and the base IRI of the build."""
        super().__init__(database.rows, base)
        self._database = database
        self._index = database.search_index
        self._similar: dict[str, list[str]] = {}

    def fetch_texts(self, texts: Iterable[str]) -> None:
        """Fetch the figures and drawn words that texts may name, unless an entity is called so."""
        unnamed = [text for text in texts if not self._is_named(text)]
        if unnamed:
            super().fetch_texts(unnamed)

    def named(self, text: str, id_: str) -> list[Entity]:  # type: ignore[override]
        """Return the entities that may be called by a text, in any case, or have the identifier."""
        return self._index.called(text, id_)

    def _is_named(self, text: str) -> bool:
        id_ = normal_identifier(text, self._base)
        return any(rank(entity, text, id_) is not None for entity in self.named(text, id_))

    def similar(self, text: str) -> list[str]:
        """Return names, synonyms and drawn words that are spelled like a text, the most similar first; read once."""
        if text not in self._similar:
            select = NAMES.sql("similar_texts", texts=STATEMENTS.sql("all_texts"), text=text, most=MOST_SIMILAR)
            self._similar[text] = [row["text"] for row in self._database.rows(select, "known_texts")]
        return self._similar[text]

    def _joined_alike(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """Return `text` and `key` of the names and words without hyphens and spaces that are one of the keys."""
        select = STATEMENTS.sql("joined_alike", keys=keys)
        return self._database.rows(select, "known_texts")
