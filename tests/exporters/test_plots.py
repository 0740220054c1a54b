"""Pictures: the numbers by hand from the toy corpus, the files by other readers (Pillow, lxml), hostile names."""

import os
import subprocess
import sys
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from helpers.builds import build_graph
from helpers.corpus import record, write_toy
from helpers.doubts import build_doubts

from kg.cli.plot import plot
from kg.cli.terminal import Commands
from kg.errors import UnknownName
from kg.exporters.plots import PLOTS, PlotOptions, Rendered, render
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Filters
from kg.model.build import Build
from kg.runtime import plugins

pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
etree = pytest.importorskip("lxml.etree")

Image = pytest.importorskip("PIL.Image")


@cache
def drawn(build: Path, name: str, format_: str = "png", asked: PlotOptions = PlotOptions()) -> Rendered:
    with KnowledgeGraph(build) as graph:
        return render(graph, name, format_, asked)


def of_all(build: Path, name: str, filters: Filters = Filters()) -> PlotOptions:
    """Give what a plot needs: one of a list has all genes and keywords of the build."""
    if not PLOTS[name].of_list:
        return PlotOptions(filters)
    entities = pq.read_table(Build(build).table("entities")).to_pylist()
    listed = [row["entity_id"] for row in entities if row["category"] in ("gene", "unknown")]
    return PlotOptions(filters, ids=(*listed, "ncbigene:1"))


def rows(found: Rendered) -> list[list[str]]:
    return [line.split("\t") for line in found.numbers.decode().splitlines()]


def columns(found: Rendered, *names: str) -> list[list[str]]:
    head, *body = rows(found)
    return [[row[head.index(name)] for name in names] for row in body]


def texts(found: Rendered) -> list[str]:
    """Give what a reader sees in an SVG."""
    return [text for node in etree.fromstring(found.picture).iter("{*}text") if (text := "".join(node.itertext()))]


def built(folder: Path, *records: str) -> Path:
    write_toy(folder, {f"_figures/PMC{number}__a.md": text for number, text in enumerate(records, 1)})
    build_graph([str(folder)], folder / "exports")
    return folder / "exports"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(Commands(commands=[plot]), ["plot", *arguments])


# -- numbers


def test_years_by_hand(record_build: Path) -> None:
    # a: AKT1, AKT2, TP53, ATP; b: AKT1, AKT2, TP53, MDM2, osteoporosis; c: four keywords; d has no record and no year.
    assert rows(drawn(record_build, "years")) == [
        ["year", "figures", "mentions", "gene", "family", "chemical", "disease", "unknown"],
        ["2001", "2", "9", "7", "0", "1", "1", "0"],
        ["2010", "1", "4", "3", "0", "0", "0", "1"],
    ]
    assert "3 of 4 figures have a year" in texts(drawn(record_build, "years", "svg"))


def test_ranks_by_hand(record_build: Path) -> None:
    # Each of the four genes is in three figures, so they share the ranks from 1 to 4.
    assert rows(drawn(record_build, "ranks")) == [
        ["category", "figures", "entities", "rank"],
        ["chemical", "1", "1", "1"],
        ["disease", "1", "1", "1"],
        ["gene", "3", "4", "4"],
        ["unknown", "1", "1", "1"],
    ]
    chemicals = PlotOptions(Filters(categories=("chemical",)))
    assert rows(drawn(record_build, "ranks", asked=chemicals))[1:] == [["chemical", "1", "1", "1"]]


def test_ranks_go_on_where_the_next_number_of_figures_begins(seeds_build: Path) -> None:
    genes = [row for row in rows(drawn(seeds_build, "ranks"))[1:] if row[0] == "gene"]
    assert [rank for *_, rank in genes] == [str(sum(int(row[2]) for row in genes[: n + 1])) for n in range(len(genes))]


def test_words_by_hand(record_build: Path) -> None:
    # MDM2, P53 and TP53 stand for one gene each, the first two in two figures; AKT for two, in a, b and c.
    assert rows(drawn(record_build, "words")) == [
        ["genes", "words", "most_drawn", "its_figures"],
        ["1", "3", "MDM2", "2"],
        ["2", "1", "AKT", "3"],
    ]


NETWORK = [
    ["MDM2", "TP53", "2.0", "2", "2"],
    ["AKT1", "MDM2", "1.0", "2", "2"],
    ["AKT1", "TP53", "1.0", "2", "1"],
    ["AKT2", "MDM2", "1.0", "2", "2"],
    ["AKT2", "TP53", "1.0", "2", "1"],
]
"""Pairs in two figures or more: subject, object, weight, figures, papers; AKT is shared by two genes."""
PAIR = ("subject", "object", "weight", "figures", "papers")


def test_the_network_by_hand(record_build: Path) -> None:
    assert columns(drawn(record_build, "network"), *PAIR) == NETWORK
    assert columns(drawn(record_build, "network", asked=PlotOptions(Filters(top=2))), *PAIR) == NETWORK[:2]
    found = texts(drawn(record_build, "network", "svg", PlotOptions(Filters(top=2))))
    assert "the strongest 2 of 5 pairs in 2 figures or more, by different words; 4 figures in all" in found
    assert [text for text in found if text.startswith("weight")] == ["weight 1", "weight 1.5", "weight 2"]


def test_a_flavour_draws_what_it_counts(record_build: Path) -> None:
    # By official symbols only: MDM2 and TP53 are drawn as such together in d alone.
    strict = PlotOptions(Filters(flavour="strict", min_figures=1))
    found = drawn(record_build, "network", asked=strict)
    assert ["MDM2", "TP53", "1"] in columns(found, "subject", "object", "figures_strict")
    assert {row[0] for row in columns(found, "figures_strict")} == {"1"}
    assert "figures strict 1" in texts(drawn(record_build, "network", "svg", strict))


def test_the_heatmap_by_hand(record_build: Path) -> None:
    assert columns(drawn(record_build, "heatmap"), *PAIR) == NETWORK
    # The three on the strongest pairs: TP53 and MDM2, then AKT1 before AKT2, which is as strong.
    assert columns(drawn(record_build, "heatmap", asked=PlotOptions(Filters(top=3))), *PAIR) == NETWORK[:3]


def test_a_neighbourhood_by_hand(record_build: Path) -> None:
    # The two best partners of TP53, then what there is between them.
    asked = PlotOptions(Filters(top=2), of="TP53")
    assert columns(drawn(record_build, "neighbourhood", asked=asked), *PAIR) == [NETWORK[0], NETWORK[1], NETWORK[2]]
    found = texts(drawn(record_build, "neighbourhood", "svg", asked))
    assert "the strongest 2 of 3 partners in 2 figures or more, and the 1 strongest pair among them" in found
    assert {"The neighbourhood of TP53", "TP53", "MDM2", "AKT1"} <= set(found)


def test_filters_are_for_what_is_around_the_middle(record_build: Path) -> None:
    asked = PlotOptions(Filters(categories=("chemical",), min_figures=1), of="TP53")
    assert columns(drawn(record_build, "neighbourhood", asked=asked), *PAIR) == [["ATP", "TP53", "1.0", "1", "1"]]


def test_the_middle_is_the_most_drawn_unless_one_is_asked_for(seeds_build: Path) -> None:
    assert "The neighbourhood of TNFSF11" in texts(drawn(seeds_build, "neighbourhood", "svg"))
    with pytest.raises(UnknownName, match="no entity or figure is called 'TNFSF1I'"):
        drawn(seeds_build, "neighbourhood", asked=PlotOptions(of="TNFSF1I"))
    with pytest.raises(UnknownName, match="is a figure"):
        drawn(seeds_build, "neighbourhood", asked=PlotOptions(of="PMC2374958__bcr1848-1"))


# -- files


SWEEP = (pytest.mark.slow, pytest.mark.sweep)


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        *((name, "svg") for name in PLOTS),
        # Both formats are made from the same drawing; one picture stands for how points are coloured.
        *(pytest.param(name, "png", marks=() if name == "network" else SWEEP) for name in PLOTS),
    ],
)
def test_the_same_build_gives_the_same_bytes(seeds_build: Path, name: str, format_: str) -> None:
    asked = of_all(seeds_build, name)
    assert drawn(seeds_build, name, format_, asked) == drawn.__wrapped__(seeds_build, name, format_, asked)


@pytest.mark.parametrize("name", PLOTS)
def test_another_reader_opens_it_and_it_says_nothing_of_when_and_by_what(seeds_build: Path, name: str) -> None:
    with Image.open(BytesIO(drawn(seeds_build, name, asked=of_all(seeds_build, name)).picture)) as image:
        image.load()
        assert image.format == "PNG"
        assert min(image.size) > 500
        assert set(image.info) == {"dpi"}
        assert round(image.info["dpi"][0]) == 160
        if name in {"years", "ranks", "words"}:
            assert image.size == (1200, 800)
    metadata = etree.fromstring(drawn(seeds_build, name, "svg", of_all(seeds_build, name)).picture).find("{*}metadata")
    assert {etree.QName(node).localname for node in metadata.iter()} == {"metadata", "RDF", "Work", "type", "format"}


@pytest.mark.parametrize("name", ["heatmap", "neighbourhood", "network"])
def test_an_svg_has_every_name_as_text(seeds_build: Path, name: str) -> None:
    names = {cell for row in columns(drawn(seeds_build, name), "subject", "object") for cell in row}
    assert names <= set(texts(drawn(seeds_build, name, "svg")))


def test_nothing_of_matplotlib_is_changed(seeds_build: Path) -> None:
    import matplotlib as mpl

    assert mpl.get_backend()  # chosen when it is first asked for
    before = mpl.rcParams.copy()
    drawn.__wrapped__(seeds_build, "network", "svg")
    assert mpl.rcParams == before


def test_the_users_own_style_makes_no_difference(seeds_build: Path) -> None:
    import matplotlib as mpl

    plain = drawn(seeds_build, "years")
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black", "text.parse_math": True}):
        assert drawn.__wrapped__(seeds_build, "years") == plain


# -- what may be there, and what may not


@pytest.fixture(scope="module", params=[(), ("TP53",)], ids=["no mentions", "one mention"])
def poor_build(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("poor"), record("PMC1__a", year="", keywords=request.param))


@pytest.mark.parametrize("name", PLOTS)
def test_a_build_without_pairs_and_years_gives_a_picture(poor_build: Path, name: str) -> None:
    asked = of_all(poor_build, name)
    found = drawn(poor_build, name, "svg", asked)
    nothing = "Nothing to draw: the build has none of this, or the filters keep none."
    assert (nothing in texts(found)) == (len(rows(found)) == 1)
    assert drawn(poor_build, name, asked=asked).picture.startswith(b"\x89PNG")


def test_years_without_mentions_have_no_legend(tmp_path: Path) -> None:
    found = drawn(built(tmp_path, record("PMC1__a", year="2020", keywords=())), "years", "svg")
    assert rows(found)[1][:2] == ["2020", "1"]
    assert not {"gene", "family", "chemical", "disease"} & set(texts(found))


HOSTILE = (
    "$x^2$",
    "$\\frac{",
    "<&>\"''",
    "]]> --",
    "\u86cb\u767d\u8cea",
    "\u202eabc",
    "a" * 300,
    "_{n}",
    "\U0001f9ec",
    "%s {0}",
)


@pytest.fixture(scope="module")
def hostile_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a build of two figures that both draw all of HOSTILE."""
    return built(tmp_path_factory.mktemp("hostile"), *(record(f"PMC{n}__a", keywords=HOSTILE) for n in (1, 2)))


@pytest.mark.parametrize("name", PLOTS)
def test_hostile_names_are_drawn_as_they_are(hostile_build: Path, name: str) -> None:
    asked = of_all(hostile_build, name, Filters(categories=("unknown",)) if name == "heatmap" else Filters())
    assert drawn(hostile_build, name, "png", asked).picture.startswith(b"\x89PNG")
    found = drawn(hostile_build, name, "svg", asked)
    if name in {"heatmap", "network"}:
        shown = {"$x^2$", "$\\frac{", "<&>\"'", "]]> --", "\u86cb\u767d\u8cea", "a" * 23 + "\u2026", "%s {0}"}
        assert shown <= set(texts(found))
        assert ["a" * 300] in columns(found, "subject") + columns(found, "object")


@pytest.mark.parametrize("of", ["$x^2$", "a" * 300])
def test_a_hostile_middle(hostile_build: Path, of: str) -> None:
    found = texts(drawn(hostile_build, "neighbourhood", "svg", PlotOptions(of=of)))
    assert any(text.startswith(f"The neighbourhood of {of[:20]}") for text in found)


def test_labels_do_not_overlap_in_a_dense_network_of_several_parts() -> None:
    from kg.exporters.plots.layout import node_positions

    ends = [(one, other) for one in range(30) for other in range(one)] + [(30, 31), (32, 33), (33, 34)]
    boxes = np.array([(0.3 + 0.1 * (node % 7), 0.2) for node in range(35)])
    points = node_positions(ends, np.linspace(1, 9, len(ends)), boxes)
    offsets = np.abs(points[:, None] - points[None]) - (boxes[:, None] + boxes[None]) / 2
    over = (offsets < 0).all(axis=2) & ~np.eye(35, dtype=bool)
    assert not over.any()
    assert np.allclose((points - boxes / 2).min(axis=0), 0)


# -- the command


def test_the_command_writes_a_picture_and_its_numbers(seeds_build: Path, tmp_path: Path) -> None:
    done = run("network", "--build", str(seeds_build), "-o", str(tmp_path / "n.svg"), "--top", "10")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{tmp_path / 'n.svg'} and n.tsv\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n.svg", "n.tsv"]
    assert len((tmp_path / "n.tsv").read_text().splitlines()) == 11


def test_a_picture_stays_where_its_numbers_cannot_be_written(seeds_build: Path, tmp_path: Path) -> None:
    (tmp_path / "n.svg").write_text("before")
    (tmp_path / "n.tsv").mkdir()
    done = run("network", "--build", str(seeds_build), "-o", str(tmp_path / "n.svg"))
    assert (done.exit_code, done.stderr) == (1, f"kg: {tmp_path / 'n.tsv'}: cannot be written: Is a directory\n")
    assert (tmp_path / "n.svg").read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


def test_all_draws_every_picture_into_a_folder(seeds_build: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "pictures"
    done = run("all", "--build", str(seeds_build), "-o", str(folder), "-f", "svg", "--of", "TRAF6", "--top", "5")
    assert done.exit_code == 0, done.output
    of_build = [name for name, kind in PLOTS.items() if not kind.of_list]
    assert {path.name for path in folder.iterdir()} == {f"{name}.{end}" for name in of_build for end in ("svg", "tsv")}
    assert "The neighbourhood of TRAF6" in (folder / "neighbourhood.svg").read_text()


def test_the_list_has_every_picture_with_its_options() -> None:
    lines = run("--list").stdout.splitlines()
    assert [line.split()[0] for line in lines[2:]] == list(PLOTS)
    assert lines[-1].endswith("--by --genes --max-q --target --taxon --top --without-taxon")
    assert lines[-2].endswith(
        "--category --flavour --genes --max-q --min-figures --min-probability --taxon --top --without-taxon"
    )


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["pie", "-o", "x.png"], "no plot is called 'pie'", 2),
        (["network", "-o", "x.gif"], "x.gif: a picture is written as .png or .svg", 2),
        (["network"], "kg plot --list shows the names", 2),
        (["years", "-o", "x.png", "--top", "3"], "years takes no --top", 2),
        (["network", "-o", "x.png", "--of", "TP53"], "network takes no --of", 2),
        (["neighbourhood", "-o", "x.png", "--of", "no such"], "no entity or figure is called 'no such'", 1),
        (["network", "-o", "no/such/folder/x.png"], "cannot be written", 1),
        (["enrichment", "-o", "x.png"], "enrichment is of a list; give one with --genes FILE", 2),
        (["enrichment", "-o", "x.png", "--genes", "no-such.txt"], "no-such.txt: cannot be read: No such file", 1),
        (["years", "-o", "x.png", "--genes", "no-such.txt"], "years takes no --genes", 2),
    ],
)
def test_what_cannot_be_drawn_is_said_in_one_line(
    record_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments, "--build", str(record_build))
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert code == 2 or done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_it_says_what_to_install(record_build: Path, tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from kg.cli.plot import plot; from kg.cli.terminal import Commands\n"
        "Commands(commands=[plot])(['plot', *sys.argv[1:]])"
    )

    def without(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", script, *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)

    failed = without("years", "--build", str(record_build), "-o", str(tmp_path / "x.png"))
    command = plugins.install_command("plot")
    message = f"kg: kg plot needs matplotlib, which is not installed; install it with: {command}\n"
    assert (failed.returncode, failed.stderr) == (1, message)
    assert list(tmp_path.iterdir()) == []
    assert without("--list").returncode == 0


# -- an enrichment


def test_an_enrichment_by_hand(record_build: Path, tmp_path: Path) -> None:
    # Figures a and b draw AKT1 and AKT2 by the word AKT, which is one hit, and TP53 by P53; b draws MDM2, too.
    listed = tmp_path / "genes.txt"
    listed.write_text("AKT1\nakt2\np53\n")
    picture = tmp_path / "e.svg"
    done = run("enrichment", "--genes", str(listed), "--build", str(record_build), "-o", str(picture))
    assert done.exit_code == 0, done.output
    found = Rendered(picture.read_bytes(), picture.with_suffix(".tsv").read_bytes())
    assert columns(found, "figure_id", "name", "year", "hits", "words_drawn", "words") == [
        ["pfocr:PMC1__a", "Title of PMC1__a", "2001", "2", "2", "AKT (AKT1, AKT2), P53 (TP53)"]
    ]
    shown = texts(found)
    assert {"Figures in which the list is enriched", "Title of PMC1__a (2001)", "AKT (AKT1, AKT2), P53 (TP53)"} <= set(
        shown
    )
    assert any("out of 1; tested by words; background: " in text for text in shown)


def test_the_numbers_of_a_picture_never_replace_the_list(record_build: Path, tmp_path: Path) -> None:
    listed = tmp_path / "genes.tsv"
    listed.write_text("AKT1\nTP53\n")
    done = run("enrichment", "--genes", str(listed), "--build", str(record_build), "-o", str(tmp_path / "genes.png"))
    assert (done.exit_code, listed.read_text()) == (2, "AKT1\nTP53\n")
    assert done.stderr == f"kg: {listed}: the picture or its numbers would replace the list; give -o another name\n"
    assert [path.name for path in tmp_path.iterdir()] == ["genes.tsv"]


# -- doubts


@pytest.fixture(scope="module")
def doubts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_doubts(tmp_path_factory.mktemp("doubts"))


def test_doubts_by_hand(doubts: Path) -> None:
    # The opsin has a mention of probability 1 in d, and of 0 in a, b and c, by the word CBP.
    asked = PlotOptions(Filters(min_figures=1), of="ncbigene:387")
    found = columns(
        drawn(doubts, "neighbourhood", asked=asked),
        "subject",
        "object",
        "subject_probability",
        "object_probability",
        "doubt",
    )
    assert ["RHOA", "OPN1LW", "1.0", "0.25", "0.0"] in found
    key = "mostly a doubtful reading"
    assert key in texts(drawn(doubts, "neighbourhood", "svg", asked))
    others = PlotOptions(Filters(min_figures=1), of="ncbigene:7157")
    assert key not in texts(drawn(doubts, "neighbourhood", "svg", others))


def test_the_doubt_of_a_pair_is_that_of_the_view(seeds_build: Path) -> None:
    found = columns(
        drawn(seeds_build, "network", asked=PlotOptions(Filters(top=500))), "subject_id", "object_id", "doubt"
    )
    with KnowledgeGraph(seeds_build) as graph, graph.view("co-occurrence") as view:
        wanted = {(edge.source, edge.target): edge.attributes["doubt"] for edge in view.edges()}
    assert {float(doubt) for *_, doubt in found} - {0.0}
    assert all(float(doubt) == wanted[subject, object_] for subject, object_, doubt in found)
