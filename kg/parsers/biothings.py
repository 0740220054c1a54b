"""PFOCR as BioThings serves it: one JSON object a line, one object a figure.

The shape is that of the plug-in `pfocr` of biothings/pending.api:
`{"_id": figid, "associatedWith": {"title", "pfocrUrl", "figureUrl", "pmc", "mentions": {"genes": {"ncbigene": []},
"chemicals": {"mesh": [], "chebi": []}, "diseases": {"mesh": [], "doid": []}}}}`, identifiers as texts without prefix.
There is a file for each flavour, named by it (`..._strict.ndjson`, `..._synonyms.ndjson`, `..._all.ndjson`); all
genes are human ones. No drawn words are told, so members are read as keywords are.
"""

import json
from collections.abc import Iterator
from typing import Any

from kg.errors import NotARecord
from kg.model.records import HUMAN, Category, Element, Flavour, Mention, Problem, Severity
from kg.model.text import clean, collapse
from kg.parsers.gmt import accession, figid_of, figure, flavour_of, mention

_FIELDS: dict[str, tuple[Category, tuple[str, ...]]] = {
    "genes": ("gene", ("ncbigene",)),
    "chemicals": ("chemical", ("chebi", "mesh")),
    "diseases": ("disease", ("doid", "mesh")),
}


class BiothingsParser:
    """Reads `.ndjson` and `.jsonl` files of figure objects."""

    def can_parse(self, name: str) -> bool:
        """Accept by suffix; a file without any such object is refused as no record."""
        return name.lower().endswith((".ndjson", ".jsonl"))

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield a figure and its mentions a line; a line that cannot be read is a problem of its own."""
        lines = body.removeprefix(b"\xef\xbb\xbf").splitlines()
        if not any(b'"associatedWith"' in line for line in lines):
            raise NotARecord("no object with associatedWith: no figures of BioThings", line=1)
        # The published files spell it both ways.
        flavour = flavour_of(name.lower().replace("synoynms", "synonyms"))
        seen: set[str] = set()
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield from _Object(name, number, flavour).elements(line, seen)


class _Object:
    """One line while it is read."""

    def __init__(self, name: str, line: int, flavour: Flavour | None) -> None:
        self.name = name
        self.line = line
        self.flavour = flavour

    def elements(self, line: bytes, seen: set[str]) -> Iterator[Element]:
        """Give what the line says; `seen` are the figids of the lines before it."""
        try:
            found = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            yield self._problem("error", "bad-row", f"not JSON ({str(error)[:80]}); line skipped")
            return
        figid = figid_of(_text(found, "_id")) if isinstance(found, dict) else None
        said = found.get("associatedWith") if isinstance(found, dict) else None
        if figid is None or not isinstance(said, dict):
            reason = "no object with associatedWith and an _id of the form PMC<digits>__<image file stem>; line skipped"
            yield self._problem("error", "bad-row", reason)
        elif figid in seen:
            yield self._problem("error", "bad-row", f"{figid} is the _id of an object above; line skipped")
        else:
            seen.add(figid)
            image = _text(said, "figureUrl").rpartition("/bin/")
            made = figure(figid, _text(said, "title"), filename=image[2] if image[1] else None)
            yield made
            yield from self._pmc(figid, said)
            yield from self._mentions(made.figure_id, said)

    def _problem(self, severity: Severity, code: str, message: str) -> Problem:
        return Problem(severity, code, self.name, self.line, clean(message))

    def _pmc(self, figid: str, said: dict[str, Any]) -> Iterator[Problem]:
        """Check the pmc, which the figid starts with; NaN stands there where it was not known."""
        pmcid, given = figid.partition("__")[0], said.get("pmc", figid)
        if given is not None and not isinstance(given, str):
            yield self._problem("warning", "wrong-type", f"pmc {str(given)[:40]!r} is no text; {pmcid} counts")
        elif given and given not in (figid, pmcid):
            yield self._problem("warning", "pmcid-mismatch", f"pmc {given[:40]!r} differs from the _id; {pmcid} counts")

    def _mentions(self, figure_id: str, said: dict[str, Any]) -> Iterator[Mention | Problem]:
        mentions = said.get("mentions")
        if not isinstance(mentions, dict):
            yield self._problem("warning", "wrong-type", "mentions is no object; the figure has none")
            return
        for field, (category, prefixes) in _FIELDS.items():
            group = mentions.get(field)
            if group is not None and not isinstance(group, dict):
                yield self._problem("warning", "wrong-type", f"mentions.{field} is no object; left out")
                continue
            curies = []
            for prefix in prefixes:
                texts = _identifiers((group or {}).get(prefix))
                read = [(text, accession(prefix, text)) for text in texts]
                curies += [each for _, each in read if each]
                if wrong := [text for text, each in read if not each]:
                    message = f"{len(wrong)} of mentions.{field}.{prefix} are no identifiers, as {wrong[0][:40]!r}"
                    yield self._problem("warning", "bad-identifier", f"{message}; left out")
            flavour: Flavour | None = self.flavour if category == "gene" else "strict"
            taxon = HUMAN if category == "gene" else None
            for position, found in enumerate(dict.fromkeys(curies)):
                yield mention(figure_id, category, position, found, found, flavour, taxon)


def _text(said: dict[str, Any], field: str) -> str:
    value = said.get(field)
    return collapse(clean(value)) if isinstance(value, str) else ""


def _identifiers(value: Any) -> list[str]:
    """Give a list of identifiers; numbers and a single one without a list are read, too."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [each if isinstance(each, str) else json.dumps(each) for each in values]
