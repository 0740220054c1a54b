"""The tables of a build with integers for identifiers, in a scratch database that requests read at the same time.

The database lies in a temporary folder and is removed with the server. A thread makes the tables one after the other,
and a request waits for those that it reads. `strong_pairs`, the pairs from the build's threshold on, is ready soon.
All pairs take longer: until they are copied, `numbered_pairs` and `pairs_by_object` read the published table.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Self
from weakref import finalize

import pyarrow as pa

from kg.cooccurrence.prepare import STATEMENTS as PREPARE
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements
from kg.graph.names import JOINTS
from kg.graph.names import STATEMENTS as NAMES
from kg.model.build import Build
from kg.model.records import LIKELY
from kg.runtime.temporary import scratch_folder
from kg.web.explorer.figure_index import FigureIndex
from kg.web.explorer.search_index import SearchIndex

MEMORY = "1GiB"
"""Memory that DuckDB may use; it writes the rest into the temporary folder."""

STATEMENTS = Statements("kg.web.explorer", "database")
FIGURES = Statements("kg.web.explorer", "figures")
LISTS = Statements("kg.web.explorer", "lists")

_PUBLISHED = ("figures", "papers", "entities", "mentions", "word_readings", "words", "cooccurrences")


class ExplorerDatabase:
    """The scratch database of one build. Close it, or use it in a `with` statement."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self.threshold = build.min_figures
        """Least figures of `strong_pairs`."""
        self.has_unknown_words = "unknown" in build.manifest["counts"]["mentions_by_word_status"]
        """True if the build has mentions without a known word."""
        self._max_entities = int(build.manifest["parameters"]["max_entities"])
        paths = {name: build.table(name) for name in _PUBLISHED}
        scratch = ExitStack()
        folder = scratch.enter_context(scratch_folder())
        self._remove_scratch = finalize(self, scratch.close)
        self._engine = DuckDBEngine(folder, MEMORY, file=folder / "explorer.duckdb")
        for name, path in paths.items():
            self._engine.attach(name, path)
        build.check_current()
        self._engine.create_view("known_figures", "SELECT figure_id, paper_id FROM figures")
        self._engine.create_view("pair_entities", PREPARE.sql("counted_entities"))
        self._engine.create_view("pair_mentions", PREPARE.sql("entity_mentions"))
        self._engine.create_table("entity_codes", PREPARE.sql("entity_codes"))
        self._create_views("numbered_pairs", "pairs_by_object")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kg-explorer")
        self._search_index = self._thread.submit(SearchIndex, self._engine)
        self._figure_index = self._thread.submit(FigureIndex, self._engine)
        self._ready = {name: self._thread.submit(create) for name, create in self._steps().items()}

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
        return self._search_index.result()

    @property
    def figure_index(self) -> FigureIndex:
        """The names of figures, once they are read."""
        return self._figure_index.result()

    def fetch(self, select: str, *tables: str) -> pa.Table:
        """Return a result after waiting for `tables`.

        These are the tables that the SELECT reads, of `strong_pairs`, `known_texts`, `numbered_mentions` (with
        `numbered_figures` and `numbered_readings`), `drawn_words` (with `figure_sizes`) and `entity_figures`.
        """
        self._wait_for(tables)
        return self._engine.fetch(select)

    def rows(self, select: str, *tables: str) -> list[dict[str, Any]]:
        """Return the rows of a small result, each by column name, after waiting for `tables` as `fetch` does."""
        self._wait_for(tables)
        return self._engine.rows(select)

    def _wait_for(self, tables: Iterable[str]) -> None:
        for name in tables:
            self._ready[name].result()

    def wait(self) -> None:
        """Wait until all tables are made."""
        for step in self._ready.values():
            step.result()

    def _steps(self) -> dict[str, Callable[[], None]]:
        """Return the functions that make the tables, in order, by the table that a request waits for."""
        return {
            "strong_pairs": lambda: self._create_tables("strong_pairs"),
            "known_texts": self._create_known_texts,
            "numbered_mentions": lambda: self._create_tables(
                "numbered_figures", "numbered_mentions", "numbered_readings"
            ),
            "drawn_words": lambda: self._create_figure_tables("drawn_words", "figure_sizes"),
            "entity_figures": self._create_entity_figures,
            "stored_pairs": self._store_pairs,
        }

    def _create_known_texts(self) -> None:
        select = LISTS.sql("known_texts", texts=NAMES.sql("texts"), joints=JOINTS)
        self._engine.create_table("known_texts", select)

    def _create_entity_figures(self) -> None:
        """Create the table that pairs are counted in, by the statements of a build."""
        self._engine.create_table("figure_codes", PREPARE.sql("figure_codes", max_entities=self._max_entities))
        self._engine.create_table("figure_words", PREPARE.sql("figure_words", likely=LIKELY))
        self._engine.create_view("figure_entities", PREPARE.sql("figure_entities"))
        self._create_tables("entity_figures")
        self._engine.drop("figure_entities", "figure_words", "figure_codes")

    def _store_pairs(self) -> None:
        """Copy all pairs, and let the views read the copies."""
        self._create_tables("stored_pairs")
        self._engine.create_view("numbered_pairs", "SELECT * FROM stored_pairs")
        self._create_tables("stored_pairs_by_object")
        self._engine.create_view("pairs_by_object", "SELECT * FROM stored_pairs_by_object")

    def _create_tables(self, *names: str) -> None:
        for name in names:
            select = STATEMENTS.sql(name, threshold=self.threshold, max_entities=self._max_entities, likely=LIKELY)
            self._engine.create_table(name, select)

    def _create_figure_tables(self, *names: str) -> None:
        for name in names:
            self._engine.create_table(name, FIGURES.sql(name))

    def _create_views(self, *names: str) -> None:
        for name in names:
            self._engine.create_view(name, STATEMENTS.sql(name))


def with_tables(select: str, **tables: str) -> str:
    """Return a SELECT that reads the results of other SELECTs as tables; each may read those before it.

    >>> with_tables("SELECT COUNT(*) FROM pairs", pairs="SELECT 1 AS subject, 2 AS object")
    'WITH pairs AS (SELECT 1 AS subject, 2 AS object) SELECT COUNT(*) FROM pairs'
    """
    return f"WITH {', '.join(f'{name} AS ({text})' for name, text in tables.items())} {select}"
