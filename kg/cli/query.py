"""`kg query`: ask the store of a build."""

from __future__ import annotations

import shutil
import sys

import click

from kg.cli import terminal
from kg.cli.completion import complete_queries
from kg.cli.options import build_option

QUERY_FORMATS = ("table", "tsv", "csv", "sparql-csv", "sparql-tsv", "json", "xml", "turtle", "ntriples")
"""Formats of an answer: those of kg.cli.query_answer, whose import would make `kg --help` slow."""


@click.command()
@build_option
@click.argument("query", required=False, metavar="NAME|FILE|SPARQL|-", shell_complete=complete_queries)
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Parameter; repeat it for a list.")
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(QUERY_FORMATS),
    help="Format of the answer. [default: table on a terminal, else tsv]",
)
@click.option("-o", "--output", default="-", show_default=True, type=click.Path(), help="File to write, - for stdout.")
@click.option(
    "--list", "listing", is_flag=True, help="List the canned queries with their parameters; with -f turtle as RDF."
)
@click.option("--show", is_flag=True, help="Print the SPARQL text instead of running it.")
def query(
    folder: str, query: str | None, params: tuple[str, ...], format_: str | None, output: str, listing: bool, show: bool
) -> None:
    r"""Ask the store: a canned query by name, a SPARQL file, the text of a query, or - for standard input.

    The argument is the first of these that it can be. A text has SELECT, ASK, CONSTRUCT or DESCRIBE with a blank or a
    brace behind it; put it in quotes.

    tsv and csv are plain: CURIEs, bare numbers, texts without RDF's quotes, empty cells where a row has no value. In
    tsv a tab, line end or backslash of a text is \t, \n, \r or \\. The formats of SPARQL 1.1 are sparql-tsv,
    sparql-csv, json and xml. CONSTRUCT and DESCRIBE give turtle or ntriples; tsv and table are turtle then.

    A parameter that is an entity or a figure takes an identifier (CURIE, IRI or figid), a name, a synonym, a drawn word
    or an alias in the lexicon. The kinds are tried in this order, and the first that matches counts. An IRI is taken as
    it is. For a list, repeat -p; commas or blanks separate the items of one text, unless the whole text is a name.

    Example: kg query partners -p entity=TNFSF11
    """
    from kg.cli import query_answer

    if listing:
        click.echo(query_answer.listing(format_), nl=False)
        return
    if query is None:
        raise click.UsageError("give the name of a query, a file, a text or -; kg query --list shows the names")
    values: dict[str, list[str]] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise click.BadParameter(f"{param!r} is not NAME=VALUE", param_hint="-p")
        values.setdefault(name, []).append(value)
    read = sys.stdin.buffer.read if query == "-" else None
    prepared = query_answer.prepare(folder, query, values, read, terminal.note)
    if show:
        click.echo(prepared.text, nl=not prepared.text.endswith("\n"))
        return
    person = terminal.on_terminal(output)
    format_ = format_ or ("table" if person else "tsv")
    body = prepared.render(format_, shutil.get_terminal_size().columns if person else None)
    with terminal.output(output) as file:
        file.write(body)
    for line in prepared.notes(body, format_):
        terminal.note(line)
