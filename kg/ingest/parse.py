"""Sources to raw Arrow tables, in parallel processes.

A worker gets a chunk of entries and gives back Arrow tables: columns cross the process border, not
Python objects. A file that cannot be read or parsed becomes a problem; the others are unaffected.
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
import pyarrow.compute as pc

from kg.errors import NotARecord, RecordError, SourceError
from kg.ingest.cache import ParseCache
from kg.ingest.sources import Entry
from kg.model.records import Element, Problem
from kg.model.tables import RAW, RAW_FILES, to_arrow
from kg.model.text import clean, collapse
from kg.parsers import Parser, parser_for
from kg.runtime.processes import Workers

CHUNK_FILES, CHUNK_LEAST = 1024, 64
CHUNK_BYTES = 16 * 1024 * 1024
"""A chunk ends at whichever comes first, so that an archive of large members does not fill memory; see `chunks`."""

Chunk = list[tuple[int, Entry]]
Tables = dict[str, pa.Table]


def read(entries: Iterable[Entry], jobs: int = 1, cache: ParseCache | None = None) -> Iterator[Tables]:
    """Parse entries; yield raw tables by name, a chunk at a time, in the order of the entries.

    With `jobs` over 1 the chunks are parsed in that many processes, unless one chunk is all there is. What
    `cache` has is not parsed again, and what it lacks is put there.
    """
    found = chunks(entries)
    first = list(islice(found, 2))
    found = chain(first, found)
    start = 0
    if jobs < 2 or len(first) < 2:
        parsed: Iterator[tuple[int, Tables]] = ((len(chunk), _kept(chunk, cache)) for chunk in found)
    else:
        parsed = _in_processes(found, jobs, cache)
    for files, tables in parsed:
        yield {name: _numbered(table, start) for name, table in tables.items()}
        start += files


def _kept(chunk: Chunk, cache: ParseCache | None) -> Tables:
    if cache is None:
        return parse_chunk(chunk)
    key = cache.key(entry for _, entry in chunk)
    tables = cache.get(key)
    if tables is None:
        tables = parse_chunk(chunk)
        cache.put(key, tables)
    return tables


def _numbered(table: pa.Table, start: int) -> pa.Table:
    """Count the files of all chunks in one."""
    return table.set_column(0, table.schema.field(0), pc.add(table["record"], start)) if start else table


def chunks(entries: Iterable[Entry]) -> Iterator[Chunk]:
    """Cut after names that look so, at every 256th on average: one file more or less moves no other boundary."""
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
                known = cache.get(key) if cache else None
                waiting.append((len(chunk), key, known or workers.submit(parse_chunk, chunk)))
                if len(waiting) > 2 * jobs:
                    yield _done(*waiting.popleft(), cache)
            while waiting:
                yield _done(*waiting.popleft(), cache)
    except BrokenProcessPool:
        raise SourceError(
            "a process that parsed records was killed, perhaps for want of memory; try again with --jobs 1"
        ) from None


def _done(files: int, key: str | None, parsed: Tables | Future[Tables], cache: ParseCache | None) -> tuple[int, Tables]:
    if isinstance(parsed, dict):
        return files, parsed
    tables = parsed.result()
    if cache:
        cache.put(key, tables)
    return files, tables


def parse_chunk(chunk: Chunk) -> Tables:
    """Parse one chunk; the tables it gives are those of `kg.model.tables.RAW` and the files read."""
    rows: dict[type, list[tuple[Any, ...]]] = {element: [] for element in RAW}
    files: list[tuple[int, str, str]] = []
    for number, entry in chunk:
        for element in _elements(number, entry, files):
            rows[type(element)].append((number, *element))
    try:
        return _tables(rows, files)
    except (pa.ArrowException, TypeError, ValueError) as error:
        # A plug-in put something into a field that does not belong there: find the file.
        if len(chunk) > 1:
            parts = [parse_chunk([each]) for each in chunk]
            return {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}
        number, entry = chunk[0]
        return _tables({Problem: [(number, *_failed(entry, parser_for(entry.name), error))]}, files)


def _tables(rows: dict[type, list[tuple[Any, ...]]], files: list[tuple[int, str, str]]) -> Tables:
    tables = {name: to_arrow(schema, rows.get(element, [])) for element, (name, schema) in RAW.items()}
    return tables | {RAW_FILES[0]: to_arrow(RAW_FILES[1], files)}


def _elements(number: int, entry: Entry, files: list[tuple[int, str, str]]) -> list[Element]:
    """Give the elements of one file: all of them, or one problem; none where no parser wants the file."""
    parser: Parser | None = None
    try:
        parser = parser_for(entry.name)
        if parser is None and entry.refused is None:
            return []
        body = entry.read()
        files.append((number, entry.name, hashlib.sha256(body).hexdigest()))
        return _known(parser.parse(entry.name, body)) if parser else []
    except NotARecord as error:
        return [Problem("note", "not-a-record", entry.name, error.line, error.reason)]
    except RecordError as error:
        return [Problem("error", "bad-record", entry.name, error.line, error.reason)]
    except Exception as error:  # noqa: BLE001 a plug-in's fault must not cost the other records
        return [_failed(entry, parser, error)]


def _known(elements: Iterable[Element]) -> list[Element]:
    known = list(elements)
    if strange := {type(element).__name__ for element in known if type(element) not in RAW}:
        raise TypeError(f"{', '.join(sorted(strange))} is no element of kg.model")
    return known


def _failed(entry: Entry, parser: Parser | None, error: Exception) -> Problem:
    reason = clean(f"{type(parser).__name__ if parser else 'a parser'} failed: {type(error).__name__}: {error}")
    return Problem("error", "parser-failed", entry.name, None, collapse(reason)[:300])
