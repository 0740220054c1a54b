"""Plain records as columns: the rows that `FigureParser.parse` gives, or left to it."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from helpers.corpus import ROOT
from hypothesis import given
from hypothesis import strategies as st

from kg.ingest.columns import read_columns
from kg.model.records import Problem
from kg.model.tables import RAW, to_arrow
from kg.parsers import Columns, File, plain_records
from kg.parsers.figures import FigureParser

RECORDS = {path.name: path.read_bytes() for path in sorted((ROOT / "seeds").rglob("*.md"))}
NAME = "PMC1__a.md"
HEAD = "figid: PMC1__a\npmcid: PMC1\n"


class Plain(FigureParser):
    """Reads nothing but plain records as columns."""

    def parse_columns(self, files: Sequence[File]) -> Iterator[Columns]:
        yield plain_records.read(files)


def plain(files: list[File]) -> set[int]:
    """Return the files that are read as plain records; check that `parse` refuses none and gives the same rows."""
    parser = Plain()
    read, tables = read_columns(parser, files)
    rows: dict[type, list[tuple[object, ...]]] = {element: [] for element in RAW}
    for file in files:
        if file.record in read:
            for row in parser.parse(file.name, file.body):
                rows[type(row)].append((file.record, *row))
    for element, (_, schema) in RAW.items():
        order = np.argsort(tables[element]["record"].to_numpy(), kind="stable")
        assert tables[element].take(order).equals(to_arrow(schema, rows[element]))
    return read


def is_plain(*fields: str) -> list[bool]:
    """Return which records with these lines after the identifiers are plain, read at once."""
    bodies = [f"---\n{HEAD}{lines}---\n".encode() for lines in fields]
    read = plain([File(3 * number, NAME, body) for number, body in enumerate(bodies)])
    return [3 * number in read for number in range(len(bodies))]


def test_real_records_without_a_problem_are_plain(shared: Path) -> None:
    sample = {path.name: path.read_bytes() for path in shared.glob("pfocr-sample/_figures/*.md")}
    files = [File(number, *item) for number, item in enumerate((RECORDS | sample).items())]
    faultless = {
        file.record
        for file in files
        if not any(isinstance(row, Problem) for row in FigureParser().parse(file.name, file.body))
    }
    assert len(faultless) >= len(files) - 1
    assert plain(files) == faultless
    assert plain([]) == set()


@pytest.mark.parametrize(
    "lines",
    [
        *("", "caption: a\n  b  c\n  d\n", "caption: 'it''s\n  b'''\n", 'caption: "b\n  c"\n', "caption: a''b\n"),
        *("caption: ' NA '\n", "caption: ~\n", "caption: '~'\n", "caption:\n", "caption: a:b#c\n"),
        *("year: '2020'\n", "year: 1999\n", "figtype: -1\n", "number: ''\n", "doi: DOI:10.1000/A\n"),
        *(
            "keywords: a | NA |  b  c\n",
            "keywords:\n- a\n- NA\n- ~\n- 'b\n  c'\n",
            "organisms: []\n",
            "organisms:\n- a\n b\n",
        ),
        *("automl_pathway: 0.5\n", "pathway_score: NA\nautoml_pathway: 1e-3\n", "figlink: /pmc/a/\n", "ndex: ' a '\n"),
        *("unknown: {}\nother: []\n", "schema-jsonld:\n", "schema-jsonld:\n  '@id': a\n  keywords: []\n"),
        *("schema-jsonld:\n  keywords:\n  - a-b\n  - '  '\n  - a\u0301\n  creator:\n    name: a\n      b\n",),
        *("genes:\n- word: a\n  symbol: b\n- word: c\n    d\n  symbol: 'NA'\nchemicals: []\n",),
        *("genes:\n- word: TNF\ndiseases:\n- word: flu\n  identifier: D007251\n- word: b\n  identifier: ~\n",),
        *("other:\n- a: b\n- a: c\n- a: []\n- a: []\n- b\n- b\n",),
    ],
)
def test_plain(lines: str) -> None:
    """The record is plain, also between others that are not."""
    odd = "  a: b\n", "- a\n", "caption: 'a\n"
    assert is_plain(lines) == [True]
    assert is_plain(odd[0], lines, odd[1], lines, odd[2], lines) == [False, True] * 3


@pytest.mark.parametrize(
    "lines",
    [
        *(
            "caption: 'a\n",
            "caption: 'a'b'\n",
            "caption: 'a\nb'\n",
            "caption: a \n",
            "caption: a \n  b\n",
            "caption: 'a\n  b \n  c'\n",
            "caption: a #b\n",
            "caption: a: b\n",
        ),
        *(
            "caption: a\n  b: c\n",
            "caption: a:\n",
            "caption: [a]\n",
            "caption: a\n\n  b\n",
            'caption: "\\n"\n',
            "caption: |\n  a\n",
        ),
        *("caption: a\n  # b\n", "caption: a\n...\n", "# a\n", "a b: c\n", "caption:  a\n", "caption: \n"),
        *(
            "caption: a\tb\n",
            "caption: a\r\n",
            "caption: a\u2009b\n",
            "caption: a\x7f\n",
            "caption: \ufffd\n",
            "caption: \u00e2\u20ac\n",
        ),
        *(
            "caption: a\ncaption: b\n",
            "figid: PMC1__a\n",
            "year: 1066\n",
            "year: x\n",
            "doi: x\n",
            "pathway_score: 2\n",
        ),
        *("caption: []\n", "year: {}\n", "organisms: {}\n", "organisms:\n- a: b\n", "organisms:\n- a\n- b: c\n- d\n"),
        *("keywords:\n- 'a\n", "annotations: a\n", "annotations:\n- a\n", "annotations: {}\n"),
        *(
            "schema-jsonld: a\n",
            "schema-jsonld: []\n",
            "schema-jsonld:\n  keywords: a\n",
            "schema-jsonld:\n  keywords:\n  - 7-Sep\n",
        ),
        *("schema-jsonld:\n  keywords:\n  - a&#0;b\n", "schema-jsonld:\n  keywords:\n   - a\n", f"a:\n{' ' * 9}b\n"),
        *("genes: a\n", "genes: {}\n", "genes:\n- a\n", "genes:\n- word: a\n- symbol: b\n", "genes:\n- word: NA\n"),
        *(
            "genes:\n- word: a\n  symbol: 7-Sep\n",
            "genes:\n- word: a\n  entrez: x\n",
            "genes:\n- word: a\n   symbol: b\n",
        ),
        *(
            "genes:\n- word: a\n  word: b\n",
            "genes:\n- word: []\n",
            "genes:\n- word: a\n  b:\n    c: d\n",
            "pmcid: PMC2\n",
        ),
    ],
)
def test_not_plain(lines: str) -> None:
    """The record is left to `parse`, also between others that are plain, which read the same as alone."""
    assert is_plain(lines) == [False]
    assert is_plain("", lines, "caption: a\n", lines, "") == [True, False] * 2 + [True]


def test_the_frame_of_a_record() -> None:
    text = f"---\n{HEAD}---\n"
    others = (
        text.replace("PMC1__a", "PMC1__b"),
        text.removesuffix("\n"),
        "\ufeff" + text,
        "--- \n" + text[4:],
        "---\n---\n",
        text[4:],
        text.replace("pmcid: PMC1", "pmcid: PMC2"),
        "",
    )
    bodies = [text.encode(), *(other.encode() for other in others), text.encode() + b"text\n", text.encode() + b"\xff"]
    files = [File(number, NAME, body) for number, body in enumerate(bodies)]
    assert plain(files) == {0, len(others) + 1}
    assert plain([File(0, "page.md", text.encode())]) == set()


# -- damaged records

PIECES = (
    *(
        ":",
        " ",
        "\n",
        "#",
        "-",
        "?",
        "'",
        '"',
        "[",
        "]",
        "{",
        "}",
        ",",
        "&",
        "*",
        "!",
        "|",
        ">",
        "%",
        "@",
        "`",
        "\\",
        "\0",
    ),
    *(": ", " #", "- ", "? ", "\n  ", "\n- ", "\n ", "''", "~", "NA", "a", "1", "\nkey: ", "'\n", '"\n', "\n    "),
    *(
        "\n---\n",
        "\n...\n",
        "\n'@id': ",
        "[]",
        "{}",
        "\r",
        "\xa0",
        "\u03b1",
        "\ufeff",
        "\x85",
        "\u2028",
        "\ufffd",
        "&amp;",
    ),
)

Damage = Callable[[random.Random, bytes], bytes]


def _without_a_line(chance: random.Random, body: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def _with_a_line_twice(chance: random.Random, body: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return b"".join(lines)


def _with_a_line_moved_in(chance: random.Random, body: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    place = chance.randrange(len(lines))
    lines[place] = b" " * chance.randrange(1, 7) + lines[place].lstrip(b" ")
    return b"".join(lines)


def _with_a_piece(chance: random.Random, body: bytes) -> bytes:
    place = chance.randrange(len(body))
    return body[:place] + chance.choice(PIECES).encode() + body[place + chance.randrange(3) :]


def _with_another_byte(chance: random.Random, body: bytes) -> bytes:
    place = chance.randrange(len(body))
    return body[:place] + bytes([chance.randrange(256)]) + body[place + 1 :]


DAMAGES: tuple[Damage, ...] = (
    _without_a_line,
    _with_a_line_twice,
    _with_a_line_moved_in,
    _with_a_piece,
    _with_a_piece,
    _with_another_byte,
)


@given(st.randoms(use_true_random=False), st.integers(0, 3))
def test_damaged_records_are_read_equally_or_left(chance: random.Random, edits: int) -> None:
    files = []
    for number, (name, body) in enumerate(RECORDS.items()):
        damaged = body
        for _ in range(edits):
            damaged = chance.choice(DAMAGES)(chance, damaged) or body
        files.append(File(number, name, damaged))
    plain(files)
