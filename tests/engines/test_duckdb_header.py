"""The head of a DuckDB file: equal tables give equal bytes, and DuckDB opens the file."""

from pathlib import Path

import duckdb

from kg.engines.duckdb_header import HEAD, HEADS, with_identifier


def made(folder: Path) -> bytes:
    folder.mkdir()
    with duckdb.connect(str(folder / "x.duckdb"), config={"threads": 1}) as database:
        database.execute("CREATE TABLE t AS SELECT range AS number FROM range(100)")
    return (folder / "x.duckdb").read_bytes()


def test_two_files_differ_in_the_identifier_alone(tmp_path: Path) -> None:
    one, other = made(tmp_path / "a"), made(tmp_path / "b")
    assert one != other
    assert one[HEADS:] == other[HEADS:]
    heads = {with_identifier(file[:HEADS], b"0123456789abcdef") for file in (one, other)}
    assert len(heads) == 1
    (tmp_path / "c.duckdb").write_bytes(heads.pop() + one[HEADS:])
    with duckdb.connect(str(tmp_path / "c.duckdb"), read_only=True) as database:
        assert database.execute("SELECT sum(number) FROM t").fetchone() == (4950,)


def test_a_head_with_another_checksum_stays(tmp_path: Path) -> None:
    heads = bytearray(made(tmp_path / "a")[:HEADS])
    for start in range(0, HEADS, HEAD):
        heads[start] ^= 1
    assert with_identifier(bytes(heads), bytes(16)) == bytes(heads)
    assert with_identifier(b"short", bytes(16)) == b"short"
