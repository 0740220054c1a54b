"""The autocomplete index: names of entities and drawn words, in memory, searched by prefix.

Keys are sorted normal forms, so that the keys with one prefix stand side by side. An entity has two integers: its
number, in the order of identifiers as in `entity_codes`, and its rank, which is 0 for the entity in most figures.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements
from kg.graph.names import TableNames
from kg.model.records import LIKELY
from kg.model.text import normal_form, spellings
from kg.web.explorer.table_groups import TableGroup

MATCH_KINDS = ("name", "identifier", "synonym")
"""Kinds of text that a search finds an entity by; of equal texts the first kind counts."""

MOST_WORDS = 10
"""Greatest number of drawn words in a result."""

STATEMENTS = Statements("kg.web.explorer", "search")

AFTER = "\U0010ffff"
"""The last character, which sorts after every character of a name."""


@dataclass(frozen=True, slots=True, eq=False)
class Entity:
    """An entity with the columns of its row; the index holds one object for each."""

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
    doubtful: int
    """Figures that mention it by a doubtful reading only; `figures` does not count them."""


class SearchIndex:
    """Every name of every entity, and every drawn word."""

    def __init__(self, engine: DuckDBEngine) -> None:
        """Read the tables of `create_search_tables`."""
        self._rows = engine.fetch("SELECT * FROM entity_rows").combine_chunks()
        self._entities: dict[int, Entity] = {}  # those that were asked for; equal numbers are one object
        self._ids: list[str] = self._rows["entity_id"].to_pylist()
        self._ranked = _ranked(self._rows)
        keys = engine.fetch("SELECT * FROM search_keys")
        self._keys: list[str] = keys["key"].to_pylist()
        self._ranks, self._kinds = keys["rank"].to_numpy(), keys["kind"].to_numpy()
        self._word_rows = engine.fetch("SELECT * FROM searchable_words")
        self._words: list[str] = self._word_rows["word"].to_pylist()
        self._word_figures = self._word_rows["figures"].to_numpy()

    def __getitem__(self, number: int) -> Entity:
        entity = self._entities.get(number)
        if entity is None:
            row = self._rows.slice(number - 1, 1).to_pylist()[0]
            entity = self._entities.setdefault(number, _entity(number, row))
        return entity

    def _at(self, rank: int) -> Entity:
        return self[int(self._ranked[rank])]

    def most_drawn(self, limit: int) -> list[Entity]:
        """Return the entities in most figures."""
        return [self[number] for number in self._ranked[:limit].tolist()]

    def search(self, text: str, limit: int) -> list[dict[str, Any]]:
        """Return the entities with a name, synonym or identifier that begins with `text`.

        Entities that match in full come first, then those in most figures.
        """
        forms = [normal_form(spelling) for spelling in spellings(text)]
        form = next((form for form in forms if len(set(_run(self._keys, form))) > 1), forms[0])
        first, last = _run(self._keys, form)
        exact_last = bisect_right(self._keys, form, first, last)
        exact = sorted(zip(self._kinds[first:exact_last].tolist(), self._ranks[first:exact_last].tolist(), strict=True))
        longer = self._first(exact_last, last, limit + len(exact))
        ranks = dict.fromkeys([*(rank for _, rank in exact), *longer])
        return [self._match(rank, first, last) for rank in [*ranks][:limit]]

    def _first(self, first: int, last: int, most: int) -> list[int]:
        """Return the least ranks in a run of keys, which are those of the entities in most figures."""
        in_run = np.zeros(len(self._ranked), bool)
        in_run[self._ranks[first:last]] = True
        return [int(rank) for rank in np.flatnonzero(in_run)[:most]]

    def _match(self, rank: int, first: int, last: int) -> dict[str, Any]:
        indices = np.flatnonzero(self._ranks[first:last] == rank) + first
        index = int(indices[np.argmin(self._kinds[indices])])  # the first key of the best kind
        entity, kind = self._at(rank), MATCH_KINDS[self._kinds[index]]
        matched = next(text for text in _texts(entity)[kind] if normal_form(text) == self._keys[index])
        row = {"id": entity.id, "name": entity.name, "category": entity.category, "taxon": entity.taxon}
        return row | {"figures": entity.figures, "doubtful_figures": entity.doubtful, "matched": matched, "how": kind}

    def words(self, text: str) -> list[dict[str, Any]]:
        """Return the drawn words that begin with `text`: the word itself first, then those in most figures."""
        first, last = _run(self._words, normal_form(text))
        figures = self._word_figures[first:last].copy()
        if first < last and self._words[first] == normal_form(text):
            figures[0] = np.iinfo(figures.dtype).max
        best = np.argsort(-figures, kind="stable")[:MOST_WORDS] + first
        rows: list[dict[str, Any]] = self._word_rows.take(best).to_pylist()
        return rows

    def by_id(self, id_: str) -> Entity | None:
        """Return the entity with a CURIE, which must be its own; None where there is none."""
        index = bisect_left(self._ids, id_)
        return self[index + 1] if self._ids[index : index + 1] == [id_] else None

    def called(self, *texts: str) -> list[Entity]:
        """Return the entities that have one of the texts as a name, synonym or identifier, in any case."""
        ranks: set[int] = set()
        for form in {normal_form(text) for text in texts}:
            ranks.update(self._ranks[bisect_left(self._keys, form) : bisect_right(self._keys, form)].tolist())
        return [self._at(rank) for rank in sorted(ranks)]


class IndexNames(TableNames):
    """Looks names of entities up in the index, and everything else in the tables."""

    def __init__(self, index: SearchIndex, rows: Callable[[str], list[dict[str, Any]]]) -> None:
        super().__init__(rows)
        self._index = index

    def named(self, text: str, id_: str) -> list[Entity]:
        """Return the entities that may be called by a text, in any case, or have the identifier."""
        return self._index.called(text, id_)


def _run(keys: list[str], form: str) -> tuple[int, int]:
    """Return the bounds of the keys that begin with `form`; an empty prefix matches nothing."""
    return (bisect_left(keys, form), bisect_left(keys, form + AFTER)) if form else (0, 0)


def _texts(entity: Entity) -> dict[str, list[str]]:
    """Return the texts that an entity is found by, by the members of MATCH_KINDS."""
    curies = [entity.id, *entity.xrefs]
    return {
        "name": [entity.name],
        "identifier": curies + [curie.partition(":")[2] for curie in curies],
        "synonym": entity.synonyms,
    }


def create_search_tables(group: TableGroup) -> None:
    """Create the tables of the index: rows of entities by number, sorted keys, rows of drawn words."""
    group.create("entity_rows", STATEMENTS.sql("entity_rows", likely=LIKELY))
    group.append("search_keys", _keys(group.engine.fetch("SELECT * FROM entity_rows")))
    group.create("searchable_words", STATEMENTS.sql("searchable_words", likely=LIKELY))


def _entity(number: int, row: dict[str, Any]) -> Entity:
    return Entity(number, row.pop("entity_id"), **row)


def _ranked(rows: pa.Table) -> npt.NDArray[np.int64]:
    """Return the numbers of entities by rank: those in most figures first, of equal ones those of the least number."""
    return np.argsort(-rows["figures"].to_numpy(), kind="stable") + 1


def _keys(rows: pa.Table) -> pa.Table:
    """Return the sorted keys of all entities, each with the entity's rank and its index in MATCH_KINDS."""
    entities = [_entity(number, row) for number, row in enumerate(rows.to_pylist(), 1)]
    keys: list[str] = []
    ranks: list[int] = []
    kinds: list[int] = []
    for rank, number in enumerate(_ranked(rows).tolist()):
        forms: dict[str, int] = {}
        for kind, texts in enumerate(_texts(entities[number - 1]).values()):
            for text in texts:
                forms.setdefault(normal_form(text), kind)
        keys += forms
        ranks += [rank] * len(forms)
        kinds += forms.values()
    order = sorted(range(len(keys)), key=keys.__getitem__)
    table = pa.table({"key": keys, "rank": pa.array(ranks, pa.int32()), "kind": pa.array(kinds, pa.int8())})
    return table.take(pa.array(order, pa.int64()))
