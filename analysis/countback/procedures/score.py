"""Score intervals: the differences and ratios that a score test does not reject.

One statistic serves all: the observed contrast less the contrast asked about, over its standard error with
the rates that fit best among those with that contrast. Its square at no difference is Pearson's
chi-squared, or with the variance times N/(N - 1) the N-1 chi-squared. statsmodels'
``confint_proportions_2indep(method="score")`` is off by up to 2.7e-2, or fails, on sparse tables.

Limits are found by a bracketed secant search (Illinois) to about 1e-14. Where an arm has no event, or only
events, limits reach -1, 1, 0 or infinity as the statistic says.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from countback.procedures.batch import Counts, evaluate, kernel
from countback.procedures.distributions import two_sided_z
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES"]

# The contrast; the number selects it within one kernel.
DIFFERENCE, RATIO, ODDS = 0, 1, 2


@kernel
def restricted_rate(d: float, a: int, n1: int, b: int, n2: int) -> float:
    """Rate of arm 2 that fits best when arm 1's is larger by ``d``: the root of a cubic."""
    total = float(n1 + n2)
    events = float(a + b)
    l2 = (n1 + 2.0 * n2) * d - total - events
    l1 = (n2 * d - total - 2.0 * b) * d + events
    l0 = b * d * (1.0 - d)
    shift = l2 / (3.0 * total)
    q = shift * shift * shift - l1 * l2 / (6.0 * total * total) + l0 / (2.0 * total)
    p = math.copysign(math.sqrt(max(0.0, shift * shift - l1 / (3.0 * total))), q)
    x = -shift
    if p != 0.0:
        angle = (math.pi + math.acos(max(-1.0, min(1.0, q / (p * p * p))))) / 3.0
        x = 2.0 * p * math.cos(angle) - shift
    low, high = max(0.0, -d), min(1.0, 1.0 - d)
    x = min(high, max(low, x))
    for _ in range(20):  # the closed form loses digits where roots nearly meet
        slope = (3.0 * total * x + 2.0 * l2) * x + l1
        if slope == 0.0:
            break
        step = (((total * x + l2) * x + l1) * x + l0) / slope
        if not abs(step) < 1e-3:
            break
        x = min(high, max(low, x - step))
        if abs(step) <= 1e-16 + 1e-15 * x:
            break
    return x


@kernel
def score(measure: int, at: float, a: int, n1: int, b: int, n2: int, inflation: float, skewed: bool) -> float:
    """Score statistic at a contrast: the risk difference itself, or the log of the risk or odds ratio.

    ``skewed`` corrects it for the skewness of the risk difference.
    """
    third = 0.0
    if measure == DIFFERENCE:
        q = restricted_rate(at, a, n1, b, n2)
        p = min(1.0, max(0.0, q + at))
        variance = p * (1.0 - p) / n1 + q * (1.0 - q) / n2
        excess = a / n1 - b / n2 - at
        third = p * (1.0 - p) * (1.0 - 2.0 * p) / (float(n1) * n1)
        third -= q * (1.0 - q) * (1.0 - 2.0 * q) / (float(n2) * n2)
    elif measure == RATIO:
        ratio = math.exp(at)
        square = (n1 + n2) * ratio
        linear = n1 * ratio + a + n2 + b * ratio
        q = min(1.0, 2.0 * (a + b) / (linear + math.sqrt(max(0.0, linear * linear - 4.0 * square * (a + b)))))
        p = min(1.0, ratio * q)
        # Scaled by 1 / ratio, so that neither a huge nor a tiny ratio overflows.
        variance = p * (1.0 - p) / n1 / ratio + ratio * q * (1.0 - q) / n2
        excess = (a / n1) / math.sqrt(ratio) - math.sqrt(ratio) * (b / n2)
    else:
        odds = math.exp(at)
        events = a + b
        linear = n1 * odds + n2 - events * (odds - 1.0)
        root = math.sqrt(max(0.0, linear * linear + 4.0 * n2 * (odds - 1.0) * events))
        q = 2.0 * events / (linear + root)
        p = q * odds / (1.0 + q * (odds - 1.0))
        information_1 = n1 * p * (1.0 - p)
        information_2 = n2 * q * (1.0 - q)
        both = information_1 + information_2
        variance = information_1 * information_2 / both if both > 0.0 else 0.0
        excess = a - n1 * p
    if variance <= 1e-300:
        return 0.0 if abs(excess) <= 1e-15 else math.copysign(math.inf, excess)
    spread = math.sqrt(variance * inflation)
    if not skewed:
        return excess / spread
    # Laud's correction: the root nearer to the plain statistic of skew s**2 + s = statistic + skew.
    skew = third / (6.0 * spread * spread * spread)
    sought = excess / spread + skew
    return 2.0 * sought / (1.0 + math.sqrt(max(0.0, 1.0 + 4.0 * skew * sought)))


@kernel
def score_limit(
    measure: int,
    target: float,
    start: float,
    low: float,
    high: float,
    a: int,
    n1: int,
    b: int,
    n2: int,
    inflation: float,
    skewed: bool,
) -> float:
    """Contrast between ``low`` and ``high`` at which the (falling) score statistic equals ``target``."""
    at = min(high, max(low, start))
    value = score(measure, at, a, n1, b, n2, inflation, skewed) - target
    if value == 0.0:
        return at
    direction = 1.0 if value > 0.0 else -1.0
    step = 0.05 if measure == DIFFERENCE else 0.25
    other, other_value = at, value
    while other_value * direction > 0.0:
        at, value = other, other_value
        edge = high if direction > 0.0 else low
        if at == edge:
            return edge
        other = at + direction * step
        if (edge - other) * direction < 0.0:
            other = edge
        step *= 2.0
        other_value = score(measure, other, a, n1, b, n2, inflation, skewed) - target
    # The root lies between `at` and `other`, where the values differ in sign.
    for _ in range(200):
        if math.isinf(value) or math.isinf(other_value):
            middle = 0.5 * (at + other)
        else:
            middle = other - other_value * (other - at) / (other_value - value)
        tolerance = 1e-16 + 4e-16 * abs(other)
        if abs(other - at) <= 2.0 * tolerance:
            break
        if abs(middle - other) < tolerance:  # step over the root, so that the bracket closes from both ends
            middle = other + math.copysign(tolerance, at - other)
        new = score(measure, middle, a, n1, b, n2, inflation, skewed) - target
        if new == 0.0:
            return middle
        if (new > 0.0) == (other_value > 0.0):
            # Anderson and Bjoerck's factor keeps the far end from lagging behind.
            factor = 1.0 - new / other_value
            value *= factor if factor > 0.0 else 0.5
        else:
            at, value = other, other_value
        other, other_value = middle, new
    return other


@kernel
def difference_limits(
    a: int, n1: int, b: int, n2: int, z: float, inflate: bool, skewed: bool
) -> tuple[float, float]:
    """Score limits for the risk difference (Mee; with ``inflate`` Miettinen and Nurminen)."""
    inflation = (n1 + n2) / (n1 + n2 - 1.0) if inflate else 1.0
    d = a / n1 - b / n2
    p, q = (a + 0.5) / (n1 + 1.0), (b + 0.5) / (n2 + 1.0)
    spread = z * math.sqrt(p * (1.0 - p) / n1 + q * (1.0 - q) / n2)
    lower, upper = -1.0, 1.0
    if d > -1.0:
        lower = score_limit(DIFFERENCE, z, p - q - spread, -1.0, d, a, n1, b, n2, inflation, skewed)
    if d < 1.0:
        upper = score_limit(DIFFERENCE, -z, p - q + spread, d, 1.0, a, n1, b, n2, inflation, skewed)
    return lower, upper


@kernel
def ratio_limits(a: int, n1: int, b: int, n2: int, z: float, inflate: bool) -> tuple[float, float]:
    """Score limits for the risk ratio (Koopman; with ``inflate`` Miettinen and Nurminen)."""
    if a + b == 0:
        return 0.0, math.inf
    inflation = (n1 + n2) / (n1 + n2 - 1.0) if inflate else 1.0
    p, q = (a + 0.5) / (n1 + 0.5), (b + 0.5) / (n2 + 0.5)
    spread = z * math.sqrt((1.0 - p) / (p * n1) + (1.0 - q) / (q * n2) + 1e-3 / (n1 + n2))
    middle = math.log(p / q)
    lower, upper = 0.0, math.inf
    if a > 0:
        lower = math.exp(
            score_limit(RATIO, z, middle - spread, -700.0, 700.0, a, n1, b, n2, inflation, False)
        )
    if b > 0:
        upper = math.exp(
            score_limit(RATIO, -z, middle + spread, -700.0, 700.0, a, n1, b, n2, inflation, False)
        )
    return lower, upper


@kernel
def odds_limits(a: int, n1: int, b: int, n2: int, z: float, inflate: bool) -> tuple[float, float]:
    """Score limits for the odds ratio (Cornfield, uncorrected; with ``inflate`` Miettinen and Nurminen)."""
    if a + b == 0 or a + b == n1 + n2:
        return 0.0, math.inf
    inflation = (n1 + n2) / (n1 + n2 - 1.0) if inflate else 1.0
    p, q, r, s = a + 0.5, n1 - a + 0.5, b + 0.5, n2 - b + 0.5
    middle = math.log(p * s / (q * r))
    spread = z * math.sqrt(1.0 / p + 1.0 / q + 1.0 / r + 1.0 / s)
    lower, upper = 0.0, math.inf
    if a > 0 and b < n2:
        lower = math.exp(score_limit(ODDS, z, middle - spread, -300.0, 300.0, a, n1, b, n2, inflation, False))
    if b > 0 and a < n1:
        upper = math.exp(
            score_limit(ODDS, -z, middle + spread, -300.0, 300.0, a, n1, b, n2, inflation, False)
        )
    return lower, upper


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
    return evaluate(function, (a, n1, b, n2), (two_sided_z(level), *flags), outputs=2, weight=10)


_SCORE = (
    r"\frac{\hat p_1 - \hat p_2 - \delta}"
    r"{\sqrt{\lambda\,[\tilde p_1 (1 - \tilde p_1)/n_1 + \tilde p_2 (1 - \tilde p_2)/n_2]}} = \pm z"
)
_RATIO = (
    r"\frac{\hat p_1 - \phi\,\hat p_2}"
    r"{\sqrt{\lambda\,[\tilde p_1 (1 - \tilde p_1)/n_1 + \phi^2 \tilde p_2 (1 - \tilde p_2)/n_2]}} = \pm z"
)
_ODDS = (
    r"(a - n_1 \tilde p_1)\sqrt{\frac1\lambda\left[\frac{1}{n_1 \tilde p_1 (1 - \tilde p_1)} "
    r"+ \frac{1}{n_2 \tilde p_2 (1 - \tilde p_2)}\right]} = \pm z"
)
_WITHOUT, _WITH = r",\quad \lambda = 1", r",\quad \lambda = \frac{N}{N - 1}"
_NURMINEN = {"reference": "Miettinen O, Nurminen M. Stat Med 1985;4:213-226", "doi": "10.1002/sim.4780040211"}

PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="rd_mn",
        name="Miettinen-Nurminen score interval, risk difference",
        kind="interval",
        measure="risk difference",
        summary="The risk differences that an N-1 score test does not reject.",
        formula=_SCORE + _WITH,
        agrees_with='R ratesci::scoreci(contrast = "RD", skew = FALSE); PropCIs::diffscoreci',
        family="score, N-1",
        compute=partial(_limits, difference_limits, (True, False)),
        reference=_NURMINEN["reference"],
        doi=_NURMINEN["doi"],
    ),
    Procedure(
        key="rd_mee",
        name="Mee score interval, risk difference",
        kind="interval",
        measure="risk difference",
        summary="The risk differences that a score test does not reject.",
        formula=_SCORE + _WITHOUT,
        reference="Mee RW. Biometrics 1984;40:1175-1176",
        agrees_with='R ratesci::scoreci(contrast = "RD", skew = FALSE, bcf = FALSE); epiR::epi.2by2',
        family="score",
        compute=partial(_limits, difference_limits, (False, False)),
    ),
    Procedure(
        key="rd_scas",
        name="skewness-corrected score interval (SCAS), risk difference",
        kind="interval",
        measure="risk difference",
        summary="Miettinen and Nurminen's interval, shifted so that it errs as often on either side.",
        formula=r"\gamma s^2 + s = s_0 + \gamma,\ s = \pm z,\quad s_0\ \text{as for Miettinen-Nurminen},"
        r"\quad "
        r"\gamma = \frac{1}{6 V^{3/2}} \left[\frac{\tilde p_1 (1 - \tilde p_1)(1 - 2 \tilde p_1)}{n_1^2} "
        r"- \frac{\tilde p_2 (1 - \tilde p_2)(1 - 2 \tilde p_2)}{n_2^2}\right]",
        reference="Laud PJ. Pharm Stat 2017;16:334-348",
        doi="10.1002/pst.1813",
        agrees_with='R ratesci::scoreci(contrast = "RD") (default, skew = TRUE)',
        compute=partial(_limits, difference_limits, (True, True)),
    ),
    Procedure(
        key="rr_koopman",
        name="Koopman score interval, risk ratio",
        kind="interval",
        measure="risk ratio",
        summary="The risk ratios that a score test does not reject.",
        formula=_RATIO + _WITHOUT,
        reference="Koopman PAR. Biometrics 1984;40:513-517",
        doi="10.2307/2531405",
        agrees_with='R PropCIs::riskscoreci; ratesci::scoreci(contrast = "RR", skew = FALSE, bcf = FALSE)',
        family="score",
        compute=partial(_limits, ratio_limits, (False,)),
    ),
    Procedure(
        key="rr_mn",
        name="Miettinen-Nurminen score interval, risk ratio",
        kind="interval",
        measure="risk ratio",
        summary="The risk ratios that an N-1 score test does not reject.",
        formula=_RATIO + _WITH,
        agrees_with='R ratesci::scoreci(contrast = "RR", skew = FALSE)',
        family="score, N-1",
        compute=partial(_limits, ratio_limits, (True,)),
        reference=_NURMINEN["reference"],
        doi=_NURMINEN["doi"],
    ),
    Procedure(
        key="or_cornfield_score",
        name="Cornfield score interval, odds ratio",
        kind="interval",
        measure="odds ratio",
        summary="The odds ratios that a score test does not reject.",
        formula=_ODDS + _WITHOUT,
        reference="Cornfield J. Proc Third Berkeley Symp Math Stat Probab 1956;4:135-148",
        agrees_with='R ratesci::scoreci(contrast = "OR", skew = FALSE, bcf = FALSE, or_bias = FALSE)',
        family="score",
        compute=partial(_limits, odds_limits, (False,)),
    ),
    Procedure(
        key="or_mn",
        name="Miettinen-Nurminen score interval, odds ratio",
        kind="interval",
        measure="odds ratio",
        summary="The odds ratios that an N-1 score test does not reject.",
        formula=_ODDS + _WITH,
        agrees_with='R ratesci::scoreci(contrast = "OR", skew = FALSE, or_bias = FALSE)',
        family="score, N-1",
        compute=partial(_limits, odds_limits, (True,)),
        reference=_NURMINEN["reference"],
        doi=_NURMINEN["doi"],
    ),
)
