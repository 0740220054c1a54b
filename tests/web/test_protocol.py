"""The SPARQL 1.1 Protocol: what is answered, in which format, and what is refused with which status."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
import rdflib
from helpers.serving import JSON, Reply, Server, serving
from pyoxigraph import RdfFormat, parse
from rdflib.compare import isomorphic

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from kg.web.sparql.negotiation import SOLUTIONS, TRIPLES, choose, prefers_html

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
ASK = "ASK {}"
SELECT = "SELECT ?name { ncbigene:7157 rdfs:label ?name }"
CONSTRUCT = "CONSTRUCT { ?s rdfs:label ?o } WHERE { ?s a biolink:Gene ; rdfs:label ?o }"
DESCRIBE = "DESCRIBE ncbigene:7157"
G1, G2 = "http://example.org/one", "http://example.org/two"


@pytest.fixture(scope="module")
def server(toy_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("protocol") / "log"
    with serving(toy_build, "--workers", "2", "--max-query", "64KiB", log=log) as running:
        yield running


# -- the cases of the W3C's test suite for the protocol, each as what is sent and what has to come back


class Case(NamedTuple):
    """A request; `address` and `form` are fields, `type` is the Content-Type."""

    status: int
    method: str = "GET"
    address: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] | None = None
    body: bytes | None = None
    type: str | None = None
    boolean: bool | None = None


def graphs(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple(("default-graph-uri" if name.startswith("d") else "named-graph-uri", name[2:]) for name in names)


FULL = graphs(f"d={G1}", f"d={G2}", f"n={G1}", f"n={G2}")
IN_GRAPH = f"ASK {{ GRAPH <{G1}> {{ ?s ?p ?o }} }}"
ANYTHING = "ASK { ?s ?p ?o }"
OWN_DATASET = f"ASK FROM <{G1}> {{ ?s ?p ?o }}"
UPDATES = "CLEAR ALL"

CASES = {
    # queries
    "query by GET": Case(200, address=(("query", ASK),), boolean=True),
    "query by POST of a form": Case(200, "POST", form=(("query", ASK),), boolean=True),
    "query by POST directly": Case(200, "POST", body=ASK.encode(), type=DIRECT, boolean=True),
    "query by POST directly, in UTF-8": Case(
        200, "POST", body="ASK { FILTER('é' = 'é') }".encode(), type=f"{DIRECT}; charset=UTF-8", boolean=True
    ),
    # The store has its default graph only, so a dataset of other graphs is an empty one.
    "the store without a dataset": Case(200, address=(("query", ANYTHING),), boolean=True),
    "default graphs by GET": Case(200, address=(("query", ANYTHING), *graphs(f"d={G1}", f"d={G2}")), boolean=False),
    "default graphs by POST of a form": Case(
        200, "POST", form=(("query", ANYTHING), *graphs(f"d={G1}", f"d={G2}")), boolean=False
    ),
    "default graphs by POST directly": Case(
        200, "POST", graphs(f"d={G1}"), body=ANYTHING.encode(), type=DIRECT, boolean=False
    ),
    "named graphs by GET": Case(200, address=(("query", IN_GRAPH), *graphs(f"n={G1}", f"n={G2}")), boolean=False),
    "named graphs by POST": Case(200, "POST", form=(("query", IN_GRAPH), *graphs(f"n={G1}")), boolean=False),
    "named graphs only leave no default graph": Case(
        200, address=(("query", ANYTHING), *graphs(f"n={G1}")), boolean=False
    ),
    "a full dataset": Case(200, address=(("query", ANYTHING), *FULL), boolean=False),
    "a dataset in the query": Case(200, address=(("query", OWN_DATASET),), boolean=False),
    "a dataset in the request and in the query": Case(
        200, address=(("query", OWN_DATASET), *graphs(f"d={G2}")), boolean=False
    ),
    "a graph that is no IRI": Case(400, address=(("query", ASK), *graphs("d=not an IRI"))),
    "a relative graph": Case(400, address=(("query", ASK), *graphs("n=one"))),
    # what is no query
    "another method": Case(405, "PUT", (("query", ASK),)),
    "deletion": Case(405, "DELETE", (("query", ASK),)),
    "two queries by GET": Case(400, address=(("query", ASK), ("query", SELECT))),
    "two queries in a form": Case(400, "POST", form=(("query", ASK), ("query", ASK))),
    "a query in the form and in the address": Case(400, "POST", (("query", ASK),), form=(("query", ASK),)),
    "a query in the body and in the address": Case(400, "POST", (("query", ASK),), body=ASK.encode(), type=DIRECT),
    "no query in a form": Case(400, "POST", form=(("other", "x"),)),
    "an empty query by GET": Case(400, address=(("query", ""),)),
    "an empty body": Case(400, "POST", body=b"", type=DIRECT),
    "text as Content-Type": Case(415, "POST", body=ASK.encode(), type="text/plain"),
    "a form of several parts": Case(415, "POST", body=b"--x--", type="multipart/form-data; boundary=x"),
    "a form without Content-Type": Case(415, "POST", body=urlencode({"query": ASK}).encode()),
    "a query without Content-Type": Case(415, "POST", body=ASK.encode()),
    "UTF-16, as it says": Case(415, "POST", body=ASK.encode("utf-16"), type=f"{DIRECT}; charset=UTF-16"),
    "UTF-16, without saying so": Case(400, "POST", body=ASK.encode("utf-16"), type=DIRECT),
    "Latin-1 in an address": Case(400, address=(("query", "ASK { FILTER('\udce9' = 'e') }"),)),
    "wrong syntax": Case(400, address=(("query", "ASK { ?s ?p"),)),
    "wrong syntax by POST": Case(400, "POST", body=b"SELECT nothing", type=DIRECT),
    # updates: this is no endpoint for them
    "update by GET": Case(403, address=(("update", UPDATES),)),
    "update by POST of a form": Case(403, "POST", form=(("update", UPDATES),)),
    "update by POST directly": Case(403, "POST", body=UPDATES.encode(), type=UPDATE),
    "update as a query": Case(400, "POST", form=(("query", UPDATES),)),
    "update beside a query": Case(403, "POST", form=(("query", ASK), ("update", UPDATES))),
    "two updates": Case(403, "POST", form=(("update", UPDATES), ("update", UPDATES))),
    "an update as another Content-Type": Case(415, "POST", body=UPDATES.encode(), type="text/plain"),
    "an update in a form without Content-Type": Case(415, "POST", body=urlencode({"update": UPDATES}).encode()),
    "an update in UTF-16": Case(403, "POST", body=UPDATES.encode("utf-16"), type=f"{UPDATE}; charset=UTF-16"),
    "an update with wrong syntax": Case(403, "POST", form=(("update", "CLEAR NAMED"),)),
    "an update with graphs in the request and in the text": Case(
        403, "POST", form=(("update", "INSERT { ?s ?p ?o } USING <x:y> WHERE {}"), ("using-graph-uri", G1))
    ),
    "loading": Case(400, "POST", body=b"LOAD <http://127.0.0.1:1/x.ttl>", type=DIRECT),
}


@pytest.mark.parametrize("name", CASES)
def test_the_protocol(name: str, server: Server) -> None:
    case = CASES[name]
    reply = sent(server, case)
    assert reply.status == case.status, reply.body
    if case.status == 200:
        assert (reply.kind, json.loads(reply.body)["boolean"]) == (JSON, case.boolean)
    else:
        assert "\n" not in reply.detail


def test_relative_iris_resolve_against_the_address_of_the_request(server: Server) -> None:
    text = "SELECT ?fragment ?segment ?empty { VALUES (?fragment ?segment ?empty) { (<#x> <foo> <>) } }"
    here = {
        "fragment": f"{server.address}/sparql#x",
        "segment": f"{server.address}/foo",
        "empty": f"{server.address}/sparql",
    }
    assert server.query(text).rows() == [here]
    assert server.post(text).rows() == [here]
    form = urlencode({"query": text}).encode()
    assert server.ask("POST", "/sparql?x=y", form, Accept=JSON, Content_Type=FORM).rows() == [here]
    assert server.query(f"BASE <http://a/b/> {text}").rows()[0]["segment"] == "http://a/b/foo"
    assert server.query(text, Host="localhost:1234").rows()[0]["segment"] == "http://localhost:1234/foo"


def test_variables_and_prefixes_may_be_called_service(server: Server) -> None:
    text = "PREFIX SERVICE: <http://a/> SELECT ?SERVICE { VALUES ?SERVICE { SERVICE:x } } # SERVICE"
    assert server.query(text).rows() == [{"SERVICE": "http://a/x"}]


def sent(server: Server, case: Case) -> Reply:
    address = "/sparql" + ("?" + urlencode(case.address, errors="surrogateescape") if case.address else "")
    kinds = {} if case.type is None else {"Content_Type": case.type}
    body = case.body
    if case.form is not None:
        body, kinds = urlencode(case.form).encode(), {"Content_Type": FORM}
    return server.ask(case.method, address, body, Accept=JSON, **kinds)


def test_a_method_that_is_not_for_queries_is_told_which_are(server: Server) -> None:
    assert server.ask("PATCH", "/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_options_says_what_may_be_done(server: Server) -> None:
    reply = server.ask("OPTIONS", "/sparql")
    assert (reply.status, reply.headers["allow"], reply.body) == (204, "GET, HEAD, POST, OPTIONS", b"")


def test_head_is_get_without_the_answer(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": SELECT})
    get, head = (server.ask(method, path, Accept="text/csv") for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (200, b"")
    assert get.body == b"name\r\nTP53\r\n"
    assert {name: head.headers[name] for name in head.headers if name != "date"} == {
        name: get.headers[name] for name in get.headers if name != "date"
    }


def test_the_place_of_a_mistake_is_told(server: Server) -> None:
    assert server.post("SELECT ?x\nWHERE { ?x a }").detail.startswith("line 2, column 15: expected one of")


# -- formats

XML = (
    b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="name"/></head>'
    b'<results><result><binding name="name"><literal>TP53</literal></binding></result></results></sparql>'
)


@pytest.mark.parametrize(
    ("accept", "kind", "body"),
    [
        (JSON, JSON, b'{"head":{"vars":["name"]},"results":{"bindings":[{"name":{"type":"literal","value":"TP53"}}]}}'),
        ("application/json", JSON, None),
        ("*/*", JSON, None),
        ("application/*", JSON, None),
        ("", JSON, None),
        (
            "application/sparql-results+xml",
            "application/sparql-results+xml",
            XML,
        ),
        ("text/csv", "text/csv; charset=utf-8", b"name\r\nTP53\r\n"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", b'?name\n"TP53"\n'),
        ("text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8", None),  # Turtle is for other queries
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.9, */*;q=0.1", "application/sparql-results+xml", None),
    ],
)
def test_the_format_of_a_table_is_the_one_liked_best(
    server: Server, accept: str, kind: str, body: bytes | None
) -> None:
    reply = server.query(SELECT, accept)
    assert (reply.status, reply.kind) == (200, kind)
    assert body is None or reply.body == body


GRAPH_FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # in rdflib's reader of JSON-LD
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
def test_every_format_of_a_graph_says_the_same(server: Server, query: str) -> None:
    read = []
    for kind, name in GRAPH_FORMATS.items():
        reply = server.query(query, kind)
        assert (reply.status, reply.kind.partition(";")[0]) == (200, kind)
        read.append(rdflib.Graph().parse(data=reply.body, format=name))
    assert len(read[0]) >= 4
    assert all(isomorphic(read[0], each) for each in read[1:])


def test_a_graph_comes_as_turtle_with_the_usual_prefixes(server: Server) -> None:
    reply = server.query(DESCRIBE, "*/*")
    assert reply.kind == "text/turtle; charset=utf-8"
    assert b"ncbigene:7157 " in reply.body


@pytest.mark.parametrize(
    ("query", "kind", "body"),
    [
        (ASK, JSON, b'{"head":{},"boolean":true}'),
        (ASK, "text/csv", b"true\n"),
        ("ASK { FILTER(false) }", "text/tab-separated-values", b"false\n"),
    ],
)
def test_yes_and_no_come_in_every_format(server: Server, query: str, kind: str, body: bytes) -> None:
    reply = server.query(query, kind)
    assert (reply.status, reply.kind.partition(";")[0], reply.body) == (200, kind, body)


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (SELECT, "image/png"),
        (SELECT, "text/turtle"),
        (CONSTRUCT, "text/csv"),
        (CONSTRUCT, "text/html"),
        (SELECT, f"{JSON};q=0"),
        (SELECT, "*/*;q=0"),
    ],
)
def test_what_nobody_can_give_is_406(server: Server, query: str, accept: str) -> None:
    reply = server.query(query, accept)
    assert reply.status == 406
    assert "Accept" in reply.detail


@pytest.mark.parametrize(
    ("accept", "solutions", "triples"),
    [
        ("", "json", "turtle"),
        ("application/sparql-results+json;q=0, */*;q=0.5", "xml", "turtle"),
        ("text/*", "csv", "turtle"),
        ("text/*;q=0.3, text/tab-separated-values", "tsv", "turtle"),
        ("application/json", "json", "jsonld"),
        ("application/xml;q=0.9, text/html", "xml", "rdfxml"),
        ("TEXT/CSV ; Q=1 , x", "csv", None),
        ("text/csv;q=nan, text/tab-separated-values;q=0.001", "tsv", None),
        ("text/csv;q=2, application/json;q=0.1", "json", "jsonld"),
        ("text/csv;header=present;q=0.5, application/json;q=0.4", "csv", "jsonld"),
        ("image/*", None, None),
        (";;;,,,", "json", "turtle"),
    ],
)
def test_choosing(accept: str, solutions: str | None, triples: str | None) -> None:
    found = choose(accept, SOLUTIONS), choose(accept, TRIPLES)
    assert (found[0] and found[0].name, found[1] and found[1].name) == (solutions, triples)


def test_who_is_a_browser() -> None:
    assert prefers_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert not prefers_html("*/*")
    assert not prefers_html("text/turtle, text/html;q=0.1")


def test_long_answers_are_compressed_for_who_can_read_that(server: Server) -> None:
    every = "SELECT * { ?s ?p ?o }"
    plain, packed = server.query(every), server.query(every, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 3
    assert gzip.decompress(packed.body) == plain.body
    assert "Accept" in packed.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]


# -- what the endpoint says of itself


@pytest.mark.parametrize("accept", ["", "text/turtle", "application/rdf+xml", "application/n-triples"])
def test_without_a_query_it_describes_itself_and_what_it_holds(server: Server, toy_build: Path, accept: str) -> None:
    reply = server.ask("GET", "/sparql", Accept=accept)
    assert reply.status == 200
    graph = rdflib.Graph().parse(data=reply.body, format=GRAPH_FORMATS[reply.kind.partition(";")[0]])
    found = graph.query(
        """
        PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        PREFIX void: <http://rdfs.org/ns/void#>
        SELECT ?endpoint ?triples (COUNT(?format) AS ?formats) {
          ?service a sd:Service ; sd:endpoint ?endpoint ; sd:supportedLanguage sd:SPARQL11Query ;
            sd:resultFormat ?format ; sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph ?graph ] .
          ?graph a sd:Graph, void:Dataset ; void:triples ?triples ; void:sparqlEndpoint ?endpoint .
        } GROUP BY ?endpoint ?triples
        """
    )
    triples = json.loads((toy_build / "manifest.json").read_text())["outputs"]["store"]["triples"]
    assert [tuple(map(str, row)) for row in found] == [(f"{server.address}/sparql", str(triples), "8")]  # type: ignore[arg-type]
    own = {quad.triple for quad in parse(path=str(toy_build / "dataset.ttl"), format=RdfFormat.TURTLE)}
    if accept == "application/n-triples":
        assert own <= {quad.triple for quad in parse(reply.body, RdfFormat.N_TRIPLES)}


def test_a_browser_is_sent_to_the_query_page(server: Server) -> None:
    reply = server.ask("GET", "/sparql", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (reply.status, reply.headers["location"]) == (303, "query")


def test_a_description_in_no_format_is_406(server: Server) -> None:
    assert server.ask("GET", "/sparql", Accept="text/csv").status == 406


def test_a_host_that_can_be_no_iri_gets_no_description(server: Server) -> None:
    assert server.ask("GET", "/sparql", Host="a b").status in {400, 421}


# -- what is too long, and what reaches elsewhere


def test_a_query_may_be_as_long_as_it_says(server: Server) -> None:
    exact = ASK + " " * (65_536 - len(ASK))
    assert server.post(exact).status == 200
    form = urlencode({"query": exact.replace(" ", "\n")}).encode()
    assert server.ask("POST", "/sparql", form, Content_Type=FORM).status == 200


@pytest.mark.parametrize("size", [65_537, 10_000_000])
def test_a_query_that_is_longer_is_413(server: Server, size: int) -> None:
    reply = server.post(ASK + " " * (size - len(ASK)))
    assert reply.status == 413
    assert reply.detail == f"the query is {size:,} bytes long; at most 65,536 here (kg serve --max-query)"
    form = urlencode({"query": ASK + " " * (size - len(ASK))}).encode()
    assert server.ask("POST", "/sparql", form, Content_Type=FORM).status == 413


def test_a_long_query_in_an_address_is_413(server: Server) -> None:
    assert server.query(ASK + "\n" * 65_536).status == 413


ELSEWHERE = "<http://127.0.0.1:1/sparql>"


@pytest.mark.parametrize(
    "query",
    [
        f"ASK {{ SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
        f"ASK {{ service silent{ELSEWHERE} {{ ?s ?p ?o }} }}",
        f"ASK {{ VALUES ?x {{ {ELSEWHERE} }} SERVICE ?x {{ ?s ?p ?o }} }}",
        "PREFIX x: <http://127.0.0.1:1/> ASK { SERVICE x:sparql { ?s ?p ?o } }",
        f"ASK {{ \\u0053ERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
    ],
)
def test_service_is_refused(server: Server, query: str) -> None:
    reply = server.query(query)
    assert reply.status in ({400} if "\\u" in query else {403}), reply.body
    assert "\\u" in query or "kg serve --allow-federation" in reply.detail


def test_nothing_is_fetched_for_a_dataset(server: Server, tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text("<a:a> <a:b> <a:c> .", encoding="utf-8")
    for iri in (f"file://{tmp_path}/x.ttl", "http://127.0.0.1:1/x.ttl"):
        asked = f"SELECT * FROM <{iri}> {{ ?s ?p ?o }}"
        assert server.query(asked).rows() == []
        assert server.query(f"SELECT * FROM NAMED <{iri}> {{ GRAPH ?g {{ ?s ?p ?o }} }}").rows() == []
        path = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": iri})
        assert server.ask("GET", path, Accept=JSON).rows() == []
