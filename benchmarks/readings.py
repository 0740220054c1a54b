"""Measure what words in doubt are read as: masked test, known words, partners before and after.

    python benchmarks/readings.py ../shared/data/pfocr-adrd.tar.gz ../shared/data/pfocr-2018.tar.gz \
        --known ../shared/data/readings/gold.tsv

Prints the tables of docs/readings.md. `--weights` learns the weights of kg/lexicon/reading_model.py from all sources
and prints them, `--usage` prints how often each kind of name is drawn. Takes some five minutes and 2 GB.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
from masked_words import Contents, Figures, Masked, context, keys_of, learned, masked

import kg
from kg.building.learn_lexicon import LEAST_FIGURES
from kg.lexicon.context import Floats
from kg.lexicon.expansions import spelling_key
from kg.lexicon.files import CONTEXT, packed
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.reading_model import EVIDENCE, evidence, probabilities
from kg.lexicon.word_readings import SOURCES, Known, WordReadings

GENES, PARTNERS = 50, 20
"""The most drawn genes, and how many partners of each are compared."""


def rows(sql: str) -> list[Any]:
    """Return the rows of a query."""
    relation = duckdb.sql(sql)
    return relation.fetchall() if relation else []


def load(build: Path) -> Figures:
    """Return the drawn words of a build."""
    mentions, figures = f"'{build}/tables/mentions.parquet'", f"'{build}/tables/figures.parquet'"
    drawn = rows(
        f"SELECT f.paper_id, m.figure_id, list(m.match) FROM {mentions} AS m JOIN {figures} AS f USING (figure_id) "
        "WHERE m.match IS NOT NULL GROUP BY ALL ORDER BY 2"
    )
    return Figures({f: keys_of(words) for _, f, words in drawn}, {f: paper for paper, f, _ in drawn})


def table(header: Sequence[str], body: Iterable[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print("|" + "|".join(f" {cell} " for cell in header) + "|")
    print("|" + "---|" * len(header))
    for row in body:
        print("|" + "|".join(f" {cell} " for cell in row) + "|")
    print()


def coverage(confidence: Floats, right: Floats, precision: float) -> str:
    """Return the greatest part of the drawings, the most confident first, of which that part is right."""
    order = np.argsort(-confidence, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    places = np.flatnonzero(share >= precision)
    return f"{(places[-1] + 1) / len(order) * 100 if len(places) else 0:.0f} %"


def bins(confidence: Floats, right: Floats) -> list[tuple[int, float, float]]:
    """Return number, mean confidence and accuracy of the drawings in each tenth of confidence."""
    tenth = np.minimum((confidence * 10).astype(int), 9)
    chosen = [tenth == number for number in range(10)]
    return [(int(c.sum()), float(confidence[c].mean()), float(right[c].mean())) for c in chosen if c.any()]


def calibration_error(confidence: Floats, right: Floats) -> float:
    """Return the expected calibration error, in [0, 1] (Naeini et al. 2015, AAAI 29:2901)."""
    return sum(n * abs(mean - accuracy) for n, mean, accuracy in bins(confidence, right)) / len(right)


def methods(case: Masked, weights: Floats) -> dict[str, Floats]:
    """Return the value that each method gives the candidates."""
    drawing = case.candidates.drawing
    offset, columns = evidence(case.candidates)
    kinds = np.array([reading.known for doubt in case.doubts for reading in doubt.candidates])
    log = np.log(case.candidates.drawings + 0.3)
    return {
        "any reading, at random": probabilities(np.zeros(len(drawing)), drawing),
        "the lexicon's first": probabilities(-kinds * 1.0, drawing),
        "the most often drawn": probabilities(log, drawing),
        "this method": probabilities(offset + columns @ weights, drawing),
    }


def masked_tests(corpora: dict[str, Figures], contents: Contents) -> None:
    """Print the masked test: halves of each corpus by paper, and across the corpora."""
    splits = [(f"{n}, one half", f.part(0), f"{n}, the other", f.part(1)) for n, f in corpora.items()]
    pairs = list(corpora.items())
    splits += [(n, f, m, g) for n, f in pairs for m, g in pairs if n != m]
    print("### Hidden words\n")
    for teaching, teachers, tested, figures in splits:
        weights = learned(teachers, contents)
        case = masked(figures, contents, context(teachers, contents))
        print(f"Taught by {teaching}; tried on {tested}: {len(case.doubts):,} hidden words.\n")
        values = {name: case.confidence(v) for name, v in methods(case, weights).items()}
        table(
            ("method", "right", "calibration error", "at 95 %", "at 97 %", "at 99 % right"),
            (
                (
                    name,
                    f"{right.mean() * 100:.1f} %",
                    f"{calibration_error(best, right):.3f}",
                    *(coverage(best, right, precision) for precision in (0.95, 0.97, 0.99)),
                )
                for name, (best, right) in values.items()
            ),
        )
        best, right = values["this method"]
        _details(case, best, right)


def _details(case: Masked, best: Floats, right: Floats) -> None:
    kinds = np.array([SOURCES[known] for known in case.known])
    parts = [(f"hidden behind {kind}", kinds == kind) for kind in sorted(set(kinds.tolist()))]
    parts += [
        ("right gene never drawn elsewhere", case.seen == 0),
        ("drawn 1 to 3 times", (case.seen > 0) & (case.seen < 4)),
        ("drawn 4 to 10 times", (case.seen > 3) & (case.seen < 11)),
        ("drawn more than 10 times", case.seen > 10),
    ]
    table(
        ("part", "words", "right"), ((n, int(p.sum()), f"{right[p].mean() * 100:.1f} %") for n, p in parts if p.any())
    )
    table(("probability", "words", "right"), ((f"{m:.2f}", n, f"{a:.2f}") for n, m, a in bins(best, right)))


def known_words(path: Path, builds: dict[str, dict[str, Path]]) -> None:
    """Print how often the words of a file of known readings are read rightly."""
    print("### Words whose meaning is known\n")
    body: list[tuple[object, ...]] = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            beside_akt = "beside AKT" in row["when"]
            corpus = "pfocr-adrd" if beside_akt else row["when"]
            if corpus in builds:
                known = row["word"], row["right"].split("|"), beside_akt
                figures, across = _known(builds[corpus]["across"], *known)
                _, bundled = _known(builds[corpus]["likely"], *known)
                _, before = _known(builds[corpus]["record"], *known)
                body.append((row["word"], ", ".join(known[1]), corpus, figures, before, across, bundled))
    table(("word", "means", "corpus", "figures", "records", "taught by the other corpus", "bundled"), body)


def _known(build: Path, word: str, right: Sequence[str], beside_akt: bool) -> tuple[int, int]:
    """Return the figures that draw a word, and those where a right gene is a likely reading."""
    mentions, entities = f"'{build}/tables/mentions.parquet'", f"'{build}/tables/entities.parquet'"
    found = rows(
        f"SELECT m.figure_id, m.match, list(e.name) FILTER (WHERE m.probability >= 0.5) FROM {mentions} AS m "
        f"JOIN {entities} AS e USING (entity_id) WHERE m.match IS NOT NULL GROUP BY ALL"
    )
    akt = {figure for figure, match, _ in found if match in ("AKT", "PKB", "AKT1", "AKT2", "AKT3")}
    meant = [
        names or []
        for figure, match, names in found
        if spelling_key(match) == spelling_key(word) and (not beside_akt or figure in akt)
    ]
    return len(meant), sum(not set(right).isdisjoint(names) for names in meant)


def partners(record: Path, likely: Path, name: str) -> None:
    """Print the best partners of the most drawn genes, with readings as recorded and as inferred."""
    print(f"### Partners in {name}\n")
    entities = f"'{likely}/tables/entities.parquet'"
    most = f"SELECT name FROM {entities} WHERE category = 'gene' ORDER BY figures DESC, name LIMIT {GENES}"
    genes = [gene for (gene,) in rows(most)]
    before, after = _partners(record, genes), _partners(likely, genes)
    changed = {gene: [p for p in before[gene] if p not in after[gene]] for gene in genes}
    total = sum(map(len, changed.values()))
    print(f"{total} of {sum(len(before[gene]) for gene in genes)} partners of the {GENES} most drawn genes changed.\n")
    table(
        ("gene", "partners gone", "partners new"),
        (
            (gene, ", ".join(changed[gene]), ", ".join(p for p in after[gene] if p not in before[gene]))
            for gene in genes
            if changed[gene]
        ),
    )


def _partners(build: Path, genes: Sequence[str]) -> dict[str, list[str]]:
    pairs, entities = f"'{build}/tables/cooccurrences.parquet'", f"'{build}/tables/entities.parquet'"
    names = ", ".join(f"'{gene}'" for gene in genes)
    found = rows(
        f"WITH sides AS (SELECT subject_id AS one, object_id AS other, weight, figures FROM {pairs} UNION ALL "
        f"SELECT object_id, subject_id, weight, figures FROM {pairs}) SELECT e.name, p.name FROM sides "
        f"JOIN {entities} AS e ON e.entity_id = one JOIN {entities} AS p ON p.entity_id = other "
        f"WHERE e.name IN ({names}) "
        "QUALIFY ROW_NUMBER() OVER (PARTITION BY e.name ORDER BY sides.weight DESC, sides.figures DESC, p.name) "
        f"<= {PARTNERS} "
        "ORDER BY e.name, sides.weight DESC, sides.figures DESC, p.name"
    )
    best: dict[str, list[str]] = defaultdict(list)
    for gene, partner in found:
        best[gene].append(partner)
    return best


def usage(figures: Figures, contents: Contents) -> None:
    """Print how often a name with one reading is drawn, by kind, among the figures that draw its gene by such names."""
    count = Counter(key for words in figures.words.values() for key in words)
    readings = WordReadings(contents, count)
    sure = {key: reading for key in count if (reading := readings.sure(key))}
    drawn = Counter[str]()
    for key, reading in sure.items():
        drawn[reading.entity_id] += count[key]
    further = WordReadings(contents, {key for entity in drawn for key in readings.keys_of[entity]})
    uses, chances = Counter[tuple[Known, bool]](), Counter[tuple[Known, bool]]()
    for entity, figures_of in drawn.items():
        for key in further.sure_keys(entity):
            reading = next(reading for reading in further.of(key) if reading.entity_id == entity)
            short = reading.usage(key) > reading.usage(spelling_key(reading.name))
            uses[reading.known, short] += count[key]
            chances[reading.known, short] += figures_of
    table(
        ("name", "the symbol begins with it", "share of figures"),
        ((known.name, short, f"{uses[known, short] / n:.3f}") for (known, short), n in sorted(chances.items())),
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure what words in doubt are read as.")
    parser.add_argument("sources", nargs="+", type=Path, help="records with words")
    parser.add_argument("--known", type=Path, help="table of words with the right gene")
    parser.add_argument("--weights", action="store_true", help="learn weights only")
    parser.add_argument("--usage", action="store_true", help="count kinds of names only")
    options = parser.parse_args()
    contents = Lexicon.bundled().contents
    with TemporaryDirectory() as scratch:
        sources = {source.name.removesuffix(".tar.gz"): source for source in options.sources}
        builds = {name: {"record": Path(scratch) / f"{name}-record"} for name in sources}
        for name, source in sources.items():
            kg.build([source], builds[name]["record"], readings="record", store=False)
        drawn = {name: load(folders["record"]) for name, folders in builds.items()}
        corpora = {name: figures for name, figures in drawn.items() if len(figures.words) >= LEAST_FIGURES}
        if options.usage:
            usage(_all(corpora.values()), contents)
        elif options.weights:
            for kind, weight in zip(EVIDENCE, learned(_all(corpora.values()), contents), strict=True):
                print(f'    "{kind}": {weight:.2f},')
        else:
            masked_tests(corpora, contents)
            for name, source in sources.items():
                others = _all(figures for other, figures in corpora.items() if other != name)
                taught = packed(CONTEXT, context(others, contents).rows(len(others.words)))
                for mode, lexicon in (
                    ("likely", Lexicon.bundled()),
                    ("across", Lexicon({**contents, CONTEXT.file: taught})),
                ):
                    builds[name][mode] = Path(scratch) / f"{name}-{mode}"
                    kg.build([source], builds[name][mode], store=False, lexicon=lexicon)
            if options.known:
                known_words(options.known, builds)
            for name in corpora:
                partners(builds[name]["record"], builds[name]["likely"], name)


def _all(corpora: Iterable[Figures]) -> Figures:
    first, *others = corpora
    for other in others:
        first = first.and_(other)
    return first


if __name__ == "__main__":
    main()
