"""Paths are data: every command works in folders whose names are patterns, SQL, shell code or parts of an address."""

import json
import os
import re
import subprocess
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from helpers.corpus import MAPPINGS, ROOT, genes, record, write_toy
from helpers.serving import serving

from kg.cli.main import main
from kg.engines.duckdb import DuckDBEngine, database
from kg.engines.paths import FileNames
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.runtime.paths import shell_word

NAMES = {
    "a[1]b": "a1b",
    'it\'s "50%41" #1; rm &{x,y} ~$HOME $(id) `id` st*r é': "it",
    "back\\slash\\[1]\\*": "back/slash/1",
    "n=5": "n",
    "two\nlines\t!": "two",
    "q?x": "qax",
    "**": "other",
    "file:": "file",
    "s3:": "s3",
    "[!a]": "b",
    "~": "home",
}
"""Names of folders, each with that of a neighbour, which a pattern or a split name would reach."""

SWEEP = (pytest.mark.slow, pytest.mark.sweep)
CHAIN = [*list(NAMES)[:2], *(pytest.param(name, marks=SWEEP) for name in list(NAMES)[2:])]
"""Names for the tests of whole builds: the first two have all that DuckDB, shells and addresses treat specially."""

OTHER = {
    "_figures/PMC9__z.md": record("PMC9__z", year="1999"),
    "_data/PMC9__z-genes.tsv": genes(("p53", "P53", "TP53", "7157", "ncbigene_synonym")),
}
"""Records of the neighbour: one figure, one gene."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def answer(*arguments: object) -> str:
    """Give standard output; notes are allowed beside it."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refusal(*arguments: object) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1), result.output
    return result.stderr


def figures(build: Path) -> int:
    with KnowledgeGraph(build) as graph:
        return graph.engine.count("figures")


def counts(before: Path, after: Path) -> tuple[int, int]:
    """Return the numbers of figures of two builds, as `kg diff` has them."""
    result = run("diff", before, after, "-f", "json")
    assert result.exit_code in (0, 1), result.output
    table = next(table for table in json.loads(result.stdout)["tables"] if table["table"] == "figures")
    return table["before"], table["after"]


# -- the database


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_duckdb_reads_the_file_or_the_folder_that_was_named(name: str, tmp_path: Path) -> None:
    for place, n in ((name, 1), (NAMES[name], 2), ("\\*", 3)):
        (tmp_path / place / "parts").mkdir(parents=True, exist_ok=True)
        for file in ("t.parquet", "parts/0.parquet"):
            pq.write_table(pa.table({"n": [n]}), pa.OSFile(str(tmp_path / place / file), "wb"))
    (tmp_path / name / name).write_bytes((tmp_path / name / "t.parquet").read_bytes())
    engine = DuckDBEngine(tmp_path / name, memory_limit="60MB")
    for number, path in enumerate(("t.parquet", "parts", name)):
        engine.attach(f"t{number}", tmp_path / name / path)
        assert engine.fetch(f"SELECT * FROM t{number}").to_pydict() == {"n": [1]}
    engine.create_table("large", "SELECT md5(n::VARCHAR) AS text FROM range(1_500_000) AS r(n)")  # spills to disk
    assert engine.count("(SELECT DISTINCT text FROM large)") == 1_500_000
    assert any((tmp_path / name / "spill").iterdir())
    engine.close()
    if "?" not in name and "\\" not in name:
        with database(tmp_path / name / "a.duckdb") as connection:
            connection.execute("CREATE TABLE t AS SELECT 1")
        assert (tmp_path / name / "a.duckdb").stat().st_size


def test_handles_of_hostile_names_end_with_the_engine(tmp_path: Path) -> None:
    (tmp_path / "[").mkdir()
    pq.write_table(pa.table({"n": [1]}), tmp_path / "[" / "t.parquet")
    before = len([*Path("/proc/self/fd").iterdir()])
    for _ in range(3):
        engine = DuckDBEngine()
        engine.attach("t", tmp_path / "[" / "t.parquet")
        engine.close()
    names = FileNames()
    assert names.name(tmp_path / "[").startswith("/proc/self/fd/")
    del names
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_only_the_engine_makes_names_for_duckdb() -> None:
    calls = re.compile(r"\b(read_(parquet|csv|json)|glob)\(\s*[{\[']")
    files = [path for path in (ROOT / "kg").rglob("*") if path.suffix in (".py", ".sql")]
    found = [path for path in files if calls.search(path.read_text(encoding="utf-8"))]
    assert found == [ROOT / "kg" / "engines" / "duckdb.py"]


# -- commands


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_toy(tmp_path_factory.mktemp("neighbour"), OTHER)
    answer("build", folder, "-o", folder / "exports", "-q")
    return folder


@pytest.mark.parametrize("name", CHAIN, ids=ascii)
def test_every_command_reads_and_writes_what_was_named(
    name: str, tmp_path: Path, neighbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / NAMES[name]).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / NAMES[name]).symlink_to(neighbour)
    place = write_toy(tmp_path / name)
    build, own = place / "exports", place / "own.sssom.tsv"
    for variable in ("XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(variable, str(place / variable))
        (place / variable).mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    own.write_text(MAPPINGS, encoding="utf-8")

    summary = answer("build", place, "-o", build, "--mappings", own)
    assert "4 in 4 papers" in summary
    assert summary.splitlines()[-1].endswith(shell_word(build)) or "\n" in name
    (place / "_figures" / "PMC4__e.md").write_text(record("PMC4__e"), encoding="utf-8")
    answer("build", place, "-o", build, "--mappings", own, "-q")  # incremental
    assert figures(build) == 5
    assert counts(neighbour / "exports", build) == (1, 5)
    assert counts(build, tmp_path / NAMES[name] / "exports") == (5, 1)

    monkeypatch.setenv("KG_LOOKUP_FOLDER", str(build))
    assert "TP53" in answer("lookup", "P53")
    assert "TP53" in answer("query", "partners", "-p", "entity=MDM2", "--build", build)
    answer("validate", build)
    answer("validate", "--rdf", build / "pfocr.ttl")

    for file in ("out.graphml", "out.ttl", "out.nt.gz"):
        answer("export", "--build", build, "-o", place / file)
        assert (place / file).stat().st_size
    answer("export", "--build", build, "-f", "kgx", "-o", place / "kgx")
    assert len((place / "kgx" / "nodes.tsv").read_text(encoding="utf-8").splitlines()) > 5
    answer("plot", "years", "--build", build, "-o", place / "years.svg")
    if "?" in name or "\\" in name:
        assert "set TMPDIR to another" in refusal("export", "--build", build, "-o", place / "out.duckdb")
        return
    answer("export", "--build", build, "-o", place / "out.duckdb")
    (place / "out.duckdb").rename(tmp_path / "plain.duckdb")
    with duckdb.connect(tmp_path / "plain.duckdb", read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM figures").fetchall() == [(5,)]
    answer("lexicon", "learn", "--folder", place / "lexicon", place)
    answer("build", place, "-o", build, "--lexicon", place / "lexicon", "-q")
    assert "kg build SOURCE -o" in refusal("stats", "--build", place / "none")


def test_a_source_of_any_bytes_is_read_and_a_build_of_such_a_name_refused(tmp_path: Path) -> None:
    place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bytes \xff"))
    write_toy(place)
    answer("build", place, "-o", tmp_path / "exports", "-q")
    assert figures(tmp_path / "exports") == 4
    for command, *options in (
        ("build", place, "-o"),
        ("stats", "--build"),
        ("validate", "--build"),
        ("query", "dataset", "--build"),
    ):
        message = refusal(command, *options, place / "exports")
        assert "bytes \ufffd/exports: the database" in message
    answer("export", "--build", tmp_path / "exports", "-f", "turtle", "-o", place / "out.ttl")
    assert (place / "out.ttl").read_bytes() == (tmp_path / "exports" / "pfocr.ttl").read_bytes()
    answer("export", "--build", tmp_path / "exports", "-f", "kgx", "-o", place / "kgx")
    answer("plot", "years", "--build", tmp_path / "exports", "-o", place / "years.svg")
    answer("lexicon", "learn", "--folder", place / "lexicon", place)


def test_a_build_of_a_hostile_name_is_served(tmp_path: Path) -> None:
    place = write_toy(tmp_path / "a[1]b'#%3F;")
    answer("build", place, "-o", place / "exports", "-q")
    with serving(place / "exports", log=tmp_path / "log") as server:
        reply = server.query("SELECT (COUNT(*) AS ?n) WHERE { ?s a <http://purl.org/spar/fabio/Figure> }")
        assert reply.rows() == [{"n": "4"}]
        assert json.loads(server.ask("GET", "/api/search?q=TP53").body)


def test_commands_in_messages_can_be_copied_into_a_shell() -> None:
    names = [*NAMES, "-o", "", "\x1b[31m", "bytes \udcff", "tab\t'\\", "\N{RIGHT-TO-LEFT OVERRIDE}x"]
    words = " ".join(map(shell_word, names))
    said = subprocess.run(["bash", "-c", f"printf '%s\\0' {words}"], capture_output=True, check=True).stdout
    assert [os.fsdecode(word) for word in said.split(b"\0")[:-1]] == names
    assert words.isprintable()
