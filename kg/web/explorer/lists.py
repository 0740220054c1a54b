"""Lists of names: what each means in the build, and the numbers beside them."""

from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request

from kg.errors import QueryError, SourceError
from kg.graph.entity_list import EntityList, Listed
from kg.graph.list_resolver import ListResolver
from kg.graph.resolve import Match, default_lexicon
from kg.graph.views import Filters
from kg.parsers.lists import GivenList, read_list
from kg.web.explorer.database import ExplorerDatabase
from kg.web.explorer.list_names import IndexListNames
from kg.web.explorer.network import MOST_EDGES, NetworkQuery, Years
from kg.web.explorer.parameters import MOST_ROWS, QueryParameters
from kg.web.explorer.search_index import Entity

MOST_MATCHES = 100
"""Greatest number of meanings of one name in an answer."""

MOST_SUGGESTIONS = 3
"""Greatest number of similar names that are suggested for one."""

MOST_NODES = 200_000
"""Greatest number of members of a list in a network, as many as a list may have."""

MOST_SAVED_EDGES = 200_000
"""Greatest number of pairs in the file of a list's network."""

FORM = "application/x-www-form-urlencoded"


class Lists:
    """Reads lists against one build."""

    def __init__(self, database: ExplorerDatabase, base: str) -> None:
        self._database = database
        self._base = base
        self._lexicon = cache(default_lexicon)

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

    def entities(self, text: str) -> tuple[Entity, ...]:
        """Return the matched entities of a list; raise QueryError where no name is matched."""
        try:
            given = read_list(text)
            listed = self._match(given, self._names())
            listed.check_matched()
        except SourceError as error:
            raise QueryError(f"genes: {error}") from error
        index = self._database.search_index
        return tuple(entity for id_ in listed.ids if (entity := index.by_id(id_)))

    def _names(self) -> IndexListNames:
        return IndexListNames(self._database, self._base)

    def _match(self, given: GivenList, names: IndexListNames) -> EntityList:
        return ListResolver(self._database.fetch, self._base, self._lexicon, names).match(given)


def list_query(lists: Lists, parameters: QueryParameters, filters: Filters, years: Years) -> NetworkQuery:
    """Return the network that parameters ask for: `genes` alone, or with as many `partners`.

    `nodes` and `pairs` are the most that are shown; without them a file has all members, and more pairs than a picture.
    """
    for name in ("of", "top"):
        if parameters.texts(name):
            raise QueryError(f"{name} is not for a list; leave it out, or leave out genes (partners=N adds partners)")
    most = MOST_SAVED_EDGES if parameters.texts("format") else MOST_EDGES
    return NetworkQuery(
        lists.entities("\n".join(parameters.texts("genes"))),
        filters,
        years,
        parameters.integer("partners", 0, MOST_ROWS, 0),
        listed=True,
        most_nodes=parameters.integer("nodes", 1, MOST_NODES, MOST_NODES),
        most_edges=parameters.integer("pairs", 1, most, most),
    )


async def given_by(request: Request) -> Callable[[], GivenList]:
    """Return a function that reads the list of a request: `genes` of the address or of a form, or else the body.

    The function raises QueryError for a request without a list, and for a body that is none.
    """
    body = await request.body() if request.method == "POST" else None

    def read() -> GivenList:
        posted, text = read_form(request, body)
        texts = [*request.query_params.getlist("genes"), *(value for name, value in posted if name == "genes")]
        if not texts and not text:
            raise QueryError("genes is missing; add it, ?genes=TP53,AKT1, or send a list or a file by POST")
        if texts and text:
            raise QueryError("the list is sent twice, as body and as genes; send it once")
        try:
            return read_list("\n".join(texts) if texts else text or b"")
        except SourceError as error:
            raise QueryError(str(error)) from error

    return read


def read_form(request: Request, body: bytes | None) -> tuple[list[tuple[str, str]], bytes | None]:
    """Return the fields of a form that has `genes`, or else the body, which is a list.

    Raises QueryError for a form with files, whose parts are no names.
    """
    kind = request.headers.get("content-type", "").lower()
    if body and kind.startswith("multipart/"):
        raise QueryError("the list is in a form with files; send it as the body: curl --data-binary @FILE")
    fields = form_items(body or b"") if kind.startswith(FORM) else {}
    if "genes" not in fields:
        return [], body
    return [(name, value) for name, values in fields.items() for value in values], None


def form_items(body: bytes) -> dict[str, list[str]]:
    """Return the fields of a form; empty where the body is another text, as `curl --data-binary @FILE` sends it."""
    try:
        return parse_qs(body.decode(), errors="strict", max_num_fields=200)
    except ValueError:
        return {}


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
