"""Content negotiation: the format of an answer is the one that the client prefers (RFC 9110, 12.5.1)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Format(NamedTuple):
    """A format of answers; `aliases` are further media types that it is requested by."""

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The Content-Type of an answer in this format; text without a charset could be read in any encoding."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


SOLUTIONS = (
    Format("json", "application/sparql-results+json", ("application/json", "text/json")),
    Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml")),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values"),
)
"""Formats of SELECT and ASK; of those that a client likes equally well, the first is chosen."""

TRIPLES = (
    Format("turtle", "text/turtle", ("application/x-turtle", "text/rdf+n3", "text/n3")),
    Format("ntriples", "application/n-triples", ("text/plain",)),
    Format("jsonld", "application/ld+json", ("application/json",)),
    Format("rdfxml", "application/rdf+xml", ("application/xml", "text/xml")),
)
"""Formats of CONSTRUCT, DESCRIBE and the service description."""

FORMATS = {format_.name: format_ for format_ in (*SOLUTIONS, *TRIPLES)}


def choose(accept: str, formats: Sequence[Format]) -> Format | None:
    """Return the format that an Accept header prefers, None where it accepts none; an empty header accepts all.

    >>> choose("text/csv;q=0.5, application/json;q=0.9", SOLUTIONS).name
    'json'
    """
    ranges = list(_ranges(accept)) or [("*/*", 1.0)]
    best = max(formats, key=lambda format_: _quality(format_, ranges))  # max returns the first of equals
    return best if _quality(best, ranges) > 0 else None


def prefers_html(accept: str) -> bool:
    """Return whether an Accept header prefers HTML, as that of a browser does."""
    ranges = dict(_ranges(accept))
    page = ranges.get("text/html", 0.0)
    return page > 0 and page >= max(ranges.values())


def _quality(format_: Format, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the q of the most specific media range that a format fits, 0 where it fits none."""
    kind = format_.media_type.partition("/")[0]
    for names in ((format_.media_type, *format_.aliases), (f"{kind}/*",), ("*/*",)):
        qualities = [quality for range_, quality in ranges if range_ in names]
        if qualities:
            return max(qualities)
    return 0.0


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Yield the media ranges of a header with their q; any other part is ignored."""
    for part in accept.split(","):
        range_, *parameters = (text.strip().lower() for text in part.split(";"))
        if "/" in range_:
            yield range_, next((_q(text[2:]) for text in parameters if text.startswith("q=")), 1.0)


def _q(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
