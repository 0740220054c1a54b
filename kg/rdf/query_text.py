"""The tokens of a SPARQL query, as Oxigraph reads them, and the endpoints that it asks with SERVICE.

Oxigraph's grammar works on characters, so that a keyword needs no space before or after it. In `trueSERVICE <x> {}` and
in `SERVICE:x {}` it reads the keyword. So a token that hides the keyword counts as one wherever that is possible.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from kg.errors import QueryError


class Token(NamedTuple):
    """A token: kind is iri, text, variable, blank, language, name (with a prefix), number, word or sign."""

    kind: str
    text: str


_TOKEN = re.compile(
    r"""
    (?: \s+ | \#[^\n\r]*)*+
    (?: (?P<iri> <(?: [^<>"{}|^`\\\x00-\x20] | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} )*>)
    | (?P<text> \"{3}(?:\\.|(?!\"{3})[^\\])*\"{3} | '{3}(?:\\.|(?!'{3})[^\\])*'{3}
        | "(?:\\.|[^"\\\n\r])*" | '(?:\\.|[^'\\\n\r])*')
    | (?P<variable> [?$]\w+)
    | (?P<blank> _:\w(?:[\w.-]*\w)?)
    | (?P<language> @[A-Za-z]+(?:-+[A-Za-z0-9]+)*)
    | (?P<name> (?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*)?)
    | (?P<number> \d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<word> \w+)
    | (?P<sign> .)
    | \Z)
    """,
    re.DOTALL | re.VERBOSE,
)
_OPERANDS = {"iri", "text", "variable", "blank", "language", "name", "number"}
_CLOSES = {")": "(", "]": "[", "}": "{"}
_ABSOLUTE = re.compile(r"<[A-Za-z][\w+.-]*://")
_TAKES_A_NAME = {"GRAPH", "FROM", "NAMED", "DESCRIBE"}
"""Keywords after which `service:x {` is the name of a graph or of a thing."""


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query without space and comments; raise QueryError where one has two readings.

    >>> [token.text for token in tokens("ASK { ?s<http://a/#b>'c' } # d")]
    ['ASK', '{', '?s', '<http://a/#b>', "'c'", '}']
    """
    opened: list[str] = []
    previous = Token("sign", "")
    position = 0
    while kind := (match := cast("re.Match[str]", _TOKEN.match(text, position))).lastgroup:
        token = Token(kind, match[kind])
        position = match.end()
        if kind == "iri" and opened and opened[-1] == "(" and _is_operand(previous):
            token = _comparison(token)
            position = match.start(kind) + len(token.text)
        if token.kind == "sign":
            _follow(token.text, opened)
        yield token
        previous = token


def query_form(text: str) -> str:
    """Return the keyword that a query begins with after its prologue, in capitals; empty where there is none.

    >>> query_form("PREFIX a: <http://a/> select * { ?s a:b ?o }"), query_form("")
    ('SELECT', '')
    """
    words = (token.text.upper() for token in tokens(text) if token.kind == "word")
    return next((word for word in words if word not in ("BASE", "PREFIX")), "")


def services(text: str) -> list[str]:
    """Return the IRI of each SERVICE of a query; an empty text for a variable or a prefixed name.

    >>> services("SELECT ?service { SERVICE SILENT <http://a/x> { ?service a ex:service } }")
    ['http://a/x']
    """
    iris: list[str] = []
    nothing = Token("sign", "")
    sequence = [nothing, *(token for token in tokens(text) if token.text.upper() != "SILENT"), nothing]
    for before, token, after in zip(sequence, sequence[1:], sequence[2:], strict=False):
        if _is_keyword(token) or _may_be_keyword(before, token, after):
            full = after.kind == "iri" and "\\" not in after.text and token.kind == "word"
            iris.append(after.text[1:-1] if full else "")
    return iris


def _is_keyword(token: Token) -> bool:
    return token.kind == "word" and "SERVICE" in token.text.upper()


def _may_be_keyword(before: Token, token: Token, after: Token) -> bool:
    """Return whether a name such as `SERVICE:x` stands where the engine reads the keyword, and then the name `:x`."""
    hides = token.kind == "name" and "SERVICE" in token.text.upper().rpartition(":")[0]
    return hides and after.text == "{" and before.text.upper() not in _TAKES_A_NAME


def _is_operand(token: Token) -> bool:
    return token.kind in _OPERANDS or token.text in (")", "]") or token.text.lower() in ("true", "false")


def _comparison(token: Token) -> Token:
    """Return the sign `<` that an IRI after an operand in brackets begins with, unless it can only be an IRI."""
    if _ABSOLUTE.match(token.text):  # a comparison has no `://` after its first word
        return token
    if "#" in token.text or "SERVICE" in token.text.upper():
        raise QueryError(f"{token.text} can be a comparison or an IRI; write a space after <, or the IRI in full")
    return Token("sign", "<")


def _follow(sign: str, opened: list[str]) -> None:
    """Keep the brackets that are open after a sign."""
    if sign in _CLOSES.values():
        opened.append(sign)
    elif sign in _CLOSES and opened:
        opened.pop()
