"""The options that describe a release: manifest entries, checks, defaults of older builds, reuse of counts."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner
from helpers.corpus import write_toy

import kg
from kg.building.options import BuildParameters, BuildResources
from kg.building.release import release
from kg.cli.main import main
from kg.diff.comparison import Comparison
from kg.errors import KgError, ParameterError, UnknownChoice
from kg.model.build import Build


def test_the_manifest_describes_the_release(tmp_path: Path) -> None:
    corpus = str(write_toy(tmp_path / "in"))
    options = ["--release", "2026-03", "--previous-release", "2025-12", "--publisher", "Gladstone Institutes"]
    options += ["--contact", "mailto:pfocr@example.org", "--publish-q", "1", "--publish-papers", "1", "--rdf", "full"]
    arguments = ["build", corpus, "-o", str(tmp_path / "out"), "-q", "--min-figures", "1", "--no-store", *options]
    CliRunner().invoke(main, arguments, catch_exceptions=False)
    build = Build(tmp_path / "out")
    stated = {name: build.manifest["parameters"][name] for name in ("previous_release", "publisher", "contact", "rdf")}
    assert stated == {
        "previous_release": "2025-12",
        "publisher": "Gladstone Institutes",
        "contact": "mailto:pfocr@example.org",
        "rdf": "full",
    }
    assert (build.release, build.publish_q, build.publish_papers) == ("2026-03", 1.0, 1)
    with kg.open(tmp_path / "out") as graph:
        published = "SELECT COUNT(*) AS n FROM cooccurrences WHERE figures >= 1 AND papers >= 1 AND npmi > 0 AND q <= 1"
        assert build.manifest["thresholds"]["pairs_published"] == graph.engine.fetch(published)["n"][0].as_py() > 0


def test_a_release_without_a_name_is_named_by_its_input(tmp_path: Path) -> None:
    corpus = str(write_toy(tmp_path / "in"))
    manifest = kg.build(corpus, tmp_path / "out", store=False).manifest
    assert manifest["release"] == manifest["input"]["sha256"][:12]
    assert manifest["parameters"]["previous_release"] is None
    with pytest.raises(ParameterError, match="is this release, because its input is the same; give this one another"):
        kg.build(corpus, tmp_path / "next", store=False, previous_release=manifest["release"])


def test_a_manifest_of_an_older_build_opens_with_the_usual_values(tmp_path: Path) -> None:
    kg.build(str(write_toy(tmp_path / "in")), tmp_path / "out", store=False, release="new", publish_q=0.5)
    path = tmp_path / "out" / "manifest.json"
    manifest = json.loads(path.read_text())
    for name in ("publish_q", "publish_papers", "previous_release", "publisher", "contact", "rdf"):
        del manifest["parameters"][name]
    del manifest["release"], manifest["thresholds"]["pairs_published"]
    path.write_text(json.dumps(manifest))
    build = Build(tmp_path / "out")
    digest = manifest["input"]["sha256"][:12]
    assert (build.release, build.publish_q, build.publish_papers) == (digest, 0.05, 2)
    assert CliRunner().invoke(main, ["export", "--build", str(tmp_path / "out"), "-f", "turtle"]).exit_code == 0


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("release", "March 2026", "release='March 2026' is not the name of a release; use letters, digits"),
        ("release", "..", r"release='\.\.' is not the name of a release"),
        ("release", "2026\n", "is not the name of a release"),
        ("previous_release", "a/b", "previous_release='a/b' is not the name of a release"),
        ("publisher", " ", "publisher=' ' is not a name in one line, nor an http"),
        ("publisher", "https://example.org/a b", "is not an IRI; write it without blanks"),
        ("contact", "pfocr@example.org", "contact='pfocr@example.org' is not an IRI; give one such as mailto:"),
        ("contact", "mailto:a@b>", "is not an IRI"),
        ("contact", "mailto:a@b%", "is not an IRI"),
        ("contact", "https://[x", "is not an IRI"),
        ("contact", "https://a:b:c/", "is not an IRI"),
        ("contact", "https://x.org/\ue000", "is not an IRI"),
        ("publisher", "https://x.org/%zz", "is not an IRI; write it without"),
        ("publisher", "https://x.org/a#b#c", "is not an IRI; write it without"),
        ("base", "https://x.org/#/", "is not an http"),
        ("publish_q", 1.5, "publish_q=1.5 is not a number from 0 to 1"),
        ("publish_papers", 0, "publish_papers=0 is not a whole number of at least 1"),
        ("rdf", "thin", "no form of the RDF is called 'thin'; known: full, lean"),
    ],
)
def test_wrong_values_are_named_with_the_way_out(field: str, value: object, message: str) -> None:
    with pytest.raises((ParameterError, UnknownChoice), match=message):
        BuildParameters(**cast(Any, {field: value}))


def test_a_release_is_not_its_own_predecessor() -> None:
    with pytest.raises(KgError, match="release='1' is also the previous release"):
        BuildParameters(release="1", previous_release="1")


def test_the_command_names_the_option(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["build", str(tmp_path), "--contact", "nobody"])
    assert answer.exit_code == 2
    assert "Invalid value for '--contact': 'nobody' is not an IRI; give one such as mailto:" in answer.output


def test_a_build_of_another_release_reuses_the_store(tmp_path: Path) -> None:
    corpus, out, cache = [str(write_toy(tmp_path / "in"))], tmp_path / "out", tmp_path / "cache"
    release(corpus, out, BuildParameters(release="1"), BuildResources(cache=cache))
    stages: list[str] = []
    second = BuildParameters(release="2", previous_release="1", publish_q=1.0, publish_papers=1)
    release(corpus, out, second, BuildResources(cache=cache), progress=lambda stage, *_: stages.append(stage))
    assert "updating the store" in stages
    release(corpus, tmp_path / "anew", second, BuildResources())
    for name in ("pfocr.ttl", "dataset.ttl", "manifest.json", "tables/cooccurrences.parquet"):
        assert (out / name).read_bytes() == (tmp_path / "anew" / name).read_bytes(), name
    assert Build(out).release == "2"


def test_kg_diff_names_the_release(tmp_path: Path) -> None:
    corpus = str(write_toy(tmp_path / "in"))
    for name in ("1", "2"):
        kg.build(corpus, tmp_path / name, store=False, release=name)
    with Comparison(tmp_path / "1", tmp_path / "2") as comparison:
        found = comparison.compare()
    assert found["manifest"] == [{"name": "release", "before": "1", "after": "2"}]
    assert not any(table["changed"] or table["appeared"] or table["vanished"] for table in found["tables"])


def test_an_export_has_the_form_that_is_asked_for(tmp_path: Path) -> None:
    corpus = str(write_toy(tmp_path / "in"))
    for rdf in ("lean", "full"):
        kg.build(corpus, tmp_path / rdf, store=False, rdf=rdf)
    run = CliRunner()
    for build in ("lean", "full"):
        for asked in ("lean", "full"):
            path = tmp_path / f"{build}-{asked}.ttl"
            answer = run.invoke(main, ["export", "--build", str(tmp_path / build), "--rdf", asked, "-o", str(path)])
            assert answer.exit_code == 0, answer.output
            assert path.read_bytes() == (tmp_path / asked / "pfocr.ttl").read_bytes()
    assert (tmp_path / "lean" / "pfocr.ttl").read_bytes() != (tmp_path / "full" / "pfocr.ttl").read_bytes()
    wrong = run.invoke(main, ["export", "--build", str(tmp_path / "lean"), "--rdf", "full", "-f", "graphml"])
    assert "graphml has no lean and full form; --rdf is for dumps of RDF, such as turtle" in wrong.output
