"""Learn a lexicon file from a corpus: the words of its tables and lists, with the entities that they stand for."""

from collections.abc import Iterable
from typing import NamedTuple

from kg.building.assemble import assemble
from kg.building.context import BuildContext
from kg.building.options import BuildParameters, BuildResources
from kg.building.pipeline import read_records
from kg.engines import Engine
from kg.engines.statements import Statements
from kg.errors import SourceError
from kg.lexicon.files import WORDS, packed
from kg.lexicon.lexicon import Lexicon
from kg.runtime import plugins
from kg.runtime.progress import Progress, no_progress
from kg.runtime.temporary import scratch_folder

STATEMENTS = Statements("kg.building", "learn")


class Learned(NamedTuple):
    """A lexicon file of learned words, with their number."""

    words: int
    meanings: int
    content: bytes
    """Content of words.tsv.gz."""


def learn(
    inputs: Iterable[str],
    lexicon: Lexicon,
    resources: BuildResources = BuildResources(),
    progress: Progress = no_progress,
) -> Learned:
    """Read `inputs` and return the lexicon file of their words; raise SourceError where no record or table gives any.

    The file has one row for each word, entity and flavour, sorted, with the number of figures. The same input gives
    the same bytes.
    """
    with scratch_folder() as folder:
        engine: Engine = plugins.load("engine", resources.engine)(folder, resources.memory_limit, resources.jobs)
        try:
            read_records(engine, list(inputs), folder, resources, progress)
            assemble(BuildContext(engine, lexicon, BuildParameters(), progress=progress))
            words = engine.fetch(STATEMENTS.sql("words_to_learn")).to_pylist()
        finally:
            engine.close()
    rows = [tuple(str(cell) for cell in word.values()) for word in words]
    rows = [row for row in rows if WORDS.row.fullmatch("\t".join(row))]
    if not rows:
        raise SourceError("no words to learn: none of these records has sidecar tables or inline lists")
    return Learned(len({row[0] for row in rows}), len(rows), packed(WORDS, rows))
