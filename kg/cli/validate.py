"""`kg validate`: check a build, or a file of RDF."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import Number, Size, build_option, chosen_build


@click.command()
@click.argument("build", required=False, type=click.Path(), metavar="[BUILD]")
@build_option
@click.option("--rdf", "file", type=click.Path(), metavar="FILE",
              help="Check this RDF file instead of a build; it may be compressed (.gz).")  # fmt: skip
@click.option("-f", "--format", "format_", type=click.Choice(["table", "tsv", "json"]), default="table",
              show_default=True, help="table is for reading, tsv and json for programs.")  # fmt: skip
@click.option("--sample", type=click.IntRange(1), default=200, show_default=True,
              help="Number of items of each kind that are checked where there are too many to check all.")  # fmt: skip
@click.option("--memory-limit", type=Size(), default="4GiB", show_default=True,
              help="Memory of the process that reads RDF.")  # fmt: skip
@click.option("--timeout", type=Number(0, min_open=True), default=3600, show_default=True,
              help="Most seconds that reading RDF may take.")  # fmt: skip
def validate(
    build: str | None, folder: str, file: str | None, format_: str, sample: int, memory_limit: int, timeout: float
) -> None:
    """Check that the tables, manifest, files and RDF of a build are well-formed and agree with each other.

    Each problem is shown with its place and the way to fix it, at most 20 of a kind. Exit code 1 means errors; 0 means
    none, or only warnings and notes. SHACL shapes are checked where the extra `validate` is installed.

    Example: kg validate exports
    """
    from kg.runtime.paths import shell_word
    from kg.validation import Limits, validate_build, validate_rdf

    if build is not None and file is not None:
        raise click.UsageError("give a build, or a file with --rdf, not both")
    chosen = chosen_build(build, folder)
    if file is None and Path(chosen).is_file():
        raise click.UsageError(
            f"{chosen} is a file, and a build is a folder; check a file of RDF with: "
            f"kg validate --rdf {shell_word(chosen)}"
        )
    limits = Limits(memory_limit, timeout)
    report = validate_rdf(file, sample, limits) if file is not None else validate_build(chosen, sample, limits)
    click.echo(report.render(format_), nl=False)
    report.require_valid()
