"""Two counts of the same patients: McNemar's exact test, and what it can be where only the counts are known."""

from __future__ import annotations

from fractions import Fraction
from math import comb

__all__ = ["mcnemar_p", "overlaps", "possible_mcnemar_p"]


def mcnemar_p(lost: int, gained: int) -> float:
    """Exact two-sided McNemar p-value: twice the smaller tail of a binomial with one half, at most 1.

    McNemar Q. Psychometrika 1947;12:153-157 (doi 10.1007/BF02295996), in its exact form.

    Parameters
    ----------
    lost, gained : int
        Patients with the event only before, and only after.

    Returns
    -------
    float
        1 where nobody changed.

    Raises
    ------
    ValueError
        If a number is negative.

    Notes
    -----
    Agrees with R's ``binom.test(lost, lost + gained)``.

    Examples
    --------
    >>> round(mcnemar_p(11, 0), 4)
    0.001
    """
    if min(lost, gained) < 0:
        raise ValueError(f"numbers of patients are 0 or more, not {lost} and {gained}")
    changed = lost + gained
    tail = sum(comb(changed, k) for k in range(min(lost, gained) + 1))
    return min(1.0, float(Fraction(2 * tail, 2**changed)))


def overlaps(first: int, second: int, total: int) -> range:
    """How many of `total` patients can have had both events (the bounds of Fréchet 1951).

    Raises
    ------
    ValueError
        If events are negative or exceed the total.
    """
    if not (0 <= first <= total and 0 <= second <= total):
        raise ValueError(f"events lie between 0 and the total of {total}, not at {first} and {second}")
    return range(max(0, first + second - total), min(first, second) + 1)


def possible_mcnemar_p(first: int, second: int, total: int) -> list[float]:
    """Exact McNemar p-values of every joint table that two counts of the same patients leave possible.

    Parameters
    ----------
    first, second : int
        Patients with the event before and after.
    total : int
        Patients counted both times.

    Returns
    -------
    list of float
        One for each number of patients with both events, from the least to the largest.

    Raises
    ------
    ValueError
        If events are negative or exceed the total.

    Examples
    --------
    13 of 29 before and 2 of 29 after: at least 11 changed one way, and at most 2 the other way.

    >>> values = possible_mcnemar_p(13, 2, 29)
    >>> round(min(values), 4), round(max(values), 4)
    (0.001, 0.0074)
    """
    return [mcnemar_p(first - both, second - both) for both in overlaps(first, second, total)]
