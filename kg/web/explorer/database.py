"""The tables of a build with integers for identifiers, in database files that requests read at the same time.

A thread makes the tables one after the other, unless an earlier server has cached them, and a request waits for those
that it reads. The pairs from the build's threshold on are ready soon. All pairs take longer: until they are copied, the
views of pairs read the published table.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self
from weakref import finalize

import pyarrow as pa

from kg.cooccurrence.prepare import STATEMENTS as PREPARE
from kg.engines.duckdb import DuckDBEngine
from kg.engines.duckdb_errors import DamagedDatabaseError
from kg.engines.statements import Select, Statements
from kg.errors import SourceError
from kg.graph.names import JOINTS
from kg.graph.names import STATEMENTS as NAMES
from kg.model.build import Build
from kg.model.records import LIKELY
from kg.runtime.temporary import scratch_folder
from kg.web.explorer.cached_files import cached_files
from kg.web.explorer.figure_index import FigureIndex, create_figure_names
from kg.web.explorer.search_index import SearchIndex, create_search_tables
from kg.web.explorer.table_groups import TableGroup, provide

MEMORY = "1GiB"
"""Memory that DuckDB may use; it writes the rest into the temporary folder."""

COMMON = 2
"""Least figures of common pairs. Two thirds of the pairs of a large build are in one figure only."""

STATEMENTS = Statements("kg.web.explorer", "database")
FIGURES = Statements("kg.web.explorer", "figures")
LISTS = Statements("kg.web.explorer", "lists")

_GROUPS = {
    "strong_pairs": "pairs",
    "known_texts": "texts",
    "numbered_mentions": "numbered",
    "drawn_words": "drawn",
    "entity_figures": "counted",
}
"""Group of each table that a request waits for."""

_PUBLISHED = ("figures", "papers", "entities", "mentions", "word_readings", "words", "cooccurrences")


class PairTables(NamedTuple):
    """The tables that have all pairs of a number of figures or more, with the tables to wait for before they are read.

    They are parts of a SELECT, as values of `$pairs` and `$by_object`.
    """

    pairs: Select
    by_object: Select
    wait_for: tuple[str, ...] = ()


class ExplorerDatabase:
    """The database of one build. Close it, or use it in a `with` statement."""

    def __init__(self, build: Build, cache: Path | None = None) -> None:
        """Read a build; `cache` is the folder where tables are cached for the next time, None caches none."""
        self._build = build
        self.threshold = build.min_figures
        """Least figures of `strong_pairs`."""
        self._common = min(COMMON, self.threshold)
        self.has_unknown_words = "unknown" in build.manifest["counts"]["mentions_by_word_status"]
        """True if the build has mentions without a known word."""
        self._max_entities = int(build.manifest["parameters"]["max_entities"])
        paths = {name: build.table(name) for name in _PUBLISHED}
        scratch = ExitStack()
        folder = scratch.enter_context(scratch_folder())
        self._remove_scratch = finalize(self, scratch.close)
        self._files = scratch.enter_context(cached_files(cache, build, _PUBLISHED, folder))
        self._engine = DuckDBEngine(folder, MEMORY)
        for name, path in paths.items():
            self._engine.attach(name, path)
        build.check_current()
        self._engine.create_view("pair_entities", PREPARE.sql("counted_entities"))
        provide(self._engine, self._files, "codes", self._create_codes)
        for name in ("numbered_pairs", "pairs_by_object"):
            self._engine.create_view(name, STATEMENTS.sql(name))
        self._engine.create_view("common_pairs", STATEMENTS.sql("common_pairs", least=self._common))
        self._engine.create_view("common_pairs_by_object", STATEMENTS.sql("pairs_by_object"))
        self._damaged = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kg-explorer")
        self._search_index = self._thread.submit(self._open_search_index)
        self._figure_index = self._thread.submit(self._open_figure_index)
        self._ready = {name: self._thread.submit(self._provide, name, make) for name, make in self._groups().items()}
        self._thread.submit(self._files.prune)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop making tables, close the database and remove its folder."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._engine.interrupt()
        self._thread.shutdown(wait=True)
        self._engine.close()
        self._remove_scratch()

    @property
    def search_index(self) -> SearchIndex:
        """The names of entities and words, once they are read."""
        with self._discarding():
            return self._search_index.result()

    @property
    def figure_index(self) -> FigureIndex:
        """The names of figures, once they are read."""
        with self._discarding():
            return self._figure_index.result()

    @property
    def damaged(self) -> bool:
        """Whether a cached table turned out to be damaged; another database of the build makes it anew."""
        return self._damaged

    def pair_tables(self, least: int) -> PairTables:
        """Return the tables to read for pairs of `least` figures or more; they have rarer ones, too."""
        if least >= self.threshold:
            return PairTables(_all_of("strong_pairs"), _all_of("strong_pairs"), ("strong_pairs",))
        if least >= self._common:
            return PairTables(_all_of("common_pairs"), _all_of("common_pairs_by_object"))
        return PairTables(_all_of("numbered_pairs"), _all_of("pairs_by_object"))

    def fetch(self, select: str, *tables: str) -> pa.Table:
        """Return a result after waiting for `tables`.

        These are the tables that the SELECT reads, of `strong_pairs`, `known_texts`, `numbered_mentions` (with
        `numbered_figures` and `numbered_readings`), `drawn_words` (with `figure_sizes`) and `entity_figures`.
        """
        with self._discarding():
            self._wait_for(tables)
            return self._engine.fetch(select)

    def rows(self, select: str, *tables: str) -> list[dict[str, Any]]:
        """Return the rows of a small result, each by column name, after waiting for `tables` as `fetch` does."""
        with self._discarding():
            self._wait_for(tables)
            return self._engine.rows(select)

    @contextmanager
    def _discarding(self) -> Iterator[None]:
        """Remove the cached tables where one is damaged, and raise SourceError."""
        try:
            yield
        except DamagedDatabaseError:
            self._damaged = True
            self._files.discard()
            raise SourceError(
                "a cached table of an earlier start of kg serve is damaged; it is being made anew, so try again"
            ) from None

    def _wait_for(self, tables: Iterable[str]) -> None:
        for name in tables:
            self._ready[_GROUPS[name]].result()

    def wait(self) -> None:
        """Wait until all tables are made."""
        for group in self._ready.values():
            group.result()

    def _groups(self) -> dict[str, Callable[[TableGroup], None]]:
        """Return the functions that make the tables, in order, by the name of their group."""
        return {
            "pairs": self._create_pairs,
            "texts": self._create_texts,
            "numbered": self._create_mentions,
            "drawn": self._create_drawn_words,
            "counted": self._create_entity_figures,
            "reversed": self._create_pairs_by_object,
            "rare": self._create_rare_pairs,
        }

    def _provide(self, name: str, make: Callable[[TableGroup], None]) -> None:
        provide(self._engine, self._files, name, make)
        if name == "rare":
            self._engine.create_view("numbered_pairs", STATEMENTS.sql("copied_pairs"))
            self._engine.create_view("pairs_by_object", STATEMENTS.sql("copied_pairs_by_object"))

    def _open_search_index(self) -> SearchIndex:
        provide(self._engine, self._files, "names", create_search_tables)
        return SearchIndex(self._engine)

    def _open_figure_index(self) -> FigureIndex:
        provide(self._engine, self._files, "titles", create_figure_names)
        return FigureIndex(self._engine)

    def _create_codes(self, group: TableGroup) -> None:
        group.create("entity_codes", PREPARE.sql("entity_codes"))

    def _create_pairs(self, group: TableGroup) -> None:
        self._create(group, "common_pairs", "strong_pairs")

    def _create_texts(self, group: TableGroup) -> None:
        group.create("known_texts", LISTS.sql("known_texts", texts=NAMES.sql("texts"), joints=JOINTS))

    def _create_mentions(self, group: TableGroup) -> None:
        self._create(group, "numbered_figures", "numbered_mentions", "numbered_readings")

    def _create_drawn_words(self, group: TableGroup) -> None:
        for name in ("drawn_words", "figure_sizes"):
            group.create(name, FIGURES.sql(name))

    def _create_entity_figures(self, group: TableGroup) -> None:
        """Create the table that pairs are counted in, by the statements of a build."""
        engine = self._engine
        engine.create_view("pair_mentions", PREPARE.sql("entity_mentions"))
        engine.create_table("figure_codes", STATEMENTS.sql("counted_figure_codes"))
        engine.create_view("figure_words", PREPARE.sql("figure_words", likely=LIKELY))
        engine.create_view("figure_entities", PREPARE.sql("figure_entities"))
        self._create(group, "entity_figures")
        engine.drop("figure_entities", "figure_words", "figure_codes")

    def _create_pairs_by_object(self, group: TableGroup) -> None:
        self._create(group, "common_pairs_by_object")

    def _create_rare_pairs(self, group: TableGroup) -> None:
        self._create(group, "rare_pairs", "rare_pairs_by_object")

    def _create(self, group: TableGroup, *names: str) -> None:
        least, most = self._common, self._max_entities
        for name in names:
            select = STATEMENTS.sql(name, threshold=self.threshold, least=least, max_entities=most, likely=LIKELY)
            group.create(name, select)


def _all_of(table: str) -> Select:
    return Select(f"SELECT * FROM {table}")


def with_tables(select: str, **tables: str) -> str:
    """Return a SELECT that reads the results of other SELECTs as tables; each may read those before it.

    >>> with_tables("SELECT COUNT(*) FROM pairs", pairs="SELECT 1 AS subject, 2 AS object")
    'WITH pairs AS (SELECT 1 AS subject, 2 AS object) SELECT COUNT(*) FROM pairs'
    """
    return f"WITH {', '.join(f'{name} AS ({text})' for name, text in tables.items())} {select}"
