"""Values of statuses as SKOS concepts of our vocabulary."""

from typing import NamedTuple

from kg.model.records import LIKELY, SURE


class Concept(NamedTuple):
    """A value of a status, as a SKOS concept."""

    name: str
    label: str
    definition: str


SCHEMES: dict[str, tuple[str, tuple[Concept, ...]]] = {
    "flavours": (
        "Flavours of a drawn word: how it names what it means",
        (
            Concept("strict", "strict", "The word is an official symbol of what it means, or a chemical or disease."),
            Concept("synonyms", "synonyms", "The word is a synonym of what it means."),
            Concept("all", "all", "The word is a family, or another lexicon knows it."),
        ),
    ),
    "identifier-statuses": (
        "Where identifiers come from",
        (
            Concept("identifierGiven", "identifier given", "A record gives the identifier."),
            Concept("identifierLearned", "identifier learned", "Other records give the identifier for this name."),
            Concept("identifierLexicon", "identifier from the lexicon", "The lexicon gives the identifier."),
            Concept("identifierNone", "no identifier", "No public identifier is known; the name stands for it."),
        ),
    ),
    "reading-statuses": (
        "How certain the most probable reading of a drawn word is",
        (
            Concept("sure", "sure", f"Its probability is at least {SURE}."),
            Concept("likely", "likely", f"Its probability is at least {LIKELY}, but less than {SURE}."),
            Concept("doubtful", "doubtful", f"Its probability is less than {LIKELY}, so that the word has no body."),
        ),
    ),
    "word-statuses": (
        "How the drawn word of a mention is known",
        (
            Concept("given", "given", "The record has the word."),
            Concept("inferred", "inferred", "The word was inferred from the order and families of keywords."),
            Concept("unknown", "unknown", "A keyword shares its word with no other, so that the word is unknown."),
        ),
    ),
}
"""Concept schemes of the vocabulary, by the name of the scheme: title and concepts."""
