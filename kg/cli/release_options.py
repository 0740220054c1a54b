"""Options of `kg build` that describe a release: its name, who publishes it, and which pairs it publishes."""

from collections.abc import Callable
from typing import Any

import click

from kg.cli.options import Number
from kg.errors import ParameterError
from kg.model import agents, releases
from kg.model.releases import RDF_FORMS


def _checked(check: Callable[[str, object], None]) -> Callable[..., Any]:
    """Return the callback of an option whose value `check` accepts."""

    def checked(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
        try:
            check(str(parameter.name), value)
        except ParameterError as error:
            message = str(error).removeprefix(f"{parameter.name}=")
            raise click.BadParameter(message, context, parameter) from None
        return value

    return checked


_FORMS = "Form of the RDF: lean states each fact once; full also states derived triples."

rdf_option = click.option("--rdf", type=click.Choice(RDF_FORMS), help=f"{_FORMS} [default: the build's]")


def release_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a release to a command, which gets the fields of BuildParameters of the same names."""
    for option in (
        click.option("--rdf", type=click.Choice(RDF_FORMS), default="lean", show_default=True, help=_FORMS),
        click.option("--licences", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
                     help="Licences of articles: PMC's list of open-access files, or a table of PMCID and licence."),
        click.option("--publish-papers", type=click.IntRange(1), default=releases.PUBLISH_PAPERS, show_default=True,
                     metavar="N", help="Least papers of a pair that RDF publishes as significant."),
        click.option("--publish-q", type=Number(0, 1), default=releases.PUBLISH_Q, show_default=True, metavar="Q",
                     help="Greatest false discovery rate of such a pair; its NPMI is above 0, too."),
        click.option("--contact", metavar="IRI", callback=_checked(agents.check_contact),
                     help="Where to ask about the release: an http(s) or mailto IRI."),
        click.option("--publisher", metavar="TEXT", callback=_checked(agents.check_publisher),
                     help="Who publishes the release: a name or an http(s) IRI."),
        click.option("--previous-release", metavar="NAME", callback=_checked(releases.check_release),
                     help="Name of the release before this one."),
        click.option("--release", metavar="NAME", callback=_checked(releases.check_release),
                     help="Name of the release, of letters, digits, '.', '_' and '-'. [default: the first 12 digits of "
                          "the SHA-256 of its input]"),
    ):  # fmt: skip
        command = option(command)
    return command
