"""Decode bytes, clean texts and bring them to the forms in which they are compared."""

import re
from functools import lru_cache
from html import unescape
from unicodedata import normalize

from kg.errors import RecordError

MARKERS = frozenset({"", "NA", ".na.character"})
"""Texts that the database's writers put into a field without a value."""

GREEK: dict[str, str] = {
    "\u03b1": "alpha A", "\u03b2": "beta B", "\u03b3": "gamma G", "\u03b4": "delta D", "\u03b5": "epsilon E",
    "\u03b6": "zeta Z", "\u03b7": "eta H", "\u03b8": "theta Q", "\u03b9": "iota I", "\u03ba": "kappa K",
    "\u03bb": "lambda L", "\u03bc": "mu M", "\u03bd": "nu N", "\u03be": "xi", "\u03bf": "omicron", "\u03c0": "pi P",
    "\u03c1": "rho R", "\u03c2": "sigma S", "\u03c3": "sigma S", "\u03c4": "tau T", "\u03c5": "upsilon",
    "\u03c6": "phi F", "\u03c7": "chi", "\u03c8": "psi", "\u03c9": "omega", "\u0393": "Gamma G", "\u0394": "Delta D",
    "\u0398": "Theta Q", "\u039b": "Lambda L", "\u039e": "Xi", "\u03a0": "Pi P", "\u03a3": "Sigma S",
    "\u03a6": "Phi F", "\u03a8": "Psi", "\u03a9": "Omega", "\u00df": "beta B",
}  # fmt: skip
"""Name of each Greek letter, and the Latin letter that gene symbols have in its place, where there is one usage.

The German sharp s is here, because texts have it for beta. Capitals that look Latin are not, because the reading of a
picture confuses the two alphabets: see ALIKE."""

_ALIKE = "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"

ALIKE: dict[str, str] = dict(zip(_ALIKE, "ABEZHIKMNOPTYX", strict=True))
"""Latin letter of each Greek capital that looks the same."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_AMPERSAND = re.compile("&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,5}26);)+")
_ENTITY = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_PLAIN = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d", "-") | ALIKE
_SPECIAL = re.compile(f"[{''.join([*_PLAIN, *GREEK])}]")
_GREEK = re.compile(f"[{''.join(GREEK)}]")


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


def tidy(text: str) -> str:
    r"""Return a name as it is shown: composed letters (NFC), no invisible characters, entities of HTML read.

    White space is collapsed. Greek letters and dashes stay, because they are part of the name.

    >>> tidy("caffe\u0301ine\u200b "), tidy("TNF&alpha;") == "TNF\u03b1"
    ('caff\xe9ine', True)
    """
    return collapse(text if text.isascii() and "&" not in text else _visible(text))


def _visible(text: str) -> str:
    if not text.isascii():
        text = normalize("NFC", _INVISIBLE.sub("", text))
    if "&" in text and ";" in text:
        text = normalize("NFC", _INVISIBLE.sub("", _ENTITY.sub(_entity, _AMPERSAND.sub("&", text))))
    return clean(text)


def _entity(match: re.Match[str]) -> str:
    """Return the character of an entity; punctuation and letters of ASCII stay as they are written, but for <, > and &.

    A name with `&semi;` or `&NewLine;` is no usual text, and these characters could build another entity.
    """
    character = unescape(match[0])
    return character if not character.isascii() or character in ("<", ">", "&", '"', "'") else match[0]


def plain(text: str) -> str:
    r"""Return a text in plain spelling: dashes as hyphens, Greek letters by name, compatible characters (NFKC).

    The lines of a text stay.

    >>> plain("NF\u2011\u03baB"), plain("Ca\xb2\u207a")
    ('NF-kappaB', 'Ca2+')
    """
    if text.isascii() and "&" not in text:
        return text
    text = _visible(text)
    return text if text.isascii() else _SPECIAL.sub(_name, normalize("NFKC", text))


def _name(match: re.Match[str]) -> str:
    character = match[0]
    return _PLAIN.get(character) or GREEK[character].partition(" ")[0]


def spellings(text: str) -> tuple[str, ...]:
    r"""Return the plain spellings of a text, the usual one first: Greek letters by name, then as in gene symbols.

    >>> spellings("TNF\u03b1"), spellings("TNF-alpha")
    (('TNFalpha', 'TNFA'), ('TNF-alpha',))
    >>> spellings("\u03b1")
    ('alpha',)
    """
    usual = collapse(plain(text))
    if text.isascii() and "&" not in text:
        return (usual,)
    rest = _GREEK.sub("", normalize("NFKC", _visible(text)))
    if sum(character.isalnum() for character in rest) < 2:  # A is no spelling of a Greek letter on its own
        return (usual,)
    letters = _GREEK.sub(_latin, normalize("NFKC", _visible(text)))
    return tuple(dict.fromkeys((usual, collapse(plain(letters)))))


def _latin(match: re.Match[str]) -> str:
    """Return the Latin letter of gene symbols for a Greek letter, or the Greek letter where there is none."""
    return GREEK[match[0]].partition(" ")[2] or match[0]


def normal_form(word: str) -> str:
    r"""Return the form in which equal words are compared: plain spelling, upper case, white space collapsed.

    >>> normal_form("c-Jun "), normal_form("TNF\u2011\u03b1")
    ('C-JUN', 'TNF-ALPHA')
    """
    if word.isascii() and "&" not in word:
        return collapse(word).upper()
    form = collapse(plain(word)).upper()
    return form if form.isascii() and "&" not in form else collapse(plain(form)).upper()


def as_drawn(part: str, word: str) -> str:
    r"""Return the part of a drawn word that a name was matched in, with the beta that upper case made `SS`.

    Texts have the German sharp s for beta, and its upper case is `SS`: so PFOCR matches `A\xdf` as `ASS`.

    >>> as_drawn("ASS", "A\xdf"), as_drawn("ASS", "aSyn,A\xdf"), as_drawn("BASS", "BASS\xdf"), as_drawn("ASS", "ASS")
    ('A\xdf', 'A\xdf', 'BASS', 'ASS')
    """
    if "\xdf" not in word or "SS" not in (upper := part.upper()):
        return part
    drawn = "\xdf".join(text.upper() for text in word.split("\xdf"))
    with_beta = upper.replace("SS", "\xdf")
    return with_beta if with_beta in drawn and upper not in drawn else part


cached_normal_form = lru_cache(2**16)(normal_form)
"""`normal_form` for parsers, which meet the same words often; a server would remember every text that it receives."""

cached_tidy = lru_cache(2**16)(tidy)
"""`tidy` for parsers: they meet the same names often, too."""
