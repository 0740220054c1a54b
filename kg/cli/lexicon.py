"""`kg lexicon`: search the lexicon, update it, learn words from a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import terminal
from kg.cli.options import (
    archive_option,
    cores,
    download_option,
    jobs_option,
    lexicon_option,
    open_lexicon,
    user_cache,
    view_format,
)

if TYPE_CHECKING:
    from kg.lexicon.update.update import Update

folder_option = click.option(
    "--folder", type=click.Path(file_okay=False), help="Folder of the lexicon to write. [default: your own]"
)


@click.group()
def lexicon() -> None:
    """Search the lexicon of gene, family, chemical and disease names; update it; learn words from records.

    Example: kg lexicon lookup PI3K
    """


@lexicon.command("lookup", short_help="Show all meanings of words.")
@lexicon_option
@view_format
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
def lookup_words(lexicon: str | None, format_: str, words: tuple[str, ...]) -> None:
    """Show every reading of WORD with its source, the surest first, and the one that a keyword of a record gets.

    Of genes and families, `alone` is the probability of a reading in a figure that draws no other word.

    Example: kg lexicon lookup PI3K RANKL
    """
    from kg.cli.lexicon_answer import readings_json, readings_text

    write = readings_json if format_ == "json" else readings_text
    click.echo(write(open_lexicon(lexicon), words), nl=False)


@lexicon.command(short_help="Show the files of the lexicon.")
@lexicon_option
def sources(lexicon: str | None) -> None:
    """Show the files of the lexicon with their rows, origin and checksum, and its version.

    Example: kg lexicon sources
    """
    from kg.cli.text_table import table
    from kg.lexicon.files import summary

    opened = open_lexicon(lexicon)
    click.echo(table(("file", "rows", "from", "sha256"), summary(opened.contents)), nl=False)
    click.echo(f"version {opened.version}")


@lexicon.command(short_help="Learn words from records.")
@folder_option
@lexicon_option
@jobs_option
@archive_option
@download_option
@click.argument("sources", nargs=-1, required=True, type=click.Path(), metavar="SOURCE...")
def learn(
    folder: str | None, lexicon: str | None, jobs: int | None, max_archive: int | None, max_download: int,
    sources: tuple[str, ...],
) -> None:  # fmt: skip
    """Learn words and their meanings from the sidecar tables and inline lists of SOURCE.

    They go into words.tsv.gz in the lexicon's folder and replace those learned before. Builds use them for records
    that have keywords only. From 1,000 figures on, context.tsv.gz gets the company that words keep, by which builds
    read words in doubt. A build learns from its own records anyway.

    Example: kg lexicon learn seeds --folder lexicon
    """
    from kg.building.learn_lexicon import learn as learn_words
    from kg.building.options import BuildResources
    from kg.lexicon.files import CONTEXT, WORDS, user_folder
    from kg.lexicon.update.update import write
    from kg.runtime.download.answers import Client
    from kg.runtime.paths import printable

    target = Path(folder) if folder else user_folder()
    with terminal.progress(quiet=False) as progress:
        resources = BuildResources(
            jobs or cores(),
            max_archive=max_archive,
            downloads=user_cache("downloads"),
            client=Client(most=max_download),
        )
        result = learn_words(sources, open_lexicon(lexicon), resources, progress)
    written = {WORDS.file: result.content} | ({CONTEXT.file: result.context} if result.context else {})
    write(target, lambda _: written)
    click.echo(f"{printable(target / WORDS.file)}: {result.words:,} words, {result.meanings:,} meanings")
    if result.context:
        click.echo(f"{printable(target / CONTEXT.file)}: contexts of {result.figures:,} figures")
    else:
        few = f"{result.figures:,} figure" + (" is" if result.figures == 1 else "s are")
        click.echo(f"{CONTEXT.file} is unchanged: {few} fewer than 1,000")


@lexicon.command(short_help="Update the lexicon from public sources.")
@click.option("--from", "files", multiple=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="Downloaded file of HGNC, NCBI Gene, MeSH, DOID, ChEBI or FamPlex; repeatable.")  # fmt: skip
@click.option("--organism", "organisms", multiple=True, metavar="NAME",
              help="Download only the genes of mouse, rat, fly, worm, yeast, zebrafish or arabidopsis.")  # fmt: skip
@folder_option
def update(files: tuple[str, ...], organisms: tuple[str, ...], folder: str | None) -> None:
    """Update the lexicon from its public sources, or from files that you downloaded before.

    Files are recognised by their content. Tables whose sources are missing stay unchanged.

    Example: kg lexicon update --from hgnc_complete_set.txt --from Homo_sapiens.gene_info.gz
    """
    from kg.lexicon.files import user_folder
    from kg.lexicon.update.organisms import urls
    from kg.lexicon.update.update import URLS, fetch
    from kg.lexicon.update.update import update as update_lexicon
    from kg.runtime.temporary import scratch_folder

    if files and organisms:
        raise click.UsageError("--organism downloads, --from does not; give the organism's gene_info file with --from")
    target = Path(folder) if folder else user_folder()
    with scratch_folder() as scratch, terminal.progress(quiet=False) as progress:
        addresses = urls(organisms) if organisms else URLS
        paths = [Path(file) for file in files] or fetch(scratch / "downloads", addresses, progress=progress)
        result = update_lexicon(paths, target)
    click.echo(_summary(result), nl=False)


def _summary(result: Update) -> str:
    from kg.runtime.paths import printable

    lines = [f"{printable(result.folder / file)}: {rows:,} rows" for file, rows in result.written.items()]
    lines += [f"{file} is unchanged: {reason}" for file, reason in result.unchanged.items()]
    return "".join(f"{line}\n" for line in [*lines, *result.notes])
