"""The parse cache avoids parsing, whatever happens to it, and never changes a byte of a build."""

import ast
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, packages_distributions
from pathlib import Path

import pytest
from helpers.corpus import ROOT, genes, record, write_toy

from kg.building.incremental.fingerprint import fingerprint
from kg.building.options import BuildResources
from kg.building.release import TEXT_OUTPUTS, release
from kg.ingest import parse, sources
from kg.ingest.cache import CODE, DISTRIBUTIONS, ParseCache, code_digest, code_files
from kg.ingest.entries import Entry
from kg.parsers import installed
from kg.runtime import plugins

LONG_AGO = 1_600_000_000


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The toy corpus as files that have not changed for years."""
    folder = write_toy(tmp_path / "corpus")
    age(folder)
    return folder


def age(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time of the last change of a file's status, which cannot be set, count as settled."""
    monkeypatch.setattr("kg.ingest.cache.SETTLED", -3600.0)


def counted(corpus: Path, folder: Path, jobs: int = 1) -> tuple[int, int]:
    """Read a corpus through a cache; return hits and misses, and check that the tables are those without a cache."""
    cache = ParseCache(folder)
    with_cache = list(parse.read(sources.scan([str(corpus)]), jobs, cache))
    without = list(parse.read(sources.scan([str(corpus)])))
    assert [{name: table.to_pylist() for name, table in tables.items()} for tables in with_cache] == [
        {name: table.to_pylist() for name, table in tables.items()} for tables in without
    ]
    return cache.hits, cache.misses


def test_a_second_reading_parses_nothing(corpus: Path, tmp_path: Path) -> None:
    assert counted(corpus, tmp_path / "cache") == (0, 1)
    assert counted(corpus, tmp_path / "cache") == (1, 0)


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda corpus: (corpus / "_figures/PMC1__a.md").write_text(record("PMC1__a", year="1999")),
    "a new file": lambda corpus: (corpus / "_figures/PMC9__z.md").write_text(record("PMC9__z")),
    "a file less": lambda corpus: (corpus / "_figures/PMC2__c.md").unlink(),
    "a name": lambda corpus: (corpus / "_figures/PMC2__c.md").rename(corpus / "_figures/PMC2__d.md"),
    "content of the same length": lambda corpus: (corpus / "_figures/PMC1__a.md").write_text(
        record("PMC1__a", year="2002")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_parsed_again(corpus: Path, tmp_path: Path, change: str) -> None:
    counted(corpus, tmp_path / "cache")
    CHANGES[change](corpus)
    assert counted(corpus, tmp_path / "cache") == (0, 1)


def test_times_set_back_by_hand_do_not_hide_a_change(corpus: Path, tmp_path: Path) -> None:
    counted(corpus, tmp_path / "cache")
    CHANGES["content of the same length"](corpus)
    age(corpus)
    assert counted(corpus, tmp_path / "cache") == (0, 1)


def test_a_file_that_is_changing_is_not_kept(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.ingest.cache.SETTLED", 3600.0)
    assert counted(corpus, tmp_path / "cache") == (0, 1)
    assert counted(corpus, tmp_path / "cache") == (0, 1)
    assert not list((tmp_path / "cache").rglob("*.tables"))


@pytest.mark.parametrize("keep", [0, 10, 70, -1])
def test_a_damaged_entry_is_no_entry(corpus: Path, tmp_path: Path, keep: int) -> None:
    counted(corpus, tmp_path / "cache")
    (entry,) = (tmp_path / "cache").rglob("*.tables")
    entry.write_bytes(entry.read_bytes()[:keep])
    assert counted(corpus, tmp_path / "cache") == (0, 1)
    assert counted(corpus, tmp_path / "cache") == (1, 0)


@pytest.mark.parametrize("body", [b"[]", b"null", b"{}", b'{"figures": "x"}'])
def test_an_entry_of_another_structure_is_a_miss(corpus: Path, tmp_path: Path, body: bytes) -> None:
    counted(corpus, tmp_path / "cache")
    (entry,) = (tmp_path / "cache").rglob("*.tables")
    entry.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert counted(corpus, tmp_path / "cache") == (0, 1)


def test_a_cache_that_cannot_be_written_is_none(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert counted(corpus, tmp_path / "cache") == (0, 1)


def test_of_many_chunks_only_those_with_a_change_are_parsed(tmp_path: Path) -> None:
    files = {f"_figures/PMC{number}__a.md": record(f"PMC{number}__a") for number in range(1500)}
    corpus = write_toy(tmp_path / "corpus", files)
    hits, misses = counted(corpus, tmp_path / "cache", jobs=2)
    assert (hits, misses > 3) == (0, True)
    (corpus / "_figures/PMC700__a.md").unlink()
    assert counted(corpus, tmp_path / "cache", jobs=2) == (misses - 1, 1)


def test_members_of_archives_are_known_by_content(corpus: Path, tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "one"), "tar", corpus)
    shutil.copy(tmp_path / "one.tar", tmp_path / "two.tar")
    assert counted(tmp_path / "one.tar", tmp_path / "cache") == (0, 1)
    assert counted(tmp_path / "two.tar", tmp_path / "cache") == (1, 0)


def test_what_was_not_used_for_longest_is_dropped(tmp_path: Path) -> None:
    cache = ParseCache(tmp_path / "cache")
    for number, key in enumerate(("aa", "bb", "cc")):
        cache.put(key, {})
        (entry,) = (tmp_path / "cache").rglob(f"{key}.tables")
        os.utime(entry, (LONG_AGO + number, LONG_AGO + number))
    cache.prune(2 * entry.stat().st_size)
    assert sorted(path.stem for path in (tmp_path / "cache").rglob("*.tables")) == ["bb", "cc"]


# -- the code that parses


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's code, to be changed."""
    return shutil.copytree(ROOT / "kg", tmp_path / "kg", ignore=shutil.ignore_patterns("*.gz", "web"))


@pytest.mark.parametrize("part", CODE)
def test_a_changed_byte_of_code_changes_the_key(package: Path, tmp_path: Path, part: str) -> None:
    entries = [Entry("a.md", body=b"")]
    before = ParseCache(tmp_path / "cache", package).key(entries)
    assert before == ParseCache(tmp_path / "cache").key(entries)
    files = [package / part] if part.endswith(".py") else sorted((package / part).rglob("*.py"))
    assert files
    for file in files:
        code = file.read_bytes()
        file.write_bytes(code[:-2] + b" \n")
        assert ParseCache(tmp_path / "cache", package).key(entries) != before, file
        file.write_bytes(code)
    assert ParseCache(tmp_path / "cache", package).key(entries) == before


def test_code_without_part_in_parsing_leaves_the_key(package: Path) -> None:
    before = code_digest(package)
    (package / "model/__pycache__").mkdir(exist_ok=True)
    (package / "model/__pycache__/text.pyc").write_bytes(b"compiled")
    (package / "rdf/dump.py").write_bytes(b"")
    assert code_digest(package) == before


@pytest.mark.parametrize("changed", ["code", "helper", "name", "data"])
def test_a_changed_plugin_of_the_same_version_changes_the_digest(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    module = tmp_path / "some_plugin/parser.py"
    module.parent.mkdir()
    module.write_text("class P: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    declared = plugins._declared("parser") | {"p": EntryPoint("p", "some_plugin.parser:P", "kg.parsers")}
    monkeypatch.setattr(plugins, "_declared", {"parser": declared}.__getitem__)
    before = code_digest(package)
    if changed == "code":
        module.write_text("class P: pass\n")
    elif changed == "helper":
        module.with_name("helper.py").write_text("")
    elif changed == "data":
        module.with_name("names.tsv").write_text("")
    else:
        module.rename(module.with_name("other.py"))
    assert code_digest(package) != before
    assert "some_plugin" not in sys.modules


@pytest.mark.parametrize("kind", plugins.GROUPS)
def test_plugins_of_every_kind_are_part_of_the_fingerprint(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "some_plugin.py"
    module.write_text("class P: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = fingerprint((), "")
    declared = {kind: plugins._declared(kind) for kind in plugins.GROUPS}
    declared[kind] = declared[kind] | {"p": EntryPoint("p", "some_plugin:P", plugins.GROUPS[kind])}
    monkeypatch.setattr(plugins, "_declared", declared.__getitem__)
    installed_there = fingerprint((), "")
    module.write_text("class P: pass\n")
    assert len({before, installed_there, fingerprint((), "")}) == 3


def test_a_file_that_moves_to_another_folder_changes_the_digest(tmp_path: Path) -> None:
    write_toy(tmp_path, {"kg/a/x.sql": "1", "kg/b/y.sql": "2"})
    before = list(code_files(tmp_path / "kg", (".py", ".sql")))
    (tmp_path / "kg/a/x.sql").rename(tmp_path / "kg/b/x.sql")
    after = list(code_files(tmp_path / "kg", (".py", ".sql")))
    assert before == [("kg/a/x.sql", b"1"), ("kg/b/y.sql", b"2")]
    assert after == [("kg/b/x.sql", b"1"), ("kg/b/y.sql", b"2")]


def test_a_plugin_that_is_not_found_is_identified_by_its_version(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = plugins._declared("parser") | {"p": EntryPoint("p", "no_such_module:P", "kg.parsers")}
    monkeypatch.setattr(plugins, "_declared", {"parser": declared}.__getitem__)
    assert code_digest(package) == code_digest(package)


def imports(path: Path) -> Iterator[str]:
    """Yield the full names of the modules and names that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_files(name: str) -> set[str]:
    """Return the files below kg/ that an import of a module, or of a name in a module, executes."""
    parts = name.split(".")[1:]
    paths = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return {file for path in paths for file in (f"{path}.py", f"{path}/__init__.py") if (ROOT / "kg" / file).is_file()}


def test_the_digest_covers_all_code_that_parsers_import() -> None:
    waiting = {str(path.relative_to(ROOT / "kg")) for path in (ROOT / "kg/parsers").rglob("*.py")} | {"ingest/parse.py"}
    closure: set[str] = set()
    libraries: set[str] = set()
    while waiting:
        file = waiting.pop()
        closure.add(file)
        for name in imports(ROOT / "kg" / file):
            top = name.partition(".")[0]
            if top != "kg":
                libraries |= {top} - sys.stdlib_module_names
            elif files := module_files(name):
                waiting |= files - closure
            else:
                assert name == "kg.__version__", f"{file} imports {name}"  # the digest has its value
    assert {"model/biolink.py", "model/column_names.py", "ingest/entries.py"} <= closure
    assert {file for file in closure if file.partition("/")[0] not in CODE} == set()
    distributions = packages_distributions()
    assert {distributions[library][0] for library in libraries} == set(DISTRIBUTIONS)


# -- a whole build that need not be made


def built(corpus: Path, destination: Path, cache: Path | None) -> tuple[dict[str, bytes], int]:
    """Build; return the text outputs and the inode of the folder, which changes when it is replaced."""
    release([str(corpus)], destination, resources=BuildResources(cache=cache), with_store=False)
    outputs = {name: (destination / name).read_bytes() for name in TEXT_OUTPUTS}
    return outputs, destination.stat().st_ino


def test_an_unchanged_build_is_left_as_it_is(corpus: Path, tmp_path: Path) -> None:
    first, second = (built(corpus, tmp_path / "out", tmp_path / "cache") for _ in range(2))
    assert second == first
    third = built(corpus, tmp_path / "out", None)
    assert third[0] == first[0]
    assert third[1] != first[1]


def test_a_changed_record_changes_the_build_as_if_there_were_no_cache(corpus: Path, tmp_path: Path) -> None:
    built(corpus, tmp_path / "out", tmp_path / "cache")
    (corpus / "_data/PMC1__a-genes.tsv").write_text(genes(("MYC", "MYC", "MYC", "4609", "ncbigene_symbol")))
    changed, _ = built(corpus, tmp_path / "out", tmp_path / "cache")
    assert changed == built(corpus, tmp_path / "other", None)[0]
    assert b"4609" in changed["pfocr.ttl"]


@pytest.mark.parametrize("name", ["pfocr.ttl", "manifest.json", "tables/words.parquet", "report.tsv"])
def test_a_build_whose_outputs_were_touched_is_made_again(corpus: Path, tmp_path: Path, name: str) -> None:
    first, inode = built(corpus, tmp_path / "out", tmp_path / "cache")
    if name == "manifest.json":
        (tmp_path / "out" / name).write_text((tmp_path / "out" / name).read_text() + " ")
    else:
        (tmp_path / "out" / name).unlink()
    second, other = built(corpus, tmp_path / "out", tmp_path / "cache")
    assert (second, other != inode) == (first, True)


def test_a_build_with_another_plugin_is_made_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, inode = built(corpus, tmp_path / "out", tmp_path / "cache")
    declared = plugins._declared("parser") | {"p": EntryPoint("p", "no_such_module:P", "kg.parsers")}
    monkeypatch.setattr(
        plugins,
        "_declared",
        {**{kind: plugins._declared(kind) for kind in plugins.GROUPS}, "parser": declared}.__getitem__,
    )
    monkeypatch.setattr("kg.parsers.installed", lambda parsers=installed(): parsers)
    second, other = built(corpus, tmp_path / "out", tmp_path / "cache")
    assert (second, other != inode) == (first, True)


def test_another_question_is_another_build(corpus: Path, tmp_path: Path) -> None:
    built(corpus, tmp_path / "out", tmp_path / "cache")
    resources = BuildResources(cache=tmp_path / "cache")
    release([str(corpus)], tmp_path / "out", resources=resources, with_store=False, layers=("mentions",))
    assert b"oa:Annotation" not in (tmp_path / "out" / "pfocr.ttl").read_bytes()
