"""Checks of RDF: a dump or store is read, counted and validated by the shapes of `shapes.ttl`, or a sample of it."""

import gzip
import heapq
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from pathlib import Path
from typing import IO, cast

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse, serialize
from rdflib import Graph

from kg.building.options import BuildParameters
from kg.errors import KgError, RecordError, SourceError
from kg.model.build import Build
from kg.model.identifiers import CLASSES, DEFAULT_BASE, NAMESPACES
from kg.rdf.store import open_read_only, query
from kg.runtime.plugins import install_command
from kg.runtime.temporary import scratch_folder
from kg.validation import shapes
from kg.validation.adjacency import DRAWN_WITH, PUBLISHED, Chosen, check_adjacency
from kg.validation.class_counts import ASSOCIATIONS, check_classes
from kg.validation.entities import refuse_entities
from kg.validation.findings import REWRITE, Check, Example, Report

ALL_TRIPLES = 200_000
"""Most triples of which all nodes are validated; of more, a sample."""

CHUNK = 2_000
"""Nodes that are validated at once, which bounds the memory."""

SYNTAX = Check("rdf.syntax", "the file is RDF that can be read to its end", remedy=REWRITE)
TRIPLES = Check("rdf.triples", "the dump holds as many triples as the manifest says", remedy=REWRITE)
PAIRS = Check(
    "rdf.pairs",
    "a pair has no more figures than mention both of its ends; where no word is in doubt, the naive count is theirs",
    remedy=REWRITE,
)

DESCRIPTIONS = ("dataset.ttl", "vocab.ttl", "queries.ttl")
"""Files that every store holds beside the dump."""

ENDINGS = ("ttl", "nt", "nq", "trig", "rdf", "jsonld")
"""Endings of RDF files. Oxigraph also has .txt, which may be anything."""

_TYPE = NamedNode(f"{NAMESPACES['rdf']}type")
_MENTIONS = NamedNode(f"{NAMESPACES['schema']}mentions")
_BASE = """SELECT ?term WHERE { ?paper a fabio:JournalArticle ; ?term ?count .
    FILTER (STRENDS(STR(?term), "vocab#figureCount")) } LIMIT 1"""
_OVERSIZED = "SELECT ?figure WHERE { ?figure schema:mentions ?entity } GROUP BY ?figure HAVING (COUNT(?entity) > %d)"
_JOIN = """SELECT (COUNT(DISTINCT ?figure) AS ?count) WHERE {
    ?figure schema:mentions %s , %s MINUS { VALUES ?figure { %s } } }"""
_BROKEN = (RecordError, SyntaxError, ValueError, OSError, EOFError, zlib.error)


def check_build(build: Build, report: Report, sample: int) -> None:
    """Check the dump of a build and its store; without a store the dump is loaded into a temporary one."""
    outputs = build.manifest.get("outputs", {})
    output = outputs.get("turtle") or outputs.get("ntriples")
    if output is None:
        report.skip("rdf", "this build wrote no RDF")
        return
    dump = build.folder / str(output.get("file", output.get("folder")))
    stated = output.get("triples")
    try:
        with _opened(build, dump) as (store, triples):
            wrong = (
                [] if triples == stated else [Example({"file": dump.name}, {"triples": triples, "manifest": stated})]
            )
            report.add(TRIPLES, len(wrong), wrong)
            check_classes(build, store, report)
            most = int(build.manifest["parameters"]["max_entities"])
            _check_store(store, report, sample, build.base, most, (build.publish_papers, build.publish_q))
    except SourceError as error:  # the check outputs.files reports it
        report.skip("rdf", str(error))
    except _BROKEN as error:
        _add_broken(report, dump, error)


def check_file(path: Path, report: Report, sample: int) -> None:
    """Check a file of RDF, or a folder of them; raise SourceError for a missing file or an unknown format."""
    files = _files(path)
    try:
        with scratch_folder() as folder:
            store = _load(files, folder)
            rows = cast("QuerySolutions", query(store, _BASE))
            terms = [cast("NamedNode", row["term"]).value for row in rows]
            base = terms[0].removesuffix("vocab#figureCount") if terms else DEFAULT_BASE
            _check_store(store, report, sample, base, BuildParameters().max_entities, None)
            del store
    except _BROKEN as error:
        _add_broken(report, path, error)


def _add_broken(report: Report, path: Path, error: BaseException) -> None:
    line = error.line if isinstance(error, RecordError) else getattr(error, "lineno", None)
    reason = error.reason if isinstance(error, RecordError) else str(error)
    if "LoadDocumentCallback" in reason:
        reason = "its @context is an address, and kg fetches none; put the context itself there, or give Turtle"
    place = {"file": path.name} | ({"line": line} if line else {})
    report.add(SYNTAX, 1, [Example(place, {"error": " ".join(reason.split())[:300]})])


# -- reading


def _files(path: Path) -> list[tuple[Path, RdfFormat]]:
    """Return the files of a dump with their formats: the file itself, or those of a folder, sorted by name."""
    if not path.exists():
        raise SourceError(f"{path}: no such file; give a file of RDF, or a folder of them")
    files = []
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        ending = file.name.removesuffix(".gz").rpartition(".")[2]
        format_ = RdfFormat.from_extension(ending) if ending in ENDINGS else None
        if format_ is not None:
            files.append((file, format_))
        elif not path.is_dir():
            raise SourceError(f"{path}: not known by its ending; known: {', '.join(ENDINGS)}, with or without .gz")
    if not files:
        raise SourceError(f"{path}: no RDF in it; known by their endings: {', '.join(ENDINGS)}, with or without .gz")
    return files


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield cast("IO[bytes]", file)


def _refuse_entities(path: Path, format_: RdfFormat) -> None:
    if format_ == RdfFormat.RDF_XML:
        with _unpacked(path) as file:
            refuse_entities(file)


def _load(files: list[tuple[Path, RdfFormat]], folder: Path) -> Store:
    """Load files into the default graph of a new store; the graph names of quads are dropped."""
    store = Store(str(folder))
    for path, format_ in files:
        _refuse_entities(path, format_)
        with _unpacked(path) as file:
            if format_.supports_datasets:
                store.bulk_extend(
                    Quad(quad.subject, quad.predicate, quad.object) for quad in parse(input=file, format=format_)
                )
            else:
                store.bulk_load(input=file, format=format_)
    return store


@contextmanager
def _opened(build: Build, dump: Path) -> Iterator[tuple[Store, int]]:
    """Open the store of a build; yield it with the number of triples of its dump."""
    files = _files(dump)
    if "store" in build.manifest["outputs"]:
        try:
            store = open_read_only(build)
        except KgError:  # the check outputs.store reports it
            store = None
        if store is not None:
            yield store, sum(_count(path, format_) for path, format_ in files)
            return
    with scratch_folder() as folder:
        store = _load(files, folder)
        triples = len(store)
        for name in DESCRIPTIONS:
            if (build.folder / name).is_file():
                store.bulk_load(path=str(build.folder / name), format=RdfFormat.TURTLE)
        yield store, triples
        del store


def _count(path: Path, format_: RdfFormat) -> int:
    with _unpacked(path) as file:
        return sum(1 for _ in parse(input=file, format=format_))


# -- checking


def _check_adjacency(
    store: Store, report: Report, chosen: dict[str, list[str]], base: str, rule: tuple[int, float] | None
) -> None:
    pairs = [pair for class_ in ASSOCIATIONS for pair in chosen.get(f"{NAMESPACES['biolink']}{class_}", ())]
    namespaces = NAMESPACES | {"kg": f"{base}vocab#"}
    classes = (namespaces[prefix] + name for prefix, _, name in (class_.partition(":") for class_ in CLASSES.values()))
    entities = [entity for class_ in classes for entity in chosen.get(class_, ())]
    for check, examples in check_adjacency(store, Chosen(pairs, entities), base, rule):
        report.add(check, len(examples), examples)


def _check_store(
    store: Store, report: Report, sample: int, base: str, max_entities: int, rule: tuple[int, float] | None
) -> None:
    """Check nodes by the shapes, then the counts of pairs and what joins their ends."""
    shape = shapes.load(base)
    limit = None if len(store) <= ALL_TRIPLES else sample
    chosen = {class_: _subjects(store, class_, limit) for class_ in shapes.classes(shape)}
    share = "all" if limit is None else f"a sample of up to {sample:,} of each class"
    report.scope.append(("RDF", f"{len(store):,} triples; {sum(map(len, chosen.values())):,} nodes checked, {share}"))
    if not shapes.installed():
        report.skip("rdf.shapes", f"pySHACL is not installed; install it with: {install_command('validate')}")
    elif not _check_shapes(store, report, chosen, shape, base):
        for check in (PAIRS, DRAWN_WITH, PUBLISHED):
            report.skip(check.name, "errors that the shapes found come first")
        return
    _check_pairs(store, report, chosen, base, max_entities)
    _check_adjacency(store, report, chosen, base, rule)


def _check_shapes(store: Store, report: Report, chosen: dict[str, list[str]], shape: Graph, base: str) -> bool:
    """Validate nodes by the shapes; return whether there was no error."""
    faults: dict[Check, list[Example]] = {}
    focus = sorted({subject for subjects in chosen.values() for subject in subjects})
    for start in range(0, len(focus), CHUNK):
        chunk = focus[start : start + CHUNK]
        for fault in shapes.validate(_neighbourhood(store, chunk), chunk, shape, base):
            faults.setdefault(fault.check, []).append(fault.example)
    for check, examples in sorted(faults.items()):
        report.add(check, len(examples), examples)
    if not faults:
        report.passed.append("rdf.shapes")
    return all(check.severity != "error" for check in faults)


def _subjects(store: Store, class_: str, limit: int | None) -> list[str]:
    """Return the IRIs of a class, or a sample of `limit`: the same at every run, whatever the order of the store."""
    quads = store.quads_for_pattern(None, _TYPE, NamedNode(class_))
    iris = (quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))
    if limit is None:
        return sorted(iris)
    return heapq.nsmallest(limit, iris, key=lambda iri: md5(iri.encode(), usedforsecurity=False).digest())


def _neighbourhood(store: Store, subjects: list[str]) -> bytes:
    """Return the triples of some subjects and the classes of the nodes that they refer to, as N-Triples."""
    triples = [quad.triple for iri in subjects for quad in store.quads_for_pattern(NamedNode(iri), None, None)]
    near = {triple.object for triple in triples if isinstance(triple.object, NamedNode) and triple.predicate != _TYPE}
    far = near.difference(map(NamedNode, subjects))
    triples += [quad.triple for node in far for quad in store.quads_for_pattern(node, _TYPE, None)]
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _check_pairs(store: Store, report: Report, chosen: dict[str, list[str]], base: str, max_entities: int) -> None:
    if next(iter(store.quads_for_pattern(None, _MENTIONS, None)), None) is None:
        report.skip(PAIRS.name, "there is no layer mentions to join")
        return
    exact = _without_doubt(store, base)
    # Figures are too large by what their records list, which mentions are only where no word is in doubt.
    rows = cast("QuerySolutions", query(store, _OVERSIZED % max_entities)) if exact else ()
    oversized = " ".join(str(row["figure"]) for row in rows)
    count = f"{NAMESPACES['biolink']}concept_pair_count" if exact else f"{base}vocab#figureCount"
    name = re.split("[/#]", count)[-1]
    examples = []
    for class_ in ASSOCIATIONS:
        for pair in chosen.get(f"{NAMESPACES['biolink']}{class_}", []):
            counts = _joined(store, pair, count, oversized, base)
            if counts is not None and (counts[0] != counts[1] if exact else counts[0] > counts[1]):
                examples.append(Example({"node": pair}, {name: counts[0], "joined": counts[1]}))
    report.add(PAIRS, len(examples), examples)


def _without_doubt(store: Store, base: str) -> bool:
    """Return whether there are drawn words and none is in doubt, so that figures mention what their records list."""
    patterns = ((_TYPE, NamedNode(f"{NAMESPACES['oa']}Annotation")), (NamedNode(f"{base}vocab#candidate"), None))
    words, candidates = (next(iter(store.quads_for_pattern(None, *pattern)), None) for pattern in patterns)
    return words is not None and candidates is None


def _joined(store: Store, pair: str, count: str, oversized: str, base: str) -> tuple[int, int] | None:
    """Return the stated and the joined number of figures of a pair; None if it lacks one, which the shapes report.

    `count` is the IRI of the predicate that states it.
    """
    values = {quad.predicate.value: quad.object for quad in store.quads_for_pattern(NamedNode(pair), None, None)}
    ends = [values.get(f"{NAMESPACES['biolink']}{end}") for end in ("subject", "object")]
    stated = values.get(count)
    if (
        not isinstance(stated, Literal)
        or not stated.value.isdecimal()
        or not all(isinstance(end, NamedNode) for end in ends)
    ):
        return None
    rows = cast("QuerySolutions", query(store, _JOIN % (*map(str, ends), oversized), base))
    return int(stated.value), int(cast("Literal", next(iter(rows))["count"]).value)
