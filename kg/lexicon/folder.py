"""The lexicon in a folder, whose files are read only when they are needed.

Few words are searched in the compiled form (`kg.lexicon.compiled`), which the first search writes into the user's
cache. It is found by the sizes and times of the lexicon's files and of the code that reads them. Where it is damaged
or cannot be written, the tables are searched.
"""

import hashlib
import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import Lock

from kg.errors import OutputError
from kg.lexicon import compiled, files, identity, matching
from kg.lexicon.compiled import Index
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.matching import Tables
from kg.model import text
from kg.runtime.files import atomic_path
from kg.runtime.temporary import remove_leftovers

FEW = 1000
"""Words of one search up to which the compiled form is faster than the tables; at 2,000 they take the same time."""

KEPT = 4
"""Compiled lexicons that a cache keeps; those used the longest time ago are removed."""

SETTLED = 2.0
"""Seconds after which a file's time of change is trusted, because file systems record it coarsely."""

_CODE = (compiled, files, identity, matching, text)
"""Modules that decide the contents of the compiled form."""


def open_folder(folder: Traversable) -> Lexicon:
    """Open the lexicon in a folder, as `Lexicon.from_folder` does; files that did not change are not read again.

    Raises LexiconError where it is bad.
    """
    status = _status(folder)
    if status is None or not isinstance(folder, Path):
        return Lexicon.from_folder(folder)
    return _open(folder, cache() / f"{status}.index")


@lru_cache(2)
def _open(folder: Path, path: Path) -> Lexicon:
    return FolderLexicon(folder, path)


def cache() -> Path:
    """Return the folder of compiled lexicons."""
    import platformdirs

    return platformdirs.user_cache_path("kg", appauthor=False) / "lexicon"


class FolderLexicon(Lexicon):
    """A lexicon with a compiled form; the files of its folder must not change."""

    def __init__(self, folder: Path, path: Path) -> None:
        """Open the lexicon in `folder` with its compiled form at `path`; raise LexiconError where it is bad."""
        self._folder = folder
        self._path = path
        self._identity = None
        self._lock = Lock()
        self._tried = False  # to write the compiled form
        self._index = _mapped(path)
        if self._index is None:
            self.contents  # noqa: B018 a bad file is found when a lexicon is opened

    @cached_property
    def contents(self) -> dict[str, bytes]:  # type: ignore[override]
        """The files by name."""
        contents = files.read(self._folder)
        if _status(self._folder) != self._path.stem:  # they changed after they were opened
            self._index, self._tried = None, True
        return contents

    def _tables(self, words: int) -> Tables | Index:
        if words > FEW:
            return super()._tables(words)
        with self._lock:
            if self._index is None and not self._tried:
                self._tried = True
                self._index = _written(self._path, lambda: compiled.compiled(self.contents, self.primaries))
        return self._index or super()._tables(words)


def _status(folder: Traversable) -> str | None:
    """Return a digest of the names, sizes and times of the files of a lexicon, and of the code that reads them.

    None where a file may be changing or is not on disk.
    """
    try:
        states = [(str(path), path.stat()) for path in _paths(folder)]
    except OSError:
        return None
    if max(state.st_mtime for _, state in states) > time.time() - SETTLED:
        return None
    seen = [(path, state.st_size, state.st_mtime_ns) for path, state in states]
    return hashlib.sha256(repr((seen, sys.byteorder, unicodedata.unidata_version)).encode()).hexdigest()[:32]


def _paths(folder: Traversable) -> Iterator[Path]:
    """Yield the paths of the files that a lexicon is read from, and of the code."""
    for shape in files.SHAPES:
        path = next((path for place in (folder, files.BUNDLED) if (path := place / shape.file).is_file()), None)
        if path is not None:
            yield Path(str(path))
    for module in _CODE:
        yield Path(str(module.__file__))


def _mapped(path: Path) -> Index | None:
    """Return a compiled lexicon; None where it is missing or damaged."""
    try:
        index = Index(path)
    except (OSError, ValueError):
        return None
    with suppress(OSError):
        os.utime(path)
    return index


def _written(path: Path, make: Callable[[], bytes]) -> Index | None:
    """Write a compiled lexicon and return it; None where it cannot be written, which is tried before it is made."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path.parent)
        with atomic_path(path) as aside:
            aside.write_bytes(make())
        used = sorted(path.parent.glob("*.index"), key=lambda other: other.stat().st_mtime)
        for other in used[:-KEPT]:
            other.unlink()
    except (OSError, OutputError):
        return None
    return _mapped(path)
