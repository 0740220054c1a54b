"""IRIs of a build as pages and as RDF, read by rdflib; hostile paths; and what machines find a dataset by."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import rdflib
from helpers.corpus import SEEDS
from helpers.serving import Server, serving

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.rdf.dump import LAYERS

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from starlette.requests import Request

from kg.web.linked_data.addresses import local_address, named_iri, pair_iris
from kg.web.linked_data.downloads import download
from kg.web.problems import HttpProblem

BASE = "https://w3id.org/pfocr-kg/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAIR = "/co/ncbigene:8600_ncbigene:8792"
PUBLISHED = "/co/ncbigene:4772_ncbigene:7189"
WORDS = "/co/word:P50_word:P65"
GENE = "/describe?iri=" + quote("https://identifiers.org/ncbigene/8600", safe="")
FIGURE = "/describe?iri=" + quote(
    "https://pfocr.wikipathways.org/figures/PMC10377020__biomolecules-13-01050-g002.html", safe=""
)
READERS = {"text/turtle": "turtle", "application/n-triples": "nt", "application/ld+json": "json-ld"}
SCRIPT = "<script>alert(1)</script>"


OPTIONS = ("--workers", "1", "--timeout", "3600", "--root-path", "/pfocr")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the seeds with a release of its own, pairs of words, and a q by which nine pairs are published."""
    destination = tmp_path_factory.mktemp("named") / "exports"
    parameters = BuildParameters(
        release="2026.1", publisher="Example Institute", contact="mailto:data@example.org", publish_q=1.0
    )
    release([str(SEEDS)], destination, parameters, layers=LAYERS)
    return destination


@pytest.fixture(scope="module")
def server(build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(build, *OPTIONS, log=tmp_path_factory.mktemp("linked") / "log") as running:
        yield running


@pytest.fixture(scope="module")
def usual(seeds_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give the seeds as `kg build` makes them: without pairs of words, and without a publisher."""
    with serving(seeds_build, *OPTIONS, log=tmp_path_factory.mktemp("usual") / "log") as running:
        yield running


def header(headers: object, name: str) -> str:
    return str({key.lower(): value for key, value in dict(headers).items()}[name])  # type: ignore[call-overload]


FILES = ["/vocab", "/vocab/2", "/dataset", "/dataset/2026.1", "/.well-known/void", "/.well-known/sparql-examples"]
QUERIES = ["/query/partners", "/queries"]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD
@pytest.mark.parametrize("path", [PAIR, PUBLISHED, WORDS, GENE, "/word/P50", *FILES, *QUERIES])
def test_all_formats_have_the_same_triples(server: Server, path: str) -> None:
    graphs = []
    for media_type, reader in READERS.items():
        reply = server.ask("GET", path, Accept=f"{media_type}, text/html;q=0.5")
        assert (reply.status, reply.kind.partition(";")[0]) == (200, media_type)
        graphs.append(rdflib.Graph().parse(data=reply.body, format=reader))
    assert len(graphs[0]) >= 5
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


def test_an_unknown_word_leads_to_the_nearest_words(server: Server) -> None:
    assert json.loads(server.ask("GET", "/word/P6").body)["nearest"][0] == f"{BASE}word/P65"


NO_PAIRS = {
    "ncbigene:8600_ncbigene:1": ("this build has no ncbigene:1", ["https://identifiers.org/ncbigene/8600"]),
    "ncbigene:2_ncbigene:1": ("this build has neither ncbigene:2 nor ncbigene:1", []),
    "ncbigene:8792_ncbigene:8600": ("its ends have the other order", [BASE + PAIR[1:]]),
    "word:P50_word:P50": ("both ends are the same", [f"{BASE}word/P50"]),
    "ncbigene:8600_word:P50": (
        "a pair is of two words, or of two entities",
        ["https://identifiers.org/ncbigene/8600", f"{BASE}word/P50"],
    ),
    "word:AKT_word:P65": (
        "the two are drawn together by different words in fewer than 2 figures",
        [f"{BASE}word/AKT", f"{BASE}word/P65"],
    ),
}


@pytest.mark.parametrize("name", NO_PAIRS)
def test_a_pair_that_is_none_says_why(server: Server, name: str) -> None:
    reason, nearest = NO_PAIRS[name]
    reply = server.ask("GET", f"/co/{name}")
    assert (reply.status, json.loads(reply.body)["nearest"]) == (404, nearest)
    assert reply.detail == f"no pair {name}: {reason}"
    assert reason in server.ask("GET", f"/co/{name}", Accept=BROWSER).body.decode()


def test_a_build_without_pairs_of_words_says_so(usual: Server) -> None:
    assert usual.ask("GET", WORDS).detail == "no pair word:P50_word:P65: this build has no pairs of words"


def shown(server: Server, path: str) -> str:
    """Return the words of a page, without its markup."""
    reply = server.ask("GET", path, Accept=BROWSER)
    assert reply.status == 200
    body = reply.body.decode().partition("<main")[2].partition(">")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_the_page_of_a_pair_says_by_what_rule_it_is_published(server: Server) -> None:
    published, not_published = shown(server, PUBLISHED), shown(server, PAIR)
    rule = "Condition of this release This pair Met 2 papers or more {} {} NPMI above 0 {} {} q of at most 1 {} {}"
    assert "Published : the graph joins the two by" in published
    assert rule.format(3, "yes", 1, "yes", 0.28, "yes") in published
    assert "Not published : the graph joins the two by" in not_published
    assert rule.format(5, "yes", 0, "no", 1, "yes") in not_published
    assert "Only pairs of entities have" in shown(server, WORDS)


def test_the_page_says_published_of_the_pairs_that_the_graph_publishes(server: Server) -> None:
    direct = "https://w3id.org/biolink/vocab/occurs_together_in_literature_with"
    ends = "?pair biolink:subject ?s ; biolink:object ?o ; kg:weight ?weight"
    rows = server.query(f"SELECT ?pair (EXISTS {{ ?s <{direct}> ?o }} AS ?published) {{ {ends} }}").rows()
    said = {row["pair"]: "Published :" in shown(server, "/" + row["pair"].removeprefix(BASE)) for row in rows}
    assert said == {row["pair"]: row["published"] == "true" for row in rows}
    assert (len(said), sum(said.values())) == (20, 9)


def test_each_number_of_a_pair_has_its_meaning(server: Server) -> None:
    text = shown(server, PUBLISHED)
    for number in (
        "Figures 3 Figures that draw the two by different words; the support of the pair.",
        "Papers 3 Papers of these figures.",
        "NPMI 1 Normalised pointwise mutual information, -1 to 1: 0 is chance, 1 is always together.",
        "False discovery rate (q) 0.28 Expected share of chance pairs",
    ):
        assert number in text
    assert "label" not in text.partition("Its numbers")[2].partition("Its figures")[0]


def test_the_page_of_a_word_has_its_text_and_the_figures_that_draw_it(server: Server) -> None:
    text = shown(server, "/word/P65")
    assert text.startswith("P65 ")
    assert "word status inferred" in text
    assert "drawn word" in text
    assert "P50 with P65" in text
    assert "pfocr:PMC8719043__10.1177_15353702211011052-fig1#word-P65" in text  # the name of a part


def test_only_pairs_of_entities_lead_to_the_explorer(server: Server) -> None:
    assert "Open in the explorer" in shown(server, PAIR)
    assert "Open in the explorer" not in shown(server, WORDS)


def test_a_page_of_a_missing_thing_names_the_nearest(server: Server) -> None:
    text = server.ask("GET", "/word/P6", Accept=BROWSER).body.decode()
    assert '<a href="/pfocr/word/P65">P65</a> <small>word:P65</small>' in text


def test_a_page_has_properties_of_many_values_last(server: Server) -> None:
    text = shown(server, FIGURE)
    assert 0 < text.index("title") < text.index("mentions")


def test_a_page_shows_some_values_of_a_property_and_the_number_of_all(server: Server) -> None:
    graph = rdflib.Graph().parse(data=server.ask("GET", FIGURE, Accept="text/turtle").body, format="turtle")
    mentions = list(graph.objects(None, rdflib.URIRef("https://schema.org/mentions")))
    assert len(mentions) > 25
    assert f"and {len(mentions) - 25} more, in Turtle" in shown(server, FIGURE)


def test_releases_and_vocabulary_are_documents_of_their_own(server: Server) -> None:
    assert "2026.1" in shown(server, "/dataset/2026.1")
    assert "2 papers or more, NPMI above 0 and q of at most 1" in shown(server, "/dataset/2026.1")
    other = server.ask("GET", "/dataset/2025.9")
    assert (other.status, json.loads(other.body)["nearest"]) == (404, [f"{BASE}dataset", f"{BASE}dataset/2026.1"])
    assert json.loads(server.ask("GET", "/vocab/1").body)["nearest"] == [f"{BASE}vocab", f"{BASE}vocab/2"]


def test_iris_are_those_of_the_tables() -> None:
    assert named_iri("keyword", "a/b+c:d", BASE) == f"{BASE}keyword/a%2Fb%2Bc%3Ad"
    assert named_iri("word", "..", BASE) == f"{BASE}word/%2E%2E"
    assert pair_iris("keyword:a/b_ncbigene:1", BASE) == [f"{BASE}co/keyword:a%2Fb_ncbigene:1"]
    assert pair_iris("a_b", BASE) == []
    assert local_address("javascript:alert(1)", BASE, "") is None


def test_examples_are_those_of_the_build(server: Server, build: Path) -> None:
    body = server.ask("GET", "/.well-known/sparql-examples", Accept="text/turtle").body
    assert set(rdflib.Graph().parse(data=body, format="turtle")) == set(rdflib.Graph().parse(build / "queries.ttl"))


def dataset(server: Server) -> dict[str, Any]:
    """Return the dataset that the start page describes."""
    text = server.ask("GET", "/", Accept=BROWSER).body.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block
    said: dict[str, Any] = json.loads(block[1])
    return said


@pytest.mark.parametrize("path", ["/dataset", "/dataset/2026.1"])
def test_a_page_calls_the_publisher_by_its_name(server: Server, path: str) -> None:
    page = server.ask("GET", path, Accept="text/html").body.decode()
    assert re.search(r'<a href="[^"]*#publisher">Example Institute</a>', page)


def test_the_start_page_describes_the_dataset(server: Server, build: Path) -> None:
    said = dataset(server)
    assert (said["@type"], said["@id"], said["version"]) == ("Dataset", f"{BASE}dataset", "2026.1")
    assert 50 <= len(said["description"]) <= 5000  # what dataset search engines demand
    contact = {"@type": "ContactPoint", "email": "data@example.org"}
    assert said["publisher"] == {"@type": "Organization", "name": "Example Institute", "contactPoint": contact}
    assert said["creator"] == said["publisher"]
    graph = rdflib.Graph().parse(build / "dataset.ttl")
    for name, term in {"name": "title", "description": "description", "license": "license"}.items():
        assert str(graph.value(rdflib.URIRef(f"{BASE}dataset"), rdflib.DCTERMS[term])) == said[name]


def test_the_start_page_names_nobody_who_was_not_named(usual: Server) -> None:
    said = dataset(usual)
    assert {"creator", "publisher"}.isdisjoint(said)
    assert said["version"] == "a12a45912247"
    assert said["isBasedOn"]["name"] == "Pathway Figure OCR"
    assert said["citation"] == said["isBasedOn"]["citation"] == "https://doi.org/10.1186/s13059-020-02181-2"


def test_the_endpoint_and_the_file_have_their_own_numbers(server: Server, build: Path) -> None:
    outputs = json.loads((build / "manifest.json").read_text("utf-8"))["outputs"]
    body = server.ask("GET", "/sparql", Accept="text/turtle").body
    graph = rdflib.Graph().parse(data=body, format="turtle")
    numbers = {
        str(thing): int(str(number))
        for thing in graph.subjects(rdflib.RDF.type, rdflib.VOID.Dataset)
        for number in graph.objects(thing, rdflib.VOID.triples)
    }
    assert numbers == {
        f"{BASE}dataset#rdf": outputs["store"]["triples"],
        f"{BASE}dataset/2026.1#turtle": outputs["turtle"]["triples"],
    }
    served = rdflib.URIRef("http://www.w3.org/ns/sparql-service-description#defaultGraph")
    assert [str(graph) for graph in graph.objects(None, served)] == [f"{BASE}dataset#rdf"]
    endpoints = {str(thing) for thing in graph.subjects(rdflib.VOID.sparqlEndpoint)}
    assert endpoints == {f"{BASE}dataset#rdf", f"{BASE}dataset"}


def test_a_new_build_is_described_anew(tmp_path: Path) -> None:
    destination = tmp_path / "exports"
    release([str(SEEDS)], destination, BuildParameters(release="one"))
    with serving(destination, *OPTIONS, log=tmp_path / "log") as server:
        assert server.ask("GET", "/dataset/one").status == 200
        release([str(SEEDS)], destination, BuildParameters(release="two"))
        assert server.ask("GET", "/dataset/two").status == 200
        assert server.ask("GET", "/dataset/two/pfocr.ttl").body == (destination / "pfocr.ttl").read_bytes()
        assert server.ask("GET", "/dataset/one/pfocr.ttl").status == 404
        assert server.ask("GET", "/dataset/one").status == 404
        assert b"dataset/two" in server.ask("GET", "/sparql", Accept="text/turtle").body


FILE = "/dataset/2026.1/pfocr.ttl"


def test_the_files_that_the_description_names_are_here(server: Server, build: Path) -> None:
    graph = rdflib.Graph().parse(build / "dataset.ttl")
    files = {
        str(graph.value(part, rdflib.DCTERMS.title)): part for part in graph.objects(None, rdflib.DCAT.distribution)
    }
    assert sorted(files) == ["cooccurrence.graphml", "pfocr.ttl"]
    for name, part in files.items():
        [address] = graph.objects(part, rdflib.DCAT.downloadURL)
        reply = server.ask("GET", "/" + str(address).removeprefix(BASE), Accept="image/png", Accept_Encoding="gzip")
        assert (reply.status, reply.body) == (200, (build / name).read_bytes())
        assert reply.kind.partition(";")[0] == str(graph.value(part, rdflib.DCAT.mediaType))
        assert header(reply.headers, "content-length") == str(graph.value(part, rdflib.DCAT.byteSize))
    assert set(graph.objects(None, rdflib.VOID.dataDump)) == {rdflib.URIRef(BASE + FILE[1:])}


def test_a_download_is_resumed_where_it_ended(server: Server, build: Path) -> None:
    whole, head = (build / "pfocr.ttl").read_bytes(), server.ask("HEAD", FILE)
    assert (head.status, head.body, header(head.headers, "content-length")) == (200, b"", str(len(whole)))
    tag = header(head.headers, "etag")
    assert server.ask("GET", FILE, If_None_Match=tag).status == 304
    rest = server.ask("GET", FILE, Range="bytes=100-", If_Range=tag, Accept_Encoding="gzip")
    assert (rest.status, rest.body) == (206, whole[100:])
    assert server.ask("GET", FILE, Range="bytes=100-", If_Range='"other"').body == whole
    assert server.ask("GET", FILE, Range="bytes=99999999-").status == 416
    assert server.ask("POST", FILE, b"").status == 405


NO_FILES = {
    "2026.1/store": "store is the store, which answers queries at /sparql; ",
    "2026.1/tables": "tables is a folder; ",
    "2025.9/pfocr.ttl": "release '2025.9' is not here; ",
}


@pytest.mark.parametrize("name", NO_FILES)
def test_what_is_no_file_of_the_release_says_what_is(server: Server, name: str) -> None:
    here = "files of this server: dataset/2026.1/pfocr.ttl, dataset/2026.1/cooccurrence.graphml"
    reply = server.ask("GET", f"/dataset/{name}")
    assert (reply.status, reply.detail) == (404, NO_FILES[name] + here)
    assert b"files of this server" in server.ask("GET", f"/dataset/{name}", Accept=BROWSER).body


@pytest.mark.parametrize(
    "name", ["manifest.json", "..%2Fmanifest.json", "../manifest.json", "tables/words.parquet", "store/CURRENT", ""]
)
def test_no_other_file_is_sent(server: Server, name: str) -> None:
    reply = server.ask("GET", f"/dataset/2026.1/{name}")
    assert (reply.status, reply.kind) == (404, "application/problem+json")


def test_a_query_answers_as_a_page_that_leads_to_the_editor(server: Server) -> None:
    page = server.ask("GET", "/query/partners", Accept=BROWSER).body.decode()
    graph = rdflib.Graph().parse(data=server.ask("GET", "/query/partners").body, format="turtle")
    [query] = set(graph.subjects())
    assert str(query) == f"{BASE}query/partners"
    said = shown(server, "/query/partners")
    sparql = graph.value(query, rdflib.SH.select)
    assert f"<h1>{graph.value(query, rdflib.RDFS.label)}</h1>" in page
    for part in (graph.value(query, rdflib.RDFS.comment), html.escape(str(sparql), quote=True)):
        assert " ".join(str(part).split()) in said
    assert '<a class="button primary" href="/pfocr/query?name=partners">' in page
    assert server.ask("GET", "/query?name=partners", Accept=BROWSER).status == 200


def test_all_queries_are_listed_with_links_to_each(server: Server, build: Path) -> None:
    page = server.ask("GET", "/queries", Accept=BROWSER).body.decode()
    graph = rdflib.Graph().parse(build / "queries.ttl")
    queries = {str(query) for query in graph.subjects(rdflib.RDF.type, rdflib.SH.SPARQLExecutable)}
    assert {BASE + path for path in re.findall(r'href="/pfocr/(query/[^"]+)"', page)} == queries
    assert len(queries) >= 70


def test_an_unknown_query_leads_to_the_most_alike(server: Server) -> None:
    reply = server.ask("GET", "/query/partner")
    nearest = json.loads(reply.body)["nearest"]
    assert (reply.status, nearest[0], len(nearest)) == (404, f"{BASE}query/partners", 10)
    assert server.ask("GET", "/query/..%2F..%2Fmanifest.json").status == 404


@pytest.mark.parametrize(("media_type", "reader"), READERS.items())
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD
def test_the_description_states_the_endpoint_as_the_service_does(server: Server, media_type: str, reader: str) -> None:
    stated = []
    for path in ("/.well-known/void", "/sparql"):
        body = server.ask("GET", path, Accept=media_type, Host="localhost:81").body
        graph = rdflib.Graph().parse(data=body, format=reader)
        stated.append({(str(thing), str(at)) for thing, at in graph.subject_objects(rdflib.VOID.sparqlEndpoint)})
    endpoint = "http://localhost:81/pfocr/sparql"
    assert stated[0] == stated[1] == {(f"{BASE}dataset", endpoint), (f"{BASE}dataset#rdf", endpoint)}
    assert f"http://127.0.0.1:{server.port}/pfocr/sparql" in shown(server, "/.well-known/void")


def test_the_page_of_a_word_says_what_it_means(server: Server) -> None:
    page, text = server.ask("GET", "/word/P50", Accept=BROWSER).body.decode(), shown(server, "/word/P50")
    assert "P50 means NFKB1 in 2 of the 2 figures that draw it." in text
    assert "NFKB1 ↗ ncbigene:4790 99 % 2 1 Open" in text  # one of the two records lacks it
    assert "CD40 ↗ ncbigene:958 1 % 0 2 Open" in text
    assert text.index("NFKB1 ↗") < text.index("CD40 ↗") < text.index("All that is said of it")
    assert '<a href="/pfocr/?of=ncbigene:4790" aria-label="Open NFKB1 in the explorer">' in page
    assert '<a href="/pfocr/describe?iri=https%3A%2F%2Fidentifiers.org%2Fncbigene%2F4790">NFKB1</a>' in page
    assert "What it means" not in shown(server, GENE)


def test_a_word_of_a_family_means_its_genes_together(server: Server) -> None:
    rows = json.loads(server.ask("GET", "/api/word?q=p38").body)
    likely = [row["name"] for row in rows["meanings"] if row["figures"]]
    assert likely == ["MAPK11", "MAPK12", "MAPK13", "MAPK14"]
    assert f"P38 means {', '.join(likely)} in the only figure that draws it" in shown(server, "/word/P38")
    unknown = json.loads(server.ask("GET", "/api/word?q=nothing").body)
    assert unknown == {"word": "NOTHING", "figures": 0, "figure_ids": [], "meanings": []}


def test_a_manifest_leads_to_no_folder_and_to_no_file_outside_the_build(build: Path, tmp_path: Path) -> None:
    manifest = json.loads((build / "manifest.json").read_text("utf-8"))
    manifest["outputs"] = {"ntriples": {"folder": "pfocr.nt"}, "turtle": {"file": "../secret"}, "other": {"file": "a"}}
    folder = tmp_path / "build"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret", "utf-8")
    (folder / "a").mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    reasons = {
        "pfocr.nt": "pfocr.nt is a folder",
        "../secret": "a file outside it",
        "a": "is not as the manifest states",
    }
    for name, reason in reasons.items():
        scope = {"type": "http", "headers": [], "path_params": {"name": f"2026.1/{name}"}}
        with pytest.raises(HttpProblem, match=reason):
            download(folder, Request(scope))
