"""Procedures: every way from the counts of a trial's arms to a number.

``catalogue`` maps a key to a :class:`Procedure`; the keys are stable and come in the order in which they are best read.
The package needs NumPy, SciPy and numba alone.

Order of arguments
    ``(a, n1, b, n2)``: ``a`` events among ``n1`` people of arm 1, then ``b`` among ``n2`` of arm 2; ``(a, n1)`` for one
    arm. Differences and ratios are of arm 1 against arm 2, and "greater" means a higher rate in arm 1. Scalars give
    floats, arrays that broadcast give arrays. Stratified procedures take one value per stratum for each of the four.

What is nan
    A value that the table does not define: a chi-squared, Wald or t test of a table without events or with events only,
    a test on the log scale where a cell that it divides by is 0, a t test without people or variance to spare, a ratio
    of 0 to 0 and its interval. The exact tests, the rule by expected counts and the arcsine difference are defined on
    such tables: their two-sided p-value is 1 (the mid-p that is not doubled: a half). A ratio over 0 is infinite, not
    nan. Unconditional tests of arms too large for them are nan. No procedure warns of any of these. Counts that cannot
    be (fractions, negative numbers, more events than people, an arm without people)
    raise ``ValueError``; nan never stands for them.

How exact values are
    Relative errors that the tests hold the values to: 1e-12 for p-values from a normal distribution; 1e-9 for those
    from sums or from a t or beta distribution (the conditional ones among them), and for limits that are solved for.
    Unconditional p-values: 1e-10, absolute (:mod:`~countback.procedures.unconditional` has the proof). Machine code and
    plain Python agree to 1e-12 of the value. The tests compare with R to 1e-6, or as far as R's function goes.

Examples
--------
>>> from countback.procedures import catalogue
>>> round(catalogue["p_pearson"](16, 29, 9, 30), 4)
0.0504
>>> lower, upper = catalogue["rd_newcombe"](16, 29, 9, 30)
>>> round(lower, 3), round(upper, 3)
(0.001, 0.463)
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from countback.procedures import (
    asymptotic,
    conditional,
    conditional_odds,
    contingency,
    convention,
    defaults,
    effects,
    fragility,
    intervals,
    noninferiority,
    person_time,
    pooled,
    proportion,
    score,
    stratified,
    summaries,
    unconditional,
)
from countback.procedures.procedure import Procedure

__all__ = ["Procedure", "as_rows", "catalogue"]

_MODULES = (
    asymptotic,
    conditional,
    convention,
    unconditional,
    effects,
    conditional_odds,
    intervals,
    score,
    proportion,
    fragility,
    stratified,
    pooled,
    summaries,
    noninferiority,
    contingency,
    person_time,
)

#: Every procedure by key.
catalogue: Mapping[str, Procedure] = MappingProxyType(
    {procedure.key: procedure for module in _MODULES for procedure in module.PROCEDURES}
)


def as_rows() -> list[dict[str, Any]]:
    """One row per procedure, with all that the catalogue knows of it."""
    fields = ("key", "name", "kind", "sides", "arms", "measure", "conventional", "family", "summary", "formula")
    return [
        {field: getattr(p, field) for field in (*fields, "reference", "doi", "agrees_with")}
        | {"called": "; ".join(f"{one.program} {one.call}" for one in defaults.DEFAULTS if one.key == p.key)}
        for p in catalogue.values()
    ]
