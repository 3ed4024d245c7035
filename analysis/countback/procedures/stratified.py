"""Tests of several strata of two arms: Cochran-Mantel-Haenszel, exact, Peto, Breslow-Day with Tarone's correction.

Every function takes one value per stratum for each of ``a, n1, b, n2`` (a scalar stands for the same in all) and
returns one p-value for all strata together. statsmodels' ``StratifiedTable`` agrees on the Cochran-Mantel-Haenszel and
the Tarone-corrected Breslow-Day test; it has no exact one. The effects that belong to them are in
:mod:`countback.procedures.pooled`.

What strata without information leave undefined is nan, and no warning is given.
"""

import math
from functools import partial

import numpy as np

from countback.procedures.batch import Counts
from countback.procedures.conditional import TIE
from countback.procedures.distributions import normal_p
from countback.procedures.pooled import MANTEL_HAENSZEL, PETO, entry, excess_of, mh_or, strata_of
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES", "breslow_day_tarone_p", "cmh_p", "cmh_p_exact", "peto_p"]


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
    excess, variance = excess_of(strata_of(a, n1, b, n2))
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
    s = strata_of(a, n1, b, n2)
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
    s = strata_of(a, n1, b, n2)
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
    from scipy.special import chdtrc  # here: half a second to load; right to the last digits

    return float(chdtrc(int(informative.sum()) - 1, max(0.0, float(statistic))))


_CMH = (
    r"\chi^2 = \frac{\left(\left|\sum_j (a_j - n_{1j} k_j / N_j)\right| - \gamma\right)^2}"
    r"{\sum_j n_{1j} n_{2j} k_j (N_j - k_j) / \{N_j^2 (N_j - 1)\}}"
)

PROCEDURES: tuple[Procedure, ...] = (
    entry(
        "cmh_p",
        "Cochran-Mantel-Haenszel",
        "stratified test",
        cmh_p,
        summary="Asks of all strata together whether the arms differ, comparing like with like.",
        formula=_CMH + r",\quad \gamma = 0",
        reference=MANTEL_HAENSZEL["reference"],
        doi=MANTEL_HAENSZEL["doi"],
        agrees_with="R stats::mantelhaen.test(correct = FALSE)",
    ),
    entry(
        "cmh_p_cc",
        "Cochran-Mantel-Haenszel with continuity correction",
        "stratified test",
        partial(cmh_p, correct=True),
        summary="The same with the difference shortened by a half.",
        formula=_CMH + r",\quad \gamma = \tfrac12",
        reference=MANTEL_HAENSZEL["reference"],
        doi=MANTEL_HAENSZEL["doi"],
        agrees_with="R stats::mantelhaen.test (default)",
    ),
    entry(
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
    entry(
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
    entry(
        "peto_p",
        "Peto odds ratio z",
        "stratified test",
        peto_p,
        summary="The p-value of Peto's odds ratio.",
        formula=r"z = S / \sqrt V,\quad " + PETO["formula"],
        reference=PETO["reference"],
        doi=PETO["doi"],
        agrees_with="R metafor::rma.peto()$pval",
    ),
)
