"""Entities and figures that a person may mean by an unknown or ambiguous name."""

from collections.abc import Callable, Iterator
from typing import Any

from kg.errors import UnknownName
from kg.graph.resolve import Match
from kg.web.explorer.search_index import SearchIndex

MOST_SUGGESTIONS = 10
"""Greatest number of suggestions in an answer."""


def suggestions(error: UnknownName, index: SearchIndex, resolve: Callable[[str], Match]) -> list[dict[str, Any]]:
    """Return the candidates for an unknown name: the most drawn of several meanings first, or else similar names.

    A row has `id`, `name` and `category`, and `figures` unless it is a figure itself.
    """
    entities = [entity for id_ in error.names if (entity := index.by_id(id_))]
    entities.sort(key=lambda entity: (-entity.figures, entity.id))
    rows = {entity.id: _row(entity.id, entity.name, entity.category, entity.figures) for entity in entities}
    for text in error.suggestions:
        rows |= {row["id"]: row for row in _meanings(text, index, resolve)}
    return list(rows.values())[:MOST_SUGGESTIONS]


def _meanings(text: str, index: SearchIndex, resolve: Callable[[str], Match]) -> Iterator[dict[str, Any]]:
    """Yield the meanings of a text that the build has; a drawn word may have several."""
    try:
        match = resolve(text)
    except UnknownName as several:
        yield from suggestions(several, index, resolve) if several.names else ()
    else:
        entity = index.by_id(match.id)
        yield _row(match.id, match.name, match.category, entity.figures if entity else None)


def _row(id_: str, name: str, category: str, figures: int | None) -> dict[str, Any]:
    row = {"id": id_, "name": name, "category": category}
    return row if figures is None else row | {"figures": figures}
