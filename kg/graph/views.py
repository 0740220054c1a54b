"""Views: parts of the graph of a size that people can use, and the attributes of nodes and edges."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements
from kg.errors import KgError
from kg.graph.filters import Filters as Filters  # noqa: PLC0414 who makes views takes it from here
from kg.graph.joined import NetworkList
from kg.graph.notebook import ShownInNotebooks
from kg.model.identifiers import expand, page

if TYPE_CHECKING:
    import pyarrow as pa

STATEMENTS = Statements("kg.graph", "views")

VIEWS = ("co-occurrence", "ego", "words", "figure", "bipartite", "full")
VIEWS_OF_PAIRS = ("co-occurrence", "ego", "words", "network")
VIEWS_OF_ONE = {"ego": "entity", "figure": "figure"}
"""Views of one entity or figure, and which of the two it has to be."""

Cut = Literal["nodes", "weight"]
CUTS: tuple[Cut, ...] = ("nodes", "weight")
"""Choices of the pairs that stay in a view that is cut: the strongest of the two best of each node, or of all."""

CYTOSCAPE_LIMIT = 3000
"""Number of nodes and edges from which on Cytoscape Desktop draws no picture of its own accord."""

NODE_COLUMNS: dict[str, type] = (
    {"name": str, "label": str, "type": str, "iri": str, "url": str, "taxon": str, "id_status": str, "xrefs": str}
    | {"synonyms": str, "probability": float, "word_status": str, "entities": int, "figures": int, "papers": int}
    | {"title": str, "year": int, "number": str, "pathway_score": float, "reference": str, "doi": str}
    | {"query": bool}
)
"""Attributes of a node with their types; a missing value is left out, and lists are joined by `|`. The network of a
list has `query`, and the columns of numbers that were joined to it."""

EDGE_COLUMNS: dict[str, type] = (
    {"interaction": str, "kind": str}
    | {"words": str, "word_status": str, "lexicon": str, "origin": str, "n_candidates": int, "flavour": str}
    | {"probability": float}
    | {"taxon": str, "weight": float, "figures": int, "figures_all": int, "figures_synonyms": int}
    | {"figures_strict": int, "papers": int}
    | {"first_year": int, "last_year": int, "expected": float, "lift": float, "jaccard": float, "npmi": float}
    | {"log10_p": float, "q": float, "doubt": float, "evidence": str}
)
"""Attributes of an edge with their types: `kind` if it cites, `words` to `probability` if it mentions, the rest if it
co-occurs."""

GRAPH_COLUMNS: dict[str, type] = {"description": str, "min_figures": int, "left_out": int}
"""Attributes of the graph with their types: its size, the least `figures` of its pairs, and `View.left_out`."""


class Node(NamedTuple):
    """A node of a view, as a pair; docs/data-model.md has the attributes."""

    id: str
    """The CURIE."""
    attributes: dict[str, Any]
    """The attributes by name, without missing ones."""


class Edge(NamedTuple):
    """An edge of a view, as a triple; docs/data-model.md has the attributes."""

    source: str
    """The CURIE of the node at its start; of a co-occurrence the lesser one."""
    target: str
    """The CURIE of the node at its end."""
    attributes: dict[str, Any]
    """The attributes by name, without missing ones; `interaction` says which kind of edge it is."""


class View(ShownInNotebooks):
    """A part of the graph: its nodes, each once and sorted by CURIE, and its edges, sorted by kind and ends.

    A view has tables of its own until it is closed, is garbage-collected or its graph is closed; use it in a `with`
    statement where there are many. Several views stand side by side, and any thread may read them.

    >>> import kg
    >>> with kg.open("exports") as graph, graph.view("ego", of="TNFSF11") as view:
    ...     print(view, view.n_nodes, view.n_edges)
    ...     print(next(view.nodes()).attributes["name"])
    <PFOCR ego of ncbigene:8600: 7 nodes, 20 edges> 7 20
    NFATC1
    """

    def __init__(
        self, engine: DuckDBEngine, base: str, name: str, center: str | None, min_figures: int, left_out: int,
        listed: NetworkList | None = None, cut: Cut = "weight",
    ) -> None:  # fmt: skip
        """Take over `engine`, which holds the tables; `KnowledgeGraph.view` is the usual way here."""
        self._engine = engine
        self._base = base
        self._finalizer = weakref.finalize(self, engine.close)
        self._finalizer.atexit = False
        self.name = name
        """co-occurrence, ego, words, figure, bipartite, full or network."""
        self.center = center
        """The CURIE of the entity or figure in the middle; None for a view of everything."""
        self.directed = name not in VIEWS_OF_PAIRS
        """True if the edges have a direction; co-occurrences have none."""
        self.listed = listed
        """The list of a network, with the numbers that are joined to it; None for other views."""
        of = center if listed is None else listed.size
        self.title = f"PFOCR {name}" + (f" of {of}" if of is not None else "")
        """A title for people."""
        self.cut = cut
        """The choice of the pairs that stay in a view of pairs that is cut, one of CUTS."""
        self.left_out = left_out
        """The number of co-occurrences that pass the filters and were left out to stay below the limit."""
        size = self.fetch(STATEMENTS.sql("size")).to_pylist()[0]
        self.n_nodes: int = size["nodes"]
        """The number of nodes."""
        self.n_edges: int = size["edges"]
        """The number of edges."""
        # Not all of the two best of each node have room, so that some of these are left out, too.
        stay = "" if cut == "weight" else "; the strongest of the two best of each node stay"
        said = f"; {left_out} weaker co-occurrences were left out{stay}" if left_out else ""
        self.attributes: dict[str, Any] = {
            "description": f"{self.n_nodes} nodes, {self.n_edges} edges{said}",
            "min_figures": min_figures,
            "left_out": left_out,
        }
        """Attributes of the graph itself: size, least figures of a pair, and pairs left out."""

    def __repr__(self) -> str:
        return f"<{self.title}: {self.attributes['description']}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop the tables of the view; closing it again does nothing."""
        self._finalizer()

    @property
    def closed(self) -> bool:
        """True if the tables are gone."""
        return not self._finalizer.alive

    @property
    def node_columns(self) -> dict[str, type]:
        """Attributes of the nodes with their types: NODE_COLUMNS, `query` in a network only, and the joined columns."""
        if self.listed is None:
            return {name: dtype for name, dtype in NODE_COLUMNS.items() if name != "query"}
        return NODE_COLUMNS | {column.name: column.dtype for column in self.listed.columns}

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes as (id, attributes), sorted by id; attributes as in `node_columns`, without None.

        Raises KgError if the view is closed.
        """
        for row in self._rows("nodes"):
            id_ = row.pop("id")
            row["label"] = row["name"]
            row["iri"] = expand(id_, self._base)
            if url := page(id_):
                row["url"] = url
            yield Node(id_, row)

    def edges(self) -> Iterator[Edge]:
        """Yield the edges as (source, target, attributes); attributes as in EDGE_COLUMNS, without None.

        They are sorted by kind, source and target. Raises KgError if the view is closed.
        """
        for row in self._rows("edges"):
            del row["rank"]
            yield Edge(row.pop("source_id"), row.pop("target_id"), row)

    def filled_columns(self, elements: Literal["nodes", "edges"], columns: Iterable[str]) -> set[str]:
        """Return those of `columns` in which some node, or edge, has a value."""
        joined = self._joined_names if elements == "nodes" else {}
        in_sql = {name: column for column, name in joined.items()}
        names = sorted(columns)
        counts = ", ".join(f"COUNT({in_sql.get(name, name)})" for name in names)
        row = self.fetch(f"SELECT {counts} FROM ({self._select(elements)})")
        return {name for name, [count] in zip(names, row.columns, strict=True) if count.as_py()}

    def fetch(self, select: str) -> pa.Table:
        """Return the result of a SELECT over the view's tables and those of the build.

        kg/graph/sql/views.sql says which tables a view has. Raises KgError if the view is closed.
        """
        with self._open():
            return self._engine.fetch(select)

    @property
    def _joined_names(self) -> dict[str, str]:
        """Columns of `view_joined` with their names as attributes."""
        columns = () if self.listed is None else self.listed.columns
        return {f"joined_{number}": column.name for number, column in enumerate(columns)}

    def _select(self, elements: Literal["nodes", "edges"]) -> str:
        """Return the SELECT of the nodes or edges."""
        rows = STATEMENTS.sql(elements)
        return rows if self.listed is None or elements == "edges" else STATEMENTS.sql("nodes_of_list", nodes=rows)

    def _rows(self, elements: Literal["nodes", "edges"]) -> Iterator[dict[str, Any]]:
        names = self._joined_names
        with self._open():
            for rows in self._engine.stream(self._select(elements)):
                for row in rows.rename_columns([names.get(name, name) for name in rows.schema.names]).to_pylist():
                    self._check_open()
                    yield {name: value for name, value in row.items() if value is not None}

    @contextmanager
    def _open(self) -> Iterator[None]:
        """Raise KgError if the view is closed, also where another thread closes it meanwhile."""
        self._check_open()
        try:
            yield
        except Exception:
            self._check_open()
            raise

    def _check_open(self) -> None:
        if self.closed:
            raise KgError(f"the view {self.title!r} is closed; make another one with KnowledgeGraph.view")
