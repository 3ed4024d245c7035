"""Patients who were not counted: every outcome that they can have had."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Completions", "completions", "decided"]


class Completions(NamedTuple):
    """Every way to complete two arms; arrays of shape ``(missing1 + 1, missing2 + 1)``.

    Attributes
    ----------
    a, n1, b, n2 : numpy.ndarray
        Events and totals with ``i`` of the missing of arm 1 and ``j`` of those of arm 2 counted as events; ready
        for any procedure of the catalogue.
    """

    a: NDArray[np.int64]
    n1: NDArray[np.int64]
    b: NDArray[np.int64]
    n2: NDArray[np.int64]


def completions(a: int, n1: int, b: int, n2: int, missing1: int, missing2: int, most: int | None = None) -> Completions:
    """Add patients without a known outcome to each arm, with every number of events among them.

    The grid of a tipping-point analysis: Yan X, Lee S, Li N. J Biopharm Stat 2009;19:1085-1098
    (doi 10.1080/10543400903243009).

    Parameters
    ----------
    a, n1, b, n2 : int
        Events and total of arm 1 and of arm 2, among those counted.
    missing1, missing2 : int
        Patients to add, 0 or more.
    most : int, optional
        Numbers of events to try in each arm, evenly spaced from none to all, where there are more.

    Returns
    -------
    Completions

    Raises
    ------
    ValueError
        If a number is negative, or events exceed their total.

    Examples
    --------
    >>> completions(16, 29, 9, 30, 1, 0).a.tolist()
    [[16], [17]]
    """
    if not (0 <= a <= n1 and 0 <= b <= n2 and missing1 >= 0 and missing2 >= 0):
        raise ValueError("events lie between 0 and the total, and no number of patients is negative")
    i, j = np.meshgrid(*(_tried(missing, most) for missing in (missing1, missing2)), indexing="ij")
    return Completions(a + i, np.full_like(i, n1 + missing1), b + j, np.full_like(j, n2 + missing2))


def _tried(missing: int, most: int | None) -> NDArray[np.int64]:
    """Numbers of events among the missing that are tried."""
    if most is None or missing < most:
        return np.arange(missing + 1)
    return np.round(np.linspace(0, missing, most)).astype(np.int64)


def decided(p: NDArray[np.float64], alpha: float) -> dict[str, Any]:
    """Whether what is missing can move a result across the level of significance.

    Parameters
    ----------
    p : numpy.ndarray
        The p-value of each completion.
    alpha : float

    Returns
    -------
    dict
        ``smallest``, ``largest`` (p), ``significant`` (how many completions), ``of`` (all), and ``hangs``:
        whether some completions are significant and others are not.
    """
    significant = int((p < alpha).sum())
    return {
        "smallest": float(np.nanmin(p)),
        "largest": float(np.nanmax(p)),
        "significant": significant,
        "of": int(p.size),
        "hangs": 0 < significant < p.size,
    }
