"""The readings of a word in a figure that draws no other word."""

from collections.abc import Mapping, Sequence

import numpy as np

from kg.lexicon.context import Context
from kg.lexicon.corpus import Corpus, Doubt
from kg.lexicon.expansions import spelling_key
from kg.lexicon.reading_model import hundredths, infer
from kg.lexicon.word_readings import WordReading, WordReadings

Alone = dict[str, list[tuple[WordReading, float]]]
"""By word: its readings as a gene or family with their probabilities, the most probable first."""


def readings_alone(contents: Mapping[str, bytes], words: Sequence[str]) -> Alone:
    """Return what each word means in a figure that draws nothing else; words that are no gene or family are left out.

    `contents` are the files of a lexicon. The probabilities of a word are multiples of 0.01 and add up to 1. They come
    from the model that builds use, with the frequencies that are in the lexicon.
    """
    keys = {word: spelling_key(word) for word in words}
    readings = WordReadings(contents, keys.values())
    context = Context.read(contents)
    pairs_of = {word: _alone(readings, context, key) for word, key in keys.items() if readings.of(key)}
    return {word: sorted(pairs, key=lambda pair: (-pair[1], pair[0].entity_id)) for word, pairs in pairs_of.items()}


def _alone(readings: WordReadings, context: Context, key: str) -> list[tuple[WordReading, float]]:
    candidates = readings.of(key)
    if len(candidates) == 1:
        return [(candidates[0], 1.0)]
    first = np.zeros(1, np.int64)
    corpus = Corpus([key], first, first, 1, readings, context)
    rows = corpus.candidates([Doubt(0, 0, key, candidates)])
    values = hundredths(infer(rows), rows.drawing).tolist()
    return [(reading, value / 100) for reading, value in zip(candidates, values, strict=True)]
