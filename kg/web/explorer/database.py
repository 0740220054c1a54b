"""The tables of a build with numbers for identifiers, in a scratch database that requests may read at once.

It lies in a temporary folder and goes with the server. A thread of its own makes it, one table after the other; who
needs one waits for it. `strong_pairs`, those of the build's threshold, are there soon. All pairs take longer: until
`pairs` and `reversed_pairs` are made, they are views of the published table.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import pyarrow as pa

from kg.cooccurrence import prepare
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import sql
from kg.model.tables import Build
from kg.web.explorer.search_index import SearchIndex

MEMORY = "1GiB"
"""What DuckDB may keep in memory; the rest is in the temporary folder."""


class ExplorerDatabase:
    """The scratch database of one build. Close it, or use it in a `with` statement."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self.threshold = build.min_figures
        """Least figures of `strong_pairs`."""
        self.has_unknown_words = "unknown" in build.manifest["counts"]["mentions_by_word_status"]
        """Whether the words of some mentions are not known."""
        paths = {name: build.table(name) for name in _NEEDED}
        self._folder = TemporaryDirectory(prefix="kg-serve-")
        folder = Path(self._folder.name)
        self._engine = DuckDBEngine(folder, MEMORY, file=folder / "coded.duckdb")
        for name, path in paths.items():
            self._engine.attach(name, path)
        self._engine.create_view("known_figures", "SELECT figure_id, paper_id FROM figures")
        self._engine.create_view("counted", prepare.STATEMENTS.sql("counted_entities"))
        self._engine.create_view("counted_mentions", prepare.STATEMENTS.sql("entity_mentions"))
        self._engine.create_table("entity_codes", prepare.STATEMENTS.sql("entity_codes"))
        self._engine.create_view("pairs", sql("web/pairs"))
        self._engine.create_view("reversed_pairs", sql("web/reversed"))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kg-coded")
        self._names = self._thread.submit(SearchIndex, self._engine)
        self._made = {name: self._thread.submit(make) for name, make in self._makers().items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop making tables, let go of them and remove the folder."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._engine.interrupt()
        self._thread.shutdown(wait=True)
        self._engine.close()
        self._folder.cleanup()

    @property
    def names(self) -> SearchIndex:
        """The names of entities and words."""
        return self._names.result()

    def fetch(self, select: str, *needed: str) -> pa.Table:
        """Give a result; `needed` are the tables it reads, of `strong_pairs`, `readings` (with `cards`) and `drawn`."""
        for name in needed:
            self._made[name].result()
        return self._engine.fetch(select)

    def wait(self) -> None:
        """Wait until all tables are made."""
        for future in self._made.values():
            future.result()

    def _makers(self) -> dict[str, Callable[[], None]]:
        return {
            "strong_pairs": self._make_strong_pairs,
            "readings": self._make_readings,
            "drawn": self._make_drawn,
            "pairs": self._make_pairs,
        }

    def _make_strong_pairs(self) -> None:
        self._engine.create_table(
            "strong_pairs", f"SELECT * FROM ({sql('web/pairs')}) WHERE figures >= {self.threshold}"
        )

    def _make_readings(self) -> None:
        most = self._build.manifest["parameters"]["max_entities"]
        self._engine.create_table("cards", sql("web/cards", max_entities=most))
        self._engine.create_table("readings", sql("web/readings"))

    def _make_drawn(self) -> None:
        """Make what pairs are counted from, as a build does."""
        most = self._build.manifest["parameters"]["max_entities"]
        self._engine.create_table("figure_codes", prepare.STATEMENTS.sql("figure_codes", max_entities=most))
        self._engine.create_table("figure_words", prepare.STATEMENTS.sql("figure_words"))
        figure_entities = prepare.STATEMENTS.sql("figure_entities")
        self._engine.create_table("drawn", f"SELECT * FROM ({figure_entities}) ORDER BY entity, figure")
        self._engine.drop("figure_words", "figure_codes")

    def _make_pairs(self) -> None:
        self._engine.create_table("coded_pairs", sql("web/pairs"))
        self._engine.create_view("pairs", "SELECT * FROM coded_pairs")
        self._engine.create_table("coded_reversed", f"{sql('web/reversed')} ORDER BY object, subject")
        self._engine.create_view("reversed_pairs", "SELECT * FROM coded_reversed")


_NEEDED = ("figures", "papers", "entities", "mentions", "words", "cooccurrences")
