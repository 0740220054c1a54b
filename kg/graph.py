"""The knowledge graph: typed nodes and edges over the tables of a build, in views of a size people can use.

Nodes are keyed by CURIE and have a type (figure, paper, gene, chemical, disease, unknown); edges are
`mentions` (figure to entity), `cites` (figure or paper to paper) and `co-occurs` (entity and entity).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from kg.cooccurrence import sql
from kg.engines.duckdb import DuckDBEngine, quote
from kg.errors import UnknownName
from kg.model import CATEGORIES
from kg.tables import TABLES, Build
from kg.terms import expand, page

if TYPE_CHECKING:
    import networkx as nx

VIEWS = ("co-occurrence", "ego", "figure", "bipartite", "full")
VIEWS_OF_ONE = {"ego": "entity", "figure": "figure"}
"""Views of one thing, and the kind of thing it has to be."""

CYTOSCAPE_LIMIT = 3000
"""Cytoscape Desktop draws no picture of its own accord at so many nodes and edges or more."""

NODE_COLUMNS: dict[str, type] = (
    {"name": str, "label": str, "type": str, "iri": str, "url": str, "taxon": str, "id_status": str, "xrefs": str}
    | {"figures": int, "papers": int, "title": str, "year": int, "number": str, "pathway_score": float}
    | {"reference": str, "doi": str}
)
"""What a node can carry; a missing value is left out. Lists are joined by `|`."""

EDGE_COLUMNS: dict[str, type] = (
    {"interaction": str, "kind": str}
    | {"words": str, "lexicon": str, "origin": str, "n_candidates": int, "strict": bool}
    | {"taxon": str, "weight": float, "figures": int, "figures_all": int, "figures_strict": int, "papers": int}
    | {"first_year": int, "last_year": int, "expected": float, "lift": float, "jaccard": float, "npmi": float}
    | {"log10_p": float, "q": float, "evidence": str}
)
"""What an edge can carry: `kind` if it cites, up to `strict` if it mentions, the rest if it co-occurs."""

GRAPH_COLUMNS: dict[str, type] = {"description": str, "min_figures": int, "left_out": int}
"""What the graph as a whole carries: its size, the least `figures` of its pairs, and `View.left_out`."""

_BEST = "ORDER BY place, weight DESC, figures DESC, subject_id, object_id"


class Node(NamedTuple):
    """A node of a view; `attributes` holds no None."""

    id: str
    attributes: dict[str, Any]


class Edge(NamedTuple):
    """An edge of a view; `attributes` holds no None."""

    source: str
    target: str
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filters:
    """What part of the graph to keep; the default keeps what the build's threshold keeps."""

    categories: tuple[str, ...] = ()  # of entities; empty: all
    taxa: tuple[str, ...] = ()  # CURIEs, of genes; empty: all
    min_figures: int | None = None  # least support of a co-occurrence; None: the build's threshold
    max_q: float | None = None  # greatest false discovery rate of a co-occurrence
    top: int | None = None  # so many co-occurrences, the best; see `KnowledgeGraph.view`

    def __post_init__(self) -> None:
        for category in self.categories:
            if category not in CATEGORIES:
                raise UnknownName("category", category, CATEGORIES)

    def of_entities(self) -> str:
        """Give the condition on rows of `entities`."""
        clauses = ["TRUE"]
        if self.categories:
            clauses.append(f"category IN ({quote(*self.categories)})")
        if self.taxa:
            clauses.append(f"(taxon IS NULL OR taxon IN ({quote(*self.taxa)}))")
        return " AND ".join(clauses)

    def of_pairs(self, least: int) -> str:
        """Give the condition on rows of `cooccurrences`, with at least so many figures."""
        clauses = [f"figures >= {int(least)}"]
        clauses += [f"{end}_id IN (SELECT entity_id FROM kept_entities)" for end in ("subject", "object")]
        if self.max_q is not None:
            clauses.append(f"q <= {float(self.max_q)!r}")
        return " AND ".join(clauses)


class KnowledgeGraph:
    """The graph of one build on disk. Close it, or use it in a `with` statement."""

    def __init__(self, build: Build | Path | str) -> None:
        self.build = build if isinstance(build, Build) else Build(build)
        paths = {name: self.build.table(name) for name in TABLES}
        self._folder = TemporaryDirectory(prefix="kg-")
        self.engine = DuckDBEngine(Path(self._folder.name))
        for name, path in paths.items():
            self.engine.attach(name, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the tables."""
        self.engine.close()
        self._folder.cleanup()

    def find(self, text: str) -> str:
        """Give the id of the entity or figure that a person means by a CURIE, a figid or a name.

        Raises UnknownName where there is none, or where a name fits several.
        """
        self.engine.create("asked", f"SELECT {quote(text.strip())} AS text")
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
        an ego view. `limit` keeps nodes + edges of co-occurrence and ego views below it by leaving out
        the weakest co-occurrences; in an ego view those of the entities it is drawn with most come first.
        """
        center = self._center(name, of)
        keep = self.engine.create
        keep("kept_entities", f"SELECT * FROM entities WHERE {filters.of_entities()}")
        least = self.build.min_figures if filters.min_figures is None else max(filters.min_figures, 1)
        keep("kept_pairs", f"SELECT *, 0 AS place FROM cooccurrences WHERE {filters.of_pairs(least)}")
        if center is not None and name == "ego":
            self._keep_around(center, radius)
        if filters.top is not None:
            keep("kept_pairs", f"SELECT * FROM kept_pairs {_BEST} LIMIT {int(filters.top)}")
        left_out = 0
        if name in ("co-occurrence", "ego"):
            left_out = self._keep_pairs(center, limit)
        else:
            self._keep_figures(name, center, filtered=filters.of_entities() != "TRUE")
        return View(self, name, center, least, left_out)

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

    def _keep_around(self, center: str, radius: int) -> None:
        """Keep the pairs among the entities within `radius` steps."""
        self.engine.create("reached", f"SELECT {quote(center)} AS entity_id, 0 AS place")
        for _ in range(radius):
            self.engine.create("reached", sql("view/reached"))
        self.engine.create("kept_pairs", sql("view/around"))

    def _keep_pairs(self, center: str | None, limit: int | None) -> int:
        """Keep pairs and their ends, no figures; give how many pairs were cut."""
        keep = self.engine.create
        total = self.count("kept_pairs")
        kept = total if limit is None else self._room(limit)
        keep("kept_pairs", f"SELECT * FROM kept_pairs {_BEST} LIMIT {kept}")
        ends = "SELECT subject_id FROM kept_pairs UNION SELECT object_id FROM kept_pairs"
        ends += f" UNION SELECT {quote(center or '')}"
        keep("kept_entities", f"SELECT * FROM entities WHERE entity_id IN ({ends})")
        for table in ("figures", "papers", "mentions", "citations"):
            keep(f"kept_{table}", f"SELECT * FROM {table} LIMIT 0")
        keep("evidence", sql("view/evidence", max_entities=self.build.manifest["parameters"]["max_entities"]))
        return total - kept

    def _room(self, limit: int) -> int:
        """Give how many of the best pairs fit if nodes + edges are to stay below `limit`."""
        ends: set[str] = set()
        rows = self.engine.fetch(f"SELECT subject_id, object_id FROM kept_pairs {_BEST} LIMIT {int(limit)}")
        for kept, pair in enumerate(zip(*(column.to_pylist() for column in rows.columns), strict=True)):
            ends.update(pair)
            if len(ends) + kept + 1 >= limit:
                return kept
        return int(rows.num_rows)

    def _keep_figures(self, name: str, figure: str | None, *, filtered: bool) -> None:
        """Keep figures and what they mention; papers unless bipartite, pairs in the full view only."""
        keep = self.engine.create
        one = f"figure_id = {quote(figure)}" if figure is not None else "TRUE"
        known = "entity_id IN (SELECT entity_id FROM kept_entities)"
        keep("kept_mentions", f"SELECT * FROM mentions WHERE {one} AND {known}")
        mentioned = "figure_id IN (SELECT figure_id FROM kept_mentions)" if filtered and figure is None else one
        keep("kept_figures", f"SELECT * FROM figures WHERE {mentioned}")
        if name != "full":
            drawn = "entity_id IN (SELECT entity_id FROM kept_mentions)"
            keep("kept_entities", f"SELECT * FROM kept_entities WHERE {drawn}")
            keep("kept_pairs", "SELECT * FROM kept_pairs LIMIT 0")
        citing = "citing_id IN (SELECT figure_id FROM kept_figures)"
        cites = {"bipartite": "FALSE", "full": citing if filtered else "TRUE"}.get(name, citing)
        keep("kept_citations", f"SELECT * FROM citations WHERE {cites}")
        papers = "SELECT cited_id FROM kept_citations UNION SELECT citing_id FROM kept_citations"
        keep("kept_papers", f"SELECT * FROM papers WHERE paper_id IN ({papers})")
        keep("evidence", "SELECT subject_id, object_id, subject_id AS evidence FROM kept_pairs LIMIT 0")

    def count(self, table: str) -> int:
        """Give the number of rows of a table or selection."""
        return int(self.engine.fetch(f"SELECT COUNT(*) AS n FROM {table}")["n"][0].as_py())

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


class View:
    """A part of the graph, to be streamed: each node once, sorted by id; edges by kind and ends."""

    def __init__(self, graph: KnowledgeGraph, name: str, center: str | None, least: int, left_out: int) -> None:
        self._graph = graph
        self.name = name
        self.directed = name not in ("co-occurrence", "ego")
        self.title = f"PFOCR {name}" + (f" of {center}" if center is not None else "")
        self.left_out = left_out
        """Co-occurrences that pass the filters and were cut to stay below the limit."""
        self.n_nodes = sum(graph.count(f"kept_{table}") for table in ("entities", "figures", "papers"))
        mentions = "(SELECT DISTINCT figure_id, entity_id FROM kept_mentions)"
        self.n_edges = sum(graph.count(table) for table in ("kept_citations", mentions, "kept_pairs"))
        cut = f"; {left_out} weaker co-occurrences were left out" if left_out else ""
        self.attributes: dict[str, Any] = {
            "description": f"{self.n_nodes} nodes, {self.n_edges} edges{cut}",
            "min_figures": least,
            "left_out": left_out,
        }
        """Columns as in GRAPH_COLUMNS."""

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes; columns as in NODE_COLUMNS."""
        for row in self._rows("view/nodes"):
            id_ = row.pop("id")
            row["label"] = row["name"]
            row["iri"] = expand(id_, self._graph.build.base)
            if url := page(id_):
                row["url"] = url
            yield Node(id_, row)

    def edges(self) -> Iterator[Edge]:
        """Yield the edges; columns as in EDGE_COLUMNS."""
        for row in self._rows("view/edges"):
            del row["rank"]
            yield Edge(row.pop("source_id"), row.pop("target_id"), row)

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        for batch in self._graph.engine.stream(sql(name)):
            for row in batch.to_pylist():
                yield {name: value for name, value in row.items() if value is not None}
