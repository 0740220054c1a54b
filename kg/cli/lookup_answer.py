"""Answers of `kg stats` and `kg lookup`, as text and as JSON."""

import json
from typing import Any

from kg.cli import text_table
from kg.cli.doubt_answer import doubt_dicts, doubt_line, doubt_table, meanings_table
from kg.cli.lexicon_answer import readings_as_dicts, readings_table
from kg.graph.lookup import BuildStatistics, Lookup, Rows
from kg.graph.resolve import Match
from kg.graph.views import View
from kg.lexicon.lexicon import Lexicon
from kg.model.identifiers import curie
from kg.model.text import normal_form
from kg.runtime.paths import shell_word

_STATISTICS_TITLES = {
    "ungrounded_words": "words without an identifier, the most drawn",
    "ambiguous_words": "words that expand to most",
    "unsure_words": "words whose reading is not sure, the most frequent",
    "differing_words": "words whose reading is not what the records say, the most frequent",
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
    return _json(manifest | {"doubt": statistics.doubt._asdict()} | tables)


def statistics_text(statistics: BuildStatistics) -> str:
    """Write statistics as tables."""
    counts = statistics.manifest["counts"]
    numbers = {name: number for name, number in counts.items() if isinstance(number, int)}
    sections = [
        text_table.table(("table", "rows"), numbers.items()),
        _section("grounding: entities and mentions by category and identifier", statistics.grounding),
        text_table.table(("drawn word", "mentions"), counts["mentions_by_word_status"].items()),
        doubt_table(statistics.doubt),
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
        "readings": readings_as_dicts(result.readings, certain),
        "entity": entity,
        "reason": result.reason,
    }
    doubt = {"doubt": doubt_dicts(result.doubt), "least_sure": result.least_sure}
    return _json(head | {"figures": figures} | doubt | tables)


def lookup_text(result: Lookup) -> str:
    """Write a lookup on one screen."""
    if result.entity and result.entity.how in IDENTIFIERS:
        head = f"{result.word}: an identifier; {_drawn(result)}\n"
    else:
        head = f"{result.word}: {_count(len(result.readings), 'meaning')} in the lexicon; {_drawn(result)}\n"
    if result.entity:
        head += f"taken for {result.entity.name} ({result.entity.id}), by {result.entity.by}\n"
        head += _drawn_otherwise(result)
    else:
        head += f"{result.reason}\n"
    head += "".join(f"{doubt_line(word)}\n" for word in result.doubt)
    sections = [meanings_table(word) for word in result.doubt]
    if result.doubt:
        sections.append(_section("its figures, the least sure first", result.least_sure))
    if result.readings:
        sections.append(readings_table(result.readings, first=1))
    tables = {title: getattr(result, name) for name, title in _LOOKUP_TITLES.items()}
    sections += [_section(title, rows) for title, rows in tables.items() if rows]
    return "\n".join([head, *sections])


def _drawn_otherwise(result: Lookup) -> str:
    """Return a line about the drawn word where the name of an entity that no figure draws hides it."""
    if result.entity is None or result.entity.figures != 0 or not result.word_figures:
        return ""
    word = shell_word(curie("word", normal_form(result.word)))
    return f"no figure draws {result.entity.name}; for the drawn word, type {word}\n"


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


def _drawn(result: Lookup) -> str:
    """Return a phrase with the number of figures that draw the word, or else an entity that it may mean."""
    if result.word_figures:
        return f"drawn in {_count(result.word_figures, 'figure')} as a word of its own"
    if result.entity_figures:
        return f"not drawn as a word; the entity is drawn in {_count(result.entity_figures, 'figure')}"
    return "not drawn here"


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
