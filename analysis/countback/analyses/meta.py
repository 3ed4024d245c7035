"""Two or more trials side by side, and what a summary of them is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import chi2, norm
from scipy.stats import t as student
from statsmodels.stats.meta_analysis import combine_effects, effectsize_2proportions

__all__ = ["MEASURES", "pooled"]

MEASURES = {"risk difference": "diff", "risk ratio": "risk-ratio", "odds ratio": "odds-ratio"}
"""Each measure and what statsmodels calls it; ratios are pooled as logarithms."""


def pooled(tables: Sequence[tuple[int, int, int, int]], measure: str, level: float) -> dict[str, dict[str, float]]:
    """Summarise trials by inverse variance, with one common effect and with effects that differ.

    By statsmodels' ``combine_effects``, whose variance between trials can come out below zero; it is then taken as
    zero, as DerSimonian and Laird do, and both summaries agree. Random effects: DerSimonian R, Laird N. Control Clin
    Trials 1986;7:177-188 (doi 10.1016/0197-2456(86)90046-2). Hartung-Knapp-Sidik-Jonkman: the same with Student's
    t on one degree of freedom less than trials; Hartung J, Knapp G. Stat Med 2001;20:3875-3889 (doi 10.1002/sim.1009).

    Parameters
    ----------
    tables : sequence of (a, n1, b, n2)
        Two trials or more, each with events and without in both arms.
    measure : str
        A key of :data:`MEASURES`.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    dict
        ``common``, ``random`` and ``hksj``, each with ``estimate``, ``lower``, ``upper`` on the measure's own scale;
        ``heterogeneity`` with ``q``, ``df``, ``p``, ``i2`` (at least 0) and ``tau2``; ``weights`` of the common
        effect by position.

    Raises
    ------
    ValueError
        If there are fewer than two trials, or an arm of one is without events or has nothing else.
    """
    a, n1, b, n2 = np.array(tables, dtype=np.float64).T if len(tables) > 1 else np.empty((4, 0))
    if a.size < 2 or np.any((a <= 0) | (a >= n1) | (b <= 0) | (b >= n2)):
        raise ValueError("a summary needs two trials or more, with events and non-events in every arm")
    effects, variances = effectsize_2proportions(a, n1, b, n2, statistic=MEASURES[measure])
    found = combine_effects(effects, variances, method_re="chi2")
    df = a.size - 1
    z, t = norm.ppf(0.5 + level / 2), student.ppf(0.5 + level / 2, df)

    same = found.tau2 <= 0
    mean = found.mean_effect_fe if same else found.mean_effect_re
    result: dict[str, Any] = {
        "common": _summary(measure, found.mean_effect_fe, found.sd_eff_w_fe, z),
        "random": _summary(measure, mean, found.sd_eff_w_fe if same else found.sd_eff_w_re, z),
        "hksj": _summary(measure, mean, found.sd_eff_w_fe_hksj if same else found.sd_eff_w_re_hksj, t),
        "heterogeneity": {
            "q": float(found.q),
            "df": float(df),
            "p": float(chi2.sf(found.q, df)),
            "i2": max(0.0, float(found.i2)),
            "tau2": max(0.0, float(found.tau2)),
        },
        "weights": {str(i): float(w) for i, w in enumerate(found.weights_rel_fe)},
    }
    return result


def _summary(measure: str, mean: float, error: float, times: float) -> dict[str, float]:
    """Estimate and limits, so many standard errors away, on the measure's own scale."""
    values = {"estimate": mean, "lower": mean - times * error, "upper": mean + times * error}
    return {name: float(x) if measure == "risk difference" else math.exp(x) for name, x in values.items()}
