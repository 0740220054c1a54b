"""Search of a lexicon's tables for many words in one scan."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import takewhile

from kg.lexicon import files
from kg.model.text import plain, spellings

SHORT = 4
"""Length below which words match in exact case only: NO is nitric oxide, No and no are words."""


class Table:
    """The lines of a table, and the same lines with their texts folded, so that several scans fold them once."""

    def __init__(self, body: str) -> None:
        """Take the table without its header."""
        self.lines = body.split("\n")
        # Most lines are plain, and to make a whole table plain takes five times as long.
        folded = "\n".join(line if line.isascii() and "&" not in line else plain(line) for line in self.lines)
        self._folded = folded.casefold().replace("|", "\t")

    def rows_with(self, texts: Iterable[str]) -> Iterator[list[str]]:
        """Yield the rows, as cells, that have one of the folded texts."""
        return self._rows(self._folded.split("\n"), texts)

    def rows_with_bare(self, texts: Iterable[str]) -> Iterator[list[str]]:
        """Yield the rows, as cells, that have one of the texts without hyphens and spaces."""
        return self._rows(self._bare, texts)

    @cached_property
    def _bare(self) -> list[str]:
        return bare(self._folded).split("\n")

    def _rows(self, folded: Iterable[str], texts: Iterable[str]) -> Iterator[list[str]]:
        if wanted := frozenset(texts):
            for line, cells in zip(self.lines, folded, strict=True):
                if not wanted.isdisjoint(cells.split("\t")):
                    yield line.split("\t")


class Words:
    """The words to match, by case-folded form in each plain spelling, so that a Greek letter has two.

    A scan tests whole rows, because a dict of the lexicon's 300,000 texts would cost more.
    """

    def __init__(self, words: Iterable[str], normal: Callable[[str], str]) -> None:
        """Take the words, and the function that brings a plain spelling to the form to compare."""
        self._by_form: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for word in words:
            for text in filter(None, map(normal, spellings(word))):
                self._by_form[text.casefold()].append((word, text))

    def rows(self, table: str | Table) -> Iterator[list[str]]:
        """Yield the rows, as cells, that may have one of the words."""
        return (Table(table) if isinstance(table, str) else table).rows_with(self._by_form)

    def matching(self, text: str, *, any_case: bool = True) -> list[str]:
        """Return the words that a text of the lexicon matches."""
        any_case = any_case and len(text) >= SHORT
        text = plain(text)
        return [word for word, form in self._by_form.get(text.casefold(), ()) if any_case or form == text]


def bare(text: str) -> str:
    """Return a folded text without hyphens and spaces, faster than `squashed`, which tells more texts apart."""
    return text.replace("-", "").replace(" ", "")


@files.once_per_lexicon
def _rare_chemicals(contents: Mapping[str, bytes]) -> list[str]:
    return files.body(contents, files.RARE_CHEMICALS).removesuffix("\n").split("\n")


class RareChemicals:
    """The rare chemicals of a lexicon. All searches of a list share one, because the first compares whole files."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        """Take the files of the lexicon, which the first search reads."""
        self._contents = contents

    @cached_property
    def _lines(self) -> list[str]:
        return _rare_chemicals(self._contents)

    def named(self, text: str) -> list[tuple[str, str, str]]:
        """Return CURIE, xrefs (none) and name of each rare chemical of a squashed text.

        A search reads 17 of the ordered lines, so that it costs less than a scan.
        """
        lines, start = self._lines, f"{text}\t"
        first = bisect_left(lines, start)
        matches = takewhile(lambda line: line.startswith(start), (lines[at] for at in range(first, len(lines))))
        return [(curie, "", name) for _, curie, name in (line.split("\t") for line in matches)]
