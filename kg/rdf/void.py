"""Description of the dataset: its content and license, the build that made it, its size and its files.

VoID has the statistics, DCAT the files, PROV the build, PAV the version. Every node has an IRI and every date is the
manifest's, so that equal builds have equal descriptions.
"""

from typing import Any

from rdflib import DCAT, DCTERMS, PROV, RDF, VOID, XSD, Graph, Literal, Namespace, URIRef

from kg.model.identifiers import CLASSES, NAMESPACES, namespaces
from kg.rdf.releases import DATASET_TYPE, DESCRIPTION, LICENSE, SOURCE, describe_release, release_iri, series_iri

__all__ = ["DESCRIPTION", "LICENSE", "SOURCE", "describe"]

MEDIA_TYPES = {".ttl": "text/turtle", ".nt": "application/n-triples", ".graphml": "application/graphml+xml"}

PAV = Namespace(NAMESPACES["pav"])
SPDX = Namespace(NAMESPACES["spdx"])
SH = Namespace(NAMESPACES["sh"])
BIOLINK = Namespace(NAMESPACES["biolink"])

VOCABULARIES = ("biolink", "cito", "dcterms", "fabio", "oa", "schema", "skos")
DESCRIPTIONS = {
    "turtle": "All triples of the release, in Turtle.",
    "ntriples": "All triples of the release, in N-Triples.",
    "graphml": "The strongest pairs, as a network for Cytoscape.",
}

PARTITIONS = {"figures": "fabio:Figure", "papers": "fabio:JournalArticle", "words": "kg:Word"} | CLASSES
"""Classes of the things that the manifest counts, keyed by the name of the count."""


def describe(manifest: dict[str, Any]) -> Graph:
    """Return the description of a build with this manifest, as an rdflib graph."""
    base = manifest["parameters"]["base"]
    return _Description(base, manifest).graph


class _Description:
    """The graph while it is filled; `part_iri` has the IRI of a part of the dataset."""

    def __init__(self, base: str, manifest: dict[str, Any]) -> None:
        self.names = namespaces(base)
        self.manifest = manifest
        self.kg = Namespace(self.names["kg"])
        self.series, self.dataset = series_iri(base), release_iri(manifest)
        self.graph = Graph(bind_namespaces="none")
        for prefix in (
            "biolink",
            "dcat",
            "dcterms",
            "fabio",
            "kg",
            "pav",
            "prov",
            "rdf",
            "sh",
            "spdx",
            "skos",
            "void",
            "xsd",
        ):
            self.graph.bind(prefix, self.names[prefix])
        self._dataset()
        self._build()
        self._partitions()
        self._distributions()
        self._tests()
        self._prefixes()

    def part_iri(self, part: str) -> URIRef:
        return URIRef(f"{self.dataset}#{part}")

    def add(self, subject: URIRef, *properties: tuple[URIRef, Any]) -> None:
        for predicate, value in properties:
            if value is not None:
                self.graph.add((subject, predicate, value if isinstance(value, (URIRef, Literal)) else Literal(value)))

    def _named(self, name: str) -> URIRef:
        prefix, _, local = name.partition(":")
        return URIRef(self.names[prefix] + local)

    def _dataset(self) -> None:
        describe_release(self.graph, self.manifest)
        created = self.manifest["created"]
        self.add(
            self.dataset,
            (PAV.createdOn, Literal(created, datatype=XSD.dateTime) if created else None),
            (PROV.wasGeneratedBy, self.part_iri("build")),
        )
        for name, output in self.manifest.get("outputs", {}).items():
            if "triples" in output and name != "store":  # the endpoint describes the store, which has more triples
                part = self.part_iri(name)
                self.add(self.dataset, (VOID.subset, part))
                self.add(part, (RDF.type, VOID.Dataset), (VOID.triples, output["triples"]))
                self.add(part, (VOID.uriSpace, self.names["kg"].removesuffix("vocab#")))
                self.add(part, (VOID.vocabulary, URIRef(self.names["kg"].removesuffix("#"))))
                self.add(part, *((VOID.vocabulary, URIRef(self.names[name])) for name in VOCABULARIES))

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

    def _partitions(self) -> None:
        counts = self.manifest["counts"] | self.manifest["counts"]["entities_by_category"]
        if "words" not in self.manifest["parameters"].get("layers", ()):
            counts["words"] = 0
        for name, class_ in PARTITIONS.items():
            if counts.get(name):
                part = self.part_iri(f"class-{name}")
                self.add(self.dataset, (VOID.classPartition, part))
                self.add(part, (VOID["class"], self._named(class_)), (VOID.entities, counts[name]))

    def _distributions(self) -> None:
        for name, output in self.manifest.get("outputs", {}).items():
            file = output.get("file")
            if file is None:
                continue
            part, checksum = self.part_iri(name), self.part_iri(f"{name}-checksum")
            media_type = next((kind for suffix, kind in MEDIA_TYPES.items() if suffix in file), None)
            self.add(self.dataset, (DCAT.distribution, part))
            self.add(part, (RDF.type, DCAT.Distribution), (DCTERMS.title, file), (DCAT.mediaType, media_type))
            self.add(
                part,
                (RDF.type, DATASET_TYPE),
                (DCTERMS.license, LICENSE),
                (DCTERMS.description, DESCRIPTIONS.get(name)),
            )
            self.add(part, (DCAT.byteSize, output["bytes"]), (SPDX.checksum, checksum))
            self.add(checksum, (RDF.type, SPDX.Checksum), (SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
            self.add(checksum, (SPDX.checksumValue, Literal(output["sha256"], datatype=XSD.hexBinary)))

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
