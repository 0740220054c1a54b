"""A comparison with pathways as one page that needs no server, no script and no network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.exporters.enrichment import words_with_genes
from kg.graph.comparison import ComparedBuild, chosen
from kg.model.identifiers import page as page_of

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 500
"""Rows of each table; the others are in the tables that are files."""

MOST_WORDS = 60
"""Words in one cell."""

_SECTIONS = (
    ("figures", "no pathway", "Figures that no pathway explains", "those with most words first"),
    ("pathways", "no figure", "Pathways that no figure shows", "those with most drawn words first"),
    ("figures", "partial", "Figures that a pathway has in part", "the words in no pathway are candidates for it"),
    ("pathways", "partial", "Pathways that figures show in part", "those with most drawn words first"),
    ("figures", "matched", "Figures with a pathway", "those with most words first"),
    ("pathways", "matched", "Pathways with a figure", "those with most drawn words first"),
)


def page(compared: ComparedBuild, source: str, report: Sequence[str]) -> Iterator[str]:
    """Yield the page about a comparison with the pathways of `source`; texts are never read as markup."""
    style = "\n" + "".join(
        (files("kg") / "web/static" / name).read_text("utf-8") for name in ("style.css", "linked.css")
    )
    digest = b64encode(sha256(style.encode()).digest()).decode()
    title = f"Figures compared with {escape(source)}"
    yield (
        f'<!doctype html>\n<html lang="en" data-page="linked">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n'
        '<body>\n<header>\n<a class="skip" href="#main">Skip to the content</a>\n'
        '<span class="brand"><span>Pathway Figures</span></span>\n</header>\n'
        f'<main id="main" class="problem-page linked" tabindex="-1">\n<h1>{title}</h1>\n'
    )
    yield _list(compared.summary())
    yield f"<details><summary>How the file was read</summary>\n{_list(report)}</details>\n"
    yield from _counts(compared)
    for number, (name, status, heading, order) in enumerate(_SECTIONS):
        yield from _section(compared, name, status, heading, order, f"part-{number}")
    yield from _words(compared)
    yield "</main>\n</body>\n</html>\n"


def _list(lines: Sequence[str]) -> str:
    return "<ul>\n" + "".join(f"<li>{escape(line)}</li>\n" for line in lines) + "</ul>\n"


def _counts(compared: ComparedBuild) -> Iterator[str]:
    """Yield the table of statuses, with links to the parts of the page."""
    links = {(name, status): f"#part-{number}" for number, (name, status, *_) in enumerate(_SECTIONS)}
    rows = []
    for name in ("figures", "pathways"):
        counts = compared.counts(name)
        for status, number in counts.items():
            target = links.get((name, status))
            text = f'<a href="{target}">{escape(status)}</a>' if target else escape(status)
            rows.append((escape(name), text, f"{number:,}", f"{number / sum(counts.values()):.0%}"))
    yield from _table("counts", "How many", ("of", "status", "number", "part"), rows, numbers=(2, 3))


def _section(compared: ComparedBuild, name: str, status: str, heading: str, order: str, id_: str) -> Iterator[str]:
    table = chosen(compared.table(name), [status], None)
    shown = table.slice(0, MOST_ROWS)
    note = f"{table.num_rows:,} {name}, {order}" + (
        f"; the first {MOST_ROWS:,} are here" if table.num_rows > MOST_ROWS else ""
    )
    if name == "figures":
        columns: tuple[str, ...] = (
            "figure",
            "words",
            "best pathway",
            "shared",
            "q",
            "words in it",
            "words in no pathway",
        )
        rows = [_figure(row) for row in shown.to_pylist()]
        numbers: tuple[int, ...] = (1, 3, 4)
    else:
        columns = ("pathway", "genes", "words", "best figure", "shared", "q", "figures", "never drawn")
        rows = [_pathway(row) for row in shown.to_pylist()]
        numbers = (1, 2, 4, 5, 6)
    yield from _table(id_, heading, columns, rows, numbers, note)


def _figure(row: dict[str, Any]) -> tuple[str, ...]:
    words = (words_with_genes([word], [genes]) for word, genes in zip(row["words"], row["genes"], strict=True))
    return (
        _figure_link(row), str(row["words_drawn"]), escape(row["pathway"] or "none"), _shared(row, "coverage"),
        _number(row["q"]), _several(words), _several(row["novel_words"]),
    )  # fmt: skip


def _pathway(row: dict[str, Any]) -> tuple[str, ...]:
    name = _link(row["page"], row["pathway"], row["pathway_id"] if row["pathway_id"] != row["pathway"] else "")
    best = _figure_link(row | {"page": page_of(row["figure_id"])}) if row["figure_id"] else "none"
    return (
        name, str(row["genes"]), str(row["words_drawn"]), best, _shared(row, "pathway_coverage"), _number(row["q"]),
        str(row["figures"]), _several(row["never_drawn"]),
    )  # fmt: skip


def _figure_link(row: dict[str, Any]) -> str:
    figid = row["figure_id"].partition(":")[2]
    year = f" ({row['year']})" if row["year"] else ""
    return _link(row["page"], (row["title"] or figid) + year, figid if row["title"] else "")


def _link(address: str | None, text: str, more: str) -> str:
    name = f'<a href="{escape(address)}" rel="noreferrer">{escape(text)}</a>' if address else escape(text)
    return name + (f"<br><small>{escape(more)}</small>" if more else "")


def _shared(row: dict[str, Any], part: str) -> str:
    return "" if row["hits"] is None else f"{row['hits']} ({row[part]:.0%})"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}"


def _several(texts: Any) -> str:
    texts = list(texts)
    more = f" and {len(texts) - MOST_WORDS:,} more" if len(texts) > MOST_WORDS else ""
    return escape(", ".join(texts[:MOST_WORDS]) + more)


def _words(compared: ComparedBuild) -> Iterator[str]:
    table: pa.Table = compared.words.slice(0, MOST_ROWS)
    rows = [(escape(row["word"]), f"{row['figures']:,}") for row in table.to_pylist()]
    note = f"{compared.words.num_rows:,} words, those in most figures first"
    yield from _table("words", "Drawn words in no pathway", ("word", "figures"), rows, (1,), note)


def _table(
    id_: str,
    heading: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Sequence[int] = (),
    note: str = "",
) -> Iterator[str]:
    """Yield a part of the page with a table that scrolls by itself; the cells are HTML."""
    yield f'<section aria-labelledby="{id_}">\n<h2 id="{id_}">{escape(heading)}</h2>\n'
    if note:
        yield f'<p class="note">{escape(note)}</p>\n'
    if rows:
        yield f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{id_}">\n<table>\n<thead><tr>'
        yield "".join(_cell('th scope="col"', escape(name), place in numbers) for place, name in enumerate(columns))
        yield "</tr></thead>\n<tbody>\n"
        for row in rows:
            cells = [_cell("td", cell, place in numbers) for place, cell in enumerate(row)]
            yield f"<tr>{''.join(cells)}</tr>\n"
        yield "</tbody>\n</table>\n</div>\n"
    yield "</section>\n"


def _cell(tag: str, content: str, is_number: bool) -> str:
    number = ' class="number"' if is_number else ""
    return f"<{tag}{number}>{content}</{tag.partition(' ')[0]}>"
