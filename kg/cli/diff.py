"""`kg diff`: compare two builds."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import terminal
from kg.cli.options import memory_option, view_format

if TYPE_CHECKING:
    from kg.diff.comparison import Comparison

GUARDED = ("figures", "entities", "mentions", "pairs")
"""Names of the tables that --fail-if-lost checks."""


def _percent(_ctx: click.Context, _option: click.Parameter, value: str | None) -> Fraction | None:
    """Read a percentage such as 1, 0.5 or 1% as an exact fraction."""
    if value is None:
        return None
    number = value.removesuffix("%")
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?", number) or Fraction(number) > 100:
        raise click.BadParameter(f"{value!r} is not a percentage from 0 to 100, such as 1% or 0.5")
    return Fraction(number)


@click.command()
@click.argument("before", type=click.Path(), metavar="BEFORE")
@click.argument("after", type=click.Path(), metavar="AFTER")
@view_format
@click.option(
    "-o", "--output", type=click.Path(), metavar="FOLDER", help="Write every changed cell, one TSV file per table."
)
@click.option(
    "--rdf", type=click.Path(), metavar="FILE",
    help="Write a SPARQL Update that turns the triples of BEFORE into those of AFTER; .gz compresses.",
)  # fmt: skip
@click.option(
    "--fail-if-lost", "limit", callback=_percent, metavar="PERCENT",
    help="End with exit code 1 if more of the figures, entities, mentions or pairs vanished.",
)  # fmt: skip
@click.option(
    "--top", type=click.IntRange(1), default=10, show_default=True, help="Number of entities and pairs to show."
)
@memory_option
def diff(
    before: str, after: str, format_: str, output: str | None, rdf: str | None, limit: Fraction | None, top: int,
    memory_limit: str,
) -> None:  # fmt: skip
    """Compare the builds BEFORE and AFTER, two folders that kg build wrote, and show the differences.

    Rows are matched by their keys. Lists of pairs leave out the pairs below the --min-figures of BEFORE.

    Example: kg diff exports-2023 exports --fail-if-lost 1%
    """
    from kg.diff.comparison import Comparison

    if rdf == "-":
        raise click.BadParameter("the summary goes to standard output; name a file", param_hint="--rdf")
    with Comparison(before, after, memory_limit) as comparison:
        result = _compare(comparison, output, top)
        if rdf:
            _update(comparison, rdf)
    click.echo(json.dumps(result, indent=2, ensure_ascii=False) if format_ == "json" else _to_text(result, top))
    if limit is not None and (message := _lost(result, limit)):
        click.echo(f"kg: {message}", err=True)
        click.get_current_context().exit(1)


def _compare(comparison: Comparison, output: str | None, top: int) -> dict[str, Any]:
    from kg.runtime.folders import atomic_folder

    with terminal.progress(quiet=False) as progress:
        if output is None:
            return comparison.compare(None, top, progress)
        with atomic_folder(Path(output)) as folder:
            return comparison.compare(folder, top, progress)


def _update(comparison: Comparison, path: str) -> None:
    from kg.diff.triples import Update, header, operation

    update = Update(comparison)
    with terminal.output(path) as file:
        file.write(header(comparison.builds))
        gone, new = update.make(lambda verb, lines: file.write(operation(verb, lines).encode("utf-8", "replace")))
    click.echo(f"{path}: {gone:,} triples to delete, {new:,} to insert", err=True)


def _lost(result: dict[str, Any], limit: Fraction) -> str:
    """Return a message with the tables that lost more than `limit` percent of their rows; empty if none did."""
    tables = {table["table"]: table for table in result["tables"]}
    lost = []
    for name in GUARDED:
        if name not in tables:
            lost.append(f"{name} cannot be compared")
            continue
        vanished, before = tables[name]["vanished"], tables[name]["before"]
        if vanished * 100 > limit * before:
            lost.append(f"{_table_name(tables[name])} {vanished:,} of {before:,} ({vanished / before:.2%})")
    return f"lost more than {float(limit):g}%: {'; '.join(lost)}" if lost else ""


# -- text for the terminal


def _to_text(result: dict[str, Any], top: int) -> str:
    from kg.cli import text_table

    if result["identical"]:
        return f"{result['before']} and {result['after']} are the same: neither a row nor the manifest differs"
    columns = ("table", "before", "after", "appeared", "vanished", "changed", "cells changed")
    rows = [
        (_table_name(table), *(table[name] for name in columns[1:-1]), _cells(table.get("columns", {})))
        for table in result["tables"]
    ]
    sections = [text_table.table(columns, rows)]
    for title, differences in _sections(result):
        if differences:
            more = f", {top} of {len(differences):,}" if len(differences) > top else ""
            cells = [[_cell(cell) for cell in row.values()] for row in differences[:top]]
            sections.append(f"{title}{more}\n" + text_table.table(list(differences[0]), cells))
    if result["manifest"]:
        values = [[_cell(cell) for cell in row.values()] for row in result["manifest"]]
        sections.append("manifest\n" + text_table.table(("name", "before", "after"), values))
    if result["left_out"]:
        sections.append("not compared\n" + "".join(f"{reason}\n" for reason in result["left_out"]))
    return "\n".join(sections).removesuffix("\n")


def _sections(result: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    ends = ("subject", "object", "before", "after")
    pairs = {name: [{end: row[end] for end in ends} for row in rows] for name, rows in result["pairs"].items()}
    return [
        ("entities renamed or merged: their identifier belongs to another entity now", result["identifiers"]),
        ("entities with another name", result["names"]),
        ("entities with another identifier status", result["statuses"]),
        ("words with another most probable reading; without a name the word is not in doubt", result["readings"]),
        *((f"pairs whose {name} changed most", rows) for name, rows in pairs.items()),
    ]


def _table_name(table: dict[str, Any]) -> str:
    return f"pairs of {table['least']} figures or more" if "least" in table else str(table["table"])


def _cells(columns: dict[str, int], most: int = 4) -> str:
    """List the columns with the most changed cells."""
    order = sorted(columns, key=lambda name: -columns[name])
    more = f" and {len(order) - most} more columns" if len(order) > most else ""
    return ", ".join(f"{name} {columns[name]:,}" for name in order[:most]) + more


def _cell(cell: Any) -> Any:
    """Format a cell: whole numbers without decimals, booleans as JSON writes them."""
    if isinstance(cell, bool):
        return json.dumps(cell)
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
