"""The one resolver of names, behind the command line, canned queries, the page of `kg serve` and Python.

The first kind of HOW that an entity or a figure has decides. If it has one meaning, that is the answer; if it has
several, they are listed and none is taken; if nothing has any, similar names are suggested.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from kg.errors import UnknownName
from kg.graph.hints import Hints, figures_counted, listing
from kg.graph.names import JOINTS, Named, TableNames
from kg.model.checks import check_text
from kg.model.identifiers import decode, normal_identifier
from kg.model.organisms import UNKNOWN
from kg.model.text import clean, collapse, normal_form, spellings

if TYPE_CHECKING:
    from kg.graph.hints import Readings
    from kg.lexicon.lexicon import Lexicon, Reading

HOW = (
    "identifier",
    "other identifier",
    "name",
    "name in another case",
    "synonym",
    "synonym in another case",
    "drawn word",
    "lexicon",
)
"""Kinds of meaning, the surest first: figids are identifiers; the other identifiers of an entity are its xrefs and
those that the lexicon gives a gene."""

_NOUNS = {
    "other identifier": "identifier elsewhere",
    "name in another case": "name",
    "synonym in another case": "synonym",
    "lexicon": "alias in the lexicon",
}
"""Kinds of meaning as messages say them, where they differ from HOW."""

_OTHERWISE = {"name": "name in another case", "synonym": "synonym in another case"}
"""Kinds of meaning of a text in another spelling, by those of the spelling that the build has."""


@dataclass(frozen=True, slots=True)
class Match:
    """The entity or figure that a text means.

    >>> import kg
    >>> with kg.open("exports") as graph:
    ...     match = graph.resolve("RANKL")
    ...     print(match.id, match.name, match.category, match.how, match.figures)
    ncbigene:8600 TNFSF11 gene drawn word 1
    """

    text: str
    """The text typed, without surrounding blanks."""
    id: str
    """The CURIE of the entity or figure."""
    name: str
    """The name of the entity, or the short id of the figure."""
    category: str
    """gene, family, chemical, disease, unknown, or figure."""
    figures: int | None
    """Number of figures that draw the entity; by the word, if that decided. None for a figure."""
    how: str
    """The kind of meaning: identifier, other identifier, name, name in another case, synonym, synonym in another case,
    drawn word, or lexicon."""
    taxon: str | None = None
    """The CURIE of the organism of a gene or family; None where there is none."""
    among: int = 1
    """Number of meanings from which the filter of organisms chose this one; 1 where there was no choice."""

    @property
    def exact(self) -> bool:
        """Whether the text is an identifier or the exact name."""
        return self.how in ("identifier", "name")

    @property
    def by(self) -> str:
        """The reason of the match, such as `its drawn word, 13 figures`."""
        decided = f"its {noun(self)}"
        if self.figures is not None:
            decided += f", {figures_counted(self.figures)}"
        if self.among > 1:
            decided += f"; the only one of {self.among:,} meanings that the filter of organisms keeps"
        return decided

    @property
    def note(self) -> str:
        """One line for people: the text, the match and its reason."""
        return f"{self.text}: {self.name}, by {self.by}"


def default_lexicon() -> Lexicon:
    """Open the user's own lexicon where there is one, otherwise the bundled one."""
    from kg.lexicon.files import BUNDLED, user_folder
    from kg.lexicon.folder import open_folder

    folder = user_folder()
    return open_folder(folder if folder.is_dir() else BUNDLED)


def rank(entity: Named, text: str, id_: str) -> int | None:
    """Return the index in HOW of the surest way in which a text names an entity; None if it does not.

    `id_` is the text as `normal_identifier` returns it.

    >>> from kg.graph.names import Row
    >>> entity = Row("ncbigene:8600", "TNFSF11", "gene", None, 14, ("hgnc.symbol:TNFSF11",), ("RANKL",))
    >>> rank(entity, "rankl", "rankl")
    5
    """
    form = normal_form(text)
    called = (
        entity.id == id_,
        id_ in entity.xrefs,
        entity.name == text,
        normal_form(entity.name) == form,
        text in entity.synonyms,
        any(normal_form(synonym) == form for synonym in entity.synonyms),
    )
    return called.index(True) if True in called else None


class Resolver:
    """Finds the meaning of a text in a build; any number of threads may ask."""

    def __init__(self, names: TableNames, base: str, lexicon: Callable[[], Lexicon] = default_lexicon) -> None:
        """Use the names of a build and its base IRI; `lexicon` is called when no name matches."""
        self._names = names
        self._base = base
        self._open_lexicon = lexicon
        self._hints = Hints(names, base, lexicon)

    def resolve(self, text: str, taxa: Collection[str] = (), without_taxa: Collection[str] = ()) -> Match:
        """Return the one meaning of a text; raise UnknownName where it has several or none.

        Of several, `taxa` and `without_taxa` choose the one whose organism passes: CURIEs or `unknown`, as `read_taxa`
        returns them. Raises ParameterError for a value that is no text.
        """
        check_text("text", text)
        text = clean(collapse(text))
        readings = cache(partial(self._readings, text))  # because each call scans the lexicon
        matches = self._meanings(text, readings) if text else []
        if not matches:
            hint, suggestions = self._hints.of(text, readings)
            raise UnknownName("entity or figure", text, hint=hint, suggestions=suggestions)
        if len(matches) > 1:
            passing = [match for match in matches if passes(match, taxa, without_taxa)]
            if len(passing) == 1:
                return replace(passing[0], among=len(matches))
            ids = (match.id for match in matches)
            raise UnknownName("single entity", text, ids, hint=listing(noun(matches[0]), matches))
        return matches[0]

    def _meanings(self, text: str, readings: Readings) -> list[Match]:
        """Return the meanings of the surest kind that there is, the most drawn first."""
        if text.startswith("word:"):
            return as_matches(text, "drawn word", self._names.drawn(normal_form(decode(text.removeprefix("word:")))))
        of_build = (self._in_build(text, spelling) for spelling in dict.fromkeys((text, *spellings(text))))
        return (
            next(filter(None, of_build), [])
            or as_matches(text, "other identifier", self._names.read(self._genes_of_id(text)))
            or as_matches(text, "lexicon", self._names.read([reading.entity_id for reading in readings()]))
            or self._joined_alike(text)
        )

    def _joined_alike(self, text: str) -> list[Match]:
        """Return the surest meanings of the names and words that differ from a text in hyphens and spaces only."""
        keys = dict.fromkeys(map(joined_key, spellings(text)))
        for key in filter(None, keys):
            meanings = {
                match.id: match for other in self._names.joined_alike(key) for match in self._in_build(text, other)
            }
            if meanings:
                surest = min((match.how for match in meanings.values()), key=HOW.index)
                how = _OTHERWISE.get(surest, surest)
                return [replace(match, how=how) for match in meanings.values() if match.how == surest]
        return []

    def _in_build(self, text: str, spelling: str) -> list[Match]:
        """Return the meanings of a spelling of a text as a name or a drawn word of the build."""
        meanings = self._named(spelling) or as_matches(spelling, "drawn word", self._names.drawn(normal_form(spelling)))
        return [replace(match, text=text) for match in meanings]

    def _named(self, text: str) -> list[Match]:
        id_ = normal_identifier(text, self._base)
        if id_.startswith("pfocr:"):
            return self._figures(text, id_) or self._entities(text, id_)
        return self._entities(text, id_) or self._figures(text, id_)

    def _figures(self, text: str, id_: str) -> list[Match]:
        return [Match(text, figure, name, "figure", None, HOW[0]) for figure, name in self._names.figures(text, id_)]

    def _entities(self, text: str, id_: str) -> list[Match]:
        """Return the entities of the surest kind of name."""
        ranked = [(rank(entity, text, id_), entity) for entity in self._names.named(text, id_)]
        best = min((place for place, _ in ranked if place is not None), default=None)
        entities = sorted((entity for place, entity in ranked if place == best), key=_most_drawn)
        return [] if best is None else as_matches(text, HOW[best], entities)

    def _genes_of_id(self, text: str) -> tuple[str, ...]:
        """Return the CURIEs of the genes that the lexicon gives an identifier in Ensembl, UniProt or HGNC."""
        return self._open_lexicon().genes_of_ids([text]).get(text, ())

    def _readings(self, text: str) -> tuple[Reading, ...]:
        """Return the lexicon's certain reading of a text, or else all its readings."""
        return self._open_lexicon().meanings([text]).get(text, ())


def joined_key(text: str) -> str:
    """Return the form of a text without hyphens and spaces, but for those between two digits.

    >>> joined_key("GSK-3B"), joined_key("tnf alpha"), joined_key("miR-1-2")
    ('GSK3B', 'TNFALPHA', 'MIR1-2')
    """
    return re.sub(JOINTS, r"\1\2", normal_form(text))


def as_matches(text: str, how: str, entities: Iterable[Named]) -> list[Match]:
    """Return the meanings of a text, all of one kind of HOW."""
    return [
        Match(text, entity.id, entity.name, entity.category, entity.figures, how, entity.taxon) for entity in entities
    ]


def noun(match: Match) -> str:
    """Return the kind of meaning as messages say it."""
    return _NOUNS.get(match.how, match.how)


def passes(match: Match, taxa: Collection[str], without_taxa: Collection[str]) -> bool:
    """Return whether filters of organisms let a meaning pass; they are about genes and families only."""
    taxon = match.taxon or UNKNOWN
    return match.category not in ("gene", "family") or ((not taxa or taxon in taxa) and taxon not in without_taxa)


def _most_drawn(entity: Named) -> tuple[int, str]:
    return -entity.figures, entity.id
