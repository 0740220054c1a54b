"""Files to raw tables: in one process or several, whatever a parser does."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

import pyarrow as pa
import pytest
from helpers.corpus import MDM2, TOY, genes, record, write_toy

from kg import parsers
from kg.errors import SourceError
from kg.ingest import columns
from kg.ingest import parse as ingest
from kg.ingest.entries import Entry
from kg.ingest.parse import Tables, read
from kg.ingest.sources import scan
from kg.model.records import Element, Figure, Mention, Problem
from kg.parsers import Columns, File, frontmatter
from kg.runtime import plugins


def entries(files: dict[str, str]) -> list[Entry]:
    return [Entry(name, body=text.encode()) for name, text in files.items()]


def rows(chunks: Iterator[Tables]) -> dict[str, list[tuple[object, ...]]]:
    """Put the chunks together: rows by table name."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for tables in chunks:
        for name, table in tables.items():
            found.setdefault(name, []).extend(tuple(row.values()) for row in table.to_pylist())
    return found


def problems(files: dict[str, str]) -> list[tuple[object, ...]]:
    return [row[1:] for row in rows(read(entries(files)))["raw_problems"]]


# -- chunks and processes


def test_the_tables_of_the_toy_corpus(tmp_path: Path) -> None:
    write_toy(tmp_path)
    found = rows(read(scan([str(tmp_path)])))
    assert {name: len(table) for name, table in found.items()} == {
        "raw_figures": 3,
        "raw_tables": 5,
        "raw_mentions": 15,
        "raw_links": 0,
        "raw_citations": 0,  # after all records; tests/ingest/test_citations.py
        "raw_paper_ids": 0,
        "raw_problems": 0,
        "raw_files": 8,
    }
    assert [row[:2] for row in found["raw_files"]][:2] == [(0, "_figures/PMC1__a.md"), (1, "_figures/PMC1__b.md")]
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert rows(read([Entry("a.md", body=b"")]))["raw_files"] == [(0, "a.md", digest)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_chunks_and_processes_make_no_difference(monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    files = (
        TOY | {f"PMC9__{number}.md": record(f"PMC9__{number}") for number in range(30)} | {"bad.md": "---\na: [\n---"}
    )
    expected = rows(read(entries(files)))
    monkeypatch.setattr(ingest, "CHUNK_FILES", 4)
    assert rows(read(entries(files), jobs)) == expected
    assert len(expected["raw_figures"]) == 33


def test_a_chunk_ends_at_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "CHUNK_BYTES", 10)
    sizes = [
        tables["raw_files"].num_rows
        for tables in read(entries({f"{size}.md": "x" * size for size in (4, 6, 1, 20, 3)}))
    ]
    assert sizes == [2, 2, 1]


def test_no_entries_give_no_chunks() -> None:
    assert list(read([], jobs=2)) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_killed_process_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "CHUNK_FILES", 1)

    def unlucky() -> Iterator[Entry]:
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
        yield from entries({f"{number}.md": record("PMC1__a") for number in range(4)})
        # The pool has started by now: the first chunks were handed to it.
        for number in range(100):
            for child in children.read_text(encoding="ascii").split():
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(int(child), signal.SIGKILL)
            yield Entry(f"x{number}.md", body=b"")

    if not Path("/proc/self/task").is_dir():
        pytest.skip("needs /proc to find the processes")
    with pytest.raises(SourceError) as caught:
        list(read(unlucky(), jobs=2))
    assert str(caught.value) == (
        "a process that parsed records was killed, perhaps for lack of memory; try again with --jobs 1"
    )


# -- files that cost only themselves


def test_a_bad_record_costs_only_itself() -> None:
    files = {
        "a.md": "---\nfigid: PMC1__a\npmcid: PMC1\ncaption: 'open\n---\n",
        "b.md": "no front matter",
        "PMC1__c.md": record("PMC1__c"),
        "image.jpg": "never read",
        "_data/PMC1__c-genes.tsv": "wrong\theader\n",
    }
    found = rows(read(entries(files)))
    assert [row[1] for row in found["raw_figures"]] == ["pfocr:PMC1__c"]
    assert [row[1] for row in found["raw_files"]] == [name for name in files if name != "image.jpg"]
    assert found["raw_tables"] == []
    assert [row[1:5] for row in found["raw_problems"]] == [
        ("error", "bad-record", "a.md", 5),
        ("note", "not-a-record", "b.md", 1),
        ("error", "bad-record", "_data/PMC1__c-genes.tsv", 1),
    ]


def test_an_entry_that_cannot_be_read_is_an_error_even_where_no_parser_wants_it() -> None:
    found = rows(read([Entry("sub", refused="cannot be listed: no"), Entry("a.md", path="/nowhere/a.md")]))
    assert [row[1:] for row in found["raw_problems"]] == [
        ("error", "bad-record", "sub", None, "cannot be listed: no"),
        ("error", "bad-record", "a.md", None, "cannot be read: No such file or directory"),
    ]
    assert found["raw_files"] == []


def test_a_record_of_two_mebibytes_is_read_and_a_larger_one_named() -> None:
    room = frontmatter.MAX_BYTES - len(record("PMC1__a", "caption: ")) + len("---\n---\n")
    files = {
        "PMC1__a.md": record("PMC1__a", "caption: " + "x" * room),
        "PMC1__b.md": record("PMC1__b", "caption: " + "x" * (room + 1)),
        "PMC1__c.md": record("PMC1__c", *("keywords:",), *("- word",) * 100_000),
    }
    found = rows(read(entries(files)))
    assert [row[1] for row in found["raw_figures"]] == ["pfocr:PMC1__a", "pfocr:PMC1__c"]
    assert [row[1:] for row in found["raw_problems"]] == [
        ("error", "bad-record", "PMC1__b.md", None, "front matter of over 2 MiB; a record is a few kilobytes")
    ]


# -- parser plug-ins


class Raises:
    def can_parse(self, name: str) -> bool:
        if name == "cannot.say":
            raise RuntimeError("no\nidea \x01")
        return name.endswith(".bad")

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        yield Figure("pfocr:PMC1__lost", "pmc:PMC1")
        raise ZeroDivisionError(f"{name} {len(body)}")


class Strange:
    def can_parse(self, name: str) -> bool:
        return name.endswith((".odd", ".type", ".surrogate", ".none"))

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        yield Figure(f"pfocr:PMC1__{len(body)}", "pmc:PMC1")
        if name.endswith(".odd"):
            yield ("a", "tuple")  # type: ignore[misc]
        if name.endswith(".type"):
            yield Figure("pfocr:PMC1__x", "pmc:PMC1", year="MMXX")  # type: ignore[arg-type]
        if name.endswith(".surrogate"):
            yield Mention("pfocr:PMC1__x", "inline", "gene", 0, "\ud800", "\ud800")
        if name.endswith(".none"):
            yield None  # type: ignore[misc]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Install a parser of this module for one test, as a distribution's entry point would."""
    declared = dict(plugins._declared("parser"))

    def install(name: str) -> None:
        declared["a-stranger"] = EntryPoint("a-stranger", f"{__name__}:{name}", plugins.GROUPS["parser"])
        monkeypatch.setattr(plugins, "_declared", {"parser": declared}.__getitem__)
        forget()

    def forget() -> None:
        parsers.installed.cache_clear()
        parsers.parser_for.cache_clear()

    yield install
    forget()


def test_a_plugin_that_raises_costs_only_its_own_file(installed: Callable[[str], None]) -> None:
    installed("Raises")
    files = {"x.bad": "123", "PMC1__a.md": record("PMC1__a"), "cannot.say": "", "PMC1__a-genes.tsv": genes(MDM2)}
    found = rows(read(entries(files)))
    assert [row[1] for row in found["raw_figures"]] == ["pfocr:PMC1__a"]
    assert len(found["raw_mentions"]) == 1
    assert [row[1:] for row in found["raw_problems"]] == [
        ("error", "parser-failed", "x.bad", None, "Raises failed: ZeroDivisionError: x.bad 3"),
        ("error", "parser-failed", "cannot.say", None, "a parser failed: RuntimeError: no idea \ufffd"),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("x.odd", "Strange failed: TypeError: tuple is no record class of kg.parsers"),
        ("x.none", "Strange failed: TypeError: NoneType is no record class of kg.parsers"),
        ("x.type", "Strange failed: "),
        ("x.surrogate", "Strange failed: UnicodeEncodeError: "),
    ],
)
def test_a_plugin_that_gives_something_else_costs_only_its_own_file(
    installed: Callable[[str], None], name: str, reason: str
) -> None:
    installed("Strange")
    files = {"PMC1__a.md": record("PMC1__a"), name: "", "PMC1__b.md": record("PMC1__b"), "bad.md": "---\n---\n"}
    found = rows(read(entries(files)))
    assert [row[:2] for row in found["raw_figures"]] == [(0, "pfocr:PMC1__a"), (2, "pfocr:PMC1__b")]
    assert [row[1] for row in found["raw_files"]] == list(files)
    (first, second) = found["raw_problems"]
    assert first[:5] == (1, "error", "parser-failed", name, None)
    assert str(first[5]).startswith(reason)
    assert second[:5] == (3, "error", "bad-record", "bad.md", 2)


class InColumns:
    """Reads files that begin with a digit as columns, too, and fails where one begins with `!`."""

    def can_parse(self, name: str) -> bool:
        return name.endswith(".cols")

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        yield Figure(f"pfocr:PMC1__{body.decode()}", "pmc:PMC1", title="by rows")
        yield Problem("note", "by-rows", name, None, "read by rows")

    def parse_columns(self, files: Sequence[File]) -> Iterator[Columns]:
        for file in files:
            if file.body.startswith(b"!"):
                raise ZeroDivisionError(file.name)
            if file.body[:1].isdigit():
                ids = [f"pfocr:PMC1__{part.decode()}" for part in file.body.split()]
                table = {
                    "record": pa.array([file.record] * len(ids)),
                    "figure_id": pa.array(ids),
                    "paper_id": "pmc:PMC1",
                }
                yield Columns({Figure: table}, frozenset({file.record}))


def titles(found: dict[str, list[tuple[object, ...]]]) -> list[tuple[object, ...]]:
    """Return number, stem and title of each figure, and check that the report says which files were read by rows."""
    figures: list[tuple[object, ...]] = [
        (row[0], str(row[1]).rpartition("_")[2], row[4]) for row in found["raw_figures"]
    ]
    assert [row[0] for row in found["raw_problems"]] == [row[0] for row in figures if row[2] == "by rows"]
    return figures


@pytest.mark.parametrize("most", [0, columns.MOST_BYTES])
def test_files_in_columns_and_rows_keep_their_order(
    installed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    installed("InColumns")
    monkeypatch.setattr(columns, "MOST_BYTES", most)
    files = {"a.cols": "x", "b.cols": "1 2", "PMC1__m.md": record("PMC1__m"), "c.cols": "y", "d.cols": "3"}
    found = rows(read(entries(files)))
    numbers = [(1, "1", None), (1, "2", None), (2, "m", "Title of PMC1__m")]
    assert titles(found) == [(0, "x", "by rows"), *numbers, (3, "y", "by rows"), (4, "3", None)]
    assert [row[1] for row in found["raw_files"]] == list(files)


def test_a_failure_of_columns_leaves_the_files_to_rows(installed: Callable[[str], None]) -> None:
    installed("InColumns")
    files = {"a.cols": "1", "b.cols": "!", "c.cols": "3"}
    found = rows(read(entries(files)))
    assert titles(found) == [(0, "1", "by rows"), (1, "!", "by rows"), (2, "3", "by rows")]


def test_a_value_of_a_wrong_type_costs_no_table_that_is_read_as_columns(installed: Callable[[str], None]) -> None:
    installed("Strange")
    files = {"PMC1__a-genes.tsv": genes(MDM2), "x.type": "", "PMC1__b-genes.tsv": genes(MDM2, MDM2)}
    found = rows(read(entries(files)))
    assert [(row[0], row[4]) for row in found["raw_mentions"]] == [(0, 0), (2, 0), (2, 1)]
    assert [row[:4] for row in found["raw_problems"]] == [(1, "error", "parser-failed", "x.type")]


def test_problems_carry_what_the_parser_says() -> None:
    assert problems({"PMC1__a.md": "---\nfigid: PMC1__a\n---\n"}) == [
        tuple(Problem("warning", "no-pmcid", "PMC1__a.md", 2, "no pmcid; PMC1 was taken from the figid"))
    ]
