"""Addresses and identifiers of records that become IRIs, where they can be IRIs."""

import re
from typing import Any

from pyoxigraph import NamedNode

from kg.model.identifiers import UNRESERVED, encode
from kg.model.licences import licence_iri

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""Identifier of an NDEx network."""

WPID = re.compile(r"WP\d+")
"""Identifier of a WikiPathways pathway."""

DOI = re.compile(r"10\.\d{4,9}/\S+")
"""DOI as Crossref recommends to recognise it."""


def doi(text: str | None) -> str | None:
    """Return a DOI, or None for a text that is none.

    >>> doi("10.1234/toy.c"), doi("toy")
    ('10.1234/toy.c', None)
    """
    return text if text and DOI.fullmatch(text) else None


def figure_links(row: dict[str, Any]) -> list[str]:
    """Return the CURIEs of a figure's network at NDEx and of its pathway at WikiPathways."""
    links = [f"ndex:{row['ndex']}"] if UUID.fullmatch(row["ndex"] or "") else []
    return links + ([f"wikipathways:{row['wikipathways_id']}"] if WPID.fullmatch(row["wikipathways_id"] or "") else [])


def figure_address(column: str, text: str) -> str | None:
    """Return the IRI that a text of the column `url` or `license` of a figure becomes, else the CURIE of a link.

    >>> figure_address("wikipathways_id", "WP1"), figure_address("ndex", "toy")
    ('wikipathways:WP1', None)
    """
    if column == "url":
        return web_address(text)
    if column == "license":
        return licence_iri(text)
    return next(iter(figure_links({"ndex": None, "wikipathways_id": None} | {column: text})), None)


def web_address(url: str | None) -> str | None:
    """Return a web address, percent-encoded where needed, or None if it cannot be an IRI.

    >>> web_address("https://example.org/a b"), web_address("mailto:a@example.org")
    ('https://example.org/a%20b', None)
    """
    if url is None or not url.startswith(("http://", "https://")):
        return None
    iri = encode(url, UNRESERVED + ":/?#[]@!$&'()*+,;=%")
    try:
        NamedNode(iri)
    except ValueError:
        return None
    return iri
