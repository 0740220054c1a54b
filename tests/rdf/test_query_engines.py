"""Canned queries give the same rows in Oxigraph, rdflib, Jena and Virtuoso, on a sample where each finds some.

`golden/sample` holds the rows. After a change that is meant, write them anew and read the difference:

    KG_REWRITE_GOLDEN=1 pytest tests/rdf/test_query_engines.py
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.engines import ENGINES, NAMED, Ask, Row, oxigraph
from helpers.sample import VALUES, release_sample
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from kg.cli import query_answer
from kg.rdf.canned_queries import load, names

GOLDEN = Path(__file__).parent / "golden" / "sample"
DUMPS = ("pfocr.ttl", "dataset.ttl", "vocab.ttl", "queries.ttl")
LOCAL = [name for name in names() if "SERVICE" not in load(name).text]
VARIABLE = ("dataset", "downloads")
"""Queries whose rows change with the program's version or with the bytes of the dump."""

KG = "https://w3id.org/pfocr-kg/vocab#"
BIOLINK = "https://w3id.org/biolink/vocab/"
LICENCE = "http://purl.org/dc/terms/license"


def releases(dump: Path) -> list[Quad]:
    """Give the pairs as two releases: the earlier one lacks the first pair, and counts a figure less of the second.

    Every figure gets a licence, too.
    """
    triples = [quad.triple for quad in parse(path=str(dump), format=RdfFormat.TURTLE)]
    pairs = sorted({str(each.subject) for each in triples if each.predicate.value == f"{BIOLINK}subject"})
    quads = []
    for subject, predicate, object_ in triples:
        if str(subject) in pairs:
            quads.append(Quad(subject, predicate, object_, NamedNode(NAMED[1])))
            if str(subject) == pairs[1] and predicate.value == f"{KG}figureCount":
                object_ = Literal(int(object_.value) - 1)
            if str(subject) != pairs[0]:
                quads.append(Quad(subject, predicate, object_, NamedNode(NAMED[0])))
        if predicate.value == "http://purl.org/spar/cito/citesAsSourceDocument":
            licence = NamedNode("https://creativecommons.org/licenses/by/4.0/")
            quads.append(Quad(subject, NamedNode(LICENCE), licence, DefaultGraph()))
    return quads


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def files(build: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    further = tmp_path_factory.mktemp("releases") / "releases.nq"
    with further.open("wb") as file:
        serialize(releases(build / "pfocr.ttl"), file, format=RdfFormat.N_QUADS)
    return [*(build / name for name in DUMPS), further]


@pytest.fixture(scope="module")
def reference(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with oxigraph(files, tmp_path_factory.mktemp("oxigraph")) as ask:
        yield ask


def text(build: Path, name: str) -> str:
    return query_answer.prepare(build, name, VALUES.get(name, {})).text


@pytest.mark.parametrize("name", LOCAL)
def test_every_query_finds_something_and_the_rows_are_the_golden_ones(build: Path, reference: Ask, name: str) -> None:
    rows = reference(text(build, name))
    assert rows
    if name in VARIABLE:
        return
    found = "".join("\t".join(row) + "\n" for row in rows)
    path = GOLDEN / f"{name}.tsv"
    if os.environ.get("KG_REWRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_query() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*")) == [name for name in LOCAL if name not in VARIABLE]


@pytest.mark.parametrize(
    "engine",
    [
        "rdflib",
        pytest.param("jena", marks=pytest.mark.java),
        pytest.param("virtuoso", marks=pytest.mark.slow),
    ],
)
def test_another_engine_gives_the_same_rows(
    engine: str, build: Path, files: list[Path], reference: Ask, tmp_path: Path
) -> None:
    different: dict[str, tuple[list[Row], list[Row]]] = {}
    with ENGINES[engine](files, tmp_path) as ask:
        for name in LOCAL:
            asked = text(build, name)
            expected, found = sorted(reference(asked)), sorted(ask(asked))
            if found != expected:
                different[name] = (expected, found)
    assert not different


@pytest.mark.parametrize("name", LOCAL)
def test_no_engine_makes_a_row_of_nothing(name: str, tmp_path: Path) -> None:
    for engine in ("oxigraph", "rdflib"):
        with ENGINES[engine]([], tmp_path) as ask:
            assert ask(load(name).text) == []
