"""Judges of p-values and of statements on significance, given the counts of two arms."""

from __future__ import annotations

import math
from fractions import Fraction

from countback.audit import alternatives, attribution
from countback.audit.context import Context, by_rule, counts_shown, needed_rule
from countback.audit.counts import unknown_counts
from countback.audit.evidence import Change, Match
from countback.audit.finding import Comparison, Decision, Judgement
from countback.audit.obstacles import spared
from countback.audit.verdicts import Verdict
from countback.procedures import panel
from countback.procedures.paired import possible_mcnemar_p
from countback.procedures.panel import Cells
from countback.trial import printed
from countback.trial.claims import ComparisonClaim, DecisionClaim, PValueClaim
from countback.trial.printed import ROUNDINGS, Printed

CHOSEN = "A total was chosen among several that fit: another would explain it. Needed: the printed totals."
"""Why no accusation follows where chosen totals do not give a number."""


def p_value(claim: PValueClaim, context: Context) -> Judgement:
    """Judge the p-value of a comparison of arms by counts, or by the counts that percentages leave open."""
    number = printed.at_level(claim.number, context.alpha)
    of = alternatives.pairs(context, claim.place, context.trial.contrast(claim.comparison))
    if of.only is None and len(of.tables) != 1:
        return alternatives.p_of_pairs(number, of, context.alpha)
    judged = p_of_counts(number, of.tables[0], context.alpha, claim.procedure, context.rules)
    return judged if of.complete else spared(judged, CHOSEN)


def comparison(claim: ComparisonClaim, context: Context) -> Judgement:
    """Judge a p-value that carries its own counts."""
    number = printed.at_level(claim.number, context.alpha)
    judged = p_of_counts(number, claim.table, context.alpha, claim.procedure, context.rules)
    if not claim.paired:
        return judged
    first, total, second, _ = claim.table
    values = possible_mcnemar_p(first, second, total)
    low, high = min(values), max(values)
    span = f"{low:.2g}" if f"{low:.2g}" == f"{high:.2g}" else f"between {low:.2g} and {high:.2g}"
    because = (
        f"{judged.because} Both counts are of the same patients; a test for pairs (McNemar, exact) needs to know who "
        f"changed, and would give {span}."
    )
    return Judgement(
        judged.verdict, because, judged.rebuilt, judged.shown, judged.rounding, judged.comparison, judged.decision,
        possible=(low, high),
    )  # fmt: skip


def p_of_counts(
    number: Printed,
    cells: Cells,
    alpha: float,
    procedure: str | None = None,
    rules: tuple[str, ...] = ROUNDINGS,
) -> Judgement:
    """Judge a printed p-value by the counts of a 2x2 table.

    Parameters
    ----------
    number : Printed
    cells : (int, int, int, int)
        Events and total of the first arm, then of the second.
    alpha : float
    procedure : str, optional
        The test that the article names, as a key of the catalogue.
    rules : tuple of str
        The rounding rules that the document leaves open.

    Returns
    -------
    Judgement
        ``reproduced`` by the named test, or by a conventional one where none is named; ``compatible`` for a bound
        that they satisfy.
    """
    exactly = number.relation == "="  # a relation such as <0.001 holds under dozens of tests: the slowest add nothing
    if exactly and number.value == 0 and number.decimals == 0:
        because = f"{number.text.strip()} without decimals can be any p-value below 1. Needed: its digits."
        return Judgement(Verdict.NOT_CHECKABLE, because, comparison=Comparison(cells))
    values = attribution.matched(number, cells, panel.p_values(cells, unconditional=exactly), rules)
    if exactly and not any(m.rules for m in values):
        every = panel.p_values(cells, largest=panel.LAST_RESORT)
        values = attribution.matched(number, cells, every, rules)
    values = tuple(m for m in values if not attribution.is_rule(m) or m.procedure == procedure)
    matches = tuple(m for m in values if m.rules)
    conventional = tuple(m for m in values if m.conventional)
    nearest = attribution.nearest(number, values)
    if nearest is None:  # cannot be: some test gives a value for every table
        return unknown_counts("a table to which a test applies")
    found = Comparison(
        table=cells,
        matches=matches,
        conventional=conventional,
        coincidence=attribution.coincidence(number, values, rules),
    )
    decided = decision(printed.significant(number, alpha), conventional, alpha)
    accepted = [m for m in matches if (m.procedure == procedure if procedure else m.conventional)]
    if accepted:
        return _accepted(number, accepted, found, decided, named=procedure is not None)
    found = _with_changes(found, attribution.changes(number, cells))
    if matches:
        return _another_test(number, values, found, decided, procedure)
    return _no_test(number, nearest, found, decided, values)


def _with_changes(found: Comparison, changes: tuple[Change, ...], nearest: Match | None = None) -> Comparison:
    return Comparison(
        found.table, found.matches, found.conventional, nearest or found.nearest, found.coincidence, changes
    )


def _accepted(number: Printed, accepted: list[Match], found: Comparison, decided: Decision, named: bool) -> Judgement:
    rules = tuple(rule for rule in ROUNDINGS if any(rule in match.rules for match in accepted))
    rule = needed_rule(rules) if number.relation == "=" else None
    ways = _and([m.name for m in accepted])
    verb = "gives" if len(accepted) == 1 else "give"
    because = f"{ways} on {_counts(found)} {verb} {_text(number)}{by_rule(rule)}"
    if number.relation != "=":
        because = f"{_text(number)} is satisfied by {ways} on {_counts(found)}"
    because += " (the test that the article names). " if named else ". "
    because += f"Conventional tests: {_usual(found.conventional, number.decimals)}."
    verdict = Verdict.REPRODUCED if number.relation == "=" else Verdict.COMPATIBLE
    first = accepted[0]
    return Judgement(
        verdict, because + _zero(number), first.value, _p_shown(number, first), rule, found, decided
    )  # fmt: skip


def _another_test(
    number: Printed, values: tuple[Match, ...], found: Comparison, decided: Decision, procedure: str | None
) -> Judgement:
    matches, usual = found.matches, [m for m in found.matches if m.conventional]
    verb = "give" if number.relation == "=" else "satisfy"
    if procedure is not None:
        named = next((m for m in values if m.procedure == procedure), None)
        value = _small(named.value if named else None, max(number.decimals, 3) + 1)
        because = f"On {_counts(found)}, the test that the article names ({named.name if named else procedure}) "
        because += f"gives {value}, not {_text(number)}."
        because += f" Conventional tests that {verb} it: {_and([m.name for m in usual])}." if usual else ""
        others = [m.name for m in matches if not m.conventional]
        because += f" Other tests that {verb} it: {', '.join(others)}." if others and not usual else ""
    else:
        because = f"On {_counts(found)}, no conventional test {verb}s {_text(number)} "
        because += f"({_usual(found.conventional, number.decimals)}). These do: {', '.join(m.name for m in matches)}."
    chance = found.coincidence
    if chance is not None and not usual:
        because += (
            f" The {chance.tests} tests tried give {chance.hit} of the {chance.values} other values from "
            f"{chance.lower} to {chance.upper}, so a match may be chance."
        )
    best = next(iter(usual or sorted(matches, key=lambda m: m.sides != "two-sided")))
    rules = tuple(rule for rule in ROUNDINGS if any(rule in match.rules for match in matches))
    rule = needed_rule(rules) if number.relation == "=" else None
    because += f" All of them{by_rule(rule)}." if rule else ""
    because += _changes_in_words(found.changes) + _zero(number)
    return Judgement(
        Verdict.ANOTHER_TEST_ONLY, because, best.value, _p_shown(number, best), rule, found, decided
    )  # fmt: skip


def _no_test(
    number: Printed, nearest: Match, found: Comparison, decided: Decision, values: tuple[Match, ...]
) -> Judgement:
    assert nearest.value is not None
    distance = abs(nearest.value - float(number.value))
    verb = "gives" if number.relation == "=" else "satisfies"
    because = (
        f"On {_counts(found)}, no test that was tried {verb} {_text(number)} "
        f"({_usual(found.conventional, number.decimals)}). Nearest: {nearest.name} "
        f"{printed.rounded(nearest.value, number.decimals + 1)}, {distance:.2g} away."
    )
    if not attribution.unconditional_tried(values) and number.relation == "=":
        because += " Not tried, for the size of the arms: the unconditional exact tests."
    because += _changes_in_words(found.changes) + _zero(number)
    found = _with_changes(found, found.changes, nearest)
    return Judgement(
        Verdict.NOT_REPRODUCED, because, nearest.value, _p_shown(number, nearest), None, found, decided
    )  # fmt: skip


def _counts(found: Comparison) -> str:
    assert found.table is not None
    return counts_shown(found.table)


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 2 else names)


def _usual(conventional: tuple[Match, ...], decimals: int) -> str:
    places = max(decimals, 3) + 1
    return ", ".join(f"{m.name} {_small(m.value, places)}" for m in conventional)


def _small(value: float | None, decimals: int) -> str:
    """A p-value as text; one that would be printed as 0 is shown as below the last digit."""
    if value is None or math.isnan(value):
        return "gives no value"
    text = printed.rounded(value, decimals)
    return text if float(text) else f"<{printed.rounded(Fraction(1, 10**decimals), decimals)}"


def _text(number: Printed) -> str:
    return number.text.strip()


def _zero(number: Printed) -> str:
    """Sentence on what a printed zero means; empty for other numbers."""
    if number.relation != "=" or number.value != 0:
        return ""
    below = printed.rounded(Fraction(1, 10**number.decimals), number.decimals)
    return f" A p-value is never 0: the printed one means any value below {below}."


def _changes_in_words(changes: tuple[Change, ...]) -> str:
    if not changes:
        return ""
    ways = "; ".join(f"{c.what} ({counts_shown(c.table)}, {_and(_names(c.tests))})" for c in changes)
    return f" A conventional test would give it with {ways}; {attribution.TRIED} such changes were tried."


def _names(keys: tuple[str, ...]) -> list[str]:
    short = {"p_pearson": "Pearson", "p_yates": "Yates", "p_fisher_2s": "Fisher"}
    return [short.get(key, key) for key in keys]


def _p_shown(number: Printed, match: Match) -> str:
    value = match.value or 0.0
    if number.relation != "=":
        return _text(number) if match.rules else printed.rounded(value, max(number.decimals, 3))
    return printed.rounded(value, number.decimals, (match.rules or ROUNDINGS)[0])


def decision(significant: bool | None, conventional: tuple[Match, ...], alpha: float) -> Decision:
    """Side of alpha on which a claim lies, and the conventional tests that lie on the other."""
    if significant is None:
        return Decision(f"open at {alpha:g}")
    known = [m for m in conventional if m.value is not None]
    differs = tuple(m.procedure for m in known if m.value is not None and (m.value < alpha) != significant)
    side = "significant" if significant else "not significant"
    return Decision(f"{side} at {alpha:g}", differs, bool(known) and len(differs) == len(known))


def statement(claim: DecisionClaim, context: Context) -> Judgement:
    """Judge a statement that a comparison is, or is not, significant."""
    alpha = claim.alpha or context.alpha
    of = alternatives.pairs(context, claim.place, context.trial.contrast(claim.comparison))
    if of.only is None and len(of.tables) != 1:
        return alternatives.decision_of_pairs(claim.significant, of, alpha, claim.printed)
    judged = _statement(claim, of.tables[0], alpha)
    return judged if of.complete else spared(judged, CHOSEN)


def _statement(claim: DecisionClaim, cells: Cells, alpha: float) -> Judgement:
    """Judge a statement on significance by one table."""
    conventional = tuple(
        Match(t.key, t.name, t.sides, True, None if math.isnan(p) else p, ())
        for t, p in panel.conventional_p_values(cells)
    )
    conventional = tuple(m for m in conventional if not attribution.is_rule(m))
    agree = [m for m in conventional if m.value is not None and (m.value < alpha) == claim.significant]
    usual = _usual(conventional, 3)
    state = "below" if claim.significant else "not below"
    found = Comparison(cells, conventional=conventional)
    decided = decision(claim.significant, conventional, alpha)
    if not agree:
        because = f"Under no conventional test is p {state} {alpha:g} ({usual})."
        shown = f"{'not ' if claim.significant else ''}significant"
        return Judgement(
            Verdict.NOT_REPRODUCED, because, shown=shown, comparison=found, decision=decided
        )  # fmt: skip
    which = "every conventional test" if len(agree) == len(conventional) else _and([m.name for m in agree])
    because = f"Under {which} p is {state} {alpha:g} ({usual})."
    return Judgement(Verdict.COMPATIBLE, because, shown=claim.printed, comparison=found, decision=decided)
