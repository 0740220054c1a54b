"""The triples of a build about an IRI: from its store, or from the files about the dataset and the vocabulary."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.web.problems import HttpProblem
from kg.web.sparql.pool import Pool

INVERSE_ROWS = 50
"""Links to a thing on one page."""

_DESCRIBED = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { $iris } ?s ?p ?o }"
_WITH_LINKS = """CONSTRUCT { ?s ?p ?o } WHERE {
  { VALUES ?s { $iris } ?s ?p ?o }
  UNION { SELECT ?s ?p ?o WHERE { VALUES ?o { $iris } ?s ?p ?o } LIMIT $limit OFFSET $offset }
}"""
_LABELS = """SELECT ?s ?label ?comment WHERE {
  VALUES ?s { $iris }
  { ?s rdfs:label ?label } UNION { ?s dcterms:title ?label } UNION { ?s rdfs:comment ?comment }
  UNION { ?s <http://www.w3.org/2004/02/skos/core#definition> ?comment }
}"""


@dataclass(frozen=True, slots=True)
class Described:
    """The triples about a thing, and one page of the links that lead to it."""

    iri: str
    triples: list[Triple]
    links: list[Triple]
    has_more: bool  # whether further links follow this page of them


class Reader:
    """Reads triples about things: those of the store by the workers of the endpoint, in the client's turn."""

    def __init__(self, folder: Path, pool: Pool) -> None:
        self._folder = folder
        self._pool = pool

    async def describe(self, iris: Sequence[str], client: str, page: int | None = None) -> Described | None:
        """Return the triples of the store about the first of the IRIs that it knows, None where it knows none.

        `page` is that of the links to it, from 0 on; None leaves them out. Raises HttpProblem as a query does.
        """
        limit, offset = INVERSE_ROWS + 1, INVERSE_ROWS * (page or 0)
        query = _DESCRIBED if page is None else _WITH_LINKS
        text = query.replace("$limit", str(limit)).replace("$offset", str(offset)).replace("$iris", _values(iris))
        matching = [quad.triple for quad in parse(await self._ask(text, client), RdfFormat.N_TRIPLES)]
        for iri in iris:
            node = NamedNode(iri)
            own = [triple for triple in matching if triple.subject == node]
            links = [triple for triple in matching if triple.object == node]
            if own or links:
                return Described(iri, own, links[:INVERSE_ROWS], len(links) > INVERSE_ROWS)
        return None

    async def texts(self, iris: Iterable[str], client: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the labels of things, and the comments of those that have one, by IRI."""
        query = _LABELS.replace("$iris", _values(sorted(set(iris))))
        rows = json.loads(await self._ask(query, client))["results"]["bindings"]
        labels: dict[str, str] = {}
        comments: dict[str, str] = {}
        for row in sorted(rows, key=str):
            for name, texts in (("label", labels), ("comment", comments)):
                if name in row:
                    texts.setdefault(row["s"]["value"], row[name]["value"])
        return labels, comments

    async def _ask(self, query: str, client: str) -> bytes:
        question: dict[str, Any] = {
            "query": query,
            "address": "http://localhost/",  # no IRI of these queries is relative
            "default_graphs": None,
            "named_graphs": None,
            "solutions": "json",
            "triples": "ntriples",
        }
        async with self._pool.answer(question, client) as answer:
            chunks = [answer.head]
            if not answer.complete:
                chunks += [chunk async for chunk in answer.rest()]
            return b"".join(chunks)

    def file(self, name: str) -> list[Triple]:
        """Return the triples of a Turtle file of the build; raise HttpProblem where there is none."""
        try:
            with (self._folder / name).open("rb") as file:
                return [quad.triple for quad in parse(file, RdfFormat.TURTLE)]
        except FileNotFoundError:
            raise HttpProblem(404, f"this build has no {name}; the operator can make it with this version") from None
        except (OSError, SyntaxError):
            raise HttpProblem(503, f"{name} cannot be read: the build is being replaced or damaged") from None


def document(triples: Sequence[Triple], iri: str) -> list[Triple]:
    """Return the triples about a thing and about its parts, which are `iri#part`."""
    return [triple for triple in triples if value(triple.subject).partition("#")[0] == iri]


def value(term: Any) -> str:
    """Return the IRI or text of a term; of a blank node, its name."""
    return str(term.value)


def is_iri(text: str) -> bool:
    """Return whether a text is an IRI that a query can have in it."""
    try:
        return NamedNode(text).value == text and not set(text) & set('<>"{}|\\^`')
    except ValueError:
        return False


def _values(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)
