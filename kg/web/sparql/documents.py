"""The Turtle files of a build, each parsed once, and the names of the things that they describe."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Triple, parse

from kg.web.problems import HttpProblem
from kg.web.sparql.worker import Stamp

_LABELS = (
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://purl.org/dc/terms/title",
    "http://xmlns.com/foaf/0.1/name",
)
_COMMENTS = ("http://www.w3.org/2004/02/skos/core#definition", "http://www.w3.org/2000/01/rdf-schema#comment")


class Documents:
    """The files of the build in a folder; after a new build, they are read again."""

    def __init__(self, folder: Path, stamp: Callable[[], Stamp]) -> None:
        """Read from `folder`; `stamp` returns another value once the build is another."""
        self._folder = folder
        self._stamp = stamp
        self._read: dict[str, tuple[Triple, ...]] = {}
        self._texts: tuple[dict[str, str], dict[str, str]] | None = None
        self._of: Stamp | None = None  # the build that is in memory

    def triples(self, name: str) -> tuple[Triple, ...]:
        """Return the triples of a Turtle file, sorted; raise HttpProblem where there is none."""
        stamp = self._stamp()
        if self._of != stamp:
            self._read, self._texts, self._of = {}, None, stamp
        if name not in self._read:
            self._read[name] = self._parsed(name)
        return self._read[name]

    def texts(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the labels and the comments of the vocabulary, the dataset and the canned queries, by IRI.

        They are empty where a build of another version has no such files.
        """
        triples: list[Triple] = []
        for name in ("vocab.ttl", "dataset.ttl", "queries.ttl"):
            with suppress(HttpProblem):
                triples += self.triples(name)
        if self._texts is None:
            self._texts = _first(triples, _LABELS), _first(triples, _COMMENTS)
        return self._texts

    def _parsed(self, name: str) -> tuple[Triple, ...]:
        try:
            with (self._folder / name).open("rb") as file:
                return tuple(sorted({quad.triple for quad in parse(file, RdfFormat.TURTLE)}, key=str))
        except FileNotFoundError:
            raise HttpProblem(404, f"this build has no {name}; the operator can make it with this version") from None
        except (OSError, SyntaxError):
            raise HttpProblem(503, f"{name} cannot be read: the build is being replaced or damaged") from None


def _first(triples: list[Triple], properties: tuple[str, ...]) -> dict[str, str]:
    """Return the value of the first of the properties that a subject has, by its IRI."""
    values: dict[str, str] = {}
    for iri in properties:
        for triple in triples:
            if _value(triple.predicate) == iri:
                values.setdefault(_value(triple.subject), _value(triple.object))
    return values


def _value(term: Any) -> str:
    return str(term.value)
