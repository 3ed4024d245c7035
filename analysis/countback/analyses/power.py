"""What a trial of a given size can see: exact power, actual type I error, and the size that an effect needs.

Everything is summed over all tables that two arms can give, with binomial probabilities; nothing is simulated. A
table on which a test is not defined (no events at all, or nothing else) counts as not significant.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import binom, norm

from countback.procedures import catalogue

__all__ = ["LARGEST", "detectable_rate", "landscape", "needed", "power", "rejections", "step"]

LARGEST = 600
"""Patients per arm beyond which :func:`needed` does not look."""


def landscape(test: str, n1: int, n2: int) -> NDArray[np.float64]:
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


def rejections(test: str, n1: int, n2: int, alpha: float) -> NDArray[np.bool_]:
    """Whether a test is significant, for every pair of counts; as :func:`landscape`, with nan as not significant."""
    with np.errstate(invalid="ignore"):
        return np.asarray(landscape(test, n1, n2) < alpha)


def step(reject: NDArray[np.bool_], b: int) -> int | None:
    """Fewest events in arm 1, above arm 2's rate, that are significant against `b` in arm 2; or None."""
    n1, n2 = (size - 1 for size in reject.shape)
    above = [a for a in range(n1 + 1) if a * n2 > b * n1 and reject[a, b]]
    return above[0] if above else None


def power(reject: NDArray[np.bool_], p1: ArrayLike, p2: ArrayLike) -> Any:
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


def detectable_rate(reject: NDArray[np.bool_], p2: float, target: float) -> float:
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
    if power(reject, 1.0, p2) < target:
        return math.nan
    return float(brentq(lambda p1: power(reject, p1, p2) - target, p2, 1.0, xtol=1e-10))


def needed(test: str, p1: float, p2: float, alpha: float, target: float) -> int | None:
    """Number of patients per arm that finds a difference with the power wanted.

    Exact power does not rise evenly with the number of patients. The answer is the first number, from 0.8 times
    that of the normal approximation, with which the power is reached: for p1, p2 the larger of 2 and
    ``(z1 sqrt(2 m (1 - m)) + z2 sqrt(p1 (1 - p1) + p2 (1 - p2)))**2 / (p1 - p2)**2`` with ``m`` the mean rate
    (Fleiss JL, Levin B, Paik MC. Statistical Methods for Rates and Proportions. 3rd ed. 2003, chapter 4).

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
        None where it would take more than :data:`LARGEST`, or the rates are the same.
    """
    if p1 == p2:
        return None
    mean = (p1 + p2) / 2
    spread = norm.isf(alpha / 2) * math.sqrt(2 * mean * (1 - mean))
    spread += norm.ppf(target) * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    start = max(2, math.floor(0.8 * (spread / (p1 - p2)) ** 2))
    for n in range(start, LARGEST + 1):
        if power(rejections(test, n, n, alpha), p1, p2) >= target:
            return n
    return None
