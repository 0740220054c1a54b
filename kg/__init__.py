"""A knowledge graph of pathway figures, in which the drawn word is part of the graph.

    >>> import kg
    >>> with kg.open("exports") as graph:
    ...     view = graph.view("ego", kg.Filters(min_figures=3), of="TNFSF11")
    ...     print(view.n_nodes, "nodes", view.n_edges, "edges")
    6 nodes 12 edges

`build` makes a build from figure records, and `open` reads one. Names are imported when they are used first, so that
`import kg` is quick.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as `typing` has it, which takes longer to import than everything here
if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike
    from typing import Any, Literal

    from kg.building.manifest import BuildResult as BuildResult
    from kg.errors import DamagedSource as DamagedSource
    from kg.errors import KgError as KgError
    from kg.errors import LexiconError as LexiconError
    from kg.errors import NotARecord as NotARecord
    from kg.errors import OutputError as OutputError
    from kg.errors import ParameterError as ParameterError
    from kg.errors import QueryError as QueryError
    from kg.errors import RecordError as RecordError
    from kg.errors import SourceError as SourceError
    from kg.errors import UnknownChoice as UnknownChoice
    from kg.errors import UnknownName as UnknownName
    from kg.errors import UnknownPrefix as UnknownPrefix
    from kg.graph.knowledge_graph import KnowledgeGraph as KnowledgeGraph
    from kg.graph.resolve import Match as Match
    from kg.graph.result import Result as Result
    from kg.graph.views import Edge as Edge
    from kg.graph.views import Filters as Filters
    from kg.graph.views import Node as Node
    from kg.graph.views import View as View
    from kg.lexicon.lexicon import Lexicon as Lexicon
    from kg.runtime.progress import Progress

__version__ = "0.2.0"

_HOMES = {
    "kg.building.manifest": ("BuildResult",),
    "kg.graph.knowledge_graph": ("KnowledgeGraph",),
    "kg.graph.resolve": ("Match",),
    "kg.graph.result": ("Result",),
    "kg.graph.views": ("Filters", "View", "Node", "Edge"),
    "kg.lexicon.lexicon": ("Lexicon",),
    "kg.errors": (
        "KgError", "SourceError", "DamagedSource", "RecordError", "NotARecord", "LexiconError", "UnknownName",
        "UnknownChoice", "UnknownPrefix", "ParameterError", "OutputError", "QueryError",
    ),
}  # fmt: skip
"""Modules with the public names that they define."""

_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [  # noqa: PLE0604 the names are imported when they are used first
    "build",
    "open",
    *_MODULES,
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is used first."""
    if name not in _MODULES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*__all__, "__version__"])


def build(
    inputs: str | PathLike[str] | Iterable[str | PathLike[str]],
    destination: str | PathLike[str] = "exports",
    *,
    min_figures: int | None = None,
    max_entities: int = 1000,
    base: str | None = None,
    families: bool = False,
    mappings: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
    layers: Iterable[str] | None = None,
    store: bool = True,
    strict: bool = False,
    jobs: int = 1,
    memory_limit: str = "4GiB",
    engine: str = "duckdb",
    master: str | None = None,
    cache: str | PathLike[str] | None = None,
    max_archive: int | None = None,
    downloads: str | PathLike[str] | None = None,
    max_download: int | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
    lexicon: Lexicon | None = None,
    taxa: Iterable[str | int] = (),
    without_taxa: Iterable[str | int] = (),
    readings: Literal["likely", "record"] = "likely",
    readings_files: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
    release: str | None = None,
    previous_release: str | None = None,
    publisher: str | None = None,
    contact: str | None = None,
    publish_q: float = 0.05,
    publish_papers: int = 2,
    rdf: Literal["lean", "full"] = "lean",
    licences: str | PathLike[str] | None = None,
) -> BuildResult:
    """Build a knowledge graph from figure records, as `kg build` does, and put it at `destination` as a whole.

    `inputs` is a path or several: folders in the database's layout (_figures, _data), folders or files of records,
    .tar, .tar.gz or .zip files, patterns, citation tables, or http(s) and s3 addresses of such files. The destination
    is a folder, which is replaced in one step at the end.

    The result depends on these:

    - `min_figures`: least figures of a pair in RDF and graphs; None to choose it by the number of pairs.
    - `max_entities`: figures with more entities are left out of co-occurrence.
    - `base`: IRI under which the build's own terms lie; None for the project's own.
    - `limit`: number of figures to read, the first in the order of names; None for all.
    - `families`: whether gene families are entities of their own.
    - `mappings`: an SSSOM file, or several, that say which identifiers mean the same.
    - `layers`: parts of the RDF, of mentions, words, cooccurrences and terms; None for the first three.
    - `lexicon`: None for the bundled one.
    - `taxa`, `without_taxa`: organisms whose genes are kept, or left out, as NCBI taxon ids (9606) or names (human);
      `unknown` is for genes without an organism. Both empty: all genes are kept.
    - `readings`: likely to take doubtful words in their most probable meaning; record to take them as their records do.
    - `readings_files`: a table, or several, of `word`, `figure` and `entity`, by which words have a certain meaning.
    - `store`: whether to make the store that SPARQL queries need.
    - `release`, `previous_release`: names of this release and of the one before; None for the first 12 digits of the
      input's SHA-256, and for no release before.
    - `publisher`, `contact`: who publishes the release, as a name or an IRI, and the IRI to ask at.
    - `publish_q`, `publish_papers`: greatest q and least papers of the pairs that RDF publishes as significant.
    - `licences`: a file with the licences of articles: PMC's list of open-access files, or a table of PMCID and
      licence.
    - `rdf`: lean to state each fact once; full to state also derived triples.

    It does not depend on these: `jobs` is the number of processes that read records, and of DuckDB's threads,
    `memory_limit` the memory of the build, of which DuckDB gets two thirds before it uses the disk, `engine`
    duckdb or spark, `master` the Spark cluster, `cache` a folder where parsed records are kept for the next build.
    `max_archive` is the number of bytes that an archive may unpack to; None for 200 times its size. `downloads` is the
    folder of copies of the sources that are addresses, by which a download goes on after a cut; None to remove them at
    the end. `max_download` is the number of bytes of such a source; None for 64 GiB. `progress` is called with (stage,
    done, total); total may be None.

    Raises SourceError for inputs that cannot be read or have no records. Raises OutputError for a destination that
    cannot be written; with `strict` also if a record had to be skipped. Raises UnknownChoice for a layer, an engine or
    a choice of readings. Raises ParameterError for an argument of another kind or out of its bounds. The destination
    stays as it was then.

    >>> import kg
    >>> result = kg.build("seeds", "exports", min_figures=2)
    >>> result.manifest["counts"]["figures"], result.manifest["counts"]["cooccurrences"], len(result.report)
    (5, 6258, 3)
    """
    from os import PathLike, fspath
    from pathlib import Path

    from kg.building.options import BuildParameters, BuildResources
    from kg.building.release import release as make_release
    from kg.model.checks import check_several
    from kg.model.identifiers import DEFAULT_BASE
    from kg.model.organisms import read_taxa
    from kg.rdf.dump import USUAL_LAYERS
    from kg.runtime.download.answers import Client
    from kg.runtime.progress import no_progress

    _check_lexicon(lexicon)
    if layers is not None:
        check_several("layers", layers)
    paths = [inputs] if isinstance(inputs, str | PathLike) else inputs

    def several(name: str, files: str | PathLike[str] | Iterable[str | PathLike[str]]) -> tuple[str, ...]:
        given = [files] if isinstance(files, PathLike | str) else check_several(name, files)
        return tuple(fspath(file) for file in given)

    return make_release(
        [fspath(path) for path in paths],
        Path(destination),
        BuildParameters(
            min_figures,
            max_entities,
            DEFAULT_BASE if base is None else base,
            families,
            several("mappings", mappings),
            read_taxa("taxa", taxa),
            read_taxa("without_taxa", without_taxa),
            readings,
            several("readings_files", readings_files),
            release,
            previous_release,
            publisher,
            contact,
            publish_q,
            publish_papers,
            rdf,
            None if licences is None else fspath(licences),
            limit,
        ),
        BuildResources(
            jobs,
            memory_limit,
            engine,
            None if cache is None else Path(cache),
            master,
            max_archive=max_archive,
            downloads=None if downloads is None else Path(downloads),
            client=Client() if max_download is None else Client(most=max_download),
        ),
        layers=USUAL_LAYERS if layers is None else tuple(layers),
        with_store=store,
        strict=strict,
        progress=progress or no_progress,
        lexicon=lexicon,
    )


def open(folder: str | PathLike[str] = "exports", lexicon: Lexicon | None = None) -> KnowledgeGraph:  # noqa: A001
    """Open the build in a folder.

    `lexicon` reads words that the build does not draw; None for the user's own, or else the bundled one. Raises
    SourceError for a folder without a build, or with a damaged one, and ParameterError for a lexicon that is a path.

    >>> import kg
    >>> with kg.open("exports") as graph:
    ...     print(graph.resolve("rankl").name)
    TNFSF11
    """
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph

    _check_lexicon(lexicon)
    path = Path(folder)
    return KnowledgeGraph(path) if lexicon is None else KnowledgeGraph(path, lambda: lexicon)


def _check_lexicon(lexicon: object) -> None:
    """Raise ParameterError for the name or the folder of a lexicon in place of the lexicon itself."""
    from os import PathLike

    from kg.errors import ParameterError, shown

    if isinstance(lexicon, str | PathLike):
        way_out = "give kg.Lexicon.bundled() or kg.Lexicon.from_folder(FOLDER)"
        raise ParameterError(f"lexicon={shown(lexicon)} is not a Lexicon; {way_out}")
