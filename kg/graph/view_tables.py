"""The tables of a view, created step by step in an engine of its own; kg/graph/sql/views.sql says what each holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from kg.cooccurrence.slices import WEIGHTS
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Select
from kg.errors import QueryError
from kg.graph.filters import Filters
from kg.graph.joined import NetworkList
from kg.graph.probable_pairs import create_passing_pairs, passing_pairs
from kg.graph.views import STATEMENTS
from kg.model.records import LIKELY, SURE

if TYPE_CHECKING:
    import pyarrow as pa

PAIRS_OF_NODE = 2
"""Pairs of each node, the strongest, that stay in a view that is cut; the explorer draws as many of a large network."""

STRONG = 16
"""Strongest pairs, as a multiple of the limit of nodes and edges, among which those that stay are looked for first."""


class ViewTables:
    """Creates the tables of one view."""

    def __init__(self, engine: DuckDBEngine, filters: Filters, max_entities: int) -> None:
        """Use `engine` for the tables; figures of more than `max_entities` entities are no evidence."""
        self._engine = engine
        self._filters = filters
        self._max_entities = max_entities
        self._narrow = False
        """True if the pairs have the columns of `narrow_pairs` only, until the best of them are chosen."""
        self._ranked = "ranked_pairs"
        """The table of the pairs of which the best are shown."""
        self._steps: list[str] = []
        """Tables and views that only other tables are made from, in the order in which they were made."""

    def select_entities(self, min_figures: int, *, few: bool = False) -> None:
        """Select the entities that pass the filters, and their pairs in at least `min_figures` figures.

        With `few`, few of many pairs will be shown, so that no table holds the rows of all.
        """
        of_entities = self._filters.of_entities()
        self._create("passing_entities", "entity_nodes", of_entities)
        if few and self._filters.min_probability is None:
            passing = passing_pairs(self._all_pairs, self._filters, min_figures, all_entities=of_entities == "TRUE")
            self._engine.create_view("passing_pairs", passing)
            self._steps.append("passing_pairs")
        else:
            self._create_pairs("passing_pairs", self._all_pairs, min_figures)

    def select_words(self, min_figures: int) -> None:
        """Select the words that pass the filters, and their pairs in at least `min_figures` figures.

        Raises QueryError for a flavour, an organism or a probability, which words do not have.
        """
        filters = self._filters
        if filters.flavour != "all" or filters.taxa or filters.without_taxa or filters.min_probability is not None:
            raise QueryError(
                "the words view has no flavours, organisms and probabilities, because words are not expanded; "
                "leave flavour, taxa, without_taxa and min_probability out"
            )
        # The nodes have the category `word`; the table has the category of the entities that a word was read as.
        word_ids = f"SELECT word_id FROM words WHERE {self._filters.of_entities()}"
        self._create("passing_entities", "word_nodes", f"entity_id IN ({word_ids})")
        self._create("passing_pairs", "word_pairs", self._filters.of_pairs(min_figures))

    def select_network(self, ids: Sequence[str], partners: int, min_figures: int) -> None:
        """Select the entities of a list, their best partners, and the pairs among all of these.

        The filters of entities are for the partners, because a list names its entities.
        """
        self._narrow = self._filters.min_probability is None
        self._append_ids("listed", ids)
        others = self._best_partners(partners, min_figures) if partners else []
        self._append_ids("network_entities", [*ids, *others])
        self._create("passing_entities", "entity_nodes", "entity_id IN (SELECT entity_id FROM network_entities)")
        self._create_pairs("passing_pairs", self._all_pairs, min_figures)

    @property
    def _all_pairs(self) -> Select:
        """All pairs of entities, with the columns that are needed."""
        return STATEMENTS.sql("narrow_pairs" if self._narrow else "entity_pairs")

    def _best_partners(self, most: int, min_figures: int) -> list[str]:
        """Return the partners of a list: those of most of its members first, then those of the strongest pairs."""
        passes = f"({self._filters.of_entities()}) OR entity_id IN (SELECT entity_id FROM listed)"
        self._create("passing_entities", "entity_nodes", passes)
        self._create_pairs("list_pairs", STATEMENTS.sql("pairs_of_list", pairs=self._all_pairs), min_figures)
        best = STATEMENTS.sql("list_partners", strength=Select(self._filters.strength), weight_units=WEIGHTS, most=most)
        partners: list[str] = self._engine.fetch(best)["entity_id"].to_pylist()
        return partners

    def _create_pairs(self, table: str, pairs: Select, min_figures: int) -> None:
        create_passing_pairs(self._engine, table, pairs, self._filters, min_figures, self._max_entities)
        self._steps.append(table)

    def _append_ids(self, table: str, ids: Iterable[str]) -> None:
        import pyarrow as pa

        self._append(table, pa.table({"entity_id": pa.array(ids, pa.string())}))

    def select_given(self, pairs: pa.Table) -> None:
        """Select all entities and the pairs given, which have `subject_id` and `object_id`, and counts or not."""
        self._create("passing_entities", "entity_nodes")
        self._append("chosen", pairs)
        self._create("ranked_pairs", "given_pairs" if pairs.num_columns == 2 else "given_pairs_recounted")

    def rank_pairs(self, center: str | None = None, radius: int = 1) -> None:
        """Rank the pairs that pass: those within `radius` steps of the centre, if there is one, and of the backbone."""
        if center is not None:
            import pyarrow as pa

            start = pa.table({"entity_id": pa.array([center], pa.string()), "place": pa.array([0], pa.int64())})
            self._append("reached", start)
            for _ in range(radius):
                self._engine.append("reached", self._engine.fetch(STATEMENTS.sql("next_reached")))
            self._create("near_pairs", "pairs_reached")
        else:
            self._create_view("near_pairs", "pairs_everywhere")
        if self._filters.backbone is None:
            self._create_view("ranked_pairs", "pairs_without_backbone")
        else:
            level = float(self._filters.backbone)
            self._create("ranked_pairs", "pairs_of_backbone", level=level, weight_units=WEIGHTS)

    def show_pairs(
        self, centers: Sequence[str], limit: int | None = None, *, words: bool = False,
        years: tuple[int, int] | None = None, of_nodes: bool = False,
    ) -> int:  # fmt: skip
        """Show the best pairs, their ends and `centers`, without figures; return how many pairs were cut by `limit`.

        With `of_nodes`, a view that has to be cut has pairs that are among the PAIRS_OF_NODE best of a node only.
        """
        if of_nodes and limit is not None:
            total, shown = self._cut_to_nodes(limit)
        else:
            total = self._count_ranked()
            shown = total if limit is None else self._fitting(min(total, limit), limit, centers)
        self._create_best_pairs(shown)
        self._append_ids("centers", centers)
        self._create("view_entities", "ends_of_pairs")
        if words:
            self._create("view_words", "words_themselves", flavours=self._filters.flavours)
        else:
            first, last = years or (0, 0)
            dated = int(years is not None)
            least = max(self._probability, LIKELY)
            self._create(
                "view_words", "words_of_entities", flavours=self._filters.flavours, least=least, sure=SURE,
                first=first, last=last, dated=dated,
            )  # fmt: skip
        self._create_evidence()
        self._create_mentions("none")
        self._show_figures(figures="none", citations="none", members=0)
        return total - shown

    def join_columns(self, listed: NetworkList) -> None:
        """Write the marks of the list and the joined numbers of the entities shown."""
        shown = self._engine.fetch("SELECT entity_id FROM view_entities ORDER BY entity_id")["entity_id"].to_pylist()
        self._engine.append("view_joined", listed.table(shown))

    def show_figures(self, name: str, figure: str | None) -> None:
        """Show figures, or one, and their mentions; also papers unless bipartite, and pairs in the full view."""
        of_mentions = self._filters.flavour != "all" or self._probability > 0
        filtered = self._filters.of_entities() != "TRUE" or of_mentions
        self._create_mentions(figure or "every")
        mentioned = name != "full" or of_mentions
        self._create("view_entities", "entities_mentioned" if mentioned else "entities_passing")
        self._create_best_pairs(self._count_ranked() if name == "full" else 0)
        self._create("view_evidence", "no_evidence")
        cites = {"bipartite": "none", "full": "shown" if filtered else "every"}.get(name, "shown")
        self._show_figures(figure or ("mentioned" if filtered else "every"), cites, 1)

    def drop_steps(self) -> None:
        """Drop the tables that the tables of the view were made from."""
        self._engine.drop(*reversed(self._steps))

    @property
    def _probability(self) -> float:
        """The least probability of the mentions that the view shows."""
        return self._filters.min_probability or 0.0

    def _create_evidence(self) -> None:
        many = STATEMENTS.sql("figures_of_many", max_entities=self._max_entities)
        figures = self._engine.fetch(many)["figure_id"].to_pylist() or [""]  # SQL has no empty list
        self._create("crowded_figures", "crowded_figures", figures=figures, max_entities=self._max_entities)
        for table in ("figure_places", "node_numbers", "word_numbers", "drawn_nodes", "pair_figures"):
            self._create(table, table)
        self._create("view_evidence", "view_evidence")

    def _create_mentions(self, figure: str) -> None:
        flavours = self._filters.flavours
        self._create("view_mentions", "view_mentions", figure=figure, flavours=flavours, least=self._probability)

    def _show_figures(self, figures: str, citations: str, members: int) -> None:
        self._create("view_figures", "view_figures", figure=figures)
        self._create("view_members", "view_members", members=members)
        self._create("view_citations", "view_citations", citations=citations)
        self._create("view_papers", "view_papers")

    def _count_ranked(self) -> int:
        """Count the pairs up to `Filters.top`."""
        count = self._engine.count(self._ranked)
        return count if self._filters.top is None else min(count, self._filters.top)

    def _cut_to_nodes(self, limit: int) -> tuple[int, int]:
        """Rank the PAIRS_OF_NODE best pairs of each node only, unless all fit; return how many there are and fit.

        Of the pairs of a node, those of at least some strength are ranked as among all of them. So the weaker ones are
        read only where there is room left.
        """
        strength = Select(self._filters.strength)
        rows = self._engine.rows(STATEMENTS.sql("pairs_by_strength", strength=strength))
        sums = [0, *accumulate(row["pairs"] for row in rows)]
        total = sums[-1]
        if total < limit and self._fitting(total, limit, ()) == total:
            return total, total
        strong = next((row["least"] for row, pairs in zip(rows, sums[1:], strict=True) if pairs >= STRONG * limit), 0)
        for least in dict.fromkeys((strong, 0)):
            self._create("strong_pairs", "strong_pairs", strength=strength, least=least)
            self._create("pairs_cut", "pairs_of_nodes", strongest=Select(self._filters.strongest), each=PAIRS_OF_NODE)
            self._ranked = "pairs_cut"
            most = min(self._count_ranked(), limit)
            shown = self._fitting(most, limit, ())
            if shown < most:
                break
        return total, shown

    def _create_best_pairs(self, most: int) -> None:
        best = f"SELECT * FROM {self._ranked} {self._filters.best} LIMIT {most}"
        if not self._narrow:
            self._engine.create_table("view_pairs", best)
            return
        self._engine.create_table("chosen", best)
        self._steps.append("chosen")
        self._engine.create_table("view_pairs", self._widened())

    def _widened(self) -> Select:
        """Return the SELECT of the pairs of `chosen` with all columns."""
        [least] = self._engine.fetch(STATEMENTS.sql("least_of_pairs")).to_pylist()
        return STATEMENTS.sql(
            "pairs_widened",
            least_weight=least["least_weight"] or 0,
            least_figures=least["least_figures"] or 0,
            subjects=least["subjects"] or [""],  # SQL has no empty list
            objects=least["objects"] or [""],
        )

    def _fitting(self, most: int, limit: int, centers: Sequence[str]) -> int:
        """Return how many of the best pairs fit if nodes and edges are to stay below `limit`.

        For a list, which `centers` are then, a third of `limit` fits always, because it may leave no room for pairs.
        """
        shown, least = (set(centers), limit // 3) if len(centers) > 1 else (set(), 0)
        rows = self._engine.fetch(f"SELECT subject_id, object_id FROM {self._ranked} {self._filters.best} LIMIT {most}")
        for number, pair in enumerate(zip(*(column.to_pylist() for column in rows.columns), strict=True)):
            shown.update(pair)
            if len(shown) + number + 1 >= limit and number >= least:
                return number
        return most

    def _create(
        self, table: str, statement: str, condition: str = "TRUE", **values: float | str | Select | Sequence[str]
    ) -> None:
        select = STATEMENTS.get(statement).sql(**values)
        self._engine.create_table(
            table, select if condition == "TRUE" else f"SELECT * FROM ({select}) WHERE {condition}"
        )
        if not table.startswith("view_") and table not in self._steps:
            self._steps.append(table)

    def _create_view(self, name: str, statement: str) -> None:
        self._engine.create_view(name, STATEMENTS.sql(statement))
        self._steps.append(name)

    def _append(self, table: str, rows: pa.Table) -> None:
        self._engine.append(table, rows)
        self._steps.append(table)
