"""Large-sample tests: one signed statistic each, from which the two-sided and both one-sided p-values follow.

SciPy's ``chi2_contingency`` agrees where both are defined; it raises where a margin is empty, takes one
table at a time, and has neither the N-1 test nor the one-sided forms. A table without events, or with
events only, holds no information on a difference: these tests are not defined there and give nan, as R
does, unless said otherwise.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from countback.procedures.batch import Counts, evaluate, kernel
from countback.procedures.distributions import normal_p, student_p
from countback.procedures.procedure import Procedure, Sides

__all__ = ["PROCEDURES", "logit_z", "pearson_z", "signed_ratio"]


@kernel
def signed_ratio(difference: float, scale: float) -> float:
    """Difference over its standard error; infinite where only the latter is 0, nan where both are."""
    if scale > 0.0:
        return difference / scale
    if difference > 0.0:
        return math.inf
    return -math.inf if difference < 0.0 else math.nan


@kernel
def pearson_z(a: int, n1: int, b: int, n2: int) -> float:
    """Pooled z: its square is Pearson's chi-squared."""
    total = float(n1 + n2)
    events = a + b
    difference = float(a * n2 - b * n1)
    return signed_ratio(difference * math.sqrt(total), math.sqrt(float(n1) * n2 * events * (total - events)))


@kernel
def _pearson(a: int, n1: int, b: int, n2: int, side: int) -> float:
    return normal_p(pearson_z(a, n1, b, n2), side)


@kernel
def _n_minus_1(a: int, n1: int, b: int, n2: int, side: int) -> float:
    total = n1 + n2
    return normal_p(pearson_z(a, n1, b, n2) * math.sqrt((total - 1.0) / total), side)


@kernel
def _yates(a: int, n1: int, b: int, n2: int, side: int) -> float:
    total = float(n1 + n2)
    difference = float(a * n2 - b * n1)
    # R takes at most the whole distance |O - E| = |difference| / N away; Yates took a half in every case.
    distance = max(abs(difference) - 0.5 * total, 0.0)
    scale = math.sqrt(float(n1) * n2 * (a + b) * (total - a - b))
    return normal_p(signed_ratio(math.copysign(distance, difference) * math.sqrt(total), scale), side)


@kernel
def _deviance_part(observed: float, expected: float) -> float:
    # Written so that the four parts, none of them negative, do not cancel near the null.
    if observed == 0.0:
        return expected
    excess = (observed - expected) / expected
    return expected * ((1.0 + excess) * math.log1p(excess) - excess)


@kernel
def _likelihood_ratio(a: int, n1: int, b: int, n2: int, side: int) -> float:
    total = float(n1 + n2)
    events = float(a + b)
    if events == 0.0 or events == total:
        return math.nan
    rate = events / total
    deviance = 2.0 * (
        _deviance_part(a, n1 * rate)
        + _deviance_part(n1 - a, n1 * (1.0 - rate))
        + _deviance_part(b, n2 * rate)
        + _deviance_part(n2 - b, n2 * (1.0 - rate))
    )
    return normal_p(math.copysign(math.sqrt(max(deviance, 0.0)), float(a * n2 - b * n1)), side)


@kernel
def _wald(a: int, n1: int, b: int, n2: int, side: int) -> float:
    p, q = a / n1, b / n2
    return normal_p(signed_ratio(p - q, math.sqrt(p * (1.0 - p) / n1 + q * (1.0 - q) / n2)), side)


@kernel
def _logit_z(a: int, n1: int, b: int, n2: int) -> float:
    if a == 0 or b == 0 or a == n1 or b == n2:
        return math.nan
    log_odds_ratio = math.log(a / (n1 - a)) - math.log(b / (n2 - b))
    return log_odds_ratio / math.sqrt(1.0 / a + 1.0 / (n1 - a) + 1.0 / b + 1.0 / (n2 - b))


@kernel
def _logit(a: int, n1: int, b: int, n2: int, side: int) -> float:
    return normal_p(_logit_z(a, n1, b, n2), side)


def logit_z(a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    """Signed Wald statistic of the log odds ratio: positive where arm 1 has the higher odds.

    Parameters
    ----------
    a, n1, b, n2
        Events and total of arms 1 and 2: whole numbers, or arrays of them that broadcast.

    Returns
    -------
    float or numpy.ndarray
        Log odds ratio over its standard error (Woolf 1955), as a logistic regression on the arm prints it; nan where
        a cell is 0. The p-values of ``p_logit_wald`` and its one-sided forms are those of this statistic.

    Raises
    ------
    ValueError
        If counts are not whole numbers, or an arm has nobody in it or more events than people.

    Examples
    --------
    >>> round(logit_z(16, 29, 9, 30), 4)
    1.932
    """
    return evaluate(_logit_z, (a, n1, b, n2))


@kernel
def _log_risk_ratio(a: int, n1: int, b: int, n2: int, side: int) -> float:
    if a == 0 or b == 0:
        return math.nan
    variance = float(n1 - a) / (float(a) * n1) + float(n2 - b) / (float(b) * n2)
    return normal_p(signed_ratio(math.log(a / n1) - math.log(b / n2), math.sqrt(variance)), side)


@kernel
def _arcsine(a: int, n1: int, b: int, n2: int, side: int) -> float:
    difference = math.asin(math.sqrt(a / n1)) - math.asin(math.sqrt(b / n2))
    return normal_p(2.0 * difference / math.sqrt(1.0 / n1 + 1.0 / n2), side)


@kernel
def _student(a: int, n1: int, b: int, n2: int, side: int) -> float:
    df = n1 + n2 - 2
    if df == 0:
        return math.nan
    p, q = a / n1, b / n2
    variance = (a * (1.0 - p) + b * (1.0 - q)) / df
    return student_p(signed_ratio(p - q, math.sqrt(variance * (1.0 / n1 + 1.0 / n2))), df, side)


@kernel
def _welch(a: int, n1: int, b: int, n2: int, side: int) -> float:
    if n1 == 1 or n2 == 1:
        return math.nan
    p, q = a / n1, b / n2
    first, second = p * (1.0 - p) / (n1 - 1.0), q * (1.0 - q) / (n2 - 1.0)
    if first + second == 0.0:
        return math.nan
    df = (first + second) ** 2 / (first * first / (n1 - 1.0) + second * second / (n2 - 1.0))
    return student_p((p - q) / math.sqrt(first + second), df, side)


def _p(function: Callable[..., float], side: int, a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    return evaluate(function, (a, n1, b, n2), (side,), weight=15 if function in (_student, _welch) else 3)


_SIDES: tuple[tuple[str, Sides, int], ...] = (
    ("", "two-sided", 0),
    ("_less", "less", -1),
    ("_greater", "greater", 1),
)


def _three(
    key: str,
    name: str,
    function: Callable[..., float],
    *,
    summary: str,
    formula: str,
    reference: str,
    agrees_with: str,
    doi: str | None = None,
    conventional: bool = False,
    family: str | None = None,
) -> list[Procedure]:
    """Entries of the two-sided test and, from the same signed statistic, of the one-sided ones."""
    return [
        Procedure(
            key=key + suffix,
            name=name if sides == "two-sided" else f"{name}, one-sided ({sides})",
            kind="test",
            sides=sides,
            summary=summary if sides == "two-sided" else f"{summary} Counts only a {sides} rate in arm 1 as evidence.",
            formula=formula,
            reference=reference,
            doi=doi,
            agrees_with=agrees_with,
            conventional=conventional and sides == "two-sided",
            family=family if sides == "two-sided" else None,
            compute=partial(_p, function, side),
        )
        for suffix, sides, side in _SIDES
    ]


PROCEDURES: tuple[Procedure, ...] = (
    *_three(
        "p_pearson",
        "Pearson chi-squared",
        _pearson,
        summary="Asks whether the events are split between the arms further from evenly than chance would.",
        formula=r"z = \frac{a n_2 - b n_1}{\sqrt{n_1 n_2 k (N - k) / N}},\quad k = a + b,\ N = n_1 + n_2,"
        r"\quad p = P(\chi^2_1 \ge z^2)",
        reference="Pearson K. Philos Mag 1900;50:157-175",
        doi="10.1080/14786440009463897",
        agrees_with="R stats::chisq.test(correct = FALSE); one-sided: prop.test(correct = FALSE) with its alternative",
        conventional=True,
        family="score",
    ),
    *_three(
        "p_yates",
        "Pearson chi-squared with Yates's correction",
        _yates,
        summary="Pearson's test pulled towards no difference, to come nearer to Fisher's.",
        formula=r"z = \frac{\operatorname{sgn}(\delta)\,\max(|\delta| - N/2,\,0)}"
        r"{\sqrt{n_1 n_2 k (N - k) / N}},\quad \delta = a n_2 - b n_1",
        reference="Yates F. J R Stat Soc Suppl 1934;1:217-235",
        doi="10.2307/2983604",
        agrees_with="R stats::chisq.test (default, correct = TRUE); one-sided: prop.test with its alternative",
        conventional=True,
    ),
    *_three(
        "p_n1",
        "N-1 chi-squared",
        _n_minus_1,
        summary="Pearson's test with the unbiased variance, advised for small trials instead of Fisher's; the same "
        "as the Cochran-Mantel-Haenszel test of one stratum, SAS's Mantel-Haenszel chi-squared and SPSS's "
        "linear-by-linear association.",
        formula=r"z = \sqrt{\frac{N - 1}{N}}\; z_{\text{Pearson}}",
        reference="Campbell I. Stat Med 2007;26:3661-3675",
        doi="10.1002/sim.2832",
        agrees_with="R coin::independence_test on 0/1 data (default, asymptotic); mantelhaen.test(correct = FALSE) "
        "with one stratum; SAS PROC FREQ, Mantel-Haenszel chi-square; SPSS CROSSTABS, linear-by-linear association",
        family="score, N-1",
    ),
    *_three(
        "p_g",
        "likelihood-ratio chi-squared (G)",
        _likelihood_ratio,
        summary="Compares how likely the counts are under one common rate and under two separate ones.",
        formula=r"G = 2 \sum_{ij} O_{ij} \log\frac{O_{ij}}{E_{ij}},\quad p = P(\chi^2_1 \ge G)",
        reference="Wilks SS. Ann Math Stat 1938;9:60-62",
        doi="10.1214/aoms/1177732360",
        agrees_with="R stats::glm(family = binomial), drop in deviance (nan where every outcome is the same)",
    ),
    *_three(
        "p_wald_unpooled",
        "unpooled z",
        _wald,
        summary="Divides the risk difference by a standard error that lets the two rates differ.",
        formula=r"z = \frac{\hat p_1 - \hat p_2}"
        r"{\sqrt{\hat p_1 (1 - \hat p_1)/n_1 + \hat p_2 (1 - \hat p_2)/n_2}}",
        reference="Wald A. Trans Am Math Soc 1943;54:426-482",
        doi="10.1090/S0002-9947-1943-0012401-3",
        agrees_with="R: 2 * pnorm(-abs(z)) (0 where the rates are 0 and 1, for want of any variance)",
        family="Wald",
    ),
    *_three(
        "p_logit_wald",
        "log odds ratio z",
        _logit,
        summary="Divides the log odds ratio by its standard error, as a logistic regression prints it.",
        formula=r"z = \log\frac{a (n_2 - b)}{b (n_1 - a)} \Big/ "
        r"\sqrt{\tfrac1a + \tfrac1{n_1 - a} + \tfrac1b + \tfrac1{n_2 - b}}",
        reference="Woolf B. Ann Hum Genet 1955;19:251-253",
        doi="10.1111/j.1469-1809.1955.tb01348.x",
        agrees_with="R stats::glm(family = binomial), Wald z (nan where a cell is 0)",
        family="Woolf",
    ),
    *_three(
        "p_log_rr_wald",
        "log risk ratio z",
        _log_risk_ratio,
        summary="Divides the log risk ratio by its standard error.",
        formula=r"z = \log\frac{a / n_1}{b / n_2} \Big/ "
        r"\sqrt{\tfrac1a - \tfrac1{n_1} + \tfrac1b - \tfrac1{n_2}}",
        reference="Katz D, Baptista J, Azen SP, Pike MC. Biometrics 1978;34:469-474",
        doi="10.2307/2530610",
        agrees_with='R metafor::escalc(measure = "RR", add = 0, to = "none"), z (nan where an arm has no event)',
        family="Katz",
    ),
    *_three(
        "p_arcsine",
        "arcsine difference z",
        _arcsine,
        summary="Compares the rates on a scale where their variance hardly depends on them.",
        formula=r"z = \frac{2\,(\arcsin\sqrt{\hat p_1} - \arcsin\sqrt{\hat p_2})}{\sqrt{1/n_1 + 1/n_2}}",
        reference="Rücker G, Schwarzer G, Carpenter J, Olkin I. Stat Med 2009;28:721-738",
        doi="10.1002/sim.3511",
        agrees_with='R metafor::escalc(measure = "AS"), z',
    ),
    *_three(
        "p_student_t",
        "Student t on 0/1 data",
        _student,
        summary="The t test, run on events coded 1 and non-events coded 0.",
        formula=r"t = \frac{\hat p_1 - \hat p_2}{s \sqrt{1/n_1 + 1/n_2}},\quad "
        r"s^2 = \frac{n_1 \hat p_1 (1 - \hat p_1) + n_2 \hat p_2 (1 - \hat p_2)}{N - 2},\quad \nu = N - 2",
        reference="D'Agostino RB, Chase W, Belanger A. Am Stat 1988;42:198-202",
        doi="10.1080/00031305.1988.10475563",
        agrees_with="R stats::t.test(var.equal = TRUE) on 0/1 data (0 where only the variance is 0)",
    ),
    *_three(
        "p_welch_t",
        "Welch t on 0/1 data",
        _welch,
        summary="The t test without equal variances, run on events coded 1 and non-events coded 0.",
        formula=r"t = \frac{\hat p_1 - \hat p_2}{\sqrt{v_1 + v_2}},\quad "
        r"v_i = \frac{\hat p_i (1 - \hat p_i)}{n_i - 1},\quad "
        r"\nu = \frac{(v_1 + v_2)^2}{v_1^2/(n_1 - 1) + v_2^2/(n_2 - 1)}",
        reference="Welch BL. Biometrika 1947;34:28-35",
        doi="10.1093/biomet/34.1-2.28",
        agrees_with="R stats::t.test (default) on 0/1 data (nan for an arm of 1 and where no variance is left)",
    ),
)
