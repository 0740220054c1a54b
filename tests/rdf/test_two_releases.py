"""Two releases in one store: their graphs, and their difference by the query of docs/semantic-web.md and by kg diff."""

import re
from pathlib import Path

import pytest
from helpers.corpus import ROOT, SEEDS
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

import kg
from kg.diff.comparison import Comparison
from kg.exporters import exporter
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.identifiers import DEFAULT_BASE

RELEASES = ("2026-01", "2026-02")


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build four figures of the seeds, then all five."""
    folder = tmp_path_factory.mktemp("releases")
    for release, source in zip(RELEASES, (f"{SEEDS}/_figures/PMC[2468]*.md", str(SEEDS)), strict=True):
        kg.build(source, folder / release, release=release, store=False)
    return {release: folder / release for release in RELEASES}


def load(builds: dict[str, Path], folder: Path, name: str, form: RdfFormat) -> Store:
    store = Store()
    for release, build in builds.items():
        path = folder / f"{release}.{name}"
        with KnowledgeGraph(build) as graph, path.open("wb") as file:
            exporter(name).write(graph, None, file)
        store.bulk_load(path=str(path), format=form)
    return store


@pytest.mark.parametrize(("name", "form"), [("nquads", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)])
def test_each_release_has_its_graphs(builds: dict[str, Path], tmp_path: Path, name: str, form: RdfFormat) -> None:
    store = load(builds, tmp_path, name, form)
    layers = ("records", "mentions", "words", "cooccurrences")
    expected = {f"{DEFAULT_BASE}dataset/{release}/graph/{layer}" for release in RELEASES for layer in layers}
    assert {graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)} == expected


def test_a_query_reads_one_release_where_it_names_the_layers(builds: dict[str, Path], tmp_path: Path) -> None:
    page = (ROOT / "docs" / "semantic-web.md").read_text()
    (query,) = [text for text in re.findall(r"```sparql\n(.*?)```", page, re.DOTALL) if "\nFROM " in text]
    store = load(builds, tmp_path, "nquads", RdfFormat.N_QUADS)
    best = []
    for release in RELEASES:
        rows = store.query(query.replace("2026-02", release))
        assert isinstance(rows, QuerySolutions)
        best.append(next((row["label"].value, row["figures"].value) for row in rows))
    assert best == [("TNFSF11 with TNFRSF11A", "4"), ("TNFSF11 with TNFRSF11A", "5")]
    without = store.query(re.sub(r"\nFROM .*", "", query))
    assert isinstance(without, QuerySolutions)
    assert not list(without)


def test_the_difference_in_the_store_is_that_of_the_builds(builds: dict[str, Path], tmp_path: Path) -> None:
    page = (ROOT / "docs" / "semantic-web.md").read_text()
    (query,) = [text for text in re.findall(r"```sparql\n(.*?)```", page, re.DOTALL) if "appeared" in text]
    for first, second in (RELEASES, RELEASES[::-1]):
        swapped = query.replace("2026-01", "FIRST").replace("2026-02", second).replace("FIRST", first)
        rows = load(builds, tmp_path, "nquads", RdfFormat.N_QUADS).query(swapped)
        assert isinstance(rows, QuerySolutions)
        found = {row["change"].value: int(row["pairs"].value) for row in rows}
        with Comparison(builds[first], builds[second]) as comparison:
            (pairs,) = [table for table in comparison.compare()["tables"] if table["table"] == "pairs"]
        assert found == {kind: pairs[kind] for kind in ("appeared", "changed", "vanished") if pairs[kind]}
        assert found["changed"] == 12
