"""Edges and nodes as tables: the toy corpus by hand, and what pandas and polars read of hostile texts."""

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from helpers.builds import build_graph
from helpers.hostile import write_hostile
from hypothesis import given
from hypothesis import strategies as st

from kg.building.options import BuildParameters
from kg.cli.main import main
from kg.exporters import exporter, exporter_to
from kg.exporters.data_frames import NodesAndEdges, edges_of, nodes_of
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import VIEWS, VIEWS_OF_PAIRS
from kg.model.delimited import cell, csv_row, tsv_row
from kg.testing import check_exporter

FORMATS = ("tsv", "csv", "parquet")
OF = {"ego": "ncbigene:7157", "figure": "PMC1__a"}


@pytest.fixture(scope="module")
def hostile_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frames")
    build_graph([str(write_hostile(folder / "in", 60))], folder / "exports", BuildParameters(min_figures=1))
    return folder / "exports"


def unescaped(text: str) -> str:
    """Read the four escapes of a cell of TSV."""
    parts = text.split("\\\\")
    for escape, char in (("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r")):
        parts = [part.replace(escape, char) for part in parts]
    return "\\".join(parts)


def written(build: Path, format_: str, view: str) -> bytes:
    file = io.BytesIO()
    with KnowledgeGraph(build) as graph:
        exporter(format_).write(graph, graph.view(view, of=OF.get(view)), file)
    return file.getvalue()


def read_pandas(name: str, body: Any) -> pd.DataFrame:
    """Read a table as docs/formats.md says."""
    if name.endswith(".parquet"):
        return pd.read_parquet(body)
    if name.endswith(".csv"):
        return pd.read_csv(body, keep_default_na=False, na_values=[""])
    return pd.read_csv(body, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False, na_values=[""])


# -- by hand


def test_a_pair_of_the_toy_corpus_by_hand(toy_build: Path) -> None:
    lines = written(toy_build, "tsv", "co-occurrence").decode().splitlines()
    assert lines[0].split("\t")[:8] == [
        *("source", "source_name", "target", "target_name", "interaction", "taxon", "weight", "figures")
    ]
    assert lines[1].split("\t")[:8] == [
        *("ncbigene:207", "AKT1", "ncbigene:4193", "MDM2", "co-occurs", "ncbitaxon:9606", "1", "2")
    ]
    assert len(lines) == 1 + 5


def test_a_folder_has_the_nodes_and_the_edges(toy_build: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(toy_build) as graph, graph.view("figure", of="PMC1__a") as view:
        assert NodesAndEdges(".csv").write(graph, view, tmp_path) == view.n_nodes + view.n_edges
        nodes, edges = (
            list(csv.DictReader((tmp_path / f"{name}.csv").read_text().splitlines())) for name in ("nodes", "edges")
        )
        assert [row["id"] for row in nodes] == [node.id for node in view.nodes()]
        assert [(row["source"], row["target"]) for row in edges] == [
            (edge.source, edge.target) for edge in view.edges()
        ]
    assert {row["id"]: row["name"] for row in nodes}["ncbigene:7157"] == "TP53"
    assert {row["interaction"] for row in edges} == {"cites", "mentions"}


def test_a_kind_of_view_has_the_same_columns_with_and_without_rows(toy_build: Path) -> None:
    with KnowledgeGraph(toy_build) as graph:
        views = {name: graph.view(name, of=OF.get(name)) for name in VIEWS}
        edges = {name: list(edges_of(view).columns) for name, view in views.items()}
        nodes = {name: list(nodes_of(view).columns) for name, view in views.items()}
    for columns in (edges, nodes):
        assert len({tuple(columns[name]) for name in VIEWS_OF_PAIRS if name in columns}) == 1
        assert len({tuple(columns[name]) for name in VIEWS if name not in VIEWS_OF_PAIRS}) == 1
    assert "words" not in edges["ego"]
    assert "words" in edges["full"]
    assert "label" not in nodes["full"]


def test_the_nodes_of_a_list_have_its_numbers(seeds_build: Path, tmp_path: Path) -> None:
    numbers = {"gene": ["OPG", "RANKL"], "fold change": [-1.5, 2.0], "rank": [1, 2]}
    with KnowledgeGraph(seeds_build) as graph, graph.network(["RANKL", "OPG", "TRAF6"], columns=numbers) as view:
        for format_ in FORMATS:
            NodesAndEdges(f".{format_}").write(graph, view, tmp_path)
            frame = read_pandas(f"x.{format_}", tmp_path / f"nodes.{format_}").set_index("name")
            assert frame["query"].tolist() == [True, True, True]
            assert frame["fold change"].dropna().to_dict() == {"TNFRSF11B": -1.5, "TNFSF11": 2.0}
            assert frame["rank"].dropna().to_dict() == {"TNFRSF11B": 1, "TNFSF11": 2}


# -- foreign readers


@pytest.mark.parametrize("format_", FORMATS)
def test_a_folder_keeps_the_contract_of_exporters(toy_build: Path, format_: str) -> None:
    # test_conformance.py checks the files.
    assert check_exporter(NodesAndEdges(f".{format_}"), toy_build) > 0


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("view", ["full", "co-occurrence"])
def test_pandas_reads_what_the_view_holds(hostile_build: Path, tmp_path: Path, format_: str, view: str) -> None:
    with KnowledgeGraph(hostile_build) as graph, graph.view(view) as made:
        NodesAndEdges(f".{format_}").write(graph, made, tmp_path)
        for name, rows in (("nodes", nodes_of(made)), ("edges", edges_of(made))):
            frame = read_pandas(f"x.{format_}", tmp_path / f"{name}.{format_}")
            assert list(frame) == list(rows.columns)
            read = frame.to_dict("records")
            expected = list(rows.rows)
            assert len(read) == len(expected)
            for row, values in zip(read, expected, strict=True):
                for column in rows.columns:
                    assert same(row[column], values.get(column), format_), (row, values, column)


def same(read: Any, value: Any, format_: str) -> bool:
    if isinstance(value, list):
        text = "|".join(value)
        return list(read) == value if format_ == "parquet" else same(read, text, format_)
    if value is None or value == "":
        return bool(read is None or read == "" or pd.isna(read))
    if isinstance(value, str):
        return (unescaped(str(read)) if format_ == "tsv" else str(read)) == value
    return bool(read == value)


def test_polars_reads_every_form(hostile_build: Path) -> None:
    with KnowledgeGraph(hostile_build) as graph:
        number = graph.view("full").n_edges
    tsv = pl.read_csv(
        io.BytesIO(written(hostile_build, "tsv", "full")), separator="\t", quote_char=None, infer_schema_length=None
    )
    comma = pl.read_csv(io.BytesIO(written(hostile_build, "csv", "full")), infer_schema_length=None)
    parquet = pl.read_parquet(io.BytesIO(written(hostile_build, "parquet", "full")))
    assert tsv.height == comma.height == parquet.height == number > 100
    assert tsv["probability"].dtype == comma["probability"].dtype == parquet["probability"].dtype == pl.Float64
    assert tsv["source"].to_list() == comma["source"].to_list() == parquet["source"].to_list()


def test_parquet_has_types_and_lists(seeds_build: Path) -> None:
    table = pq.read_table(io.BytesIO(written(seeds_build, "parquet", "co-occurrence")))
    types = {field.name: str(field.type) for field in table.schema}
    assert types["figures"] == "int64"
    assert types["weight"] == "double"
    assert table["evidence"][0].as_py()[0].startswith("PMC")


@given(st.lists(st.text(), min_size=2, max_size=5))
def test_any_text_comes_back_from_a_row(texts: list[str]) -> None:
    line = tsv_row(texts)
    assert [unescaped(text) for text in line.removesuffix("\n").split("\t")] == texts
    assert line.count("\n") == 1
    read = next(csv.reader(io.StringIO(csv_row(texts), newline="")))
    assert read == texts


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_comes_back_from_a_cell(number: float) -> None:
    assert float(cell(number)) == number


# -- the command


def export(build: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["export", "--build", str(build), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_path_without_ending_is_a_folder(toy_build: Path, tmp_path: Path) -> None:
    for format_ in FORMATS:
        export(toy_build, "-f", format_, "-o", str(tmp_path / f"net_{format_}"))
        export(toy_build, "-o", str(tmp_path / f"net.{format_}"))
        folder = tmp_path / f"net_{format_}"
        assert sorted(path.name for path in folder.iterdir()) == [f"edges.{format_}", f"nodes.{format_}"]
        assert (folder / f"edges.{format_}").read_bytes() == (tmp_path / f"net.{format_}").read_bytes()
        export(toy_build, "-f", format_, "-o", str(folder))  # an earlier export is replaced
    (tmp_path / "file").touch()
    export(toy_build, "-f", "tsv", "-o", str(tmp_path / "file"))
    assert (tmp_path / "file").read_bytes() == (tmp_path / "net.tsv").read_bytes()
    assert export(toy_build, "-f", "tsv").encode() == (tmp_path / "net.tsv").read_bytes()
    assert hasattr(exporter_to("tsv", "-"), "as_folder")
