"""Gene sets of figures in GMT files with one figure a line, as PFOCR and `kg export -f gmt` write them.

A line is `figid TAB title TAB member TAB member ...`; there is no header, and quotes have no meaning. Kind, flavour and
organism stand in the file name: `pfocr-20240101-gmt-Homo_sapiens.gmt`, `pfocr-20240101-chemical-gmt-Homo_sapiens.gmt`,
`pfocr-strict-ncbigene-Mus_musculus.gmt`. A set has no drawn words. A figure has the members of all its sets, of
whatever organism, kind and flavour; a member of several flavours has the narrowest.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.errors import NotARecord
from kg.model import organisms
from kg.model.identifiers import FIGID, curie
from kg.model.records import FLAVOURS, HUMAN, Category, Element, Figure, Flavour, Mention, Origin, Problem
from kg.model.text import MARKERS, clean, collapse, tidy
from kg.parsers import cells

ORIGIN: Origin = "set"
"""Origin of the mentions; those of a record take precedence."""

ORGANISMS: dict[str, str] = {
    organism.latin.replace(" ", "_"): organism.taxon.partition(":")[2] for organism in organisms.ORGANISMS
}
"""NCBI taxon by the organism's name in file names; other organisms are `taxon_<number>`."""

NO_ORGANISM = "unknown"
"""Stands for the organism in the name of a file of genes without organism."""

_ALIAS = re.compile(r"PMC[0-9]+__(?:AF|EV|F|GA|S|SF)[0-9]+[A-Za-z]?(?:_[0-9]+)?")
_NO_NAME = re.compile(r"[0-9][0-9.,]*(?:[Ee][+-]?[0-9]+)?|[A-Za-z.]+:[0-9]+")
"""A number, or an identifier of another database."""

_FLAVOUR = re.compile(r"(?<![a-z])(strict|synonyms|all)(?![a-z])")
_ORGANISM = re.compile(r"[A-Z][a-z]+(?:_[A-Za-z0-9]+)+|taxon_[0-9]{1,9}|" + NO_ORGANISM)
_PREFIXES: dict[Category, tuple[str, ...]] = {
    "gene": ("ncbigene",), "chemical": ("chebi", "mesh"), "disease": ("doid", "mesh")
}  # fmt: skip


def flavour_of(name: str) -> Flavour | None:
    """Return the flavour in a file name, or None.

    >>> flavour_of("sets/pfocr-strict-ncbigene-Mus_musculus.gmt"), flavour_of("pfocr-20240101-gmt-Homo_sapiens.gmt")
    ('strict', None)
    """
    match = _FLAVOUR.search(name.rpartition("/")[2].lower())
    return next((flavour for flavour in FLAVOURS if match and flavour == match[1]), None)


def figid_of(text: str) -> str | None:
    """Return the figid of a set's name, which is a figid or an alias, with or without `.jpg`; otherwise None.

    >>> figid_of("PMC2374958__bcr1848-1.jpg"), figid_of("PMC2374958__F1"), figid_of("hsa04151")
    ('PMC2374958__bcr1848-1', 'PMC2374958__F1', None)
    """
    figid = text.strip().removesuffix(".jpg")
    return figid if FIGID.fullmatch(figid) else None


def make_figure(figid: str, title: str, organism: str | None = None, filename: str | None = None) -> Figure:
    """Return the figure of a set; a title that only repeats the figid is left out."""
    title = collapse(title)
    return Figure(
        figure_id=curie("pfocr", figid),
        paper_id=curie("pmc", figid.partition("__")[0]),
        alias=figid if _ALIAS.fullmatch(figid) else None,
        title=None if title in MARKERS or title.lower() in ("na", figid.lower()) else title,
        filename=filename,
        organisms_ner=(organism,) if organism else (),
    )


class _FileName(NamedTuple):
    """Properties of all sets of a file, read from its name."""

    category: Category
    flavour: Flavour | None
    organism: str | None  # "Homo sapiens"; None unless it is one of ORGANISMS
    taxon: str | None  # CURIE
    problem: Problem | None


class GmtParser:
    """Reads `.gmt` files whose sets are figures."""

    def can_parse(self, name: str) -> bool:
        """Accept by suffix; `parse` refuses a file without any figid."""
        return name.lower().endswith(".gmt")

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield the figure and the members of each line; a line that cannot be read is one Problem."""
        lines = body.removeprefix(b"\xef\xbb\xbf").splitlines()
        if not any(figid_of(line.partition(b"\t")[0].decode("utf-8", "replace")) for line in lines):
            raise NotARecord("no line starts with PMC<digits>__<image file stem>: no gene sets of figures", line=1)
        properties = _read_name(name)
        if properties.problem:
            yield properties.problem
        figids: set[str] = set()
        for number, line in enumerate(lines, 1):
            yield from _line(name, number, line, properties, figids)


def _read_name(name: str) -> _FileName:
    file = name.rpartition("/")[2]
    kinds: tuple[Category, ...] = ("chemical", "disease")
    category: Category = next((kind for kind in kinds if kind in file.lower()), "gene")
    flavour = flavour_of(file) if category == "gene" else "strict"
    text = file.rpartition(".")[0].rpartition("-")[2]
    if not _ORGANISM.fullmatch(text):
        if category != "gene":
            return _FileName(category, flavour, None, None, None)
        message = "no organism at the end of the file name (-Homo_sapiens.gmt); its genes are read as human"
        return _FileName(category, flavour, None, HUMAN, Problem("note", "no-organism", name, None, message))
    taxon = ORGANISMS.get(text) or (text.removeprefix("taxon_") if text.startswith("taxon_") else None)
    organism = text.replace("_", " ") if text in ORGANISMS else None
    problem = None
    if taxon is None and text != NO_ORGANISM and category == "gene":
        message = f"no taxon is known for {text}; its genes have none; name the file -taxon_<NCBI number>.gmt"
        problem = Problem("warning", "unknown-organism", name, None, message)
    return _FileName(category, flavour, organism, curie("ncbitaxon", taxon) if taxon else None, problem)


def _line(name: str, number: int, line: bytes, properties: _FileName, figids: set[str]) -> Iterator[Element]:
    """Read one line; `figids` are those of the lines above, and get the one of this line."""
    if not line.strip():
        return

    def bad(reason: str) -> Problem:
        return Problem("error", "bad-row", name, number, f"{reason}; line skipped")

    try:
        row = [cells.unquoted(cell) for cell in clean(line.decode("utf-8")).split("\t")]
    except UnicodeDecodeError as error:
        yield bad(f"not UTF-8 at byte {error.start} of the line")
        return
    figid = figid_of(row[0])
    if figid is None:
        yield bad(f"{row[0][:80]!r} is not of the form PMC<digits>__<image file stem>")
    elif figid in figids:
        yield bad(f"{figid} is the name of a set above")
    elif not (texts := [text for cell in row[2:] if (text := tidy(cell)) not in MARKERS]):
        yield bad(f"the set {figid} has no members")
    else:
        figids.add(figid)
        figure = make_figure(figid, row[1], properties.organism)
        yield figure
        yield from _members(name, number, figure.figure_id, texts, properties)


def _members(
    name: str, number: int, figure_id: str, texts: list[str], properties: _FileName
) -> Iterator[Mention | Problem]:
    """Yield the members of a set; symbols count for human only, because they name other genes in other organisms."""
    category = properties.category
    taxon = properties.taxon if category == "gene" else None
    skipped, damaged = [], []
    for position, text in enumerate(dict.fromkeys(texts)):
        curies, unread = cells.identifiers(text, *_PREFIXES[category])
        entity_id = curies[0] if len(curies) == 1 and not unread else None
        if entity_id is None and (_NO_NAME.fullmatch(text) or cells.date_for(text) is not None):
            damaged.append(text)
        if entity_id is None and category == "gene" and taxon != HUMAN:
            skipped.append(text)
            continue
        yield make_mention(figure_id, category, position, entity_id or text, entity_id, properties.flavour, taxon)
    if damaged:
        gene = cells.date_for(damaged[0])
        message = f"{len(damaged)} members are no identifiers or names, as {damaged[0][:40]!r}"
        message += f", a date, likely of {gene}" if gene else ""
        yield Problem("warning", "bad-identifier", name, number, f"{message}; read as names")
    if skipped:
        message = f"{len(skipped)} members skipped, as {skipped[0][:40]!r}: a symbol alone names genes of human only"
        yield Problem("warning", "symbol-without-gene", name, number, f"{message}; give NCBI Gene ids")


def make_mention(
    figure_id: str, category: Category, position: int, text: str, entity_id: str | None,
    flavour: Flavour | None, taxon: str | None,
) -> Mention:  # fmt: skip
    """Return the mention of a member; `text` is its CURIE or symbol.

    It must not be a bare identifier, because numbers that are drawn would then be grounded by it.
    """
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
