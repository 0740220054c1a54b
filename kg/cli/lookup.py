"""`kg stats`, `kg lookup` and `kg plugins`: statistics of a build, meanings of a word, and installed plug-ins."""

import click

from kg.cli.options import build_option, lexicon_option, open_lexicon, view_format


@click.command()
@build_option
@view_format
@click.option(
    "--top", type=click.IntRange(1), default=10, show_default=True, help="How many entities and pairs to show."
)
def stats(folder: str, format_: str, top: int) -> None:
    """Show the statistics of a build: counts, grounding, the most drawn entities and the strongest pairs.

    Example: kg stats --top 5
    """
    from kg.cli.lookup_answer import statistics_json, statistics_text
    from kg.graph.lookup import statistics

    result = statistics(folder, top)
    click.echo(statistics_json(result) if format_ == "json" else statistics_text(result), nl=False)


@click.command("plugins")
def list_plugins() -> None:
    """List the installed parsers, exporters and engines.

    Example: kg plugins
    """
    from kg.cli.text_table import table
    from kg.runtime import plugins

    rows = [(kind, name, plugins.origin(kind, name)) for kind in plugins.GROUPS for name in plugins.names(kind)]
    click.echo(table(("kind", "name", "from"), rows), nl=False)


@click.command()
@build_option
@lexicon_option
@view_format
@click.option("--top", type=click.IntRange(1), default=5, show_default=True, help="Rows of each table.")
@click.argument("word")
def lookup(folder: str, lexicon: str | None, format_: str, top: int, word: str) -> None:
    """Show the meanings of WORD and its figures on one screen.

    WORD is a drawn word, a symbol, a name, an identifier (CURIE or IRI), or a figid. Its readings come from the
    lexicon. Its entities, the words drawn together with it and the figures come from the build. The second line says
    which entity other commands take it for: identifiers are tried first, then names, synonyms, drawn words and
    aliases in the lexicon.

    Example: kg lookup RANKL
    """
    from kg.cli.lookup_answer import IDENTIFIERS, figure_json, figure_text, lookup_json, lookup_text
    from kg.errors import KgError
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.lookup import drawn_text, look_up

    if not drawn_text(word).strip():
        raise click.BadParameter("blank; give a drawn word, a symbol, a name or a CURIE", param_hint="WORD")
    opened = open_lexicon(lexicon)
    result = look_up(opened, folder, word, top)
    if result.entity and result.entity.category == "figure":
        with KnowledgeGraph(folder) as graph, graph.view("figure", of=result.entity.id) as view:
            write_figure = figure_json if format_ == "json" else figure_text
            click.echo(write_figure(result.entity, view), nl=False)
        return
    if result.entity and result.entity.how in IDENTIFIERS and result.entity.id != word:
        result = look_up(opened, folder, result.entity.id, top)  # so that every identifier gives the same answer
    if not (result.entity or result.readings or result.where):
        raise KgError(result.reason)
    click.echo(lookup_json(result, opened) if format_ == "json" else lookup_text(result), nl=False)
