"""Programs that write queries find what they need in a store: its schema, its prefixes and its example queries.

They ask three questions of an endpoint. Those here have the shape of what the SIB's sparql-llm asks, in our own words.
"""

from pathlib import Path

import pytest
from helpers.sample import release_sample
from pyoxigraph import NamedNode, RdfFormat, Store

from kg.model.identifiers import namespaces
from kg.rdf.canned_queries import load, names

SCHEMA = """PREFIX ext: <http://ldf.fi/void-ext#>
PREFIX void: <http://rdfs.org/ns/void#>
SELECT DISTINCT ?class ?property ?to ?datatype {
  { ?part void:class ?class ; void:propertyPartition ?of . ?of void:property ?property
    OPTIONAL { { ?of void:classPartition/void:class ?to } UNION { ?of ext:datatypePartition/ext:datatype ?datatype } } }
  UNION
  { ?links void:linkPredicate ?property ; void:subjectsTarget/void:class ?class ; void:objectsTarget/void:class ?to }
}"""

EXAMPLES = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?comment ?text {
  ?query a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?text }"""

PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace { ?declared sh:prefix ?prefix ; sh:namespace ?namespace }"""

USED = {
    "classes": "SELECT DISTINCT ?class { ?s a ?class }",
    "properties": "SELECT DISTINCT ?class ?property { ?s a ?class ; ?property ?o }",
    "values": "SELECT DISTINCT ?class ?property ?to { ?s a ?class ; ?property ?o . ?o a ?to }",
    "datatypes": """SELECT DISTINCT ?class ?property ?to { ?s a ?class ; ?property ?o
        FILTER ISLITERAL(?o) BIND(DATATYPE(?o) AS ?to) }""",
}


@pytest.fixture(scope="module", params=["seeds", "sample"])
def build(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "sample":
        return release_sample(tmp_path_factory.mktemp("sample"))
    folder: Path = request.getfixturevalue("seeds_build")
    return folder


def rows(store: Store, query: str) -> set[tuple[str | None, ...]]:
    return {tuple(term.value if term else None for term in row) for row in store.query(query)}  # type: ignore[union-attr]


def test_the_schema_has_every_class_property_and_value_of_the_data(build: Path) -> None:
    store, dump = Store.read_only(str(build / "store")), Store()
    dump.load(path=str(build / "pfocr.ttl"), format=RdfFormat.TURTLE)
    schema = rows(store, SCHEMA)
    assert {row[:1] for row in schema} == rows(dump, USED["classes"])
    assert {row[:2] for row in schema} == rows(dump, USED["properties"])
    assert {row[:3] for row in schema if row[2]} == rows(dump, USED["values"])
    assert {(*row[:2], row[3]) for row in schema if row[3]} == rows(dump, USED["datatypes"])


def test_every_canned_query_is_an_example_with_a_comment(build: Path) -> None:
    found = {row[0]: row[1] for row in rows(Store.read_only(str(build / "store")), EXAMPLES)}
    assert found.keys() == {load(name).description for name in names()}
    for query in map(load, names()):
        assert (found[query.description] or "").startswith(("PREFIX", "SELECT"))


def test_a_prefix_has_one_namespace_and_all_of_ours_are_declared(build: Path) -> None:
    found = rows(Store.read_only(str(build / "store")), PREFIXES)
    assert len({prefix for prefix, _ in found}) == len(found)
    assert set(namespaces().items()) <= found


def test_the_endpoint_has_no_class_of_data_that_the_schema_lacks(build: Path) -> None:
    """Classes that only the store has describe it: those of descriptions, vocabulary and queries."""
    store = Store.read_only(str(build / "store"))
    described = {row[0] for row in rows(store, SCHEMA)}
    others = rows(store, USED["classes"]) - {(name,) for name in described}
    for (name,) in others:
        subjects = {quad.subject for quad in store.quads_for_pattern(None, None, NamedNode(str(name)))}
        assert all("/dataset" in str(each) or "/vocab" in str(each) or "/quer" in str(each) for each in subjects), name
