"""Everything `kg` raises on purpose.

    KgError
    ├── SourceError      an input cannot be read, or holds no records
    ├── RecordError      one record or table is refused (it carries file and line)
    │   └── NotARecord   a page that lies beside the records and is none
    ├── LexiconError     a lexicon file is missing or malformed
    ├── UnknownName      no parser, exporter, view, query, table or entity has this name
    ├── UnknownPrefix    a CURIE or IRI outside the prefix table
    ├── OutputError      a destination cannot be written, or is being written by another build
    └── QueryError       a SPARQL query, or a parameter of one, is wrong

Every message names the value, the place and the way out; the command line prints it as one line.
"""

from collections.abc import Iterable
from difflib import get_close_matches

# Names say what is wrong, as in the tree above, not that it is an error.
# ruff: noqa: N818


class KgError(Exception):
    """The base of the family; catch it to catch them all."""


class SourceError(KgError):
    """An input cannot be read, or holds no records."""


class RecordError(KgError):
    """One record or table is refused; the others are unaffected.

    `line` counts from 1 in the file itself; None means the file as a whole.
    """

    def __init__(self, reason: str, *, file: str = "", line: int | None = None) -> None:
        self.reason = reason
        self.file = file
        self.line = line
        place = file if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {reason}" if place else reason)


class NotARecord(RecordError):
    """A page that lies beside the records and is none: worth a note, not an error."""


class LexiconError(KgError):
    """A lexicon file is missing or malformed."""


class UnknownName(KgError):
    """No parser, exporter, view, query, table or entity has this name."""

    def __init__(self, kind: str, name: str, known: Iterable[str] = (), *, hint: str = "") -> None:
        self.kind = kind
        self.name = name
        choices = sorted(known)
        close = get_close_matches(name, choices, n=3)
        if not hint and close:
            hint = f"did you mean {', '.join(close)}?"
        elif not hint and choices:
            hint = f"known: {', '.join(choices)}"
        super().__init__(f"no {kind} is called {name!r}" + (f"; {hint}" if hint else ""))


class UnknownPrefix(KgError):
    """A CURIE or IRI outside the prefix table."""


class OutputError(KgError):
    """A destination cannot be written, or is being written by another build."""


class QueryError(KgError):
    """A SPARQL query, or a parameter of one, is wrong."""
