"""Names of releases, who publishes them, and which pairs they publish."""

import re
from typing import Literal, get_args

from kg.errors import ParameterError, shown

PUBLISH_Q = 0.05
"""Greatest q of a published pair by default, the usual false discovery rate."""

PUBLISH_PAPERS = 2
"""Least papers of a published pair by default, because one paper may draw a pathway in several figures."""

DIGITS = 12
"""Digits of the input's SHA-256 that name a release without a name: two inputs in 10^14 share them."""

Rdf = Literal["lean", "full"]
"""Forms of the RDF: each fact once, or derived triples, too."""

RDF_FORMS: tuple[Rdf, ...] = get_args(Rdf)

RELEASE_FORM = "letters, digits, '.', '_' and '-', the first a letter or digit, at most 100"
"""The form of the name of a release, as messages give it."""

_RELEASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_IRI = re.compile(r"(https?://[^/?#\s]|mailto:[^@\s]+@)[^\s\x00-\x20<>\"{}|\\^`]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def check_release(name: str, value: object) -> None:
    """Raise ParameterError unless a value is the name of a release, or None.

    >>> check_release("release", "2026-03")
    """
    if value is not None and not (isinstance(value, str) and _RELEASE.fullmatch(value)):
        raise ParameterError(f"{name}={shown(value)} is not the name of a release; use {RELEASE_FORM}")


def check_publisher(name: str, value: object) -> None:
    """Raise ParameterError unless a value is a name in one line, an http(s) IRI, or None.

    >>> check_publisher("publisher", "https://ror.org/038321296")
    """
    if value is None:
        return
    if not isinstance(value, str) or not value.strip() or _CONTROL.search(value):
        raise ParameterError(f"{name}={shown(value)} is not a name in one line, nor an http(s) IRI")
    if is_iri(value) is False and value.startswith(("http://", "https://")):
        raise ParameterError(f"{name}={shown(value)} is not an IRI; write it without blanks, <, > and quotation marks")


def check_contact(name: str, value: object) -> None:
    """Raise ParameterError unless a value is an http, https or mailto IRI, or None.

    >>> check_contact("contact", "mailto:curator@example.org")
    """
    if value is not None and not (isinstance(value, str) and is_iri(value)):
        raise ParameterError(
            f"{name}={shown(value)} is not an IRI; give one such as mailto:curator@example.org or an http(s) address"
        )


def is_iri(text: str) -> bool:
    """Return whether a text is an http, https or mailto IRI, as a publisher or contact may be.

    >>> is_iri("https://ror.org/038321296"), is_iri("Gladstone Institutes")
    (True, False)
    """
    from pyoxigraph import NamedNode

    if not _IRI.fullmatch(text) or _CONTROL.search(text):
        return False
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def default_release(digest: str) -> str:
    """Return the name of a release without a name, from the SHA-256 of its input.

    >>> default_release("a12a45912247c134029ed20ed922fc79")
    'a12a45912247'
    """
    return digest[:DIGITS]
