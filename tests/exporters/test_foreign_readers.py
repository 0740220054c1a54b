"""Every format, opened by a reader that no one here wrote: the seeds, the real sample, and hundreds of hostile figures.

What each reader finds is counted against the tables of the build, and texts are compared where the format keeps them.
"""

import csv
import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import igraph
import networkx as nx
import pyarrow.parquet as pq
import pytest
import rdflib
from helpers.corpus import ROOT, SEEDS, SHARED
from helpers.hostile import thorough, write_hostile
from helpers.readers import KGX, rapper
from pyoxigraph import RdfFormat, parse
from tulip import tlp

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.exporters import exporter, into_folder
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.tables import TABLES
from kg.runtime import plugins
from kg.runtime.folders import atomic_folder

CORPORA = ("seeds", "sample", "hostile")


class Exports:
    """A build, and its exports in a folder."""

    def __init__(self, build: Path, folder: Path) -> None:
        self.build = build
        self.folder = folder

    def table(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self.build / "tables" / f"{name}.parquet").to_pylist()
        return rows

    @cache  # noqa: B019 a fixture of the module ends with it
    def written(self, format_: str, view: str = "full") -> tuple[Path, int]:
        """Export once; give where it lies and the count that the exporter gave."""
        made = exporter(format_)
        with KnowledgeGraph(self.build) as graph:
            some = graph.view(view) if made.of_views else None
            if into_folder(made):
                path = self.folder / format_
                with atomic_folder(path) as aside:
                    return path, made.write(graph, some, aside)
            path = self.folder / f"{view}{(made.suffixes or ('.ttl',))[0]}"
            with path.open("wb") as file:
                return path, made.write(graph, some, file)


@pytest.fixture(scope="module", params=CORPORA)
def exports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sample" and not SHARED.is_dir():
        pytest.skip(f"the larger real input is not beside the checkout ({SHARED.parent.name}/{SHARED.name})")
    sources = {
        "seeds": lambda: SEEDS,
        "sample": lambda: SHARED / "pfocr-sample",
        "hostile": lambda: write_hostile(folder / "in", 1000 if thorough(request.config) else 250),
    }
    release([str(sources[request.param]())], folder / "build", BuildParameters(families=True), with_store=False)
    return Exports(folder / "build", folder)


def titles(exports: Exports) -> set[str]:
    return {row["title"] for row in exports.table("figures") if row["title"]}


# -- RDF


def with_rdflib(path: Path) -> tuple[int, set[str]]:
    graph = rdflib.Dataset(default_union=True)
    graph.parse(path)
    names = graph.query(
        "PREFIX fabio: <http://purl.org/spar/fabio/> PREFIX dcterms: <http://purl.org/dc/terms/>"
        " SELECT DISTINCT ?title WHERE { ?figure a fabio:Figure ; dcterms:title ?title }"
    )
    return len(graph), {str(row[0]) for row in names}  # type: ignore[index]


def with_oxigraph(path: Path, format_: RdfFormat) -> int:
    return len({quad.triple for quad in parse(path=str(path), format=format_)})


@pytest.mark.parametrize("format_", ["turtle", "ntriples", "nquads", "trig", "jsonld"])
def test_rdf(exports: Exports, format_: str) -> None:
    known = {"turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES, "nquads": RdfFormat.N_QUADS}
    known |= {"trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}
    path, count = exports.written(format_)
    assert with_oxigraph(path, known[format_]) == count
    if format_ in ("turtle", "ntriples"):
        assert rapper(path) == count


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its parsers use what it has deprecated
@pytest.mark.parametrize("format_", ["ntriples", "trig", "jsonld"])
def test_rdflib_finds_every_title_as_it_is(exports: Exports, format_: str) -> None:
    path, count = exports.written(format_)
    assert with_rdflib(path) == (count, titles(exports))


def test_turtle_of_rdf_1_2(exports: Exports) -> None:
    path, count = exports.written("turtle12")
    assert with_oxigraph(path, RdfFormat.TURTLE) == count


# -- networks


def ends(exports: Exports) -> tuple[int, int]:
    """Give the nodes and edges of the full view, by the tables."""
    nodes = sum(len(exports.table(name)) for name in ("figures", "papers", "entities"))
    least = json.loads((exports.build / "manifest.json").read_text())["thresholds"]["min_figures"]
    mentions = {(row["figure_id"], row["entity_id"]) for row in exports.table("mentions")}
    pairs = sum(row["figures"] >= least for row in exports.table("cooccurrences"))
    return nodes, len(mentions) + pairs + len(exports.table("citations")) + len(exports.table("members"))


def in_networkx(exports: Exports) -> tuple[int, int]:
    graph = nx.read_graphml(exports.written("graphml")[0], force_multigraph=True)
    return graph.number_of_nodes(), graph.number_of_edges()


def in_igraph(exports: Exports) -> tuple[int, int]:
    graph = igraph.Graph.Read_GraphML(str(exports.written("graphml")[0]))
    return graph.vcount(), graph.ecount()


def in_tulip(exports: Exports) -> tuple[int, int]:
    graph = tlp.loadGraph(str(exports.written("graphml")[0]))
    return graph.numberOfNodes(), graph.numberOfEdges()


def in_ndex2(exports: Exports) -> tuple[int, int]:
    factory = pytest.importorskip("ndex2.cx2", reason="ndex2, NDEx's own reader of CX2, is not installed")
    network = factory.RawCX2NetworkFactory().get_cx2network(str(exports.written("cx2")[0]))
    return len(network.get_nodes()), len(network.get_edges())


CYTOSCAPE = """
const network = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));
const {elements, data} = network;
const drawn = require(process.argv[1])({headless: true, elements, data, layout: {name: 'null'}});
console.log(JSON.stringify([drawn.nodes().length, drawn.edges().length]));
"""


def in_cytoscape_js(exports: Exports) -> tuple[int, int]:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    library = ROOT / "kg" / "web" / "vendor" / "cytoscape.min.js"
    command = ["node", "-e", CYTOSCAPE, str(library), str(exports.written("cyjs")[0])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    nodes, edges = json.loads(done.stdout)
    return nodes, edges


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # of Tulip's own reader
@pytest.mark.parametrize(
    "reader", [in_networkx, in_igraph, in_tulip, in_ndex2, in_cytoscape_js], ids=lambda each: each.__name__
)
def test_networks(exports: Exports, reader: Callable[[Exports], tuple[int, int]]) -> None:
    assert reader(exports) == ends(exports)


# -- tables and sets


def test_duckdb(exports: Exports) -> None:
    path, _ = exports.written("duckdb")
    with duckdb.connect(str(path), read_only=True) as database:
        for name in TABLES:
            assert database.sql(f"SELECT count(*) FROM {name}").fetchall() == [(len(exports.table(name)),)]
        found = database.sql("SELECT title FROM figures WHERE title IS NOT NULL").fetchall()
    assert {title for (title,) in found} == titles(exports)


def test_neo4j(exports: Exports) -> None:
    """By Python's csv, as RFC 4180 has it: Neo4j's own importer wants a whole Neo4j."""
    path, count = exports.written("neo4j")
    rows = 0
    for part in sorted(path.rglob("*.csv.gz")):
        if "header" in part.name:
            continue
        with gzip.open(part, "rt", encoding="utf-8", newline="") as file:
            rows += sum(1 for _ in csv.reader(file))
    assert rows == count


def test_gene_sets(exports: Exports) -> None:
    reader = pytest.importorskip("gseapy", reason="gseapy, which reads gene sets, is not installed")
    path, count = exports.written("gmt")
    sets = {part.name: reader.read_gmt(str(part)) for part in path.glob("*.gmt")}
    assert sum(map(len, sets.values())) == count
    figures = {row["figure_id"].partition(":")[2] for row in exports.table("figures")}
    assert set().union(*sets.values()) <= figures
    drawn: dict[str, set[str]] = {}
    human = {row["entity_id"] for row in exports.table("entities") if row["taxon"] == "ncbitaxon:9606"}
    for row in exports.table("mentions"):
        likely = row["probability"] >= 0.5
        if likely and row["entity_id"] in human and row["entity_id"].startswith("ncbigene:"):
            drawn.setdefault(row["figure_id"].partition(":")[2], set()).add(row["entity_id"].partition(":")[2])
    expected = {figure: genes for figure, genes in drawn.items() if len(genes) > 2}
    found = sets["pfocr-all-ncbigene-Homo_sapiens.gmt"]
    assert {figure: set(genes) for figure, genes in found.items()} == expected


def test_sssom(exports: Exports) -> None:
    reader = pytest.importorskip("sssom.parsers", reason="sssom-py, the reader of SSSOM, is not installed")
    path, count = exports.written("sssom")
    assert len(reader.parse_sssom_table(str(path)).df) == count


COUNTED = """
from kgx.source import TsvSource
from kgx.transformer import Transformer
found = 0
for path in sys.argv[1:]:
    found += sum(1 for _ in TsvSource(Transformer()).parse(path, format="tsv"))
print(found)
"""


def test_kgx(exports: Exports) -> None:
    python = os.environ.get("KG_KGX")
    if not python:
        pytest.skip("KG_KGX names no Python that has kgx")
    path, count = exports.written("kgx")
    command = [python, "-c", KGX + COUNTED, str(path / "nodes.tsv"), str(path / "edges.tsv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[-1]) == count


def test_no_format_is_left_out() -> None:
    judged = {"turtle", "ntriples", "nquads", "trig", "jsonld", "turtle12", "graphml", "cx2", "cyjs", "duckdb", "neo4j"}
    judged |= {"gmt", "sssom", "kgx"}
    # The same lines as kgx in JSON, which test_kgx.py gives to kgx; a style has no graph, and test_style.py judges it;
    # test_browser.py opens pages in a browser; test_data_frames.py gives tables to pandas and polars.
    elsewhere = {"kgx-jsonl", "cytoscape-style", "html", "tsv", "csv", "parquet"}
    assert set(plugins.names("exporter")) - judged == elsewhere
