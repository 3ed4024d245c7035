"""Several comparisons in one trial: what is left of each p-value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from statsmodels.stats.multitest import multipletests

__all__ = ["METHODS", "adjusted"]

METHODS = {
    "fixed sequence": "errors in the family, in an order set beforehand",
    "Holm": "errors in the family, under any dependence",
    "Hochberg": "errors in the family, if the tests do not pull in opposite directions",
    "Hommel": "errors in the family, if the tests do not pull in opposite directions",
    "Benjamini-Hochberg": "the share of false findings among the findings",
}
"""Each method and what it keeps in bounds."""

_STATSMODELS = {
    "Holm": "holm",
    "Hochberg": "simes-hochberg",
    "Hommel": "hommel",
    "Benjamini-Hochberg": "fdr_bh",
}


def adjusted(p: Sequence[float], method: str) -> list[float]:
    """Adjusted p-values: each can be compared with alpha as if it were the only one.

    Fixed sequence (Maurer W, Hothorn LA, Lehmacher W 1995): the largest p-value up to and including this step, so
    that testing stops at the first that fails. The others are those of statsmodels: Holm S. Scand J Stat 1979;6:65-70;
    Hochberg Y. Biometrika 1988;75:800-802 (doi 10.1093/biomet/75.4.800); Hommel G. Biometrika 1988;75:383-386
    (doi 10.1093/biomet/75.2.383); Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300
    (doi 10.1111/j.2517-6161.1995.tb02031.x). They agree with R's ``p.adjust``.

    Parameters
    ----------
    p : sequence of float
        Between 0 and 1; for the fixed sequence, in its order. Any number of them, also none.
    method : str
        A key of :data:`METHODS`.

    Returns
    -------
    list of float
        In the order given, at most 1.

    Raises
    ------
    ValueError
        If the method is not known, or a value is not a probability.

    Examples
    --------
    >>> adjusted([0.06, 0.01], "fixed sequence")
    [0.06, 0.06]
    """
    if method not in METHODS:
        raise ValueError(f"no method {method!r}; known: {', '.join(METHODS)}")
    values = np.asarray(p, dtype=np.float64)
    if not np.all((values >= 0) & (values <= 1)):  # nan fails as well
        raise ValueError("p-values lie between 0 and 1, such as 0.05")
    if method == "fixed sequence" or values.size == 0:
        return [float(q) for q in np.maximum.accumulate(values)]
    return [float(q) for q in multipletests(values, method=_STATSMODELS[method])[1]]
