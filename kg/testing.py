r"""Contract tests of plug-ins. Call them from tests of your own; an AssertionError describes the fault.

from kg.testing import check_parser

def test_my_parser() -> None:
    check_parser(MyParser(), "x.figs", b"PMC1__a\tTP53,MDM2")
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import RawIOBase
from math import isnan
from pathlib import Path
from typing import Any, Literal, NoReturn, cast, get_args, get_origin, get_type_hints

import pyarrow as pa

from kg.errors import KgError, RecordError
from kg.exporters import Exporter, into_folder
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.identifiers import FIGID, expand
from kg.model.records import Element, Figure, Mention, Problem, Table
from kg.model.tables import RAW
from kg.model.text import clean
from kg.parsers import Parser
from kg.runtime.temporary import scratch_folder

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


def _fail(message: str) -> NoReturn:
    raise AssertionError(message)


# -- parsers


def check_parser(parser: Parser, name: str, body: bytes) -> list[Element]:
    """Check a parser with one file that it reads; return the elements of the file.

    The parser must accept the name, and return True or False for every other name. It must yield record classes of
    kg.parsers only, with values of the right type, valid CURIEs and each figure once. A second run must yield equal
    elements. Cut and damaged copies of the file may raise nothing but RecordError.
    """
    _check_names(parser, name)
    elements = _parsed(parser, name, body, "the file")
    if not isinstance(elements, list):
        _fail(f"parse({name!r}) refused the file: {elements}; give one that the parser reads")
    repeated = _parsed(parser, name, body, "the file, a second time")
    if repr(elements) != repr(repeated):
        _fail(f"parse({name!r}) yields other elements the second time; it must depend on name and bytes only")
    checked: set[str] = set()
    _check_elements(elements, f"parse({name!r})", checked)
    for description, damaged in _damaged(body):
        result = _parsed(parser, name, damaged, description)
        if isinstance(result, list):
            _check_elements(result, f"parse({name!r}) of {description}", checked)
    return elements


def _check_names(parser: Parser, name: str) -> None:
    for other in (*NAMES, name, name.upper(), name + "\0"):
        try:
            accepted = parser.can_parse(other)
        except Exception as error:  # noqa: BLE001 any exception is a fault of the plug-in
            _fail(f"can_parse({other[:40]!r}) raised {type(error).__name__}: {error}; it must answer for every name")
        if not isinstance(accepted, bool):
            _fail(f"can_parse({other[:40]!r}) returned {accepted!r}; it must return True or False")
        if other == name and not accepted:
            _fail(f"can_parse({name!r}) is False; give a name that the parser accepts")


def _parsed(parser: Parser, name: str, body: bytes, description: str) -> list[Element] | RecordError:
    try:
        return list(parser.parse(name, body))
    except RecordError as error:
        return error
    except Exception as error:  # noqa: BLE001 any other exception is a fault of the plug-in
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        _fail(f"parse({name!r}) of {description} raised {reason}; raise RecordError, or yield a Problem")


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


def _check_elements(elements: list[Element], where: str, checked: set[str]) -> None:
    """Check elements and add them to `checked`; those that are in it are not checked again."""
    for number, element in enumerate(elements):
        if type(element) not in RAW:
            _fail(f"{where}: element {number} is a {type(element).__name__}, no record class of kg.parsers")
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
            _fail(f"{where}: {owner} occurs {count} times; yield its Figure, and its Table of a category, once a file")
    for element in elements:
        if isinstance(element, Mention):
            of_table = element.origin == "sidecar"
            if not ((element.figure_id, element.category) in tables if of_table else element.figure_id in figures):
                missing = f"Table of category {element.category!r}" if of_table else "Figure"
                _fail(f"{where}: a mention of {element.figure_id} would not count; yield the {missing} before it")


def _check_field(element: Element, field: str, value: Any, where: str) -> None:
    column = RAW[type(element)][1].field(field)
    if value is None:
        if not column.nullable:
            _fail(f"{where} is None; it is required")
        return
    try:
        pa.array([value], column.type)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        _fail(f"{where} is {value!r:.80}, which is no {column.type}: {' '.join(str(error).split())[:120]}")
    for text in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
        if clean(text) != text:
            _fail(f"{where} is {text!r:.80}, which has control characters; replace them with kg.parsers.clean")
    if isinstance(value, float) and isnan(value):
        _fail(f"{where} is NaN; a missing value is None")
    _check_meaning(element, field, value, where)


def _check_meaning(element: Element, field: str, value: Any, where: str) -> None:
    if field in _CURIES:
        _check_curie(field, value, where)
    if allowed := _ALLOWED[type(element), field]:
        if value not in allowed:
            _fail(f"{where} is {value!r:.80}; it must be one of {', '.join(sorted(allowed))}")
    elif value == "" and not isinstance(element, Problem):
        _fail(f"{where} is empty; a missing value is None, and a required one has a text")


def _check_curie(field: str, value: str, where: str) -> None:
    try:
        expand(value)
    except KgError as error:
        _fail(f"{where}: {error}")
    if not _CURIE.fullmatch(value):
        _fail(f"{where} is {value!r:.80}, which cannot be part of an IRI; make CURIEs with kg.parsers.curie")
    prefix, _, identifier = value.partition(":")
    if field == "figure_id" and (prefix != "pfocr" or not FIGID.fullmatch(identifier)):
        _fail(f"{where} is {value!r:.80}; the CURIE of a figure is pfocr:PMC<digits>__<image file stem>")


# -- exporters


class _Sink(RawIOBase):
    """A file that can only be written to, because pipes and compressed files cannot seek."""

    def __init__(self) -> None:
        self.digest = sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            _fail(f"write() put a {type(piece).__name__} into the file, which accepts bytes only; encode it")
        self.digest.update(piece)
        self.size += len(piece)
        return len(piece)


def check_exporter(exporter: Exporter, build: Path | str, *, same_bytes: bool = True) -> int:
    """Check an exporter with one build; return the count that it returned for the whole graph.

    The exporter must write bytes in order, or files into its folder and nowhere else, and return an int. A second run
    must write the same bytes, and the build must not change. An exporter of views must write every view. `same_bytes`
    is False for formats such as databases, whose files differ from run to run.
    """
    suffixes = getattr(exporter, "suffixes", None)
    if not isinstance(suffixes, tuple) or not all(isinstance(text, str) and text.startswith(".") for text in suffixes):
        _fail(f"suffixes is {suffixes!r}; it must be a tuple of texts that start with a dot, such as ('.edges',)")
    if not isinstance(getattr(exporter, "of_views", None), bool):
        _fail("of_views is missing or no bool; True: it writes a view, False: always the whole graph")
    before = _listing(Path(build))
    first = [_written(exporter, build, view) for view in _views(exporter, build)]
    second = [_written(exporter, build, view) for view in _views(exporter, build)]
    for (where, count, digest), (_, second_count, second_digest) in zip(first, second, strict=True):
        if count != second_count or (same_bytes and digest != second_digest):
            _fail(f"{where}: another count or other bytes the second time; no clock, no set order, no random numbers")
    if _listing(Path(build)) != before:
        _fail(f"the exporter changed the build in {build}; write to the file or folder of the call")
    return first[0][1]


def _views(exporter: Exporter, build: Path | str) -> Iterable[tuple[str, str | None]]:
    """Yield name and centre of the views to write; the empty name stands for the whole graph, without a view."""
    yield "", None
    if not exporter.of_views:
        return
    with KnowledgeGraph(build) as graph:
        entities = graph.engine.fetch("SELECT entity_id FROM entities ORDER BY figures DESC, entity_id LIMIT 1")
        figures = graph.engine.fetch("SELECT figure_id FROM figures ORDER BY figure_id LIMIT 1")
    yield from ((name, None) for name in ("co-occurrence", "words", "bipartite", "full"))
    yield from (("ego", entity_id) for entity_id in entities["entity_id"].to_pylist())
    yield from (("figure", figure_id) for figure_id in figures["figure_id"].to_pylist())


def _written(exporter: Exporter, build: Path | str, name_and_centre: tuple[str, str | None]) -> tuple[str, int, str]:
    """Write one view; return its description, the count and the digest of all bytes."""
    name, of = name_and_centre
    where = f"write() of the {name} view" if name else "write() of the whole graph"
    with KnowledgeGraph(build) as graph, scratch_folder() as scratch:
        view = graph.view(name, of=of) if name else None
        try:
            count, digest = _run(exporter, graph, view, scratch, where)
        except (AssertionError, KgError):
            raise
        except Exception as error:
            raise AssertionError(f"{where} raised {type(error).__name__}: {str(error)[:200]}") from error
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        _fail(f"{where} returned {count!r}; it must return the number of statements or elements, an int")
    return where, count, digest


def _run(exporter: Exporter, graph: KnowledgeGraph, view: View | None, scratch: Path, where: str) -> tuple[int, str]:
    if into_folder(exporter):
        folder = scratch / "folder"
        folder.mkdir()
        count = exporter.write(graph, view, folder)
        if [path.name for path in scratch.iterdir()] != ["folder"]:
            _fail(f"{where} wrote outside its folder")
        if not any(path.is_file() for path in folder.rglob("*")):
            _fail(f"{where} left the folder empty")
        return count, repr(_listing(folder))
    sink = _Sink()
    count = exporter.write(graph, view, sink)
    if sink.closed:
        _fail(f"{where} closed the file; leave that to the caller")
    if count and not sink.size:
        _fail(f"{where} returned {count} and wrote nothing")
    return count, sink.digest.hexdigest()


def _listing(folder: Path) -> list[tuple[str, str]]:
    """Return the files below a folder with the digests of their bytes."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), sha256(path.read_bytes()).hexdigest()) for path in paths]
