"""Tests and odds ratios that condition on the total number of events: Fisher, mid-p, Blaker.

Given the total k = a + b of events, the count of arm 1 is hypergeometric under no effect, and hypergeometric with
weights theta**x under an odds ratio theta. SciPy's ``fisher_exact`` agrees on Fisher's p-values; it takes one table
at a time and has neither the mid-p nor the Blaker forms nor the intervals that belong to them.

Tables without events, or with events only, allow one value of the count alone: all p-values are 1 (the mid-p ones
a half, save the doubled one: 1), limits are 0 and infinity.
"""

import math
from functools import partial
from typing import Any

from countback.procedures.batch import LOG_FACTORIALS, Counts, evaluate, kernel
from countback.procedures.distributions import two_sided_z
from countback.procedures.procedure import Procedure, Sides

__all__ = ["PROCEDURES"]

#: Tables no more than this much likelier than the observed count as no likelier, as in R's fisher.test.
TIE = 1e-7

#: A tail is summed until what is left of it is below this share of it.
NEGLIGIBLE = 1e-17


@kernel
def log_weight(x: int, n1: int, k: int, n2: int, lf: Any) -> float:
    """Logarithm of C(n1, x) C(n2, k - x)."""
    return lf[n1] - lf[x] - lf[n1 - x] + lf[n2] - lf[k - x] - lf[n2 - k + x]


@kernel
def tail_ratio(x: int, step: int, n1: int, k: int, n2: int) -> float:
    """Sum of f(y) / f(x) over all y beyond x, up (``step`` 1) or down (-1), where f falls from x onwards."""
    total = 0.0
    term = 1.0
    if step > 0:
        while x < n1 and x < k:
            ratio = (n1 - x) * (k - x) / ((x + 1.0) * (n2 - k + x + 1.0))
            term *= ratio
            total += term
            x += 1
            if term * ratio < NEGLIGIBLE * total * (1.0 - ratio):
                break
    else:
        while x > 0 and x > k - n2:
            ratio = x * (n2 - k + x) / ((n1 - x + 1.0) * (k - x + 1.0))
            term *= ratio
            total += term
            x -= 1
            if term * ratio < NEGLIGIBLE * total * (1.0 - ratio):
                break
    return total


@kernel
def outward(a: int, n1: int, b: int, n2: int) -> int:
    """Direction (1 up, -1 down) in which the table probabilities fall from the observed count on."""
    k = a + b
    # f(a + 1) < f(a) exactly when (n1 - a)(k - a) < (a + 1)(n2 - k + a + 1); of two equal modes, outward is away.
    return 1 if (n1 - a) * b < (a + 1) * (n2 - k + a + 1) else -1


@kernel
def log_probability(x: int, n1: int, k: int, n2: int, lf: Any) -> float:
    """Logarithm of the hypergeometric probability of x."""
    return log_weight(x, n1, k, n2, lf) - (lf[n1 + n2] - lf[k] - lf[n1 + n2 - k])


@kernel
def as_likely(a: int, n1: int, b: int, n2: int, step: int, threshold: float, lf: Any) -> int:
    """First count on the other side of the mode whose log weight is at most ``threshold``.

    ``step`` is the direction away from the mode on the side of ``a``; one beyond the support if there is none.
    """
    k = a + b
    last = max(0, k - n2) if step > 0 else min(n1, k)
    if log_weight(last, n1, k, n2, lf) > threshold:
        return last - step
    inside, outside = (
        a,
        last,
    )  # weights: inside above the threshold (or a itself), outside at most the threshold
    while abs(inside - outside) > 1:
        middle = (inside + outside) // 2
        above = log_weight(middle, n1, k, n2, lf) > threshold
        # On a's own side of the mode, weights up to the mode lie above a's.
        if above:
            inside = middle
        else:
            outside = middle
    return outside


@kernel
def fisher_parts(a: int, n1: int, b: int, n2: int, lf: Any) -> tuple[float, float, float, float, float]:
    """Pieces of the distribution given the total.

    Returns the probability of the observed count, of lower counts, of higher counts, of counts on the other side
    of the mode that are less likely than the observed, and of those there that are as likely.
    """
    k = a + b
    log_observed = log_probability(a, n1, k, n2, lf)
    observed = math.exp(log_observed)
    step = outward(a, n1, b, n2)
    near = observed * tail_ratio(a, step, n1, k, n2)
    far = max(0.0, 1.0 - observed - near)
    level = log_weight(a, n1, k, n2, lf)
    less_likely = 0.0
    tied = 0.0
    y = as_likely(a, n1, b, n2, step, level + TIE, lf)
    if max(0, k - n2) <= y <= min(n1, k) and y != a:
        at = observed * math.exp(log_weight(y, n1, k, n2, lf) - level)
        beyond = at * tail_ratio(y, -step, n1, k, n2)
        if at >= observed * (1.0 - TIE):
            tied = at
            less_likely = beyond
        else:
            less_likely = at + beyond
    if step > 0:
        return observed, far, near, less_likely, tied
    return observed, near, far, less_likely, tied


# What a conditional test adds up; the numbers select it within one kernel.
MINLIKE, DOUBLED, LESS, GREATER = 0, 1, 2, 3
MID_MINLIKE, MID_OBSERVED_ONLY, MID_DOUBLED, MID_LESS, MID_GREATER = 4, 5, 6, 7, 8


@kernel
def conditional_p(a: int, n1: int, b: int, n2: int, which: int, lf: Any) -> float:
    """P-value of Fisher's test or one of its mid-p forms."""
    observed, lower, higher, less_likely, tied = fisher_parts(a, n1, b, n2, lf)
    near = higher if outward(a, n1, b, n2) > 0 else lower
    if which == MINLIKE:
        value = observed + near + less_likely + tied
    elif which == DOUBLED:
        value = 2.0 * (observed + min(lower, higher))
    elif which == LESS:
        value = lower + observed
    elif which == GREATER:
        value = higher + observed
    elif which == MID_MINLIKE:
        value = near + less_likely + 0.5 * (observed + tied)
    elif which == MID_OBSERVED_ONLY:
        value = min(1.0, observed + near + less_likely + tied) - 0.5 * observed
    elif which == MID_DOUBLED:
        value = 2.0 * min(lower, higher) + observed
    elif which == MID_LESS:
        value = lower + 0.5 * observed
    else:
        value = higher + 0.5 * observed
    return min(1.0, value)


@kernel
def blaker_p(a: int, n1: int, b: int, n2: int, lf: Any) -> float:
    """Blaker's p-value: the smaller tail, and as much of the other as is no larger."""
    k = a + b
    observed, lower, higher, _, _ = fisher_parts(a, n1, b, n2, lf)
    step = 1 if higher <= lower else -1
    tail = observed + min(lower, higher)
    if tail >= 1.0:
        return 1.0
    level = log_weight(a, n1, k, n2, lf)
    # Start where the other tail is negligible and add inwards while its sum does not exceed the first.
    y = max(0, k - n2) if step > 0 else min(n1, k)
    if y == a:
        return min(1.0, tail)
    floor = level + math.log(tail / observed) - 40.0
    inside, outside = a, y
    if log_weight(y, n1, k, n2, lf) <= floor:
        while abs(inside - outside) > 1:
            middle = (inside + outside) // 2
            if log_weight(middle, n1, k, n2, lf) > floor:
                inside = middle
            else:
                outside = middle
        y = outside
    term = observed * math.exp(log_weight(y, n1, k, n2, lf) - level)
    other = 0.0
    while y != a and other + term <= tail * (1.0 + TIE):
        other += term
        if step > 0:
            term *= (n1 - y) * (k - y) / ((y + 1.0) * (n2 - k + y + 1.0))
        else:
            term *= y * (n2 - k + y) / ((n1 - y + 1.0) * (k - y + 1.0))
        y += step
    return 1.0 if y == a else min(1.0, tail + other)


# ---------------------------------------------------------------------------------------------------------------
# Odds ratios


@kernel
def weighted_tails(
    a: int, n1: int, b: int, n2: int, theta: float
) -> tuple[float, float, float, float, float, float]:
    """Sums of f(x) j**m / f(a), j = x - a, under the odds ratio ``theta``.

    Returns those over j > 0 for m = 0, 1, 2 and those over j < 0 for m = 0, 1, 2. Sums beyond 1e250 stay there:
    what they are divided into is 0 to double precision.
    """
    k = a + b
    up0 = up1 = up2 = down0 = down1 = down2 = 0.0
    term = 1.0
    x = a
    j = 0.0
    while x < n1 and x < k:
        ratio = theta * ((n1 - x) * (k - x) / ((x + 1.0) * (n2 - k + x + 1.0)))
        term *= ratio
        x += 1
        j += 1.0
        up0 += term
        up1 += term * j
        up2 += term * j * j
        if up0 > 1e250 or (ratio < 1.0 and term * j * j < NEGLIGIBLE * (1.0 - ratio)):
            break
    term = 1.0
    x = a
    j = 0.0
    while x > 0 and x > k - n2:
        ratio = x * (n2 - k + x) / ((n1 - x + 1.0) * (k - x + 1.0)) / theta
        term *= ratio
        x -= 1
        j -= 1.0
        down0 += term
        down1 += term * j
        down2 += term * j * j
        if down0 > 1e250 or (ratio < 1.0 and term * j * j < NEGLIGIBLE * (1.0 - ratio)):
            break
    return up0, up1, up2, down0, down1, down2


@kernel
def start_log_odds(a: int, n1: int, b: int, n2: int, z: float) -> float:
    """Woolf's limit (log odds ratio plus ``z`` standard errors) with a half added to every cell."""
    p, q, r, s = a + 0.5, n1 - a + 0.5, b + 0.5, n2 - b + 0.5
    return math.log(p * s / (q * r)) + z * math.sqrt(1.0 / p + 1.0 / q + 1.0 / r + 1.0 / s)


@kernel
def tail_limit(a: int, n1: int, b: int, n2: int, step: int, share: float, own: float, z: float) -> float:
    """Odds ratio at which the tail from ``a`` on, in direction ``step``, has probability ``share``.

    ``own`` is the part of the observed table that counts as in the tail (1, or a half for the mid-p). Newton's
    method on the log of the tail against the log odds ratio, kept inside a shrinking bracket.
    """
    low, high = -700.0, 700.0
    at = start_log_odds(a, n1, b, n2, -step * z)
    wanted = math.log(share)
    for _ in range(200):
        up0, up1, _up2, down0, down1, _down2 = weighted_tails(a, n1, b, n2, math.exp(at))
        if step > 0:
            inside, slope_inside = up0 + own, up1
        else:
            inside, slope_inside = down0 + own, down1
        everything = 1.0 + up0 + down0
        gap = math.log(inside / everything) - wanted
        slope = slope_inside / inside - (up1 + down1) / everything
        if gap * step > 0.0:
            high = at
        else:
            low = at
        following = at - gap / slope if slope != 0.0 else low - 1.0
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - at) <= 1e-15 * max(1.0, abs(at)):
            return math.exp(following)
        at = following
    return math.exp(at)


@kernel
def central_limits(
    a: int, n1: int, b: int, n2: int, share: float, own: float, z: float
) -> tuple[float, float]:
    """Odds ratios at which each one-sided p-value (mid-p for ``own`` a half) equals ``share``."""
    k = a + b
    lower, upper = 0.0, math.inf
    if a > max(0, k - n2):
        lower = tail_limit(a, n1, b, n2, 1, share, own, z)
    if a < min(n1, k):
        upper = tail_limit(a, n1, b, n2, -1, share, own, z)
    return lower, upper


@kernel
def conditional_estimate(a: int, n1: int, b: int, n2: int) -> float:
    """Odds ratio under which the observed count is the expected one: the conditional maximum likelihood estimate."""
    k = a + b
    least, most = max(0, k - n2), min(n1, k)
    if least == most:
        return math.nan
    if a == least:
        return 0.0
    if a == most:
        return math.inf
    low, high = -700.0, 700.0
    at = start_log_odds(a, n1, b, n2, 0.0)
    for _ in range(200):
        up0, up1, up2, down0, down1, down2 = weighted_tails(a, n1, b, n2, math.exp(at))
        everything = 1.0 + up0 + down0
        gap = (up1 + down1) / everything
        slope = (up2 + down2) / everything - gap * gap
        if gap > 0.0:
            high = at
        else:
            low = at
        following = at - gap / slope if slope > 0.0 else low - 1.0
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - at) <= 1e-15 * max(1.0, abs(at)):
            return math.exp(following)
        at = following
    return math.exp(at)


def _p(which: int, a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    return evaluate(conditional_p, (a, n1, b, n2), (which, LOG_FACTORIALS), weight=4)


def _blaker(a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    return evaluate(blaker_p, (a, n1, b, n2), (LOG_FACTORIALS,), weight=8)


def _central(own: float, a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> Any:
    constants = ((1.0 - level) / 2.0, own, two_sided_z(level))
    return evaluate(central_limits, (a, n1, b, n2), constants, outputs=2, weight=100)


def _estimate(a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    return evaluate(conditional_estimate, (a, n1, b, n2), weight=50)


_FISHER = {"reference": "Fisher RA. J R Stat Soc 1935;98:39-82", "doi": "10.2307/2342435"}
_MID_P = {
    "reference": "Lancaster HO. J Am Stat Assoc 1961;56:223-234",
    "doi": "10.1080/01621459.1961.10482105",
}
_LYDERSEN = {
    "reference": "Lydersen S, Fagerland MW, Laake P. Stat Med 2009;28:1159-1175",
    "doi": "10.1002/sim.3531",
}
_BLAKER = {"reference": "Blaker H. Can J Stat 2000;28:783-798", "doi": "10.2307/3315916"}
_PROBABILITY = r"f(x) = \binom{n_1}{x}\binom{n_2}{k - x} \Big/ \binom{N}{k}"


def _test(
    key: str,
    name: str,
    which: int,
    sides: Sides,
    summary: str,
    formula: str,
    agrees_with: str,
    source: dict[str, str],
    *,
    conventional: bool = False,
    family: str | None = None,
) -> Procedure:
    return Procedure(
        key=key,
        name=name,
        kind="test",
        sides=sides,
        summary=summary,
        formula=f"{formula},\\quad {_PROBABILITY}",
        reference=source["reference"],
        doi=source["doi"],
        agrees_with=agrees_with,
        conventional=conventional,
        family=family,
        compute=partial(_p, which),
    )


PROCEDURES: tuple[Procedure, ...] = (
    _test(
        "p_fisher_2s",
        "Fisher exact",
        MINLIKE,
        "two-sided",
        "Adds up the chance of every split of the events that is no likelier than the one seen.",
        r"p = \sum_{f(x) \le f(a)} f(x)",
        "R stats::fisher.test (default)",
        _FISHER,
        conventional=True,
        family="Fisher, minimum likelihood",
    ),
    _test(
        "p_fisher_less",
        "Fisher exact, one-sided (less)",
        LESS,
        "less",
        "The chance of no more events in arm 1 than were seen.",
        r"p = \sum_{x \le a} f(x)",
        'R stats::fisher.test(alternative = "less")',
        _FISHER,
    ),
    _test(
        "p_fisher_greater",
        "Fisher exact, one-sided (greater)",
        GREATER,
        "greater",
        "The chance of no fewer events in arm 1 than were seen.",
        r"p = \sum_{x \ge a} f(x)",
        'R stats::fisher.test(alternative = "greater")',
        _FISHER,
    ),
    _test(
        "p_fisher_doubled",
        "Fisher exact, doubled",
        DOUBLED,
        "two-sided",
        "Twice the smaller of the two one-sided Fisher p-values.",
        r"p = \min\{1,\ 2 \min(p_<, p_>)\}",
        'R exact2x2::exact2x2(tsmethod = "central")',
        _FISHER,
        family="Fisher, central",
    ),
    _test(
        "p_midp_minlike",
        "mid-p",
        MID_MINLIKE,
        "two-sided",
        "Fisher's test, counting splits exactly as likely as the one seen by half; less conservative.",
        r"p = \sum_{f(x) < f(a)} f(x) + \tfrac12 \sum_{f(x) = f(a)} f(x)",
        "R contingencytables::Fisher_midP_test_2x2, with its missed ties put right",
        _LYDERSEN,
    ),
    _test(
        "p_midp_minlike_obsonly",
        "mid-p, observed table halved",
        MID_OBSERVED_ONLY,
        "two-sided",
        "Fisher's test less half the chance of the very split seen.",
        r"p = \sum_{f(x) \le f(a)} f(x) - \tfrac12 f(a)",
        "R: fisher.test(x)$p.value - dhyper(a, n1, n2, k) / 2",
        _LYDERSEN,
    ),
    _test(
        "p_midp_doubled",
        "mid-p, doubled",
        MID_DOUBLED,
        "two-sided",
        "Twice the smaller of the two one-sided mid-p values.",
        r"p = \min\{1,\ 2 \min(p_<, p_>)\}",
        'R exact2x2::exact2x2(midp = TRUE, tsmethod = "central"); epitools::ormidp.test',
        _MID_P,
        family="mid-p, central",
    ),
    _test(
        "p_midp_less",
        "mid-p, one-sided (less)",
        MID_LESS,
        "less",
        "The chance of fewer events in arm 1 than were seen, and half that of exactly as many.",
        r"p = \sum_{x < a} f(x) + \tfrac12 f(a)",
        'R exact2x2::exact2x2(midp = TRUE, alternative = "less")',
        _MID_P,
    ),
    _test(
        "p_midp_greater",
        "mid-p, one-sided (greater)",
        MID_GREATER,
        "greater",
        "The chance of more events in arm 1 than were seen, and half that of exactly as many.",
        r"p = \sum_{x > a} f(x) + \tfrac12 f(a)",
        'R exact2x2::exact2x2(midp = TRUE, alternative = "greater")',
        _MID_P,
    ),
    Procedure(
        key="p_blaker",
        name="Blaker exact",
        kind="test",
        sides="two-sided",
        summary="The smaller one-sided Fisher p-value, and as much of the other tail as is no larger.",
        formula=r"p = P\{\gamma(X) \le \gamma(a)\},\quad \gamma(x) = \min\{P(X \le x),\ P(X \ge x)\}",
        reference=_BLAKER["reference"],
        doi=_BLAKER["doi"],
        agrees_with='R exact2x2::exact2x2(tsmethod = "blaker")',
        family="Blaker",
        compute=_blaker,
    ),
    Procedure(
        key="or_cmle",
        name="conditional odds ratio",
        kind="effect",
        measure="odds ratio",
        summary="The odds ratio that, given the total number of events, makes the observed split the expected one.",
        formula=r"E_\theta(X) = a,\quad P_\theta(X = x) \propto \binom{n_1}{x}\binom{n_2}{k - x}\,\theta^x",
        reference="Cornfield J. Proc Third Berkeley Symp Math Stat Probab 1956;4:135-148",
        agrees_with="R stats::fisher.test()$estimate, solved further (its default tolerance is about 1e-4)",
        compute=_estimate,
    ),
    Procedure(
        key="or_exact",
        name="exact conditional interval, odds ratio",
        kind="interval",
        measure="odds ratio",
        summary="The odds ratios that neither one-sided Fisher test rejects at half the error each.",
        formula=r"P_{\theta_L}(X \ge a) = \alpha/2,\quad P_{\theta_U}(X \le a) = \alpha/2",
        reference="Cornfield J. Proc Third Berkeley Symp Math Stat Probab 1956;4:135-148",
        agrees_with="R stats::fisher.test()$conf.int, solved further (its default tolerance is about 1e-4)",
        family="Fisher, central",
        compute=partial(_central, 1.0),
    ),
    Procedure(
        key="or_midp",
        name="mid-p interval, odds ratio",
        kind="interval",
        measure="odds ratio",
        summary="The odds ratios that neither one-sided mid-p value rejects at half the error each.",
        formula=r"P_{\theta_L}(X > a) + \tfrac12 P_{\theta_L}(X = a) = \alpha/2,\quad "
        r"P_{\theta_U}(X < a) + \tfrac12 P_{\theta_U}(X = a) = \alpha/2",
        reference=_MID_P["reference"],
        doi=_MID_P["doi"],
        agrees_with='R exact2x2::exact2x2(midp = TRUE, tsmethod = "central"); epitools::oddsratio.midp',
        family="mid-p, central",
        compute=partial(_central, 0.5),
    ),
)
