"""Words in doubt: what lookups, statistics, views and tables for curators say of them, with numbers worked by hand."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from helpers.corpus import MDM2, TP53, genes, record, write_toy

import kg
from kg.cli.main import main
from kg.engines.duckdb import DuckDBEngine
from kg.graph import doubt
from kg.graph.curation import figures_to_curate, words_to_curate
from kg.graph.views import Filters, View
from kg.model.tables import TABLES

A, B, C = "pfocr:PMC1__a", "pfocr:PMC1__b", "pfocr:PMC2__c"
PAIR = ("ncbigene:4193", "ncbigene:7157")

READINGS = [
    # In a P53 is TP53 or OPN1LW, in b OPN1LW or the family; c has no doubt. Its record has TP53 everywhere.
    (A, "P53", "ncbigene:5956", "gene", "OPN1LW", 1, "hgnc_prev_symbol", False, 0.4),
    (A, "P53", "ncbigene:7157", "gene", "TP53", 1, "hgnc_alias_symbol", True, 0.6),
    (B, "P53", "fplx:p53_family", "family", "p53_family", 3, "famplex", False, 0.17),
    (B, "P53", "ncbigene:5956", "gene", "OPN1LW", 1, "hgnc_prev_symbol", False, 0.8),
    (B, "P53", "ncbigene:7157", "gene", "TP53", 1, "hgnc_alias_symbol", True, 0.03),
]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def answer(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def build(folder: Path, corpus: dict[str, str], *options: object) -> Path:
    out = folder / "out"
    sources = write_toy(folder / "corpus", corpus)
    answer("build", sources, "-o", out, "--no-store", "--min-figures", 1, "-q", "--lexicon", "bundled", *options)
    return out


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a build of three figures with P53 and MDM2, whose tables then get the probabilities of `changed`."""
    corpus = {
        f"_figures/{figure.partition(':')[2]}.md": record(figure.partition(":")[2], year=year)
        for figure, year in ((A, "2001"), (B, "2002"), (C, "2003"))
    }
    corpus |= {f"_data/{figure.partition(':')[2]}-genes.tsv": genes(TP53, MDM2) for figure in (A, B, C)}
    out = build(tmp_path_factory.mktemp("doubtful"), corpus, "--readings", "record")
    change(out, {A: 0.6, B: 0.97})
    return out


def change(out: Path, probabilities: dict[str, float]) -> None:
    """Give the mentions of P53 other probabilities, and the build the readings above."""
    path = out / "tables" / "mentions.parquet"
    rows = pq.read_table(path).to_pylist()
    for row in rows:
        if row["match"] == "P53" and row["figure_id"] in probabilities:
            row["probability"] = row["share"] = probabilities[row["figure_id"]]
    pq.write_table(pa.Table.from_pylist(rows, TABLES["mentions"]), path)
    columns = [list(column) for column in zip(*READINGS, strict=True)]
    readings = pa.table(dict(zip(TABLES["word_readings"].names, columns, strict=True)), TABLES["word_readings"])
    pq.write_table(readings, out / "tables" / "word_readings.parquet")


def pair(view: View) -> dict[str, Any]:
    [edge] = view.edges()
    assert (edge.source, edge.target) == PAIR
    return edge.attributes


# -- filters and views


@pytest.mark.parametrize(
    ("least", "figures", "weight", "papers", "years"),
    [
        # a 0.6, b 0.97, c 1: nothing to count anew up to 0.6. Above, the weight of a figure is the probability of P53.
        (0.0, 3, 3.0, 2, (2001, 2003)),
        (0.5, 3, 3.0, 2, (2001, 2003)),
        (0.6, 3, 3.0, 2, (2001, 2003)),
        (0.95, 2, 1.97, 2, (2002, 2003)),
        (0.98, 1, 1.0, 1, (2003, 2003)),
    ],
)
def test_pairs_count_the_figures_of_a_probability(
    doubtful: Path, least: float, figures: int, weight: float, papers: int, years: tuple[int, int]
) -> None:
    with kg.open(doubtful) as graph, graph.view("co-occurrence", Filters(min_probability=least)) as view:
        found = pair(view)
        assert (found["figures"], found["weight"], found["papers"]) == (figures, weight, papers)
        assert (found["figures_synonyms"], found["figures_strict"], found["figures_all"]) == (figures, 0, 3)
        assert (found["first_year"], found["last_year"]) == years
        assert len(found["evidence"].split("|")) == figures


def test_without_a_probability_pairs_have_the_numbers_of_the_build(doubtful: Path) -> None:
    with kg.open(doubtful) as graph, graph.view("co-occurrence") as view:
        assert (pair(view)["figures"], pair(view)["weight"]) == (3, 3.0)
        assert pair(view)["doubt"] == 0.3333  # a of a, b and c


def test_a_pair_of_too_few_probable_figures_is_left_out(doubtful: Path) -> None:
    with kg.open(doubtful) as graph:
        assert graph.view("co-occurrence", Filters(min_probability=0.98, min_figures=2)).n_edges == 0
        assert graph.view("ego", Filters(min_probability=0.95, min_figures=2), of="MDM2").n_edges == 1


def test_nodes_and_mentions_have_their_probability(doubtful: Path) -> None:
    with kg.open(doubtful) as graph, graph.view("bipartite") as view:
        nodes = {node.id: node.attributes for node in view.nodes()}
        assert nodes["ncbigene:7157"]["probability"] == 0.8567  # (0.6 + 0.97 + 1) / 3
        assert nodes["ncbigene:4193"]["probability"] == 1.0
        mentions = {(edge.source, edge.target): edge.attributes["probability"] for edge in view.edges()}
        assert mentions[A, "ncbigene:7157"] == 0.6
        assert mentions[A, "ncbigene:4193"] == 1.0
        of_figures = graph.view("bipartite", Filters(min_probability=0.95))
        assert sorted(edge.source for edge in of_figures.edges() if edge.target == "ncbigene:7157") == [B, C]


def test_every_view_filters_mentions_by_probability(doubtful: Path) -> None:
    with kg.open(doubtful) as graph:
        figure = graph.view("figure", Filters(min_probability=0.95), of="PMC1__a")
        assert [edge.target for edge in figure.edges() if edge.attributes["interaction"] == "mentions"] == [PAIR[0]]
        full = graph.view("full", Filters(min_probability=0.95))
        edges = [edge for edge in full.edges() if edge.attributes["interaction"] == "mentions"]
        assert len(edges) == 5
        with pytest.raises(kg.KgError, match="min_probability out"):
            graph.view("words", Filters(min_probability=0.95))


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "0.5", True])
def test_a_probability_out_of_bounds_is_refused(value: Any) -> None:
    with pytest.raises(kg.ParameterError, match="min_probability"):
        Filters(min_probability=value)


@pytest.mark.parametrize(("options", "figures"), [((), "3"), (("--sure",), "2"), (("--min-probability", 0.98), "1")])
def test_export_and_plot_take_a_probability(
    doubtful: Path, tmp_path: Path, options: tuple[object, ...], figures: str
) -> None:
    written = json.loads(answer("export", "--build", doubtful, "-f", "cyjs", "--view", "ego", "--of", "MDM2", *options))
    [edge] = written["elements"]["edges"]
    assert str(edge["data"]["figures"]) == figures
    picture = tmp_path / "n.svg"
    assert run("plot", "network", "--build", doubtful, "-o", picture, *options).exit_code == 0
    [row] = csv.DictReader(io.StringIO(picture.with_suffix(".tsv").read_text()), delimiter="\t")
    assert row["figures"] == figures


def test_two_probabilities_are_wrong_usage(doubtful: Path) -> None:
    result = run("export", "--build", doubtful, "-f", "graphml", "--sure", "--min-probability", 0.5)
    assert (result.exit_code, "give one of them" in result.stderr) == (2, True)
    refused = run("export", "--build", doubtful, "-f", "kgx", "--sure", "-o", "x")
    assert (refused.exit_code, "filters are for views" in refused.stderr) == (2, True)


def test_gene_sets_hold_members_of_a_probability(tmp_path: Path) -> None:
    third = ("ATM", "ATM", "ATM", "472", "hgnc_symbol")
    corpus = {"_figures/PMC1__a.md": record("PMC1__a"), "_data/PMC1__a-genes.tsv": genes(TP53, MDM2, third)}
    out = build(tmp_path, corpus, "--readings", "record")
    change(out, {A: 0.4})

    def sets(*options: object) -> list[str]:
        folder = tmp_path / f"gmt{len(options)}"
        answer("export", "--build", out, "-f", "gmt", "-o", folder, *options)
        file = folder / "pfocr-all-symbol-Homo_sapiens.gmt"
        return file.read_text().split("\t")[2:] if file.exists() else []

    assert sets("--min-probability", 0) == ["ATM", "MDM2", "TP53\n"]
    assert sets() == []  # two members are too few


# -- lookups and statistics


def test_a_word_has_the_mean_of_its_figures(doubtful: Path) -> None:
    with kg.open(doubtful) as graph:
        [word] = doubt.words_in_doubt(graph.engine)
        assert (word.word, word.figures, word.drawn, word.differing, word.sure) == ("P53", 2, 3, 1, False)
        assert [(each.title, each.probability, each.best, each.recorded) for each in word.meanings] == [
            ("OPN1LW", 0.6, 1, 0),  # (0.4 + 0.8) / 2
            ("TP53", 0.315, 1, 2),  # (0.6 + 0.03) / 2
            ("p53_family (family)", 0.085, 0, 0),  # (0 + 0.17) / 2
        ]
        assert doubt.counts(graph.engine) == (1, 2, 1, 1)
        assert doubt.words_in_doubt(graph.engine, ["MDM2"]) == []
        assert doubt.words_in_doubt(graph.engine, []) == []


def test_lookup_says_what_a_word_means_here(doubtful: Path) -> None:
    text = answer("lookup", "p53", "--build", doubtful)
    assert text.splitlines()[2] == "P53: OPN1LW 60 %, in 2 of 3 figures; the records say TP53"
    assert LOOKUP in text
    assert "the records say" not in answer("lookup", "MDM2", "--build", doubtful)


LOOKUP = """\
what P53 may mean where it is in doubt
id               name                 how                probability  best  recorded
---------------  -------------------  -----------------  -----------  ----  --------
ncbigene:5956    OPN1LW               hgnc_prev_symbol           0.6     1         0
ncbigene:7157    TP53                 hgnc_alias_symbol        0.315     1         2
fplx:p53_family  p53_family (family)  famplex                  0.085     0         0

its figures, the least sure first
word  figure   reading  probability  title
----  -------  -------  -----------  ----------------
P53   PMC1__a  TP53             0.6  Title of PMC1__a
P53   PMC1__b  OPN1LW           0.8  Title of PMC1__b
"""


def test_lookup_for_programs(doubtful: Path) -> None:
    found = json.loads(answer("lookup", "P53", "--build", doubtful, "-f", "json"))
    [word] = found["doubt"]
    assert {key: word[key] for key in ("word", "figures", "drawn", "differing")} == {
        "word": "P53", "figures": 2, "drawn": 3, "differing": 1,
    }  # fmt: skip
    assert word["meanings"][0] == {
        "entity_id": "ncbigene:5956", "name": "OPN1LW", "category": "gene", "source": "hgnc_prev_symbol",
        "probability": 0.6, "best": 1, "recorded": 0,
    }  # fmt: skip
    assert [row["figure"] for row in found["least_sure"]] == ["PMC1__a", "PMC1__b"]
    [by_word] = json.loads(answer("lookup", "TP53", "--build", doubtful, "-f", "json"))["names"]
    assert (by_word["word"], by_word["figures"], by_word["probability"]) == ("P53", 3, 0.8567)


def test_statistics_have_the_words_in_doubt(doubtful: Path) -> None:
    found = json.loads(answer("stats", "--build", doubtful, "-f", "json"))
    assert found["doubt"] == {"words": 1, "figures": 2, "differing_words": 1, "differing_figures": 1}
    row = {"word": "P53", "reading": "OPN1LW", "probability": 0.6, "records": ["TP53"]}
    assert found["unsure_words"] == [row | {"figures": 2}]
    assert found["differing_words"] == [row | {"figures": 1}]
    text = answer("stats", "--build", doubtful)
    assert "read otherwise than their record      1        1\n" in text


def test_a_tie_goes_to_the_first_identifier() -> None:
    engine = DuckDBEngine()
    rows = [(A, "X", f"ncbigene:{number}", "gene", f"G{number}", 1, "record", True, 0.5) for number in (2, 1)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    engine.append(
        "word_readings",
        pa.table(dict(zip(TABLES["word_readings"].names, columns, strict=True)), TABLES["word_readings"]),
    )
    engine.append("words", TABLES["words"].empty_table())
    [word] = doubt.words_in_doubt(engine)
    assert [(each.name, each.best) for each in word.meanings] == [("G1", 1), ("G2", 0)]
    assert (word.drawn, word.differing) == (1, 0)
    engine.close()


# -- the table for curators, and back


def test_the_table_for_curators_has_a_row_for_each_word(doubtful: Path) -> None:
    with kg.open(doubtful) as graph:
        [row] = words_to_curate(graph)
        assert row == (
            "P53", "", "", "2",
            "OPN1LW hgnc_prev_symbol 0.60; TP53 hgnc_alias_symbol 0.32; fplx:p53_family famplex 0.09",
            "TP53", "PMC1__a: Title of PMC1__a", "PMC1__b: Title of PMC1__b", "",
        )  # fmt: skip
        assert list(words_to_curate(graph, below=0.6)) == []


def test_the_table_for_curators_has_a_row_for_each_figure(doubtful: Path) -> None:
    with kg.open(doubtful) as graph:
        assert [(row.figure, row.candidates, row.records) for row in figures_to_curate(graph)] == [
            ("PMC1__a", "TP53 hgnc_alias_symbol 0.60; OPN1LW hgnc_prev_symbol 0.40", "TP53"),
            (
                "PMC1__b",
                "OPN1LW hgnc_prev_symbol 0.80; fplx:p53_family famplex 0.17; TP53 hgnc_alias_symbol 0.03",
                "TP53",
            ),
        ]
        assert [row.figure for row in figures_to_curate(graph, below=0.7)] == ["PMC1__a"]
        with pytest.raises(kg.ParameterError, match="below"):
            list(figures_to_curate(graph, below=1.5))


CBP = ("CBP", "CBP", "OPN1LW", "5956", "hgnc_prev_symbol")


@pytest.mark.parametrize("by_figure", [False, True])
def test_a_filled_table_comes_back_as_readings(tmp_path: Path, by_figure: bool) -> None:
    corpus = {f"_figures/{figure}.md": record(figure) for figure in ("PMC1__a", "PMC2__b")}
    corpus |= {f"_data/{figure}-genes.tsv": genes(CBP, TP53, MDM2) for figure in ("PMC1__a", "PMC2__b")}
    out = build(tmp_path, corpus)
    report = (out / "report.tsv").read_text()
    assert "readings-differ\t\t\t1 word read otherwise than their record says, in 2 figures; " in report
    assert "CBP (CREBBP, not OPN1LW; 2 figures)" in report
    table = tmp_path / "words.tsv"
    answer("curate", out, "-o", table, "--below", 1, *(["--figures"] if by_figure else []))
    rows = list(csv.DictReader(io.StringIO(table.read_text()), delimiter="\t"))
    assert [(row["word"], row["figure"], row["entity"]) for row in rows if row["word"] == "CBP"] == (
        [("CBP", "PMC1__a", ""), ("CBP", "PMC2__b", "")] if by_figure else [("CBP", "", "")]
    )
    row = next(row for row in rows if row["word"] == "CBP")
    row["entity"] = "PAG1"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(row), delimiter="\t")
        writer.writeheader()
        writer.writerows(rows)
    again = build(tmp_path / "again", corpus, "--readings-file", table)
    readings = pq.read_table(again / "tables" / "word_readings.parquet")
    curated = readings.filter(pc.equal(readings["source"], "curated")).to_pylist()
    assert [(row["figure_id"], row["match"], row["name"], row["probability"]) for row in curated] == [
        (figure, "CBP", "PAG1", 1.0)
        for figure in (["pfocr:PMC1__a"] if by_figure else ["pfocr:PMC1__a", "pfocr:PMC2__b"])
    ]
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    assert f'"sha256": "{digest}"' in (again / "manifest.json").read_text()
    left = list(csv.DictReader(io.StringIO(answer("curate", again, "--below", 1)), delimiter="\t"))
    assert [row["figures"] for row in left if row["word"] == "CBP"] == (["2"] if by_figure else [])


def test_lexicon_lookup_says_what_counts_without_other_words() -> None:
    text = answer("lexicon", "lookup", "CBP", "RHO")
    assert "CBP: without other words it means CREBBP, " in text
    assert "RHO: without other words it means RHO (family), " in text
    assert "fplx:RHO        RHO     family    nickname" in text
    found = json.loads(answer("lexicon", "lookup", "CBP", "-f", "json"))["CBP"]
    assert round(sum(row["alone"] for row in found), 6) == 1.0
