"""The company that words keep: directions of words, of readings and of words in doubt.

A word that two figures or more draw has a direction in a space of few dimensions: its row in a truncated singular value
decomposition of the figures, weighted by inverse document frequency (Deerwester et al. 1990, Indexing by latent
semantic analysis, J Am Soc Inf Sci 41:391). The context of a drawing is the sum of the directions of the other words of
its figure. A reading has the sum of the contexts of its sure drawings, a word in doubt the sum of those of all its
drawings. All sums are whole numbers, so that they depend neither on the order of the figures nor on the processor.

context.tsv.gz holds what public figures teach. A build adds its own figures to it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kg.lexicon import files

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DIMENSIONS = 48
"""Dimensions of the space. With 32 the masked test of docs/readings.md loses 1 % of coverage, with 64 it gains none."""

UNIT = 1000
"""Length of a context, as a whole number."""

LEAST_FIGURES = 2
"""Figures that must draw a word before it has a direction."""

CHUNK = 8_192
"""Contexts that are computed at once. Each takes some 400 bytes, so that they stay in the cache of the processor."""


@dataclass
class Company:
    """Sums of contexts by name: of a reading (by CURIE) or of a word in doubt (by spelling key)."""

    names: dict[str, int]
    """Row of each name."""
    drawings: Ints
    """Number of contexts of each row."""
    sums: Ints
    """Sums of contexts, shape (names, dimensions)."""

    @classmethod
    def empty(cls, names: Iterable[str], dimensions: int) -> "Company":
        """Return the company of some names, without any context."""
        rows = {name: row for row, name in enumerate(sorted(set(names)))}
        return cls(rows, np.zeros(len(rows), np.int64), np.zeros((len(rows), dimensions), np.int64))

    def of(self, names: Sequence[str]) -> tuple[Ints, Ints]:
        """Return drawings and sums of some names; both are 0 for unknown ones."""
        rows = np.array([self.names.get(name, -1) for name in names], np.int64)
        known = rows >= 0
        drawings, sums = np.zeros(len(rows), np.int64), np.zeros((len(rows), self.sums.shape[1]), np.int64)
        drawings[known], sums[known] = self.drawings[rows[known]], self.sums[rows[known]]
        return drawings, sums

    def add(self, rows: Ints, contexts: Ints) -> None:
        """Add contexts to rows of names, one each."""
        self.drawings += np.bincount(rows, minlength=len(self.drawings))
        add_rows(self.sums, rows, contexts)


class Drawings(NamedTuple):
    """Which figure draws which word: two columns of equal length, each pair once, ordered by figure."""

    figure: Ints  # numbers from 0
    word: Ints  # rows of `Words.directions`, -1 for a word without a direction


class Context:
    """Directions of words, and the company of readings and of words in doubt, as a corpus has taught them."""

    def __init__(self, words: Mapping[str, int], directions: Ints, meanings: Company, doubts: Company) -> None:
        """Take the rows of words in `directions`, shape (words, dimensions)."""
        self.words = words
        self._own = np.vstack([directions, np.zeros((1, directions.shape[1]), np.int64)])  # -1 is the row of zeros
        self.directions = self._own[:-1]
        self.meanings = meanings
        self.doubts = doubts

    @classmethod
    def read(cls, contents: Mapping[str, bytes]) -> "Context":
        """Read the lexicon's file of contexts."""
        kinds: dict[str, list[list[str]]] = {"word": [], "meaning": [], "doubt": []}
        dimensions = DIMENSIONS
        for kind, *cells in files.rows(contents, files.CONTEXT):
            if kind == "corpus":
                dimensions = int(cells[2])
            else:
                kinds[kind].append(cells)
        words = {cells[0]: row for row, cells in enumerate(kinds["word"])}
        lengths = np.array([int(cells[2]) for cells in kinds["word"]], np.int64)
        directions = np.rint(_directions(kinds["word"], dimensions) / 127 * lengths[:, None]).astype(np.int64)
        return cls(words, directions, _company(kinds["meaning"], dimensions), _company(kinds["doubt"], dimensions))

    def rows(self, figures: int) -> Iterator[tuple[str, ...]]:
        """Yield the rows of the file; `figures` is the size of the corpus."""
        yield "corpus", "", str(figures), str(self.directions.shape[1]), ""
        for word, row in self.words.items():
            yield "word", word, "0", str(_length(self.directions[row])), _hexadecimal(self.directions[row])
        for kind, company in (("meaning", self.meanings), ("doubt", self.doubts)):
            for name, row in company.names.items():
                drawings = int(company.drawings[row])
                if drawings:
                    coherence = round(1000 * _length(company.sums[row]) / (UNIT * drawings))
                    yield kind, name, str(drawings), str(coherence), _hexadecimal(company.sums[row])

    def figure_sums(self, drawings: Drawings, figures: int) -> Ints:
        """Return the sum of the directions of each figure's words, shape (figures, dimensions)."""
        sums = np.zeros((figures, self.directions.shape[1]), np.int64)
        known = np.flatnonzero(drawings.word >= 0)
        for start in range(0, len(known), CHUNK):
            part = known[start : start + CHUNK]
            add_rows(sums, drawings.figure[part], self.directions[drawings.word[part]])
        return sums

    def contexts(self, figure_sums: Ints, figure: Ints, word: Ints) -> Ints:
        """Return the context of each drawing, of length UNIT, or 0 where the figure has no other word."""
        others = np.take(figure_sums, figure, axis=0)
        others -= np.take(self._own, word, axis=0)
        lengths = np.sqrt(np.einsum("ij,ij->i", others, others))
        lengths[lengths == 0] = 1.0
        scaled = others * (UNIT / lengths)[:, None]
        return np.asarray(np.rint(scaled, out=scaled), np.int64)


def add_rows(sums: Ints, rows: Ints, values: Ints) -> None:
    """Add each row of `values` to a row of `sums`.

    >>> sums = np.zeros((2, 1), np.int64)
    >>> add_rows(sums, np.array([1, 0, 1]), np.array([[1], [2], [4]]))
    >>> sums.tolist()
    [[2], [5]]
    """
    if len(rows):
        order = np.argsort(rows, kind="stable")
        starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
        sums[rows[order][starts]] += np.add.reduceat(values[order], starts)


def cosine(one: Ints, other: Ints) -> Floats:
    """Return the cosine of each pair of rows; 0 where one is without a direction.

    >>> cosine(np.array([[3, 4], [0, 0]]), np.array([[4, 3], [1, 0]])).round(2).tolist()
    [0.96, 0.0]
    """
    products = (one * other).sum(axis=1).astype(np.float64)
    lengths = np.sqrt((one * one).sum(axis=1).astype(np.float64)) * np.sqrt(
        (other * other).sum(axis=1).astype(np.float64)
    )
    return np.asarray(np.divide(products, lengths, out=np.zeros(len(products)), where=lengths > 0))


def decompose(figure: Ints, word: Ints, figures: int, dimensions: int = DIMENSIONS) -> Ints:
    """Return directions of words from a corpus, shape (words, dimensions); each pair of figure and word comes once."""
    from scipy.sparse import csr_matrix, diags
    from scipy.sparse.linalg import svds

    counts = np.bincount(word)
    weights = np.log(figures / counts)
    matrix = csr_matrix((weights[word], (figure, word)), (figures, len(counts)))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    dimensions = min(dimensions, min(matrix.shape) - 1)
    _, _, rows = svds(diags(1 / lengths) @ matrix, k=dimensions, v0=np.ones(min(matrix.shape)))
    directions = np.asarray(rows).T
    # A singular vector and its negative are equally good, so the greatest part is made positive.
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(directions.shape[1])])
    scaled = directions * signs * weights[:, None]
    return np.asarray(np.rint(scaled * (UNIT * 100 / np.abs(scaled).max())), np.int64)


def _length(vector: Ints) -> int:
    return round(float(np.sqrt(float((vector * vector).sum()))))


def _hexadecimal(vector: Ints) -> str:
    """Return a direction as hexadecimal digits: two for each dimension, in units of 1/127 of its length."""
    parts = np.rint(vector * (127 / max(_length(vector), 1))).clip(-127, 127)
    return bytes(parts.astype(np.int8)).hex()


def _directions(cells: Sequence[Sequence[str]], dimensions: int) -> Ints:
    joined = bytes.fromhex("".join(row[3] for row in cells))
    return np.frombuffer(joined, np.int8).astype(np.int64).reshape(-1, dimensions)


def _company(cells: Sequence[Sequence[str]], dimensions: int) -> Company:
    drawings = np.array([int(row[1]) for row in cells], np.int64)
    lengths = np.array([int(row[2]) for row in cells], np.float64) * drawings / 1000 * UNIT
    sums = np.rint(_directions(cells, dimensions) * (lengths / 127)[:, None]).astype(np.int64)
    return Company({row[0]: number for number, row in enumerate(cells)}, drawings, sums)
