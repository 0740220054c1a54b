"""Who publishes a release: the checks of a publisher and a contact."""

import re

from kg.errors import ParameterError, shown

_IRI = re.compile(r"(https?://[^/?#\s]|mailto:[^@\s]+@)[^\s\x00-\x20<>\"{}|\\^`]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


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
