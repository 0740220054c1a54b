"""The metadata of a release, judged by readers that no one here wrote."""

import json
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
import yaml
from helpers.corpus import SEEDS
from helpers.crates import failed_checks
from rdflib import DCAT, DCTERMS, VOID, URIRef
from rocrate.rocrate import ROCrate

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.cli.main import main
from kg.model.build import Build
from kg.model.tables import TABLES
from kg.publishing.facts import facts_of
from kg.publishing.publish import publish

RECORDS = """
import json, sys, mlcroissant
dataset = mlcroissant.Dataset(sys.argv[1])
issues = dataset.metadata.issues
names = [record_set.id for record_set in dataset.metadata.record_sets]
counts = {name: sum(1 for _ in dataset.records(name)) for name in names}
first = next(iter(dataset.records("figures")))
print(json.dumps([sorted(issues.errors | issues.warnings), counts, str(first["figures/figure_id"])]))
"""
"""A program that asks mlcroissant to check a file and to read all records."""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    parameters = BuildParameters(release="1.0.0", publisher="https://ror.org/038321296", contact="https://example.org/")
    release([str(SEEDS)], folder / "build", parameters, with_store=False)
    publish(facts_of(Build(folder / "build"), "2026-11-10"), folder / "out")
    return folder / "out"


def test_mlcroissant_has_no_complaint_and_reads_every_table(out: Path) -> None:
    program = [sys.executable, "-W", "ignore", "-c", RECORDS, str(out / "croissant.json")]
    done = subprocess.run(program, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    issues, counts, first = json.loads(done.stdout)
    assert issues == []
    assert b"not standard" not in done.stderr
    manifest = json.loads((out / "manifest.json").read_text())
    assert counts == {name: manifest["counts"][name] for name in TABLES}
    assert first == "b'pfocr:PMC10377020__biomolecules-13-01050-g002'"


def test_croissant_says_what_a_column_means(out: Path) -> None:
    described = json.loads((out / "croissant.json").read_text())
    fields = {field["@id"]: field for table in described["recordSet"] for field in table["field"]}
    assert len(fields) == sum(len(schema) for schema in TABLES.values())
    assert fields["entities/name"]["description"].startswith("current symbol, or preferred name")
    assert fields["entities/name"]["equivalentProperty"] == "http://www.w3.org/2000/01/rdf-schema#label"
    assert (fields["entities/xrefs"]["isArray"], fields["entities/xrefs"]["arrayShape"]) == (True, "-1")
    assert fields["cooccurrences/weight"]["dataType"] == "cr:Float64"
    assert all(field["description"] for field in fields.values())


def test_the_crate_is_read_and_lacks_nothing(out: Path, tmp_path: Path) -> None:
    crate = ROCrate(out)
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {entity.id for entity in crate.data_entities} == there - {"SHA256SUMS", "ro-crate-metadata.json"}
    assert crate.root_dataset["publisher"].id == "https://ror.org/038321296"
    assert failed_checks(out, tmp_path) == []


def test_a_crate_without_a_date_lacks_it(out: Path, seeds_build: Path, tmp_path: Path) -> None:
    del out
    publish(facts_of(Build(seeds_build)), tmp_path / "out")
    (message,) = failed_checks(tmp_path / "out", tmp_path)
    assert "datePublished" in message


def test_the_citation_is_yaml_with_what_the_format_requires(out: Path) -> None:
    cited = yaml.safe_load((out / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert (cited["cff-version"], cited["type"], cited["license"]) == ("1.2.0", "dataset", "CC0-1.0")
    assert re.fullmatch(r"10\.\d{4,9}/\S+", cited["references"][0]["doi"])
    assert cited["references"][1]["title"] == "kg"


def test_cffconvert_accepts_the_citation(out: Path, tmp_path: Path, seeds_build: Path) -> None:
    """Run the program if it is installed beside this project, because it asks for an older jsonschema."""
    if shutil.which("cffconvert") is None:
        pytest.skip("no cffconvert; install it with: pipx install cffconvert")
    publish(facts_of(Build(seeds_build)), tmp_path / "bare")  # neither publisher nor date
    for folder in (out, tmp_path / "bare"):
        done = subprocess.run(["cffconvert", "--validate"], cwd=folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
    done = subprocess.run(["cffconvert", "-f", "apalike"], cwd=out, capture_output=True, check=True)
    assert b"(2026). Knowledge graph of Pathway Figure OCR (version 1.0.0)." in done.stdout


def test_the_card_has_a_configuration_for_each_table(out: Path) -> None:
    _, front, body = (out / "README.md").read_text().split("---\n", 2)
    card = yaml.safe_load(front)
    assert {config["config_name"] for config in card["configs"]} == set(TABLES)
    assert all((out / config["data_files"]).is_file() for config in card["configs"])
    assert [config["config_name"] for config in card["configs"] if config.get("default")] == ["cooccurrences"]
    assert (card["license"], card["size_categories"]) == ("cc0-1.0", ["1K<n<10K"])
    assert "\nand 2,912 pairs by different words (6,258 by any).\n\nTwo entities" in body
    assert "release 1.0.0" in body


def test_the_description_names_the_files_that_are_there(out: Path) -> None:
    graph = rdflib.Graph().parse(out / "dataset.ttl")
    dataset = URIRef("https://w3id.org/pfocr-kg/dataset/1.0.0")
    addresses = {
        str(address).removeprefix(f"{dataset}/")
        for part in graph.objects(dataset, DCAT.distribution)
        for address in graph.objects(part, DCAT.downloadURL)
    }
    assert all((out / address).is_file() for address in addresses)
    assert {"tables/figures.parquet", "rdf/turtle/words.ttl.gz", "vocab.ttl"} <= addresses
    dumps = list(graph.objects(URIRef(f"{dataset}#turtle"), VOID.dataDump))
    assert len(dumps) == 4
    assert (dataset, DCTERMS.issued, None) in graph


def test_the_description_passes_the_shapes(out: Path) -> None:
    from click.testing import CliRunner

    done = CliRunner().invoke(main, ["validate", "--rdf", str(out / "dataset.ttl"), "-f", "json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["findings"] == []


def test_the_qleverfile_names_files_that_are_there(out: Path) -> None:
    settings = ConfigParser(interpolation=None)
    settings.read(out / "Qleverfile")
    assert all((out / name).is_file() for name in settings["index"]["input_files"].split())
    patterns = [job["for-each"] for job in json.loads(settings["index"]["multi_input_json"])]
    matched = {path.relative_to(out).as_posix() for pattern in patterns for path in out.glob(pattern)}
    assert matched == set(settings["index"]["input_files"].split())
    assert settings["index"]["encode_as_id"] == "https://identifiers.org/ncbigene/"


def test_the_wheel_has_the_definitions() -> None:
    project = (Path(str(files("kg"))).parent / "pyproject.toml").read_text()
    assert '"docs/data-model.md" = "kg/data-model.md"' in project
