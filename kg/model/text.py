"""Decode bytes, clean texts and bring them to the forms in which they are compared."""

import re
from functools import lru_cache

from kg.errors import RecordError

MARKERS = frozenset({"", "NA", ".na.character"})
"""Texts that the database's writers put into a field without a value."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def decode(body: bytes) -> str:
    r"""Decode UTF-8 strictly, with or without a byte-order mark; line ends become LF.

    Raises RecordError with the byte offset, because a replaced character could turn a gene symbol into another.

    >>> decode(b"\xef\xbb\xbfTNF\r\n")
    'TNF\n'
    """
    try:
        text = body.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = len((body[: error.start] + b".").splitlines())
        raise RecordError(f"not UTF-8 at byte {error.start} ({error.reason}); save it as UTF-8", line=line) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def clean(text: str) -> str:
    r"""Replace characters that XML cannot hold (control characters, lone surrogates) by U+FFFD.

    >>> clean("NF\x00kB") == "NF\ufffdkB"
    True
    """
    return _ILLEGAL.sub("\ufffd", text)


def collapse(text: str) -> str:
    """Collapse runs of white space into one space and strip the ends.

    >>> collapse(" Me  Me ")
    'Me Me'
    """
    return " ".join(text.split())


def normal_form(word: str) -> str:
    """Return the form in which equal words are compared: upper case, white space collapsed.

    >>> normal_form("c-Jun ")
    'C-JUN'
    """
    return collapse(word).upper()


cached_normal_form = lru_cache(2**16)(normal_form)
"""`normal_form` for parsers, which meet the same words often; a server would remember every text that it receives."""
