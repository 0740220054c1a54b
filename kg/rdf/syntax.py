r"""RDF syntaxes: terms and triples as text, Turtle for people and N-Triples for loaders.

The text is put together here, because a dump has a hundred million terms: to make an RDF library's object for each
takes ten times as long as to write them. In the tests three foreign parsers read every kind of text back.

From a row to its lines, with a pair of the seeds and 4 of its 18 predicates (`kg.rdf.triples` takes the steps):

1. The row, of the statement `associations` in `sql/dump.sql`:

    {"subject_id": "ncbigene:115482723", "object_id": "ncbigene:4772", "figures_all": 2, "q": 0.457559, ...}

2. The subject and its properties: predicates, each with a value or a list of values. A method of TripleWriter, here
   `association`, declares them:

    [("rdf:type", Serialized("biolink:GeneToGeneAssociation")), ("kg:allCount", 2),
     ("sio:SIO_000628", (Serialized("ncbigene:115482723"), Serialized("ncbigene:4772"))),
     ("biolink:adjusted_p_value", 0.457559)]

3. The terms: the subject and then all objects, each in its lexical form. `value_serializers` has the function for each
   type of value.

    0 "co:ncbigene:115482723_ncbigene:4772"   1 "biolink:GeneToGeneAssociation"   2 "2"
    3 "ncbigene:115482723"   4 "ncbigene:4772"   5 "0.457559e0"

4. The shape: the layer, and the predicate of each object. Thousands of pairs have the same shape.

    ("cooccurrences", "rdf:type", "kg:allCount", "sio:SIO_000628", "sio:SIO_000628", "biolink:adjusted_p_value")

5. The template of the shape, made when its first subject is written. `Syntax.serialize_subject` writes a subject whose
   terms are marks: term 3 is `\0` + `3` + `\0`, because no serialized term contains the character NUL. LineTemplate
   cuts the text at the marks, here shown as [3]. In N-Triples the mark [0] stands in every line.

    [0] a [1] ;
        kg:allCount [2] ;
        sio:SIO_000628 [3] , [4] ;
        biolink:adjusted_p_value [5] .

6. The lines: `LineTemplate.fill` joins the parts with the terms between them.

    co:ncbigene:115482723_ncbigene:4772 a biolink:GeneToGeneAssociation ;
        kg:allCount 2 ;
        sio:SIO_000628 ncbigene:115482723 , ncbigene:4772 ;
        biolink:adjusted_p_value 0.457559e0 .

JSON-LD has no templates, because it does not write every term as it was serialized: see `Syntax.verbatim`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol

XSD = "http://www.w3.org/2001/XMLSchema#"

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LOCAL_START, LOCAL_CHARACTERS, LOCAL_END = (
    rf"(?:[{characters}]|%[0-9A-F]{{2}}){repeated}"
    for characters, repeated in ((r"\w", ""), (r"\w.:-", "*"), (r"\w:-", ""))
)
"""Patterns of the first character of a name after a prefix, of those within it, and of its last one."""

_LOCAL = re.compile(f"{LOCAL_START}(?:{LOCAL_CHARACTERS}{LOCAL_END})?", re.ASCII)
_MARK = re.compile("\0([0-9]+)\0")
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


class Serialized(str):
    """A term in its lexical form. Any other str is the text of a literal, not yet escaped."""

    __slots__ = ()


Properties = Sequence[tuple[str, Sequence[str]]]
"""Predicates with their objects, all serialized."""


class Syntax(Protocol):
    """An RDF syntax: terms to their lexical form, and a subject with its properties to text."""

    head: str
    """Text before the first subject."""
    tail: str
    """Text after the last subject."""
    layer: str
    """Layer of the rows that are written now, or `records`. Syntaxes with named graphs read it."""
    verbatim: bool
    """True if `serialize_subject` writes terms unchanged, so that a template serves all subjects of one shape."""

    def serialize_iri(self, iri: str) -> Serialized:
        """Serialize an IRI, which must be valid."""
        ...

    def serialize_typed(self, text: str, datatype: str) -> Serialized:
        """Serialize a literal of an XML Schema type, by the type's local name; the text needs no escapes."""
        ...

    def serialize_literal(self, text: str) -> Serialized:
        """Serialize a plain literal."""
        ...

    def serialize_triple_term(self, subject: str, predicate: str, object_: str) -> Serialized:
        """Serialize a triple as a term (RDF 1.2)."""
        ...

    def serialize_subject(self, subject: str, properties: Properties) -> str:
        """Serialize all triples of a subject."""
        ...


class LineTemplate:
    """The text of one subject with gaps for its terms.

    >>> subject, kind = LineTemplate.marks(2)
    >>> LineTemplate(f"{subject} a {kind} .").fill([Serialized("ncbigene:207"), Serialized("biolink:Gene")])
    'ncbigene:207 a biolink:Gene .'
    """

    __slots__ = ("_parts", "_pick")

    def __init__(self, marked: str) -> None:
        """Cut the text of a subject whose terms are `marks`."""
        self._parts = _MARK.split(marked)  # text and number of a mark by turns
        indices = [int(number) for number in self._parts[1::2]]
        self._pick = None if indices == list(range(len(indices))) else itemgetter(*indices)

    @staticmethod
    def marks(number: int) -> list[Serialized]:
        """Return marks in the place of `number` terms."""
        return [Serialized(f"\0{index}\0") for index in range(number)]

    def fill(self, terms: list[Serialized]) -> str:
        """Return the text with `terms` in the place of the marks."""
        parts = self._parts.copy()
        parts[1::2] = self._pick(terms) if self._pick else terms
        return "".join(parts)


def value_serializers(syntax: Syntax) -> dict[type, Callable[[Any], Serialized]]:
    """Return the function that serializes a value, keyed by type: a term, a text, a whole or a real number."""
    return {
        Serialized: _unchanged,
        str: syntax.serialize_literal,
        int: _Integers(syntax).__getitem__,
        float: lambda value: syntax.serialize_typed(_double(value), "double"),
    }


class _Integers(dict[int, Serialized]):
    """Whole numbers in their lexical form, serialized when first needed, because few of them occur very often."""

    def __init__(self, syntax: Syntax) -> None:
        super().__init__()
        self._syntax = syntax

    def __missing__(self, number: int) -> Serialized:
        term = self[number] = self._syntax.serialize_typed(str(number), "integer")
        return term


def _double(number: float) -> str:
    text = repr(number)
    return text if "e" in text else f"{text}e0"  # without an exponent Turtle reads a decimal


def _unchanged(term: Serialized) -> Serialized:
    return term


class NTriplesSyntax:
    """N-Triples: one triple a line, every IRI in full."""

    head = tail = ""
    layer = "records"
    verbatim = True

    def serialize_iri(self, iri: str) -> Serialized:
        """Serialize an IRI."""
        return Serialized(f"<{iri}>")

    def serialize_typed(self, text: str, datatype: str) -> Serialized:
        """Serialize a typed literal."""
        return Serialized(f'"{text}"^^<{XSD}{datatype}>')

    def serialize_literal(self, text: str) -> Serialized:
        """Serialize a plain literal; lone surrogates are replaced when the file is encoded."""
        if _ESCAPED.search(text):
            text = _ESCAPED.sub(lambda match: _ESCAPES.get(match[0], f"\\u{ord(match[0]):04X}"), text)
        return Serialized(f'"{text}"')

    def serialize_triple_term(self, subject: str, predicate: str, object_: str) -> Serialized:
        """Serialize a triple as a term."""
        return Serialized(f"<<( {subject} {predicate} {object_} )>>")

    def serialize_subject(self, subject: str, properties: Properties) -> str:
        """Serialize the triples of a subject, a line each."""
        return "".join(f"{subject} {predicate} {term} .\n" for predicate, objects in properties for term in objects)


class TurtleSyntax(NTriplesSyntax):
    """Turtle: prefixed names, triples grouped by subject, an empty line before each subject."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        """Take the IRI of each prefix."""
        self._prefixes = {iri: name for name, iri in prefixes.items()}
        self.head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.items()))

    def serialize_iri(self, iri: str) -> Serialized:
        """Serialize an IRI: a prefixed name where it needs no escapes, otherwise in full."""
        if iri == _TYPE:
            return Serialized("a")
        start = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._prefixes.get(iri[:start])
        if prefix is not None and _LOCAL.fullmatch(iri, start):
            return Serialized(f"{prefix}:{iri[start:]}")
        return Serialized(f"<{iri}>")

    def serialize_typed(self, text: str, datatype: str) -> Serialized:
        """Serialize a typed literal; numbers have a short form."""
        return Serialized(text if datatype in ("integer", "double") else f'"{text}"^^xsd:{datatype}')

    def serialize_subject(self, subject: str, properties: Properties) -> str:
        """Serialize the triples of a subject, a line for each predicate."""
        lines = " ;\n\t".join(f"{predicate} {' , '.join(objects)}" for predicate, objects in properties)
        return f"\n{subject} {lines} .\n"
