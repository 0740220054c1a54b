"""Description of the dataset: its content and license, the build that made it, its size and its files.

VoID has the statistics, DCAT the files, PROV the build, PAV the version. Every node has an IRI and every date is the
manifest's, so that equal builds have equal descriptions.
"""

from typing import Any

from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, VOID, XSD, Graph, Literal, Namespace, URIRef

from kg.model.identifiers import NAMESPACES, PREFIXES, namespaces
from kg.rdf.partitions import Partitions
from kg.rdf.releases import (
    DATASET_TYPE,
    DESCRIPTION,
    ENGLISH,
    LICENSE,
    SOURCE,
    add_properties,
    describe_people,
    describe_release,
    release_iri,
    series_iri,
)
from kg.rdf.void_partitions import VOID_EXT, describe_partitions

__all__ = ["DESCRIPTION", "LICENSE", "SOURCE", "describe"]

MEDIA_TYPES = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "graphml": "application/graphml+xml",
    "neo4j": "text/csv",
}
"""Media types by the name of the output in the manifest; a cluster writes N-Triples and CSV as folders of files."""

PAV = Namespace(NAMESPACES["pav"])
SPDX = Namespace(NAMESPACES["spdx"])
SH = Namespace(NAMESPACES["sh"])
BIOLINK = Namespace(NAMESPACES["biolink"])

VOCABULARIES = ("biolink", "cito", "dcterms", "fabio", "oa", "schema", "skos")
DESCRIPTIONS = {
    "turtle": "All triples of the release, in Turtle.",
    "ntriples": "All triples of the release, in N-Triples.",
    "graphml": "The strongest pairs, as a network for Cytoscape.",
    "neo4j": "All nodes and relationships, as tables for Neo4j.",
}


def describe(manifest: dict[str, Any], partitions: Partitions | None = None) -> Graph:
    """Return the description of a build with this manifest, as an rdflib graph.

    `partitions` has the numbers of its dump by class and property; without them only the manifest's are described.
    """
    base = manifest["parameters"]["base"]
    return _Description(base, manifest, partitions).graph


class _Description:
    """The graph while it is filled; `part_iri` has the IRI of a part of the dataset."""

    def __init__(self, base: str, manifest: dict[str, Any], partitions: Partitions | None) -> None:
        self.base = base
        self.names = namespaces(base)
        self.manifest = manifest
        self.kg = Namespace(self.names["kg"])
        self.series, self.dataset = series_iri(base), release_iri(manifest)
        self.graph = Graph(bind_namespaces="none")
        for prefix in (*NAMESPACES, "kg"):
            self.graph.bind(prefix, self.names[prefix])
        self.graph.bind("foaf", str(FOAF))
        self.graph.bind("void-ext", str(VOID_EXT))
        self._dataset()
        self._build()
        self._distributions(partitions)
        self._tests()
        self._prefixes()

    def part_iri(self, part: str) -> URIRef:
        return URIRef(f"{self.dataset}#{part}")

    def add(self, subject: URIRef, *properties: tuple[URIRef, Any]) -> None:
        add_properties(self.graph, subject, *properties)

    def _dataset(self) -> None:
        describe_release(self.graph, self.manifest)
        created = self.manifest["created"]
        self.add(
            self.dataset,
            (PAV.createdOn, Literal(created, datatype=XSD.dateTime) if created else None),
            (PROV.wasGeneratedBy, self.part_iri("build")),
        )

    def _build(self) -> None:
        thresholds, source = self.manifest["thresholds"], self.manifest["input"]
        self.add(
            self.part_iri("build"),
            (RDF.type, PROV.Activity),
            (PROV.used, SOURCE),
            (PROV.wasAssociatedWith, self.part_iri("program")),
            (self.kg.minFigures, thresholds["min_figures"]),
            (self.kg.maxEntities, self.manifest["parameters"]["max_entities"]),
            (self.kg.inputDigest, source["sha256"]),
            (self.kg.inputFiles, source["files"]),
            (self.kg.lexiconVersion, self.manifest["lexicon"]["version"]),
            *((self.kg.mappingDigest, mapping["sha256"]) for mapping in self.manifest["mappings"]),
        )
        self.add(
            self.part_iri("program"),
            (RDF.type, PROV.SoftwareAgent),
            (DCTERMS.title, "kg"),
            (PAV.version, self.manifest["version"]),
        )

    def _distributions(self, partitions: Partitions | None) -> None:
        for name, output in self.manifest.get("outputs", {}).items():
            file = output.get("file") or output.get("folder")
            if file is None or name not in DESCRIPTIONS:  # the endpoint describes the store, which has more triples
                continue
            part = self.part_iri(name)
            self.add(self.dataset, (DCAT.distribution, part))
            self._file(part, name, file, output)
            if "triples" in output:
                self._rdf_file(part, file, output["triples"])
                if partitions is not None:
                    describe_partitions(self.graph, part, partitions, self.names, self.base)

    def _file(self, part: URIRef, name: str, file: str, output: dict[str, Any]) -> None:
        media_type = MEDIA_TYPES[name]
        describe_people(self.graph, part, self.manifest)
        self.add(
            part,
            (RDF.type, DCAT.Distribution),
            (RDF.type, DATASET_TYPE),
            (DCTERMS.title, Literal(file, lang="en")),
            (DCTERMS.description, Literal(DESCRIPTIONS[name], lang="en")),
            (DCTERMS.license, LICENSE),
            (DCTERMS.format, media_type),
            (DCTERMS.language, ENGLISH),
            (DCAT.mediaType, media_type),
            (DCAT.downloadURL, URIRef(f"{self.dataset}/{file}")),
            (DCAT.byteSize, output.get("bytes")),
        )
        if "sha256" in output:
            checksum = self.part_iri(f"{name}-checksum")
            self.add(part, (SPDX.checksum, checksum))
            self.add(checksum, (RDF.type, SPDX.Checksum), (SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
            self.add(checksum, (SPDX.checksumValue, Literal(output["sha256"], datatype=XSD.hexBinary)))

    def _rdf_file(self, part: URIRef, file: str, triples: int) -> None:
        """Add the properties of a file of RDF: its size, its IRIs and the vocabularies it uses."""
        self.add(
            part,
            (RDF.type, VOID.Dataset),
            (VOID.triples, triples),
            (VOID.dataDump, URIRef(f"{self.dataset}/{file}")),
            (VOID.uriSpace, self.base),
            (VOID.uriSpace, PREFIXES["pfocr"].start),
            (VOID.vocabulary, URIRef(self.names["kg"].removesuffix("#"))),
            *((VOID.vocabulary, URIRef(self.names[name])) for name in VOCABULARIES),
        )

    def _tests(self) -> None:
        tested = {f"words {name}": tests for name, tests in self.manifest["word_pairs"]["tests"].items()}
        for name, tests in (self.manifest["pairs"]["tests"] | tested).items():
            family = self.part_iri("tests-" + name.replace(" ", "-").replace(":", "-"))
            self.add(family, (RDF.type, self.kg.TestFamily), (DCTERMS.title, name), (self.kg.tests, tests))
            self.add(family, (DCTERMS.isPartOf, self.dataset))

    def _prefixes(self) -> None:
        for prefix, namespace in self.names.items():
            part = URIRef(f"{self.series}#prefix-{prefix}")
            self.add(self.series, (SH.declare, part))
            self.add(part, (SH.prefix, prefix), (SH.namespace, Literal(namespace, datatype=XSD.anyURI)))
