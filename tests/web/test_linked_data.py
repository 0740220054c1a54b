"""IRIs of a build as pages and as RDF, read by rdflib; hostile paths; and what machines find a dataset by."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import rdflib
from helpers.serving import Server, serving

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from kg.web.linked_data.addresses import local_address, named_iri, pair_iris

BASE = "https://w3id.org/pfocr-kg/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAIR = "/co/ncbigene:8600_ncbigene:8792"
GENE = "/describe?iri=" + quote("https://identifiers.org/ncbigene/8600", safe="")
READERS = {"text/turtle": "turtle", "application/n-triples": "nt", "application/ld+json": "json-ld"}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def server(seeds_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ("--workers", "1", "--timeout", "3600", "--root-path", "/pfocr")
    with serving(seeds_build, *options, log=tmp_path_factory.mktemp("linked") / "log") as running:
        yield running


def header(headers: object, name: str) -> str:
    return str({key.lower(): value for key, value in dict(headers).items()}[name])  # type: ignore[call-overload]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD
@pytest.mark.parametrize("path", [PAIR, GENE, "/vocab", "/dataset", "/.well-known/void"])
def test_all_formats_have_the_same_triples(server: Server, path: str) -> None:
    graphs = []
    for media_type, reader in READERS.items():
        reply = server.ask("GET", path, Accept=f"{media_type}, text/html;q=0.5")
        assert (reply.status, reply.kind.partition(";")[0]) == (200, media_type)
        graphs.append(rdflib.Graph().parse(data=reply.body, format=reader))
    assert len(graphs[0]) > 5
    assert set(graphs[0]) == set(graphs[1]) == set(graphs[2])


def test_the_store_says_the_same_of_a_pair(server: Server) -> None:
    said = server.query(f"CONSTRUCT WHERE {{ <{BASE}{PAIR[1:]}> ?p ?o }}", "application/n-triples").body
    shown = server.ask("GET", f"{PAIR}?format=nt").body
    assert set(shown.splitlines()) == set(said.splitlines())


def test_a_browser_gets_the_page_of_a_pair(server: Server) -> None:
    reply = server.ask("GET", PAIR, Accept=BROWSER)
    text = reply.body.decode()
    assert (reply.status, reply.kind.partition(";")[0]) == (200, "text/html")
    assert "<h1>TNFSF11 with TNFRSF11A</h1>" in text
    assert "Its numbers" in text
    assert "Words for TNFSF11" in text
    assert re.search(r"RANKL", text)
    assert '<link rel="alternate" type="text/turtle" href="/pfocr/co/ncbigene:8600_ncbigene:8792?format=ttl">' in text


def test_the_page_of_an_entity_links_to_what_mentions_it(server: Server) -> None:
    text = server.ask("GET", f"{GENE}&page=1", Accept=BROWSER).body.decode()
    assert "<h1>TNFSF11</h1>" in text
    assert "What links to it" in text
    assert (
        'href="https://identifiers.org/ncbigene/8600" rel="external"'
        in server.ask("GET", PAIR, Accept=BROWSER).body.decode()
    )


def test_caching_and_negotiation(server: Server) -> None:
    first = server.ask("GET", PAIR, Accept="text/turtle")
    tag = header(first.headers, "etag")
    assert "Accept" in header(first.headers, "vary")
    assert server.ask("GET", PAIR, Accept="text/turtle", If_None_Match=tag).status == 304
    assert server.ask("GET", PAIR, Accept="text/html", If_None_Match=tag).status == 200
    head = server.ask("HEAD", PAIR, Accept="text/turtle")
    assert (head.status, head.body) == (200, b"")
    refused = server.ask("GET", PAIR, Accept="image/png")
    assert refused.status == 406
    assert "text/turtle, application/n-triples, application/ld+json" in refused.detail
    assert server.ask("GET", f"{PAIR}?format=doc").status == 400
    assert server.ask("POST", PAIR, b"").status == 405


HOSTILE = [
    f"/keyword/{quote(SCRIPT, safe='')}",
    "/word/%00%0a%ff",
    "/word/" + "A" * 9000,
    "/co/" + "ncbigene:1_" * 500,
    "/keyword/..%2F..%2Fetc%2Fpasswd",
    "/dataset/..%2F..%2Fmanifest.json",
    f"/dataset/{quote(SCRIPT + chr(34), safe='')}",
    "/co/%3E%20%7B%20%7D",
]


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize("accept", [BROWSER, "text/turtle"])
def test_a_hostile_path_is_not_found(server: Server, path: str, accept: str) -> None:
    reply = server.ask("GET", path, Accept=accept)
    assert reply.status == 404
    assert reply.kind.partition(";")[0] in ("text/html", "application/problem+json")
    if accept == BROWSER:
        assert SCRIPT.encode() not in reply.body
    assert "default-src 'self'" in header(reply.headers, "content-security-policy")


@pytest.mark.parametrize(
    "iri", ["", 'javascript:alert(1)"', "http://x.org/> ?p ?o } #", "x", "http://x.org/" + "a" * 3000]
)
def test_a_hostile_iri_is_refused(server: Server, iri: str) -> None:
    assert server.ask("GET", f"/describe?iri={quote(iri, safe='')}").status == 400


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "%C2%B2"])
def test_a_wrong_page_is_refused(server: Server, page: str) -> None:
    assert server.ask("GET", f"{GENE}&page={page}", Accept=BROWSER).status == 400


def test_an_unknown_name_leads_to_the_nearest(server: Server) -> None:
    reply = server.ask("GET", "/keyword/TNFSF1")
    assert reply.status == 404
    assert "https://identifiers.org/ncbigene/8600" in json.loads(reply.body)["nearest"]
    assert b"/pfocr/describe?iri=" in server.ask("GET", "/keyword/TNFSF1", Accept=BROWSER).body


def test_a_pair_that_is_none_leads_to_its_ends(server: Server) -> None:
    reply = json.loads(server.ask("GET", "/co/ncbigene:8600_ncbigene:1").body)
    assert reply["nearest"] == ["https://identifiers.org/ncbigene/8600", "https://identifiers.org/ncbigene/1"]


def test_iris_are_those_of_the_tables() -> None:
    assert named_iri("keyword", "a/b+c:d", BASE) == f"{BASE}keyword/a%2Fb%2Bc%3Ad"
    assert named_iri("word", "..", BASE) == f"{BASE}word/%2E%2E"
    assert pair_iris("keyword:a/b_ncbigene:1", BASE) == [f"{BASE}co/keyword:a%2Fb_ncbigene:1"]
    assert pair_iris("a_b", BASE) == []
    assert local_address("javascript:alert(1)", BASE, "") is None


def test_examples_are_missing_with_a_reason(server: Server, seeds_build: Path) -> None:
    reply = server.ask("GET", "/.well-known/sparql-examples")
    there = (seeds_build / "queries.ttl").exists()
    assert reply.status == (200 if there else 404)
    assert there or "queries.ttl" in reply.detail


def test_the_start_page_describes_the_dataset(server: Server) -> None:
    text = server.ask("GET", "/", Accept=BROWSER).body.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block
    said = json.loads(block[1])
    assert said["@type"] == "Dataset"
    assert said["@id"] == f"{BASE}dataset"
    assert said["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert {"name", "description", "creator", "version", "citation", "distribution"} <= said.keys()
    assert 50 <= len(said["description"]) <= 5000  # what dataset search engines demand


def test_the_endpoint_and_the_file_have_their_own_numbers(server: Server, seeds_build: Path) -> None:
    outputs = json.loads((seeds_build / "manifest.json").read_text("utf-8"))["outputs"]
    graph = rdflib.Graph().parse(data=server.ask("GET", "/sparql", Accept="text/turtle").body, format="turtle")
    triples = rdflib.URIRef("http://rdfs.org/ns/void#triples")
    assert graph.value(rdflib.URIRef(f"{BASE}dataset#graph"), triples).toPython() == outputs["store"]["triples"]  # type: ignore[union-attr]
