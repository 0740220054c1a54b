"""The candidates of each drawn word: readings of the lexicon and of the record, and corrections of people."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kg.ingest.readings_file import Corrections
from kg.lexicon.expansions import spelling_keys
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.word_readings import Known, WordReading, WordReadings
from kg.model.identifiers import curie

Recorded = tuple[tuple[str, str, str], ...]
"""The genes that a record gives a word in a figure: identifier, name and flavour of each."""


class Drawing(NamedTuple):
    """A word in a figure that may be in doubt."""

    word: int
    figure: int
    figure_id: str
    match: str
    recorded: Recorded
    candidates: tuple[WordReading, ...]


class DrawnWords:
    """The drawn words, their readings in the lexicon, and the corrections of people."""

    def __init__(self, lexicon: Lexicon, corrections: Corrections) -> None:
        self._lexicon = lexicon
        self._corrections = corrections
        self._corrected = {match for _, match in corrections.entities}
        self._candidates: dict[tuple[str, Recorded], tuple[WordReading, ...]] = {}
        self._has_joins = lexicon.identity.joins_any(("ncbigene:", "fplx:"))
        self._key_of: dict[str, str] = {}
        self.keys: list[str] = []
        self.names: Mapping[str, str] = {}

    def read(self, matches: Sequence[str]) -> None:
        """Look the words up in the lexicon."""
        self.keys = spelling_keys(matches)
        self._key_of = dict(zip(matches, self.keys, strict=True))
        self.readings = WordReadings(self._lexicon.contents, self.keys)

    def name(self, drawings: Sequence[Drawing]) -> None:
        """Look up the symbols of all genes of candidates."""
        genes = {gene for drawing in drawings for reading in drawing.candidates for gene in reading.genes}
        self.names = {gene: term.name for gene, term in self._lexicon.terms(genes).items()}

    def may_be_in_doubt(self, match: str, genes: Sequence[tuple[str, str]]) -> bool:
        """Return whether the meaning of a word may be open in some figure; `genes` are all that records give it."""
        if match in self._corrected:
            return True
        readings = self._of(match)
        certain = len(readings) == 1 and all(gene in readings[0].genes for gene, _ in genes)
        return bool(readings) and not certain and not _is_family(genes)

    def candidates(self, figure_id: str, match: str, recorded: Recorded) -> tuple[WordReading, ...]:
        """Return the readings that a word may have in a figure: one, where there is no doubt."""
        if entities := self._corrections.of(figure_id, match):
            return (self._curated(match, entities),)
        candidates = self._candidates.get((match, recorded))
        if candidates is None:
            candidates = self._candidates[match, recorded] = self._combine(match, recorded)
        return candidates

    def _combine(self, match: str, recorded: Recorded) -> tuple[WordReading, ...]:
        """Join the lexicon's readings with those that only the record has."""
        if _is_family([(gene, flavour) for gene, _, flavour in recorded]):
            return ()
        readings = [*self._of(match)]
        expanded = tuple(gene for gene, _, flavour in recorded if flavour == "all")
        for place, reading in enumerate(readings):
            if reading.is_family and len(expanded) > 1 and not set(expanded).isdisjoint(reading.genes):
                members = {gene for gene, _, _ in recorded if gene in reading.genes}
                genes = tuple(sorted(members.union(expanded)))  # the family as the record's version has it
                readings[place] = reading._replace(genes=genes)
                expanded = ()
        covered = {gene for reading in readings for gene in reading.genes}
        if len(expanded) > 1 and not set(expanded) <= covered:
            readings.append(WordReading(curie("keyword", match), match, expanded, Known.RECORD))
            covered |= set(expanded)
        readings += [
            WordReading(gene, name, (gene,), Known.RECORD) for gene, name, _ in recorded if gene not in covered
        ]
        return tuple(sorted(readings)) if len(readings) > 1 else ()

    def _of(self, match: str) -> tuple[WordReading, ...]:
        """Return the lexicon's readings of a drawn word, with primary identifiers."""
        readings = self.readings.of(self._key_of[match])
        return tuple(map(self._primary, readings)) if self._has_joins else readings

    def _primary(self, reading: WordReading) -> WordReading:
        primary = self._lexicon.identity.primary
        genes = tuple(sorted({primary(gene) for gene in reading.genes}))
        return reading._replace(entity_id=primary(reading.entity_id), genes=genes)

    def _curated(self, match: str, entities: Sequence[str]) -> WordReading:
        """Return the reading that a person gives a word: a gene, a family, or several genes."""
        term = self._lexicon.terms(entities).get(entities[0]) if len(entities) == 1 else None
        genes = self.readings.members.get(entities[0], tuple(entities))
        entity = entities[0] if term else curie("keyword", match)
        return self._primary(WordReading(entity, term.name if term else match, genes, Known.CURATED))


def _is_family(genes: Sequence[tuple[str, str]]) -> bool:
    """Return whether a record expanded a word as a family only; `genes` are identifiers with flavours."""
    return len({gene for gene, _ in genes}) > 1 and all(flavour == "all" for _, flavour in genes)
