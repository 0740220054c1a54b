"""Answers of `kg compare`: tables to read, files of one table, the page, the picture, and the folder of all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from kg.cli import terminal, text_table
from kg.errors import KgError, ParameterError
from kg.exporters.comparison_page import page
from kg.graph.comparison import TABLES, chosen
from kg.model.delimited import ROWS, cell
from kg.runtime.plugins import install_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from kg.graph.comparison import ComparedBuild
    from kg.runtime.files import BinaryWriter

_SUFFIXES = {
    ".tsv": "tsv", ".csv": "csv", ".json": "json", ".parquet": "parquet", ".txt": "table", ".html": "html",
    ".png": "png", ".svg": "svg",
}  # fmt: skip

FOLDER = ("tsv", "csv", "parquet")
"""Formats of the tables of a folder, the default first."""


class Answer(NamedTuple):
    """A comparison and the rows of it that are shown."""

    compared: ComparedBuild
    source: str
    report: Sequence[str]
    which: str
    statuses: Sequence[str]
    top: int | None

    def table(self, name: str, top: int | None = None) -> pa.Table:
        """Return the chosen rows of a table."""
        return chosen(self.compared.table(name), self.statuses, self.top or top)


def format_of(output: str, format_: str | None) -> str:
    """Return the format that is asked for; `folder:FORMAT` for a folder.

    Raises ParameterError for a suffix that no format has, and for a format that tables of a folder do not have.
    """
    if output == "-" or output.startswith("/dev/"):
        return format_ or "table"
    suffix = Path(output).suffix.lower()
    if Path(output).is_dir() or (not suffix and format_ in (None, *FOLDER)):
        if format_ not in (None, *FOLDER):
            raise ParameterError(f"{output}: a folder; its tables are {', '.join(FOLDER)}; give a file for {format_}")
        return f"folder:{format_ or FOLDER[0]}"
    if format_ is None and suffix not in _SUFFIXES:
        raise ParameterError(f"{output}: no format ends like this; give -f, or a file in {', '.join(_SUFFIXES)}")
    return format_ or _SUFFIXES[suffix]


def write(answer: Answer, format_: str, output: str) -> None:
    """Write an answer in one of the formats of `format_of`."""
    if format_.startswith("folder:"):
        _write_folder(answer, format_.partition(":")[2], Path(output))
        return
    content = _content(answer, format_, answer.which)
    with terminal.output(output) as file:
        file.write(content)


def _content(answer: Answer, format_: str, name: str) -> bytes:
    if format_ == "json":
        return _json(answer)
    if format_ == "html":
        return "".join(page(answer.compared, answer.source, answer.report)).encode()
    if format_ in ("png", "svg"):
        return _picture(answer, format_)
    if format_ == "table":
        return text_table.of_rows(answer.table(name, 20), _cells).encode()
    return _lines(answer.table(name), format_) if format_ != "parquet" else _parquet(answer.table(name))


def _write_folder(answer: Answer, format_: str, folder: Path) -> None:
    """Write all tables, the summary, the page and the picture into a folder that is replaced as a whole."""
    from kg.runtime.folders import atomic_folder

    contents = {f"{name}.{format_}": _content(answer, format_, name) for name in TABLES}
    contents["summary.json"] = (json.dumps(_head(answer), indent=2, ensure_ascii=False) + "\n").encode()
    contents["index.html"] = _content(answer, "html", "")
    try:
        contents["comparison.svg"] = _picture(answer, "svg")
    except KgError as error:
        terminal.note(f"without picture: {error}")
    with atomic_folder(folder) as aside:
        for name, content in contents.items():
            (aside / name).write_bytes(content)
    click.echo(f"{folder}: {', '.join(contents)}", err=True)


def _picture(answer: Answer, format_: str) -> bytes:
    try:
        from kg.exporters.plots.comparison import draw_comparison
    except ModuleNotFoundError as error:
        command = install_command("plot")
        raise KgError(f"a picture needs {error.name}, which is not installed; install it with: {command}") from None
    return draw_comparison(answer.compared, answer.source, format_)


def _head(answer: Answer) -> dict[str, Any]:
    options = answer.compared.options
    return {
        "source": answer.source,
        "report": list(answer.report),
        "by": options.by,
        "min_words": options.min_hits,
        "max_q": options.max_q,
        "min_coverage": options.min_coverage,
        "units": answer.compared.units,
        "tests": answer.compared.tests,
        "figures": answer.compared.counts("figures"),
        "pathways": answer.compared.counts("pathways"),
        "novel_words": answer.compared.words.num_rows,
    }


def _json(answer: Answer) -> bytes:
    rows = {name.replace("-", "_"): answer.table(name).to_pylist() for name in TABLES}
    content = json.dumps({"comparison": _head(answer), **rows}, indent=2, ensure_ascii=False)
    return (content + "\n").encode()


def _lines(table: pa.Table, format_: str) -> bytes:
    written = ROWS[format_]
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return "".join([written(table.column_names), *(written(map(cell, row)) for row in rows)]).encode()


def _parquet(table: pa.Table) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink: BinaryWriter = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())  # type: ignore[attr-defined]


# -- tables to read


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row in short: identifiers without prefix, shared words with their part, lists as texts."""
    if "word" in row:
        return row
    figure = (row["figure_id"] or "").partition(":")[2] or None
    titled = {"title": row["title"]} if "title" in row else {}
    if "novel_words" in row:
        return {
            "status": row["status"], "figure": figure, **titled, "year": row["year"], "words": row["words_drawn"],
            "best pathway": row["pathway"], "shared": _part(row, "coverage"), "q": row["q"],
            "words in no pathway": ", ".join(row["novel_words"]),
        }  # fmt: skip
    return {
        "status": row["status"], "pathway": row["pathway_id"], "name": row["pathway"], "genes": row["genes"],
        "words": row["words_drawn"], "best figure": figure, "shared": _part(row, "pathway_coverage"), "q": row["q"],
        "figures": row["figures"], "never drawn": ", ".join(row["never_drawn"]),
    }  # fmt: skip


def _part(row: dict[str, Any], column: str) -> str | None:
    return None if row["hits"] is None else f"{row['hits']} ({row[column]:.0%})"
