"""The figures of a build by id, PMCID and title, in memory, because the search asks at each key that is pressed."""

import re
from bisect import bisect_left, bisect_right
from typing import Any
from unicodedata import combining, normalize

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements
from kg.web.explorer.search_index import AFTER
from kg.web.explorer.table_groups import TableGroup

FEWEST_LETTERS = 3
"""Least letters of words that titles are searched for; every title has fewer."""

STATEMENTS = Statements("kg.web.explorer", "figures")

_START = re.compile(r"(?:pfocr:|https?://\S*/)?(PMC[0-9]\S*?|[0-9]{5,12})(?:\.html|/)?", re.IGNORECASE)
"""Pattern of a text that begins a figid, in a CURIE or address or alone; bare digits are those of a PMCID."""


def create_figure_names(group: TableGroup) -> None:
    """Create the tables of the index, in the order in which it has them."""
    group.engine.create_view("figure_places", STATEMENTS.sql("figure_places"))
    group.engine.create_table("title_words", STATEMENTS.sql("title_words"))
    for name in ("figure_names", "figure_keys", "figure_title_words", "figure_title_places"):
        group.create(name, STATEMENTS.sql(name))
    group.engine.drop("title_words", "figure_places")


class FigureIndex:
    """The figures in the order of answers: the likeliest pathways first, then by figid."""

    def __init__(self, engine: DuckDBEngine) -> None:
        """Read the tables of `create_figure_names`."""
        self._rows = engine.fetch("SELECT * FROM figure_names")
        keys = engine.fetch("SELECT * FROM figure_keys")
        self._keys: list[str] = keys["key"].to_pylist()
        self._key_places = keys["place"].to_numpy()
        words = engine.fetch("SELECT * FROM figure_title_words")
        self._words: list[str] = words["word"].to_pylist()
        self._ends = words["figures"].to_numpy().cumsum()
        self._word_places = engine.fetch("SELECT * FROM figure_title_places")["place"].to_numpy()

    def search(self, text: str, limit: int) -> dict[str, Any]:
        """Return figures by the beginning of figid, short id or PMCID, otherwise by words of the title, in any order.

        Each word of the text is the beginning of a word of the title. `found` is the number of all such figures.
        """
        if start := _START.fullmatch(text.strip()):
            return self._by_identifier(start[1].upper(), limit)
        words = title_words(text)
        if sum(map(len, words)) < FEWEST_LETTERS:
            return {"figures": [], "found": 0}
        places = np.flatnonzero(np.logical_and.reduce([self._with_word(word) for word in words]))
        return self._answer(places[:limit].tolist(), len(places), "title")

    def only(self, text: str) -> str | None:
        """Return the id of the figure with a figid or short id, in any case; None unless there is exactly one."""
        start = _START.fullmatch(text)
        if not start:
            return None
        key = start[1].upper()
        first, last = bisect_left(self._keys, key), bisect_right(self._keys, key)
        places = sorted(set(self._key_places[first:last].tolist()))
        figure_id: str | None = self._rows["figure_id"][places[0]].as_py() if len(places) == 1 else None
        return figure_id

    def _by_identifier(self, start: str, limit: int) -> dict[str, Any]:
        key = start if start.startswith("PMC") else f"PMC{start}"
        first, last = bisect_left(self._keys, key), bisect_left(self._keys, key + AFTER)
        number = int(self._among(self._key_places[first:last]).sum())
        places = dict.fromkeys(self._key_places[first : min(last, first + 2 * limit)].tolist())  # a figure has two keys
        return self._answer([*places][:limit], number, "identifier")

    def _with_word(self, word: str) -> npt.NDArray[np.bool_]:
        """Return for each figure whether a word of its title begins so; these words stand side by side."""
        first, last = bisect_left(self._words, word), bisect_left(self._words, word + AFTER)
        start, end = (int(self._ends[index - 1]) if index else 0 for index in (first, last))
        return self._among(self._word_places[start:end])

    def _among(self, places: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Return for each figure whether it has one of the places."""
        among = np.zeros(self._rows.num_rows, bool)
        among[places] = True
        return among

    def _answer(self, places: list[int], number: int, how: str) -> dict[str, Any]:
        rows = self._rows.take(pa.array(places, pa.int64())).to_pylist()
        return {"figures": [named(row) | {"how": how} for row in rows], "found": number}


def title_words(text: str) -> list[str]:
    r"""Return the words of a text as titles have them in the index.

    >>> title_words("Wnt/b-catenin in Sj\u00f6gren")
    ['wnt', 'b', 'catenin', 'in', 'sjogren']
    """
    letters = "".join(character for character in normalize("NFD", text.lower()) if not combining(character))
    return re.findall(r"[^\W_]+", letters)


def named(row: dict[str, Any]) -> dict[str, Any]:
    """Return the names of a figure, as all answers have them."""
    names = {name: row[name] for name in ("alias", "title", "year")}
    return {"id": row["figure_id"], "figid": row["figure_id"].partition(":")[2]} | names
