"""The programs of `benchmarks/` that speed is measured with: who writes which triples, and what a report says."""

import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
from helpers.corpus import FAMILY, MDM2, ROOT, SEEDS, TP53, genes, write_toy

from kg.building.options import BuildParameters
from kg.building.release import release

BENCHMARKS = ROOT / "benchmarks"

sys.path.insert(0, str(BENCHMARKS))
from measure import Run, Stage, measured  # noqa: E402
from naive import TERMS, WAYS, strongest  # noqa: E402
from paired import Sides, of_stages, verdict  # noqa: E402
from report import Contestant, of_all, summary, write  # noqa: E402
from run import add, shorten  # noqa: E402
from triple_sets import Triples, compared, triples  # noqa: E402

# -- the triples of each program


def record(figid: str, year: str = "2020") -> str:
    """Return a record with every field that the triples have."""
    pmcid = figid.partition("__")[0]
    fields = {
        "figid": figid, "pmcid": pmcid, "figtitle": f"Title of {figid}", "year": f"'{year}'", "number": "F1",
        "figid_alias": f"{pmcid}__F1", "caption": "A caption.", "papertitle": f"On {pmcid}",
        "figlink": f"/pmc/articles/{pmcid}/figure/F1/", "reftext": f"A. Writer. {year}.", "doi": f"10.1234/{pmcid}",
    }  # fmt: skip
    lines = [f"{name}: {value}" for name, value in fields.items()]
    return "\n".join(["---", *lines, "---", ""])


CHEMICAL = "word\tmesh\tmatch\tname\tchebi\nATP\tmesh:D000255\tATP\tATP\tchebi:15422\n"
CORPUS = {
    "_figures/PMC1__a.md": record("PMC1__a"),
    "_data/PMC1__a-genes.tsv": genes(*FAMILY, TP53),
    "_data/PMC1__a-chemicals.tsv": CHEMICAL,
    "_figures/PMC2__b.md": record("PMC2__b", "2021"),
    "_data/PMC2__b-genes.tsv": genes(*FAMILY, TP53, MDM2),
}
"""Two figures that draw AKT, one word of two genes, and P53; one draws ATP, the other MDM2."""


def written(source: Path, folder: Path, least: int) -> dict[str, Path]:
    """Return the folder that each program has written."""
    folders = {}
    for way, build in WAYS.items():
        folders[way] = folder / way
        folders[way].mkdir()
        pairs, number = build(source, folders[way], least, lambda _: None)
        nx.write_graphml(strongest(pairs, 3), folders[way] / "naive.graphml")
        if way != "literal":
            assert (folders[way] / "naive.nt").read_bytes().count(b"\n") == number
    return folders


def of_layers(folders: dict[str, Path]) -> dict[str, Triples]:
    return {way: triples(next(folder.glob("naive.[nt]t*"))) for way, folder in folders.items()}


def test_the_fair_programs_write_the_triples_of_a_build(tmp_path: Path) -> None:
    source = write_toy(tmp_path / "corpus", CORPUS)
    release([str(source)], tmp_path / "build", BuildParameters(min_figures=1, readings="record"))
    ours = triples(tmp_path / "build" / "pfocr.ttl")
    folders = written(source, tmp_path, 1)
    theirs = of_layers(folders)

    assert set(ours) == set(TERMS)
    assert all(ours.values())
    assert theirs["ntriples"] == ours
    assert theirs["good"] == ours
    assert (folders["good"] / "naive.graphml").read_bytes() == (folders["ntriples"] / "naive.graphml").read_bytes()
    # The word AKT stands for AKT1 and AKT2. The literal program takes them for a pair, with seven triples. It does not
    # count figures with different words. So each of the eight other pairs lacks a triple: AKT1, AKT2 and TP53 each with
    # ATP and with MDM2, and AKT1 and AKT2 with TP53.
    assert list(compared(ours, theirs["literal"])) == [
        (layer, len(ours[layer]) - (8 if layer == "pairs" else 0), 7 if layer == "pairs" else 0,
         8 if layer == "pairs" else 0)
        for layer in TERMS
    ]  # fmt: skip


def test_no_program_writes_a_figure_or_paper_of_the_seeds_otherwise(tmp_path: Path, seeds_build: Path) -> None:
    ours = triples(seeds_build / "pfocr.ttl")
    theirs = of_layers(written(SEEDS, tmp_path, 2))

    assert theirs["ntriples"] == theirs["good"] == theirs["literal"]  # Inline lists of one seed make no pair of two.
    for found in theirs.values():
        assert [found[layer] - ours[layer] for layer in TERMS] == [set()] * len(TERMS)
        assert (found["figures"], found["papers"]) == (ours["figures"], ours["papers"])
    # Four seeds have bare keywords, which only a lexicon can read.
    assert (len(theirs["good"]["mentions"]), len(ours["mentions"])) == (3, 146)


# -- tables


def run(cpu: float, wall: float = 1, *stages: Stage) -> Run:
    return Run(wall, cpu, [], 10**6, {"stages": [list(vars(stage).values()) for stage in stages]})


def test_a_peak_is_that_of_the_program_and_not_of_what_started_it() -> None:
    ballast = bytearray(b"x") * 200_000_000
    program = "sum(bytearray(b'x') * 60_000_000)"  # long enough to be looked at
    peak = measured([sys.executable, "-c", program]).peak()
    assert 60_000_000 < peak < len(ballast)


def test_a_report_warns_of_a_tenth_more_cpu() -> None:
    side = Sides("no-store", [(run(10), run(8)), (run(10), run(9)), (run(20), run(20))])
    line = (
        "CPU of kg build without the store, 2,000 figures, 3 rounds: v1 10.0 (10.0 - 20.0) s, "
        "this commit 9.00 (8.00 - 20.0) s, ratio 0.90 (0.80 - 1.00)"
    )
    assert verdict(side, "v1", 2000) == line
    assert verdict(Sides("no-store", [(run(10), run(10.9))]), "v1", 1).count("WARNING") == 0
    assert verdict(Sides("no-store", [(run(10), run(12))]), "v1", 1).endswith("\nWARNING: it grew by 20 %")


def test_stages_of_both_sides_have_one_name() -> None:
    before = run(5, 4, Stage("judging and writing pairs", 0, 1, 2), Stage("old", 1, 2, 1))
    now = run(4, 4, Stage("statistics, writing pairs", 0, 1, 1.5))
    assert of_stages([Sides("no-store", [(before, now)])], "v1").splitlines()[2:] == [
        "| statistics, writing pairs | 2.00 | 1.50 |",
        "| start and end | 2.00 | 2.50 |",
        "| old | 1.00 | - |",
    ]


def test_ratios_are_taken_turn_by_turn() -> None:
    one = Contestant("one", "kg", lambda _: [], [run(10, 5), run(20, 5)])
    good = Contestant("good", "script", lambda _: [], [run(20, 20), run(30, 10)])
    gone = Contestant("kgx", "kgx", lambda _: [], missing="not installed: a | b")
    assert of_all([one, good, gone], one).splitlines()[3:] == [
        "| script | 25.0 (20.0 - 30.0) | 1.75 (1.50 - 2.00) | 3.00 (2.00 - 4.00) | 15.0 (10.0 - 20.0) | 1 | 0 | - |",
        "| kgx | not installed: a / b | - | - | - | - | - | - |",
    ]
    assert summary([one, good, gone], [("good", "one"), ("kgx", "one"), ("one", "absent")]) == (
        "- *script* takes **1.75 (1.50 - 2.00) times** the CPU seconds of *kg* "
        "and 3.00 (2.00 - 4.00) times the wall time: it is slower.\n"
        "- *kgx*: not installed: a | b\n"
    )


def test_a_page_keeps_what_was_not_measured(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A\n<!-- measured: a -->\nold\n<!-- end -->\n<!-- measured: b -->\nold\n<!-- end -->\n")
    assert write(page, "a", "\\1 new\n\n")
    assert not write(page, "c", "none")
    assert page.read_text() == (
        "# A\n<!-- measured: a -->\n\\1 new\n<!-- end -->\n<!-- measured: b -->\nold\n<!-- end -->\n"
    )


def test_each_table_of_the_page_says_on_which_commit_it_was_measured() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    blocks = re.findall(r"<!-- measured: (\S+) -->\n(.*?)<!-- end -->", page, re.DOTALL)
    assert len(blocks) == page.count("<!-- measured") == len({name for name, _ in blocks})
    assert [name for name, text in blocks if not text.startswith(("Commit ", "Not measured yet"))] == []


def test_changes_of_a_corpus_give_back_what_was_there(tmp_path: Path) -> None:
    source = write_toy(tmp_path, CORPUS)
    table = source / "_data" / "PMC1__a-genes.tsv"
    content = table.read_bytes()
    before = shorten(source, 0)
    assert before[table] == content
    assert table.read_bytes() == content[: content.index(b"9606\tHomo sapiens\tPrimates\tp53")]
    added = add(source, 1)
    assert {path.name: content for path, content in added.items()} == {
        "PMC90000001__new.md": None, "PMC90000001__new-genes.tsv": None
    }  # fmt: skip
    text = (source / "_figures" / "PMC90000001__new.md").read_text()
    assert ("figid: PMC90000001__new" in text, "pmcid: PMC90000001" in text, "PMC2" in text) == (True, True, False)


# -- the report of CPU seconds


def report(checkout: Path, work: Path, *options: str) -> str:
    """Return what the report of a checkout prints; it ends with 0 always."""
    command = [sys.executable, str(checkout / "benchmarks" / "paired.py"), "--report", "--work", str(work), *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


needs_history = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="there is no history beside the sources")


@needs_history
def test_a_report_without_the_other_commit_says_why(tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{ROOT}", str(shallow)], check=True)
    assert report(shallow, tmp_path) == (
        "CPU of a build beside 1ba6e58: not compared, because the history is shallow and has no commit 1ba6e58\n"
    )
    assert report(ROOT, tmp_path, "--against", "no-such-tag").endswith("has no commit no-such-tag\n")


@needs_history
def test_a_report_keeps_to_its_time(tmp_path: Path) -> None:
    (tmp_path / "corpus-2020-5").mkdir()
    assert report(ROOT, tmp_path, "--against", "HEAD", "--figures", "5", "--seconds", "0").endswith(
        "not compared, because 0 s did not suffice\n"
    )
