"""Every statistic on a case worked by hand, against exact arithmetic, and at its edges."""

from fractions import Fraction
from math import comb, log, log10

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.cooccurrence import statistics
from kg.cooccurrence.statistics import Floats, Ints


def ints(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


# One pair: 10 figures, 4 show the first, 5 the second, 3 both.
K, A, B, N = ints(3), ints(4), ints(5), ints(10)


def test_expected_is_the_product_of_the_shares() -> None:
    assert statistics.expected(A, B, N).tolist() == [2.0]


def test_lift_is_observed_over_expected() -> None:
    assert statistics.lift(K, A, B, N).tolist() == [1.5]


def test_jaccard_is_shared_over_all() -> None:
    assert statistics.jaccard(K, A, B).tolist() == [0.5]


def test_npmi_is_the_logarithm_of_lift_over_that_of_the_joint_share() -> None:
    assert statistics.npmi(K, A, B, N)[0] == pytest.approx(log(1.5) / -log(0.3))


def test_npmi_is_one_for_a_pair_that_is_never_apart() -> None:
    assert statistics.npmi(ints(2), ints(2), ints(2), ints(8)).tolist() == [1.0]


def test_npmi_is_zero_for_independence_and_where_both_are_everywhere() -> None:
    assert statistics.npmi(ints(2, 7), ints(4, 7), ints(5, 7), ints(10, 7)).tolist() == [0.0, 0.0]


def test_log10_p_of_the_hand_worked_case() -> None:
    # (C(4,3) C(6,2) + C(4,4) C(6,1)) / C(10,5) = (60 + 6) / 252
    assert statistics.log10_p(K, A, B, N)[0] == pytest.approx(log10(66 / 252), rel=1e-12)


def test_log10_p_of_what_must_happen_is_zero() -> None:
    assert statistics.log10_p(ints(0, 4), ints(3, 7), ints(3, 7), ints(9, 10)).tolist() == [0.0, 0.0]


def test_log10_p_goes_far_below_the_smallest_double() -> None:
    # Both in the same 2,000 of 100,000 figures: one way out of C(100000, 2000).
    value = statistics.log10_p(ints(2000), ints(2000), ints(2000), ints(100_000))[0]
    assert value == pytest.approx(-log10(comb(100_000, 2000)), rel=1e-9)
    assert value < -4000


def exact_log10_p(k: int, a: int, b: int, n: int) -> float:
    tail = sum(comb(a, x) * comb(n - a, b - x) for x in range(k, min(a, b) + 1) if b - x <= n - a)
    share = Fraction(tail, comb(n, b))
    return log10(share.numerator) - log10(share.denominator)


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n = draw(st.integers(2, 400))
    a, b = draw(st.integers(1, n)), draw(st.integers(1, n))
    return draw(st.integers(max(1, a + b - n), min(a, b))), a, b, n


@given(st.lists(cases(), min_size=1, max_size=20))
def test_log10_p_equals_exact_arithmetic(found: list[tuple[int, int, int, int]]) -> None:
    columns = [ints(*column) for column in zip(*found, strict=True)]
    exact = [exact_log10_p(*case) for case in found]
    assert statistics.log10_p(columns[0], columns[1], columns[2], columns[3]) == pytest.approx(
        exact, rel=1e-8, abs=1e-11
    )


def test_benjamini_hochberg_on_the_example_of_its_paper() -> None:
    # The fifteen p-values of section 4.1; at q = 0.05 the paper calls the first four.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    q = statistics.benjamini_hochberg(np.log10(p), np.ones(15, dtype=np.int64), 15)
    assert q[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])
    assert int((q <= 0.05).sum()) == 4


def test_benjamini_hochberg_gives_equal_values_the_rank_of_their_last() -> None:
    # p = 0.01, 0.02, 0.02, 0.5 of 8 tests, the other four unlisted with p = 1.
    q = statistics.benjamini_hochberg(np.log10([0.01, 0.02, 0.5]), ints(1, 2, 1), 8)
    assert q == pytest.approx([0.02 * 8 / 3, 0.02 * 8 / 3, 1.0])


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (123456.789, 123457.0),
        (-0.000123456789, -0.000123457),
        (0.0, 0.0),
        (1234567890.0, 1234570000.0),
        (1.23456789e-300, 1.23457e-300),
        (5e-324, 5e-324),
        (1.0, 1.0),
    ],
)
def test_significant_keeps_six_digits(value: float, rounded: float) -> None:
    assert statistics.significant(np.array([value])).tolist() == [rounded]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_significant_equals_rounding_the_decimal_text(value: float) -> None:
    assert statistics.significant(np.array([value]))[0] == pytest.approx(float(f"{value:.6g}"), rel=2e-6)


@given(st.lists(st.floats(-40, 0), min_size=1, max_size=30, unique=True), st.data())
def test_no_q_moves_by_more_than_the_p_values_do(log10_p: list[float], data: st.DataObject) -> None:
    # So the last digits of p, which differ between processors, do not reach the published digits of q.
    count = len(log10_p)
    pairs = np.array(data.draw(st.lists(st.integers(1, 9), min_size=count, max_size=count)), dtype=np.int64)
    moves = np.array(data.draw(st.lists(st.floats(-1e-9, 1e-9), min_size=count, max_size=count)))
    before, after = np.array(log10_p), np.minimum(np.array(log10_p) + moves, 0.0)
    q_before, q_after = (_q_of_each(values, pairs) for values in (before, after))
    assert q_after == pytest.approx(q_before, rel=3e-9)


def _q_of_each(log10_p: Floats, pairs: Ints) -> Floats:
    """Return the q of each row, which may stand in any order."""
    order = np.argsort(log10_p, kind="stable")
    q = np.empty(len(log10_p))
    q[order] = statistics.benjamini_hochberg(log10_p[order], pairs[order], int(pairs.sum()))
    return q


def test_equal_p_values_that_differ_by_a_rounding_error_have_one_q() -> None:
    log10_p = np.array([-3.0 - 1e-15 * 2, -3.0, -1.0])
    assert log10_p[0] < log10_p[1]
    q = statistics.benjamini_hochberg(log10_p, ints(4, 1, 1), 10)
    assert q[0] == q[1] == pytest.approx(0.001 * 10 / 5)
