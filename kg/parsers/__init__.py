"""A parser turns the bytes of one file into elements of `kg.model`.

Parsers are found by entry point (group `kg.parsers`); docs/plugins.md shows one in twenty lines. The
first one, by name, that accepts a file name reads the file.
"""

from collections.abc import Iterable
from functools import cache
from typing import Protocol

from kg.model.records import Element
from kg.runtime import plugins


class Parser(Protocol):
    """Anything with these two methods; no need to inherit from it.

    `parse` may raise RecordError to refuse the whole file, and yields a Problem for what it skips.
    """

    def can_parse(self, name: str) -> bool:
        """Say whether the file of this name (path inside its source) is for this parser."""
        ...

    def parse(self, name: str, body: bytes) -> Iterable[Element]:
        """Yield the elements of one file."""
        ...


@cache
def installed() -> tuple[Parser, ...]:
    """Load every installed parser once, in order of name."""
    return tuple(plugins.load("parser", name)() for name in plugins.names("parser"))


def parser_for(name: str) -> Parser | None:
    """Give the parser for a file name, or None where nobody wants the file."""
    return next((parser for parser in installed() if parser.can_parse(name)), None)
