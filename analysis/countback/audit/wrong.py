"""How probable the characters of a p-value are where they do not follow from the counts.

Four ways are mixed (:data:`countback.audit.priors.WAYS`): a digit of a conventional value mistyped, digits swapped or
a zero lost or gained; a count or total other by one; an analysis with more than the counts in it; anything between 0
and 1. The middle two move the z statistic: by about what one patient moves it, and by about half a unit, both with
the heavy tails of a Cauchy distribution, since nobody knows how far a wrong value lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from countback.audit.characters import Characters, Floats, steps

__all__ = ["LEAST", "density", "elsewhere", "slips"]

ADJUSTED = 0.5
"""How far an adjusted analysis moves z, as the scale of a Cauchy distribution."""

LEAST = 1e-12
"""Least probability of any characters: nothing is impossible."""

_SWAPPED, _ZERO = 0.2, 0.2
"""Shares of slips that swap neighbouring digits, and that lose or gain a zero; the rest mistype one digit."""

_SMALLEST = 1e-300


def density(
    values: Floats, weights: Floats, reference: Floats, tables: Floats, of: Characters, ways: Mapping[str, float]
) -> Floats:
    """Probability of each printed number, given that it does not follow from the counts.

    Parameters
    ----------
    values : numpy.ndarray, shape (n, m)
        P-values of the tables under the procedures whose digits are thought of as mistyped.
    weights : numpy.ndarray, shape (m,)
        Of these procedures.
    reference : numpy.ndarray, shape (n,)
        Pearson's p-value, which other analyses are thought of as scattering around.
    tables : numpy.ndarray, shape (4, n)
        Events and total of the first arm, then of the second.
    of : Characters
    ways : mapping of str to float
        Weights by :data:`countback.audit.priors.WAYS`.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Positive. For a bound: the probability that it is satisfied.
    """
    low, high = _bounds(of)
    total = sum(ways.values())
    shares = {way: weight / total for way, weight in ways.items()}
    found = shares.get("uniform", 0.0) * (high - low)
    found = found + shares.get("adjusted", 0.0) * _moved(low, high, reference, ADJUSTED)
    found = found + shares.get("count", 0.0) * _moved(low, high, reference, _one_patient(tables))
    typed = np.where(of.exact, slips(values, weights, of), high - low)
    return np.maximum(found + shares.get("slip", 0.0) * typed, LEAST)


def elsewhere(reference: Floats, tables: Floats, of: Characters) -> Floats:
    """Probability of each printed number from an analysis with more in it than the counts, or from anything at all."""
    low, high = _bounds(of)
    return np.asarray(0.75 * _moved(low, high, reference, ADJUSTED) + 0.25 * (high - low), dtype=np.float64)


def _bounds(of: Characters) -> tuple[Floats, Floats]:
    """Lowest and highest p-value that a printed number stands for."""
    half = np.where(of.exact, 0.5, 0.0) / 10.0**of.decimals
    low, high = np.clip(of.value - half, 0, 1), np.clip(of.value + half, 0, 1)
    below, above = (of.relation == 1) | (of.relation == 2), of.relation >= 3
    return np.where(below, 0.0, low), np.where(above, 1.0, high)


def _moved(low: Floats, high: Floats, reference: Floats, scale: Floats | float) -> Floats:
    """Probability between two p-values where z is moved from its own by a Cauchy variable."""
    middle = -_quantile(np.clip(np.nan_to_num(reference, nan=1.0), _SMALLEST, 1.0) / 2)
    near = -_quantile(np.maximum(high, _SMALLEST) / 2)
    far = np.where(low <= 0, np.inf, -_quantile(np.maximum(low, _SMALLEST) / 2))
    ends = [np.arctan((end - middle) / scale) + np.arctan((end + middle) / scale) for end in (near, far)]
    return np.asarray((ends[1] - ends[0]) / np.pi, dtype=np.float64)


_EACH = np.frompyfunc(NormalDist().inv_cdf, 1, 1)


def _quantile(p: ArrayLike) -> Floats:
    """Normal quantiles of probabilities above 0, without SciPy, whose loading takes longer than an article's audit."""
    return np.asarray(_EACH(p), dtype=np.float64)


def _one_patient(tables: Floats) -> Floats:
    """About how far one event more or less moves Pearson's z."""
    a, n1, b, n2 = tables
    rate = (a + b + 1) / (n1 + n2 + 2)
    spread = np.sqrt(rate * (1 - rate) * (1 / n1 + 1 / n2))
    found: Floats = 1 / np.minimum(n1, n2) / spread
    return found


def slips(values: Floats, weights: Floats, of: Characters) -> Floats:
    """Probability that mistyping a right value's digits gives these."""
    if not weights.size:
        return np.zeros(len(of))
    right = np.nan_to_num(values, nan=0.5)
    digits = np.maximum(of.decimals, 1)
    wanted = of.step[:, None].astype(np.float64)
    typed = steps(right, of.decimals)[2]
    one = np.zeros(typed.shape)
    swapped = np.zeros(typed.shape)
    place = 1.0
    for position in range(int(digits.max(initial=1))):
        inside = (position < digits)[:, None]
        same_above = np.floor(wanted / (10 * place)) == np.floor(typed / (10 * place))
        gap = (wanted - typed) / place
        one += inside & same_above & (gap == np.floor(gap)) & (gap != 0)
        digit, left = np.floor(typed / place) % 10, np.floor(typed / (10 * place)) % 10
        beside = (position + 1 < digits)[:, None]
        swapped += beside & (digit != left) & (wanted == typed + (digit - left) * 9 * place)
        place *= 10
    lost = steps(right, of.decimals + 1)[2] == wanted
    gained = (steps(right, np.maximum(of.decimals - 1, 0))[2] == wanted) & (of.decimals > 1)[:, None]
    width = digits[:, None]
    found = (1 - _SWAPPED - _ZERO) * one / (9 * width) + _SWAPPED * swapped / np.maximum(width - 1, 1)
    found += _ZERO / 2 * (lost.astype(np.float64) + gained)
    return np.asarray(found @ weights / weights.sum(), dtype=np.float64)
