"""The network of the page: an entity or several, the strongest of what they are drawn with, and the pairs among these.

Without years the numbers are those of the table `cooccurrences`. Within years, figures, papers, weight and years are
counted anew by the SELECT that a build counts with; the statistics stay those of all years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kg.cooccurrence import count
from kg.cooccurrence.slices import WEIGHT_UNITS
from kg.engines.statements import literal, sql
from kg.graph.views import Filters
from kg.web.explorer.database import ExplorerDatabase
from kg.web.explorer.search_index import Entity

MOST_EDGES = 6000
"""Pairs that are given at most; those of the centres first, then the strongest."""

_LAST = 2**31 - 1  # the greatest number an entity can have


class Years(NamedTuple):
    """The years that figures are counted in, both included; 0 and 9999 are open ends."""

    first: int = 0
    last: int = 9999

    @property
    def every(self) -> bool:
        """Whether all figures count, those without a year, too."""
        return self == (0, 9999)

    @property
    def within(self) -> str:
        """The condition on rows with a year."""
        return f"year BETWEEN {self.first} AND {self.last}"


@dataclass(frozen=True, slots=True)
class Around:
    """What a network is of. `filters.top` is the number of partners, and categories are those of partners."""

    centers: tuple[Entity, ...]
    filters: Filters
    years: Years

    @property
    def numbers(self) -> list[int]:
        """The numbers of the centres."""
        return [entity.number for entity in self.centers]

    @property
    def passing(self) -> str:
        """The condition on pairs."""
        least = f"{self.filters.support} >= {self.filters.min_figures}"
        return least if self.filters.max_q is None else f"{least} AND q <= {self.filters.max_q!r}"


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes are the centres, then partners, the strongest first; edges have the columns of `_edges`."""

    around: Around
    nodes: list[Entity]
    edges: list[dict[str, Any]]
    left_out: int
    """Partners that pass the filters and are not shown."""
    pairs_left_out: int
    """Pairs among what is shown that pass the filters and are not shown."""

    @property
    def elements(self) -> dict[str, list[dict[str, Any]]]:
        """Nodes and edges as Cytoscape.js takes them; `figures` are counted in the flavour of the filters."""
        nodes = [
            {"id": each.id, "name": each.name, "type": each.category, "figures": each.figures, "taxon": each.taxon}
            | {"center": each in self.around.centers}
            for each in self.nodes
        ]
        edges = [
            {"id": f"{edge['source']}_{edge['target']}"} | edge | {"figures": edge[self.around.filters.support]}
            for edge in self.edges
        ]
        return {"nodes": [{"data": each} for each in nodes], "edges": [{"data": each} for each in edges]}


def network(coded: ExplorerDatabase, around: Around) -> Network:
    """Make the network."""
    numbers, partners = _partners(coded, around)
    shown = around.numbers + numbers
    edges, pairs = _edges(coded, around, shown)
    for edge in edges:
        edge |= {"source": coded.names[edge["source"]].id, "target": coded.names[edge["target"]].id}
    nodes = [coded.names[number] for number in shown]
    return Network(around, nodes, edges, partners - len(numbers), pairs - len(edges))


def _partners(coded: ExplorerDatabase, around: Around) -> tuple[list[int], int]:
    """Give the strongest partners, and how many pass the filters."""
    filters = around.filters
    conditions = [around.passing, f"other NOT IN ({_listed(around.numbers)})"]
    if filters.categories:
        conditions.append(f"other IN (SELECT entity FROM entity_codes WHERE {filters.of_entities()})")
    each = " UNION ALL BY NAME ".join(f"({_of_one(coded, number, around)})" for number in around.numbers)
    found = coded.fetch(
        f"""
        SELECT other, COUNT(*) OVER () AS partners
        FROM (
            SELECT
                other, MAX(weight) AS weight, MAX(figures) AS figures, MAX(figures_synonyms) AS figures_synonyms,
                MAX(figures_strict) AS figures_strict
            FROM ({each}) WHERE {" AND ".join(conditions)} GROUP BY other
        )
        ORDER BY {filters.strongest}, other LIMIT {filters.top}
        """,
        *_needed(coded, around),
    )
    return found["other"].to_pylist(), found["partners"][0].as_py() if found.num_rows else 0


def _edges(coded: ExplorerDatabase, around: Around, shown: Sequence[int]) -> tuple[list[dict[str, Any]], int]:
    """Give the pairs among the entities shown, those of a centre first, then the strongest; and how many pass."""
    filters, centers, those = around.filters, _listed(around.numbers), _listed(shown)
    known = "strong_pairs" if _strong(coded, around) else "pairs"
    pairs = f"SELECT * FROM {known} WHERE subject IN ({those}) AND object IN ({those})"
    if not around.years.every:
        drawn = f"SELECT * FROM drawn WHERE entity IN ({those}) AND {around.years.within}"
        pairs = (
            f"SELECT c.*, p.npmi, p.q FROM ({_counted(drawn, _LAST)}) AS c JOIN ({pairs}) AS p USING (subject, object)"
        )
    found = coded.fetch(
        f"""
        SELECT
            subject AS source, object AS target, figures, figures_all, figures_synonyms, figures_strict, weight, npmi,
            q, papers, first_year, last_year, COUNT(*) OVER () AS pairs
        FROM ({pairs}) WHERE {around.passing}
        ORDER BY subject NOT IN ({centers}) AND object NOT IN ({centers}), {filters.strongest}, subject, object
        LIMIT {MOST_EDGES}
        """,
        *_needed(coded, around),
    )
    return found.drop_columns(["pairs"]).to_pylist(), found["pairs"][0].as_py() if found.num_rows else 0


def _of_one(coded: ExplorerDatabase, number: int, around: Around) -> str:
    """Give the SELECT of what one entity is drawn with."""
    known = sql("web/around" if _strong(coded, around) else "web/all_around", entity=number)
    if around.years.every:
        return known
    its = _counted(sql("web/figures_of", entity=number, first=around.years.first, last=around.years.last), 0)
    if around.filters.max_q is None:
        return f"SELECT object AS other, * FROM ({its})"
    return f"SELECT k.other, k.q, c.* FROM ({its}) AS c JOIN ({known}) AS k ON k.other = c.object"


def _counted(figure_entities: str, last: int) -> str:
    """Give the SELECT that counts pairs in some rows of `drawn`: those whose first entity is `last` at most."""
    return f"""
        WITH entities_to_pair AS ({figure_entities})
        SELECT
            subject, object, figures, figures_all, figures_synonyms, figures_strict, papers,
            ROUND(weight_units / {literal(WEIGHT_UNITS)}, 9) AS weight, first_year, last_year
        FROM ({count.STATEMENTS.sql("pair_counts", first=0, last=last, weight_units=WEIGHT_UNITS)})
    """


def _strong(coded: ExplorerDatabase, around: Around) -> bool:
    """Whether all pairs that pass have the figures of the build's threshold; no count is greater than `figures`."""
    return (around.filters.min_figures or 0) >= coded.threshold


def _needed(coded: ExplorerDatabase, around: Around) -> list[str]:
    """Give the tables to wait for."""
    return ["strong_pairs"] * _strong(coded, around) + ["drawn"] * (not around.years.every)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers)
