"""Lists of names: what each means in the build, and the numbers beside them."""

from collections.abc import Collection
from difflib import get_close_matches
from functools import cache
from typing import Any

from starlette.responses import JSONResponse

from kg.errors import QueryError, SourceError
from kg.graph.entity_list import EntityList, Listed
from kg.graph.joined import JoinedColumn, joined_columns
from kg.graph.list_resolver import ListResolver
from kg.graph.resolve import Match, default_lexicon
from kg.graph.views import NODE_COLUMNS
from kg.parsers.lists import GivenList
from kg.web.explorer.database import ExplorerDatabase
from kg.web.explorer.list_index import IndexListNames
from kg.web.explorer.routes import ListEndpoint, needed
from kg.web.explorer.search_index import Entity

MOST_MATCHES = 100
"""Greatest number of meanings of one name in an answer."""

MOST_SUGGESTIONS = 3
"""Greatest number of similar names that are suggested for one."""


class Lists:
    """Reads lists against one build."""

    def __init__(self, database: ExplorerDatabase, base: str) -> None:
        self._database = database
        self._base = base
        self._lexicon = cache(default_lexicon)

    def endpoint(self) -> ListEndpoint:
        """Return the endpoint that describes a list."""
        return lambda _, given: JSONResponse(self.describe(needed(given))), ("genes",)

    def describe(self, given: GivenList) -> dict[str, Any]:
        """Return the rows of a list, with the columns of numbers by CURIE.

        A row has `text`, `status`, `how`, `matches` and `hint`; one without a meaning has `suggestions`, names of the
        build that are spelled like it.
        """
        names = self._names()
        listed = self._match(given, names)
        joined = listed.joined(given.columns) if given.columns is not None else {}
        titles = given.columns.column_names[1:] if given.columns is not None else []
        return {
            "rows": [_row(row, names) for row in listed.rows],
            "ids": listed.ids,
            "repeated": listed.repeated,
            "report": listed.report(),
            "columns": [
                {"name": title, "values": {id_: row[title] for id_, row in joined.items() if title in row}}
                for title in titles
            ],
        }

    def match(self, given: GivenList, taxa: Collection[str] = (), without_taxa: Collection[str] = ()) -> EntityList:
        """Return the names of a list with their meanings; raise QueryError where no name is matched."""
        listed = self._match(given, self._names(), taxa, without_taxa)
        try:
            listed.check_matched()
        except SourceError as error:
            raise QueryError(str(error)) from error
        return listed

    def members(self, given: GivenList) -> tuple[tuple[Entity, ...], tuple[JoinedColumn, ...]]:
        """Return the matched entities of a list, and its columns of numbers as attributes of nodes.

        Raises QueryError where no name is matched.
        """
        listed = self.match(given)
        index = self._database.search_index
        entities = tuple(entity for id_ in listed.ids if (entity := index.by_id(id_)))
        if given.columns is None:
            return entities, ()
        return entities, joined_columns(given.columns.column_names[1:], listed.joined(given.columns), NODE_COLUMNS)

    def _names(self) -> IndexListNames:
        return IndexListNames(self._database, self._base)

    def _match(
        self, given: GivenList, names: IndexListNames, taxa: Collection[str] = (), without_taxa: Collection[str] = ()
    ) -> EntityList:
        return ListResolver(self._database.rows, self._base, self._lexicon, names).match(given, taxa, without_taxa)


def _row(row: Listed, names: IndexListNames) -> dict[str, Any]:
    said: dict[str, Any] = {
        "text": row.text,
        "status": row.status,
        "how": row.matches[0].how if row.matches else None,
        "matches": [_match(match) for match in row.matches[:MOST_MATCHES]],
        "hint": row.hint,
    }
    if row.status == "unmatched":
        said["suggestions"] = _suggestions(row, names) if row.hint else []
    return said


def _suggestions(row: Listed, names: IndexListNames) -> list[str]:
    """Return the names that the hint of a row suggests."""
    forms = {similar.upper(): similar for similar in reversed(names.similar(row.text))}
    return [forms[form] for form in get_close_matches(row.text.upper(), forms, n=MOST_SUGGESTIONS)]


def _match(match: Match) -> dict[str, Any]:
    return {
        "id": match.id,
        "name": match.name,
        "category": match.category,
        "taxon": match.taxon,
        "figures": match.figures,
    }
