r"""Pathways in a GMT file, with the identifiers and names that databases put into the first two cells of a line.

WikiPathways has `name%WikiPathways_20240610%WP179%Homo sapiens`, Reactome `name TAB R-HSA-69306`, this project's own
form is `WP179 TAB name`, and MSigDB has a name and an address. Symbols and NCBI Gene ids follow.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from kg.errors import SourceError, cut
from kg.model.text import clean, collapse

MOST_PATHWAYS = 20_000
"""Greatest number of pathways in a file, which is about the number of terms of Gene Ontology."""

LINE = "a line of GMT is: name, tab, description, tab, members"

_IDENTIFIER = re.compile(r"(?:WP|hsa|mmu|map|ko|SMP|PWY-?)[0-9]+(?:_r[0-9]+)?|R-[A-Z]{3}-[0-9]+|GO:[0-9]{7}|PFOCR:\S+")
_ADDRESS = re.compile(r"https?://\S+")


class Header(NamedTuple):
    """The first two cells of a line."""

    id: str
    name: str
    organism: str | None


@dataclass(frozen=True, slots=True)
class Pathway:
    """One pathway of a file."""

    id: str
    """Identifier of the database, such as WP179; the name where there is none."""
    name: str
    organism: str | None
    """The Latin name of the organism, where the line has it."""
    members: tuple[str, ...]
    """Symbols and identifiers as the file has them, each once; a number is one of NCBI Gene, as a CURIE."""


class PathwayFile(NamedTuple):
    """The pathways of a file, and a line about each part of it that could not be read."""

    pathways: tuple[Pathway, ...]
    problems: tuple[str, ...]


def read_pathways(content: bytes, source: str) -> PathwayFile:
    r"""Read a GMT file; a line that is none is passed over and reported as `FILE:LINE: reason`.

    Raises SourceError for a file that is empty, no text, without a single pathway, or with more than MOST_PATHWAYS.

    >>> file = read_pathways(b"Apoptosis%WikiPathways_2024%WP254%Homo sapiens\t\t836\t841\nno members\n", "own.gmt")
    >>> file.pathways
    (Pathway(id='WP254', name='Apoptosis', organism='Homo sapiens', members=('ncbigene:836', 'ncbigene:841')),)
    >>> file.problems
    ('own.gmt:2: no pathway; a line of GMT is: name, tab, description, tab, members; line skipped',)
    """
    if not content.strip():
        raise SourceError(f"{source}: empty; {LINE}")
    if b"\x00" in content:
        raise SourceError(f"{source}: not a text; give a GMT file, plain or as .gmt.gz")
    pathways: dict[str, Pathway] = {}
    problems: list[str] = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip():
            continue
        pathway = _pathway(line)
        if isinstance(pathway, str):
            problems.append(f"{source}:{number}: {pathway}; line skipped")
        elif pathway.id in pathways:
            problems.append(f"{source}:{number}: {cut(pathway.id)!r} is the name of a pathway above; line skipped")
        elif len(pathways) == MOST_PATHWAYS:
            raise SourceError(f"{source}:{number}: more than {MOST_PATHWAYS:,} pathways; give fewer")
        else:
            pathways[pathway.id] = pathway
    if not pathways:
        raise SourceError(f"{problems[0].removesuffix('; line skipped')}; no line of the file is a pathway")
    return PathwayFile(tuple(pathways.values()), tuple(problems))


def _pathway(line: bytes) -> Pathway | str:
    """Return the pathway of a line, or the reason why it has none."""
    try:
        cells = [collapse(clean(cell)) for cell in line.decode().split("\t")]
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start} of the line"
    members = tuple(dict.fromkeys(map(_member, filter(None, cells[2:]))))
    if len(cells) < 3 or not cells[0] or not members:
        return f"no pathway; {LINE}"
    return Pathway(*header(cells[0], cells[1]), members)


def _member(text: str) -> str:
    """Return a member; a bare number would also be looked for among the names of genes, where 225 is one of EGR1."""
    return f"ncbigene:{text.lstrip('0')}" if text.isdecimal() else text


def header(first: str, second: str) -> Header:
    """Return identifier, name and organism of the first two cells of a line.

    >>> header("WP179", "Cell cycle"), header("Cell Cycle", "R-HSA-1640170")
    (Header(id='WP179', name='Cell cycle', organism=None), Header(id='R-HSA-1640170', name='Cell Cycle', organism=None))
    >>> header("HALLMARK_HYPOXIA", "https://www.gsea-msigdb.org/HALLMARK_HYPOXIA").id
    'HALLMARK_HYPOXIA'
    """
    parts = first.split("%")
    if len(parts) == 4 and parts[2]:
        return Header(parts[2].strip(), parts[0].strip() or parts[2].strip(), parts[3].strip() or None)
    if _IDENTIFIER.fullmatch(second):
        return Header(second, first, None)
    described = second if second and not _ADDRESS.fullmatch(second) and second.lower() not in ("na", "n/a") else first
    return Header(first, described if _IDENTIFIER.fullmatch(first) else first, None)
