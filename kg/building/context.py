"""The objects that all steps of one build share."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.building.options import BuildParameters
from kg.engines import Engine
from kg.ingest.licences import LicenceFile
from kg.ingest.readings_file import NO_CORRECTIONS, Corrections
from kg.ingest.sssom import Mappings
from kg.lexicon.lexicon import Lexicon
from kg.runtime.progress import Progress, no_progress


@dataclass(frozen=True, slots=True)
class BuildContext:
    """Engine, lexicon, parameters, mapping files, corrections and licences of one build, and its progress callback."""

    engine: Engine
    lexicon: Lexicon
    parameters: BuildParameters
    mappings: Sequence[Mappings] = ()
    corrections: Corrections = NO_CORRECTIONS
    licences: LicenceFile | None = None
    progress: Progress = no_progress
