"""Checks of what joins the ends of a pair: from both ends, as the rule publishes it, and for no other two."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Store

from kg.model.identifiers import NAMESPACES
from kg.validation.findings import REWRITE, Check, Example

DRAWN_WITH = Check("rdf.drawn-with", "both ends of a pair are drawn with each other, and no other two", remedy=REWRITE)
PUBLISHED = Check(
    "rdf.published",
    "both ends of a pair occur together in literature with each other where the rule publishes the pair, only there",
    remedy=REWRITE,
)

_BIOLINK = NAMESPACES["biolink"]
_SUBJECT, _OBJECT = NamedNode(f"{_BIOLINK}subject"), NamedNode(f"{_BIOLINK}object")
_TOGETHER = NamedNode(f"{_BIOLINK}occurs_together_in_literature_with")


class Chosen(NamedTuple):
    """IRIs of the nodes to check: all of a small graph, or a sample."""

    pairs: Iterable[str]
    entities: Iterable[str]


def check_adjacency(
    store: Store, chosen: Chosen, base: str, rule: tuple[int, float] | None
) -> list[tuple[Check, list[Example]]]:
    """Check pairs and the partners of entities; return the examples of each check.

    `rule` has the least papers and the greatest q of a published pair; None: a file does not state the rule, so that
    only the two directions are compared.
    """
    drawn_with = NamedNode(f"{base}vocab#drawnWith")
    drawn_faults, published_faults = [], []
    for pair in chosen.pairs:
        values = {quad.predicate.value: quad.object for quad in store.quads_for_pattern(NamedNode(pair), None, None)}
        subject, object_ = values.get(_SUBJECT.value), values.get(_OBJECT.value)
        if not isinstance(subject, NamedNode) or not isinstance(object_, NamedNode):
            continue  # the shapes report it
        if (stated := _directions(store, subject, drawn_with, object_)) < 2:
            drawn_faults.append(Example({"node": pair}, {"property": "kg:drawnWith", "directions": stated}))
        stated = _directions(store, subject, _TOGETHER, object_)
        expected = stated - stated % 2 if rule is None else 2 * _is_published(values, base, *rule)
        if stated != expected:
            published_faults.append(Example({"node": pair}, {"directions": stated, "by the rule": expected}))
    for entity in chosen.entities:
        drawn_faults += _strays(store, NamedNode(entity), drawn_with)
        published_faults += _strays(store, NamedNode(entity), _TOGETHER)
    return [(DRAWN_WITH, drawn_faults), (PUBLISHED, published_faults)]


def _directions(store: Store, subject: NamedNode, predicate: NamedNode, object_: NamedNode) -> int:
    ends = ((subject, object_), (object_, subject))
    return sum(next(iter(store.quads_for_pattern(one, predicate, other)), None) is not None for one, other in ends)


def _strays(store: Store, entity: NamedNode, predicate: NamedNode) -> list[Example]:
    """Return an example for each stated partner of an entity with which it has no pair."""
    stated = {quad.object for quad in store.quads_for_pattern(entity, predicate, None)}
    if not stated:
        return []
    for near, far in ((_SUBJECT, _OBJECT), (_OBJECT, _SUBJECT)):
        for pair in store.quads_for_pattern(None, near, entity):
            stated.difference_update(quad.object for quad in store.quads_for_pattern(pair.subject, far, None))
    return [Example({"node": entity.value}, {"without a pair": str(other)}) for other in sorted(stated, key=str)]


def _is_published(values: Mapping[str, object], base: str, papers: int, q: float) -> bool:
    names = (f"{base}vocab#paperCount", f"{base}vocab#npmi", f"{_BIOLINK}adjusted_p_value")
    numbers = [float(value.value) for name in names if isinstance(value := values.get(name), Literal)]
    return len(numbers) == len(names) and numbers[0] >= papers and numbers[1] > 0 and numbers[2] <= q
