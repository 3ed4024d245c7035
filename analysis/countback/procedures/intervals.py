"""Intervals in closed form for two arms: Wald and its repairs, for difference, risk ratio and odds ratio.

SciPy and statsmodels offer several of these; statsmodels' ``Table2x2`` adds a half to zero cells without a
word, and its Wald interval is not cut at -1 and 1. Here a zero cell makes the plain log intervals infinite
or nan, as in R, and only the procedures named so add a half.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from countback.procedures.batch import Counts, evaluate, kernel
from countback.procedures.distributions import two_sided_z
from countback.procedures.procedure import Procedure
from countback.procedures.proportion import wilson_corrected_limits, wilson_limits

__all__ = ["PROCEDURES"]


@kernel
def wald_limits(a: int, n1: int, b: int, n2: int, z: float, correct: bool) -> tuple[float, float]:
    """Difference and z unpooled standard errors, cut at -1 and 1; ``correct`` adds what R adds."""
    p, q = a / n1, b / n2
    width = z * math.sqrt(p * (1.0 - p) / n1 + q * (1.0 - q) / n2)
    if correct:
        both = 1.0 / n1 + 1.0 / n2
        width += min(0.5, abs(p - q) / both) * both
    return max(-1.0, p - q - width), min(1.0, p - q + width)


@kernel
def newcombe_limits(a: int, n1: int, b: int, n2: int, z: float, correct: bool) -> tuple[float, float]:
    """Newcombe's hybrid: distances to the arms' Wilson limits, squared and added."""
    p, q = a / n1, b / n2
    if correct:
        lower_1, upper_1 = wilson_corrected_limits(a, n1, z)
        lower_2, upper_2 = wilson_corrected_limits(b, n2, z)
    else:
        lower_1, upper_1 = wilson_limits(a, n1, z)
        lower_2, upper_2 = wilson_limits(b, n2, z)
    down = math.sqrt((p - lower_1) * (p - lower_1) + (upper_2 - q) * (upper_2 - q))
    up = math.sqrt((upper_1 - p) * (upper_1 - p) + (q - lower_2) * (q - lower_2))
    return p - q - down, p - q + up


@kernel
def agresti_caffo_limits(a: int, n1: int, b: int, n2: int, z: float) -> tuple[float, float]:
    """Wald limits after one event and one non-event were added to each arm; may pass -1 and 1."""
    p, q = (a + 1.0) / (n1 + 2.0), (b + 1.0) / (n2 + 2.0)
    width = z * math.sqrt(p * (1.0 - p) / (n1 + 2.0) + q * (1.0 - q) / (n2 + 2.0))
    return p - q - width, p - q + width


@kernel
def katz_limits(a: int, n1: int, b: int, n2: int, z: float, half: bool) -> tuple[float, float]:
    """Log risk ratio and z standard errors; ``half`` adds a half to every cell where one of them is 0."""
    if half and (a == 0 or b == 0 or a == n1 or b == n2):
        x, y, m1, m2 = a + 0.5, b + 0.5, n1 + 1.0, n2 + 1.0
    else:
        if a == 0:
            return (math.nan if b == 0 else 0.0), math.nan
        if b == 0:
            return math.nan, math.inf
        x, y, m1, m2 = float(a), float(b), float(n1), float(n2)
    middle = math.log(x / m1) - math.log(y / m2)
    width = z * math.sqrt((m1 - x) / (x * m1) + (m2 - y) / (y * m2))
    return math.exp(middle - width), math.exp(middle + width)


@kernel
def woolf_limits(a: int, n1: int, b: int, n2: int, z: float, half: bool) -> tuple[float, float]:
    """Log odds ratio and z standard errors; ``half`` adds a half to every cell where one of them is 0."""
    p, q, r, s = float(a), float(n1 - a), float(b), float(n2 - b)
    if a == 0 or b == 0 or a == n1 or b == n2:
        if half:
            p, q, r, s = p + 0.5, q + 0.5, r + 0.5, s + 0.5
        else:
            none_above = p * s == 0.0
            none_below = q * r == 0.0
            if none_above:
                return (math.nan if none_below else 0.0), math.nan
            return math.nan, math.inf
    middle = math.log(p / q) - math.log(r / s)
    width = z * math.sqrt(1.0 / p + 1.0 / q + 1.0 / r + 1.0 / s)
    return math.exp(middle - width), math.exp(middle + width)


def _limits(
    function: Callable[..., Any],
    flags: tuple[bool, ...],
    a: Counts,
    n1: Counts,
    b: Counts,
    n2: Counts,
    *,
    level: float = 0.95,
) -> Any:
    return evaluate(function, (a, n1, b, n2), (two_sided_z(level), *flags), outputs=2)


_WALD = (
    r"\hat p_1 - \hat p_2 "
    r"\pm z\sqrt{\frac{\hat p_1 (1 - \hat p_1)}{n_1} + \frac{\hat p_2 (1 - \hat p_2)}{n_2}}"
)
_NEWCOMBE = {
    "reference": "Newcombe RG. Stat Med 1998;17:873-890",
    "doi": "10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I",
    "formula": r"\hat\delta - \sqrt{(\hat p_1 - l_1)^2 + (u_2 - \hat p_2)^2},\quad "
    r"\hat\delta + \sqrt{(u_1 - \hat p_1)^2 + (\hat p_2 - l_2)^2},\quad \hat\delta = \hat p_1 - \hat p_2",
}
_KATZ = {
    "reference": "Katz D, Baptista J, Azen SP, Pike MC. Biometrics 1978;34:469-474",
    "doi": "10.2307/2530610",
    "formula": r"\exp\left\{\log\frac{a / n_1}{b / n_2} "
    r"\pm z\sqrt{\tfrac1a - \tfrac1{n_1} + \tfrac1b - \tfrac1{n_2}}\right\}",
}
_WOOLF = {
    "reference": "Woolf B. Ann Hum Genet 1955;19:251-253",
    "doi": "10.1111/j.1469-1809.1955.tb01348.x",
    "formula": r"\exp\left\{\log\frac{a (n_2 - b)}{b (n_1 - a)} \pm "
    r"z\sqrt{\tfrac1a + \tfrac1{n_1 - a} + \tfrac1b + \tfrac1{n_2 - b}}\right\}",
}

PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="rd_wald",
        name="Wald interval, risk difference",
        kind="interval",
        measure="risk difference",
        summary="The textbook interval; too short in small trials, of no width where both rates are 0 or 1.",
        formula=_WALD,
        reference="Wald A. Trans Am Math Soc 1943;54:426-482",
        doi="10.1090/S0002-9947-1943-0012401-3",
        agrees_with="R stats::prop.test(correct = FALSE)$conf.int",
        family="Wald",
        compute=partial(_limits, wald_limits, (False,)),
    ),
    Procedure(
        key="rd_wald_cc",
        name="Wald interval with continuity correction, risk difference",
        kind="interval",
        measure="risk difference",
        summary="The textbook interval, widened to allow for counts being whole numbers.",
        formula=_WALD + r" \pm \min\left\{\tfrac12\left(\tfrac1{n_1} + \tfrac1{n_2}\right),\ "
        r"|\hat p_1 - \hat p_2|\right\}",
        reference="Fleiss JL. Statistical Methods for Rates and Proportions, 2nd ed. New York: Wiley, 1981",
        agrees_with="R stats::prop.test()$conf.int (default)",
        compute=partial(_limits, wald_limits, (True,)),
    ),
    Procedure(
        key="rd_newcombe",
        name="Newcombe hybrid score interval, risk difference",
        kind="interval",
        measure="risk difference",
        summary="Puts the two arms' Wilson intervals together; good at any size, and needs no search.",
        agrees_with='R Epi::ci.pd(method = "Nc"); l and u are the Wilson limits of each arm',
        compute=partial(_limits, newcombe_limits, (False,)),
        formula=_NEWCOMBE["formula"],
        reference=_NEWCOMBE["reference"],
        doi=_NEWCOMBE["doi"],
    ),
    Procedure(
        key="rd_newcombe_cc",
        name="Newcombe hybrid score interval with continuity correction, risk difference",
        kind="interval",
        measure="risk difference",
        summary="Newcombe's interval from the arms' corrected Wilson intervals; wider.",
        agrees_with="Newcombe's method 11 in R; l and u are the corrected Wilson limits of each arm",
        compute=partial(_limits, newcombe_limits, (True,)),
        formula=_NEWCOMBE["formula"],
        reference=_NEWCOMBE["reference"],
        doi=_NEWCOMBE["doi"],
    ),
    Procedure(
        key="rd_agresti_caffo",
        name="Agresti-Caffo interval, risk difference",
        kind="interval",
        measure="risk difference",
        summary="The textbook interval after adding one event and one non-event to each arm.",
        formula=_WALD + r",\quad \hat p_1 = \frac{a + 1}{n_1 + 2},\ \hat p_2 = \frac{b + 1}{n_2 + 2},\ n_i \to n_i + 2",
        reference="Agresti A, Caffo B. Am Stat 2000;54:280-288",
        doi="10.1080/00031305.2000.10474560",
        agrees_with='R Epi::ci.pd(method = "AC") (not cut at -1 and 1)',
        compute=partial(_limits, agresti_caffo_limits, ()),
    ),
    Procedure(
        key="rr_katz",
        name="Katz log interval, risk ratio",
        kind="interval",
        measure="risk ratio",
        summary="The usual interval for a risk ratio; there is none where an arm has no event.",
        agrees_with='R metafor::escalc(measure = "RR", add = 0, to = "none"), which gives NA where an arm has no event',
        family="Katz",
        compute=partial(_limits, katz_limits, (False,)),
        formula=_KATZ["formula"],
        reference=_KATZ["reference"],
        doi=_KATZ["doi"],
    ),
    Procedure(
        key="rr_katz_half",
        name="Katz log interval, a half added to zero cells, risk ratio",
        kind="interval",
        measure="risk ratio",
        summary="The usual interval for a risk ratio, with a half added to every cell where one is 0.",
        agrees_with='R metafor::escalc(measure = "RR") (default: add = 1/2, to = "only0")',
        compute=partial(_limits, katz_limits, (True,)),
        formula=_KATZ["formula"],
        reference=_KATZ["reference"],
        doi=_KATZ["doi"],
    ),
    Procedure(
        key="or_woolf",
        name="Woolf log interval, odds ratio",
        kind="interval",
        measure="odds ratio",
        summary="The usual interval for an odds ratio; there is none where a cell is 0.",
        agrees_with='R metafor::escalc(measure = "OR", add = 0, to = "none"), which gives NA where a cell is 0',
        family="Woolf",
        compute=partial(_limits, woolf_limits, (False,)),
        formula=_WOOLF["formula"],
        reference=_WOOLF["reference"],
        doi=_WOOLF["doi"],
    ),
    Procedure(
        key="or_woolf_half",
        name="Woolf log interval, a half added to zero cells, odds ratio",
        kind="interval",
        measure="odds ratio",
        summary="The usual interval for an odds ratio, with a half added to every cell where one is 0.",
        agrees_with='R metafor::escalc(measure = "OR") (default: add = 1/2, to = "only0")',
        compute=partial(_limits, woolf_limits, (True,)),
        formula=_WOOLF["formula"],
        reference=_WOOLF["reference"],
        doi=_WOOLF["doi"],
    ),
)
