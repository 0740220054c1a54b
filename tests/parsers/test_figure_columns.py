"""Records as columns: the same rows as row by row, or left to the parser of rows."""

from collections.abc import Iterable
from pathlib import Path

from helpers.corpus import ROOT
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import RecordError
from kg.ingest.columns import read_columns
from kg.model.records import Figure, Mention, Problem
from kg.model.tables import RAW
from kg.parsers import File
from kg.parsers.figures import FigureParser

PARSER = FigureParser()
SEEDS = sorted((ROOT / "seeds").rglob("*.md"))
HEAD = "---\nfigid: PMC1__a\npmcid: PMC1\n"

Rows = dict[tuple[int, type], list[tuple[object, ...]]]
"""Fields of the rows of each file and class."""


def by_rows(files: Iterable[File]) -> Rows:
    """Return the rows of `parse`; none of a file that is refused."""
    rows: Rows = {}
    for file in files:
        try:
            elements = list(PARSER.parse(file.name, file.body))
        except RecordError:
            continue
        for row in elements:
            rows.setdefault((file.record, type(row)), []).append(tuple(row))
    return rows


def as_columns(files: list[File]) -> tuple[set[int], Rows]:
    """Return the files that are read as columns, and their rows."""
    read, tables = read_columns(PARSER, files)
    rows: Rows = {}
    for kind in (Figure, Mention, Problem):
        for row in tables[kind].to_pylist():
            fields = [tuple(value) if isinstance(value, list) else value for value in row.values()]
            rows.setdefault((row["record"], kind), []).append(tuple(fields[1:]))
    assert not any(tables[kind].num_rows for kind in RAW.keys() - {Figure, Mention, Problem})
    return read, rows


def understood(*bodies: str | bytes, name: str = "PMC1__a.md") -> set[int]:
    """Check that the rows of both ways are equal; return the numbers of the files that are read as columns."""
    files = [
        File(10 + number, name, body if isinstance(body, bytes) else body.encode())
        for number, body in enumerate(bodies)
    ]
    read, rows = as_columns(files)
    assert rows == by_rows(files)
    return {number - 10 for number in read}


def test_rows_keep_their_file_and_their_order() -> None:
    genes = "genes:\n- word: p53\n  symbol: TP53\n- word: AKT\n"
    keywords = "schema-jsonld:\n  keywords:\n  - TP53\n  - AKT1\n"
    files = [
        File(3, "PMC1__a.md", f"{HEAD}{genes}{keywords}---\n".encode()),
        File(5, "PMC2__b.md", b"no record"),
        File(6, "PMC1__a.md", f"{HEAD}{keywords}---\n".encode()),
        File(7, "PMC1__a.md", f"{HEAD}---\n".encode()),
    ]
    read, rows = as_columns(files)
    assert read == {3, 6, 7}
    keyword_rows = [("keyword", "unknown", 0, "TP53", "TP53"), ("keyword", "unknown", 1, "AKT1", "AKT1")]
    assert [row[1:6] for row in rows[3, Mention]] == [
        ("inline", "gene", 0, "TP53", "TP53"),
        ("inline", "gene", 1, "AKT", "AKT"),
        *keyword_rows,
    ]
    assert [row[1:6] for row in rows[6, Mention]] == keyword_rows
    assert (7, Mention) not in rows
    assert [row[0] for number in read for row in rows[number, Figure]] == ["pfocr:PMC1__a"] * 3
    assert rows == by_rows(files)


def test_problems_are_rows_and_refused_files_are_left() -> None:
    odd = "keywords: {a: b}\nyear: x\ngenes: 1\nchemicals:\n- mesh: D1\n- 1\nschema-jsonld:\n  keywords: A, [B]\n"
    bodies = (f"{HEAD}{odd}---\n", f"{HEAD}year: [\n---\n", "text", b"\xff", f"{HEAD}schema-jsonld: 1\n---\n", "")
    assert understood(*bodies) == {0, 4}
    assert understood("---\na: 1\n---\n", f"{HEAD}---\n", name="page.md") == {1}
    assert understood() == set()


def test_the_seeds_and_the_sample(shared: Path) -> None:
    for path in (*SEEDS, *shared.glob("pfocr-sample/_figures/*.md")):
        assert understood(path.read_bytes(), name=path.name) == {0}


FIELDS = (
    "organisms",
    "keywords",
    "year",
    "doi",
    "caption",
    "annotations",
    "genes",
    "diseases",
    "schema-jsonld",
    "figid",
)
VALUES = (
    *(
        "1",
        "a | b |  | NA",
        "NA",
        "''",
        "[]",
        "[a, [b], ~]",
        "{}",
        "{keywords: [a, ~, {b: c}, '']}",
        "{keywords: a; b}",
    ),
    *(
        "[{word: SEP7, symbol: 7-Sep}]",
        "[{type: a, value: b}, {value: c}, d]",
        "\u00e2\u20ac\u2122",
        "'\ufffd'",
        '"\\u0000"',
    ),
    *(
        "{keywords: ['a\ufffd', 7-Sep, ' b  c ', .na.character]}",
        "[{word: a, mesh: 'D000001; D000002'}, {name: b}]",
        "~",
    ),
)


@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from(VALUES)), max_size=6))
def test_any_fields_give_equal_rows(fields: list[tuple[str, str]]) -> None:
    lines = "".join(f"{field}: {value}\n" for field, value in fields)
    understood(f"{HEAD}{lines}---\n", f"---\n{lines}---\n")
