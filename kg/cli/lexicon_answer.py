"""Answers of `kg lexicon lookup`, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.cli import text_table
from kg.graph.doubt import percent
from kg.lexicon.lexicon import Lexicon, Reading
from kg.lexicon.word_readings import SOURCES, Known, WordReading
from kg.model.records import HUMAN

if TYPE_CHECKING:
    from kg.lexicon.alone import Alone

READING_COLUMNS = ("word", "id", "name", "category", "how", "genes")


def readings_json(lexicon: Lexicon, words: Sequence[str]) -> str:
    """Write all readings of words as JSON."""
    readings, certain, alone = _read(lexicon, words)
    answers = {
        word: [
            row | {"alone": _chances(alone, word).get(row["id"])}
            for row in readings_as_dicts(readings[word], certain.get(word))
        ]
        for word in words
    }
    return json.dumps(answers, indent=2, ensure_ascii=False) + "\n"


def readings_text(lexicon: Lexicon, words: Sequence[str]) -> str:
    """Write all readings of words, the surest first.

    Two notes follow for each word: its meaning in a figure that draws nothing else, and as a keyword of a record.
    """
    readings, certain, alone = _read(lexicon, words)
    shown = [(reading, _chances(alone, word).get(reading.entity_id)) for word in words for reading in readings[word]]
    notes = [note for word in words for note in _verdicts(word, readings[word], certain.get(word), alone.get(word, []))]
    return (_table_alone(shown) + "\n" if shown else "") + "".join(f"{note}\n" for note in notes)


def readings_table(readings: Sequence[Reading], first: int = 0) -> str:
    """Return readings as a table from the column `first` on, without the column `genes` where all of it is empty."""
    shown = slice(first, None if any(reading.members for reading in readings) else -1)
    return text_table.table(READING_COLUMNS[shown], [_row(reading)[shown] for reading in readings])


def readings_as_dicts(readings: Iterable[Reading], certain: Reading | None) -> list[dict[str, Any]]:
    """Return readings for JSON; `certain` is the grounding of their word."""
    return [
        {"id": reading.entity_id, "name": reading.name, "category": reading.category, "source": reading.source}
        | {"xrefs": list(reading.xrefs), "taxon": reading.taxon, "members": list(reading.members)}
        | {"certain": certain is not None and certain.entity_id == reading.entity_id}
        for reading in readings
    ]


def _read(lexicon: Lexicon, words: Sequence[str]) -> tuple[dict[str, list[Reading]], dict[str, Reading], Alone]:
    """Return all readings of words, their groundings, and their readings in a figure of their own."""
    from kg.lexicon.alone import readings_alone  # numpy, which `kg lookup` does without

    readings, alone = lexicon.readings(words), readings_alone(lexicon.contents, words)
    every = {word: _with_nicknames(word, readings.get(word, ()), alone.get(word, [])) for word in words}
    return every, lexicon.ground(words), alone


def _with_nicknames(
    word: str, readings: Iterable[Reading], alone: Sequence[tuple[WordReading, float]]
) -> list[Reading]:
    """Return readings, and those that builds know in addition: by nicknames, or by another spelling."""
    known = {reading.entity_id: reading for reading, _ in sorted(alone)}
    nicknames = {id_ for id_, reading in known.items() if reading.known is Known.NICKNAME}
    shown = [
        replace(reading, source=SOURCES[Known.NICKNAME]) if reading.entity_id in nicknames else reading
        for reading in readings
    ]
    listed = {reading.entity_id for reading in shown}
    return shown + [_as_reading(word, reading) for id_, reading in known.items() if id_ not in listed]


def _as_reading(word: str, reading: WordReading) -> Reading:
    members, source = reading.genes if reading.is_family else (), SOURCES[reading.known]
    if members:
        return Reading(word, reading.entity_id, "family", reading.name, (), source, HUMAN, 6, members)
    return Reading(word, reading.entity_id, "gene", reading.name, (), source, HUMAN, 4)


def _chances(alone: Alone, word: str) -> dict[str, float]:
    return {reading.entity_id: probability for reading, probability in alone.get(word, [])}


def _table_alone(readings: Sequence[tuple[Reading, float | None]]) -> str:
    """Return readings as a table with their probability in a figure that draws nothing else, `alone`."""
    rows = [[*_row(reading), chance] for reading, chance in readings]
    columns = [*READING_COLUMNS, "alone"]
    places = [
        place
        for place, name in enumerate(columns)
        if name == "word" or any(row[place] not in ("", None) for row in rows)
    ]
    return text_table.table([columns[place] for place in places], [[row[place] for place in places] for row in rows])


def _row(reading: Reading) -> tuple[str | int, ...]:
    genes = len(reading.members) or ""
    return reading.text, reading.entity_id, reading.name, reading.category, reading.source, genes


def _verdicts(
    word: str, readings: Sequence[Reading], certain: Reading | None, alone: Sequence[tuple[WordReading, float]]
) -> list[str]:
    """Return what counts: in a figure that draws nothing else, if there is a choice, and as a keyword of a record."""
    lines = []
    if len(alone) > 1:
        reading, probability = alone[0]
        family = " (family)" if reading.is_family else ""
        lines.append(f"{word}: without other words it means {reading.name}{family}, {percent(probability)}")
    return [*lines, _verdict(word, readings, certain)]


def _verdict(word: str, readings: Sequence[Reading], certain: Reading | None) -> str:
    if certain is not None:
        return f"{word}: as a keyword of a record it means {certain.entity_id} ({certain.name})"
    if readings:
        reason = "because none of these meanings is certain"
        return f"{word}: as a keyword of a record it gets no identifier from here, {reason}"
    return f"{word}: not in the lexicon; as a keyword of a record it keeps its name only"
