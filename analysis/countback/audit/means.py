"""Means and standard deviations in print: what integers can average to, and which p-values they leave possible.

Means and SDs are rounded before they are printed. A p-value worked out from them is therefore a set: all values
that inputs inside their rounding can give.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

from countback.trial import printed
from countback.trial.printed import Printed

TESTS = {"student": "Student t", "welch": "Welch t"}
"""The two-sample t tests that means and SDs are held against."""


def _within(number: Printed) -> tuple[Fraction, Fraction]:
    """Give the range that rounding to the nearest leaves open, both ends included."""
    half = Fraction(1, 2 * 10**number.decimals)
    return number.value - half, number.value + half


def possible_p(
    mean1: Printed, sd1: Printed, n1: int, mean2: Printed, sd2: Printed, n2: int, welch: bool = False
) -> tuple[float, float]:
    """Give the lowest and highest p of a t test that inputs inside their rounding can give.

    Parameters
    ----------
    mean1, sd1, mean2, sd2 : Printed
        Taken as rounded to the nearest: each stands for itself give or take half a unit of its last digit.
    n1, n2 : int
        Patients, 2 or more in each arm.
    welch : bool
        Welch's test in place of Student's.

    Returns
    -------
    (float, float)
        The extremes lie where the means are nearest or farthest and the SDs largest or smallest; all such corners
        are tried.
    """
    from countback.procedures.summaries import t_from_summary

    low, high = _within(mean1)[0] - _within(mean2)[1], _within(mean1)[1] - _within(mean2)[0]
    gaps = {float(low), float(high)} | ({0.0} if low <= 0 <= high else set())
    spreads = [[max(0.0, float(end)) for end in _within(sd)] for sd in (sd1, sd2)]
    values = [
        t_from_summary(gap, s1, n1, 0.0, s2, n2, equal_variance=not welch) for gap, s1, s2 in product(gaps, *spreads)
    ]
    known = [p for p in values if not math.isnan(p)]
    return (min(known), max(known)) if known else (math.nan, math.nan)


def prints_within(number: Printed, low: float, high: float) -> bool:
    """Tell whether some value from `low` to `high` prints so under some rule of rounding."""
    if math.isnan(low):
        return False
    if number.relation != "=":
        return any(printed.rules_that_print(number, end) for end in (low, high))
    first, last = printed.exact(low), printed.exact(high)
    if first < number.high and last >= number.low:
        return first >= number.low or last < number.high or first <= number.value <= last
    return False


def grim(mean: Printed, n: int) -> bool:
    """Tell whether some whole numbers, one a patient, can average to a printed mean.

    Brown NJL, Heathers JAJ. Soc Psychol Personal Sci 2017;8:363-9, doi 10.1177/1948550616673876.

    Parameters
    ----------
    mean : Printed
    n : int
        Patients, 1 or more.

    Examples
    --------
    >>> grim(printed.parse("5.19"), 28), grim(printed.parse("5.18"), 28)
    (False, True)
    """
    return bool(_sums(mean, n))


def _sums(mean: Printed, n: int) -> list[int]:
    """Give every sum of n whole numbers whose mean prints so, under any rule of rounding."""
    first, last = math.floor(mean.low * n), math.ceil(mean.high * n)
    return [s for s in range(first, last + 1) if printed.rules_that_print(mean, Fraction(s, n))]


def grimmer(mean: Printed, sd: Printed, n: int) -> bool:
    """Tell whether some whole numbers, one a patient, can have a printed mean and a printed SD.

    Their squares add up to a whole number that is odd exactly when their sum is. Anaya J. PeerJ Preprints
    2016;4:e2400v1, doi 10.7287/peerj.preprints.2400v1; the test on parity is A. Allard's.

    Parameters
    ----------
    mean, sd : Printed
        The SD with n - 1 in its denominator.
    n : int
        Patients, 2 or more.

    Examples
    --------
    >>> grimmer(printed.parse("3.44"), printed.parse("2.46"), 18)
    False
    """
    low, high = max(sd.low, Fraction(0)), sd.high
    for total in _sums(mean, n):
        base = Fraction(total * total, n)
        first, last = math.ceil(low * low * (n - 1) + base), math.floor(high * high * (n - 1) + base)
        for squares in range(first, last + 1):
            variance = (squares - base) / (n - 1)
            if (squares - total) % 2 == 0 and variance >= 0 and _sqrt_prints(sd, variance):
                return True
    return False


def _sqrt_prints(sd: Printed, variance: Fraction) -> bool:
    """Tell whether the root of a variance prints so: its ends are compared squared, which is exact."""
    unit = Fraction(1, 10**sd.decimals)
    nearest = max(sd.value - unit / 2, Fraction(0)) ** 2 <= variance <= (sd.value + unit / 2) ** 2
    cut = sd.value**2 <= variance < (sd.value + unit) ** 2
    return nearest or cut
