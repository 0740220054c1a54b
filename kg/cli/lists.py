"""Lists of names on the command line: the option, the file, and the report of the names that were matched."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import terminal
from kg.errors import SourceError

if TYPE_CHECKING:
    from kg.graph.entity_list import EntityList
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.parsers.lists import GivenList

MOST_BYTES = 64 * 2**20
"""Bytes of the largest file that is read as a list."""

genes_option: Callable[[Callable[..., None]], Callable[..., None]] = click.option(
    "--genes", "genes", type=click.Path(), metavar="FILE",
    help="File with a list of names, - for standard input: one a line, separated by commas or blanks, or a CSV or TSV "
    "table. Symbols, identifiers, synonyms and drawn words are names.",
)  # fmt: skip


def read_file(path: str) -> GivenList:
    """Read a list from a file, `-` for standard input; raise SourceError where it cannot be read or holds no list."""
    from kg.parsers.lists import read_list

    return read_list(read_content(path), source(path))


def source(path: str) -> str:
    """Return the name of a file in messages."""
    return "standard input" if path == "-" else path


def read_content(path: str) -> bytes:
    """Read a file, `-` for standard input; raise SourceError where it cannot be read, or has more than MOST_BYTES."""
    try:
        if path == "-":
            if sys.stdin is None:
                raise SourceError("standard input is closed; give a file")
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{source(path)}: cannot be read: {error.strerror or error}") from None
    if len(content) > MOST_BYTES:
        raise SourceError(f"{source(path)}: over {MOST_BYTES // 2**20} MiB; give a list of names")
    return content


def check_not_replaced(inputs: Iterable[str | None], outputs: Iterable[Path], what: str) -> None:
    """Raise ParameterError where a file of `outputs`, which `what` names, would replace one of the inputs."""
    from kg.errors import ParameterError

    read = [path for path in map(Path, filter(None, inputs)) if path.is_file()]
    for file in outputs:
        if file.is_file() and any(map(file.samefile, read)):
            raise ParameterError(f"{file}: {what} would replace the list; give -o another name")


def match(
    graph: KnowledgeGraph, given: GivenList, taxa: Sequence[str] = (), without_taxa: Sequence[str] = ()
) -> EntityList:
    """Return the entities that a list means, and print a report of it on standard error.

    Raises SourceError where no name of it is an entity of the build.
    """
    matched = graph.match_list(given, taxa, without_taxa)
    matched.check_matched()
    for line in matched.report():
        terminal.note(line)
    return matched
