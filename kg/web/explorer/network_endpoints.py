"""The endpoints of the API that answer with a network: its elements, a file of it, and its query in SPARQL."""

from collections.abc import Callable

from starlette.responses import JSONResponse, Response

from kg.errors import QueryError, UnknownName
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Filters
from kg.model.build import Build
from kg.model.organisms import check_choice, read_taxa
from kg.model.records import CATEGORIES
from kg.parsers.lists import GivenList
from kg.web.explorer.database import ExplorerDatabase
from kg.web.explorer.download import FORMATS, export_network, file_name, table
from kg.web.explorer.lists import Lists
from kg.web.explorer.network import Network, NetworkQuery, network
from kg.web.explorer.parameters import MOST_ROWS, QueryParameters
from kg.web.explorer.routes import Endpoint, ListEndpoint
from kg.web.explorer.search_index import Entity
from kg.web.explorer.sparql_text import network_sparql

MOST_CENTERS = 10
"""Greatest number of centres of a network."""

MOST_EDGES = 6000
"""Greatest number of pairs in a network on the page, and in any around centres."""

MOST_NODES = 200_000
"""Greatest number of members of a list in a network, as many as a list may have."""

MOST_SAVED_EDGES = 200_000
"""Greatest number of pairs in the file of a list's network."""

_FILTERS = (
    "of", "top", "min_figures", "max_q", "min_probability", "from", "to", "category", "taxon", "without_taxon",
    "flavour",
)  # fmt: skip
_OF_LIST = ("genes", "partners", "nodes", "pairs")


class NetworkEndpoints:
    """Answers with networks of one build."""

    def __init__(
        self,
        build: Build,
        database: ExplorerDatabase,
        lists: Lists,
        find: Callable[[str], Entity],
        graph: Callable[[], KnowledgeGraph],
    ) -> None:
        """Take functions that return the entity that a person means, and the graph of the build, which writes files."""
        self._build = build
        self._database = database
        self._lists = lists
        self._find = find
        self._graph = graph

    def endpoints(self) -> dict[str, ListEndpoint]:
        """Return the endpoints of networks around centres or of lists, by the name in their address."""
        return {
            "network": (self._elements, (*_FILTERS, *_OF_LIST)),
            "download": (self._download, ("format", *_FILTERS, *_OF_LIST)),
        }

    def sparql(self) -> Endpoint:
        """Return the endpoint of the query for a network around centres."""
        return self._sparql, _FILTERS

    def _elements(self, parameters: QueryParameters, given: GivenList | None) -> Response:
        result = self._network(parameters, given, MOST_EDGES)
        left_out = {"left_out": result.left_out, "pairs_left_out": result.pairs_left_out}
        if result.query.listed:
            left_out["members_left_out"] = result.members_left_out
        of = [entity.id for entity in result.query.centers]
        return JSONResponse({"elements": result.elements} | left_out | {"of": of})

    def _download(self, parameters: QueryParameters, given: GivenList | None) -> Response:
        format_ = parameters.one_of("format", tuple(FORMATS))
        result = self._network(parameters, given, MOST_SAVED_EDGES)
        body = table(result) if format_ == "tsv" else export_network(self._graph(), result, format_)
        saved_as = {"Content-Disposition": f'attachment; filename="{file_name(result, format_)}"'}
        return Response(body, media_type=FORMATS[format_], headers=saved_as)

    def _sparql(self, parameters: QueryParameters) -> Response:
        build = self._build
        result = self._network(parameters, None, MOST_EDGES)
        return JSONResponse({"text": network_sparql(self._database, result, build)})

    def _network(self, parameters: QueryParameters, given: GivenList | None, most_pairs: int) -> Network:
        """Return the network of a request; that of a list has at most `most_pairs` pairs."""
        taxa, without_taxa = (read_taxa(name, parameters.several(name)) for name in ("taxon", "without_taxon"))
        check_choice(taxa, without_taxa, "taxon and without_taxon")
        filters = Filters(
            categories=parameters.several_of("category", CATEGORIES),
            min_figures=parameters.integer("min_figures", 1, 10**9 - 1, self._build.min_figures),
            max_q=parameters.fraction("max_q"),
            flavour=parameters.flavour(),
            taxa=taxa,
            without_taxa=without_taxa,
            min_probability=parameters.fraction("min_probability"),
        )
        if given is not None:
            query = self._of_list(given, parameters, filters, most_pairs)
        else:
            top = parameters.integer("top", 1, MOST_ROWS, 40)
            query = NetworkQuery(self._centers(parameters), filters, parameters.years(), top, MOST_EDGES)
        return network(self._database, query)

    def _of_list(
        self, given: GivenList, parameters: QueryParameters, filters: Filters, most_pairs: int
    ) -> NetworkQuery:
        """Return the network of a list: alone, or with as many `partners`.

        `nodes` and `pairs` are the most that are shown; a list that is a table has numbers, which files show.
        """
        for name in ("of", "top"):
            if parameters.texts(name):
                raise QueryError(
                    f"{name} is not for a list; leave it out, or leave out genes (partners=N adds partners)"
                )
        members, columns = self._lists.members(given)
        return NetworkQuery(
            members,
            filters,
            parameters.years(),
            parameters.integer("partners", 0, MOST_ROWS, 0),
            parameters.integer("pairs", 1, most_pairs, most_pairs),
            listed=True,
            most_nodes=parameters.integer("nodes", 1, MOST_NODES, MOST_NODES),
            columns=columns,
        )

    def _centers(self, parameters: QueryParameters) -> tuple[Entity, ...]:
        """Return the entities of `of`; each of its values names one entity, or several with commas between."""
        if not parameters.texts("of"):
            raise QueryError("of is missing; say around what the network is: ?of=TNFSF11")
        entities = [entity for text in parameters.texts("of") for entity in self._find_all(text)]
        if len(entities) > MOST_CENTERS:
            raise QueryError(f"of names {len(entities)} entities; at most {MOST_CENTERS}")
        return tuple(dict.fromkeys(entities))

    def _find_all(self, text: str) -> list[Entity]:
        try:
            return [self._find(text)]
        except UnknownName:  # a name may have a comma
            if "," not in text:
                raise
        return [self._find(name) for name in text.split(",") if name.strip()]
