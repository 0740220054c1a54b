"""How RDF is spelled: Turtle for people, N-Triples for loaders.

The text is put together here, because making an object of a library for each of a hundred million terms costs
ten times what writing them does; three foreign parsers read every kind of text back in the tests.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"

_LOCAL = re.compile(r"(?:\w|%[0-9A-F]{2})(?:(?:[\w.:-]|%[0-9A-F]{2})*(?:[\w:-]|%[0-9A-F]{2}))?", re.ASCII)
_MARK = re.compile("\0([0-9]+)\0")
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


class Serialized(str):
    """A term as it stands in the text; any other str is the text of a literal."""

    __slots__ = ()


Properties = Sequence[tuple[str, Sequence[str]]]
"""Predicates with their objects, all spelled."""


class Syntax(Protocol):
    """What a writer of RDF needs of a syntax."""

    head: str
    tail: str
    """What stands before and after everything."""
    layer: str
    """What is written now, for a syntax with named graphs: `records`, or a layer."""
    by_place: bool
    """What `about` gives has each term as it is: the same text stands around others in their places."""

    def name(self, iri: str) -> Serialized:
        """Spell an IRI, which must be one."""
        ...

    def typed(self, text: str, datatype: str) -> Serialized:
        """Spell a literal of an XML Schema type, by the type's local name; the text needs no escapes."""
        ...

    def literal(self, text: str) -> Serialized:
        """Spell a plain literal."""
        ...

    def triple(self, subject: str, predicate: str, object_: str) -> Serialized:
        """Spell a triple as a term (RDF 1.2)."""
        ...

    def about(self, subject: str, properties: Properties) -> str:
        """Spell everything that is said about one subject."""
        ...


class LineTemplate:
    """What stands between the terms of a subject's triples: most subjects differ in the terms only."""

    __slots__ = ("_between", "_pick")

    def __init__(self, marked: str) -> None:
        """Take the text for the `marks`."""
        parts = _MARK.split(marked)
        places = [int(each) for each in parts[1::2]]
        self._between = parts
        self._pick = None if places == list(range(len(places))) else itemgetter(*places)

    @staticmethod
    def marks(number: int) -> list[Serialized]:
        """Give so many terms to make a template with."""
        return [Serialized(f"\0{place}\0") for place in range(number)]

    def fill(self, terms: list[Serialized]) -> str:
        """Give the text with these terms."""
        text = self._between.copy()
        text[1::2] = self._pick(terms) if self._pick else terms
        return "".join(text)


def serializers(syntax: Syntax) -> dict[type, Callable[[Any], Serialized]]:
    """Give what spells a value, by its type: a term, text, a whole or a real number."""
    return {
        Serialized: _itself,
        str: syntax.literal,
        int: _Wholes(syntax).__getitem__,
        float: lambda value: syntax.typed(_real(value), "double"),
    }


class _Wholes(dict[int, Serialized]):
    """Whole numbers, spelled when first met: the same come again and again."""

    def __init__(self, syntax: Syntax) -> None:
        super().__init__()
        self._syntax = syntax

    def __missing__(self, number: int) -> Serialized:
        term = self[number] = self._syntax.typed(str(number), "integer")
        return term


def _real(number: float) -> str:
    text = repr(number)
    return text if "e" in text else f"{text}e0"


def _itself(term: Serialized) -> Serialized:
    return term


class NTriplesSyntax:
    """One triple a line, every IRI in full."""

    head = tail = ""
    layer = "records"
    by_place = True

    def name(self, iri: str) -> Serialized:
        """Spell an IRI."""
        return Serialized(f"<{iri}>")

    def typed(self, text: str, datatype: str) -> Serialized:
        """Spell a typed literal."""
        return Serialized(f'"{text}"^^<{XSD}{datatype}>')

    def literal(self, text: str) -> Serialized:
        """Spell a plain literal; lone surrogates cannot be written and become U+FFFD."""
        if _ESCAPED.search(text):
            text = _ESCAPED.sub(lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04X}"), text)
        return Serialized(f'"{text}"')

    def triple(self, subject: str, predicate: str, object_: str) -> Serialized:
        """Spell a triple as a term."""
        return Serialized(f"<<( {subject} {predicate} {object_} )>>")

    def about(self, subject: str, properties: Properties) -> str:
        """Spell the triples of a subject."""
        return "".join(f"{subject} {predicate} {each} .\n" for predicate, objects in properties for each in objects)


class TurtleSyntax(NTriplesSyntax):
    """Prefixed names, a subject at a time, an empty line before each."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = {iri: name for name, iri in prefixes.items()}
        self.head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.items()))

    def name(self, iri: str) -> Serialized:
        """Spell an IRI: short where no character of it would have to be escaped."""
        if iri == _TYPE:
            return Serialized("a")
        start = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._prefixes.get(iri[:start])
        if prefix is not None and _LOCAL.fullmatch(iri, start):
            return Serialized(f"{prefix}:{iri[start:]}")
        return Serialized(f"<{iri}>")

    def typed(self, text: str, datatype: str) -> Serialized:
        """Spell a typed literal; numbers stand for themselves."""
        return Serialized(text if datatype in ("integer", "double") else f'"{text}"^^xsd:{datatype}')

    def about(self, subject: str, properties: Properties) -> str:
        """Spell what is said about a subject."""
        lines = " ;\n\t".join(f"{predicate} {' , '.join(objects)}" for predicate, objects in properties)
        return f"\n{subject} {lines} .\n"
