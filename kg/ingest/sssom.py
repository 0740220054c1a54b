"""Read mappings between identifiers from SSSOM (Simple Standard for Sharing Ontology Mappings) TSV files.

The metadata block stands above the table, each line after a `#`, or in a file of the same name that ends in
`.sssom.yml`. Its `curie_map` gives the IRI of each prefix. An IRI that is none of ours (identifiers.org, a browser)
does not count; then the prefix itself decides, in any usual spelling.
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
from kg.ingest.entries import MAX_FILE_BYTES, Entry
from kg.model.identifiers import NAMESPACES, compress, curie, decode, mesh_id
from kg.model.text import decode as to_text
from kg.parsers import frontmatter
from kg.parsers.nodes import MappingNode

REQUIRED = ("subject_id", "predicate_id", "object_id")
"""Columns of a pair; the standard requires mapping_justification, too, but older files lack it."""

EXACT = frozenset(
    {f"{NAMESPACES['skos']}exactMatch", f"{NAMESPACES['owl']}sameAs", f"{NAMESPACES['owl']}equivalentClass"}
)
"""IRIs of the predicates by which two identifiers mean the same entity."""

OTHER_NAMES = {
    "entrez": "ncbigene",
    "entrezgene": "ncbigene",
    "geneid": "ncbigene",
    "ncbigeneid": "ncbigene",
    "famplex": "fplx",
    "msh": "mesh",
}
"""Our prefix by other names of it, as `_plain` returns them: capitals, dots and underscores do not count."""

ENTITIES = ("ncbigene", "hgnc.symbol", "fplx", "chebi", "doid", "mesh", "keyword", "chemical.name", "disease.name")
"""Prefixes of entities that a figure can mention."""

NUMBERED = frozenset({"chebi", "doid", "ncbigene"})
"""Prefixes whose identifiers are digits."""

_START = re.compile(r"\A---[ \t]*(?=\n)")
_METADATA = re.compile(r"(?:#[^\n]*(?:\n|$))*")
_SCHEME = re.compile("(?i)^https?:(?=//)")
_RESOLVER = re.compile(r"(?i)https?://(?:www\.)?(?:identifiers\.org|bioregistry\.io)/([^/:]+)[:/](.+)")


class Mappings(NamedTuple):
    """Mappings of a file: pairs of our CURIEs, subject first, in order of first appearance.

    `digest` is the SHA-256 of the file, followed by its external metadata if it has any. `skipped` counts the rows
    without a pair by reason: another `predicate`, `negated`, a `prefix` that no entity has, an invalid or missing
    `identifier`, a pair of an identifier and `itself`, a `duplicate`.
    """

    pairs: tuple[tuple[str, str], ...]
    digest: str
    skipped: dict[str, int]


def read(path: Path) -> Mappings:
    """Read an SSSOM/TSV file, or one in gzip if its name ends in `.gz`.

    Raises SourceError, with file and line, where the file is not SSSOM or cannot be read.
    """
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
        pairs, skipped = _pairs(text[len(head) :], head.count("\n"), _IdentifierMapper(prefixes))
    except RecordError as error:
        file = error.file or str(path)
        location = f"{file}:{error.line}" if error.line else file
        raise SourceError(f"{location}: not SSSOM: {error.reason}") from None
    return Mappings(pairs, digest.hexdigest(), skipped)


def _bytes(path: Path) -> bytes:
    try:
        return Entry(str(path), str(path)).read()
    except (RecordError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceError(f"{error}; give an SSSOM file (.sssom.tsv)") from None


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
    """Return the path that the standard recommends for external metadata."""
    stem = path.name.removesuffix(".gz").removesuffix(".tsv").removesuffix(".sssom")
    return path.with_name(f"{stem}.sssom.yml")


def _external(path: Path, body: bytes) -> dict[str, str]:
    try:
        return _prefixes(to_text(body))
    except RecordError as error:
        raise RecordError(error.reason, file=str(path), line=error.line) from None


def _prefixes(metadata: str) -> dict[str, str]:
    """Return the `curie_map` of a metadata block; no other slot matters to the pairs."""
    if not metadata.strip():
        return {}
    slots = frontmatter.parse(_START.sub("", metadata))
    curie_map = slots.get("curie_map")
    if curie_map is None:
        return {}
    if not isinstance(curie_map, MappingNode):
        raise RecordError("curie_map is not a mapping of prefixes to IRIs", line=slots.lines["curie_map"])
    prefixes = {}
    for prefix, iri in curie_map.items():
        if not isinstance(iri, str) or not iri:
            raise RecordError(f"prefix {prefix!r} in curie_map has no IRI", line=curie_map.lines[prefix])
        prefixes[prefix] = iri
    return prefixes


# -- the table


def _pairs(
    table: str, lines_before: int, mapper: "_IdentifierMapper"
) -> tuple[tuple[tuple[str, str], ...], dict[str, int]]:
    rows = csv.reader(StringIO(table, newline=""), delimiter="\t", strict=True)
    pairs: dict[tuple[str, str], None] = {}
    skipped: Counter[str] = Counter()
    try:
        columns = _columns([name.strip() for name in next(rows, [])], lines_before + 1)
        count = 0
        for count, row in enumerate(filter(any, rows), 1):  # noqa: B007
            cells = {name: _bare(row[index]) if index < len(row) else "" for name, index in columns.items()}
            pair, reason = mapper.pair(**cells)
            if reason or pair in pairs:
                skipped[reason or "duplicate"] += 1
            else:
                pairs[pair] = None
    except csv.Error as error:
        reason = f"{error}; put a value with a tab, a line break or a quote in quotes, and double its own"
        raise RecordError(reason, line=lines_before + rows.line_num) from None
    if not count:
        raise RecordError("a header and no rows", line=lines_before + 1)
    return tuple(pairs), dict(sorted(skipped.items()))


def _columns(header: list[str], line: int) -> dict[str, int]:
    """Return the index of each column of a pair; raise RecordError where the header lacks or repeats one."""
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        fault = f"lacks the columns {', '.join(missing)}; it must be tab-separated, right after any # lines"
        raise RecordError(f"the header {fault}", line=line)
    present = [name for name in (*REQUIRED, "predicate_modifier") if name in header]
    if repeated := [name for name in present if header.count(name) > 1]:
        raise RecordError(f"the header has the column {repeated[0]} twice", line=line)
    return {name: header.index(name) for name in present}


# -- identifiers


class _IdentifierMapper:
    """Maps the identifiers of a file to our CURIEs; `prefixes` is the file's own `curie_map`."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        # The standard forbids to redefine built-in prefixes.
        self._prefixes = {**prefixes, "skos": NAMESPACES["skos"], "owl": NAMESPACES["owl"]}
        self._curies: dict[str, tuple[str, str]] = {}

    def pair(
        self, subject_id: str, predicate_id: str, object_id: str, predicate_modifier: str = ""
    ) -> tuple[tuple[str, str], str]:
        """Return the pair of a row and an empty reason, or the reason why it has none."""
        if self._iri(predicate_id) not in EXACT:
            return ("", ""), "predicate"
        if predicate_modifier:
            return ("", ""), "negated"
        (subject, subject_fault), (object_, object_fault) = self._curie(subject_id), self._curie(object_id)
        return (subject, object_), subject_fault or object_fault or ("itself" if subject == object_ else "")

    def _iri(self, text: str) -> str:
        """Return the IRI of a CURIE by the file's prefixes; any other text as it is."""
        prefix, colon, local = text.partition(":")
        return self._prefixes[prefix] + local if colon and prefix in self._prefixes else text

    def _curie(self, text: str) -> tuple[str, str]:
        """Return our CURIE of an identifier, or the reason why it has none; most identifiers occur many times."""
        if text not in self._curies:
            self._curies[text] = self._find(text)
        return self._curies[text]

    def _find(self, text: str) -> tuple[str, str]:
        reason = "prefix" if ":" in text else "identifier"
        for prefix, local in self._splits(text):
            if our_prefix := _OUR_PREFIXES.get(_plain(prefix)):
                if our_curie := _checked(our_prefix, local):
                    return our_curie, ""
                reason = "identifier"
        return "", reason

    def _splits(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the ways to split an identifier into prefix and local part, the most reliable first."""
        iri = self._iri(text)
        for scheme in ("https:", "http:"):
            with suppress(UnknownPrefix):
                prefix, _, local = compress(_SCHEME.sub(scheme, iri)).partition(":")
                yield prefix, local
        if match := _RESOLVER.fullmatch(iri):
            yield match[1], match[2]
        if not _SCHEME.match(text):
            prefix, _, local = text.partition(":")
            yield prefix, local
            return
        fitting = [(prefix, start) for prefix, start in self._prefixes.items() if iri.startswith(start)]
        longest = max((len(start) for _, start in fitting), default=0)
        yield from ((prefix, iri[longest:]) for prefix, start in fitting if len(start) == longest)


def _bare(cell: str) -> str:
    """Strip white space, and the angle brackets around an IRI."""
    return cell.strip().removeprefix("<").removesuffix(">")


def _plain(prefix: str) -> str:
    """Return the form in which spellings of a prefix are equal: `NCBI_Gene`, `ncbigene`."""
    return re.sub("[^a-z0-9]", "", prefix.lower())


_OUR_PREFIXES = {_plain(prefix): prefix for prefix in ENTITIES} | OTHER_NAMES


def _checked(prefix: str, local: str) -> str | None:
    """Return the CURIE, or None where the identifier has another form; `CHEBI:CHEBI:1` is `chebi:1`."""
    repeated, colon, rest = local.partition(":")
    if colon and _OUR_PREFIXES.get(_plain(repeated)) == prefix:
        local = rest
    if prefix == "mesh":
        return mesh_id(local)
    if prefix in NUMBERED:
        return curie(prefix, local) if re.fullmatch("[0-9]+", local) else None
    return curie(prefix, decode(local)) if local else None
