"""Odds ratios given the total of events: the conditional estimate and the intervals of the exact tests.

Under an odds ratio theta the count of arm 1, given the total k, has probabilities proportional to
C(n1, x) C(n2, k - x) theta**x. R's ``fisher.test`` solves for estimate and limits to about 1e-4; SciPy's
``odds_ratio`` agrees with that. ``exact2x2`` rounds its intervals to four decimals. All are solved here to
about 1e-14. Where the count is the smallest or largest possible, a limit is 0 or infinity; where it is the
only one, both are, and the estimate is nan.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from countback.procedures.batch import LOG_FACTORIALS, Counts, evaluate, kernel
from countback.procedures.conditional import NEGLIGIBLE, log_weight, matched_tail, tail_ratio
from countback.procedures.distributions import LAST_STEP, two_sided_z
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES"]

#: Log odds ratios are sought within this distance of 0: far beyond what any count can say.
LARGEST_LOG_ODDS = 100.0


@kernel
def weighted_tails(a: int, n1: int, b: int, n2: int, theta: float) -> tuple[float, float, float, float, float, float]:
    """Sums of f(x) j**m / f(a), j = x - a, under the odds ratio ``theta``.

    Returns those over j > 0 for m = 0, 1, 2 and those over j < 0 for m = 0, 1, 2. Sums beyond 1e250 stay
    there: what they are divided into is 0 to double precision.
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

    ``own`` is the part of the observed table that counts as in the tail (1, or a half for the mid-p).
    Newton's method on the log of the tail against the log odds ratio, kept inside a shrinking bracket.
    """
    low, high = -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS
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
        if abs(following - at) <= LAST_STEP:
            return math.exp(following)
        if not low < following < high:
            following = 0.5 * (low + high)
        if following in (low, high):
            break
        at = following
    return math.exp(at)


@kernel
def central_limits(a: int, n1: int, b: int, n2: int, share: float, own: float, z: float) -> tuple[float, float]:
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
    """Conditional maximum likelihood estimate: under it the observed count is the expected one."""
    k = a + b
    least, most = max(0, k - n2), min(n1, k)
    if least == most:
        return math.nan
    if a == least:
        return 0.0
    if a == most:
        return math.inf
    low, high = -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS
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
        if abs(following - at) <= LAST_STEP:
            return math.exp(following)
        if not low < following < high:
            following = 0.5 * (low + high)
        if following in (low, high):
            break
        at = following
    return math.exp(at)


@kernel
def tail_and_all(a: int, n1: int, b: int, n2: int, log_theta: float) -> tuple[float, float]:
    """Sums of f(x) / f(a) over x >= a and over all x, under the odds ratio exp(``log_theta``)."""
    theta = math.exp(log_theta)
    tail = 1.0 + tail_ratio(a, 1, n1, a + b, n2, theta)
    return tail, tail + tail_ratio(a, -1, n1, a + b, n2, theta)


@kernel
def upper_tail(a: int, n1: int, b: int, n2: int, log_theta: float) -> float:
    """P(X >= a) under the odds ratio exp(``log_theta``)."""
    tail, everything = tail_and_all(a, n1, b, n2, log_theta)
    return tail / everything


@kernel
def lower_sum(a: int, n1: int, k: int, n2: int, y: int, log_theta: float, lf: Sequence[float]) -> float:
    """Sum of f(x) / f(a) over x <= y < a, under the odds ratio exp(``log_theta``)."""
    at_y = math.exp(log_weight(y, n1, k, n2, lf) - log_weight(a, n1, k, n2, lf) + (y - a) * log_theta)
    return at_y * (1.0 + tail_ratio(y, -1, n1, k, n2, math.exp(log_theta)))


@kernel
def both_tails(a: int, n1: int, b: int, n2: int, y: int, log_theta: float, lf: Sequence[float]) -> tuple[float, float]:
    """P(X >= a) and P(X <= y), y < a, under the odds ratio exp(``log_theta``)."""
    tail, everything = tail_and_all(a, n1, b, n2, log_theta)
    return tail / everything, lower_sum(a, n1, a + b, n2, y, log_theta, lf) / everything


@kernel
def both_reach(
    a: int, n1: int, b: int, n2: int, y: int, alpha: float, low: float, high: float, lf: Sequence[float]
) -> float:
    """Log odds ratio between ``low`` and ``high`` from which P(X >= a) + P(X <= y) exceeds ``alpha``.

    It does not at ``low`` and does at ``high``. Between, what is left out, P(y < X < a), rises to one peak
    and falls (its sign changes are those of an exponential family), so the sum crosses ``alpha`` once:
    bisection.
    """
    for _ in range(100):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        p, q = both_tails(a, n1, b, n2, y, middle, lf)
        if p + q > alpha:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


@kernel
def jump(a: int, n1: int, k: int, n2: int, y: int, lf: Sequence[float]) -> float:
    """Log odds ratio from which y < a is no likelier than a."""
    return (log_weight(y, n1, k, n2, lf) - log_weight(a, n1, k, n2, lf)) / (a - y)


@kernel
def minlike_lower(a: int, n1: int, b: int, n2: int, alpha: float, z: float, lf: Sequence[float]) -> float:
    """Least odds ratio whose two-sided Fisher p-value exceeds ``alpha``.

    As the odds ratio grows, counts y = least, least + 1, ... join the lower tail one by one. Between two such
    jumps the p-value has one valley at most, so it is enough to look at the ends of each stretch.
    """
    k = a + b
    least = max(0, k - n2)
    if a == least:
        return 0.0
    if upper_tail(a, n1, b, n2, jump(a, n1, k, n2, least, lf)) > alpha:
        return tail_limit(a, n1, b, n2, 1, alpha, 1.0, z)
    # Counts in the lower tail are no likelier than a, so p <= (1 + their number) P(X >= a): stretches that
    # end where this is below alpha can be passed over.
    first, beyond = least, a - 1
    while beyond - first > 1:
        middle = (first + beyond) // 2
        if (2.0 + middle - least) * upper_tail(a, n1, b, n2, jump(a, n1, k, n2, middle + 1, lf)) <= alpha:
            first = middle
        else:
            beyond = middle
    previous = start = jump(a, n1, k, n2, first, lf)
    for y in range(first, a):
        # At the jump y joins; just before it, the last count was y - 1.
        tail, everything = tail_and_all(a, n1, b, n2, start)
        if y > first and tail + lower_sum(a, n1, k, n2, y - 1, start, lf) > alpha * everything:
            return math.exp(both_reach(a, n1, b, n2, y - 1, alpha, previous, start, lf))
        if tail + lower_sum(a, n1, k, n2, y, start, lf) > alpha * everything:
            break
        previous = start
        start = jump(a, n1, k, n2, y + 1, lf)
    return math.exp(start)


@kernel
def blaker_lower(a: int, n1: int, b: int, n2: int, alpha: float, z: float, lf: Sequence[float]) -> float:
    """Least odds ratio whose Blaker p-value exceeds ``alpha``.

    The p-value lies between P(X >= a) and twice that. So the limit is not below the point where the tail is
    alpha / 2, nor beyond the next odds ratio at which a count joins the lower tail: there p is twice the
    tail.
    """
    k = a + b
    least = max(0, k - n2)
    if a == least:
        return 0.0
    start = math.log(tail_limit(a, n1, b, n2, 1, 0.5 * alpha, 1.0, z))
    up0, _, _, _, _, _ = weighted_tails(a, n1, b, n2, math.exp(start))
    joining, _ = matched_tail(a, n1, b, n2, 1, math.exp(start), 1.0 + up0, lf)
    # The next count joins where its lower tail is down to P(X >= a).
    low, high = start, LARGEST_LOG_ODDS
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        p, q = both_tails(a, n1, b, n2, joining, middle, lf)
        if q > p:
            low = middle
        else:
            high = middle
    end = high
    y = joining - 1
    if y < least:
        if upper_tail(a, n1, b, n2, end) > alpha:
            return tail_limit(a, n1, b, n2, 1, alpha, 1.0, z)
        return math.exp(end)
    p, q = both_tails(a, n1, b, n2, y, end, lf)
    if p + q > alpha:
        return math.exp(both_reach(a, n1, b, n2, y, alpha, start, end, lf))
    return math.exp(end)


@kernel
def minlike_limits(
    a: int, n1: int, b: int, n2: int, alpha: float, z: float, lf: Sequence[float]
) -> tuple[float, float]:
    """Ends of the odds ratios that the two-sided Fisher test does not reject."""
    opposite = minlike_lower(b, n2, a, n1, alpha, z, lf)  # the odds ratio of arm 2 against arm 1
    return minlike_lower(a, n1, b, n2, alpha, z, lf), 1.0 / opposite if opposite > 0.0 else math.inf


@kernel
def blaker_limits(a: int, n1: int, b: int, n2: int, alpha: float, z: float, lf: Sequence[float]) -> tuple[float, float]:
    """Ends of the odds ratios that Blaker's test does not reject."""
    opposite = blaker_lower(b, n2, a, n1, alpha, z, lf)
    return blaker_lower(a, n1, b, n2, alpha, z, lf), 1.0 / opposite if opposite > 0.0 else math.inf


def _estimate(a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    return evaluate(conditional_estimate, (a, n1, b, n2), weight=50)


def _central(own: float, a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> Any:
    z = two_sided_z(level)
    return evaluate(central_limits, (a, n1, b, n2), ((1.0 - level) / 2.0, own, z), outputs=2, weight=100)


def _two_sided(
    function: Callable[..., Any], a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95
) -> Any:
    z = two_sided_z(level)
    return evaluate(function, (a, n1, b, n2), (1.0 - level, z, LOG_FACTORIALS), outputs=2, weight=1000)


PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="or_cmle",
        name="conditional odds ratio",
        kind="effect",
        measure="odds ratio",
        summary="The odds ratio under which, given the total of events, the split seen is the expected one.",
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
        reference="Lancaster HO. J Am Stat Assoc 1961;56:223-234",
        doi="10.1080/01621459.1961.10482105",
        agrees_with='R exact2x2::exact2x2(midp = TRUE, tsmethod = "central") and epitools::oddsratio.midp, solved '
        "further (they stop at about 1e-4, at odds ratios of some hundreds at 1%; epitools has no limits above 1000)",
        family="mid-p, central",
        compute=partial(_central, 0.5),
    ),
    Procedure(
        key="or_minlike",
        name="Baptista-Pike exact conditional interval, odds ratio",
        kind="interval",
        measure="odds ratio",
        summary="The odds ratios that the two-sided Fisher test does not reject.",
        formula=r"\left[\inf, \sup\right]\{\theta:\ p_\theta > \alpha\},\quad "
        r"p_\theta = \sum_{f_\theta(x) \le f_\theta(a)} f_\theta(x)",
        reference="Baptista J, Pike MC. Appl Stat 1977;26:214-220",
        doi="10.2307/2347041",
        agrees_with='R exact2x2::exact2x2(tsmethod = "minlike"), which rounds to four decimals',
        family="Fisher, minimum likelihood",
        compute=partial(_two_sided, minlike_limits),
    ),
    Procedure(
        key="or_blaker",
        name="Blaker exact conditional interval, odds ratio",
        kind="interval",
        measure="odds ratio",
        summary="The odds ratios that Blaker's exact test does not reject; never wider than central ones.",
        formula=r"\left[\inf, \sup\right]\{\theta:\ p_\theta > \alpha\},\quad "
        r"p_\theta = P_\theta\{\gamma_\theta(X) \le \gamma_\theta(a)\}",
        reference="Blaker H. Can J Stat 2000;28:783-798",
        doi="10.2307/3315916",
        agrees_with='R exact2x2::exact2x2(tsmethod = "blaker"), which rounds to four decimals',
        family="Blaker",
        compute=partial(_two_sided, blaker_limits),
    ),
)
