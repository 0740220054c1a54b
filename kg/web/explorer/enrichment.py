"""Enrichment of a list over HTTP: the list of a request, the test, and a page of its rows."""

import gc
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from starlette.responses import JSONResponse

from kg.errors import QueryError
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.organisms import check_choice, read_taxa
from kg.parsers.lists import GivenList
from kg.web.explorer.lists import Lists
from kg.web.explorer.parameters import MOST_ROWS, QueryParameters
from kg.web.explorer.routes import ListEndpoint, needed, read_parameter

if TYPE_CHECKING:
    from kg.enrichment.universe import Universe

WithImages = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
"""Function that adds `image`, the address of the picture, to rows with a `figure_id`."""

PARAMETERS = (
    "genes", "background", "by", "target", "min_words", "max_q", "top", "offset", "all", "taxon", "without_taxon",
)  # fmt: skip

BY: tuple[Literal["words", "genes"], ...] = ("words", "genes")
TARGETS: tuple[Literal["figures", "entities"], ...] = ("figures", "entities")


class Enrichments:
    """The test of lists for one build. The drawings are read by the first request and stay in memory."""

    def __init__(self, lists: Lists, graph: Callable[[], KnowledgeGraph], with_images: WithImages) -> None:
        """Take functions that return the graph of the build, and that add the pictures to rows of figures."""
        self._lists = lists
        self._graph = graph
        self._with_images = with_images
        self._universe: Universe | None = None
        self._reading = Lock()

    def close(self) -> None:
        """Release the drawings at once: they refer to each other, so that Python would find them late."""
        if self._universe is not None:
            self._universe = None
            gc.collect()

    def endpoint(self) -> ListEndpoint:
        """Return the endpoint."""
        return lambda parameters, given: JSONResponse(self._answer(parameters, needed(given))), PARAMETERS

    def _answer(self, parameters: QueryParameters, given: GivenList) -> dict[str, Any]:
        """Return the answer for a list; raise QueryError for one without two entities of the build."""
        # The first page would wait for these imports.
        from kg.enrichment.enrich import EnrichmentOptions, enrich
        from kg.exporters.enrichment import LEAST_MATCHED, as_dict, shown_rows
        from kg.graph.links import with_links

        taxa, without_taxa = (read_taxa(name, parameters.several(name)) for name in ("taxon", "without_taxon"))
        check_choice(taxa, without_taxa, "taxon and without_taxon")
        matched = self._lists.match(given, taxa, without_taxa)
        if len(matched.ids) < LEAST_MATCHED:
            raise QueryError(
                f"the list has {len(matched.ids)} entity of this build; a test needs {LEAST_MATCHED} or more"
            )
        background = None
        if parameters.texts("background"):
            known = self._lists.match(read_parameter(parameters, "background"), taxa, without_taxa)
            background = frozenset(known.ids)
        options = EnrichmentOptions(
            by=parameters.one_of("by", BY, "words"),
            of=parameters.one_of("target", TARGETS, "figures"),
            min_hits=parameters.integer("min_words", 1, 1000, 2),
            background=background,
        )
        result = enrich(self._drawings(), matched.ids, options)
        max_q = parameters.fraction("max_q")
        every = parameters.one_of("all", ("true", "false"), "false") == "true"
        rows = shown_rows(result, every=every, max_q=1.0 if max_q is None else max_q)
        top, offset = parameters.integer("top", 1, MOST_ROWS, 50), parameters.integer("offset", 0, 10**9 - 1, 0)
        shown = with_links(rows.slice(offset, top))
        answer = as_dict(result, shown, matched, options)
        if options.of == "figures":
            answer["rows"] = self._with_images(answer["rows"])
        return answer | {"total": rows.num_rows, "offset": offset}

    def _drawings(self) -> "Universe":
        from kg.enrichment.universe import Universe

        with self._reading:
            if self._universe is None:
                self._universe = Universe(self._graph().engine)
            return self._universe
