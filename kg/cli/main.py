"""The command line: each command reads options, calls the library once, and prints a readable answer.

Data goes to stdout, notes and progress to stderr; `-` is stdin or stdout. Exit codes: 0 done, 1 failed
with nothing changed at the destination, 2 wrong usage. `kg --help` imports no command. Commands import libraries inside
their function, so that `kg COMMAND --help` is quick.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import cast

import click

from kg import __version__
from kg.cli import terminal

COMMANDS: dict[str, tuple[str, str]] = {
    "build": ("build.build", "Build the graph from figure records."),
    "compare": ("compare.compare", "Compare figures with the pathways of a GMT file."),
    "completion": ("completion.completion", "Print the script by which a shell completes commands and names."),
    "curate": ("curate.curate", "Write the doubtful words of a build as a table to fill."),
    "cytoscape": ("cytoscape.cytoscape", "Show a view in a running Cytoscape."),
    "diff": ("diff.diff", "Compare two builds."),
    "enrich": ("enrich.enrich", "Find the figures in which a list of genes is enriched."),
    "export": ("export.export", "Write the graph, or a view of it, in one format."),
    "lexicon": ("lexicon.lexicon", "Search or update the lexicon of names."),
    "lookup": ("lookup.lookup", "Show the meanings of a word, and its figures."),
    "mcp": ("mcp.mcp", "Let an assistant ask a build (Model Context Protocol)."),
    "ndex": ("ndex.ndex", "Upload a view to NDEx."),
    "plot": ("plot.plot", "Draw pictures of a build."),
    "plugins": ("lookup.list_plugins", "List the installed parsers, exporters and engines."),
    "query": ("query.query", "Ask the store: a canned query, a SPARQL file or text, or -."),
    "release": ("release.release", "Write one folder that is ready to publish."),
    "serve": ("serve.serve", "Serve the explorer and a SPARQL endpoint."),
    "stats": ("lookup.stats", "Show the statistics of a build."),
    "validate": ("validate.validate", "Check a build, or a file of RDF."),
}
"""Module and function of each command in `kg.cli`, and the line about it in `kg --help`."""


class _Late(Mapping[str, click.Command]):
    """The commands by name; the module of a command is imported when the command is taken."""

    def __getitem__(self, name: str) -> click.Command:
        place, summary = COMMANDS[name]
        module, _, function = place.partition(".")
        command: click.Command = getattr(import_module(f"kg.cli.{module}"), function)
        command.short_help = summary
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Program(terminal.Commands):
    """The group of all commands; its help has their summaries without the commands."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names of the commands with their summaries."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(
    cls=_Program,
    commands=cast("dict[str, click.Command]", _Late()),
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "KG"},
)
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
