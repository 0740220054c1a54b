"""What a person asks of a build and of the lexicon: statistics, and what a word means and where it is drawn."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kg.cli import text_table
from kg.engines.statements import quote, sql
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.lexicon.expansions import spelling_key
from kg.lexicon.lexicon import Lexicon, Reading
from kg.model.identifiers import decode
from kg.model.text import collapse, normal_form

READING_COLUMNS = ("word", "id", "name", "category", "how", "genes")


def statistics(folder: Path | str, format_: str = "table", top: int = 10) -> str:
    """Give what a build holds, as tables or as JSON."""
    with KnowledgeGraph(folder) as graph:
        manifest = graph.build.manifest
        found = {
            name: graph.engine.fetch(sql(f"look/{name}", top=top, least=graph.build.min_figures)).to_pylist()
            for name in _STATISTICS
        }
    if format_ == "json":
        kept = {key: manifest[key] for key in ("counts", "pairs", "word_pairs", "thresholds", "report")}
        return _json(kept | found)
    counts = {name: number for name, number in manifest["counts"].items() if isinstance(number, int)}
    words = manifest["counts"]["mentions_by_word_status"]
    sections = [
        text_table.table(("table", "rows"), counts.items()),
        _rows("grounding: entities and mentions by category and identifier", found["grounding"]),
        text_table.table(("drawn word", "mentions"), words.items()),
        *(_rows(title, found[name]) for name, title in _STATISTICS.items() if name != "grounding"),
    ]
    return "\n".join(sections)


_STATISTICS = {
    "grounding": "",
    "ungrounded_words": "words without an identifier, the most drawn",
    "ambiguous_words": "words that expand to most",
    "entities": "most drawn entities",
    "pairs": "strongest pairs, by different words",
    "word_pairs": "strongest pairs of words",
}
"""SELECTs of kg/sql/look to their titles."""


def readings(lexicon: Lexicon, words: Sequence[str], format_: str = "table") -> str:
    """Give everything that words mean to the lexicon, the surest first, and what a bare keyword would become."""
    found, certain = lexicon.readings(words), lexicon.ground(words)
    if format_ == "json":
        return _json({word: _as_dicts(found.get(word, ()), certain.get(word)) for word in words})
    rows = [_reading_row(each) for word in words for each in found.get(word, ())]
    notes = [_verdict(word, found.get(word, ()), certain.get(word)) for word in words]
    return (text_table.table(READING_COLUMNS, rows) + "\n" if rows else "") + "".join(f"{note}\n" for note in notes)


def _reading_row(reading: Reading) -> tuple[str | int, ...]:
    genes = len(reading.members) or ""
    return reading.text, reading.entity_id, reading.name, reading.category, reading.source, genes


def _as_dicts(found: Iterable[Reading], certain: Reading | None) -> list[dict[str, Any]]:
    return [
        {"id": each.entity_id, "name": each.name, "category": each.category, "source": each.source}
        | {"xrefs": list(each.xrefs), "taxon": each.taxon, "members": list(each.members)}
        | {"certain": certain is not None and certain.entity_id == each.entity_id}
        for each in found
    ]


def _verdict(word: str, found: Sequence[Reading], certain: Reading | None) -> str:
    if certain is not None:
        return f"{word}: as a bare keyword {certain.entity_id} ({certain.name})"
    if found:
        return f"{word}: as a bare keyword left open, for none of these is certain"
    return f"{word}: not in the lexicon; as a bare keyword kept by its name"


def asked_for(word: str) -> str:
    """Give what a person asks for: the CURIE of a drawn word is that word.

    >>> asked_for("word:NF-KB%20P65"), asked_for("NF-kB")
    ('NF-KB P65', 'NF-kB')
    """
    return decode(word.removeprefix("word:")) if word.startswith("word:") else word


class Lookup:
    """What a word means, and where and with what a build draws it."""

    def __init__(self, lexicon: Lexicon, folder: Path | str, word: str, top: int = 10) -> None:
        self.word = asked_for(word)
        with KnowledgeGraph(folder) as graph:
            fetch, keep = graph.engine.fetch, graph.engine.create_table
            form = normal_form(self.word)
            forms = [form, *_same_key(graph, form)]
            self.readings = _readings(lexicon, [self.word, *forms])
            keep("asked", f"SELECT unnest([{quote(*forms)}]) AS form, {quote(collapse(self.word))} AS text")
            ids = [each.entity_id for each in self.readings]  # a family's own, not those of its members
            keep("read_as", f"SELECT unnest(CAST([{quote(*ids)}] AS VARCHAR[])) AS id")
            keep("meant", sql("look/meant"))
            self.found = {name: fetch(sql(f"look/{name}", top=top)).to_pylist() for name in _LOOKUPS}
            self.figures: dict[str, int] = fetch(sql("look/figures")).to_pylist()[0]

    def to_json(self) -> str:
        """Give all of it for programs."""
        return _json(
            {"word": self.word, "readings": _as_dicts(self.readings, None), "figures": self.figures} | self.found
        )

    def to_text(self) -> str:
        """Give it on one screen."""
        head = f"{self.word}: {_some(len(self.readings), 'meaning')} in the lexicon; {self._drawn()}\n"
        means = text_table.table(READING_COLUMNS[1:], [_reading_row(each)[1:] for each in self.readings])
        sections = [means] if self.readings else []
        sections += [_rows(title, self.found[name]) for name, title in _LOOKUPS.items() if self.found[name]]
        return "\n".join([head, *sections])

    def _drawn(self) -> str:
        """Say in how many figures the word is drawn, or else the thing."""
        if self.figures["word"]:
            return f"drawn in {_some(self.figures['word'], 'figure')} as a word of its own"
        if self.figures["thing"]:
            return f"not drawn as a word; the thing is drawn in {_some(self.figures['thing'], 'figure')}"
        return "not drawn here"


def _readings(lexicon: Lexicon, spellings: Iterable[str]) -> tuple[Reading, ...]:
    """Give the readings of the first spelling that has any."""
    asked = list(dict.fromkeys(spellings))
    found = lexicon.readings(asked)
    return next((found[spelling] for spelling in asked if spelling in found), ())


def _same_key(graph: KnowledgeGraph, form: str) -> list[str]:
    """Give the drawn words that differ from the one asked for in punctuation only."""
    near = graph.engine.fetch(f"SELECT word FROM words WHERE word[:1] = {quote(form[:1])} ORDER BY word")
    return [each for each in near["word"].to_pylist() if each != form and spelling_key(each) == spelling_key(form)]


_LOOKUPS = {
    "drawn": "as a drawn word it stands for",
    "names": "as the name of a thing it is drawn by these words",
    "together": "drawn together with these words",
    "where": "figures, the likeliest pathways first",
}
"""SELECTs of kg/sql/look to their titles."""


def _some(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("s" if number != 1 else "")


def _rows(title: str, rows: list[dict[str, Any]]) -> str:
    if not rows:
        return f"{title}: none\n"
    return f"{title}\n" + text_table.table(list(rows[0]), [[_shown(cell) for cell in row.values()] for row in rows])


def _shown(cell: Any, most: int = 12) -> Any:
    """Show a list as its first members."""
    if not isinstance(cell, list):
        return cell
    return " ".join(cell[:most]) + (f" and {len(cell) - most:,} more" if len(cell) > most else "")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
