"""The endpoint as clients of others see it: rdflib's SPARQLStore, SPARQLWrapper, curl."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from helpers.serving import Server, serving
from rdflib.plugins.stores.sparqlstore import SPARQLStore

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

TP53 = rdflib.URIRef("https://identifiers.org/ncbigene/7157")
NAME = "SELECT ?name { <https://identifiers.org/ncbigene/7157> <http://www.w3.org/2000/01/rdf-schema#label> ?name }"
GENES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <https://w3id.org/biolink/vocab/Gene> ; ?p ?o }"


@pytest.fixture(scope="module")
def server(toy_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(toy_build, "--workers", "2", log=tmp_path_factory.mktemp("clients") / "log") as running:
        yield running


# -- rdflib


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("format_", ["xml", "json", "csv", "tsv"])
def test_rdflib_asks_in_every_way(server: Server, method: str, format_: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{server.address}/sparql", method=method, returnFormat=format_))
    rows: Any = graph.query(NAME)
    assert [str(row.name) for row in rows] == ["TP53"]


def test_rdflib_reads_a_remote_graph_as_if_it_were_here(server: Server) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{server.address}/sparql"))
    assert graph.value(TP53, rdflib.RDFS.label) == rdflib.Literal("TP53")
    assert (TP53, rdflib.RDF.type, rdflib.URIRef("https://w3id.org/biolink/vocab/Gene")) in graph
    asked: Any = graph.query("ASK {}")
    assert asked.askAnswer is True
    assert len(graph.query(GENES).graph or ()) > 4


# -- SPARQLWrapper


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("request_", ["urlencoded", "postdirectly"])
def test_sparqlwrapper_asks_in_every_way(server: Server, method: str, request_: str) -> None:
    wrapper: Any = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed")
    client = wrapper.SPARQLWrapper(f"{server.address}/sparql", returnFormat=wrapper.JSON)
    client.setMethod(method)
    client.setRequestMethod(request_)
    client.setQuery(NAME)
    assert client.queryAndConvert()["results"]["bindings"] == [{"name": {"type": "literal", "value": "TP53"}}]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by SPARQLWrapper
def test_sparqlwrapper_reads_every_format(server: Server) -> None:
    wrapper: Any = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed")
    client = wrapper.SPARQLWrapper(f"{server.address}/sparql")
    client.setQuery(NAME)
    client.setReturnFormat(wrapper.CSV)
    assert client.queryAndConvert() == b"name\r\nTP53\r\n"
    client.setReturnFormat(wrapper.XML)
    assert "TP53" in client.queryAndConvert().toxml()
    client.setQuery(GENES)
    for kind in (wrapper.TURTLE, wrapper.RDFXML, wrapper.JSONLD):
        client.setReturnFormat(kind)
        found = client.queryAndConvert()
        graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found, format="turtle")
        assert len(graph) > 4


def test_sparqlwrapper_is_told_what_is_wrong(server: Server) -> None:
    wrapper: Any = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed")
    client = wrapper.SPARQLWrapper(f"{server.address}/sparql")
    client.setQuery("SELECT nothing")
    with pytest.raises(wrapper.SPARQLExceptions.QueryBadFormed, match="line 1, column"):
        client.query()


# -- curl


def curl(*arguments: str) -> str:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    done = subprocess.run(["curl", "-sS", *arguments], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_curl_asks_as_the_page_says(server: Server, tmp_path: Path) -> None:
    (tmp_path / "name.rq").write_text(NAME, encoding="utf-8")
    there = f"{server.address}/sparql"
    assert curl(there, "--data-urlencode", f"query@{tmp_path}/name.rq", "-H", "Accept: text/csv") == "name\nTP53\n"
    assert curl("-G", there, "--data-urlencode", f"query={NAME}", "-H", "Accept: text/csv") == "name\nTP53\n"
    direct = ("--data-binary", f"@{tmp_path}/name.rq", "-H", "Content-Type: application/sparql-query")
    assert json.loads(curl(there, *direct))["results"]["bindings"][0]["name"]["value"] == "TP53"
    assert curl("--compressed", "-G", there, "--data-urlencode", f"query={GENES}").startswith("@prefix ")


def test_curl_that_waits_to_be_told_to_go_on_gets_its_refusal(server: Server, tmp_path: Path) -> None:
    (tmp_path / "long.rq").write_text("ASK {}" + " " * 10_000_000, encoding="utf-8")
    direct = ("--data-binary", f"@{tmp_path}/long.rq", "-H", "Content-Type: application/sparql-query")
    told = curl(f"{server.address}/sparql", *direct, "-H", "Expect: 100-continue", "-w", "%{http_code}")
    assert told.endswith("413")


def test_the_canned_queries_run_as_their_files_are(server: Server) -> None:
    """A page that reads `.rq` files posts them as they are."""
    folder = Path(__file__).parent.parent.parent / "queries"
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        assert server.post(text).status == (403 if "SERVICE <" in text else 200), path.name
