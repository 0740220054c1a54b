"""`dataset.ttl` of a release: that of the build, with the files of the release in the place of the build's files."""

from collections.abc import Iterable, Sequence
from typing import Any

from rdflib import DCAT, DCTERMS, RDF, VOID, XSD, Graph, Literal, Namespace, URIRef

from kg.model.build import Build
from kg.model.identifiers import NAMESPACES
from kg.publishing.files import ReleaseFile
from kg.rdf.releases import DATASET_TYPE, ENGLISH, LICENSE, add_properties, describe_people, release_iri

SPDX = Namespace(NAMESPACES["spdx"])
_SINGLE = (DCAT.byteSize, DCAT.downloadURL, VOID.dataDump, DCTERMS.title, SPDX.checksum)
"""Properties of the dump of a build that are those of one file."""


def description(build: Build, files: Sequence[ReleaseFile], day: str | None) -> str:
    """Return the Turtle; `files` are those with data."""
    graph = Graph(bind_namespaces="none").parse(build.folder / "dataset.ttl", format="turtle")
    release = release_iri(build.manifest)
    dumps = [file for file in files if file.path.startswith("rdf/")]
    for part in list(graph.objects(release, DCAT.distribution)):
        _forget_file(graph, part)
        if (part, RDF.type, VOID.Dataset) in graph:
            _describe_dump(graph, release, URIRef(str(part)), dumps)
        else:
            graph.remove((release, DCAT.distribution, part))
            graph.remove((part, None, None))
    for file in files:
        _describe_file(graph, release, file, build.manifest)
    if day and (release, DCTERMS.issued, None) not in graph:
        graph.add((release, DCTERMS.issued, Literal(day, datatype=XSD.date)))
    return str(graph.serialize(format="turtle"))


def _forget_file(graph: Graph, part: Any) -> None:
    for checksum in list(graph.objects(part, SPDX.checksum)):
        graph.remove((checksum, None, None))
    for predicate in _SINGLE:
        graph.remove((part, predicate, None))


def _describe_dump(graph: Graph, release: URIRef, part: URIRef, dumps: Iterable[ReleaseFile]) -> None:
    """Add the addresses of the dump, whose triples the build has counted: one file for each layer."""
    turtle = [URIRef(f"{release}/{file.path}") for file in dumps if file.path.startswith("rdf/turtle/")]
    add_properties(
        graph,
        part,
        (DCTERMS.title, Literal("rdf/turtle", lang="en")),
        *((VOID.dataDump, address) for address in turtle),
        *((DCAT.downloadURL, address) for address in turtle),
    )


def _describe_file(graph: Graph, release: URIRef, file: ReleaseFile, manifest: dict[str, Any]) -> None:
    part = URIRef(f"{release}#{file.path}")
    checksum = URIRef(f"{part}-checksum")
    graph.add((release, DCAT.distribution, part))
    describe_people(graph, part, manifest)
    add_properties(
        graph,
        part,
        (RDF.type, DCAT.Distribution),
        (RDF.type, DATASET_TYPE),
        (DCTERMS.title, Literal(file.path, lang="en")),
        (DCTERMS.description, Literal(f"{file.description}.", lang="en")),
        (DCTERMS.license, LICENSE),
        (DCTERMS.format, Literal(file.media_type)),
        (DCTERMS.language, ENGLISH),
        (DCAT.mediaType, Literal(file.media_type)),
        (DCAT.compressFormat, Literal("application/gzip") if file.compressed else None),
        (DCAT.downloadURL, URIRef(f"{release}/{file.path}")),
        (DCAT.byteSize, file.size),
        (SPDX.checksum, checksum),
    )
    add_properties(
        graph,
        checksum,
        (RDF.type, SPDX.Checksum),
        (SPDX.algorithm, SPDX.checksumAlgorithm_sha256),
        (SPDX.checksumValue, Literal(file.sha256, datatype=XSD.hexBinary)),
    )
