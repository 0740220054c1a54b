"""Options of a build: recorded parameters, and resources that leave no trace in it."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.errors import ParameterError, UnknownChoice, shown
from kg.model.agents import check_contact, check_publisher
from kg.model.checks import check_fraction, check_several, check_text, check_whole, size_in_bytes
from kg.model.identifiers import DEFAULT_BASE
from kg.model.organisms import check_choice, read_taxa
from kg.model.records import HUMAN, READINGS, Readings
from kg.model.releases import (
    PUBLISH_PAPERS,
    PUBLISH_Q,
    RDF_FORMS,
    Rdf,
    check_release,
)
from kg.runtime.download.answers import Client


@dataclass(frozen=True, slots=True)
class BuildResources:
    """Resources of a build. They are not recorded, because the result does not depend on them.

    Raises ParameterError for a number of jobs, or of bytes, under 1, and for a memory limit that is no size.
    """

    jobs: int = 1
    """Number of processes that parse records and write RDF."""

    memory_limit: str = "4GiB"
    """Memory that the build aims to stay in, such as 4GiB or 500MB. Of Spark, that of the JVM of each executor."""

    engine: str = "duckdb"
    """Plug-in name of the database engine."""

    cache: Path | None = None
    """Folder of the parse cache and of the fingerprints of earlier builds. None: neither is used."""

    master: str | None = None
    """Address of the Spark cluster. None: the one of spark-submit, or this machine."""

    spark_log: Path | None = None
    """File that gets the log lines of Spark on this machine. None: standard error."""

    max_archive: int | None = None
    """Most bytes that an archive may unpack to. None: 200 times its size, and 64 MiB for a small one."""

    downloads: Path | None = None
    """Folder of copies of sources of the web. None: they are removed at the end."""

    client: Client = field(default_factory=Client)
    """Timeout, tries and limits of the download of sources of the web."""

    def __post_init__(self) -> None:
        check_whole("jobs", self.jobs, 1)
        if self.max_archive is not None:
            check_whole("max_archive", self.max_archive, 1)
        size_in_bytes("memory_limit", self.memory_limit)

    @property
    def database_memory(self) -> str:
        """Memory of DuckDB, which uses the disk beyond it: two thirds, because Python and Arrow need the rest."""
        return f"{size_in_bytes('memory_limit', self.memory_limit) * 2 // 3}B"


@dataclass(frozen=True, slots=True)
class BuildParameters:
    """Parameters of a build. The manifest records all of them.

    Raises ParameterError for a number out of its bounds, a base or contact that is no IRI, files that are one text, and
    a taxon that is no organism. The same is raised for a release that is no name or its own predecessor. Files of
    readings exclude the readings of the record. Raises UnknownChoice for other readings or forms of the RDF.
    """

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

    taxa: tuple[str, ...] = ()
    """Organisms whose genes are in the build, sorted CURIEs; `unknown` for genes without one. Empty: all."""

    without_taxa: tuple[str, ...] = ()
    """Organisms whose genes are left out of the build, in the same form."""

    readings: Readings = "likely"
    """Meaning of doubtful words: the likely one in their figure, or that of their record."""

    readings_files: tuple[str, ...] = ()
    """Paths of files by which words have a certain meaning."""

    release: str | None = None
    """Name of the release, which tells it apart from others. None: the first 12 digits of the input's SHA-256."""

    previous_release: str | None = None
    """Name of the release before. None: it is not stated."""

    publisher: str | None = None
    """Name or http(s) IRI of who publishes the release."""

    contact: str | None = None
    """IRI at which questions about the release are answered: http, https or mailto."""

    publish_q: float = PUBLISH_Q
    """Greatest q of a published pair, from 0 to 1. RDF claims only these to be drawn together significantly."""

    publish_papers: int = PUBLISH_PAPERS
    """Least number of papers of a published pair."""

    rdf: Rdf = "lean"
    """Form of the RDF: lean states a fact once; full states also derived triples."""

    licences: str | None = None
    """Path of a file with the licences of articles, from which figures get theirs."""

    limit: int | None = None
    """Number of figures that are read, the first in the order of names. None: all."""

    def __post_init__(self) -> None:
        if self.min_figures is not None:
            check_whole("min_figures", self.min_figures, 1)
        check_whole("max_entities", self.max_entities, 2)
        if self.limit is not None:
            check_whole("limit", self.limit, 1)
        check_several("mappings", self.mappings)
        check_several("readings_files", self.readings_files)
        if self.readings not in READINGS:
            raise UnknownChoice("choice of readings", str(self.readings), READINGS)
        if self.readings_files and self.readings == "record":
            way_out = "leave one of them out"
            raise ParameterError(f"readings='record' takes every word as its record does, no readings_files; {way_out}")
        for name in ("taxa", "without_taxa"):
            object.__setattr__(self, name, tuple(sorted(read_taxa(name, getattr(self, name)))))
        check_choice(self.taxa, self.without_taxa)
        self._check_release()
        if self.base != DEFAULT_BASE and not is_base(self.base):
            raise ParameterError(f"base={shown(self.base)} is not an http(s) IRI that ends in /")

    def _check_release(self) -> None:
        """Raise ParameterError or UnknownChoice for a wrong value of what describes a release."""
        check_release("release", self.release)
        check_release("previous_release", self.previous_release)
        if self.release is not None and self.release == self.previous_release:
            raise ParameterError(
                f"release={shown(self.release)} is also the previous release; give each release a name of its own"
            )
        if self.licences is not None:
            check_text("licences", self.licences)
        check_publisher("publisher", self.publisher)
        check_contact("contact", self.contact)
        check_fraction("publish_q", self.publish_q)
        check_whole("publish_papers", self.publish_papers, 1)
        if self.rdf not in RDF_FORMS:
            raise UnknownChoice("form of the RDF", str(self.rdf), RDF_FORMS)

    def counted(self) -> "BuildParameters":
        """Return the parameters that tables of pairs depend on; those that only describe a release have defaults."""
        return replace(
            self,
            release=None,
            previous_release=None,
            publisher=None,
            contact=None,
            publish_q=PUBLISH_Q,
            publish_papers=PUBLISH_PAPERS,
        )

    @property
    def reads_words(self) -> bool:
        """Whether words can be in doubt: readings are inferred, and human genes are in the build."""
        wanted = not self.taxa or HUMAN in self.taxa
        return self.readings == "likely" and wanted and HUMAN not in self.without_taxa


def is_base(base: object) -> bool:
    """Return whether a value is an IRI that terms can start with.

    >>> is_base("https://example.org/kg/"), is_base("https://example.org/kg"), is_base("not an iri/")
    (True, False, False)

    A number sign would be the second one of the vocabulary's terms.

    >>> is_base("https://example.org/#/")
    False
    """
    from pyoxigraph import NamedNode

    if not isinstance(base, str):
        return False
    try:
        NamedNode(f"{base}vocab#term")
    except ValueError:
        return False
    return base.startswith(("http://", "https://")) and base.endswith("/")
