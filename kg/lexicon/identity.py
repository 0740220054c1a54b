"""Identifiers of the same thing: which CURIEs are equal, and which of them is the primary one.

Two identifiers are joined only by a statement that they are equal: of a mapping file, of the lexicon, or of
records that give both. A MeSH record that two ChEBI terms share joins neither (iron(2+), iron(3+)), because a
narrower and a broader term may have the same cross-reference.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from kg.lexicon import files

PREFERENCE = ("chebi", "doid", "ncbigene", "fplx", "mesh", "hgnc.symbol")
"""Prefixes, the preferred one first. Among equal identifiers with the same prefix the shortest is primary, then the
first by text."""


@files.once_per_lexicon
def lexicon_primaries(contents: Mapping[str, bytes]) -> Mapping[str, str]:
    """Return the primary CURIE of each other CURIE that the tables of a lexicon join with one.

    A hand-kept row decides about a MeSH record that no other hand-kept row names. Drawn calcium is chebi:29108,
    Ca2+, so MeSH's Calcium and ChEBI's calcium atom are the same thing in a pathway figure.
    """
    claims: dict[str, set[str]] = defaultdict(set)
    for entity, xrefs, *_ in files.rows(contents, files.SMALL_MOLECULES):
        for xref in filter(None, xrefs.split("|")):
            claims[xref].add(entity)
    hand_kept = {xref: next(iter(entities)) for xref, entities in claims.items() if len(entities) == 1}
    primaries: dict[str, str] = {}
    for shape in (files.CHEMICALS, files.DISEASES):
        for line in filter(None, files.body(contents, shape).split("\n")):
            entity, xrefs, _ = line.split("\t", 2)
            curies = [entity, *xrefs.split("|")] if xrefs else [entity]
            primary = entity
            if not hand_kept.keys().isdisjoint(curies):
                chosen = {hand_kept[curie] for curie in curies if curie in hand_kept}
                primary = next(iter(chosen)) if len(chosen) == 1 else entity
            for curie in curies:
                if curie != primary:
                    primaries[curie] = primary
    return MappingProxyType(hand_kept | primaries)


def record_primaries(
    xrefs: Iterable[tuple[str, str, int]], in_lexicon: Collection[str], primaries: Mapping[str, str]
) -> dict[str, str]:
    """Return the primary CURIE of each other CURIE that records join with one.

    `xrefs` has (entity_id, xref, uses), `in_lexicon` the CURIEs that the lexicon has, `primaries` its joins. A MeSH
    record whose only companion is one other term is that term, unless the lexicon has both. Then the lexicon decides,
    because it knows that NAD+ and NADH, both beside MeSH's NAD, are two things.
    """
    companions: dict[str, Counter[str]] = defaultdict(Counter)
    for entity, xref, uses in xrefs:
        if xref.startswith("mesh:") and not entity.startswith("mesh:"):
            companions[xref][entity] += uses
    joined: dict[str, str] = {}
    for mesh, entities in companions.items():
        entity = next(iter(entities))
        if len(entities) > 1:
            continue
        if mesh not in in_lexicon and mesh not in primaries:
            joined[mesh] = entity
        elif entity not in in_lexicon and entity not in primaries:
            joined[entity] = primaries.get(mesh, mesh)
    return joined


class Identity:
    """The primary CURIE of every CURIE."""

    def __init__(
        self,
        lexicon: Mapping[str, str],
        records: Mapping[str, str] | None = None,
        mappings: Iterable[tuple[str, str]] = (),
        named: Collection[str] = (),
    ) -> None:
        """Combine the joins of `lexicon`, those of `records` for other CURIEs, and then the pairs of `mappings`.

        `lexicon` and `records` give each CURIE one successor at most. A pair of `mappings` may join any two CURIEs,
        because the user says so. Of CURIEs that a pair joins, those in `named`, which have a name, go first.
        """
        self._successors = {**(records or {}), **lexicon}
        self._named = named
        self._parents: dict[str, str] = {}
        for one, other in mappings:
            roots = self._root(self._last_successor(one)), self._root(self._last_successor(other))
            first, second = sorted(roots, key=self._order)
            if first != second:
                self._parents[second] = first

    def primary(self, curie: str) -> str:
        """Return the primary CURIE of the same thing; a CURIE that nothing is joined with is its own."""
        last = self._last_successor(curie) if curie in self._successors else curie
        return self._root(last) if last in self._parents else last

    def joins_any(self, prefixes: tuple[str, ...]) -> bool:
        """Return whether a CURIE with one of the prefixes, such as `ncbigene:`, has another primary CURIE."""
        return any(curie.startswith(prefixes) for curie in (*self._successors, *self._parents))

    def _order(self, curie: str) -> tuple[bool, tuple[int, int, str]]:
        return curie not in self._named and bool(self._named), preference(curie)

    def _last_successor(self, curie: str) -> str:
        path = [curie]
        while (successor := self._successors.get(path[-1], path[-1])) not in path:
            path.append(successor)
        return min(path[path.index(successor) :], key=preference)  # the end of the path, or the best of a circle

    def _root(self, curie: str) -> str:
        path = [curie]
        while (parent := self._parents.get(path[-1])) is not None:
            path.append(parent)
        for node in path[:-1]:
            self._parents[node] = path[-1]
        return path[-1]


def preference(curie: str) -> tuple[int, int, str]:
    """Return the sort key by which the least of equal identifiers is the primary one.

    >>> min(["mesh:D1", "chebi:10", "chebi:9"], key=preference)
    'chebi:9'
    """
    prefix = curie.partition(":")[0]
    return PREFERENCE.index(prefix) if prefix in PREFERENCE else len(PREFERENCE), len(curie), curie
