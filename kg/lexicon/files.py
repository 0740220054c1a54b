"""The files of a lexicon: their columns, and the reading of a folder of them.

Genes have HGNC's number and symbol, the NCBI gene id, aliases, previous symbols and NCBI's further synonyms; families
and complexes of FamPlex have their genes; chemicals and diseases have CURIE, xrefs, name and synonyms. A table of its
own has the genes' ids in Ensembl and UniProt.
Each file is a table of tab-separated cells under a header row. In cells that are lists, `|` separates the items.
"""

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, wraps
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

from kg.errors import LexiconError
from kg.runtime.files import gzip_writer
from kg.runtime.paths import shell_word

Result = TypeVar("Result")


class Shape(NamedTuple):
    """The columns of a file, and the pattern that each of its rows matches."""

    file: str
    columns: tuple[str, ...]
    row: re.Pattern[str]
    required: bool = True
    ordered: bool = False  # whether the rows are sorted, so that a search need not read all


_TERM_COLUMNS = ("curie", "xrefs", "name", "synonyms")
_TERM_ROW = re.compile(r"(?:chebi|mesh|doid):\w+\t(?:[a-z]+:\w+(?:\|[a-z]+:\w+)*)?\t[^\t|]+\t[^\t]*")

GENES = Shape(
    "genes.tsv.gz",
    ("hgnc", "symbol", "ncbigene", "aliases", "previous", "synonyms"),
    re.compile(r"\d*\t[^\t|]+\t\d+\t[^\t]*\t[^\t]*\t[^\t]*"),
)
NCBIGENE = GENES.columns.index("ncbigene")
ENSEMBL = r"ENSG[0-9]{11}"
UNIPROT = r"(?:[OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2})"
GENE_IDS = Shape(
    "gene_ids.tsv.gz",
    ("ncbigene", "ensembl", "uniprot"),
    re.compile(rf"\d+\t(?:{ENSEMBL}(?:\|{ENSEMBL})*)?\t(?:{UNIPROT}(?:\|{UNIPROT})*)?"),
)
SMALL_MOLECULES = Shape("small_molecules.tsv", _TERM_COLUMNS, _TERM_ROW)
CHEMICALS = Shape("chemicals.tsv.gz", _TERM_COLUMNS, _TERM_ROW)
RARE_CHEMICALS = Shape(
    "rare_chemicals.tsv.gz", ("text", "curie", "name"), re.compile(r"[^\t]+\tmesh:C\d+\t[^\t|]+"), ordered=True
)
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
NICKNAMES = Shape("nicknames.tsv", ("word", "curie"), re.compile(r"[^\t]+\t(?:ncbigene|fplx):[\w.-]+"))
CONTEXT = Shape(
    "context.tsv.gz",
    ("kind", "text", "figures", "length", "direction"),
    re.compile(r"(?:corpus|word|meaning|doubt)\t[^\t]*\t\d+\t\d+\t[0-9a-f]*"),
)
TAXA = (10090, 10116, 7227, 6239, 559292, 7955, 3702)
"""NCBI taxon ids of the organisms with tables of genes: mouse, rat, fly, worm, yeast, zebrafish, Arabidopsis."""


def organism_genes(taxon: int) -> Shape:
    """Return the table of the genes of an organism, in the columns of the human ones and without numbers of HGNC."""
    return Shape(f"genes.{taxon}.tsv.gz", GENES.columns, GENES.row, required=False)


SHAPES = (
    *(GENES, GENE_IDS, FAMILIES, SMALL_MOLECULES, CHEMICALS, RARE_CHEMICALS, DISEASES, NICKNAMES, CONTEXT, WORDS),
    *map(organism_genes, TAXA),
)
"""All files. WORDS holds words learned from a corpus (`kg lexicon learn`) and is optional. RARE_CHEMICALS has a row for
each squashed name (`kg.lexicon.term_names`) of MeSH's supplementary records that have no ChEBI term."""

BUNDLED = files("kg.lexicon") / "data"
"""The folder of the bundled lexicon."""

_LEXICONS = 2
"""Lexicons whose texts and results a process remembers: the bundled one and another; each takes about 8 MB."""


def once_per_lexicon(function: Callable[[Mapping[str, bytes]], Result]) -> Callable[[Mapping[str, bytes]], Result]:
    """Return `function` with its results cached by the bytes of the files, because one process may build many times.

    Callers share a result and must not change it.
    """
    cached = lru_cache(_LEXICONS)(lambda items: function(dict(items)))

    @wraps(function)
    def remembered(contents: Mapping[str, bytes]) -> Result:
        return cached(tuple(contents.items()))

    return remembered


def user_folder() -> Path:
    """Return the folder of the user's own lexicon, which need not exist."""
    import platformdirs

    return platformdirs.user_data_path("kg", appauthor=False) / "lexicon"


def read(path: str | Traversable) -> dict[str, bytes]:
    """Return the files of a folder by name; the bundled lexicon stands in for files that the folder lacks.

    Raises LexiconError for a missing folder, a malformed file, and a bundled file that is missing.
    """
    folder = Path(path) if isinstance(path, str) else path
    if not folder.is_dir():
        command = f"kg lexicon update --folder {shell_word(str(folder))}"
        raise LexiconError(f"{folder}: no such folder; make a lexicon with: {command}")
    contents = {}
    for shape in SHAPES:
        file = folder.joinpath(shape.file)
        if not file.is_file():
            file = BUNDLED.joinpath(shape.file)
        try:
            contents[shape.file] = file.read_bytes()
        except FileNotFoundError:
            if shape.required:
                raise LexiconError(f"{file}: missing; reinstall kg, or make it with: kg lexicon update") from None
            continue
        except OSError as error:
            raise LexiconError(f"{file}: cannot be read ({error.strerror})") from None
        if file != BUNDLED.joinpath(shape.file):  # tests check the bundled files, and gzip has a checksum
            _check(shape, str(file), unpacked(str(file), contents[shape.file]))
    return contents


def bundled() -> dict[str, bytes]:
    """Return the bundled files by name, unchecked."""
    paths = {shape.file: BUNDLED.joinpath(shape.file) for shape in SHAPES}
    return {file: path.read_bytes() for file, path in paths.items() if path.is_file()}


def rows(contents: Mapping[str, bytes], shape: Shape) -> Iterator[list[str]]:
    """Yield the rows of a file, as cells."""
    return (line.split("\t") for line in body(contents, shape).split("\n") if line)


def rows_with(contents: Mapping[str, bytes], shape: Shape, column: int, cells: Collection[str]) -> Iterator[list[str]]:
    """Yield the rows whose cell in `column` (counted from 0) is among `cells`; other rows are not split in full."""
    for line in body(contents, shape).split("\n") if cells else ():
        if line and line.split("\t", column + 1)[column] in cells:
            yield line.split("\t")


def body(contents: Mapping[str, bytes], shape: Shape) -> str:
    """Return the text of a file without its header; it is empty where there is no such file."""
    content = contents.get(shape.file)
    return "" if content is None else unpacked(shape.file, content).partition("\n")[2]


def summary(contents: Mapping[str, bytes]) -> list[tuple[str, int, str, str]]:
    """Return a row for each file of a lexicon: name, number of rows, origin, and the start of its digest."""
    return [
        (
            shape.file,
            sum(1 for _ in rows(contents, shape)),
            "bundled" if contents[shape.file] == bundled().get(shape.file) else "this folder",
            sha256(contents[shape.file])[:16],
        )
        for shape in SHAPES
        if shape.file in contents
    ]


def sha256(content: bytes) -> str:
    """Return the digest of a file in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def unpacked(file: str, content: bytes) -> str:
    """Return the text of a file; raise LexiconError where it is not gzip or not UTF-8."""
    try:
        return _text(content, file.endswith(".gz"))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise LexiconError(f"{file}: not a lexicon file ({error}); {_way_out(file)}") from error


def packed(shape: Shape, table: Iterable[Sequence[str]]) -> bytes:
    """Return a table as gzip without name and date, so that equal tables are equal bytes."""
    text = "".join("\t".join(row) + "\n" for row in [shape.columns, *table])
    out = io.BytesIO()
    with gzip_writer(out, level=9) as file:
        file.write(text.encode("utf-8"))
    return out.getvalue()


@lru_cache(_LEXICONS * len(SHAPES))
def _text(content: bytes, compressed: bool) -> str:
    return (gzip.decompress(content) if compressed else content).decode("utf-8")


def _way_out(file: str) -> str:
    command = "learn" if file.endswith(WORDS.file) else "update"
    return f"remove it, or make it again with: kg lexicon {command}"


def _check(shape: Shape, file: str, text: str) -> None:
    """Raise LexiconError for a file with another header, or with a row that does not match the pattern."""
    error = _first_error(shape, text)
    if error is None:
        return
    line, row = error
    columns = ", ".join(shape.columns)
    if line == 1:
        raise LexiconError(f"{file}:1: the header is {row[:80]!r}, not the columns {columns}; {_way_out(file)}")
    order = ", in the order of the text" if shape.ordered else ""
    raise LexiconError(f"{file}:{line}: {row[:80]!r} is not a row of {columns}, separated by tabs{order}")


@lru_cache(_LEXICONS * len(SHAPES))
def _first_error(shape: Shape, text: str) -> tuple[int, str] | None:
    """Return number and text of the first bad line; in an ordered file also of the first one out of order."""
    header, *lines = text.removesuffix("\n").split("\n")
    if header.split("\t") != list(shape.columns):
        return 1, header
    if shape.ordered and (
        disorder := next((n for n, pair in enumerate(pairwise(lines), 3) if pair[0] > pair[1]), None)
    ):
        return disorder, lines[disorder - 2]
    return next(((line, row) for line, row in enumerate(lines, start=2) if not shape.row.fullmatch(row)), None)
