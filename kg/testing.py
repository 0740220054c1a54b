r"""Does a plug-in keep its promises? Call one of these from a test of your own; an AssertionError says what is wrong.

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
from tempfile import TemporaryDirectory
from typing import Any, Literal, NoReturn, cast, get_args, get_origin, get_type_hints

import pyarrow as pa

from kg.errors import KgError, RecordError
from kg.exporters import Exporter, FolderExporter, into_folder
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.identifiers import FIGID, expand
from kg.model.records import Element, Figure, Mention, Problem, Table
from kg.model.tables import RAW
from kg.model.text import clean
from kg.parsers import Parser

CUTS = 64
"""At so many places, evenly spaced, a file is cut off or spoilt."""

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
"""Names that files can have, somewhere."""

_CURIES = ("figure_id", "paper_id", "entity_id", "xref", "taxon", "citing_id", "cited_id", "other_id")
_CURIE = re.compile(r"[a-z.]+:[A-Za-z0-9._~%/:-]+")


def _literals(hint: Any) -> frozenset[str]:
    """Give the values that a type is limited to; none where it is not."""
    every = (hint, *get_args(hint))
    return frozenset(value for each in every if get_origin(each) is Literal for value in get_args(each))


_ALLOWED = {(kind, field): _literals(hint) for kind in RAW for field, hint in get_type_hints(kind).items()}


def _fail(message: str) -> NoReturn:
    raise AssertionError(message)


# -- parsers


def check_parser(parser: Parser, name: str, body: bytes) -> list[Element]:
    """Check a parser against one file that it reads; give the elements, for further checks.

    It takes the name and answers for every other; yields elements of kg.model only, with values of the
    right type and valid CURIEs, once a figure; gives the same again; and refuses cut and spoilt copies of the
    file by nothing but RecordError or a Problem.
    """
    _check_names(parser, name)
    elements = _parsed(parser, name, body, "the file")
    if not isinstance(elements, list):
        _fail(f"parse({name!r}) refused the file: {elements}; give one that the parser reads")
    again = _parsed(parser, name, body, "the file, a second time")
    if repr(elements) != repr(again):
        _fail(f"parse({name!r}) gives other elements the second time; it must depend on name and bytes only")
    known: set[str] = set()
    _check_whole(elements, f"parse({name!r})", known)
    for what, spoilt in _spoilt(body):
        found = _parsed(parser, name, spoilt, what)
        if isinstance(found, list):
            _check_whole(found, f"parse({name!r}) of {what}", known)
    return elements


def _check_names(parser: Parser, name: str) -> None:
    for each in (*NAMES, name, name.upper(), name + "\0"):
        try:
            found = parser.can_parse(each)
        except Exception as error:  # noqa: BLE001 whatever it is, it is the fault looked for
            _fail(f"can_parse({each[:40]!r}) raised {type(error).__name__}: {error}; it must answer for every name")
        if not isinstance(found, bool):
            _fail(f"can_parse({each[:40]!r}) gives {found!r}; it must give True or False")
        if each == name and not found:
            _fail(f"can_parse({name!r}) is False; give a name that the parser takes")


def _parsed(parser: Parser, name: str, body: bytes, what: str) -> list[Element] | RecordError:
    try:
        return list(parser.parse(name, body))
    except RecordError as error:
        return error
    except Exception as error:  # noqa: BLE001 whatever it is, it is the fault looked for
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        _fail(f"parse({name!r}) of {what} raised {reason}; raise RecordError, or yield a Problem")


def _spoilt(body: bytes) -> Iterator[tuple[str, bytes]]:
    step = max(1, len(body) // CUTS)
    for place in range(0, len(body), step):
        yield f"the file cut after {place} of {len(body)} bytes", body[:place]
        for byte in (b"\xff", b"\0", b"\t", b"\n"):
            yield f"the file with {byte!r} at byte {place}", body[:place] + byte + body[place + 1 :]
    yield "the file twice", body + b"\n" + body
    yield "the file with CRLF", body.replace(b"\n", b"\r\n")
    yield "the file with a byte-order mark", b"\xef\xbb\xbf" + body
    yield "the file in UTF-16", body.decode("utf-8", "replace").encode("utf-16")
    for byte in (b"\0", b"\xff", b"[", b"{", b'"', b"\t", b"\n", b"-"):
        yield f"20,000 times {byte!r}", byte * 20_000


def _check_whole(elements: list[Element], where: str, known: set[str]) -> None:
    """Check elements; those in `known` were checked before."""
    for number, element in enumerate(elements):
        if type(element) not in RAW:
            _fail(f"{where}: element {number} is a {type(element).__name__}, no element of kg.model")
        if (shown := repr(element)) in known:
            continue
        known.add(shown)
        for field, value in element._asdict().items():
            _check_field(element, field, value, f"{where}: element {number}, {type(element).__name__}.{field}")
    _check_claims(elements, where)


def _check_claims(elements: list[Element], where: str) -> None:
    """Check that figures and tables are given once, and before their mentions: else nothing counts them."""
    figures = Counter(each.figure_id for each in elements if isinstance(each, Figure))
    tables = Counter((each.figure_id, each.category) for each in elements if isinstance(each, Table))
    for claim, uses in (figures | cast("Counter[Any]", tables)).items():
        if uses > 1:
            _fail(f"{where}: {claim} is given {uses} times; yield its Figure, and its Table of a category, once a file")
    for each in elements:
        if isinstance(each, Mention):
            of_table = each.origin == "sidecar"
            if not ((each.figure_id, each.category) in tables if of_table else each.figure_id in figures):
                need = f"Table of category {each.category!r}" if of_table else "Figure"
                _fail(f"{where}: a mention of {each.figure_id} would not count; yield the {need} before it")


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
            _fail(f"{where} is {text!r:.80}: control characters; put it through kg.text.clean")
    if isinstance(value, float) and isnan(value):
        _fail(f"{where} is NaN; a missing value is None")
    _check_meaning(element, field, value, where)


def _check_meaning(element: Element, field: str, value: Any, where: str) -> None:
    if field in _CURIES:
        _check_curie(field, value, where)
    if allowed := _ALLOWED[type(element), field]:
        if value not in allowed:
            _fail(f"{where} is {value!r:.80}; one of {', '.join(sorted(allowed))}")
    elif value == "" and not isinstance(element, Problem):
        _fail(f"{where} is empty; a missing value is None, and a required one has a text")


def _check_curie(field: str, value: str, where: str) -> None:
    try:
        expand(value)
    except KgError as error:
        _fail(f"{where}: {error}")
    if not _CURIE.fullmatch(value):
        _fail(f"{where} is {value!r:.80}, which cannot be part of an IRI; make CURIEs with kg.terms.curie")
    prefix, _, identifier = value.partition(":")
    if field == "figure_id" and (prefix != "pfocr" or not FIGID.fullmatch(identifier)):
        _fail(f"{where} is {value!r:.80}; of a figure it is pfocr:PMC<digits>__<image file stem>")


# -- exporters


class _Sink(RawIOBase):
    """Takes bytes, and does nothing else that a file may do: a pipe or a compressed file cannot seek."""

    def __init__(self) -> None:
        self.digest = sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            _fail(f"write() put a {type(piece).__name__} into the file, which takes bytes; encode it")
        self.digest.update(piece)
        self.size += len(piece)
        return len(piece)


def check_exporter(exporter: Exporter | FolderExporter, build: Path | str, *, same_bytes: bool = True) -> int:
    """Check an exporter against one build; give the count that it gave for the whole graph.

    It writes bytes in order, or files into the folder that it is given and nowhere else; the same bytes
    again; says how many things it wrote; and leaves the build as it was. One of views writes every view.
    `same_bytes` is False for a format that cannot do that: databases have marks of their own in their files.
    """
    suffixes = getattr(exporter, "suffixes", None)
    if not isinstance(suffixes, tuple) or not all(isinstance(each, str) and each.startswith(".") for each in suffixes):
        _fail(f"suffixes is {suffixes!r}; it is a tuple of texts that start with a point, such as ('.edges',)")
    if not isinstance(getattr(exporter, "of_views", None), bool):
        _fail("of_views is missing or no bool; True: it writes a view, False: always the whole graph")
    before = _listing(Path(build))
    first = [_written(exporter, build, name) for name in _views(exporter, build)]
    again = [_written(exporter, build, name) for name in _views(exporter, build)]
    for (name, count, digest), (_, others, other) in zip(first, again, strict=True):
        if count != others or (same_bytes and digest != other):
            _fail(f"{name}: another count or other bytes the second time; no clock, no set order, no random numbers")
    if _listing(Path(build)) != before:
        _fail(f"the exporter changed the build in {build}; write to the file or folder that is given")
    return first[0][1]


def _views(exporter: Exporter | FolderExporter, build: Path | str) -> Iterable[tuple[str, str | None]]:
    """Give the views to write, each with what it is of; an empty name is the whole graph, without a view."""
    yield "", None
    if not exporter.of_views:
        return
    with KnowledgeGraph(build) as graph:
        entities = graph.engine.fetch("SELECT entity_id FROM entities ORDER BY figures DESC, entity_id LIMIT 1")
        figures = graph.engine.fetch("SELECT figure_id FROM figures ORDER BY figure_id LIMIT 1")
    yield from ((name, None) for name in ("co-occurrence", "words", "bipartite", "full"))
    yield from (("ego", each) for each in entities["entity_id"].to_pylist())
    yield from (("figure", each) for each in figures["figure_id"].to_pylist())


def _written(
    exporter: Exporter | FolderExporter, build: Path | str, view: tuple[str, str | None]
) -> tuple[str, int, str]:
    """Write one view; give what it was, the count and the digest of all bytes."""
    name, of = view
    where = f"write() of the {name} view" if name else "write() of the whole graph"
    with KnowledgeGraph(build) as graph, TemporaryDirectory(prefix="kg-check-") as scratch:
        made = graph.view(name, of=of) if name else None
        try:
            count, digest = _run(exporter, graph, made, Path(scratch), where)
        except (AssertionError, KgError):
            raise
        except Exception as error:
            raise AssertionError(f"{where} raised {type(error).__name__}: {str(error)[:200]}") from error
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        _fail(f"{where} gives {count!r}; it gives how many statements or elements it wrote, an int")
    return where, count, digest


def _run(
    exporter: Exporter | FolderExporter, graph: KnowledgeGraph, view: View | None, scratch: Path, where: str
) -> tuple[int, str]:
    if whole := into_folder(cast("Exporter", exporter)):
        folder = scratch / "folder"
        folder.mkdir()
        count = whole.write(graph, view, folder)
        if [path.name for path in scratch.iterdir()] != ["folder"]:
            _fail(f"{where} wrote beside the folder that it was given")
        if not any(path.is_file() for path in folder.rglob("*")):
            _fail(f"{where} left the folder empty")
        return count, repr(_listing(folder))
    sink = _Sink()
    count = cast("Exporter", exporter).write(graph, view, sink)
    if sink.closed:
        _fail(f"{where} closed the file; whoever opened it does that")
    if count and not sink.size:
        _fail(f"{where} gives {count} and wrote nothing")
    return count, sink.digest.hexdigest()


def _listing(folder: Path) -> list[tuple[str, str]]:
    """Give the files below a folder with the digests of their bytes."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), sha256(path.read_bytes()).hexdigest()) for path in paths]
