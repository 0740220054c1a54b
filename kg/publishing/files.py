"""The files of a release, with their descriptions, types, sizes and digests."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kg.model.definitions import definitions

MEDIA_TYPES = {
    ".ttl.gz": "text/turtle",
    ".nt.gz": "application/n-triples",
    ".tsv.gz": "text/tab-separated-values",
    ".ttl": "text/turtle",
    ".tsv": "text/tab-separated-values",
    ".gmt": "text/plain",
    ".parquet": "application/vnd.apache.parquet",
    ".duckdb": "application/vnd.duckdb",
    ".cx2": "application/json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".cff": "application/yaml",
}
"""Media types by ending, longer endings first; of a compressed file, that of its content. Other files are text."""

_NAMES = {
    "dataset.ttl": "Description of the release in VoID and DCAT",
    "vocab.ttl": "The vocabulary of the RDF",
    "queries.ttl": "The example queries in RDF",
    "manifest.json": "Counts, parameters and digests of the build",
    "report.tsv": "What the build skipped or changed, with file and line",
    "pfocr.duckdb": "All tables and the example queries as a database of DuckDB",
    "README.md": "Dataset card",
    "CITATION.cff": "How to cite the release",
    "CHANGES.md": "What differs from the release before",
    "Qleverfile": "Settings for QLever",
    "croissant.json": "Croissant metadata",
    "qc/node_report.parquet": "Number of nodes by prefix, category and organism",
    "qc/edge_report.parquet": "Number of edges by categories, prefixes, organisms and predicate",
    "kgx/nodes.tsv.gz": "Nodes in KGX",
    "kgx/edges.tsv.gz": "Edges in KGX",
    "gmt/metadata.tsv": "Figures of the gene sets",
}
_LAYERS = {
    "records": "figures, papers and entities",
    "mentions": "the entities that figures mention",
    "words": "words, where they are drawn, and what they may mean",
    "cooccurrences": "pairs of entities",
    "terms": "pairs of words",
}
_SYNTAXES = {"turtle": "Turtle", "ntriples": "N-Triples"}

_CHUNK = 1 << 20


class ReleaseFile(NamedTuple):
    """A finished file of a release."""

    path: str
    """Path below the folder of the release, with slashes."""
    size: int
    """Bytes."""
    sha256: str

    @property
    def media_type(self) -> str:
        """Media type of the content."""
        return next((kind for ending, kind in MEDIA_TYPES.items() if self.path.endswith(ending)), "text/plain")

    @property
    def compressed(self) -> bool:
        """Whether the file is compressed with gzip."""
        return self.path.endswith(".gz")

    @property
    def is_data(self) -> bool:
        """Whether the file has data of the graph."""
        return ("/" in self.path and not self.path.startswith("w3id/")) or self.path.endswith((".duckdb", ".ttl"))

    @property
    def description(self) -> str:
        """One line on the content."""
        if self.path in _NAMES:
            return _NAMES[self.path]
        folder, _, name = self.path.rpartition("/")
        stem = name.partition(".")[0]
        if folder == "tables":
            return f"Table {stem}. {definitions()[stem].rows.split('. ')[0].rstrip('.')}".strip(" .")
        if folder.startswith("rdf/"):
            return f"Triples of {_LAYERS[stem]}, in {_SYNTAXES[folder.removeprefix('rdf/')]}"
        if folder == "networks":
            return f"The strongest pairs of the view {stem}, for Cytoscape and NDEx"
        if folder == "gmt":
            return f"Gene sets: {stem.removeprefix('pfocr-')}"
        return "Redirects for w3id.org"


def release_files(folder: Path) -> Iterator[ReleaseFile]:
    """Yield the files below a folder in the order of their paths."""
    yield from sorted(read_file(folder, path) for path in folder.rglob("*") if path.is_file())


def read_file(folder: Path, path: Path) -> ReleaseFile:
    """Return the size and the digest of a file below a folder; the whole file is read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return ReleaseFile(path.relative_to(folder).as_posix(), path.stat().st_size, digest.hexdigest())
