"""`CITATION.cff`: how to cite a release, in the Citation File Format 1.2.0."""

import json
from collections.abc import Iterator

from kg.publishing.facts import Facts


def citation(facts: Facts) -> str:
    """Return the file; texts are quoted as JSON, which is YAML, too."""
    return "\n".join(_lines(facts))


def _lines(facts: Facts) -> Iterator[str]:
    article, text = facts.article, json.dumps
    yield "cff-version: 1.2.0"
    yield "message: If you use this dataset, please cite it and the article on Pathway Figure OCR."
    yield "type: dataset"
    yield f"title: {text(facts.title)}"
    yield f"abstract: {text(facts.description)}"
    yield "authors:"
    yield f"  - name: {text(facts.publisher or 'kg', ensure_ascii=False)}"
    if facts.publisher_iri:
        yield f"    website: {text(facts.publisher_iri)}"
    yield f"version: {text(facts.release)}"
    if facts.day:
        yield f"date-released: {facts.day}"
    yield f"license: {facts.licence_code}"
    yield f"url: {text(facts.iri)}"
    yield "keywords:"
    yield from (f"  - {text(keyword)}" for keyword in facts.keywords)
    yield "references:"
    yield "  - type: article"
    yield f"    title: {text(article.title)}"
    yield "    authors:"
    for given, family in article.authors:
        yield f"      - given-names: {text(given)}"
        yield f"        family-names: {text(family)}"
    yield f"    journal: {text(article.journal)}"
    yield f"    year: {article.year}"
    yield f"    volume: {article.volume}"
    yield f"    number: {text(article.number)}"
    yield f"    doi: {article.doi}"
    yield "  - type: software"
    yield "    title: kg"
    yield f"    version: {text(str(facts.build.manifest['version']))}"
    yield "    abstract: Builds a knowledge graph from the records of Pathway Figure OCR"
    yield "    authors:"
    yield "      - name: The authors of kg"
