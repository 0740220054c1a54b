"""From the path of a request to the IRI that it means, and from an IRI to the address that describes it here."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from kg.errors import UnknownPrefix
from kg.model.identifiers import OWN_PREFIXES, PREFIXES, association_iri, compress, curie, expand

LONGEST = 2000
"""Greatest number of characters in an IRI that is described."""

MOST_SPLITS = 8
"""Greatest number of ways to read the name of a pair, in which an identifier may look like the start of another."""

_SECOND = re.compile("_(?=(?:" + "|".join(re.escape(name) for name in (*PREFIXES, *OWN_PREFIXES)) + "):)")
"""Start of the second identifier of a pair."""

_OWN_PATHS = {"co", "vocab", "dataset", "query", "queries", *(path.rstrip("/") for path in OWN_PREFIXES.values())}
"""First steps of the paths under the base that this server describes."""


def named_iri(prefix: str, name: str, base: str) -> str:
    """Return the IRI of a drawn word or of an entity without an identifier; `name` is decoded, as a server has it.

    >>> named_iri("keyword", "a/b c", "https://x.org/")
    'https://x.org/keyword/a%2Fb%20c'
    """
    return expand(curie(prefix, name), base)


def pairs(name: str) -> Iterator[tuple[str, str]]:
    """Yield the CURIEs of the two ends that the decoded name of a pair can mean.

    >>> list(pairs("ncbigene:1_keyword:a_b"))
    [('ncbigene:1', 'keyword:a_b')]
    """
    for _, split in zip(range(MOST_SPLITS), _SECOND.finditer(name), strict=False):
        ends = [_curie(end) for end in (name[: split.start()], name[split.end() :])]
        if ends[0] and ends[1]:
            yield ends[0], ends[1]


def _curie(decoded: str) -> str | None:
    prefix, _, identifier = decoded.partition(":")
    known = prefix in PREFIXES or prefix in OWN_PREFIXES
    return curie(prefix, identifier) if known and identifier else None


def pair_iris(name: str, base: str) -> list[str]:
    """Return the IRIs that the decoded name of a pair can mean; pairs of words have these, too."""
    return [association_iri(subject, object_, base) for subject, object_ in pairs(name)]


def local_address(iri: str, base: str, root: str) -> str | None:
    """Return the address at this server that describes an IRI, None where it describes nothing of the kind.

    `root` is the path of the server behind a proxy.

    >>> local_address("https://x.org/word/P38", "https://x.org/", "/pfocr")
    '/pfocr/word/P38'
    >>> local_address("https://identifiers.org/ncbigene/1", "https://x.org/", "")
    '/describe?iri=https%3A%2F%2Fidentifiers.org%2Fncbigene%2F1'
    """
    if iri.startswith(base):
        path = iri[len(base) :]
        if path.partition("/")[0].partition("#")[0] in _OWN_PATHS:
            return f"{root}/{path}"
    elif not _is_ours(iri.partition("#")[0], base):
        return None
    return f"{root}/describe?iri={quote(iri, safe='')}"


def _is_ours(iri: str, base: str) -> bool:
    try:
        return bool(compress(iri, base))
    except UnknownPrefix:
        return False


def web_address(iri: str) -> str | None:
    """Return an IRI that a link may lead to, None for another kind, such as `javascript:` or `urn:`."""
    return iri if iri.startswith(("https://", "http://")) else None


def readable(name: str) -> str:
    """Return the local name of a property as words.

    >>> readable("https://w3id.org/biolink/vocab/adjusted_p_value"), readable("http://x.org/#hasBody")
    ('adjusted p value', 'has body')
    """
    local = re.split(r"[/#]", name.rstrip("/#"))[-1]
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local).replace("_", " ")
    return words if words.isupper() else words.lower()
