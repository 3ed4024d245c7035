"""Recovery of counts: which events of which totals give a percentage, by arithmetic alone.

Events ``e`` of ``n`` give a percentage where ``100 e / n`` lies in the interval that the printed digits stand for. For
one total that is a run of consecutive events, for a number of events a run of consecutive totals, and how many pairs
there are up to a total is a sum of floors. Nothing here takes longer for a billion patients than for thirty, except
:func:`counts_that_print`, which lists every pair.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from countback.trial.rounding import ROUNDINGS, Printed


class Possible(NamedTuple):
    """Counts that give a percentage."""

    counts: tuple[tuple[int, int], ...]
    """The first of them as (events, total), by total, then events."""
    number: int
    """How many there are in all."""


class _Band(NamedTuple):
    """Proportions from ``low / unit`` to ``high / unit`` that give a percentage, within 0 and 1."""

    low: int
    low_included: bool
    high: int
    high_included: bool
    unit: int

    @property
    def empty(self) -> bool:
        return (
            self.high < 0
            or self.low > self.high
            or (self.low == self.high and not (self.low_included and self.high_included))
        )


def _band(percent: Printed, rules: Collection[str]) -> _Band:
    """Band of proportions, in half steps of the last printed digit."""
    unit = 200 * 10**percent.decimals
    shown = int(percent.value * 10**percent.decimals)
    if percent.relation != "=":
        below = percent.relation in ("<", "<=")
        ends = (
            (0, True, 2 * shown, percent.relation == "<=")
            if below
            else (2 * shown, percent.relation == ">=", unit, True)
        )
    else:
        even = shown % 2 == 0
        bands = {
            "half up": (2 * shown - 1, True, 2 * shown + 1, False),
            "half to even": (2 * shown - 1, even, 2 * shown + 1, even),
            "truncation": (2 * shown, True, 2 * shown + 2, False),
        }
        wanted = [bands[rule] for rule in rules]
        low, high = min(b[0] for b in wanted), max(b[2] for b in wanted)
        ends = (
            low, any(b[1] for b in wanted if b[0] == low), high, any(b[3] for b in wanted if b[2] == high),
        )  # fmt: skip
    low, low_in, high, high_in = ends
    if low < 0 <= high:
        low, low_in = 0, True
    if high > unit:
        high, high_in = unit, True
    return _Band(low, low_in, high, high_in, unit)


def events_that_print(percent: Printed, total: int, rules: Collection[str] = ROUNDINGS) -> range:
    """Events of one total that give a printed percentage.

    Parameters
    ----------
    percent : Printed
        A percentage.
    total : int
        1 or more.
    rules : collection of str
        The rounding rules that may have been used, of :data:`~countback.trial.rounding.ROUNDINGS`.

    Returns
    -------
    range
        Empty where none does.

    Examples
    --------
    >>> from countback.trial.printed import parse
    >>> events_that_print(parse("55.17"), 29), events_that_print(parse("55"), 1000)
    (range(16, 17), range(545, 560))
    """
    band = _band(percent, rules)
    if band.empty:
        return range(0)
    first = (band.low * total - band.low_included) // band.unit + 1
    last = (band.high * total - (not band.high_included)) // band.unit
    return range(first, max(first, last + 1))


def totals_that_print(percent: Printed, events: int, largest: int, rules: Collection[str] = ROUNDINGS) -> range:
    """Totals of which so many events give a printed percentage.

    Parameters
    ----------
    percent : Printed
        A percentage.
    events : int
        0 or more.
    largest : int
        The largest total asked for.
    rules : collection of str
        The rounding rules that may have been used.

    Returns
    -------
    range
        Totals from `events` (and 1) to `largest`; empty where none does.

    Examples
    --------
    >>> from countback.trial.printed import parse
    >>> totals_that_print(parse("5"), 3, 1000)
    range(51, 67)
    >>> totals_that_print(parse("0.0"), 0, 10**9)
    range(1, 1000000001)
    """
    band = _band(percent, rules)
    smallest = max(events, 1)
    if band.empty:
        return range(0)
    if events == 0:
        return range(1, largest + 1) if band.low == 0 and band.low_included else range(0)
    if band.high == 0:
        return range(0)
    scaled = events * band.unit  # low n <= scaled <= high n, each end as it is included
    first = -(-scaled // band.high) if band.high_included else scaled // band.high + 1
    last = largest
    if band.low > 0:
        last = min(largest, scaled // band.low if band.low_included else (scaled - 1) // band.low)
    first = max(first, smallest)
    return range(first, max(first, last + 1))


def _sum_of_floors(terms: int, step: int, start: int, unit: int) -> int:
    """Sum of ``(step n + start) // unit`` for n = 1 ... terms, in as many steps as Euclid's algorithm takes."""
    total, first, count = 0, step + start, terms  # n counted from 0
    while count > 0:
        total += count * (count - 1) // 2 * (step // unit) + count * (first // unit)
        step, first = step % unit, first % unit
        reach = step * count + first
        if reach < unit:
            break
        # the lattice points under the line, counted from the other axis
        count, first, step, unit = reach // unit, reach % unit, unit, step
    return total


def count_possible(percent: Printed, largest: int, smallest: int = 1, rules: Collection[str] = ROUNDINGS) -> int:
    """Count of the pairs (events, total) that give a printed percentage.

    Parameters
    ----------
    percent : Printed
        A percentage.
    largest, smallest : int
        Totals from `smallest` to `largest`, both included.
    rules : collection of str
        The rounding rules that may have been used.

    Examples
    --------
    >>> from countback.trial.printed import parse
    >>> count_possible(parse("30.00"), 30), count_possible(parse("30.00"), 10**9)
    (3, 75000000050000)
    """
    band = _band(percent, rules)
    if band.empty or largest < smallest:
        return 0

    def up_to(total: int) -> int:
        below = _sum_of_floors(total, band.low, -int(band.low_included), band.unit)
        return _sum_of_floors(total, band.high, -int(not band.high_included), band.unit) - below

    return up_to(largest) - up_to(smallest - 1)


def first_counts(
    percent: Printed, largest: int, limit: int, smallest: int = 1, rules: Collection[str] = ROUNDINGS
) -> Possible:
    """First counts that give a printed percentage, and how many there are in all.

    Parameters
    ----------
    percent : Printed
        A percentage.
    largest : int
        The largest total asked for.
    limit : int
        How many pairs are listed at most.
    smallest : int
        The smallest total asked for.
    rules : collection of str
        The rounding rules that may have been used.

    Returns
    -------
    Possible

    Examples
    --------
    >>> from countback.trial.printed import parse
    >>> first_counts(parse("55.17"), 10**6, 2)
    Possible(counts=((16, 29), (32, 58)), number=75000000)
    """
    number = count_possible(percent, largest, smallest, rules)
    found: list[tuple[int, int]] = []
    total = smallest
    while len(found) < min(limit, number):
        total = _next_total(percent, total, largest, rules)
        events = events_that_print(percent, total, rules)
        found += [(e, total) for e in events[: limit - len(found)]]
        total += 1
    return Possible(tuple(found), number)


def _next_total(percent: Printed, first: int, largest: int, rules: Collection[str]) -> int:
    """Smallest total from `first` on of which some events give the percentage; there is one."""
    step = 1
    while count_possible(percent, min(first + step - 1, largest), first, rules) == 0:
        step *= 2
    low, high = first + step // 2, min(first + step - 1, largest)
    while low < high:
        middle = (low + high) // 2
        if count_possible(percent, middle, first, rules):
            high = middle
        else:
            low = middle + 1
    return low


def count_totals(percent: Printed, largest: int, rules: Collection[str] = ROUNDINGS) -> int:
    """Count of the totals up to the largest of which some events give a printed percentage.

    Examples
    --------
    >>> from countback.trial.printed import parse
    >>> count_totals(parse("55.17"), 30), count_totals(parse("55.17"), 10**9)
    (1, 999996669)
    """
    band = _band(percent, rules)
    if band.empty or largest < 1:
        return 0
    if (band.low == 0 and band.low_included) or (band.high == band.unit and band.high_included):
        return largest  # none, or all, of any total
    # a band narrower than one patient holds at most one count of a total; a wider one holds at least one of each
    narrow = min(largest, (band.unit - 1) // (band.high - band.low))
    found = count_possible(percent, narrow, 1, rules)
    if narrow < largest:
        found += bool(events_that_print(percent, narrow + 1, rules)) + largest - narrow - 1
    return found


def prints_percent(printed: Printed, events: int, total: int) -> bool:
    """Whether events of total give a printed percentage under some rule; quick, for tables of many cells.

    Parameters
    ----------
    printed : Printed
        A percentage, with relation ``=``.
    events, total : int
        Total 1 or more.
    """
    scaled = 100 * events * 10**printed.decimals
    units, rest = divmod(scaled, total)
    wanted = int(printed.value * 10**printed.decimals)
    return bool(wanted == units or (wanted == units + 1 and 2 * rest >= total))


def counts_that_print(printed: Printed, totals: range) -> list[tuple[int, int]]:
    """All counts that give a printed percentage under any rounding rule: for totals of hundreds, not of millions.

    Parameters
    ----------
    printed : Printed
        A percentage.
    totals : range
        The totals to try; :func:`first_counts` and :func:`count_possible` answer for any number of them.

    Returns
    -------
    list of (events, total)
        By total, then events.

    Examples
    --------
    >>> from countback.trial.printed import parse
    >>> counts_that_print(parse("55.17"), range(1, 31))
    [(16, 29)]
    >>> counts_that_print(parse("30.00"), range(1, 31))
    [(3, 10), (6, 20), (9, 30)]
    """
    return [(events, total) for total in totals for events in events_that_print(printed, total)]
