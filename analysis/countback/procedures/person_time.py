"""Rates of events per person-time: their ratio, its interval, and tests."""

from __future__ import annotations

import math

from countback.procedures.distributions import normal_p, two_sided_z
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES", "rate_ratio", "rate_ratio_limits", "rate_ratio_p"]


def rate_ratio(a: int, time1: float, b: int, time2: float) -> float:
    """Ratio of two rates; infinite where only the second has no event, nan where neither has one."""
    if b == 0:
        return math.inf if a else math.nan
    return a / time1 / (b / time2)


def rate_ratio_limits(a: int, time1: float, b: int, time2: float, *, level: float = 0.95) -> tuple[float, float]:
    """Wald interval of the ratio of two rates, on the log scale; nan where an arm has no event.

    Examples
    --------
    >>> [round(x, 3) for x in rate_ratio_limits(15, 1000, 30, 1000)]
    [0.269, 0.929]
    """
    if a == 0 or b == 0:
        return math.nan, math.nan
    centre, width = math.log(rate_ratio(a, time1, b, time2)), two_sided_z(level) * math.sqrt(1 / a + 1 / b)
    return math.exp(centre - width), math.exp(centre + width)


def rate_ratio_p(a: int, time1: float, b: int, time2: float, *, log: bool = False) -> float:
    """Test of equal rates, two-sided: the events split as the person-time does.

    Parameters
    ----------
    a, b : int
        Events.
    time1, time2 : float
        Person-time, more than 0.
    log : bool
        Wald's test on the log scale, which goes with :func:`rate_ratio_limits`, in place of the score test.
    """
    if a + b == 0 or (log and (a == 0 or b == 0)):
        return math.nan
    if log:
        return float(normal_p(math.log(rate_ratio(a, time1, b, time2)) / math.sqrt(1 / a + 1 / b), 0))
    share = time1 / (time1 + time2)
    return float(normal_p((a - (a + b) * share) / math.sqrt((a + b) * share * (1 - share)), 0))


_BOOK = "Breslow NE, Day NE. Statistical Methods in Cancer Research, volume II. Lyon: IARC; 1987"

PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="p_rates",
        name="score test of two rates",
        kind="summary",
        arms=0,
        sides="two-sided",
        measure="rate ratio",
        summary="Whether events split between arms as the person-time does.",
        formula=r"z = \frac{a - (a + b) q}{\sqrt{(a + b) q (1 - q)}},\quad q = \frac{T_1}{T_1 + T_2}",
        agrees_with="statsmodels test_poisson_2indep(method='score')",
        compute=rate_ratio_p,
        reference=_BOOK,
    ),
    Procedure(
        key="rate_ratio_limits",
        name="Wald interval of the rate ratio, log scale",
        kind="summary",
        arms=0,
        sides="two-sided",
        measure="rate ratio",
        summary="The interval of a ratio of two rates per person-time.",
        formula=r"\log\frac{a / T_1}{b / T_2} \pm z \sqrt{\frac1a + \frac1b}",
        agrees_with="statsmodels confint_poisson_2indep(compare='ratio', method='waldcc') without its correction",
        compute=rate_ratio_limits,
        reference=_BOOK,
    ),
)
