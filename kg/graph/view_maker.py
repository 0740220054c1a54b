"""Makes views over the tables of a build: of pairs that are given, and of the network of a list."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING, cast
from weakref import WeakSet

from kg.engines.duckdb import DuckDBEngine, DuckDBSchema
from kg.errors import KgError
from kg.graph.entity_list import EntityList
from kg.graph.filters import Filters
from kg.graph.joined import TEXT, JoinedColumn, NetworkList, coloured, joined_columns, numbers_by_name
from kg.graph.list_resolver import given_list
from kg.graph.view_tables import ViewTables
from kg.graph.views import NODE_COLUMNS, Cut, View
from kg.model.build import Build
from kg.model.checks import check_whole

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.parsers.lists import GivenList


class ViewMaker(ABC):
    """Makes views of a build, each with tables of its own, and closes them."""

    def __init__(self, build: Build, engine: DuckDBEngine) -> None:
        """Use `engine`, which reads the tables of `build`."""
        self.build = build
        """The folder, the manifest and the paths of the tables."""
        self.engine = engine
        """The engine that reads the tables, under the names of docs/data-model.md."""
        self._closed = False
        self._views: WeakSet[View] = WeakSet()
        self._numbers = count(1)

    @abstractmethod
    def match_list(
        self, names: str | Iterable[str] | GivenList, taxa: Sequence[object] = (), without_taxa: Sequence[object] = ()
    ) -> EntityList:
        """Return the entities that a list of names means."""

    def _close_views(self) -> None:
        """Close all views; none can be made afterwards."""
        self._closed = True
        for view in list(self._views):
            view.close()

    def view_of_pairs(
        self,
        pairs: pa.Table,
        centers: Sequence[str] = (),
        filters: Filters = Filters(),
        *,
        years: tuple[int, int] | None = None,
        left_out: int = 0,
        columns: Sequence[JoinedColumn] = (),
    ) -> View:
        """Return a view of the pairs given and their ends.

        `pairs` has `subject_id` and `object_id`, and nothing else or all of these, which replace those of the table
        `cooccurrences`: figures, figures_all, figures_synonyms, figures_strict, papers, first_year, last_year, weight.
        `centers` are shown with or without a pair. The evidence is of the filters' flavour and of `years`, first and
        last; None for all figures. `left_out` is the number of pairs that the caller cut.
        `columns` are numbers of the centres; with them, the view is the network of a list, whatever its size.
        """

        def create(tables: ViewTables) -> int:
            tables.select_given(pairs)
            tables.show_pairs(centers, years=years)
            return left_out

        name = "network" if columns else ("co-occurrence", "ego", "network")[min(len(centers), 2)]
        least = filters.min_figures or self.build.min_figures
        ends = {id_ for end in ("subject_id", "object_id") for id_ in pairs[end].to_pylist()}
        partners = len(ends.difference(centers))
        joined = NetworkList(tuple(centers), partners, tuple(columns), coloured(columns, None))
        listed = joined if name == "network" else None
        return self._make_view(name, centers[0] if name == "ego" else None, filters, least, create, listed)

    def network(
        self,
        names: str | Iterable[str] | GivenList | EntityList,
        filters: Filters = Filters(),
        *,
        partners: int = 0,
        limit: int | None = None,
        columns: object = None,
        colour: str | None = None,
    ) -> View:
        """Return the network of a list: its entities, with a pair or without one, and the pairs among them.

        `names` is a list as `match_list` takes it, or its answer; names that are not matched are left out, see
        `View.listed`. `partners` is the number of others that are shown, too: those with a pair with most of the list
        first, then those with the greatest sum of the weights of these pairs, then by CURIE. The filters of entities
        are for partners. `limit` is that of `view`; a third of it is for pairs, whatever the size of the list.

        `columns` is a table, such as a data frame, whose column `text`, or first column of texts, names entities. Its
        columns of numbers become attributes of the nodes. None takes those of a GivenList. `colour` is the column that
        pictures show as colour; None for the first.

        Raises SourceError where no name is matched, ParameterError for a value that is no list or no table,
        UnknownChoice for no such column.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     view = graph.network(["RANKL", "OPG", "TP53"], columns={"gene": ["OPG"], "fold change": [-1.5]})
        ...     for id_, attributes in view.nodes():
        ...         print(id_, attributes["query"], attributes.get("fold change"))
        ncbigene:4982 True -1.5
        ncbigene:8600 True None
        """
        check_whole("partners", partners, 0)
        if limit is not None:
            check_whole("limit", limit, 1)
        listed = self._list(names, filters, partners, columns, colour)
        least = filters.min_figures or self.build.min_figures

        def create(tables: ViewTables) -> int:
            tables.select_network(listed.ids, partners, least)
            tables.rank_pairs()
            return tables.show_pairs(listed.ids, limit)

        return self._make_view("network", None, filters, least, create, listed)

    def _list(
        self, names: str | Iterable[str] | GivenList | EntityList, filters: Filters, partners: int, columns: object,
        colour: str | None,
    ) -> NetworkList:  # fmt: skip
        """Return the entities of a list, with the numbers that are joined to them."""
        given = names if isinstance(names, EntityList) else given_list(names)
        if columns is None and not isinstance(given, EntityList):
            columns = given.columns
        matched = given if isinstance(given, EntityList) else self.match_list(given, filters.taxa, filters.without_taxa)
        matched.check_matched()
        joined = () if columns is None else self._joined(numbers_by_name(columns), matched, filters)
        return NetworkList(matched.ids, partners, joined, coloured(joined, colour), matched)

    def _joined(self, table: pa.Table, matched: EntityList, filters: Filters) -> tuple[JoinedColumn, ...]:
        """Return the columns of numbers of a table as attributes of the entities that it names, as the list does."""
        names = [name for name in table[TEXT].to_pylist() if name]
        taxa = filters.taxa or ((matched.organism,) if matched.organism else ())
        values = self.match_list(names, taxa, filters.without_taxa).joined(table)
        return joined_columns(table.column_names[1:], values, NODE_COLUMNS)

    def _check_open(self) -> None:
        if self._closed:
            raise KgError(f"the graph of {self.build.folder} is closed; open it again with kg.open")

    def _make_view(
        self, name: str, center: str | None, filters: Filters, least: int, create: Callable[[ViewTables], int],
        listed: NetworkList | None = None, cut: Cut = "weight",
    ) -> View:  # fmt: skip
        """Return a view over a schema of its own, in which `create` creates the tables and counts the pairs cut."""
        self._check_open()
        engine = DuckDBSchema(self.engine, f"view_{next(self._numbers)}")
        try:
            tables = ViewTables(engine, filters, self.build.manifest["parameters"]["max_entities"])
            left_out = create(tables)
            if listed is not None:
                tables.join_columns(listed)
            tables.drop_steps()
            view = View(engine, self.build.base, name, center, least, left_out, listed, cut)
        except BaseException:
            engine.close()
            raise
        view.graph = cast("KnowledgeGraph", self)  # for notebooks, whose pages have facts of the build
        self._views.add(view)
        return view
