"""Tables on disk, and finished builds."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.errors import SourceError, UnknownName
from kg.model.build import SORT_KEYS, Build
from kg.model.tables import TABLES, write_parquet


def batch(first: int, count: int) -> pa.RecordBatch:
    numbers = range(first, first + count)
    columns = [[f"f{number:07d}" for number in numbers], [f"p{number}" for number in numbers], ["x"] * count]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], names=["citing_id", "cited_id", "kind"])


def test_bytes_do_not_depend_on_how_rows_were_batched(tmp_path: Path) -> None:
    sizes = [[300_000], [1, 131_071, 131_072, 37_856], [100_000, 100_000, 100_000]]
    written = []
    for number, parts in enumerate(sizes):
        path = tmp_path / f"{number}.parquet"
        starts = [sum(parts[:place]) for place in range(len(parts))]
        batches = [batch(start, count) for start, count in zip(starts, parts, strict=True)]
        assert write_parquet(path, "citations", batches) == 300_000
        written.append(path.read_bytes())
    assert written[0] == written[1] == written[2]


def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    assert write_parquet(tmp_path / "x.parquet", "papers", []) == 0
    assert pq.read_schema(tmp_path / "x.parquet").names == TABLES["papers"].names


@pytest.mark.parametrize("name", TABLES)
def test_published_tables_are_sorted_by_key_and_required_columns_are_filled(name: str, toy_build: Path) -> None:
    table = pq.read_table(toy_build / "tables" / f"{name}.parquet")
    keys = list(zip(*(table[column].to_pylist() for column in SORT_KEYS[name]), strict=True))
    known = [tuple(cell or "\U0010ffff" for cell in key) for key in keys]  # NULL sorts last
    assert known == sorted(known)
    assert len(set(keys)) == len(keys)
    for field in TABLES[name]:
        assert field.nullable or table[field.name].null_count == 0, field.name


def test_a_folder_without_a_build_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no build here; make one with: kg build SOURCE"):
        Build(tmp_path)


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(SourceError, match=r"manifest\.json: not a manifest of kg"):
        Build(tmp_path)


def test_a_file_in_place_of_a_build_is_named(tmp_path: Path) -> None:
    (tmp_path / "pfocr.ttl").write_text("")
    with pytest.raises(SourceError, match=r"pfocr\.ttl: is a file; give the folder of a build"):
        Build(tmp_path / "pfocr.ttl")


def test_an_unknown_table_lists_the_known_ones(toy_build: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean mentions"):
        Build(toy_build).table("mention")
