"""Tests against a margin: is one rate less than a margin below, or above, the other.

The null hypothesis is that the difference or ratio of the rates is the margin itself. Both rates are estimated under
it: on the curve of all pairs with that contrast, the pair that makes the counts most likely, for a difference from the
one root of a cubic, for a ratio or an odds ratio from a quadratic. With a margin of no difference the tests are
Pearson's chi-squared on one side.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Literal

from countback.procedures.distributions import normal_p
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES", "farrington_manning_p", "rates_at_margin", "wald_margin_p"]

Contrast = Literal["RD", "RR", "OR"]


def rates_at_margin(a: int, n1: int, b: int, n2: int, margin: float, measure: Contrast = "RD") -> tuple[float, float]:
    """Most likely rates of both arms among those whose contrast is the margin.

    Parameters
    ----------
    a, n1, b, n2 : int
        Events and total of arms 1 and 2.
    margin : float
        A difference between -1 and 1, or a ratio above 0.
    measure : {"RD", "RR", "OR"}
        Of arm 1 against arm 2.
    """
    p1, p2, share = a / n1, b / n2, n2 / n1
    if measure == "OR":
        events = a + b
        square, slope = n2 * (margin - 1), n1 * margin + n2 - events * (margin - 1)
        if square == 0:
            second = events / (n1 + n2)
        else:
            second = (-slope + math.sqrt(slope * slope + 4 * square * events)) / (2 * square)
        return second * margin / (1 + second * (margin - 1)), second
    if measure == "RR":
        square = 1 + share
        slope = -(margin * (1 + share * p2) + share + p1)
        rest = margin * (p1 + share * p2)
        first = (-slope - math.sqrt(max(0.0, slope * slope - 4 * square * rest))) / (2 * square)
        return first, first / margin
    cube = 1 + share
    square = -(1 + share + p1 + share * p2 + margin * (share + 2))
    slope = margin * margin + margin * (2 * p1 + share + 1) + p1 + share * p2
    rest = -p1 * margin * (1 + margin)
    third = square / (3 * cube)
    v = third**3 - square * slope / (6 * cube * cube) + rest / (2 * cube)
    u = math.copysign(math.sqrt(max(0.0, third * third - slope / (3 * cube))), v)
    angle = math.acos(max(-1.0, min(1.0, v / u**3))) if u else 0.0
    first = min(1.0, max(0.0, 2 * u * math.cos((math.pi + angle) / 3) - third))
    return first, min(1.0, max(0.0, first - margin))


def _z(a: int, n1: int, b: int, n2: int, margin: float, measure: Contrast) -> float:
    p1, p2 = a / n1, b / n2
    first, second = rates_at_margin(a, n1, b, n2, margin, measure)
    spread1, spread2 = first * (1 - first), second * (1 - second)
    if measure == "OR":
        if spread1 <= 0 or spread2 <= 0:
            return math.nan
        return (a - n1 * first) * math.sqrt(1 / (n1 * spread1) + 1 / (n2 * spread2))
    scale = 1.0 if measure == "RD" else margin
    distance = p1 - p2 - margin if measure == "RD" else p1 - margin * p2
    variance = spread1 / n1 + scale * scale * spread2 / n2
    return distance / math.sqrt(variance) if variance > 0 else math.nan


def farrington_manning_p(
    a: int, n1: int, b: int, n2: int, *, margin: float = 0.0, measure: Contrast = "RD", greater: bool = True
) -> float:
    """Score test against a margin, one-sided.

    Parameters
    ----------
    a, n1, b, n2 : int
        Events and total of arms 1 and 2.
    margin : float
        The difference (as a proportion), ratio or odds ratio of arm 1 against arm 2 under the null hypothesis.
    measure : {"RD", "RR", "OR"}
    greater : bool
        Whether the alternative is that the contrast lies above the margin, as for a margin below no difference.

    Returns
    -------
    float
        P-value; nan where the rates under the null hypothesis have no variance.

    Examples
    --------
    >>> round(farrington_manning_p(83, 100, 90, 100, margin=-0.2), 4)
    0.0054
    """
    z = _z(a, n1, b, n2, margin, measure)
    return math.nan if math.isnan(z) else float(normal_p(z, 1 if greater else -1))


def wald_margin_p(a: int, n1: int, b: int, n2: int, *, margin: float = 0.0, greater: bool = True) -> float:
    """Wald test of a difference of rates against a margin, one-sided; nan where neither rate varies."""
    p1, p2 = a / n1, b / n2
    variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    if variance <= 0:
        return math.nan
    return float(normal_p((p1 - p2 - margin) / math.sqrt(variance), 1 if greater else -1))


PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="p_margin_rd",
        name="Farrington-Manning test of a margin, risk difference",
        kind="summary",
        arms=0,
        sides="greater",
        measure="risk difference",
        summary="Whether the difference of two rates lies above a margin, with rates estimated at the margin.",
        formula=r"z = \frac{\hat p_1 - \hat p_2 - \delta}"
        r"{\sqrt{\tilde p_1 (1 - \tilde p_1)/n_1 + \tilde p_2 (1 - \tilde p_2)/n_2}},\quad "
        r"\tilde p_1 - \tilde p_2 = \delta",
        reference="Farrington CP, Manning G. Stat Med 1990;9:1447-1454",
        doi="10.1002/sim.4780091208",
        agrees_with="SAS PROC FREQ riskdiff(noninf method=fm); a numerical search for the rates",
        compute=partial(farrington_manning_p, measure="RD"),
    ),
    Procedure(
        key="p_margin_rr",
        name="Farrington-Manning test of a margin, risk ratio",
        kind="summary",
        arms=0,
        sides="greater",
        measure="risk ratio",
        summary="Whether the ratio of two rates lies above a margin, with rates estimated at the margin.",
        formula=r"z = \frac{\hat p_1 - \phi\,\hat p_2}"
        r"{\sqrt{\tilde p_1 (1 - \tilde p_1)/n_1 + \phi^2 \tilde p_2 (1 - \tilde p_2)/n_2}},\quad "
        r"\tilde p_1 / \tilde p_2 = \phi",
        reference="Farrington CP, Manning G. Stat Med 1990;9:1447-1454",
        doi="10.1002/sim.4780091208",
        agrees_with="statsmodels test_proportions_2indep(compare='ratio', method='score', correction=False)",
        compute=partial(farrington_manning_p, measure="RR", margin=1.0),
    ),
    Procedure(
        key="p_margin_or",
        name="score test of a margin, odds ratio",
        kind="summary",
        arms=0,
        sides="greater",
        measure="odds ratio",
        summary="Whether the odds ratio lies above a margin, with rates estimated at the margin.",
        formula=r"z = (a - n_1 \tilde p_1)\sqrt{\frac{1}{n_1 \tilde p_1 (1 - \tilde p_1)} "
        r"+ \frac{1}{n_2 \tilde p_2 (1 - \tilde p_2)}}",
        reference="Miettinen O, Nurminen M. Stat Med 1985;4:213-226",
        doi="10.1002/sim.4780040211",
        agrees_with="statsmodels test_proportions_2indep(compare='odds-ratio', method='score', correction=False)",
        compute=partial(farrington_manning_p, measure="OR", margin=1.0),
    ),
    Procedure(
        key="p_margin_wald",
        name="Wald test of a margin, risk difference",
        kind="summary",
        arms=0,
        sides="greater",
        measure="risk difference",
        summary="Whether the difference of two rates lies above a margin, with the variance of the rates seen.",
        formula=r"z = \frac{\hat p_1 - \hat p_2 - \delta}"
        r"{\sqrt{\hat p_1 (1 - \hat p_1)/n_1 + \hat p_2 (1 - \hat p_2)/n_2}}",
        reference="Blackwelder WC. Control Clin Trials 1982;3:345-353",
        doi="10.1016/0197-2456(82)90024-1",
        agrees_with="statsmodels test_proportions_2indep(compare='diff', method='wald')",
        compute=wald_margin_p,
    ),
)
