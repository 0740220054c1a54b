"""Front matter: every scalar stays text, every oddity is refused by name, and both YAML parsers agree."""

import string
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import RecordError
from kg.model.text import decode
from kg.parsers import frontmatter
from kg.parsers.frontmatter import composed, parse, readable, split
from kg.parsers.nodes import MappingNode


def refusal(text: str, first_line: int = 1) -> tuple[str, int | None]:
    """Return the reason why a text is refused, and the line."""
    with pytest.raises(RecordError) as caught:
        parse(text, first_line)
    return caught.value.reason, caught.value.line


# -- scalars


@pytest.mark.parametrize(
    "scalar",
    [
        *("NO", "no", "on", "off", "yes", "Y", "True", "false"),
        *("017", "0x1F", "1_000", "1:30", "1E5", "1e5", "2E1", ".5", "+1", "-0", "0b11", ".inf", ".nan"),
        *("2023-01-01", "2023-01-01 10:00:00", "=", "<<", "NA", ".na.character", "None", "nULL", "n"),
    ],
)
def test_a_scalar_stays_the_text_it_is(scalar: str) -> None:
    assert parse(f"a: {scalar}\nb:\n- {scalar}\n") == {"a": scalar, "b": [scalar]}


@pytest.mark.parametrize("null", ["", "~", "null", "Null", "NULL", "# only a comment"])
def test_plain_nulls_are_none(null: str) -> None:
    assert parse(f"a: {null}\nb:\n- {null}\n") == {"a": None, "b": [None]}


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("null", ["", "~", "null", "NULL"])
def test_quoted_nulls_are_text(null: str, quote: str) -> None:
    assert parse(f"a: {quote}{null}{quote}\n") == {"a": null}


def test_a_number_of_5000_digits_is_text() -> None:
    assert parse("a: " + "9" * 5000) == {"a": "9" * 5000}


def test_every_style_of_scalar() -> None:
    text = """\
plain: two
  lines
single: 'it''s
  folded'
double: "tab\\tand \\u00e9 \\
  joined"
literal: |
  one
   two

folded: >-
  one
  two
block: |2+
   kept
"""
    assert parse(text) == {
        "plain": "two lines",
        "single": "it's folded",
        "double": "tab\tand é joined",
        "literal": "one\n two\n",
        "folded": "one two",
        "block": " kept\n",
    }


def test_containers_in_both_styles() -> None:
    assert parse("a: [x, {y: z}]\nb:\n- - 1\n  - {}\n- c: []\n? d\n: e\n") == {
        "a": ["x", {"y": "z"}],
        "b": [["1", {}], {"c": []}],
        "d": "e",
    }


@pytest.mark.parametrize("loader", [yaml.SafeLoader, frontmatter.LOADER])
def test_the_tag_that_says_nothing_is_passed_over(loader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.parsers.frontmatter.LOADER", loader)
    text = "figid: ! 'PMC1__a'\nyear: ! \"2020\"\nkeywords: !\n- ! NO\n- ! 'null'\nschema: ! {a: ! b}\n"
    assert parse(text) == {"figid": "PMC1__a", "year": "2020", "keywords": ["NO", "null"], "schema": {"a": "b"}}


@pytest.mark.parametrize("closing", ["---", "...", "...  ", "---\t"])
def test_three_hyphens_or_three_dots_close_the_front_matter(closing: str) -> None:
    assert split(f"---\nfigid: PMC1__a\n{closing}\nText\n---\n") == ("figid: PMC1__a\n", 2)


def test_dots_inside_a_value_close_nothing() -> None:
    assert split("---\na: ...\nb: |\n  ...\n---\n") == ("a: ...\nb: |\n  ...\n", 2)


# -- lines and keys


def test_lines_count_from_the_start_of_the_file() -> None:
    record = parse("a: 1\n\nb:\n  c: 2\n", first_line=2)
    assert record.lines == {"a": 2, "b": 4}
    nested = record["b"]
    assert isinstance(nested, MappingNode)
    assert nested.lines == {"c": 5}


def test_a_duplicate_key_names_both_lines() -> None:
    assert refusal("a: 1\nb: 2\na: 3\n", first_line=2) == ("field 'a' twice, first in line 2", 4)


def test_a_duplicate_key_in_a_nested_mapping() -> None:
    assert refusal("a:\n  b: 1\n  'b': 2\n") == ("field 'b' twice, first in line 2", 3)


def test_a_null_key_is_the_empty_text_and_once_only() -> None:
    assert parse("~: 1\n") == {"": "1"}
    assert refusal("~: 1\n'': 2\n") == ("field '' twice, first in line 1", 2)


@pytest.mark.parametrize("key", ["[a]", "{a: b}", "? - a\n"])
def test_a_container_as_a_key_is_refused(key: str) -> None:
    assert refusal(f"{key}: 1\n") == ("a list or mapping as a field name", 1)


# -- what a record never needs


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("x: 1\na: &b 1\n", "anchor &b; write the value out", 2),
        ("x: 1\na: &b [1]\n", "anchor &b; write the value out", 2),
        ("x: 1\na: *b\n", "alias *b; write the value out", 2),
        ("x: 1\n<<: *b\n", "alias *b; write the value out", 2),
        ("x: 1\na: !!str 1\n", "tag tag:yaml.org,2002:str; records hold plain text only", 2),
        ("x: 1\na: !b {}\n", "tag !b; records hold plain text only", 2),
        ("a: !!python/object/apply:os.system [ls]\n", "", 1),
    ],
)
def test_anchors_aliases_and_tags_are_refused_by_name(text: str, reason: str, line: int) -> None:
    found, where = refusal(text)
    assert (found if reason else found[:14], where) == (reason or "tag tag:yaml.o", line)


def test_a_merge_key_without_an_alias_is_a_field() -> None:
    assert parse("<<: 1\n") == {"<<": "1"}


def test_twelve_levels_are_read_and_thirteen_refused() -> None:
    assert parse("a: " + "[" * 11 + "]" * 11)["a"] is not None
    assert refusal("a: " + "[" * 12 + "]" * 12) == ("nested deeper than 12 levels", 1)
    assert refusal("".join(f"{' ' * depth}k:\n" for depth in range(13))) == ("nested deeper than 12 levels", 13)


@pytest.mark.parametrize(
    ("opening", "reason"),
    [
        ("[", "nested deeper than 12 levels"),
        ("- ", "nested deeper than 12 levels"),
        ("[{a: ", "nested deeper than 12 levels"),
        ("{", "a list or mapping as a field name"),
        ("? ", "a list or mapping as a field name"),
    ],
)
def test_a_hundred_thousand_openings_do_not_crash(opening: str, reason: str) -> None:
    assert refusal("a:\n  " + opening * 100_000)[0] == reason


def test_over_two_mebibytes_are_refused() -> None:
    limit = 2 * 1024 * 1024
    assert parse("a: " + "x" * (limit - 3)) == {"a": "x" * (limit - 3)}
    assert refusal("a: " + "x" * (limit - 2)) == ("front matter of over 2 MiB; a record is a few kilobytes", None)
    assert refusal("a: " + "é" * (limit // 2 - 1))[0] == "front matter of over 2 MiB; a record is a few kilobytes"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b: c\n", 1),
        ("a: 1\nb: 'open\n", 3),
        ("a: 1\n b: 2\n", 2),
        ("a: [1\n", 2),
        ("a: 1\nb\n", 3),
        ("- 1\na: 2\n", 2),
        ("a: @b\n", 1),
        ('a: "\\q"\n', 1),
        ('a: "\\xzz"\n', 1),
    ],
)
def test_bad_yaml_names_the_line(text: str, line: int) -> None:
    reason, where = refusal(text)
    assert (reason[:10], where) == ("bad YAML: ", line)


@pytest.mark.parametrize("text", ["", "# nothing\n", "text\n", "- a\n", "[]", "~"])
def test_front_matter_that_is_no_mapping_is_refused(text: str) -> None:
    assert refusal(text, 2) == ("the front matter is not a mapping of field names to values", 2)


# -- documents and fences


def test_split_gives_what_lies_between_the_fences() -> None:
    assert split("---\na: 1\n---\n") == ("a: 1\n", 2)
    assert split("--- \t\na: 1\n---  \n") == ("a: 1\n", 2)
    assert split("---\n---") == ("", 2)


def test_text_after_the_second_fence_is_ignored() -> None:
    assert split("---\na: 1\n---\n# Heading\n\n---\nb: [\n") == ("a: 1\n", 2)


def test_dashes_that_are_not_a_line_of_their_own_are_no_fence() -> None:
    assert split("---\na: |\n  ---\nb: ----\n----\n---\n") == ("a: |\n  ---\nb: ----\n----\n", 2)


@pytest.mark.parametrize(
    "text", ["", "\n", "a: 1\n", "\n---\na: 1\n---\n", " ---\na: 1\n---\n", "----\n", "+++\n+++\n"]
)
def test_a_file_without_front_matter(text: str) -> None:
    with pytest.raises(RecordError) as caught:
        split(text)
    assert (caught.value.reason, caught.value.line) == ("no front matter: the first line must be ---", 1)


@pytest.mark.parametrize("text", ["---", "---\n", "---\na: 1\n", "---\na: 1\n--- x\n"])
def test_front_matter_that_is_not_closed(text: str) -> None:
    with pytest.raises(RecordError, match="is not closed: no second --- line and no") as caught:
        split(text)
    assert caught.value.line == 1


@pytest.mark.parametrize("second", ["--- b\n", "--- # c\nb: 2\n", "...\n--- {b: 2}\n"])
def test_a_second_document_is_refused(second: str) -> None:
    assert refusal("a: 1\n" + second)[0] == "a second YAML document; one record a file"


def test_a_directive_is_refused() -> None:
    assert refusal("%YAML 1.1\n--- {a: b}\n")[0] == "a second YAML document; one record a file"
    assert refusal("%OTHER x\n--- {a: b}\n") != ("", None)


# -- bytes


RECORD = "---\na: é\nb:\n- 1\n---\n"


@pytest.mark.parametrize(
    "body",
    [
        RECORD.encode(),
        RECORD.encode("utf-8-sig"),
        RECORD.replace("\n", "\r\n").encode(),
        RECORD.replace("\n", "\r").encode(),
        RECORD.replace("\n", "\r\n").encode("utf-8-sig"),
    ],
    ids=["LF", "BOM", "CRLF", "CR", "BOM+CRLF"],
)
def test_byte_order_mark_and_line_ends_make_no_difference(body: bytes) -> None:
    record = parse(*split(decode(body)))
    assert (record, record.lines) == ({"a": "é", "b": ["1"]}, {"a": 2, "b": 3})


@pytest.mark.parametrize(
    ("body", "reason", "line"),
    [
        (b"---\na: \xff\n", "not UTF-8 at byte 7 (invalid start byte); save it as UTF-8", 2),
        (b"\xef\xbb\xbf---\na: \xff\n", "not UTF-8 at byte 10 (invalid start byte); save it as UTF-8", 2),
        (b"---\r\na: \xe9\r\n", "not UTF-8 at byte 8 (invalid continuation byte); save it as UTF-8", 2),
        (b"---\ra: \xc3", "not UTF-8 at byte 7 (unexpected end of data); save it as UTF-8", 2),
        (b"---\n\xed\xa0\x80", "not UTF-8 at byte 4 (invalid continuation byte); save it as UTF-8", 2),
        ("---\na: 1\n".encode("utf-16"), "not UTF-8 at byte 0 (invalid start byte); save it as UTF-8", 1),
    ],
    ids=["LF", "BOM", "CRLF", "CR", "surrogate", "UTF-16"],
)
def test_other_encodings_are_refused_with_the_byte_offset(body: bytes, reason: str, line: int) -> None:
    with pytest.raises(RecordError) as caught:
        decode(body)
    assert (caught.value.reason, caught.value.line) == (reason, line)


@pytest.mark.parametrize("character", ["\0", "\x01", "\x0b", "\x1f", "\x7f", "\x9d", "\ufffe", "\uffff", "\ud800"])
def test_raw_control_characters_are_refused(character: str) -> None:
    reason = f"control character U+{ord(character):04X}; remove it or escape it"
    assert refusal(f"a: 1\nb: 'x{character}'\n", 2) == (reason, 3)


@pytest.mark.parametrize("escape", ["\\0", "\\x01", "\\a", "\\e", "\\uFFFE", "\\uFFFF", "\\x1F"])
def test_escaped_control_characters_become_the_replacement_character(escape: str) -> None:
    assert parse(f'a: "x{escape}y"\n') == {"a": "x\ufffdy"}


def test_escaped_characters_that_are_sound_stay() -> None:
    assert parse('a: "\\t\\n\\x41\\u00e9\\U0001F600\\N\\_\\L\\uFEFF"\n') == {"a": "\t\nAé😀\x85\xa0\u2028\ufeff"}


@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff", "\\ud83d\\ude00", "\\U0000D800", "\\U00110000"])
def test_escapes_that_are_no_character_are_refused(escape: str, loader: Any) -> None:
    del loader  # each of the two in turn
    assert refusal(f'x: 1\na: "{escape}"\n')[0] != ""


@pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029", "\t"])
def test_other_separators_inside_text_become_spaces(separator: str) -> None:
    assert parse(f"a: x{separator}y\nb: 'x{separator}y'\n") == {"a": "x y", "b": "x y"}


def test_a_zero_width_no_break_space_inside_text_goes() -> None:
    assert parse("a: x\ufeffy\n\ufeffb: 1\n") == {"a": "xy", "b": "1"}


# -- where the two parsers of PyYAML differ


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    if not hasattr(yaml, name):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(frontmatter, "LOADER", getattr(yaml, name))
    return name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\tb\n", {"a": "b"}),
        ("a: b\t# comment\n", {"a": "b"}),
        ("a: b\t\n", {"a": "b"}),
        ("a: |\t\n  b\tc\n", {"a": "b c\n"}),
        ("a: b\n\t\nc: d\n", {"a": "b", "c": "d"}),
        ("a: ['what?', \"why?\", b]\n", {"a": ["what?", "why?", "b"]}),
        ("a: what? [b\n", {"a": "what? [b"}),
        ("a: [b]\nc: d?\ne: [f]\n", {"a": ["b"], "c": "d?", "e": ["f"]}),
        ("? a\n: - b?\n", {"a": ["b?"]}),
        ("a: > # c\n  b\n", {"a": "b\n"}),
    ],
)
def test_both_parsers_read_the_same(text: str, expected: object, loader: str) -> None:
    assert parse(text) == expected, loader


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a:\n\tb: c\n", "a tab at the beginning of the line; indent with spaces", 2),
        ("a: |\n  b\n \t c\n", "a tab at the beginning of the line; indent with spaces", 3),
        ("a: 1\nb: [c?]\n", "a ? inside [...] or {...}; put the text in quotes", 2),
        ("a: ['x?', {?b: c}]\n", "a ? inside [...] or {...}; put the text in quotes", 1),
        ("a: >#\n", "a comment right after | or >; put a space between", 1),
        ("a: 1\nb: |-2#c\n", "a comment right after | or >; put a space between", 2),
    ],
)
def test_what_they_read_differently_is_refused(text: str, reason: str, line: int, loader: str) -> None:
    found, where = refusal(text)
    assert where == line
    assert found == reason or (loader == "SafeLoader" and found.startswith("bad YAML: "))


# -- properties


words = st.text(st.characters(codec="utf-8", exclude_characters="\r\x85\u2028\u2029\ufeff"), max_size=20).filter(
    lambda text: not frontmatter._UNREADABLE.search(text)
)
TRAPS = ("NO", "on", "017", "1_000", "1:30", "2023-01-01", "0x1F", "1E5", "=", "~", "null", "", " ", "- a", "a: b", "#")
scalars = words | st.sampled_from(TRAPS)
structures = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(scalars, structures, max_size=5))
def test_what_yaml_writes_reads_back_equal(value: dict[str, Any]) -> None:
    assert parse(yaml.safe_dump(value, sort_keys=False, allow_unicode=True)) == value


ESCAPES = ("\\n", "\\x41", "\\u0041", "\\ud800", "\\U00110000", "\\\n", "\\/", "\\N", "\\ ", "\\xzz", "\\0", '\\"')
SYNTAX = (
    *("a", "b", "1", "é", "😀", "%", "=", "@", "`", "~", "null", "<<", "!a!b", "!<x>", "!!str ", "!", "&a ", "*a", "*"),
    *(" ", "  ", "\n", "\n  ", "\n- ", "- ", "-", "? ", "?", ": ", ":", "{", "}", "[", "]", ",", "#", " #", "\t", "\r"),
    *(
        "\n---\n",
        "---",
        "...",
        "\n...\n",
        "%YAML 1.1\n",
        "%TAG ! x\n",
        "|",
        "|-",
        "|2",
        "|+1\n",
        ">",
        "> ",
        "|9",
        "|\n  x",
    ),
    *("'", '"', "''", "'a'", '"b"', "\x85", "\u2028", "\ufeff", "\xa0", *ESCAPES),
)
hostile = st.lists(st.sampled_from(SYNTAX), min_size=1, max_size=12).map("".join)
quoted = st.lists(st.sampled_from((*ESCAPES, "a", " ", "\n", "\n ", "'", "#", ": ", "\t")), max_size=6).map("".join)
heads = st.sampled_from(("", "k: ", "k:\n- ", "k: [", "k: {a: ", "k: |", "k: >"))


def outcome(text: str, parser: Any) -> object:
    """Return the value and the lines of its keys, or None where the text is refused; plain text goes this way, too."""
    original = frontmatter.LOADER
    frontmatter.LOADER = parser
    try:
        record = composed(readable(text, 1), 1)
    except RecordError:
        return None
    finally:
        frontmatter.LOADER = original
    return record, _lines(record)


def _lines(value: object) -> object:
    if isinstance(value, MappingNode):
        return value.lines, [_lines(each) for each in value.values()]
    return [_lines(each) for each in value] if isinstance(value, list) else None


@pytest.mark.skipif(not hasattr(yaml, "CSafeLoader"), reason="PyYAML was built without libyaml")
@given(
    heads, hostile | quoted.map('"{}"'.format) | quoted.map("'{}'".format), st.sampled_from(("", "]", "}", "\nz: 1\n"))
)
def test_the_two_parsers_agree_on_hostile_text(head: str, text: str, tail: str) -> None:
    assert outcome(head + text + tail, yaml.CSafeLoader) == outcome(head + text + tail, yaml.SafeLoader)


@given(st.binary(max_size=40) | st.text(string.printable, max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        read: object = parse(*split(decode(b"---\n" + body + b"\n---\n")))
    except RecordError as error:
        read = error
    assert isinstance(read, (MappingNode, RecordError))
