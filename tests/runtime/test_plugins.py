"""Plug-ins are found by entry point, the built-in ones like a stranger's."""

import sys
from pathlib import Path

import pytest

from kg import __version__
from kg.errors import KgError, UnknownName
from kg.runtime import plugins

NETWORKS = ["graphml", "cx2", "cyjs", "cytoscape-style", "html", "tsv", "csv", "parquet"]
RDF = ["turtle", "turtle12", "ntriples", "nquads", "trig", "jsonld"]
OTHERS = ["duckdb", "gmt", "kgx", "kgx-jsonl", "neo4j", "sssom"]


def test_the_built_in_plugins() -> None:
    assert plugins.names("parser") == ["biothings", "figures", "gmt", "kgx", "maps", "sidecars"]
    assert plugins.names("exporter") == sorted(NETWORKS + RDF + OTHERS)
    assert plugins.names("engine") == ["duckdb", "spark"]


def test_a_plugin_comes_from_a_distribution() -> None:
    assert plugins.origin("exporter", "turtle") == f"pfocr-kg {__version__}"


def test_an_unknown_plugin_suggests_a_known_one() -> None:
    with pytest.raises(UnknownName, match="no exporter is called 'turtl'; did you mean turtle"):
        plugins.load("exporter", "turtl")


def test_a_plugin_that_cannot_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_plugin.py").write_text("raise ValueError('no')\n")
    info = tmp_path / "broken-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\n")
    (info / "entry_points.txt").write_text("[kg.exporters]\nbroken = broken_plugin:Exporter\n")
    monkeypatch.syspath_prepend(tmp_path)
    plugins._declared.cache_clear()
    try:
        with pytest.raises(
            KgError, match="exporter broken of broken without version: cannot be imported: ValueError: no"
        ):
            plugins.load("exporter", "broken")
    finally:
        plugins._declared.cache_clear()


# -- how to install an extra


def test_from_a_checkout_an_extra_is_installed_from_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(plugins, "SOURCE", tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path)
    assert plugins.install_command("serve") == ".venv/bin/python -m pip install -e '.[serve]'"
    monkeypatch.chdir("/")
    assert plugins.install_command("serve").endswith(f"-m pip install -e '{tmp_path}[serve]'")


def test_installed_from_an_index_an_extra_comes_from_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = tmp_path / "pip"
    pip.touch(mode=0o755)
    monkeypatch.setattr(plugins, "SOURCE", tmp_path / "site-packages")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert plugins.install_command("plot") == "pip install 'pfocr-kg[plot]'"
    pip.unlink()
    monkeypatch.chdir("/usr")
    assert plugins.install_command("plot") == f"{tmp_path}/python -m pip install 'pfocr-kg[plot]'"
