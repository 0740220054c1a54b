"""Answers of `kg stats`, `kg lookup` and `kg lexicon lookup`, as text and as JSON."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from kg.cli import text_table
from kg.graph.lookup import BuildStatistics, Lookup, Rows
from kg.graph.resolve import Match
from kg.graph.views import View
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
    "names": "words that figures draw for the entities that it may mean",
    "together": "drawn together with these words",
    "where": "figures, the likeliest pathways first",
}
"""Tables of Lookup with their titles, in the order in which they are shown."""

_TITLES_OF_COLUMNS = {"of": "entities"}
"""Titles of columns in tables for people, where they differ from the names in JSON."""

IDENTIFIERS = ("identifier", "other identifier")
"""Kinds of meaning (`Match.how`) of a text that is an identifier, in any spelling."""

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


def lookup_json(result: Lookup, lexicon: Lexicon) -> str:
    """Write a lookup as JSON; `lexicon` says which of the readings is certain."""
    texts = [reading.text for reading in result.readings[:1]]
    certain = lexicon.ground(texts).get(texts[0]) if texts else None
    entity = result.entity and {
        "id": result.entity.id, "name": result.entity.name, "category": result.entity.category,
        "how": result.entity.how, "figures": result.entity.figures,
    }  # fmt: skip
    figures = {"word": result.word_figures, "thing": result.entity_figures}
    tables = {name: getattr(result, name) for name in _LOOKUP_TITLES}
    head = {
        "word": result.word,
        "readings": _as_dicts(result.readings, certain),
        "entity": entity,
        "reason": result.reason,
    }
    return _json(head | {"figures": figures} | tables)


def lookup_text(result: Lookup) -> str:
    """Write a lookup on one screen."""
    if result.entity and result.entity.how in IDENTIFIERS:
        head = f"{result.word}: an identifier; {_drawn(result)}\n"
    else:
        head = f"{result.word}: {_count(len(result.readings), 'meaning')} in the lexicon; {_drawn(result)}\n"
    if result.entity:
        head += f"taken for {result.entity.name} ({result.entity.id}), by {result.entity.by}\n"
    else:
        head += f"{result.reason}\n"
    sections = []
    if result.readings:
        sections.append(_readings_table(result.readings, first=1))
    tables = {title: getattr(result, name) for name, title in _LOOKUP_TITLES.items()}
    sections += [_section(title, rows) for title, rows in tables.items() if rows]
    return "\n".join([head, *sections])


def figure_json(match: Match, view: View) -> str:
    """Write a figure with its words as JSON; `view` is the figure view."""
    head = {"word": match.text, "category": match.category, "id": match.id, "name": match.name}
    return _json(head | {"title": _title(match, view), "words": _words_of_figure(view)})


def figure_text(match: Match, view: View) -> str:
    """Write a figure with its words on one screen; `view` is the figure view."""
    head = f"{match.text}: a figure, {match.name} ({match.id})\n"
    head += f"title: {_title(match, view) or 'none'}\n"
    return f"{head}\n{_section('words of the figure', _words_of_figure(view))}"


def _title(match: Match, view: View) -> str:
    """Return the title of a figure; empty where it has none."""
    titles = [str(node.attributes.get("title") or "") for node in view.nodes() if node.id == match.id]
    return titles[0] if titles else ""


def _words_of_figure(view: View) -> Rows:
    """Return the words of a figure with their entities, in the order of the words."""
    names = {node.id: node.attributes.get("name") for node in view.nodes()}
    rows = [
        {"word": edge.attributes.get("words") or "(word not known)", "id": edge.target, "name": names.get(edge.target)}
        for edge in view.edges()
        if edge.attributes.get("interaction") == "mentions"
    ]
    return sorted(rows, key=lambda row: (row["word"], row["id"]))


def readings_json(lexicon: Lexicon, words: Sequence[str]) -> str:
    """Write all readings of words as JSON."""
    readings, certain = lexicon.readings(words), lexicon.ground(words)
    return _json({word: _as_dicts(readings.get(word, ()), certain.get(word)) for word in words})


def readings_text(lexicon: Lexicon, words: Sequence[str]) -> str:
    """Write all readings of words, the surest first, with the grounding of each as a keyword of a record."""
    readings, certain = lexicon.readings(words), lexicon.ground(words)
    shown = [reading for word in words for reading in readings.get(word, ())]
    notes = [_verdict(word, readings.get(word, ()), certain.get(word)) for word in words]
    return (_readings_table(shown) + "\n" if shown else "") + "".join(f"{note}\n" for note in notes)


def _drawn(result: Lookup) -> str:
    """Return a phrase with the number of figures that draw the word, or else an entity that it may mean."""
    if result.word_figures:
        return f"drawn in {_count(result.word_figures, 'figure')} as a word of its own"
    if result.entity_figures:
        return f"not drawn as a word; the entity is drawn in {_count(result.entity_figures, 'figure')}"
    return "not drawn here"


def _readings_table(readings: Sequence[Reading], first: int = 0) -> str:
    """Return readings as a table from the column `first` on, without the column `genes` where all of it is empty."""
    shown = slice(first, None if any(reading.members for reading in readings) else -1)
    return text_table.table(READING_COLUMNS[shown], [_reading_row(reading)[shown] for reading in readings])


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
        return f"{word}: as a keyword of a record it means {certain.entity_id} ({certain.name})"
    if readings:
        reason = "because none of these meanings is certain"
        return f"{word}: as a keyword of a record it gets no identifier from here, {reason}"
    return f"{word}: not in the lexicon; as a keyword of a record it keeps its name only"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("s" if number != 1 else "")


def _section(title: str, rows: Rows) -> str:
    if not rows:
        return f"{title}: none\n"
    cells = [[_shortened(cell) for cell in row.values()] for row in rows]
    return f"{title}\n" + text_table.table([_TITLES_OF_COLUMNS.get(name, name) for name in rows[0]], cells)


def _shortened(cell: Any) -> Any:
    """Return a list as a text of its first members; any other cell as it is."""
    if not isinstance(cell, list):
        return cell
    return " ".join(cell[:_LISTED]) + (f" and {len(cell) - _LISTED:,} more" if len(cell) > _LISTED else "")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
