"""The rule by which most papers choose between two tests."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from countback.procedures import asymptotic, conditional
from countback.procedures.batch import Counts, array_counts, scalar_counts
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES", "pearson_or_fisher"]

_PEARSON = next(p for p in asymptotic.PROCEDURES if p.key == "p_pearson")
_FISHER = next(p for p in conditional.PROCEDURES if p.key == "p_fisher_2s")

SMALLEST_EXPECTED = 5
"""Expected count from which on the rule takes Pearson's test."""


def pearson_or_fisher(a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    """Pearson's chi-squared, or Fisher's exact test where an expected count is below 5, two-sided.

    Parameters
    ----------
    a, n1, b, n2
        Events and total of each arm: whole numbers, or arrays of them that broadcast.

    Returns
    -------
    float or numpy.ndarray
        The very value of the test that the rule takes; that of Fisher's, 1, where no event or only events occurred.

    Raises
    ------
    ValueError
        As every procedure on counts.
    """
    table = scalar_counts((a, n1, b, n2))
    if table is not None:
        return (_PEARSON if _expected(*table) else _FISHER)(*table)
    rows = array_counts((a, n1, b, n2))
    enough = np.asarray(_expected(*rows))
    found = np.full(rows[0].shape, math.nan)
    for test, chosen in ((_PEARSON, enough), (_FISHER, ~enough)):
        if chosen.any():
            found[chosen] = test(*(row[chosen] for row in rows))
    return found


def _expected(a: Any, n1: Any, b: Any, n2: Any) -> Any:
    """Whether all four expected counts are large enough, in whole numbers."""
    events = a + b
    total = n1 + n2
    least = np.minimum(n1, n2) if isinstance(n1, np.ndarray) else min(n1, n2)
    fewer = np.minimum(events, total - events) if isinstance(events, np.ndarray) else min(events, total - events)
    return least * fewer >= SMALLEST_EXPECTED * total


PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="p_pearson_or_fisher",
        name="chi-squared, or Fisher where an expected count is below 5",
        kind="test",
        sides="two-sided",
        summary="The rule that most papers state: Pearson's test, or Fisher's where some expected count is below 5.",
        formula=r"p = \begin{cases} p_{\text{Pearson}} & \min_{ij} E_{ij} \ge 5 \\ p_{\text{Fisher}} & "
        r"\text{otherwise} \end{cases},\quad E_{ij} = \frac{r_i\,c_j}{N}",
        reference="Cochran WG. Biometrics 1954;10:417-451",
        doi="10.2307/3001616",
        agrees_with="R: chisq.test(correct = FALSE) if all(chisq.test(x)$expected >= 5), else fisher.test",
        conventional=True,
        rule=True,
        compute=pearson_or_fisher,
    ),
)
