"""Two outcomes of the same patients, of which only the separate counts are public.

What the joint table can be lies between the bounds of Fréchet (1951): of `total` patients with `first` and `second`
events, at least ``first + second - total`` and at most the smaller of the two had both.
"""

from __future__ import annotations

from math import comb

__all__ = ["bounds", "change_p_values"]


def _overlap(first: int, second: int, total: int) -> range:
    if not (0 <= first <= total and 0 <= second <= total):
        raise ValueError("events lie between 0 and the total")
    return range(max(0, first + second - total), min(first, second) + 1)


def bounds(first: int, second: int, total: int) -> dict[str, tuple[int, int]]:
    """Bound the numbers of patients in each cell of a joint table with known margins.

    Parameters
    ----------
    first, second : int
        Patients with the event at each time.
    total : int
        Patients counted both times: the same ones.

    Returns
    -------
    dict
        The least and the largest number of patients with the event at ``both`` times, at either (``ever``), only at
        the second (``gained``), only at the first (``lost``). Each number in between is possible too.

    Raises
    ------
    ValueError
        If events are negative or exceed the total.

    Examples
    --------
    >>> bounds(16, 19, 29)
    {'both': (6, 16), 'ever': (19, 29), 'gained': (3, 13), 'lost': (0, 10)}
    """
    both = _overlap(first, second, total)
    least, most = both[0], both[-1]
    return {
        "both": (least, most),
        "ever": (first + second - most, first + second - least),
        "gained": (second - most, second - least),
        "lost": (first - most, first - least),
    }


def change_p_values(first: int, second: int, total: int) -> list[float]:
    """Give McNemar's exact two-sided p-value of the change, for every joint table that is possible.

    McNemar Q. Psychometrika 1947;12:153-157 (doi 10.1007/BF02295996); exact: twice the smaller tail of a binomial
    with one half over those who changed, at most 1.

    Parameters
    ----------
    first, second, total : int
        As in :func:`bounds`.

    Returns
    -------
    list of float
        One for each number of patients with both, from the least to the largest; 1 where nobody changed.
    """
    p_values = []
    for both in _overlap(first, second, total):
        lost, gained = first - both, second - both
        changed = lost + gained
        tail = sum(comb(changed, k) for k in range(min(lost, gained) + 1))
        p_values.append(min(1.0, 2 * tail / 2**changed))
    return p_values
