"""Four SPARQL engines over the same files, each giving the rows of a query: Oxigraph, rdflib, Jena and Virtuoso.

Jena is Debian's `libapache-jena-java`, driven through py4j, which the extra `spark` brings; Virtuoso is Debian's
`virtuoso-opensource-7-bin`. A test is skipped with the reason where one is missing.
"""

import json
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any
from zipfile import ZipFile

import pytest
import rdflib
from pyoxigraph import QueryResultsFormat, RdfFormat, Store

from helpers.corpus import ROOT

Row = tuple[str, ...]
Ask = Callable[[str], list[Row]]
"""A function that gives the rows of a query, in their order."""

OXIGRAPH = {".ttl": RdfFormat.TURTLE, ".nq": RdfFormat.N_QUADS}
NUMBERS = {"integer", "int", "decimal", "double", "float", "long"}
JAVA = Path("/usr/share/java")
MOVED = "org/apache/jena/ext/xerces/"
JARS = [
    "jena-arq",
    "jena-base",
    "jena-core",
    "jena-iri",
    "slf4j-api",
    "slf4j-nop",
    "commons-lang3",
    "commons-codec",
    "commons-csv",
    "commons-io",
    "commons-compress",
    "dexx.collection",
    "gson",
    "guava",
    "thrift",
    "protobuf",
    "jsonld-java",
    "jackson-core",
    "jackson-databind",
    "jackson-annotations",
    "httpclient",
    "httpcore",
    "commons-logging",
    "jcl-over-slf4j",
    "jena-dboe-base",
]


def canonical(cell: dict[str, str] | None) -> str:
    """Give a cell of an answer as text: engines differ in how they write a number."""
    if cell is None:
        return ""
    if cell.get("datatype", "").rpartition("#")[2] in NUMBERS:
        return f"{float(cell['value']):.6g}"
    return cell["value"]


def rows_of(answer: str | bytes) -> list[Row]:
    """Give the rows of an answer in the JSON format of SPARQL."""
    found = json.loads(answer)
    names = found["head"]["vars"]
    return [tuple(canonical(row.get(name)) for name in names) for row in found["results"]["bindings"]]


@contextmanager
def oxigraph(files: list[Path], folder: Path) -> Iterator[Ask]:
    del folder
    store = Store()
    for path in files:
        store.load(path=str(path), format=OXIGRAPH[path.suffix])

    def ask(text: str) -> list[Row]:
        results: Any = store.query(text)
        return rows_of(results.serialize(format=QueryResultsFormat.JSON))

    yield ask


@contextmanager
def with_rdflib(files: list[Path], folder: Path) -> Iterator[Ask]:
    del folder
    graph, named = rdflib.Graph(), rdflib.Dataset()
    for path in files:
        target = named if path.suffix == ".nq" else graph
        target.parse(path)

    def ask(text: str) -> list[Row]:
        answer = (named if "GRAPH" in text else graph).query(text).serialize(format="json")
        assert answer is not None
        return rows_of(answer)

    yield ask


@contextmanager
def jena(files: list[Path], folder: Path) -> Iterator[Ask]:
    if find_spec("py4j") is None:
        pytest.skip("no py4j: pip install '.[spark]'")
    if which("java") is None:
        pytest.skip("no java: apt-get install openjdk-17-jre-headless")
    if not (JAVA / "jena-arq.jar").exists():
        pytest.skip("no Jena: apt-get install libapache-jena-java")
    from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway

    classpath = ":".join([*(str(JAVA / f"{name}.jar") for name in JARS), str(messages_of_xerces(folder))])
    port = launch_gateway(classpath=classpath, die_on_exit=True)
    gateway = JavaGateway(gateway_parameters=GatewayParameters(port=port))
    try:
        apache = gateway.jvm.org.apache.jena
        dataset = apache.query.DatasetFactory.create()
        for path in files:
            apache.riot.RDFDataMgr.read(dataset, str(path))

        def ask(text: str) -> list[Row]:
            out = gateway.jvm.java.io.ByteArrayOutputStream()
            execution = apache.query.QueryExecutionFactory.create(text, dataset)
            apache.query.ResultSetFormatter.outputAsJSON(out, execution.execSelect())
            execution.close()
            return rows_of(out.toString("UTF-8"))

        yield ask
    finally:
        gateway.shutdown()


def messages_of_xerces(folder: Path) -> Path:
    """Give a folder of the class path with the messages of Debian's Xerces where its classes look for them.

    The package has moved the classes of Xerces and not their messages, without which no datatype is known.
    """
    with ZipFile(JAVA / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(MOVED) and name.endswith(".properties"):
                path = folder / "messages" / "xerces" / name.removeprefix(MOVED)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(jar.read(name))
    return folder / "messages"


@contextmanager
def virtuoso(files: list[Path], folder: Path) -> Iterator[Ask]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path, str(ROOT / "benchmarks")])
        from virtuoso import GRAPH, missing, serving
    if reason := missing():
        pytest.skip(f"Virtuoso: {reason}")
    with serving(folder / "virtuoso", files) as server:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def ask(text: str) -> list[Row]:
            named = [("named-graph-uri", graph) for graph in NAMED if f"<{graph}>" in text]
            fields = [
                ("query", text),
                ("default-graph-uri", GRAPH),
                *named,
                ("format", "application/sparql-results+json"),
            ]
            try:
                with opener.open(
                    f"http://127.0.0.1:{server.http}/sparql", urllib.parse.urlencode(fields).encode()
                ) as found:
                    return rows_of(found.read())
            except urllib.error.HTTPError as error:
                raise AssertionError(error.read().decode(errors="replace").splitlines()[0]) from None

        yield ask


RELEASE = "https://w3id.org/pfocr-kg/dataset/"
NAMED = (f"{RELEASE}earlier/graph/cooccurrences", f"{RELEASE}later/graph/cooccurrences")
"""Graphs of the pairs of two releases."""

ENGINES = {"oxigraph": oxigraph, "rdflib": with_rdflib, "jena": jena, "virtuoso": virtuoso}
