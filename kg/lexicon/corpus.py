"""A corpus as numbers: which figure draws which word, and what its sure words teach about the words in doubt."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kg.lexicon.context import CHUNK, DIMENSIONS, LEAST_FIGURES, Company, Context, Drawings, Floats, Ints, decompose
from kg.lexicon.reading_model import Candidates, Lexical
from kg.lexicon.word_readings import WordReading, WordReadings


class Doubt(NamedTuple):
    """A drawing of a word in doubt, with its candidates."""

    figure: int  # number of the figure
    word: int  # row of the word's key
    key: str  # spelling key that the candidates are known by
    candidates: tuple[WordReading, ...]
    text: frozenset[str] = frozenset()  # spelling keys of the words of title and caption


class _Presence:
    """How often a figure shows a gene, or a family, by sure words; a pair is one number, figure * size + row."""

    def __init__(self, figure: Ints, row: Ints, size: int) -> None:
        self._size = size
        self._pairs, self._counts = np.unique(figure * size + row, return_counts=True)

    def count(self, figure: Ints, row: Ints) -> Ints:
        """Return the count of each pair; no figure shows the row -1."""
        if not len(self._pairs):
            return np.zeros(len(figure), np.int64)
        wanted = figure * self._size + row
        place = np.minimum(np.searchsorted(self._pairs, wanted), len(self._pairs) - 1)
        return np.where((self._pairs[place] == wanted) & (row >= 0), self._counts[place], 0)


def by_key(keys: Sequence[str], figure: Ints, word: Ints) -> tuple[list[str], Ints, Ints]:
    """Return sorted keys, and the figures and rows of keys that are drawn, each pair once, ordered by figure.

    `keys` has the spelling key of each word. Several spellings of one key are one word.

    >>> keys, figure, row = by_key(["HIF1", "AKT", "HIF1"], np.array([0, 0, 1, 1]), np.array([0, 2, 1, 2]))
    >>> keys, figure.tolist(), row.tolist()
    (['AKT', 'HIF1'], [0, 1, 1], [1, 0, 1])
    """
    rows = {key: row for row, key in enumerate(sorted(set(keys)))}
    pairs = np.sort(figure * len(rows) + np.array([rows[key] for key in keys], np.int64)[word])
    pairs = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))]  # np.unique hashes them, which takes 40 times as long
    return list(rows), pairs // len(rows), pairs % len(rows)


class Corpus:
    """The drawings of a corpus, seen with the contexts of another one."""

    def __init__(
        self, keys: Sequence[str], figure: Ints, word: Ints, figures: int, readings: WordReadings, context: Context
    ) -> None:
        """Take each pair of a figure's number and a row of `keys` once, ordered by figure."""
        self.keys = keys
        self.rows = {key: row for row, key in enumerate(keys)}
        self.readings = readings
        self._figure, self._word = figure, word
        self.context = context
        self._directions = np.array([context.words.get(key, -1) for key in keys], np.int64)
        self._sums = context.figure_sums(Drawings(figure, self._directions[word]), figures)
        choices = [readings.of(key) for key in keys]
        self.sure = [readings.sure(key) for key in keys]
        """The reading of each word that has a sure one."""
        self.meanings = self._teach([reading.entity_id if reading else None for reading in self.sure])
        self.doubts = self._teach([key if len(choice) > 1 else None for key, choice in zip(keys, choices, strict=True)])
        self._lexical = Lexical(readings)
        self._genes, self._families = self._presence()

    def _teach(self, names: Sequence[str | None]) -> Company:
        """Return the company of names, from the drawings of their words."""
        company = Company.empty(filter(None, names), self.context.directions.shape[1])
        row = np.array([company.names.get(name, -1) if name else -1 for name in names], np.int64)
        chosen = np.flatnonzero(row[self._word] >= 0)
        for start in range(0, len(chosen), CHUNK):
            part = chosen[start : start + CHUNK]
            company.add(row[self._word[part]], self.contexts(self._figure[part], self._word[part]))
        return company

    def contexts(self, figure: Ints, word: Ints) -> Ints:
        """Return the context of each pair of a figure and a word."""
        return self.context.contexts(self._sums, figure, self._directions[word])

    def _presence(self) -> tuple[_Presence, _Presence]:
        """Return the genes that sure words show, but not as members of a family, and the families of all genes."""
        self._gene_rows = {gene: row for row, gene in enumerate(sorted(self.readings.keys_of))}
        rows = {family: row for row, family in enumerate(sorted(self.readings.members))}
        self._family_rows = {
            gene: sorted({rows[family] for family in families}) for gene, families in self.readings.families_of.items()
        }
        genes, families = [], []
        for row, reading in enumerate(self.sure):
            if reading:
                families += [(row, family) for family in self._relatives(reading)]
                if not reading.is_family:
                    genes.append((row, self._gene_rows[reading.entity_id]))
        first = np.concatenate([[0], np.cumsum(np.bincount(self._word, minlength=len(self.keys)))])
        figure = self._figure[np.argsort(self._word, kind="stable")]
        return (
            self._shown(genes, first, figure, len(self._gene_rows)),
            self._shown(families, first, figure, len(rows)),
        )

    def _relatives(self, reading: WordReading) -> Sequence[int]:
        """Return the rows of the families that have a gene of a reading."""
        families = [self._family_rows.get(gene, ()) for gene in reading.genes]
        return families[0] if len(families) == 1 else sorted(set().union(*families))

    @staticmethod
    def _shown(shown: Sequence[tuple[int, int]], first: Ints, figure: Ints, size: int) -> _Presence:
        """Return the presence of genes or families by figure, from pairs of a word and one of them.

        `figure` has the figures of all words, word by word; `first` is the place of the first of each word.
        """
        word, row = np.array(shown, np.int64).reshape(-1, 2).T
        sizes = first[word + 1] - first[word]
        return _Presence(figure[_ranges(first[word], sizes)], np.repeat(row, sizes), size)

    def candidates(self, doubts: Sequence[Doubt], company: "WordCompany | None" = None) -> Candidates:
        """Return the evidence for the candidates of drawings; `company` replaces that of their words."""
        figure, word = (np.array([getattr(doubt, name) for doubt in doubts], np.int64) for name in ("figure", "word"))
        rows = _Rows.of(doubts)
        names = [reading.entity_id for _, reading in rows.readings]
        (old, old_sums), (new, new_sums) = self.context.meanings.of(names), self.meanings.of(names)
        beside, relatives = self._beside(figure, word, rows)
        words = company or self._word_company(figure, word)
        lexical = np.array([self._lexical.columns(*pair) for pair in rows.readings]).reshape(-1, 6)
        return Candidates(
            rows.drawing, lexical[rows.number], (old + new)[rows.number], (old_sums + new_sums)[rows.number],
            relatives, beside, self._usually(word, rows, beside), self._named(doubts, rows),
            words.context, words.sums, words.figures,
        )  # fmt: skip

    def _named(self, doubts: Sequence[Doubt], rows: "_Rows") -> Floats:
        """Return 1 for each candidate that the figure's text names by another word, or whose family it names."""
        named = np.zeros(len(rows.drawing))
        with_text = np.flatnonzero([bool(doubt.text) for doubt in doubts])
        starts = np.searchsorted(rows.drawing, with_text)
        names: dict[int, list[frozenset[str]]] = {}
        for start, drawing in zip(starts.tolist(), with_text.tolist(), strict=True):
            doubt = doubts[drawing]
            shared = id(doubt.candidates)
            if shared not in names:
                names[shared] = [*map(self.readings.names_in_text, doubt.candidates)]
            for row, keys in enumerate(names[shared], start):
                if not doubt.text.isdisjoint(keys):
                    named[row] = 1
        return named

    def _word_company(self, figure: Ints, word: Ints) -> "WordCompany":
        names = [self.keys[row] for row in word]
        contexts = self.contexts(figure, word)
        (old, old_sums), (new, new_sums) = self.context.doubts.of(names), self.doubts.of(names)
        seen = new > 0  # a word that only the record reads in two ways has no company
        return WordCompany(
            contexts, np.where(seen[:, None], old_sums + new_sums - contexts, 0), np.where(seen, old + new - 1, 0)
        )

    def _beside(self, figure: Ints, word: Ints, rows: "_Rows") -> tuple[Floats, Floats]:
        """Return for each row the share of its genes that the figure draws, and 1 where it draws a relative.

        The sure readings of the words in question do not count.
        """
        row, gene = rows.each(
            [[self._gene_rows.get(gene, -1) for gene in reading.genes] for _, reading in rows.readings]
        )
        own = {key: reading for key in np.unique(word).tolist() if (reading := self.sure[key])}
        own_genes = [(key, self._gene_rows[reading.entity_id]) for key, reading in own.items() if not reading.is_family]
        shown = self._genes.count(figure[rows.drawing[row]], gene) - _among(own_genes, word[rows.drawing[row]], gene)
        sizes = np.bincount(row, minlength=len(rows.drawing))
        beside = np.bincount(row, shown > 0, len(rows.drawing)) / np.maximum(sizes, 1)
        row, family = rows.each([self._relatives(reading) for _, reading in rows.readings])
        own_families = [(key, family) for key, reading in own.items() for family in self._relatives(reading)]
        minus = _among(own_families, word[rows.drawing[row]], family)
        shown = self._families.count(figure[rows.drawing[row]], family) - minus
        return beside, (np.bincount(row, shown > 0, len(rows.drawing)) > 0).astype(np.float64)

    @staticmethod
    def _usually(word: Ints, rows: "_Rows", beside: Floats) -> Floats:
        """Return the mean of `beside` over the other drawings of the same word and candidate."""
        names: dict[str, int] = {}
        name = np.array([names.setdefault(reading.entity_id, len(names)) for _, reading in rows.readings], np.int64)
        _, pair = np.unique(word[rows.drawing] * len(names) + name[rows.number], return_inverse=True)
        total, count = np.bincount(pair, beside), np.bincount(pair)
        return np.asarray((total[pair] - beside) / np.maximum(count[pair] - 1, 1))


class _Rows(NamedTuple):
    """The candidates of some drawings, one row each; drawings that share their candidates share the work on them."""

    drawing: Ints  # number of the drawing of each row, ascending from 0
    number: Ints  # place of each row in `readings`
    readings: list[tuple[str, WordReading]]  # spelling key and reading of each different row

    @classmethod
    def of(cls, doubts: Sequence[Doubt]) -> "_Rows":
        """Return the rows of drawings; those with the same tuple of candidates share it."""
        numbers: dict[tuple[str, int], int] = {}
        group = np.array([numbers.setdefault((d.key, id(d.candidates)), len(numbers)) for d in doubts], np.int64)
        _, first = np.unique(group, return_index=True)
        different = [doubts[place] for place in first]
        sizes = np.array([len(doubt.candidates) for doubt in different], np.int64)
        number = _ranges((np.cumsum(sizes) - sizes)[group], sizes[group])
        readings = [(doubt.key, reading) for doubt in different for reading in doubt.candidates]
        return cls(np.repeat(np.arange(len(doubts)), sizes[group]), number, readings)

    def each(self, values: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
        """Return one pair for each row and each of its values; `values` has those of each different row."""
        sizes = np.array([len(group) for group in values], np.int64)
        flat = np.array([value for group in values for value in group], np.int64)
        places = _ranges((np.cumsum(sizes) - sizes)[self.number], sizes[self.number])
        return np.repeat(np.arange(len(self.number)), sizes[self.number]), flat[places]


def _ranges(first: Ints, sizes: Ints) -> Ints:
    """Return ranges of numbers, one after the other.

    >>> _ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    return np.asarray(np.repeat(first - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum()), np.int64)


def _among(pairs: Sequence[tuple[int, int]], first: Ints, second: Ints) -> Ints:
    """Return 1 for each pair of a number and another one, both from 0 on, that is among `pairs`; -1 is in none."""
    size = 1 + max((int(second.max(initial=0)), *(pair[1] for pair in pairs)))
    codes = np.array([pair[0] * size + pair[1] for pair in pairs], np.int64)
    return (np.isin(first * size + second, codes) & (second >= 0)).astype(np.int64)


class WordCompany(NamedTuple):
    """Contexts of drawings, and the company of their words in other figures."""

    context: Ints
    sums: Ints
    figures: Ints


def learn(
    keys: Sequence[str], figure: Ints, word: Ints, figures: int, readings: WordReadings, dimensions: int = DIMENSIONS
) -> Context:
    """Return the contexts that a corpus teaches; the arguments are those of `Corpus`.

    Words of one figure only have no direction. Raises ValueError for a corpus of fewer than three such words.
    """
    frequent = np.flatnonzero(np.bincount(word, minlength=len(keys)) >= LEAST_FIGURES)
    row = np.full(len(keys), -1)
    row[frequent] = np.arange(len(frequent))
    chosen = row[word] >= 0
    directions = decompose(figure[chosen], row[word[chosen]], figures, dimensions)
    empty = Company.empty((), directions.shape[1])
    context = Context({keys[key]: place for place, key in enumerate(frequent.tolist())}, directions, empty, empty)
    corpus = Corpus(keys, figure, word, figures, readings, context)
    return Context(context.words, directions, corpus.meanings, corpus.doubts)
