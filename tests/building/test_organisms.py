"""Genes of organisms that are not wanted: left out of a build, of everything that it counts, and of its report."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.corpus import GENE_HEADER, SHARED, genes, record, write_toy

from kg.building.manifest import BuildResult
from kg.building.options import BuildParameters, BuildResources
from kg.building.pipeline import build_tables
from kg.building.release import release
from kg.errors import ParameterError
from kg.model.build import SORT_KEYS
from kg.model.tables import TABLES

Rows = list[dict[str, Any]]


def row(taxon: str, word: str, symbol: str, number: str) -> str:
    return f"{taxon}\tNA\tNA\t{word}\t{word}\t{symbol}\t{number}\tncbigene_symbol\t1\t1\t1\n"


# An accident of names: the plant gene HY5 and the word LIGHT are read as genes of human and fly.
ACCIDENT = row("9606", "HY5", "HYLS1", "219844") + row("7227", "LIGHT", "lt", "33155")
CORPUS = {
    "_figures/PMC1__a.md": record("PMC1__a", "organisms: [Arabidopsis thaliana]"),
    "_data/PMC1__a-genes.tsv": GENE_HEADER + ACCIDENT + row("3702", "HY5", "HY5", "830996"),
    "_figures/PMC2__b.md": record("PMC2__b", "organisms: [Homo sapiens, NA]"),
    "_data/PMC2__b-genes.tsv": genes(("MDM2", "MDM2", "MDM2", "4193", "x"), ("P53", "P53", "TP53", "7157", "x")),
    "_figures/PMC3__c.md": record("PMC3__c"),
    "_data/PMC3__c-genes.tsv": GENE_HEADER + row("9606", "P53", "TP53", "7157") + row("NA", "X", "X", "99999999"),
    "_figures/PMC4__d.md": record("PMC4__d", "organisms: [Escherichia coli]"),
    "_data/PMC4__d-genes.tsv": GENE_HEADER + row("511145", "RECA", "recA", "947170"),
    "_data/PMC4__d-chemicals.tsv": "word\tmesh\tmatch\tname\tchebi\nATP\tmesh:D000255\tATP\tATP\tchebi:15422\n",
}


def build(folder: Path, sources: list[str], **parameters: Any) -> tuple[dict[str, Rows], BuildResult]:
    folder.mkdir(parents=True)
    result = build_tables(sources, folder, BuildParameters(min_figures=1, **parameters))
    return {name: pq.read_table(folder / f"{name}.parquet").to_pylist() for name in TABLES}, result


def genes_of(tables: dict[str, Rows]) -> dict[str, str | None]:
    return {row["entity_id"]: row["taxon"] for row in tables["entities"] if row["category"] == "gene"}


def messages(result: BuildResult, code: str) -> list[str]:
    return [line.message for line in result.report if line.code == code]


def test_the_genes_of_each_organism_are_counted_with_those_that_the_record_does_not_name(tmp_path: Path) -> None:
    tables, result = build(tmp_path / "all", [str(write_toy(tmp_path / "corpus", CORPUS))])
    assert len(genes_of(tables)) == 7
    counts = result.manifest["counts"]
    assert counts["genes_by_taxon"] == {
        "ncbitaxon:9606": 3, "ncbitaxon:3702": 1, "ncbitaxon:511145": 1, "ncbitaxon:7227": 1, "unknown": 1,
    }  # fmt: skip
    # a: HY5 is named, two are not; b: both named; c: the record has none, and one gene has none; d: a number only.
    assert counts["gene_organisms"] == {"named": 3, "none": 1, "other": 2, "unknown": 1, "unnamed": 1}
    (line,) = messages(result, "organism-not-named")
    assert line == (
        "of 8 genes in figures, the record does not name the organism for 5: "
        "1 in figures whose record names no organism, 2 in figures whose record names other organisms, "
        "1 of an organism whose name kg does not know, 1 of no known organism"
    )
    assert messages(result, "taxa-left-out") == []


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ({"taxa": ("human",)}, {"ncbigene:219844", "ncbigene:4193", "ncbigene:7157"}),
        ({"taxa": ("3702", "unknown")}, {"ncbigene:830996", "ncbigene:99999999"}),
        ({"without_taxa": ("human", "fly", "511145")}, {"ncbigene:830996", "ncbigene:99999999"}),
        ({"without_taxa": ("human", "unknown")}, {"ncbigene:33155", "ncbigene:830996", "ncbigene:947170"}),
    ],
)
def test_what_is_kept(tmp_path: Path, chosen: dict[str, tuple[str, ...]], kept: set[str]) -> None:
    tables, result = build(tmp_path / "some", [str(write_toy(tmp_path / "corpus", CORPUS))], **chosen)
    assert set(genes_of(tables)) == kept
    assert len(tables["figures"]) == 4  # a figure without genes stays
    assert {row["entity_id"] for row in tables["entities"]} - kept == {"chebi:15422"}
    (line,) = messages(result, "taxa-left-out")
    assert line.startswith(f"{7 - len(kept)} genes and families left out because of their organism: ")


def of_entities(rows: Rows, kept: set[str]) -> Rows:
    ends = ("entity_id", "subject_id", "object_id", "family_id")
    return [row for row in rows if all(row[end] in kept for end in ends if end in row)]


@pytest.mark.parametrize("families", [False, True])
def test_what_is_left_is_as_it_is_in_the_build_of_all(tmp_path: Path, families: bool) -> None:
    source = [str(SHARED / "pfocr-sample")] if (SHARED / "pfocr-sample").is_dir() else ["seeds"]
    every, _ = build(tmp_path / "all", source, families=families)
    some, _ = build(tmp_path / "some", source, families=families, without_taxa=("fly", "mouse"))
    left = {"ncbitaxon:7227", "ncbitaxon:10090"}
    kept = {row["entity_id"] for row in every["entities"] if row["taxon"] not in left}
    for name in ("figures", "papers", "entities", "mentions", "citations", "members", "cooccurrences"):
        assert some[name] == (every[name] if "paper_id" in SORT_KEYS[name] else of_entities(every[name], kept)), name
    drawn = {row["match"] for row in some["mentions"]} - {None}
    assert {row["word"] for row in some["words"]} == drawn


def test_an_organism_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ParameterError, match="taxa: 'martian' is no organism; give its NCBI taxon id, such as 9606"):
        BuildParameters(taxa=("martian",))
    with pytest.raises(ParameterError, match="taxa and without_taxa both have mouse"):
        BuildParameters(taxa=("mouse",), without_taxa=("10090",))


def test_the_order_and_form_of_the_names_make_no_other_build() -> None:
    one, other = BuildParameters(taxa=("mouse", "9606")), BuildParameters(taxa=("human", "ncbitaxon:10090", "mouse"))
    assert one == other
    assert str(one) != str(BuildParameters())  # so the fingerprint differs, too


def test_a_rebuild_with_other_organisms_is_the_build_made_from_nothing(tmp_path: Path) -> None:
    source, cache = [str(write_toy(tmp_path / "corpus", CORPUS))], BuildResources(cache=tmp_path / "cache")
    for chosen in (BuildParameters(), BuildParameters(taxa=("human",)), BuildParameters(without_taxa=("human",))):
        release(source, tmp_path / "again", chosen, cache)
        release(source, tmp_path / "anew", chosen)
        for path in sorted((tmp_path / "anew").rglob("*")):
            if path.is_file() and "store" not in path.parts:
                same = tmp_path / "again" / path.relative_to(tmp_path / "anew")
                assert same.read_bytes() == path.read_bytes(), path
