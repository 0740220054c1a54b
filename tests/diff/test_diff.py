"""What differs between two builds: by hand on small corpora, hostile text, updates applied by foreign stores."""

import gzip
import io
import json
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner, Result
from helpers.corpus import MDM2, TP53, genes, record, write_toy

from kg import __version__
from kg.building.options import BuildParameters
from kg.building.release import release
from kg.cli.diff import diff
from kg.cli.terminal import Commands
from kg.diff import comparison as diff_module
from kg.diff import triples
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.rdf.dump import NTriples

PROGRAM = Commands("kg", commands=[diff])
TABLES = ("figures", "papers", "entities", "mentions", "members", "words", "citations", "cooccurrences")
CHEMICALS = "word\tmesh\tmatch\tname\tchebi\n"

OLD = {
    "_figures/PMC1__a.md": record("PMC1__a", year="2001"),
    "_data/PMC1__a-genes.tsv": genes(TP53, MDM2),
    "_data/PMC1__a-chemicals.tsv": CHEMICALS + "foo\tmesh:C999991\tFOO\tfoo\tNA\nbaz\tmesh:C999993\tBAZ\tbaz\tNA\n",
    "_figures/PMC1__b.md": record("PMC1__b", year="2001"),
    "_data/PMC1__b-genes.tsv": genes(TP53, MDM2),
    "_data/PMC1__b-chemicals.tsv": CHEMICALS + "bar\tNA\tBAR\tbar\tchebi:999999\n",
    "_figures/PMC2__c.md": record("PMC2__c", keywords=("TP53", "no such thing")),
}
# One figure less, another title, a keyword more; and by the mapping file two chemicals are one, a third has another id.
NEW = {name: text for name, text in OLD.items() if "PMC2" not in name} | {
    "_figures/PMC1__a.md": record("PMC1__a", year="2001").replace("Title of PMC1__a", "Another title"),
    "_figures/PMC1__b.md": record("PMC1__b", year="2001", keywords=("ATM",)),
}
MAPPINGS = (
    "#curie_map:\n#  MESH: http://id.nlm.nih.gov/mesh/\n#  CHEBI: http://purl.obolibrary.org/obo/CHEBI_\n"
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    "MESH:C999991\tskos:exactMatch\tCHEBI:999999\tsemapv:ManualMappingCuration\n"
    "MESH:C999993\tskos:exactMatch\tCHEBI:999993\tsemapv:ManualMappingCuration\n"
)


def build(folder: Path, files: dict[str, str], parameters: BuildParameters = BuildParameters(min_figures=1)) -> Path:
    release([str(write_toy(folder / "corpus", files))], folder / "exports", parameters, with_store=False)
    return folder / "exports"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(PROGRAM, ["diff", *map(str, arguments)])


def answer(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def found(*arguments: object) -> dict[str, dict[str, object]]:
    """Give the numbers of the tables."""
    tables = json.loads(answer(*arguments, "-f", "json"))["tables"]
    return {table.pop("table"): table for table in tables}


def counts(before: int, after: int, appeared: int, vanished: int, changed: int) -> dict[str, int]:
    return {"before": before, "after": after, "appeared": appeared, "vanished": vanished, "changed": changed}


def lines(folder: Path, name: str) -> list[list[str]]:
    """Read a table of differences as a stranger does: cells by tabs, lines by line feeds."""
    text = (folder / f"{name}.tsv").read_bytes().decode()
    assert text.endswith("\n")
    return [line.split("\t") for line in text.split("\n")[1:-1]]


def unescaped(cell: str) -> str | None:
    escapes = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
    return None if cell == "\\N" else re.sub(r"\\(.)", lambda each: escapes[each[1]], cell)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("old"), OLD)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new")
    (folder / "own.sssom.tsv").write_text(MAPPINGS, encoding="utf-8")
    return build(folder, NEW, BuildParameters(min_figures=1, mappings=(str(folder / "own.sssom.tsv"),)))


@pytest.fixture
def copy(old: Path, tmp_path: Path) -> Path:
    """A build that a test may change."""
    shutil.copytree(old, tmp_path / "copy")
    return tmp_path / "copy"


def aged(folder: Path, version: str = "0.0.1") -> None:
    """Say that another version of kg made a build."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"version": version}), encoding="utf-8")


# -- tables


def test_the_numbers_by_hand(old: Path, new: Path) -> None:
    tables = found(old, new)
    assert tables["figures"] == counts(3, 2, 0, 1, 1) | {"columns": {"title": 1}}
    assert tables["papers"] == counts(2, 1, 0, 1, 0) | {"columns": {}}
    # chebi:999993 and ATM come; the keyword and two MeSH ids go; bar takes in foo, TP53 has a figure less.
    assert tables["entities"] == counts(6, 5, 2, 3, 2) | {
        "columns": {"figures": 2, "papers": 1, "xrefs": 1, "synonyms": 1}
    }
    assert tables["mentions"] == counts(9, 8, 3, 4, 0) | {"columns": {}}
    assert tables["citations"] == counts(3, 2, 0, 1, 0) | {"columns": {}}
    # Of the old pairs only those among bar, MDM2 and TP53 are still there.
    assert tables["cooccurrences"].items() >= counts(9, 9, 6, 6, 3).items()
    assert tables["pairs"] == {"least": 1} | counts(9, 9, 6, 6, 3)


def test_what_became_of_entities_and_pairs(old: Path, new: Path) -> None:
    differs = json.loads(answer(old, new, "-f", "json", "--top", "2"))
    assert [(row["before_id"], row["change"], row["after_id"]) for row in differs["identifiers"]] == [
        ("mesh:C999991", "merged", "chebi:999999"),
        ("mesh:C999993", "renamed", "chebi:999993"),
    ]
    assert [tuple(row.values()) for row in differs["pairs"]["figures"]] == [
        ("chebi:999993", "chebi:999999", "baz", "bar", None, 1),
        ("chebi:999993", "ncbigene:4193", "baz", "MDM2", None, 1),
    ]
    manifest = {row["name"]: (row["before"], row["after"]) for row in differs["manifest"]}
    assert manifest["input.files"] == (7, 6)
    assert manifest["mappings"][0] == "[]"
    assert "lexicon.version" not in manifest
    text = answer(old, new, "--top", "1")
    assert "entities renamed or merged: their identifier belongs to another entity now, 1 of 2\n" in text
    assert "pairs of 1 figures or more       9      9         6         6        3\n" in text


def test_names_and_statuses(tmp_path: Path) -> None:
    chemical = {"_figures/PMC1__a.md": record("PMC1__a")} | {"_data/PMC1__a-chemicals.tsv": ""}
    given = chemical | {"_data/PMC1__a-chemicals.tsv": CHEMICALS + "foo\tmesh:C999991\tFOO\tfoo\tNA\n"}
    named = chemical | {"_data/PMC1__a-chemicals.tsv": CHEMICALS + "foo\tmesh:C999991\tFOO\tfooate\tNA\n"}
    one = build(tmp_path / "one", given | {"_data/PMC1__a-genes.tsv": genes(TP53)})
    other = build(tmp_path / "other", named | {"_figures/PMC1__a.md": record("PMC1__a", keywords=("TP53",))})
    differs = json.loads(answer(one, other, "-f", "json"))
    assert [list(row.values()) for row in differs["names"]] == [["mesh:C999991", "foo", "fooate", 1]]
    assert [list(row.values()) for row in differs["statuses"]] == [["ncbigene:7157", "TP53", "given", "lexicon", 1]]
    assert differs["identifiers"] == []


def test_every_cell_that_differs_is_written_in_order(old: Path, new: Path, tmp_path: Path) -> None:
    answer(old, new, "-o", tmp_path / "out")
    assert lines(tmp_path / "out", "figures") == [
        ["changed", "pfocr:PMC1__a", "title", "Title of PMC1__a", "Another title"],
        ["vanished", "pfocr:PMC2__c", "", "", ""],
    ]
    assert lines(tmp_path / "out", "entities") == [
        ["appeared", "chebi:999993", "", "", ""],
        ["changed", "chebi:999999", "figures", "1", "2"],
        ["changed", "chebi:999999", "xrefs", "[]", '["mesh:C999991"]'],
        ["changed", "chebi:999999", "synonyms", "[]", '["foo"]'],
        ["vanished", "keyword:no%20such%20thing", "", "", ""],
        ["vanished", "mesh:C999991", "", "", ""],
        ["vanished", "mesh:C999993", "", "", ""],
        ["appeared", "ncbigene:472", "", "", ""],
        ["changed", "ncbigene:7157", "figures", "3", "2"],
        ["changed", "ncbigene:7157", "papers", "2", "1"],
    ]
    # The keys of keywords are without word: equal ones are one mention, TP53 of the first figure is the same.
    assert lines(tmp_path / "out", "mentions")[-3:] == [
        ["appeared", "pfocr:PMC1__b", "ncbigene:472", "\\N", "\\N", "", "", ""],
        ["vanished", "pfocr:PMC2__c", "keyword:no%20such%20thing", "\\N", "\\N", "", "", ""],
        ["vanished", "pfocr:PMC2__c", "ncbigene:7157", "\\N", "\\N", "", "", ""],
    ]
    assert lines(tmp_path / "out", "members") == lines(tmp_path / "out", "words") == []
    head = (tmp_path / "out" / "mentions.tsv").read_text(encoding="utf-8").split("\n")[0]
    assert head == "change\tfigure_id\tentity_id\tmatch\tword\tcolumn\tbefore\tafter"


def test_hostile_text_comes_back_from_the_cells(tmp_path: Path) -> None:
    spelled = 'a\\tb\\nc\\r\\nd \\\\N \\\\t \\"q\\" \\u2028 \\x85 =1+1 \\U0001F9EC \\\\u0041'
    text = 'a\tb\nc\r\nd \\N \\t "q" \u2028 \x85 =1+1 \U0001f9ec \\u0041'
    keywords = "keywords: ['x, y', \"p\\tq\", 'back\\slash']"
    one = build(tmp_path / "one", {"_figures/PMC1__a.md": record("PMC1__a", 'caption: "plain"', keywords=("TP53",))})
    other = build(
        tmp_path / "other",
        {"_figures/PMC1__a.md": record("PMC1__a", f'caption: "{spelled}"', keywords, keywords=("TP53",))},
    )
    answer(one, other, "-o", tmp_path / "out")
    read = {row[2]: [unescaped(cell) for cell in row[3:]] for row in lines(tmp_path / "out", "figures")}
    assert read == {"caption": ["plain", text]}
    ((_, _, column, before, after),) = lines(tmp_path / "out", "papers")
    stored = pq.read_table(other / "tables" / "papers.parquet")["keywords"][0].as_py()
    assert (column, before, json.loads(unescaped(after) or "")) == ("keywords", "[]", stored)
    assert "back\\slash" in stored
    assert answer(one, other)


def test_a_build_is_the_same_as_itself_and_as_its_copy(old: Path, copy: Path, tmp_path: Path) -> None:
    assert answer(old, copy, "-o", tmp_path / "out", "--fail-if-lost", "0") == (
        f"{old} and {copy} are the same: neither a row nor the manifest differs\n"
    )
    assert all(lines(tmp_path / "out", name) == [] for name in TABLES)
    assert len(list((tmp_path / "out").iterdir())) == 10
    assert json.loads(answer(old, old, "-f", "json"))["identical"] is True
    aged(copy, __version__)
    (copy / "manifest.json").write_text((copy / "manifest.json").read_text().replace('"max_entities": 1000', '"x": 1'))
    assert "parameters.max_entities    1000" in answer(old, copy)


def test_tables_in_parts_and_any_length_of_a_run(
    old: Path, new: Path, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = answer(old, new, "-o", tmp_path / "expected")
    for name in TABLES:
        path = copy / "tables" / f"{name}.parquet"
        table = pq.read_table(path)
        path.unlink()
        path.mkdir()
        for start in range(0, max(table.num_rows, 1), 3):
            pq.write_table(table.slice(start, 3), path / f"part-{start:03}.parquet", row_group_size=1)
    assert "are the same" in answer(old, copy)
    monkeypatch.setattr(diff_module, "RUN_ROWS", 2)
    assert "are the same" in answer(old, copy)
    assert answer(copy, new, "-o", tmp_path / "out") == expected
    for path in (tmp_path / "expected").iterdir():
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


# -- thresholds


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Four figures of the same two genes, and three of them."""
    folder = tmp_path_factory.mktemp("quarter")
    files = {f"_figures/PMC{n}__a.md": record(f"PMC{n}__a", keywords=("TP53", "MDM2")) for n in range(1, 5)}
    parameters = BuildParameters(min_figures=4)
    one = build(folder / "one", files, parameters)
    del files["_figures/PMC3__a.md"]
    return one, build(folder / "other", files, parameters)


def test_losses_are_refused_only_above_the_limit(quarter: tuple[Path, Path]) -> None:
    # A quarter of figures and mentions, no entity; the one pair of four figures has three now.
    assert found(*quarter)["pairs"] == {"least": 4} | counts(1, 0, 0, 1, 0)
    result = run(*quarter, "--fail-if-lost", "24.999%")
    pairs = "pairs of 4 figures or more 1 of 1 (100.00%)\n"
    lost = f"figures 1 of 4 (25.00%); mentions 2 of 8 (25.00%); {pairs}"
    assert (result.exit_code, result.stderr) == (1, f"kg: lost more than 24.999%: {lost}")
    assert result.stdout.startswith("table ")
    result = run(*quarter, "--fail-if-lost", "25")
    assert (result.exit_code, result.stderr) == (1, f"kg: lost more than 25%: {pairs}")
    assert run(*quarter, "--fail-if-lost", "100%").exit_code == 0
    assert run(*reversed(quarter), "--fail-if-lost", "0").exit_code == 0


@pytest.mark.parametrize("limit", ["", "x", "-1", "101", "1%%", "1e1", "nan", "% 1"])
def test_a_limit_that_is_none(old: Path, limit: str) -> None:
    result = run(old, old, "--fail-if-lost", limit)
    assert result.exit_code == 2
    assert "is not a percentage from 0 to 100, such as 1% or 0.5" in result.stderr


# -- triples


def applied(before: Path, after: Path, update: Path) -> None:
    """Have Oxigraph apply an update to a dump; it must be the other one then."""
    text = (gzip.decompress(update.read_bytes()) if update.suffix == ".gz" else update.read_bytes()).decode()
    store, wanted = pyoxigraph.Store(), pyoxigraph.Store()
    store.load(path=str(before / "pfocr.ttl"))
    wanted.load(path=str(after / "pfocr.ttl"))
    store.update(text)
    assert set(store) == set(wanted)


def dump(build: Path) -> str:
    """Give the triples of a build, a line each."""
    text = io.BytesIO()
    with KnowledgeGraph(build) as graph:
        NTriples().write(graph, None, text)
    return text.getvalue().decode()


def test_the_update_makes_one_dump_of_the_other(old: Path, new: Path, tmp_path: Path) -> None:
    result = run(old, new, "--rdf", tmp_path / "up.ru")
    applied(old, new, tmp_path / "up.ru")
    dumps = [set(dump(each).split("\n")) for each in (old, new)]
    gone, come = len(dumps[0] - dumps[1]), len(dumps[1] - dumps[0])
    assert result.stderr == f"{tmp_path / 'up.ru'}: {gone} triples to delete, {come} to insert\n"
    answer(new, old, "--rdf", tmp_path / "down.ru.gz")
    applied(new, old, tmp_path / "down.ru.gz")


def test_updates_between_layers_thresholds_and_bases(
    old: Path, toy_build: Path, full_build: Path, tmp_path: Path
) -> None:
    answer(toy_build, full_build, "--rdf", tmp_path / "up.ru")
    applied(toy_build, full_build, tmp_path / "up.ru")
    answer(full_build, toy_build, "--rdf", tmp_path / "down.ru")
    applied(full_build, toy_build, tmp_path / "down.ru")
    elsewhere = build(tmp_path / "elsewhere", OLD, BuildParameters(min_figures=1, base="https://example.org/"))
    answer(old, elsewhere, "--rdf", tmp_path / "moved.ru")
    applied(old, elsewhere, tmp_path / "moved.ru")


def test_hostile_text_survives_the_update(tmp_path: Path) -> None:
    hostile = "C:\\\\users \\\\u0041 \\\\\\\\u0041 \\\\U00000041 "
    hostile += '\\\\\\t\\x01abcd\\x7f \\"q\\" } ; DELETE \\u2028\\n\\r \\U0001F9EC'
    one, other = (
        build(tmp_path / str(n), {"_figures/PMC1__a.md": record("PMC1__a", f'caption: "{each}"', keywords=("TP53",))})
        for n, each in enumerate(("plain", hostile))
    )
    caption = pq.read_table(other / "tables" / "figures.parquet")["caption"][0].as_py()
    assert "\\u0041 \\\\u0041 \\U00000041" in caption
    for first, second in ((one, other), (other, one)):
        answer(first, second, "--rdf", tmp_path / "up.ru")
        applied(first, second, tmp_path / "up.ru")
        graph, wanted = (rdflib.Graph().parse(data=dump(each), format="nt") for each in (first, second))
        graph.update((tmp_path / "up.ru").read_bytes().decode())
        assert set(graph) == set(wanted)


def test_operations_are_short_and_nothing_is_said_of_equal_builds(
    old: Path, new: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(old, old, "--rdf", tmp_path / "none.ru")
    text = (tmp_path / "none.ru").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if not line.startswith("# ")] == []
    applied(old, old, tmp_path / "none.ru")
    monkeypatch.setattr(triples, "UPDATE_TRIPLES", 7)
    answer(old, new, "--rdf", tmp_path / "up.ru")
    applied(old, new, tmp_path / "up.ru")
    text = (tmp_path / "up.ru").read_text(encoding="utf-8")
    sizes = [block.count(" .\n") for block in re.findall(r"DATA \{\n(.*?)^\} ;$", text, re.DOTALL | re.MULTILINE)]
    assert max(sizes) == 7
    assert sorted(sizes)[2] == 7  # all but the last of either kind


# -- builds of other versions, and what is no build


def test_another_version_is_compared_as_far_as_it_goes(old: Path, copy: Path, tmp_path: Path) -> None:
    aged(copy)
    figures = copy / "tables" / "figures.parquet"
    pq.write_table(pq.read_table(figures).drop_columns(["caption"]), figures)
    (copy / "tables" / "words.parquet").unlink()
    shutil.copy(figures, copy / "tables" / "drawings.parquet")
    differs = json.loads(answer(copy, old, "-f", "json", "--fail-if-lost", "0"))
    assert differs["left_out"] == [
        "figures.caption: only after",
        "words: no such table before",
        f"drawings: no table of kg {__version__}",
    ]
    assert [row["name"] for row in differs["manifest"]] == ["version"]
    assert differs["identical"] is False
    assert not any(table["changed"] or table["vanished"] for table in differs["tables"])
    assert answer(copy, old).endswith(f"drawings: no table of kg {__version__}\n")
    result = run(copy, old, "--rdf", tmp_path / "up.ru")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "kg: no update of triples: the builds have different tables (figures.caption: only after;" in result.stderr
    assert not (tmp_path / "up.ru").exists()
    (copy / "tables" / "mentions.parquet").unlink()
    result = run(old, copy, "--fail-if-lost", "1")
    assert (result.exit_code, result.stderr) == (1, "kg: lost more than 1%: mentions cannot be compared\n")


def test_what_is_no_build_is_refused_in_one_line(old: Path, copy: Path) -> None:
    def refused(message: str) -> None:
        result = run(old, copy)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
        assert message in result.stderr

    (copy / "tables" / "words.parquet").write_bytes(b"PAR1")
    refused("words.parquet: damaged or unreadable")
    (copy / "tables" / "words.parquet").unlink()
    refused("words.parquet: missing")
    aged(copy)
    shutil.rmtree(copy / "tables")
    refused("no table in common")
    (copy / "manifest.json").unlink()
    refused("no build here")


def test_what_was_there_is_left_alone(old: Path, new: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    result = run(old, new, "-o", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "holds notes.txt" in result.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["notes.txt"]
    assert run(old, new, "--rdf", "-").exit_code == 2
    assert run(old).exit_code == 2
