"""The partitions that dataset.ttl states are those that SPARQL counts in the dump, all of them and no others."""

from collections.abc import Iterator
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from helpers.corpus import MDM2, TP53, genes, record, write_toy
from helpers.hostile import write_hostile
from helpers.rich import release_rich
from helpers.sample import release_sample
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.build import Build
from kg.model.identifiers import NAMESPACES
from kg.rdf import void
from kg.rdf.dump import LAYERS, NTriples, create_pair_tables
from kg.rdf.partitions import count_partitions

Numbers = dict[tuple[str, ...], tuple[int, ...]]

NAMES = "".join(
    f"PREFIX {name}: <{iri}>\n" for name, iri in (NAMESPACES | {"void-ext": "http://ldf.fi/void-ext#"}).items()
)
ENDS = "(COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
STATED = "void:triples ?triples ; void:distinctSubjects ?subjects ; void:distinctObjects ?objects"

COUNTED = {
    "classes": "SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class",
    "triples of a class": "SELECT ?class (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o } GROUP BY ?class",
    "properties": f"SELECT ?p {ENDS} {{ ?s ?p ?o }} GROUP BY ?p",
    "properties of a class": f"SELECT ?class ?p {ENDS} {{ ?s a ?class ; ?p ?o }} GROUP BY ?class ?p",
    "classes of values": f"SELECT ?class ?p ?to {ENDS} {{ ?s a ?class ; ?p ?o . ?o a ?to }} GROUP BY ?class ?p ?to",
    "datatypes": f"""SELECT ?class ?p ?to {ENDS} {{ ?s a ?class ; ?p ?o FILTER ISLITERAL(?o)
        BIND(DATATYPE(?o) AS ?to) }} GROUP BY ?class ?p ?to""",
    "all": """SELECT ?triples ?subjects ?entities ?classes ?properties {
        { SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties)
          { ?s ?p ?o } }
        { SELECT (COUNT(DISTINCT ?s) AS ?entities) (COUNT(DISTINCT ?class) AS ?classes) { ?s a ?class } } }""",
}
"""What is counted in a dump."""

DESCRIBED = {
    "classes": "SELECT ?class ?n { ?file void:classPartition [ void:class ?class ; void:entities ?n ] }",
    "triples of a class": """SELECT ?class ?n { ?file a dcat:Distribution ; void:classPartition ?part .
        ?part void:class ?class ; void:triples ?n }""",
    "properties": f"""SELECT ?p ?triples ?subjects ?objects {{ ?file a dcat:Distribution ;
        void:propertyPartition [ void:property ?p ; {STATED} ] }}""",
    "properties of a class": f"""SELECT ?class ?p ?triples ?subjects ?objects {{
        [] void:class ?class ; void:propertyPartition [ void:property ?p ; {STATED} ] }}""",
    "classes of values": f"""SELECT ?class ?p ?to ?triples ?subjects ?objects {{ [] void:class ?class ;
        void:propertyPartition [ void:property ?p ; void:classPartition [ void:class ?to ; {STATED} ] ] }}""",
    "datatypes": f"""SELECT ?class ?p ?to ?triples ?subjects ?objects {{ [] void:class ?class ;
        void:propertyPartition [ void:property ?p ;
            void-ext:datatypePartition [ void-ext:datatype ?to ; {STATED} ] ] }}""",
    "all": """SELECT ?triples ?subjects ?entities ?classes ?properties { [] a dcat:Distribution ;
        void:triples ?triples ; void:distinctSubjects ?subjects ; void:entities ?entities ; void:classes ?classes ;
        void:properties ?properties }""",
}
"""The same as the description states it."""

LINKSETS = f"""SELECT ?p ?space ?triples ?subjects ?objects {{ [] a void:Linkset ; void:linkPredicate ?p ;
    void:subjectsTarget/void:triples ?all ; void:objectsTarget/void:uriSpace ?space ; {STATED} }}"""
LINKED = f"""SELECT {ENDS} {{ ?s <%s> ?o FILTER STRSTARTS(STR(?o), "%s") }}"""

SWEEP = (pytest.mark.slow, pytest.mark.sweep)
SUBSETS = [
    pytest.param(layers, marks=SWEEP if len(layers) > 1 else (), id="+".join(layers))
    for size in range(len(LAYERS) + 1)
    for layers in combinations(LAYERS, size)
]
"""Choices of layers; each alone stands for those of several, and builds of all layers are checked as a whole."""


def numbers(store: Store, query: str) -> Numbers:
    """Return the numbers of each row by its IRIs, without rows of nothing."""
    found: Numbers = {}
    for row in store.query(NAMES + query):  # type: ignore[union-attr]
        terms = list(row)
        names = tuple(term.value for term in terms if isinstance(term, NamedNode))
        found[names] = tuple(int(term.value) for term in terms if isinstance(term, Literal))
    return {names: counts for names, counts in found.items() if any(counts)}


def loaded(graph: KnowledgeGraph, layers: tuple[str, ...], form: str) -> Store:
    file, writer = BytesIO(), NTriples(jobs=1)
    writer.rdf = form
    writer.write(graph, None, file, layers)
    store = Store()
    store.bulk_load(file.getvalue(), RdfFormat.N_TRIPLES)
    return store


def description(graph: KnowledgeGraph, layers: tuple[str, ...], form: str, triples: int) -> Store:
    create_pair_tables(graph.engine, layers, graph.build.manifest, full=form == "full")
    partitions = count_partitions(graph.engine, layers, full=form == "full", base=graph.build.base)
    assert partitions.triples() == triples
    outputs = {"turtle": {"file": "pfocr.ttl", "bytes": 1, "sha256": "00", "triples": triples}}
    text = void.describe(graph.build.manifest | {"outputs": outputs}, partitions).serialize(format="nt")
    store = Store()
    store.load(text.encode(), RdfFormat.N_TRIPLES)
    return store


def release_hostile(folder: Path) -> Path:
    write_hostile(folder / "source", 12)
    licences = folder / "licences.csv"
    licences.write_text("PMCID,License\nPMC1,CC BY\nPMC2,CC BY\nPMC3,NO-CC CODE\n", encoding="utf-8")
    parameters = BuildParameters(min_figures=1, licences=str(licences))
    release([str(folder / "source")], folder / "exports", parameters, layers=LAYERS)
    return folder / "exports"


def check(graph: KnowledgeGraph, layers: tuple[str, ...], form: str) -> None:
    dump = loaded(graph, layers, form)
    stated = description(graph, layers, form, len(dump))
    for name, query in COUNTED.items():
        assert numbers(stated, DESCRIBED[name]) == numbers(dump, query), name
    for row in stated.query(NAMES + LINKSETS):  # type: ignore[union-attr]
        predicate, space, *ends = (term.value for term in row)
        assert numbers(dump, LINKED % (predicate, space)) == {(): tuple(map(int, ends))}, (predicate, space)


OF_A_KIND = [pytest.param(name, marks=SWEEP) for name in ("toy_build", "sample")]
"""Builds like `full_build`, which is of the same corpus with more options."""


@pytest.fixture(scope="module", params=["seeds_build", "full_build", "rich", "hostile", *OF_A_KIND])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    makers: dict[str, Any] = {"sample": release_sample, "rich": release_rich, "hostile": release_hostile}
    if request.param in makers:
        folder: Path = makers[request.param](tmp_path_factory.mktemp(request.param))
    else:
        folder = request.getfixturevalue(request.param)
    with KnowledgeGraph(Build(folder)) as opened:
        yield opened


@pytest.mark.parametrize("form", ["lean", "full"])
def test_every_partition_has_the_numbers_of_the_dump(graph: KnowledgeGraph, form: str) -> None:
    check(graph, LAYERS, form)


def test_the_address_of_a_figure_can_be_that_of_a_thing_in_the_graph(tmp_path: Path) -> None:
    base = "https://example.org/"
    addresses = {
        "a": "https://pfocr.wikipathways.org/figures/PMC1__b.html",
        "b": "https://identifiers.org/ncbigene/7157",
        "c": f"{base}word/TP53",
        "d": "https://example.org/elsewhere",
    }
    files = {f"_figures/PMC1__{name}.md": record(f"PMC1__{name}", f"figlink: {iri}") for name, iri in addresses.items()}
    write_toy(tmp_path / "in", files | {"_data/PMC1__a-genes.tsv": genes(TP53, MDM2)})
    release([str(tmp_path / "in")], tmp_path / "out", BuildParameters(min_figures=1, base=base))
    with KnowledgeGraph(Build(tmp_path / "out")) as opened:
        check(opened, LAYERS, "lean")


@pytest.mark.parametrize("layers", SUBSETS)
def test_partitions_are_those_of_the_layers(full_build: Path, layers: tuple[str, ...]) -> None:
    with KnowledgeGraph(Build(full_build)) as opened:
        check(opened, layers, "lean")
