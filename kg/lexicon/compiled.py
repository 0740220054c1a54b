"""The compiled form of a lexicon: one file with its rows and a sorted index of their texts, mapped and not parsed.

Searches of it give the rows that `kg.lexicon.matching.Tables` gives, in the same order. A search reads some
twenty lines of the index in place of all tables.
"""

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import Struct

from kg.lexicon import files
from kg.lexicon.matching import Table, bare

_HEAD = Struct("<8sQQI4x")
"""Mark of the file; places of the index and of the ends of its lines; CRC-32 of everything behind the head."""

_MARK = b"kg lex 1"

_LETTERS = {
    files.GENES.file: "g",
    files.FAMILIES.file: "f",
    files.SMALL_MOLECULES.file: "s",
    files.CHEMICALS.file: "c",
    files.DISEASES.file: "d",
    files.RARE_CHEMICALS.file: "r",
    files.WORDS.file: "w",
}
"""Letter of each table in the index. A capital is for texts that lack their hyphens and spaces."""

_BARE = (files.CHEMICALS, files.DISEASES)
"""Tables that are also searched for texts without hyphens and spaces."""

_JOINS = "="
"""Letter of the joined CURIEs, as rows of another CURIE and its primary one."""


class Index:
    """A compiled lexicon. Any number of threads may search it."""

    def __init__(self, path: Path) -> None:
        """Map a file; raise OSError or ValueError where it is missing or damaged."""
        with path.open("rb") as file:
            self._map = mmap(file.fileno(), 0, access=ACCESS_READ)
        if len(self._map) < _HEAD.size:
            raise ValueError(f"{path}: cut off")
        mark, index, ends, checksum = _HEAD.unpack_from(self._map)
        content = memoryview(self._map)
        if mark != _MARK or checksum != zlib.crc32(content[_HEAD.size :]):
            raise ValueError(f"{path}: damaged")
        self._lines = _Lines(self._map, index, content[ends:].cast("I"))

    def rows(self, shape: files.Shape, texts: Iterable[str]) -> Iterator[list[str]]:
        """Yield the rows of a table, as cells, that have one of the folded texts."""
        return self._rows(_LETTERS[shape.file] + text for text in texts)

    def rows_with_bare(self, shape: files.Shape, texts: Iterable[str]) -> Iterator[list[str]]:
        """Yield the rows of a table, as cells, that have one of the texts without hyphens and spaces."""
        letter = _LETTERS[shape.file]
        return self._rows(index + text for text in texts for index in (letter, letter.upper()))

    def rows_of(self, shape: files.Shape, column: int, cells: Iterable[str]) -> Iterator[list[str]]:
        """Yield the rows of a table, as cells, whose cell in `column` (counted from 0) is among `cells`."""
        wanted = set(cells)
        return (row for row in self.rows(shape, map(str.casefold, wanted)) if row[column] in wanted)

    def rare(self, squashed: str) -> list[tuple[str, str, str]]:
        """Return CURIE, xrefs (none) and name of each rare chemical of a squashed text."""
        rows = self.rows(files.RARE_CHEMICALS, [squashed])
        return [(curie, "", name) for text, curie, name in rows if text == squashed]

    def joined_with(self, ids: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the CURIEs that are joined with primary ones, as (other, primary)."""
        wanted = set(ids)
        return ((other, primary) for other, primary in self._joins(wanted) if primary in wanted)

    def joins(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the primary CURIE of each CURIE that is joined with one, and of those in turn."""
        joins: dict[str, str] = {}
        waiting = set(ids)
        while waiting:
            joined = {other: primary for other, primary in self._joins(waiting) if other in waiting}
            joins |= joined
            waiting = set(joined.values()) - joins.keys()
        return joins

    def _joins(self, ids: Iterable[str]) -> Iterator[list[str]]:
        return self._rows(_JOINS + id_ for id_ in ids)

    def _rows(self, keys: Iterable[str]) -> Iterator[list[str]]:
        places = {place for key in set(keys) for place in self._lines.places(f"{key}\t".encode())}
        for place in sorted(places):
            yield self._map[place : self._map.find(b"\n", place)].decode().split("\t")


class _Lines(Sequence[bytes]):
    """The sorted lines of an index, each a key, a tab and the place of a row in the file."""

    def __init__(self, content: mmap, start: int, ends: "memoryview[int]") -> None:
        self._content = content
        self._start = start
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]
        return self._content[self._start + self._ends[number] : self._start + self._ends[number + 1]]

    def places(self, key: bytes) -> Iterator[int]:
        """Yield the places of the rows of a key, which ends in a tab."""
        for number in range(bisect_left(self, key), len(self)):
            line = self[number]
            if not line.startswith(key):
                return
            yield int(line[len(key) :])


def compiled(contents: Mapping[str, bytes], primaries: Mapping[str, str]) -> bytes:
    """Return the compiled form of a lexicon, from its files and their joins; equal lexicons give equal bytes."""
    rows = bytearray(_HEAD.size)
    lines: list[bytes] = []
    for row, keys in _indexed(contents, primaries):
        lines += [f"{key}\t{len(rows)}".encode() for key in keys]
        rows += row.encode() + b"\n"
    lines.sort()
    index = b"".join(lines)
    ends = array("I", accumulate(map(len, lines), initial=0)).tobytes()
    start = len(rows)
    content = bytes(rows) + index + ends
    checksum = zlib.crc32(memoryview(content)[_HEAD.size :])
    return _HEAD.pack(_MARK, start, start + len(index), checksum) + content[_HEAD.size :]


def _indexed(contents: Mapping[str, bytes], primaries: Mapping[str, str]) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield each row with the keys by which it is found, without the texts that are empty."""
    for shape in (shape for shape in files.SHAPES if shape.file in _LETTERS):
        letter = _LETTERS[shape.file]
        for row, folded in Table(files.body(contents, shape)).folded():
            texts = folded.split("\t")[: 2 if shape is files.RARE_CHEMICALS else None]
            keys = {letter + text for text in texts if text}
            if shape in _BARE:
                keys |= {letter.upper() + bare(text) for text in texts if bare(text) != text}
            yield row, keys
    for other, primary in sorted(primaries.items()):
        yield f"{other}\t{primary}", (_JOINS + other, _JOINS + primary)
