"""Write a made-up corpus in the shape of the Pathway Figure OCR database, of any size.

    python benchmarks/corpus.py OUT --profile 2020|2025 [--figures N] [--seed S] [--jobs J]

`2020` is the release of that year: 64,643 figures, 1.1 M human gene mentions. `2025` is the database of that
year: 116,972 figures, 4.9 M gene rows of several organisms, four in ten of them family expansions. Files have the
layout of the database: `_figures/<figid>.md`, `_data/<figid>-genes.tsv` and so on. Names and ids are real, from the
bundled lexicon; their combinations in figures are random.

The same profile, seed and number of figures give the same bytes, in however many processes: figures are drawn in
blocks, each from a random stream of its own.
"""

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

from drawing import HUMAN, Row, draw_genes, draw_terms, lognormal
from layouts import JOURNALS, Figure, Paper, front_matter, prose, tables
from world import PROFILES, Profile, T, Term, world

BLOCK = 100
NUMBERS = [*("F{}" for _ in range(47)), "GA{}", "S{}", "SF{}"]
STEMS = [
    "fphar-{year}-{pmc}-g{nth:03d}",
    "gr{nth}",
    "{pmc}_Fig{nth}_HTML",
    "10.1177_{pmc}-fig{nth}",
    "nihms{pmc}f{nth}",
]


def figures(profile: Profile, seed: int, number: int, size: int) -> Iterator[Figure]:
    """Draw one block of figures."""
    shared = world(profile, seed)
    random = Random(f"figures {seed} {number}")
    paper, pmc, nth = None, 1_000_000 + number * BLOCK * 8, 0
    for _ in range(size):
        older = random.random() < profile.older
        genes = draw_genes(random, profile, shared, older=older)
        chemicals = draw_terms(random, shared.chemicals, *profile.chemicals, least=0 if genes else 3)
        diseases = draw_terms(random, shared.diseases, *profile.diseases)
        names = [*dict.fromkeys(row.word for row in genes), *(term.word for term in [*chemicals, *diseases])]
        if paper is None or random.random() > 1 - 1 / profile.per_paper:
            pmc += 1 + int(random.random() * 7)
            nth = 0
            paper = draw_paper(random, profile, pmc, names)
        nth += 1
        yield Figure(
            paper=paper,
            stem=pick(random, STEMS).format(year=paper.year % 100, pmc=pmc % 99991, nth=nth),
            number=pick(random, NUMBERS).format(nth),
            title=prose(random, names, 30 + 120 * random.random()),
            caption=prose(random, names, min(1800, lognormal(random, 6.3, 0.6))),
            score=round(1 - 0.3 * random.random() ** 3, 7),
            older=older,
            tabled=not older or random.random() < 0.5,  # half of the first generation got tables later
            genes=damaged(random, genes),
            chemicals=[Term("NO", "D009569", "NO", "nitric oxide", "16480"), *chemicals]
            if random.random() < 0.002
            else chemicals,
            diseases=diseases,
        )


def draw_paper(random: Random, profile: Profile, pmc: int, names: list[str]) -> Paper:
    """Draw a paper: year, journal, reference and organisms, which its figures share."""
    year = profile.last_year - int(28 * random.random() ** 2.5)
    journal = pick(random, JOURNALS)
    few = ("Homo sapiens", "Mus musculus", "herbal medicine", "NA")
    organisms = tuple(name for name in few if random.random() < 0.3) if random.random() < 0.4 else ()
    reference = f"Ada B. Writer, et al. {journal[1].strip('.')}. {year};{year - 1990}({1 + pmc % 12}):1-9."
    return Paper(f"PMC{pmc}", year, prose(random, names, 40 + 90 * random.random()), reference, journal, organisms)


def damaged(random: Random, genes: list[Row]) -> list[Row]:
    """Add the faults of real gene tables, now and then: a gene without record, a block that is there twice."""
    chance = random.random()
    if genes and chance < 0.01:
        return [*genes[:1], Row(genes[0].organism, "Histone", "HISTONE", "NA", "NaN", "famplex_relations"), *genes[1:]]
    if chance > 0.9995:
        return [*genes, *genes]
    return genes


def pick(random: Random, choices: Sequence[T]) -> T:
    """Return one of the choices, all equally likely."""
    return choices[int(random.random() * len(choices))]


# -- files


def write_block(out: Path, profile: str, seed: int, block: tuple[int, int]) -> Counter[str]:
    """Write one block; return the counts of the written files, rows and bytes by kind."""
    written: Counter[str] = Counter()
    for figure in figures(PROFILES[profile], seed, *block):
        files = {f"_figures/{figure.figid}.md": front_matter(figure)}
        files |= {f"_data/{figure.figid}-{kind}.tsv": text for kind, text in tables(figure).items()}
        for name, text in files.items():
            content = text.encode()
            (out / name).write_bytes(content)
            written["bytes"] += len(content)
        written.update(counts(figure))
        written["files"] += len(files)
    return written


def counts(figure: Figure) -> Counter[str]:
    """Count the rows of a figure; a pair is any two genes of one organism, from any words."""
    organisms = Counter(row.organism.taxon for row in figure.genes)
    return Counter({
        "figures": 1,
        "gene rows": len(figure.genes),
        "human gene rows": organisms[HUMAN.taxon],
        "family rows": sum(row.source == "famplex_relations" for row in figure.genes),
        "chemical rows": len(figure.chemicals),
        "disease rows": len(figure.diseases),
        "pair instances": sum(count * (count - 1) // 2 for count in organisms.values()),
    })  # fmt: skip


def main() -> None:
    """Write a corpus and print its counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--profile", choices=sorted(PROFILES), required=True)
    parser.add_argument("--figures", type=int, help="number of figures; default: as many as the database had")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    for folder in ("_figures", "_data"):
        (arguments.out / folder).mkdir(parents=True, exist_ok=True)
    size = arguments.figures or PROFILES[arguments.profile].figures
    blocks = [(first // BLOCK, min(BLOCK, size - first)) for first in range(0, size, BLOCK)]
    write = partial(write_block, arguments.out, arguments.profile, arguments.seed)
    with ProcessPoolExecutor(arguments.jobs) as pool:
        total: Counter[str] = sum(pool.map(write, blocks, chunksize=4), Counter())
    for name, count in total.items():
        print(f"{name:16} {count:>13,}  {count / size:.1f} a figure")


if __name__ == "__main__":
    main()
