"""Options that several commands share, and the values that they stand for."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.errors import ParameterError
from kg.model.checks import size_in_bytes
from kg.model.records import SURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.lexicon.lexicon import Lexicon
    from kg.model.build import Build

    _Type = click.ParamType[int]
else:
    _Type = click.ParamType  # Before click 8.2 it is not generic.


class Size(_Type):
    """Option type of a size in bytes, such as 64KiB, 500MB or 2GiB."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of bytes.

        >>> Size().convert("64KiB", None, None)
        65536
        """
        if isinstance(value, int):
            return value
        try:
            return size_in_bytes("size", value)
        except ParameterError as error:
            self.fail(str(error).removeprefix("size="), param, ctx)


class Number(click.FloatRange):
    """Option type of a number in a range; NaN, which compares with no bound, is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


def _checked_size(context: click.Context, parameter: click.Parameter, value: str) -> str:
    Size().convert(value, parameter, context)
    return value


build_option = click.option(
    "--build", "folder", default="exports", show_default=True, type=click.Path(), help="Folder of a finished build."
)
lexicon_option = click.option(
    "--lexicon", type=click.Path(), metavar="FOLDER",
    help="Folder of a lexicon, or: bundled, for the one that comes with kg. [default: your own if you have one]",
)  # fmt: skip
jobs_option = click.option(
    "-j", "--jobs", type=click.IntRange(1),
    help="Number of processes that read records, and of threads. [default: one per core]",
)  # fmt: skip
memory_option, build_memory_option = (
    click.option("--memory-limit", default="4GiB", show_default=True, metavar="SIZE", callback=_checked_size, help=text)
    for text in (
        "Memory of the database engine; beyond it, the engine uses the disk.",
        "Memory of the build. The database gets two thirds, and uses the disk beyond.",
    )
)
archive_option = click.option(
    "--max-archive", type=Size(), metavar="SIZE",
    help="Most bytes that an archive may unpack to. [default: 200 times its size, 64MiB for a small one]",
)  # fmt: skip

download_option = click.option(
    "--max-download", type=Size(), default="64GiB", show_default=True, metavar="SIZE",
    help="Most bytes of a file that is downloaded.",
)  # fmt: skip


def checked_organisms(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return organisms as they were typed.

    Raises BadParameter where one is no organism; it names the option.
    """
    from kg.model.organisms import read_taxon

    for value in values:
        try:
            read_taxon("", value)
        except ParameterError as error:
            raise click.BadParameter(str(error).removeprefix(": "), context, parameter) from None
    return values


TAXON_FORMS = "an NCBI taxon id such as 9606, a name such as human, or: unknown"
taxon_option = click.option(
    "--taxon",
    "taxa",
    multiple=True,
    metavar="ORGANISM",
    callback=checked_organisms,
    help=f"Only genes of this organism: {TAXON_FORMS}; repeatable.",
)
without_taxon_option = click.option(
    "--without-taxon", "without_taxa", multiple=True, metavar="ORGANISM", callback=checked_organisms,
    help="No genes of this organism, in the same forms; repeatable.",
)  # fmt: skip


def probability_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --min-probability and --sure to a command, which gets `min_probability` of both."""

    @wraps(command)
    def with_probability(*arguments: Any, min_probability: float | None, sure: bool, **others: Any) -> None:
        if sure and min_probability is not None:
            raise click.UsageError("--sure and --min-probability exclude each other; give one of them")
        least = SURE if sure else min_probability
        command(*arguments, min_probability=least, **others)

    least = click.option(
        "--min-probability", type=Number(0, 1), metavar="P",
        help="Only mentions of this probability or more; pairs are counted anew from them. [default: the build's]",
    )  # fmt: skip
    return least(
        click.option("--sure", is_flag=True, help=f"Sure readings only: --min-probability {SURE}.")(with_probability)
    )


view_format = click.option(
    "-f", "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True,
    help="table is for reading, json for programs.",
)  # fmt: skip


def open_lexicon(name: str | None) -> Lexicon:
    """Open the lexicon that --lexicon names: a folder, `bundled`, or None for the user's own if there is one.

    Raises LexiconError where there is no lexicon in the folder.
    """
    from kg.errors import LexiconError
    from kg.graph.resolve import default_lexicon
    from kg.lexicon.files import BUNDLED, SHAPES
    from kg.lexicon.folder import open_folder
    from kg.runtime.paths import shell_word

    if name == "bundled":
        return open_folder(BUNDLED)
    if name is None:
        return default_lexicon()
    folder = Path(name)
    if folder.exists() and not folder.is_dir():
        raise LexiconError(f"{name}: not a folder; give the folder that holds the lexicon's files")
    if not folder.is_dir():
        raise LexiconError(
            f"{name}: no such folder; make a lexicon with: kg lexicon update --folder {shell_word(name)}"
        )
    if not any((folder / shape.file).is_file() for shape in SHAPES):
        names = ", ".join(shape.file for shape in SHAPES)
        raise LexiconError(f"{name}: no lexicon here, that is none of {names}; --lexicon bundled is kg's own")
    return open_folder(folder)


def chosen_build(argument: str | None, option: str) -> str:
    """Return the folder of the build that the argument BUILD names, or else --build.

    Raises UsageError where both were typed.
    """
    typed = click.get_current_context().get_parameter_source("folder") is click.core.ParameterSource.COMMANDLINE
    if argument is not None and typed:
        raise click.UsageError(f"two builds, {argument} and --build {option}; give one of them")
    return argument or option


def find(graph: KnowledgeGraph, text: str, taxa: Sequence[str] = (), without_taxa: Sequence[str] = ()) -> str:
    """Return the CURIE of the entity or figure that a person means; say which, unless the text is its exact name.

    Where several entities match, the organisms of --taxon and --without-taxon choose.
    """
    from kg.cli.terminal import note

    match = graph.resolve(text, taxa, without_taxa)
    if not match.exact or match.among > 1:
        note(match.note)
    return match.id


def note_absent_organisms(build: Build, taxa: Sequence[str]) -> None:
    """Print a note on each organism of --taxon of which the build has no genes."""
    from kg.cli.terminal import note
    from kg.model.organisms import organism_name, read_taxa

    present = build.manifest["counts"].get("genes_by_taxon")  # Older builds do not have it.
    for taxon in read_taxa("taxa", taxa) if present is not None else ():
        if taxon not in present:
            note(f"--taxon {organism_name(taxon)}: the build has no genes of this organism")


def cores() -> int:
    """Return the number of cores that this process may use, or of all where the system does not tell."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def user_cache(name: str = "parsed") -> Path:
    """Return a folder of the user's cache; `parsed` has parsed files and the fingerprints of earlier builds."""
    import platformdirs

    return platformdirs.user_cache_path("kg", appauthor=False) / name


def spark_log() -> Path | None:
    """Return an empty file for the log lines of Spark; None with --debug, and where there is no folder for logs."""
    import platformdirs

    if click.get_current_context().find_root().params.get("debug"):
        return None
    path = platformdirs.user_log_path("kg", appauthor=False) / "spark.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    except OSError:
        return None
    return path
