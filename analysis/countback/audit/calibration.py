"""How well probabilities foretell what is right: on articles whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from countback.audit.characters import Bools, Floats

__all__ = ["Bin", "area", "brier", "reliability"]


def area(score: Floats, right: Bools) -> float:
    """Area under the curve: how often a right number has the higher score of a right and a wrong one, ties half.

    Examples
    --------
    >>> area(np.array([0.9, 0.2, 0.6]), np.array([True, False, True]))
    1.0
    """
    ranks = rankdata(score)
    good, bad = int(right.sum()), int((~right).sum())
    if not good or not bad:
        return float("nan")
    return float((ranks[right].sum() - good * (good + 1) / 2) / (good * bad))


def brier(probability: Floats, right: Bools) -> float:
    """Mean squared distance of probabilities from what is the case.

    Examples
    --------
    >>> brier(np.array([1.0, 0.5]), np.array([True, False]))
    0.125
    """
    return float(np.mean((probability - right) ** 2))


@dataclass(frozen=True)
class Bin:
    """P-values of similar support.

    Attributes
    ----------
    low, high : float
        Between which support lies.
    number : int
        How many p-values.
    said, seen : float
        Mean support, and the share that was right.
    """

    low: float
    high: float
    number: int
    said: float
    seen: float

    def as_row(self) -> dict[str, Any]:
        """Flat, by the names of the attributes."""
        return dict(vars(self))


def reliability(probability: Floats, right: Bools, edges: tuple[float, ...]) -> list[Bin]:
    """Probabilities beside how often they came true.

    Parameters
    ----------
    probability : numpy.ndarray
    right : numpy.ndarray of bool
    edges : tuple of float
        Rising, from 0 to 1; a bin without p-values is left out.
    """
    where = np.clip(np.searchsorted(edges, probability, side="right") - 1, 0, len(edges) - 2)
    found = []
    for index in range(len(edges) - 1):
        rows = where == index
        if rows.any():
            said, seen = float(probability[rows].mean()), float(right[rows].mean())
            found.append(Bin(edges[index], edges[index + 1], int(rows.sum()), said, seen))
    return found
