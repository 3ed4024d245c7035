"""Effects pooled over several strata: Mantel-Haenszel's odds ratio, risk ratio and risk difference, Peto's odds ratio.

Every function takes one value per stratum for each of ``a, n1, b, n2`` (a scalar stands for the same in all) and
returns one number, or ``(lower, upper)``, for all strata together. statsmodels' ``StratifiedTable`` agrees on the odds
ratio with its interval; it has neither risk ratio, risk difference nor Peto's odds ratio with their intervals.

What strata without information leave undefined is nan or infinite, and no warning is given.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countback.procedures.batch import Counts, array_counts
from countback.procedures.distributions import two_sided_z
from countback.procedures.procedure import Kind, Procedure

__all__ = [
    "PROCEDURES",
    "Strata",
    "entry",
    "excess_of",
    "mh_or",
    "mh_or_limits",
    "mh_rd",
    "mh_rd_limits",
    "mh_rr",
    "mh_rr_limits",
    "peto_or",
    "peto_or_limits",
    "strata_of",
]

_Floats = npt.NDArray[np.float64]


class Strata(NamedTuple):
    """Events and non-events of arm 1, then of arm 2, and the totals, one value per stratum."""

    a: _Floats
    b: _Floats
    c: _Floats
    d: _Floats
    n1: _Floats
    n2: _Floats
    total: _Floats


def strata_of(a: Counts, n1: Counts, b: Counts, n2: Counts) -> Strata:
    """Counts of several strata, checked; scalars stand for the same in all."""
    rows = array_counts([np.atleast_1d(np.asarray(count)) for count in (a, n1, b, n2)])
    x, m1, y, m2 = (row.ravel().astype(np.float64) for row in rows)
    return Strata(x, m1 - x, y, m2 - y, m1, m2, m1 + m2)


def _over(above: float, below: float) -> float:
    """Quotient: infinite where only ``below`` is 0, nan where both are."""
    if below != 0.0:
        return above / below
    return math.inf if above > 0.0 else math.nan


def excess_of(s: Strata) -> tuple[float, float]:
    """Events of arm 1 beyond those expected, summed over strata, and the hypergeometric variance of that."""
    events = s.a + s.c
    expected = s.n1 * events / s.total
    variance = s.n1 * s.n2 * events * (s.total - events) / (s.total**2 * np.maximum(s.total - 1.0, 1.0))
    return float((s.a - expected).sum()), float(variance.sum())


def mh_or(a: Counts, n1: Counts, b: Counts, n2: Counts) -> float:
    """Mantel-Haenszel odds ratio: infinite or nan as the cross products say."""
    s = strata_of(a, n1, b, n2)
    return _over(float((s.a * s.d / s.total).sum()), float((s.b * s.c / s.total).sum()))


def mh_or_limits(a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of the Mantel-Haenszel odds ratio by the variance of Robins, Breslow and Greenland (1986)."""
    z = two_sided_z(level)
    s = strata_of(a, n1, b, n2)
    p, q = (s.a + s.d) / s.total, (s.b + s.c) / s.total
    r, t = s.a * s.d / s.total, s.b * s.c / s.total
    sum_r, sum_t = float(r.sum()), float(t.sum())
    if sum_r == 0.0 or sum_t == 0.0:
        return math.nan, math.nan
    variance = (
        float((p * r).sum()) / (2.0 * sum_r**2)
        + float((p * t + q * r).sum()) / (2.0 * sum_r * sum_t)
        + float((q * t).sum()) / (2.0 * sum_t**2)
    )
    return _around_log(sum_r / sum_t, z * math.sqrt(variance))


def _exp(x: float) -> float:
    """Exponential that is infinite, not an error, where a float cannot hold it."""
    return math.exp(x) if x < 709.0 else math.inf


def _around_log(ratio: float, width: float) -> tuple[float, float]:
    middle = math.log(ratio)
    return _exp(middle - width), _exp(middle + width)


def mh_rr(a: Counts, n1: Counts, b: Counts, n2: Counts) -> float:
    """Mantel-Haenszel risk ratio: infinite or nan where an arm has no event."""
    s = strata_of(a, n1, b, n2)
    return _over(float((s.a * s.n2 / s.total).sum()), float((s.c * s.n1 / s.total).sum()))


def mh_rr_limits(a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of the Mantel-Haenszel risk ratio by the variance of Greenland and Robins (1985)."""
    z = two_sided_z(level)
    s = strata_of(a, n1, b, n2)
    above, below = float((s.a * s.n2 / s.total).sum()), float((s.c * s.n1 / s.total).sum())
    if above == 0.0 or below == 0.0:
        return math.nan, math.nan
    part = (s.n1 * s.n2 * (s.a + s.c) - s.a * s.c * s.total) / s.total**2
    return _around_log(above / below, z * math.sqrt(float(part.sum()) / (above * below)))


def mh_rd(a: Counts, n1: Counts, b: Counts, n2: Counts) -> float:
    """Mantel-Haenszel risk difference."""
    s = strata_of(a, n1, b, n2)
    weight = s.n1 * s.n2 / s.total
    return float((weight * (s.a / s.n1 - s.c / s.n2)).sum() / weight.sum())


def mh_rd_limits(a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of the Mantel-Haenszel risk difference by the variance of Sato, Greenland and Robins (1989)."""
    z = two_sided_z(level)
    s = strata_of(a, n1, b, n2)
    difference = mh_rd(a, n1, b, n2)
    p = (s.c * (s.n1 / s.total) ** 2 - s.a * (s.n2 / s.total) ** 2) + (s.n1 * s.n2 * (s.n2 - s.n1) / (2.0 * s.total**2))
    q = (s.a * s.d + s.b * s.c) / (2.0 * s.total)
    weight = float((s.n1 * s.n2 / s.total).sum())
    width = z * math.sqrt(max(0.0, difference * float(p.sum()) + float(q.sum()))) / weight
    return difference - width, difference + width


def peto_or(a: Counts, n1: Counts, b: Counts, n2: Counts) -> float:
    """Peto's one-step odds ratio; nan where no stratum has both events and non-events."""
    excess, variance = excess_of(strata_of(a, n1, b, n2))
    return _exp(excess / variance) if variance > 0.0 else math.nan


def peto_or_limits(a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of Peto's odds ratio, whose log has the variance 1 / V."""
    z = two_sided_z(level)
    excess, variance = excess_of(strata_of(a, n1, b, n2))
    if variance <= 0.0:
        return math.nan, math.nan
    width = z / math.sqrt(variance)
    return _exp(excess / variance - width), _exp(excess / variance + width)


def entry(
    key: str,
    name: str,
    kind: Kind,
    compute: Callable[..., Any],
    *,
    summary: str,
    formula: str,
    reference: str,
    doi: str | None,
    agrees_with: str,
    measure: str | None = None,
) -> Procedure:
    """Entry of the catalogue for several strata."""
    return Procedure(
        key=key,
        name=name,
        kind=kind,
        compute=compute,
        summary=summary,
        formula=formula,
        reference=reference,
        doi=doi,
        agrees_with=agrees_with,
        measure=measure,
        sides="two-sided" if kind == "stratified test" else None,
    )


#: Where the Mantel-Haenszel procedures were published.
MANTEL_HAENSZEL = {
    "reference": "Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719-748",
    "doi": "10.1093/jnci/22.4.719",
}

#: Where Peto's were, and their formula.
PETO = {
    "reference": "Yusuf S, Peto R, Lewis J, Collins R, Sleight P. Prog Cardiovasc Dis 1985;27:335-371",
    "doi": "10.1016/S0033-0620(85)80003-7",
    "formula": r"\exp(S / V),\quad S = \sum_j (a_j - n_{1j} k_j / N_j),\quad "
    r"V = \sum_j \frac{n_{1j} n_{2j} k_j (N_j - k_j)}{N_j^2 (N_j - 1)}",
}

_ODDS = r"\frac{\sum_j a_j (n_{2j} - b_j) / N_j}{\sum_j b_j (n_{1j} - a_j) / N_j}"
_RATIO = r"\frac{\sum_j a_j n_{2j} / N_j}{\sum_j b_j n_{1j} / N_j}"
_DIFFERENCE = r"\frac{\sum_j w_j (a_j / n_{1j} - b_j / n_{2j})}{\sum_j w_j},\quad w_j = n_{1j} n_{2j} / N_j"

PROCEDURES: tuple[Procedure, ...] = (
    entry(
        "mh_or",
        "Mantel-Haenszel odds ratio",
        "stratified effect",
        mh_or,
        measure="odds ratio",
        summary="One odds ratio for all strata.",
        formula=_ODDS,
        reference=MANTEL_HAENSZEL["reference"],
        doi=MANTEL_HAENSZEL["doi"],
        agrees_with='R stats::mantelhaen.test()$estimate; metafor::rma.mh(measure = "OR")',
    ),
    entry(
        "mh_or_limits",
        "interval of the Mantel-Haenszel odds ratio",
        "stratified interval",
        mh_or_limits,
        measure="odds ratio",
        summary="The interval of that odds ratio.",
        formula=r"\exp(\log \hat\theta \pm z\sqrt{V_{\text{RBG}}}),\quad \hat\theta = " + _ODDS,
        reference="Robins J, Breslow N, Greenland S. Biometrics 1986;42:311-323",
        doi="10.2307/2531052",
        agrees_with='R stats::mantelhaen.test()$conf.int; metafor::rma.mh(measure = "OR")',
    ),
    entry(
        "mh_rr",
        "Mantel-Haenszel risk ratio",
        "stratified effect",
        mh_rr,
        measure="risk ratio",
        summary="One risk ratio for all strata.",
        formula=_RATIO,
        reference="Greenland S, Robins JM. Biometrics 1985;41:55-68",
        doi="10.2307/2530643",
        agrees_with='R metafor::rma.mh(measure = "RR", add = 0, to = "none", drop00 = FALSE)',
    ),
    entry(
        "mh_rr_limits",
        "interval of the Mantel-Haenszel risk ratio",
        "stratified interval",
        mh_rr_limits,
        measure="risk ratio",
        summary="The interval of that risk ratio.",
        formula=r"\exp(\log \hat\phi \pm z\sqrt{V_{\text{GR}}}),\quad \hat\phi = " + _RATIO,
        reference="Greenland S, Robins JM. Biometrics 1985;41:55-68",
        doi="10.2307/2530643",
        agrees_with='R metafor::rma.mh(measure = "RR", add = 0, to = "none", drop00 = FALSE)',
    ),
    entry(
        "mh_rd",
        "Mantel-Haenszel risk difference",
        "stratified effect",
        mh_rd,
        measure="risk difference",
        summary="One risk difference for all strata.",
        formula=_DIFFERENCE,
        reference="Greenland S, Robins JM. Biometrics 1985;41:55-68",
        doi="10.2307/2530643",
        agrees_with='R metafor::rma.mh(measure = "RD", add = 0, to = "none", drop00 = FALSE)',
    ),
    entry(
        "mh_rd_limits",
        "interval of the Mantel-Haenszel risk difference",
        "stratified interval",
        mh_rd_limits,
        measure="risk difference",
        summary="The interval of that risk difference.",
        formula=r"\hat\delta \pm z\sqrt{V_{\text{SGR}}},\quad \hat\delta = " + _DIFFERENCE,
        reference="Sato T, Greenland S, Robins JM. Biometrics 1989;45:1323-1324",
        doi=None,
        agrees_with='R metafor::rma.mh(measure = "RD", add = 0, to = "none", drop00 = FALSE)',
    ),
    entry(
        "peto_or",
        "Peto odds ratio",
        "stratified effect",
        peto_or,
        measure="odds ratio",
        summary="One odds ratio for all strata, from observed less expected events; for rare ones.",
        formula=PETO["formula"],
        reference=PETO["reference"],
        doi=PETO["doi"],
        agrees_with="R metafor::rma.peto",
    ),
    entry(
        "peto_or_limits",
        "interval of the Peto odds ratio",
        "stratified interval",
        peto_or_limits,
        measure="odds ratio",
        summary="The interval of Peto's odds ratio.",
        formula=PETO["formula"] + r",\quad \exp(S / V \pm z / \sqrt V)",
        reference=PETO["reference"],
        doi=PETO["doi"],
        agrees_with="R metafor::rma.peto",
    ),
)
