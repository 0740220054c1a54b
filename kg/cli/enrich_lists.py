"""The lists of `kg enrich`: read from files, standard input or options, and matched with the build."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg.cli import lists, terminal
from kg.errors import SourceError
from kg.exporters.enrichment import LEAST_MATCHED
from kg.runtime.paths import shell_word

if TYPE_CHECKING:
    from kg.graph.entity_list import EntityList
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.parsers.lists import GivenList

_NAMED = 5
"""Lists that a note names, of those that are left out."""


class Given(NamedTuple):
    """The lists of a command as they were read."""

    lists: Sequence[GivenList]
    sets: str | None = None
    """File of several lists; None for one list."""
    background: GivenList | None = None


def read(genes: str | None, of: Sequence[str], sets: str | None, background: str | None) -> Given:
    """Read one list from a file or names, or the lists of a GMT file.

    Raises SourceError for a file that cannot be read or holds no list.
    """
    from kg.parsers.gene_sets import read_sets
    from kg.parsers.lists import GivenList

    if genes not in (None, "-") and not Path(str(genes)).exists():
        raise SourceError(f"{genes}: no such file; names are given with --of, as in --of {shell_word(str(genes))}")
    given: Sequence[GivenList]
    if sets is not None:
        given, problems = read_sets(lists.read_content(sets), lists.source(sets))
        for problem in problems:
            terminal.note(problem)
    else:
        given = [lists.read_file(genes) if genes is not None else GivenList("--of", tuple(of))]
    return Given(given, sets, None if background is None else lists.read_file(background))


class Matching:
    """Matches lists with one build and one choice of organisms, and notes what became of their names."""

    def __init__(self, graph: KnowledgeGraph, taxa: Sequence[str], without_taxa: Sequence[str]) -> None:
        self._graph = graph
        self._taxa = taxa
        self._without_taxa = without_taxa

    def lists(self, given: Given) -> list[EntityList]:
        """Return the lists that are tested; raise SourceError where none has two entities of the build."""
        return [self._one(given.lists[0])] if given.sets is None else self._several(given.lists, given.sets)

    def background(self, given: Given) -> frozenset[str] | None:
        """Return the CURIEs of the background, None where none is given."""
        return None if given.background is None else frozenset(self._matched(given.background).ids)

    def _one(self, given: GivenList) -> EntityList:
        matched = self._matched(given)
        check_testable(matched)
        return matched

    def _several(self, sets: Sequence[GivenList], path: str) -> list[EntityList]:
        """Return the lists of a file, matched at once; note those with fewer than two entities."""
        from kg.graph.entity_list import sublists
        from kg.parsers.lists import GivenList

        names = tuple(dict.fromkeys(name for given in sets for name in given.names))
        matched = sublists(self._matched(GivenList(lists.source(path), names)), sets)
        tested = [matches for matches in matched if len(matches.ids) >= LEAST_MATCHED]
        if not tested:
            raise SourceError(f"{path}: no list in it has {LEAST_MATCHED} entities of this build or more")
        if left_out := [matches.source for matches in matched if len(matches.ids) < LEAST_MATCHED]:
            more = f" and {len(left_out) - _NAMED:,} more" if len(left_out) > _NAMED else ""
            terminal.note(f"left out, with fewer than 2 entities of this build: {', '.join(left_out[:_NAMED])}{more}")
        terminal.note(f"{path}: {len(tested):,} of {len(sets):,} lists are tested")
        return tested

    def _matched(self, given: GivenList) -> EntityList:
        return lists.match(self._graph, given, self._taxa, self._without_taxa)


def check_testable(matched: EntityList) -> None:
    """Raise SourceError for a list with too few entities of the build for a test."""
    if len(matched.ids) < LEAST_MATCHED:
        raise SourceError(
            f"{matched.source}: {len(matched.ids)} of its names is an entity to test; a list needs {LEAST_MATCHED} "
            "or more, and kg lookup NAME shows the figures of one"
        )
