"""`ro-crate-metadata.json`: the folder of a release as an RO-Crate 1.1, which Zenodo and WorkflowHub read."""

import json
from collections.abc import Iterable
from typing import Any

from kg.publishing.facts import Facts
from kg.publishing.files import ReleaseFile

NAME = "ro-crate-metadata.json"

Entity = dict[str, Any]


def ro_crate(facts: Facts, files: Iterable[ReleaseFile]) -> str:
    """Return the metadata as JSON; `files` are all files of the folder but this one and the checksums.

    Without a date of publication the crate lacks what RO-Crate demands.
    """
    parts = [_file(file) for file in files]
    agent = _agent(facts)
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": facts.title,
        "description": facts.description,
        "identifier": facts.iri,
        "version": facts.release,
        "datePublished": facts.day,
        "license": {"@id": facts.licence},
        "keywords": ", ".join(facts.keywords),
        "author": {"@id": agent["@id"]},
        "publisher": {"@id": agent["@id"]} if facts.publisher else None,
        "isBasedOn": {"@id": facts.source},
        "citation": {"@id": facts.article.iri},
        "mentions": {"@id": "#build"},
        "hasPart": [{"@id": part["@id"]} for part in parts],
    }
    root = {name: value for name, value in root.items() if value is not None}
    descriptor: Entity = {
        "@id": NAME,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    graph = [descriptor, root, *parts, agent, *_context(facts, agent)]
    crate = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}
    return json.dumps(crate, indent=2, ensure_ascii=False)


def _file(file: ReleaseFile) -> Entity:
    return {
        "@id": file.path,
        "@type": "File",
        "name": file.path,
        "description": file.description,
        "contentSize": str(file.size),
        "encodingFormat": "application/gzip" if file.compressed else file.media_type,
        "sha256": file.sha256,
    }


def _agent(facts: Facts) -> Entity:
    """Return the publisher or, where none was given, the program."""
    if facts.publisher is None:
        return _program(facts)
    agent = {"@id": facts.publisher_iri or "#publisher", "@type": "Organization", "name": facts.publisher}
    return agent | ({"url": facts.publisher_iri} if facts.publisher_iri else {})


def _program(facts: Facts) -> Entity:
    version = str(facts.build.manifest["version"])
    return {
        "@id": "#kg",
        "@type": "SoftwareApplication",
        "name": "kg",
        "version": version,
        "softwareVersion": version,
        "description": "Builds a knowledge graph from the records of Pathway Figure OCR",
    }


def _context(facts: Facts, agent: Entity) -> list[Entity]:
    """Return the entities that the root refers to."""
    article = facts.article
    entities: list[Entity] = [
        {"@id": facts.licence, "@type": "CreativeWork", "name": "CC0 1.0", "identifier": facts.licence},
        {"@id": facts.source, "@type": "WebSite", "name": "Pathway Figure OCR", "url": facts.source},
        {
            "@id": article.iri,
            "@type": "ScholarlyArticle",
            "name": article.title,
            "author": [f"{given} {family}" for given, family in article.authors],
            "datePublished": str(article.year),
            "identifier": article.iri,
        },
        {
            "@id": "#build",
            "@type": "CreateAction",
            "name": "kg build",
            "instrument": {"@id": "#kg"},
            "object": {"@id": facts.source},
            "result": {"@id": "./"},
        },
    ]
    return entities if agent["@id"] == "#kg" else [_program(facts), *entities]
