"""Named SQL statements: how a file is parsed, how parameters are filled, and the order in which a step runs."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import duckdb
import pyarrow as pa
import pytest
from helpers.corpus import ROOT

from kg.engines import statements
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements, literal, parse

STEP = """
    -- A step, introduced by a line.

    -- name: numbers (python)
    -- The numbers 1 to 3.

    -- name: large (view)
    -- reads: numbers
    -- Numbers from $least on.
    -- They are few.
    SELECT n FROM numbers WHERE n >= $least

    -- name: squares (table)
    -- reads: large
    -- drops: large, numbers
    -- Their squares.
    SELECT n * n AS square FROM large

    -- name: report (rows)
    -- reads: squares
    -- For Python.
    SELECT LIST(square ORDER BY square) AS squares FROM squares

    -- name: report (rows, spark)
    SELECT ARRAY_SORT(ARRAY_AGG(square)) AS squares FROM squares

    -- name: wrapped (rows)
    -- Rows of another statement.
    SELECT * FROM ($inner)
"""


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Statements:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / f"{tmp_path.name}.sql").write_text(dedent(STEP), encoding="utf-8")
    monkeypatch.setattr(statements, "files", Path)
    return Statements(str(tmp_path), tmp_path.name)


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine()
    yield engine
    engine.close()


def test_a_file_is_statements_in_order_with_their_heads(step: Statements) -> None:
    assert [statement.name for statement in step] == ["numbers", "large", "squares", "report", "wrapped"]
    assert [statement.dialect for statement in step.all()] == ["", "", "", "", "spark", ""]
    large, squares = step.get("large"), step.get("squares")
    assert (large.kind, large.reads, large.drops) == ("view", ("numbers",), ())
    assert large.comment == "Numbers from $least on.\nThey are few."
    assert squares.drops == ("large", "numbers")
    assert step.get("numbers").text == ""
    assert len(step) == 3, "of the kind rows are left to Python"


def test_a_step_runs_in_order_and_drops_its_tables(step: Statements, engine: DuckDBEngine) -> None:
    events: list[str] = []

    def append() -> None:
        events.append("numbers")
        engine.append("numbers", pa.table({"n": [1, 2, 3]}))

    step.run(engine, {"numbers": append}, lambda: events.append("progress"), least=2, unused="text")
    assert events == ["progress", "numbers", "progress", "progress"]
    assert engine.fetch(step.sql("report", engine.dialect))["squares"].to_pylist() == [[4, 9]]
    for name in ("large", "numbers"):
        with pytest.raises(duckdb.CatalogException):
            engine.fetch(f"SELECT * FROM {name}")


def test_a_python_table_without_a_function_is_an_error(step: Statements, engine: DuckDBEngine) -> None:
    with pytest.raises(KeyError, match="numbers"):
        step.run(engine, least=2)


def test_a_dialect_has_its_twin_or_the_shared_statement(step: Statements) -> None:
    assert step.sql("report", "spark").startswith("SELECT ARRAY_SORT")
    assert step.sql("report", "duckdb") == step.sql("report")
    assert step.sql("squares", "spark") == "SELECT n * n AS square FROM large"
    with pytest.raises(KeyError):
        step.get("cubes")


def test_parameters_are_filled(step: Statements) -> None:
    assert step.sql("large", least=2) == "SELECT n FROM numbers WHERE n >= 2"
    assert step.sql("wrapped", inner=step.sql("large", least="o'clock")) == (
        "SELECT * FROM (SELECT n FROM numbers WHERE n >= 'o''clock')"
    )
    assert step.sql("wrapped", inner="SELECT 1") == "SELECT * FROM ('SELECT 1')", "a text is never SQL"
    with pytest.raises(KeyError, match="least"):
        step.sql("large")


def test_a_number_is_a_double_in_sql_too(engine: DuckDBEngine) -> None:
    for number in (1e12, 0.5, 1 / 3, 3.0):
        row = engine.fetch(f"SELECT {literal(number)} AS n, TYPEOF({literal(number)}) AS type").to_pylist()
        assert row == [{"n": number, "type": "DOUBLE"}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-- name: a table\nSELECT 1", "not of the form"),
        ("-- name: a (column)\nSELECT 1", "not of the form"),
        ("-- name: a (table)\n-- A comment.", "a SELECT is missing"),
        ("-- name: a (python)\nSELECT 1", "no SELECT"),
    ],
)
def test_a_head_of_another_form_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(parse(text))


def test_names_are_unique_within_the_package() -> None:
    names = [
        statement.name
        for path in sorted((ROOT / "kg").glob("building/sql/*.sql"))
        + sorted((ROOT / "kg").glob("cooccurrence/sql/*.sql"))
        for statement in parse(path.read_text(encoding="utf-8"))
        if not statement.dialect
    ]
    assert sorted(names) == sorted(set(names))
