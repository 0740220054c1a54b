"""Two entities beside each other: the partners that both have, those of one only, and figures by year."""

from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response

from kg.engines.statements import Statements
from kg.errors import QueryError
from kg.model.records import CATEGORIES
from kg.web.explorer.database import ExplorerDatabase, with_tables
from kg.web.explorer.network import published_partners
from kg.web.explorer.parameters import MOST_ROWS, QueryParameters
from kg.web.explorer.routes import Endpoint
from kg.web.explorer.search_index import Entity

PARAMETERS = ("a", "b", "min_figures", "category", "limit")

KINDS = {"shared": "shared", "one": "only_a", "other": "only_b"}
"""Kinds of partners in the tables, and in the answer."""

STATEMENTS = Statements("kg.web.explorer", "compare")


def compare_endpoint(database: ExplorerDatabase, find: Callable[[str], Entity]) -> Endpoint:
    """Return the endpoint; `find` returns the entity that a person means."""

    def answer(parameters: QueryParameters) -> Response:
        one, other = (find(parameters.text(name)) for name in ("a", "b"))
        return JSONResponse(compare(database, one, other, parameters))

    return answer, PARAMETERS


def compare(database: ExplorerDatabase, one: Entity, other: Entity, parameters: QueryParameters) -> dict[str, Any]:
    """Return the partners of two entities by kind, each with figures and weight, and their figures by year.

    Partners are those of `min_figures` figures or more, by default the threshold of the build; a partner of one only
    may have fewer with the other. Raises QueryError for twice the same entity.
    """
    if one is other:
        raise QueryError(f"a and b are both {one.id}; give two entities")
    least = parameters.integer("min_figures", 1, 10**9 - 1, database.threshold)
    partners = published_partners(database, [one.number, other.number], least)
    select = STATEMENTS.sql(
        "compared_partners",
        one=one.number,
        other=other.number,
        min_figures=least,
        categories=parameters.several_of("category", CATEGORIES) or CATEGORIES,
        limit=parameters.integer("limit", 1, MOST_ROWS, 50),
    )
    rows = database.fetch(with_tables(select, partners=partners), *database.pair_tables(least).wait_for).to_pylist()
    years_select = STATEMENTS.sql("compared_years", one=one.number, other=other.number)
    years = database.fetch(years_select, "numbered_mentions").to_pylist()
    answer: dict[str, Any] = {"a": _described(one), "b": _described(other), "min_figures": least}
    for kind, name in KINDS.items():
        of_kind = [row for row in rows if row["kind"] == kind]
        answer[name] = {
            "partners": of_kind[0]["partners"] if of_kind else 0,
            "rows": [_partner(database.search_index[row["entity"]], row) for row in of_kind],
        }
    # Genes of two organisms are no pair.
    pair = not (one.taxon and other.taxon and one.taxon != other.taxon)
    by_year = [[row["year"], row["one"], row["other"], row["together"] if pair else 0] for row in years]
    return answer | {"years": by_year}


def _described(entity: Entity) -> dict[str, Any]:
    return {"id": entity.id, "name": entity.name, "category": entity.category, "figures": entity.figures}


def _partner(entity: Entity, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": entity.id,
        "name": entity.name,
        "category": entity.category,
        "a_figures": row["one_figures"] or 0,
        "a_weight": row["one_weight"] or 0.0,
        "b_figures": row["other_figures"] or 0,
        "b_weight": row["other_weight"] or 0.0,
    }
