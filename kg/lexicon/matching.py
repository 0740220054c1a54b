"""Search of a lexicon's tables for many words in one scan."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from kg.model.text import plain, spellings

SHORT = 4
"""Length below which words match in exact case only: NO is nitric oxide, No and no are words."""


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
        self._forms = self._by_form.keys()

    def rows(self, body: str) -> Iterator[list[str]]:
        """Yield the rows, as cells, that may have one of the words."""
        folded = plain(body).casefold().replace("|", "\t").split("\n")
        for line, forms in zip(body.split("\n"), folded, strict=True):
            if not self._forms.isdisjoint(forms.split("\t")):
                yield line.split("\t")

    def matching(self, text: str, *, any_case: bool = True) -> list[str]:
        """Return the words that a text of the lexicon matches."""
        any_case = any_case and len(text) >= SHORT
        text = plain(text)
        return [word for word, form in self._by_form.get(text.casefold(), ()) if any_case or form == text]
