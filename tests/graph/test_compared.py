"""KnowledgeGraph.compare: the tables of `kg compare` for Python, by hand on tests/helpers/pathways.py."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.pathways import GMT, write_pathway_build

from kg.errors import KgError
from kg.graph.knowledge_graph import KnowledgeGraph

MEMBERS = {"P53": ["TP53", "MDM2", "CDKN1A", "BAX"], "MAPK": ["EGFR", "KRAS", "BRAF", "TP53"]}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph(write_pathway_build(tmp_path_factory.mktemp("pathways"))) as opened:
        yield opened


def test_a_mapping_is_compared(graph: KnowledgeGraph) -> None:
    # 24 words and S = 8: TP53 is in both pathways, MDM2, CDKN1A and BAX in one, so p = 12/32 (8/32)^3. 6 * 2 pairs.
    result = graph.compare(MEMBERS, max_q=0.25)
    row = next(row for row in result if row["figure_id"].endswith("__f1"))
    assert (row["pathway"], row["hits"], row["status"]) == ("P53", 4, "matched")
    assert row["p"] == pytest.approx(12 * 8**3 / 32**4, rel=1e-5)
    assert row["q"] == pytest.approx(12 * 12 * 8**3 / 32**4, rel=1e-5)
    assert "compared: 7 figures with 2 pathways by 24 words; q is adjusted over 12 pairs" in result.notes
    novel = graph.compare(MEMBERS, of="novel-words").to_pylist()
    assert {"word": "MAP2K1", "figures": 1} in novel
    assert "TP53" not in {row["word"] for row in novel}


def test_a_file_and_its_gzip_are_the_same(graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "sets.gmt").write_text(GMT + "bad\n", encoding="utf-8")
    (tmp_path / "sets.gmt.gz").write_bytes(gzip.compress(GMT.encode()))
    plain = graph.compare(str(tmp_path / "sets.gmt"), of="pathways")
    assert plain.to_pylist() == graph.compare(tmp_path / "sets.gmt.gz", of="pathways").to_pylist()
    assert "pathway_id" in plain.columns
    assert any(note.endswith("members; line skipped") for note in plain.notes)


@pytest.mark.parametrize(
    ("pathways", "options", "said"),
    [
        ("no/such.gmt", {}, "no/such.gmt: cannot be read: No such file or directory"),
        ("a\x00b", {}, "cannot be read: embedded null byte"),
        ({}, {}, "pathways: none given"),
        ({"one": []}, {}, "pathways: 'one' has no members or no name"),
        ({"one": 3}, {}, "pathways: give the path of a GMT file, or names with lists of members"),
        (["TP53"], {}, "give the path of a GMT file, or names with lists of members"),
        ({"one": ["NOSUCH1"]}, {}, "pathways: none of its names is an entity of this build"),
        (MEMBERS, {"of": "words"}, "table of a comparison"),
        (MEMBERS, {"max_q": 2}, "max_q"),
    ],
)
def test_what_cannot_be_compared_is_said(
    graph: KnowledgeGraph, pathways: Any, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(KgError, match=said.replace("[", "\\[")):
        graph.compare(pathways, **options)
