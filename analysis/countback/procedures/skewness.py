"""Limits of the risk difference by the score corrected for skewness (Laud 2017)."""

import math

from countback.procedures.batch import kernel
from countback.procedures.score_statistic import DIFFERENCE, multiplier, shrunk

__all__ = ["skewed_limits"]

#: A step of this share of the point is the last of a method that converges more slowly than Newton's.
SETTLED = 1e-13


@kernel
def boundary_multiplier(t: float, a: int, n1: int, b: int, n2: int) -> float:
    """Multiplier at the difference that lies ``t`` below the observed one, where all of each arm are alike.

    The rate of an arm with events only stays at 1 up to the multiplier n1 and is n1 / m beyond; so is the rate of
    non-events of an arm without any event with n2.
    """
    if a == 0:
        return n2 / (1.0 - t)
    if b == n2:
        return n1 / (1.0 - t)
    least = float(min(n1, n2))
    m = least / (1.0 - t) if t < 1.0 else math.inf
    return m if m <= max(n1, n2) else (n1 + n2) / (2.0 - t)


@kernel
def boundary_bracket(a: int, n1: int, b: int, n2: int, z: float, inflation: float) -> tuple[float, float]:
    """Multipliers between which the corrected score first comes down to ``z``, from the far end inwards.

    Where all of each arm are alike, the variance vanishes at the observed difference, and the correction drives the
    score up again on the way there: it comes down to ``z`` twice. The stretch below ``z`` in between is several times
    as long as what lies beyond it, so that steps to seven tenths of the way do not miss it.
    """
    whole = 2.0 if a == n1 and b == 0 else 1.0  # from a difference of -1 to the observed one
    t = whole
    outer = math.inf
    for _ in range(120):
        t *= 0.7
        m = boundary_multiplier(t, a, n1, b, n2)
        if skewed_score(m, a, n1, b, n2, z, inflation) <= z:
            if outer < math.inf:
                return m, outer
            outer = m
            while skewed_score(outer, a, n1, b, n2, z, inflation) <= z:
                outer *= 2.0
                if outer > 1e12 * m:
                    return m, math.inf
            return m, outer
        outer = m
    return outer, outer


@kernel
def interior_bracket(a: int, n1: int, b: int, n2: int, z: float, inflation: float) -> tuple[float, float]:
    """Multipliers around the one at which the corrected score is ``z``."""
    m = multiplier(DIFFERENCE, z * z * inflation, math.inf, a, n1, b, n2)
    low, high = m, m
    while skewed_score(low, a, n1, b, n2, z, inflation) > z and low > 1e-9 * m:
        low *= 0.5
    while skewed_score(high, a, n1, b, n2, z, inflation) < z and high < 1e9 * m:
        high *= 2.0
    return low, high


@kernel
def skewed_score(m: float, a: int, n1: int, b: int, n2: int, z: float, inflation: float) -> float:
    """Score statistic at multiplier ``m`` less Laud's correction for skewness at ``z``."""
    p, q = shrunk(a / n1, m / n1)[0], shrunk((n2 - b) / n2, m / n2)[0]
    v1, v2 = p * (1.0 - p) / n1, q * (1.0 - q) / n2
    variance = (v1 + v2) * inflation
    if variance <= 0.0:
        return 0.0
    third = v1 * (1.0 - 2.0 * p) / n1 + v2 * (1.0 - 2.0 * q) / n2
    return (m * (v1 + v2) - third * (z * z - 1.0) / (6.0 * variance)) / math.sqrt(variance)


@kernel
def skewed_multiplier(low: float, high: float, a: int, n1: int, b: int, n2: int, z: float, inflation: float) -> float:
    """Multiplier at which the corrected score is ``z``: at most that at ``low``, above it at ``high``.

    Regula falsi with the Illinois rule; gaps count as 1 at most, so that a score without bounds slows nothing down.
    """
    below = max(-1.0, skewed_score(low, a, n1, b, n2, z, inflation) - z)
    above = min(1.0, skewed_score(high, a, n1, b, n2, z, inflation) - z)
    last = m = low
    kept = 0
    for _ in range(200):
        m = high - above * (high - low) / (above - below) if above > below else low
        if not low < m < high:
            m = 0.5 * (low + high)
        if m in (low, high) or abs(m - last) <= SETTLED * m:
            break
        last = m
        gap = skewed_score(m, a, n1, b, n2, z, inflation) - z
        if gap > 0.0:
            high, above = m, min(1.0, gap)
            below *= 0.5 if kept == 1 else 1.0
            kept = 1
        else:
            low, below = m, max(-1.0, gap)
            above *= 0.5 if kept == -1 else 1.0
            kept = -1
    return m


@kernel
def skewed_lower(a: int, n1: int, b: int, n2: int, z: float) -> float:
    """Lower limit of the risk difference by the skewness-corrected score (SCAS)."""
    if a == 0 and b == n2:
        return -1.0
    inflation = (n1 + n2) / (n1 + n2 - 1.0)
    if (a == 0 or a == n1) and (b == 0 or b == n2):
        low, high = boundary_bracket(a, n1, b, n2, z, inflation)
        if high == math.inf:
            return -1.0
    else:
        low, high = interior_bracket(a, n1, b, n2, z, inflation)
    m = skewed_multiplier(low, high, a, n1, b, n2, z, inflation)
    return max(-1.0, shrunk(a / n1, m / n1)[0] + shrunk((n2 - b) / n2, m / n2)[0] - 1.0)


@kernel
def skewed_limits(a: int, n1: int, b: int, n2: int, z: float) -> tuple[float, float]:
    """Limits of the risk difference by the skewness-corrected score (SCAS)."""
    return skewed_lower(a, n1, b, n2, z), -skewed_lower(b, n2, a, n1, z)
