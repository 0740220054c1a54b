"""The address of a figure's picture on another server, from a template that the operator gives."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from kg.errors import ParameterError, shown
from kg.model.identifiers import encode

PLACEHOLDERS = ("pmcid", "filename", "figid")
"""Names that a template may have in braces."""

EXAMPLE = "https://europepmc.org/articles/{pmcid}/bin/{filename}"
"""A template as messages and documents show it: the pattern of Europe PMC."""

_PLACEHOLDER = re.compile(r"\{(.*?)\}")
_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class ImageTemplate:
    """A template of addresses; raise ParameterError for one that gives no web address on one known host."""

    text: str

    def __post_init__(self) -> None:
        """Check the template."""
        try:
            parts = urlsplit(self.text)
            known_host = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc) and parts.port != 0
        except ValueError:  # a host in brackets that is no address, or a port over 65535
            known_host = False
        names = _PLACEHOLDER.findall(self.text)
        unknown = [name for name in names if name not in PLACEHOLDERS]
        fault = (
            "its host is no plain name"
            if not known_host
            else f"{{{unknown[0]}}} is no placeholder"
            if unknown
            else "it has no {filename} or {figid}"
            if not {"filename", "figid"} & set(names)
            else "it has a space or a control character"
            if not self.text.isprintable() or " " in self.text
            else ""
        )
        if fault:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise ParameterError(f"image_url={shown(self.text)}: {fault}; placeholders: {known}; example: {EXAMPLE}")

    @property
    def origin(self) -> str:
        """Scheme and host, as a content security policy names them.

        >>> ImageTemplate(EXAMPLE).origin
        'https://europepmc.org'
        """
        parts = urlsplit(self.text)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The host that is asked for pictures, as people read it."""
        return urlsplit(self.text).netloc

    def address(self, figid: str, filename: str | None) -> str:
        """Return the address of the picture of a figure; a missing file name is that of a JPEG.

        >>> ImageTemplate(EXAMPLE).address("PMC1__f 2", None)
        'https://europepmc.org/articles/PMC1/bin/f%202.jpg'
        """
        pmcid, _, stem = figid.partition("__")
        name = (filename or f"{stem}.jpg").removeprefix(f"{pmcid}__")
        values = {"pmcid": pmcid, "filename": name, "figid": figid}
        return _PLACEHOLDER.sub(lambda placeholder: encode(values[placeholder[1]]), self.text)
