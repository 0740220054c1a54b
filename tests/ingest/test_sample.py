"""`--limit`: the build of the first figures is that of a folder with just these figures and their tables."""

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers.corpus import MDM2, genes, record, write_toy

import kg
from kg.cli.main import main
from kg.errors import ParameterError, SourceError

FIRST = {
    "_figures/PMC1__a.md": record("PMC1__a"),
    "_figures/PMC10__b.c.md": record("PMC10__b.c"),
    "_data/PMC10__b.c-genes.tsv": genes(MDM2),
    "_data/wpid_map.tsv": "PMC1__a\tWP1\nPMC2__d\tWP2\n",
    "citations.tsv": "citing\tcited\nPMC1\tPMC10\nPMC2\tPMC1\n",
}
OTHERS = {
    "_figures/PMC2__d.md": record("PMC2__d"),
    "_figures/PMC3__e.md": "no record\n",
    "_data/PMC2__d-genes.tsv": genes(MDM2),
}


def made(source: Path, folder: Path, limit: int | None) -> tuple[dict[str, bytes], dict[str, Any]]:
    result = kg.build(source, folder, limit=limit, store=False)
    return {path.name: path.read_bytes() for path in (folder / "tables").iterdir()}, result.manifest


def archives(corpus: Path, folder: Path) -> list[Path]:
    """Pack a folder, its last name first."""
    names = sorted((path for path in corpus.rglob("*") if path.is_file()), reverse=True)
    raw = io.BytesIO()
    with tarfile.open(folder / "x.tar.gz", "w:gz") as tar, zipfile.ZipFile(raw, "w") as archive:
        for path in names:
            tar.add(path, path.relative_to(corpus))
            archive.write(path, path.relative_to(corpus))
    (folder / "x.zip").write_bytes(raw.getvalue())
    return [folder / "x.tar.gz", folder / "x.zip"]


def test_a_sample_is_the_build_of_the_first_figures_with_their_tables(tmp_path: Path) -> None:
    whole = write_toy(tmp_path / "whole", FIRST | OTHERS)
    expected, manifest = made(write_toy(tmp_path / "first", FIRST), tmp_path / "expected", None)
    assert "sample" not in manifest["input"]
    for source in [whole, *archives(whole, tmp_path)]:
        tables, sampled = made(source, tmp_path / "out", 2)
        assert tables == expected
        assert sampled["input"] == manifest["input"] | {"sample": {"figures": 2, "of": 4}}


def test_the_report_and_the_screen_say_that_it_is_a_sample(tmp_path: Path) -> None:
    source = write_toy(tmp_path / "whole", FIRST | OTHERS)
    arguments = ["build", str(source), "-o", str(tmp_path / "out"), "--no-store", "--limit", "1"]
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_DATA_HOME": str(tmp_path / "none")}
    for limit, line in (("1", "the first 1 of 4 figures by name"), ("9", "the first 4 of 4 figures by name")):
        result = CliRunner().invoke(main, [*arguments[:-1], limit], prog_name="kg", env=environment)
        assert f"sample      {line}; counts and statistics are those of the sample\n" in result.stdout
    report = (tmp_path / "out" / "report.tsv").read_text()
    assert "note\tsample\t\t\ta sample: the first 4 of 4 figures, in the order of their names\n" in report
    description = "A sample: the first 4 of 4 figures, in the order of their names."
    assert (tmp_path / "out" / "dataset.ttl").read_text().count(description) == 1
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["input"]["sample"] == {"figures": 4, "of": 4}


def test_files_of_many_figures_are_refused(tmp_path: Path) -> None:
    source = write_toy(tmp_path / "sets", {"x.gmt": "PMC1__a\tTitle\t7157\t4193\t207\n"})
    with pytest.raises(SourceError, match=r"^x\.gmt: holds many figures, .* head -n 100"):
        kg.build(source, tmp_path / "out", limit=1)


def test_standard_input_and_a_limit_of_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^-: standard input can be read only once"):
        kg.build("-", tmp_path / "out", limit=1)
    with pytest.raises(ParameterError, match="limit"):
        kg.build(tmp_path, tmp_path / "out", limit=0)
