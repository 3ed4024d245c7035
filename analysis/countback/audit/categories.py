"""Judges of tests over several arms or several categories."""

from __future__ import annotations

import math

from countback.audit.context import Context
from countback.audit.counts import unknown_counts
from countback.audit.evidence import Match
from countback.audit.finding import Comparison, Decision, Judgement
from countback.audit.verdicts import Verdict
from countback.procedures import catalogue
from countback.procedures.contingency import Rows, ranks_p
from countback.trial import printed
from countback.trial.claims import CategoriesClaim, DecisionClaim, PValueClaim
from countback.trial.printed import ROUNDINGS, Printed


def tests(rows: Rows, ordered: bool) -> list[Match]:
    """P-values of the tests of an r x c table, without a printed number beside them."""
    keys = ["p_rxc_pearson", "p_rxc_likelihood", *(["p_rxc_trend", "p_ranks"] if ordered else [])]
    found = [(key, catalogue[key].name, float(catalogue[key](rows))) for key in keys]
    if ordered and len(rows) == 2:
        found.append(("p_ranks", "Wilcoxon-Mann-Whitney, corrected for continuity", ranks_p(rows, correct=True)))
    return [Match(key, name, "two-sided", True, p, ()) for key, name, p in found if not math.isnan(p)]


def p_of_rows(number: Printed, rows: Rows, ordered: bool, alpha: float) -> Judgement:
    """Judge a p-value by an r x c table.

    Exact tests are not among those tried, so that a small table leaves the judgement open.
    """
    values = tests(rows, ordered)
    if not values:
        return Judgement(Verdict.NOT_CHECKABLE, "One category, or one arm, holds everybody: there is no test.")
    shown = "; ".join(f"{m.name} {m.value:.4f}" for m in values)
    fits = [m for m in values if m.value is not None and printed.rules_that_print(number, m.value)]
    text = number.text.strip()
    table = " v ".join("/".join(map(str, row)) for row in rows)
    found = Comparison(matches=tuple(fits), conventional=tuple(values))
    if fits:
        verdict = Verdict.REPRODUCED if number.relation == "=" else Verdict.COMPATIBLE
        because = f"{fits[0].name} on {table} gives {text} ({shown})."
        return Judgement(verdict, because, fits[0].value, text, comparison=found)
    because = f"No test that was tried on {table} gives {text} ({shown})."
    if _small(rows):
        because += " Counts are small: an exact test, which was not tried, would differ."
        return Judgement(Verdict.NOT_CHECKABLE, because, comparison=found)
    near = min(values, key=lambda m: abs((m.value or 0.0) - float(number.value)))
    rebuilt = printed.rounded(near.value or 0.0, max(number.decimals, 3), ROUNDINGS[0])
    return Judgement(Verdict.NOT_REPRODUCED, because, near.value, rebuilt, comparison=found)


def _small(rows: Rows) -> bool:
    """Whether some expected count is below 5, where exact tests are usual."""
    total = sum(map(sum, rows))
    columns = [sum(row[j] for row in rows) for j in range(len(rows[0]))]
    return any(sum(row) * column < 5 * total for row in rows for column in columns if column)


def categories(claim: CategoriesClaim, context: Context) -> Judgement:
    """Judge a p-value that carries its table."""
    rows = [*claim.counts.values()]
    number = printed.at_level(claim.number, context.alpha)
    return p_of_rows(number, rows, claim.ordered or len(rows) > 2, context.alpha)


def _all_arms(claim: PValueClaim | DecisionClaim, context: Context) -> Rows | None:
    """Patients with and without the event, arm by arm; None where the counts of an arm are not known."""
    place = claim.place
    counts = [context.trial.count(place.endpoint, place.time, arm.id, place.set) for arm in context.trial.design.arms]
    known = [count for count in counts if count is not None]
    return [(c.events, c.total - c.events) for c in known] if len(known) == len(counts) else None


def p_of_all_arms(claim: PValueClaim, context: Context) -> Judgement:
    """Judge a p-value of a test over all arms at once."""
    rows = _all_arms(claim, context)
    if rows is None:
        return unknown_counts("events and totals of all arms")
    return p_of_rows(printed.at_level(claim.number, context.alpha), rows, True, context.alpha)


def decision_of_all_arms(claim: DecisionClaim, context: Context) -> Judgement:
    """Judge a statement on a test over all arms at once."""
    rows = _all_arms(claim, context)
    if rows is None:
        return unknown_counts("events and totals of all arms")
    alpha, values = claim.alpha or context.alpha, tests(rows, True)
    agree = [m for m in values if m.value is not None and (m.value < alpha) == claim.significant]
    shown = "; ".join(f"{m.name} {m.value:.4f}" for m in values)
    side = "below" if claim.significant else "not below"
    found = Comparison(conventional=tuple(values))
    if agree:
        because = f"Under {agree[0].name} p is {side} {alpha:g} ({shown})."
        return Judgement(Verdict.COMPATIBLE, because, shown=claim.printed, comparison=found)
    because = f"Under no test that was tried p is {side} {alpha:g} ({shown})."
    verdict = Verdict.NOT_CHECKABLE if _small(rows) else Verdict.NOT_REPRODUCED
    words = "significant" if claim.significant else "not significant"
    return Judgement(verdict, because, comparison=found, decision=Decision(f"{words} at {alpha:g}"))
