"""The made-up corpus that benchmarks run on: the same bytes always, the numbers of the database, nothing unreadable."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from helpers.corpus import ROOT

from kg.building.release import release

FIGURES = 300


def corpus(folder: Path, profile: str, jobs: int) -> Path:
    options = ["--profile", profile, "--figures", str(FIGURES), "--jobs", str(jobs)]
    command = [sys.executable, str(ROOT / "benchmarks" / "corpus.py"), str(folder), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="session", params=["2020", "2025"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    return request.param, corpus(tmp_path_factory.mktemp("corpus"), request.param, 1)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}


def table_rows(folder: Path, kind: str) -> list[list[str]]:
    return [
        line.split("\t")
        for path in sorted(folder.glob(f"_data/*-{kind}.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    ]


def test_two_processes_write_the_same_bytes_as_one(made: tuple[str, Path], tmp_path: Path) -> None:
    profile, folder = made

    assert files(corpus(tmp_path, profile, 2)) == files(folder)


def test_numbers_are_those_of_the_database(made: tuple[str, Path]) -> None:
    profile, folder = made
    written = files(folder)
    figures = [name for name in written if name.startswith("_figures/")]
    papers = {name.partition("__")[0] for name in figures}
    genes, chemicals = table_rows(folder, "genes"), table_rows(folder, "chemicals")
    organisms = Counter(row[0] for row in genes)
    tabled = len(list(folder.glob("_data/*-genes.tsv")))

    assert len(figures) == FIGURES
    if profile == "2020":
        assert len(figures) / len(papers) == pytest.approx(1.3, rel=0.1)
        assert len(genes) / tabled == pytest.approx(17, rel=0.15)
        assert set(organisms) == {"9606"}
    else:
        assert len(figures) / len(papers) == pytest.approx(1.2, rel=0.1)
        assert len(written) / FIGURES == pytest.approx(300 / 117, rel=0.05)
        assert len(genes) / FIGURES == pytest.approx(42, rel=0.15)
        assert len(chemicals) / FIGURES == pytest.approx(3.2, rel=0.2)
        assert organisms["9606"] / len(genes) == pytest.approx(0.7, abs=0.08)
        assert set(organisms) == {"9606", "10090", "10116", "7227", "7955", "511145"}
        expanded = sum(row[7] == "famplex_relations" for row in genes)
        assert expanded / len(genes) == pytest.approx(0.4, abs=0.06)


def test_both_generations_of_records_are_there(made: tuple[str, Path]) -> None:
    _, folder = made
    records = [path.read_text(encoding="utf-8") for path in folder.glob("_figures/*.md")]
    older = [text for text in records if "\ngenes:\n" in text or "\ngenes: []\n" in text]

    assert 0 < len(older) < len(records) / 4
    assert all("organisms_ner:" in text for text in records if text not in older)


def test_a_build_of_it_has_no_errors(made: tuple[str, Path], tmp_path: Path) -> None:
    _, folder = made
    result = release([str(folder)], tmp_path / "exports", with_store=False)

    assert {line.severity for line in result.report} <= {"note"}
    assert result.manifest["counts"]["figures"] == FIGURES
