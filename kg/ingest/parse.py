"""Parse the files of sources into raw Arrow tables, in parallel processes.

A worker gets a chunk of files and returns Arrow tables, because columns cross the process border faster than Python
objects. A file that cannot be read or parsed becomes a problem; the others are unaffected.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Any
from zlib import crc32

import pyarrow as pa

from kg.errors import NotARecord, RecordError, SourceError
from kg.ingest.cache import ParseCache
from kg.ingest.columns import ColumnReader
from kg.ingest.entries import Entry
from kg.model.records import Element, Problem
from kg.model.tables import RAW, RAW_FILES, to_arrow
from kg.model.text import clean, collapse
from kg.parsers import File, Parser, parser_for
from kg.runtime.garbage import rare_collections
from kg.runtime.processes import Workers

CHUNK_FILES, CHUNK_LEAST = 1024, 64
"""Most files of a chunk, and least files of one that ends at a name; see `chunks`."""

CHUNK_BYTES = 16 * 1024 * 1024
"""Bytes at which a chunk ends, so that an archive of large members does not fill memory."""

Chunk = list[tuple[int, Entry]]
"""Files with their numbers in the chunk."""

Tables = dict[str, pa.Table]
"""Raw tables by name."""


def read(entries: Iterable[Entry], jobs: int = 1, cache: ParseCache | None = None) -> Iterator[Tables]:
    """Parse entries; yield the raw tables of each chunk, in the order of the entries.

    With `jobs` over 1 and more than one chunk, that number of processes parses them. Chunks that `cache` has are not
    parsed; others are stored there. Raises SourceError where a process was killed.
    """
    remaining = chunks(entries)
    first = list(islice(remaining, 2))
    remaining = chain(first, remaining)
    start = 0
    if jobs < 2 or len(first) < 2:
        parsed: Iterator[tuple[int, Tables]] = ((len(chunk), _read_chunk(chunk, cache)) for chunk in remaining)
    else:
        parsed = _in_processes(remaining, jobs, cache)
    for files, tables in parsed:
        yield {name: _renumbered(table, start) for name, table in tables.items()}
        start += files


def _read_chunk(chunk: Chunk, cache: ParseCache | None) -> Tables:
    if cache is None:
        return parse_chunk(chunk)
    key = cache.key(entry for _, entry in chunk)
    tables = cache.get(key)
    if tables is None:
        tables = parse_chunk(chunk)
        cache.put(key, tables)
    return tables


def _renumbered(table: pa.Table, start: int) -> pa.Table:
    """Return the table with its files numbered from `start`, so that numbers are unique over all chunks."""
    return table.set_column(0, table.schema.field(0), [table["record"].to_numpy() + start]) if start else table


def chunks(entries: Iterable[Entry]) -> Iterator[Chunk]:
    """Split entries into chunks; a chunk ends after a name with a certain checksum, 1 of 256 on average.

    A file that is added or removed therefore moves no boundary of other chunks, which the cache still has.
    """
    chunk: Chunk = []
    size = 0
    for entry in entries:
        chunk.append((len(chunk), entry))
        size += len(entry.body or b"")
        at_name = len(chunk) >= CHUNK_LEAST and crc32(entry.name.encode("utf-8", "replace")) & 0xFF == 0
        if at_name or len(chunk) >= CHUNK_FILES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _in_processes(chunks: Iterator[Chunk], jobs: int, cache: ParseCache | None) -> Iterator[tuple[int, Tables]]:
    waiting: deque[tuple[int, str | None, Tables | Future[Tables]]] = deque()
    try:
        with Workers(jobs) as workers:
            for chunk in chunks:
                key = cache.key(entry for _, entry in chunk) if cache else None
                cached = cache.get(key) if cache else None
                waiting.append((len(chunk), key, cached or workers.submit(parse_chunk, chunk)))
                if len(waiting) > 2 * jobs:
                    yield _result(*waiting.popleft(), cache)
            while waiting:
                yield _result(*waiting.popleft(), cache)
    except BrokenProcessPool:
        raise SourceError(
            "a process that parsed records was killed, perhaps for lack of memory; try again with --jobs 1"
        ) from None


def _result(
    files: int, key: str | None, parsed: Tables | Future[Tables], cache: ParseCache | None
) -> tuple[int, Tables]:
    """Return the number of files of a chunk and its tables, once they are parsed."""
    if isinstance(parsed, dict):
        return files, parsed
    tables = parsed.result()
    if cache:
        cache.put(key, tables)
    return files, tables


@rare_collections()
def parse_chunk(chunk: Chunk) -> Tables:
    """Parse a chunk into the tables of `kg.model.tables.RAW` and the table of files read."""
    rows: dict[type, list[tuple[Any, ...]]] = {element: [] for element in RAW}
    files: list[tuple[int, str, str]] = []
    columns = ColumnReader()
    for number, elements in _elements(chunk, files, columns):
        for element in elements:
            rows[type(element)].append((number, *element))
    try:
        return _tables(rows, files, columns)
    except (pa.ArrowException, TypeError, ValueError) as error:
        # A plug-in put a value of a wrong type into a field: parse each file by itself, to find which.
        if len(chunk) > 1:
            parts = [parse_chunk([file]) for file in chunk]
            return {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}
        number, entry = chunk[0]
        problem = _problem(entry.name, parser_for(entry.name), error)
        return _tables({Problem: [(number, *problem)]}, files, ColumnReader())


def _tables(
    rows: dict[type, list[tuple[Any, ...]]], files: list[tuple[int, str, str]], columns: ColumnReader
) -> Tables:
    tables = {name: columns.joined(element, rows.get(element, [])) for element, (name, _) in RAW.items()}
    return tables | {RAW_FILES[0]: to_arrow(RAW_FILES[1], files)}


def _elements(
    chunk: Chunk, files: list[tuple[int, str, str]], columns: ColumnReader
) -> Iterator[tuple[int, list[Element]]]:
    """Yield the elements of each file after its number, but for files that are read as columns."""
    for number, entry in chunk:
        yield number, _of_entry(number, entry, files, columns)
        if columns.is_full:
            yield from ((file.record, _parsed(parser, file)) for parser, file in columns.read())
    yield from ((file.record, _parsed(parser, file)) for parser, file in columns.read())


def _of_entry(number: int, entry: Entry, files: list[tuple[int, str, str]], columns: ColumnReader) -> list[Element]:
    """Return the elements of a file, or one problem; none where no parser accepts it, or it waits in `columns`."""
    parser: Parser | None = None
    try:
        parser = parser_for(entry.name)
        if parser is None and entry.refused is None:
            return []
        body = entry.read()
    except Exception as error:  # noqa: BLE001 the fault of a plug-in must not cost the other records
        return [_problem(entry.name, parser, error)]
    files.append((number, entry.name, hashlib.sha256(body).hexdigest()))
    file = File(number, entry.name, body)
    return [] if parser is None or columns.put_aside(parser, file) else _parsed(parser, file)


def _parsed(parser: Parser, file: File) -> list[Element]:
    """Return all elements of a file, or one problem."""
    try:
        return _checked(parser.parse(file.name, file.body))
    except Exception as error:  # noqa: BLE001 the fault of a plug-in must not cost the other records
        return [_problem(file.name, parser, error)]


def _checked(elements: Iterable[Element]) -> list[Element]:
    checked = list(elements)
    if strange := {type(element).__name__ for element in checked if type(element) not in RAW}:
        raise TypeError(f"{', '.join(sorted(strange))} is no record class of kg.parsers")
    return checked


def _problem(name: str, parser: Parser | None, error: Exception) -> Problem:
    """Return the line of the report about a file that was not read."""
    if isinstance(error, NotARecord):
        return Problem("note", "not-a-record", name, error.line, error.reason)
    if isinstance(error, RecordError):
        return Problem("error", "bad-record", name, error.line, error.reason)
    reason = clean(f"{type(parser).__name__ if parser else 'a parser'} failed: {type(error).__name__}: {error}")
    return Problem("error", "parser-failed", name, None, collapse(reason)[:300])
