"""Resolves lists of names: the rules of `kg.graph.resolve`, with a few statements and one scan for a whole list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from kg.graph.entity_list import EntityList, Listed
from kg.graph.hints import MOST_LISTED, listing
from kg.graph.list_names import ListNames
from kg.graph.resolve import Match, Resolver, as_matches, default_lexicon, joined_key, noun, passes
from kg.model.checks import check_several, check_text
from kg.model.identifiers import normal_identifier
from kg.model.text import clean, collapse, spellings
from kg.parsers.lists import LONGEST_NAME, SEPARATORS, GivenList, parts, read_list

if TYPE_CHECKING:
    from kg.lexicon.lexicon import Lexicon, Reading, Term

MOST_HINTS = 5
"""Unmatched names for which similar ones are searched, because each search reads all names of the build."""


def given_list(names: str | Iterable[str] | GivenList) -> GivenList:
    """Return names as a list; raise SourceError for a text without names, ParameterError for no texts."""
    if isinstance(names, GivenList):
        return names
    if isinstance(names, str):
        return read_list(names)
    texts = check_several("names", names)
    for text in texts:
        check_text("names", text)
    return GivenList("the list", tuple(texts))


class ListResolver(Resolver):
    """Resolves lists by the rules of Resolver; a bare number is an identifier of NCBI Gene."""

    def __init__(
        self,
        rows: Callable[[str], list[dict[str, Any]]],
        base: str,
        lexicon: Callable[[], Lexicon] = default_lexicon,
        names: ListNames | None = None,
    ) -> None:
        """Use `rows` to run SELECTs over the tables of a build, and its base IRI; `names` replaces their names."""
        self._list_names = names or ListNames(rows, base)
        super().__init__(self._list_names, base, cache(lexicon))
        self._list_readings: dict[str, tuple[Reading, ...]] = {}
        self._list_genes: dict[str, tuple[str, ...]] = {}
        self._terms: dict[str, Term] = {}

    def match(self, names: GivenList, taxa: Collection[str] = (), without_taxa: Collection[str] = ()) -> EntityList:
        """Return the meaning of each name. A text that means nothing as a whole is split into several names.

        Of several meanings, `taxa` and `without_taxa` choose as in `Resolver.resolve`. Where they leave genes of
        several organisms, the gene of the organism that most names of the list have is taken.
        """
        given = [text for text in (clean(collapse(text)) for text in names.names) if text]
        meanings = self._all_meanings(given)
        texts = [name for line in given for name in self._names_in(line, meanings)]
        passing = {
            text: [match for match in meanings[text] if passes(match, taxa, without_taxa)]
            for text in dict.fromkeys(texts)
        }
        usual = _usual_organism(passing.values())
        rows: list[Listed] = []
        hints = 0
        for text, matches in passing.items():
            row = self._listed(text, meanings[text], matches, usual)
            if row.status == "unmatched" and not row.hint and hints < MOST_HINTS:
                hints += 1
                row = row._replace(hint=self._hints.similar(text).text)
            rows.append(row)
        return EntityList(names.source, tuple(rows), len(texts) - len(rows), usual)

    def _all_meanings(self, texts: Sequence[str]) -> dict[str, list[Match]]:
        """Return the meanings of each text, and of the names in each text that has none as a whole."""
        meanings: dict[str, list[Match]] = {}
        waiting = dict.fromkeys(texts)
        while waiting:
            names = [text for text in waiting if len(text) <= LONGEST_NAME]
            self._fetch(names)
            meanings |= {text: self._meanings(text, partial(self._readings, text)) for text in names}
            meanings |= {text: [] for text in waiting if len(text) > LONGEST_NAME}
            inside = (name for text in waiting if not self._means(text, meanings) for name in parts(text))
            waiting = dict.fromkeys(name for name in inside if name not in meanings)
        return meanings

    def _names_in(self, text: str, meanings: dict[str, list[Match]]) -> list[str]:
        """Return a text, or the names in it where it means nothing as a whole.

        White space parts names if most of them mean something, because a name may have blanks.
        """
        names = parts(text)
        if self._means(text, meanings) or not names or names == [text]:
            return [text]
        meant = sum(self._means(name, meanings) for name in names)
        if not re.search(SEPARATORS, text) and 2 * meant < len(names):
            return [text]
        return [inside for name in names for inside in self._names_in(name, meanings)]

    def _means(self, text: str, meanings: dict[str, list[Match]]) -> bool:
        return bool(meanings[text] or self._list_readings.get(text) or self._list_genes.get(text))

    def _fetch(self, texts: Sequence[str]) -> None:
        """Fetch everything that decides the meanings of texts."""
        numbers = [self._identifier(text) for text in texts if text.isdecimal()]
        self._list_names.fetch_texts([*(spelling for text in texts for spelling in (text, *spellings(text))), *numbers])
        unknown = [text for text in texts if not text.startswith("word:") and not self._of_build(text)]
        if not unknown:
            return
        lexicon = self._open_lexicon()
        self._list_genes |= lexicon.genes_of_ids(unknown)
        words = [text for text in unknown if text not in self._list_genes]
        self._list_readings |= lexicon.meanings(words)
        genes = {gene for text in unknown for gene in self._genes_of_id(text)}
        self._terms |= lexicon.terms(genes.union(map(self._identifier, words)))
        self._list_names.fetch_ids(genes)
        readings_of = [reading for text in words for reading in self._readings(text)]
        self._list_names.fetch_ids(id_ for reading in readings_of for id_ in (reading.entity_id, *reading.members))
        unread = [text for text in words if not self._list_names.read([r.entity_id for r in self._readings(text)])]
        keys = {joined_key(spelling) for text in unread for spelling in spellings(text)}
        self._list_names.fetch_joined_alike(keys - {""})

    def _of_build(self, text: str) -> list[Match]:
        """Return the meanings of a text in the names and words of the build; a bare number may be a gene's."""
        matches = next(filter(None, (self._in_build(text, spelling) for spelling in (text, *spellings(text)))), [])
        if not matches and text.isdecimal():
            matches = [replace(match, text=text) for match in self._named(self._identifier(text))]
        return matches

    def _meanings(self, text: str, readings: Callable[[], tuple[Reading, ...]]) -> list[Match]:
        return super()._meanings(text, readings) or (self._of_build(text) if text.isdecimal() else [])

    def _identifier(self, text: str) -> str:
        return f"ncbigene:{text.lstrip('0')}" if text.isdecimal() else normal_identifier(text, self._base)

    def _genes_of_id(self, text: str) -> tuple[str, ...]:
        return self._list_genes.get(text, ())

    def _readings(self, text: str) -> tuple[Reading, ...]:
        if text.isdecimal() and self._identifier(text) in self._terms:
            return ()  # In a list a number is a gene of NCBI, though another gene may have it as a synonym.
        return self._list_readings.get(text, ())

    def _listed(self, text: str, meanings: list[Match], passing: list[Match], usual: str | None) -> Listed:
        """Return a name with its outcome, by its meanings, those that the filter lets pass, and the usual organism."""
        if not meanings:
            return self._not_drawn(text) or Listed(text, "unmatched")
        if meanings[0].category == "figure":
            return Listed(text, "unmatched", (), "it is a figure")
        if not passing:
            names = ", ".join(match.name for match in meanings[:MOST_LISTED])
            return Listed(text, "unmatched", (), f"{names}, which the filter of organisms leaves out")
        if text.startswith("word:"):
            return Listed(text, "matched", tuple(passing))
        if len({match.taxon for match in passing}) == len(passing) and all(match.taxon for match in passing):
            passing = [match for match in passing if match.taxon == usual] or passing
        if len(passing) == 1:
            return Listed(text, "matched", (replace(passing[0], among=len(meanings)),))
        hint = listing(noun(meanings[0]), meanings)
        if meanings[0].how == "drawn word":
            hint += f", or word:{text} for all"
        return Listed(text, "ambiguous", tuple(sorted(passing, key=_most_drawn)), hint)

    def _not_drawn(self, text: str) -> Listed | None:
        """Return the outcome for a name that only the lexicon has."""
        readings = self._readings(text)
        if readings and readings[0].category == "family":
            members = self._list_names.read(readings[0].members)
            hint = self._hints.of_family(text, readings[0]).text
            matches = tuple(as_matches(text, "lexicon", members))
            return Listed(text, "ambiguous" if members else "not drawn", matches, hint)
        if readings:
            name = readings[0].name
            return Listed(text, "not drawn", (), "" if name == text else f"{name} in the lexicon")
        ids = self._genes_of_id(text) or (self._identifier(text),)
        names = [self._terms[id_].name for id_ in ids[:MOST_LISTED] if id_ in self._terms]
        return Listed(text, "not drawn", (), f"{', '.join(names)} in the lexicon") if names else None


def _usual_organism(meanings: Iterable[list[Match]]) -> str | None:
    """Return the organism that most names have a gene of, None for a list without genes; equal ones by CURIE."""
    counts = Counter(taxon for matches in meanings for taxon in {match.taxon for match in matches} if taxon)
    return min(counts, key=lambda taxon: (-counts[taxon], taxon), default=None)


def _most_drawn(match: Match) -> tuple[int, str]:
    return -(match.figures or 0), match.id
