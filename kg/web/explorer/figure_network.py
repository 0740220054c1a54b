"""The network of one figure: its likely entities, and the pairs that it shows by two different words."""

from itertools import combinations
from typing import Any

from kg.engines.statements import Statements
from kg.model.records import LIKELY, SURE
from kg.web.explorer.database import ExplorerDatabase, with_tables
from kg.web.explorer.network import published_pairs
from kg.web.explorer.search_index import Entity, SearchIndex

MOST_NODES = 80
"""Greatest number of entities in the network; those in most figures are taken."""

STATEMENTS = Statements("kg.web.explorer", "figures")

_Pair = tuple[int, int]


def figure_network(database: ExplorerDatabase, mentions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the `elements` of the network, and the number of entities `left_out` beyond MOST_NODES.

    `mentions` are the rows of `words_of_figure`. The numbers of a pair are those of all figures; its `doubt` is 1 where
    no two sure words of this figure show it.
    """
    forms: dict[int, dict[str, float]] = {}
    for row in mentions:
        if row["probability"] >= LIKELY:
            forms.setdefault(row["entity"], {})[row["form"]] = row["probability"]
    index = database.search_index
    numbers = sorted(forms, key=lambda number: (-index[number].figures, number))[:MOST_NODES]
    sure = _shown(index, {number: forms[number] for number in sorted(numbers)})
    nodes = [_node(index[number]) for number in numbers]
    edges = [
        _edge(index[subject], index[object_]) | statistics | {"doubt": int(not sure[subject, object_])}
        for (subject, object_), statistics in _statistics(database, numbers)
        if (subject, object_) in sure
    ]
    elements = {"nodes": [{"data": node} for node in nodes], "edges": [{"data": edge} for edge in edges]}
    return {"elements": elements, "left_out": len(forms) - len(numbers)}


def _shown(index: SearchIndex, forms: dict[int, dict[str, float]]) -> dict[_Pair, bool]:
    """Return the pairs that two different words show, with whether two sure ones do."""
    pairs = combinations(forms, 2)
    apart = {pair: _apart(forms[pair[0]], forms[pair[1]]) for pair in pairs if _may_pair(*map(index.__getitem__, pair))}
    return {pair: sure for pair, sure in apart.items() if sure is not None}


def _apart(one: dict[str, float], other: dict[str, float]) -> bool | None:
    """Return whether two different words surely mean two entities; None if no two different words mean them at all."""
    sure = [
        min(probability, another) >= SURE
        for form, probability in one.items()
        for other_form, another in other.items()
        if form != other_form
    ]
    return any(sure) if sure else None


def _may_pair(one: Entity, other: Entity) -> bool:
    """Return whether two entities can be a pair: genes of two organisms are none."""
    return not one.taxon or not other.taxon or one.taxon == other.taxon


def _node(entity: Entity) -> dict[str, Any]:
    named = {"id": entity.id, "name": entity.name, "type": entity.category, "taxon": entity.taxon}
    return named | {"figures": entity.figures}


def _edge(subject: Entity, object_: Entity) -> dict[str, Any]:
    return {"id": f"{subject.id}_{object_.id}", "source": subject.id, "target": object_.id}


def _statistics(database: ExplorerDatabase, numbers: list[int]) -> list[tuple[_Pair, dict[str, Any]]]:
    """Return the pairs among entities that any figure shows, the strongest first, with their numbers."""
    published = published_pairs(database, numbers or [0], 1)
    rows = database.fetch(with_tables(STATEMENTS.sql("pairs_of_figure"), pairs=published)).to_pylist()
    return [((row.pop("subject"), row.pop("object")), row) for row in rows]
