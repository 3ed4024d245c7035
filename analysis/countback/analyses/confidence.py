"""Confidence as a curve, surprise in bits, and what an interval leaves of "no worthwhile difference"."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countback.procedures import catalogue

__all__ = ["curve", "needed_to_treat", "second_generation_p", "surprise"]

Cells = tuple[int, int, int, int]
"""Counts of two arms: events and total of arm 1, events and total of arm 2."""


def curve(procedure: str, cells: Cells, levels: Sequence[float]) -> NDArray[np.float64]:
    """Limits of an interval at many levels: read sideways, the p-value of every hypothesised effect.

    At level ``1 - p`` an interval ends where the test that it inverts gives ``p``. Poole C. Am J Public Health
    1987;77:195-199 (doi 10.2105/AJPH.77.2.195).

    Parameters
    ----------
    procedure : str
        The key of a two-arm interval of the catalogue.
    cells : (a, n1, b, n2)
    levels : sequence of float
        Confidence levels, between 0 and 1.

    Returns
    -------
    numpy.ndarray
        Shape ``(len(levels), 2)``: lower and upper limits; nan where the table defines none.
    """
    return np.array([catalogue[procedure](*cells, level=level) for level in levels], dtype=np.float64)


def surprise(p: float) -> float:
    """S-value of a p-value: how many heads in a row would be as surprising, ``-log2(p)``.

    Greenland S. Am Stat 2019;73(sup1):106-114 (doi 10.1080/00031305.2018.1529625).

    Parameters
    ----------
    p : float
        Between 0 and 1; 0 gives infinity, nan gives nan.

    Raises
    ------
    ValueError
        If `p` is not a probability.

    Examples
    --------
    >>> surprise(0.25)
    2.0
    """
    if math.isnan(p):
        return math.nan
    if not 0 <= p <= 1:
        raise ValueError(f"{p} is not a p-value; give a number between 0 and 1, such as 0.05")
    return math.inf if p == 0 else abs(math.log2(p))


def second_generation_p(lower: float, upper: float, null_lower: float, null_upper: float) -> float:
    """Share of an interval that lies among effects too small to matter, corrected for wide intervals.

    Blume JD, D'Agostino McGowan L, Dupont WD, Greevy RA. PLoS One 2018;13:e0188299
    (doi 10.1371/journal.pone.0188299).

    Parameters
    ----------
    lower, upper : float
        The interval, `lower` not above `upper`; an infinite limit is allowed.
    null_lower, null_upper : float
        The effects too small to matter, `null_lower` below `null_upper`.

    Returns
    -------
    float
        0: only effects that matter are compatible; 1: only effects that do not; 1/2 or near: the interval is
        too wide to tell. A single point (`lower` equal to `upper`) gives 0 or 1; a limit that is nan gives nan.

    Raises
    ------
    ValueError
        If either range is empty.

    Examples
    --------
    >>> second_generation_p(0.0, 0.4, -0.1, 0.1)
    0.25
    """
    if math.isnan(lower) or math.isnan(upper):
        return math.nan
    if not (lower <= upper and null_lower < null_upper):
        raise ValueError("the lower limit of an interval must not lie above the upper one")
    if lower == upper:
        return float(null_lower <= lower <= null_upper)
    overlap = max(0.0, min(upper, null_upper) - max(lower, null_lower))
    return overlap / min(upper - lower, 2 * (null_upper - null_lower))


def needed_to_treat(lower: float, upper: float) -> str:
    """Range of the number needed to treat, in words, from the limits of a risk difference.

    Where the limits have both signs the range runs through infinity (no difference), from benefit to harm. Altman
    DG. BMJ 1998;317:1309-1312 (doi 10.1136/bmj.317.7168.1309).

    Parameters
    ----------
    lower, upper : float
        Limits of the risk difference, `lower` not above `upper`; positive where the event is wanted and came more
        often.

    Returns
    -------
    str
        Empty where a limit is nan.

    Examples
    --------
    >>> needed_to_treat(0.1, 0.5), needed_to_treat(-0.01, 0.5)
    ('2.0 to 10.0', '2.0 to ∞, and harm from ∞ to 100.0')
    """
    if math.isnan(lower) or math.isnan(upper):
        return ""

    def number(difference: float) -> str:
        return "∞" if difference == 0 else f"{abs(1 / difference):.1f}"

    if lower >= 0:
        return f"{number(upper)} to {number(lower)}"
    if upper <= 0:
        return f"harm, {number(lower)} to {number(upper)}"
    return f"{number(upper)} to ∞, and harm from ∞ to {number(lower)}"
