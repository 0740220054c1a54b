"""The tool `sparql`: a query by the workers and the queue of the endpoint."""

from typing import Any

from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from kg.rdf.plain_terms import plain_term
from kg.web.mcp.arguments import SparqlArguments
from kg.web.mcp.asking import Asker, Reply, ToolProblem
from kg.web.mcp.entity_tools import head
from kg.web.mcp.paging import Page
from kg.web.mcp.quoting import quoted

MOST_READ = 1 << 20
"""Bytes that are read of an answer of the endpoint; the server then hangs up, and the query is stopped."""

CELL = 400
"""Bytes of a cell in an answer."""

_ACCEPT = "text/tab-separated-values, application/n-triples"


async def sparql(asker: Asker, given: SparqlArguments) -> dict[str, Any]:
    """Return a page of the answer to a query."""
    reply = await asker.query(given.query, _ACCEPT, MOST_READ)
    base = (await asker.get("/api/build"))["base"]
    columns, rows = _table(reply, base)
    if given.offset and given.offset >= len(rows) and not reply.complete:
        raise ToolProblem(
            f"offset {given.offset:,} is beyond the {len(rows):,} rows that were read; use OFFSET in the query"
        )
    page = Page(
        await head(asker) | {"columns": [quoted(name) for name in columns], "complete": reply.complete},
        given.offset,
        given.max_bytes,
    )
    shown = rows[given.offset :][: given.limit]
    page.fill([{"quoted": {"cells": [quoted(cell, CELL) for cell in row]}} for row in shown])
    return page.answer(len(rows) if reply.complete else None, more=True)


def _table(reply: Reply, base: str) -> tuple[list[str], list[list[str | None]]]:
    """Return columns and rows of an answer; a last line that is cut off is left out."""
    body = reply.body if reply.complete else reply.body[: reply.body.rfind(b"\n") + 1]
    if body.strip() in (b"true", b"false"):
        return ["answer"], [[body.strip().decode()]]
    if "n-triples" in reply.headers.get("content-type", ""):
        triples = [quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)]
        rows = [[_cell(term, base) for term in (triple.subject, triple.predicate, triple.object)] for triple in triples]
        return ["subject", "predicate", "object"], rows
    results: Any = parse_query_results(body, QueryResultsFormat.TSV)
    columns = [variable.value for variable in results.variables]
    return columns, [[_cell(term, base) for term in solution] for solution in results]


def _cell(term: Any, base: str) -> str | None:
    return None if term is None else plain_term(term, base)
