"""The command line: options in, one library call, a readable answer out.

Data goes to stdout, notes and progress to stderr; `-` is stdin or stdout. Exit codes: 0 done, 1 failed
with nothing changed at the destination, 2 wrong usage. What a command needs is imported inside it, so
that `kg --help` is quick.
"""

import click

from kg import __version__
from kg.cli import build, diff, export, lexicon, lookup, plot, query, serve, terminal, validate
from kg.cli.terminal import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "KG"})
@click.version_option(__version__, prog_name="kg")
@click.option("--debug", is_flag=True, help="Show the traceback of an error, too.")
def main(debug: bool) -> None:
    """Build, export and query a knowledge graph of pathway figures (PFOCR).

    \b
    kg build seeds                     records to tables, Turtle, GraphML and a store, in ./exports
    kg query partners -p entity=TNFSF11
    kg lookup RANKL                    what a word means, and where it is drawn
    kg export -f graphml --view ego --of TNFSF11 -o tnfsf11.graphml
    kg serve --open                    the explorer in the browser, and a SPARQL endpoint
    """  # noqa: D301 click reads the \\b as: keep these lines
    del debug  # read where an error is shown
    terminal.heed_signals()


for command in (
    *(build.build, validate.validate, diff.diff, export.export, query.query, plot.plot, serve.serve),
    *(lookup.stats, lookup.lookup, lexicon.lexicon, lookup.list_plugins),
):
    main.add_command(command)
