"""The start page with the dataset in JSON-LD, as dataset search engines read it (https://schema.org/Dataset)."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, parse
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kg.errors import KgError
from kg.model.identifiers import NAMESPACES
from kg.model.tables import Build
from kg.rdf.void import DESCRIPTION, LICENSE

CITATION = "https://doi.org/10.1186/s13059-020-02181-2"
"""The article on the database of the figures."""

_TERMS = {
    "name": "dcterms:title",
    "description": "dcterms:description",
    "license": "dcterms:license",
    "datePublished": "dcterms:issued",
    "version": "dcat:version",
}


def dataset(folder: Path, site: str) -> dict[str, Any]:
    """Return the dataset of a build in JSON-LD; `site` is the address of the start page, relative to itself."""
    build = Build(folder)
    series = f"{build.base}dataset"
    said = _said(folder / "dataset.ttl", series)
    matching = {name: said[term] for name, term in _TERMS.items() if term in said}
    publisher = said.get("dcterms:creator") or said.get("dcterms:publisher") or "WikiPathways, Pathway Figure OCR"
    release = build.manifest.get("release") or build.manifest["input"]["sha256"][:12]
    defaults = {
        "name": "Knowledge graph of Pathway Figure OCR",
        "description": DESCRIPTION,
        "license": str(LICENSE),
        "version": release,
    }
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": series,
        **(defaults | matching),
        "url": site,
        "identifier": series,
        "creator": _agent(publisher),
        "citation": CITATION,
        "isAccessibleForFree": True,
        "keywords": ["pathway figures", "genes", "chemicals", "diseases", "co-occurrence", "knowledge graph"],
        "includedInDataCatalog": {"@type": "DataCatalog", "name": "Pathway Figures", "url": site},
        "distribution": [
            _download("Description of the dataset", "text/turtle", f"{site}.well-known/void"),
            _download("SPARQL endpoint", "application/sparql-results+json", f"{site}sparql"),
        ],
    }


def _said(file: Path, series: str) -> dict[str, str]:
    """Return the properties of the series, or else of its release, by prefixed name."""
    names = {f"{iri}": prefix for prefix, iri in NAMESPACES.items() if prefix in ("dcterms", "dcat")}
    matching: dict[str, str] = {}
    with file.open("rb") as opened:
        triples = sorted((quad.triple for quad in parse(opened, RdfFormat.TURTLE)), key=str)
    for triple in triples:
        subject, predicate = str(triple.subject.value), str(triple.predicate.value)
        is_release = subject.startswith(f"{series}/") and "/" not in subject[len(series) + 1 :]
        start = next((start for start in names if predicate.startswith(start)), None)
        if start and (subject == series or (is_release and "#" not in subject)):
            name = f"{names[start]}:{predicate[len(start) :]}"
            if subject == series:
                matching[name] = str(triple.object.value)
            else:
                matching.setdefault(name, str(triple.object.value))
    return matching


def _agent(name: str) -> dict[str, str]:
    is_iri = name.startswith(("https://", "http://"))
    return {"@type": "Organization", "@id" if is_iri else "name": name} | ({"url": name} if is_iri else {})


def _download(name: str, media_type: str, url: str) -> dict[str, str]:
    return {"@type": "DataDownload", "name": name, "encodingFormat": media_type, "contentUrl": url}


def start_page(folder: Path) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of the start page; while a build is being replaced, the page has no description."""
    text = (files("kg.web") / "static" / "index.html").read_text(encoding="utf-8")

    async def page(request: Request) -> Response:
        try:
            said = json.dumps(dataset(folder, "./"), ensure_ascii=False)
        except (KgError, OSError, SyntaxError):
            said = "{}"
        # The text of a script ends at "</script", so no "<" may stand in it. Browsers do not run a block of data, so
        # the policy of the pages allows it.
        block = f'<script type="application/ld+json">{said.replace("<", chr(92) + "u003c")}</script>\n</head>'
        body = text.replace("</head>", block, 1)
        headers = {"ETag": f'W/"{hashlib.sha256(body.encode()).hexdigest()[:32]}"', "Cache-Control": "no-cache"}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return HTMLResponse(body, headers=headers)

    return page
