"""The store of a build, made from the store of the previous build by deleting and inserting the triples that differ.

Loading all triples is the longest part of a build. Where few differ, an update is far cheaper.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Quad, RdfFormat, Store, parse

from kg.diff.comparison import Comparison
from kg.diff.triples import Update, operation
from kg.errors import OutputError, SourceError
from kg.model.build import Build
from kg.model.tables import STATISTICS
from kg.runtime.temporary import temporary_folder

MOST = 0.125
"""Largest share of the triples that an update may change: changing one costs several times as much as loading one."""


class UpdatedStore:
    """A store that has the triples of the new dump; `finish` adds those of the other Turtle files."""

    def __init__(self, store: Store, previous: Path) -> None:
        self._store = store
        self._previous = previous

    @classmethod
    def create(cls, previous: Path, folder: Path, memory_limit: str) -> "UpdatedStore | None":
        """Create the store of the build in `folder`, whose tables and manifest are written, from a previous build's.

        Returns None, and leaves no store, where too much differs, or the previous store is missing or unreadable.
        """
        outputs = Build(previous).manifest["outputs"]
        if "store" not in outputs:
            return None
        try:
            with (
                temporary_folder(folder) as scratch,
                Comparison(previous, folder, memory_limit, scratch) as comparison,
            ):
                update = _small_update(comparison, MOST * outputs["store"]["triples"])
                if update is None:
                    return None
                _link_store(previous / "store", folder / "store")
                store = Store(str(folder / "store"))
                _apply(update, store, scratch / "inserted.nt")
                return cls(store, previous)
        except (SourceError, OSError, RuntimeError):  # A failed update must not fail the build.
            shutil.rmtree(folder / "store", ignore_errors=True)
            return None

    def finish(self, described: Sequence[Path], triples: int) -> int:
        """Update the triples of the Turtle files `described`, of which the dump has none; return the number of all.

        Raises OutputError where it is not the number of the `triples` of the dump and those of the files.
        """
        old = _read([self._previous / path.name for path in described])
        new = _read(described)
        for quad in old - new:
            for stored in _stored(self._store, quad):
                self._store.remove(stored)
        self._store.extend(new - old)
        self._store.flush()
        triples += len(new)
        if len(self._store) != triples:
            raise OutputError(
                f"{self._previous / 'store'}: this store was changed by another program: after the update it holds"
                f" {len(self._store):,} triples and not {triples:,}; build with --no-cache"
            )
        return triples


def _read(paths: Sequence[Path]) -> set[Quad]:
    """Return the triples of Turtle files; blank nodes are other ones at each reading."""
    return {quad for path in paths for quad in parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True)}


def _stored(store: Store, quad: Quad) -> Iterator[Quad]:
    """Yield the triple as the store has it; of one with blank nodes all that differ from it in these nodes only.

    The store has other names of blank nodes than the file. The dump has none, so that all of them are of such files.
    """
    ends = (quad.subject, quad.object)
    if not any(isinstance(end, BlankNode) for end in ends):
        yield quad
        return
    subject = None if isinstance(quad.subject, BlankNode) else quad.subject
    object_ = None if isinstance(quad.object, BlankNode) else quad.object
    for stored in list(store.quads_for_pattern(subject, quad.predicate, object_, DefaultGraph())):
        if [isinstance(end, BlankNode) for end in (stored.subject, stored.object)] == [
            isinstance(end, BlankNode) for end in ends
        ]:
            yield stored


def _small_update(comparison: Comparison, most: float) -> Update | None:
    """Return the triples that differ; None if they are more than `most`."""
    if 2 * len(STATISTICS) * comparison.pairs_of_changed_universe() > most:
        return None
    update = Update(comparison)
    return update if update.size() <= most else None


def _apply(update: Update, store: Store, inserted: Path) -> None:
    """Delete triples by SPARQL Update, and collect the inserted ones in a file: a bulk load is twice as fast."""
    with inserted.open("w", encoding="utf-8", newline="\n") as file:

        def operate(verb: str, lines: list[str]) -> None:
            if verb == "DELETE":
                store.update(operation(verb, lines))
            else:
                file.writelines(f"{line}\n" for line in lines)

        update.make(operate)
    store.bulk_load(path=str(inserted), format=RdfFormat.N_TRIPLES)


def _link_store(store: Path, target: Path) -> None:
    """Copy a store that is not in use. Its .sst files are never written again, so they become hard links."""
    target.mkdir()
    for path in store.iterdir():
        if path.suffix != ".sst" or not _link(path, target / path.name):
            shutil.copy2(path, target / path.name)


def _link(path: Path, target: Path) -> bool:
    try:
        os.link(path, target)
    except OSError:  # Some file systems have no hard links.
        return False
    return True
