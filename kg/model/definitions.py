"""The definitions of tables and columns, read from docs/data-model.md, which a wheel has inside."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from kg.model.build import SORT_KEYS

_PAGE = "data-model.md"
_ROW = re.compile(r"\| `(\w+)` \| [\w ]+ \| [\w, ]* ?\| ([^|]+) \|")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


class TableDefinition(NamedTuple):
    """A published table."""

    rows: str
    """The meaning of a row, with its conditions."""
    columns: dict[str, str]
    """Column to its meaning."""


@cache
def definitions() -> dict[str, TableDefinition]:
    """Return the definition of each published table, by name, as plain text.

    >>> definitions()["members"].columns["entity_id"]
    'a gene of it, at any depth'
    """
    inside = files("kg") / _PAGE
    page = inside if inside.is_file() else Path(str(files("kg"))).parent / "docs" / _PAGE
    sections = re.split(r"^#+ ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    parts = {name: text for name, _, text in (section.partition("\n") for section in sections)}
    return {name: _definition(parts[name]) for name in SORT_KEYS}


def _definition(text: str) -> TableDefinition:
    head, _, table = f"\n{text}".partition("\n| column |")
    return TableDefinition(_plain(head), {name: _plain(meaning) for name, meaning in _ROW.findall(table)})


def _plain(text: str) -> str:
    """Return Markdown without links, marks of code and line ends."""
    return " ".join(_LINK.sub(r"\1", text).replace("`", "").split())
