"""What follows from printed numbers, not counts: means with SDs, an estimate with its interval or p."""

import math
from itertools import product
from statistics import NormalDist

from countback.procedures.distributions import normal_p, student_p, two_sided_z
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES", "interval_from_p", "p_from_interval", "p_range_from_interval", "t_from_summary"]


def t_from_summary(
    mean1: float, sd1: float, n1: int, mean2: float, sd2: float, n2: int, *, equal_variance: bool = True
) -> float:
    """Two-sample t test from printed means and standard deviations, two-sided.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2
        Mean, standard deviation and number of people of arms 1 and 2.
    equal_variance
        Pool the variances (Student); else Welch's test.

    Returns
    -------
    float
        P-value; 0 where the means differ and both SDs are 0; nan where no variance can be had: both SDs are
        0 and the means equal, one person in all (Student) or in an arm (Welch).

    Raises
    ------
    ValueError
        An arm without people, a negative SD, or a value that is not finite.

    Notes
    -----
    Agrees with R's ``t.test`` on data with these means and SDs, and with
    ``scipy.stats.ttest_ind_from_stats``.

    Examples
    --------
    >>> round(t_from_summary(10.2, 3.1, 30, 8.4, 2.9, 29), 4)
    0.025
    """
    if not all(map(math.isfinite, (mean1, sd1, mean2, sd2))) or min(sd1, sd2) < 0.0 or min(n1, n2) < 1:
        raise ValueError("means and SDs must be finite, SDs not negative, and each arm needs 1 or more people")
    first, second = sd1 * sd1 / n1, sd2 * sd2 / n2
    if equal_variance:
        df = float(n1 + n2 - 2)
        if df == 0.0:
            return math.nan
        pooled = ((n1 - 1) * sd1 * sd1 + (n2 - 1) * sd2 * sd2) / df
        scale = math.sqrt(pooled * (1.0 / n1 + 1.0 / n2))
    else:
        if min(n1, n2) == 1:
            return math.nan
        scale = math.sqrt(first + second)
        if scale == 0.0:
            df = float(n1 + n2 - 2)
        else:
            df = (first + second) ** 2 / (first * first / (n1 - 1) + second * second / (n2 - 1))
    if scale == 0.0:
        return math.nan if mean1 == mean2 else 0.0
    return student_p((mean1 - mean2) / scale, df, 0)


def p_from_interval(estimate: float, lower: float, upper: float, *, level: float = 0.95, ratio: bool = False) -> float:
    """P-value that an estimate and its interval imply (Altman and Bland 2011), two-sided.

    Parameters
    ----------
    estimate, lower, upper
        As printed.
    level
        Confidence level of the interval.
    ratio
        The estimate is a ratio: work on the log scale, against 1 rather than 0.

    Returns
    -------
    float
        Normal p-value with the standard error that the interval's width implies. Altman and Bland's own
        formula approximates this one to about 1e-3.

    Raises
    ------
    ValueError
        ``lower`` is not below ``upper``, or something is not finite, or for a ratio not positive.

    Examples
    --------
    >>> round(p_from_interval(0.81, 0.70, 0.94, ratio=True), 3)
    0.005
    """
    z = two_sided_z(level)
    if ratio:
        if not min(estimate, lower, upper) > 0.0:
            raise ValueError("a ratio and its limits must be positive")
        estimate, lower, upper = math.log(estimate), math.log(lower), math.log(upper)
    if not all(map(math.isfinite, (estimate, lower, upper))) or not lower < upper:
        raise ValueError("an interval needs finite limits, the lower below the upper")
    if z == 0.0:  # a level near 0: the limits are those of an endless standard error
        return 1.0
    return normal_p(estimate / ((upper - lower) / (2.0 * z)), 0)


def p_range_from_interval(
    estimate: tuple[float, float],
    lower: tuple[float, float],
    upper: tuple[float, float],
    *,
    level: float = 0.95,
    ratio: bool = False,
) -> tuple[float, float]:
    """Lowest and highest p-value that a rounded estimate and its rounded limits imply (Altman and Bland 2011).

    Parameters
    ----------
    estimate, lower, upper
        The lowest and highest value that each printed number stands for.
    level
        Confidence level of the interval.
    ratio
        The estimate is a ratio: work on the log scale, against 1 rather than 0.

    Returns
    -------
    tuple of float
        The extremes lie at the corners, and at 1 where the estimate can be no effect at all.

    Raises
    ------
    ValueError
        As :func:`p_from_interval` does, if no corner has its lower limit below its upper one.

    Examples
    --------
    >>> low, high = p_range_from_interval((0.805, 0.815), (0.695, 0.705), (0.935, 0.945), ratio=True)
    >>> round(low, 3), round(high, 3)
    (0.003, 0.009)
    """
    corners = [(e, low, high) for e, low, high in product(estimate, lower, upper) if low < high]
    if not corners:
        raise ValueError("an interval needs finite limits, the lower below the upper")
    found = [p_from_interval(*corner, level=level, ratio=ratio) for corner in corners]
    null = 1.0 if ratio else 0.0
    return min(found), 1.0 if estimate[0] <= null <= estimate[1] else max(found)


def interval_from_p(estimate: float, p: float, *, level: float = 0.95, ratio: bool = False) -> tuple[float, float]:
    """Interval that an estimate and its two-sided p-value imply (Altman and Bland 2011).

    Parameters
    ----------
    estimate, p
        As printed.
    level
        Confidence level of the interval.
    ratio
        The estimate is a ratio: work on the log scale, against 1 rather than 0.

    Returns
    -------
    tuple of float
        Lower and upper limit; (nan, nan) where ``p`` is 1 or the estimate is no effect at all, for then the
        one says nothing of the other.

    Raises
    ------
    ValueError
        ``p`` is not above 0 and at most 1, or the estimate is not finite, or for a ratio not positive.

    Examples
    --------
    >>> [round(limit, 2) for limit in interval_from_p(0.81, 0.005, ratio=True)]
    [0.7, 0.94]
    """
    z = two_sided_z(level)
    if not 0.0 < p <= 1.0 or not math.isfinite(estimate) or (ratio and estimate <= 0.0):
        raise ValueError("p lies above 0 and is at most 1, the estimate is finite, and a ratio is positive")
    middle = math.log(estimate) if ratio else estimate
    if p == 1.0 or middle == 0.0:
        return math.nan, math.nan
    width = z * abs(middle) / -NormalDist().inv_cdf(p / 2.0)
    lower, upper = middle - width, middle + width
    if not ratio:
        return lower, upper
    return math.exp(lower), math.exp(upper) if upper < 709.0 else math.inf


PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="t_from_summary",
        name="two-sample t from means and SDs",
        kind="summary",
        arms=0,
        sides="two-sided",
        measure="mean difference",
        summary="The t test's p-value, from the means, SDs and numbers that a table prints.",
        formula=r"t = \frac{\bar x_1 - \bar x_2}{s\sqrt{1/n_1 + 1/n_2}},\quad "
        r"s^2 = \frac{(n_1 - 1) s_1^2 + (n_2 - 1) s_2^2}{n_1 + n_2 - 2}",
        reference="Student. Biometrika 1908;6:1-25",
        doi="10.1093/biomet/6.1.1",
        agrees_with="R stats::t.test(var.equal = TRUE) on data with these means and SDs",
        compute=t_from_summary,
    ),
    Procedure(
        key="p_from_interval",
        name="p-value from an estimate and its interval",
        kind="summary",
        arms=0,
        sides="two-sided",
        summary="The p-value that goes with a printed estimate and confidence interval.",
        formula=r"p = 2\,\Phi\left(-\frac{2 z |\hat\theta|}{u - l}\right)"
        r"\quad\text{(ratios: on the log scale)}",
        reference="Altman DG, Bland JM. BMJ 2011;343:d2304",
        doi="10.1136/bmj.d2304",
        agrees_with="R: 2 * pnorm(-abs(estimate / se)), se = (upper - lower) / (2 * qnorm(.975))",
        compute=p_from_interval,
    ),
    Procedure(
        key="interval_from_p",
        name="interval from an estimate and its p-value",
        kind="summary",
        arms=0,
        sides="two-sided",
        summary="The confidence interval that goes with a printed estimate and p-value.",
        formula=r"\hat\theta \pm z\,\frac{|\hat\theta|}{-\Phi^{-1}(p / 2)}"
        r"\quad\text{(ratios: on the log scale)}",
        reference="Altman DG, Bland JM. BMJ 2011;343:d2090",
        doi="10.1136/bmj.d2090",
        agrees_with="R: estimate + c(-1, 1) * qnorm(.975) * abs(estimate / qnorm(p / 2))",
        compute=interval_from_p,
    ),
)
