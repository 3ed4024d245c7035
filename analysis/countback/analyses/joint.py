"""Two outcomes of the same patients, of which only the separate counts are public.

What the joint table can be lies between the bounds of Fréchet (1951): of `total` patients with `first` and `second`
events, at least ``first + second - total`` and at most the smaller of the two had both.
"""

from __future__ import annotations

from countback.procedures.paired import overlaps

__all__ = ["bounds"]


def bounds(first: int, second: int, total: int) -> dict[str, tuple[int, int]]:
    """Bounds of the numbers of patients in each cell of a joint table with known margins.

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
    both = overlaps(first, second, total)
    least, most = both[0], both[-1]
    return {
        "both": (least, most),
        "ever": (first + second - most, first + second - least),
        "gained": (second - most, second - least),
        "lost": (first - most, first - least),
    }
