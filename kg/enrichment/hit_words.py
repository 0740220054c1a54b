"""The words by which a list hits, and the listed entities behind each, as columns of lists."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.enrichment.universe import Codes, Ints, Mentions, Universe


def hit_words(universe: Universe, mentions: Mentions, row: Ints, family: Ints, count: int) -> tuple[pa.Array, pa.Array]:
    """Return the columns `words` and `genes`, each with a list for every row from 0 to `count`.

    `mentions` are those of listed entities, `row` and `family` the row of the result and the family of each. A family
    is one item of the lists: its words sorted, joined by a slash, and its entities sorted, joined by a comma. Items
    are in the order of their first words.
    """
    words, item_row, first = _items(universe.words, mentions.word, row, family, "/")
    names, _, _ = _items(universe.names, universe.name[mentions.entity], row, family, ", ")
    order = pa.array(np.lexsort((first, item_row)))
    ends = pa.array(np.searchsorted(item_row, np.arange(count + 1)).astype(np.int32))
    return pa.ListArray.from_arrays(ends, words.take(order)), pa.ListArray.from_arrays(ends, names.take(order))


def _items(texts: pa.Array, code: Codes, row: Ints, family: Ints, between: str) -> tuple[pa.Array, Ints, Ints]:
    """Return the joined distinct texts of each row and family, the row of each, and the number of its first text.

    Texts are numbered in their order; the result is sorted by row, then family.
    """
    families, number = int(family.max(initial=-1)) + 1, len(texts)
    key = np.sort((row * families + family) * number + code)
    item, code = np.divmod(key[np.diff(key, prepend=-1) != 0], max(number, 1))
    starts = np.flatnonzero(np.diff(item, prepend=-1))
    ends = pa.array(np.append(starts, len(item)).astype(np.int32))
    lists = pa.ListArray.from_arrays(ends, texts.take(pa.array(code)))
    rows = np.asarray(item[starts] // max(families, 1), dtype=np.int64)
    return pc.binary_join(lists, between), rows, np.asarray(code[starts], dtype=np.int64)
