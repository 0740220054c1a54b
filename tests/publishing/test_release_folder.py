"""`kg release`: the files of a folder, what they hold, and what is refused."""

import gzip
import hashlib
import io
import json
import os
import subprocess
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from helpers.corpus import SEEDS
from pyoxigraph import RdfFormat, parse

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.cli.main import main
from kg.errors import OutputError
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.build import Build
from kg.model.tables import TABLES
from kg.publishing.facts import facts_of
from kg.publishing.publish import Resources, publish
from kg.rdf.dump import LAYERS, NTriples

GOLDEN = Path(__file__).parent / "golden" / "seeds.txt"
DAY = "2026-11-10"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["release", *map(str, arguments)])


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, seeds_build: Path) -> Path:
    destination = tmp_path_factory.mktemp("published") / "seeds"
    publish(facts_of(Build(seeds_build), DAY), destination)
    return destination


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give a build that says all about itself, with all layers, and the one before it."""
    folder = tmp_path_factory.mktemp("stated")
    older = sorted(map(str, (SEEDS / "_figures").glob("PMC[2468]*.md")))
    release(older, folder / "older", BuildParameters(release="2025-12"))
    parameters = BuildParameters(
        release="2026-10", previous_release="2025-12", publisher='Example Ünï "q"', contact="mailto:kg@example.org",
        publish_q=1, publish_papers=1,
    )  # fmt: skip
    release([str(SEEDS)], folder / "newer", parameters, layers=LAYERS)
    return folder / "older", folder / "newer"


# -- the files


def test_the_files_are_those_of_the_golden_list(published: Path) -> None:
    names = sorted(contents(published))
    if os.environ.get("KG_REWRITE_GOLDEN"):
        GOLDEN.write_text("\n".join(names) + "\n")
    assert names == GOLDEN.read_text().splitlines()


def test_sha256sum_accepts_the_digests_of_all_other_files(published: Path) -> None:
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=published, capture_output=True, check=True)
    lines = done.stdout.decode().splitlines()
    assert lines == [f"{name}: OK" for name in sorted(contents(published)) if name != "SHA256SUMS"]


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_bytes_depend_on_the_build_alone(published: Path, seeds_build: Path, tmp_path: Path, jobs: int) -> None:
    resources = Resources(jobs, "1GiB")
    publish(facts_of(Build(seeds_build), DAY), tmp_path / "again", resources=resources)
    assert contents(tmp_path / "again") == contents(published)


def test_no_compressed_file_has_a_name_or_a_time(published: Path) -> None:
    compressed = list(published.rglob("*.gz"))
    assert len(compressed) == 10
    for path in compressed:
        assert path.read_bytes()[:10] == bytes.fromhex("1f8b08000000000000ff")
        subprocess.run(["gzip", "-t", path], check=True)


def test_the_layers_have_the_triples_of_the_dump(stated: tuple[Path, Path], tmp_path: Path) -> None:
    publish(facts_of(Build(stated[1])), tmp_path / "out")
    dump = io.BytesIO()
    with KnowledgeGraph(stated[1]) as graph:
        NTriples().write(graph, None, dump, LAYERS)
    places = {name: tmp_path / "out" / "rdf" / name for name in ("ntriples", "turtle")}
    expected = ["cooccurrences", "mentions", "records", "terms", "words"]
    assert [path.name.partition(".")[0] for path in sorted(places["ntriples"].iterdir())] == expected
    lines = [line for path in places["ntriples"].iterdir() for line in unpacked(path).splitlines()]
    assert sorted(lines) == sorted(dump.getvalue().splitlines())
    whole = {str(quad.triple) for quad in parse(dump.getvalue(), format=RdfFormat.N_TRIPLES)}
    turtle = [
        str(quad.triple)
        for path in places["turtle"].iterdir()
        for quad in parse(unpacked(path), format=RdfFormat.TURTLE)
    ]
    assert set(turtle) == whole
    assert len(turtle) == len(whole)


def test_a_layer_has_what_its_graph_has(published: Path) -> None:
    mentions = unpacked(published / "rdf" / "ntriples" / "mentions.nt.gz").decode().splitlines()
    assert {line.split()[1] for line in mentions} == {"<https://schema.org/mentions>"}
    pairs = unpacked(published / "rdf" / "ntriples" / "cooccurrences.nt.gz").decode()
    assert pairs.count("<https://w3id.org/pfocr-kg/vocab#drawnWith>") == 40  # 20 pairs from either end


def test_the_tables_are_those_of_the_build(published: Path, seeds_build: Path) -> None:
    for name in TABLES:
        table = Path("tables") / f"{name}.parquet"
        assert (published / table).read_bytes() == (seeds_build / table).read_bytes()
    with duckdb.connect(str(published / "pfocr.duckdb"), read_only=True) as database:
        assert database.execute("SELECT partner FROM partners('ncbigene:8600')").fetchall()[0] == ("ncbigene:8792",)
        assert database.execute("SELECT count(*) FROM cooccurrences").fetchone() == (6258,)


def test_kgx_is_that_of_the_export(published: Path, seeds_build: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["export", "--build", str(seeds_build), "-f", "kgx", "-o", str(tmp_path / "kgx")])
    assert done.exit_code == 0
    for name in ("nodes.tsv", "edges.tsv"):
        assert unpacked(published / "kgx" / f"{name}.gz") == (tmp_path / "kgx" / name).read_bytes()


def test_the_networks_are_cut_to_what_cytoscape_draws(published: Path) -> None:
    for name, nodes in (("co-occurrence", 7), ("words", 2)):
        aspects = json.loads((published / "networks" / f"{name}.cx2").read_text())
        assert len(next(part["nodes"] for part in aspects if "nodes" in part)) == nodes


def test_the_reports_count_nodes_and_edges_of_each_kind(published: Path) -> None:
    nodes = pq.read_table(published / "qc" / "node_report.parquet").to_pylist()
    kinds = {(row["namespace"], row["category"], row["in_taxon"], row["in_taxon_label"]): row["count"] for row in nodes}
    assert kinds == {
        ("CHEBI", "biolink:ChemicalEntity", None, None): 3,
        ("NCBIGene", "biolink:Gene", "NCBITaxon:9606", "Homo sapiens"): 150,
        ("pfocr", "biolink:Publication", None, None): 5,
        ("PMCID", "biolink:JournalArticle", None, None): 5,
    }
    edges = pq.read_table(published / "qc" / "edge_report.parquet").to_pylist()
    assert sum(row["count"] for row in edges) == 5 + 178 + 20  # figures in papers, what figures mention, pairs
    assert list(edges[0]) == [
        "subject_category", "subject_namespace", "subject_taxon", "predicate", "object_category", "object_namespace",
        "object_taxon", "primary_knowledge_source", "species_context_qualifier", "provided_by", "count",
    ]  # fmt: skip


def test_the_reports_count_the_edges_of_kgx(full_build: Path, tmp_path: Path) -> None:
    publish(facts_of(Build(full_build)), tmp_path / "out")
    lines = unpacked(tmp_path / "out" / "kgx" / "edges.tsv.gz").decode().split("\n")[:-1]
    place = lines[0].split("\t").index("predicate")
    predicates = [line.split("\t")[place] for line in lines[1:]]
    edges = pq.read_table(tmp_path / "out" / "qc" / "edge_report.parquet").to_pylist()
    counted = {name: sum(row["count"] for row in edges if row["predicate"] == name) for name in set(predicates)}
    assert counted == {name: predicates.count(name) for name in set(predicates)}
    assert sum(row["count"] for row in edges) == len(predicates)


# -- what is said, and what is missing


def test_missing_facts_are_listed_with_the_way_to_state_them(seeds_build: Path, tmp_path: Path) -> None:
    done = run(tmp_path / "out", "--build", seeds_build)
    assert done.exit_code == 0
    hints = [line for line in done.output.splitlines() if line.startswith("not stated: ")]
    assert [hint.split(":")[1].split(",")[0] for hint in hints] == [
        " no name of the release", " no publisher", " no contact", " no date of publication",
        " no licences of articles", " no address in the redirects",
    ]  # fmt: skip
    assert "datePublished" not in (tmp_path / "out" / "croissant.json").read_text()


def test_what_is_stated_is_in_the_metadata(stated: tuple[Path, Path], tmp_path: Path) -> None:
    older, newer = stated
    out = tmp_path / "out"
    addresses = ("--server", "https://kg.example.org/", "--files", "https://files.example.org/1")
    done = run(out, "--build", newer, "--previous", older, "--date", DAY, *addresses)
    assert done.exit_code == 0, done.output
    hints = [line for line in done.output.splitlines() if line.startswith("not stated: ")]
    assert len(hints) == 1
    assert "licences of articles" in hints[0]
    croissant = json.loads((out / "croissant.json").read_text())
    assert croissant["version"] == "0.0.0+2026-10"
    assert croissant["publisher"]["name"] == 'Example Ünï "q"'
    assert "# From release 2025-12 to 2026-10" in (out / "CHANGES.md").read_text()
    assert "| pairs of 2 figures or more | 12 | 20 | 8 | 0 | 12 |" in (out / "CHANGES.md").read_text()
    rules = (out / "w3id" / "pfocr-kg" / ".htaccess").read_text()
    assert "RewriteRule ^ https://kg.example.org/%1 [R=303,NE,L]" in rules
    assert "RewriteRule ^ https://files.example.org/1/%1 [R=302,NE,L]" in rules
    assert "RewriteRule ^dataset/2026-10/(Qleverfile|SHA256SUMS)$ https://files.example.org/1/$1 [R=302,L]" in rules
    again = run(out, "--build", newer, "-q")
    assert again.exit_code == 0, again.output
    assert not (out / "CHANGES.md").exists()


def test_another_base_has_no_redirects(tmp_path: Path) -> None:
    release([str(SEEDS)], tmp_path / "build", BuildParameters(base="https://example.org/kg/"), with_store=False)
    done = run(tmp_path / "out", "--build", tmp_path / "build")
    assert done.exit_code == 0, done.output
    assert "no redirects, because the base https://example.org/kg/ is not at https://w3id.org/" in done.output
    assert not (tmp_path / "out" / "w3id").exists()


# -- what is refused


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--date", "2026-02-30"), "date='2026-02-30' is not a date"),
        (("--server", "kg.example.org"), "server='kg.example.org' is not an address"),
        (("--files", "mailto:a@example.org"), "files='mailto:a@example.org' is not an address"),
    ],
)
def test_wrong_values_are_refused(seeds_build: Path, tmp_path: Path, options: tuple[str, str], message: str) -> None:
    done = run(tmp_path / "out", "--build", seeds_build, *options)
    assert done.exit_code == 2
    assert message in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_release_is_refused_and_stays(published: Path, seeds_build: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine")
    done = run(mine, "--build", seeds_build)
    assert done.exit_code == 1
    assert "holds files, but no SHA256SUMS, so it is no release" in done.output
    (mine / "SHA256SUMS").write_bytes((published / "SHA256SUMS").read_bytes())
    (mine / "tables").mkdir()
    (mine / "tables" / "own.parquet").write_bytes(b"")
    with pytest.raises(OutputError, match=r"holds notes\.txt, which is not in its SHA256SUMS"):
        publish(facts_of(Build(seeds_build)), mine)
    assert sorted(contents(mine)) == ["SHA256SUMS", "notes.txt", "tables/own.parquet"]


def test_a_damaged_table_leaves_nothing(seeds_build: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    (broken / "tables").mkdir(parents=True)
    for path in [*seeds_build.glob("*.*"), *seeds_build.glob("tables/*.parquet")]:
        (broken / path.relative_to(seeds_build)).write_bytes(path.read_bytes())
    whole = (broken / "tables" / "mentions.parquet").read_bytes()
    (broken / "tables" / "mentions.parquet").write_bytes(whole[:100] + b"x" * (len(whole) - 300) + whole[-200:])
    done = run(tmp_path / "out", "--build", broken, "-j", "1")
    assert done.exit_code == 1
    assert "internal error" not in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]


def test_the_digest_of_a_file_is_its_own(published: Path) -> None:
    lines = (published / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert listed["README.md"] == hashlib.sha256((published / "README.md").read_bytes()).hexdigest()
