"""Views: parts of the graph of a size people can use, what their nodes and edges carry, and the filters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import quote, sql
from kg.errors import UnknownName
from kg.model.identifiers import expand, page
from kg.model.records import CATEGORIES, FLAVOURS, Flavour

VIEWS = ("co-occurrence", "ego", "words", "figure", "bipartite", "full")
VIEWS_OF_PAIRS = ("co-occurrence", "ego", "words")
VIEWS_OF_ONE = {"ego": "entity", "figure": "figure"}
"""Views of one thing, and the kind of thing it has to be."""

CYTOSCAPE_LIMIT = 3000
"""Cytoscape Desktop draws no picture of its own accord at so many nodes and edges or more."""

NODE_COLUMNS: dict[str, type] = (
    {"name": str, "label": str, "type": str, "iri": str, "url": str, "taxon": str, "id_status": str, "xrefs": str}
    | {
        "synonyms": str,
        "word_status": str,
        "entities": int,
        "figures": int,
        "papers": int,
        "title": str,
        "year": int,
        "number": str,
        "pathway_score": float,
    }
    | {"reference": str, "doi": str}
)
"""What a node can carry; a missing value is left out. Lists are joined by `|`."""

EDGE_COLUMNS: dict[str, type] = (
    {"interaction": str, "kind": str}
    | {"words": str, "word_status": str, "lexicon": str, "origin": str, "n_candidates": int, "flavour": str}
    | {"taxon": str, "weight": float, "figures": int, "figures_all": int, "figures_synonyms": int}
    | {"figures_strict": int, "papers": int}
    | {"first_year": int, "last_year": int, "expected": float, "lift": float, "jaccard": float, "npmi": float}
    | {"log10_p": float, "q": float, "evidence": str}
)
"""What an edge can carry: `kind` if it cites, up to `flavour` if it mentions, the rest if it co-occurs."""

GRAPH_COLUMNS: dict[str, type] = {"description": str, "min_figures": int, "left_out": int}
"""What the graph as a whole carries: its size, the least `figures` of its pairs, and `View.left_out`."""


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
    flavour: Flavour = "all"  # mentions of it, and co-occurrences by it
    backbone: float | None = None  # keep the pairs that stand out at one of their ends at this level, such as 0.05

    def __post_init__(self) -> None:
        for category in self.categories:
            if category not in CATEGORIES:
                raise UnknownName("category", category, CATEGORIES)
        if self.flavour not in FLAVOURS:
            raise UnknownName("flavour", self.flavour, FLAVOURS)

    @property
    def support(self) -> str:
        """The column that counts the figures of a co-occurrence in this flavour."""
        return {"strict": "figures_strict", "synonyms": "figures_synonyms"}.get(self.flavour, "figures")

    @property
    def strongest(self) -> str:
        """The order of co-occurrences by strength alone."""
        return "weight DESC, figures DESC" if self.flavour == "all" else f"{self.support} DESC, weight DESC"

    @property
    def best(self) -> str:
        """The order of co-occurrences, the best first."""
        return f"ORDER BY place, {self.strongest}, subject_id, object_id"

    def of_mentions(self) -> str:
        """Give the condition on rows of `mentions`."""
        return f"flavour IN ({quote(*FLAVOURS[: FLAVOURS.index(self.flavour) + 1])})"

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
        clauses = [f"{self.support} >= {int(least)}"]
        clauses += [f"{end}_id IN (SELECT entity_id FROM kept_entities)" for end in ("subject", "object")]
        if self.max_q is not None:
            clauses.append(f"q <= {float(self.max_q)!r}")
        return " AND ".join(clauses)


class View:
    """A part of the graph, to be streamed: each node once, sorted by id; edges by kind and ends."""

    def __init__(
        self, engine: DuckDBEngine, base: str, name: str, center: str | None, least: int, left_out: int
    ) -> None:
        self._engine = engine
        self._base = base
        self.name = name
        self.center = center
        """The entity or figure that it is of; None of a view of everything."""
        self.directed = name not in VIEWS_OF_PAIRS
        self.title = f"PFOCR {name}" + (f" of {center}" if center is not None else "")
        self.left_out = left_out
        """Co-occurrences that pass the filters and were cut to stay below the limit."""
        self.n_nodes = sum(engine.count(f"kept_{table}") for table in ("entities", "figures", "papers"))
        mentions = "(SELECT DISTINCT figure_id, entity_id FROM kept_mentions)"
        self.n_edges = sum(engine.count(table) for table in ("kept_citations", mentions, "kept_members", "kept_pairs"))
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
            row["iri"] = expand(id_, self._base)
            if url := page(id_):
                row["url"] = url
            yield Node(id_, row)

    def edges(self) -> Iterator[Edge]:
        """Yield the edges; columns as in EDGE_COLUMNS."""
        for row in self._rows("view/edges"):
            del row["rank"]
            yield Edge(row.pop("source_id"), row.pop("target_id"), row)

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        for batch in self._engine.stream(sql(name)):
            for row in batch.to_pylist():
                yield {name: value for name, value in row.items() if value is not None}
