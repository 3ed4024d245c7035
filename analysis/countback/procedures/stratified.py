"""Several strata of two arms: Cochran-Mantel-Haenszel, Mantel-Haenszel, Peto, Breslow-Day with Tarone.

Every function takes one value per stratum for each of ``a, n1, b, n2`` (a scalar stands for the same in
all) and returns one number, or ``(lower, upper)``, for all strata together. statsmodels'
``StratifiedTable`` agrees on the Cochran-Mantel-Haenszel test, the odds ratio with its interval and the
Tarone-corrected Breslow-Day test; it has neither the exact test nor risk ratio, risk difference and Peto's
odds ratio with their intervals.

What strata without information leave undefined is nan or infinite, and no warning is given.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countback.procedures.batch import Counts, array_counts
from countback.procedures.conditional import TIE
from countback.procedures.distributions import normal_p, two_sided_z
from countback.procedures.procedure import Kind, Procedure

__all__ = [
    "PROCEDURES",
    "breslow_day_tarone_p",
    "cmh_p",
    "cmh_p_exact",
    "mh_or",
    "mh_or_limits",
    "mh_rd",
    "mh_rd_limits",
    "mh_rr",
    "mh_rr_limits",
    "peto_or",
    "peto_or_limits",
    "peto_p",
]

_Floats = npt.NDArray[np.float64]


class _Strata(NamedTuple):
    """Events and non-events of arm 1, then of arm 2, and the totals, one value per stratum."""

    a: _Floats
    b: _Floats
    c: _Floats
    d: _Floats
    n1: _Floats
    n2: _Floats
    total: _Floats


def _strata(a: Counts, n1: Counts, b: Counts, n2: Counts) -> _Strata:
    rows = array_counts([np.atleast_1d(np.asarray(count)) for count in (a, n1, b, n2)])
    x, m1, y, m2 = (row.ravel().astype(np.float64) for row in rows)
    return _Strata(x, m1 - x, y, m2 - y, m1, m2, m1 + m2)


def _over(above: float, below: float) -> float:
    """Quotient: infinite where only ``below`` is 0, nan where both are."""
    if below != 0.0:
        return above / below
    return math.inf if above > 0.0 else math.nan


def _excess(s: _Strata) -> tuple[float, float]:
    """Events of arm 1 beyond those expected, summed over strata, and the hypergeometric variance of that."""
    events = s.a + s.c
    expected = s.n1 * events / s.total
    variance = s.n1 * s.n2 * events * (s.total - events) / (s.total**2 * np.maximum(s.total - 1.0, 1.0))
    return float((s.a - expected).sum()), float(variance.sum())


def cmh_p(a: Counts, n1: Counts, b: Counts, n2: Counts, *, correct: bool = False) -> float:
    """Cochran-Mantel-Haenszel test of no effect in any stratum, two-sided.

    Parameters
    ----------
    a, n1, b, n2
        Events and total of arms 1 and 2, one value per stratum.
    correct
        Take a half from the absolute difference where it is at least a half, as R does by default.

    Returns
    -------
    float
        P-value; nan where no stratum has both events and non-events.

    Examples
    --------
    >>> round(cmh_p([16, 19], [29, 29], [9, 11], [30, 30]), 5)
    0.00343
    """
    excess, variance = _excess(_strata(a, n1, b, n2))
    if variance <= 0.0:
        return math.nan
    distance = abs(excess) - (0.5 if correct and abs(excess) >= 0.5 else 0.0)
    return normal_p(distance / math.sqrt(variance), 0)


@np.errstate(under="ignore")  # a probability too small for a float is 0
def cmh_p_exact(a: Counts, n1: Counts, b: Counts, n2: Counts) -> float:
    """Exact conditional test of no common odds ratio: Fisher's test for several strata, two-sided.

    The distribution of the summed count of arm 1 is the convolution of the strata's hypergeometric ones;
    sums no more likely than the observed are added up, as in R.
    """
    s = _strata(a, n1, b, n2)
    distribution = np.ones(1)
    observed = 0
    for x, m1, y, m2 in zip(*(column.astype(int).tolist() for column in (s.a, s.n1, s.c, s.n2)), strict=True):
        k = x + y
        support = np.arange(max(0, k - m2), min(m1, k) + 1)
        ratios = (m1 - support[:-1]) * (k - support[:-1]) / ((support[:-1] + 1.0) * (m2 - k + support[:-1] + 1.0))
        # Logs are taken from the mode.
        logs = np.concatenate([[0.0], np.cumsum(np.log(ratios))])
        weights = np.exp(logs - logs.max())
        distribution = np.convolve(distribution, weights / weights.sum())
        observed += x - int(support[0])
    no_likelier = distribution <= distribution[observed] * (1.0 + TIE)
    return min(1.0, float(distribution[no_likelier].sum()))


def mh_or(a: Counts, n1: Counts, b: Counts, n2: Counts) -> float:
    """Mantel-Haenszel odds ratio: infinite or nan as the cross products say."""
    s = _strata(a, n1, b, n2)
    return _over(float((s.a * s.d / s.total).sum()), float((s.b * s.c / s.total).sum()))


def mh_or_limits(a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of the Mantel-Haenszel odds ratio by the variance of Robins, Breslow and Greenland (1986)."""
    z = two_sided_z(level)
    s = _strata(a, n1, b, n2)
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
    s = _strata(a, n1, b, n2)
    return _over(float((s.a * s.n2 / s.total).sum()), float((s.c * s.n1 / s.total).sum()))


def mh_rr_limits(a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of the Mantel-Haenszel risk ratio by the variance of Greenland and Robins (1985)."""
    z = two_sided_z(level)
    s = _strata(a, n1, b, n2)
    above, below = float((s.a * s.n2 / s.total).sum()), float((s.c * s.n1 / s.total).sum())
    if above == 0.0 or below == 0.0:
        return math.nan, math.nan
    part = (s.n1 * s.n2 * (s.a + s.c) - s.a * s.c * s.total) / s.total**2
    return _around_log(above / below, z * math.sqrt(float(part.sum()) / (above * below)))


def mh_rd(a: Counts, n1: Counts, b: Counts, n2: Counts) -> float:
    """Mantel-Haenszel risk difference."""
    s = _strata(a, n1, b, n2)
    weight = s.n1 * s.n2 / s.total
    return float((weight * (s.a / s.n1 - s.c / s.n2)).sum() / weight.sum())


def mh_rd_limits(a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of the Mantel-Haenszel risk difference by the variance of Sato, Greenland and Robins (1989)."""
    z = two_sided_z(level)
    s = _strata(a, n1, b, n2)
    difference = mh_rd(a, n1, b, n2)
    p = (s.c * (s.n1 / s.total) ** 2 - s.a * (s.n2 / s.total) ** 2) + (s.n1 * s.n2 * (s.n2 - s.n1) / (2.0 * s.total**2))
    q = (s.a * s.d + s.b * s.c) / (2.0 * s.total)
    weight = float((s.n1 * s.n2 / s.total).sum())
    width = z * math.sqrt(max(0.0, difference * float(p.sum()) + float(q.sum()))) / weight
    return difference - width, difference + width


def peto_or(a: Counts, n1: Counts, b: Counts, n2: Counts) -> float:
    """Peto's one-step odds ratio; nan where no stratum has both events and non-events."""
    excess, variance = _excess(_strata(a, n1, b, n2))
    return _exp(excess / variance) if variance > 0.0 else math.nan


def peto_or_limits(a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of Peto's odds ratio, whose log has the variance 1 / V."""
    z = two_sided_z(level)
    excess, variance = _excess(_strata(a, n1, b, n2))
    if variance <= 0.0:
        return math.nan, math.nan
    width = z / math.sqrt(variance)
    return _exp(excess / variance - width), _exp(excess / variance + width)


def peto_p(a: Counts, n1: Counts, b: Counts, n2: Counts) -> float:
    """P-value of Peto's odds ratio; its z is that of the Cochran-Mantel-Haenszel test without correction."""
    return cmh_p(a, n1, b, n2)


def breslow_day_tarone_p(a: Counts, n1: Counts, b: Counts, n2: Counts) -> float:
    """Breslow-Day test of a common odds ratio, with Tarone's correction.

    Returns
    -------
    float
        P-value; nan for fewer than two strata with both events and non-events, or where the Mantel-Haenszel
        odds ratio is 0, infinite or nan.
    """
    s = _strata(a, n1, b, n2)
    common = mh_or(a, n1, b, n2)
    events = s.a + s.c
    informative = (events > 0) & (events < s.total)
    if informative.sum() < 2 or not 0.0 < common < math.inf:
        return math.nan
    x, n1_, n2_, k = s.a[informative], s.n1[informative], s.n2[informative], events[informative]
    # The count of arm 1 that has the common odds ratio: the root of a quadratic between the possible counts.
    linear = n2_ - k + common * (n1_ + k)
    square = 1.0 - common
    fitted = 2.0 * common * n1_ * k / (linear + np.sqrt(linear**2 + 4.0 * square * common * n1_ * k))
    variance = 1.0 / (1.0 / fitted + 1.0 / (n1_ - fitted) + 1.0 / (k - fitted) + 1.0 / (n2_ - k + fitted))
    statistic = ((x - fitted) ** 2 / variance).sum() - (x - fitted).sum() ** 2 / variance.sum()
    from scipy.special import chdtrc  # right to the last digits; half a second to load, so only when needed

    return float(chdtrc(int(informative.sum()) - 1, max(0.0, float(statistic))))


def _entry(
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


_CMH = {
    "reference": "Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719-748",
    "doi": "10.1093/jnci/22.4.719",
    "formula": r"\chi^2 = \frac{\left(\left|\sum_j (a_j - n_{1j} k_j / N_j)\right| - \gamma\right)^2}"
    r"{\sum_j n_{1j} n_{2j} k_j (N_j - k_j) / \{N_j^2 (N_j - 1)\}}",
}
_PETO = {
    "reference": "Yusuf S, Peto R, Lewis J, Collins R, Sleight P. Prog Cardiovasc Dis 1985;27:335-371",
    "doi": "10.1016/S0033-0620(85)80003-7",
    "formula": r"\exp(S / V),\quad S = \sum_j (a_j - n_{1j} k_j / N_j),\quad "
    r"V = \sum_j \frac{n_{1j} n_{2j} k_j (N_j - k_j)}{N_j^2 (N_j - 1)}",
}
_ODDS = r"\frac{\sum_j a_j (n_{2j} - b_j) / N_j}{\sum_j b_j (n_{1j} - a_j) / N_j}"
_RATIO = r"\frac{\sum_j a_j n_{2j} / N_j}{\sum_j b_j n_{1j} / N_j}"
_DIFFERENCE = r"\frac{\sum_j w_j (a_j / n_{1j} - b_j / n_{2j})}{\sum_j w_j},\quad w_j = n_{1j} n_{2j} / N_j"

PROCEDURES: tuple[Procedure, ...] = (
    _entry(
        "cmh_p",
        "Cochran-Mantel-Haenszel",
        "stratified test",
        cmh_p,
        summary="Asks of all strata together whether the arms differ, comparing like with like.",
        formula=_CMH["formula"] + r",\quad \gamma = 0",
        reference=_CMH["reference"],
        doi=_CMH["doi"],
        agrees_with="R stats::mantelhaen.test(correct = FALSE)",
    ),
    _entry(
        "cmh_p_cc",
        "Cochran-Mantel-Haenszel with continuity correction",
        "stratified test",
        partial(cmh_p, correct=True),
        summary="The same with the difference shortened by a half.",
        formula=_CMH["formula"] + r",\quad \gamma = \tfrac12",
        reference=_CMH["reference"],
        doi=_CMH["doi"],
        agrees_with="R stats::mantelhaen.test (default)",
    ),
    _entry(
        "cmh_p_exact",
        "exact conditional test of several strata",
        "stratified test",
        cmh_p_exact,
        summary="Fisher's test for several strata at once.",
        formula=r"p = \sum_{f(s) \le f(s_0)} f(s),\quad f = f_1 * \dots * f_J\ \text{(hypergeometric)}",
        reference="Mehta CR, Patel NR, Gray R. J Am Stat Assoc 1985;80:969-973",
        doi="10.1080/01621459.1985.10478212",
        agrees_with="R stats::mantelhaen.test(exact = TRUE)",
    ),
    _entry(
        "breslow_day_tarone_p",
        "Breslow-Day with Tarone's correction",
        "stratified test",
        breslow_day_tarone_p,
        summary="Asks whether the odds ratio differs between strata.",
        formula=r"\sum_j \frac{(a_j - \tilde a_j)^2}{V_j} "
        r"- \frac{\{\sum_j (a_j - \tilde a_j)\}^2}{\sum_j V_j}"
        r"\sim \chi^2_{J - 1}",
        reference="Tarone RE. Biometrika 1985;72:91-95",
        doi="10.1093/biomet/72.1.91",
        agrees_with='R metafor::rma.mh(measure = "OR")$TAp',
    ),
    _entry(
        "mh_or",
        "Mantel-Haenszel odds ratio",
        "stratified effect",
        mh_or,
        measure="odds ratio",
        summary="One odds ratio for all strata.",
        formula=_ODDS,
        reference=_CMH["reference"],
        doi=_CMH["doi"],
        agrees_with='R stats::mantelhaen.test()$estimate; metafor::rma.mh(measure = "OR")',
    ),
    _entry(
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
    _entry(
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
    _entry(
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
    _entry(
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
    _entry(
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
    _entry(
        "peto_or",
        "Peto odds ratio",
        "stratified effect",
        peto_or,
        measure="odds ratio",
        summary="One odds ratio for all strata, from observed less expected events; for rare ones.",
        formula=_PETO["formula"],
        reference=_PETO["reference"],
        doi=_PETO["doi"],
        agrees_with="R metafor::rma.peto",
    ),
    _entry(
        "peto_or_limits",
        "interval of the Peto odds ratio",
        "stratified interval",
        peto_or_limits,
        measure="odds ratio",
        summary="The interval of Peto's odds ratio.",
        formula=_PETO["formula"] + r",\quad \exp(S / V \pm z / \sqrt V)",
        reference=_PETO["reference"],
        doi=_PETO["doi"],
        agrees_with="R metafor::rma.peto",
    ),
    _entry(
        "peto_p",
        "Peto odds ratio z",
        "stratified test",
        peto_p,
        summary="The p-value of Peto's odds ratio.",
        formula=r"z = S / \sqrt V,\quad " + _PETO["formula"],
        reference=_PETO["reference"],
        doi=_PETO["doi"],
        agrees_with="R metafor::rma.peto()$pval",
    ),
)
