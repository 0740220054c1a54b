"""Contract test of exporters."""

from collections.abc import Iterable
from contextlib import nullcontext
from hashlib import sha256
from io import RawIOBase
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.exporters import Exporter, into_folder
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.runtime.temporary import scratch_folder
from kg.testing.faults import fail


class _Sink(RawIOBase):
    """A file that can only be written to, because pipes and compressed files cannot seek."""

    def __init__(self) -> None:
        self.digest = sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            fail(f"write() put a {type(piece).__name__} into the file, which accepts bytes only; encode it")
        self.digest.update(piece)
        self.size += len(piece)
        return len(piece)


def check_exporter(exporter: Exporter, build: Path | str, *, same_bytes: bool = True) -> int:
    """Check an exporter with one build; return the count that it returned for the whole graph.

    The exporter must write bytes in order, or files into its folder and nowhere else, and return an int. A second run
    must write the same bytes, and the build must not change. An exporter of views must write every view. `same_bytes`
    is False for formats such as databases, whose files differ from run to run.
    """
    suffixes = getattr(exporter, "suffixes", None)
    if not isinstance(suffixes, tuple) or not all(isinstance(text, str) and text.startswith(".") for text in suffixes):
        fail(f"suffixes is {suffixes!r}; it must be a tuple of texts that start with a dot, such as ('.edges',)")
    if not isinstance(getattr(exporter, "of_views", None), bool):
        fail("of_views is missing or no bool; True: it writes a view, False: always the whole graph")
    before = _listing(Path(build))
    first, second = (_written_views(exporter, build) for _ in range(2))
    for (where, count, digest), (_, second_count, second_digest) in zip(first, second, strict=True):
        if count != second_count or (same_bytes and digest != second_digest):
            fail(f"{where}: another count or other bytes the second time; no clock, no set order, no random numbers")
    if _listing(Path(build)) != before:
        fail(f"the exporter changed the build in {build}; write to the file or folder of the call")
    return first[0][1]


def _written_views(exporter: Exporter, build: Path | str) -> list[tuple[str, int, str]]:
    """Write each view of a graph that is opened for this run, so that two runs share nothing; return `_written`."""
    with KnowledgeGraph(build) as graph:
        return [_written(exporter, graph, view) for view in _views(exporter, graph)]


def _views(exporter: Exporter, graph: KnowledgeGraph) -> Iterable[tuple[str, str | None]]:
    """Yield name and centre of the views to write; the empty name stands for the whole graph, without a view."""
    yield "", None
    if not exporter.of_views:
        return
    entities = graph.engine.fetch("SELECT entity_id FROM entities ORDER BY figures DESC, entity_id LIMIT 1")
    figures = graph.engine.fetch("SELECT figure_id FROM figures ORDER BY figure_id LIMIT 1")
    yield from ((name, None) for name in ("co-occurrence", "words", "bipartite", "full"))
    yield from (("ego", entity_id) for entity_id in entities["entity_id"].to_pylist())
    yield from (("figure", figure_id) for figure_id in figures["figure_id"].to_pylist())


def _written(
    exporter: Exporter, graph: KnowledgeGraph, name_and_centre: tuple[str, str | None]
) -> tuple[str, int, str]:
    """Write one view; return its description, the count and the digest of all bytes."""
    name, of = name_and_centre
    where = f"write() of the {name} view" if name else "write() of the whole graph"
    with scratch_folder() as scratch, graph.view(name, of=of) if name else nullcontext() as view:
        try:
            count, digest = _run(exporter, graph, view, scratch, where)
        except (AssertionError, KgError):
            raise
        except Exception as error:
            raise AssertionError(f"{where} raised {type(error).__name__}: {str(error)[:200]}") from error
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        fail(f"{where} returned {count!r}; it must return the number of statements or elements, an int")
    return where, count, digest


def _run(exporter: Exporter, graph: KnowledgeGraph, view: View | None, scratch: Path, where: str) -> tuple[int, str]:
    if into_folder(exporter):
        folder = scratch / "folder"
        folder.mkdir()
        count = exporter.write(graph, view, folder)
        if [path.name for path in scratch.iterdir()] != ["folder"]:
            fail(f"{where} wrote outside its folder")
        if not any(path.is_file() for path in folder.rglob("*")):
            fail(f"{where} left the folder empty")
        return count, repr(_listing(folder))
    sink = _Sink()
    count = exporter.write(graph, view, sink)
    if sink.closed:
        fail(f"{where} closed the file; leave that to the caller")
    if count and not sink.size:
        fail(f"{where} returned {count} and wrote nothing")
    return count, sink.digest.hexdigest()


def _listing(folder: Path) -> list[tuple[str, str]]:
    """Return the files below a folder with the digests of their bytes."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), sha256(path.read_bytes()).hexdigest()) for path in paths]
