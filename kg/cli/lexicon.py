"""`kg lexicon`: ask the lexicon, renew it, teach it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import terminal
from kg.cli.options import cores, lexicon_option, open_lexicon, view_format

if TYPE_CHECKING:
    from kg.lexicon.update.update import Update

folder_option = click.option(
    "--folder", type=click.Path(file_okay=False), help="Folder of the lexicon. [default: the user's own]"
)


@click.group()
def lexicon() -> None:
    """Ask the lexicon what words mean, renew it, or teach it.

    Example: kg lexicon lookup PI3K
    """


@lexicon.command("lookup", short_help="All readings of words.")
@lexicon_option
@view_format
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
def lookup_words(lexicon: str | None, format_: str, words: tuple[str, ...]) -> None:
    """Show every reading of WORD, the surest first, with what says so, and what a bare keyword would become.

    Example: kg lexicon lookup PI3K RANKL
    """
    from kg.cli.lookup_answer import readings_json, readings_text

    write = readings_json if format_ == "json" else readings_text
    click.echo(write(open_lexicon(lexicon), words), nl=False)


@lexicon.command(short_help="Show what the lexicon is made of.")
@lexicon_option
def sources(lexicon: str | None) -> None:
    """Show the files of the lexicon: rows, where they are from, version.

    Example: kg lexicon sources
    """
    from kg.cli.text_table import table

    opened = open_lexicon(lexicon)
    click.echo(table(("file", "rows", "from", "sha256"), opened.summary()), nl=False)
    click.echo(f"version {opened.version}")


@lexicon.command(short_help="Learn the words of a corpus.")
@folder_option
@lexicon_option
@click.option("-j", "--jobs", type=click.IntRange(1), help="Processes that read records. [default: one a core]")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
def learn(folder: str | None, lexicon: str | None, jobs: int | None, sources: tuple[str, ...]) -> None:
    """Build a word table from the sidecar tables and inline lists of SOURCE, for records that lack them.

    The table goes into the lexicon's folder as words.tsv.gz, in place of an earlier one. Builds then infer words
    and ground keywords by it. A build learns from its own records anyway.

    Example: kg lexicon learn seeds --folder lexicon
    """
    from kg.building.learn_lexicon import learn as learned
    from kg.building.options import BuildResources
    from kg.lexicon.files import WORDS
    from kg.lexicon.update.update import user_folder, write

    place = Path(folder) if folder else user_folder()
    with terminal.progress(quiet=False) as progress:
        found = learned(sources, open_lexicon(lexicon), BuildResources(jobs or cores()), progress)
    write(place, {WORDS.file: found.content})
    click.echo(f"{place / WORDS.file}: {found.words:,} words, {found.meanings:,} meanings")


@lexicon.command(short_help="Make the lexicon newer.")
@click.option("--from", "files", multiple=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="A download of HGNC, NCBI Gene, MeSH, DOID, ChEBI or FamPlex; repeatable.")  # fmt: skip
@folder_option
def update(files: tuple[str, ...], folder: str | None) -> None:
    """Rebuild the lexicon from the public sources, or from files that were downloaded before.

    What a file is, is seen from its content. Tables whose sources are missing stay as they are.

    Example: kg lexicon update --from hgnc_complete_set.txt --from Homo_sapiens.gene_info.gz
    """
    from kg.lexicon.update.update import fetch, user_folder
    from kg.lexicon.update.update import update as updated

    place = Path(folder) if folder else user_folder()
    downloads = place / "downloads"
    try:
        done = updated([Path(file) for file in files] or fetch(downloads), place)
    finally:
        if not files:
            shutil.rmtree(downloads, ignore_errors=True)
    click.echo(_told(done), nl=False)


def _told(done: Update) -> str:
    lines = [f"{done.folder / file}: {rows:,} rows" for file, rows in done.written.items()]
    lines += [f"{file} left as it was: {reason}" for file, reason in done.unchanged.items()]
    return "".join(f"{line}\n" for line in [*lines, *done.notes])
