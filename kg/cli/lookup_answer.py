"""Answers of `kg stats`, `kg lookup` and `kg lexicon lookup`, as text and as JSON."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from kg.cli import text_table
from kg.graph.lookup import BuildStatistics, Lookup, Rows
from kg.lexicon.lexicon import Lexicon, Reading

READING_COLUMNS = ("word", "id", "name", "category", "how", "genes")

_STATISTICS_TITLES = {
    "ungrounded_words": "words without an identifier, the most drawn",
    "ambiguous_words": "words that expand to most",
    "entities": "most drawn entities",
    "pairs": "strongest pairs, by different words",
    "word_pairs": "strongest pairs of words",
}
"""Tables of BuildStatistics with their titles, in the order in which they are shown."""

_LOOKUP_TITLES = {
    "drawn": "as a drawn word it stands for",
    "names": "as the name of an entity it is drawn by these words",
    "together": "drawn together with these words",
    "where": "figures, the likeliest pathways first",
}
"""Tables of Lookup with their titles, in the order in which they are shown."""

_LISTED = 12
"""Members of a list that one cell shows."""


def statistics_json(statistics: BuildStatistics) -> str:
    """Write statistics as JSON, with counts and thresholds of the manifest."""
    manifest = {key: statistics.manifest[key] for key in ("counts", "pairs", "word_pairs", "thresholds", "report")}
    tables = {name: getattr(statistics, name) for name in ("grounding", *_STATISTICS_TITLES)}
    return _json(manifest | tables)


def statistics_text(statistics: BuildStatistics) -> str:
    """Write statistics as tables."""
    counts = statistics.manifest["counts"]
    numbers = {name: number for name, number in counts.items() if isinstance(number, int)}
    sections = [
        text_table.table(("table", "rows"), numbers.items()),
        _section("grounding: entities and mentions by category and identifier", statistics.grounding),
        text_table.table(("drawn word", "mentions"), counts["mentions_by_word_status"].items()),
        *(_section(title, getattr(statistics, name)) for name, title in _STATISTICS_TITLES.items()),
    ]
    return "\n".join(sections)


def lookup_json(found: Lookup) -> str:
    """Write a lookup as JSON."""
    entity = found.entity and {
        "id": found.entity.id, "name": found.entity.name, "category": found.entity.category,
        "how": found.entity.how, "figures": found.entity.figures,
    }  # fmt: skip
    figures = {"word": found.word_figures, "thing": found.entity_figures}
    tables = {name: getattr(found, name) for name in _LOOKUP_TITLES}
    head = {"word": found.word, "readings": _as_dicts(found.readings, None), "entity": entity, "reason": found.reason}
    return _json(head | {"figures": figures} | tables)


def lookup_text(found: Lookup) -> str:
    """Write a lookup on one screen."""
    head = f"{found.word}: {_count(len(found.readings), 'meaning')} in the lexicon; {_drawn(found)}\n"
    if found.entity:
        head += f"taken for {found.entity.name} ({found.entity.id}), by {found.entity.by}\n"
    else:
        head += f"{found.reason}\n"
    sections = []
    if found.readings:
        rows = [_reading_row(reading)[1:] for reading in found.readings]
        sections.append(text_table.table(READING_COLUMNS[1:], rows))
    tables = {title: getattr(found, name) for name, title in _LOOKUP_TITLES.items()}
    sections += [_section(title, rows) for title, rows in tables.items() if rows]
    return "\n".join([head, *sections])


def readings_json(lexicon: Lexicon, words: Sequence[str]) -> str:
    """Write all readings of words as JSON."""
    readings, certain = lexicon.readings(words), lexicon.ground(words)
    return _json({word: _as_dicts(readings.get(word, ()), certain.get(word)) for word in words})


def readings_text(lexicon: Lexicon, words: Sequence[str]) -> str:
    """Write all readings of words, the surest first, and what a bare keyword would become."""
    readings, certain = lexicon.readings(words), lexicon.ground(words)
    rows = [_reading_row(reading) for word in words for reading in readings.get(word, ())]
    notes = [_verdict(word, readings.get(word, ()), certain.get(word)) for word in words]
    return (text_table.table(READING_COLUMNS, rows) + "\n" if rows else "") + "".join(f"{note}\n" for note in notes)


def _drawn(found: Lookup) -> str:
    """Say in how many figures the word is drawn, or else an entity that it may mean."""
    if found.word_figures:
        return f"drawn in {_count(found.word_figures, 'figure')} as a word of its own"
    if found.entity_figures:
        return f"not drawn as a word; the entity is drawn in {_count(found.entity_figures, 'figure')}"
    return "not drawn here"


def _reading_row(reading: Reading) -> tuple[str | int, ...]:
    genes = len(reading.members) or ""
    return reading.text, reading.entity_id, reading.name, reading.category, reading.source, genes


def _as_dicts(readings: Iterable[Reading], certain: Reading | None) -> list[dict[str, Any]]:
    return [
        {"id": reading.entity_id, "name": reading.name, "category": reading.category, "source": reading.source}
        | {"xrefs": list(reading.xrefs), "taxon": reading.taxon, "members": list(reading.members)}
        | {"certain": certain is not None and certain.entity_id == reading.entity_id}
        for reading in readings
    ]


def _verdict(word: str, readings: Sequence[Reading], certain: Reading | None) -> str:
    if certain is not None:
        return f"{word}: as a bare keyword {certain.entity_id} ({certain.name})"
    if readings:
        return f"{word}: as a bare keyword left open, because none of these is certain"
    return f"{word}: not in the lexicon; as a bare keyword kept by its name"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("s" if number != 1 else "")


def _section(title: str, rows: Rows) -> str:
    if not rows:
        return f"{title}: none\n"
    cells = [[_shortened(cell) for cell in row.values()] for row in rows]
    return f"{title}\n" + text_table.table(list(rows[0]), cells)


def _shortened(cell: Any) -> Any:
    """Return a list as a text of its first members; any other cell as it is."""
    if not isinstance(cell, list):
        return cell
    return " ".join(cell[:_LISTED]) + (f" and {len(cell) - _LISTED:,} more" if len(cell) > _LISTED else "")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
