"""Three readers of RDF that are not ours, each giving what it understood of a file."""

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
