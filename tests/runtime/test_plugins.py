"""Plug-ins are found by entry point, the built-in ones like a stranger's."""

import pytest

from kg import __version__
from kg.errors import UnknownName
from kg.runtime import plugins

NETWORKS = ["graphml", "cx2", "cyjs", "cytoscape-style", "html"]
RDF = ["turtle", "turtle12", "ntriples", "nquads", "trig", "jsonld"]
OTHERS = ["duckdb", "gmt", "kgx", "kgx-jsonl", "neo4j", "sssom"]


def test_the_built_in_plugins() -> None:
    assert plugins.names("parser") == ["biothings", "citations", "figures", "gmt", "kgx", "maps", "sidecars"]
    assert plugins.names("exporter") == sorted(NETWORKS + RDF + OTHERS)
    assert plugins.names("engine") == ["duckdb", "spark"]


def test_a_plugin_comes_from_a_distribution() -> None:
    assert plugins.origin("exporter", "turtle") == f"pfocr-kg {__version__}"


def test_an_unknown_plugin_suggests_a_known_one() -> None:
    with pytest.raises(UnknownName, match="no exporter is called 'turtl'; did you mean turtle"):
        plugins.load("exporter", "turtl")
