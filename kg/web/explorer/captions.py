"""The drawn words of a figure in its caption."""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from kg.model.text import plain, spellings

MOST_RUNS = 5
"""Greatest number of runs of letters and digits in a word that is found, such as the three of `TGF-beta-1`."""

_RUN = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"[-\u2010-\u2015\u2212/+. ]?")
"""Pattern of the text between two runs of one word."""

Part = tuple[str, str | None]
"""A piece of a caption, and the form of the drawn word that it is, or None."""


def marked(caption: str, words: Collection[tuple[str, str]]) -> list[Part]:
    r"""Return a caption in pieces; `words` are forms with the word as it is drawn.

    A word is found in any case, with or without hyphens, and with Greek letters or their names. Words of a single
    letter are not looked for, because texts have such letters for other reasons.

    >>> marked("RANKL binds RANK.", [("RANK", "RANK"), ("RANKL", "RANKL")])
    [('RANKL', 'RANKL'), (' binds ', None), ('RANK', 'RANK'), ('.', None)]
    >>> marked("NF-\u03baB, and nothing else", [("NFKB", "NFkB"), ("AND", "And")])
    [('NF-\u03baB', 'NFKB'), (', and nothing else', None)]
    """
    forms = {key: form for form, word in words for text in (word, form) for key in _keys(text)}
    drawn = {word for _, word in words}
    spans = list(_spans(caption, forms, drawn))
    parts: list[Part] = []
    for (_, before, _), (start, end, form) in pairwise([(0, 0, ""), *spans, (len(caption), len(caption), "")]):
        parts += [(caption[before:start], None), (caption[start:end], form)]
    return [(text, form) for text, form in parts if text]


def _spans(caption: str, forms: dict[str, str], drawn: set[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the start, end and form of each word, from left to right; the longest word at a place counts."""
    runs = [run.span() for run in _RUN.finditer(caption)]
    index = 0
    while index < len(runs):
        taken = 1
        for last in range(min(index + MOST_RUNS, len(runs)) - 1, index - 1, -1):
            start, end = runs[index][0], runs[last][1]
            text = caption[start:end]
            form = _form(text, forms) if _joined(caption, runs[index : last + 1]) else None
            if form and _is_name(text, drawn):
                yield start, end, form
                taken = last - index + 1
                break
        index += taken


def _joined(caption: str, runs: list[tuple[int, int]]) -> bool:
    """Return whether there is one joint at most between any two runs."""
    return all(_JOINT.fullmatch(caption[end:start]) for (_, end), (start, _) in pairwise(runs))


def _form(text: str, forms: dict[str, str]) -> str | None:
    return next((forms[key] for key in _keys(text) if key in forms), None)


def _is_name(text: str, drawn: set[str]) -> bool:
    """Return whether a text is meant as the name: `and` is no gene, though a figure may draw AND."""
    return text in drawn or len(text) > 3 or not (text.islower() or text.istitle())


def _keys(text: str) -> list[str]:
    """Return the letters and digits of each spelling of a text, in upper case; none for a single letter."""
    keys = dict.fromkeys("".join(_RUN.findall(plain(spelling))).upper() for spelling in spellings(text))
    return [key for key in keys if len(key) > 1]
