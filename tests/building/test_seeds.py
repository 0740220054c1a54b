"""The five example records, end to end: what the committed exports hold, and that they are what a build writes.

kg build seeds      rewrites exports/; read the difference before you commit it
"""

import csv
import json
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.corpus import ROOT, SEEDS

import kg
from kg.building.pipeline import build_tables
from kg.building.release import TEXT_OUTPUTS


def rows(build: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(build / "tables" / f"{table}.parquet").to_pylist()
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
    assert (counts["figures"], counts["papers"], counts["entities"], counts["mentions"]) == (5, 5, 153, 180)
    assert counts["mentions_by_reading"] == {"sure": 141, "likely": 6, "doubtful": 33}
    assert counts["entities_by_category"] == {"chemical": 3, "gene": 150}
    assert manifest["report"] == {"mojibake": 1, "readings-differ": 1, "readings-in-doubt": 1}


def test_the_words_of_the_seeds_as_the_records_have_them(tmp_path: Path) -> None:
    kg.build(SEEDS, tmp_path / "exports", readings="record", store=False)
    manifest = json.loads((tmp_path / "exports" / "manifest.json").read_text())
    # One figure has the words of its three genes. Of the others' keywords 42 are words of their own.
    assert manifest["counts"]["mentions_by_word_status"] == {"given": 3, "inferred": 178 - 3 - 42, "unknown": 42}
    # Pairs by one word: FOX 49 and OPG 2; TGFB 3; P50 5 and P65 4; and the fullest figure, whose own table says 171.
    same = 1176 + 1 + 3 + 10 + 6 + 171
    assert manifest["pairs"]["instances_all"] - manifest["pairs"]["instances"] == same
    # In two figures or more: TNFSF11, TNFRSF11A, TRAF6, NFATC1, NFKB1; the two of OPG; four of P50 and four of P65.
    # NFKB1 is one of P50 in one of the two figures that draw it, and a word of its own in the other.
    kept = 10 + 2 * 5 + 4 * 4 + 4 * 4 + 4 * 5
    assert manifest["thresholds"] == {"min_figures": 2, "pairs_kept": kept, "word_pairs_kept": 1, "pairs_published": 0}
    twice = [row for row in rows(tmp_path / "exports", "word_cooccurrences") if row["figures"] == 2]
    assert [(row["subject_id"], row["object_id"]) for row in twice] == [("word:P50", "word:P65")]


def test_the_partners_of_tnfsf11_are_those_that_figures_mean(seeds_build: Path) -> None:
    """Of 14 genes drawn with it in two figures or more, eight are other readings of p50, p65 and OPG."""
    names = {row["entity_id"]: row["name"] for row in rows(seeds_build, "entities")}
    ends = [(row["subject_id"], row["object_id"], row["figures"]) for row in rows(seeds_build, "cooccurrences")]
    partners = {names[other] for pair in ends for other in pair[:2] if "ncbigene:8600" in pair[:2] and pair[2] > 1}
    assert partners - {"TNFSF11"} == {"TNFRSF11A", "NFATC1", "TRAF6", "NFKB1", "TNFRSF11B", "RELA"}


def true_words(folder: Path) -> dict[str, dict[str, set[str]]]:
    """Give the words of each gene, figure by figure, as the figures' own tables have them."""
    found: dict[str, dict[str, set[str]]] = {}
    for path in sorted((folder / "_data").glob("*-genes.tsv")):
        genes = found.setdefault(f"pfocr:{path.name.removesuffix('-genes.tsv')}", {})
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"):
            genes.setdefault(f"ncbigene:{row['ncbigene_id']}", set()).add(row["match"])
    return found


def strongest(build: Path) -> list[tuple[str, str]]:
    ranked = sorted(rows(build, "cooccurrences"), key=itemgetter("weight", "figures"), reverse=True)
    return [(str(row["subject_id"]), str(row["object_id"])) for row in ranked[:25]]


def test_no_strong_pair_of_the_seeds_is_two_readings_of_one_word(seeds_build: Path, shared: Path) -> None:
    truth = true_words(shared / "seed-sidecars")
    assert len(truth) == 3
    for one, other in strongest(seeds_build):
        drawn = [words for words in truth.values() if {one, other} <= words.keys()]
        assert not drawn or any(len(words[one] | words[other]) > 1 for words in drawn), (one, other)


def test_no_fox_is_in_a_strong_pair_of_the_seeds(seeds_build: Path) -> None:
    names = {row["entity_id"]: str(row["name"]) for row in rows(seeds_build, "entities")}
    assert sum(name.startswith("FOX") for name in names.values()) == 49
    assert not any(names[end].startswith("FOX") for pair in strongest(seeds_build) for end in pair)


def test_one_pair_is_in_all_five_figures(seeds_build: Path) -> None:
    everywhere = [row for row in rows(seeds_build, "cooccurrences") if row["figures"] == 5]
    assert [(row["subject_id"], row["object_id"]) for row in everywhere] == [("ncbigene:8600", "ncbigene:8792")]
    names = {row["entity_id"]: row["name"] for row in rows(seeds_build, "entities")}
    assert (names["ncbigene:8600"], names["ncbigene:8792"]) == ("TNFSF11", "TNFRSF11A")


def test_the_keywords_of_the_seeds_are_grounded(seeds_build: Path) -> None:
    entities = rows(seeds_build, "entities")
    genes = [row for row in entities if row["category"] == "gene"]
    assert len(genes) == 150
    assert all(str(row["entity_id"]).startswith("ncbigene:") for row in genes)
    chemicals = {row["name"]: (row["entity_id"], row["xrefs"]) for row in entities if row["category"] == "chemical"}
    assert chemicals == {
        "ATP": ("chebi:15422", ["chebi:30616", "chebi:57299", "mesh:D000255"]),
        "baicalin": ("chebi:2981", ["mesh:C038044"]),
        "calcium(2+)": ("chebi:29108", ["chebi:22984", "mesh:D002118"]),
    }
    # Symbols of genes that NCBI has and HGNC has not.
    ids = {row["name"]: row["entity_id"] for row in genes}
    assert (ids["TRAP"], ids["XS"]) == ("ncbigene:100187907", "ncbigene:7523")


def test_nothing_of_the_seeds_stays_ungrounded(seeds_build: Path) -> None:
    assert "has no identifier" not in (seeds_build / "report.tsv").read_text()


def test_a_corpus_with_the_seeds_own_tables_knows_their_words(tmp_path: Path, shared: Path) -> None:
    result = build_tables([str(SEEDS), str(shared / "seed-sidecars")], tmp_path)
    mentions = pq.read_table(tmp_path / "mentions.parquet").to_pylist()
    p38 = [row for row in mentions if row["match"] == "P38"]
    assert {row["n_candidates"] for row in p38} == {10}
    assert result.ungrounded == ()
    # 171 of the first figure's pairs are two readings of one word.
    pairs = result.manifest["pairs"]
    assert pairs["instances_all"] - pairs["instances"] >= 171


def test_the_sample_of_every_generation_builds_clean(tmp_path: Path, shared: Path) -> None:
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
