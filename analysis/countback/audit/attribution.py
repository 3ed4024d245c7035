"""Which procedures could have given a p-value, and how little a match may mean.

Dozens of tests give dozens of values, so that some of them give almost any number in their neighbourhood. A match is
therefore shown with how much of that neighbourhood the tests cover (:class:`Coincidence`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from countback.audit.evidence import SHIFTS, Change, Coincidence, Match
from countback.procedures import Procedure, catalogue, panel
from countback.procedures.panel import Cells
from countback.trial import printed
from countback.trial.printed import ROUNDINGS, Printed


def matched(
    number: Printed, cells: Cells, values: Sequence[tuple[Procedure, float]], rules: tuple[str, ...] = ROUNDINGS
) -> tuple[Match, ...]:
    """Each value beside the printed one: under which rules of rounding it would be printed so.

    A one-sided test against the direction of the counts is left out where a relation such as ``>0.05`` is printed:
    its p is large whatever was found.

    Parameters
    ----------
    number : Printed
    cells : (int, int, int, int)
    values : sequence of (Procedure, float)
    rules : tuple of str
        The rounding rules that the document leaves open.
    """
    against = "less" if cells[0] * cells[3] >= cells[2] * cells[1] else "greater"
    if number.relation != "=":
        values = [(test, p) for test, p in values if test.sides != against]
    return tuple(
        Match(
            t.key, t.name, t.sides, t.conventional, None if math.isnan(p) else p,
            tuple(rule for rule in printed.rules_that_print(number, p) if rule in rules),
        )
        for t, p in values
    )  # fmt: skip


def is_rule(match: Match) -> bool:
    """Whether a match is of a rule that chooses between two other tests, and so is not a test of its own."""
    return catalogue[match.procedure].rule


def unconditional_tried(matches: Sequence[Match]) -> bool:
    """Whether the unconditional exact tests were among those tried."""
    return any(m.value is not None and panel.is_unconditional(catalogue[m.procedure]) for m in matches)


def nearest(number: Printed, matches: Sequence[Match]) -> Match | None:
    """The match whose value is closest to the printed one; a conventional one among equals, None without any value."""
    known = [m for m in matches if m.value is not None]

    def distance(match: Match) -> tuple[float, bool]:
        return round(abs((match.value or 0.0) - float(number.value)), 12), not match.conventional

    return min(known, key=distance, default=None)


def coincidence(number: Printed, matches: Sequence[Match], rules: tuple[str, ...] = ROUNDINGS) -> Coincidence | None:
    """How many values near the printed one some test gives.

    The neighbourhood reaches from half the printed value to double, in steps of its last digit, at most to 1. The
    printed value itself does not count: a match must not raise the chance of a match.

    Parameters
    ----------
    number : Printed
    matches : sequence of Match
        Of every test tried.
    rules : tuple of str
        The rounding rules that the document leaves open.

    Returns
    -------
    Coincidence or None
        None for a relation such as ``<0.001``, and for a printed 0: they have no neighbourhood.

    Examples
    --------
    A single test that gives 0.0267, where 0.027 is printed, hits one of the 40 other three-digit values from 0.014 to
    0.054, 0.026 by truncation, and none of them where the document rounds.
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
        if match.value is None or is_rule(match):
            continue
        tests += 1
        for rule, step in zip(ROUNDINGS, printed.steps(match.value, number.decimals), strict=True):
            if rule in rules and first <= step <= last and step != middle:
                hit.add(step)
                if match.conventional:
                    usual.add(step)
    lower, upper = (printed.rounded(Fraction(step, unit), number.decimals) for step in (first, last))
    return Coincidence(tests, lower, upper, last - first, len(hit), len(usual))


TRIED = len(SHIFTS)
"""How many changes are tried; by that many, one would often fit by chance."""


def changes(number: Printed, cells: Cells) -> tuple[Change, ...]:
    """Small changes of the counts with which a conventional test gives the number.

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
    for shift, what in SHIFTS.items():
        a, n1, b, n2 = (c + s for c, s in zip(cells, shift, strict=True))
        if not (0 <= a <= n1 and 0 <= b <= n2 and n1 and n2):
            continue
        ways = tuple(
            t.key
            for t, p in panel.conventional_p_values((a, n1, b, n2))
            if not t.rule and printed.rules_that_print(number, p)
        )
        if ways:
            found.append(Change((a, n1, b, n2), what, ways))
    return tuple(found)


def explained(
    claims: Mapping[str, tuple[Printed, Cells]], rules: tuple[str, ...] = ROUNDINGS
) -> list[tuple[Procedure, list[str]]]:
    """Which of several printed p-values each single procedure gives.

    Parameters
    ----------
    claims : mapping of str to (Printed, (int, int, int, int))
        Each claim's printed p-value and its counts.
    rules : tuple of str
        The rounding rules that the document leaves open.

    Returns
    -------
    list of (Procedure, list of str)
        Every test with the claims that it gives: the most first, then in the catalogue's order.
    """
    ways: dict[str, list[str]] = {}
    tests: dict[str, Procedure] = {}
    for claim, (number, cells) in claims.items():
        for test, p in panel.p_values(cells):
            if test.rule:
                continue
            tests[test.key] = test
            ways.setdefault(test.key, [])
            if set(rules) & set(printed.rules_that_print(number, p)):
                ways[test.key].append(claim)
    return [(tests[key], ways[key]) for key in sorted(ways, key=lambda key: -len(ways[key]))]


GROUPS = ("conventional", "other two-sided tests", "one-sided, in the direction seen")
"""How the tests of :func:`grid` are set apart."""


def grid(
    claims: Mapping[str, tuple[Printed, Cells]], rules: tuple[str, ...] = ROUNDINGS
) -> list[tuple[str, str, list[tuple[float, bool]]]]:
    """Every test's value for every printed p-value, tests down, claims across.

    Parameters
    ----------
    claims : mapping of str to (Printed, (int, int, int, int))
        Each claim's printed p-value and its counts.
    rules : tuple of str
        The rounding rules that the document leaves open.

    Returns
    -------
    list of (str, str, list of (float, bool))
        Group (one of :data:`GROUPS`), name of the test, and for each claim the value and whether it is printed so. The
        two one-sided forms of a test are one row: for each claim the side on which the first arm's rate lies.
    """
    rows: dict[tuple[int, str], list[tuple[float, bool]]] = {}
    for number, cells in claims.values():
        a, n1, b, n2 = cells
        seen = "greater" if a * n2 >= b * n1 else "less"
        for test, p in panel.p_values(cells):
            if test.rule or test.sides not in ("two-sided", seen):
                continue
            group = 0 if test.conventional else 1 if test.sides == "two-sided" else 2
            name = test.name.removesuffix(f", one-sided ({seen})")
            rows.setdefault((group, name), []).append((p, bool(set(rules) & set(printed.rules_that_print(number, p)))))
    return [(GROUPS[group], name, cells) for (group, name), cells in sorted(rows.items(), key=lambda row: row[0][0])]
