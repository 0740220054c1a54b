"""The objects that all steps of one build share."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.building.options import BuildParameters
from kg.engines import Engine
from kg.ingest.sssom import Mappings
from kg.lexicon.lexicon import Lexicon
from kg.runtime.progress import Progress, no_progress


@dataclass(frozen=True, slots=True)
class BuildContext:
    """The engine, lexicon, parameters and mapping files of one build, and its progress callback."""

    engine: Engine
    lexicon: Lexicon
    parameters: BuildParameters
    mappings: Sequence[Mappings] = ()
    progress: Progress = no_progress
