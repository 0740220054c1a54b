"""SSSOM (Simple Standard for Sharing Ontology Mappings) TSV: which identifiers mean the same thing.

The metadata block may lie in front of the table, each line after a `#`, or beside it in a file of the
same name that ends in `.sssom.yml`. What a prefix stands for is said there; where that is an address
we do not use (identifiers.org, a browser), the prefix itself says what is meant, in any usual spelling.
"""

import csv
import gzip
import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BytesIO, StringIO
from pathlib import Path
from typing import NamedTuple

from kg.errors import RecordError, SourceError, UnknownPrefix
from kg.ingest.sources import MAX_FILE_BYTES, Entry
from kg.model.identifiers import NAMESPACES, compress, curie, decode, mesh_id
from kg.model.text import decode as to_text
from kg.parsers import frontmatter

REQUIRED = ("subject_id", "predicate_id", "object_id")
"""The columns that a pair is read from; the standard has a fourth, mapping_justification, which older files lack."""

EXACT = frozenset(
    {f"{NAMESPACES['skos']}exactMatch", f"{NAMESPACES['owl']}sameAs", f"{NAMESPACES['owl']}equivalentClass"}
)
"""Predicates, as IRIs, that make two identifiers one thing."""

OTHER_NAMES = {
    "entrez": "ncbigene",
    "entrezgene": "ncbigene",
    "geneid": "ncbigene",
    "ncbigeneid": "ncbigene",
    "famplex": "fplx",
    "msh": "mesh",
}
"""What others call our prefixes, beyond capitals, dots and underscores; `_plain` of it."""

ENTITIES = ("ncbigene", "hgnc.symbol", "fplx", "chebi", "doid", "mesh", "keyword", "chemical.name", "disease.name")
"""Prefixes of what a figure can mention."""

NUMBERED = frozenset({"chebi", "doid", "ncbigene"})
"""Prefixes whose identifiers are digits."""

_START = re.compile(r"\A---[ \t]*(?=\n)")
_METADATA = re.compile(r"(?:#[^\n]*(?:\n|$))*")
_SCHEME = re.compile("(?i)^https?:(?=//)")
_RESOLVER = re.compile(r"(?i)https?://(?:www\.)?(?:identifiers\.org|bioregistry\.io)/([^/:]+)[:/](.+)")


class Mappings(NamedTuple):
    """What a file says: pairs of CURIEs in our form, as they are written, in order of first appearance.

    `digest` is the SHA-256 of the file, and of its external metadata after it where there is some.
    `skipped` counts the rows that gave no pair, by reason: another `predicate`, `negated`, a `prefix` that
    no entity has, an `identifier` that is none or not there, `itself`, a `duplicate`.
    """

    pairs: tuple[tuple[str, str], ...]
    digest: str
    skipped: dict[str, int]


def read(path: Path) -> Mappings:
    """Read a SSSOM/TSV file, `.gz` by suffix; raise SourceError, with file and line, where it is none."""
    body = _bytes(path)
    digest = hashlib.sha256(body)
    try:
        text = to_text(_inflated(body, path) if path.suffix == ".gz" else body)
        metadata = _METADATA.match(text)
        head = metadata.group() if metadata else ""
        beside = _beside(path)
        if head or not beside.is_file():
            prefixes = _prefixes("\n".join(line.removeprefix("#") for line in head.split("\n")))
        else:
            external = _bytes(beside)
            digest.update(external)
            prefixes = _external(beside, external)
        pairs, skipped = _pairs(text[len(head) :], head.count("\n"), _Names(prefixes))
    except RecordError as error:
        place = error.file or str(path)
        where = f"{place}:{error.line}" if error.line else place
        raise SourceError(f"{where}: not SSSOM: {error.reason}") from None
    return Mappings(pairs, digest.hexdigest(), skipped)


def _bytes(path: Path) -> bytes:
    try:
        return Entry(str(path), str(path)).read()
    except (RecordError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceError(f"{error}; give a SSSOM file (.sssom.tsv)") from None


def _inflated(body: bytes, path: Path) -> bytes:
    try:
        with gzip.open(BytesIO(body)) as file:
            inflated = file.read(MAX_FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{path}: damaged gzip ({error}); fetch it again") from None
    if len(inflated) > MAX_FILE_BYTES:
        raise SourceError(f"{path}: larger than {MAX_FILE_BYTES // 1024**2} MiB when unpacked; split it")
    return inflated


# -- metadata


def _beside(path: Path) -> Path:
    """Give the path that the standard recommends for metadata kept apart."""
    stem = path.name.removesuffix(".gz").removesuffix(".tsv").removesuffix(".sssom")
    return path.with_name(f"{stem}.sssom.yml")


def _external(path: Path, body: bytes) -> dict[str, str]:
    try:
        return _prefixes(to_text(body))
    except RecordError as error:
        raise RecordError(error.reason, file=str(path), line=error.line) from None


def _prefixes(metadata: str) -> dict[str, str]:
    """Give the `curie_map` of a metadata block; the rest of it says nothing about pairs."""
    if not metadata.strip():
        return {}
    slots = frontmatter.parse(_START.sub("", metadata))
    named = slots.get("curie_map")
    if named is None:
        return {}
    if not isinstance(named, frontmatter.Mapping):
        raise RecordError("curie_map is not a mapping of prefixes to IRIs", line=slots.lines["curie_map"])
    found = {}
    for prefix, iri in named.items():
        if not isinstance(iri, str) or not iri:
            raise RecordError(f"prefix {prefix!r} in curie_map has no IRI", line=named.lines[prefix])
        found[prefix] = iri
    return found


# -- the table


def _pairs(table: str, lines_before: int, names: "_Names") -> tuple[tuple[tuple[str, str], ...], dict[str, int]]:
    rows = csv.reader(StringIO(table, newline=""), delimiter="\t", strict=True)
    pairs: dict[tuple[str, str], None] = {}
    skipped: Counter[str] = Counter()
    try:
        places = _places([column.strip() for column in next(rows, [])], lines_before + 1)
        count = 0
        for count, row in enumerate(filter(any, rows), 1):  # noqa: B007
            cells = {name: _bare(row[place]) if place < len(row) else "" for name, place in places.items()}
            pair, reason = names.pair(**cells)
            if reason or pair in pairs:
                skipped[reason or "duplicate"] += 1
            else:
                pairs[pair] = None
    except csv.Error as error:
        reason = f"{error}; a value with a tab, a line break or a quote is put in quotes, and its own are doubled"
        raise RecordError(reason, line=lines_before + rows.line_num) from None
    if not count:
        raise RecordError("a header and no rows", line=lines_before + 1)
    return tuple(pairs), dict(sorted(skipped.items()))


def _places(columns: list[str], line: int) -> dict[str, int]:
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        wrong = f"lacks the columns {', '.join(missing)}; it is to be tab-separated, right after any # lines"
        raise RecordError(f"the header {wrong}", line=line)
    wanted = [name for name in (*REQUIRED, "predicate_modifier") if name in columns]
    if twice := [name for name in wanted if columns.count(name) > 1]:
        raise RecordError(f"the header has the column {twice[0]} twice", line=line)
    return {name: columns.index(name) for name in wanted}


# -- identifiers


class _Names:
    """Turns the identifiers of a file into ours; `prefixes` is the file's own `curie_map`."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        # Built-in prefixes cannot be given another meaning, says the standard.
        self._prefixes = {**prefixes, "skos": NAMESPACES["skos"], "owl": NAMESPACES["owl"]}
        self._known: dict[str, tuple[str, str]] = {}

    def pair(
        self, subject_id: str, predicate_id: str, object_id: str, predicate_modifier: str = ""
    ) -> tuple[tuple[str, str], str]:
        """Give the pair of a row, or why there is none."""
        if self._iri(predicate_id) not in EXACT:
            return ("", ""), "predicate"
        if predicate_modifier:
            return ("", ""), "negated"
        (ours, wrong), (theirs, as_wrong) = self._ours(subject_id), self._ours(object_id)
        return (ours, theirs), wrong or as_wrong or ("itself" if ours == theirs else "")

    def _iri(self, text: str) -> str:
        """Expand a CURIE by the file's prefixes; anything else is given back."""
        prefix, colon, local = text.partition(":")
        return self._prefixes[prefix] + local if colon and prefix in self._prefixes else text

    def _ours(self, text: str) -> tuple[str, str]:
        """Give our CURIE of an identifier, or why there is none; most come many times."""
        if text not in self._known:
            self._known[text] = self._find(text)
        return self._known[text]

    def _find(self, text: str) -> tuple[str, str]:
        reason = "prefix" if ":" in text else "identifier"
        for prefix, local in self._readings(text):
            if ours := _OURS.get(_plain(prefix)):
                if found := _checked(ours, local):
                    return found, ""
                reason = "identifier"
        return "", reason

    def _readings(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the ways to cut an identifier into prefix and the rest, the surest first."""
        iri = self._iri(text)
        for scheme in ("https:", "http:"):
            with suppress(UnknownPrefix):
                prefix, _, local = compress(_SCHEME.sub(scheme, iri)).partition(":")
                yield prefix, local
        if found := _RESOLVER.fullmatch(iri):
            yield found[1], found[2]
        if not _SCHEME.match(text):
            prefix, _, local = text.partition(":")
            yield prefix, local
            return
        fitting = [(prefix, start) for prefix, start in self._prefixes.items() if iri.startswith(start)]
        longest = max((len(start) for _, start in fitting), default=0)
        yield from ((prefix, iri[longest:]) for prefix, start in fitting if len(start) == longest)


def _bare(cell: str) -> str:
    """Strip white space, and the brackets that some put around IRIs."""
    return cell.strip().removeprefix("<").removesuffix(">")


def _plain(prefix: str) -> str:
    """Give the form under which spellings of a prefix are one: `NCBI_Gene`, `ncbigene`."""
    return re.sub("[^a-z0-9]", "", prefix.lower())


_OURS = {_plain(prefix): prefix for prefix in ENTITIES} | OTHER_NAMES


def _checked(prefix: str, local: str) -> str | None:
    """Give the CURIE, or None where the identifier is none of that kind; `CHEBI:CHEBI:1` is `chebi:1`."""
    again, colon, rest = local.partition(":")
    if colon and _OURS.get(_plain(again)) == prefix:
        local = rest
    if prefix == "mesh":
        return mesh_id(local)
    if prefix in NUMBERED:
        return curie(prefix, local) if re.fullmatch("[0-9]+", local) else None
    return curie(prefix, decode(local)) if local else None
