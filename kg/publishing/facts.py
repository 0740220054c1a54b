"""The facts that all metadata of a release share, and those that are missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kg.errors import ParameterError, shown
from kg.model.agents import is_iri
from kg.model.build import Build
from kg.model.licences import CC0
from kg.rdf.releases import ARTICLE, DESCRIPTION, KEYWORDS, SOURCE, TITLE

W3ID = "https://w3id.org/"

NAME = "pfocr-kg"
"""Short name of the dataset."""

_SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


@dataclass(frozen=True, slots=True)
class Article:
    """The article on Pathway Figure OCR."""

    title: str = "Pathway information extracted from 25 years of pathway figures"
    authors: tuple[tuple[str, str], ...] = (
        ("Kristina", "Hanspers"),
        ("Anders", "Riutta"),
        ("Martina", "Summer-Kutmon"),
        ("Alexander R.", "Pico"),
    )
    """Given and family names."""
    journal: str = "Genome Biology"
    year: int = 2020
    volume: int = 21
    number: str = "273"
    iri: str = str(ARTICLE)

    @property
    def doi(self) -> str:
        """The DOI without resolver."""
        return self.iri.removeprefix("https://doi.org/")


@dataclass(frozen=True, slots=True)
class Facts:
    """The known facts about a release."""

    build: Build
    day: str | None
    """Date of publication, YYYY-MM-DD."""
    server: str | None
    """Address of the server that answers the IRIs, without a slash at the end."""
    files: str | None
    """Address of the published folder, without a slash at the end."""

    title: str = TITLE
    description: str = DESCRIPTION
    keywords: tuple[str, ...] = KEYWORDS
    licence: str = CC0
    licence_code: str = "CC0-1.0"
    """Identifier of the licence in the list of SPDX."""
    source: str = str(SOURCE)
    article: Article = Article()

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameters of the build."""
        return dict(self.build.manifest["parameters"])

    @property
    def release(self) -> str:
        """Name of the release."""
        return self.build.release

    @property
    def iri(self) -> str:
        """IRI of the release."""
        return f"{self.build.base}dataset/{self.release}"

    @property
    def publisher(self) -> str | None:
        """Name or IRI of the publisher."""
        return self.parameters.get("publisher")

    @property
    def publisher_iri(self) -> str | None:
        """IRI of the publisher; None where only a name is known."""
        return self.publisher if self.publisher and is_iri(self.publisher) else None

    @property
    def version(self) -> str:
        """The name of the release as a semantic version, which Croissant asks for."""
        return semantic_version(self.release)

    def missing(self) -> Iterator[str]:
        """Yield a line for each fact that a publication should state and this one does not, with the way to state it.

        The name of a release without a name is the start of the digest of its input.
        """
        parameters = self.parameters
        if self.build.manifest["input"]["sha256"].startswith(self.release):
            yield "no name of the release: kg build --release NAME"
        if self.publisher is None:
            yield "no publisher: kg build --publisher 'NAME OR IRI'; until then the program is the creator"
        if parameters.get("contact") is None:
            yield "no contact: kg build --contact IRI"
        if self.day is None:
            yield "no date of publication, without which RO-Crate is invalid: --date, or SOURCE_DATE_EPOCH of kg build"
        if self.build.manifest.get("licences") is None:
            yield "no licences of articles, whose titles and captions are in the release: kg build --licences FILE"
        if not self.build.base.startswith(W3ID):
            yield f"no redirects, because the base {self.build.base} is not at {W3ID}"
        elif self.server is None or self.files is None:
            yield "no address in the redirects: --server URL of kg serve, --files URL of the uploaded folder"


def facts_of(build: Build, day: str | None = None, server: str | None = None, files: str | None = None) -> Facts:
    """Return the facts of a build; `day` goes before the date of the manifest.

    Raises ParameterError for a `day` that is no date, and for an address that is no IRI.
    """
    if day is None:
        day = (build.manifest.get("created") or "")[:10] or None
    elif not _is_date(day):
        raise ParameterError(f"date={shown(day)} is not a date; write it as 2026-03-31")
    for name, address in (("server", server), ("files", files)):
        if address is not None and not (is_iri(address) and address.startswith("http")):
            raise ParameterError(f"{name}={shown(address)} is not an address; give an http(s) one")
    return Facts(build, day, server and server.rstrip("/"), files and files.rstrip("/"))


def _is_date(day: str) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False


def semantic_version(name: str) -> str:
    """Return a name as a semantic version: itself if it is one, else as the part after the plus sign of 0.0.0.

    >>> semantic_version("1.2.0"), semantic_version("2026-03"), semantic_version("a1_b")
    ('1.2.0', '0.0.0+2026-03', '0.0.0+a1-b')
    """
    return name if _SEMANTIC.fullmatch(name) else f"0.0.0+{name.replace('_', '-')}"


def write_text(path: Path, text: str) -> None:
    """Write a text that ends with one line end."""
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")
