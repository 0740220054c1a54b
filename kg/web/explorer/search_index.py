"""The names of entities and the drawn words, in memory: what is typed is found as it is typed.

Keys are normal forms, sorted, so what begins with a text is a run of them. Entities have two numbers: that of
`entity_codes`, in the order of identifiers, and their rank, the most drawn first.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import sql
from kg.errors import UnknownName
from kg.model.text import collapse

HOW = ("name", "identifier", "synonym")
"""By what an entity is found; of equal texts the first counts."""

WORDS = 10
"""Drawn words that a search gives."""

_AFTER = "\U0010ffff"  # sorts after every character that a name has


@dataclass(frozen=True, slots=True, eq=False)
class Entity:
    """An entity as its row has it; there is one object of each."""

    number: int
    id: str
    name: str
    category: str
    taxon: str | None
    figures: int
    papers: int
    id_status: str
    xrefs: list[str]
    synonyms: list[str]


class SearchIndex:
    """Every name of every entity, and every drawn word."""

    def __init__(self, engine: DuckDBEngine) -> None:
        rows = engine.fetch(sql("web/entities")).to_pylist()
        self._entities = [Entity(number, row.pop("entity_id"), **row) for number, row in enumerate(rows, 1)]
        self._ranked = sorted(self._entities, key=lambda each: -each.figures)
        keys, ranks, hows = _keys(self._ranked)
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self._keys = [keys[place] for place in order]
        self._ranks, self._hows = np.array(ranks, np.int32)[order], np.array(hows, np.int8)[order]
        words = engine.fetch(sql("web/words"))
        self._words: list[str] = words["word"].to_pylist()
        self._drawn = words["figures"].to_numpy()
        self._meant = words

    def __getitem__(self, number: int) -> Entity:
        return self._entities[number - 1]

    def most_drawn(self, most: int) -> list[Entity]:
        """Give the entities that most figures draw."""
        return self._ranked[:most]

    def search(self, text: str, limit: int) -> list[dict[str, Any]]:
        """Give the entities that have a name, synonym or identifier which begins with `text`.

        Those it is in full come first, then the most drawn.
        """
        form = _form(text)
        first, last = _run(self._keys, form)
        same = bisect_right(self._keys, form, first, last)
        whole = sorted(zip(self._hows[first:same].tolist(), self._ranks[first:same].tolist(), strict=True))
        found = dict.fromkeys([*(rank for _, rank in whole), *self._first(same, last, limit + len(whole))])
        return [self._match(rank, first, last) for rank in [*found][:limit]]

    def _first(self, first: int, last: int, most: int) -> list[int]:
        """Give the ranks in a run of keys, the most drawn first."""
        there = np.zeros(len(self._ranked), bool)
        there[self._ranks[first:last]] = True
        return [int(rank) for rank in np.flatnonzero(there)[:most]]

    def _match(self, rank: int, first: int, last: int) -> dict[str, Any]:
        places = np.flatnonzero(self._ranks[first:last] == rank) + first
        place = int(places[np.argmin(self._hows[places])])  # the first of the surest
        entity, how = self._ranked[rank], HOW[self._hows[place]]
        matched = next(text for text in _texts(entity)[how] if _form(text) == self._keys[place])
        known = {"id": entity.id, "name": entity.name, "category": entity.category, "taxon": entity.taxon}
        return known | {"figures": entity.figures, "matched": matched, "how": how}

    def words(self, text: str) -> list[dict[str, Any]]:
        """Give the drawn words that begin with `text`: the word itself first, then the most drawn."""
        first, last = _run(self._words, _form(text))
        figures = self._drawn[first:last].copy()
        if first < last and self._words[first] == _form(text):
            figures[0] = np.iinfo(figures.dtype).max
        best = np.argsort(-figures, kind="stable")[:WORDS] + first
        rows: list[dict[str, Any]] = self._meant.take(best).to_pylist()
        return rows

    def find(self, text: str) -> Entity:
        """Give the entity that a person means by a CURIE or a name, as KnowledgeGraph.find does.

        Raises UnknownName where there is none, or where a name fits several.
        """
        asked, form = text.strip(), _form(text)
        first, last = bisect_left(self._keys, form), bisect_right(self._keys, form)
        meant = [(_sureness(entity, asked), entity.id, entity) for entity in self._at(first, last)]
        meant = sorted(each for each in meant if each[0])
        found = [entity for sureness, _, entity in meant if sureness == meant[0][0]]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(each.id for each in found[:10])
            raise UnknownName("single entity", asked, hint=f"several are: {several}; give one of these")
        near = dict.fromkeys(entity.name for entity in self._at(*_run(self._keys, form[:2])))
        close = get_close_matches(asked, near, n=3)
        raise UnknownName(
            "entity", asked, hint=f"did you mean {', '.join(close)}?" if close else "search for it by name"
        )

    def _at(self, first: int, last: int) -> list[Entity]:
        """Give the entities of a run of keys, the most drawn first and not too many."""
        return [self._ranked[rank] for rank in self._first(first, last, _NEAR)]


_NEAR = 500
"""Entities that a name is compared with."""


def _form(text: str) -> str:
    # Not kg.text.normal_form: that remembers what it is given.
    return collapse(text).upper()


def _run(keys: list[str], form: str) -> tuple[int, int]:
    """Give where the keys that begin with `form` begin and end; nothing begins with nothing."""
    return (bisect_left(keys, form), bisect_left(keys, form + _AFTER)) if form else (0, 0)


def _texts(entity: Entity) -> dict[str, list[str]]:
    """Give what an entity is called, by the members of HOW."""
    curies = [entity.id, *entity.xrefs]
    return {
        "name": [entity.name],
        "identifier": curies + [curie.partition(":")[2] for curie in curies],
        "synonym": entity.synonyms,
    }


def _keys(ranked: list[Entity]) -> tuple[list[str], list[int], list[int]]:
    """Give the keys of all entities, each with the entity's rank and its place in HOW."""
    keys: list[str] = []
    ranks: list[int] = []
    hows: list[int] = []
    for rank, entity in enumerate(ranked):
        forms: dict[str, int] = {}
        for how, texts in enumerate(_texts(entity).values()):
            for text in texts:
                forms.setdefault(_form(text), how)
        keys += forms
        ranks += [rank] * len(forms)
        hows += forms.values()
    return keys, ranks, hows


def _sureness(entity: Entity, text: str) -> int:
    """Say how surely `text` means the entity: 1 is the surest, 0 not at all; the ranks are those of view/find.sql."""
    meant = (
        entity.id == text,
        entity.name == text,
        text in entity.xrefs,
        entity.name.lower() == text.lower(),
        text in entity.synonyms,
    )
    return meant.index(True) + 1 if True in meant else 0
