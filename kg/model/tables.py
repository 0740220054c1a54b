"""Arrow schemas of the raw tables (`RAW`), which hold parsed records, and of the published tables (`TABLES`).

docs/data-model.md defines every published column; a test compares the two.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kg.model.build import SORT_KEYS
from kg.model.records import Citation, Figure, Link, Mention, PaperIds, Problem, Table

_TEXT, _TEXTS, _WHOLE, _REAL, _FLAG = pa.string(), pa.list_(pa.string()), pa.int32(), pa.float64(), pa.bool_()
_DICTIONARY = pa.dictionary(pa.int32(), _TEXT)


def text_schema(*names: str) -> pa.Schema:
    """Return a schema of text columns."""
    return pa.schema([(name, _TEXT) for name in names])


def _schema(required: dict[str, pa.DataType], optional: dict[str, pa.DataType] | None = None) -> pa.Schema:
    columns = [pa.field(name, dtype, nullable=False) for name, dtype in required.items()]
    return pa.schema(columns + [pa.field(name, dtype) for name, dtype in (optional or {}).items()])


_FIGURE_FIELDS: dict[str, pa.DataType] = {
    "alias": _TEXT,
    "title": _TEXT,
    "caption": _TEXT,
    "number": _TEXT,
    "figure_type": _TEXT,
    "year": _WHOLE,
    "filename": _TEXT,
    "url": _TEXT,
    "pathway_score": _REAL,
    "search_rank": _WHOLE,
    "organisms": _TEXTS,
    "organisms_ner": _TEXTS,
    "annotations": _TEXTS,
    "ndex": _TEXT,
    "wikipathways_id": _TEXT,
}

_PAPER_FIELDS: dict[str, pa.DataType] = {
    "reference": _TEXT,
    "doi": _TEXT,
    "journal": _TEXT,
    "journal_abbreviation": _TEXT,
    "publisher": _TEXT,
}

STATISTICS = ("expected", "lift", "jaccard", "npmi", "log10_p")
"""Columns of pairs that follow from the counts of a pair alone; `q` depends on all pairs."""

_STATISTIC_FIELDS: dict[str, pa.DataType] = {
    "first_year": _WHOLE,
    "last_year": _WHOLE,
    **dict.fromkeys((*STATISTICS, "q"), _REAL),
}

RAW: dict[type, tuple[str, pa.Schema]] = {
    Figure: (
        "raw_figures",
        _schema(
            {"record": pa.int64(), "figure_id": _TEXT, "paper_id": _TEXT},
            _FIGURE_FIELDS | {"paper_title": _TEXT} | _PAPER_FIELDS | {"paper_keywords": _TEXTS},
        ),
    ),
    Table: ("raw_tables", _schema({"record": pa.int64(), "figure_id": _TEXT, "category": _TEXT})),
    Mention: (
        "raw_mentions",
        _schema(
            {"record": pa.int64(), "figure_id": _TEXT, "origin": _TEXT, "category": _TEXT, "position": _WHOLE}
            | {"keyword": _TEXT, "name": _TEXT},
            {"word": _TEXT, "match": _TEXT, "entity_id": _TEXT, "xref": _TEXT, "source": _TEXT}
            | {"flavour": _TEXT, "taxon": _TEXT},
        ),
    ),
    Link: ("raw_links", _schema({"record": pa.int64(), "figure_id": _TEXT, "kind": _TEXT, "target": _TEXT})),
    Citation: ("raw_citations", _schema({"record": pa.int64(), "citing_id": _TEXT, "cited_id": _TEXT})),
    PaperIds: ("raw_paper_ids", _schema({"record": pa.int64(), "paper_id": _TEXT, "other_id": _TEXT})),
    Problem: (
        "raw_problems",
        _schema({"record": pa.int64(), "severity": _TEXT, "code": _TEXT, "file": _TEXT}, {"line": _WHOLE}).append(
            pa.field("message", _TEXT, nullable=False)
        ),
    ),
}
"""Raw table, name and schema, by element class; `record` is the number of the file among those read."""

RAW_FILES = ("raw_files", _schema({"record": pa.int64(), "name": _TEXT, "digest": _TEXT}))
"""Name and schema of the table of files read; `digest` is the SHA-256 of a file."""

TABLES: dict[str, pa.Schema] = {
    "figures": _schema(
        {"figure_id": _TEXT, "paper_id": _TEXT}, _FIGURE_FIELDS | {"source_file": _TEXT, "license": _TEXT}
    ),
    "papers": _schema(
        {"paper_id": _TEXT, "figures": _WHOLE},
        {"title": _TEXT} | _PAPER_FIELDS | {"year": _WHOLE, "keywords": _TEXTS},
    ),
    "entities": _schema(
        {"entity_id": _TEXT, "category": _TEXT, "name": _TEXT, "id_status": _TEXT, "figures": _WHOLE}
        | {"papers": _WHOLE},
        {"taxon": _TEXT, "xrefs": _TEXTS, "synonyms": _TEXTS},
    ),
    "mentions": _schema(
        {"figure_id": _TEXT, "entity_id": _TEXT, "origin": _TEXT, "word_status": _TEXT, "n_candidates": _WHOLE}
        | {"flavour": _TEXT, "probability": _REAL, "share": _REAL, "reading": _TEXT},
        {"word": _TEXT, "match": _TEXT, "source": _TEXT},
    ),
    "word_readings": _schema(
        {"figure_id": _TEXT, "match": _TEXT, "entity_id": _TEXT, "category": _TEXT, "name": _TEXT, "members": _WHOLE}
        | {"source": _TEXT, "recorded": _FLAG, "probability": _REAL}
    ),
    "members": _schema({"family_id": _TEXT, "entity_id": _TEXT}),
    "words": _schema(
        {"word_id": _TEXT, "word": _TEXT, "category": _TEXT, "word_status": _TEXT, "figures": _WHOLE}
        | {"papers": _WHOLE, "entities": _WHOLE}
    ),
    "citations": _schema({"citing_id": _TEXT, "cited_id": _TEXT, "kind": _TEXT}),
    "cooccurrences": _schema(
        {"subject_id": _TEXT, "object_id": _TEXT, "subject_category": _TEXT, "object_category": _TEXT}
        | {"figures": _WHOLE, "figures_all": _WHOLE, "figures_synonyms": _WHOLE, "figures_strict": _WHOLE}
        | {"papers": _WHOLE, "weight": _REAL},
        {"subject_figures": _WHOLE, "object_figures": _WHOLE, "universe": _WHOLE, "taxon": _TEXT} | _STATISTIC_FIELDS,
    ),
    "word_cooccurrences": _schema(
        {"subject_id": _TEXT, "object_id": _TEXT, "subject_category": _TEXT, "object_category": _TEXT}
        | {"figures": _WHOLE, "papers": _WHOLE},
        {"subject_figures": _WHOLE, "object_figures": _WHOLE, "universe": _WHOLE} | _STATISTIC_FIELDS,
    ),
}
"""Schemas of the published tables, by name; rows are sorted by `SORT_KEYS`."""

ROW_GROUP = 131_072
"""Rows of a Parquet row group."""


def to_arrow(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Convert rows into an Arrow table; each row has a value for every column of the schema."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def write_parquet(path: Path, name: str, batches: Iterable[pa.RecordBatch]) -> int:
    """Write a published table in the order of its batches; return the number of rows.

    The bytes depend on the rows and the pyarrow version only: not on the sizes of the batches, nor on which texts are
    arrays of dictionary type. Only the first column of the sort key has statistics, because the values of others are
    spread over all row groups.
    """
    schema = _encoded(TABLES[name])
    plain = schema.equals(TABLES[name])
    options = {"compression": "zstd", "write_statistics": [*SORT_KEYS[name][:1]], "store_schema": plain}
    rows = 0
    with pq.ParquetWriter(path, schema, **options) as writer:
        for table in row_groups(batches):
            columns = [_column(table[field.name], field.type) for field in schema]
            writer.write_table(pa.table(columns, schema=schema), row_group_size=ROW_GROUP)
            rows += table.num_rows
    return rows


def row_groups(batches: Iterable[pa.RecordBatch], filled: int = 0) -> Iterator[pa.Table]:
    """Yield the rows as tables of whole row groups, each of one chunk; the last one may be shorter.

    The first one has `filled` rows less, because its row group has these already.
    """
    waiting: list[pa.Table] = []
    count, room = 0, ROW_GROUP - filled
    for batch in batches:
        waiting.append(pa.Table.from_batches([batch]))
        count += batch.num_rows
        if count >= room:
            rows = _one_chunk(waiting)
            while count >= room:
                yield rows.slice(rows.num_rows - count, room)
                count, room = count - room, ROW_GROUP
            waiting = [rows.slice(rows.num_rows - count)]
    if count:
        yield _one_chunk(waiting)


def _one_chunk(tables: list[pa.Table]) -> pa.Table:
    with_rows = [table for table in tables if table.num_rows]
    return with_rows[0] if len(with_rows) == 1 else pa.concat_tables(with_rows).combine_chunks()


def _encoded(schema: pa.Schema) -> pa.Schema:
    """Return the schema in which a table is written: texts of pairs as dictionaries, because their values repeat.

    Parquet's writer then looks each value of a row group up once. Files have the types of `TABLES` nevertheless.
    """
    if "subject_id" not in schema.names:
        return schema
    return pa.schema([field.with_type(_DICTIONARY) if field.type == _TEXT else field for field in schema])


def _column(column: pa.ChunkedArray, dtype: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """Return a column in the type in which it is written; a dictionary has the values in use by first appearance."""
    if dtype != _DICTIONARY:
        return column.cast(dtype)
    values = column.combine_chunks()
    if not pa.types.is_dictionary(values.type):
        return values.dictionary_encode()
    used = values.indices.dictionary_encode()
    return pa.DictionaryArray.from_arrays(used.indices, values.dictionary.take(used.dictionary))
