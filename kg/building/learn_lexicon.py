"""What a corpus teaches: the words its own tables and lists give, with what they were read as, as a lexicon file."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from kg.building.assemble import assemble
from kg.building.options import BuildResources
from kg.building.pipeline import read_records
from kg.engines import Engine
from kg.engines.statements import sql
from kg.errors import SourceError
from kg.lexicon.files import WORDS, packed
from kg.lexicon.lexicon import Lexicon
from kg.runtime import plugins
from kg.runtime.progress import Progress, no_progress


class Learned(NamedTuple):
    """What was learned."""

    words: int
    meanings: int
    content: bytes  # of words.tsv.gz


def learn(
    inputs: Iterable[str],
    lexicon: Lexicon,
    resources: BuildResources = BuildResources(),
    progress: Progress = no_progress,
) -> Learned:
    """Read `inputs` and give the file of their words; SourceError where no record or table gives any.

    One row a word, thing and flavour, sorted; `figures` is in how many figures. Same input, same bytes.
    """
    with TemporaryDirectory(prefix="kg-") as folder:
        engine: Engine = plugins.load("engine", resources.engine)(Path(folder), resources.memory_limit, resources.jobs)
        try:
            read_records(engine, list(inputs), resources, progress)
            assemble(
                engine, lexicon, (), lambda done, total: progress("joining tables", done, total), with_families=False
            )
            taught = engine.fetch(sql("taught")).to_pylist()
        finally:
            engine.close()
    rows = [tuple(str(cell) for cell in row.values()) for row in taught]
    rows = [row for row in rows if WORDS.row.fullmatch("\t".join(row))]
    if not rows:
        raise SourceError("no words to learn: none of these records has sidecar tables or inline lists")
    return Learned(len({row[0] for row in rows}), len(rows), packed(WORDS, rows))
