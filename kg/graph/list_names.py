"""Looks the names of a whole list up, with a few statements for all of them in place of a few for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kg.graph.names import JOINTS, STATEMENTS, Row, TableNames
from kg.model.identifiers import decode, normal_identifier
from kg.model.records import LIKELY
from kg.model.text import normal_form


class ListNames(TableNames):
    """Answers as TableNames does for the texts that were fetched; others have no meaning here."""

    def __init__(self, rows: Callable[[str], list[dict[str, Any]]], base: str) -> None:
        """Use `rows` to run SELECTs, and the base IRI of the build."""
        super().__init__(rows)
        self._base = base
        self._by_key: dict[str, dict[str, Row]] = defaultdict(dict)
        self._by_word: dict[str, list[Row]] = defaultdict(list)
        self._by_id: dict[str, list[Row]] = defaultdict(list)
        self._figures: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._alike: dict[str, list[str]] = defaultdict(list)

    def fetch_texts(self, texts: Iterable[str]) -> None:
        """Fetch the entities, figures and drawn words that texts may name; texts are spelled as they are looked up."""
        wanted = sorted(set(texts))
        ids = [normal_identifier(text, self._base) for text in wanted]
        forms = [normal_form(text) for text in wanted]
        keys = {*(text.upper() for text in wanted), *forms}
        for row in self._fetch_rows("entities_named_among", ids=_lines(ids), keys=_lines(sorted(keys))):
            entity = Row(**row)
            texts_of_entity = (entity.name, *entity.synonyms)
            called = {key for text in texts_of_entity for key in (text.upper(), normal_form(text))} & keys
            for key in {*called, entity.id, *entity.xrefs}:
                self._by_key[key][entity.id] = entity
        for row in self._fetch_rows("figures_named_among", ids=_lines(ids), texts=_lines(wanted)):
            for key in {row["id"], row["alias"]} - {None}:
                self._figures[key].append((row["id"], row["name"]))
        words = {*forms, *(normal_form(decode(text[5:])) for text in wanted if text.startswith("word:"))}
        for row in self._fetch_rows(
            "entities_drawn_among", words=_lines(sorted(words - self._by_word.keys())), likely=LIKELY
        ):
            self._by_word[row.pop("word")].append(Row(**row))

    def fetch_ids(self, ids: Iterable[str]) -> None:
        """Fetch the entities with identifiers, which the lexicon reads texts as."""
        wanted = set(ids) - self._by_id.keys()
        for row in self._fetch_rows("entities_read_among", ids=_lines(sorted(wanted))) if wanted else ():
            entity = Row(**row)
            for id_ in {entity.id, *entity.xrefs} & wanted:
                self._by_id[id_].append(entity)

    def fetch_joined_alike(self, keys: Iterable[str]) -> None:
        """Fetch the names and words that differ in hyphens and spaces only, with their meanings."""
        wanted = sorted(set(keys))
        for row in self._joined_alike(wanted) if wanted else ():
            self._alike[row["key"]].append(row["text"])
        self.fetch_texts(text for texts in self._alike.values() for text in texts)

    def named(self, text: str, id_: str) -> list[Row]:
        """Return the entities that may be called by a text, in any case, or have the identifier."""
        keys = {text.upper(), normal_form(text), id_}
        rows = {row.id: row for key in keys if key in self._by_key for row in self._by_key[key].values()}
        return [rows[id_] for id_ in sorted(rows)]

    def figures(self, text: str, id_: str) -> list[tuple[str, str]]:
        """Return the figures with an identifier or short id, as (id, name)."""
        return sorted({*self._figures.get(id_, ()), *self._figures.get(text, ())})

    def drawn(self, word: str) -> list[Row]:
        """Return the entities that a drawn word stands for, with the figures where it does."""
        return self._by_word.get(word, [])

    def read(self, ids: Sequence[str]) -> list[Row]:
        """Return the entities with one of the identifiers, the most drawn first."""
        rows = {row.id: row for id_ in ids for row in self._by_id.get(id_, ())}
        return sorted(rows.values(), key=lambda row: (-row.figures, row.id))

    def joined_alike(self, key: str) -> list[str]:
        """Return the names, synonyms and drawn words that are `key` without hyphens and spaces."""
        return self._alike.get(key, [])

    def _joined_alike(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """Return `text` and `key` of the names and words without hyphens and spaces that are one of the keys."""
        texts = STATEMENTS.sql("texts")
        return self._fetch_rows("texts_joined_alike_among", texts=texts, keys=_lines(keys), joints=JOINTS)

    def _fetch_rows(self, statement: str, **values: float | str | Sequence[str]) -> list[dict[str, Any]]:
        return self._select(STATEMENTS.get(statement).sql(**values))


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)
