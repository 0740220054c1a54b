"""The knowledge graph: typed nodes and edges over the tables of a build, in views of a size people can use.

Nodes are keyed by CURIE and have a type (figure, paper, gene, chemical, disease, unknown); edges are
`mentions` (figure to entity), `cites` (figure or paper to paper) and `co-occurs` (entity and entity).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
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

CYTOSCAPE_LIMIT = 3000
"""Cytoscape Desktop draws no picture of its own accord at so many nodes and edges or more."""

NODE_COLUMNS: dict[str, type] = {
    "name": str,
    "label": str,
    "type": str,
    "iri": str,
    "url": str,
    "taxon": str,
    "id_status": str,
    "xrefs": str,
    "figures": int,
    "papers": int,
    "title": str,
    "year": int,
    "number": str,
    "pathway_score": float,
    "reference": str,
    "doi": str,
}
"""What a node can carry; a missing value is left out. Lists are joined by `|`."""

EDGE_COLUMNS: dict[str, type] = {
    "interaction": str,
    "kind": str,
    "words": str,
    "source": str,
    "origin": str,
    "n_candidates": int,
    "strict": bool,
    "taxon": str,
    "weight": float,
    "figures": int,
    "figures_all": int,
    "figures_strict": int,
    "papers": int,
    "first_year": int,
    "last_year": int,
    "expected": float,
    "lift": float,
    "jaccard": float,
    "npmi": float,
    "log10_p": float,
    "q": float,
    "evidence": str,
}
"""What an edge can carry: `kind` if it cites, up to `strict` if it mentions, the rest if it co-occurs."""

_BEST = "ORDER BY weight DESC, figures DESC, subject_id, object_id"


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
    top: int | None = None  # so many co-occurrences, the best by weight

    def __post_init__(self) -> None:
        for category in self.categories:
            if category not in CATEGORIES:
                raise UnknownName("category", category, CATEGORIES)

    def of_entities(self) -> str:
        """Give the condition on rows of `entities`."""
        clauses = ["TRUE"]
        if self.categories:
            clauses.append(f"category IN ({_list(self.categories)})")
        if self.taxa:
            clauses.append(f"(taxon IS NULL OR taxon IN ({_list(self.taxa)}))")
        return " AND ".join(clauses)

    def of_pairs(self, min_figures: int) -> str:
        """Give the condition on rows of `cooccurrences`; `min_figures` where the filter names none."""
        least = min_figures if self.min_figures is None else self.min_figures
        clauses = [f"figures >= {max(int(least), 1)}"]
        clauses += [f"{end}_id IN (SELECT entity_id FROM kept_entities)" for end in ("subject", "object")]
        if self.max_q is not None:
            clauses.append(f"q <= {float(self.max_q)!r}")
        return " AND ".join(clauses)


def _list(texts: tuple[str, ...]) -> str:
    return ", ".join(map(quote, texts))


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
        """Give the id of the entity or figure that a person means by a CURIE, a name or a figid.

        Raises UnknownName where there is none, or where a name fits several.
        """
        text = text.strip()
        figids = f"{quote(text)}, {quote('pfocr:' + text)}"
        ways = (
            f"SELECT entity_id AS id FROM entities WHERE entity_id = {quote(text)} UNION ALL BY NAME "  # noqa: ISC004
            f"SELECT figure_id AS id FROM figures WHERE figure_id IN ({figids})",
            f"SELECT entity_id AS id FROM entities WHERE name = {quote(text)} ORDER BY id",
            f"SELECT entity_id AS id FROM entities WHERE lower(name) = lower({quote(text)}) ORDER BY id",
        )
        for select in ways:
            found: list[str] = self.engine.fetch(select)["id"].to_pylist()
            if len(found) == 1:
                return found[0]
            if found:
                raise UnknownName(
                    "single entity", text, hint=f"several are: {', '.join(found[:10])}; give one of these"
                )
        start = quote(text[:2].lower() + "%")
        near = self.engine.fetch(f"SELECT DISTINCT name FROM entities WHERE lower(name) LIKE {start} LIMIT 10000")
        raise UnknownName(
            "entity or figure", text, near["name"].to_pylist(), hint="" if near.num_rows else "see: kg stats"
        )

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

        `of` is the entity of an ego view or the figure of a figure view; `radius` counts the steps of an
        ego view; `limit` keeps nodes + edges below it by leaving out the weakest co-occurrences.
        """
        if name not in VIEWS:
            raise UnknownName("view", name, VIEWS)
        if of is None and name in ("ego", "figure"):
            raise UnknownName(f"{name} view", name, hint="say of which entity or figure it is to be (--of)")
        center = self.find(of) if of is not None else None
        keep = self.engine.create
        keep("kept_entities", f"SELECT * FROM entities WHERE {filters.of_entities()}")
        best = f"{_BEST} LIMIT {int(filters.top)}" if filters.top is not None else ""
        keep("kept_pairs", f"SELECT * FROM cooccurrences WHERE {filters.of_pairs(self.build.min_figures)} {best}")
        left_out = 0
        if name in ("co-occurrence", "ego"):
            left_out = self._keep_pairs(center if name == "ego" else None, radius, limit)
        else:
            self._keep_figures(name, center, filtered=filters.of_entities() != "TRUE")
        return View(self, name, center, left_out)

    def _keep_pairs(self, center: str | None, radius: int, limit: int | None) -> int:
        """Keep pairs and their ends, no figures; give how many pairs were cut."""
        keep = self.engine.create
        if center is not None:
            keep("reached", f"SELECT {quote(center)} AS entity_id")
            for _ in range(radius):
                keep("reached", sql("view/reached"))
            inside = "IN (SELECT entity_id FROM reached)"
            keep("kept_pairs", f"SELECT * FROM kept_pairs WHERE subject_id {inside} AND object_id {inside}")
        total = self.count("kept_pairs")
        kept = total if limit is None else self._room(limit, center)
        keep("kept_pairs", f"SELECT * FROM kept_pairs {_BEST} LIMIT {kept}")
        ends = "SELECT subject_id FROM kept_pairs UNION SELECT object_id FROM kept_pairs"
        ends += f" UNION SELECT {quote(center or '')}"
        keep("kept_entities", f"SELECT * FROM entities WHERE entity_id IN ({ends})")
        for table in ("figures", "papers", "mentions", "citations"):
            keep(f"kept_{table}", f"SELECT * FROM {table} LIMIT 0")
        keep("evidence", sql("view/evidence"))
        return total - kept

    def _room(self, limit: int, center: str | None) -> int:
        """Give how many of the best pairs fit if nodes + edges are to stay below `limit`."""
        ends: set[str] = {center} if center is not None else set()
        rows = self.engine.fetch(f"SELECT subject_id, object_id FROM kept_pairs {_BEST} LIMIT {int(limit)}")
        for kept, pair in enumerate(zip(*(column.to_pylist() for column in rows.columns), strict=True)):
            ends.update(pair)
            if len(ends) + kept + 1 >= limit:
                return kept
        return rows.num_rows

    def _keep_figures(self, name: str, figure: str | None, *, filtered: bool) -> None:
        """Keep figures and what they mention; papers unless bipartite, pairs in the full view only."""
        keep = self.engine.create
        one = f"figure_id = {quote(figure)}" if figure is not None else "TRUE"
        keep(
            "kept_mentions",
            f"SELECT * FROM mentions WHERE {one} AND entity_id IN (SELECT entity_id FROM kept_entities)",
        )
        mentioned = "AND figure_id IN (SELECT figure_id FROM kept_mentions)" if filtered and figure is None else ""
        keep("kept_figures", f"SELECT * FROM figures WHERE {one} {mentioned}")
        if name != "full":
            keep(
                "kept_entities", "SELECT * FROM kept_entities WHERE entity_id IN (SELECT entity_id FROM kept_mentions)"
            )
            keep("kept_pairs", "SELECT * FROM kept_pairs LIMIT 0")
        ends = "citing_id IN (SELECT figure_id FROM kept_figures)"
        if name == "full" and not filtered:
            ends = "TRUE"
        elif name == "bipartite":
            ends = "FALSE"
        keep("kept_citations", f"SELECT * FROM citations WHERE {ends}")
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
        graph.graph["name"] = view.title
        graph.add_nodes_from(view.nodes())
        graph.add_edges_from(view.edges())
        return graph


class View:
    """A part of the graph, to be streamed: each node once, sorted by id; edges by kind and ends."""

    def __init__(self, graph: KnowledgeGraph, name: str, center: str | None, left_out: int) -> None:
        self.name = name
        self.directed = name not in ("co-occurrence", "ego")
        self.title = f"PFOCR {name}" + (f" of {center}" if center is not None else "")
        self.left_out = left_out
        """Co-occurrences that pass the filters and were cut to stay below the limit."""
        self._graph = graph

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
            names = batch.schema.names
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield {name: value for name, value in zip(names, values, strict=True) if value is not None}

    @cached_property
    def n_nodes(self) -> int:
        """How many nodes the view has."""
        return sum(self._graph.count(f"kept_{table}") for table in ("entities", "figures", "papers"))

    @cached_property
    def n_edges(self) -> int:
        """How many edges the view has."""
        mentions = "(SELECT DISTINCT figure_id, entity_id FROM kept_mentions)"
        return sum(self._graph.count(table) for table in ("kept_citations", mentions, "kept_pairs"))
