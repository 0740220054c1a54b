"""The network of the page: centres, their strongest partners, and the pairs among all of these.

Without years and a least probability the numbers are those of the table `cooccurrences`. With them, figures, papers,
weight and years are counted again as a build counts them; the statistics stay those of the build.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kg.cooccurrence.prepare import STATEMENTS as PREPARE
from kg.cooccurrence.slices import WEIGHT_UNITS
from kg.engines.statements import Select, Statements
from kg.graph.joined import JoinedColumn
from kg.graph.views import Filters
from kg.model.records import CATEGORIES, FLAVOURS, LIKELY, SURE
from kg.web.explorer.database import ExplorerDatabase, with_tables
from kg.web.explorer.parameters import Years
from kg.web.explorer.search_index import Entity

STATEMENTS = Statements("kg.web.explorer", "network")


@dataclass(frozen=True, slots=True)
class NetworkQuery:
    """Parameters of a network; the categories of the filters are those of partners."""

    centers: tuple[Entity, ...]
    filters: Filters
    years: Years
    top: int
    """Greatest number of partners."""
    most_edges: int
    """Greatest number of pairs; those of the centres come first, then the strongest."""
    listed: bool = False
    """True if the centres are the members of a list, whose partners are those of most members."""
    most_nodes: int | None = None
    """Greatest number of members that are shown, those of the strongest pairs; None for all."""
    columns: tuple[JoinedColumn, ...] = ()
    """Columns of numbers of a list, which its files have."""

    @property
    def numbers(self) -> list[int]:
        """The numbers of the centres."""
        return [entity.number for entity in self.centers]

    @property
    def min_figures(self) -> int:
        """Least figures of a pair."""
        return self.filters.min_figures or 0

    @property
    def max_q(self) -> float:
        """Greatest false discovery rate of a pair; 1 lets every pair pass."""
        return 1.0 if self.filters.max_q is None else self.filters.max_q

    @property
    def least_probability(self) -> float:
        """Least probability of the mentions that show a pair."""
        return max(self.filters.min_probability or 0, LIKELY)

    @property
    def counts_anew(self) -> bool:
        """Whether the pairs have other numbers than the build's."""
        return not self.years.unbounded or self.filters.min_probability is not None


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes are the centres, then partners, the strongest first.

    Edges have the columns of `strongest_pairs`, and `doubt`: the part of their figures that show the pair by no two
    words whose readings are both sure.
    """

    query: NetworkQuery
    nodes: list[Entity]
    edges: list[dict[str, Any]]
    left_out: int
    """Partners that pass the filters and are not shown."""
    pairs_left_out: int
    """Pairs of shown entities that pass the filters and are not shown."""
    members_left_out: int = 0
    """Members of a list that are not shown."""

    @property
    def elements(self) -> dict[str, list[dict[str, Any]]]:
        """Nodes and edges in the form of Cytoscape.js; `figures` are counted in the flavour of the filters."""
        centers = set(self.query.centers)
        nodes = [
            {"id": node.id, "name": node.name, "type": node.category, "figures": node.figures, "taxon": node.taxon}
            | {"query" if self.query.listed else "center": node in centers}
            | ({"doubtful_figures": node.doubtful} if node.doubtful else {})
            for node in self.nodes
        ]
        edges = [
            {"id": f"{edge['source']}_{edge['target']}"} | edge | {"figures": edge[self.query.filters.support]}
            for edge in self.edges
        ]
        return {"nodes": [{"data": node} for node in nodes], "edges": [{"data": edge} for edge in edges]}


def network(database: ExplorerDatabase, query: NetworkQuery) -> Network:
    """Return the network of a query."""
    numbers, n_partners = _partners(database, query) if query.top else ([], 0)
    members = len(query.centers)
    if query.most_nodes is not None and members > query.most_nodes:
        query = replace(query, centers=_strongest_members(database, query, query.most_nodes))
    shown = query.numbers + numbers
    edges, n_pairs = _edges(database, query, shown)
    entities = database.search_index
    for edge in edges:
        edge |= {"source": entities[edge["source"]].id, "target": entities[edge["target"]].id}
    nodes = [entities[number] for number in shown]
    left_out = members - len(query.centers)
    return Network(query, nodes, edges, n_partners - len(numbers), n_pairs - len(edges), left_out)


def _strongest_members(database: ExplorerDatabase, query: NetworkQuery, most: int) -> tuple[Entity, ...]:
    """Return the members of a list with the strongest pairs, then others, in the order of the list."""
    select = STATEMENTS.sql(
        "strongest_members",
        flavour=query.filters.flavour,
        min_figures=query.min_figures,
        weight_units=WEIGHT_UNITS,
        most=most,
    )
    tables = _pairs_among(database, query, query.numbers)
    rows = database.fetch(with_tables(select, **tables), *_tables(database, query))
    strongest = set(rows["entity"].to_pylist())
    others = [entity for entity in query.centers if entity.number not in strongest][: most - len(strongest)]
    shown = strongest.union(entity.number for entity in others)
    return tuple(entity for entity in query.centers if entity.number in shown)


def _partners(database: ExplorerDatabase, query: NetworkQuery) -> tuple[list[int], int]:
    """Return the numbers of the strongest partners, and how many partners pass the filters."""
    filters = query.filters
    published = published_partners(database, query.numbers, query.min_figures, query.max_q)
    tables = _partners_counted_anew(query, published) if query.counts_anew else {"partners": published}
    tables["passing_partners"] = STATEMENTS.sql(
        "passing_partners",
        centers=query.numbers,
        categories=filters.categories or CATEGORIES,
        organisms=Select(filters.of_organisms("taxon_id")),
        flavour=filters.flavour,
        min_figures=query.min_figures,
    )
    strongest = STATEMENTS.sql(
        "partners_of_list" if query.listed else "strongest_partners",
        weight_units=WEIGHT_UNITS,
        flavour=filters.flavour,
        top=query.top,
    )
    rows = database.fetch(with_tables(strongest, **tables), *_tables(database, query))
    return rows["other"].to_pylist(), rows["partners"][0].as_py() if rows.num_rows else 0


def _partners_counted_anew(query: NetworkQuery, published: str) -> dict[str, str]:
    """Return the tables that `partners` is made of; only a filter by q needs the published ones, which take time."""
    tables = {
        **_figures_of_pairs(query, query.numbers, only=False),
        "partners_within_years": STATEMENTS.sql("partners_within_years", weight_units=WEIGHT_UNITS),
    }
    if query.filters.max_q is None:
        return tables | {"partners": "SELECT * FROM partners_within_years"}
    return tables | {"published_partners": published, "partners": STATEMENTS.sql("partners_within_years_and_q")}


def _edges(database: ExplorerDatabase, query: NetworkQuery, shown: Sequence[int]) -> tuple[list[dict[str, Any]], int]:
    """Return the strongest pairs of the entities shown, those of a centre first, and how many pairs pass."""
    filters = query.filters
    tables = _pairs_among(database, query, shown)
    strongest = STATEMENTS.sql(
        "strongest_pairs",
        centers=query.numbers,
        flavour=filters.flavour,
        min_figures=query.min_figures,
        most=query.most_edges,
    )
    rows = database.fetch(with_tables(strongest, **tables), *_tables(database, query))
    unsure = _unsure(database, query, shown)
    edges = rows.drop_columns(["pairs"]).to_pylist()
    for edge in edges:
        figures = edge[filters.support]
        edge["doubt"] = round(unsure.get((edge["source"], edge["target"]), 0) / figures, 4)
    return edges, rows["pairs"][0].as_py() if rows.num_rows else 0


def _pairs_among(database: ExplorerDatabase, query: NetworkQuery, shown: Sequence[int]) -> dict[str, str]:
    """Return the tables that the pairs among entities are made of, `pairs` at the end."""
    published = published_pairs(database, shown, query.min_figures, query.max_q)
    if not query.counts_anew:
        return {"pairs": published}
    return {
        **_figures_of_pairs(query, shown, only=True),
        "published_pairs": published,
        "pairs": STATEMENTS.sql("pairs_within_years", entities=shown, weight_units=WEIGHT_UNITS),
    }


def _unsure(database: ExplorerDatabase, query: NetworkQuery, shown: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return the figures of each pair that show it by no two sure words; pairs without such figures are left out."""
    if query.least_probability >= SURE:
        return {}
    first, last = query.years
    flavour = FLAVOURS.index(query.filters.flavour) + 1
    least = query.least_probability
    select = STATEMENTS.sql(
        "unsure_pairs", entities=shown, first=first, last=last, flavour=flavour, least=least, sure=SURE
    )
    rows = database.fetch(select, "numbered_mentions").to_pylist()
    return {(row["subject"], row["object"]): row["unsure"] for row in rows}


def _figures_of_pairs(query: NetworkQuery, entities: Sequence[int], *, only: bool) -> dict[str, str]:
    """Return the tables that `figures_of_pairs` is made of, with `only` for pairs among the entities.

    The entities of each figure are there, by likely mentions; those by more probable ones are found first.
    """
    first, last = query.years
    figures: dict[str, str] = {
        "figures_of_pairs": STATEMENTS.sql("figures_of_pairs", entities=entities, first=first, last=last)
    }
    if query.filters.min_probability is None:
        return figures
    least = query.least_probability
    return {
        "figure_words": STATEMENTS.sql("probable_words", entities=entities, least=least, only=int(only)),
        "figure_codes": STATEMENTS.sql("counted_figures"),
        "entity_figures": PREPARE.sql("figure_entities"),
    } | figures


def published_partners(database: ExplorerDatabase, centers: Sequence[int], least: int, max_q: float = 1.0) -> Select:
    """Return the SELECT of the partners of centres in `least` figures or more; it may have others, too."""
    tables = database.pair_tables(least)
    return STATEMENTS.sql(
        "partners_of_centers", pairs=tables.pairs, by_object=tables.by_object, centers=centers, max_q=max_q
    )


def published_pairs(database: ExplorerDatabase, entities: Sequence[int], least: int, max_q: float = 1.0) -> Select:
    """Return the SELECT of the pairs among entities in `least` figures or more; it may have others, too."""
    return STATEMENTS.sql("pairs_among", pairs=database.pair_tables(least).pairs, entities=entities, max_q=max_q)


def _tables(database: ExplorerDatabase, query: NetworkQuery) -> list[str]:
    """Return the tables to wait for."""
    counted = "entity_figures" if query.filters.min_probability is None else "numbered_mentions"
    return [*database.pair_tables(query.min_figures).wait_for, *[counted] * query.counts_anew]
