"""Engines that another thread has closed: every call says so, and none shows an error of DuckDB."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from kg.engines.duckdb import DuckDBEngine, DuckDBSchema
from kg.errors import KgError

ROWS = pa.table({"n": [1, 2]})
CALLS: dict[str, Callable[[DuckDBEngine], object]] = {
    "connect": lambda engine: engine.connect(),
    "append": lambda engine: engine.append("numbers", ROWS),
    "append_new": lambda engine: engine.append("others", ROWS),
    "create_table": lambda engine: engine.create_table("others", "SELECT 1 AS n"),
    "create_view": lambda engine: engine.create_view("others", "SELECT 1 AS n"),
    "create_from_file": lambda engine: engine.create_from_file("others", "SELECT 1 AS n"),
    "drop": lambda engine: engine.drop("numbers"),
    "drop_if_there": lambda engine: engine.drop_if_there("numbers"),
    "fetch": lambda engine: engine.fetch("SELECT * FROM numbers"),
    "stream": lambda engine: [*engine.stream("SELECT * FROM numbers")],
    "count": lambda engine: engine.count("numbers"),
}


@pytest.mark.parametrize("part", ["database", "schema", "schema of a closed database"])
@pytest.mark.parametrize("call", CALLS)
def test_a_closed_engine_says_so(call: str, part: str, tmp_path: Path) -> None:
    database = DuckDBEngine(tmp_path)
    engine = database if part == "database" else DuckDBSchema(database, "view_1")
    engine.append("numbers", ROWS)
    (database if part.startswith("schema of") else engine).close()
    with pytest.raises(KgError, match=r"the build was closed while its tables were read; open it again with kg\.open"):
        CALLS[call](engine)
    database.close()


def test_what_is_closed_can_be_closed_and_interrupted_again(tmp_path: Path) -> None:
    database = DuckDBEngine(tmp_path)
    schema = DuckDBSchema(database, "view_1")
    for engine in (database, schema, database, schema):
        engine.close()
        engine.interrupt()
