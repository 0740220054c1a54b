"""Answers of `kg enrich`: a table to read, TSV, CSV, JSON and Parquet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.cli import text_table
from kg.errors import ParameterError
from kg.exporters.enrichment import as_dict, stacked, words_with_genes
from kg.model.delimited import ROWS, cell

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.cli.enrich import Answer
    from kg.enrichment.enrich import EnrichmentOptions
    from kg.runtime.files import BinaryWriter

_SUFFIXES = {".tsv": "tsv", ".csv": "csv", ".json": "json", ".parquet": "parquet", ".txt": "table"}


def format_of(output: str) -> str:
    """Return the format that the suffix of a file asks for; a table for standard output.

    Raises ParameterError for another suffix.
    """
    suffix = Path(output).suffix.lower()
    if output == "-" or output.startswith("/dev/"):
        return "table"
    if suffix not in _SUFFIXES:
        raise ParameterError(f"{output}: no format ends like this; give -f, or a file in {', '.join(_SUFFIXES)}")
    return _SUFFIXES[suffix]


def write(
    file: BinaryWriter, answers: Sequence[Answer], options: EnrichmentOptions, format_: str, *, several: bool
) -> None:
    """Write the answers; those of several lists have a column, or in JSON an entry of each list."""
    if format_ == "json":
        file.write(_json(answers, options, several=several))
        return
    table = stacked([(one.given.source, one.table) for one in answers]) if several else answers[0].table
    if format_ == "parquet":
        import pyarrow.parquet as pq

        table = table.replace_schema_metadata({"background": "\n".join(_backgrounds(answers, several=several))})
        pq.write_table(table, file, compression="zstd")
    else:
        file.write(text_table.of_rows(table, _cells).encode() if format_ == "table" else _lines(table, ROWS[format_]))


def _backgrounds(answers: Sequence[Answer], *, several: bool) -> list[str]:
    """Return the sentence of each list about its background, behind its name where there are several."""
    return [f"{one.given.source}: {one.result.background}" if several else one.result.background for one in answers]


def _json(answers: Sequence[Answer], options: EnrichmentOptions, *, several: bool) -> bytes:
    dicts = [as_dict(one.result, one.table, one.given, options) for one in answers]
    return (json.dumps({"lists": dicts} if several else dicts[0], indent=2, ensure_ascii=False) + "\n").encode()


def _lines(table: pa.Table, written: Callable[[Iterable[str]], str]) -> bytes:
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    lines = [written(table.column_names), *(written(map(cell, row)) for row in rows)]
    return "".join(lines).encode()


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with short identifiers, hits as a fraction, and the words with their genes last."""
    named = {"list": row["list"]} if "list" in row else {}
    if "figure_id" in row:
        titled = {"title": row["title"]} if "title" in row else {}
        named |= {"figure": row["figure_id"].partition(":")[2], **titled, "year": row["year"]}
    else:
        named |= {"entity": row["entity_id"], "name": row["name"], "category": row["category"]}
    return named | {
        "hits": f"{row['hits']}/{row['words_drawn']}",
        "expected": row["expected"],
        "p": row["p"],
        "q": row["q"],
        "score": row["score"],
        "similar": row["cluster_size"] - 1,
        "words: genes": words_with_genes(row["words"], row["genes"]),
    }
