"""Parameters and headers of canned queries: what they take, what they refuse, and where."""

from pathlib import Path

import pytest
from helpers.corpus import SEEDS

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.cli import query_answer
from kg.errors import QueryError, UnknownName
from kg.model.build import Build
from kg.model.identifiers import DEFAULT_BASE
from kg.rdf import store
from kg.rdf.canned_queries import Query, load, names, parse

HEADER = "# title: T\n# category: C\n# description: D.\n"


def same(text: str) -> str:
    return text


def single(text: str) -> str:
    if "," in text or " " in text:
        raise UnknownName("entity", text)
    return text


def refuse(text: str) -> str:
    raise AssertionError(text)


def made(*parameters: str, text: str = "") -> Query:
    return parse("q", HEADER + "".join(f"# param: {parameter}\n" for parameter in parameters) + "\n" + text)


def test_an_iri_is_taken_as_it_is_and_a_name_is_resolved() -> None:
    query = made("e | uri | a:b | E", text="VALUES ?e { <a:b> }")
    assert query.bind({"e": ["https://x/1"]}, refuse).endswith("VALUES ?e { <https://x/1> }")
    assert query.bind({"e": ["TP53"]}, lambda name: f"https://x/{name}").endswith("VALUES ?e { <https://x/TP53> }")


@pytest.mark.parametrize("given", [["a:1,a:2"], ["a:1 a:2"], ["a:1", "a:2"], [" a:1,\n a:2 "]])
def test_a_list_is_split_at_commas_spaces_and_options(given: list[str]) -> None:
    query = made("e | uri-list | a:b | E", text="VALUES ?e { <a:b> }")
    assert query.bind({"e": given}, single).endswith("VALUES ?e { <a:1> <a:2> }")


def test_a_name_with_a_comma_is_one_item_of_a_list() -> None:
    query = made("e | uri-list | a:b | E", text="VALUES ?e { <a:b> }")
    names_of = {"2,4-D": "a:1", "TP53": "a:2"}
    assert query.bind({"e": ["2,4-D", "TP53"]}, names_of.__getitem__).endswith("VALUES ?e { <a:1> <a:2> }")


def test_a_name_with_a_blank_may_stand_in_a_list_and_a_long_text_is_no_name() -> None:
    query = made("e | uri-list | a:b | E", text="VALUES ?e { <a:b> }")
    names_of = {"nitric oxide": "a:1", "TP53": "a:2", "MDM2": "a:3"}
    asked: list[str] = []

    def resolve(text: str) -> str:
        asked.append(text)
        if text not in names_of:
            raise UnknownName("entity", text)
        return names_of[text]

    assert query.bind({"e": ["nitric oxide, TP53 MDM2"]}, resolve).endswith("VALUES ?e { <a:1> <a:2> <a:3> }")
    asked.clear()
    query.bind({"e": ["TP53 " * 100]}, resolve)
    assert asked == ["TP53"]


def test_numbers_and_texts_become_typed_terms() -> None:
    query = made(
        "i | integer | 1 | I",
        "d | decimal | 1 | D",
        "s | string | x | S",
        text="VALUES ?i { 1 } VALUES ?d { 1 } VALUES ?s { 1 }",
    )
    bound = query.bind({"i": [" 7 "], "d": ["1e-3"], "s": ['a"b}\\ VALUES ?i { 9 }']}, same)
    assert bound.endswith(
        'VALUES ?i { "7"^^<http://www.w3.org/2001/XMLSchema#integer> } '
        'VALUES ?d { "0.001"^^<http://www.w3.org/2001/XMLSchema#double> } '
        'VALUES ?s { "a\\"b}\\\\ VALUES ?i { 9 }" }'
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("i", "x"), ("i", "1.5"), ("i", ""), ("d", "x"), ("d", "nan"), ("d", "inf")),
        *(("u", "https://x/a b"), ("u", "https://x/> } #"), ("u", "https://x/{}")),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_and_named(name: str, value: str) -> None:
    query = made("i | integer | 1 | I", "d | decimal | 1 | D", "u | uri | a:b | U")
    with pytest.raises(QueryError, match=f"{name}=.* is not of type"):
        query.bind({name: [value]}, same)


def test_two_values_for_one_parameter_are_refused() -> None:
    with pytest.raises(QueryError, match="parameter i takes one value, not 2: 1, 2"):
        made("i | integer | 1 | I").bind({"i": ["1", "2"]}, same)


def test_an_unknown_parameter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(QueryError, match="query partners has no parameter 'gene'; it takes: entity"):
        load("partners").bind({"gene": ["x"]}, same)
    with pytest.raises(QueryError, match="query organisms has no parameter 'gene'; it takes: none"):
        load("organisms").bind({"gene": ["x"]}, same)


def test_an_unknown_query_is_refused_with_the_like() -> None:
    with pytest.raises(UnknownName, match="no query is called 'partner'; did you mean partners"):
        load("partner")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# title: T\n\nASK {}", r"q\.rq:1: the header has no category"),
        ("# title T\n\nASK {}", r"q\.rq:1: '# title T' is no header line"),
        (f"{HEADER}SELECT\n\n", r"q\.rq:4: 'SELECT' is no header line"),
        (f"{HEADER}# param: a | uri | b\n\nASK {{}}", "is not `name | type | default | label`"),
        (f"{HEADER}# param: a | iri | b | c\n\nASK {{}}", "type uri, uri-list, string, word, integer, decimal"),
    ],
)
def test_a_wrong_header_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse("q", text)


def test_descriptions_of_several_lines_are_joined() -> None:
    assert parse("q", f"{HEADER}# description: E.\n\nASK {{}}").description == "D. E."


def test_canned_queries_follow_the_base_of_the_build(tmp_path: Path) -> None:
    base = "https://example.org/me/"
    release([str(SEEDS)], tmp_path / "exports", BuildParameters(base=base, readings="record"))
    opened = store.open_read_only(Build(tmp_path / "exports"))
    asked = query_answer.prepare(tmp_path / "exports", "partners", {"entity": ["TNFSF11"]})
    assert f"PREFIX kg: <{base}vocab#>" in asked.text
    assert asked.render("tsv").count(b"\n") == 1 + 14
    for name in names():
        assert DEFAULT_BASE not in load(name).bind({}, same, base)
    assert store.query(opened, "ASK { ?a kg:weight ?w }", base)
    assert not store.query(opened, "ASK { ?a kg:weight ?w }")
