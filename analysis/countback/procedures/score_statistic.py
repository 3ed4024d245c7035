"""Chi-squared of a score test of a contrast between two rates, and the multiplier at which it has a given value.

The rates that fit best among those with a contrast lie on one curve with one multiplier m:
:mod:`countback.procedures.score` says how.
"""

import math

from countback.procedures.batch import kernel
from countback.procedures.distributions import LAST_STEP

__all__ = ["DIFFERENCE", "ODDS", "RATIO", "distance", "multiplier", "shrunk"]

# The contrast; the number selects it within one kernel.
DIFFERENCE, RATIO, ODDS = 0, 1, 2


@kernel
def shrunk(rate: float, m: float) -> tuple[float, float]:
    """Root p <= ``rate`` of p = rate - m p (1 - p), a rate pulled down by its variance times ``m``.

    Returns it with 1 + m (1 - 2 p), the square root in its formula.
    """
    root = math.sqrt((1.0 - m) * (1.0 - m) + 4.0 * m * (1.0 - rate))
    return 2.0 * rate / (1.0 + m + root), root


@kernel
def distance(measure: int, m: float, a: int, n1: int, b: int, n2: int) -> tuple[float, float]:
    """Chi-squared of the counts against the best-fitting rates with multiplier ``m`` > 0, and its slope in m.

    Larger ``m`` stands for a smaller contrast: the rate of arm 1 falls, that of arm 2 rises.
    """
    if measure == DIFFERENCE:
        # (p1 - p) / v1 = (q - p2) / v2 = m, with v the variance p (1 - p) / n of each rate.
        share_1, share_2 = 1.0 / n1, 1.0 / n2
        p, bend_1 = shrunk(a * share_1, m * share_1)
        q, bend_2 = shrunk((n2 - b) * share_2, m * share_2)  # q is the rate of non-events
        v1, v2 = p * (1.0 - p) * share_1, q * (1.0 - q) * share_2
        slope = v1 + v2
        if v1 > 0.0 and bend_1 > 0.0:
            slope += v1 / bend_1
        if v2 > 0.0 and bend_2 > 0.0:
            slope += v2 / bend_2
        return m * m * (v1 + v2), m * slope
    if measure == RATIO:
        # (a - n1 p) / (1 - p) = (n2 q - b) / (1 - q) = m.
        first = (n1 - a) / (n1 * (a - m)) if a < n1 else 0.0
        second = (n2 - b) / (n2 * (b + m))
        value = m * m * (first + second)
        return value, 2.0 * m * (first + second) + m * m * (first / (a - m) - second / (b + m))
    # a - n1 p = n2 q - b = m.
    first = n1 / ((a - m) * (n1 - a + m))
    second = n2 / ((b + m) * (n2 - b - m))
    bend = first * (1.0 / (a - m) - 1.0 / (n1 - a + m)) + second * (1.0 / (n2 - b - m) - 1.0 / (b + m))
    return m * m * (first + second), 2.0 * m * (first + second) + m * m * bend


@kernel
def multiplier(measure: int, wanted: float, top: float, a: int, n1: int, b: int, n2: int) -> float:
    """Multiplier below ``top`` at which the chi-squared is ``wanted``."""
    p, q = (a + 0.5) / (n1 + 1.0), (b + 0.5) / (n2 + 1.0)
    if measure == DIFFERENCE:
        m = math.sqrt(wanted / (p * (1.0 - p) / n1 + q * (1.0 - q) / n2))
    elif measure == RATIO:
        m = math.sqrt(wanted / ((1.0 - p) / (p * n1) + (1.0 - q) / (q * n2)))
    else:
        m = math.sqrt(wanted / (1.0 / (p * (1.0 - p) * n1) + 1.0 / (q * (1.0 - q) * n2)))
    low, high = 0.0, top
    if m >= top:
        m = 0.75 * top
    aim = math.sqrt(wanted)
    for _ in range(200):
        value, slope = distance(measure, m, a, n1, b, n2)
        if value < wanted:
            low = m
        else:
            high = m
        # Newton on the square root, which is nearly a straight line in m.
        root = math.sqrt(value)
        following = m + 2.0 * root * (aim - root) / slope if slope > 0.0 else -1.0
        if abs(following - m) <= LAST_STEP * m:
            return following
        if not low < following < high:
            following = 0.5 * (low + high) if high < math.inf else 2.0 * m
        if following in (low, high):
            break
        m = following
    return m
