"""Errors that `kg` raises on purpose.

    KgError
    ├── SourceError      an input cannot be read, or holds no records
    │   └── DamagedSource  an archive is damaged, or none
    ├── RecordError      one record or table is refused (it carries file and line)
    │   └── NotARecord   a page among the records that is none
    ├── LexiconError     a lexicon file is missing or malformed
    ├── UnknownName      no entity or figure has this name
    │   └── UnknownChoice  no parser, exporter, view, query, layer or table has this name
    ├── UnknownPrefix    a CURIE or IRI outside the prefix table
    ├── ParameterError   an argument of a function, or a field of its options, is wrong
    ├── OutputError      a destination cannot be written, or is being written by another build
    └── QueryError       a SPARQL query, or a parameter of one, is wrong

Every message names the value, the location and the remedy; the command line prints it as one line.
"""

from collections.abc import Iterable
from difflib import get_close_matches

# The names in the tree above state the fault; the suffix "Error" would add nothing.
# ruff: noqa: N818


REBUILD = "build again with kg build --no-cache; kg validate lists what else is damaged"
"""The way out of a damaged build, as messages give it."""

MOST_SHOWN = 100
"""Characters of a value that a message repeats, so that it stays one line."""


def cut(text: str) -> str:
    """Return a text as a message repeats it, with its first 100 characters.

    >>> cut("TNFSF11"), len(cut("A" * 5000))
    ('TNFSF11', 101)
    """
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def shown(value: object) -> str:
    """Return any value as a message repeats it, with its first 100 characters.

    >>> shown("TNFSF11"), shown(8600)
    ("'TNFSF11'", '8600')
    """
    return repr(cut(value)) if isinstance(value, str) else cut(repr(value))


class KgError(Exception):
    """Base class of all errors of `kg`; catch it to catch all of them."""


class SourceError(KgError):
    """An input cannot be read, or holds no records."""


class DamagedSource(SourceError):
    """An archive is damaged, or is none."""


class RecordError(KgError):
    """One record or table is refused; the others are unaffected.

    `line` counts from 1 in the file itself; None means the file as a whole.
    """

    def __init__(self, reason: str, *, file: str = "", line: int | None = None) -> None:
        self.reason = reason
        self.file = file
        self.line = line
        location = file if line is None else f"{file}:{line}"
        super().__init__(f"{location}: {reason}" if location else reason)


class NotARecord(RecordError):
    """A page among the records is none; the report has a note of it, not an error."""


class LexiconError(KgError):
    """A lexicon file is missing or malformed."""


class UnknownName(KgError):
    """No entity or figure has this name, or several have it; then `names` are their identifiers.

    `suggestions` are the names and identifiers that the hint offers in place of a name that nothing has.
    """

    def __init__(
        self, kind: str, name: str, names: Iterable[str] = (), *, hint: str = "", suggestions: Iterable[str] = ()
    ) -> None:
        self.kind = kind
        self.name = name
        self.names = tuple(names)
        self.suggestions = tuple(suggestions)
        choices = sorted(self.names)
        close = get_close_matches(name, choices, n=3)
        if not hint and close:
            hint = f"did you mean {', '.join(close)}?"
        elif not hint and choices:
            hint = f"known: {', '.join(choices)}"
        super().__init__(f"no {kind} is called {shown(name)}" + (f"; {hint}" if hint else ""))


class UnknownChoice(UnknownName):
    """No parser, exporter, view, query, layer or table has this name; `names` are the valid ones."""


class UnknownPrefix(KgError):
    """A CURIE or IRI has no prefix of the prefix table."""


class ParameterError(KgError):
    """An argument of a function, or a field of its options, is wrong."""


class OutputError(KgError):
    """A destination cannot be written, or is being written by another build."""


class QueryError(KgError):
    """A SPARQL query, or a parameter of one, is wrong."""
