"""The release of a build: tables, dumps, store, report and manifest, which replace the previous ones in one step.

The outputs are written into a folder beside the destination. A build that is killed, fails or fills the disk
therefore leaves the previous exports unchanged.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.building import report
from kg.building.incremental.previous_build import PreviousBuild
from kg.building.incremental.update_store import UpdatedStore
from kg.building.manifest import BuildResult
from kg.building.options import BuildParameters, BuildResources
from kg.building.pipeline import build_tables
from kg.building.staging import OUTPUTS, clean_up, put_in_place, staging_folder
from kg.errors import KgError, OutputError, UnknownChoice
from kg.exporters import exporter
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import CYTOSCAPE_LIMIT
from kg.ingest.downloads import LocalSources, local
from kg.lexicon.lexicon import Lexicon
from kg.model.build import Build
from kg.rdf import query_rdf, vocabulary_rdf, void
from kg.rdf.description_turtle import to_turtle
from kg.rdf.dump import LAYERS, USUAL_LAYERS, Turtle, create_pair_tables, is_full
from kg.rdf.partitions import count_partitions
from kg.rdf.store_loader import StoreLoader, Tee
from kg.runtime.files import HashingWriter, atomic_write, fsync_tree
from kg.runtime.garbage import rare_collections
from kg.runtime.plugins import install_command
from kg.runtime.progress import Progress, no_progress

TEXT_OUTPUTS = tuple(name for name in OUTPUTS if "." in name and name != "pfocr.nt")
"""Names of the text files that a build on one machine writes."""

DESCRIPTIONS = "dataset.ttl", "vocab.ttl", "queries.ttl"
"""Names of the Turtle files whose triples the store has beside those of the dump."""

Store = UpdatedStore | StoreLoader
"""A store that is being made: from the previous build's, or by a bulk load of the dump."""


@rare_collections()
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
    """Build `inputs` and put the outputs at `destination`; an up-to-date build there is left as it is.

    Raises OutputError, with nothing changed there, where it cannot be written, another build is writing
    it, or `strict` is set and a record was skipped; UnknownChoice for a layer; SourceError as `build_tables`
    does, and where a source of the web cannot be downloaded.
    """
    for layer in layers:
        if layer not in LAYERS:
            raise UnknownChoice("layer", layer, LAYERS)
    with local(inputs, resources.downloads, resources.client, progress) as sources:
        made = sources, layers, parameters, resources, lexicon or Lexicon.bundled()
        return _release(destination.resolve(), *made, with_store=with_store, strict=strict, progress=progress)


def _release(
    destination: Path,
    sources: LocalSources,
    layers: tuple[str, ...],
    parameters: BuildParameters,
    resources: BuildResources,
    lexicon: Lexicon,
    *,
    with_store: bool,
    strict: bool,
    progress: Progress,
) -> BuildResult:
    """Build sources on this machine, as `release` does."""
    read = [*sources.own, *parameters.mappings, *parameters.readings_files, *filter(None, [parameters.licences])]
    program = f"{resources.engine} {layers} {with_store} {lexicon.version}"
    counted = f"{parameters.counted()} {program}"
    # Copies count by their SHA-256, because a new file has no status that can be trusted yet.
    request = f"{parameters} {program} {sources.described() or ''}"
    previous = PreviousBuild(read, destination, request, counted, resources.cache)
    if result := previous.if_unchanged():
        _refuse_errors(result, strict=strict)
        clean_up(destination)
        return result
    with staging_folder(destination) as folder:
        reusable = previous.reusable()
        tables = folder / "tables"
        tables.mkdir()
        if resources.engine == "spark":
            result = _spark_build()(sources.paths, folder, layers, parameters, resources, progress, lexicon)
        else:
            result = build_tables(sources.paths, tables, parameters, resources, progress, lexicon)
        result.manifest["input"] |= {"downloads": sources.described()} if sources.copies else {}
        _refuse_errors(result, strict=strict)
        _Outputs(folder, layers, resources, progress, reusable).write(result, with_store=with_store)
        fsync_tree(folder)
        put_in_place(folder, destination)
        previous.record(result)
    return result


def _refuse_errors(result: BuildResult, *, strict: bool) -> None:
    if strict and (errors := [line for line in result.report if line.severity == "error"]):
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise OutputError(f"{errors[0]}{more}; nothing was written, because --strict is set")


def _spark_build() -> Callable[..., BuildResult]:
    try:
        from kg.building.spark.build import build
    except ModuleNotFoundError as error:
        command = install_command("spark")
        raise KgError(
            f"--engine spark needs {error.name}, which is not installed; install it with: {command}"
        ) from None
    return build


@dataclass(frozen=True, slots=True)
class _Outputs:
    """The files beside the tables of one build."""

    folder: Path
    """Staging folder, which holds the tables already."""
    layers: tuple[str, ...]
    resources: BuildResources
    progress: Progress
    reusable: Path | None
    """Folder of a previous build whose store may be updated."""

    def write(self, result: BuildResult, *, with_store: bool) -> None:
        """Write report, dumps, store and manifest; the manifest gets the list of outputs."""
        manifest = result.manifest
        manifest["parameters"]["layers"] = list(self.layers)
        outputs: dict[str, Any] = manifest.setdefault("outputs", {})
        _write_text(self.folder / "report.tsv", report.to_tsv(result.report))
        self._write_manifest(manifest)
        if outputs:  # Spark has written the triples already. Stores load those, and `kg export` writes views.
            with KnowledgeGraph(Build(self.folder)) as graph:
                create_pair_tables(graph.engine, self.layers, manifest)
                self._describe(manifest, graph)
        else:
            self._write_graph(manifest, self._store() if with_store else None)
        self._write_manifest(manifest)

    def _store(self) -> Store:
        if self.reusable is not None:
            self.progress("updating the store", 0, None)
            if updated := UpdatedStore.create(self.reusable, self.folder, self.resources.database_memory):
                return updated
        return StoreLoader(self.folder / "store", [self.folder / name for name in DESCRIPTIONS])

    def _write_graph(self, manifest: dict[str, Any], store: Store | None) -> None:
        outputs = manifest["outputs"]
        loader = store if isinstance(store, StoreLoader) else None
        memory, threads = self.resources.database_memory, self.resources.jobs
        with loader or nullcontext(), KnowledgeGraph(Build(self.folder), memory_limit=memory, threads=threads) as graph:
            outputs["turtle"] = self._write_turtle(graph, loader)
            outputs["graphml"] = self._write_graphml(graph)
            described = self._describe(manifest, graph)
            if loader:
                self.progress("loading the store", 0, None)
                outputs["store"] = {"triples": loader.finish()}
            elif isinstance(store, UpdatedStore):
                self.progress("updating the store", 0, None)
                outputs["store"] = {"triples": store.finish(described, outputs["turtle"]["triples"])}

    def _write_turtle(self, graph: KnowledgeGraph, loader: StoreLoader | None) -> dict[str, Any]:
        self.progress("writing Turtle", 0, None)
        path = self.folder / "pfocr.ttl"
        with atomic_write(path) as file:
            dump = HashingWriter(file, path)
            triples = Turtle(self.resources.jobs).write(graph, None, Tee(dump, loader) if loader else dump, self.layers)
        return dump.description() | {"triples": triples}

    def _write_graphml(self, graph: KnowledgeGraph) -> dict[str, Any]:
        self.progress("writing GraphML", 0, None)
        path = self.folder / "cooccurrence.graphml"
        # The view is closed here, because an exception from a signal is lost in the finalizer of a view.
        with graph.view("co-occurrence", limit=CYTOSCAPE_LIMIT) as view, atomic_write(path) as file:
            network = HashingWriter(file, path)
            exporter("graphml").write(graph, view, network)
        return network.description() | {"nodes": view.n_nodes, "edges": view.n_edges, "left_out": view.left_out}

    def _describe(self, manifest: dict[str, Any], graph: KnowledgeGraph) -> list[Path]:
        """Write the vocabulary, the queries and the description of the data set; return their paths."""
        base = manifest["parameters"]["base"]
        partitions = count_partitions(graph.engine, self.layers, full=is_full(manifest), base=base)
        description, vocab, queries = (self.folder / name for name in DESCRIPTIONS)
        _write_text(vocab, to_turtle(vocabulary_rdf.to_rdf(base)))
        _write_text(description, to_turtle(void.describe(manifest, partitions)))
        _write_text(queries, to_turtle(query_rdf.to_rdf(base)))
        return [description, vocab, queries]

    def _write_manifest(self, manifest: dict[str, Any]) -> None:
        _write_text(self.folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")
