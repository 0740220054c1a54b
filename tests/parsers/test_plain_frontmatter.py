"""Front matter of a plain form: the values and lines that libyaml gives, or left to it."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.corpus import ROOT
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import RecordError
from kg.model.text import decode
from kg.parsers.frontmatter import composed, readable, split
from kg.parsers.nodes import MappingNode
from kg.parsers.plain_frontmatter import read

RECORDS = sorted((ROOT / "seeds").rglob("*.md"))


def shape(value: object) -> object:
    """Return a value with the classes of its containers, the order of its keys, and their lines."""
    if isinstance(value, dict):
        lines = value.lines if isinstance(value, MappingNode) else None
        return type(value), lines, [(key, shape(each)) for key, each in value.items()]
    return [shape(each) for each in value] if isinstance(value, list) else value


def is_plain(text: str) -> bool:
    """Return whether the text is read as plain; check that libyaml reads the same from it."""
    plain = read(text, 2)
    if plain is not None:
        assert shape(plain) == shape(composed(text, 2))
    return plain is not None


def front_matter(body: bytes) -> str:
    text, first_line = split(decode(body))
    return readable(text, first_line)


# -- plain and not


def test_a_plain_record_with_everything() -> None:
    text = """\
figid: PMC1__a-b
'@type': Dataset
title: 'It''s: one
  of two  '
caption: "A # no comment:
  [b]"
url: http://a.org/#b -c?
year: '2020'
ndex: ''
alias:
type: ~
doi: null
annotations: []
other: {}
organisms:
- Homo sapiens
- 'NO'
- Mus
  musculus
- ~
- -1
schema:
  keywords:
    - TNF
    - 'IL6'
  creator:
    name: WikiPathways
  license: CC0
genes:
- word: p53
  symbol: 'TP53'
- word: a very
   long word
  more:
  - x
"""
    record = read(text, 2)
    assert record == {
        "figid": "PMC1__a-b",
        "@type": "Dataset",
        "title": "It's: one of two  ",
        "caption": "A # no comment: [b]",
        "url": "http://a.org/#b -c?",
        "year": "2020",
        "ndex": "",
        "alias": None,
        "type": None,
        "doi": None,
        "annotations": [],
        "other": {},
        "organisms": ["Homo sapiens", "NO", "Mus musculus", None, "-1"],
        "schema": {"keywords": ["TNF", "IL6"], "creator": {"name": "WikiPathways"}, "license": "CC0"},
        "genes": [{"word": "p53", "symbol": "TP53"}, {"word": "a very long word", "more": ["x"]}],
    }
    assert list(record.lines.values()) == [2, 3, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 23, 30]
    assert [gene.lines for gene in record["genes"]] == [{"word": 31, "symbol": 32}, {"word": 33, "more": 35}]  # type: ignore[union-attr]
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "\n", "a", "a\n", "a: b", "- a\n", "a: 1\n\nb: 2\n", "# c\na: 1\n", "a: 1 # c\n", "a: 1 \n", "a:b\n"),
        *("a: &b c\n", "a: *b\n", "a: !!str b\n", "a: ! 'b'\n", "<<: a\n", "a: |\n  b\n", "a: >-\n  b\n"),
        *("a: [b]\n", "a: {b: c}\n", "a: [\n", "? a\n: b\n", "a: - b\n", "a: ? b\n", "a: %b\n", "a: @b\n", "a: `b\n"),
        *("a: 'b\n", "a: 'b' c\n", "a: 'b\n\n  c'\n", "a: 'b\nc'\n", 'a: "\\n"\n', 'a: "b\n', "a: b: c\n", "a: b:\n"),
        *("a: 1\na: 2\n", "a:\n  b: 1\n  b: 2\n", "'a': 1\n", "~: 1\n", "null: 1\n", "a:\n  NULL: 1\n", "a b: 1\n"),
        *(" a: 1\nb: 2\n", "a: 1\n b: 2\n", "a:\n  b: 1\n c: 2\n", "a:\n  - b\n - c\n", "a: 1\n- b\n", "- a\nb: 1\n"),
        *(
            "a:\n- b: c\n  d\n",
            "a:\n- b: c\n d: e\n",
            "a:\n- b\n  # c\n",
            "a: b\n  # c\n",
            "a:\n- - b\n",
            "a:\n-  b: 1\n",
        ),
        *("a: 1\n---\n", "a: 1\n...\n", "--- \na: 1\n", "%YAML 1.1\n", "a: 1\rb: 2\n", f"{'a' * 2000}: 1\n"),
        "".join(f"{' ' * depth}k:\n" for depth in range(9)),
    ],
)
def test_text_that_is_not_plain_is_left_to_libyaml(text: str) -> None:
    assert read(text, 1) is None


def test_a_text_that_is_not_plain_takes_no_more_than_its_length() -> None:
    for piece in ("a: '''\n ", "- a\n", "a", "k: 'a''\n", "a: b\n c\n", 'a: "b\n ', "- a\n  b\n", "  "):
        assert read(piece * 300_000 + "]", 1) is None


# -- equal to libyaml


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_the_seeds_are_plain(path: Path) -> None:
    assert is_plain(front_matter(path.read_bytes()))


def _archived(path: Path) -> Iterator[bytes]:
    with tarfile.open(path) as archive:
        for member in archive:
            if (file := archive.extractfile(member)) and member.name.endswith(".md"):
                yield file.read()


@pytest.mark.parametrize("step", [10, pytest.param(1, marks=pytest.mark.slow)])
def test_all_real_records_are_plain(step: int, shared: Path) -> None:
    sample = [path.read_bytes() for path in shared.glob("*/_figures/*.md")]
    archives = [body for name in ("pfocr-adrd", "pfocr-2018") for body in _archived(shared / f"{name}.tar.gz")]
    assert all(is_plain(front_matter(body)) for body in sample + archives[::step])


PIECES = (
    *(":", " ", "\n", "#", "-", "?", "'", '"', "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "%", "@", "`", "\\"),
    *(": ", " #", "- ", "? ", "\n  ", "\n- ", "\n ", "''", "~", "null", "<<", "a", "1", "=", "\nkey: ", "'\n", '"\n'),
    *("\n---", "\n...", "\n'@id': ", "[]", "{}", "\r", "\xa0", "\u03b1", "\ufeff", "\x85", "\u2028"),
)
PLACES = st.integers(min_value=0, max_value=2**16)
EDITS = st.lists(st.tuples(PLACES, st.integers(0, 3), st.sampled_from(PIECES)), min_size=1, max_size=4)


@given(st.sampled_from(RECORDS), PLACES, EDITS)
def test_damaged_records_are_read_equally_or_left_to_libyaml(
    path: Path, start: int, edits: list[tuple[int, int, str]]
) -> None:
    lines = front_matter(path.read_bytes()).splitlines(keepends=True)
    start %= len(lines)
    text = "".join(lines[:3] + lines[start : start + 12])
    for place, removed, piece in edits:
        place %= len(text) + 1  # noqa: PLW2901
        text = text[:place] + piece + text[place + removed :]
    assert_equal_where_plain(text)


SCALARS = st.sampled_from(
    (
        "a",
        "b c",
        "-1",
        "~",
        "NO",
        "a: b",
        "a:",
        "a #b",
        "#",
        "'a'",
        "'it''s'",
        "''",
        '"a"',
        "'a\n  b'",
        "a\n   b",
        "[]",
        "",
    )
)
ITEMS = st.tuples(
    st.integers(0, 5), st.sampled_from(("", "- ", "-  ")), st.sampled_from(("", "a: ", "b: ", "c:")), SCALARS
)


@given(st.lists(ITEMS, min_size=1, max_size=8))
def test_lines_of_any_indentation_are_read_equally_or_left_to_libyaml(items: list[tuple[int, str, str, str]]) -> None:
    assert_equal_where_plain("".join(f"{' ' * indent}{hyphen}{key}{scalar}\n" for indent, hyphen, key, scalar in items))


def assert_equal_where_plain(text: str) -> None:
    try:
        text = readable(text, 2)
    except RecordError:
        return
    is_plain(text)
