"""Source files of a lexicon, in their publishers' formats: recognised by content, read and described.

A file may be compressed with gzip. FamPlex's two may also be in a zip archive, such as GitHub's of its repository.
"""

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import IO, NamedTuple, cast
from zipfile import BadZipFile, ZipFile, is_zipfile

from kg.errors import LexiconError
from kg.lexicon.update import organisms, source_formats
from kg.lexicon.update.compile import Descriptor, Gene, Ontology, Relation

_HEAD = 65536  # bytes in which a file is recognised; the header of DOID alone has several thousand
_ARCHIVED = ("relations.csv", "grounding_map.csv")


class Origin(NamedTuple):
    """A source file, as SOURCES.toml describes it."""

    title: str
    licence: str
    file: str
    sha256: str
    rows: int
    version: str | None  # from the file itself


@dataclass(eq=False)
class Downloads:
    """Records of the files, by kind; a kind without a file is empty and not among the origins."""

    origins: dict[str, Origin] = field(default_factory=dict)
    hgnc: list[Gene] = field(default_factory=list)
    ncbi: list[Gene] = field(default_factory=list)
    organisms: dict[str, list[Gene]] = field(default_factory=dict)  # by kind
    relations: list[Relation] = field(default_factory=list)
    groundings: list[tuple[str, str]] = field(default_factory=list)  # text, FamPlex id
    mesh: list[Descriptor] = field(default_factory=list)
    supplement: list[Descriptor] = field(default_factory=list)
    chebi: Ontology = field(default_factory=lambda: Ontology({}, {}, {}))
    doid: Ontology = field(default_factory=lambda: Ontology({}, {}, {}))


class _File(NamedTuple):
    """A file, or a member of a zip archive."""

    path: Path
    member: str = ""

    def label(self) -> str:
        """Return the name of the file in messages."""
        return f"{self.path}/{self.member}" if self.member else str(self.path)

    @contextmanager
    def opened(self, *, unpack: bool = True) -> Iterator[IO[bytes]]:
        """Open the file for reading, decompressed; raise LexiconError for an error while it is open."""
        with _as_lexicon_error(self.label()), ExitStack() as stack:
            archive = stack.enter_context(ZipFile(self.path)) if self.member else None
            opened = archive.open(self.member) if archive else self.path.open("rb")
            raw = cast("BufferedReader", stack.enter_context(opened))
            compressed = unpack and raw.peek(2)[:2] == b"\x1f\x8b"
            yield cast("IO[bytes]", stack.enter_context(gzip.open(raw)) if compressed else raw)


@contextmanager
def _as_lexicon_error(label: str) -> Iterator[None]:
    """Raise the libraries' errors on unreadable and damaged files as LexiconError."""
    try:
        yield
    except (EOFError, zlib.error, BadZipFile, UnicodeDecodeError, gzip.BadGzipFile) as error:
        raise LexiconError(f"{label}: damaged ({error}); download it again") from None
    except OSError as error:
        raise LexiconError(f"{label}: cannot be read ({error.strerror or error})") from None


def read(paths: Sequence[Path]) -> Downloads:
    """Read every file; raise LexiconError for one that is not recognised, damaged, or the second of its kind."""
    downloads = Downloads()
    for file in (file for path in paths for file in _members(path)):
        with file.opened() as stream:
            head = stream.read(_HEAD).decode("utf-8", "replace").removeprefix("\ufeff")
        kind = _recognised(head)
        if kind is None:
            titles = ", ".join(title for title, _, _ in KINDS.values())
            raise LexiconError(f"{file.label()}: not recognised; a lexicon is made from {titles}")
        with file.opened(unpack=False) as stream:
            sha256 = hashlib.file_digest(cast("BufferedReader", stream), "sha256").hexdigest()
        title, licence, reader = (KINDS | organisms.KINDS)[kind]
        earlier = downloads.origins.get(kind)
        if earlier and earlier.sha256 == sha256:
            continue
        if earlier:
            raise LexiconError(f"{file.label()}: {title} again, after {earlier.file}; give one of them")
        with file.opened() as stream:
            records, rows, version = reader(file.label(), stream)
        if not rows:
            raise LexiconError(f"{file.label()}: recognised as {title}, but there is nothing of use in it")
        name = f"{file.path.name}/{file.member}" if file.member else file.path.name
        if kind in organisms.KINDS:
            downloads.organisms[kind] = cast("list[Gene]", records)
        else:
            setattr(downloads, kind, records)
        downloads.origins[kind] = Origin(title, licence, name, sha256, rows, version)
    return downloads


def _members(path: Path) -> list[_File]:
    """Return the files to read at a path: those of FamPlex in a zip archive, otherwise the file itself."""
    if not is_zipfile(path):
        return [_File(path)]
    with _as_lexicon_error(str(path)), ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.rpartition("/")[2] in _ARCHIVED]
    if not names:
        raise LexiconError(f"{path}: neither {' nor '.join(_ARCHIVED)} is in this archive; unpack other sources first")
    return [_File(path, name) for name in names]


def _recognised(head: str) -> str | None:
    """Return the kind of a file by its first 65,536 bytes; None where it is not recognised."""
    if head.startswith("hgnc_id\tsymbol\t"):
        return "hgnc"
    if head.startswith("#tax_id\tGeneID\tSymbol\t"):
        return organisms.kind_of(head)
    for tag, kind in (("<DescriptorRecordSet", "mesh"), ("<SupplementalRecordSet", "supplement")):
        if head.lstrip().startswith("<") and tag in head:
            return kind
    # The ontology's own name decides, because terms of others may come first.
    ontology = re.search(r"^ontology: *(\w+)", head, re.MULTILINE) or re.search(r"^id: *(\w+):", head, re.MULTILINE)
    if ontology:
        return ontology[1].lower() if ontology[1].lower() in {"chebi", "doid"} else None
    if re.match(r"\w+,[^,\n]+,(?:isa|partof),FPLX,", head):
        return "relations"
    return "groundings" if re.search(r"^[^\n]+,FPLX,[^,\n]+", head, re.MULTILINE) else None


_Reader = Callable[[str, IO[bytes]], source_formats.ParsedSource]
_MEDICINE = "public domain (U.S. National Library of Medicine)"

KINDS: dict[str, tuple[str, str, _Reader]] = {
    "hgnc": ("HGNC complete set", "CC0-1.0", source_formats.hgnc),
    "ncbi": (
        "NCBI gene_info",
        "public domain (U.S. National Center for Biotechnology Information)",
        partial(source_formats.ncbi, source_formats.HUMAN_GENES),
    ),
    "mesh": ("MeSH descriptors (XML)", _MEDICINE, partial(source_formats.mesh, "Descriptor")),
    "supplement": ("MeSH supplementary records (XML)", _MEDICINE, partial(source_formats.mesh, "SupplementalRecord")),
    "doid": ("Human Disease Ontology (OBO)", "CC0-1.0", partial(source_formats.obo, "DOID")),
    "chebi": ("ChEBI (OBO)", "CC-BY-4.0", partial(source_formats.obo, "CHEBI")),
    "relations": ("FamPlex relations.csv", "CC0-1.0", source_formats.relations),
    "groundings": ("FamPlex grounding_map.csv", "CC0-1.0", source_formats.groundings),
}
"""Title, licence and reader of each kind of file."""
