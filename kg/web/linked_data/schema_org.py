"""The start page with the dataset in JSON-LD, as dataset search engines read it (https://schema.org/Dataset)."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kg.errors import KgError
from kg.model.build import Build
from kg.rdf.releases import ARTICLE, DESCRIPTION, KEYWORDS, LICENSE, SOURCE, TITLE

_SOURCE = {
    "name": "Pathway Figure OCR",
    "description": "Pathway figures of the literature, with the genes, chemicals and diseases that are read off them.",
    "url": str(SOURCE),
    "citation": str(ARTICLE),
}


def dataset(folder: Path, site: str) -> dict[str, Any]:
    """Return the dataset of a build in JSON-LD; `site` is the address of the start page, relative to itself.

    Creator, publisher and contact are those that the build was given; without them it has none. It is based on
    Pathway Figure OCR, whose figures it has.
    """
    build = Build(folder)
    series, parameters = f"{build.base}dataset", build.manifest["parameters"]
    publisher, contact = parameters.get("publisher"), parameters.get("contact")
    said = {
        "datePublished": build.manifest.get("created"),
        "creator": _agent(publisher, contact) if publisher else None,
        "publisher": _agent(publisher, contact) if publisher else None,
    }
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": series,
        "name": TITLE,
        "description": DESCRIPTION,
        "license": str(LICENSE),
        "version": build.release,
        **{name: value for name, value in said.items() if value},
        "url": site,
        "identifier": series,
        "isBasedOn": {"@type": "Dataset", "@id": str(SOURCE), **_SOURCE},
        "citation": str(ARTICLE),
        "isAccessibleForFree": True,
        "keywords": list(KEYWORDS),
        "includedInDataCatalog": {"@type": "DataCatalog", "name": "Pathway Figures", "url": site},
        "distribution": [
            _download("Description of the dataset", "text/turtle", f"{site}.well-known/void"),
            _download("SPARQL endpoint", "application/sparql-results+json", f"{site}sparql"),
        ],
    }


def _agent(name: str, contact: str | None) -> dict[str, Any]:
    named = {"@id": name, "url": name} if name.startswith(("https://", "http://")) else {"name": name}
    if contact is None:
        return {"@type": "Organization", **named}
    address = {"email": contact.removeprefix("mailto:")} if contact.startswith("mailto:") else {"url": contact}
    return {"@type": "Organization", **named, "contactPoint": {"@type": "ContactPoint", **address}}


def _download(name: str, media_type: str, url: str) -> dict[str, str]:
    return {"@type": "DataDownload", "name": name, "encodingFormat": media_type, "contentUrl": url}


def start_page(folder: Path) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of the start page; while a build is being replaced, the page has no description."""
    text = (files("kg.web") / "static" / "index.html").read_text(encoding="utf-8")

    async def page(request: Request) -> Response:
        try:
            said = json.dumps(dataset(folder, "./"), ensure_ascii=False)
        except (KgError, OSError):
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
