"""Checks of the triples that join the ends of a pair: from both ends, and as published where the rule says so."""

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Store

from kg.model.identifiers import NAMESPACES
from kg.validation.findings import REWRITE, Check, Example

DRAWN_WITH = Check("rdf.drawn-with", "both ends of a pair are drawn with each other", remedy=REWRITE)
PUBLISHED = Check(
    "rdf.published",
    "both ends of a pair occur together in literature with each other where the rule publishes the pair, only there",
    remedy=REWRITE,
)

_BIOLINK = NAMESPACES["biolink"]


def check_adjacency(
    store: Store, pairs: Iterable[str], base: str, rule: tuple[int, float] | None
) -> list[tuple[Check, list[Example]]]:
    """Check pairs by their IRIs; return the examples of each check.

    `rule` has the least papers and the greatest q of a published pair; None: a file does not state the rule, so that
    only the two directions are compared.
    """
    drawn_with, together = (
        NamedNode(f"{base}vocab#drawnWith"),
        NamedNode(f"{_BIOLINK}occurs_together_in_literature_with"),
    )
    drawn_faults, published_faults = [], []
    for pair in pairs:
        values = {quad.predicate.value: quad.object for quad in store.quads_for_pattern(NamedNode(pair), None, None)}
        subject, object_ = values.get(f"{_BIOLINK}subject"), values.get(f"{_BIOLINK}object")
        if not isinstance(subject, NamedNode) or not isinstance(object_, NamedNode):
            continue  # the shapes report it
        if _directions(store, subject, drawn_with, object_) < 2:
            drawn_faults.append(Example({"node": pair}, {"property": "kg:drawnWith"}))
        stated = _directions(store, subject, together, object_)
        expected = stated - stated % 2 if rule is None else 2 * _is_published(values, base, *rule)
        if stated != expected:
            published_faults.append(Example({"node": pair}, {"directions": stated, "by the rule": expected}))
    return [(DRAWN_WITH, drawn_faults), (PUBLISHED, published_faults)]


def _directions(store: Store, subject: NamedNode, predicate: NamedNode, object_: NamedNode) -> int:
    ends = ((subject, object_), (object_, subject))
    return sum(next(iter(store.quads_for_pattern(one, predicate, other)), None) is not None for one, other in ends)


def _is_published(values: Mapping[str, object], base: str, papers: int, q: float) -> bool:
    names = (f"{base}vocab#paperCount", f"{base}vocab#npmi", f"{_BIOLINK}adjusted_p_value")
    numbers = [float(value.value) for name in names if isinstance(value := values.get(name), Literal)]
    return len(numbers) == len(names) and numbers[0] >= papers and numbers[1] > 0 and numbers[2] <= q
