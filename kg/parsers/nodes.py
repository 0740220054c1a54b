"""Values of front matter: text, lists and mappings, with the line of each field."""

from typing import Any

Node = str | list[Any] | dict[str, Any] | None
"""Text, a list, a MappingNode, or None for an empty or null scalar."""

NULLS = dict.fromkeys(("", "~", "null", "Null", "NULL"))
"""Plain (unquoted) scalars that YAML reads as null."""


class MappingNode(dict[str, Node]):
    """A mapping that remembers the line of each key, counted from 1 in the file."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}
