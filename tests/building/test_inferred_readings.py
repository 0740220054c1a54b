"""Readings that a build infers: famous words in small corpora, corrections, and the same bytes in any order."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import kg
from kg.cli.main import main
from kg.model.build import Build

INLINE = """---
figid: PMC{number}__fig1.jpg
pmcid: PMC{number}
{text}genes:
{genes}---
"""
GENE = "- word: {word}\n  symbol: {word}\n  source: {source}\n  hgnc_symbol: {symbol}\n  entrez: '{entrez}'\n"

Gene = tuple[str, str, str, int]  # word, source, symbol, NCBI number

CBP: Gene = ("CBP", "hgnc_prev_symbol", "OPN1LW", 5956)
P300: Gene = ("p300", "hgnc_alias_symbol", "EP300", 2033)
TP53: Gene = ("TP53", "hgnc_symbol", "TP53", 7157)
CREB1: Gene = ("CREB1", "hgnc_symbol", "CREB1", 1385)
AKT = [("AKT", "bioentities_symbol", f"AKT{n}", number) for n, number in ((1, 207), (2, 208), (3, 10000))]


def write(folder: Path, figures: Sequence[Sequence[Gene]], texts: Sequence[str] = ()) -> Path:
    folder.mkdir()
    for number, genes in enumerate(figures, start=1):
        rows = "".join(GENE.format(word=w, source=s, symbol=n, entrez=e) for w, s, n, e in genes)
        text = texts[number - 1] if texts else ""
        (folder / f"PMC{number}__fig1.md").write_text(INLINE.format(number=number, text=text, genes=rows))
    return folder


def readings(build: Path) -> dict[tuple[str, str], float]:
    """Give the mean probability of each word and reading in doubt."""
    table = pq.read_table(build / "tables" / "word_readings.parquet").group_by(["match", "name"])
    return {
        (r["match"], r["name"]): r["probability_mean"] for r in table.aggregate([("probability", "mean")]).to_pylist()
    }


def mentions(build: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(build / "tables" / "mentions.parquet").to_pylist())


@pytest.fixture(scope="module")
def cbp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cbp")
    source = write(folder / "source", [[CBP, P300, TP53, CREB1, *AKT], [CBP, P300, CREB1], [TP53, *AKT]])
    kg.build(source, folder / "exports", store=False)
    return folder


def test_cbp_is_crebbp_and_not_a_cone_opsin(cbp: Path) -> None:
    found = readings(cbp / "exports")
    assert found["CBP", "CREBBP"] > 0.9
    assert found["CBP", "OPN1LW"] < 0.1
    rows = [row for row in mentions(cbp / "exports") if row["match"] == "CBP"]
    assert {(row["entity_id"], row["origin"], row["reading"]) for row in rows} == {
        ("ncbigene:1387", "reread", "sure"),
        ("ncbigene:5956", "inline", "doubtful"),
    }


def test_a_family_of_the_record_is_no_doubt(cbp: Path) -> None:
    assert not [word for word, _ in readings(cbp / "exports") if word == "AKT"]
    rows = [row for row in mentions(cbp / "exports") if row["match"] == "AKT"]
    assert {(row["probability"], row["share"], row["reading"]) for row in rows} == {(1.0, 1 / 3, "sure")}


def test_a_family_has_its_genes_by_whatever_lexicon_the_record_found_them(tmp_path: Path) -> None:
    """MAPK14 is p38 by an alias and by the family; AHSA1 has the alias only."""
    p38 = [("p38", "bioentities_symbol", f"MAPK{n}", e) for n, e in ((11, 5600), (12, 6300), (13, 5603))]
    others = [("p38", "hgnc_alias_symbol", "MAPK14", 1432), ("p38", "hgnc_alias_symbol", "AHSA1", 10598)]
    kg.build(write(tmp_path / "source", [[*p38, *others, TP53]]), tmp_path / "exports", store=False)
    rows = [row for row in mentions(tmp_path / "exports") if row["match"] == "P38"]
    assert {row["entity_id"] for row in rows if row["share"] == pytest.approx(0.25)} == {
        "ncbigene:5600", "ncbigene:6300", "ncbigene:5603", "ncbigene:1432",
    }  # fmt: skip
    assert [row["probability"] for row in rows if row["entity_id"] == "ncbigene:10598"] == [0.0]


def test_the_record_alone_has_no_words_in_doubt(cbp: Path, tmp_path: Path) -> None:
    kg.build(cbp / "source", tmp_path / "record", store=False, readings="record")
    assert readings(tmp_path / "record") == {}
    assert {row["origin"] for row in mentions(tmp_path / "record")} == {"inline"}
    recorded = [row for row in mentions(cbp / "exports") if row["origin"] != "reread"]
    keys = ("figure_id", "entity_id", "match", "word", "n_candidates", "flavour", "source", "word_status")
    assert [[row[key] for key in keys] for row in recorded] == [
        [row[key] for key in keys] for row in mentions(tmp_path / "record")
    ]


def test_the_names_of_files_and_the_number_of_processes_change_nothing(cbp: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "renamed"
    renamed.mkdir()
    for place, path in enumerate(sorted((cbp / "source").iterdir(), reverse=True)):
        (renamed / f"{place}-{path.name}").write_bytes(path.read_bytes())
    kg.build(renamed, tmp_path / "exports", store=False, jobs=2)
    name = "tables/word_readings.parquet"
    assert (tmp_path / "exports" / name).read_bytes() == (cbp / "exports" / name).read_bytes()


def test_a_caption_decides(tmp_path: Path) -> None:
    """TRAP is the phosphatase ACP5 of osteoclasts, the ligand CD40LG and five others."""
    trap: Gene = ("TRAP", "hgnc_alias_symbol", "CD40LG", 959)
    found = []
    for number, caption in enumerate(("", "caption: Osteoclasts express TRAP (ACP5) and RANK.\n")):
        source = write(tmp_path / f"source{number}", [[trap, TP53, CREB1]], [caption])
        kg.build(source, tmp_path / f"exports{number}", store=False)
        found.append(readings(tmp_path / f"exports{number}")["TRAP", "ACP5"])
    assert found[0] < 0.3
    assert found[1] > 0.5


def test_a_correction_goes_above_all(cbp: Path, tmp_path: Path) -> None:
    corrections = tmp_path / "corrections.tsv"
    corrections.write_text("word\tfigure\tentity\nCBP\tPMC1__fig1\tPAG1\nCBP\t\tOPN1LW\nAKT\t\tfplx:ERK\n")
    command = [str(cbp / "source"), "-o", str(tmp_path / "exports"), "--no-store", "-q"]
    result = CliRunner().invoke(main, ["build", *command, "--readings-file", str(corrections)])
    assert result.exit_code == 0, result.output
    table = pq.read_table(tmp_path / "exports" / "tables" / "word_readings.parquet").to_pylist()
    curated = [row for row in table if row["match"] != "TP53"]
    assert {(r["figure_id"], r["match"], r["name"], r["source"], r["probability"]) for r in curated} == {
        ("pfocr:PMC1__fig1", "CBP", "PAG1", "curated", 1.0),
        ("pfocr:PMC2__fig1", "CBP", "OPN1LW", "curated", 1.0),
        ("pfocr:PMC1__fig1", "AKT", "ERK", "curated", 1.0),
        ("pfocr:PMC3__fig1", "AKT", "ERK", "curated", 1.0),
    }
    likely = {row["entity_id"] for row in mentions(tmp_path / "exports") if row["probability"] >= 0.5}
    assert {"ncbigene:5594", "ncbigene:5595"} <= likely  # the family ERK
    assert likely.isdisjoint({"ncbigene:207", "ncbigene:208", "ncbigene:10000", "ncbigene:1387"})
    assert Build(tmp_path / "exports").manifest["readings_files"][0]["rows"] == 3


def test_amyloid_beta_that_was_matched_as_a_gene_of_urea_is_app(tmp_path: Path) -> None:
    # PFOCR has the gene ASS1 for it, because it looks for A\u00df in upper case, which is ASS.
    beta: Gene = ("A\u00df", "hgnc_prev_symbol", "ASS1", 445)
    mapt: Gene = ("TAU", "hgnc_alias_symbol", "MAPT", 4137)
    source = write(tmp_path / "source", [[beta, mapt], [beta, mapt, TP53]])
    for record in source.iterdir():
        record.write_text(record.read_text().replace("symbol: A\u00df", "symbol: ASS", 1))
    kg.build(source, tmp_path / "exports", store=False)
    meant = {(m["match"], m["entity_id"]) for m in mentions(tmp_path / "exports") if m["probability"] > 0.5}
    assert {entity for match, entity in meant if match == "ABETA"} == {"ncbigene:351"}
