"""Measure the readings of drawn words: masked test, gold words, official symbols.

    python benchmarks/readings.py BUILD [BUILD ...] [--learn] [--gold FILE]
"""

import argparse
import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np

from kg.lexicon import files, reading_model
from kg.lexicon.context import DIMENSIONS, Company, Context, Floats, Ints
from kg.lexicon.corpus import Corpus, Doubt, WordCompany
from kg.lexicon.corpus import learn as corpus_learn
from kg.lexicon.expansions import spelling_key
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.reading_model import EVIDENCE, evidence, probabilities
from kg.lexicon.word_readings import USAGE, Known, WordReadings

import os
POWER = float(os.environ.get('POWER','0.5'))
HIDDEN = float(os.environ.get('HIDDEN','0.15'))
"""Part of the candidates whose sure drawings are hidden when weights are learned."""


class Figures(NamedTuple):
    """The drawn words of figures."""

    words: dict[str, list[str]]  # spelling keys by figure
    paper: dict[str, str]


def load(build: Path) -> Figures:
    rows = duckdb.sql(
        f"SELECT f.paper_id, m.figure_id, list(DISTINCT m.match ORDER BY m.match) FROM '{build}/tables/mentions.parquet' m "
        f"JOIN '{build}/tables/figures.parquet' f USING (figure_id) WHERE m.match IS NOT NULL GROUP BY ALL ORDER BY 2"
    ).fetchall()
    return Figures({f: sorted(set(map(spelling_key, words))) for _, f, words in rows}, {f: p for p, f, _ in rows})


def draw(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def half(figures: Figures, part: int, salt: str = "") -> Figures:
    return Figures({f: w for f, w in figures.words.items() if draw(figures.paper[f] + salt) % 2 == part}, figures.paper)


def both(*parts: Figures) -> Figures:
    return Figures({f: w for p in parts for f, w in p.words.items()}, {f: w for p in parts for f, w in p.paper.items()})


def numbers(figures: Figures) -> tuple[list[str], list[str], Ints, Ints]:
    names = sorted(figures.words)
    keys = sorted({key for name in names for key in figures.words[name]})
    rows = {key: row for row, key in enumerate(keys)}
    figure = np.array([n for n, name in enumerate(names) for _ in figures.words[name]], np.int64)
    word = np.array([rows[key] for name in names for key in figures.words[name]], np.int64)
    return names, keys, figure, word


def learn(figures: Figures, contents: dict[str, bytes], dimensions: int = DIMENSIONS) -> Context:
    names, keys, figure, word = numbers(figures)
    return corpus_learn(keys, figure, word, len(names), WordReadings(contents, keys), dimensions)


class Masked(NamedTuple):
    doubts: list[Doubt]
    right: Ints  # row of the right candidate of each
    known: list[Known]
    corpus: Corpus
    company: WordCompany


def masked(figures: Figures, contents: dict[str, bytes], context: Context, official: bool) -> Masked:
    names, keys, figure, word = numbers(figures)
    readings = WordReadings(contents, keys)
    corpus = Corpus(keys, figure, word, len(names), readings, context)
    # candidates of aliases: their readings need the lexicon rows of those keys
    wanted = {k for r in corpus.sure if r for k in readings.keys_of.get(r.entity_id, ())}
    full = WordReadings(contents, wanted | set(keys))
    corpus = Corpus(keys, figure, word, len(names), full, context)
    company = Company.empty(keys, context.directions.shape[1])
    doubts, right, known, rows = [], [], [], []
    offset = 0
    row_of = {key: n for n, key in enumerate(keys)}
    for place, (f, k) in enumerate(zip(figure.tolist(), word.tolist(), strict=True)):
        sure = corpus.sure[k]
        if not sure:
            continue
        rows.append(place)
        hidden = sorted(key for key in full.keys_of[sure.entity_id] if len(full.of(key)) > 1 and any(r.entity_id == sure.entity_id for r in full.of(key)))
        if not official:
            hidden = [h for h in hidden if not any(r.known in (Known.APPROVED, Known.NICKNAME) for r in full.of(h))]
        if not hidden:
            continue
        key = hidden[draw(names[f] + keys[k]) % len(hidden)]
        choice = full.of(key)
        doubts.append(Doubt(f, k, key, choice))
        number = next(n for n, r in enumerate(choice) if r.entity_id == sure.entity_id)
        right.append(offset + number)
        known.append(choice[number].known)
        offset += len(choice)
    place = np.array(rows)
    contexts = corpus.contexts(figure[place], word[place])
    company.add(word[place], contexts)
    f, k = (np.array([getattr(d, n) for d in doubts], np.int64) for n in ("figure", "word"))
    own = corpus.contexts(f, k)
    drawings, sums = company.of([keys[n] for n in k])
    corpus.meanings = Company.empty((), context.directions.shape[1])  # the tested part teaches nothing
    return Masked(doubts, np.array(right), known, corpus, WordCompany(own, sums - own, drawings - 1))


def hide(case: Masked, candidates: reading_model.Candidates) -> reading_model.Candidates:
    names = [d.key + r.entity_id + str(d.figure) for d in case.doubts for r in d.candidates]
    hidden = np.array([draw(n) % 1000 < HIDDEN * 1000 for n in names])
    candidates.drawings[hidden] = 0
    candidates.company[hidden] = 0
    candidates.lexical[hidden, 1] = 0
    return candidates


def fit(cases: Sequence[Masked]) -> Floats:
    from scipy.optimize import minimize

    offsets, columns, drawing, right, weight = [], [], [], [], []
    rows = draws = 0
    for case in cases:
        candidates = hide(case, case.corpus.candidates(case.doubts, case.company))
        o, x = evidence(candidates)
        offsets.append(o), columns.append(x)
        drawing.append(candidates.drawing + draws), right.append(case.right + rows)
        weight += [USAGE[k] ** POWER for k in case.known]
        rows += len(o)
        draws += len(case.doubts)
    o, x, d, r, w = np.concatenate(offsets), np.concatenate(columns), np.concatenate(drawing), np.concatenate(right), np.array(weight)
    w /= w.mean()

    def loss(b: Floats) -> tuple[float, Floats]:
        p = probabilities(o + x @ b, d)
        return float(-(w * np.log(np.maximum(p[r], 1e-300))).sum() + b @ b / 2), (x.T @ (p * w[d])) - x[r].T @ w + b

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x


def crossfit(figures: Figures, contents: dict[str, bytes]) -> Floats:
    cases = []
    for part in (0, 1):
        context = learn(half(figures, part, "x"), contents)
        cases.append(masked(half(figures, 1 - part, "x"), contents, context, official=False))
    return fit(cases)


def report(name: str, confidence: Floats, right: Floats) -> None:
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)

    def cover(least: float) -> float:
        places = np.flatnonzero(precision >= least)
        return (places[-1] + 1) / len(order) if len(places) else 0.0

    bins = np.minimum((confidence * 10).astype(int), 9)
    ece = sum(abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).sum() for b in range(10) if (bins == b).any())
    print(f"{name:30} {len(right):6} accuracy {right.mean():.3f} ECE {ece / len(right):.3f} coverage at 95/97/99 % {cover(.95):.2f} {cover(.97):.2f} {cover(.99):.2f}")


def test(case: Masked, b: Floats, name: str) -> tuple[Floats, Floats]:
    candidates = case.corpus.candidates(case.doubts, case.company)
    o, x = evidence(candidates)
    p = probabilities(o + x @ b, candidates.drawing)
    starts = np.flatnonzero(np.diff(candidates.drawing, prepend=-1))
    best = np.maximum.reduceat(p, starts)
    ok = p[case.right] == best
    report(name, best, ok.astype(float))
    return best, ok


def gold(figures: Figures, contents: dict[str, bytes], context: Context, b: Floats, words: Sequence[str] | None) -> dict[str, Counter]:
    names, keys, figure, word = numbers(figures)
    readings = WordReadings(contents, keys)
    corpus = Corpus(keys, figure, word, len(names), readings, context)
    wanted = None if words is None else {spelling_key(w) for w in words}
    doubts = [Doubt(f, k, keys[k], readings.of(keys[k])) for f, k in zip(figure.tolist(), word.tolist(), strict=True) if len(readings.of(keys[k])) > 1 and (wanted is None or keys[k] in wanted)]
    candidates = corpus.candidates(doubts)
    o, x = evidence(candidates)
    p = probabilities(o + x @ b, candidates.drawing)
    found: dict[str, Counter] = defaultdict(Counter)
    mean = defaultdict(list)
    row = 0
    for d in doubts:
        n = len(d.candidates)
        best = int(p[row : row + n].argmax())
        r = d.candidates[best]
        found[d.key][r.name, r.known] += 1
        mean[d.key].append(p[row + best])
        row += n
    for key in found:
        found[key]["mean"] = round(float(np.mean(mean[key])), 2)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("builds", nargs="+", type=Path)
    args = parser.parse_args()
    contents = dict(Lexicon.bundled().contents)
    A, Y = map(load, args.builds)
    for tr, te, name in ((half(A, 0), half(A, 1), "adrd half"), (A, Y, "adrd->2018"), (Y, A, "2018->adrd")):
        b = crossfit(tr, contents)
        context = learn(tr, contents)
        for official in (False, True):
            test(masked(te, contents, context, official), b, f"{name} official {official}")
        print({n: round(float(v), 2) for n, v in zip(EVIDENCE, b)})
    B = both(A, Y)
    b = crossfit(B, contents)
    print({n: round(float(v), 2) for n, v in zip(EVIDENCE, b)})
    context = learn(B, contents)
    res = gold(A, contents, context, b, "CBP YAP CDC2 HIF-1 TAK1 CPT1 TBL1 PARP-1 HSF-1 RIP-1 PKB CAT PDK1 OPG MET FAS P53 RHO".split())
    for k, v in res.items():
        print("  ", k, [(n[0], n[1].name, c) if n != "mean" else c for n, c in v.most_common()])
    res = gold(B, contents, context, b, None)
    print("official flips", [(k, [(n[0], n[1].name, c) for n, c in v.items() if n != "mean" and n[1] is not Known.APPROVED], v["mean"]) for k, v in sorted(res.items()) if any(r.known is Known.APPROVED for r in WordReadings(contents, [k]).of(k)) and any(n != "mean" and n[1] is not Known.APPROVED and c >= 3 for n, c in v.items())] if "--flips" in sys.argv else "")
