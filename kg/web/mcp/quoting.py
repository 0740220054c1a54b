"""Text of records as tools show it: marked by its place, visible, and short, because it may hold instructions."""

from collections.abc import Iterable
from unicodedata import category

LONG = 200
"""Bytes of a title or a name in an answer."""

SHORT = 48
"""Bytes of a drawn word in an answer."""

MOST_TEXTS = 6
"""Words of one entity in a row."""

_INVISIBLE = {"Cf", "Cs", "Co"}
"""Categories of Unicode whose characters are dropped: they can hide text from readers, or reverse it."""

_CUT = "\u2026"


def quoted(text: str | None, most: int = LONG) -> str | None:
    r"""Return the text of a record without control and invisible characters, on one line, cut to `most` bytes.

    None stays None.

    >>> quoted("RANK\u202e\x1b[31m\n  ligand"), quoted("osteoclast", 8)
    ('RANK [31m ligand', 'osteo\u2026')
    """
    if text is None:
        return None
    kinds = [(character, category(character)) for character in text[: 4 * most]]
    shown = "".join(
        " " if kind in ("Cc", "Zl", "Zp") else character for character, kind in kinds if kind not in _INVISIBLE
    )
    line = " ".join(shown.split())
    if len(line.encode()) <= most and len(text) <= 4 * most:
        return line
    return line.encode()[: most - len(_CUT.encode())].decode(errors="ignore") + _CUT


def quoted_all(texts: Iterable[str | None], most: int = SHORT, number: int = MOST_TEXTS) -> list[str]:
    """Return the first `number` texts, quoted."""
    shown = [quoted(text, most) for text in texts if text][:number]
    return [text for text in shown if text]
