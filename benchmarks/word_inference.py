"""How often word inference is right: drop the words of records that have them, infer, compare.

    python benchmarks/word_inference.py SOURCE... [--split report] [--learn SOURCE] [--errors 15] [--runs-only]

Prints the tables of docs/words.md as Markdown. Two genes of a figure are a *same-word pair* if one word gave both.
Recall is the part of the true same-word pairs that was inferred, precision the part of the inferred ones that is
true; over all pairs of a source at once, and as the mean over its figures that have any, true or inferred. `artefacts`
compares what counting uses: pairs that no second word supports. A record's keywords hold each gene once, so
that a gene was also drawn by a second word cannot be seen in them; the last line says what that costs whoever knows one
true word of each gene, the one that gave most genes.

The genes are handed over by their true identifiers: grounding is not measured here. Figures are split in two by a
digest of their papers: what was tuned was tuned on `tune`, what is reported is `report`.
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
    """The genes of a figure in the order of its keywords, and the words that really gave them."""

    figure_id: str
    keywords: list[str | None]  # CURIEs; None for genes of other organisms
    words: dict[str, set[str]]
    mentions: list[Mention]


class Score(NamedTuple):
    """What a source gave."""

    found: list[tuple[int, int, int]]  # per figure: true, inferred, both

    def line(self) -> str:
        """Give recall and precision, over all pairs and as means over figures."""
        true, inferred, both = (sum(column) for column in zip(*self.found, strict=True))
        recalls = [each[2] / each[0] for each in self.found if each[0]]
        precisions = [each[2] / each[1] for each in self.found if each[1]]
        cells = [f"{true:,}", f"{inferred:,}", percent(both, true), percent(both, inferred)]
        cells += [percent(sum(recalls), len(recalls)), percent(sum(precisions), len(precisions))]
        return " | ".join(cells)


def percent(part: float, whole: float) -> str:
    """Give a part of a hundred; a dash of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def read(inputs: Sequence[str]) -> Iterator[Figure]:
    """Give every figure that has words for its genes: by sidecar table, else by inline list."""
    tables: dict[str, list[Mention]] = {}
    inline: dict[str, list[Mention]] = {}
    for entry in sources.scan(inputs):
        parser = parser_for(entry.name)
        if parser is None:
            continue
        for element in parser.parse(entry.name, entry.read()):
            if isinstance(element, Mention) and element.category == "gene" and element.match and element.entity_id:
                kept = tables if element.origin == "sidecar" else inline
                kept.setdefault(element.figure_id, []).append(element)
    for figure_id, mentions in sorted((inline | tables).items()):
        words: dict[str, set[str]] = defaultdict(set)
        ordered: dict[str, str | None] = {}
        for mention in mentions:
            assert mention.entity_id is not None
            assert mention.match is not None
            human = mention.taxon == HUMAN
            # Symbols that two organisms share are one keyword.
            if ordered.get(mention.keyword) is None:
                ordered[mention.keyword] = mention.entity_id if human else None
            if human:
                words[mention.entity_id].add(mention.match)
        yield Figure(figure_id, list(ordered.values()), words, mentions)


def half(figure_id: str) -> str:
    """Give the half of the split that a figure belongs to."""
    paper = figure_id.partition("__")[0]
    return ("tune", "report")[hashlib.sha256(paper.encode()).digest()[0] % 2]


def same_word(words: dict[str, set[str]], *, only: bool) -> Pairs:
    """Give the pairs that one word gave; with `only`, those that no second word of either end supports."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for gene, given in words.items():
        for word in given if not only or len(given) == 1 else ():
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
        drawn = Counter(each for words in figure.words.values() for each in words)
        families = sum(drawn[each] > 1 for each in first | second)
        wrong = ("two single genes", "a family and a single gene", "two families")[families]
        return f"wrong: {wrong} taken for {word}"
    return f"wrong: several words each taken for {min(inferred[pair[0]])}"


def largest(figure: Figure) -> dict[str, set[str]]:
    """Give each gene one of its true words, the one that gave most genes."""
    sizes = Counter(word for words in figure.words.values() for word in words)
    return {gene: {max(words, key=lambda word: (sizes[word], word))} for gene, words in figure.words.items()}


def drawn_words(figures: Iterable[Figure]) -> set[tuple[str, str, Flavour]]:
    """Give the words of figures as they expanded them."""
    every = (mention for figure in figures for mention in figure.mentions if mention.taxon == HUMAN)
    return {(each.match or "", each.entity_id or "", each.flavour or "all") for each in every}


def main() -> None:
    """Print a line a source, and the errors by kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--split", choices=["all", "tune", "report"], default="all")
    parser.add_argument("--learn", action="append", default=[], help="take the words of these figures, tune half")
    parser.add_argument("--errors", type=int, default=0, help="so many kinds of error")
    parser.add_argument("--runs-only", action="store_true", help="take every list for one in word order")
    asked = parser.parse_args()
    if asked.learn and asked.split != "report":
        parser.error("--learn takes words from the tune half: give --split report")
    learned = drawn_words(figure for figure in read(asked.learn) if half(figure.figure_id) == "tune")
    inference = WordInference(expansions(Lexicon.bundled().contents, sorted(learned)))
    print("| figures | true | inferred | recall | precision | recall a figure | precision a figure | pairs of |")
    print("|---:|---:|---:|---:|---:|---:|---:|---|")
    figures = [each for each in read(asked.sources) if asked.split in ("all", half(each.figure_id))]
    infer = partial(inference.infer, ordered=True) if asked.runs_only else inference.infer
    readings = [{gene: {found.word} for gene, found in infer(each.keywords).items()} for each in figures]
    oracle = [largest(each) for each in figures]
    for only, words, name in (
        (False, readings, "one word gave both"),
        (True, readings, "no second word: artefacts"),
        (True, oracle, "the same, one true word of each gene known"),
    ):
        score = Score([])
        for figure, inferred in zip(figures, words, strict=True):
            true, found = same_word(figure.words, only=only), same_word(inferred, only=only)
            score.found.append((len(true), len(found), len(true & found)))
        print(f"| {len(figures):,} | {score.line()} | {name} |")
    if asked.errors:
        errors: Counter[str] = Counter()
        for figure, inferred in zip(figures, readings, strict=True):
            differ = same_word(figure.words, only=False) ^ same_word(inferred, only=False)
            errors.update(kind(pair, figure, inferred) for pair in differ)
        print("\n| pairs | error |\n|---:|---|")
        print("".join(f"| {count:,} | {name} |\n" for name, count in errors.most_common(asked.errors)), end="")


if __name__ == "__main__":
    main()
