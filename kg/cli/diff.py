"""`kg diff`: what is another in one build than in another."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import terminal
from kg.cli.options import view_format

if TYPE_CHECKING:
    from kg.diff.comparison import Comparison

GUARDED = ("figures", "entities", "mentions", "pairs")
"""What --fail-if-lost looks at."""


def _percent(_ctx: click.Context, _option: click.Parameter, value: str | None) -> Fraction | None:
    """Read 1, 0.5 or 1%, exactly."""
    if value is None:
        return None
    number = value.removesuffix("%")
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?", number) or Fraction(number) > 100:
        raise click.BadParameter(f"{value!r} is no percentage from 0 to 100, such as 1% or 0.5")
    return Fraction(number)


@click.command(short_help="What differs between two builds.")
@click.argument("before", type=click.Path(), metavar="BEFORE")
@click.argument("after", type=click.Path(), metavar="AFTER")
@view_format
@click.option(
    "-o", "--output", type=click.Path(), metavar="FOLDER", help="Write each cell that differs, a TSV a table."
)
@click.option(
    "--rdf", type=click.Path(), metavar="FILE",
    help="Write a SPARQL Update that makes AFTER's triples of BEFORE's; .gz compresses.",
)  # fmt: skip
@click.option(
    "--fail-if-lost", "limit", callback=_percent, metavar="PERCENT",
    help="Exit code 1 if more of the figures, entities, mentions or pairs vanished.",
)  # fmt: skip
@click.option(
    "--top", type=click.IntRange(1), default=10, show_default=True, help="How many entities and pairs to show."
)
@click.option(
    "--memory-limit", default="4GiB", show_default=True, help="Memory of the database engine; the rest spills."
)
def diff(
    before: str, after: str, format_: str, output: str | None, rdf: str | None, limit: Fraction | None, top: int,
    memory_limit: str,
) -> None:  # fmt: skip
    """Show what differs between the builds BEFORE and AFTER, two folders that kg build wrote.

    Rows are compared by their keys. Pairs, where nothing else is said, are those of at least so many figures as BEFORE
    writes to RDF.

    Example: kg diff exports-2023 exports --fail-if-lost 1%
    """
    from kg.diff.comparison import Comparison

    if rdf == "-":
        raise click.BadParameter("the summary goes to standard output; name a file", param_hint="--rdf")
    with Comparison(before, after, memory_limit) as comparison:
        found = _compare(comparison, output, top)
        if rdf:
            _update(comparison, rdf)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if format_ == "json" else _to_text(found, top), nl=True)
    if limit is not None and (message := _lost(found, limit)):
        click.echo(f"kg: {message}", err=True)
        click.get_current_context().exit(1)


def _compare(comparison: Comparison, output: str | None, top: int) -> dict[str, Any]:
    from kg.runtime.files import atomic_folder

    with terminal.progress(quiet=False) as progress:
        if output is None:
            return comparison.compare(None, top, progress)
        with atomic_folder(Path(output).resolve()) as folder:
            return comparison.compare(folder, top, progress)


def _update(comparison: Comparison, path: str) -> None:
    from kg.diff.triples import Update, header, operation

    update = Update(comparison)
    with terminal.output(path) as file:
        file.write(header(comparison.builds))
        gone, come = update.make(lambda verb, lines: file.write(operation(verb, lines).encode("utf-8", "replace")))
    click.echo(f"{path}: {gone:,} triples to delete, {come:,} to insert", err=True)


def _lost(found: dict[str, Any], limit: Fraction) -> str:
    """Say which tables lost more than the limit; nothing if none did."""
    tables = {table["table"]: table for table in found["tables"]}
    lost = []
    for name in GUARDED:
        if name not in tables:
            lost.append(f"{name} cannot be compared")
            continue
        gone, had = tables[name]["vanished"], tables[name]["before"]
        if gone * 100 > limit * had:
            lost.append(f"{_table_name(tables[name])} {gone:,} of {had:,} ({gone / had:.2%})")
    return f"lost more than {float(limit):g}%: {'; '.join(lost)}" if lost else ""


# -- for people


def _to_text(found: dict[str, Any], top: int) -> str:
    from kg.cli import text_table

    if found["identical"]:
        return f"{found['before']} and {found['after']} are the same: no row and nothing of the manifest differs"
    columns = ("table", "before", "after", "appeared", "vanished", "changed", "cells changed")
    rows = [
        (_table_name(each), *(each[name] for name in columns[1:-1]), _cells(each.get("columns", {})))
        for each in found["tables"]
    ]
    sections = [text_table.table(columns, rows)]
    for title, some in _sections(found):
        if some:
            more = f", {top} of {len(some):,}" if len(some) > top else ""
            shown = [[_shown(cell) for cell in row.values()] for row in some[:top]]
            sections.append(f"{title}{more}\n" + text_table.table(list(some[0]), shown))
    if found["manifest"]:
        values = [[_shown(cell) for cell in row.values()] for row in found["manifest"]]
        sections.append("manifest\n" + text_table.table(("name", "before", "after"), values))
    if found["left_out"]:
        sections.append("not compared\n" + "".join(f"{each}\n" for each in found["left_out"]))
    return "\n".join(sections).removesuffix("\n")


def _sections(found: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    ends = ("subject", "object", "before", "after")
    pairs = {name: [{end: row[end] for end in ends} for row in rows] for name, rows in found["pairs"].items()}
    return [
        ("entities renamed or merged: an identifier that is one of another entity now", found["identifiers"]),
        ("entities with another name", found["names"]),
        ("entities with another identifier status", found["statuses"]),
        *((f"pairs whose {name} changed most", rows) for name, rows in pairs.items()),
    ]


def _table_name(table: dict[str, Any]) -> str:
    return f"pairs of {table['least']} figures or more" if "least" in table else str(table["table"])


def _cells(columns: dict[str, int], most: int = 4) -> str:
    """Name the columns with the most cells that differ."""
    order = sorted(columns, key=lambda name: -columns[name])
    more = f" and {len(order) - most} more columns" if len(order) > most else ""
    return ", ".join(f"{name} {columns[name]:,}" for name in order[:most]) + more


def _shown(cell: Any) -> Any:
    """Show whole numbers as such, and what is no text as JSON has it."""
    if isinstance(cell, bool):
        return json.dumps(cell)
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
