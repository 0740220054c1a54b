"""Readers that are not ours: three of RDF, each giving what it understood of a file, and how kgx is begun."""

import shutil
import subprocess
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat, Triple, parse

FORMATS = {".ttl": (RdfFormat.TURTLE, "turtle"), ".nt": (RdfFormat.N_TRIPLES, "ntriples")}


def oxigraph(path: Path) -> list[Triple]:
    """Give the triples in the order of the file, doubles and all."""
    return [quad.triple for quad in parse(path=str(path), format=FORMATS[path.suffix][0])]


def with_rdflib(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(path)


def rapper(path: Path) -> int:
    """Give the number of triples; raptor counts those it reads, so a triple written twice counts twice."""
    program = shutil.which("rapper")
    if program is None:
        pytest.skip("rapper (raptor2-utils) is not installed")
    command = [program, "-i", FORMATS[path.suffix][1], "-c", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr, done.stderr
    assert "Warning" not in done.stderr, done.stderr
    return int(done.stderr.rpartition("returned ")[2].split()[0])


KGX = """
import json
import sys
from importlib.util import find_spec
from pathlib import Path

model = Path(next(iter(find_spec("biolink_model").submodule_search_locations)))
import bmt.toolkit
bmt.toolkit.Toolkit.__init__.__defaults__ = (
    str(model / "schema" / "biolink_model.yaml"), {"predicate mappings": []})
prefixes = json.loads((model / "prefixmaps" / "biolink-model-prefix-map.json").read_text())
import kgx.config
kgx.config.jsonld_context_map.update(dict.fromkeys(("biolink", "monarch_context", "obo_context"), prefixes))
"""
"""The beginning of a program for kgx: it gets the packaged model and prefixes instead of fetching them."""
