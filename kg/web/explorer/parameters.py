"""The parameters of a request, each checked. A wrong one is a QueryError of one line."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from math import isfinite
from typing import NamedTuple, TypeVar

from kg.errors import QueryError
from kg.model.records import FLAVOURS, Flavour

LONGEST = 500
"""Greatest number of characters in a value; names and identifiers are far shorter."""

MOST_ROWS = 500
"""Greatest number of partners, figures or matches in an answer."""

MOST_BYTES = 2 << 20
"""Greatest number of bytes in a list: 200,000 symbols, or a table of 20,000 genes with ten columns of numbers."""

_LONGER = {"genes": MOST_BYTES, "background": MOST_BYTES}
"""Greatest number of characters in the values of parameters that are lists."""

Choice = TypeVar("Choice", bound=str)

_REAL = re.compile(r"[0-9]*\.?[0-9]+([eE][-+]?[0-9]{1,3})?")


class Years(NamedTuple):
    """The years that figures are counted in, both included; 0 and 9999 are open ends."""

    first: int = 0
    last: int = 9999

    @property
    def unbounded(self) -> bool:
        """Whether all figures count, also those without a year."""
        return self == (0, 9999)


class QueryParameters:
    """The parameters of one request; one with an empty value counts as missing."""

    def __init__(self, items: Iterable[tuple[str, str]], names: Sequence[str], longest: int = LONGEST) -> None:
        """Take the items of an address whose parameters may be `names`; raise QueryError for another one."""
        self._values: dict[str, list[str]] = {}
        for name, value in items:
            if name not in names:
                raise QueryError(f"no parameter is called {name[:50]!r} here; {_hint(name, names)}")
            if len(value) > (most := _LONGER.get(name, longest)):
                raise QueryError(f"{name}: {len(value):,} characters; at most {most:,}")
            if value.strip():
                self._values.setdefault(name, []).append(value)

    def text(self, name: str) -> str:
        """Return the value of a required parameter; raise QueryError where it is missing."""
        value = self._single(name)
        if value is None:
            raise QueryError(f"{name} is missing; add it: ?{name}=...")
        return value

    def texts(self, name: str) -> list[str]:
        """Return all values of a parameter."""
        return self._values.get(name, [])

    def integer(self, name: str, least: int, most: int, default: int) -> int:
        """Return a whole number between two bounds, both allowed; raise QueryError for anything else."""
        value = self._single(name)
        if value is None:
            return default
        if not re.fullmatch("[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise QueryError(f"{name}={value!r} is not a whole number from {least} to {most}")
        return int(value)

    def fraction(self, name: str) -> float | None:
        """Return a number from 0 to 1, None where the parameter is missing; raise QueryError for anything else."""
        value = self._single(name)
        if value is None:
            return None
        if not _REAL.fullmatch(value) or not isfinite(float(value)) or float(value) > 1:
            raise QueryError(f"{name}={value!r} is not a number from 0 to 1")
        return float(value)

    def years(self) -> Years:
        """Return the years `from` and `to`; raise QueryError where the first is after the last."""
        years = Years(self.integer("from", 0, 9999, 0), self.integer("to", 0, 9999, 9999))
        if years.first > years.last:
            raise QueryError(f"from={years.first} is after to={years.last}")
        return years

    def flavour(self) -> Flavour:
        """Return the flavour of pairs, `all` where it is missing."""
        return self.one_of("flavour", FLAVOURS, "all")

    def one_of(self, name: str, choices: Sequence[Choice], default: Choice | None = None) -> Choice:
        """Return one of the choices; raise QueryError for another value, or for none where there is no default."""
        if default is not None and not self.texts(name):
            return default
        return _choice(name, self.text(name), choices)

    def several_of(self, name: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
        """Return the chosen ones, separated by commas or one a parameter; empty where the parameter is missing."""
        return tuple(_choice(name, value, choices) for value in self.several(name))

    def several(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter, separated by commas or one a parameter, each once."""
        values = [value.strip() for text in self.texts(name) for value in text.split(",")]
        return tuple(dict.fromkeys(value for value in values if value))

    def _single(self, name: str) -> str | None:
        values = self.texts(name)
        if len(values) > 1:
            raise QueryError(f"{name} is given {len(values)} times; give it once")
        return values[0] if values else None


def _choice(name: str, value: str, choices: Sequence[Choice]) -> Choice:
    for choice in choices:
        if choice == value:
            return choice
    raise QueryError(f"{name}={value!r} is none of: {', '.join(choices)}")


def _hint(name: str, names: Sequence[str]) -> str:
    close = get_close_matches(name[:50], names, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"known: {', '.join(names)}" if names else "it takes none"
