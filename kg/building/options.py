"""Options of a build: recorded parameters, and resources that leave no trace in it."""

from dataclasses import dataclass
from pathlib import Path

from kg.model.identifiers import DEFAULT_BASE


@dataclass(frozen=True, slots=True)
class BuildResources:
    """Resources of a build. They are not recorded, because the result does not depend on them."""

    jobs: int = 1
    """Number of processes that parse records and write RDF."""

    memory_limit: str = "4GiB"
    """Memory of the database engine; beyond it the engine uses the disk."""

    engine: str = "duckdb"
    """Plug-in name of the database engine."""

    cache: Path | None = None
    """Folder of the parse cache and of the fingerprints of earlier builds. None: neither is used."""

    master: str | None = None
    """Address of the Spark cluster. None: the one of spark-submit, or this machine."""

    previous: Path | None = None
    """Folder with the tables of a build that this one may start from: equal parameters, equal program."""


@dataclass(frozen=True, slots=True)
class BuildParameters:
    """Parameters of a build. The manifest records all of them."""

    min_figures: int | None = None
    """Least support, in figures, of a pair in RDF and graphs. None: chosen by `kg.cooccurrence.slices.threshold`."""

    max_entities: int = 1000
    """Most entities of a figure that counts for co-occurrence; larger figures keep their mentions."""

    base: str = DEFAULT_BASE
    """IRI that the project's own terms start with."""

    families: bool = False
    """True: gene families are entities of their own."""

    mappings: tuple[str, ...] = ()
    """Paths of SSSOM files, which say that identifiers mean the same."""
