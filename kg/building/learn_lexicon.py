"""Learn lexicon files from a corpus: the words of its tables and lists, and the company that words keep."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from kg.building.assemble import assemble
from kg.building.context import BuildContext
from kg.building.options import BuildParameters, BuildResources
from kg.building.pipeline import read_records
from kg.engines import Engine
from kg.engines.statements import Statements
from kg.errors import SourceError
from kg.ingest.downloads import local
from kg.lexicon import corpus
from kg.lexicon.context import Context
from kg.lexicon.expansions import spelling_key
from kg.lexicon.files import CONTEXT, WORDS, packed
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.word_readings import WordReadings
from kg.runtime import plugins
from kg.runtime.progress import Progress, no_progress
from kg.runtime.temporary import scratch_folder

STATEMENTS = Statements("kg.building", "learn")


LEAST_FIGURES = 1000
"""Figures of a corpus that teaches contexts; those of a smaller one say less than the bundled ones."""


class Learned(NamedTuple):
    """Lexicon files that a corpus teaches, with their numbers."""

    words: int
    meanings: int
    content: bytes
    """Content of words.tsv.gz."""
    figures: int
    """Figures with a drawn word."""
    context: bytes | None
    """Content of context.tsv.gz; None for fewer figures than `LEAST_FIGURES`."""


def learn(
    inputs: Iterable[str],
    lexicon: Lexicon,
    resources: BuildResources = BuildResources(),
    progress: Progress = no_progress,
) -> Learned:
    """Read `inputs` and return the lexicon files that they teach; raise SourceError where no record gives a word.

    The file of words has one row for each word, entity and flavour, sorted, with the number of figures. The same input
    gives the same bytes; those of the contexts depend on the version of SciPy, too.
    """
    with (
        local(list(inputs), resources.downloads, resources.client, progress) as sources,
        scratch_folder() as folder,
    ):
        engine: Engine = plugins.load("engine", resources.engine)(folder, resources.database_memory, resources.jobs)
        try:
            read_records(engine, sources.paths, folder, resources, progress)
            assemble(BuildContext(engine, lexicon, BuildParameters(), progress=progress))
            words = engine.fetch(STATEMENTS.sql("words_to_learn")).to_pylist()
            drawings = engine.fetch(STATEMENTS.sql("drawings_to_learn"))
        finally:
            engine.close()
    rows = [tuple(str(cell) for cell in word.values()) for word in words]
    rows = [row for row in rows if WORDS.row.fullmatch("\t".join(row))]
    if not rows:
        raise SourceError("no words to learn: none of these records has sidecar tables or inline lists")
    figures = len(drawings["figure_id"].unique())
    context = packed(CONTEXT, learn_context(drawings, lexicon).rows(figures)) if figures >= LEAST_FIGURES else None
    return Learned(len({row[0] for row in rows}), len(rows), packed(WORDS, rows), figures, context)


def learn_context(drawings: pa.Table, lexicon: Lexicon) -> Context:
    """Return what drawings teach; they have the columns figure_id and match, each pair once."""
    figures, words = (drawings[name].combine_chunks().dictionary_encode() for name in ("figure_id", "match"))
    numbers = (column.indices.to_numpy().astype(np.int64) for column in (figures, words))
    keys, figure, word = corpus.by_key([spelling_key(match) for match in words.dictionary.to_pylist()], *numbers)
    return corpus.learn(keys, figure, word, len(figures.dictionary), WordReadings(lexicon.contents, keys))
