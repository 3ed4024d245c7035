"""Procedures: every way from the counts of a trial's arms to a number.

``catalogue`` maps a key to a :class:`Procedure`; the keys are stable and come in the order in which they
are best read. Arm 1 has ``a`` events among ``n1`` people, arm 2 ``b`` among ``n2``.

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
    convention,
    effects,
    fragility,
    intervals,
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
)

#: Every procedure by key.
catalogue: Mapping[str, Procedure] = MappingProxyType(
    {procedure.key: procedure for module in _MODULES for procedure in module.PROCEDURES}
)


def as_rows() -> list[dict[str, Any]]:
    """One row a procedure, with all that the catalogue knows of it."""
    fields = ("key", "name", "kind", "sides", "arms", "measure", "conventional", "family", "summary", "formula")
    return [
        {field: getattr(p, field) for field in (*fields, "reference", "doi", "agrees_with")} for p in catalogue.values()
    ]
