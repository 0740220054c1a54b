"""Views own their tables: several stand side by side, each can be closed, and none is left behind."""

import gc
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import kg
from kg.errors import KgError, ParameterError, QueryError, UnknownChoice
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import VIEWS, Filters, View

FIGURE = "PMC2374958__F1"


@pytest.fixture
def seeds(seeds_build: Path) -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph(seeds_build) as graph:
        yield graph


def views(graph: KnowledgeGraph) -> list[View]:
    """Make a view of every kind."""
    return [graph.view(name, of={"ego": "TNFSF11", "figure": FIGURE}.get(name)) for name in VIEWS]


def schemas(graph: KnowledgeGraph) -> int:
    """Count the schemas of views in the database."""
    return graph.engine.count("(SELECT DISTINCT schema_name FROM duckdb_schemas() WHERE schema_name LIKE 'view%')")


def tables(graph: KnowledgeGraph) -> int:
    return graph.engine.count("duckdb_tables()")


def test_an_older_view_keeps_its_nodes(seeds: KnowledgeGraph) -> None:
    ego = seeds.view("ego", of="TNFSF11")
    before = list(ego.nodes()), list(ego.edges())
    figure = seeds.view("figure", of=FIGURE)
    assert (len(before[0]), ego.title) == (ego.n_nodes, "PFOCR ego of ncbigene:8600")
    assert (list(ego.nodes()), list(ego.edges())) == before
    assert len(list(figure.nodes())) == figure.n_nodes != ego.n_nodes


def test_views_are_read_row_by_row_in_turns(seeds: KnowledgeGraph) -> None:
    alone = []
    for view in views(seeds):
        alone.append((list(view.nodes()), list(view.edges())))
        view.close()
    together = views(seeds)
    turns = list(zip_longest(*(view.nodes() for view in together), *(view.edges() for view in together)))
    columns = [[row for row in column if row is not None] for column in zip(*turns, strict=True)]
    assert list(zip(columns[: len(VIEWS)], columns[len(VIEWS) :], strict=True)) == alone


def test_threads_make_and_read_views_at_once(seeds: KnowledgeGraph) -> None:
    def nodes(top: int) -> list[str]:
        with seeds.view("co-occurrence", Filters(top=top)) as view:
            return [node.id for node in view.nodes()]

    alone = [nodes(top) for top in range(1, 9)]
    with ThreadPoolExecutor(8) as threads:
        assert [*threads.map(nodes, [*range(1, 9)] * 3)] == alone * 3
    assert schemas(seeds) == 0


def test_a_view_of_pairs_given_stands_beside_others(seeds: KnowledgeGraph) -> None:
    pairs = pa.table({"subject_id": ["ncbigene:8600"], "object_id": ["ncbigene:8792"]})
    given, all_ = seeds.view_of_pairs(pairs, ["ncbigene:8600"]), seeds.view("co-occurrence")
    assert [(edge.source, edge.target) for edge in given.edges()] == [("ncbigene:8600", "ncbigene:8792")]
    assert all_.n_edges == 20


def test_a_closed_view_says_so(seeds: KnowledgeGraph) -> None:
    with seeds.view("ego", of="TNFSF11") as view:
        nodes = view.nodes()
        next(nodes)
        assert not view.closed
    assert view.closed
    view.close()
    for read in (lambda: next(nodes), lambda: list(view.edges()), lambda: view.fetch("SELECT 1")):
        with pytest.raises(KgError, match="the view 'PFOCR ego of ncbigene:8600' is closed; make another one"):
            read()
    assert schemas(seeds) == 0
    assert view.n_nodes == 7


def test_closing_the_graph_closes_its_views(seeds_build: Path) -> None:
    graph = KnowledgeGraph(seeds_build)
    view = graph.view("words")
    graph.close()
    assert view.closed
    with pytest.raises(KgError, match="is closed"):
        next(view.nodes())


@pytest.mark.filterwarnings("ignore")  # a graph that is not closed warns
def test_a_view_outlives_a_graph_that_is_dropped(seeds_build: Path) -> None:
    view = KnowledgeGraph(seeds_build).view("ego", of="TNFSF11")
    gc.collect()
    assert len(list(view.nodes())) == 7


def test_many_views_leave_no_tables(seeds: KnowledgeGraph) -> None:
    view = seeds.view("figure", of=FIGURE)
    one = tables(seeds)
    for _ in range(40):
        view = seeds.view("figure", of=FIGURE)
        assert tables(seeds) == one
    assert schemas(seeds) == 1
    del view
    gc.collect()
    assert (schemas(seeds), tables(seeds)) == (0, 0)


def test_a_view_that_fails_leaves_no_tables(seeds: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="the words view has no flavours, organisms and probabilities"):
        seeds.view("words", Filters(flavour="strict"))
    assert (schemas(seeds), tables(seeds)) == (0, 0)


def test_a_closed_graph_says_so(seeds_build: Path) -> None:
    graph = KnowledgeGraph(seeds_build)
    graph.close()
    pairs = pa.table({"subject_id": ["ncbigene:8600"], "object_id": ["ncbigene:8792"]})
    for ask in (
        graph.__enter__,
        graph.view,
        graph.to_networkx,
        lambda: graph.find("TNFSF11"),
        lambda: graph.view_for(None),
        lambda: graph.view_of_pairs(pairs),
    ):
        with pytest.raises(KgError, match="is closed; open it again"):
            ask()


def test_organisms_are_numbers_with_or_without_prefix_and_names() -> None:
    assert Filters(taxa=("9606", "NCBITaxon:10090")).taxa == ("ncbitaxon:9606", "ncbitaxon:10090")
    names = ("Human", "Mus_musculus", "fruit fly", "unknown")
    found = ("ncbitaxon:9606", "ncbitaxon:10090", "ncbitaxon:7227", "unknown")
    assert Filters(without_taxa=names).without_taxa == found
    with pytest.raises(ParameterError, match="taxa and without_taxa both have human"):
        Filters(taxa=("human",), without_taxa=("9606",))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("taxa", "ncbitaxon:9606"),
        ("taxa", ("martian",)),
        ("without_taxa", "mouse"),
        ("categories", "gene"),
        ("max_q", 1.5),
        ("backbone", -0.1),
        ("min_figures", 0),
        ("top", 0),
    ],
)
def test_a_filter_out_of_bounds_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ParameterError, match=name):
        Filters(**{name: value})


@pytest.mark.parametrize(("name", "value"), [("radius", 0), ("radius", 6), ("limit", 0)])
def test_a_view_out_of_bounds_is_refused(seeds: KnowledgeGraph, name: str, value: Any) -> None:
    with pytest.raises(ParameterError, match=f"{name}={value}"):
        seeds.view("ego", of="TNFSF11", **{name: value})


def test_a_view_that_another_thread_closes_says_so(seeds: KnowledgeGraph) -> None:
    def read(view: View) -> None:
        while True:
            list(view.nodes())

    for _ in range(5):
        with ThreadPoolExecutor(2) as threads:
            view = seeds.view("ego", of="TNFSF11")
            readers = [threads.submit(read, view) for _ in range(2)]
            list(view.edges())
            view.close()
            for reader in readers:
                with pytest.raises(KgError, match="is closed"):
                    reader.result()
    assert schemas(seeds) == 0


def test_a_view_that_is_cut_has_the_two_strongest_pairs_of_each_node(seeds_build: Path) -> None:
    with kg.open(seeds_build) as graph:
        everything = graph.view("co-occurrence", kg.Filters(min_figures=1))
        cut = graph.view("co-occurrence", kg.Filters(min_figures=1), limit=3000)
        by_weight = graph.view("co-occurrence", kg.Filters(min_figures=1), limit=3000, cut="weight")
        pairs = {(edge.source, edge.target): edge.attributes for edge in everything.edges()}

        def by_strength(chosen: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
            return sorted(chosen, key=lambda pair: (-pairs[pair]["weight"], -pairs[pair]["figures"], pair))

        best: set[tuple[str, str]] = set()
        for node in everything.nodes():
            best |= {*by_strength(pair for pair in pairs if node.id in pair)[:2]}
        assert {(edge.source, edge.target) for edge in cut.edges()} == best
        for limit in (10, 60, 200, 600):  # of nodes and pairs, which stay below it
            ends: set[str] = set()
            fitting = 0
            for number, pair in enumerate(by_strength(best), 1):
                ends |= {*pair}
                fitting = number if number + len(ends) < limit else fitting
            small = graph.view("co-occurrence", kg.Filters(min_figures=1), limit=limit)
            assert {(edge.source, edge.target) for edge in small.edges()} == {*by_strength(best)[:fitting]}
        assert (cut.cut, by_weight.cut) == ("nodes", "weight")
        assert cut.n_nodes == everything.n_nodes
        assert cut.left_out == everything.n_edges - len(best)
        assert by_weight.n_edges > cut.n_edges
        chosen = kg.Filters(min_figures=1, top=2905)  # who gives a number of pairs gets the strongest
        assert graph.view("co-occurrence", chosen, limit=3000).cut == "weight"
        with pytest.raises(UnknownChoice, match="cut"):
            graph.view("co-occurrence", limit=3000, cut="backbone")  # type: ignore[arg-type]


def test_a_view_that_fits_is_not_cut(seeds_build: Path) -> None:
    with kg.open(seeds_build) as graph:
        assert [graph.view("co-occurrence", limit=size).n_edges for size in (3000, 28)] == [20, 20]
        assert graph.view("co-occurrence", limit=27).left_out > 0
