"""Hints for a text without a meaning in a build, and the list of its meanings where it has several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import cut
from kg.model.identifiers import normal_identifier
from kg.model.organisms import organism_name

if TYPE_CHECKING:
    from kg.graph.names import TableNames
    from kg.graph.resolve import Match
    from kg.lexicon.lexicon import Lexicon, Reading

    Readings = Callable[[], tuple[Reading, ...]]

MOST_MEANINGS = 10
"""Meanings of an ambiguous text that a message lists."""

MOST_LISTED = 5
"""Genes of a family, or figures of a paper, that a message lists."""


class Hint(NamedTuple):
    """A hint as messages give it, with the names and identifiers of the build that it offers, the best first."""

    text: str
    suggestions: tuple[str, ...] = ()


NO_HINT = Hint("")


class Hints:
    """Suggests a meaning for a text that has none in a build."""

    def __init__(self, names: TableNames, base: str, lexicon: Callable[[], Lexicon]) -> None:
        """Use the names of a build and its base IRI; `lexicon` is called for every hint."""
        self._names = names
        self._base = base
        self._open_lexicon = lexicon

    def of(self, text: str, readings: Readings) -> Hint:
        """Return a hint: the meaning of the text elsewhere, and similar texts of the build."""
        hints = (self._of_paper(text), self._of_lexicon(text, readings), self.similar(text))
        said = "; ".join(hint.text for hint in hints if hint.text)
        suggestions = dict.fromkeys(suggestion for hint in hints for suggestion in hint.suggestions)
        return Hint(said or "give a name, a drawn word, or an identifier that this build has", tuple(suggestions))

    def _of_paper(self, text: str) -> Hint:
        """Return the figures of the paper with this identifier."""
        id_ = normal_identifier(text, self._base)
        figures = self._names.of_paper(f"pmc:{id_}" if id_.upper().startswith("PMC") and ":" not in id_ else id_)
        if not figures:
            return NO_HINT
        return Hint(f"it is a paper; its figures: {_first(figures, MOST_LISTED)}", tuple(figures[:MOST_LISTED]))

    def _of_lexicon(self, text: str, readings: Readings) -> Hint:
        """Return the meaning in the lexicon, which the build does not draw."""
        meanings = readings() if text else ()
        id_ = normal_identifier(text, self._base)
        term = None if meanings or not text else self._open_lexicon().terms([id_]).get(id_)
        if not meanings and not term and (genes := self._of_id(text)):
            return Hint(f"{text} is {genes} in the lexicon, which this build does not draw")
        if term and term.category == "family":
            of_term = self._open_lexicon().readings([term.name]).get(term.name, ())
            meanings = tuple(reading for reading in of_term if reading.entity_id == id_)
        if meanings and meanings[0].category == "family":
            return self.of_family(text, meanings[0])
        name = meanings[0].name if meanings else term.name if term else ""
        if not name:
            return NO_HINT
        if name == text:
            return Hint("the lexicon knows it, but this build does not draw it")
        return Hint(f"{text} is {name} in the lexicon, which this build does not draw")

    def _of_id(self, text: str) -> str:
        """Return the symbols of the genes of an identifier in Ensembl, UniProt or HGNC; empty where there is none."""
        genes = self._open_lexicon().genes_of_ids([text]).get(text, ())
        terms = self._open_lexicon().terms(genes)
        return _first([terms[gene].name for gene in genes if gene in terms], MOST_LISTED)

    def of_family(self, text: str, family: Reading) -> Hint:
        """Return the genes of a family that the build draws, the most drawn first."""
        genes = self._names.read(family.members)
        meaning = "a family in the lexicon" if family.name == text else f"{family.name} in the lexicon, a family"
        listed = _first([gene.name for gene in genes], MOST_LISTED)
        drawn = f"{len(genes):,} of its genes: {listed}" if genes else "none of its genes"
        return Hint(f"{text} is {meaning}; this build draws {drawn}", tuple(gene.id for gene in genes[:MOST_LISTED]))

    def similar(self, text: str) -> Hint:
        """Return the gene with this number, or up to 3 similar texts of the build."""
        if not text or ":" in text:
            return NO_HINT
        gene = f"ncbigene:{text}"
        if text.isdecimal() and any(row.id == gene for row in self._names.read([gene])):
            return Hint(f"did you mean {gene}?", (gene,))
        forms = {similar.upper(): similar for similar in reversed(self._names.similar(text))}
        close = [forms[form] for form in get_close_matches(text.upper(), forms, n=3)]
        return Hint(f"did you mean {', '.join(map(cut, close))}?", tuple(close)) if close else NO_HINT


def listing(noun: str, matches: Sequence[Match]) -> str:
    """Return the list of the meanings of a text, the most drawn first, and the way out.

    Genes of several organisms can have one name, so that the list names organisms where there is more than one.
    """
    ordered = sorted(matches, key=lambda match: (-(match.figures or 0), match.id))
    mixed = len({match.taxon for match in matches if match.taxon}) > 1
    names = [
        f"{match.name}, {organism_name(match.taxon)}" if mixed and match.taxon else match.name for match in ordered
    ]
    named = [
        f"{name} ({match.id}, {figures_counted(match.figures)})" for name, match in zip(names, ordered, strict=True)
    ]
    return f"it is the {noun} of {len(named):,}: {_first(named, MOST_MEANINGS)}; give the identifier of one"


def figures_counted(figures: int | None) -> str:
    """Return a number of figures in words; None is a figure itself.

    >>> figures_counted(1), figures_counted(1200)
    ('1 figure', '1,200 figures')
    """
    return "a figure" if figures is None else f"{figures:,} figure" + ("s" if figures != 1 else "")


def _first(texts: Sequence[str], most: int) -> str:
    more = f" and {len(texts) - most:,} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more
