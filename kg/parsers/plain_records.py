"""Plain records of figures, many at once, as columns: the same rows as `kg.parsers.figures` reads, but faster.

A record is plain where

- it is UTF-8 with printable characters and line ends only, and has the usual first and last line;
- its front matter is as `kg.parsers.outlines` reads it, and its fields have the usual types;
- its figid is the name of its file, and it gives no Problem.

`kg.parsers.figures` defines the meaning of a record, and reads all records that are not plain.
"""

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kg.model import paper_ids
from kg.model.identifiers import FIGID, curie
from kg.model.records import FIRST_YEAR, LAST_YEAR, Figure, Mention
from kg.parsers import Columns, File, record_fields
from kg.parsers.figure_values import MOJIBAKE, MOST_RANK, figure_url, probability, whole_number
from kg.parsers.frontmatter import MAX_BYTES
from kg.parsers.outlines import Outlines
from kg.parsers.record_fields import Fields

_ASCII = bytes(range(128))
_CONTROL = bytes({*range(32), 127} - {*b"\n"})

_NONE = Columns({}, frozenset())


class _Record(NamedTuple):
    """A file with its figid, by its name, and its front matter."""

    file: File
    figid: str
    text: bytes


def read(files: Iterable[File]) -> Columns:
    """Return the figures and mentions of the plain records."""
    records = [record for file in files if (record := _record(file))]
    if not _is_usual(b"".join(record.text for record in records)):
        records = [record for record in records if _is_usual(record.text)]
    if not records:
        return _NONE
    outlines = Outlines([record.text for record in records])
    of_records = {
        number: lines
        for number, outline in enumerate(outlines.outlines)
        if not outlines.is_odd[number] and (lines := record_fields.lines(outline))
    }
    if not of_records:
        return _NONE
    return _columns([records[number] for number in of_records], Fields(outlines, of_records))


def _record(file: File) -> _Record | None:
    """Return a record whose front matter has the usual first and last line; None for any other file."""
    figid = file.name.rpartition("/")[2].rpartition(".")[0]
    body = file.body
    end = body.find(b"\n---\n", 3)
    is_usual = 3 < end < MAX_BYTES and body.startswith(b"---\n") and body[end:].isascii() and FIGID.fullmatch(figid)
    return _Record(file, figid, body[4 : end + 1]) if is_usual else None


def _is_usual(text: bytes) -> bool:
    """Return whether a text is UTF-8 with printable characters and line ends only, none of which is in a Problem."""
    if len(text.translate(None, _CONTROL)) < len(text):
        return False
    if text.isascii():
        return True
    try:
        pa.scalar(text, pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    others = text.translate(None, _ASCII).decode()
    return others.isprintable() and "\ufffd" not in others and MOJIBAKE not in others


def _columns(records: list[_Record], fields: Fields) -> Columns:
    """Return the rows of the records without a Problem."""
    numbers = pa.array([record.file.record for record in records], pa.int64())
    figure_ids = pa.array([curie("pfocr", record.figid) for record in records], pa.string())
    figures = {"record": numbers, "figure_id": figure_ids} | _figures(fields, [record.figid for record in records])
    mentions = [
        {"record": numbers.take(pa.array(places)), "figure_id": figure_ids.take(pa.array(places))} | columns
        for places, columns in (*fields.inline_mentions(), fields.bare_keywords())
    ]
    plain = numbers.filter(~fields.is_odd)
    if not len(plain):
        return _NONE
    tables = {
        Figure: pa.table(figures),
        Mention: pa.concat_tables(map(pa.table, mentions), promote_options="default"),
    }
    if len(plain) < len(numbers):
        tables = {element: table.filter(pc.is_in(table["record"], plain)) for element, table in tables.items()}
    return Columns(
        {element: dict(zip(table.column_names, table.columns, strict=True)) for element, table in tables.items()},
        frozenset(plain.to_pylist()),
    )


def _figures(fields: Fields, figids: list[str]) -> dict[str, pa.Array]:
    """Return the fields of figures that follow from those of their records."""
    pmcids = [figid.partition("__")[0] for figid in figids]
    fields.require("figid", figids)
    fields.require("pmcid", pmcids)
    scores = pc.coalesce(fields.text("pathway_score"), fields.text("automl_pathway"))
    year = partial(whole_number, least=FIRST_YEAR, most=LAST_YEAR)
    rank = partial(whole_number, least=0, most=MOST_RANK)
    return {
        "paper_id": pa.array([curie("pmc", pmcid) for pmcid in pmcids], pa.string()),
        "alias": fields.token("figid_alias"),
        "title": fields.text("figtitle"),
        "caption": fields.text("caption"),
        "number": fields.text("number"),
        "figure_type": fields.text("figtype"),
        "year": fields.converted(fields.token("year"), year, pa.int32()),
        "filename": fields.token("filename"),
        "url": fields.converted(fields.text("figlink"), figure_url, pa.string()),
        "pathway_score": fields.converted(scores, probability, pa.float64()),
        "search_rank": fields.converted(fields.token("pmc_ranked_result_index"), rank, pa.int32()),
        "organisms": fields.lists("organisms"),
        "organisms_ner": fields.lists("organisms_ner"),
        "ndex": fields.token("ndex"),
        "wikipathways_id": fields.token("wpid"),
        "paper_title": fields.text("papertitle"),
        "reference": fields.text("reftext"),
        "doi": fields.converted(fields.token("doi"), paper_ids.doi, pa.string()),
        "journal": fields.text("journal_title"),
        "journal_abbreviation": fields.text("journal_nlm_ta"),
        "publisher": fields.text("publisher_name"),
        "paper_keywords": fields.lists("keywords"),
    }
