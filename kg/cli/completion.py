"""`kg completion`: the script by which a shell completes commands, options and names; and the names that it offers."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem, get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script by which a shell completes commands, options, and the names of formats, views and queries.

    Write it into a file that the shell reads when it starts; a new shell then completes with the Tab key:

    \b
    kg completion bash > ~/.local/share/bash-completion/completions/kg
    kg completion zsh > ~/.zfunc/_kg
    kg completion fish > ~/.config/fish/completions/kg.fish

    zsh reads that file if ~/.zshrc has: fpath+=~/.zfunc; autoload -U compinit; compinit. For bash without the package
    bash-completion, put this into ~/.bashrc: source <(kg completion bash)

    Example: kg completion bash
    """  # noqa: D301 click reads the \\b as: keep these lines
    main = click.get_current_context().find_root()
    shell_class = get_completion_class(shell)
    assert shell_class is not None  # click has one for each of SHELLS
    click.echo(shell_class(main.command, {}, "kg", "_KG_COMPLETE").source())


def complete_formats(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the formats of `kg export` that begin with a text."""
    from kg.runtime import plugins

    return _starting(plugins.names("exporter"), incomplete)


def complete_views(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the views that begin with a text."""
    from kg.graph.views import VIEWS

    return _starting([*VIEWS, "network"], incomplete)


def complete_queries(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the canned queries that begin with a text; where none does, the shell completes the name of a file."""
    from kg.rdf import canned_queries

    return [CompletionItem(incomplete, type="file"), *_starting(canned_queries.names(), incomplete)]


def complete_plots(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the pictures of `kg plot` that begin with a text."""
    from kg.exporters.plots import PLOTS

    return _starting(["all", *PLOTS], incomplete)


def _starting(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
