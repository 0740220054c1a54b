"""The words by which a list hits, and the listed entities behind each, as columns of lists."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.enrichment.universe import Ints, Mentions, Universe


def hit_words(universe: Universe, mentions: Mentions, row: Ints, family: Ints, count: int) -> tuple[pa.Array, pa.Array]:
    """Return the columns `words` and `genes`, each with a list for every row from 0 to `count`.

    `mentions` are those of listed entities, `row` and `family` the row of the result and the family of each. A family
    is one item of the lists: its words sorted, joined by a slash, and its entities sorted, joined by a comma.
    """
    names = universe.entities["name"].combine_chunks()
    word_items, item_row = _items(universe.words, mentions.word, row, family, "/")
    name_items, _ = _items(names, mentions.entity, row, family, ", ")
    order = np.lexsort((pc.rank(word_items).to_numpy(), item_row)) if len(item_row) else item_row
    ends = np.searchsorted(item_row, np.arange(count + 1)).astype(np.int32)
    lists = [pa.ListArray.from_arrays(ends, items.take(pa.array(order))) for items in (word_items, name_items)]
    return lists[0], lists[1]


def _items(texts: pa.Array, code: np.ndarray, row: Ints, family: Ints, between: str) -> tuple[pa.Array, Ints]:
    """Return the joined distinct texts of each row and family, and the row of each; both sorted by row, then family."""
    rank = pc.rank(texts, tiebreaker="dense").to_numpy().astype(np.int64)[code] if len(code) else code
    order = np.lexsort((rank, family, row))
    row, family, rank, code = row[order], family[order], rank[order], code[order]
    new_item = (np.diff(row, prepend=-1) != 0) | (np.diff(family, prepend=-1) != 0)
    distinct = np.flatnonzero(new_item | (np.diff(rank, prepend=-1) != 0))
    starts = np.append(np.flatnonzero(new_item[distinct]), len(distinct)).astype(np.int32)
    lists = pa.ListArray.from_arrays(starts, texts.take(pa.array(code[distinct])))
    return pc.binary_join(lists, between), row[new_item]
