"""Bytes to text, and the forms under which texts are compared."""

import re
from functools import lru_cache

from kg.errors import RecordError

MARKERS = frozenset({"", "NA", ".na.character"})
"""What the database's writers put where a field has no value."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def decode(body: bytes) -> str:
    """Decode UTF-8 strictly, with or without byte-order mark; line ends become LF.

    Raises RecordError with the byte offset: a replaced character would be a wrong gene symbol.
    """
    try:
        text = body.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = len((body[: error.start] + b".").splitlines())
        raise RecordError(f"not UTF-8 at byte {error.start} ({error.reason}); save it as UTF-8", line=line) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def clean(text: str) -> str:
    """Replace what XML cannot carry (control characters, lone surrogates) by U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text)


def collapse(text: str) -> str:
    """Fold runs of white space and strip the ends.

    >>> collapse(" Me  Me ")
    'Me Me'
    """
    return " ".join(text.split())


@lru_cache(2**16)
def normal_form(word: str) -> str:
    """Give the form under which two readings are one word: upper case, white space folded.

    >>> normal_form("c-Jun ")
    'C-JUN'
    """
    return collapse(word).upper()
