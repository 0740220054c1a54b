"""A build made from the one before is the build made from nothing: every byte of it, every triple of its store."""

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers.corpus import FAMILY, MDM2, TP53, genes, record, write_toy
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Store

from kg.building.incremental import previous_build, update_store
from kg.building.manifest import BuildResult
from kg.building.options import BuildParameters, BuildResources
from kg.building.release import TEXT_OUTPUTS, release
from kg.errors import OutputError
from kg.ingest import cache
from kg.model.build import Build
from kg.rdf.dump import LAYERS

MYC = ("MYC", "MYC", "MYC", "4609", "ncbigene_symbol")
ATM = ("ATM", "ATM", "ATM", "472", "ncbigene_symbol")
A1BG = ("A1BG", "A1BG", "A1BG", "1", "ncbigene_symbol")
AKT_ALONE = (("AKT", "AKT", "AKT1", "207", "famplex_relations"),)
WORDS = (MYC, ATM, A1BG, TP53, MDM2, ("AKT1", "AKT1", "AKT1", "207", "ncbigene_symbol"))

CORPUS = {
    **{f"_figures/PMC1__{name}.md": record(f"PMC1__{name}", year="2001") for name in "abc"},
    **{f"_figures/PMC{paper}__d.md": record(f"PMC{paper}__d", year=f"20{paper}") for paper in range(10, 18)},
    "_data/PMC1__a-genes.tsv": genes(*FAMILY, TP53),
    "_data/PMC1__b-genes.tsv": genes(*FAMILY, TP53, MDM2),
    "_data/PMC1__c-genes.tsv": genes(TP53, MDM2, ATM),
    **{f"_data/PMC{paper}__d-genes.tsv": genes(TP53, MDM2, ATM, MYC) for paper in range(10, 14)},
    **{f"_data/PMC{paper}__d-genes.tsv": genes(MYC, ATM, *FAMILY) for paper in range(14, 18)},
    "_data/PMC10__d-chemicals.tsv": "word\tmesh\tmatch\tname\tchebi\nATP\tmesh:D000255\tATP\tATP\tchebi:15422\n",
}

Change = Callable[[Path], object]


def rewritten(name: str, text: str) -> Change:
    return lambda corpus: (corpus / name).write_text(text, encoding="utf-8")


def deleted(*names: str) -> Change:
    def change(corpus: Path) -> None:
        for name in names:
            (corpus / name).unlink()

    return change


CHANGES: dict[str, Change] = {
    "a title": rewritten("_figures/PMC1__a.md", record("PMC1__a", year="2001").replace("Title", "Another")),
    "a gene less": rewritten("_data/PMC1__b-genes.tsv", genes(*FAMILY, TP53)),
    "a gene that comes before all others": rewritten("_data/PMC1__c-genes.tsv", genes(TP53, MDM2, ATM, A1BG)),
    "a word of one gene": rewritten("_data/PMC1__a-genes.tsv", genes(*AKT_ALONE, TP53)),
    "another word": rewritten("_data/PMC10__d-genes.tsv", genes(("TRP53", "TRP53", *TP53[2:]), MDM2, ATM, MYC)),
    "another kind of word": rewritten(
        "_data/PMC10__d-genes.tsv", genes((*TP53[:4], "ncbigene_symbol"), MDM2, ATM, MYC)
    ),
    "the first year of a pair": rewritten("_figures/PMC1__c.md", record("PMC1__c", year="1990")),
    "no year": rewritten("_figures/PMC11__d.md", record("PMC11__d", year="")),
    "one figure less of a paper": deleted("_figures/PMC1__b.md", "_data/PMC1__b-genes.tsv"),
    "a record less": deleted("_figures/PMC12__d.md"),
    "a figure more": lambda corpus: write_toy(
        corpus, {"_figures/PMC9__z.md": record("PMC9__z"), "_data/PMC9__z-genes.tsv": genes(A1BG, TP53)}
    ),
    "all of an entity": deleted("_data/PMC10__d-chemicals.tsv"),
    "figures at the limit": rewritten("_data/PMC1__a-genes.tsv", genes(*FAMILY, TP53, MDM2, ATM, MYC)),
    "nothing but a table": deleted(*(f"_figures/PMC{paper}__d.md" for paper in range(13, 17))),
}


@pytest.fixture(autouse=True)
def keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what can be kept of a corpus in which any change is one of much."""
    monkeypatch.setattr(update_store, "MOST", 100.0)


class Made:
    """Builds of one corpus, one after the other at one place."""

    def __init__(self, folder: Path, parameters: BuildParameters, layers: Sequence[str] = LAYERS) -> None:
        self.corpus = write_toy(folder / "corpus", CORPUS)
        self.out = folder / "out"
        self._folder = folder
        self._parameters = parameters
        self._layers = tuple(layers)

    def first(self) -> list[str]:
        """Build from what is there, where nothing is yet; give the stages."""
        return self._build("out", self._folder / "cache")

    def again(self, after: str = "") -> list[str]:
        """Build from what is there, and from nothing; they must be the same. Give the stages of the first."""
        stages = self._build("out", self._folder / "cache")
        made, wanted = self.out, self._from_nothing()
        for name in TEXT_OUTPUTS:
            assert (made / name).read_bytes() == (wanted / name).read_bytes(), (after, name)
        for path in (wanted / "tables").iterdir():
            assert (made / "tables" / path.name).read_bytes() == path.read_bytes(), (after, path.name)
        stores = [set(Store.read_only(str(each / "store"))) for each in (made, wanted)]
        assert stores[0] == stores[1], after
        return stages

    def _from_nothing(self) -> Path:
        """Give a build from nothing of what is there; tests that come to the same corpus share it."""
        digest = hashlib.sha256(repr(sorted(content(self.corpus).items())).encode()).hexdigest()
        key = f"{digest} {self._parameters} {self._layers}"
        if key not in FROM_NOTHING:
            self._build(digest, None)
            FROM_NOTHING[key] = self._folder / digest
        return FROM_NOTHING[key]

    def _build(self, name: str, cache: Path | None) -> list[str]:
        stages: list[str] = []
        release(
            [str(self.corpus)], self._folder / name, self._parameters, BuildResources(cache=cache), layers=self._layers,
            progress=lambda stage, *_: stages.append(stage),
        )  # fmt: skip
        return stages


FROM_NOTHING: dict[str, Path] = {}
"""Builds from nothing, by corpus and parameters; they are never written to."""

FROM_PREVIOUS = "updating the store"
"""Stage of a build that begins with another."""


PARAMETERS = {
    "all": (BuildParameters(min_figures=1), list(CHANGES)),
    "with families and a limit": (
        BuildParameters(families=True, max_entities=5),
        ["a gene less", "a word of one gene", "figures at the limit"],
    ),
}


@pytest.mark.parametrize("name", [pytest.param("all", marks=pytest.mark.slow), "with families and a limit"])
def test_one_change_after_the_other(tmp_path: Path, name: str) -> None:
    # What one build keeps, the next keeps from it: a mistake would stay and grow.
    parameters, changes = PARAMETERS[name]
    made = Made(tmp_path, parameters)
    assert FROM_PREVIOUS not in made.first()
    for change in changes:
        CHANGES[change](made.corpus)
        assert FROM_PREVIOUS in made.again(change)


@pytest.mark.slow
@pytest.mark.sweep
def test_changes_by_chance(tmp_path: Path) -> None:
    chance = random.Random(20)
    made = Made(tmp_path, BuildParameters())
    made.first()
    for turn in range(6):
        paper = chance.choice([1, *range(10, 20)])
        figure = f"PMC{paper}__{chance.choice('ab') if paper == 1 else 'd'}"
        rows = chance.sample(WORDS, chance.randrange(1, 6)) + list(FAMILY if chance.random() < 0.5 else ())
        files = {f"_figures/{figure}.md": record(figure, year=str(1990 + turn))}
        write_toy(made.corpus, files | {f"_data/{figure}-genes.tsv": genes(*rows)})
        assert FROM_PREVIOUS in made.again(figure)


def test_where_much_differs_the_store_is_loaded_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_store, "MOST", 0.0)
    made = Made(tmp_path, BuildParameters())
    made.first()
    CHANGES["a gene less"](made.corpus)
    assert "loading the store" in made.again()


def test_figures_that_come_or_go_change_all_statistics_and_the_store_is_loaded_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_store, "MOST", 0.05)
    made = Made(tmp_path, BuildParameters(min_figures=1))
    assert "loading the store" in made.first()
    CHANGES["a title"](made.corpus)
    assert "loading the store" not in made.again()
    CHANGES["a figure more"](made.corpus)
    assert "loading the store" in made.again()


def test_on_file_systems_without_links_the_store_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    made = Made(tmp_path, BuildParameters())
    made.first()
    monkeypatch.setattr(os, "link", refuse)
    CHANGES["a title"](made.corpus)
    assert FROM_PREVIOUS in made.again()


def overwrite(path: Path) -> None:
    """Change bytes in the middle of a file, and set back its time."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(before.st_size // 2)
        file.write(bytes(255 - byte for byte in path.read_bytes()[before.st_size // 2 :][:8]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def copied(build: Path) -> None:
    """Replace a build by its copy, as a backup does: other inodes, the same content."""
    copy = build.with_name("copy")
    shutil.copytree(build, copy)
    shutil.rmtree(build)
    copy.rename(build)


FILES = (*TEXT_OUTPUTS, "tables/mentions.parquet", "store/CURRENT")


def damage(kind: str, name: str) -> Change:
    damages: dict[str, Change] = {"cut": cut, "overwritten": overwrite, "gone": Path.unlink}
    return lambda build: damages[kind](build / name)


DAMAGES: dict[str, Change] = {
    **{f"{name} {kind}": damage(kind, name) for name in FILES for kind in ("cut", "overwritten", "gone")},
    "a table more": lambda build: shutil.copy(build / "tables/words.parquet", build / "tables/more.parquet"),
    "a file of the store overwritten": lambda build: overwrite(max((build / "store").glob("*.sst"))),
}

HARMLESS: dict[str, Change] = {
    "nothing": lambda _: None,
    "a time": lambda build: os.utime(build / "tables" / "mentions.parquet", (0, 0)),
    "a mode": lambda build: (build / "pfocr.ttl").chmod(0o600),
    "a link": lambda build: os.link(build / "dataset.ttl", build.with_name("linked")),
    "the user's own file": lambda build: (build / "notes.txt").write_text("mine"),
    "a query": lambda build: len(Store.read_only(str(build / "store"))),
}


def made_again(corpus: Path, out: Path, *, with_store: bool = True) -> bool:
    """Build; return whether the outputs were made again."""
    stages: list[str] = []
    resources = BuildResources(cache=out.parent / "cache")
    release(
        [str(corpus)], out, resources=resources, with_store=with_store, progress=lambda stage, *_: stages.append(stage)
    )
    return bool(stages)


def content(out: Path) -> dict[str, bytes]:
    files = (path for path in out.rglob("*") if path.is_file() and path.parent.name != "store")
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Return a corpus and its build; files count as settled at once."""
    monkeypatch.setattr(cache, "SETTLED", 0.0)
    corpus, out = write_toy(tmp_path / "corpus", CORPUS), tmp_path / "out"
    made_again(corpus, out)
    return corpus, out


def test_every_damage_is_noticed(built: tuple[Path, Path], tmp_path: Path) -> None:
    corpus, out = built
    copy = tmp_path / "copy"
    for name, harm in DAMAGES.items():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(out, copy)
        previous = previous_build.PreviousBuild([str(corpus)], copy, "request", "counted", tmp_path / "cache")
        previous.record(BuildResult({}, [], ()))
        assert previous.if_unchanged() is not None
        harm(copy)
        assert previous.if_unchanged() is None, name


@pytest.mark.slow
@pytest.mark.sweep
def test_whatever_was_damaged_is_made_again(built: tuple[Path, Path]) -> None:
    corpus, out = built
    whole, triples = content(out), set(Store.read_only(str(out / "store")))
    for name, harm in DAMAGES.items():
        harm(out)
        assert made_again(corpus, out), name
        assert content(out) == whole, name
        assert set(Store.read_only(str(out / "store"))) == triples, name
        assert not made_again(corpus, out), name


def test_what_has_its_content_is_left_alone(built: tuple[Path, Path]) -> None:
    corpus, out = built
    for name, change in HARMLESS.items():
        change(out)
        assert not made_again(corpus, out), name


def test_the_note_of_files_that_are_not_read_is_that_of_the_files_there(built: tuple[Path, Path]) -> None:
    corpus, out = built
    for name, files in (("b.md", "(b.md)"), ("a.md", "(such as a.md)")):
        (corpus / name).write_text("not read", encoding="utf-8")
        assert made_again(corpus, out), name
        assert f" in the folder itself {files}: beside the folders" in (out / "report.tsv").read_text("utf-8")
        (corpus / name).write_text("nor is this", encoding="utf-8")
        assert not made_again(corpus, out), name
    (corpus / "b.md").unlink()
    assert made_again(corpus, out)
    assert "1 in the folder itself (a.md): beside the folders" in (out / "report.tsv").read_text("utf-8")


def test_a_source_by_another_path_is_left_alone_and_other_names_inside_are_not(
    built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, out = built
    monkeypatch.chdir(corpus)
    assert not made_again(Path(), out)
    shutil.rmtree(corpus / "_data")
    assert made_again(corpus, out)
    assert made_again(corpus / "_figures", out)  # because files in the report are called a.md, not _figures/a.md


def test_a_copied_build_is_left_alone_and_a_copied_store_is_made_again(built: tuple[Path, Path]) -> None:
    corpus, out = built
    copied(out)
    assert made_again(corpus, out)  # because a store has no digests
    made_again(corpus, out, with_store=False)
    copied(out)
    assert not made_again(corpus, out, with_store=False)


def test_without_the_cache_everything_is_made_again(built: tuple[Path, Path]) -> None:
    corpus, out = built
    whole = content(out)
    for name in ("tables/mentions.parquet", "pfocr.ttl", "store/CURRENT"):
        overwrite(out / name)
    stages: list[str] = []
    release([str(corpus)], out, progress=lambda stage, *_: stages.append(stage))
    assert FROM_PREVIOUS not in stages
    assert "loading the store" in stages
    assert content(out) == whole


def test_an_unchanged_build_removes_what_a_killed_one_left(built: tuple[Path, Path], tmp_path: Path) -> None:
    corpus, out = built
    write_toy(tmp_path / ".out.kg-new", {"tables/figures.parquet": "half"})
    (tmp_path / ".out.kg-lock").write_text("process 1")
    assert not made_again(corpus, out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "corpus", "out"]


def test_a_build_is_recorded_under_the_lock_of_its_destination(
    built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, out = built
    real_described = previous_build.described
    refused: list[str] = []

    def described(destination: Path) -> dict[str, dict[str, Any]]:
        with pytest.raises(OutputError, match="is building here"):
            release([str(corpus)], destination)
        refused.append(destination.name)
        return real_described(destination)

    monkeypatch.setattr(previous_build, "described", described)
    (out / "vocab.ttl").unlink()
    made_again(corpus, out)
    assert refused == ["out"]


TOUCHED: dict[str, Change] = {
    "a table": lambda build: overwrite(build / "tables" / "mentions.parquet"),
    "a table that is gone": lambda build: (build / "tables" / "words.parquet").unlink(),
    "the store": lambda build: (build / "store" / "CURRENT").write_text("MANIFEST-000001\n"),
    "a file more in the store": lambda build: (build / "store" / "000000.sst").touch(),
    "all": shutil.rmtree,
}


ALIKE = {"a table that is gone", "a file more in the store"}
"""What is found out as another change of a table, or of the store, is."""


@pytest.mark.parametrize(
    "touched",
    [pytest.param(name, marks=[pytest.mark.slow, pytest.mark.sweep] if name in ALIKE else ()) for name in TOUCHED],
)
def test_what_was_touched_is_no_beginning(tmp_path: Path, touched: str) -> None:
    made = Made(tmp_path, BuildParameters())
    made.first()
    TOUCHED[touched](made.out)
    CHANGES["a gene less"](made.corpus)
    assert FROM_PREVIOUS not in made.again()


def test_a_store_that_was_read_meanwhile_is_untouched(tmp_path: Path) -> None:
    made = Made(tmp_path, BuildParameters())
    made.first()
    assert len(Store.read_only(str(made.out / "store"))) > 0
    CHANGES["a gene less"](made.corpus)
    assert FROM_PREVIOUS in made.again()


def test_blank_nodes_of_the_other_files_are_replaced(tmp_path: Path) -> None:
    before = "[] a <x:A> ; <x:p> [ <x:q> 1 ] , [ <x:q> 2 ] . <x:a> <x:p> <x:b> , [ <x:q> 1 ] ."
    after = "[] a <x:A> ; <x:p> [ <x:q> 1 ] . <x:a> <x:p> <x:b> , <x:c> ."
    other = "<x:d> <x:p> [ <x:q> 2 ] ."
    dump = "<x:d> <x:p> <x:e> . <x:e> <x:q> 1 ."
    (tmp_path / "previous").mkdir()
    (tmp_path / "new").mkdir()
    for folder, text in (("previous", before), ("new", after)):
        (tmp_path / folder / "dataset.ttl").write_text("@base <x:> . " + text)
        (tmp_path / folder / "vocab.ttl").write_text(other)
    wanted, store = Store(), Store()
    for made, text in ((wanted, after), (store, before)):
        for each in (dump, other, text):
            made.load(each, format=RdfFormat.TURTLE)
    new = [tmp_path / "new" / name for name in ("dataset.ttl", "vocab.ttl")]
    assert update_store.UpdatedStore(store, tmp_path / "previous").finish(new, 2) == len(wanted) == len(store)
    sets = [Dataset(made) for made in (store, wanted)]
    for dataset in sets:
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    assert sets[0] == sets[1]


def test_a_store_with_triples_of_somebody_elses_is_found_out(tmp_path: Path) -> None:
    made = Made(tmp_path, BuildParameters())
    made.first()
    store = made.out / "store"
    (file,) = (tmp_path / "cache").glob("*.json")
    Store(str(store)).add(Quad(NamedNode("a:a"), NamedNode("a:b"), Literal("c")))
    # Somebody who set back what the cache knows of the files, too.
    known = json.loads(file.read_text())
    file.write_text(json.dumps(known | {"files": previous_build.described(made.out)}))
    CHANGES["a gene less"](made.corpus)
    with pytest.raises(OutputError, match=r"was changed by another program: .* build with --no-cache"):
        made.again()
    assert len(Store.read_only(str(store))) == known_triples(made.out) + 1


def known_triples(build: Path) -> int:
    return int(Build(build).manifest["outputs"]["store"]["triples"])
