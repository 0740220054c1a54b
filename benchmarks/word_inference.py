"""How often word inference is right: drop the words of records that have them, infer them, and compare.

    python benchmarks/word_inference.py SOURCE... [--split report] [--learn SOURCE] [--errors 15] [--runs-only]

Prints the tables of docs/words.md as Markdown. Two genes of a figure are a *same-word pair* if one word gave both.
Recall is the part of the true same-word pairs that was inferred, precision the part of the inferred ones that is
true; over all pairs of a source at once, and as the mean over its figures that have any, true or inferred. `artefacts`
compares the pairs that counting uses: those that no second word supports. A record's keywords hold each gene once, so
they cannot show that a second word drew it, too. The last line shows the cost of that with one true word known for
each gene, the word that gave most genes.

The genes have their true identifiers, so grounding is not measured here. Figures are split in two by a digest of their
papers: constants were tuned on `tune`, and results are reported on `report`.
"""

import argparse
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import NamedTuple

from kg.ingest import sources
from kg.lexicon.expansions import expansions
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.word_inference import WordInference
from kg.model.records import HUMAN, Flavour, Mention
from kg.parsers import parser_for

Pairs = set[tuple[str, str]]


class Figure(NamedTuple):
    """The genes of a figure in the order of its keywords, and their true words."""

    figure_id: str
    keywords: list[str | None]  # CURIEs; None for genes of other organisms
    words: dict[str, set[str]]
    mentions: list[Mention]


class Score(NamedTuple):
    """Counts of a source."""

    counts: list[tuple[int, int, int]]  # True, inferred and common pairs of each figure.

    def line(self) -> str:
        """Return recall and precision, over all pairs and as means over figures."""
        true, inferred, both = (sum(column) for column in zip(*self.counts, strict=True))
        recalls = [both / true for true, _, both in self.counts if true]
        precisions = [both / inferred for _, inferred, both in self.counts if inferred]
        cells = [f"{true:,}", f"{inferred:,}", percent(both, true), percent(both, inferred)]
        cells += [percent(sum(recalls), len(recalls)), percent(sum(precisions), len(precisions))]
        return " | ".join(cells)


def percent(part: float, total: float) -> str:
    """Return a share in percent; a dash if the total is 0."""
    return f"{100 * part / total:.1f} %" if total else "-"


def read(inputs: Sequence[str]) -> Iterator[Figure]:
    """Yield every figure that has words for its genes, from its sidecar table or else its inline list."""
    tables: dict[str, list[Mention]] = {}
    inline: dict[str, list[Mention]] = {}
    for entry in sources.scan(inputs):
        parser = parser_for(entry.name)
        if parser is None:
            continue
        for element in parser.parse(entry.name, entry.read()):
            if isinstance(element, Mention) and element.category == "gene" and element.match and element.entity_id:
                mentions_of = tables if element.origin == "sidecar" else inline
                mentions_of.setdefault(element.figure_id, []).append(element)
    for figure_id, mentions in sorted((inline | tables).items()):
        words: dict[str, set[str]] = defaultdict(set)
        ordered: dict[str, str | None] = {}
        for mention in mentions:
            assert mention.entity_id is not None
            assert mention.match is not None
            human = mention.taxon == HUMAN
            # A symbol that two organisms share is one keyword.
            if ordered.get(mention.keyword) is None:
                ordered[mention.keyword] = mention.entity_id if human else None
            if human:
                words[mention.entity_id].add(mention.match)
        yield Figure(figure_id, list(ordered.values()), words, mentions)


def half(figure_id: str) -> str:
    """Return the half of the split that a figure belongs to."""
    paper = figure_id.partition("__")[0]
    return ("tune", "report")[hashlib.sha256(paper.encode()).digest()[0] % 2]


def same_word(words: dict[str, set[str]], *, only: bool) -> Pairs:
    """Return the pairs that one word gave; with `only`, those whose genes have no second word."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for gene, own in words.items():
        for word in own if not only or len(own) == 1 else ():
            by_word[word].append(gene)
    return {pair for genes in by_word.values() for pair in combinations(sorted(genes), 2)}


def kind(pair: tuple[str, str], figure: Figure, inferred: dict[str, set[str]]) -> str:
    """Name the kind of error that a pair is."""
    first, second = (figure.words[gene] for gene in pair)
    if not inferred.get(pair[0], set()) & inferred.get(pair[1], set()):
        word = min(first & second)
        ends = [bool(inferred.get(gene)) for gene in pair]
        return f"missed: {word}, " + ("given to other words" if all(ends) else "in part" if any(ends) else "whole")
    if len(first | second) == 2 and min(map(len, (first, second))) == 1:
        word = min(inferred[pair[0]])
        drawn = Counter(word for words in figure.words.values() for word in words)
        families = sum(drawn[word_] > 1 for word_ in first | second)
        wrong = ("two single genes", "a family and a single gene", "two families")[families]
        return f"wrong: {wrong} taken for {word}"
    return f"wrong: several words each taken for {min(inferred[pair[0]])}"


def largest(figure: Figure) -> dict[str, set[str]]:
    """Return one true word of each gene: the one that gave most genes."""
    sizes = Counter(word for words in figure.words.values() for word in words)
    return {gene: {max(words, key=lambda word: (sizes[word], word))} for gene, words in figure.words.items()}


def drawn_words(figures: Iterable[Figure]) -> set[tuple[str, str, Flavour]]:
    """Return the words of figures with their genes and flavours."""
    every = (mention for figure in figures for mention in figure.mentions if mention.taxon == HUMAN)
    return {(mention.match or "", mention.entity_id or "", mention.flavour or "all") for mention in every}


def main() -> None:
    """Print a line per comparison, and the errors by kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--split", choices=["all", "tune", "report"], default="all")
    parser.add_argument("--learn", action="append", default=[], help="learn the words of these figures, tune half")
    parser.add_argument("--errors", type=int, default=0, help="number of kinds of error to print")
    parser.add_argument("--runs-only", action="store_true", help="treat every list as one in word order")
    arguments = parser.parse_args()
    if arguments.learn and arguments.split != "report":
        parser.error("--learn takes words from the tune half: give --split report")
    learned = drawn_words(figure for figure in read(arguments.learn) if half(figure.figure_id) == "tune")
    inference = WordInference(expansions(Lexicon.bundled().contents, sorted(learned)))
    print("| figures | true | inferred | recall | precision | recall a figure | precision a figure | pairs of |")
    print("|---:|---:|---:|---:|---:|---:|---:|---|")
    figures = [figure for figure in read(arguments.sources) if arguments.split in ("all", half(figure.figure_id))]
    infer = partial(inference.infer, ordered=True) if arguments.runs_only else inference.infer
    readings = [{gene: {reading.word} for gene, reading in infer(figure.keywords).items()} for figure in figures]
    oracle = [largest(figure) for figure in figures]
    for only, words, name in (
        (False, readings, "one word gave both"),
        (True, readings, "no second word: artefacts"),
        (True, oracle, "the same, one true word of each gene known"),
    ):
        score = Score([])
        for figure, inferred in zip(figures, words, strict=True):
            true, guessed = same_word(figure.words, only=only), same_word(inferred, only=only)
            score.counts.append((len(true), len(guessed), len(true & guessed)))
        print(f"| {len(figures):,} | {score.line()} | {name} |")
    if arguments.errors:
        errors: Counter[str] = Counter()
        for figure, inferred in zip(figures, readings, strict=True):
            differ = same_word(figure.words, only=False) ^ same_word(inferred, only=False)
            errors.update(kind(pair, figure, inferred) for pair in differ)
        print("\n| pairs | error |\n|---:|---|")
        print("".join(f"| {count:,} | {name} |\n" for name, count in errors.most_common(arguments.errors)), end="")


if __name__ == "__main__":
    main()
