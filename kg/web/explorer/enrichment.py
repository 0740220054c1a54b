"""Enrichment of a list over HTTP: the list of a request, the test, and a page of its rows."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Literal

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.enrichment.enrich import EnrichmentOptions, enrich
from kg.enrichment.universe import Universe
from kg.errors import QueryError, SourceError, UnknownName, cut
from kg.exporters.enrichment import LEAST_MATCHED, as_dict, shown_rows, with_links
from kg.graph.entity_list import EntityList
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.organisms import check_choice, read_taxa
from kg.parsers.lists import GivenList, read_list, size
from kg.web.body import read_body
from kg.web.explorer.lists import read_form
from kg.web.explorer.parameters import QueryParameters
from kg.web.problems import HttpProblem

Respond = Callable[[Request, Callable[[], Response]], Response]
"""Function that adds the headers of the API to an answer, and turns errors into answers."""

PARAMETERS = (
    "genes", "background", "by", "target", "min_words", "max_q", "top", "offset", "all", "taxon", "without_taxon",
)  # fmt: skip

BY: tuple[Literal["words", "genes"], ...] = ("words", "genes")
TARGETS: tuple[Literal["figures", "entities"], ...] = ("figures", "entities")

MOST_BYTES = 2**20
"""Bytes of a list that is sent as the body of a request."""

MOST_NAMES = 20_000
"""Names of a list, because a request is answered while others wait; there are about as many human genes."""

MOST_SHOWN = 500
"""Rows of an answer; `offset` goes on behind them."""


class Enrichments:
    """The test of lists for one build. The drawings are read by the first request and stay in memory."""

    def __init__(self, graph: Callable[[], KnowledgeGraph]) -> None:
        """Take a function that returns the graph of the build."""
        self._graph = graph
        self._universe: Universe | None = None
        self._reading = Lock()

    def route(self, respond: Respond) -> Route:
        """Return the route of GET with the list in the address, and of POST with the list as the body."""

        async def endpoint(request: Request) -> Response:
            try:
                body = await read_body(request, MOST_BYTES, "list") if request.method == "POST" else None
            except HttpProblem as problem:
                return JSONResponse({"error": str(problem), "status": problem.status}, problem.status, problem.headers)

            def answer() -> Response:
                posted, text = read_form(request, body)
                parameters = QueryParameters([*request.query_params.multi_items(), *posted], PARAMETERS)
                return JSONResponse(self.answer(parameters, text))

            return await run_in_threadpool(respond, request, answer)

        return Route("/api/enrich", endpoint, methods=["GET", "POST"])

    def answer(self, parameters: QueryParameters, body: bytes | None) -> dict[str, Any]:
        """Return the answer for the list in `body`, or else in the parameter `genes`.

        Raises QueryError for a list that cannot be read or tested, UnknownName where none of its names is an entity.
        """
        taxa, without_taxa = (read_taxa(name, parameters.several(name)) for name in ("taxon", "without_taxon"))
        check_choice(taxa, without_taxa, "taxon and without_taxon")
        given = self._graph().match_list(_given(parameters, body), taxa, without_taxa)
        _check(given)
        background = None
        if parameters.texts("background"):
            background = frozenset(self._background("\n".join(parameters.texts("background")), taxa, without_taxa))
        options = EnrichmentOptions(
            by=parameters.one_of("by", BY, "words"),
            of=parameters.one_of("target", TARGETS, "figures"),
            min_hits=parameters.integer("min_words", 1, 1000, 2),
            background=background,
        )
        result = enrich(self._drawings(), given.ids, options)
        max_q = parameters.fraction("max_q")
        every = parameters.one_of("all", ("true", "false"), "false") == "true"
        rows = shown_rows(result, every=every, max_q=1.0 if max_q is None else max_q)
        top, offset = parameters.integer("top", 1, MOST_SHOWN, 50), parameters.integer("offset", 0, 10**9 - 1, 0)
        shown = with_links(rows.slice(offset, top))
        return as_dict(result, shown, given, options) | {"total": rows.num_rows, "offset": offset}

    def _background(self, text: str, taxa: Sequence[str], without_taxa: Sequence[str]) -> tuple[str, ...]:
        """Return the CURIEs of the background; raise QueryError where none of its names is an entity."""
        known = self._graph().match_list(_read(text, "background"), taxa, without_taxa)
        try:
            known.check_matched()
        except SourceError as error:
            raise QueryError(str(error)) from None
        return known.ids

    def _drawings(self) -> Universe:
        with self._reading:
            if self._universe is None:
                self._universe = Universe(self._graph().engine)
            return self._universe


def _given(parameters: QueryParameters, body: bytes | None) -> GivenList:
    """Return the list of a request."""
    texts = parameters.texts("genes")
    if body is not None and texts:
        raise QueryError("the list is sent twice, as body and as genes; send it once")
    if body is None and not texts:
        raise QueryError("genes is missing; add it: ?genes=TP53,MDM2, or send the list as the body of a POST")
    return _read(body if body is not None else "\n".join(texts), "the list")


def _read(content: bytes | str, source: str) -> GivenList:
    try:
        given = read_list(content, source)
    except SourceError as error:
        raise QueryError(str(error)) from None
    if (number := size(given)) > MOST_NAMES:
        raise QueryError(f"{source}: {number:,} names; at most {MOST_NAMES:,} here, and kg enrich takes more")
    return given


def _check(given: EntityList) -> None:
    """Raise UnknownName for a list without an entity, QueryError for one with a single one."""
    if not given.ids:
        reasons = [f"{cut(row.text)}: {row.hint}" for row in given.rows if row.hint]
        hint = f"none of its {len(given.rows):,} names is one" + (f"; {reasons[0]}" if reasons else "")
        raise UnknownName("entity in the list", cut(", ".join(row.text for row in given.rows)), hint=hint)
    if len(given.ids) < LEAST_MATCHED:
        raise QueryError(f"the list has {len(given.ids)} entity of this build; a test needs {LEAST_MATCHED} or more")
