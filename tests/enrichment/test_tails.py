"""Upper tails of sums of unlike trials: against every outcome, and against SciPy where all trials are alike."""

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from kg.enrichment.tails import upper_tails

CHANCES = st.one_of(st.just(0.0), st.just(1.0), st.floats(1e-6, 1.0))


def every_outcome(chances: list[float], hits: int) -> float:
    """Return the tail by adding up the outcomes of all trials."""
    outcomes = (o for o in product((0, 1), repeat=len(chances)) if sum(o) >= hits)
    return sum(prod(p if hit else 1 - p for p, hit in zip(chances, o, strict=True)) for o in outcomes)


@given(st.lists(st.tuples(st.lists(CHANCES, max_size=8), st.integers(0, 9)), min_size=1, max_size=6))
def test_tails_are_those_of_every_outcome(rows: list[tuple[list[float], int]]) -> None:
    starts = np.cumsum([0, *(len(chances) for chances, _ in rows)])
    together = np.array([chance for chances, _ in rows for chance in chances], dtype=np.float64)
    tails = upper_tails(starts, together, np.array([hits for _, hits in rows]))
    assert tails.tolist() == pytest.approx([every_outcome(*row) for row in rows], rel=1e-9, abs=1e-300)


@given(st.integers(1, 400), st.floats(1e-4, 0.9), st.integers(1, 60))
def test_equal_chances_are_binomial_far_out_in_the_tail(trials: int, chance: float, hits: int) -> None:
    (tail,) = upper_tails(np.array([0, trials]), np.full(trials, chance), np.array([hits]))
    assert tail == pytest.approx(binom.sf(hits - 1, trials, chance), rel=1e-8, abs=1e-290)


def test_small_tails_have_all_digits() -> None:
    """1 less the lower tail would be 0 here."""
    (tail,) = upper_tails(np.array([0, 30]), np.full(30, 1e-3), np.array([30]))
    assert tail == pytest.approx(1e-90, rel=1e-9)
