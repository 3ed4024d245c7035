"""Printed p-values as arrays, and which values of arrays are printed with their characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countback.trial.printed import Printed

__all__ = ["DEEPEST", "Characters", "characters", "shown", "steps"]

DEEPEST = 12
"""Decimals that are looked at: a value is trusted to as many digits, and no article prints more."""

_RELATIONS = ("=", "<", "<=", ">", ">=")
_TRUSTED = 2e-12
"""How near, in relation to its size, a value must be to a tie, or to the end of a step, to be taken as one."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Characters:
    """Printed p-values, each as its digits.

    Attributes
    ----------
    step : numpy.ndarray of int
        The printed number in units of its last digit.
    decimals : numpy.ndarray of int
    relation : numpy.ndarray of int
        0 for ``=``, then ``<``, ``<=``, ``>``, ``>=``.
    """

    step: Ints
    decimals: Ints
    relation: Ints

    def __len__(self) -> int:
        return len(self.step)

    def __getitem__(self, rows: slice | NDArray[np.int64] | NDArray[np.bool_]) -> Characters:
        return Characters(self.step[rows], self.decimals[rows], self.relation[rows])

    @property
    def exact(self) -> Bools:
        """Whether a number is printed, not a bound."""
        found: Bools = self.relation == 0
        return found

    @property
    def value(self) -> Floats:
        """The numbers themselves, or the bounds."""
        return np.asarray(self.step / 10.0**self.decimals, dtype=np.float64)


def characters(numbers: Sequence[Printed]) -> Characters:
    """Printed p-values as arrays.

    Raises
    ------
    ValueError
        If one has more than :data:`DEEPEST` decimals.
    """
    places = [max(n.decimals, _places(n)) for n in numbers]
    if places and max(places) > DEEPEST:
        raise ValueError(f"a p-value has {max(places)} decimals; at most {DEEPEST} are looked at")
    steps = [int(n.value * 10**d) for n, d in zip(numbers, places, strict=True)]
    return Characters(
        np.array(steps, dtype=np.int64),
        np.array(places, dtype=np.int64),
        np.array([_RELATIONS.index(n.relation) for n in numbers], dtype=np.int64),
    )


def _places(number: Printed) -> int:
    """Decimals of the level of significance, where a bound refers to it; 0 for what is printed."""
    if not number.level:
        return 0
    return next((d for d in range(DEEPEST) if (number.value * 10**d).denominator == 1), DEEPEST)


def steps(values: Floats, decimals: Ints) -> tuple[Floats, Bools, Floats]:
    """Values in units of a last digit: cut off, whether they lie on a tie, and rounded half up.

    Parameters
    ----------
    values : numpy.ndarray, shape (n, m)
        Not negative; nan stays nan.
    decimals : numpy.ndarray of int, shape (n,)

    Notes
    -----
    A value so near to a tie or to a whole step that a procedure's own error may have moved it, is taken to lie there,
    as :func:`countback.trial.rounding.steps` does for one value.
    """
    scaled = values * 10.0 ** decimals[:, None]
    near = scaled * _TRUSTED
    cut = np.floor(scaled + near)
    rest = scaled - cut
    tie = np.abs(rest - 0.5) <= near
    up = cut + ((rest > 0.5) | tie)
    return cut, tie, up


def shown(values: Floats, of: Characters) -> tuple[Bools, Bools, Bools]:
    """Which values are printed with which characters, under each rule of :data:`countback.trial.printed.ROUNDINGS`.

    Parameters
    ----------
    values : numpy.ndarray, shape (n, m)
        One row for each printed number; nan is printed as none.
    of : Characters

    Returns
    -------
    three numpy.ndarray of bool, shape (n, m)
        For a bound: whether the value satisfies it, the same under each rule.
    """
    cut, tie, up = steps(values, of.decimals)
    wanted = of.step[:, None]
    found = up == wanted, up == wanted, cut == wanted
    if tie.any():
        found[1][tie] = (up[tie] - np.mod(up[tie], 2)) == np.broadcast_to(wanted, tie.shape)[tie]
    bounds = np.flatnonzero(~of.exact)
    if bounds.size:
        kept, bound, sign = values[bounds], of.value[bounds, None], of.relation[bounds, None]
        near = np.abs(kept - bound) <= bound * _TRUSTED
        below, above = (kept < bound) & ~near, (kept > bound) & ~near
        holds = np.where(sign <= 2, below | (near & (sign == 2)), above | (near & (sign == 4)))
        for one in found:
            one[bounds] = holds
    return found
