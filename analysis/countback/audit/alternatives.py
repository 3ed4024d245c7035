"""Judgements over all counts that a folder leaves open: percentages without totals allow several.

A p-value is worked out for each pair of counts that fit. It is `reproduced` where every pair gives it, `possible` where
some do, and `not reproduced` only where all pairs that can be were tried and none does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from countback.audit.context import Context, counts_shown
from countback.audit.counts import unknown_counts
from countback.audit.finding import Judgement
from countback.audit.verdicts import Verdict
from countback.procedures import catalogue, panel
from countback.procedures.panel import Cells
from countback.trial import printed
from countback.trial.candidates import Candidates, candidates
from countback.trial.design import Contrast, Place
from countback.trial.printed import Printed

MOST_OF_ARM = 50
"""Counts of one arm that are tried, those with the largest totals: with two arms 2,500 tables."""

MOST_NAMED = 4
"""Tables that a sentence names."""


@dataclass(frozen=True)
class Pairs:
    """The tables that two arms leave open.

    Attributes
    ----------
    tables : tuple of (int, int, int, int)
        Events and total of the first arm, then of the second.
    complete : bool
        Whether these are all that can be.
    """

    tables: tuple[Cells, ...]
    complete: bool

    @property
    def every(self) -> str:
        """All of the tables, as a sentence names them."""
        return "every candidate" if self.complete else "every candidate that was tried"

    @property
    def only(self) -> Cells | None:
        """The one table, where it is certain."""
        return self.tables[0] if len(self.tables) == 1 and self.complete else None


def pairs(context: Context, place: Place, contrast: Contrast) -> Pairs:
    """Tables that the folder leaves open for a comparison; none where an arm has neither counts nor percentages."""
    first, second = (candidates(context.trial, place, arms) for arms in (contrast.first, contrast.second))
    kept = [_largest(found) for found in (first, second)]
    tables = tuple((a, n1, b, n2) for a, n1 in kept[0] for b, n2 in kept[1])
    complete = all(
        found.complete and len(few) == len(found.counts) for found, few in zip((first, second), kept, strict=True)
    )
    return Pairs(tables, complete and bool(tables))


def _largest(found: Candidates) -> Sequence[tuple[int, int]]:
    """The counts to try: all, or those with the largest totals."""
    return sorted(found.counts, key=lambda count: -count[1])[:MOST_OF_ARM]


def p_of_pairs(number: Printed, of: Pairs, alpha: float) -> Judgement:
    """Judge a p-value over several tables by the conventional tests."""
    if not of.tables:
        return unknown_counts("events and totals of both arms")
    values = conventional(of.tables)
    fits = [
        (table, [key for key, column in values.items() if printed.rules_that_print(number, float(column[i]))])
        for i, table in enumerate(of.tables)
    ]
    matched = [(table, keys) for table, keys in fits if keys]
    verb, text = "gives" if number.relation == "=" else "satisfies", number.text.strip()
    many = f"{len(of.tables)} pairs of counts fit the percentages" if of.complete else _cut(of)
    if len(matched) == len(of.tables):
        verdict = Verdict.REPRODUCED if number.relation == "=" else Verdict.COMPATIBLE
        because = f"{many}; for {of.every} a conventional test {verb} {text}: {_named(matched)}."
    elif matched:
        verdict = Verdict.POSSIBLE
        because = f"{many}; a conventional test {verb} {text} for {_named(matched)} only."
    elif others := _another_test(number, of):
        verdict = Verdict.ANOTHER_TEST_ONLY
        because = f"{many}; no conventional test {verb} {text} for any of them, other tests do for {others}."
    else:
        verdict = Verdict.NOT_REPRODUCED if of.complete else Verdict.NOT_CHECKABLE
        lows = [float(np.nanmin(column)) for column in values.values()]
        highs = [float(np.nanmax(column)) for column in values.values()]
        because = (
            f"{many}; for no candidate a conventional test {verb} {text}: they give {min(lows):.2g} to "
            f"{max(highs):.2g}."
        )
    value = None if not matched else _value(matched[0][1][0], matched[0][0])
    shown = text if matched else None
    return Judgement(verdict, f"{because} Needed: the totals.", value, shown)


FEW = 12
"""Tables for which every test of the catalogue is tried."""


def _another_test(number: Printed, of: Pairs) -> str:
    """Tables on which some test that is not conventional gives a number, with its name; empty where none does."""
    found = []
    for table in of.tables if len(of.tables) <= FEW and number.relation == "=" else ():
        values = panel.p_values(table)
        name = next((test.name for test, p in values if not test.rule and printed.rules_that_print(number, p)), None)
        if name is not None:
            found.append(f"{counts_shown(table)} ({name})")
    return ", ".join(found[:MOST_NAMED])


def conventional(tables: Sequence[Cells]) -> dict[str, np.ndarray]:
    """P-values of tables under each conventional test, by its key; rules that choose a test are left out."""
    keys = [test.key for test in panel.tests(conventional=True) if not test.rule]
    a, n1, b, n2 = np.array(tables).T
    return panel.p_arrays(a, n1, b, n2, keys)


def _value(key: str, table: Cells) -> float:
    return float(catalogue[key](*table))


def _cut(of: Pairs) -> str:
    return f"More pairs of counts fit than are tried, which are the {len(of.tables)} with the largest totals"


def _named(matched: Sequence[tuple[Cells, list[str]]]) -> str:
    """Tables with their tests, the first few."""
    shown = [f"{counts_shown(table)} ({', '.join(catalogue[key].name for key in keys)})" for table, keys in matched]
    more = len(shown) - MOST_NAMED
    return ", ".join(shown[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def decision_of_pairs(significant: bool, of: Pairs, alpha: float, text: str) -> Judgement:
    """Judge a statement on significance over several tables."""
    if not of.tables:
        return unknown_counts("events and totals of both arms")
    values = np.array([*conventional(of.tables).values()])
    agree = ((values < alpha) == significant).any(axis=0) & ~np.isnan(values).all(axis=0)
    side = "below" if significant else "not below"
    many = f"{len(of.tables)} pairs of counts fit the percentages" if of.complete else _cut(of)
    if agree.all():
        because = f"{many}; for {of.every} p is {side} {alpha:g} under a conventional test."
        return Judgement(Verdict.COMPATIBLE, because, shown=text)
    if agree.any():
        table = of.tables[int(np.argmax(agree))]
        because = f"{many}; for {int(agree.sum())} of them, such as {counts_shown(table)}, p is {side} {alpha:g}."
        return Judgement(Verdict.NOT_CHECKABLE, f"{because} Needed: the totals.")
    verdict = Verdict.NOT_REPRODUCED if of.complete else Verdict.NOT_CHECKABLE
    return Judgement(verdict, f"{many}; for no candidate p is {side} {alpha:g}. Needed: the totals.")
