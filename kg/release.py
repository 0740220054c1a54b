"""Everything that `kg build` writes: tables, dumps, store, report and manifest, put in place as a whole.

The outputs are made in a folder beside the destination and take its place in one step, so a build that
is killed, fails or finds the disk full leaves the previous exports as they were.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import IO, Any

from kg import dataset, report, vocabulary
from kg.build import Progress, Resources, Result, build_tables, silent
from kg.disk import exchange, flush, flush_folder
from kg.errors import OutputError, UnknownName
from kg.exporters import Digested, exporter, replacing
from kg.exporters.rdf import LAYERS, USUAL_LAYERS, Turtle
from kg.filling import Both, Filling
from kg.graph import KnowledgeGraph
from kg.lexicon import Lexicon
from kg.manifest import Parameters
from kg.patched import Patched
from kg.previous import Previous
from kg.tables import Build
from kg.views import CYTOSCAPE_LIMIT

OUTPUTS = (
    "tables",
    "pfocr.ttl",
    "pfocr.nt",
    "neo4j",
    "dataset.ttl",
    "vocab.ttl",
    "cooccurrence.graphml",
    "report.tsv",
    "store",
    "manifest.json",
)
"""What a build owns at its destination; anything else there is left alone."""

TEXT_OUTPUTS = tuple(name for name in OUTPUTS if "." in name and name != "pfocr.nt")


def release(
    inputs: Sequence[str],
    destination: Path,
    parameters: Parameters = Parameters(),
    resources: Resources = Resources(),
    *,
    layers: tuple[str, ...] = USUAL_LAYERS,
    with_store: bool = True,
    strict: bool = False,
    progress: Progress = silent,
    lexicon: Lexicon | None = None,
) -> Result:
    """Build `inputs` and put the outputs at `destination`.

    Raises OutputError, with nothing changed there, where it cannot be written, another build is writing
    it, or `strict` is set and a record was skipped; UnknownName for a layer; SourceError as `build_tables` does.
    """
    for layer in layers:
        if layer not in LAYERS:
            raise UnknownName("layer", layer, LAYERS)
    destination = destination.resolve()
    lexicon = lexicon or Lexicon.bundled()
    asked = f"{parameters} {resources.engine} {layers} {with_store} {lexicon.version}"
    previous = Previous([*inputs, *parameters.mappings], destination, asked, resources.cache)
    if found := previous.result():
        _refuse_errors(found, strict=strict)
        return found
    with _staging(destination) as folder:
        base = previous.base()
        resources = replace(resources, previous=base / "tables" if base else None)
        tables = folder / "tables"
        tables.mkdir()
        if resources.engine == "spark":
            result = _on_cluster()(inputs, folder, layers, parameters, resources, progress, lexicon)
        else:
            result = build_tables(inputs, tables, parameters, resources, progress, lexicon)
        _refuse_errors(result, strict=strict)
        _write(folder, result, layers, with_store, resources, progress, base)
        flush(folder)
        _put_in_place(folder, destination)
    previous.keep(result)
    return result


def _refuse_errors(result: Result, *, strict: bool) -> None:
    if strict and (errors := [line for line in result.report if line.severity == "error"]):
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise OutputError(f"{errors[0]}{more}; nothing was written, for --strict was given")


def _on_cluster() -> Callable[..., Result]:
    try:
        from kg.cluster import build
    except ModuleNotFoundError as error:
        raise UnknownName("engine", "spark", hint=f"there is no {error.name}; pip install 'pfocr-kg[spark]'") from None
    return build


# -- the outputs


def _write(
    folder: Path, result: Result, layers: tuple[str, ...], with_store: bool, resources: Resources, progress: Progress,
    base: Path | None,
) -> None:  # fmt: skip
    manifest = result.manifest
    manifest["parameters"]["layers"] = list(layers)
    outputs: dict[str, Any] = manifest.setdefault("outputs", {})
    _write_text(folder / "report.tsv", report.to_tsv(result.report))
    _write_manifest(folder, manifest)
    if outputs:  # a cluster has written its triples already; stores load those, and views are for `kg export`
        _describe(folder, manifest)
    else:
        store = _store(folder, base, resources, progress) if with_store else None
        _write_graph(folder, manifest, layers, store, resources.jobs, progress)
    _write_manifest(folder, manifest)


def _describe(folder: Path, manifest: dict[str, Any]) -> list[Path]:
    vocab, description = folder / "vocab.ttl", folder / "dataset.ttl"
    _write_text(vocab, vocabulary.to_rdf(manifest["parameters"]["base"]).serialize(format="turtle"))
    _write_text(description, dataset.describe(manifest).serialize(format="turtle"))
    return [description, vocab]


def _store(folder: Path, base: Path | None, resources: Resources, progress: Progress) -> Patched | Filling:
    """Give the store, made from that of the previous build or empty; it wants the triples then."""
    if base is not None:
        progress("changing the store", 0, None)
        if patched := Patched.make(base, folder, resources.memory_limit):
            return patched
    return Filling(folder / "store")


def _write_graph(
    folder: Path, manifest: dict[str, Any], layers: tuple[str, ...], store: Patched | Filling | None, jobs: int,
    progress: Progress,
) -> None:  # fmt: skip
    outputs = manifest["outputs"]
    with store if isinstance(store, Filling) else nullcontext(), KnowledgeGraph(Build(folder)) as graph:
        progress("writing Turtle", 0, None)
        with replacing(folder / "pfocr.ttl") as file:
            dump: Any = Digested(file, folder / "pfocr.ttl")
            out: Any = Both(dump, store) if isinstance(store, Filling) else dump
            triples = Turtle(jobs).write(graph, None, out, layers)
        outputs["turtle"] = dump.found() | {"triples": triples}
        progress("writing GraphML", 0, None)
        view = graph.view("co-occurrence", limit=CYTOSCAPE_LIMIT)
        with replacing(folder / "cooccurrence.graphml") as file:
            network: Any = Digested(file, folder / "cooccurrence.graphml")
            exporter("graphml").write(graph, view, network)
        outputs["graphml"] = network.found() | {
            "nodes": view.n_nodes,
            "edges": view.n_edges,
            "left_out": view.left_out,
        }
        described = _describe(folder, manifest)
        if isinstance(store, Filling):
            progress("loading the store", 0, None)
            outputs["store"] = {"triples": store.finish(described)}
        elif store:
            progress("changing the store", 0, None)
            outputs["store"] = {"triples": store.finish(described, triples)}


def _write_text(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    _write_text(folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False))


# -- in place, as a whole


@contextmanager
def _staging(destination: Path) -> Iterator[Path]:
    """Give an empty folder beside the destination, under a lock that ends with the process."""
    if destination.exists() and not destination.is_dir():
        raise OutputError(f"{destination}: is a file; give a folder with -o")
    if destination.is_mount():
        raise OutputError(f"{destination}: is a mount point, which cannot be replaced as a whole; give a folder in it")
    if destination.is_dir() and not _is_ours(destination):
        raise OutputError(f"{destination}: holds other files and no build; give a new or an empty folder with -o")
    folder = destination.with_name(f".{destination.name}.kg-new")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _lock(destination):
            _recover(destination, folder)
            folder.mkdir()
            if destination.is_dir():
                shutil.copymode(destination, folder)
            try:
                yield folder
            finally:
                # Whatever stopped the build, and wherever: the next one finds the same states and does the same.
                with suppress(OSError):
                    _recover(destination, folder)
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(f"{destination}: cannot be written: {reason}; what was there is unchanged") from None


def _is_ours(destination: Path) -> bool:
    """Say whether a build may take the place of this folder: it holds a build, or nothing that shows."""
    others = {path.name for path in destination.iterdir() if not path.name.startswith(".")} - set(OUTPUTS)
    return not others or (destination / "manifest.json").is_file()


@contextmanager
def _lock(destination: Path) -> Iterator[None]:
    path = destination.with_name(f".{destination.name}.kg-lock")
    with _locked(path, destination) as file:
        try:
            file.truncate(0)
            file.write(f"process {os.getpid()}")
            file.flush()
            yield
        finally:
            with suppress(OSError):
                path.unlink()


def _locked(path: Path, destination: Path) -> IO[str]:
    """Open and lock a file; the lock, unlike the file, cannot outlive the process."""
    while True:
        file = path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read() or "another process"
            file.close()
            raise OutputError(f"{destination}: {holder} is building here; wait for it or give another -o") from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()  # its holder removed it between our opening and locking it


def _old(destination: Path) -> Path:
    return destination.with_name(f".{destination.name}.kg-old")


def _recover(destination: Path, staging: Path) -> None:
    """Finish what was begun and stopped: bring back the exports, and among them files that are not ours."""
    old = _old(destination)
    if old.is_dir() and not destination.exists():
        old.rename(destination)
    for leftover in (old, staging):
        if leftover.is_dir():
            _discard(leftover, destination)


def _discard(leftover: Path, destination: Path) -> None:
    """Remove a build's outputs; whatever else lies among them moves to the destination."""
    for path in sorted(leftover.iterdir()):
        if path.name not in OUTPUTS and not path.name.endswith(".kg-new"):
            destination.mkdir(exist_ok=True)
            path.rename(_free(destination / path.name))
    shutil.rmtree(leftover)


def _free(path: Path) -> Path:
    """Give a name that is not taken, by adding a number."""
    names = chain([path], (path.with_name(f"{path.name}.{number}") for number in count(1)))
    return next(name for name in names if not os.path.lexists(name))


def _put_in_place(folder: Path, destination: Path) -> None:
    """Make `folder` the destination; what stood there is left for `_recover` to take apart."""
    if destination.exists() and exchange(folder, destination):
        flush_folder(destination.parent)
        return
    if destination.exists():
        destination.rename(_old(destination))
    folder.rename(destination)
    flush_folder(destination.parent)
