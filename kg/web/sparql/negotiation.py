"""Which format an answer comes in: the one that the client likes best of those there are (RFC 9110, 12.5.1)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Format(NamedTuple):
    """A format of answers; `aliases` are other names that clients ask for it by."""

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The header of an answer in this format; text without a charset could be read as anything."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


SOLUTIONS = (
    Format("json", "application/sparql-results+json", ("application/json", "text/json")),
    Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml")),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values"),
)
"""Formats of SELECT and ASK, ours first: where a client likes several alike, the first of them is taken."""

TRIPLES = (
    Format("turtle", "text/turtle", ("application/x-turtle", "text/rdf+n3", "text/n3")),
    Format("ntriples", "application/n-triples", ("text/plain",)),
    Format("jsonld", "application/ld+json", ("application/json",)),
    Format("rdfxml", "application/rdf+xml", ("application/xml", "text/xml")),
)
"""Formats of CONSTRUCT, DESCRIBE and the service description."""

FORMATS = {format_.name: format_ for format_ in (*SOLUTIONS, *TRIPLES)}


def choose(accept: str, formats: Sequence[Format]) -> Format | None:
    """Give the format that an Accept header likes best, None where it likes none; an empty header likes all.

    >>> choose("text/csv;q=0.5, application/json;q=0.9", SOLUTIONS).name
    'json'
    """
    ranges = list(_ranges(accept)) or [("*/*", 1.0)]
    liked = [(_quality(format_, ranges), -place) for place, format_ in enumerate(formats)]
    quality, place = max(liked)
    return formats[-place] if quality > 0 else None


def prefers_html(accept: str) -> bool:
    """Tell whether a browser asks, that is one who likes pages best."""
    ranges = dict(_ranges(accept))
    page = ranges.get("text/html", 0.0)
    return page > 0 and page >= max(ranges.values())


def _quality(format_: Format, ranges: Sequence[tuple[str, float]]) -> float:
    """Give how much a format is liked, by the most specific range that fits it."""
    kind = format_.media_type.partition("/")[0]
    for fitting in ((format_.media_type, *format_.aliases), (f"{kind}/*",), ("*/*",)):
        found = [quality for range_, quality in ranges if range_ in fitting]
        if found:
            return max(found)
    return 0.0


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Give the media ranges of a header with their q; what is none of these counts for nothing."""
    for part in accept.split(","):
        range_, *parameters = (each.strip().lower() for each in part.split(";"))
        if "/" in range_:
            yield range_, next((_q(each[2:]) for each in parameters if each.startswith("q=")), 1.0)


def _q(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
