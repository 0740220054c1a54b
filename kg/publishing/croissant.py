"""`croissant.json`: the files of a release, and the columns of its tables, in Croissant 1.1.

Addresses are relative, so that the description is right wherever the folder is.
"""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from kg.model.build import SORT_KEYS
from kg.model.column_names import predicates
from kg.model.definitions import definitions
from kg.model.identifiers import namespaces
from kg.model.tables import TABLES
from kg.publishing.facts import NAME, Facts
from kg.publishing.files import ReleaseFile

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification gives, so that the names below are its own."""

PARQUET = "application/x-parquet"
"""The media type by which Croissant knows Parquet; the registered one is younger."""

_TYPES = {pa.string(): "sc:Text", pa.int32(): "cr:Int32", pa.float64(): "cr:Float64", pa.bool_(): "sc:Boolean"}


def croissant(facts: Facts, files: Iterable[ReleaseFile]) -> str:
    """Return the metadata as JSON; `files` are those with data."""
    article = facts.article
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "@id": facts.iri,
        "name": NAME,
        "description": facts.description,
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "url": facts.iri,
        "version": facts.version,
        "license": facts.licence,
        "keywords": list(facts.keywords),
        "inLanguage": "en",
        "isBasedOn": facts.source,
        "creator": _agent(facts) or {"@type": "Organization", "name": "kg", "description": "The program"},
        "publisher": _agent(facts),
        "datePublished": facts.day,
        "citeAs": (
            f"@article{{pfocr, title={{{article.title}}}, author={{{_bibtex(article.authors)}}}, "
            f"journal={{{article.journal}}}, year={{{article.year}}}, doi={{{article.doi}}}}}"
        ),
        "distribution": [_file(file) for file in files],
        "recordSet": [_record_set(name, facts.build.base) for name in TABLES],
    }
    described = {name: value for name, value in described.items() if value is not None}
    return json.dumps(described, indent=2, ensure_ascii=False)


def _agent(facts: Facts) -> dict[str, str] | None:
    if facts.publisher is None:
        return None
    agent = {"@type": "Organization", "name": facts.publisher}
    return agent | ({"url": facts.publisher_iri} if facts.publisher_iri else {})


def _bibtex(authors: Iterable[tuple[str, str]]) -> str:
    return " and ".join(f"{family}, {given}" for given, family in authors)


def _file(file: ReleaseFile) -> dict[str, Any]:
    media_type = PARQUET if file.path.endswith(".parquet") else file.media_type
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": file.description,
        "contentUrl": file.path,
        "contentSize": f"{file.size} B",
        "encodingFormat": ["application/gzip", media_type] if file.compressed else media_type,
        "sha256": file.sha256,
    }


def _record_set(name: str, base: str) -> dict[str, Any]:
    definition = definitions()[name]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": definition.rows or f"One row for each of the {name}.",
        "key": [{"@id": f"{name}/{column}"} for column in SORT_KEYS[name]],
        "field": [_field(name, field, definition.columns[field.name], base) for field in TABLES[name]],
    }


def _field(table: str, field: pa.Field, meaning: str, base: str) -> dict[str, Any]:
    repeated = pa.types.is_list(field.type)
    described: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{field.name}",
        "name": f"{table}/{field.name}",
        "description": meaning or field.name,
        "dataType": _TYPES[field.type.value_type if repeated else field.type],
    }
    if repeated:
        described |= {"isArray": True, "arrayShape": "-1"}
    properties = predicates(table)
    property_ = properties.get(field.name, "")
    if Counter(properties.values())[property_] == 1:  # otherwise its meaning depends on the other end
        prefix, _, local = property_.partition(":")
        described["equivalentProperty"] = namespaces(base)[prefix] + local
    return described | {"source": {"fileObject": {"@id": f"tables/{table}.parquet"}, "extract": {"column": field.name}}}
