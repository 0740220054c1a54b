"""Load the SQL statements."""

from functools import cache
from importlib.resources import files
from string import Template


@cache
def _text(name: str) -> str:
    return (files("kg") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def sql(name: str, **numbers: int) -> str:
    """Give the SELECT of a file in `kg/sql`, with its `$parameters` filled; they are numbers only."""
    return Template(_text(name)).substitute({key: int(value) for key, value in numbers.items()})
