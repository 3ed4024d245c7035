"""All procedures of one 2x2 table, or of arrays of tables.

Every place that tries "every test" or "every interval" on counts goes through here, so that all of them try the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countback.procedures import catalogue, unconditional
from countback.procedures.procedure import Procedure

__all__ = [
    "LARGEST_TABLES", "MEASURES", "Cells", "Effect", "Rate", "Test", "conventional_p_values", "effects", "every_test",
    "intervals", "is_unconditional", "p_arrays", "p_values", "rates", "tests", "values",
]  # fmt: skip

Cells: TypeAlias = tuple[int, int, int, int]
"""Events and total of the first arm, then of the second."""

LARGEST_TABLES = 15_000
"""Unconditional exact tests of arms that allow more tables than this, (n1 + 1)(n2 + 1), are left out: they take
seconds each."""

LAST_RESORT = 120_000
"""The same where every other test has failed: some seconds for a table that would else be left open."""

MEASURES = {"risk difference": "rd", "risk ratio": "rr", "odds ratio": "or"}
"""Each measure of effect and the key of its estimate."""


@cache
def _unconditional() -> frozenset[str]:
    return frozenset(procedure.key for procedure in unconditional.PROCEDURES)


def is_unconditional(procedure: Procedure) -> bool:
    """Whether a test is an unconditional exact one: by far the slowest."""
    return procedure.key in _unconditional()


@cache
def tests(*, conventional: bool = False, unconditional: bool = True) -> tuple[Procedure, ...]:
    """Two-arm tests of the catalogue, in its order.

    Parameters
    ----------
    conventional : bool
        Only the conventional ones.
    unconditional : bool
        Whether unconditional exact tests are among them.
    """
    return tuple(
        p
        for p in catalogue.values()
        if p.kind == "test"
        and p.arms == 2
        and (p.conventional or not conventional)
        and (unconditional or not is_unconditional(p))
    )


@cache
def intervals(measure: str) -> tuple[Procedure, ...]:
    """Two-arm intervals of the catalogue for a measure, a key of :data:`MEASURES`, in the catalogue's order."""
    return tuple(p for p in catalogue.values() if p.kind == "interval" and p.arms == 2 and p.measure == measure)


@lru_cache(maxsize=4096)
def p_values(
    cells: Cells, *, unconditional: bool = True, largest: int = LARGEST_TABLES
) -> tuple[tuple[Procedure, float], ...]:
    """P-value of a 2x2 table under every test of the catalogue.

    Parameters
    ----------
    cells : (int, int, int, int)
    unconditional : bool
        Whether to work out unconditional exact tests.
    largest : int
        Arms that allow more tables than this are too large for those.

    Returns
    -------
    tuple of (Procedure, float)
        In the catalogue's order. Nan where a test does not apply, and for unconditional exact tests that are not
        wanted or whose arms are too large.
    """
    left_out = not unconditional or (cells[1] + 1) * (cells[3] + 1) > largest
    return tuple((test, math.nan if left_out and is_unconditional(test) else float(test(*cells))) for test in tests())


def conventional_p_values(cells: Cells) -> tuple[tuple[Procedure, float], ...]:
    """P-values of the conventional tests alone."""
    return tuple((test, float(test(*cells))) for test in tests(conventional=True))


def p_arrays(
    a: ArrayLike, n1: ArrayLike, b: ArrayLike, n2: ArrayLike, keys: Sequence[str] | None = None
) -> dict[str, NDArray[np.float64]]:
    """P-values of arrays of tables under every test, the same numbers as :func:`p_values` row by row.

    Parameters
    ----------
    a, n1, b, n2 : array_like of int
        Events and total of each arm; they broadcast to one dimension.
    keys : sequence of str, optional
        The tests to work out; all of them by default.

    Returns
    -------
    dict of str to numpy.ndarray
        By key. Unconditional exact tests are worked out once for each distinct table, and nan beyond
        :data:`LARGEST_TABLES`.
    """
    columns = [np.atleast_1d(column) for column in np.broadcast_arrays(a, n1, b, n2)]
    table = np.stack(columns)
    chosen = tests() if keys is None else tuple(catalogue[key] for key in keys)
    found: dict[str, NDArray[np.float64]] = {}
    slow = [test for test in chosen if is_unconditional(test)]
    if slow:
        distinct, back = np.unique(table, axis=1, return_inverse=True)
        small = (distinct[1] + 1) * (distinct[3] + 1) <= LARGEST_TABLES
    for test in chosen:
        if not is_unconditional(test):
            found[test.key] = np.asarray(test(*columns), dtype=np.float64)
            continue
        once = np.full(distinct.shape[1], np.nan)
        if small.any():
            once[small] = test(*distinct[:, small])
        found[test.key] = once[back.reshape(-1)]
    return found


@dataclass(frozen=True)
class Rate:
    """One arm's rate with every one-arm interval, as proportions.

    Attributes
    ----------
    events, total : int
    rate : float
    limits : dict of str to (float, float)
        By the key of the interval.
    """

    events: int
    total: int
    rate: float
    limits: dict[str, tuple[float, float]]

    def as_row(self) -> dict[str, Any]:
        """Flat, with ``<key>_lower`` and ``<key>_upper`` for each interval."""
        row: dict[str, Any] = {"events": self.events, "total": self.total, "rate": self.rate}
        for key, (lower, upper) in self.limits.items():
            row |= {f"{key}_lower": lower, f"{key}_upper": upper}
        return row


@dataclass(frozen=True)
class Effect:
    """An estimate under one interval of the catalogue; nan where the table does not define it.

    Attributes
    ----------
    procedure, name, measure : str
    estimate, lower, upper : float
    excludes_null : bool
        Whether the interval excludes no difference.
    """

    procedure: str
    name: str
    measure: str
    estimate: float
    lower: float
    upper: float
    excludes_null: bool

    def as_row(self) -> dict[str, Any]:
        """Flat, by the names of the attributes."""
        return asdict(self)


@dataclass(frozen=True)
class Test:
    """A p-value under one test of the catalogue; nan where it does not apply.

    Attributes
    ----------
    procedure, name : str
    sides : str or None
    conventional : bool
    p : float
    """

    __test__ = False  # it is not a case for pytest

    procedure: str
    name: str
    sides: str | None
    conventional: bool
    p: float

    def as_row(self) -> dict[str, Any]:
        """Flat, by the names of the attributes."""
        return asdict(self)


def rates(cells: Cells, level: float) -> tuple[Rate, Rate]:
    """Both arms' rates with every one-arm interval of the catalogue, at a confidence level between 0 and 1."""
    one_arm = [p for p in catalogue.values() if p.kind == "interval" and p.arms == 1]

    def rate(events: int, total: int) -> Rate:
        return Rate(events, total, events / total, {p.key: p(events, total, level=level) for p in one_arm})

    return rate(*cells[:2]), rate(*cells[2:])


def effects(cells: Cells, level: float) -> list[Effect]:
    """Risk difference, risk ratio and odds ratio under every interval of the catalogue, in its order."""
    found = []
    for procedure in catalogue.values():
        if procedure.kind != "interval" or procedure.arms != 2 or procedure.measure not in MEASURES:
            continue
        lower, upper = procedure(*cells, level=level)
        null = 0.0 if procedure.measure == "risk difference" else 1.0
        estimate = catalogue[MEASURES[procedure.measure]](*cells)
        excludes = bool(lower > null or upper < null)
        found.append(Effect(procedure.key, procedure.name, procedure.measure, estimate, lower, upper, excludes))
    return found


def every_test(cells: Cells) -> list[Test]:
    """P-value under every test of the catalogue; rules that choose a test are left out.

    Nan where a test does not apply, and for unconditional exact tests of arms beyond :data:`LARGEST_TABLES`.
    """
    return [Test(p.key, p.name, p.sides, p.conventional, value) for p, value in p_values(cells) if not p.rule]


def values(cells: Cells, level: float) -> dict[str, Any]:
    """A table's value under every procedure that takes counts of one or two arms.

    Parameters
    ----------
    cells : (int, int, int, int)
        Procedures for one arm are given its first.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    dict
        By key: a number, or ``{"lower": ..., "upper": ...}`` for an interval. Nan for unconditional exact tests of arms
        beyond :data:`LARGEST_TABLES`.
    """
    found: dict[str, Any] = {}
    tried = {test.key: value for test, value in p_values(cells)}
    for kind in ("test", "effect", "interval", "index"):
        for arms in (2, 1):
            for procedure in (p for p in catalogue.values() if p.kind == kind and p.arms == arms):
                counts = cells[: 2 * arms]
                if kind == "interval":
                    lower, upper = procedure(*counts, level=level)
                    found[procedure.key] = {"lower": lower, "upper": upper}
                else:
                    found[procedure.key] = tried[procedure.key] if procedure.key in tried else procedure(*counts)
    return found
