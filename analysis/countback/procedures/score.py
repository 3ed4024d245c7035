"""Score intervals: the differences and ratios that a score test does not reject.

For a contrast between the rates (difference, risk ratio or odds ratio) the score test takes the two rates
that fit best among those with that contrast, and measures how far the counts are from them in chi-squared.
Rates that fit best balance the arms' scores, so all of them, over all contrasts, lie on one curve with one
multiplier m: along it each rate is explicit in m, and the chi-squared grows with m. A limit is where it
reaches z**2 (times N / (N - 1) for Miettinen and Nurminen): one equation in m, solved by Newton's method
inside a bracket to about 1e-15, without the cubic of Farrington and Manning and the choice among its roots.
With no difference the statistic is Pearson's or the N-1 chi-squared.

statsmodels' ``confint_proportions_2indep(method="score")`` is off by up to 2.7e-2, or fails, on sparse
tables. Where an arm has no event, or only events, limits reach -1, 1, 0 or infinity as the statistic says.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from countback.procedures.batch import Counts, evaluate, kernel
from countback.procedures.distributions import LAST_STEP, two_sided_z
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES"]

# The contrast; the number selects it within one kernel.
DIFFERENCE, RATIO, ODDS = 0, 1, 2

#: A step of this share of the point is the last of a method that converges more slowly than Newton's.
SETTLED = 1e-13


@kernel
def shrunk(rate: float, m: float) -> tuple[float, float]:
    """Root p <= ``rate`` of p = rate - m p (1 - p), a rate pulled down by its variance times ``m``.

    Returns it with 1 + m (1 - 2 p), the square root in its formula.
    """
    root = math.sqrt((1.0 - m) * (1.0 - m) + 4.0 * m * (1.0 - rate))
    return 2.0 * rate / (1.0 + m + root), root


@kernel
def distance(measure: int, m: float, a: int, n1: int, b: int, n2: int) -> tuple[float, float]:
    """Chi-squared of the counts against the best-fitting rates with multiplier ``m`` > 0, and its slope in m.

    Larger ``m`` stands for a smaller contrast: the rate of arm 1 falls, that of arm 2 rises.
    """
    if measure == DIFFERENCE:
        # (p1 - p) / v1 = (q - p2) / v2 = m, with v the variance p (1 - p) / n of each rate.
        share_1, share_2 = 1.0 / n1, 1.0 / n2
        p, bend_1 = shrunk(a * share_1, m * share_1)
        q, bend_2 = shrunk((n2 - b) * share_2, m * share_2)  # q is the rate of non-events
        v1, v2 = p * (1.0 - p) * share_1, q * (1.0 - q) * share_2
        slope = v1 + v2
        if v1 > 0.0 and bend_1 > 0.0:
            slope += v1 / bend_1
        if v2 > 0.0 and bend_2 > 0.0:
            slope += v2 / bend_2
        return m * m * (v1 + v2), m * slope
    if measure == RATIO:
        # (a - n1 p) / (1 - p) = (n2 q - b) / (1 - q) = m.
        first = (n1 - a) / (n1 * (a - m)) if a < n1 else 0.0
        second = (n2 - b) / (n2 * (b + m))
        value = m * m * (first + second)
        return value, 2.0 * m * (first + second) + m * m * (first / (a - m) - second / (b + m))
    # a - n1 p = n2 q - b = m.
    first = n1 / ((a - m) * (n1 - a + m))
    second = n2 / ((b + m) * (n2 - b - m))
    bend = first * (1.0 / (a - m) - 1.0 / (n1 - a + m)) + second * (1.0 / (n2 - b - m) - 1.0 / (b + m))
    return m * m * (first + second), 2.0 * m * (first + second) + m * m * bend


@kernel
def multiplier(measure: int, wanted: float, top: float, a: int, n1: int, b: int, n2: int) -> float:
    """Multiplier below ``top`` at which the chi-squared is ``wanted``."""
    p, q = (a + 0.5) / (n1 + 1.0), (b + 0.5) / (n2 + 1.0)
    if measure == DIFFERENCE:
        m = math.sqrt(wanted / (p * (1.0 - p) / n1 + q * (1.0 - q) / n2))
    elif measure == RATIO:
        m = math.sqrt(wanted / ((1.0 - p) / (p * n1) + (1.0 - q) / (q * n2)))
    else:
        m = math.sqrt(wanted / (1.0 / (p * (1.0 - p) * n1) + 1.0 / (q * (1.0 - q) * n2)))
    low, high = 0.0, top
    if m >= top:
        m = 0.75 * top
    aim = math.sqrt(wanted)
    for _ in range(200):
        value, slope = distance(measure, m, a, n1, b, n2)
        if value < wanted:
            low = m
        else:
            high = m
        # Newton on the square root, which is nearly a straight line in m.
        root = math.sqrt(value)
        following = m + 2.0 * root * (aim - root) / slope if slope > 0.0 else -1.0
        if abs(following - m) <= LAST_STEP * m:
            return following
        if not low < following < high:
            following = 0.5 * (low + high) if high < math.inf else 2.0 * m
        if following in (low, high):
            break
        m = following
    return m


@kernel
def difference_lower(a: int, n1: int, b: int, n2: int, wanted: float) -> float:
    """Lower score limit of the risk difference."""
    if a == 0 and b == n2:
        return -1.0
    m = multiplier(DIFFERENCE, wanted, math.inf, a, n1, b, n2)
    return max(-1.0, shrunk(a / n1, m / n1)[0] + shrunk((n2 - b) / n2, m / n2)[0] - 1.0)


@kernel
def ratio_lower(a: int, n1: int, b: int, n2: int, wanted: float) -> float:
    """Lower score limit of the risk ratio."""
    if a == 0:
        return 0.0
    if a == n1:
        # The rate of arm 1 stays at 1 up to m = n1, and falls at that m.
        there = float(n1) * n1 * (n2 - b) / (float(n2) * (b + n1))
        if there <= wanted:
            return n1 / (n1 + wanted - there) * (n1 + n2) / (n1 + b)
    m = multiplier(RATIO, wanted, float(a), a, n1, b, n2)
    p = (a - m) / (n1 - m) if a < n1 else 1.0
    return p * (n2 + m) / (b + m)


@kernel
def odds_lower(a: int, n1: int, b: int, n2: int, wanted: float) -> float:
    """Lower score limit of the odds ratio."""
    if a == 0 or b == n2:
        return 0.0
    m = multiplier(ODDS, wanted, float(min(a, n2 - b)), a, n1, b, n2)
    return (a - m) * (n2 - b - m) / ((n1 - a + m) * (b + m))


@kernel
def chi_squared(n1: int, n2: int, z: float, inflate: bool) -> float:
    """Chi-squared at the limits."""
    return z * z * ((n1 + n2) / (n1 + n2 - 1.0)) if inflate else z * z


@kernel
def difference_limits(a: int, n1: int, b: int, n2: int, z: float, inflate: bool) -> tuple[float, float]:
    """Score limits for the risk difference (Mee; with ``inflate`` Miettinen and Nurminen)."""
    wanted = chi_squared(n1, n2, z, inflate)
    return difference_lower(a, n1, b, n2, wanted), -difference_lower(b, n2, a, n1, wanted)


@kernel
def ratio_limits(a: int, n1: int, b: int, n2: int, z: float, inflate: bool) -> tuple[float, float]:
    """Score limits for the risk ratio (Koopman; with ``inflate`` Miettinen and Nurminen)."""
    wanted = chi_squared(n1, n2, z, inflate)
    opposite = ratio_lower(b, n2, a, n1, wanted)
    return ratio_lower(a, n1, b, n2, wanted), 1.0 / opposite if opposite > 0.0 else math.inf


@kernel
def odds_limits(a: int, n1: int, b: int, n2: int, z: float, inflate: bool) -> tuple[float, float]:
    """Score limits for the odds ratio (Cornfield, uncorrected; with ``inflate`` Miettinen and Nurminen)."""
    wanted = chi_squared(n1, n2, z, inflate)
    opposite = odds_lower(b, n2, a, n1, wanted)
    return odds_lower(a, n1, b, n2, wanted), 1.0 / opposite if opposite > 0.0 else math.inf


@kernel
def skewed_score(m: float, a: int, n1: int, b: int, n2: int, z: float, inflation: float) -> float:
    """Score statistic at multiplier ``m`` less Laud's correction for skewness at ``z``."""
    p, q = shrunk(a / n1, m / n1)[0], shrunk((n2 - b) / n2, m / n2)[0]
    v1, v2 = p * (1.0 - p) / n1, q * (1.0 - q) / n2
    variance = (v1 + v2) * inflation
    if variance <= 0.0:
        return 0.0
    third = v1 * (1.0 - 2.0 * p) / n1 + v2 * (1.0 - 2.0 * q) / n2
    return (m * (v1 + v2) - third * (z * z - 1.0) / (6.0 * variance)) / math.sqrt(variance)


@kernel
def boundary_multiplier(t: float, a: int, n1: int, b: int, n2: int) -> float:
    """Multiplier at the difference that lies ``t`` below the observed one, where all of each arm are alike.

    The rate of an arm with events only stays at 1 up to the multiplier n1 and is n1 / m beyond; so is the rate of
    non-events of an arm without any event with n2.
    """
    if a == 0:
        return n2 / (1.0 - t)
    if b == n2:
        return n1 / (1.0 - t)
    least = float(min(n1, n2))
    m = least / (1.0 - t) if t < 1.0 else math.inf
    return m if m <= max(n1, n2) else (n1 + n2) / (2.0 - t)


@kernel
def boundary_bracket(a: int, n1: int, b: int, n2: int, z: float, inflation: float) -> tuple[float, float]:
    """Multipliers between which the corrected score first comes down to ``z``, from the far end inwards.

    Where all of each arm are alike, the variance vanishes at the observed difference, and the correction drives the
    score up again on the way there: it comes down to ``z`` twice. The stretch below ``z`` in between is several times
    as long as what lies beyond it, so that steps to seven tenths of the way do not miss it.
    """
    whole = 2.0 if a == n1 and b == 0 else 1.0  # from a difference of -1 to the observed one
    t = whole
    outer = math.inf
    for _ in range(120):
        t *= 0.7
        m = boundary_multiplier(t, a, n1, b, n2)
        if skewed_score(m, a, n1, b, n2, z, inflation) <= z:
            if outer < math.inf:
                return m, outer
            outer = m
            while skewed_score(outer, a, n1, b, n2, z, inflation) <= z:
                outer *= 2.0
                if outer > 1e12 * m:
                    return m, math.inf
            return m, outer
        outer = m
    return outer, outer


@kernel
def interior_bracket(a: int, n1: int, b: int, n2: int, z: float, inflation: float) -> tuple[float, float]:
    """Multipliers around the one at which the corrected score is ``z``."""
    m = multiplier(DIFFERENCE, z * z * inflation, math.inf, a, n1, b, n2)
    low, high = m, m
    while skewed_score(low, a, n1, b, n2, z, inflation) > z and low > 1e-9 * m:
        low *= 0.5
    while skewed_score(high, a, n1, b, n2, z, inflation) < z and high < 1e9 * m:
        high *= 2.0
    return low, high


@kernel
def skewed_multiplier(low: float, high: float, a: int, n1: int, b: int, n2: int, z: float, inflation: float) -> float:
    """Multiplier at which the corrected score is ``z``: at most that at ``low``, above it at ``high``.

    Regula falsi with the Illinois rule; gaps count as 1 at most, so that a score without bounds slows nothing down.
    """
    below = max(-1.0, skewed_score(low, a, n1, b, n2, z, inflation) - z)
    above = min(1.0, skewed_score(high, a, n1, b, n2, z, inflation) - z)
    last = m = low
    kept = 0
    for _ in range(200):
        m = high - above * (high - low) / (above - below) if above > below else low
        if not low < m < high:
            m = 0.5 * (low + high)
        if m in (low, high) or abs(m - last) <= SETTLED * m:
            break
        last = m
        gap = skewed_score(m, a, n1, b, n2, z, inflation) - z
        if gap > 0.0:
            high, above = m, min(1.0, gap)
            below *= 0.5 if kept == 1 else 1.0
            kept = 1
        else:
            low, below = m, max(-1.0, gap)
            above *= 0.5 if kept == -1 else 1.0
            kept = -1
    return m


@kernel
def skewed_lower(a: int, n1: int, b: int, n2: int, z: float) -> float:
    """Lower limit of the risk difference by the skewness-corrected score (SCAS)."""
    if a == 0 and b == n2:
        return -1.0
    inflation = (n1 + n2) / (n1 + n2 - 1.0)
    if (a == 0 or a == n1) and (b == 0 or b == n2):
        low, high = boundary_bracket(a, n1, b, n2, z, inflation)
        if high == math.inf:
            return -1.0
    else:
        low, high = interior_bracket(a, n1, b, n2, z, inflation)
    m = skewed_multiplier(low, high, a, n1, b, n2, z, inflation)
    return max(-1.0, shrunk(a / n1, m / n1)[0] + shrunk((n2 - b) / n2, m / n2)[0] - 1.0)


@kernel
def skewed_limits(a: int, n1: int, b: int, n2: int, z: float) -> tuple[float, float]:
    """Limits of the risk difference by the skewness-corrected score (SCAS)."""
    return skewed_lower(a, n1, b, n2, z), -skewed_lower(b, n2, a, n1, z)


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
    return evaluate(function, (a, n1, b, n2), (two_sided_z(level), *flags), outputs=2, weight=15)


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
        compute=partial(_limits, difference_limits, (True,)),
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
        compute=partial(_limits, difference_limits, (False,)),
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
        compute=partial(_limits, skewed_limits, ()),
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
