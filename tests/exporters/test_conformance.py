"""The conformance kit: every plug-in that is built in passes, and every fault of a broken one is found and named."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pytest
from helpers.corpus import SEEDS, TOY

from kg.errors import RecordError
from kg.exporters import exporter
from kg.exporters.gmt import Gmt
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.identifiers import FIGID, curie
from kg.model.records import Element, Figure, Mention, Problem, Table
from kg.parsers import Columns, File, Parser
from kg.parsers.biothings import BiothingsParser
from kg.parsers.figures import FigureParser
from kg.parsers.gmt import GmtParser
from kg.parsers.kgx import KgxParser
from kg.parsers.sidecars import MapParser, SidecarParser
from kg.runtime import plugins
from kg.testing import check_exporter, check_parser

SEED = sorted((SEEDS / "_figures").glob("*.md"))[1]
OBJECT = (
    b'{"_id": "PMC1__a.jpg", "associatedWith": {"title": "T", "pmc": NaN, "figureUrl": "https://x/bin/a.jpg",'
    b' "mentions": {"genes": {"ncbigene": ["1", "2"]}, "chemicals": {"mesh": ["D000255"], "chebi": [], "x": 1}}}}\n'
)

NODE = b"pfocr:PMC1__a\tbiolink:Publication\tFigure\tx.md\n"
EDGE = b"pfocr:PMC1__a\tbiolink:mentions\tNCBIGene:7157\tbiolink:Gene\n"

FILES: list[tuple[Parser, str, bytes]] = [
    (FigureParser(), SEED.name, SEED.read_bytes()),
    (FigureParser(), "PMC2__c.md", TOY["_figures/PMC2__c.md"].encode()),
    (SidecarParser(), "_data/PMC1__a-genes.tsv", TOY["_data/PMC1__a-genes.tsv"].encode()),
    (SidecarParser(), "_data/PMC1__a-chemicals.tsv", TOY["_data/PMC1__a-chemicals.tsv"].encode()),
    (SidecarParser(), "_data/PMC1__b-diseases.tsv", TOY["_data/PMC1__b-diseases.tsv"].encode()),
    (MapParser(), "_data/ndex_map.tsv", b"PMC1__a\tabc\nPMC1__b.jpg\tabd\n"),
    (GmtParser(), "pfocr-20240101-gmt-Homo_sapiens.gmt", b"PMC1__a\tA\t1\t2\tTP53\nPMC2__F1\tB\t1\n"),
    (GmtParser(), "pfocr-20240101-chemical-gmt-Mus_musculus.gmt", b"PMC1__a\tA\tCHEBI:1\tATP\n"),
    (KgxParser(), "nodes.tsv", b"id\tcategory\tpublication_type\tsource_file\n" + NODE),
    (KgxParser(), "edges.tsv", b"subject\tpredicate\tobject\tobject_category\n" + EDGE),
    (BiothingsParser(), "bte_strict.ndjson", OBJECT + OBJECT.replace(b"PMC1", b"PMC2")),
]


@pytest.mark.parametrize(("parser", "name", "body"), FILES, ids=lambda value: value if isinstance(value, str) else "")
def test_built_in_parsers(parser: Parser, name: str, body: bytes) -> None:
    assert any(not isinstance(each, Problem) for each in check_parser(parser, name, body))


def test_every_built_in_parser_is_checked() -> None:
    built_in = {plugins.load("parser", name) for name in plugins.names("parser")}
    assert built_in <= {type(parser) for parser, *_ in FILES}


@pytest.mark.parametrize("name", plugins.names("exporter"))
def test_built_in_exporters(toy_build: Path, name: str) -> None:
    # A DuckDB file has marks of its own; its rows are always the same.
    assert check_exporter(exporter(name), toy_build, same_bytes=name != "duckdb") > 0


def test_gene_sets(toy_build: Path) -> None:
    assert check_exporter(Gmt(), toy_build) == 7


# -- a parser of one's own, and its faults


class Lines:
    """The parser of docs/plugins.md, with everything that can go wrong with it said."""

    def can_parse(self, name: str) -> bool:
        return name.endswith(".figs")

    def parse(self, name: str, body: bytes) -> Iterable[Element]:
        try:
            lines = body.decode().splitlines()
        except UnicodeDecodeError:
            raise RecordError("not UTF-8") from None
        seen = set()
        for line, text in enumerate(lines, 1):
            figid, _, symbols = text.partition("\t")
            if not FIGID.fullmatch(figid) or figid in seen or not symbols.isprintable():
                yield Problem("error", "bad-row", name, line, "no figid, or a second time; line skipped")
                continue
            seen.add(figid)
            yield from self.figure(curie("pfocr", figid), symbols)

    def figure(self, figure_id: str, symbols: str) -> Iterator[Element]:
        yield Figure(figure_id, curie("pmc", figure_id[6:].partition("__")[0]))
        for place, symbol in enumerate(filter(None, symbols.split(","))):
            yield self.mention(figure_id, place, symbol)

    def mention(self, figure_id: str, place: int, symbol: str) -> Mention:
        return Mention(figure_id, "keyword", "unknown", place, symbol, symbol)


BODY = b"PMC1__a\tTP53,MDM2\nPMC1__b\tAKT1"


def test_five_lines_of_a_stranger() -> None:
    assert len(check_parser(Lines(), "x.figs", BODY)) == 5


class NotTotal(Lines):
    def can_parse(self, name: str) -> bool:
        return name.rsplit(".", 1)[1] == "figs"


class NoBool(Lines):
    def can_parse(self, name: str) -> Any:
        return name if name.endswith(".figs") else None


class NotMine(Lines):
    def can_parse(self, name: str) -> bool:  # noqa: ARG002
        return False


class Raising(Lines):
    def parse(self, name: str, body: bytes) -> Iterable[Element]:
        body.decode()
        return super().parse(name, body)


class Refusing(Lines):
    def parse(self, name: str, body: bytes) -> Iterable[Element]:
        raise RecordError(f"{name}: {len(body)} bytes are too many")


class Changing(Lines):
    def __init__(self) -> None:
        self.numbers = itertools.count()

    def mention(self, figure_id: str, place: int, symbol: str) -> Mention:
        return super().mention(figure_id, place + next(self.numbers), symbol)


class Foreign(Lines):
    def figure(self, figure_id: str, symbols: str) -> Iterator[Any]:
        yield {"figure_id": figure_id, "symbols": symbols}


class Twice(Lines):
    def figure(self, figure_id: str, symbols: str) -> Iterator[Element]:
        yield from super().figure(figure_id, symbols)
        yield Figure(figure_id, "pmc:PMC1")


class NoFigure(Lines):
    def figure(self, figure_id: str, symbols: str) -> Iterator[Element]:
        yield self.mention(figure_id, 0, symbols or "x")


class NoTable(Lines):
    def mention(self, figure_id: str, place: int, symbol: str) -> Mention:
        return super().mention(figure_id, place, symbol)._replace(origin="sidecar")


class TwoTables(Lines):
    def figure(self, figure_id: str, symbols: str) -> Iterator[Element]:  # noqa: ARG002
        yield Table(figure_id, "gene")
        yield Table(figure_id, "gene")


class InColumns(Lines):
    """Reads each file as columns, too; `changed` may break them."""

    def parse_columns(self, files: Sequence[File]) -> Iterator[Columns]:
        for file in files:
            try:
                rows = list(self.parse(file.name, file.body))
            except RecordError:
                continue
            records = {kind: [row for row in rows if type(row) is kind] for kind in {*map(type, rows)}}
            tables = {kind: self.table(file, [row._asdict() for row in of_kind]) for kind, of_kind in records.items()}
            yield self.changed(Columns(dict(tables), frozenset({file.record})))

    def table(self, file: File, rows: list[dict[str, Any]]) -> dict[str, Any]:
        columns = {name: pa.array([row[name] for row in rows]) for name in rows[0]}
        return {"record": pa.array([file.record] * len(rows)), **columns}

    def changed(self, columns: Columns) -> Columns:
        return columns


def test_a_parser_of_columns_passes() -> None:
    assert len(check_parser(InColumns(), "x.figs", BODY)) == 5


class RefusedRead(InColumns):
    def parse_columns(self, files: Sequence[File]) -> Iterator[Columns]:
        yield Columns({}, frozenset(file.record for file in files if b"\xff" in file.body))


class OtherRows(InColumns):
    def changed(self, columns: Columns) -> Columns:
        return columns._replace(tables={kind: table for kind, table in columns.tables.items() if kind is not Mention})


class OfNobody(InColumns):
    def changed(self, columns: Columns) -> Columns:
        return columns._replace(read=frozenset({-1}))


class OtherFile(InColumns):
    def table(self, file: File, rows: list[dict[str, Any]]) -> dict[str, Any]:
        return super().table(file._replace(record=file.record + 1), rows)


class NewField(InColumns):
    def table(self, file: File, rows: list[dict[str, Any]]) -> dict[str, Any]:
        return super().table(file, rows) | {"colour": "red"}


class NoFigureId(InColumns):
    def table(self, file: File, rows: list[dict[str, Any]]) -> dict[str, Any]:
        return super().table(file, rows) | {"figure_id": None}


@pytest.mark.parametrize(
    ("parser", "fault"),
    [
        (RefusedRead(), r"reads the file with b'\\xff' at byte 0 of 'x.figs', which parse\(\) refuses: not UTF-8"),
        (OtherRows(), r"of the file of 'x.figs' gives other rows of Mention than parse\(\)"),
        (OfNobody(), r"copies of it: ValueError: files that were not given, or twice; leave out files"),
        (OtherFile(), r"ValueError: rows of files that were not read"),
        (NewField(), r"ValueError: colour is no field of this record"),
        (NoFigureId(), r"ValueError: figure_id is missing in some row"),
    ],
)
def test_faults_of_columns_are_found(parser: Parser, fault: str) -> None:
    with pytest.raises(AssertionError, match=rf"parse_columns\(\).*{fault}"):
        check_parser(parser, "x.figs", BODY)


def replacing(**fields: Any) -> Parser:
    """Give the parser with other fields in its mentions."""

    class Replacing(Lines):
        def mention(self, figure_id: str, place: int, symbol: str) -> Mention:
            return super().mention(figure_id, place, symbol)._replace(**fields)

    return Replacing()


@pytest.mark.parametrize(
    ("parser", "fault"),
    [
        (NotTotal(), r"can_parse\(''\) raised IndexError: .*; it must answer for every name"),
        (NoBool(), r"can_parse\(''\) returned None; it must return True or False"),
        (NotMine(), r"can_parse\('x.figs'\) is False; give a name that the parser accepts"),
        (Refusing(), r"parse\('x.figs'\) refused the file: x.figs: 30 bytes are too many; give one"),
        (Raising(), r"parse\('x.figs'\) of the file with b'\\xff' at byte 0 raised UnicodeDecodeError: .*; raise Rec"),
        (Changing(), r"yields other elements the second time; it must depend on name and bytes only"),
        (Foreign(), r"element 0 is a dict, no record class of kg.parsers"),
        (Twice(), r"pfocr:PMC1__a occurs 2 times; yield its Figure, and its Table"),
        (NoFigure(), r"a mention of pfocr:PMC1__a would not count; yield the Figure before it"),
        (NoTable(), r"would not count; yield the Table of category 'unknown' before it"),
        (TwoTables(), r"\('pfocr:PMC1__a', 'gene'\) occurs 2 times"),
        (replacing(name=None), r"element 1, Mention.name is None; it is required"),
        (replacing(name=""), r"Mention.name is empty; a missing value is None"),
        (replacing(name=7), r"Mention.name is 7, which is no string"),
        (replacing(position=2**40), r"Mention.position is 1099511627776, which is no int32"),
        (replacing(word="\ud800"), r"Mention.word is '\\ud800', which is no string"),
        (replacing(word="a\0"), r"Mention.word is 'a\\x00', which has control characters; replace them with kg.pa"),
        (replacing(origin="table"), r"Mention.origin is 'table'; it must be one of inline, keyword, set, sidecar"),
        (replacing(origin="reread"), r"Mention.origin is 'reread'; it must be one of inline, keyword, set, sidecar"),
        (replacing(flavour="loose"), r"Mention.flavour is 'loose'; it must be one of all, strict, synonyms"),
        (replacing(entity_id="207"), r"Mention.entity_id: '207' is not a CURIE known here"),
        (replacing(entity_id="entrez:207"), r"Mention.entity_id: 'entrez:207' is not a CURIE known here; prefixes: pf"),
        (replacing(entity_id="keyword:a b"), r"'keyword:a b', which cannot be part of an IRI; make CURIEs with kg.pa"),
        (replacing(figure_id="pmc:PMC1"), r"'pmc:PMC1'; the CURIE of a figure is pfocr:PMC<digits>__<image file stem>"),
    ],
)  # fmt: skip
def test_faults_of_parsers_are_found(parser: Parser, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_parser(parser, "x.figs", BODY)


# -- an exporter of one's own, and its faults


class EdgeList:
    suffixes: Any = (".edges",)
    of_views: Any = True

    def write(self, graph: KnowledgeGraph, view: View | None, file: IO[bytes]) -> Any:
        count = 0
        for source, target, attributes in (view or graph.view()).edges():
            file.write(f"{source}\t{attributes['interaction']}\t{target}\n".encode())
            count += 1
        return count


def test_five_lines_for_an_exporter(toy_build: Path) -> None:
    assert check_exporter(EdgeList(), toy_build) > 0


class NoSuffix(EdgeList):
    suffixes = "edges"


class NoViews(EdgeList):
    of_views = None


class Texts(EdgeList):
    def write(self, graph: KnowledgeGraph, view: View | None, file: IO[Any]) -> Any:
        return file.write(f"{graph} {view}")


class Seeking(EdgeList):
    def write(self, graph: KnowledgeGraph, view: View | None, file: IO[bytes]) -> Any:
        file.seek(0)
        return super().write(graph, view, file)


class Closing(EdgeList):
    def write(self, graph: KnowledgeGraph, view: View | None, file: IO[bytes]) -> Any:
        with file:
            return super().write(graph, view, file)


class NoCount(EdgeList):
    def write(self, graph: KnowledgeGraph, view: View | None, file: IO[bytes]) -> Any:
        super().write(graph, view, file)


class Nothing(EdgeList):
    def write(self, graph: KnowledgeGraph, view: View | None, file: IO[bytes]) -> Any:
        return 6 if graph and file else view


class OneView(EdgeList):
    def write(self, graph: KnowledgeGraph, view: View | None, file: IO[bytes]) -> Any:
        if view and view.name == "words":
            raise KeyError(view.name)
        return super().write(graph, view, file)


class Numbered(EdgeList):
    numbers = itertools.count()

    def write(self, graph: KnowledgeGraph, view: View | None, file: IO[bytes]) -> Any:
        file.write(f"{next(self.numbers)}\n".encode())
        return super().write(graph, view, file)


class Folder:
    suffixes: tuple[str, ...] = ()
    of_views = False
    into_folder = True

    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        (folder / "figures.txt").write_text(f"{view}", encoding="utf-8")
        return graph.engine.count("figures")


class Beside(Folder):
    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        (folder.parent / "readme.txt").touch()
        return super().write(graph, view, folder)


class Empty(Folder):
    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:  # noqa: ARG002
        return 0


class IntoBuild(Folder):
    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        (graph.build.folder / "figures.txt").touch()
        return super().write(graph, view, folder)


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (NoSuffix(), r"suffixes is 'edges'; it must be a tuple of texts that start with a dot"),
        (NoViews(), r"of_views is missing or no bool"),
        (Texts(), r"write\(\) put a str into the file, which accepts bytes only; encode it"),
        (Seeking(), r"write\(\) of the whole graph raised UnsupportedOperation: seek"),
        (Closing(), r"write\(\) of the whole graph closed the file; leave that to the caller"),
        (NoCount(), r"write\(\) of the whole graph returned None; it must return the number of statements"),
        (Nothing(), r"write\(\) of the whole graph returned 6 and wrote nothing"),
        (OneView(), r"write\(\) of the words view raised KeyError: 'words'"),
        (Numbered(), r"write\(\) of the whole graph: another count or other bytes the second time; no clock"),
        (Beside(), r"wrote outside its folder"),
        (Empty(), r"left the folder empty"),
    ],
)
def test_faults_of_exporters_are_found(toy_build: Path, made: Any, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_exporter(made, toy_build)


def test_an_exporter_leaves_the_build_alone(toy_build: Path, tmp_path: Path) -> None:
    copy = tmp_path / "build"
    for path in sorted(toy_build.rglob("*.*")):
        if path.is_file() and "store" not in path.parts:
            (copy / path.relative_to(toy_build)).parent.mkdir(parents=True, exist_ok=True)
            (copy / path.relative_to(toy_build)).write_bytes(path.read_bytes())
    assert check_exporter(Folder(), copy) == 4
    with pytest.raises(AssertionError, match=r"the exporter changed the build in .*; write to the file or folder"):
        check_exporter(IntoBuild(), copy)


def test_a_format_without_bytes_of_its_own_is_checked_for_the_rest(toy_build: Path) -> None:
    assert check_exporter(Numbered(), toy_build, same_bytes=False) > 0
