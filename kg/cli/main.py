"""The command line: each command reads options, calls the library once, and prints a readable answer.

Data goes to stdout, notes and progress to stderr; `-` is stdin or stdout. Exit codes: 0 done, 1 failed
with nothing changed at the destination, 2 wrong usage. Commands import libraries inside their function,
so that `kg --help` is quick.
"""

import click

from kg import __version__
from kg.cli import (
    build,
    completion,
    curate,
    diff,
    enrich,
    export,
    lexicon,
    lookup,
    plot,
    query,
    serve,
    terminal,
    validate,
)
from kg.cli.terminal import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "KG"})
@click.version_option(__version__, prog_name="kg")
@click.option("--debug", is_flag=True, help="Show the traceback of an error, and the log of Spark.")
def main(debug: bool) -> None:
    """Build, search and export a knowledge graph of pathway figures (PFOCR).

    \b
    kg build seeds       Build the graph of the records in the folder seeds; it goes to exports.
    kg lookup RANKL      Show the meanings of a word, and the figures that draw it.
    kg query partners -p entity=TNFSF11
    kg export -f graphml --view ego --of TNFSF11 -o tnfsf11.graphml
    kg serve --open      Explore the graph in the browser.
    """  # noqa: D301 click reads the \\b as: keep these lines
    del debug  # Commands.invoke reads it.
    terminal.handle_signals()


for command in (
    *(build.build, validate.validate, diff.diff, export.export, query.query, plot.plot, serve.serve, enrich.enrich),
    *(lookup.stats, lookup.lookup, curate.curate, lexicon.lexicon, lookup.list_plugins),
    completion.completion,
):
    main.add_command(command)
