"""A foreign judge: gseapy on our own gene sets gives the numbers of the test by genes."""

from pathlib import Path

import pytest

from kg.enrichment.enrich import EnrichmentOptions, enrich
from kg.enrichment.universe import Universe
from kg.exporters.gmt import Gmt
from kg.graph.knowledge_graph import KnowledgeGraph

SETS = "pfocr-all-ncbigene-Homo_sapiens.gmt"


def test_gseapy_gives_the_same_numbers(seeds_build: Path, tmp_path: Path) -> None:
    gseapy = pytest.importorskip("gseapy", reason="gseapy is not installed, so nobody else judges the test by genes")
    with KnowledgeGraph(seeds_build) as graph:
        Gmt().write(graph, None, tmp_path)
        universe = Universe(graph.engine)
    sets = [line.split("\t") for line in (tmp_path / SETS).read_text(encoding="utf-8").splitlines()]
    listed = sorted({gene for _, _, *genes in sets for gene in genes})[::3]
    judged = gseapy.enrich(listed, gene_sets=str(tmp_path / SETS), background=None, outdir=None, no_plot=True).results
    result = enrich(universe, [f"ncbigene:{gene}" for gene in listed], EnrichmentOptions(by="genes", min_hits=1))
    ours = {row["figure_id"].partition(":")[2]: row for row in result.table.to_pylist()}
    assert set(judged["Term"]) == set(ours)
    for row in judged.to_dict("records"):
        own = ours[row["Term"]]
        assert row["Overlap"] == f"{own['hits']}/{own['words_drawn']}"
        assert own["p"] == pytest.approx(row["P-value"], rel=1e-5)
        assert own["q"] == pytest.approx(row["Adjusted P-value"], rel=1e-5)
