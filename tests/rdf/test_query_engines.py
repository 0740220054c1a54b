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
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kg.cli import query_answer
from kg.rdf.canned_queries import load, names

GOLDEN = Path(__file__).parent / "golden" / "sample"
DUMPS = ("pfocr.ttl", "dataset.ttl", "vocab.ttl", "queries.ttl")
LOCAL = [name for name in names() if "SERVICE" not in load(name).text]
VARIABLE = ("dataset", "downloads", "vocabulary")
"""Queries whose rows change with the program's version, with the bytes of the dump or with each term."""

pytestmark = pytest.mark.filterwarnings(r"ignore:Dataset\.\w+ is deprecated")  # rdflib itself uses them

KG = "https://w3id.org/pfocr-kg/vocab#"
BIOLINK = "https://w3id.org/biolink/vocab/"
FIGURE = "https://pfocr.wikipathways.org/figures/PMC1__a.html"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"


def releases(dump: Path) -> list[Quad]:
    """Give the pairs as two releases: the earlier one lacks the first pair, and counts a figure less of the second."""
    triples = [quad.triple for quad in parse(path=str(dump), format=RdfFormat.TURTLE)]
    pairs = sorted({str(each.subject) for each in triples if each.predicate.value == f"{BIOLINK}subject"})
    earlier, later = map(NamedNode, NAMED)
    known = [each for each in triples if str(each.subject) in pairs]
    counted = [
        Triple(each.subject, each.predicate, Literal(int(each.object.value) - 1))
        if str(each.subject) == pairs[1]
        and each.predicate.value == f"{KG}figureCount"
        and isinstance(each.object, Literal)
        else each
        for each in known
        if str(each.subject) != pairs[0]
    ]
    return [
        Quad(each.subject, each.predicate, each.object, graph)
        for graph, triples in ((earlier, counted), (later, known))
        for each in triples
    ]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def files(build: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Give the dumps of the sample, the licence of a figure, and the pairs of two releases."""
    folder = tmp_path_factory.mktemp("further")
    licence = folder / "licence.ttl"
    licence.write_text(f"<{FIGURE}> <http://purl.org/dc/terms/license> <{CC_BY}> .\n", encoding="utf-8")
    with (folder / "releases.nq").open("wb") as file:
        serialize(releases(build / "pfocr.ttl"), file, format=RdfFormat.N_QUADS)
    return [*(build / name for name in DUMPS), licence, folder / "releases.nq"]


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
                different[name] = (sorted(set(expected) - set(found)), sorted(set(found) - set(expected)))
    assert not different


NAMELESS = [name for name in LOCAL if any(each.type in ("uri", "word", "string") for each in load(name).parameters)]


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_no_engine_makes_a_row_of_nothing(engine: str, files: list[Path], tmp_path: Path) -> None:
    with ENGINES[engine]([], tmp_path) as ask:
        assert [name for name in LOCAL if ask(load(name).text)] == []
    with ENGINES[engine](files, tmp_path) as ask:
        assert [name for name in NAMELESS if ask(of_nothing(name))] == []


def of_nothing(name: str) -> str:
    """Give a query with a value that the sample does not have for each parameter but numbers."""
    query = load(name)
    names = {each.name: each.type for each in query.parameters}
    values = {name: ["https://example.org/none" if kind.startswith("uri") else "none"] for name, kind in names.items()
              if kind not in ("integer", "decimal")}  # fmt: skip
    return query.bind(values, str)
