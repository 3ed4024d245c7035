"""How extreme every table of two arms is: ranks by the z statistic and by Fisher's p-value, ties exact.

The z statistics are compared as ratios of whole numbers; Fisher p-values that agree to ten digits are compared modulo
two primes, and as exact fractions where these differ.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from countback.procedures.conditional import TIE

__all__ = ["fisher_levels", "log_factorials", "two_arm_tables", "z_levels"]

_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]

#: Statistics nearer to each other than this share are compared exactly.
_NEAR = 1e-12
_NEAR_LOGIT = 1e-10

#: Fisher p-values nearer than this to 0 are taken for equal, and so near 1: floats tell them apart no longer.
_NOTHING = 1e-290

#: Primes below 2**31, so that products of two residues fit into 64 bits.
_PRIMES = (2_147_483_647, 2_147_483_629)


@lru_cache(maxsize=16)
def log_factorials(largest: int) -> _Floats:
    """Logarithms of 0!, 1!, ... up to ``largest``."""
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1.0, largest + 1.0)))])


@lru_cache(maxsize=4)
def two_arm_tables(n1: int, n2: int) -> tuple[_Ints, _Ints, _Floats]:
    """Every table of two arms, as columns x and y, and its hypergeometric probability given x + y."""
    x = np.repeat(np.arange(n1 + 1), n2 + 1)
    y = np.tile(np.arange(n2 + 1), n1 + 1)
    lf = log_factorials(n1 + n2)
    choose_1 = lf[n1] - lf[: n1 + 1] - lf[n1::-1]
    choose_2 = lf[n2] - lf[: n2 + 1] - lf[n2::-1]
    choose = lf[-1] - lf - lf[::-1]
    return x, y, np.exp((choose_1[:, None] + choose_2).ravel() - choose[x + y])


def _levels(
    extremity: _Floats, compare: Callable[[_Ints, _Ints], _Ints], relative: float = 0.0, absolute: float = 0.0
) -> _Ints:
    """Rank of every table, 0 the most extreme; tables that tie exactly share one.

    ``compare`` gives the exact sign of the difference in extremity of pairs of tables, told by their
    positions; it decides wherever the floats are too near each other to do so.
    """
    order = np.argsort(-extremity, kind="stable")
    while True:
        first, second = extremity[order[:-1]], extremity[order[1:]]
        tied = first == second
        finite = np.flatnonzero(np.isfinite(first) & np.isfinite(second))
        size = np.abs(first[finite])
        close = finite[np.abs(first[finite] - second[finite]) <= absolute + relative * size]
        signs = compare(order[close], order[close + 1])
        tied[close] = signs == 0
        wrong = close[signs < 0]
        if wrong.size == 0:
            break
        wrong = wrong[np.diff(wrong, prepend=-2) > 1]  # of neighbouring pairs, put one right at a time
        order[wrong], order[wrong + 1] = order[wrong + 1], order[wrong]
    levels = np.empty(order.size, dtype=np.int64)
    levels[order] = np.concatenate([[0], np.cumsum(~tied)])
    return levels


def z_levels(n1: int, n2: int, side: int, pooled: bool) -> _Ints:
    """Ranks by the z statistic, whose square is the square of a whole number over a whole number."""
    x, y, _ = two_arm_tables(n1, n2)
    top = x * n2 - y * n1
    if pooled:
        events = x + y
        below = events * (n1 + n2 - events)
    else:
        common = math.gcd(n1, n2)
        m1, m2 = n1 // common, n2 // common
        below = x * (n1 - x) * m2**3 + y * (n2 - y) * m1**3
    sign = np.sign(top) * (side or 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        square = np.where(top == 0, 0.0, np.square(top, dtype=np.float64) / below)
    weight = np.abs(sign) if side == 0 else sign

    def compare(i: _Ints, j: _Ints) -> _Ints:
        # Products wrap around at 2**64, but the pairs are so near that their true difference is far smaller.
        difference: _Ints = np.sign(top[i] * top[i] * below[j] - top[j] * top[j] * below[i])
        signs: _Ints = difference * weight[i]
        return signs

    with np.errstate(invalid="ignore"):
        extremity = np.where(weight == 0, 0.0, weight * square)
    return _levels(extremity, compare, relative=_NEAR)


def _fisher_fraction(x: int, y: int, n1: int, n2: int, side: int) -> Fraction:
    """Fisher's p-value as an exact fraction."""
    k = x + y
    low, high = max(0, k - n2), min(n1, k)
    term = math.comb(n1, low) * math.comb(n2, k - low)
    terms = {low: term}
    for value in range(low, high):
        term = term * (n1 - value) * (k - value) // ((value + 1) * (n2 - k + value + 1))
        terms[value + 1] = term
    if side == 0:
        total = sum(t for t in terms.values() if t <= terms[x])
    else:
        total = sum(t for value, t in terms.items() if (value - x) * side >= 0)
    return Fraction(total, math.comb(n1 + n2, k))


def _sums(values: npt.NDArray[Any], side: int, rising: _Ints, last: _Ints) -> npt.NDArray[Any]:
    """Sum of the values of each row that Fisher's test takes together with each of them.

    Those at or below its column (``side`` -1), at or above it (1), or no likelier (0): then ``rising`` holds
    the positions of each row's values by likelihood, and ``last`` where, among these, the last one is that is
    as likely.
    """
    if side < 0:
        return np.cumsum(values, axis=1)
    if side > 0:
        return np.cumsum(values[:, ::-1], axis=1)[:, ::-1]
    out = np.empty_like(values)
    out.reshape(-1)[rising] = np.cumsum(values.reshape(-1)[rising], axis=1).reshape(-1)[last]
    return out


@lru_cache(maxsize=16)
def _factorials_modulo(largest: int, prime: int) -> tuple[_Ints, _Ints]:
    """Factorials of 0 to ``largest`` modulo a larger prime, and what they give 1 times."""
    factorials = [1]
    for n in range(1, largest + 1):
        factorials.append(factorials[-1] * n % prime)
    inverses = [pow(factorials[-1], -1, prime)]
    for n in range(largest, 0, -1):
        inverses.append(inverses[-1] * n % prime)
    return np.array(factorials), np.array(inverses[::-1])


def _residues(n1: int, n2: int, prime: int) -> _Ints:
    """Hypergeometric probabilities of every table, as fractions modulo a prime, in the order of `two_arm_tables`."""
    total = n1 + n2
    f, g = _factorials_modulo(total, prime)
    choose_1 = f[n1] * g[: n1 + 1] % prime * g[n1::-1] % prime
    choose_2 = f[n2] * g[: n2 + 1] % prime * g[n2::-1] % prime
    one_over_choose = g[total] * f % prime * f[::-1] % prime
    x, y, _ = two_arm_tables(n1, n2)
    ways: _Ints = (choose_1[:, None] * choose_2 % prime).ravel()
    residues: _Ints = ways * one_over_choose[x + y] % prime
    return residues


def fisher_levels(n1: int, n2: int, side: int) -> _Ints:
    """Ranks by Fisher's p-value, the smallest first."""
    x, y, probability = two_arm_tables(n1, n2)
    k = x + y
    given = np.zeros((n1 + n2 + 1, n1 + 1))
    given[k, x] = probability
    rising = last = np.empty((0, 0), dtype=np.int64)
    if side == 0:
        rows = np.arange(given.shape[0])[:, None] * given.shape[1]
        rising = rows + np.argsort(given, axis=1, kind="stable")
        sorted_rows = given.reshape(-1)[rising]
        ends = np.ones(given.shape, dtype=bool)
        ends[:, :-1] = sorted_rows[:, 1:] > sorted_rows[:, :-1] * (1.0 + TIE)
        last = np.where(ends, np.arange(n1 + 1), n1)
        last = rows + np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1]
        likelier = np.zeros_like(given)
        np.cumsum(sorted_rows[:, :0:-1], axis=1, out=likelier[:, -2::-1])
        q = np.empty_like(given)
        q.reshape(-1)[rising] = likelier.reshape(-1)[last]
    else:
        q = _sums(given, -side, rising, last)
        # Taking the table itself away again would cost digits: move on by one.
        q = np.pad(q[:, 1:], ((0, 0), (0, 1))) if side < 0 else np.pad(q[:, :-1], ((0, 0), (1, 0)))
    p = _sums(given, side, rising, last)
    p[p < _NOTHING] = 0.0
    q[q < _NOTHING] = 0.0
    with np.errstate(divide="ignore"):
        # On the logit scale neither p-values near 0 nor those near 1 run together.
        extremity = (np.log(q) - np.log(p))[k, x]

    def residues_of_p(prime: int) -> _Ints:
        given = np.zeros((n1 + n2 + 1, n1 + 1), dtype=np.int64)
        given[k, x] = _residues(n1, n2, prime)
        residues: _Ints = _sums(given, side, rising, last)[k, x] % prime
        return residues

    def compare(i: _Ints, j: _Ints) -> _Ints:
        # Equal fractions are equal modulo every prime; different ones hardly ever modulo these two.
        signs = np.zeros(i.size, dtype=np.int64)
        if i.size == 0:
            return signs
        if not known:
            known.extend(residues_of_p(prime) for prime in _PRIMES)
        differ = np.any([residues[i] != residues[j] for residues in known], axis=0)
        for at in np.flatnonzero(differ):
            first = _fisher_fraction(int(x[i[at]]), int(y[i[at]]), n1, n2, side)
            second = _fisher_fraction(int(x[j[at]]), int(y[j[at]]), n1, n2, side)
            signs[at] = (second > first) - (second < first)
        return signs

    known: list[_Ints] = []
    return _levels(extremity, compare, absolute=_NEAR_LOGIT)
