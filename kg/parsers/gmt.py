"""Gene sets of figures: GMT, one figure a line, as PFOCR releases them and `kg export -f gmt` writes them.

A line is `figid TAB title TAB member TAB member ...`; it has no header and nothing is quoted. Kind, flavour and
organism stand in the file name: `pfocr-20240101-gmt-Homo_sapiens.gmt`, `pfocr-20240101-chemical-gmt-Homo_sapiens.gmt`,
`pfocr-strict-ncbigene-Mus_musculus.gmt`. A set has no drawn words. The sets of a
figure add up: those of other organisms, kinds and flavours; of several flavours the narrowest counts.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.errors import NotARecord
from kg.model.identifiers import FIGID, curie, mesh_id
from kg.model.records import FLAVOURS, HUMAN, Category, Element, Figure, Flavour, Mention, Origin, Problem
from kg.model.text import MARKERS, clean, collapse

ORIGIN: Origin = "set"
"""Whatever a record says of its figure goes before it."""

ORGANISMS: dict[str, str] = {
    "Arabidopsis_thaliana": "3702",
    "Bos_taurus": "9913",
    "Caenorhabditis_elegans": "6239",
    "Canis_lupus_familiaris": "9615",
    "Danio_rerio": "7955",
    "Drosophila_melanogaster": "7227",
    "Gallus_gallus": "9031",
    "Homo_sapiens": "9606",
    "Mus_musculus": "10090",
    "Rattus_norvegicus": "10116",
    "Saccharomyces_cerevisiae": "4932",
    "Sus_scrofa": "9823",
    "Xenopus_tropicalis": "8364",
}
"""Organisms by their name in file names, with their NCBI taxon; others are `taxon_<number>`."""

NO_ORGANISM = "unknown"
"""In place of the organism in a file name: genes that have none."""

_ALIAS = re.compile(r"PMC[0-9]+__(?:AF|EV|F|GA|S|SF)[0-9]+[A-Za-z]?(?:_[0-9]+)?")
_FLAVOUR = re.compile(r"(?<![a-z])(strict|synonyms|all)(?![a-z])")
_ORGANISM = re.compile(r"[A-Z][a-z]+(?:_[A-Za-z0-9]+)+|taxon_[0-9]{1,9}|" + NO_ORGANISM)
_PREFIXES: dict[Category, tuple[str, ...]] = {
    "gene": ("ncbigene",), "chemical": ("chebi", "mesh"), "disease": ("doid", "mesh")
}  # fmt: skip


def accession(prefix: str, text: str) -> str | None:
    """Give the CURIE of an identifier with or without its prefix, or None.

    >>> accession("chebi", "CHEBI:15422"), accession("ncbigene", "207"), accession("mesh", "MESH:D000255")
    ('chebi:15422', 'ncbigene:207', 'mesh:D000255')
    """
    if prefix == "mesh":
        return mesh_id(text)
    found = re.fullmatch(rf"(?i:{prefix}:)?([0-9]{{1,12}})", text)
    return curie(prefix, found[1]) if found else None


def flavour_of(name: str) -> Flavour | None:
    """Give the flavour that a file name says, or None."""
    found = _FLAVOUR.search(name.rpartition("/")[2].lower())
    return next((each for each in FLAVOURS if found and each == found[1]), None)


def figid_of(text: str) -> str | None:
    """Give the figid in any of the forms that sets go by: figid, alias, or either with `.jpg`; else None."""
    figid = text.strip().removesuffix(".jpg")
    return figid if FIGID.fullmatch(figid) else None


def figure(figid: str, title: str, organism: str | None = None, filename: str | None = None) -> Figure:
    """Give what a set says of its figure; a title that says nothing is None."""
    title = collapse(title)
    return Figure(
        figure_id=curie("pfocr", figid),
        paper_id=curie("pmc", figid.partition("__")[0]),
        alias=figid if _ALIAS.fullmatch(figid) else None,
        title=None if title in MARKERS or title.lower() in ("na", figid.lower()) else title,
        filename=filename,
        organisms_ner=(organism,) if organism else (),
    )


class _Sets(NamedTuple):
    """What a file name says of the sets in the file."""

    category: Category
    flavour: Flavour | None
    organism: str | None  # "Homo sapiens", where it is a known one
    taxon: str | None  # CURIE
    wrong: Problem | None


class GmtParser:
    """Reads `.gmt` files whose sets are figures."""

    def can_parse(self, name: str) -> bool:
        """Accept by suffix; a file without any figid is refused as no record."""
        return name.lower().endswith(".gmt")

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield a figure and its members a line; a line that cannot be read is a problem of its own."""
        lines = body.removeprefix(b"\xef\xbb\xbf").splitlines()
        if not any(figid_of(line.partition(b"\t")[0].decode("utf-8", "replace")) for line in lines):
            raise NotARecord("no line starts with PMC<digits>__<image file stem>: no gene sets of figures", line=1)
        sets = _of_name(name)
        if sets.wrong:
            yield sets.wrong
        seen: set[str] = set()
        for number, line in enumerate(lines, 1):
            yield from _line(name, number, line, sets, seen)


def _of_name(name: str) -> _Sets:
    file = name.rpartition("/")[2]
    kinds: tuple[Category, ...] = ("chemical", "disease")
    category: Category = next((each for each in kinds if each in file.lower()), "gene")
    flavour = flavour_of(file) if category == "gene" else "strict"
    text = file.rpartition(".")[0].rpartition("-")[2]
    if not _ORGANISM.fullmatch(text):
        if category != "gene":
            return _Sets(category, flavour, None, None, None)
        message = "no organism at the end of the file name (-Homo_sapiens.gmt); its genes are read as human"
        return _Sets(category, flavour, None, HUMAN, Problem("note", "no-organism", name, None, message))
    taxon = ORGANISMS.get(text) or (text.removeprefix("taxon_") if text.startswith("taxon_") else None)
    organism = text.replace("_", " ") if text in ORGANISMS else None
    wrong = None
    if taxon is None and text != NO_ORGANISM and category == "gene":
        message = f"no taxon is known for {text}; its genes have none; name the file -taxon_<NCBI number>.gmt"
        wrong = Problem("warning", "unknown-organism", name, None, message)
    return _Sets(category, flavour, organism, curie("ncbitaxon", taxon) if taxon else None, wrong)


def _line(name: str, number: int, line: bytes, sets: _Sets, seen: set[str]) -> Iterator[Element]:
    """Read one line; `seen` are the figids of the lines before it."""
    if not line.strip():
        return

    def bad(reason: str) -> Problem:
        return Problem("error", "bad-row", name, number, f"{reason}; line skipped")

    try:
        cells = clean(line.decode("utf-8")).split("\t")
    except UnicodeDecodeError as error:
        yield bad(f"not UTF-8 at byte {error.start} of the line")
        return
    figid = figid_of(cells[0])
    if figid is None:
        yield bad(f"{cells[0][:80]!r} is not of the form PMC<digits>__<image file stem>")
    elif figid in seen:
        yield bad(f"{figid} is the name of a set above")
    elif not (texts := [text for cell in cells[2:] if (text := collapse(cell)) not in MARKERS]):
        yield bad(f"the set {figid} has no members")
    else:
        seen.add(figid)
        made = figure(figid, cells[1], sets.organism)
        yield made
        yield from _members(name, number, made.figure_id, texts, sets)


def _members(name: str, number: int, figure_id: str, texts: list[str], sets: _Sets) -> Iterator[Mention | Problem]:
    """Give the members of a set. A symbol is one of a human gene: other organisms have the same ones for others."""
    taxon = sets.taxon if sets.category == "gene" else None
    skipped = []
    for position, text in enumerate(dict.fromkeys(texts)):
        found = next(filter(None, (accession(prefix, text) for prefix in _PREFIXES[sets.category])), None)
        if found is None and sets.category == "gene" and taxon != HUMAN:
            skipped.append(text)
            continue
        yield mention(figure_id, sets.category, position, found or text, found, sets.flavour, taxon)
    if skipped:
        message = f"{len(skipped)} members skipped, as {skipped[0][:40]!r}: a symbol alone names genes of human only"
        yield Problem("warning", "symbol-without-gene", name, number, f"{message}; give NCBI Gene ids")


def mention(
    figure_id: str, category: Category, position: int, text: str, entity_id: str | None,
    flavour: Flavour | None, taxon: str | None,
) -> Mention:  # fmt: skip
    """Give a member of a set. `text` is its CURIE or symbol: a bare number would be taught to drawn numbers."""
    return Mention(
        figure_id=figure_id,
        origin=ORIGIN,
        category=category,
        position=position,
        keyword=text,
        name=text,
        entity_id=entity_id,
        flavour=flavour,
        taxon=taxon,
    )
