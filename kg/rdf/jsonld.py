"""JSON-LD: one node object for each subject, streamed, under a context of the dump's prefixes."""

import json

from kg.model.build import Build
from kg.model.identifiers import NAMESPACES
from kg.rdf.dump import Turtle, prefixes
from kg.rdf.syntax import NTriplesSyntax, Properties, Serialized, Syntax, TurtleSyntax

_TYPE = NAMESPACES["rdf"] + "type"


class JsonLdSyntax(NTriplesSyntax):
    """JSON-LD: terms are JSON objects, predicates are keys, classes are values of `@type`."""

    tail = "\n]}\n"
    verbatim = False

    def __init__(self, base: str) -> None:
        self._turtle = TurtleSyntax(prefixes(base))
        context = json.dumps(dict(sorted(prefixes(base).items())))
        # An empty node comes first, so that each of the others can begin with a comma.
        self.head = f'{{"@context":{context},"@graph":[\n{{"@id":{json.dumps(base)}}}'

    def serialize_iri(self, iri: str) -> Serialized:
        """Serialize an IRI as a reference to a node, with a prefix where one fits."""
        if iri == _TYPE:
            return Serialized('"@type"')
        short = self._turtle.serialize_iri(iri)
        return Serialized(f'{{"@id":{_text(iri if short.startswith("<") else short)}}}')

    def serialize_typed(self, text: str, datatype: str) -> Serialized:
        """Serialize a typed literal, with numbers as texts because numbers of JSON have no lexical form."""
        return Serialized(f'{{"@value":{_text(text)},"@type":"xsd:{datatype}"}}')

    def serialize_literal(self, text: str) -> Serialized:
        """Serialize a plain literal."""
        return Serialized(f'{{"@value":{_text(text)}}}')

    def serialize_triple_term(self, subject: str, predicate: str, object_: str) -> Serialized:
        """Raise NotImplementedError: JSON-LD 1.1 has no triple terms."""
        raise NotImplementedError

    def serialize_subject(self, subject: str, properties: Properties) -> str:
        """Serialize a subject as a node object."""
        entries = []
        for predicate, objects in properties:
            if predicate == '"@type"':
                entries.append(f"{predicate}:[{','.join(map(_reference, objects))}]")
            else:
                entries.append(f"{_reference(predicate)}:[{','.join(objects)}]")
        return f",\n{subject[:-1]},{','.join(entries)}}}"


def _reference(node: str) -> str:
    return node.removeprefix('{"@id":').removesuffix("}")


def _text(text: str) -> str:
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False)


class JsonLd(Turtle):
    """JSON-LD 1.1."""

    suffixes = (".jsonld",)

    def syntax(self, build: Build) -> Syntax:
        """Return JSON-LD with the context of the build."""
        return JsonLdSyntax(build.base)
