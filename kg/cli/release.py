"""`kg release`: write one folder that is ready to publish."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import terminal
from kg.cli.options import build_option, cores, memory_option


@click.command()
@click.argument("destination", type=click.Path(), metavar="DIR")
@build_option
@click.option("--previous", type=click.Path(), metavar="BUILD",
              help="Build of the release before this one; CHANGES.md says what differs.")  # fmt: skip
@click.option("--date", "day", metavar="YYYY-MM-DD",
              help="Date of publication. [default: that of the build, if it has one]")  # fmt: skip
@click.option("--server", metavar="URL", help="Address of the server that answers the IRIs, for the redirects.")
@click.option("--files", metavar="URL", help="Address at which the folder will be, for the redirects.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Number of processes that write. [default: one per core]")
@memory_option
@click.option("-q", "--quiet", is_flag=True, help="No progress bars, and no notes.")
def release(
    destination: str, folder: str, previous: str | None, day: str | None, server: str | None, files: str | None,
    jobs: int | None, memory_limit: str, quiet: bool,
) -> None:  # fmt: skip
    """Write the folder DIR, which is ready to publish: every format of a build, with the metadata of repositories.

    A folder that kg release wrote is replaced when the new one is complete; any other folder with files is refused.
    Standard error lists the facts that are not stated, such as the publisher.

    Example: kg release pfocr-2026-03 --previous exports-2025 --date 2026-03-31
    """
    from kg.model.build import Build
    from kg.publishing.facts import facts_of
    from kg.publishing.publish import Resources, publish

    facts = facts_of(Build(folder), day, server, files)
    with terminal.progress(quiet) as progress:
        written = publish(
            facts, Path(destination), Path(previous) if previous else None, Resources(jobs or cores(), memory_limit),
            progress,
        )  # fmt: skip
    size = sum(file.size for file in written)
    click.echo(f"{destination}: release {facts.release}, {len(written) + 1} files, {size / 1e6:,.1f} MB")
    if not quiet:
        for line in facts.missing():
            terminal.note(f"not stated: {line}")
