"""`README.md` of a release: the dataset card of Hugging Face, which people read as well."""

import json
from collections.abc import Iterable, Iterator

from kg.model.tables import TABLES
from kg.publishing.facts import Facts
from kg.publishing.files import ReleaseFile

DEFAULT = "cooccurrences"
"""The table that a viewer shows first."""

_SIZES = (
    (10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"), (10**9, "100M<n<1B"),
)  # fmt: skip
"""Most rows of a table, and the name of such a size on Hugging Face."""

_READERS = (
    ("tables/", "Parquet: figures, papers, entities, mentions, words, pairs", "DuckDB, pandas, polars, R, `datasets`"),
    ("pfocr.duckdb", "the same tables, and the example queries as views", "DuckDB"),
    ("rdf/turtle/", "the graph in Turtle, a file for each layer", "any RDF store or library"),
    ("rdf/ntriples/", "the same triples in N-Triples", "bulk loaders"),
    ("dataset.ttl, vocab.ttl, queries.ttl", "description, vocabulary, example queries", "with the RDF"),
    ("kgx/", "KGX, nodes and edges in Biolink's terms", "kgx, Koza, DuckDB"),
    ("gmt/", "gene sets, one a figure", "clusterProfiler, gseapy, GSEA"),
    ("networks/", "CX2 of the strongest pairs", "Cytoscape, NDEx"),
    ("qc/", "number of nodes and edges by kind", "sites of knowledge graphs"),
    ("croissant.json", "Croissant: files, columns and their meaning", "mlcroissant, dataset search"),
    ("ro-crate-metadata.json", "RO-Crate: files and where they come from", "RO-Crate's tools, WorkflowHub"),
    ("CITATION.cff", "how to cite", "GitHub, Zotero"),
    ("Qleverfile", "settings", "qlever"),
    ("w3id/", "redirects of the IRIs", "w3id.org"),
    ("manifest.json, report.tsv", "parameters, counts, skipped records", "people"),
    ("CHANGES.md", "what differs from the release before", "people"),
    ("SHA256SUMS", "digests of all files", "`sha256sum -c SHA256SUMS`"),
)
"""Files, their content, and who reads them."""


def dataset_card(facts: Facts, files: Iterable[ReleaseFile]) -> str:
    """Return the card; its table has the files that are there."""
    paths = [file.path for file in files]
    return "\n".join([*_front_matter(facts), *_body(facts, paths)])


def _front_matter(facts: Facts) -> Iterator[str]:
    rows = int(facts.build.manifest["counts"][DEFAULT])
    size = next((name for most, name in _SIZES if rows < most), "n>1B")
    yield "---"
    yield f"license: {facts.licence_code.lower()}"
    yield f"pretty_name: {json.dumps(facts.title)}"
    yield "language:\n  - en"
    yield "tags:"
    yield from (
        f"  - {tag}" for tag in ("biology", "knowledge-graph", *(word.replace(" ", "-") for word in _tags(facts)))
    )
    yield f"size_categories:\n  - {size}"
    yield "configs:"
    for name in sorted(TABLES, key=lambda name: name != DEFAULT):
        yield f"  - config_name: {name}"
        yield f"    data_files: tables/{name}.parquet"
        if name == DEFAULT:
            yield "    default: true"
    yield "---"


def _tags(facts: Facts) -> list[str]:
    return [word for word in facts.keywords if word != "knowledge graph"]


def _body(facts: Facts, paths: list[str]) -> Iterator[str]:
    counts, pairs, article = facts.build.manifest["counts"], facts.build.manifest["pairs"], facts.article
    yield f"\n# {facts.title}, release {facts.release}\n"
    yield f"{facts.description}\n"
    yield ", ".join(f"{counts[name]:,} {name}" for name in ("figures", "papers", "entities", "mentions"))
    yield f"and {pairs['distinct']:,} pairs by different words ({pairs['distinct_all']:,} by any).\n"
    yield (
        "Two entities that are drawn together need not interact: a pair says how often figures draw both, by different"
        " words, and how surprising that is.\n"
    )
    yield "| files | what they hold | who reads them |\n|---|---|---|"
    for names, content, readers in _READERS:
        if any(_is_there(name, paths) for name in names.split(", ")):
            yield f"| {', '.join(f'`{name}`' for name in names.split(', '))} | {content} | {readers} |"
    yield "\n## Reading it\n"
    yield "```python\nimport duckdb\n"
    yield f"pairs = duckdb.sql(\"FROM 'tables/{DEFAULT}.parquet' ORDER BY weight DESC LIMIT 10\")\nprint(pairs)\n```\n"
    yield "The columns are described in `croissant.json`.\n"
    yield "## Licence\n"
    yield (
        "Counts and statistics, and the data of Pathway Figure OCR, are CC0 1.0. Titles and captions have the licence"
        " of their article (column `license` of `figures`). Names of chemicals from ChEBI are CC BY 4.0.\n"
    )
    yield "## Citation\n"
    authors = ", ".join(f"{given} {family}" for given, family in article.authors)
    yield f"{authors}: {article.title}. {article.journal} {article.volume}, {article.number} ({article.year})."
    yield f"<{article.iri}>\n"
    by = f" by {facts.publisher}" if facts.publisher else ""
    on = f" on {facts.day}" if facts.day else ""
    yield f"Release <{facts.iri}>, published{by}{on}." if by or on else f"Release <{facts.iri}>."


def _is_there(name: str, paths: list[str]) -> bool:
    always = ("SHA256SUMS", "ro-crate-metadata.json", "croissant.json", "CITATION.cff")
    return name in always or any(path == name or (path.startswith(name) and name.endswith("/")) for path in paths)
