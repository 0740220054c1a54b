"""The triples of a build about an IRI, and the names of things: from its store, or from the files of the build."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.web.sparql.documents import Documents
from kg.web.sparql.pool import Pool

INVERSE_ROWS = 50
"""Links to a thing on one page."""

MOST_VALUES = 25
"""Greatest number of values of a property that a page shows; the other formats have all."""

_DESCRIBED = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { $iris } ?s ?p ?o }"
_COUNTS = "SELECT ?s ?p (COUNT(*) AS ?n) WHERE { VALUES ?s { $iris } ?s ?p ?o } GROUP BY ?s ?p"
_VALUES = "{ SELECT ?s ?p ?o WHERE { VALUES (?s ?p) { (<$iri> <$property>) } ?s ?p ?o } LIMIT $most }"
_LINKS = "{ SELECT ?s ?p ?o WHERE { VALUES ?o { <$iri> } ?s ?p ?o } LIMIT $limit OFFSET $offset }"
_JOINING = "SELECT ?p WHERE { <$subject> ?p <$object> }"
_KNOWN = "SELECT ?s WHERE { VALUES ?s { $iris } FILTER EXISTS { ?s ?p ?o } }"
_LABELS = """SELECT ?s ?label WHERE {
  VALUES ?s { $iris }
  { ?s rdfs:label ?label } UNION { ?s dcterms:title ?label }
}"""


@dataclass(frozen=True, slots=True)
class Described:
    """The triples about a thing, and one page of the links that lead to it."""

    iri: str
    triples: list[Triple]
    links: list[Triple]
    has_more: bool  # whether further links follow this page of them
    counts: dict[str, int]  # values of each property; `triples` of a page has the first of them only


class Reader:
    """Reads triples about things: those of the store by the workers of the endpoint, in the client's turn."""

    def __init__(self, pool: Pool, documents: Documents) -> None:
        self._pool = pool
        self._documents = documents

    @property
    def has_store(self) -> bool:
        """Whether the build has a store."""
        return self._pool.has_store

    async def describe(self, iris: Sequence[str], client: str) -> list[Triple]:
        """Return the triples of the store about the first of the IRIs that it knows; empty where it knows none.

        Raises HttpProblem as a query does.
        """
        matching = await self._triples(_DESCRIBED.replace("$iris", _values(iris)), client)
        own = ([triple for triple in matching if value(triple.subject) == iri] for iri in iris)
        return next(filter(None, own), [])

    async def page(self, iris: Sequence[str], client: str, page: int) -> Described | None:
        """Return the part that a page shows of the first IRI that the store knows, None where it knows none.

        `page` is that of the links to it, from 0 on. An entity may have tens of thousands of triples, so that the
        store counts the values of each property, and returns the first ones. Raises HttpProblem as a query does.
        """
        rows = await self._rows(_COUNTS.replace("$iris", _values(iris)), client)
        for iri in iris:
            counts = {row["p"]: int(row["n"]) for row in rows if row.get("s") == iri}
            of_iri = [_VALUES.replace("$iri", iri).replace("$property", name) for name in counts]
            links = _LINKS.replace("$iri", iri).replace("$offset", str(INVERSE_ROWS * page))
            parts = " UNION ".join([*of_iri, links.replace("$limit", str(INVERSE_ROWS + 1))])
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {parts} }}".replace("$most", str(MOST_VALUES))
            matching = await self._triples(text, client)
            own = [triple for triple in matching if value(triple.subject) == iri]
            inverse = [triple for triple in matching if value(triple.object) == iri]
            if own or inverse:
                return Described(iri, own, inverse[:INVERSE_ROWS], len(inverse) > INVERSE_ROWS, counts)
        return None

    async def joining(self, subject: str, object_: str, client: str) -> set[str]:
        """Return the properties by which the store joins a thing to another."""
        text = _JOINING.replace("$subject", subject).replace("$object", object_)
        return {row["p"] for row in await self._rows(text, client)}

    async def known(self, iris: Iterable[str], client: str) -> set[str]:
        """Return those of the IRIs that the store says something of."""
        return {row["s"] for row in await self._rows(_KNOWN.replace("$iris", _values(iris)), client)}

    async def texts(self, iris: Iterable[str], client: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the labels of things, and the comments of the terms of the vocabulary, by IRI.

        Without a store they are those of the files.
        """
        of_files, comments = self._documents.texts()
        labels = dict(of_files)
        if self._pool.has_store and (others := sorted(set(iris) - labels.keys())):
            rows = await self._rows(_LABELS.replace("$iris", _values(others)), client)
            for row in sorted(rows, key=lambda row: (row["s"], row["label"])):
                labels.setdefault(row["s"], row["label"])
        return labels, comments

    async def _rows(self, query: str, client: str) -> list[dict[str, str]]:
        """Return the rows of a SELECT as texts, by variable."""
        rows = json.loads(await self._ask(query, client))["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    async def _triples(self, query: str, client: str) -> list[Triple]:
        return [quad.triple for quad in parse(await self._ask(query, client), RdfFormat.N_TRIPLES)]

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
