"""Tails and quantiles of the normal, t and beta distributions, as kernels.

SciPy has them all and is right; the tests compare these with it. They are written here because a kernel
that numba compiles cannot call SciPy, and because loading :mod:`scipy.special` takes longer than a whole
audit.
"""

import math
from statistics import NormalDist

from countback.procedures.batch import kernel

__all__ = ["LAST_STEP", "beta_cdf", "beta_quantile", "normal_p", "student_p", "two_sided_z"]

#: A Newton step of this share of the point is the last: what it leaves is of the order of its square.
LAST_STEP = 1e-10

_TINY = 1e-300
_ROOT_HALF = math.sqrt(0.5)
_ROOT_HALF_OVER_PI = math.sqrt(0.5 / math.pi)
_HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)


def two_sided_z(level: float) -> float:
    """Normal quantile that cuts off ``(1 - level) / 2`` in each tail.

    Raises
    ------
    ValueError
        ``level`` is not strictly between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"a confidence level lies between 0 and 1, such as 0.95: {level} does not")
    return NormalDist().inv_cdf(0.5 + level / 2.0)


@kernel
def normal_p(z: float, side: int) -> float:
    """Normal p-value of ``z``: two-sided (``side`` 0), upper tail (1) or lower tail (-1)."""
    if side == 0:
        return math.erfc(abs(z) * _ROOT_HALF)
    return 0.5 * math.erfc(side * z * _ROOT_HALF)


@kernel
def stirling_rest(x: float) -> float:
    """What Stirling's formula for log gamma leaves out."""
    if x < 10.0:
        return math.lgamma(x) - ((x - 0.5) * math.log(x) - x + _HALF_LOG_TWO_PI)
    y = 1.0 / (x * x)
    return (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / x


@kernel
def beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    # x**a (1 - x)**b / B(a, b) without differences of large logarithms.
    excess = x * b - a * (1.0 - x)
    near_a, near_b = abs(excess) < 0.5 * a, abs(excess) < 0.5 * b
    powers = a * (math.log1p(excess / a) if near_a else math.log(x) + math.log1p(b / a))
    powers += b * (math.log1p(-excess / b) if near_b else math.log1p(-x) + math.log1p(a / b))
    rest = stirling_rest(a + b) - stirling_rest(a) - stirling_rest(b)
    front = math.exp(powers + rest) * math.sqrt(a / (a + b) * b) * _ROOT_HALF_OVER_PI
    swapped = x > (a + 1.0) / (a + b + 2.0)  # the fraction converges fast on one side only
    if swapped:
        a, b, x = b, a, 1.0 - x
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    if abs(d) < _TINY:
        d = _TINY
    d = 1.0 / d
    fraction = d
    for m in range(1, 20_000):
        for odd in range(2):
            if odd == 0:
                term = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
            else:
                term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
            d = 1.0 + term * d
            if abs(d) < _TINY:
                d = _TINY
            c = 1.0 + term / c
            if abs(c) < _TINY:
                c = _TINY
            d = 1.0 / d
            step = d * c
            fraction *= step
        if abs(step - 1.0) < 3e-16:
            break
    value = front * fraction / a
    return 1.0 - value if swapped else value


@kernel
def beta_quantile(probability: float, a: float, b: float) -> float:
    """Point x with I_x(a, b) = ``probability``: Newton's method kept inside a shrinking bracket."""
    low, high = 0.0, 1.0
    x = a / (a + b)
    log_scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    for _ in range(200):
        gap = beta_cdf(x, a, b) - probability
        if gap == 0.0:
            return x
        if gap > 0.0:
            high = x
        else:
            low = x
        slope = math.exp(log_scale + (a - 1.0) * math.log(x) + (b - 1.0) * math.log1p(-x))
        step = gap / slope if slope > 0.0 else 1.0
        following = x - step
        if abs(step) <= LAST_STEP * x:
            return following
        if not low < following < high:
            # The geometric middle finds a quantile near 0 (a tiny one, when a is small) as soon as any other.
            following = math.sqrt(low * high) if low > 0.0 and high < 0.5 else 0.5 * (low + high)
        if following in (low, high):
            return following
        x = following
    return x


@kernel
def student_p(t: float, df: float, side: int) -> float:
    """Student-t p-value of ``t`` with ``df`` degrees of freedom; sides as in :func:`normal_p`."""
    if math.isnan(t) or math.isnan(df):
        return math.nan
    if math.isinf(t):
        both = 0.0
    elif t * t < 1.0:  # near the middle 1 - x is the accurate argument; in the tail 1 - p would lose all digits
        both = 1.0 - beta_cdf(t * t / (df + t * t), 0.5, 0.5 * df)
    else:
        both = beta_cdf(df / (df + t * t), 0.5 * df, 0.5)
    if side == 0:
        return both
    return 0.5 * both if side * t > 0.0 else 1.0 - 0.5 * both
