"""Intervals for one proportion: a events of n1 people.

statsmodels' ``proportion_confint`` agrees on Wilson, Clopper-Pearson and, but for its limits at 0 and n
events, Jeffreys; it has neither Newcombe's correction nor the mid-p limits.
"""

import math
from typing import Any

from countback.procedures.batch import Counts, evaluate, kernel
from countback.procedures.distributions import LAST_STEP, beta_cdf, beta_quantile, two_sided_z
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES", "wilson_corrected_limits", "wilson_limits", "zero_limit"]


@kernel
def wilson_limits(a: int, n: int, z: float) -> tuple[float, float]:
    """Wilson's score limits; exactly 0 and 1 at no and at all events."""
    p = a / n
    spread = z * math.sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n))
    middle = p + z * z / (2.0 * n)
    scale = 1.0 + z * z / n
    lower = 0.0 if a == 0 else (middle - spread) / scale
    upper = 1.0 if a == n else (middle + spread) / scale
    return max(0.0, lower), min(1.0, upper)


@kernel
def wilson_corrected_limits(a: int, n: int, z: float) -> tuple[float, float]:
    """Wilson's limits with the continuity correction that Newcombe (1998) writes out."""
    p = a / n
    square = z * z
    scale = 2.0 * (n + square)
    lower, upper = 0.0, 1.0
    if a > 0:
        root = math.sqrt(square - 2.0 - 1.0 / n + 4.0 * p * (n * (1.0 - p) + 1.0))
        lower = max(0.0, (2.0 * n * p + square - 1.0 - z * root) / scale)
    if a < n:
        root = math.sqrt(square + 2.0 - 1.0 / n + 4.0 * p * (n * (1.0 - p) - 1.0))
        upper = min(1.0, (2.0 * n * p + square + 1.0 + z * root) / scale)
    return lower, upper


@kernel
def exact_limits(a: int, n: int, share: float) -> tuple[float, float]:
    """Clopper and Pearson's limits: each binomial tail has probability ``share``."""
    lower = 0.0 if a == 0 else beta_quantile(share, a, n - a + 1.0)
    upper = 1.0 if a == n else 1.0 - beta_quantile(share, n - a, a + 1.0)
    return lower, upper


@kernel
def jeffreys_limits(a: int, n: int, share: float) -> tuple[float, float]:
    """Quantiles of the posterior under Jeffreys's prior, stretched to 0 and 1 at no and at all events."""
    lower = 0.0 if a == 0 else beta_quantile(share, a + 0.5, n - a + 0.5)
    upper = 1.0 if a == n else 1.0 - beta_quantile(share, n - a + 0.5, a + 0.5)
    return lower, upper


@kernel
def wald_limits(a: int, n: int, z: float) -> tuple[float, float]:
    """The rate and z standard errors, cut off at 0 and 1; the rate itself at no and at all events."""
    p = a / n
    width = z * math.sqrt(p * (1.0 - p) / n)
    return max(0.0, p - width), min(1.0, p + width)


@kernel
def agresti_coull_limits(a: int, n: int, z: float) -> tuple[float, float]:
    """Wald's limits after half of z squared events and as many non-events were added, cut off at 0 and 1."""
    total = n + z * z
    p = (a + 0.5 * z * z) / total
    width = z * math.sqrt(p * (1.0 - p) / total)
    return max(0.0, p - width), min(1.0, p + width)


@kernel
def mid_p_tail(p: float, a: int, n: int) -> float:
    """P(X > a) + P(X = a) / 2 for X binomial with ``n`` trials of chance ``p``, a > 0."""
    beyond = beta_cdf(p, a + 1.0, n - a) if a < n else 0.0
    return 0.5 * (beyond + beta_cdf(p, a, n - a + 1.0))


@kernel
def mid_p_lower(a: int, n: int, share: float) -> float:
    """Chance at which the upper mid-p tail of ``a`` > 0 events is ``share`` (Newton inside a bracket)."""
    low = beta_quantile(share, a, n - a + 1.0)  # the mid-p tail is the smaller one, so its root lies above
    high = beta_quantile(share, a + 1.0, n - a) if a < n else 1.0
    log_choose = math.lgamma(n + 1.0) - math.lgamma(a + 1.0) - math.lgamma(n - a + 1.0)
    p = 0.5 * (low + high)
    for _ in range(200):
        gap = mid_p_tail(p, a, n) - share
        if gap > 0.0:
            high = p
        else:
            low = p
        # The density of each tail is the binomial term times a / p and (n - a) / (1 - p).
        point = math.exp(log_choose + a * math.log(p) + (n - a) * math.log1p(-p))
        slope = 0.5 * point * (a / p + (n - a) / (1.0 - p))
        following = p - gap / slope if slope > 0.0 else 2.0
        if abs(following - p) <= LAST_STEP * p:
            return following
        if not low < following < high:
            following = 0.5 * (low + high)
        if following in (low, high):
            break
        p = following
    return p


@kernel
def mid_p_limits(a: int, n: int, share: float) -> tuple[float, float]:
    """Limits at which each binomial tail, with half of the observed count, has probability ``share``."""
    lower = 0.0 if a == 0 else mid_p_lower(a, n, share)
    upper = 1.0 if a == n else 1.0 - mid_p_lower(n - a, n, share)
    return lower, upper


def zero_limit(total: int, level: float) -> float:
    """Largest rate that no event among so many patients leaves plausible.

    The rate at which 0 of `total` has a chance of just ``1 - level``: ``1 - (1 - level) ** (1 / total)``
    (the one-sided exact limit; Clopper and Pearson 1934, doi 10.1093/biomet/26.4.404). At 95% it is close to
    3 / `total` (the rule of three; Hanley and Lippman-Hand 1983, doi 10.1001/jama.1983.03330370053031).

    Parameters
    ----------
    total : int
        Patients, 1 or more.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are no patients, or the level is not between 0 and 1.

    Examples
    --------
    >>> round(zero_limit(30, 0.95), 4)
    0.095
    """
    if total < 1:
        raise ValueError(f"a rate needs 1 or more patients, not {total}")
    if not 0.0 < level < 1.0:
        raise ValueError(f"a confidence level lies between 0 and 1, such as 0.95: {level} does not")
    return float(1 - (1 - level) ** (1 / total))


def _wilson(a: Counts, n1: Counts, *, level: float = 0.95) -> Any:
    return evaluate(wilson_limits, (a, n1), (two_sided_z(level),), outputs=2)


def _wilson_corrected(a: Counts, n1: Counts, *, level: float = 0.95) -> Any:
    return evaluate(wilson_corrected_limits, (a, n1), (two_sided_z(level),), outputs=2)


def _wald(a: Counts, n1: Counts, *, level: float = 0.95) -> Any:
    return evaluate(wald_limits, (a, n1), (two_sided_z(level),), outputs=2)


def _agresti_coull(a: Counts, n1: Counts, *, level: float = 0.95) -> Any:
    return evaluate(agresti_coull_limits, (a, n1), (two_sided_z(level),), outputs=2)


def _exact(a: Counts, n1: Counts, *, level: float = 0.95) -> Any:
    two_sided_z(level)
    return evaluate(exact_limits, (a, n1), ((1.0 - level) / 2.0,), outputs=2, weight=200)


def _jeffreys(a: Counts, n1: Counts, *, level: float = 0.95) -> Any:
    two_sided_z(level)
    return evaluate(jeffreys_limits, (a, n1), ((1.0 - level) / 2.0,), outputs=2, weight=200)


def _mid_p(a: Counts, n1: Counts, *, level: float = 0.95) -> Any:
    two_sided_z(level)
    return evaluate(mid_p_limits, (a, n1), ((1.0 - level) / 2.0,), outputs=2, weight=600)


PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="wilson",
        name="Wilson score interval",
        kind="interval",
        arms=1,
        measure="proportion",
        summary="The rates that a score test of the observed proportion does not reject.",
        formula=r"\frac{\hat p + \frac{z^2}{2n} \pm z\sqrt{\frac{\hat p(1 - \hat p)}{n} + \frac{z^2}{4n^2}}}"
        r"{1 + z^2/n}",
        reference="Wilson EB. J Am Stat Assoc 1927;22:209-212",
        doi="10.1080/01621459.1927.10502953",
        agrees_with="R stats::prop.test(correct = FALSE)",
        compute=_wilson,
    ),
    Procedure(
        key="wilson_cc",
        name="Wilson score interval with continuity correction",
        kind="interval",
        arms=1,
        measure="proportion",
        summary="Wilson's interval widened to cover at least as often as it says, nearly always.",
        formula=r"\frac{2n\hat p + z^2 \mp 1 \mp z\sqrt{z^2 \mp 2 - \frac1n "
        r"+ 4\hat p\,(n(1 - \hat p) \pm 1)}}"
        r"{2(n + z^2)}",
        reference="Newcombe RG. Stat Med 1998;17:857-872",
        doi="10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E",
        agrees_with="R stats::prop.test (default), but where it shrinks the correction (|x - n/2| < 1/2)",
        compute=_wilson_corrected,
    ),
    Procedure(
        key="cp",
        name="Clopper-Pearson exact interval",
        kind="interval",
        arms=1,
        measure="proportion",
        summary="The rates that neither one-sided binomial test rejects; never too short, often too long.",
        formula=r"B_{\alpha/2}(a,\ n - a + 1),\quad B_{1 - \alpha/2}(a + 1,\ n - a)",
        reference="Clopper CJ, Pearson ES. Biometrika 1934;26:404-413",
        doi="10.1093/biomet/26.4.404",
        agrees_with="R stats::binom.test",
        compute=_exact,
    ),
    Procedure(
        key="jeffreys",
        name="Jeffreys interval",
        kind="interval",
        arms=1,
        measure="proportion",
        summary="The middle of what a neutral prior and the counts say of the rate.",
        formula=r"B_{\alpha/2}(a + \tfrac12,\ n - a + \tfrac12),"
        r"\quad B_{1 - \alpha/2}(a + \tfrac12,\ n - a + \tfrac12)",
        reference="Brown LD, Cai TT, DasGupta A. Stat Sci 2001;16:101-133",
        doi="10.1214/ss/1009213286",
        agrees_with="R: qbeta(c(.025, .975), a + .5, n - a + .5), 0 at no and 1 at all events",
        compute=_jeffreys,
    ),
    Procedure(
        key="midp",
        name="mid-p exact interval",
        kind="interval",
        arms=1,
        measure="proportion",
        summary="Clopper and Pearson's interval, the observed number counted by half; shorter.",
        formula=r"P_{p_L}(X > a) + \tfrac12 P_{p_L}(X = a) = \alpha/2,\quad "
        r"P_{p_U}(X < a) + \tfrac12 P_{p_U}(X = a) = \alpha/2",
        reference="Berry G, Armitage P. Statistician 1995;44:417-423",
        doi="10.2307/2348891",
        agrees_with="R PropCIs::midPci, solved further (it rounds to about 1e-4)",
        compute=_mid_p,
    ),
    Procedure(
        key="wald",
        name="Wald interval",
        kind="interval",
        arms=1,
        measure="proportion",
        summary="The textbook interval: too short in small samples, and of no width at no and at all events.",
        formula=r"\hat p \pm z\sqrt{\frac{\hat p(1 - \hat p)}{n}}",
        reference="Brown LD, Cai TT, DasGupta A. Stat Sci 2001;16:101-133",
        doi="10.1214/ss/1009213286",
        agrees_with='R binom::binom.confint(methods = "asymptotic"), cut off at 0 and 1',
        compute=_wald,
    ),
    Procedure(
        key="agresti_coull",
        name="Agresti-Coull interval",
        kind="interval",
        arms=1,
        measure="proportion",
        summary="Wald's interval after about two events and two non-events were added.",
        formula=r"\tilde p \pm z\sqrt{\frac{\tilde p(1 - \tilde p)}{n + z^2}},"
        r"\quad \tilde p = \frac{a + z^2/2}{n + z^2}",
        reference="Agresti A, Coull BA. Am Stat 1998;52:119-126",
        doi="10.1080/00031305.1998.10480550",
        agrees_with='R binom::binom.confint(methods = "agresti-coull"), cut off at 0 and 1',
        compute=_agresti_coull,
    ),
)
