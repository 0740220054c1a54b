"""Names of files that DuckDB takes literally, because it reads a path as a pattern, and parts of it as columns.

A path with `[`, `*` or `?` would read other files than the one meant. Escapes do not help: DuckDB takes a backslash
before them for a separator, and a neighbour whose name has one makes the search fail. So a path with unusual characters
is opened, and DuckDB gets the name that Linux has for the open file. Its characters are all usual ones.
"""

import os
import re
import weakref
from pathlib import Path

from kg.errors import SourceError

_USUAL = re.compile(r"[\w./ -]*")
"""Characters that mean only themselves to DuckDB: no pattern, no `name=value`, no `~`, no `protocol:`."""


class FileNames:
    """Names of files and folders, which stay valid until `close`, or until this object is collected."""

    def __init__(self) -> None:
        self._handles: list[int] = []
        self.close = weakref.finalize(self, _close, self._handles)

    def name(self, path: Path) -> str:
        """Return a name of an existing file or folder that DuckDB takes literally.

        Raises OSError where it is missing; SourceError for a name that only Linux could open.
        """
        text = str(path)
        if _USUAL.fullmatch(text):
            return text
        return self.pinned(path)

    def pinned(self, path: Path) -> str:
        """Return a name that stays that of this file, even if another gets its path; only Linux has such names.

        Raises as `name` does.
        """
        if not hasattr(os, "O_PATH"):
            return str(path) if _USUAL.fullmatch(str(path)) else _escaped(str(path))
        self._handles.append(os.open(path, os.O_PATH | os.O_CLOEXEC))
        return f"/proc/self/fd/{self._handles[-1]}"


def _escaped(text: str) -> str:
    """Return a pattern that matches this path only; raise SourceError where there is none.

    >>> _escaped("a[1]b/st*r")
    'a[[]1]b/st[*]r'
    """
    if "\\" in text or not text.isprintable():
        raise SourceError(f"{text!r}: the database cannot open a path with this name; rename the folder")
    return re.sub(r"[\[*?]", r"[\g<0>]", text)


def _close(handles: list[int]) -> None:
    for handle in handles:
        os.close(handle)
