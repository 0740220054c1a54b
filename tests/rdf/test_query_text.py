"""The tokens of queries and the endpoints in them, with the engine as judge of what asks another endpoint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from kg.errors import QueryError
from kg.rdf.query_text import services, tokens

PREFIXES = "PREFIX : <http://a/> PREFIX ex: <http://a/> PREFIX service: <http://a/> "

FEDERATED = {
    "plain": ("SERVICE <http://a/x> {}", ["http://a/x"]),
    "silent, in lower case, with a comment": ("service silent # SERVICE\n<http://a/x> {}", ["http://a/x"]),
    "a variable": ("SERVICE ?service {}", [""]),
    "a prefixed name": ("SERVICE ex:x {}", [""]),
    "two": ("SERVICE <http://a/x> {} SERVICE <http://b/> {}", ["http://a/x", "http://b/"]),
    "without spaces": ("OPTIONAL{}SERVICE<http://a/x>{}", ["http://a/x"]),
    "no space before a name": ("SERVICE:x {}", [""]),
    "no space before SILENT": ("SERVICESILENT<http://a/x>{}", ["http://a/x"]),
    "no space anywhere": ("SERVICESILENT:x{}", [""]),
    "after a word": ("?s ?p trueSERVICE <http://a/x> {}", ["http://a/x"]),
    "after a number": ("?s ?p 1SERVICE <http://a/x> {}", ["http://a/x"]),
    "after a number and a stop": ("?s ?p 1.SERVICE <http://a/x> {}", ["http://a/x"]),
    "after a word and a stop": ("?s ?p true.SERVICE <http://a/x> {}", ["http://a/x"]),
    "after an empty name and a stop": ("?s ?p ex:.SERVICE <http://a/x> {}", ["http://a/x"]),
    "an escape in the IRI": (r"SERVICE <http://a\u002fx> {}", [""]),
    "a relative IRI": ("SERVICE <//a/x> {}", ["//a/x"]),
}
"""Graph patterns that ask another endpoint, and the endpoints."""

HARMLESS = (
    "?SERVICE a ?service",
    "$service a ex:Service",
    "?s ex:SERVICE ?o",
    "?s service:x ?o . service:y service:service ?o",
    "GRAPH service:x { ?s ?p ?o }",
    "?s ?p 'SERVICE <http://a/x>', \"service\", '''SERVICE\n<x>''', \"\"\"it's SERVICE\"\"\"",
    "?s ?p ?o # SERVICE <http://a/x> {}\n",
    "?s <http://a/SERVICE> <http://a/#SERVICE>",
    "?s ?p 'x'@service",
    "?s ?p _:SERVICE",
    r"?s ?p ex:a\#SERVICE",
    "?s ?p ex:a-SERVICE, ex:a.service, ex:a%20SERVICE",
    "FILTER(?s<?o)",
    "?s<http://a/#service>?o",
    "?s ?p (?o<http://a/#service>)",
)
"""Graph patterns with the word that ask nobody."""


def asks(text: str) -> bool:
    """Return whether the engine calls another endpoint, which fails on a port that nobody listens on."""
    try:
        list(Store().query(text))  # type: ignore[arg-type]
    except OSError:
        return True
    return False


@pytest.mark.parametrize("name", FEDERATED)
def test_an_endpoint_is_found_wherever_the_engine_reads_one(name: str) -> None:
    pattern, found = FEDERATED[name]
    assert services(f"{PREFIXES} SELECT * {{ {pattern} }}") == found


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_word_that_is_no_keyword_asks_nobody(pattern: str) -> None:
    text = f"{PREFIXES} PREFIX SERVICE: <http://b/> SELECT * {{ {pattern} }}"
    list(Store().query(text))  # type: ignore[arg-type]
    assert services(text) == []


@pytest.mark.parametrize(
    "pattern",
    ["BIND(1 AS ?a) FILTER(?a<1)SERVICE:x#>\n{}", "FILTER(?a<1#> '''\n)SERVICE:x{} #'''", "FILTER(?a<service>1)"],
)
def test_a_comparison_that_could_be_an_iri_is_refused(pattern: str) -> None:
    with pytest.raises(QueryError, match="write a space after <"):
        services(f"{PREFIXES} SELECT * {{ {pattern} }}")
    assert services(f"{PREFIXES} SELECT * {{ {pattern.replace('<', '< ')} }}") != [] or "?a<service" in pattern


def test_a_comparison_hides_no_brackets() -> None:
    signs = [token.text for token in tokens("FILTER(?a<((1))&&?c>2)") if token.kind == "sign"]
    assert "".join(signs) == "(<(())&&>)"


PIECES = """
    SERVICE service SILENT :x ex: ex:x ex:SERVICE ?x ?SERVICE <http://127.0.0.1:1/> <x 1 1. true a . ; , { } {} ( ) [ ]
    < > # ' " ''' \\ @en _:b - UNION OPTIONAL FILTER BIND AS GRAPH = && VALUES
"""
SPACED = st.lists(st.tuples(st.sampled_from(PIECES.split()), st.sampled_from(("", " ", "\n"))), max_size=6).map(
    lambda pieces: "".join(map("".join, pieces))
)


@given(SPACED, st.sampled_from(("SERVICE", "SERVICE:x{}", "SERVICE <http://127.0.0.1:1/>{}")), SPACED)
def test_what_the_engine_reads_as_service_is_found(before: str, service: str, after: str) -> None:
    pattern = before + service + after
    text = f"PREFIX : <http://127.0.0.1:1/> PREFIX ex: <http://127.0.0.1:1/> SELECT * {{ {{}} {pattern} }}"
    try:
        asked = asks(text)
    except (SyntaxError, ValueError, RuntimeError):
        return
    try:
        found: list[str] = services(text)
    except QueryError:
        return
    assert found or not asked


def test_a_long_list_is_read_token_by_token() -> None:
    text = "SELECT * { VALUES ?x { " + "ex:a " * 10_000 + "} }"
    assert [token.text for token in tokens(text)][-3:] == ["ex:a", "}", "}"]
