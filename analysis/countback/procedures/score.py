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
from countback.procedures.distributions import two_sided_z
from countback.procedures.procedure import Procedure
from countback.procedures.score_statistic import DIFFERENCE, ODDS, RATIO, multiplier, shrunk
from countback.procedures.skewness import skewed_limits

__all__ = ["PROCEDURES"]


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
