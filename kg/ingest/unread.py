"""Files of sources that nothing reads: the number of each kind, and one of them as an example."""

from kg.errors import cut

SHOWN_KINDS = 8
"""Kinds of files, or folders, that a note names."""


class Unread:
    """Counts files that are not read, by kind; two sources of the same files give the same, in any order."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[int, str]] = {}  # number of files, and the first of their names

    def add(self, kind: str, name: str) -> None:
        """Count a file by its name in the source."""
        number, first = self._kinds.get(kind, (0, name))
        self._kinds[kind] = (number + 1, min(first, name))

    def listed(self) -> str:
        """Return the most frequent kinds with their numbers and first files; empty where there are none.

        >>> unread = Unread()
        >>> for name in ("b.json", "c.jpg", "a.json"):
        ...     unread.add(name[1:], name)
        >>> unread.listed()
        '2 .json (such as a.json), 1 .jpg (c.jpg)'
        """
        kinds = sorted(self._kinds.items(), key=lambda kind: (-kind[1][0], kind[0]))
        named = [
            f"{number:,} {kind} ({'such as ' if number > 1 else ''}{cut(first)})"
            for kind, (number, first) in kinds[:SHOWN_KINDS]
        ]
        others = sum(number for _, (number, _) in kinds[SHOWN_KINDS:])
        return ", ".join([*named, *([f"{others:,} others"] if others else [])])
