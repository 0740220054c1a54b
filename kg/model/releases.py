"""Names of releases, and which pairs they publish."""

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


def check_release(name: str, value: object) -> None:
    """Raise ParameterError unless a value is the name of a release, or None.

    >>> check_release("release", "2026-03")
    """
    if value is not None and not (isinstance(value, str) and _RELEASE.fullmatch(value)):
        raise ParameterError(f"{name}={shown(value)} is not the name of a release; use {RELEASE_FORM}")


def default_release(digest: str) -> str:
    """Return the name of a release without a name, from the SHA-256 of its input.

    >>> default_release("a12a45912247c134029ed20ed922fc79")
    'a12a45912247'
    """
    return digest[:DIGITS]
