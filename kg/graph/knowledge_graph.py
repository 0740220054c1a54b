"""The knowledge graph: typed nodes and edges over the tables of a build, in views of a size people can use.

Nodes are keyed by CURIE and have a type (figure, paper, gene, family, chemical, disease, unknown, or word in the view
of words); edges are `mentions` (figure to entity), `cites` (figure or paper to paper), `member-of` (gene to family) and
`co-occurs` (entity and entity, or word and word).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import quote, sql
from kg.errors import KgError, QueryError, UnknownName
from kg.graph.views import VIEWS, VIEWS_OF_ONE, VIEWS_OF_PAIRS, Filters, View
from kg.model.tables import TABLES, Build

if TYPE_CHECKING:
    import networkx as nx
    import pyarrow as pa


class KnowledgeGraph:
    """The graph of one build on disk. Close it, or use it in a `with` statement."""

    def __init__(self, build: Build | Path | str) -> None:
        self.build = build if isinstance(build, Build) else Build(build)
        paths = {name: self.build.table(name) for name in TABLES}
        self.engine = DuckDBEngine()
        try:
            for name, path in paths.items():
                self.engine.attach(name, path)
        except KgError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the tables."""
        self.engine.close()

    def find(self, text: str) -> str:
        """Give the id of the entity or figure that a person means by a CURIE, a figid or a name.

        Raises UnknownName where there is none, or where a name fits several.
        """
        self.engine.create_table("asked", f"SELECT {quote(text.strip())} AS text")
        meant = self.engine.fetch(sql("view/find")).to_pylist()
        found = [row["id"] for row in meant if row["rank"] == meant[0]["rank"]]
        if len(found) == 1:
            return str(found[0])
        if found:
            raise UnknownName("single entity", text, hint=f"several are: {', '.join(found[:10])}; give one of these")
        near = self.engine.fetch("SELECT DISTINCT name FROM entities, asked WHERE lower(name[:2]) = lower(text[:2])")
        raise UnknownName("entity or figure", text, near["name"].to_pylist(), hint="" if near else "see: kg stats")

    def view(
        self,
        name: str = "full",
        filters: Filters = Filters(),
        *,
        of: str | None = None,
        radius: int = 1,
        limit: int | None = None,
    ) -> View:
        """Give a view by name; it stays valid until the next one is asked for.

        `of` is the entity of an ego view or the figure of a figure view, and `radius` counts the steps of
        an ego view. `limit` keeps nodes + edges of views of pairs below it by leaving out
        the weakest co-occurrences; in an ego view those of the entities it is drawn with most come first.
        """
        center = self._center(name, of)
        keep = self.engine.create_table
        least = self.build.min_figures if filters.min_figures is None else max(filters.min_figures, 1)
        self._keep_all(name, filters, least)
        if center is not None and name == "ego":
            self._keep_around(center, radius)
        if filters.backbone is not None:
            backbone = (
                f"SELECT * EXCLUDE (alpha) FROM ({sql('view/backbone')}) WHERE alpha < {float(filters.backbone)!r}"
            )
            keep("kept_pairs", backbone)
        if filters.top is not None:
            keep("kept_pairs", f"SELECT * FROM kept_pairs {filters.best} LIMIT {int(filters.top)}")
        left_out = 0
        if name in VIEWS_OF_PAIRS:
            left_out = self._keep_pairs(() if center is None else (center,), limit, filters.best)
        else:
            self._keep_figures(name, center, filters)
        return View(self.engine, self.build.base, name, center, least, left_out)

    def chosen(
        self,
        pairs: pa.Table,
        centers: Sequence[str] = (),
        filters: Filters = Filters(),
        *,
        years: tuple[int, int] | None = None,
        left_out: int = 0,
    ) -> View:
        """Give a view of some pairs and their ends; it stays valid until the next one is asked for.

        `pairs` has `subject_id` and `object_id`; what columns of `cooccurrences` follow take the place of the
        table's. `centers` are shown with or without a pair. The evidence is of the filters' flavour, and of `years`,
        both included; None: of all. `left_out` is how many pairs the caller cut.
        """
        keep = self.engine.create_table
        self.engine.append("chosen", pairs)
        given = ", ".join(f"c.{name} AS {name}" for name in pairs.column_names[2:])
        columns = f"p.* REPLACE ({given})" if given else "p.*"
        both = f"({sql('view/entity_pairs')}) AS p JOIN chosen AS c USING (subject_id, object_id)"
        keep("kept_pairs", f"SELECT {columns} FROM {both}")
        self.engine.drop("chosen")
        keep("kept_entities", sql("view/entity_nodes"))
        keep("kept_members", "SELECT * FROM members LIMIT 0")
        within = "TRUE" if years is None else f"year BETWEEN {int(years[0])} AND {int(years[1])}"
        figures = f"figure_id IN (SELECT figure_id FROM figures WHERE {within})"
        ends = f"entity_id IN ({_ends(centers)})"
        keep("drawn", f"{sql('view/drawn')} WHERE {filters.of_mentions()} AND {figures} AND {ends}")
        self._keep_pairs(centers, None, filters.best)
        name, center = ("ego", centers[0]) if len(centers) == 1 else ("co-occurrence", None)
        return View(self.engine, self.build.base, name, center, filters.min_figures or self.build.min_figures, left_out)

    def view_for(self, of: str | None) -> str:
        """Give the view that shows a thing best: ego for an entity, figure for a figure, co-occurrence for all."""
        if of is None:
            return "co-occurrence"
        return "figure" if self.find(of).startswith("pfocr:") else "ego"

    def _center(self, view: str, of: str | None) -> str | None:
        """Give the id of what the view is of; None for views of everything."""
        if view not in VIEWS:
            raise UnknownName("view", view, VIEWS)
        kind = VIEWS_OF_ONE.get(view)
        if (kind is None) != (of is None):
            need = f"say of which {kind} it is to be (--of)" if kind else "--of is for the ego and the figure view"
            raise UnknownName(f"{view} view of one thing", of or "", hint=need)
        if of is None:
            return None
        found = self.find(of)
        if (kind == "figure") != found.startswith("pfocr:"):
            raise UnknownName(str(kind), of, hint=f"{found} cannot be shown by the {view} view")
        return found

    def _keep_all(self, name: str, filters: Filters, least: int) -> None:
        """Keep the entities, or words, that pass the filters, with their pairs and where they are drawn."""
        if name == "words":
            if filters.flavour != "all" or filters.taxa:
                raise QueryError(
                    "the words view knows no flavours and no organisms, for words are not expanded; "
                    "leave --flavour and --taxon out"
                )
            nodes, pairs, drawn = sql("view/word_nodes"), sql("view/word_pairs"), sql("view/drawn_words")
            # Its nodes have the category `word`; that of what they were read as is in the table.
            kept = f"entity_id IN (SELECT word_id FROM words WHERE {filters.of_entities()})"
        else:
            nodes, pairs, drawn = sql("view/entity_nodes"), sql("view/entity_pairs"), sql("view/drawn")
            kept = filters.of_entities()
        self.engine.create_table("kept_entities", f"SELECT * FROM ({nodes}) WHERE {kept}")
        self.engine.create_table("kept_pairs", f"SELECT * FROM ({pairs}) WHERE {filters.of_pairs(least)}")
        self.engine.create_table("drawn", f"{drawn} WHERE {filters.of_mentions()}")
        self.engine.create_table("kept_members", "SELECT * FROM members LIMIT 0")

    def _keep_around(self, center: str, radius: int) -> None:
        """Keep the pairs among the entities within `radius` steps."""
        self.engine.create_table("reached", f"SELECT {quote(center)} AS entity_id, 0 AS place")
        for _ in range(radius):
            self.engine.create_table("reached", sql("view/reached"))
        self.engine.create_table("kept_pairs", sql("view/around"))

    def _keep_pairs(self, centers: Sequence[str], limit: int | None, best: str) -> int:
        """Keep pairs and their ends, no figures; give how many pairs were cut."""
        keep = self.engine.create_table
        total = self.engine.count("kept_pairs")
        kept = total if limit is None else self._room(limit, best)
        keep("kept_pairs", f"SELECT * FROM kept_pairs {best} LIMIT {kept}")
        keep("kept_entities", f"SELECT * FROM kept_entities WHERE entity_id IN ({_ends(centers)})")
        # Of all that is drawn only this is joined twice: thousands of rows, not millions.
        keep("drawn", "SELECT * FROM drawn WHERE node_id IN (SELECT entity_id FROM kept_entities)")
        for table in ("figures", "papers", "mentions", "citations"):
            keep(f"kept_{table}", f"SELECT * FROM {table} LIMIT 0")
        keep("evidence", sql("view/evidence", max_entities=self.build.manifest["parameters"]["max_entities"]))
        return total - kept

    def _room(self, limit: int, best: str) -> int:
        """Give how many of the best pairs fit if nodes + edges are to stay below `limit`."""
        ends: set[str] = set()
        rows = self.engine.fetch(f"SELECT subject_id, object_id FROM kept_pairs {best} LIMIT {int(limit)}")
        for kept, pair in enumerate(zip(*(column.to_pylist() for column in rows.columns), strict=True)):
            ends.update(pair)
            if len(ends) + kept + 1 >= limit:
                return kept
        return int(rows.num_rows)

    def _keep_figures(self, name: str, figure: str | None, filters: Filters) -> None:
        """Keep figures and what they mention; papers unless bipartite, pairs in the full view only."""
        keep = self.engine.create_table
        filtered = filters.of_entities() != "TRUE" or filters.flavour != "all"
        one = f"figure_id = {quote(figure)}" if figure is not None else "TRUE"
        known = "entity_id IN (SELECT entity_id FROM kept_entities)"
        keep("kept_mentions", f"SELECT * FROM mentions WHERE {one} AND {known} AND {filters.of_mentions()}")
        mentioned = "figure_id IN (SELECT figure_id FROM kept_mentions)" if filtered and figure is None else one
        keep("kept_figures", f"SELECT * FROM figures WHERE {mentioned}")
        if name != "full" or filters.flavour != "all":
            drawn = "entity_id IN (SELECT entity_id FROM kept_mentions)"
            keep("kept_entities", f"SELECT * FROM kept_entities WHERE {drawn}")
        if name != "full":
            keep("kept_pairs", "SELECT * FROM kept_pairs LIMIT 0")
        both = (
            "family_id IN (SELECT entity_id FROM kept_entities) AND entity_id IN (SELECT entity_id FROM kept_entities)"
        )
        keep("kept_members", f"SELECT * FROM members WHERE {both}")
        citing = "citing_id IN (SELECT figure_id FROM kept_figures)"
        cites = {"bipartite": "FALSE", "full": citing if filtered else "TRUE"}.get(name, citing)
        keep("kept_citations", f"SELECT * FROM citations WHERE {cites}")
        papers = "SELECT cited_id FROM kept_citations UNION SELECT citing_id FROM kept_citations"
        keep("kept_papers", f"SELECT * FROM papers WHERE paper_id IN ({papers})")
        keep("evidence", "SELECT subject_id, object_id, subject_id AS evidence FROM kept_pairs LIMIT 0")

    def to_networkx(self, view: View | None = None) -> nx.Graph[str] | nx.DiGraph[str]:
        """Give a view (default: the full one) as an ordinary networkx graph.

        Undirected for the co-occurrence and ego views, directed for the others; there a co-occurrence is
        one edge, from the lesser CURIE to the greater. Attributes as in NODE_COLUMNS and EDGE_COLUMNS.
        """
        import networkx as nx

        view = view or self.view()
        graph: nx.Graph[str] | nx.DiGraph[str] = nx.DiGraph() if view.directed else nx.Graph()
        graph.graph.update({"name": view.title} | view.attributes)
        graph.add_nodes_from(view.nodes())
        graph.add_edges_from(view.edges())
        return graph


def _ends(centers: Sequence[str]) -> str:
    """Give the SELECT of what the kept pairs are of, and of the centres."""
    pairs = "SELECT subject_id FROM kept_pairs UNION SELECT object_id FROM kept_pairs"
    return "".join([pairs, *(f" UNION SELECT {quote(center)}" for center in centers)])
