"""Canned queries as RDF: complete, equal to their files, and found by the query that programs ask for examples."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Store
from rdflib import RDF, RDFS, SDO, SH, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.sparql import prepareQuery

from kg.cli.main import main
from kg.rdf.canned_queries import load, names
from kg.rdf.query_rdf import SPEX, query_iri, to_rdf

EXAMPLES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?example ?comment ?text
WHERE {
  ?example a sh:SPARQLExecutable ;
    rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|spex:describe ?text .
}
"""
"""What loaders of example queries ask an endpoint."""


@pytest.fixture(scope="module")
def queries(seeds_build: Path) -> Graph:
    return Graph().parse(seeds_build / "queries.ttl")


@pytest.mark.parametrize("name", names())
def test_the_text_is_that_of_the_file_and_the_header_is_described(queries: Graph, name: str) -> None:
    query, node = load(name), URIRef(query_iri(name))
    assert set(queries.objects(node, RDF.type)) == {SH.SPARQLExecutable, SH.SPARQLSelectExecutable}
    assert str(queries.value(node, SH.select)) == query.text.partition("\n\n")[2]
    assert str(queries.value(node, RDFS.label)) == query.title
    assert str(queries.value(node, RDFS.comment)) == query.description
    assert str(queries.value(node, SDO.category)) == query.category
    prepareQuery(str(queries.value(node, SH.select)))


def test_federated_queries_name_the_endpoints_that_they_ask(queries: Graph) -> None:
    asked = {
        str(node).rpartition("/")[2]: str(endpoint) for node, endpoint in queries.subject_objects(SPEX.federatesWith)
    }
    assert asked == {
        "rhea-of-chemical": "https://sparql.rhea-db.org/sparql",
        "uniprot-of-partners": "https://sparql.uniprot.org/sparql",
        "wikidata-of-entity": "https://query.wikidata.org/sparql",
        "wikipathways-of-gene": "https://sparql.wikipathways.org/sparql",
        "wikipathways-overlap": "https://sparql.wikipathways.org/sparql",
    }


def test_a_loader_of_examples_finds_all_in_the_store(seeds_build: Path) -> None:
    results = Store.read_only(str(seeds_build / "store")).query(EXAMPLES)
    found = [str(row["example"].value) for row in results]  # type: ignore[union-attr]
    assert sorted(found) == sorted(query_iri(name) for name in names())
    assert len(found) >= 40


def test_prefixes_are_declared_for_all_queries(queries: Graph) -> None:
    declared = {
        str(queries.value(each, SH.prefix)): str(queries.value(each, SH.namespace))
        for each in queries.objects(None, SH.declare)
    }
    for name in names():
        for line in load(name).text.splitlines():
            if line.startswith("PREFIX "):
                _, prefix, iri = line.split()
                assert declared[prefix.rstrip(":")] == iri.strip("<>")


def test_base_and_endpoint_of_a_build_are_taken() -> None:
    graph = to_rdf("https://example.org/kg/", "https://example.org/sparql")
    node = URIRef("https://example.org/kg/query/partners")
    assert graph.value(node, SDO.target) == URIRef("https://example.org/sparql")
    assert "PREFIX kg: <https://example.org/kg/vocab#>" in str(graph.value(node, SH.select))


def test_the_command_line_prints_them(queries: Graph) -> None:
    done = CliRunner().invoke(main, ["query", "--list", "-f", "turtle"])
    assert done.exit_code == 0
    assert isomorphic(Graph().parse(data=done.stdout), queries)
