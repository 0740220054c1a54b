"""Rankings of pairs: their measure in `benchmarks/`, and that nothing orders by NPMI without a floor on figures."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise, permutations
from pathlib import Path

import duckdb
import numpy as np
import pytest
from helpers.corpus import ROOT, SHARED
from hypothesis import given
from hypothesis import strategies as st

from kg.exporters.duckdb import ARGUMENTS
from kg.model.build import NPMI_FLOOR
from kg.rdf.canned_queries import load

BENCHMARKS = ROOT / "benchmarks"

sys.path.insert(0, str(BENCHMARKS))
from average_precision import average_precision, precision_at, ranking  # noqa: E402
from curated_truth import Truth, number_genes, views  # noqa: E402
from figure_pairs import LAST, RANKINGS, read  # noqa: E402

# -- expected over all orders of tied rows


def every_order(scores: list[int], relevant: set[int]) -> Iterator[list[bool]]:
    for order in permutations(range(len(scores))):
        if all(scores[one] >= scores[other] for one, other in pairwise(order)):
            yield [row in relevant for row in order]


def plain_average_precision(hits: list[bool]) -> float:
    precisions = [sum(hits[: place + 1]) / (place + 1) for place, hit in enumerate(hits) if hit]
    return sum(precisions) / len(precisions)


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=6), st.integers(1, 6))
def test_ties_count_as_the_mean_over_all_their_orders(rows: list[tuple[int, bool]], place: int) -> None:
    scores = [score for score, _ in rows]
    relevant = [row for row, (_, hit) in enumerate(rows) if hit]
    ranked = ranking(np.array(scores, dtype=np.float64), np.array(relevant, dtype=np.int64))
    orders = list(every_order(scores, set(relevant)))
    expected = np.mean([sum(order[:place]) / place for order in orders])
    assert precision_at(ranked, place) == pytest.approx(expected)
    if relevant:
        assert average_precision(ranked) == pytest.approx(np.mean([plain_average_precision(each) for each in orders]))
    else:
        assert np.isnan(average_precision(ranked))


# -- what the rows of a view are


def test_rows_are_pairs_of_genes_without_paralogues_and_of_families() -> None:
    # AKT1, AKT2 and AKT3 share the family AKT, GSK3A and GSK3B the family GSK3; TP53 shares none with them.
    akt1, akt2, gsk3a, gsk3b, tp53 = ("ncbigene:207", "ncbigene:208", "ncbigene:2931", "ncbigene:2932", "ncbigene:7157")
    truth = Truth("", frozenset({akt1, akt2, gsk3a, gsk3b}), frozenset({(akt1, gsk3b), (akt1, akt2)}))
    genes = number_genes([truth, Truth("", frozenset({tp53}), frozenset())])
    drawn = [(akt1, akt2), (akt1, gsk3a), (akt1, gsk3b), (akt2, gsk3b), (gsk3a, gsk3b), (akt1, tp53)]
    ends = np.array([[genes.numbers[gene] for gene in pair] for pair in drawn])
    keys = np.sort(genes.key(ends[:, 0], ends[:, 1]))
    each, apart, families = views(truth, genes, keys)
    assert (each.rows, len(each.relevant)) == (5, 2)
    assert (apart.rows, len(apart.relevant)) == (3, 1)
    assert (families.rows, len(families.relevant)) == (1, 1)
    best = dict(zip(keys.tolist(), range(len(keys)), strict=True))
    scores = np.zeros(len(keys))
    scores[best[int(genes.key(*(genes.numbers[gene] for gene in (akt2, gsk3b))))]] = 7
    assert families.scores(scores).tolist() == [7]


# -- what the figures of a build add to its pairs


def test_the_figures_of_a_build_add_up_to_its_table_and_share_by_words(toy_build: Path) -> None:
    # MDM2 and TP53 are in figure b with the word AKT (three words with osteoporosis: four), and alone in d (two words).
    akt1, akt2, mdm2, tp53 = ("ncbigene:207", "ncbigene:208", "ncbigene:4193", "ncbigene:7157")
    genes = number_genes([Truth("", frozenset({akt1, akt2, mdm2, tp53}), frozenset())])
    drawn = read(toy_build, genes)
    scores = dict(zip(RANKINGS, drawn.scores(genes, np.ones(len(drawn.figures))), strict=True))
    place = {int(key): row for row, key in enumerate(drawn.keys)}

    def of(one: str, other: str) -> list[float]:
        row = place[int(genes.key(genes.numbers[one], genes.numbers[other]))]
        return [float(scores[name][row]) for name in RANKINGS]

    assert of(mdm2, tp53) == pytest.approx([2, 2, 2, 1 / 3 + 1, 1 / 2 + 1, -0.169925, LAST], abs=1e-6)
    assert of(akt1, akt2)[:6] == [3, 0, 0, 0, 0, LAST]  # one word in every figure
    assert of(akt1, tp53)[:3] == [2, 2, 1]


def test_readings_count_by_their_share_and_a_mismatch_with_the_table_is_said(toy_build: Path, tmp_path: Path) -> None:
    build = tmp_path / "likely"
    shutil.copytree(toy_build, build)
    genes = number_genes([Truth("", frozenset({"ncbigene:207", "ncbigene:7157"}), frozenset())])
    mentions, changed = build / "tables" / "mentions.parquet", tmp_path / "mentions.parquet"

    def with_columns(share: str, probability: str) -> None:
        columns = f"{share} AS share, {probability} AS probability"
        duckdb.sql(f"COPY (SELECT * REPLACE ({columns}) FROM '{toy_build}/tables/mentions.parquet') TO '{changed}'")
        changed.replace(mentions)

    with_columns("1 / n_candidates", "1.0")
    drawn = read(build, genes)
    assert drawn.label == "likely, readings: likely"
    raw, figures, weight, *_ = drawn.scores(genes, np.ones(len(drawn.figures)))
    assert (raw.tolist(), figures.tolist(), weight.tolist()) == ([2], [2], [1])
    with_columns("1 / n_candidates", "0.4")
    with pytest.raises(ValueError, match="1 pairs have another figures in the table cooccurrences"):
        read(build, genes)
    with_columns("0.1 / n_candidates", "1.0")
    with pytest.raises(ValueError, match="1 pairs have another weight in the table cooccurrences"):
        read(build, genes)


def test_the_command_writes_the_tables_of_a_build(toy_build: Path, tmp_path: Path) -> None:
    (tmp_path / "interactions.tsv").write_text(
        "gene_a\tgene_b\tkind\tpathways\n4193\t7157\tdirect\tWP1|WP2\n207\t7157\tgroup\tWP3\n", encoding="utf-8"
    )
    (tmp_path / "pathways.gmt").write_text("WP1\tone\t4193\t7157\nWP3\tthree\t207\t7157\n", encoding="utf-8")
    (tmp_path / "cited.tsv").write_text("WP3\t99\nWP1\t98\n", encoding="utf-8")
    (tmp_path / "ids.csv").write_text("Journal Title,PMCID,PMID\nA,PMC1,99\nB,PMC9,98\n", encoding="utf-8")

    def run(*options: object) -> str:
        command = [sys.executable, BENCHMARKS / "curated_pathways.py", toy_build, "--wikipathways", tmp_path]
        done = subprocess.run(
            [*map(str, command), "--resamples", "5", *map(str, options)], capture_output=True, text=True, check=True
        )
        return done.stdout

    plain = run()
    assert "| direct interaction | genes | 3 | 1 | 0.3333 | " in plain
    assert "| direct or through a group | genes | 3 | 2 | 0.6667 | " in plain
    left_out = run("--citations", tmp_path / "cited.tsv", "--paper-ids", tmp_path / "ids.csv")
    assert "1 pathways left out" in left_out
    assert "| direct or through a group | genes | 1 | 1 | 1.0000 | " in left_out
    # Of the genes that are in a pathway at all, figure d draws those of WP1, and figure a those of WP3.
    assert "2 pathways left out" in run("--alike", "1")


# -- NPMI


def test_the_floor_is_the_same_everywhere() -> None:
    defaults = {parameter.name: parameter.default for parameter in load("specific-pairs").parameters}
    assert defaults["minFigures"] == str(NPMI_FLOOR)
    assert f"at_least := {NPMI_FLOOR}," in ARGUMENTS["specific_pairs"]
    assert f"const NPMI_FLOOR = {NPMI_FLOOR};" in (ROOT / "kg" / "web" / "static" / "table.js").read_text("utf-8")


def test_nothing_orders_by_npmi_without_a_floor_on_figures() -> None:
    queries = [*(ROOT / "queries").glob("*.rq"), *(ROOT / "kg").rglob("*.sql"), *(ROOT / "kg").rglob("*.py")]
    ordered = [
        (path.name, statement)
        for path in queries
        for statement in re.split(r"^-- name: ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if re.search(r"ORDER BY[^;)]*npmi", statement)
    ]
    expected = ["duckdb.sql", "dump.sql", "dump.sql", "lookup.sql", "lookup.sql", "specific-pairs.rq"]
    assert sorted(name for name, _ in ordered) == expected
    floors = (
        r"FILTER\(\?figures >= \?minFigures\b",
        r"figures >= at_least",
        r"figures >= \$npmi_floor THEN",
        r"PARTITION BY [pl]\.figures, \S+ ORDER BY",  # one ranking for each number of figures, or from each one on
    )
    assert [name for name, text in ordered if not any(re.search(floor, text) for floor in floors)] == []


def test_the_real_truth_has_the_counts_of_its_readme() -> None:
    if not (SHARED / "wikipathways").is_dir():
        pytest.skip("../shared/data/wikipathways is absent")
    from curated_truth import truths

    direct, either, together = truths(SHARED / "wikipathways", ())
    assert (len(direct.pairs), len(either.pairs)) == (6_876, 27_099)
    assert len(together.genes) == 9_379
