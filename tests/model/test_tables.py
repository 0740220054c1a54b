"""Tables on disk, and finished builds."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.errors import SourceError, UnknownName
from kg.model.build import SORT_KEYS, Build
from kg.model.tables import TABLES, row_groups, write_parquet


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


def word_pairs(first: int, count: int) -> pa.RecordBatch:
    """Return pairs of words whose texts come back after 1,000 rows."""
    numbers = range(first, first + count)
    values: dict[pa.DataType, list[object]] = {
        pa.int32(): [number % 7 for number in numbers],
        pa.float64(): [number / 8 for number in numbers],
        pa.string(): [f"w{number % 1000}" for number in numbers],
    }
    schema = TABLES["word_cooccurrences"]
    columns = [pa.array(values[field.type], field.type) for field in schema]
    columns[schema.names.index("object_figures")] = pa.nulls(count, pa.int32())
    return pa.record_batch(columns, schema=schema)


def test_texts_of_pairs_are_written_alike_whether_they_come_as_dictionaries_or_not(tmp_path: Path) -> None:
    plain = word_pairs(0, 140_000)
    unused = pa.array([*(f"w{number}" for number in reversed(range(1000))), "no row has this"])
    place = pa.array([999 - number % 1000 for number in range(140_000)], pa.int32())
    text = pa.DictionaryArray.from_arrays(place, unused)
    columns = [text if field.type == pa.string() else plain[field.name] for field in plain.schema]
    encoded = pa.record_batch(columns, names=plain.schema.names)
    own = [column.dictionary_encode() if column.type == pa.string() else column for column in plain.slice(0, 5)]
    sources = {
        "plain": [plain],
        "encoded": [encoded],
        "slices": [encoded.slice(0, 5), encoded.slice(5)],
        "two dictionaries": [pa.record_batch(own, names=plain.schema.names), encoded.slice(5)],
    }
    for name, batches in sources.items():
        assert write_parquet(tmp_path / name, "word_cooccurrences", batches) == 140_000
        assert (tmp_path / name).read_bytes() == (tmp_path / "plain").read_bytes(), name
    assert pq.read_schema(tmp_path / "encoded").equals(TABLES["word_cooccurrences"], check_metadata=True)
    assert pq.read_table(tmp_path / "encoded").equals(pa.Table.from_batches([plain]))
    groups = pq.ParquetFile(tmp_path / "encoded").metadata
    assert [groups.row_group(number).num_rows for number in range(2)] == [131_072, 8_928]
    assert groups.row_group(1).column(0).statistics.min == "w0"  # not "no row has this"


def test_a_first_row_group_that_is_partly_filled_is_shorter() -> None:
    groups = [*row_groups([batch(0, 131_070), batch(131_070, 30)], filled=131_071)]
    assert [group.num_rows for group in groups] == [1, 131_072, 27]
    assert groups[-1]["citing_id"].to_pylist()[0] == "f0131073"


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
