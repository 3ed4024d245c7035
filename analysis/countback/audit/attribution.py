"""Which procedures could have printed a p-value, and how little a match may mean.

Dozens of tests give dozens of values, so that some of them print almost anything in their neighbourhood. A match
is therefore given with how much of that neighbourhood the tests cover (:class:`Coincidence`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from countback.audit.finding import Change, Coincidence, Match
from countback.trial import printed
from countback.trial.printed import Printed

if TYPE_CHECKING:
    from countback.procedures import Procedure

Cells: TypeAlias = tuple[int, int, int, int]
"""Events and total of the first arm, then of the second."""

LARGEST_TABLES = 15_000
"""Unconditional exact tests of arms that allow more tables than this, (n1 + 1)(n2 + 1), are left out: they take
seconds each."""


@cache
def _tests() -> tuple[tuple[Procedure, bool], ...]:
    """Give every two-arm test of the catalogue, and whether it is an unconditional exact one."""
    from countback.procedures import catalogue, unconditional  # here: most claims need no numerics

    slow = {procedure.key for procedure in unconditional.PROCEDURES}
    return tuple((p, p.key in slow) for p in catalogue.values() if p.kind == "test" and p.arms == 2)


@cache
def _conventional() -> tuple[Procedure, ...]:
    return tuple(test for test, _ in _tests() if test.conventional)


@lru_cache(maxsize=4096)
def p_values(cells: Cells, unconditional: bool = True) -> tuple[tuple[Procedure, float], ...]:
    """Give the p-value of a 2x2 table under every test of the catalogue.

    Parameters
    ----------
    cells : (int, int, int, int)
        Events and total of the first arm, then of the second.
    unconditional : bool
        Whether to work out unconditional exact tests, by far the slowest.

    Returns
    -------
    tuple of (Procedure, float)
        In the catalogue's order. Nan where a test does not apply, and for unconditional exact tests that are not
        wanted or whose arms are beyond :data:`LARGEST_TABLES`.
    """
    left_out = not unconditional or (cells[1] + 1) * (cells[3] + 1) > LARGEST_TABLES
    return tuple((test, math.nan if slow and left_out else float(test(*cells))) for test, slow in _tests())


def conventional_p_values(cells: Cells) -> tuple[tuple[Procedure, float], ...]:
    """Give the p-values of the conventional tests alone."""
    return tuple((test, float(test(*cells))) for test in _conventional())


def matched(number: Printed, cells: Cells, values: Sequence[tuple[Procedure, float]]) -> tuple[Match, ...]:
    """Set each value beside the printed one: under which rules of rounding it prints the same.

    A one-sided test against the direction that the counts take is left out where a relation such as ``>0.05`` is
    printed: its p is large whatever was found.
    """
    against = "less" if cells[0] * cells[3] >= cells[2] * cells[1] else "greater"
    if number.relation != "=":
        values = [(test, p) for test, p in values if test.sides != against]
    return tuple(
        Match(t.key, t.name, t.sides, t.conventional, None if math.isnan(p) else p, printed.rules_that_print(number, p))
        for t, p in values
    )


def nearest(number: Printed, matches: Sequence[Match]) -> Match | None:
    """Give the match whose value is closest to the printed one; among equals a conventional one, of no values None."""
    known = [m for m in matches if m.value is not None]

    def distance(match: Match) -> tuple[float, bool]:
        return round(abs((match.value or 0.0) - float(number.value)), 12), not match.conventional

    return min(known, key=distance, default=None)


def coincidence(number: Printed, matches: Sequence[Match]) -> Coincidence | None:
    """Count how many values like the printed one some test prints.

    The neighbourhood reaches from half the printed value to double, in steps of its last digit, at most to 1.

    Parameters
    ----------
    number : Printed
    matches : sequence of Match
        Of every test tried.

    Returns
    -------
    Coincidence or None
        None for a relation such as ``<0.001``, and for a printed 0: they have no neighbourhood.

    Examples
    --------
    A single test that gives 0.0267 hits two of the 41 three-digit values from 0.014 to 0.054: 0.027 by rounding and
    0.026 by truncation.
    """
    if number.relation != "=" or number.value <= 0:
        return None
    unit = 10**number.decimals
    middle = int(number.value * unit)
    first, last = -(-middle // 2), min(2 * middle, unit)
    hit: set[int] = set()
    usual: set[int] = set()
    tests = 0
    for match in matches:
        if match.value is None:
            continue
        tests += 1
        for step in printed.steps(match.value, number.decimals):
            if first <= step <= last:
                hit.add(step)
                if match.conventional:
                    usual.add(step)
    lower, upper = (printed.rounded(Fraction(step, unit), number.decimals) for step in (first, last))
    return Coincidence(tests, lower, upper, last - first + 1, len(hit), len(usual))


_SHIFTS = {
    (1, 0, 0, 0): "one event more in the first arm",
    (-1, 0, 0, 0): "one event fewer in the first arm",
    (0, 0, 1, 0): "one event more in the second arm",
    (0, 0, -1, 0): "one event fewer in the second arm",
    (0, 1, 0, 0): "a total one larger in the first arm",
    (0, -1, 0, 0): "a total one smaller in the first arm",
    (0, 0, 0, 1): "a total one larger in the second arm",
    (0, 0, 0, -1): "a total one smaller in the second arm",
    (0, 1, 0, 1): "both totals one larger",
    (0, -1, 0, -1): "both totals one smaller",
}
"""The changes that are tried: one count, one total, or both totals together, by one."""


def changes(number: Printed, cells: Cells) -> tuple[Change, ...]:
    """Find the small changes of the counts with which a conventional test prints the number.

    Parameters
    ----------
    number : Printed
    cells : (int, int, int, int)

    Returns
    -------
    tuple of Change
        One count, one total, or both totals, changed by one; only changes that leave a possible table.
    """
    found = []
    for shift, what in _SHIFTS.items():
        a, n1, b, n2 = (c + s for c, s in zip(cells, shift, strict=True))
        if not (0 <= a <= n1 and 0 <= b <= n2 and n1 and n2):
            continue
        ways = tuple(t.key for t, p in conventional_p_values((a, n1, b, n2)) if printed.rules_that_print(number, p))
        if ways:
            found.append(Change((a, n1, b, n2), what, ways))
    return tuple(found)


def explained(printed_in: Mapping[str, tuple[Printed, Cells]]) -> list[tuple[Procedure, list[str]]]:
    """Tell which of several printed p-values each single procedure prints.

    Parameters
    ----------
    printed_in : mapping of str to (Printed, (int, int, int, int))
        Each claim's printed p-value and its counts.

    Returns
    -------
    list of (Procedure, list of str)
        Every test with the claims that it prints: the most first, then in the catalogue's order.
    """
    ways: dict[str, list[str]] = {}
    tests: dict[str, Procedure] = {}
    for claim, (number, cells) in printed_in.items():
        for test, p in p_values(cells):
            tests[test.key] = test
            ways.setdefault(test.key, [])
            if printed.rules_that_print(number, p):
                ways[test.key].append(claim)
    return [(tests[key], ways[key]) for key in sorted(ways, key=lambda key: -len(ways[key]))]


def paired_range(first: int, second: int, total: int) -> tuple[float, float]:
    """Give the lowest and highest exact McNemar p that two counts of the same patients leave possible.

    The counts before and after fix only the difference of the two kinds of discordant pairs; how many pairs there
    are of each kind needs the patients. McNemar Q. Psychometrika 1947;12:153-7, doi 10.1007/BF02295996, in its exact
    form: the binomial sign test of the discordant pairs, doubled.

    Parameters
    ----------
    first, second : int
        Patients with the event before and after, of the same `total`.
    total : int

    Returns
    -------
    (float, float)

    Examples
    --------
    13 of 29 before and 2 of 29 after: at least 11 changed one way, and at most 2 the other way.

    >>> low, high = paired_range(13, 2, 29)
    >>> round(low, 4), round(high, 4)
    (0.001, 0.0074)
    """
    gap = abs(first - second)
    least, most = min(first, second), max(first, second)
    values = []
    for back in range(min(least, total - most) + 1):
        pairs = gap + 2 * back
        tail = sum(math.comb(pairs, k) for k in range(back + 1))
        values.append(min(1.0, 2 * tail / 2**pairs))
    return min(values), max(values)


GROUPS = ("conventional", "other two-sided tests", "one-sided, in the direction seen")
"""How the tests of :func:`grid` are set apart."""


def grid(printed_in: Mapping[str, tuple[Printed, Cells]]) -> list[tuple[str, str, list[tuple[float, bool]]]]:
    """Give every test's value for every printed p-value, tests down, claims across.

    Parameters
    ----------
    printed_in : mapping of str to (Printed, (int, int, int, int))
        Each claim's printed p-value and its counts.

    Returns
    -------
    list of (str, str, list of (float, bool))
        Group (one of :data:`GROUPS`), name of the test, and for each claim the value and whether it prints so. The two
        one-sided forms of a test are one row: for each claim the side on which the first arm's rate lies.
    """
    rows: dict[tuple[int, str], list[tuple[float, bool]]] = {}
    for number, cells in printed_in.values():
        a, n1, b, n2 = cells
        seen = "greater" if a * n2 >= b * n1 else "less"
        for test, p in p_values(cells):
            if test.sides not in ("two-sided", seen):
                continue
            group = 0 if test.conventional else 1 if test.sides == "two-sided" else 2
            name = test.name.removesuffix(f", one-sided ({seen})")
            rows.setdefault((group, name), []).append((p, bool(printed.rules_that_print(number, p))))
    return [(GROUPS[group], name, cells) for (group, name), cells in sorted(rows.items(), key=lambda row: row[0][0])]
