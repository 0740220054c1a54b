"""The five example records, end to end: what the committed exports hold, and that they are what a build writes.

kg build seeds      rewrites exports/; read the difference before you commit it
"""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import ROOT, SEEDS

from kg.release import TEXT_OUTPUTS


def rows(build: Path, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(build / "tables" / f"{table}.parquet").to_pylist()
    return found


@pytest.mark.parametrize("name", TEXT_OUTPUTS)
def test_the_committed_exports_are_what_a_build_writes(name: str, seeds_build: Path) -> None:
    assert (ROOT / "exports" / name).read_bytes() == (seeds_build / name).read_bytes()


def test_the_seeds_are_those_of_the_real_database(shared: Path) -> None:
    ours = {path.name: path.read_bytes() for path in sorted((SEEDS / "_figures").iterdir())}
    theirs = {path.name: path.read_bytes() for path in sorted((shared / "seeds" / "_figures").iterdir())}
    assert ours == theirs


def test_the_counts_of_the_seeds(seeds_build: Path) -> None:
    manifest = json.loads((seeds_build / "manifest.json").read_text())
    counts = manifest["counts"]
    assert (counts["figures"], counts["papers"], counts["entities"], counts["mentions"]) == (5, 5, 153, 178)
    assert manifest["thresholds"] == {"min_figures": 2, "pairs_kept": 89}


def test_one_pair_is_in_all_five_figures(seeds_build: Path) -> None:
    everywhere = [row for row in rows(seeds_build, "cooccurrences") if row["figures"] == 5]
    assert [(row["subject_id"], row["object_id"]) for row in everywhere] == [("ncbigene:8600", "ncbigene:8792")]
    names = {row["entity_id"]: row["name"] for row in rows(seeds_build, "entities")}
    assert (names["ncbigene:8600"], names["ncbigene:8792"]) == ("TNFSF11", "TNFRSF11A")


def test_the_keywords_of_the_seeds_are_grounded(seeds_build: Path) -> None:
    entities = rows(seeds_build, "entities")
    genes = [row for row in entities if row["category"] == "gene"]
    assert len(genes) >= 148
    assert all(str(row["entity_id"]).startswith("ncbigene:") for row in genes)
    chemicals = {row["name"]: (row["entity_id"], row["xrefs"]) for row in entities if row["category"] == "chemical"}
    assert chemicals == {
        "ATP": ("chebi:15422", ["mesh:D000255"]),
        "baicalin": ("chebi:2981", ["mesh:C038044"]),
        "calcium(2+)": ("chebi:29108", ["mesh:D002118"]),
    }
    assert sorted(str(row["name"]) for row in entities if row["category"] == "unknown") == ["TRAP", "XS"]


def test_what_stays_ungrounded_is_named_in_the_report(seeds_build: Path) -> None:
    report = (seeds_build / "report.tsv").read_text()
    assert "unknown 'TRAP' has no identifier" in report
    assert "unknown 'XS' has no identifier" in report


def test_a_corpus_with_the_seeds_own_tables_knows_their_words(tmp_path: Path, shared: Path) -> None:
    from kg.build import build_tables

    result = build_tables([str(SEEDS), str(shared / "seed-sidecars")], tmp_path)
    mentions = pq.read_table(tmp_path / "mentions.parquet").to_pylist()
    p38 = [row for row in mentions if row["match"] == "P38"]
    assert {row["n_candidates"] for row in p38} == {10}
    # The keyword XS has its NCBI gene in the table, which no lexicon of approved symbols has.
    assert "XS" not in result.ungrounded
    # 171 of the first figure's pairs are two readings of one word.
    pairs = result.manifest["pairs"]
    assert pairs["instances_all"] - pairs["instances"] >= 171


def test_the_sample_of_every_generation_builds_clean(tmp_path: Path, shared: Path) -> None:
    from kg.build import build_tables

    result = build_tables([str(shared / "pfocr-sample")], tmp_path)
    assert (result.manifest["counts"]["figures"], result.manifest["input"]["sidecar_tables"]) == (24, 34)
    assert [line for line in result.report if line.severity == "error"] == []
    markers = {".na.character", "NA", "NaN", ""}
    for table in ("figures", "papers", "entities", "mentions"):
        for row in pq.read_table(tmp_path / f"{table}.parquet").to_pylist():
            row.pop("match", None)  # the normal form of Na, sodium, is NA
            texts = [value for value in row.values() if isinstance(value, str)]
            texts += [each for value in row.values() if isinstance(value, list) for each in value]
            assert markers.isdisjoint(texts), row
