"""One identifier a thing: which CURIEs mean the same, and which of them stands for it.

Two identifiers are joined only by a statement that they are equal: of a mapping file, of the lexicon, or of
records that give both. A MeSH record that two ChEBI terms share joins neither (iron(2+), iron(3+)): a
narrower and a broader term may have the same cross-reference.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from kg.lexicon import files

PREFERENCE = ("chebi", "doid", "ncbigene", "fplx", "mesh", "hgnc.symbol")
"""Of equal identifiers the one whose prefix comes first here stands for the thing; then the shortest, then by text."""


def of_lexicon(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Give other CURIE to the CURIE that stands for the same thing, as the lexicon's tables say.

    A hand-kept row decides about the MeSH record that it alone names: drawn calcium is chebi:29108, Ca2+, and
    MeSH's Calcium and ChEBI's calcium atom are the same thing in a pathway figure.
    """
    claims: dict[str, set[str]] = defaultdict(set)
    for entity, xrefs, *_ in files.rows(contents, files.SMALL_MOLECULES):
        for xref in filter(None, xrefs.split("|")):
            claims[xref].add(entity)
    hand = {xref: next(iter(entities)) for xref, entities in claims.items() if len(entities) == 1}
    same: dict[str, str] = {}
    for shape in (files.CHEMICALS, files.DISEASES):
        for entity, xrefs, *_ in files.rows(contents, shape):
            others = [xref for xref in xrefs.split("|") if xref]
            chosen = {hand[each] for each in (entity, *others) if each in hand}
            primary = next(iter(chosen)) if len(chosen) == 1 else entity
            same |= {each: primary for each in (entity, *others) if each != primary}
    return hand | same


def of_records(
    given: Iterable[tuple[str, str, int]], known: Collection[str], same: Mapping[str, str]
) -> dict[str, str]:
    """Give other CURIE to the CURIE that stands for it, as records have the two side by side.

    `given` has (entity_id, xref, uses); `known` are the CURIEs that the lexicon has. A MeSH record that stands
    beside one and the same other term is that term, if the lexicon knows one of the two at most: it knows better
    which ChEBI term a MeSH record is, and that NAD+ and NADH, both beside MeSH's NAD, are two.
    """
    beside: dict[str, Counter[str]] = defaultdict(Counter)
    for entity, xref, uses in given:
        if xref.startswith("mesh:") and not entity.startswith("mesh:"):
            beside[xref][entity] += uses
    found: dict[str, str] = {}
    for mesh, entities in beside.items():
        entity = next(iter(entities))
        if len(entities) > 1:
            continue
        if mesh not in known and mesh not in same:
            found[mesh] = entity
        elif entity not in known and entity not in same:
            found[entity] = same.get(mesh, mesh)
    return found


class Identity:
    """CURIE to the CURIE that stands for the same thing."""

    def __init__(
        self,
        lexicon: Mapping[str, str],
        records: Mapping[str, str] | None = None,
        mappings: Iterable[tuple[str, str]] = (),
        known: Collection[str] = (),
    ) -> None:
        """Join what `lexicon` says, then what `records` say of ids that it does not know, then `mappings`.

        Each id has at most one successor by the first two; the pairs of `mappings` may join any: they are the user's
        word. Of ids joined by them those in `known`, which have a name, go first.
        """
        self._functions = {**(records or {}), **lexicon}
        self._known = known
        self._root: dict[str, str] = {}
        for one, other in mappings:
            roots = self._find(self._by_function(one)), self._find(self._by_function(other))
            first, second = sorted(roots, key=self._order)
            if first != second:
                self._root[second] = first

    def primary(self, curie: str) -> str:
        """Give the CURIE that stands for the thing; itself where nothing else is known."""
        return self._find(self._by_function(curie))

    def _order(self, curie: str) -> tuple[bool, tuple[int, int, str]]:
        return curie not in self._known and bool(self._known), preference(curie)

    def _by_function(self, curie: str) -> str:
        path = [curie]
        while (following := self._functions.get(path[-1], path[-1])) not in path:
            path.append(following)
        return min(path[path.index(following) :], key=preference)  # the end, or the best of a circle

    def _find(self, curie: str) -> str:
        path = [curie]
        while (parent := self._root.get(path[-1])) is not None:
            path.append(parent)
        for each in path[:-1]:
            self._root[each] = path[-1]
        return path[-1]


def preference(curie: str) -> tuple[int, int, str]:
    """Give the key by which the least of equal identifiers stands for the thing."""
    prefix = curie.partition(":")[0]
    return PREFERENCE.index(prefix) if prefix in PREFERENCE else len(PREFERENCE), len(curie), curie
