"""The lexicon: readings of words, identifiers of the same thing, grounding and word inference."""
