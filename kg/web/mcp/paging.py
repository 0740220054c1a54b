"""Answers in pages: as many rows as fit into the bytes that the caller allows, and where the next page begins."""

import json
from typing import Any

from kg.web.mcp.asking import ToolProblem

_ROOM = 48
"""Bytes that are left free for the numbers that are known at the end."""


def as_json(answer: Any) -> str:
    """Return an answer as compact JSON.

    >>> as_json({"word": "IκB", "figures": 2})
    '{"word":"IκB","figures":2}'
    """
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def without_none(value: Any) -> Any:
    """Return a value whose objects have no members that are None; lists stay as long as they are.

    >>> without_none({"id": "pfocr:x", "year": None, "cells": [None, 1]})
    {'id': 'pfocr:x', 'cells': [None, 1]}
    """
    if isinstance(value, dict):
        return {name: without_none(member) for name, member in value.items() if member is not None}
    return [without_none(member) for member in value] if isinstance(value, list) else value


class Page:
    """Rows that are added until the answer is full."""

    def __init__(self, head: dict[str, Any], offset: int, max_bytes: int) -> None:
        """Take the members of the answer besides its rows; `offset` is the number of the first row."""
        self._head = without_none(head)
        self._offset = offset
        self._left = max_bytes - _ROOM - len(as_json(self._head | {"rows": [], "offset": offset, "total": 0}).encode())
        self._rows: list[dict[str, Any]] = []

    def add(self, row: dict[str, Any]) -> bool:
        """Add a row; return False where it does not fit. Raises ToolProblem for a first one too long."""
        row = without_none(row)
        size = len(as_json(row).encode()) + 1
        if size > self._left:
            if not self._rows:
                raise ToolProblem(
                    f"row {self._offset} does not fit: {size:,} bytes; ask for less, or raise max_bytes or offset"
                )
            return False
        self._left -= size
        self._rows.append(row)
        return True

    def fill(self, rows: list[dict[str, Any]]) -> None:
        """Add rows as long as they fit."""
        for row in rows:
            if not self.add(row):
                break

    def answer(self, total: int | None, *, more: bool = False, most: int | None = None) -> dict[str, Any]:
        """Return the answer; `total` rows in all, None if unknown, and then `more` says whether there are others.

        Pages lead through `most` rows, None means all.
        """
        end = self._offset + len(self._rows)
        more = more if total is None else end < (total if most is None else min(total, most))
        answer: dict[str, Any] = self._head | {"rows": self._rows, "offset": self._offset}
        if total is not None:
            answer["total"] = total
        if more and self._rows:
            answer["next_offset"] = end
        if not self._rows and total and self._offset:
            answer["hint"] = f"offset {self._offset} is beyond the last of {total} rows"
        return answer
