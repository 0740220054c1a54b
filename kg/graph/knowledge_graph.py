"""The knowledge graph: typed nodes and edges over the tables of a build, in views of a size that people can use.

Nodes are keyed by CURIE and have a type (figure, paper, gene, family, chemical, disease, unknown, or word in the view
of words); edges are `mentions` (figure to entity), `cites` (figure or paper to paper), `member-of` (gene to family) and
`co-occurs` (entity and entity, or word and word).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg.engines.duckdb import DuckDBEngine
from kg.errors import KgError, ParameterError, QueryError, UnknownChoice, cut
from kg.graph.answers import Answers
from kg.graph.filters import Filters
from kg.graph.list_resolver import ListResolver, given_list
from kg.graph.names import TableNames
from kg.graph.resolve import Match, Resolver, default_lexicon
from kg.graph.view_maker import ViewMaker
from kg.graph.view_tables import ViewTables
from kg.graph.views import CUTS, VIEWS, VIEWS_OF_ONE, VIEWS_OF_PAIRS, Cut, View
from kg.model.build import SORT_KEYS, Build
from kg.model.checks import check_text, check_whole
from kg.model.organisms import read_taxa

if TYPE_CHECKING:
    import networkx as nx

    from kg.graph.entity_list import EntityList
    from kg.lexicon.lexicon import Lexicon
    from kg.parsers.lists import GivenList


MOST_STEPS = 5
"""Greatest radius of an ego view; more steps reach nearly every entity of a build."""


def check_one(of: object) -> None:
    """Raise ParameterError unless `of` is one text."""
    if isinstance(of, Iterable) and not isinstance(of, str | bytes):
        raise ParameterError("of= takes one name; KnowledgeGraph.network takes several, and a list of one")
    check_text("of", of)


class KnowledgeGraph(ViewMaker, Answers):
    """The graph of one build on disk. Close it, or use it in a `with` statement; its views are closed with it.

    `build` is the folder of a finished build. `lexicon` opens the lexicon that reads words which the build does not
    draw; it is called when it is needed first. Beyond `memory_limit` the engine uses the disk. It has `threads`
    threads, by default one for each core. Raises SourceError for a folder without a build or with a damaged one.

    >>> import kg
    >>> with kg.open("exports") as graph:
    ...     print(graph.find("RANKL"), graph.build.min_figures)
    ...     view = graph.view("ego", of="RANKL")
    ...     print(view.n_nodes, "nodes", view.n_edges, "edges")
    ncbigene:8600 2
    7 nodes 20 edges
    """

    def __init__(
        self,
        build: Build | Path | str,
        lexicon: Callable[[], Lexicon] = default_lexicon,
        memory_limit: str = "4GiB",
        threads: int | None = None,
    ) -> None:
        opened = build if isinstance(build, Build) else Build(build)
        paths = {name: opened.table(name) for name in SORT_KEYS}
        super().__init__(opened, DuckDBEngine(memory_limit=memory_limit, threads=threads))
        self._lexicon = lexicon
        self._resolver = Resolver(TableNames(self.engine.rows), self.build.base, lexicon)
        try:
            for name, path in paths.items():
                self.engine.attach(name, path)
            self.build.check_current()
        except KgError:
            self.close()
            raise

    def __enter__(self) -> Self:
        self._check_open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the views and the tables. Whatever is asked afterwards raises KgError."""
        self._close_views()
        self.engine.close()

    def find(self, text: str) -> str:
        """Return the CURIE of the entity or figure that a person means by `text`.

        Raises UnknownName as `resolve` does.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     print(graph.find("RANKL"), graph.find("tnfsf11"), graph.find("MESH:D000255"))
        ncbigene:8600 ncbigene:8600 chebi:15422
        """
        return self.resolve(text).id

    def resolve(self, text: str, taxa: Sequence[object] = (), without_taxa: Sequence[object] = ()) -> Match:
        """Return the entity or figure that a person means by `text`, with the reason.

        The command line, canned queries and the page of `kg serve` take names in the same way. The first of these
        that anything has decides:

        1. identifier: a CURIE (its prefix in any case) or IRI of an entity or figure, a figid, the short id of a figure
        2. other identifier: a CURIE or IRI by which an entity is called elsewhere
        3. name, as it is written
        4. name in another case
        5. synonym, as it is written
        6. synonym in another case
        7. drawn word: the entities that figures mean by this word with a probability of 0.5 or more, in any case;
           `word:` in front takes this step only
        8. other identifier: that of a gene in Ensembl, UniProt or HGNC (`ENSG00000120659`, `O14788`, `HGNC:11926`)
        9. lexicon: its certain reading of the text, or else all readings, as far as the build draws them
        10. a name, synonym or drawn word that differs in hyphens and spaces only: `GSK-3β` is `GSK3B`

        `taxa` and `without_taxa` are organisms in the forms of `Filters`. Where the first of these has several entities
        and only one of them passes, that is the answer.

        Raises UnknownName where the first of these has several entities, with these and their figures. Raises
        UnknownName where nothing has it, with the reading of the lexicon and up to 3 similar names, synonyms or words.
        Raises ParameterError for a value that is no text, and for a taxon that is no organism.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     print(graph.resolve("RANKL").note)
        RANKL: TNFSF11, by its drawn word, 1 figure
        """
        self._check_open()
        return self._resolver.resolve(text, read_taxa("taxa", taxa), read_taxa("without_taxa", without_taxa))

    def match_list(
        self, names: str | Iterable[str] | GivenList, taxa: Sequence[object] = (), without_taxa: Sequence[object] = ()
    ) -> EntityList:
        """Return the entities that a list of names means, and the reason where a name means none or several.

        `names` is a pasted text, such as `TP53, AKT1`, or several names, each in the forms of `resolve`; a bare number
        is an identifier of NCBI Gene, and `word:PI3K` is all that the word stands for. `taxa` and `without_taxa`
        choose as in `resolve`. Raises SourceError for a text without names, ParameterError for a value that is no list.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     print(graph.match_list("RANKL, opg, no such gene").report()[0])
        the list: 3 names read: 2 matched, 1 unmatched
        """
        self._check_open()
        resolver = ListResolver(self.engine.rows, self.build.base, self._lexicon)
        return resolver.match(given_list(names), read_taxa("taxa", taxa), read_taxa("without_taxa", without_taxa))

    def view(
        self,
        name: str = "full",
        filters: Filters = Filters(),
        *,
        of: str | None = None,
        radius: int = 1,
        limit: int | None = None,
        cut: Cut = "nodes",
    ) -> View:
        """Return a view by name: co-occurrence, ego, words, figure, bipartite or full.

        `of` is the entity of an ego view or the figure of a figure view, as `resolve` takes it with the organisms of
        `filters`; `radius` is the number of steps of an ego view. `limit` keeps nodes + edges of views of pairs below
        it: an ego view has the pairs of the strongest partners then. In another view `cut` chooses: `nodes`, the two
        strongest pairs of each node, the strongest of these first; or `weight`, the strongest pairs of all. With
        `backbone` or `top` in `filters` it is always `weight`.

        Raises UnknownChoice for no such view or cut, UnknownName for an unknown `of`. Raises QueryError for an `of`
        that is missing, too much or of the wrong kind, and for filters that the view does not have. Raises
        ParameterError for a `radius` outside 1 to 5 or a `limit` under 1.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     view = graph.view("co-occurrence", kg.Filters(min_figures=2, top=3))
        ...     for source, target, attributes in view.edges():
        ...         print(source, target, attributes["figures"])
        ncbigene:4772 ncbigene:7189 3
        ncbigene:4772 ncbigene:8600 3
        ncbigene:8600 ncbigene:8792 5
        """
        self._check_open()
        check_whole("radius", radius, 1, MOST_STEPS)
        if limit is not None:
            check_whole("limit", limit, 1)
        if cut not in CUTS:
            raise UnknownChoice("cut", cut, CUTS)
        center = self._center(name, of, filters)
        of_nodes = cut == "nodes" and name != "ego" and filters.backbone is None and filters.top is None
        least = filters.min_figures or self.build.min_figures

        def create(tables: ViewTables) -> int:
            if name == "words":
                tables.select_words(least)
            else:
                tables.select_entities(least, few=limit is not None and of_nodes and name in VIEWS_OF_PAIRS)
            tables.rank_pairs(center if name == "ego" else None, radius)
            if name in VIEWS_OF_PAIRS:
                return tables.show_pairs(
                    () if center is None else (center,), limit, words=name == "words", of_nodes=of_nodes
                )
            tables.show_figures(name, center)
            return 0

        return self._make_view(name, center, filters, least, create, cut="nodes" if of_nodes else "weight")

    def view_for(self, of: str | None) -> str:
        """Return the name of the view that suits `of`: ego for an entity, figure for a figure, co-occurrence for None.

        Raises UnknownName as `resolve` does.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     print(graph.view_for("TNFSF11"), graph.view_for(None))
        ego co-occurrence
        """
        self._check_open()
        if of is None:
            return "co-occurrence"
        check_one(of)
        return "figure" if self.find(of).startswith("pfocr:") else "ego"

    def to_networkx(self, view: View | None = None) -> nx.Graph[str] | nx.DiGraph[str]:
        """Return a view (default: the full one) as an ordinary networkx graph.

        It is undirected for the co-occurrence, ego and words views and directed for the others. In a directed graph a
        co-occurrence is one edge, from the lesser CURIE to the greater. Attributes are those of the view's nodes and
        edges.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     network = graph.to_networkx(graph.view("ego", of="TNFSF11"))
        ...     print(network.nodes["ncbigene:8600"]["name"], network.degree["ncbigene:8600"])
        TNFSF11 6
        """
        self._check_open()
        import networkx as nx

        view = view or self.view()
        graph: nx.Graph[str] | nx.DiGraph[str] = nx.DiGraph() if view.directed else nx.Graph()
        graph.graph.update({"name": view.title} | view.attributes)
        graph.add_nodes_from(view.nodes())
        graph.add_edges_from(view.edges())
        return graph

    def _center(self, view: str, of: str | None, filters: Filters) -> str | None:
        """Return the CURIE of the centre of a view; None for views of everything."""
        if view == "network":
            raise QueryError("the network view is of a list; KnowledgeGraph.network makes it")
        if view not in VIEWS:
            raise UnknownChoice("view", view, VIEWS)
        kind = VIEWS_OF_ONE.get(view)
        if kind is not None and of is None:
            raise QueryError(f"the {view} view is of one {kind}; give it with of=")
        if of is None:
            return None
        check_one(of)
        if kind is None:
            raise QueryError(f"the {view} view is not of one entity; of= is for the ego and the figure view")
        id_ = self.resolve(of, filters.taxa, filters.without_taxa).id
        if (kind == "figure") != id_.startswith("pfocr:"):
            noun, suitable = ("an entity", "ego") if kind == "figure" else ("a figure", "figure")
            raise QueryError(f"{cut(of)} is {noun}; use view={suitable!r}")
        return id_
