"""Views: parts of the graph of a size that people can use, the attributes of nodes and edges, and the filters."""

import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

import pyarrow as pa

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements, quote
from kg.errors import KgError, UnknownChoice
from kg.graph.notebook import ShownInNotebooks
from kg.model.checks import check_fraction, check_several, check_whole
from kg.model.identifiers import expand, page
from kg.model.organisms import check_choice, read_taxa
from kg.model.records import CATEGORIES, FLAVOURS, Flavour

STATEMENTS = Statements("kg.graph", "views")

VIEWS = ("co-occurrence", "ego", "words", "figure", "bipartite", "full")
VIEWS_OF_PAIRS = ("co-occurrence", "ego", "words")
VIEWS_OF_ONE = {"ego": "entity", "figure": "figure"}
"""Views of one entity or figure, and which of the two it has to be."""

CYTOSCAPE_LIMIT = 3000
"""Number of nodes and edges from which on Cytoscape Desktop draws no picture of its own accord."""

NODE_COLUMNS: dict[str, type] = (
    {"name": str, "label": str, "type": str, "iri": str, "url": str, "taxon": str, "id_status": str, "xrefs": str}
    | {"synonyms": str, "probability": float, "word_status": str, "entities": int, "figures": int, "papers": int}
    | {"title": str, "year": int, "number": str, "pathway_score": float, "reference": str, "doi": str}
)
"""Attributes of a node with their types; a missing value is left out, and lists are joined by `|`."""

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


@dataclass(frozen=True, slots=True)
class Filters:
    """The part of the graph to show; the default applies the build's threshold only.

    Filters choose nodes and edges; counts and statistics stay those of the build. With `min_probability`, however, the
    figures, papers, years and weight of a pair are those that mentions of this probability show; 0.95 takes sure
    readings only. Raises UnknownChoice for a category or flavour that does not exist. Raises ParameterError for a taxon
    that is no organism, a text in place of a list, and a number out of its bounds.

    >>> import kg
    >>> kg.Filters(categories=("gene", "chemical"), min_figures=3, max_q=0.05).categories
    ('gene', 'chemical')
    """

    categories: tuple[str, ...] = ()
    """Categories of entities: gene, family, chemical, disease, unknown; empty for all."""
    taxa: tuple[str, ...] = ()
    """Organisms of genes and families, as NCBI taxon ids (9606), names (human) or `unknown`; empty for all."""
    min_figures: int | None = None
    """Least figures of a co-occurrence; None for the build's threshold."""
    max_q: float | None = None
    """Greatest false discovery rate of a co-occurrence, from 0 to 1."""
    top: int | None = None
    """Number of co-occurrences, the best ones; None for all."""
    flavour: Flavour = "all"
    """Mentions and co-occurrences by official symbols (strict), by synonyms, too (synonyms), or by families, too."""
    backbone: float | None = None
    """Level from 0 to 1 at which a pair has to stand out at one of its ends, such as 0.05; None for all pairs."""
    without_taxa: tuple[str, ...] = ()
    """Organisms whose genes and families are left out, in the forms of `taxa`."""
    min_probability: float | None = None
    """Least probability of a mention, from 0 to 1; None for the build's counts. Pairs count mentions of 0.5 or more."""

    def __post_init__(self) -> None:
        check_several("categories", self.categories)
        object.__setattr__(self, "categories", tuple(self.categories))
        for name in ("taxa", "without_taxa"):
            object.__setattr__(self, name, read_taxa(name, getattr(self, name)))
        check_choice(self.taxa, self.without_taxa)
        for name in ("min_figures", "top"):
            if getattr(self, name) is not None:
                check_whole(name, getattr(self, name), 1)
        for name in ("max_q", "backbone", "min_probability"):
            if getattr(self, name) is not None:
                check_fraction(name, getattr(self, name))
        for category in self.categories:
            if category not in CATEGORIES:
                raise UnknownChoice("category", category, CATEGORIES)
        if self.flavour not in FLAVOURS:
            raise UnknownChoice("flavour", self.flavour, FLAVOURS)

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

    @property
    def flavours(self) -> tuple[Flavour, ...]:
        """The flavours of the mentions that count."""
        return FLAVOURS[: FLAVOURS.index(self.flavour) + 1]

    def of_entities(self) -> str:
        """Return the condition on rows of `entities`, as SQL."""
        clauses = ["TRUE"]
        if self.categories:
            clauses.append(f"category IN ({quote(*self.categories)})")
        if self.taxa or self.without_taxa:
            clauses.append(f"({self.of_organisms()})")
        return " AND ".join(clauses)

    def of_organisms(self, taxon: str = "taxon") -> str:
        """Return the condition on the organism of entities, as SQL; `taxon` is the column with its CURIE."""
        clauses = []
        if self.taxa:
            clauses.append(f"COALESCE({taxon}, 'unknown') IN ({quote(*self.taxa)})")
        if self.without_taxa:
            clauses.append(f"COALESCE({taxon}, 'unknown') NOT IN ({quote(*self.without_taxa)})")
        return f"category NOT IN ('gene', 'family') OR {' AND '.join(clauses) or 'TRUE'}"

    def of_pairs(self, min_figures: int) -> str:
        """Return the condition on rows of `cooccurrences`, as SQL; their ends are in the table `passing_entities`."""
        clauses = [f"{self.support} >= {int(min_figures)}"]
        clauses += [f"{end}_id IN (SELECT entity_id FROM passing_entities)" for end in ("subject", "object")]
        if self.max_q is not None:
            clauses.append(f"q <= {float(self.max_q)!r}")
        return " AND ".join(clauses)


class View(ShownInNotebooks):
    """A part of the graph: its nodes, each once and sorted by CURIE, and its edges, sorted by kind and ends.

    A view has tables of its own until it is closed, is garbage-collected or its graph is closed; use it in a `with`
    statement where there are many. Several views stand side by side, and any thread may read them.

    >>> import kg
    >>> with kg.open("exports") as graph, graph.view("ego", of="TNFSF11") as view:
    ...     print(view.title, view.n_nodes, view.n_edges)
    ...     print(next(view.nodes()).attributes["name"])
    PFOCR ego of ncbigene:8600 7 20
    NFATC1
    """

    def __init__(
        self, engine: DuckDBEngine, base: str, name: str, center: str | None, min_figures: int, left_out: int
    ) -> None:
        """Take over `engine`, which holds the tables; `KnowledgeGraph.view` is the usual way here."""
        self._engine = engine
        self._base = base
        self._finalizer = weakref.finalize(self, engine.close)
        self._finalizer.atexit = False
        self.name = name
        """co-occurrence, ego, words, figure, bipartite or full."""
        self.center = center
        """The CURIE of the entity or figure in the middle; None for a view of everything."""
        self.directed = name not in VIEWS_OF_PAIRS
        """True if the edges have a direction; co-occurrences have none."""
        self.title = f"PFOCR {name}" + (f" of {center}" if center is not None else "")
        """A title for people."""
        self.left_out = left_out
        """The number of co-occurrences that pass the filters and were cut to stay below the limit."""
        size = self.fetch(STATEMENTS.sql("size")).to_pylist()[0]
        self.n_nodes: int = size["nodes"]
        """The number of nodes."""
        self.n_edges: int = size["edges"]
        """The number of edges."""
        cut = f"; {left_out} weaker co-occurrences were left out" if left_out else ""
        self.attributes: dict[str, Any] = {
            "description": f"{self.n_nodes} nodes, {self.n_edges} edges{cut}",
            "min_figures": min_figures,
            "left_out": left_out,
        }
        """Attributes of the graph itself: size, least figures of a pair, and pairs left out."""

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

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes as (id, attributes), sorted by id; attributes as in NODE_COLUMNS, without None.

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
        counts = ", ".join(f"COUNT({name}) AS {name}" for name in sorted(columns))
        row = self.fetch(f"SELECT {counts} FROM ({STATEMENTS.sql(elements)})").to_pylist()[0]
        return {name for name, count in row.items() if count}

    def fetch(self, select: str) -> pa.Table:
        """Return the result of a SELECT over the view's tables and those of the build.

        kg/graph/sql/views.sql says which tables a view has. Raises KgError if the view is closed.
        """
        with self._open():
            return self._engine.fetch(select)

    def _rows(self, statement: str) -> Iterator[dict[str, Any]]:
        with self._open():
            for batch in self._engine.stream(STATEMENTS.sql(statement)):
                for row in batch.to_pylist():
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
