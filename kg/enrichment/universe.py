"""The drawings of a build as numbers, read once and used by every test of a list."""

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from kg.engines import Engine
from kg.engines.statements import Statements
from kg.enrichment.arrow import as_column, as_numbers, as_texts
from kg.model.records import LIKELY

if TYPE_CHECKING:
    from kg.enrichment.trials import Trials

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

CATEGORIES_BESIDE = ("chemical", "disease")
"""Categories of the entities that a test of entities ranks."""

STATEMENTS = Statements("kg.enrichment", "enrichment")


class Mentions(NamedTuple):
    """Likely mentions as row numbers of figures, entities and words, sorted by figure, then word."""

    figure: Codes
    entity: Codes
    word: Codes


class Universe:
    """Figures, entities and likely mentions of a build.

    It reads `figures`, `papers`, `entities` and `mentions` through an engine, once, and is safe to share between
    threads.
    """

    def __init__(self, engine: Engine) -> None:
        """Read the tables of a build."""
        fetch = engine.fetch
        self.figures = fetch(STATEMENTS.sql("enrichment_figures")).combine_chunks()
        """One row a figure: `figure_id`, `title`, `year`, sorted by `figure_id`."""
        self.entities = fetch(STATEMENTS.sql("enrichment_entities")).combine_chunks()
        """One row an entity: `entity_id`, `name`, `category`, `taxon`, sorted by `entity_id`."""
        words = fetch(STATEMENTS.sql("enrichment_words"))["word"].combine_chunks()
        self.words = pa.concat_arrays([words, self.entities["name"].combine_chunks()])
        """Texts of the drawn words, sorted, and after them the names of entities, which stand for unknown words."""
        table = fetch(STATEMENTS.sql("enrichment_mentions", least=LIKELY))
        figure, entity, word = (as_numbers(table[name]) for name in ("figure", "entity", "word"))
        word = np.where(word < 0, len(words) + entity, word).astype(np.int32)
        self.mentions = _sorted(Mentions(figure, entity, word), len(self.figures), len(self.words))
        self.names, self.name = _codes(self.entities["name"])
        """Names of the entities, sorted, and the number of each entity's name."""
        (_, category), (taxa, taxon) = _codes(self.entities["category"]), _codes(self.entities["taxon"])
        self._kind = category * len(taxa) + taxon
        self._scope = lru_cache(maxsize=4)(lambda kinds: Scope(self, np.isin(self._kind, list(kinds))))

    def rows(self, ids: list[str]) -> Ints:
        """Return the row numbers of entities, without those that the build does not have, in the order of `ids`."""
        places = pc.index_in(as_texts(dict.fromkeys(ids)), self.entities["entity_id"].combine_chunks())
        return np.asarray(as_numbers(places.drop_null()), dtype=np.int64)

    def nouns(self, chosen: Flags) -> str:
        """Return the categories of entities in the plural, such as `genes`."""
        names = {"unknown": "unknown words", "family": "families"}
        categories = sorted(pc.unique(self.entities["category"].take(as_column(np.flatnonzero(chosen)))).to_pylist())
        return " and ".join(names.get(category, f"{category}s") for category in categories) or "entities"

    def scope(self, rows: Ints) -> "Scope":
        """Return the drawings of all entities that have the category and organism of one of these."""
        return self._scope(frozenset(np.unique(self._kind[rows]).tolist()))


class Scope:
    """The drawings of some kinds of entities, and the families into which their words divide them."""

    def __init__(self, universe: Universe, chosen: Flags) -> None:
        """Select the mentions of the chosen entities, one flag an entity."""
        self.chosen = chosen
        """One flag an entity of the build."""
        keep = chosen[universe.mentions.entity] if not chosen.all() else slice(None)
        self.mentions = Mentions(*(column[keep] for column in universe.mentions))
        self.universe = universe
        self.trials: dict[tuple[str, str, int], Trials] = {}
        """Tests without a background that were computed, by unit, result and least size of a set."""
        shape = (len(universe.figures), len(universe.entities))
        ones = np.ones(len(self.mentions.figure), dtype=np.int32)
        drawn = sparse.csr_array((ones, self.mentions.entity, _starts(self.mentions.figure, shape[0])), shape=shape)
        drawn.sum_duplicates()
        drawn.data[:] = 1
        self.drawn = drawn
        """Flags of a figure that draws an entity: figures by entities."""
        self.shared = self._shared()
        """In how many figures a word stands for an entity and for others: entities by words."""
        self.family = self._families()
        """The number of each entity's family; an entity that no shared word stands for is a family of its own."""

    @cached_property
    def _others(self) -> sparse.csr_array:
        """Return in which figures each chemical and disease is drawn: entities by figures."""
        figure, entity, _ = self.universe.mentions
        categories = self.universe.entities["category"].to_numpy(zero_copy_only=False)
        keep = np.isin(categories, CATEGORIES_BESIDE)[entity]
        ones = np.ones(int(keep.sum()), dtype=np.int32)
        return sparse.csr_array((ones, (entity[keep], figure[keep])), shape=self.drawn.shape[::-1])

    def beside(self) -> sparse.csr_array:
        """Return the entities drawn beside each chemical and disease: entities by entities, without itself."""
        beside = sparse.csr_array(self._others @ self.drawn)
        own = np.repeat(np.arange(beside.shape[0]), np.diff(beside.indptr)) == beside.indices
        beside.data[:] = np.where(own, 0, 1)
        beside.eliminate_zeros()
        return beside

    def listed_mentions(self, listed: Ints) -> Mentions:
        """Return the mentions of some entities."""
        keep = np.isin(self.mentions.entity, listed)
        return Mentions(*(column[keep] for column in self.mentions))

    def mentions_beside(self, mentions: Mentions, place: Ints) -> tuple[Ints, Ints]:
        """Return pairs of a mention's number and the row of an entity drawn beside it, one a word and entity.

        `place` has the row of each entity of the build, -1 for one without a row.
        """
        key = mentions.word.astype(np.int64) * len(place) + mentions.entity
        _, first, kind = np.unique(key, return_index=True, return_inverse=True)
        ones = np.ones(len(key), dtype=np.int32)
        drawn = sparse.csr_array((ones, (mentions.figure, kind)), shape=(self.drawn.shape[0], len(first)))
        beside = sparse.coo_array(self._others @ drawn)
        row, mention = place[beside.row], first[beside.col]
        keep = (row >= 0) & (beside.row != mentions.entity[mention])
        return mention[keep], row[keep]

    def blocks(self, listed: Ints, family: Ints) -> Ints:
        """Return a number for each family, equal where listed words stand for several families; -1 for the others.

        A word is listed if all entities are that it stands for in at least half of its figures, and two or more.
        """
        flags = np.zeros(len(self.chosen), dtype=np.bool_)
        flags[listed] = True
        entity, word = self._meant
        size = np.bincount(word, minlength=len(self.universe.words))
        whole = (np.bincount(word, weights=flags[entity], minlength=len(size)) == size) & (size > 1)
        keep = whole[word]
        width = int(family.max(initial=-1)) + 1
        shape = (width + len(size),) * 2
        edges = sparse.coo_array((np.ones(int(keep.sum())), (family[entity[keep]], width + word[keep])), shape=shape)
        block = connected_components(edges, directed=False)[1][:width]
        block[np.bincount(block)[block] < 2] = -1
        return np.asarray(block, dtype=np.int64)

    @cached_property
    def _meant(self) -> tuple[Ints, Ints]:
        """Pairs of an entity and a word that stands for it in at least half of the figures in which it is shared."""
        entity, word = self.shared.nonzero()
        most = np.zeros(self.shared.shape[1], dtype=self.shared.data.dtype)  # a build may have no entity
        np.maximum.at(most, word, self.shared.data)
        keep = 2 * self.shared.data >= most[word]
        return entity[keep].astype(np.int64), word[keep].astype(np.int64)

    def _shared(self) -> sparse.csr_array:
        figure, entity, word = self.mentions
        entities, words = len(self.universe.entities), len(self.universe.words)
        new = np.ones(len(figure), dtype=np.bool_)
        new[1:] = (figure[1:] != figure[:-1]) | (word[1:] != word[:-1])
        place = np.cumsum(new) - 1
        several = np.zeros(int(new.sum()), dtype=np.bool_)
        several[place[1:][~new[1:] & (entity[1:] != entity[:-1])]] = True
        several = several[place]
        ones = np.ones(int(several.sum()), dtype=np.int32)
        return sparse.csr_array((ones, (entity[several], word[several])), shape=(entities, words))

    def _families(self) -> Ints:
        """Return the family of each entity: of the word that most often stands for it and for others in one figure."""
        shared = self.shared
        entities, words = shared.shape
        family = words + np.arange(entities)
        owner = np.repeat(np.arange(entities), np.diff(shared.indptr))
        order = np.lexsort((shared.indices, -shared.data, owner))
        first = order[np.flatnonzero(np.diff(owner[order], prepend=-1))]
        family[owner[first]] = shared.indices[first]
        return np.asarray(np.unique(family, return_inverse=True)[1], dtype=np.int64)


def _sorted(mentions: Mentions, figures: int, words: int) -> Mentions:
    """Return mentions sorted by figure, then word."""
    figure = mentions.figure
    order = np.arange(len(figure), dtype=np.int64)
    if (np.diff(figure) < 0).any():
        order = np.argsort(figure, kind="stable")
    by_figure = sparse.csr_array(
        (order, mentions.word[order], _starts(figure[order], figures)), shape=(figures, words)
    )  # a matrix sorts within its rows faster than all rows could be sorted
    by_figure.sort_indices()
    return Mentions(*(column[by_figure.data] for column in mentions))


def _starts(rows: Codes, count: int) -> Ints:
    """Return where each row from 0 to `count` starts among sorted rows."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=count))])


def _codes(texts: pa.ChunkedArray) -> tuple[pa.Array, Codes]:
    """Return the distinct texts in order, and for every row the number of its text."""
    encoded = texts.combine_chunks().dictionary_encode()
    order = pc.sort_indices(encoded.dictionary)
    rank = np.empty(len(order), dtype=np.int32)
    rank[as_numbers(order)] = np.arange(len(order), dtype=np.int32)
    return encoded.dictionary.take(order), rank[as_numbers(encoded.indices)]
