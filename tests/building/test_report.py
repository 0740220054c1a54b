"""The report's lines and the tables people read on a terminal."""

from pyoxigraph import Literal, NamedNode

from kg.building.report import COLUMNS, Line, count, to_tsv
from kg.cli.rdf_terms import term
from kg.cli.text_table import table
from kg.model.identifiers import DEFAULT_BASE

XSD = "http://www.w3.org/2001/XMLSchema#"


def test_a_line_reads_as_a_compiler_writes_it() -> None:
    assert str(Line("error", "bad-record", "a.md", 3, "no figid")) == "a.md:3: error: no figid"
    assert str(Line("error", "bad-record", "a.md", None, "empty")) == "a.md: error: empty"
    assert str(Line("note", "ungrounded", "", None, "XS")) == "build: note: XS"


def test_a_report_is_one_row_a_line_whatever_the_message_holds() -> None:
    lines = [Line("error", "bad-record", "a\tb.md", 3, "tab\there, line\nthere, bell\x07, caf\u00e9")]
    header, row, end = to_tsv(lines).split("\n")
    assert header.split("\t") == list(COLUMNS)
    assert row.split("\t") == ["error", "bad-record", r"a\tb.md", "3", r"tab\there, line\nthere, bell\x07, café"]
    assert end == ""


def test_a_message_cannot_reach_the_terminal() -> None:
    assert "\x1b" not in str(Line("error", "bad-record", "a\x1b[2J.md", 1, "\x1b[31mred"))


def test_lines_are_counted_by_code() -> None:
    lines = [Line("note", "b", "", None, ""), Line("error", "a", "", None, ""), Line("note", "b", "", None, "")]
    assert count(lines) == {"a": 1, "b": 2}


def test_numbers_stand_right_and_text_left() -> None:
    assert table(("name", "n"), [("a", 1), ("long name", 200), ("", None)]) == (
        "name         n\n---------  ---\na            1\nlong name  200\n\n"
    )


def test_a_table_without_rows_is_its_header() -> None:
    assert table(("name", "n"), []) == "name  n\n----  -\n"


def test_wide_characters_take_two_places_and_accents_none() -> None:
    assert table(("a", "b"), [("日本", "x"), ("e\u0301", "y")]) == "a     b\n----  -\n日本  x\ne\u0301     y\n"


def test_a_long_cell_is_cut_unless_it_is_the_last() -> None:
    lines = table(("a", "b"), [("x" * 70, "y" * 70)]).splitlines()
    assert lines[2] == "x" * 59 + "…" + "  " + "y" * 70


def test_a_line_is_cut_to_the_terminal() -> None:
    lines = table(("a", "b"), [("x" * 10, "y" * 70), ("日" * 10, "z")], 14).splitlines()
    assert lines[2] == "x" * 10 + "   …"
    assert lines[3] == "日" * 6 + "…"


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert table(("a",), [("x\x1b[31m\ny",)]) == "a\n--------\nx [31m y\n"


def test_terms_are_shown_short() -> None:
    assert term(NamedNode("https://identifiers.org/ncbigene/8600"), DEFAULT_BASE) == "ncbigene:8600"
    assert term(NamedNode("http://nowhere.example/x"), DEFAULT_BASE) == "http://nowhere.example/x"
    assert term(Literal("0.275700001", datatype=NamedNode(f"{XSD}double")), DEFAULT_BASE) == "0.2757"
    assert term(Literal("207", datatype=NamedNode(f"{XSD}integer")), DEFAULT_BASE) == "207"
    assert term(Literal("text", language="en"), DEFAULT_BASE) == "text"
    assert term(None, DEFAULT_BASE) == ""
