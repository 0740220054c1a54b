"""One subject and the values of its properties to the text of its triples."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from kg.model.identifiers import NAMESPACES, expand
from kg.rdf.syntax import LineTemplate, Serialized, Syntax, value_serializers

MAX_TEMPLATES = 4_096
"""Line templates that are kept: words and pairs have a few hundred shapes."""

Shape = tuple[str, ...]
"""The layer, and for each object the prefixed name of its predicate."""


class _Vocabulary(dict[str, Serialized]):
    """Serialized classes and predicates by prefixed name, added when first needed."""

    def __init__(self, base: str, syntax: Syntax) -> None:
        super().__init__()
        self._namespaces = NAMESPACES | {"kg": f"{base}vocab#"}
        self._syntax = syntax

    def __missing__(self, name: str) -> Serialized:
        prefix, _, local = name.partition(":")
        term = self[name] = self._syntax.serialize_iri(self._namespaces[prefix] + local)
        return term


class SubjectWriter:
    """Serializes subjects, the terms of which it makes once."""

    def __init__(self, base: str, syntax: Syntax) -> None:
        """Take the IRI under which our own terms lie."""
        self._base = base
        self._syntax = syntax
        self._serializers = value_serializers(syntax)
        self._vocabulary = _Vocabulary(base, syntax)
        self._iris: dict[str, Serialized] = {}
        self._templates: dict[Shape, LineTemplate] = {}
        self.count = 0
        """Triples written so far."""

    def _iri(self, curie: str) -> Serialized:
        iri = self._iris.get(curie)
        if iri is None:
            iri = self._iris[curie] = self._syntax.serialize_iri(expand(curie, self._base))
        return iri

    def _serialize_subject(
        self, subject: Serialized, properties: list[tuple[str, Any]], *, templates: bool = False
    ) -> str:
        """Serialize the triples of a subject.

        A value is a text, a number, a term, or a list of them; None and empty lists are left out. `templates` are for
        words and pairs: figures and entities have nearly as many shapes as there are of them.
        """
        names = [self._syntax.layer]
        terms = [subject]
        for name, value in properties:
            serialize = self._serializers.get(type(value))
            if serialize:
                names.append(name)
                terms.append(serialize(value))
            elif value:  # a list
                names += [name] * len(value)
                terms += [self._serializers[type(item)](item) for item in value]
        self.count += len(terms) - 1
        shape = tuple(names)
        if not templates or not self._syntax.verbatim:
            return self._serialize_shape(shape, terms)
        template = self._templates.get(shape)
        if template is None:
            if len(self._templates) >= MAX_TEMPLATES:
                return self._serialize_shape(shape, terms)
            marked = self._serialize_shape(shape, LineTemplate.marks(len(terms)))
            template = self._templates[shape] = LineTemplate(marked)
        return template.fill(terms)

    def _serialize_shape(self, shape: Shape, terms: list[Serialized]) -> str:
        objects = groupby(zip(shape[1:], terms[1:], strict=True), itemgetter(0))
        properties = [(self._vocabulary[name], [term for _, term in pairs]) for name, pairs in objects]
        return self._syntax.serialize_subject(terms[0], properties)

    def _concept(self, scheme: str, value: str | None) -> Serialized | None:
        """Serialize a status as a concept of our vocabulary; `scheme` tells apart what two schemes call the same."""
        if value is None:
            return None
        words = "".join(word.capitalize() for word in value.replace("_", " ").replace("-", " ").split())
        return self._vocabulary[f"kg:{scheme}{words}" if scheme else f"kg:{words[:1].lower()}{words[1:]}"]

    def _year(self, year: int | None) -> Serialized | None:
        return None if year is None else self._syntax.serialize_typed(f"{year:04d}", "gYear")
