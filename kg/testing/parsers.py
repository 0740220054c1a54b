"""Contract test of parsers."""

import re
from collections import Counter
from collections.abc import Iterator
from math import isnan
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.compute as pc

from kg.errors import KgError, RecordError
from kg.ingest.columns import read_columns
from kg.model.identifiers import FIGID, expand
from kg.model.records import Element, Figure, Mention, Problem, Table
from kg.model.tables import RAW, to_arrow
from kg.model.text import clean
from kg.parsers import ColumnParser, File, Parser
from kg.testing.faults import fail

CUTS = 64
"""Number of places, evenly spaced, at which a file is cut or damaged."""

NAMES = (
    "",
    "/",
    ".",
    "..",
    "a",
    "\0",
    "\n",
    "a" * 5000,
    "\ud800.md",
    "ä/ö.tsv",
    "-genes.tsv",
    "PMC1__a",
    "*?[",
    "\t.gmt",
)
"""Unusual names that files can have on some system."""

_CURIES = ("figure_id", "paper_id", "entity_id", "xref", "taxon", "citing_id", "cited_id", "other_id")
_CURIE = re.compile(r"[a-z.]+:[A-Za-z0-9._~%/:-]+")


def _literals(hint: Any) -> frozenset[str]:
    """Return the values that a type is limited to; none where it is not limited."""
    types = (hint, *get_args(hint))
    return frozenset(value for type_ in types if get_origin(type_) is Literal for value in get_args(type_))


_ALLOWED = {(kind, field): _literals(hint) for kind in RAW for field, hint in get_type_hints(kind).items()}
_ALLOWED[Mention, "origin"] -= {"reread"}  # a build infers these; no file has them


def check_parser(parser: Parser, name: str, body: bytes) -> list[Element]:
    """Check a parser with one file that it reads; return the elements of the file.

    The parser must accept the name, and return True or False for every other name. It must yield record classes of
    kg.parsers only, with values of the right type, valid CURIEs and each figure once. A second run must yield equal
    elements. Cut and damaged copies of the file may raise nothing but RecordError. A method `parse_columns` must give
    the same rows as `parse` for the copies that it understands.
    """
    _check_names(parser, name)
    elements = _parsed(parser, name, body, "the file")
    if not isinstance(elements, list):
        fail(f"parse({name!r}) refused the file: {elements}; give one that the parser reads")
    repeated = _parsed(parser, name, body, "the file, a second time")
    if repr(elements) != repr(repeated):
        fail(f"parse({name!r}) yields other elements the second time; it must depend on name and bytes only")
    checked: set[str] = set()
    _check_elements(elements, f"parse({name!r})", checked)
    for description, damaged in _damaged(body):
        result = _parsed(parser, name, damaged, description)
        if isinstance(result, list):
            _check_elements(result, f"parse({name!r}) of {description}", checked)
    if hasattr(parser, "parse_columns"):
        _check_columns(cast("ColumnParser", parser), name, {"the file": body} | dict(_damaged(body)))
    return elements


def _check_names(parser: Parser, name: str) -> None:
    for other in (*NAMES, name, name.upper(), name + "\0"):
        try:
            accepted = parser.can_parse(other)
        except Exception as error:  # noqa: BLE001 any exception is a fault of the plug-in
            fail(f"can_parse({other[:40]!r}) raised {type(error).__name__}: {error}; it must answer for every name")
        if not isinstance(accepted, bool):
            fail(f"can_parse({other[:40]!r}) returned {accepted!r}; it must return True or False")
        if other == name and not accepted:
            fail(f"can_parse({name!r}) is False; give a name that the parser accepts")


def _parsed(parser: Parser, name: str, body: bytes, description: str) -> list[Element] | RecordError:
    try:
        return list(parser.parse(name, body))
    except RecordError as error:
        return error
    except Exception as error:  # noqa: BLE001 any other exception is a fault of the plug-in
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        fail(f"parse({name!r}) of {description} raised {reason}; raise RecordError, or yield a Problem")


def _damaged(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield cut, damaged and re-encoded copies of a file, each after its description."""
    step = max(1, len(body) // CUTS)
    for offset in range(0, len(body), step):
        yield f"the file cut after {offset} of {len(body)} bytes", body[:offset]
        for byte in (b"\xff", b"\0", b"\t", b"\n"):
            yield f"the file with {byte!r} at byte {offset}", body[:offset] + byte + body[offset + 1 :]
    yield "the file twice", body + b"\n" + body
    yield "the file with CRLF", body.replace(b"\n", b"\r\n")
    yield "the file with a byte-order mark", b"\xef\xbb\xbf" + body
    yield "the file in UTF-16", body.decode("utf-8", "replace").encode("utf-16")
    for byte in (b"\0", b"\xff", b"[", b"{", b'"', b"\t", b"\n", b"-"):
        yield f"20,000 times {byte!r}", byte * 20_000


def _check_columns(parser: ColumnParser, name: str, bodies: dict[str, bytes]) -> None:
    """Check that the copies of a file that are read as columns, all at once, give the rows that `parse` gives."""
    files = [File(number, name, body) for number, body in enumerate(bodies.values())]
    try:
        read, tables = read_columns(parser, files)
    except Exception as error:  # noqa: BLE001 any exception is a fault of the plug-in
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        fail(f"parse_columns() of {name!r} and damaged copies of it: {reason}; leave out files that it cannot read")
    for file, description in zip(files, bodies, strict=True):
        if file.record in read:
            elements = _parsed(parser, name, file.body, description)
            if isinstance(elements, RecordError):
                fail(f"parse_columns() reads {description} of {name!r}, which parse() refuses: {elements}")
            _check_rows(elements, {kind: _of_file(table, file) for kind, table in tables.items()}, name, description)


def _of_file(table: pa.Table, file: File) -> pa.Table:
    return table.filter(pc.equal(table["record"], file.record)).drop_columns("record")


def _check_rows(elements: list[Element], tables: dict[type, pa.Table], name: str, description: str) -> None:
    for kind, table in tables.items():
        rows = [row for row in elements if type(row) is kind]
        if not table.equals(to_arrow(table.schema, rows)):
            fail(f"parse_columns() of {description} of {name!r} gives other rows of {kind.__name__} than parse()")


def _check_elements(elements: list[Element], where: str, checked: set[str]) -> None:
    """Check elements and add them to `checked`; those that are in it are not checked again."""
    for number, element in enumerate(elements):
        if type(element) not in RAW:
            fail(f"{where}: element {number} is a {type(element).__name__}, no record class of kg.parsers")
        if (shown := repr(element)) in checked:
            continue
        checked.add(shown)
        for field, value in element._asdict().items():
            _check_field(element, field, value, f"{where}: element {number}, {type(element).__name__}.{field}")
    _check_owners(elements, where)


def _check_owners(elements: list[Element], where: str) -> None:
    """Check that figures and tables occur once, and that each mention has one, because it does not count otherwise."""
    figures = Counter(element.figure_id for element in elements if isinstance(element, Figure))
    tables = Counter((element.figure_id, element.category) for element in elements if isinstance(element, Table))
    for owner, count in (figures | cast("Counter[Any]", tables)).items():
        if count > 1:
            fail(f"{where}: {owner} occurs {count} times; yield its Figure, and its Table of a category, once a file")
    for element in elements:
        if isinstance(element, Mention):
            of_table = element.origin == "sidecar"
            if not ((element.figure_id, element.category) in tables if of_table else element.figure_id in figures):
                missing = f"Table of category {element.category!r}" if of_table else "Figure"
                fail(f"{where}: a mention of {element.figure_id} would not count; yield the {missing} before it")


def _check_field(element: Element, field: str, value: Any, where: str) -> None:
    column = RAW[type(element)][1].field(field)
    if value is None:
        if not column.nullable:
            fail(f"{where} is None; it is required")
        return
    try:
        pa.array([value], column.type)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        fail(f"{where} is {value!r:.80}, which is no {column.type}: {' '.join(str(error).split())[:120]}")
    for text in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
        if clean(text) != text:
            fail(f"{where} is {text!r:.80}, which has control characters; replace them with kg.parsers.clean")
    if isinstance(value, float) and isnan(value):
        fail(f"{where} is NaN; a missing value is None")
    _check_meaning(element, field, value, where)


def _check_meaning(element: Element, field: str, value: Any, where: str) -> None:
    if field in _CURIES:
        _check_curie(field, value, where)
    if allowed := _ALLOWED[type(element), field]:
        if value not in allowed:
            fail(f"{where} is {value!r:.80}; it must be one of {', '.join(sorted(allowed))}")
    elif value == "" and not isinstance(element, Problem):
        fail(f"{where} is empty; a missing value is None, and a required one has a text")


def _check_curie(field: str, value: str, where: str) -> None:
    try:
        expand(value)
    except KgError as error:
        fail(f"{where}: {error}")
    if not _CURIE.fullmatch(value):
        fail(f"{where} is {value!r:.80}, which cannot be part of an IRI; make CURIEs with kg.parsers.curie")
    prefix, _, identifier = value.partition(":")
    if field == "figure_id" and (prefix != "pfocr" or not FIGID.fullmatch(identifier)):
        fail(f"{where} is {value!r:.80}; the CURIE of a figure is pfocr:PMC<digits>__<image file stem>")
