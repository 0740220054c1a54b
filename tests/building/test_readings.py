"""Words in doubt: probabilities, shares, pairs and weights, computed by hand and by a slow and obvious twin."""

import random
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from helpers.corpus import genes, record, write_toy
from helpers.doubt import (
    CD40,
    CREBBP,
    FILES,
    GENES,
    GENES_WITH_FAMILIES,
    GIVEN,
    GSK3A,
    GSK3B,
    MAP3K7,
    NFKB1,
    NR2C2,
    OPN1LW,
    READINGS,
    RELA,
    TP53,
    Given,
    build_with,
)

import kg
from kg.building.learn_lexicon import STATEMENTS as LEARN
from kg.building.options import BuildParameters
from kg.cli.main import main
from kg.engines.duckdb import DuckDBEngine
from kg.errors import ParameterError, UnknownChoice
from kg.model.build import Build
from kg.model.records import HUMAN, LIKELY
from kg.validation import check_tables
from kg.validation.findings import Report


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return list(pq.read_table(folder / "tables" / f"{name}.parquet").to_pylist())


def pairs(folder: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    names = ("figures", "figures_all", "figures_synonyms", "figures_strict", "papers", "weight")
    return {
        (row["subject_id"], row["object_id"]): tuple(row[name] for name in names)
        for row in rows(folder, "cooccurrences")
    }


def faults(folder: Path) -> Report:
    report = Report(str(folder))
    check_tables(Build(folder), report)
    return report


@pytest.fixture(scope="module")
def doubt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doubt") / "exports"
    build_with(folder)
    return folder


# -- by hand


def test_the_mentions_by_hand(doubt: Path) -> None:
    names = ("entity_id", "word", "origin", "n_candidates", "probability", "share", "reading")
    found = {tuple(row[name] for name in names) for row in rows(doubt, "mentions")}
    assert found == {
        (NFKB1, "p50", "sidecar", 2, 0.7, 0.7, "likely"),
        (CD40, "p50", "sidecar", 2, 0.2, 0.2, "doubtful"),
        (RELA, "RELA", "sidecar", 1, 1.0, 1.0, "sure"),
        # Neither spelling of CBP is lost; the gene that is meant has the first of them.
        (OPN1LW, "CBP", "sidecar", 1, 0.06, 0.06, "doubtful"),
        (OPN1LW, "Cbp", "sidecar", 1, 0.06, 0.06, "doubtful"),
        (CREBBP, "CBP", "reread", 1, 0.94, 0.94, "likely"),
        # GSK3B is meant by the family and by itself: 0.6 / 2 + 0.4.
        (GSK3A, "GSK3", "sidecar", 2, 0.6, 0.3, "likely"),
        (GSK3B, "GSK3", "sidecar", 2, 1.0, 0.7, "sure"),
        # No reading has NR2C2, and the record does.
        (NR2C2, "TAK1", "sidecar", 1, 0.0, 0.0, "doubtful"),
        (MAP3K7, "TAK1", "reread", 1, 1.0, 1.0, "sure"),
        (TP53, "TP53", "sidecar", 1, 1.0, 1.0, "sure"),
    }


def test_the_pairs_by_hand(doubt: Path) -> None:
    assert pairs(doubt) == {
        # p50 is NFKB1 with 0.7 and CD40 with 0.2, which is too little for a figure. Both come from one word.
        (NFKB1, RELA): (1, 1, 1, 0, 1, 0.7),
        (RELA, CD40): (0, 1, 0, 0, 0, 0.2),
        (NFKB1, CD40): (0, 1, 0, 0, 0, 0.0),
        # CREBBP is in no record, so that the naive count has none of it. It is no pair with OPN1LW, by one word.
        (CREBBP, TP53): (1, 0, 1, 0, 1, 0.94),
        (OPN1LW, TP53): (0, 1, 0, 0, 0, 0.06),
        # The family counts for the flavour `all` only.
        (GSK3A, GSK3B): (0, 1, 0, 0, 0, 0.0),
        (GSK3A, TP53): (1, 1, 0, 0, 1, 0.3),
        (GSK3B, TP53): (1, 1, 0, 0, 1, 0.7),
        (MAP3K7, TP53): (1, 0, 1, 0, 1, 1.0),
        (TP53, NR2C2): (0, 1, 0, 0, 0, 0.0),
    }
    statistics = {(row["subject_id"], row["object_id"]): row for row in rows(doubt, "cooccurrences")}
    row = statistics[CREBBP, TP53]
    # All four figures draw two words with a likely meaning; TP53 is in three of them.
    assert (row["subject_figures"], row["object_figures"], row["universe"], row["first_year"]) == (1, 3, 4, 2002)
    row = statistics[OPN1LW, TP53]
    assert [row[name] for name in ("expected", "npmi", "log10_p", "q", "first_year")] == [None] * 5


def test_entities_and_words_count_the_likely_mentions(doubt: Path) -> None:
    entities = {row["entity_id"]: row for row in rows(doubt, "entities")}
    counts = {entity: (row["figures"], row["papers"]) for entity, row in entities.items()}
    assert counts == {
        NFKB1: (1, 1), CD40: (0, 0), RELA: (1, 1), TP53: (3, 3), CREBBP: (1, 1), OPN1LW: (0, 0), GSK3A: (1, 1),
        GSK3B: (1, 1), NR2C2: (0, 0), MAP3K7: (1, 1),
    }  # fmt: skip
    reread = entities[CREBBP]
    assert (reread["name"], reread["id_status"], reread["taxon"], reread["synonyms"]) == (
        "CREBBP",
        "lexicon",
        HUMAN,
        [],
    )
    words = {row["word"]: (row["entities"], row["figures"]) for row in rows(doubt, "words")}
    assert words == {"P50": (1, 1), "RELA": (1, 1), "CBP": (1, 1), "GSK3": (2, 1), "TAK1": (1, 1), "TP53": (1, 3)}


def test_a_word_without_a_likely_meaning_has_all_that_it_was_expanded_to(tmp_path: Path) -> None:
    half = [(*row[:-1], 0.45) if row[2] in (NFKB1, CD40) else row for row in READINGS]
    doubtful = [(*row[:-2], 0.45, 0.45) if row[2] in (NFKB1, CD40) else row for row in GENES]
    build_with(tmp_path / "exports", Given(half, doubtful))
    assert {row["word"]: row["entities"] for row in rows(tmp_path / "exports", "words")}["P50"] == 2
    assert faults(tmp_path / "exports").failed == []


def test_the_build_is_valid_and_its_readings_are_published(doubt: Path) -> None:
    report = faults(doubt)
    assert (report.failed, report.skipped) == ([], [])
    found = [tuple(row.values()) for row in rows(doubt, "word_readings")]
    assert found == sorted(READINGS)


def test_families_are_readings_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    build_with(folder, Given(READINGS, GENES_WITH_FAMILIES), BuildParameters(families=True))
    family = next(row for row in rows(folder, "mentions") if row["entity_id"] == "fplx:GSK3")
    assert (family["probability"], family["share"], family["n_candidates"], family["origin"]) == (
        0.6,
        0.6,
        1,
        "sidecar",
    )
    assert pairs(folder)["fplx:GSK3", TP53] == (1, 1, 0, 0, 1, 0.6)
    assert pairs(folder)["fplx:GSK3", GSK3B] == (0, 1, 0, 0, 0, 0.0)
    assert faults(folder).failed == []


def test_a_family_that_the_record_lacks_gets_its_members(tmp_path: Path) -> None:
    # The record has one gene of AKT by its alias; the family wins.
    files = {"_data/PMC5__e-genes.tsv": genes(("AKT", "AKT", "AKT1", "207", "hgnc_alias_symbol"),
                                              ("TP53", "TP53", "TP53", "7157", "hgnc_symbol"))}  # fmt: skip
    figure, word = "pfocr:PMC5__e", "AKT"
    readings = [(figure, word, "fplx:AKT", "family", "AKT", 3, "famplex", False, 1.0)]
    read = [(figure, word, "fplx:AKT", "AKT", HUMAN, "famplex", "all", False, True, 1.0, 1.0)]
    read += [
        (figure, word, f"ncbigene:{number}", f"AKT{place}", HUMAN, "famplex", "all", place == 1, True, 1.0, 1 / 3)
        for place, number in enumerate((207, 208, 10000), 1)
    ]
    folder = tmp_path / "exports"
    build_with(folder, Given(readings, read), BuildParameters(families=True), files=files)
    assert {row["entity_id"]: (row["origin"], row["n_candidates"]) for row in rows(folder, "mentions")} == {
        "ncbigene:207": ("sidecar", 1), "ncbigene:208": ("reread", 1), "ncbigene:10000": ("reread", 1),
        "fplx:AKT": ("reread", 1), TP53: ("sidecar", 1),
    }  # fmt: skip
    assert [row["entity_id"] for row in rows(folder, "members")] == ["ncbigene:10000", "ncbigene:207", "ncbigene:208"]
    assert pairs(folder)["ncbigene:208", TP53] == (1, 0, 0, 0, 1, round(1 / 3, 9))
    assert faults(folder).failed == []


# -- what stays as the record has it


def test_the_readings_of_the_record_are_those_of_a_build_without_doubt(tmp_path: Path) -> None:
    build_with(tmp_path / "record", GIVEN, BuildParameters(readings="record"))
    build_with(tmp_path / "none", Given([], []))
    for path in (tmp_path / "none" / "tables").iterdir():
        assert (tmp_path / "record" / "tables" / path.name).read_bytes() == path.read_bytes(), path.name


def test_nothing_of_the_record_is_dropped_and_words_stay(doubt: Path, tmp_path: Path) -> None:
    folder = tmp_path / "record"
    build_with(folder, GIVEN, BuildParameters(readings="record"))
    same = ("figure_id", "entity_id", "match", "word", "origin", "word_status", "n_candidates", "flavour", "source")
    of_record = [tuple(row[name] for name in same) for row in rows(folder, "mentions")]
    kept = [tuple(row[name] for name in same) for row in rows(doubt, "mentions") if row["origin"] != "reread"]
    assert kept == of_record
    assert rows(doubt, "word_cooccurrences") == rows(folder, "word_cooccurrences")
    assert {ends: counts[1] for ends, counts in pairs(doubt).items() if counts[1]} == {
        ends: counts[1] for ends, counts in pairs(folder).items()
    }


def test_what_is_reread_brings_no_figure_over_the_limit(tmp_path: Path) -> None:
    result = build_with(tmp_path / "exports", parameters=BuildParameters(max_entities=2))
    # Figures b and d have two entities of their record, a and c three.
    assert set(pairs(tmp_path / "exports")) == {(CREBBP, TP53), (OPN1LW, TP53), (MAP3K7, TP53), (TP53, NR2C2)}
    codes = [line.code for line in result.report if not line.code.startswith("readings-")]
    assert codes == ["too-many-entities"] * 2
    assert faults(tmp_path / "exports").failed == []


def test_only_sure_mentions_of_the_record_teach_words(doubt: Path) -> None:
    engine = DuckDBEngine()
    for name in ("mentions", "entities"):
        engine.attach(name, doubt / "tables" / f"{name}.parquet")
    taught = {(row["word"], row["entity_id"]) for row in engine.fetch(LEARN.sql("words_to_learn")).to_pylist()}
    engine.close()
    assert taught == {("RELA", RELA), ("TP53", TP53), ("GSK3", GSK3B)}


@pytest.mark.parametrize("chosen", [{"taxa": ("mouse",)}, {"without_taxa": ("human",)}], ids=["mouse", "no human"])
def test_no_word_is_in_doubt_without_human_genes(tmp_path: Path, chosen: dict[str, Any]) -> None:
    build_with(tmp_path / "exports", parameters=BuildParameters(**chosen))
    assert rows(tmp_path / "exports", "word_readings") == []
    assert faults(tmp_path / "exports").failed == []


# -- a slow and obvious twin


def naive(mentions: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[int, int, float]]:
    """Count figure by figure, word by word: figures, figures_all, weight."""
    by_figure: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in mentions:
        by_figure[row["figure_id"]][row["entity_id"]].append(row)
    found: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for entities in by_figure.values():
        for one, other in combinations(sorted(entities), 2):
            both = [(a, b) for a in entities[one] for b in entities[other]]
            apart = [(a, b) for a, b in both if a["match"] != b["match"]]
            counts = found[one, other]
            counts[0] += any(min(a["probability"], b["probability"]) >= LIKELY for a, b in apart)
            counts[1] += any("reread" not in (a["origin"], b["origin"]) for a, b in both)
            counts[2] += max((a["share"] * b["share"] for a, b in apart), default=0)
    return {
        ends: (int(figures), int(every), round(weight, 8))
        for ends, (figures, every, weight) in found.items()
        if figures or every
    }


def corpus_in_doubt(seed: int) -> tuple[dict[str, str], Given]:
    """Return random records, with random readings of about half of their words."""
    choose = random.Random(seed)
    numbers = [str(number) for number in range(100, 120)]
    files, readings, read = {}, [], []
    for number in range(40):
        figid = f"PMC{number // choose.randint(1, 3) + 1}__f{number}"
        words = {
            f"W{word}": choose.sample(numbers, choose.choice([1, 1, 2, 4])) for word in range(choose.randint(1, 5))
        }
        lines = [(word, word, f"S{gene}", gene, "x") for word, drawn in words.items() for gene in drawn]
        files[f"_figures/{figid}.md"] = record(figid, year=str(2000 + choose.randint(0, 9)))
        files[f"_data/{figid}-genes.tsv"] = genes(*lines)
        for word in sorted(choose.sample(sorted(words), len(words) // 2)):
            of_word = _readings_of(choose, words[word], numbers)
            best = max(of_word, key=lambda reading: of_word[reading])
            for members, hundredths in of_word.items():
                entity = f"ncbigene:{members[0]}" if len(members) == 1 else f"keyword:{'-'.join(members)}"
                known = set(members) <= set(words[word])
                kind = ("gene", entity, 1) if len(members) == 1 else ("family", entity, len(members))
                readings.append(
                    (f"pfocr:{figid}", word, entity, kind[0], entity, kind[2], "record", known, hundredths / 100)
                )
            for gene in sorted({gene for members in of_word for gene in members}):
                having = {members: part for members, part in of_word.items() if gene in members}
                share = sum(part / len(members) for members, part in having.items()) / 100
                read.append(
                    (
                        f"pfocr:{figid}",
                        word,
                        f"ncbigene:{gene}",
                        f"S{gene}",
                        HUMAN,
                        "record",
                        "synonyms",
                        gene in words[word],
                        gene in best,
                        sum(having.values()) / 100,
                        share,
                    )
                )
    return files, Given(readings, read)


def _readings_of(choose: random.Random, drawn: list[str], numbers: list[str]) -> dict[tuple[str, ...], int]:
    """Return hundredths by the genes of a reading: genes of the word and others, alone and as families."""
    wanted = choose.randint(1, 4)
    readings = {tuple(sorted(choose.sample([*drawn, *choose.sample(numbers, 3)], choose.choice([1, 1, 2]))))
                for _ in range(wanted)}  # fmt: skip
    readings = {tuple(dict.fromkeys(members)) for members in readings}
    cuts = [0, *sorted(choose.randint(0, 100) for _ in range(len(readings) - 1)), 100]
    return {members: high - low for members, low, high in zip(sorted(readings), cuts, cuts[1:], strict=False)}


@pytest.mark.parametrize("seed", range(4))
def test_counts_equal_the_slow_and_obvious_way(tmp_path: Path, seed: int) -> None:
    files, given = corpus_in_doubt(seed)
    folder = tmp_path / "exports"
    build_with(folder, given, files=files)
    counted = {
        (row["subject_id"], row["object_id"]): (row["figures"], row["figures_all"], round(row["weight"], 8))
        for row in rows(folder, "cooccurrences")
    }
    wanted = naive(rows(folder, "mentions"))
    assert counted.keys() == wanted.keys()
    for ends, counts in counted.items():
        assert counts[:2] == wanted[ends][:2], ends
        assert counts[2] == pytest.approx(wanted[ends][2], abs=1e-7), ends
    assert any(row["origin"] == "reread" for row in rows(folder, "mentions"))
    assert faults(folder).failed == []


# -- options


def test_the_manifest_names_the_files_of_readings(tmp_path: Path) -> None:
    corpus = write_toy(tmp_path / "corpus", FILES)
    file = tmp_path / "readings.tsv"
    file.write_text("word\tentity\np50\tNFKB1\nCBP\tCREBBP\n")
    result = kg.build(corpus, tmp_path / "exports", readings_files=file, store=False)
    (described,) = result.manifest["readings_files"]
    assert (described["rows"], len(described["sha256"])) == (2, 64)
    assert result.manifest["parameters"]["readings"] == "likely"


def test_corrections_and_the_readings_of_the_record_exclude_each_other(tmp_path: Path) -> None:
    file = tmp_path / "readings.tsv"
    file.write_text("word\tentity\np50\tNFKB1\n")
    with pytest.raises(ParameterError, match="readings_files; leave one of them out"):
        kg.build("seeds", tmp_path / "exports", readings="record", readings_files=[file])
    result = CliRunner().invoke(main, ["build", "seeds", "--readings", "record", "--readings-file", str(file)])
    assert result.exit_code == 2
    assert "leave out --readings-file" in result.output


def test_another_choice_of_readings_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownChoice, match="no choice of readings is called 'maybe'; known: likely, record"):
        kg.build("seeds", tmp_path / "exports", readings="maybe")  # type: ignore[arg-type]
