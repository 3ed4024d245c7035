"""Fragility: how few patients' outcomes would have to differ for a test to come out on the other side.

The fragility index (Walsh 2014) turns non-events into events in the arm with fewer events, one by one,
until the p-value is alpha or more. The reverse index (Khan 2020) takes events away from that arm until it
is below alpha. Arm 1 is taken where both have as many events. Each is 0 where the table is on the other
side to begin with, and nan where the arm runs out of patients first.

By default the test is Fisher's two-sided one, for which the search is a kernel of its own; any other test
of the catalogue, or any function of the four counts, can be given.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from countback.procedures import conditional
from countback.procedures.batch import (
    LOG_FACTORIALS,
    Counts,
    array_counts,
    evaluate,
    kernel,
    scalar_counts,
)
from countback.procedures.conditional import MINLIKE, TIE, conditional_p, log_probability
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES", "fragility_index", "fragility_quotient", "reverse_fragility_index"]

Test = Callable[[Any, Any, Any, Any], Any]

#: The test of the definition, for which there is a kernel.
FISHER = next(procedure for procedure in conditional.PROCEDURES if procedure.key == "p_fisher_2s")

#: A p-value short of alpha by no more than this share is alpha, but for rounding, and so not below it.
ROUNDING = 1e-11


@kernel
def fisher_below(a: int, n1: int, b: int, n2: int, alpha: float, lf: Sequence[float]) -> bool:
    """Whether Fisher's two-sided p-value is less than ``alpha``."""
    k = a + b
    # No count that is added up is likelier than the observed, so p is at most their number times its
    # probability. That settles most steps without a sum.
    number = min(n1, k) - max(0, k - n2) + 1
    bound = log_probability(a, n1, k, n2, lf) + lf[number] - lf[number - 1] + 2.0 * TIE
    return bound < math.log(alpha) or conditional_p(a, n1, b, n2, MINLIKE, lf) < alpha


@kernel
def fisher_steps(a: int, n1: int, b: int, n2: int, alpha: float, step: int, lf: Sequence[float]) -> float:
    """Events that the arm with fewer must gain (``step`` 1) or lose (-1) until Fisher's test turns."""
    first = a <= b
    moved = 0
    while True:
        if fisher_below(a, n1, b, n2, alpha, lf) == (step < 0):
            return float(moved)
        if first:
            a += step
        else:
            b += step
        if not (0 <= a <= n1 and 0 <= b <= n2):
            return math.nan
        moved += 1


def _steps(test: Test, alpha: float, step: int, a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"alpha lies between 0 and 1, such as 0.05: {alpha} does not")
    alpha *= 1.0 - ROUNDING
    if test is FISHER:
        return evaluate(fisher_steps, (a, n1, b, n2), (alpha, step, LOG_FACTORIALS), weight=60)
    single = scalar_counts((a, n1, b, n2))
    rows = array_counts((a, n1, b, n2) if single is None else [[count] for count in single])
    x, m1, y, m2 = (row.ravel().copy() for row in rows)
    first = x <= y
    moved = np.full(x.size, np.nan)
    active = np.arange(x.size)
    for steps in range(int(max(m1.max(initial=0), m2.max(initial=0))) + 1):
        p = np.asarray(test(x[active], m1[active], y[active], m2[active]))
        turned = (p >= alpha) if step > 0 else (p < alpha)
        moved[active[turned]] = steps
        active = active[~turned & ~np.isnan(p)]
        x[active] += np.where(first[active], step, 0)
        y[active] += np.where(first[active], 0, step)
        active = active[(x[active] >= 0) & (x[active] <= m1[active]) & (y[active] >= 0) & (y[active] <= m2[active])]
        if active.size == 0:
            break
    return float(moved[0]) if single is not None else moved.reshape(rows[0].shape)


def fragility_index(a: Counts, n1: Counts, b: Counts, n2: Counts, *, test: Test = FISHER, alpha: float = 0.05) -> Any:
    """Least number of added events that takes a significant result away (Walsh 2014).

    Parameters
    ----------
    a, n1, b, n2
        Events and total of arms 1 and 2, whole numbers or arrays of them that broadcast.
    test
        A test of the catalogue, or another function of ``(a, n1, b, n2)`` that takes arrays.
    alpha
        A p-value below this is significant.

    Returns
    -------
    float or numpy.ndarray
        A whole number; 0 where the result is not significant; nan where adding events to the arm with fewer
        never makes it so (that arm has the higher rate, say), or where the test itself is nan on the way.

    Examples
    --------
    >>> fragility_index(1, 100, 9, 100)
    1.0
    """
    return _steps(test, alpha, 1, a, n1, b, n2)


def reverse_fragility_index(
    a: Counts, n1: Counts, b: Counts, n2: Counts, *, test: Test = FISHER, alpha: float = 0.05
) -> Any:
    """Least number of events taken away that makes a result significant (Khan 2020).

    Parameters and the rest are as for :func:`fragility_index`; 0 where the result is significant
    already, nan where the arm with fewer events has none left before it becomes so.
    """
    return _steps(test, alpha, -1, a, n1, b, n2)


def fragility_quotient(
    a: Counts, n1: Counts, b: Counts, n2: Counts, *, test: Test = FISHER, alpha: float = 0.05
) -> Any:
    """Fragility index over the number of patients (Ahmed 2016); as for :func:`fragility_index`."""
    people = np.asarray(n1, dtype=np.float64) + np.asarray(n2, dtype=np.float64)
    quotient = fragility_index(a, n1, b, n2, test=test, alpha=alpha) / people
    return float(quotient) if np.ndim(quotient) == 0 else quotient


PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="fragility_index",
        name="fragility index",
        kind="index",
        summary="How many more events, in the arm with fewer, would undo a significant result.",
        formula=r"\min\{j:\ p(a + j,\ b) \ge \alpha\}\quad\text{if } a \le b,\ \text{else}\quad "
        r"\min\{j:\ p(a,\ b + j) \ge \alpha\}",
        reference="Walsh M, Srinathan SK, McAuley DF, et al. J Clin Epidemiol 2014;67:622-628",
        doi="10.1016/j.jclinepi.2013.10.019",
        agrees_with="R: a loop over stats::fisher.test",
        compute=fragility_index,
    ),
    Procedure(
        key="reverse_fragility_index",
        name="reverse fragility index",
        kind="index",
        summary="How many fewer events, in the arm with fewer, would make a result significant.",
        formula=r"\min\{j:\ p(a - j,\ b) < \alpha\}\quad\text{if } a \le b,\ \text{else}\quad "
        r"\min\{j:\ p(a,\ b - j) < \alpha\}",
        reference="Khan MS, Fonarow GC, Friede T, et al. JAMA Netw Open 2020;3:e2012469",
        doi="10.1001/jamanetworkopen.2020.12469",
        agrees_with="R: a loop over stats::fisher.test",
        compute=reverse_fragility_index,
    ),
    Procedure(
        key="fragility_quotient",
        name="fragility quotient",
        kind="index",
        summary="The fragility index as a share of all patients.",
        formula=r"\frac{\text{fragility index}}{n_1 + n_2}",
        reference="Ahmed W, Fowler RA, McCredie VA. Crit Care Med 2016;44:e1142-e1143",
        doi="10.1097/CCM.0000000000001976",
        agrees_with="R: the fragility index over n1 + n2",
        compute=fragility_quotient,
    ),
)
