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


def lookup_json(result: Lookup) -> str:
    """Write a lookup as JSON."""
    entity = result.entity and {
        "id": result.entity.id, "name": result.entity.name, "category": result.entity.category,
        "how": result.entity.how, "figures": result.entity.figures,
    }  # fmt: skip
    figures = {"word": result.word_figures, "thing": result.entity_figures}
    tables = {name: getattr(result, name) for name in _LOOKUP_TITLES}
    head = {
        "word": result.word,
        "readings": _as_dicts(result.readings, None),
        "entity": entity,
        "reason": result.reason,
    }
    return _json(head | {"figures": figures} | tables)


def lookup_text(result: Lookup) -> str:
    """Write a lookup on one screen."""
    head = f"{result.word}: {_count(len(result.readings), 'meaning')} in the lexicon; {_drawn(result)}\n"
    if result.entity:
        head += f"taken for {result.entity.name} ({result.entity.id}), by {result.entity.by}\n"
    else:
        head += f"{result.reason}\n"
    sections = []
    if result.readings:
        rows = [_reading_row(reading)[1:] for reading in result.readings]
        sections.append(text_table.table(READING_COLUMNS[1:], rows))
    tables = {title: getattr(result, name) for name, title in _LOOKUP_TITLES.items()}
    sections += [_section(title, rows) for title, rows in tables.items() if rows]
    return "\n".join([head, *sections])


def readings_json(lexicon: Lexicon, words: Sequence[str]) -> str:
    """Write all readings of words as JSON."""
    readings, certain = lexicon.readings(words), lexicon.ground(words)
    return _json({word: _as_dicts(readings.get(word, ()), certain.get(word)) for word in words})


def readings_text(lexicon: Lexicon, words: Sequence[str]) -> str:
    """Write all readings of words, the surest first, with the grounding of each as a bare keyword."""
    readings, certain = lexicon.readings(words), lexicon.ground(words)
    rows = [_reading_row(reading) for word in words for reading in readings.get(word, ())]
    notes = [_verdict(word, readings.get(word, ()), certain.get(word)) for word in words]
    return (text_table.table(READING_COLUMNS, rows) + "\n" if rows else "") + "".join(f"{note}\n" for note in notes)


def _drawn(result: Lookup) -> str:
    """Return a phrase with the number of figures that draw the word, or else an entity that it may mean."""
    if result.word_figures:
        return f"drawn in {_count(result.word_figures, 'figure')} as a word of its own"
    if result.entity_figures:
        return f"not drawn as a word; the entity is drawn in {_count(result.entity_figures, 'figure')}"
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
