"""Formulas for the association and significance of a pair, vectorised.

Notation for one pair in one universe: N figures, of which a show the first entity, b the second and k both (from
different words). Every function takes integer arrays of equal length and returns a float64 array of that length.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import gammaln

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_EXACT_POWERS = 22
"""Largest n for which 10^n is an exact double."""

_COMPACT = 0.8
"""Least share of sums that still change while all are continued, because setting the others aside takes time, too."""

DIGITS = 6
"""Significant digits of a published statistic, because further digits differ between processors."""


def expected(a: Ints, b: Ints, n: Ints) -> Floats:
    """Return the number of figures that show both if the two are drawn independently: a b / N, in [0, N].

    >>> expected(np.array([3]), np.array([3]), np.array([4])).tolist()
    [2.25]
    """
    return a * (b / n)


def lift(k: Ints, a: Ints, b: Ints, n: Ints) -> Floats:
    """Return observed over expected, k N / (a b), in [0, N]; 1 is independence.

    Brin, Motwani, Ullman, Tsur (1997), Dynamic itemset counting and implication rules for market basket
    data, SIGMOD Record 26(2), where it is called interest. doi:10.1145/253262.253325
    """
    return k / expected(a, b, n)


def jaccard(k: Ints, a: Ints, b: Ints) -> Floats:
    """Return the figures of both over those of either, k / (a + b - k), in [0, 1].

    Jaccard (1912), The distribution of the flora in the alpine zone, New Phytologist 11(2):37-50.
    doi:10.1111/j.1469-8137.1912.tb05611.x
    """
    return k / (a + b - k)


def npmi(k: Ints, a: Ints, b: Ints, n: Ints) -> Floats:
    """Return normalised pointwise mutual information, ln(k N / (a b)) / -ln(k / N), in (-1, 1].

    1 means never one without the other, 0 independence. Bouma (2009), Normalized (pointwise) mutual information in
    collocation extraction, GSCL. At k = N Bouma's limit is 1; we return 0, because entities that are in every figure
    carry no information.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(lift(k, a, b, n)) / -np.log(k / n)
    return np.where(k == n, 0.0, value)


def log10_p(k: Ints, a: Ints, b: Ints, n: Ints) -> Floats:
    """Return log10 of the one-sided hypergeometric tail P(X >= k), in (-inf, 0]; also called Fisher's exact test.

    X is the number of figures of b among a figures drawn from N without replacement. All steps are in log space,
    because p itself underflows at about 1e-308. Fisher (1922), On the interpretation of chi-squared from contingency
    tables, and the calculation of P, J R Stat Soc 85(1):87-94. doi:10.2307/2340521
    """
    return np.asarray(_log_tail(k, np.minimum(a, b), np.maximum(a, b), n) / np.log(10.0))


def _log_tail(k: Ints, a: Ints, b: Ints, n: Ints) -> Floats:
    """Return ln P(X >= k), summed away from the mode, where every term is smaller than the one before."""
    above = k > (a + 1) * (b + 1) // (n + 2)
    start = np.where(above, k, k - 1)
    log_sum = _log_mass(start, a, b, n) + np.log(_tail_ratio(start, a, b, n, above))
    with np.errstate(divide="ignore"):
        below = np.log1p(-np.minimum(np.exp(np.where(above, 0.0, log_sum)), 1.0))
    certain = k <= np.maximum(0, a + b - n)
    return np.where(certain, 0.0, np.minimum(np.where(above, log_sum, below), 0.0))


def _log_mass(k: Ints, a: Ints, b: Ints, n: Ints) -> Floats:
    return _log_choose(a, k) + _log_choose(n - a, b - k) - _log_choose(n, b)


def _log_choose(n: Ints, k: Ints) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0))


def _tail_ratio(start: Ints, a: Ints, b: Ints, n: Ints, above: npt.NDArray[np.bool_]) -> Floats:
    """Return the sum of P(start), P(start ± 1), ... in units of P(start), up to the terms that change the sum."""
    # Upwards or downwards, a term is the one before times x y / ((u + 1) (v + 1)), and these four move by 1.
    rest = n - a - b + start
    up, down = (a - start, b - start, start, rest), (start, rest, a - start, b - start)
    x, y, u, v = (np.where(above, *pair).astype(np.float64) for pair in zip(up, down, strict=True))
    total, term = np.ones(len(start)), np.ones(len(start))
    active, sums = np.arange(len(start)), total.copy()
    while active.size:
        u += 1.0
        v += 1.0
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = x * y / (u * v)
        ratio[~(np.isfinite(ratio) & (ratio > 0))] = 0.0
        term *= ratio
        sums += term
        x -= 1.0
        y -= 1.0
        more = term > sums * 1e-17
        if np.count_nonzero(more) < _COMPACT * len(more):
            total[active] = sums
            active = active[more]
            sums, term, x, y, u, v = (values[more] for values in (sums, term, x, y, u, v))
    return total


def benjamini_hochberg(log10_p: Floats, counts: Ints, tests: int) -> Floats:
    """Return q, the least false discovery rate at which a test is rejected, in [0, 1].

    `log10_p` has the distinct values, ascending, `counts` the number of tests with each. `tests` is the number of all
    tests; those that are not listed have p = 1. Benjamini, Hochberg (1995), Controlling the false discovery rate, J R
    Stat Soc B 57(1):289-300. doi:10.1111/j.2517-6161.1995.tb02031.x

    >>> benjamini_hochberg(np.array([-2.0, -1.0]), np.array([1, 1]), 4).round(3).tolist()
    [0.04, 0.2]
    """
    rank = np.cumsum(counts)
    raw = log10_p + np.log10(tests / rank)
    least = np.minimum.accumulate(raw[::-1])[::-1]
    return np.asarray(10.0 ** np.minimum(least, 0.0))


def distinct(*columns: Ints) -> tuple[Ints, Ints]:
    """Return the first row of each combination of values, and for every row the number of its combination.

    Millions of pairs share a few hundred thousand combinations of counts, so statistics are computed once for each
    combination. Values are whole numbers from 0.

    >>> [part.tolist() for part in distinct(np.array([7, 5, 7]), np.array([1, 1, 1]))]
    [[0, 1], [0, 1, 0]]
    """
    key = np.zeros(len(columns[0]), dtype=np.int64)
    free_bits = 63
    for column in columns:
        bits = int(column.max(initial=0)).bit_length()
        if bits > free_bits:  # renumber the combinations so far, so that fewer bits hold them
            key = np.unique(key, return_inverse=True)[1].reshape(-1).astype(np.int64)
            free_bits = 63 - int(key.max(initial=0)).bit_length()
        key <<= bits
        key |= column
        free_bits -= bits
    number = pa.array(key).dictionary_encode().indices.to_numpy()  # hashing takes a third of the time of sorting
    first = np.empty(int(number.max(initial=-1)) + 1, dtype=np.int64)
    first[number[::-1]] = np.arange(len(number))[::-1]
    return first, number


def significant(values: Floats, digits: int = DIGITS) -> Floats:
    """Round to significant digits.

    >>> significant(np.array([123456.789, 0.000123456789, 0.0, 1.23456789e-80])).tolist()
    [123457.0, 0.000123457, 0.0, 1.23457e-80]
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        places = digits - 1 - np.floor(np.log10(np.abs(values)))
        up = np.round(values * 10.0**places) / 10.0**places
        down = np.round(values / 10.0**-places) * 10.0**-places
    rounded = np.where(places >= 0, up, down)
    # Powers of ten beyond 10^22 are not exact doubles, so the decimal text is used there.
    beyond = np.flatnonzero(~(np.abs(places) <= _EXACT_POWERS) & (values != 0))
    rounded[beyond] = [float(f"{value:.{digits}g}") for value in values[beyond]]
    rounded[values == 0] = 0.0
    return rounded
