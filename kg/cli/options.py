"""Options that several commands have, and what they stand for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.lexicon.lexicon import Lexicon

build_option = click.option(
    "--build", "folder", default="exports", show_default=True, type=click.Path(), help="Folder of a finished build."
)
lexicon_option = click.option(
    "--lexicon", type=click.Path(), metavar="FOLDER",
    help="Lexicon to use, or: bundled. [default: the user's own, where there is one]",
)  # fmt: skip
view_format = click.option(
    "-f", "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True,
    help="For people or for programs.",
)  # fmt: skip


def open_lexicon(given: str | None) -> Lexicon:
    """Open the lexicon that an option names: a folder, `bundled`, or by default the user's where there is one."""
    from kg.errors import LexiconError
    from kg.lexicon.files import SHAPES
    from kg.lexicon.lexicon import Lexicon
    from kg.lexicon.update.update import user_folder

    if given == "bundled":
        return Lexicon.bundled()
    if given is None:
        return Lexicon.from_folder(user_folder())
    folder = Path(given)
    if folder.exists() and not folder.is_dir():
        raise LexiconError(f"{given}: no folder; give the folder that holds the lexicon's files")
    if not folder.is_dir():
        raise LexiconError(f"{given}: no such folder; make one with: kg lexicon update --folder {given}")
    if not any((folder / shape.file).is_file() for shape in SHAPES):
        names = ", ".join(shape.file for shape in SHAPES)
        raise LexiconError(f"{given}: no lexicon here, that is none of {names}; --lexicon bundled is kg's own")
    return Lexicon.from_folder(folder)


def find(graph: KnowledgeGraph, text: str) -> str:
    """Return the CURIE of the entity or figure that a person means; say which, unless the text is its exact name."""
    from kg.cli.terminal import note

    match = graph.resolve(text)
    if not match.exact:
        note(match.note)
    return match.id


def cores() -> int:
    """Count the cores this process may use; not every system can tell."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def user_cache() -> Path:
    """Give the folder where builds keep what they parsed."""
    import platformdirs

    return platformdirs.user_cache_path("kg", appauthor=False) / "parsed"
