"""Tests and odds ratios that condition on the total number of events: Fisher, mid-p, Blaker.

Given the total k = a + b of events, the count of arm 1 is hypergeometric under no effect, and
hypergeometric with weights theta**x under an odds ratio theta. SciPy's ``fisher_exact`` agrees on Fisher's
p-values; it takes one table at a time and has neither the mid-p nor the Blaker forms nor the intervals that
belong to them.

Tables without events, or with events only, allow one value of the count alone: all p-values are 1 (the
mid-p ones a half, save the doubled one: 1), limits are 0 and infinity.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

from countback.procedures.batch import LOG_FACTORIALS, Counts, evaluate, kernel
from countback.procedures.procedure import Procedure, Sides

__all__ = ["PROCEDURES"]

#: Tables no more than this much likelier than the observed count as no likelier, as in R's fisher.test.
TIE = 1e-7

#: Logarithm of what a float can hold, nearly.
LARGEST_LOG = 700.0

#: A tail is summed until what is left of it is below this share of it.
NEGLIGIBLE = 1e-17


@kernel
def log_weight(x: int, n1: int, k: int, n2: int, lf: Sequence[float]) -> float:
    """Logarithm of C(n1, x) C(n2, k - x), but for a constant."""
    return -lf[x] - lf[n1 - x] - lf[k - x] - lf[n2 - k + x]


@kernel
def tail_ratio(x: int, step: int, n1: int, k: int, n2: int, theta: float) -> float:
    """Sum of f(y) / f(x) over all y beyond x, up (``step`` 1) or down (-1), at odds ratio ``theta``."""
    total = 0.0
    term = 1.0
    if step > 0:
        while x < n1 and x < k:
            ratio = theta * ((n1 - x) * (k - x)) / ((x + 1.0) * (n2 - k + x + 1.0))
            term *= ratio
            total += term
            x += 1
            if term * ratio < NEGLIGIBLE * total * (1.0 - ratio):
                break
    else:
        while x > 0 and x > k - n2:
            ratio = (x * (n2 - k + x)) / (theta * ((n1 - x + 1.0) * (k - x + 1.0)))
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
    # f(a + 1) < f(a) exactly when (n1 - a)(k - a) < (a + 1)(n2 - k + a + 1); of two equal modes, outward is
    # away.
    return 1 if (n1 - a) * b < (a + 1) * (n2 - k + a + 1) else -1


@kernel
def log_probability(x: int, n1: int, k: int, n2: int, lf: Sequence[float]) -> float:
    """Logarithm of the hypergeometric probability of x."""
    constant = lf[n1] + lf[n2] - lf[n1 + n2] + lf[k] + lf[n1 + n2 - k]
    return constant + log_weight(x, n1, k, n2, lf)


@kernel
def as_likely(a: int, n1: int, b: int, n2: int, step: int, threshold: float, lf: Sequence[float]) -> int:
    """First count on the other side of the mode whose log weight is at most ``threshold``.

    ``step`` is the direction away from the mode on the side of ``a``; one beyond the support if there is
    none.
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
def fisher_parts(a: int, n1: int, b: int, n2: int, lf: Sequence[float]) -> tuple[float, float, float, float, float]:
    """Pieces of the distribution given the total.

    Returns the probability of the observed count, of lower counts, of higher counts, of counts on the other
    side of the mode that are less likely than the observed, and of those there that are as likely.
    """
    k = a + b
    log_observed = log_probability(a, n1, k, n2, lf)
    observed = math.exp(log_observed)
    step = outward(a, n1, b, n2)
    near = observed * tail_ratio(a, step, n1, k, n2, 1.0)
    far = max(0.0, 1.0 - observed - near)
    level = log_weight(a, n1, k, n2, lf)
    less_likely = 0.0
    tied = 0.0
    y = as_likely(a, n1, b, n2, step, level + TIE, lf)
    if max(0, k - n2) <= y <= min(n1, k) and y != a:
        at = observed * math.exp(log_weight(y, n1, k, n2, lf) - level)
        beyond = at * tail_ratio(y, -step, n1, k, n2, 1.0)
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
def conditional_p(a: int, n1: int, b: int, n2: int, which: int, lf: Sequence[float]) -> float:
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
def matched_tail(
    a: int, n1: int, b: int, n2: int, step: int, theta: float, tail: float, lf: Sequence[float]
) -> tuple[int, float]:
    """Most of the tail opposite to ``step`` that is no larger than ``tail``.

    Returns the first count that it leaves out (``a`` itself where all others are in) and its sum. Both sums
    are in units of f(a), under the odds ratio ``theta``.
    """
    k = a + b
    log_theta = math.log(theta)
    level = log_weight(a, n1, k, n2, lf)
    # Start where the sum is negligible and add inwards.
    last = max(0, k - n2) if step > 0 else min(n1, k)
    floor = math.log(tail) - 40.0
    y = last
    if y != a and log_weight(y, n1, k, n2, lf) - level + (y - a) * log_theta <= floor:
        inside, outside = a, y
        while abs(inside - outside) > 1:
            middle = (inside + outside) // 2
            if log_weight(middle, n1, k, n2, lf) - level + (middle - a) * log_theta > floor:
                inside = middle
            else:
                outside = middle
        y = outside
    other = 0.0
    if y == a:
        return a, other
    log_term = log_weight(y, n1, k, n2, lf) - level + (y - a) * log_theta
    if log_term > LARGEST_LOG:
        return y, other
    term = math.exp(log_term)
    while y != a and other + term <= tail * (1.0 + TIE):
        other += term
        if step > 0:
            term *= theta * ((n1 - y) * (k - y)) / ((y + 1.0) * (n2 - k + y + 1.0))
        else:
            term *= (y * (n2 - k + y)) / (theta * ((n1 - y + 1.0) * (k - y + 1.0)))
        y += step
    return y, other


@kernel
def blaker_p(a: int, n1: int, b: int, n2: int, lf: Sequence[float]) -> float:
    """Blaker's p-value: the smaller tail, and as much of the other as is no larger."""
    observed, lower, higher, _, _ = fisher_parts(a, n1, b, n2, lf)
    step = 1 if higher <= lower else -1
    if observed == 0.0:
        return 0.0  # less than any number that a float can hold
    tail = observed + min(lower, higher)
    reached, other = matched_tail(a, n1, b, n2, step, 1.0, tail / observed, lf)
    return 1.0 if reached == a else min(1.0, tail + observed * other)


def _p(which: int, a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    return evaluate(conditional_p, (a, n1, b, n2), (which, LOG_FACTORIALS), weight=15)


def _blaker(a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    return evaluate(blaker_p, (a, n1, b, n2), (LOG_FACTORIALS,), weight=20)


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
)
