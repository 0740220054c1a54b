"""What a request asks for: its parameters, each checked. What is wrong with one is a QueryError of one line."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from math import isfinite
from typing import TypeVar

from kg.errors import QueryError

LONGEST = 500
"""Characters of a text; names and identifiers are far shorter."""

Value = TypeVar("Value", bound=str)

_REAL = re.compile(r"[0-9]*\.?[0-9]+([eE][-+]?[0-9]{1,3})?")


class QueryParameters:
    """The parameters of one request. An empty value is as good as none."""

    def __init__(self, given: Iterable[tuple[str, str]], known: Sequence[str], longest: int = LONGEST) -> None:
        self._given: dict[str, list[str]] = {}
        for name, value in given:
            if name not in known:
                raise QueryError(f"no parameter is called {name[:50]!r} here; {_hint(name, known)}")
            if len(value) > longest:
                raise QueryError(f"{name}: {len(value):,} characters; at most {longest:,}")
            if value.strip():
                self._given.setdefault(name, []).append(value)

    def text(self, name: str) -> str:
        """Give a text that must be there."""
        found = self._one(name)
        if found is None:
            raise QueryError(f"{name} is missing; add it: ?{name}=...")
        return found

    def texts(self, name: str) -> list[str]:
        """Give all texts of this name."""
        return self._given.get(name, [])

    def whole(self, name: str, least: int, most: int, default: int) -> int:
        """Give a whole number between two bounds, both allowed."""
        found = self._one(name)
        if found is None:
            return default
        if not re.fullmatch("[0-9]{1,9}", found) or not least <= int(found) <= most:
            raise QueryError(f"{name}={found!r} is not a whole number from {least} to {most}")
        return int(found)

    def share(self, name: str) -> float | None:
        """Give a number from 0 to 1; None where there is none."""
        found = self._one(name)
        if found is None:
            return None
        if not _REAL.fullmatch(found) or not isfinite(float(found)) or float(found) > 1:
            raise QueryError(f"{name}={found!r} is not a number from 0 to 1")
        return float(found)

    def one_of(self, name: str, known: Sequence[Value], default: Value | None = None) -> Value:
        """Give one of the known values; without a default it must be there."""
        if default is not None and not self.texts(name):
            return default
        return _known(name, self.text(name), known)

    def some_of(self, name: str, known: Sequence[Value]) -> tuple[Value, ...]:
        """Give some of the known values, separated by commas or given one by one; empty where there is none."""
        found = [each.strip() for value in self.texts(name) for each in value.split(",")]
        return tuple(dict.fromkeys(_known(name, each, known) for each in found if each))

    def _one(self, name: str) -> str | None:
        found = self.texts(name)
        if len(found) > 1:
            raise QueryError(f"{name} is given {len(found)} times; give it once")
        return found[0] if found else None


def _known(name: str, value: str, known: Sequence[Value]) -> Value:
    for each in known:
        if each == value:
            return each
    raise QueryError(f"{name}={value!r} is none of: {', '.join(known)}")


def _hint(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name[:50], known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"known: {', '.join(known)}" if known else "it takes none"
