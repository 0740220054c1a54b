"""JSON-LD: one node object a subject, streamed, under a context of the dump's prefixes."""

import json

from kg.model.identifiers import NAMESPACES
from kg.rdf.dump import Turtle, prefixes
from kg.rdf.syntax import NTriplesSyntax, Properties, Serialized, Syntax, TurtleSyntax

_TYPE = NAMESPACES["rdf"] + "type"


class JsonLdSyntax(NTriplesSyntax):
    """Terms as JSON; a predicate is a key, types are `@type`."""

    tail = "\n]}\n"
    by_place = False

    def __init__(self, base: str) -> None:
        self._short = TurtleSyntax(prefixes(base))
        context = json.dumps(dict(sorted(prefixes(base).items())))
        # A node that says nothing comes first, so that each of the others can begin with a comma.
        self.head = f'{{"@context":{context},"@graph":[\n{{"@id":{json.dumps(base)}}}'

    def name(self, iri: str) -> Serialized:
        """Spell an IRI as a reference to a node, short where a prefix fits."""
        if iri == _TYPE:
            return Serialized('"@type"')
        short = self._short.name(iri)
        return Serialized(f'{{"@id":{_text(iri if short.startswith("<") else short)}}}')

    def typed(self, text: str, datatype: str) -> Serialized:
        """Spell a typed literal; its text stays as it is, for JSON's numbers have no lexical form."""
        return Serialized(f'{{"@value":{_text(text)},"@type":"xsd:{datatype}"}}')

    def literal(self, text: str) -> Serialized:
        """Spell a plain literal."""
        return Serialized(f'{{"@value":{_text(text)}}}')

    def triple(self, subject: str, predicate: str, object_: str) -> Serialized:
        """Refuse: JSON-LD 1.1 has no triples as terms."""
        raise NotImplementedError

    def about(self, subject: str, properties: Properties) -> str:
        """Spell a node object."""
        found = []
        for predicate, objects in properties:
            if predicate == '"@type"':
                found.append(f"{predicate}:[{','.join(map(_reference, objects))}]")
            else:
                found.append(f"{_reference(predicate)}:[{','.join(objects)}]")
        return f",\n{subject[:-1]},{','.join(found)}}}"


def _reference(node: str) -> str:
    return node.removeprefix('{"@id":').removesuffix("}")


def _text(text: str) -> str:
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False)


class JsonLd(Turtle):
    """JSON-LD 1.1."""

    suffixes = (".jsonld",)

    def _syntax(self, base: str) -> Syntax:
        return JsonLdSyntax(base)
