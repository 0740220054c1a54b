"""`kg stats`, `kg lookup` and `kg plugins`: what there is."""

import click

from kg.cli.options import build_option, lexicon_option, open_lexicon, view_format
from kg.runtime import plugins


@click.command(short_help="Show what a build holds.")
@build_option
@view_format
@click.option(
    "--top", type=click.IntRange(1), default=10, show_default=True, help="How many entities and pairs to show."
)
def stats(folder: str, format_: str, top: int) -> None:
    """Show what a build holds: counts, grounding, the most drawn entities and pairs.

    Example: kg stats --top 5
    """
    from kg.graph import lookup as look

    click.echo(look.statistics(folder, format_, top), nl=False)


@click.command("plugins")
def list_plugins() -> None:
    """List the installed parsers, exporters and engines.

    Example: kg plugins
    """
    from kg.cli.text_table import table

    rows = [(kind, name, plugins.origin(kind, name)) for kind in plugins.GROUPS for name in plugins.names(kind)]
    click.echo(table(("kind", "name", "from"), rows), nl=False)


@click.command(short_help="What a word means, and where it is drawn.")
@build_option
@lexicon_option
@view_format
@click.option("--top", type=click.IntRange(1), default=5, show_default=True, help="Rows of each table.")
@click.argument("word")
def lookup(folder: str, lexicon: str | None, format_: str, top: int, word: str) -> None:
    """Show on one screen what WORD means and where it is drawn.

    WORD is a drawn word, a symbol, a name or a CURIE. Its readings come from the lexicon; what it stands for, the words
    drawn together with it and the figures come from the build.

    Example: kg lookup RANKL
    """
    from kg.graph.lookup import Lookup, asked_for

    if not asked_for(word).strip():
        raise click.BadParameter("blank; give a drawn word, a symbol, a name or a CURIE", param_hint="WORD")
    found = Lookup(open_lexicon(lexicon), folder, word, top)
    click.echo(found.to_json() if format_ == "json" else found.to_text(), nl=False)
