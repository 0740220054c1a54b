"""Every SQL statement says truly what it reads, and Python and SQL files know each other."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from helpers.corpus import ROOT

from kg.engines.statements import Statement, parse

FILES = sorted((ROOT / "kg").rglob("sql/*.sql"))


def statements(path: Path) -> list[Statement]:
    return list(parse(path.read_text(encoding="utf-8")))


def tables(statement: Statement) -> set[str]:
    """Return the tables that DuckDB's parser finds in a SELECT, without those of its own WITH clauses."""
    select = re.sub(r"(?<=FROM )\(\$\w+\)", "(SELECT 1)", statement.text)  # the SELECT of another statement
    select = re.sub(r"\$\w+", "1", select)
    with duckdb.connect() as connection:
        tree = json.loads(connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [select]).fetchall()[0][0])
    assert not tree["error"], f"{statement.name}: {tree.get('error_message')}"
    nodes = list(_nodes(tree["statements"]))
    own = {entry["key"] for node in nodes for entry in node.get("cte_map", {}).get("map", [])}
    return {node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"} - own


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "kg")))
def test_a_statement_reads_what_its_head_says(path: Path) -> None:
    for statement in statements(path):
        if statement.text and statement.dialect in ("", "duckdb"):
            assert set(statement.reads) == tables(statement), statement.name
        if statement.dialect:
            twins = [twin for twin in statements(path) if twin.name == statement.name]
            assert {twin.dialect for twin in twins} > {statement.dialect}, f"{statement.name}: no sibling"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "kg")))
def test_a_statement_explains_itself_and_is_there_once(path: Path) -> None:
    found = statements(path)
    assert {statement.name for statement in found if not statement.comment and not statement.dialect} == set()
    assert Counter((statement.name, statement.dialect) for statement in found).most_common(1)[0][1] == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "kg")))
def test_what_is_dropped_was_there(path: Path) -> None:
    dropped: set[str] = set()
    for statement in statements(path):
        assert not dropped & set(statement.reads), f"{statement.name} reads what was dropped"
        dropped |= set(statement.drops)


def test_every_file_of_sql_is_run_by_its_package() -> None:
    for path in FILES:
        package = path.parent.parent
        sources = "\n".join(module.read_text(encoding="utf-8") for module in package.rglob("*.py"))
        assert f'"{path.stem}"' in sources, path.relative_to(ROOT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "kg")))
def test_a_product_of_a_count_is_wider_than_the_count(path: Path) -> None:
    # Twice a count of 32 bits does not fit in 32 bits, and DuckDB then raises an error.
    products = re.findall(r"\b\d+ \* (?:\w+\.)?(\w+)|\b(?:\w+\.)?(\w+) \* \d+\b", path.read_text(encoding="utf-8"))
    assert {name.lower() for pair in products for name in pair if name} <= {"cast", "count", "probability"}
