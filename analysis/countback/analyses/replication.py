"""What a trial says of the next one: the chance to find the same again, and how wrong a finding tends to be."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import betabinom, binom, norm

__all__ = ["errors", "next_trial", "predictive_power"]

Cells = tuple[int, int, int, int]


def next_trial(z: float, alpha: float, ratio: float = 1.0) -> dict[str, float]:
    """Chance that a second trial is significant in the same direction, by normal approximation.

    Goodman SN. Stat Med 1992;11:875-879 (doi 10.1002/sim.4780110705).

    Parameters
    ----------
    z : float
        Estimate over its standard error in the first trial.
    alpha : float
        Two-sided level of significance of the second.
    ratio : float
        Patients of the second trial over those of the first.

    Returns
    -------
    dict
        ``at_estimate``: if the true effect is the one estimated; ``predictive``: allowing for the first trial's own
        error, with a flat prior.
    """
    wanted, size = norm.isf(alpha / 2), math.sqrt(ratio)
    distance = size * abs(z) - wanted
    return {
        "at_estimate": float(norm.cdf(distance)),
        "predictive": float(norm.cdf(distance / math.sqrt(1 + ratio))),
    }


def _in_favour(reject: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a table is significant and arm 1 has the higher rate."""
    n1, n2 = (size - 1 for size in reject.shape)
    a, b = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    return np.asarray(reject & (a * n2 > b * n1))


def predictive_power(cells: Cells, reject: NDArray[np.bool_], prior: tuple[float, float] = (1.0, 1.0)) -> float:
    """Chance that a new trial is significant in favour of arm 1, given the counts of the first.

    Exact: each new arm is beta-binomial, with the first trial's posterior. Spiegelhalter DJ, Freedman LS, Blackburn
    PR. Control Clin Trials 1986;7:8-17 (doi 10.1016/0197-2456(86)90003-6).

    Parameters
    ----------
    cells : (a, n1, b, n2)
        Counts of the first trial.
    reject : numpy.ndarray of bool
        Shape ``(m1 + 1, m2 + 1)``: for which counts the new trial, with `m1` and `m2` patients, is significant.
    prior : (float, float)
        The beta prior of each arm's rate.

    Returns
    -------
    float
    """
    a, n1, b, n2 = cells
    alpha, beta = prior
    m1, m2 = (size - 1 for size in reject.shape)
    x = betabinom.pmf(np.arange(m1 + 1), m1, a + alpha, n1 - a + beta)
    y = betabinom.pmf(np.arange(m2 + 1), m2, b + alpha, n2 - b + beta)
    return float(x @ _in_favour(reject) @ y)


def errors(reject: NDArray[np.bool_], p1: float, p2: float) -> dict[str, float]:
    """Power of a trial for a plausible effect, and how misleading its significant results are.

    Gelman A, Carlin J. Perspect Psychol Sci 2014;9:641-651 (doi 10.1177/1745691614551642); here exact, over all
    tables, on the scale of the risk difference.

    Parameters
    ----------
    reject : numpy.ndarray of bool
        Shape ``(n1 + 1, n2 + 1)``.
    p1, p2 : float
        True rates; they must differ.

    Returns
    -------
    dict
        ``power``; ``type_s``: the share of significant results that point the wrong way; ``type_m``: the mean size of
        a significant difference over the true one. The last two are nan where nothing is significant.

    Raises
    ------
    ValueError
        If the rates are the same: an effect of nothing has no sign and cannot be exaggerated.
    """
    if p1 == p2:
        raise ValueError("type S and type M errors need a true difference; give two different rates")
    n1, n2 = (size - 1 for size in reject.shape)
    a, b = np.arange(n1 + 1), np.arange(n2 + 1)
    chance = np.outer(binom.pmf(a, n1, p1), binom.pmf(b, n2, p2)) * reject
    difference = np.subtract.outer(a / n1, b / n2)
    total = float(chance.sum())
    if total == 0:
        return {"power": 0.0, "type_s": math.nan, "type_m": math.nan}
    wrong = float(chance[np.sign(difference) == -np.sign(p1 - p2)].sum())
    size = float((chance * np.abs(difference)).sum())
    return {"power": total, "type_s": wrong / total, "type_m": size / total / abs(p1 - p2)}
