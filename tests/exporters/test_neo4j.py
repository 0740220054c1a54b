"""CSV for neo4j-admin, read back by Python's csv module: kinds by hand, no dangling end, hostile text unharmed."""

import csv
import gzip
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from helpers.builds import build_graph
from helpers.corpus import genes, record, write_toy

from kg.errors import OutputError
from kg.exporters.neo4j import SEPARATOR, Neo4j
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.runtime.folders import atomic_folder

Rows = list[dict[str, str]]


def written(build: Path, folder: Path) -> tuple[int, dict[str, Rows]]:
    """Write a build and read it back: rows by kind, keyed by the names in the headers."""
    with KnowledgeGraph(build) as graph, atomic_folder(folder) as aside:
        count = Neo4j().write(graph, None, aside)
    found = {}
    for head in folder.glob("*-header.csv"):
        name = head.name.removesuffix("-header.csv")
        text = head.read_text(encoding="utf-8")
        for part in sorted(folder.glob(f"{name}-part-*.csv.gz")):
            text += gzip.decompress(part.read_bytes()).decode()
        found[name] = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    return count, found


def test_the_toy_corpus_by_hand(toy_build: Path, tmp_path: Path) -> None:
    count, found = written(toy_build, tmp_path / "neo4j")
    assert count == sum(map(len, found.values()))
    assert {row["word_id:ID"]: row[":LABEL"] for row in found["words"]}["word:AKT"] == "Word"
    labels = {row["name"]: row[":LABEL"].split(SEPARATOR) for row in found["entities"]}
    assert labels["TP53"] == ["Entity", "Gene"]
    # Figures a and b have AKT as a word that stands for two genes.
    akt = [row for row in found["means"] if row[":START_ID"] == "word:AKT"]
    assert [(row[":END_ID"], row[":TYPE"], row["figures:int"]) for row in akt] == [
        ("ncbigene:207", "MEANS", "3"),
        ("ncbigene:208", "MEANS", "3"),
    ]
    assert {row[":TYPE"] for row in found["shows"]} == {"SHOWS"}


def test_every_row_of_the_tables_is_there_and_no_end_dangles(full_build: Path, tmp_path: Path) -> None:
    _, found = written(full_build, tmp_path / "neo4j")
    for name in (
        *("figures", "papers", "entities", "words", "word_readings", "mentions", "citations", "members"),
        "cooccurrences",
    ):
        table = pq.read_table(full_build / "tables" / f"{name}.parquet").to_pydict()
        least = (
            [n >= 1 for n in table["figures"]] if name == "cooccurrences" else [True] * len(next(iter(table.values())))
        )
        assert len(found[name]) == sum(least), name
    ids = [
        row[f"{key}:ID"]
        for name, key in (
            ("figures", "figure_id"),
            ("papers", "paper_id"),
            ("entities", "entity_id"),
            ("words", "word_id"),
            ("word_readings", "reading_id"),
        )
        for row in found[name]
    ]
    assert len(set(ids)) == len(ids)
    ends = {row[end] for rows in found.values() for row in rows for end in (":START_ID", ":END_ID") if end in row}
    assert ends <= set(ids)


def test_hostile_text_comes_back(tmp_path: Path) -> None:
    title = 'a "quoted", comma; semicolon | bar\\ and \u2028'
    lines: tuple[str, ...] = (
        'papertitle: "a \\"quoted\\", comma; semicolon | bar\\\\ and \\u2028"',
        'caption: "one\\ntwo\\r\\nthree"',
    )
    lines += ("keywords: ['x, y', 'p\"q', '']",)
    files = {
        "_figures/PMC1__a.md": record("PMC1__a", *lines, keywords=("TP53",)),
        "_data/PMC1__a-genes.tsv": genes(('a "p,53"', 'P,"53', "TP53", "7157", "x")),
    }
    build_graph([str(write_toy(tmp_path / "corpus", files))], tmp_path / "build")
    _, found = written(tmp_path / "build", tmp_path / "neo4j")
    assert found["papers"][0]["title"] == title
    assert found["figures"][0]["caption"] == "one\ntwo\r\nthree"
    paper = pq.read_table(tmp_path / "build" / "tables" / "papers.parquet").to_pylist()[0]
    assert found["papers"][0]["keywords:string[]"].split(SEPARATOR) == paper["keywords"]
    assert found["mentions"][0]["word"] == 'a "p,53"'


def test_the_script_names_every_file(toy_build: Path, tmp_path: Path) -> None:
    written(toy_build, tmp_path / "neo4j")
    script = (tmp_path / "neo4j" / "import.sh").read_text(encoding="utf-8")
    names = {path.name.removesuffix("-header.csv") for path in (tmp_path / "neo4j").glob("*-header.csv")}
    assert {name for name in names if f'="{name}-header.csv,{name}-part-[0-9]+.csv.gz"' in script} == names
    assert script.count("--nodes=") == 5
    assert script.count("--relationships=") == len(names) - 5


def test_a_folder_with_other_files_is_left_alone(toy_build: Path, tmp_path: Path) -> None:
    folder = tmp_path / "neo4j"
    written(toy_build, folder)
    written(toy_build, folder)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"holds notes\.txt"):
        written(toy_build, folder)
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["neo4j"]
