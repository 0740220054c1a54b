"""PFOCR in the form that BioThings serves: JSON Lines with one object for each figure.

The form is that of the plug-in `pfocr` of biothings/pending.api:
`{"_id": figid, "associatedWith": {"title", "pfocrUrl", "figureUrl", "pmc", "mentions": {"genes": {"ncbigene": []},
"chemicals": {"mesh": [], "chebi": []}, "diseases": {"mesh": [], "doid": []}}}}`. Identifiers are texts without prefix.
Each flavour has its file, which is named after it (`..._strict.ndjson`, `..._synonyms.ndjson`, `..._all.ndjson`). All
genes are human. The form has no drawn words, so that the mentions are like those of keywords.
"""

import json
from collections.abc import Iterator
from typing import Any

from kg.errors import NotARecord
from kg.model.records import HUMAN, Category, Element, Flavour, Mention, Problem, Severity
from kg.model.text import clean, collapse
from kg.parsers.cells import identifiers
from kg.parsers.gmt import figid_of, flavour_of, make_figure, make_mention

_FIELDS: dict[str, tuple[Category, tuple[str, ...]]] = {
    "genes": ("gene", ("ncbigene",)),
    "chemicals": ("chemical", ("chebi", "mesh")),
    "diseases": ("disease", ("doid", "mesh")),
}
"""Category, and prefixes of the lists of identifiers, by field of `mentions`."""


class BiothingsParser:
    """Reads `.ndjson` and `.jsonl` files of figure objects."""

    def can_parse(self, name: str) -> bool:
        """Accept by suffix; `parse` refuses a file without any object of a figure."""
        return name.lower().endswith((".ndjson", ".jsonl"))

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield the figure and the mentions of each line; a line that cannot be read is one Problem."""
        lines = body.removeprefix(b"\xef\xbb\xbf").splitlines()
        if not any(b'"associatedWith"' in line for line in lines):
            raise NotARecord("no object with associatedWith: no figures of BioThings", line=1)
        # The published files spell it both ways.
        flavour = flavour_of(name.lower().replace("synoynms", "synonyms"))
        figids: set[str] = set()
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield from _LineReader(name, number, flavour).elements(line, figids)


class _LineReader:
    """Reads one line of a file."""

    def __init__(self, name: str, line: int, flavour: Flavour | None) -> None:
        self.name = name
        self.line = line
        self.flavour = flavour

    def elements(self, line: bytes, figids: set[str]) -> Iterator[Element]:
        """Yield the elements of the line; `figids` are those of the lines above, and get the one of this line."""
        try:
            content = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            yield self._problem("error", "bad-row", f"not JSON ({str(error)[:80]}); line skipped")
            return
        figid = figid_of(_text(content, "_id")) if isinstance(content, dict) else None
        fields = content.get("associatedWith") if isinstance(content, dict) else None
        if figid is None or not isinstance(fields, dict):
            reason = "no object with associatedWith and an _id of the form PMC<digits>__<image file stem>; line skipped"
            yield self._problem("error", "bad-row", reason)
        elif figid in figids:
            yield self._problem("error", "bad-row", f"{figid} is the _id of an object above; line skipped")
        else:
            figids.add(figid)
            image = _text(fields, "figureUrl").rpartition("/bin/")
            element = make_figure(figid, _text(fields, "title"), filename=image[2] if image[1] else None)
            yield element
            yield from self._check_pmc(figid, fields)
            yield from self._mentions(element.figure_id, fields)

    def _problem(self, severity: Severity, code: str, message: str) -> Problem:
        return Problem(severity, code, self.name, self.line, clean(message))

    def _check_pmc(self, figid: str, fields: dict[str, Any]) -> Iterator[Problem]:
        """Check that pmc is the PMCID of the figid; the published files have NaN where it was unknown."""
        pmcid, value = figid.partition("__")[0], fields.get("pmc", figid)
        if value is not None and not isinstance(value, str):
            yield self._problem("warning", "wrong-type", f"pmc {str(value)[:40]!r} is no text; {pmcid} counts")
        elif value and value not in (figid, pmcid):
            yield self._problem("warning", "pmcid-mismatch", f"pmc {value[:40]!r} differs from the _id; {pmcid} counts")

    def _mentions(self, figure_id: str, fields: dict[str, Any]) -> Iterator[Mention | Problem]:
        mentions = fields.get("mentions")
        if not isinstance(mentions, dict):
            yield self._problem("warning", "wrong-type", "mentions is no object; the figure has none")
            return
        for field, (category, prefixes) in _FIELDS.items():
            lists = {} if mentions.get(field) is None else mentions[field]
            if not isinstance(lists, dict):
                yield self._problem("warning", "wrong-type", f"mentions.{field} is no object; left out")
                continue
            curies: dict[str, None] = {}
            for prefix in prefixes:
                yield from self._add_curies(curies, field, prefix, lists.get(prefix))
            flavour: Flavour | None = self.flavour if category == "gene" else "strict"
            taxon = HUMAN if category == "gene" else None
            for position, curie in enumerate(curies):
                yield make_mention(figure_id, category, position, curie, curie, flavour, taxon)

    def _add_curies(self, curies: dict[str, None], field: str, prefix: str, value: Any) -> Iterator[Problem]:
        """Add the CURIEs of a list of identifiers to `curies`; yield a Problem where some are invalid."""
        invalid: list[str] = []
        for text in _identifiers(value):
            read, unread = identifiers(text, prefix)
            curies.update(dict.fromkeys(read))
            invalid += unread
        if invalid:
            message = f"{len(invalid)} of mentions.{field}.{prefix} are no identifiers, as {invalid[0][:40]!r}"
            yield self._problem("warning", "bad-identifier", f"{message}; left out")


def _text(fields: dict[str, Any], field: str) -> str:
    value = fields.get(field)
    return collapse(clean(value)) if isinstance(value, str) else ""


def _identifiers(value: Any) -> list[str]:
    """Return a list of identifiers as texts; numbers, and a single identifier without a list, are read, too."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [identifier if isinstance(identifier, str) else json.dumps(identifier) for identifier in values]
