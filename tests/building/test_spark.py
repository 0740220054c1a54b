"""A build on a real Spark cluster, a master and two workers on loopback, equals DuckDB's: tables, triples, numbers."""

import gzip
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.corpus import MAPPINGS, SEEDS, SHARED, TOY, write_toy

from kg.building.release import release
from kg.exporters.neo4j import Neo4j
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.tables import TABLES
from kg.rdf.dump import LAYERS, USUAL_LAYERS, NTriples

JAVA = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if "JAVA_HOME" in os.environ else shutil.which("java")
PYSPARK = find_spec("pyspark")

pytestmark = [
    pytest.mark.java,
    pytest.mark.skipif(PYSPARK is None, reason="no pyspark: pip install '.[spark]'"),
    pytest.mark.skipif(JAVA is None, reason="no java: apt-get install openjdk-17-jre-headless"),
]

SECONDS = 180
"""How long master and workers may take to find each other."""


def _home() -> Path:
    assert PYSPARK is not None
    assert PYSPARK.origin is not None
    return Path(PYSPARK.origin).parent


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
    ours = {"SPARK_HOME": str(_home()), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "512m"}
    return kept | ours | {"PYSPARK_PYTHON": sys.executable}


def _free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def _daemon(folder: Path, role: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a master or a worker in a process group of its own, which ends with it: a worker has executors."""
    folder.mkdir()
    command = [str(_home() / "bin" / "spark-class"), f"org.apache.spark.deploy.{role}", *arguments]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(), stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _workers(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/", timeout=5) as answer:
        return int(json.load(answer)["aliveworkers"])


def _wait_for(workers: int, port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    """Ask the master until it knows its workers; waiting for its process is also how its end is seen."""
    deadline = monotonic() + SECONDS
    while True:
        try:
            if _workers(port) == workers:
                return
        except OSError:
            pass  # it does not listen yet
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            pass
        else:
            pytest.fail("the process ended: " + (folder / "log").read_text()[-2000:])
        assert monotonic() < deadline, "master and workers did not find each other"


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("spark")
    port, page = _free_ports(2)
    url = f"spark://127.0.0.1:{port}"
    host = ("--host", "127.0.0.1")
    with ExitStack() as stack:
        first = _daemon(folder / "m", "master.Master", *host, "--port", str(port), "--webui-port", str(page))
        process = stack.enter_context(first)
        _wait_for(0, page, process, folder / "m")
        for name in ("w1", "w2"):
            options = (*host, "--webui-port", "0", "-c", "1", "-m", "1g", "-d", str(folder / name / "work"), url)
            stack.enter_context(_daemon(folder / name, "worker.Worker", *options))
        _wait_for(2, page, process, folder / "m")
        yield url


@pytest.fixture(scope="module")
def submitted(master: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of builds of the seeds and of real records, made in one JVM: starting it is most of the time."""
    folder = tmp_path_factory.mktemp("submitted")
    program = folder / "submit.py"
    program.write_text(
        "import sys\n\nfrom kg.cli.main import main\n\n"
        "for source, output in zip(sys.argv[1::2], sys.argv[2::2], strict=True):\n"
        '    main(["build", source, "-o", output, "--engine", "spark", "-q"], standalone_mode=False)\n',
        encoding="utf-8",
    )
    sources = [SEEDS, SHARED / "pfocr-sample"] if SHARED.is_dir() else [SEEDS]
    builds = [part for source in sources for part in (source, folder / source.name)]
    submit = _home() / "bin" / "spark-submit"
    done = _run(submit, "--master", master, "--executor-memory", "900m", program, *builds)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), env=_environment(), capture_output=True, text=True, check=False)


def _build(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return _run(sys.executable, "-m", "kg", "build", *arguments, "--engine", "spark")


def _rows(folder: Path, name: str) -> pa.Table:
    parts = sorted((folder / "tables" / f"{name}.parquet").iterdir())
    assert all(pq.read_schema(part) == TABLES[name] for part in parts)
    return pa.concat_tables([pq.read_table(part) for part in parts])


def _lines(folder: Path, layers: tuple[str, ...]) -> list[bytes]:
    file = io.BytesIO()
    with KnowledgeGraph(folder) as graph:
        NTriples().write(graph, None, file, layers)
    return sorted(file.getvalue().splitlines())


def _csv(build: Path) -> dict[str, bytes]:
    """Give the CSV of each kind of node and relationship, as the exporter writes it."""
    with TemporaryDirectory() as name, KnowledgeGraph(build) as graph:
        folder = Path(name)
        Neo4j().write(graph, None, folder)
        kinds = [path.name.removesuffix("-header.csv") for path in folder.glob("*-header.csv")]
        return {kind: _joined(folder, kind) for kind in kinds}


def _joined(folder: Path, kind: str) -> bytes:
    parts = sorted(folder.glob(f"{kind}-part-*.csv.gz"))
    return b"".join([(folder / f"{kind}-header.csv").read_bytes(), *(gzip.decompress(p.read_bytes()) for p in parts)])


def _without_outputs(folder: Path) -> dict[str, object]:
    manifest: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["outputs"]
    return manifest


def _same(found: Path, expected: Path, layers: tuple[str, ...] = USUAL_LAYERS) -> None:
    for name in TABLES:
        assert _rows(found, name).equals(pq.read_table(expected / "tables" / f"{name}.parquet")), name
    parts = sorted((found / "pfocr.nt").iterdir())
    assert all(part.match("part-*.nt.gz") for part in parts)
    lines = sorted(line for part in parts for line in gzip.decompress(part.read_bytes()).splitlines())
    assert lines == _lines(expected, layers)
    assert lines == _lines(found, layers), "the exporter reads the parts as it reads one file"
    assert _without_outputs(found) == _without_outputs(expected)
    rows = _csv(expected)
    assert {kind: _joined(found / "neo4j", kind) for kind in rows} == rows
    outputs = json.loads((found / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    assert outputs == {
        "ntriples": {"folder": "pfocr.nt", "triples": len(lines)},
        "neo4j": {"folder": "neo4j", "rows": outputs["neo4j"]["rows"]},
    }
    for name in ("report.tsv", "vocab.ttl"):
        assert (found / name).read_bytes() == (expected / name).read_bytes()
    assert not any(path.name.startswith(".") for path in found.rglob("*")), "scratch was left"


def _assert_words_are_in_doubt(build: Path) -> None:
    """Assert that a build that Spark's equals has words in doubt, and mentions that readings add and weaken."""
    assert pq.read_metadata(build / "tables" / "word_readings.parquet").num_rows > 0
    mentions = pq.read_table(build / "tables" / "mentions.parquet", columns=["origin", "reading"])
    assert "reread" in mentions["origin"].to_pylist()
    assert {"sure", "likely", "doubtful"} == set(mentions["reading"].to_pylist())


@pytest.fixture(scope="module")
def typed(master: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of a build of the toy corpus with everything, and what the command showed."""
    parent = tmp_path_factory.mktemp("typed")
    folder = write_toy(parent / "toy", TOY | {"own.sssom.tsv": MAPPINGS})
    archive = parent / "toy.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        for name in (*TOY, "own.sssom.tsv"):
            file.add(folder / name, name)
    done = _build(
        archive, "-o", parent / "out", "--min-figures", "1", "--families", "--layers", ",".join(LAYERS),
        "--mappings", folder / "own.sssom.tsv", "--master", master, "--memory-limit", "900MiB",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")  # Spark's own log lines go to a file.
    return parent / "out", done.stdout


def test_the_toy_corpus_in_an_archive_with_everything(typed: tuple[Path, str], full_build: Path) -> None:
    _same(typed[0], full_build, LAYERS)


def test_the_summary_of_a_build_names_its_outputs(typed: tuple[Path, str]) -> None:
    folder, shown = typed
    outputs = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    lines = [line.split(maxsplit=1) for line in shown.splitlines()]
    assert ["ntriples", f"{folder}/pfocr.nt: {outputs['ntriples']['triples']:,} triples"] in lines
    assert ["neo4j", f"{folder}/neo4j: {outputs['neo4j']['rows']:,} rows"] in lines


def test_the_seeds_by_spark_submit(submitted: Path, seeds_build: Path) -> None:
    _same(submitted / SEEDS.name, seeds_build)
    _assert_words_are_in_doubt(seeds_build)


def test_the_sample_of_real_records(submitted: Path, shared: Path, tmp_path: Path) -> None:
    release([str(shared / "pfocr-sample")], tmp_path / "expected", with_store=False)
    _same(submitted / "pfocr-sample", tmp_path / "expected")
    _assert_words_are_in_doubt(tmp_path / "expected")


def test_no_records_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = _build(empty, "-o", tmp_path / "out [1]*", "--jobs", "2")  # Spark takes paths for patterns
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"kg: {empty}: no figure records here; ")
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_a_master_that_is_not_there_is_one_line_that_names_the_log(tmp_path: Path) -> None:
    done = _build(SEEDS, "-o", tmp_path / "out", "--master", "nowhere")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("kg: Spark did not start at nowhere: ")
    assert "; Spark's own log, /" in done.stderr


def test_debug_shows_the_log_of_spark(tmp_path: Path) -> None:
    done = _run(
        sys.executable, "-m", "kg", "--debug", "build", tmp_path, "-o", tmp_path / "out", "--engine", "spark", "-j", "1"
    )
    assert done.returncode == 1
    assert "log4j" in done.stderr
