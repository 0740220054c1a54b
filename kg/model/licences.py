"""Licences of articles as the open-access list of PubMed Central has them, and their IRIs."""

import re

_CREATIVE_COMMONS = re.compile(
    r"CC[ -](BY(?:-NC)?(?:-ND|-SA)?)(?:[ -](1\.0|2\.[05]|3\.0|4\.0))?", re.ASCII | re.IGNORECASE
)
_CC0 = re.compile(r"CC[ -]?0(?:[ -]1\.0)?", re.IGNORECASE)

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
"""IRI of CC0, of which there is one version."""


def licence_iri(code: str | None) -> str | None:
    """Return the IRI of a Creative Commons licence; None for any other code, because nothing false may be claimed.

    The open-access list does not tell the version of a licence, so that its IRI has none either.

    >>> licence_iri("CC BY-NC"), licence_iri("CC BY 4.0")
    ('https://creativecommons.org/licenses/by-nc/', 'https://creativecommons.org/licenses/by/4.0/')
    >>> licence_iri("CC0"), licence_iri("NO-CC CODE")
    ('https://creativecommons.org/publicdomain/zero/1.0/', None)

    There is no version 4.5, and a long s is no letter of a code.

    >>> licence_iri("CC BY 4.5"), licence_iri("CC BY-\u017fA")
    (None, None)
    """
    if code is None:
        return None
    if _CC0.fullmatch(code):
        return CC0
    match = _CREATIVE_COMMONS.fullmatch(code)
    if match is None:
        return None
    version = f"{match[2]}/" if match[2] else ""
    return f"https://creativecommons.org/licenses/{match[1].lower()}/{version}"
