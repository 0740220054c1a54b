"""Values of the fields of figure records."""

from functools import lru_cache

from kg.model.text import MARKERS, collapse, tidy

MOJIBAKE = "\u00e2\u20ac"
"""Characters that wrong decoding makes of quotes and dashes."""

MOST_RANK = 999_999_999
"""Most that a rank among search results can be."""

_PMC = "https://www.ncbi.nlm.nih.gov"


@lru_cache(2**16)  # a corpus names the same organisms and entities in every record
def collapsed(text: str) -> str:
    """Return a text with single spaces; an empty one where it says that there is no value."""
    return "" if text.strip() in MARKERS else collapse(text)


@lru_cache(2**16)
def bare_keyword(text: str) -> str:
    """Return a bare keyword as it is shown; an empty text where there is none."""
    return tidy(collapsed(text))


def whole_number(text: str, least: int, most: int) -> int | None:
    """Return the number that a text of digits has; None where it is no number of this range.

    >>> whole_number("017", 0, 99), whole_number("1e3", 0, 9999)
    (17, None)
    """
    is_number = text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most
    return int(text) if is_number else None


def probability(text: str) -> float | None:
    """Return the number from 0 to 1 that a text has, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def figure_url(link: str) -> str:
    """Return the address of a figure, whose link may lack the site.

    >>> figure_url("/pmc/articles/PMC1/figure/F1/")
    'https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/figure/F1/'
    """
    link = link.strip()
    return link if link.startswith(("http://", "https://")) else f"{_PMC}/{link.strip('/')}/"
