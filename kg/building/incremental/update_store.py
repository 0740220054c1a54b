"""The store of the previous build, made that of this one by the triples that differ.

Loading all of them is the longest part of a build; while few differ, to change those is far cheaper.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import RdfFormat, Store, parse

from kg.diff.comparison import Comparison
from kg.diff.triples import Update, operation
from kg.errors import OutputError, SourceError
from kg.model.tables import STATISTICS, Build

MOST = 0.125
"""Share of the triples that may differ: to change one costs several times what it costs to load one."""


class UpdatedStore:
    """A store that was made from another. `finish` it in the end."""

    def __init__(self, store: Store, before: Path) -> None:
        self._store = store
        self._before = before

    @classmethod
    def make(cls, before: Path, folder: Path, memory_limit: str) -> "UpdatedStore | None":
        """Make the store of the build in `folder`, whose tables and manifest are written, from that of another.

        None, and no store, where too much differs, or the other has none that can be read.
        """
        known = Build(before).manifest["outputs"].get("store")
        if known is None:
            return None
        try:
            with (
                TemporaryDirectory(dir=folder, prefix=".", suffix=".kg-new") as scratch,
                Comparison(before, folder, memory_limit, Path(scratch)) as comparison,
            ):
                update = _small(comparison, MOST * known["triples"])
                if update is None:
                    return None
                _link(before / "store", folder / "store")
                store = Store(str(folder / "store"))
                _apply(update, store, Path(scratch) / "come.nt")
                return cls(store, before)
        except (SourceError, OSError, RuntimeError):  # it is worth no build
            shutil.rmtree(folder / "store", ignore_errors=True)
            return None

    def finish(self, described: Sequence[Path], triples: int) -> int:
        """Take in what differs in further Turtle files, about which no other triple is; count all triples.

        Raises OutputError where they are not as many as those of the files and the `triples` of the dump.
        """
        for path in described:
            old, new = (
                set(parse(path=str(each), format=RdfFormat.TURTLE)) for each in (self._before / path.name, path)
            )
            for quad in old - new:
                self._store.remove(quad)
            self._store.extend(new - old)
            triples += len(new)
        self._store.flush()
        if len(self._store) != triples:
            raise OutputError(
                f"{self._before / 'store'}: this store was changed by somebody: with the triples that differ it holds"
                f" {len(self._store):,} and not {triples:,}; build with --no-cache"
            )
        return triples


def _small(comparison: Comparison, most: float) -> Update | None:
    """Give the triples that differ, if they are at most so many."""
    if 2 * len(STATISTICS) * comparison.pairs_of_changed_universe() > most:
        return None
    update = Update(comparison)
    return update if update.size() <= most else None


def _apply(update: Update, store: Store, come: Path) -> None:
    """Take out what goes, bit by bit, and load what comes at once, which is twice as fast; it gathers in a file."""
    with come.open("w", encoding="utf-8", newline="\n") as file:

        def operate(verb: str, lines: list[str]) -> None:
            if verb == "DELETE":
                store.update(operation(verb, lines))
            else:
                file.writelines(f"{line}\n" for line in lines)

        update.make(operate)
    store.bulk_load(path=str(come), format=RdfFormat.N_TRIPLES)


def _link(store: Path, to: Path) -> None:
    """Copy a store that is at rest. Its tables are never written again, so both can have the same."""
    to.mkdir()
    for path in store.iterdir():
        if path.suffix != ".sst" or not _linked(path, to / path.name):
            shutil.copy2(path, to / path.name)


def _linked(path: Path, to: Path) -> bool:
    try:
        os.link(path, to)
    except OSError:  # not every file system can
        return False
    return True
