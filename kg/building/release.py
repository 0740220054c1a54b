"""Everything that `kg build` writes: tables, dumps, store, report and manifest, put in place as a whole.

The outputs are made in a folder beside the destination and take its place in one step, so a build that
is killed, fails or finds the disk full leaves the previous exports as they were.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.building import report
from kg.building.incremental.previous_build import PreviousBuild
from kg.building.incremental.update_store import UpdatedStore
from kg.building.manifest import BuildResult
from kg.building.options import BuildParameters, BuildResources
from kg.building.pipeline import build_tables
from kg.building.staging import OUTPUTS, _put_in_place, _staging
from kg.errors import OutputError, UnknownName
from kg.exporters import exporter
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import CYTOSCAPE_LIMIT
from kg.lexicon.lexicon import Lexicon
from kg.model.tables import Build
from kg.rdf import vocabulary, void
from kg.rdf.dump import LAYERS, USUAL_LAYERS, Turtle
from kg.rdf.store_loader import StoreLoader, Tee
from kg.runtime.files import HashingWriter, atomic_write, flush
from kg.runtime.progress import Progress, no_progress

TEXT_OUTPUTS = tuple(name for name in OUTPUTS if "." in name and name != "pfocr.nt")


def release(
    inputs: Sequence[str],
    destination: Path,
    parameters: BuildParameters = BuildParameters(),
    resources: BuildResources = BuildResources(),
    *,
    layers: tuple[str, ...] = USUAL_LAYERS,
    with_store: bool = True,
    strict: bool = False,
    progress: Progress = no_progress,
    lexicon: Lexicon | None = None,
) -> BuildResult:
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
    previous = PreviousBuild([*inputs, *parameters.mappings], destination, asked, resources.cache)
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


def _refuse_errors(result: BuildResult, *, strict: bool) -> None:
    if strict and (errors := [line for line in result.report if line.severity == "error"]):
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise OutputError(f"{errors[0]}{more}; nothing was written, for --strict was given")


def _on_cluster() -> Callable[..., BuildResult]:
    try:
        from kg.building.spark.build import build
    except ModuleNotFoundError as error:
        raise UnknownName("engine", "spark", hint=f"there is no {error.name}; pip install 'pfocr-kg[spark]'") from None
    return build


# -- the outputs


def _write(
    folder: Path, result: BuildResult, layers: tuple[str, ...], with_store: bool, resources: BuildResources,
    progress: Progress, base: Path | None,
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
    _write_text(description, void.describe(manifest).serialize(format="turtle"))
    return [description, vocab]


def _store(
    folder: Path, base: Path | None, resources: BuildResources, progress: Progress
) -> UpdatedStore | StoreLoader:
    """Give the store, made from that of the previous build or empty; it wants the triples then."""
    if base is not None:
        progress("changing the store", 0, None)
        if patched := UpdatedStore.make(base, folder, resources.memory_limit):
            return patched
    return StoreLoader(folder / "store")


def _write_graph(
    folder: Path, manifest: dict[str, Any], layers: tuple[str, ...], store: UpdatedStore | StoreLoader | None,
    jobs: int, progress: Progress,
) -> None:  # fmt: skip
    outputs = manifest["outputs"]
    with store if isinstance(store, StoreLoader) else nullcontext(), KnowledgeGraph(Build(folder)) as graph:
        progress("writing Turtle", 0, None)
        with atomic_write(folder / "pfocr.ttl") as file:
            dump = HashingWriter(file, folder / "pfocr.ttl")
            out = Tee(dump, store) if isinstance(store, StoreLoader) else dump
            triples = Turtle(jobs).write(graph, None, out, layers)
        outputs["turtle"] = dump.description() | {"triples": triples}
        progress("writing GraphML", 0, None)
        view = graph.view("co-occurrence", limit=CYTOSCAPE_LIMIT)
        with atomic_write(folder / "cooccurrence.graphml") as file:
            network = HashingWriter(file, folder / "cooccurrence.graphml")
            exporter("graphml").write(graph, view, network)
        outputs["graphml"] = network.description() | {
            "nodes": view.n_nodes,
            "edges": view.n_edges,
            "left_out": view.left_out,
        }
        described = _describe(folder, manifest)
        if isinstance(store, StoreLoader):
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
