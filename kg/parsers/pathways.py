r"""Pathways in a GMT file, with the identifiers and names that databases put into the first two cells of a line.

WikiPathways has `name%WikiPathways_20240610%WP179%Homo sapiens`, Reactome `name TAB R-HSA-69306`, this project's own
form is `WP179 TAB name`, and MSigDB has a name and an address. Symbols and NCBI Gene ids follow.
"""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from os import PathLike, fspath
from pathlib import Path
from typing import NamedTuple

from kg.errors import ParameterError, SourceError, cut, shown
from kg.model.text import clean, collapse

MOST_PATHWAYS = 20_000
"""Greatest number of pathways in a file, which is about the number of terms of Gene Ontology."""

MOST_BYTES = 64 * 2**20
"""Bytes of the largest file that is read, unpacked."""

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
    r"""Read a GMT file, plain or as gzip; a line that is none is passed over and reported as `FILE:LINE: reason`.

    Raises SourceError for a file that is damaged, empty, no text, without a single pathway, over MOST_BYTES, or with
    more than MOST_PATHWAYS.

    >>> file = read_pathways(b"Apoptosis%WikiPathways_2024%WP254%Homo sapiens\t\t836\t841\nno members\n", "own.gmt")
    >>> file.pathways
    (Pathway(id='WP254', name='Apoptosis', organism='Homo sapiens', members=('ncbigene:836', 'ncbigene:841')),)
    >>> file.problems
    ('own.gmt:2: no pathway; a line of GMT is: name, tab, description, tab, members; line skipped',)
    """
    pathways: dict[str, Pathway] = {}
    problems: list[str] = []
    for number, line in lines(content, source):
        pathway = pathway_of(line)
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


def given_pathways(given: str | PathLike[str] | Mapping[str, str | Iterable[str]]) -> tuple[str, PathwayFile]:
    """Return pathways with a name for messages: those of a GMT file, or of a mapping of names to members.

    Raises SourceError as `read_pathways` does, and for a file that cannot be read; ParameterError for another value.

    >>> given_pathways({"mine": ["TP53", "4193"]})[1].pathways
    (Pathway(id='mine', name='mine', organism=None, members=('TP53', 'ncbigene:4193')),)
    """
    if isinstance(given, Mapping):
        if not all(isinstance(name, str) and isinstance(members, Iterable) for name, members in given.items()):
            raise ParameterError("pathways: give the path of a GMT file, or names with lists of members")
        lists = {name: [members] if isinstance(members, str) else list(members) for name, members in given.items()}
        read = [_of_texts([name, "", *map(str, members)]) for name, members in lists.items()]
        if without := [name for name, pathway in zip(lists, read, strict=True) if isinstance(pathway, str)]:
            raise ParameterError(f"pathways: {cut(without[0])!r} has no members or no name")
        if not read:
            raise ParameterError("pathways: none given; give names with lists of members")
        return "pathways", PathwayFile(tuple(pathway for pathway in read if isinstance(pathway, Pathway)), ())
    if not isinstance(given, str | PathLike):
        raise ParameterError(f"pathways={shown(given)}: give the path of a GMT file, or names with lists of members")
    path = fspath(given)
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SourceError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > MOST_BYTES:
        raise SourceError(f"{path}: over {MOST_BYTES // 2**20} MiB; give fewer pathways")
    return path, read_pathways(content, path)


def _unpacked(content: bytes, source: str) -> bytes:
    """Return the content of a gzip file; raise SourceError for a damaged one, and beyond MOST_BYTES."""
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            unpacked = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{source}: damaged gzip: {error}") from None
    if len(unpacked) > MOST_BYTES:
        raise SourceError(f"{source}: over {MOST_BYTES // 2**20} MiB unpacked; give fewer pathways")
    return unpacked


def lines(content: bytes, source: str) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a GMT file, plain or as gzip, that are not blank, with their numbers from 1.

    Raises SourceError for a file that is damaged, empty or no text, or over MOST_BYTES.
    """
    if content.startswith(b"\x1f\x8b"):
        content = _unpacked(content, source)
    if not content.strip():
        raise SourceError(f"{source}: empty; {LINE}")
    if b"\x00" in content:
        raise SourceError(f"{source}: not a text; give a GMT file, plain or as .gmt.gz")
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if line.strip():
            yield number, line


def pathway_of(line: bytes) -> Pathway | str:
    """Return the pathway of a line, or the reason why it has none."""
    try:
        return _of_texts(line.decode().split("\t"))
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start} of the line"


def _of_texts(texts: Iterable[str]) -> Pathway | str:
    """Return the pathway of the cells of a line, or the reason why they are none."""
    cells = [collapse(clean(text)) for text in texts]
    members = tuple(dict.fromkeys(map(_member, filter(None, cells[2:]))))
    if len(cells) < 3 or not cells[0] or not members:
        return f"no pathway; {LINE}"
    return Pathway(*header(cells[0], cells[1]), members)


def _member(text: str) -> str:
    """Return a member; a bare number would also be looked for among the names of genes, where 225 is one of EGR1."""
    return f"ncbigene:{text.lstrip('0') or '0'}" if text.isdecimal() else text


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
