"""What a trial of a given size can see: exact power, actual type I error, and the size that an effect needs.

Everything is summed over all tables that two arms can give, with binomial probabilities; nothing is simulated. A
table on which a test is not defined (no events at all, or nothing else) counts as not significant.

Most tests are monotone: with the events of arm 2 given, p falls as those of arm 1 move away from arm 2's rate. What
they reject is then told by two steps for each number of events in arm 2 (:class:`Steps`), found from the normal
approximation by a search around it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import binom, norm

from countback.procedures import catalogue
from countback.procedures.panel import LARGEST_TABLES, is_unconditional

__all__ = [
    "LARGEST", "LARGEST_REGION", "LARGEST_UNCONDITIONAL", "MONOTONE", "Steps", "chance", "detectable",
    "detectable_rate", "in_reach", "landscape", "needed", "power", "rejections", "step", "steps",
]  # fmt: skip

LARGEST = 600
"""Patients per arm beyond which :func:`needed` does not look."""

LARGEST_UNCONDITIONAL = 60
"""The same for unconditional exact tests, whose p-values take far longer."""

LARGEST_REGION = 250_000
"""Pairs of counts, (n1 + 1)(n2 + 1), beyond which only monotone tests are followed over all of them: what the others
reject would have to be worked out pair by pair."""

MONOTONE = frozenset(
    f"p_{test}{side}"
    for test, sides in {
        **dict.fromkeys(("pearson", "yates", "n1", "g", "wald_unpooled", "arcsine", "student_t"),
                        ("", "_less", "_greater")),
        "fisher": ("_doubled", "_less", "_greater"), "midp": ("_doubled", "_less", "_greater"),
    }.items()
    for side in sides
)  # fmt: skip
"""Keys of the tests whose p falls without exception as arm 1 moves away from arm 2's rate, or for one-sided tests as
its events rise or fall. Not among them: tests that sum what is less likely on either side (Fisher's, Blaker's), and
those whose standard error vanishes for an arm without events or with nothing else."""

_Ints: TypeAlias = NDArray[np.int64]
_Floats: TypeAlias = NDArray[np.float64]
_Region: TypeAlias = NDArray[np.bool_]


def landscape(test: str, n1: int, n2: int) -> _Floats:
    """P-value of a test for every pair of counts.

    Parameters
    ----------
    test : str
        The key of a test of the catalogue.
    n1, n2 : int
        Totals of the arms.

    Returns
    -------
    numpy.ndarray
        Shape ``(n1 + 1, n2 + 1)``, by the events in arm 1 and in arm 2; nan where the test is not defined.
    """
    a, b = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    return np.asarray(catalogue[test](a, n1, b, n2), dtype=np.float64)


@dataclass(frozen=True)
class Steps:
    """What a monotone test rejects against `b` events in arm 2: below ``lower[b]`` in arm 1, and from ``upper[b]``.

    Attributes
    ----------
    n1 : int
        Total of arm 1.
    lower, upper : numpy.ndarray of int
        Length ``n2 + 1``; 0 and ``n1 + 1`` where nothing is rejected on that side.
    """

    n1: int
    lower: _Ints
    upper: _Ints

    @property
    def region(self) -> _Region:
        """The same as a table, by the events in arm 1 and in arm 2."""
        a = np.arange(self.n1 + 1)[:, None]
        return np.asarray((a < self.lower) | (a >= self.upper))

    def power(self, p1: float, p2: float) -> float:
        """Chance of a rejection with the true rates `p1` and `p2`."""
        first, second = (binom.pmf(np.arange(n + 1), n, p) for n, p in ((self.n1, p1), (len(self.lower) - 1, p2)))
        below = np.concatenate([[0.0], np.cumsum(first)])
        above = np.concatenate([np.cumsum(first[::-1])[::-1], [0.0]])
        return float(second @ (below[self.lower] + above[self.upper]))


def _has_steps(test: str, alpha: float) -> bool:
    return test in MONOTONE and alpha < 0.5


def steps(test: str, arms: Sequence[tuple[int, int]], alpha: float) -> list[Steps]:
    """What a monotone test rejects, for several pairs of arms at once.

    Parameters
    ----------
    test : str
        One of :data:`MONOTONE`.
    arms : sequence of (int, int)
        Totals.
    alpha : float
        Level of significance, below a half: tables on which the test is not defined lie beyond its steps then.

    Raises
    ------
    ValueError
        If the test is not monotone, or `alpha` too large.
    """
    if not _has_steps(test, alpha):
        raise ValueError(f"{test} at {alpha} is not described by steps; use rejections")
    n1 = np.concatenate([np.full(second + 1, first) for first, second in arms])
    n2 = np.concatenate([np.full(second + 1, second) for _, second in arms])
    b = np.concatenate([np.arange(second + 1) for _, second in arms])
    sides = catalogue[test].sides
    none, every = np.zeros_like(b), n1 + 1
    z = norm.isf(alpha / 2 if sides == "two-sided" else alpha)

    def rejects(a: _Ints, here: NDArray[np.intp]) -> _Region:
        with np.errstate(all="ignore"):
            return np.asarray(catalogue[test](a, n1[here], b[here], n2[here]) < alpha)

    upper, lower = every, none
    if sides != "less":  # the first, above arm 2's rate, that is rejected
        start = none if sides == "greater" else b * n1 // n2 + 1
        upper = _first(start, every, np.ceil(_border(n1, b, n2, z)), rejects)
    if sides == "two-sided" and all(first == second for first, second in arms):
        pass  # what is rejected is the same with the arms exchanged
    elif sides != "greater":  # the first, below arm 2's rate, that is not rejected
        end = every if sides == "less" else -(-b * n1 // n2)
        lower = _first(none, end, np.floor(_border(n1, b, n2, -z)) + 1, lambda a, here: ~rejects(a, here))
    ends = np.cumsum([second + 1 for _, second in arms])[:-1]
    found = []
    for (first, second), low, high in zip(arms, np.split(lower, ends), np.split(upper, ends), strict=True):
        exchanged = first == second and sides == "two-sided"
        found.append(
            Steps(first, np.searchsorted(high, np.arange(first + 1), side="right") if exchanged else low, high)
        )
    return found


def _border(n1: _Ints, b: _Ints, n2: _Ints, z: float) -> _Floats:
    """Events in arm 1 at which the pooled statistic is near `z`."""
    a = b / n2 * n1
    for _ in range(6):
        rate = np.clip((a + b) / (n1 + n2), 0.0, 1.0)
        a = n1 * (b / n2 + z * np.sqrt(rate * (1 - rate) * (1 / n1 + 1 / n2)))
    return np.asarray(a)


def _first(start: _Ints, end: _Ints, guess: _Floats, holds: Any) -> _Ints:
    """First number from `start` on at which something holds that then goes on to hold; `end` where it never does.

    Looked for in strides that double from the guess on, then by bisection.
    """
    low, high = start.copy(), end.copy()
    middle = np.clip(guess.astype(np.int64), low, np.maximum(low, high - 1))
    held, failed = np.zeros(low.shape, dtype=bool), np.zeros(low.shape, dtype=bool)
    stride = 1
    while (here := np.flatnonzero(low < high)).size:
        found = holds(middle[here], here)
        held[here] |= found
        failed[here] |= ~found
        high[here] = np.where(found, middle[here], high[here])
        low[here] = np.where(found, low[here], middle[here] + 1)
        further = np.where(held, np.maximum(low, high - stride), np.minimum(high - 1, low + stride - 1))
        middle = np.where(held & failed, (low + high) // 2, further)
        stride *= 2
    return low


def rejections(test: str, n1: int, n2: int, alpha: float) -> _Region:
    """For which pairs of counts a test is significant; as :func:`landscape`, with nan as not significant."""
    if _has_steps(test, alpha):
        return steps(test, [(n1, n2)], alpha)[0].region
    with np.errstate(invalid="ignore"):
        return np.asarray(landscape(test, n1, n2) < alpha)


def in_reach(tests: Sequence[str], n1: int, n2: int) -> list[str]:
    """Those of some tests that can be followed over every pair of counts of two arms in a second or so.

    Monotone tests always can; unconditional exact ones up to :data:`countback.procedures.panel.LARGEST_TABLES` pairs,
    others up to :data:`LARGEST_REGION`.
    """
    tables = (n1 + 1) * (n2 + 1)
    return [
        test
        for test in tests
        if test in MONOTONE or tables <= (LARGEST_TABLES if is_unconditional(catalogue[test]) else LARGEST_REGION)
    ]


def chance(test: str, n1: int, n2: int, alpha: float) -> Callable[[ArrayLike, ArrayLike], Any]:
    """Chance that a test is significant, as a function of the true rates of both arms (:func:`power`).

    Arms beyond :data:`LARGEST_REGION` pairs of counts need a monotone test, and are summed by its steps.
    """
    if (n1 + 1) * (n2 + 1) <= LARGEST_REGION or not _has_steps(test, alpha):
        return partial(power, rejections(test, n1, n2, alpha))
    (found,) = steps(test, [(n1, n2)], alpha)
    summed = np.vectorize(found.power, otypes=[np.float64])

    def by_steps(p1: ArrayLike, p2: ArrayLike) -> Any:
        chances = summed(p1, p2)
        return float(chances) if chances.ndim == 0 else chances

    return by_steps


def step(reject: _Region, b: int) -> int | None:
    """Fewest events in arm 1, above arm 2's rate, that are significant against `b` in arm 2; or None."""
    n1, n2 = (size - 1 for size in reject.shape)
    above = [a for a in range(n1 + 1) if a * n2 > b * n1 and reject[a, b]]
    return above[0] if above else None


def power(reject: _Region, p1: ArrayLike, p2: ArrayLike) -> Any:
    """Chance that a table falls among those that count as significant.

    With equal rates this is the actual type I error at that rate.

    Parameters
    ----------
    reject : numpy.ndarray of bool
        Shape ``(n1 + 1, n2 + 1)``, from :func:`rejections`.
    p1, p2 : float or array
        True rates of the arms, between 0 and 1; they broadcast.

    Returns
    -------
    float or numpy.ndarray

    Examples
    --------
    >>> reject = rejections("p_pearson", 10, 10, 0.05)
    >>> round(power(reject, 0.8, 0.2), 3)
    0.805
    """
    first, second = np.broadcast_arrays(np.asarray(p1, dtype=float), np.asarray(p2, dtype=float))
    n1, n2 = (size - 1 for size in reject.shape)
    x = binom.pmf(np.arange(n1 + 1), n1, first.reshape(-1, 1))
    y = binom.pmf(np.arange(n2 + 1), n2, second.reshape(-1, 1))
    chance = np.einsum("ki,ij,kj->k", x, reject.astype(float), y, optimize=True)
    return float(chance[0]) if first.ndim == 0 else chance.reshape(first.shape)


def detectable_rate(reject: _Region, p2: float, target: float) -> float:
    """Smallest rate of arm 1, above `p2`, that is found with the power wanted.

    Parameters
    ----------
    reject : numpy.ndarray of bool
    p2 : float
        True rate of arm 2.
    target : float
        Power, such as 0.8.

    Returns
    -------
    float
        nan where even a rate of 1 is not found with that power.
    """
    return detectable(partial(power, reject), p2, target)


def detectable(chances: Callable[[ArrayLike, ArrayLike], Any], p2: float, target: float) -> float:
    """The same for chances by the true rates (:func:`chance`)."""
    if chances(1.0, p2) < target or chances(p2, p2) >= target:
        return math.nan
    return float(brentq(lambda p1: chances(p1, p2) - target, p2, 1.0, xtol=1e-10))


def needed(test: str, p1: float, p2: float, alpha: float, target: float) -> int | None:
    """Patients per arm from which on a difference is found with the power wanted.

    Exact power goes up and down like the teeth of a saw as patients are added. The answer is the size from which the
    power stays at or above the target; smaller sizes may reach it too, and lose it again. It is followed down from 1.3
    times the size of the normal approximation and 20 more, beyond which no tooth comes down to the target: for p1, p2
    that size is ``(z1 sqrt(2 m (1 - m)) + z2 sqrt(p1 (1 - p1) + p2 (1 - p2)))**2 / (p1 - p2)**2`` with ``m`` the mean
    rate (Fleiss JL, Levin B, Paik MC. Statistical Methods for Rates and Proportions. 3rd ed. 2003, chapter 4). Where
    the power does not reach the target there, it is followed from twice that size, and so on.

    Parameters
    ----------
    test : str
        The key of a test of the catalogue.
    p1, p2 : float
        True rates, between 0 and 1.
    alpha, target : float
        Two-sided level of significance; power wanted.

    Returns
    -------
    int or None
        None where it would take more than :data:`LARGEST`, or :data:`LARGEST_UNCONDITIONAL` for an unconditional exact
        test, or the rates are the same.
    """
    if p1 == p2:
        return None
    largest = LARGEST_UNCONDITIONAL if is_unconditional(catalogue[test]) else LARGEST
    horizon = min(largest, math.ceil(1.3 * _approximate(p1, p2, alpha, target)) + 20)
    while True:
        chances = ((n, _power_of_size(test, n, p1, p2, alpha)) for n in range(horizon, 0, -1))
        lacking = next((n for n, chance in chances if chance < target), 0)
        if lacking < horizon:
            return lacking + 1
        if horizon == largest:
            return None
        horizon = min(largest, 2 * horizon)


def _approximate(p1: float, p2: float, alpha: float, target: float) -> float:
    """Patients per arm by the normal approximation."""
    mean = (p1 + p2) / 2
    spread = norm.isf(alpha / 2) * math.sqrt(2 * mean * (1 - mean))
    spread += norm.ppf(target) * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return float((spread / (p1 - p2)) ** 2)


def _power_of_size(test: str, n: int, p1: float, p2: float, alpha: float) -> float:
    """Power with `n` patients per arm."""
    if _has_steps(test, alpha):
        return _equal_arms(test, (n - 1) // _TOGETHER, alpha)[(n - 1) % _TOGETHER].power(p1, p2)
    return float(power(rejections(test, n, n, alpha), p1, p2))


_TOGETHER = 10
"""Sizes whose regions are found at once."""


@lru_cache(maxsize=2 * LARGEST // _TOGETHER)
def _equal_arms(test: str, block: int, alpha: float) -> list[Steps]:
    """What a monotone test rejects with some numbers of patients per arm that follow each other."""
    return steps(test, [(n, n) for n in range(block * _TOGETHER + 1, (block + 1) * _TOGETHER + 1)], alpha)
