"""The page of a drawn word: the things that it means, how probable each is, and in how many figures."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from kg.model.identifiers import expand
from kg.web.linked_data.html import Texts, link, section, table

MOST_MEANINGS = 25
"""Greatest number of things that the table shows."""

MOST_NAMED = 5
"""Greatest number of names in the sentence."""

_COLUMNS = (
    "Thing",
    "Identifier",
    "Mean probability",
    "Figures that mean it",
    "Figures whose record lists it",
    "Explorer",
)


def meanings(answer: Mapping[str, Any], texts: Texts) -> str:
    """Return the section with the things that a word means, by the explorer's answer; empty where it has none."""
    rows: Sequence[Mapping[str, Any]] = answer["meanings"]
    if not rows:
        return ""
    note = f'<p class="note">{_sentence(answer["word"], answer["figures"], rows)}</p>'
    more = len(rows) - MOST_MEANINGS
    rest = f'<p class="note">and {more:,} more, which are less usual</p>' if more > 0 else ""
    body = table(_COLUMNS, [_row(row, texts) for row in rows[:MOST_MEANINGS]], "Things that the word may mean")
    return section("What it means", note + body + rest)


def _sentence(word: str, figures: int, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the sentence that names the most usual things; equally usual ones are named together."""
    most = rows[0]["figures"]
    if not most:
        return f"{escape(word)} has no likely meaning in any of the figures that draw it ({figures:,})."
    best = [escape(row["name"]) for row in rows if row["figures"] == most]
    names, more = ", ".join(best[:MOST_NAMED]), len(best) - MOST_NAMED
    further = f" and {more:,} more" if more > 0 else ""
    drawn = "the only figure that draws it" if figures == 1 else f"{most:,} of the {figures:,} figures that draw it"
    others = [row for row in rows if not row["figures"]]
    never = ". No figure means a thing that has 0 below, even where the record lists it" if others else ""
    return f"{escape(word)} means <strong>{names}{further}</strong> in {drawn}{never}."


def _row(row: Mapping[str, Any], texts: Texts) -> str:
    address = f"{texts.root}/?of={quote(row['id'], safe=':')}"
    thing = link(expand(row["id"], texts.base), texts, row["name"])
    numbers = (f"{100 * row['probability']:.0f} %", f"{row['figures']:,}", f"{row['recorded']:,}")
    return (
        f'<tr><th scope="row">{thing}</th><td>{escape(row["id"])}</td>'
        + "".join(f'<td class="number">{number}</td>' for number in numbers)
        + f'<td><a href="{escape(address)}" aria-label="Open {escape(row["name"])} in the explorer">Open</a></td></tr>'
    )
