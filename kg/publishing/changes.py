"""`CHANGES.md`: what differs from the release before, by the comparison of `kg diff`, as Markdown."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kg.diff.comparison import Comparison
from kg.model.build import Build

TOP = 10
"""Entities, words and pairs that a section lists."""

_SECTIONS = (
    ("identifiers", "Entities renamed or merged"),
    ("names", "Entities with another name"),
    ("statuses", "Entities with another identifier status"),
    ("readings", "Words with another most probable reading"),
)


def changes(previous: Path, build: Path, memory_limit: str) -> str:
    """Return the differences; raise SourceError where the previous build cannot be compared."""
    with Comparison(previous, build, memory_limit) as comparison:
        result = comparison.compare(None, TOP)
    return "\n".join(_lines(result, Build(previous).release, Build(build).release))


def _lines(result: dict[str, Any], before: str, after: str) -> Iterator[str]:
    yield f"# From release {before} to {after}\n"
    if result["identical"]:
        yield "Neither a row nor the manifest differs."
        return
    columns = ("before", "after", "appeared", "vanished", "changed")
    yield from _table(
        ("table", *columns), [(_table_name(table), *(table[name] for name in columns)) for table in result["tables"]]
    )
    for key, title in _SECTIONS:
        yield from _section(title, result[key])
    for measure, rows in result["pairs"].items():
        ends = ("subject", "object", "before", "after")
        yield from _section(f"Pairs whose {measure} changed most", [{end: row[end] for end in ends} for row in rows])
    yield from _section("Manifest", result["manifest"], len(result["manifest"]))
    if result["left_out"]:
        yield "## Not compared\n"
        yield from (f"- {reason}" for reason in result["left_out"])


def _table_name(table: dict[str, Any]) -> str:
    return f"pairs of {table['least']} figures or more" if "least" in table else str(table["table"])


def _section(title: str, rows: Sequence[dict[str, Any]], most: int = TOP) -> Iterator[str]:
    if rows:
        yield f"## {title}{f', {most} of {len(rows):,}' if len(rows) > most else ''}\n"
        yield from _table(tuple(rows[0]), [tuple(row.values()) for row in rows[:most]])


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)
    yield ""


def _cell(value: Any) -> str:
    r"""Return a value as a cell, in which Markdown sees neither a bar nor the end of a line.

    >>> _cell("A|B"), _cell(1234), _cell(None), _cell(2.0)
    ('A\\|B', '1,234', '', '2')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return " ".join(str(value).split()).replace("\\", "\\\\").replace("|", "\\|")
