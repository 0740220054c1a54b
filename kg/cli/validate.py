"""`kg validate`: whether a build is what it says it is."""

from __future__ import annotations

import click

from kg.cli.options import build_option


@click.command(short_help="Check a build, or a file of RDF.")
@click.argument("build", required=False, metavar="[BUILD]")
@build_option
@click.option("--rdf", "file", type=click.Path(), metavar="FILE",
              help="Check this file of RDF by itself, not a build; .gz is unpacked.")  # fmt: skip
@click.option("-f", "--format", "format_", type=click.Choice(["table", "tsv", "json"]), default="table",
              show_default=True, help="For people or for programs.")  # fmt: skip
@click.option("--sample", type=click.IntRange(1), default=200, show_default=True,
              help="Things of each kind that are looked at where there are too many to look at all.")  # fmt: skip
def validate(build: str | None, folder: str, file: str | None, format_: str, sample: int) -> None:
    """Check that the tables, manifest, files and RDF of a build are what they have to be, and agree.

    Every fault is shown with its place and what to do, 20 of a kind. The exit code is 1 where there is an error, 0
    where there are warnings and notes only. SHACL needs the extra `validate`.

    Example: kg validate exports
    """
    from kg.validation import validate_build, validate_rdf

    if build is not None and file is not None:
        raise click.UsageError("give a build, or a file with --rdf, not both")
    report = validate_rdf(file, sample) if file is not None else validate_build(build or folder, sample)
    click.echo(report.render(format_), nl=False)
    report.require_valid()
