"""The figures of a build by id, PMCID and title, in memory, because the search asks at each key that is pressed."""

import re
from typing import Any
from unicodedata import combining, normalize

import pyarrow as pa
import pyarrow.compute as pc

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements

FEWEST_LETTERS = 3
"""Least letters of words that titles are searched for; every title has fewer."""

STATEMENTS = Statements("kg.web.explorer", "figures")

_START = re.compile(r"(?:pfocr:|https?://\S*/)?(PMC[0-9]\S*?|[0-9]{5,12})(?:\.html|/)?", re.IGNORECASE)
"""Pattern of a text that begins a figid, in a CURIE or address or alone; bare digits are those of a PMCID."""


class FigureIndex:
    """The figures in the order of answers: the likeliest pathways first, then by figid."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self._rows = engine.fetch(STATEMENTS.sql("figure_texts")).combine_chunks()

    def search(self, text: str, limit: int) -> dict[str, Any]:
        """Return figures by the beginning of figid, short id or PMCID, otherwise by words of the title, in any order.

        Each word of the text is the beginning of a word of the title; titles with the words side by side come first.
        `found` is the number of all such figures.
        """
        if start := _START.fullmatch(text.strip()):
            return self._by_identifier(start[1].upper(), limit)
        words = title_words(text)
        if sum(map(len, words)) < FEWEST_LETTERS:
            return {"figures": [], "found": 0}
        places = self._beginning(max(words, key=len))
        for word in words:
            places = self._narrowed(places, f" {word}")
        phrase = self._narrowed(places, f" {' '.join(words)}") if len(words) > 1 else places
        first = dict.fromkeys([*phrase[:limit].to_pylist(), *places[: 2 * limit].to_pylist()])
        return self._answer([*first][:limit], len(places), "title")

    def _by_identifier(self, start: str, limit: int) -> dict[str, Any]:
        key = start if start.startswith("PMC") else f"PMC{start}"
        keys = (self._rows["figid_key"], self._rows["alias_key"])
        begins = pc.or_kleene(*(pc.fill_null(pc.starts_with(each, pattern=key), False) for each in keys))
        places = pc.indices_nonzero(begins)
        rows = self._rows.select(["figid_key", "alias_key"]).take(places).to_pylist()
        order = sorted(range(len(rows)), key=lambda row: (key not in rows[row].values(), rows[row]["figid_key"]))
        return self._answer([places[row].as_py() for row in order[:limit]], len(rows), "identifier")

    def _beginning(self, word: str) -> pa.Array:
        """Return the places of the titles with a word that begins so."""
        return pc.indices_nonzero(pc.match_substring(self._rows["text"], f" {word}"))

    def _narrowed(self, places: pa.Array, part: str) -> pa.Array:
        """Return those of the places whose titles have a part."""
        return places.filter(pc.match_substring(self._rows["text"].take(places), part))

    def _answer(self, places: list[int], number: int, how: str) -> dict[str, Any]:
        rows = self._rows.select(["figure_id", "alias", "title", "year"]).take(pa.array(places, pa.int64()))
        return {"figures": [named(row) | {"how": how} for row in rows.to_pylist()], "found": number}


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
