"""The lexicon's files: their shapes, and how a folder of them is opened.

Each is a table of tab-separated cells with a header row; cells that are lists are separated by `|`.
"""

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from kg.errors import LexiconError


class Shape(NamedTuple):
    """What one file has to look like."""

    file: str
    columns: tuple[str, ...]
    row: re.Pattern[str]
    required: bool = True


_TERM_COLUMNS = ("curie", "xrefs", "name", "synonyms")
_TERM_ROW = re.compile(r"(?:chebi|mesh|doid):\w+\t(?:[a-z]+:\w+(?:\|[a-z]+:\w+)*)?\t[^\t|]+\t[^\t]*")

GENES = Shape(
    "genes.tsv.gz",
    ("hgnc", "symbol", "ncbigene", "aliases", "previous", "synonyms"),
    re.compile(r"\d*\t[^\t|]+\t\d+\t[^\t]*\t[^\t]*\t[^\t]*"),
)
SMALL_MOLECULES = Shape("small_molecules.tsv", _TERM_COLUMNS, _TERM_ROW)
CHEMICALS = Shape("chemicals.tsv.gz", _TERM_COLUMNS, _TERM_ROW)
DISEASES = Shape("diseases.tsv.gz", _TERM_COLUMNS, _TERM_ROW)
FAMILIES = Shape("families.tsv.gz", ("famplex", "synonyms", "members"), re.compile(r"[\w.-]+\t[^\t]*\t\d+(?:\|\d+)*"))
WORDS = Shape(
    "words.tsv.gz",
    ("word", "category", "curie", "name", "taxon", "flavour", "figures"),
    re.compile(
        r"[^\t]+\t(?:gene|chemical|disease)"
        r"\t(?:ncbigene|chebi|mesh|doid|hgnc\.symbol|chemical\.name|disease\.name):[A-Za-z0-9._~%-]+"
        r"\t[^\t]+\t(?:ncbitaxon:[0-9]+)?\t(?:strict|synonyms|all)\t[0-9]+"
    ),
    required=False,
)
SHAPES = (GENES, FAMILIES, SMALL_MOLECULES, CHEMICALS, DISEASES, WORDS)
"""Words are what a corpus taught (`kg lexicon learn`); a lexicon need not have any."""


def read(folder: Traversable) -> dict[str, bytes]:
    """Give the files of a folder by name; what it lacks is taken from the bundled lexicon.

    Raises LexiconError for a file of another shape, or a bundled one that is missing.
    """
    bundled = files("kg.lexicon") / "data"
    contents = {}
    for shape in SHAPES:
        place = folder.joinpath(shape.file)
        if not place.is_file():
            place = bundled.joinpath(shape.file)
        try:
            contents[shape.file] = place.read_bytes()
        except FileNotFoundError:
            if shape.required:
                raise LexiconError(f"{place}: missing; reinstall kg, or make it with: kg lexicon update") from None
            continue
        except OSError as error:
            raise LexiconError(f"{place}: cannot be read ({error.strerror})") from None
        _check(shape, str(place), unpacked(str(place), contents[shape.file]))
    return contents


def rows(contents: Mapping[str, bytes], shape: Shape) -> Iterator[list[str]]:
    """Give the rows of a file, as cells."""
    return (line.split("\t") for line in body(contents, shape).split("\n") if line)


def body(contents: Mapping[str, bytes], shape: Shape) -> str:
    """Give the text of a file without its header; empty where there is no such file."""
    content = contents.get(shape.file)
    return "" if content is None else unpacked(shape.file, content).partition("\n")[2]


def unpacked(file: str, content: bytes) -> str:
    """Decompress and decode one file."""
    try:
        return (gzip.decompress(content) if file.endswith(".gz") else content).decode("utf-8")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise LexiconError(f"{file}: not a lexicon file ({error}); {_way_out(file)}") from error


def _way_out(file: str) -> str:
    command = "learn" if file.endswith(WORDS.file) else "update"
    return f"remove it, or make it again with: kg lexicon {command}"


def _check(shape: Shape, file: str, text: str) -> None:
    """Refuse a file that has another header, or a row of another shape."""
    header, *lines = text.removesuffix("\n").split("\n")
    if header.split("\t") != list(shape.columns):
        columns = ", ".join(shape.columns)
        raise LexiconError(f"{file}:1: the header is {header[:80]!r}, not the columns {columns}; {_way_out(file)}")
    for line, row in enumerate(lines, start=2):
        if not shape.row.fullmatch(row):
            raise LexiconError(
                f"{file}:{line}: {row[:80]!r} is not a row of {', '.join(shape.columns)}, separated by tabs"
            )
