"""Search of a lexicon's tables for many words in one scan."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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

    def folded(self) -> Iterator[tuple[str, str]]:
        """Yield each line that is not empty, as it is and folded, with tabs between all texts."""
        return ((line, folded) for line, folded in zip(self.lines, self._folded.split("\n"), strict=True) if line)

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

    @property
    def texts(self) -> Collection[str]:
        """The texts of rows that may have one of the words."""
        return self._by_form.keys()

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


class Tables:
    """The tables of a lexicon. A search reads all rows of a table, whether for one word or many."""

    def __init__(self, contents: Mapping[str, bytes], primaries: Mapping[str, str]) -> None:
        """Take the files, which are read when they are searched, and the primary CURIE of each joined one."""
        self._contents = contents
        self._primaries = primaries
        self._folded: dict[str, Table] = {}

    def rows(self, shape: files.Shape, texts: Collection[str]) -> Iterator[list[str]]:
        """Yield the rows of a table, as cells, that have one of the folded texts."""
        return self._table(shape).rows_with(texts)

    def rows_with_bare(self, shape: files.Shape, texts: Collection[str]) -> Iterator[list[str]]:
        """Yield the rows of a table, as cells, that have one of the texts without hyphens and spaces."""
        return self._table(shape).rows_with_bare(texts)

    def rows_of(self, shape: files.Shape, column: int, cells: Collection[str]) -> Iterator[list[str]]:
        """Yield the rows of a table, as cells, whose cell in `column` (counted from 0) is among `cells`."""
        return files.rows_with(self._contents, shape, column, cells)

    def rare(self, squashed: str) -> list[tuple[str, str, str]]:
        """Return CURIE, xrefs (none) and name of each rare chemical of a squashed text.

        A search reads 17 of the ordered lines, so that it costs less than a scan.
        """
        lines, start = self._rare, f"{squashed}\t"
        first = bisect_left(lines, start)
        matches = takewhile(lambda line: line.startswith(start), (lines[at] for at in range(first, len(lines))))
        return [(curie, "", name) for _, curie, name in (line.split("\t") for line in matches)]

    def joined_with(self, ids: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield the CURIEs that are joined with primary ones, as (other, primary)."""
        return ((other, primary) for other, primary in self._primaries.items() if primary in ids)

    def joins(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the primary CURIE of each joined one; those of `ids` are among them."""
        del ids
        return self._primaries

    def _table(self, shape: files.Shape) -> Table:
        if shape.file not in self._folded:
            self._folded[shape.file] = Table(files.body(self._contents, shape))
        return self._folded[shape.file]

    @cached_property
    def _rare(self) -> list[str]:
        return _rare_chemicals(self._contents)  # cached, because the first search of a lexicon compares whole files
