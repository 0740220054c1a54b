"""What a build is asked for: recorded parameters, and resources that leave no trace."""

from dataclasses import dataclass
from pathlib import Path

from kg.model.identifiers import DEFAULT_BASE


@dataclass(frozen=True, slots=True)
class BuildResources:
    """What a build may use; never recorded, for the result does not depend on it."""

    jobs: int = 1
    memory_limit: str = "4GiB"
    engine: str = "duckdb"
    cache: Path | None = None  # folder of what was parsed before
    master: str | None = None  # of Spark: where its cluster is; None: here, or as spark-submit was told
    previous: Path | None = None  # tables of a build with the same parameters, by this program to the byte


@dataclass(frozen=True, slots=True)
class BuildParameters:
    """What a build can be told; all of it is recorded in the manifest."""

    min_figures: int | None = None  # least support of a pair in RDF and graphs; None: chosen, see `threshold`
    max_entities: int = 1000  # figures with more entities are left out of co-occurrence
    base: str = DEFAULT_BASE  # IRI under which our own terms lie
    families: bool = False  # gene families are entities of their own
    mappings: tuple[str, ...] = ()  # SSSOM files that say which identifiers mean the same
