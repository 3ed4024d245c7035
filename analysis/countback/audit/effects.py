"""Judges of estimates with their intervals: by the counts where they are known, else by what they say of each other.

Without counts almost any pair of an interval and a p-value can be correct, since different methods give them. So only
what no method gives is called inconsistent; the rest is shown as open, with both values.
"""

from __future__ import annotations

import math

from countback.audit import alternatives, measurements, rates
from countback.audit.coherence import Effect, contradictions
from countback.audit.context import CUT_OFF, Context, counts_shown, needed_rule
from countback.audit.counts import unknown_counts
from countback.audit.evidence import Match
from countback.audit.finding import Comparison, Judgement
from countback.audit.obstacles import beside, leniency, obstacle, spared
from countback.audit.significance import CHOSEN, p_of_counts
from countback.audit.verdicts import State, Verdict
from countback.procedures import catalogue, panel
from countback.procedures.panel import Cells
from countback.trial import printed
from countback.trial.claim import ALL
from countback.trial.claims import EffectClaim
from countback.trial.model import Trial
from countback.trial.printed import ROUNDINGS

MEASURES = {"RR": "risk ratio", "OR": "odds ratio", "RD": "risk difference"}
"""The measures that counts give, as the catalogue calls them."""


def effect_of(claim: EffectClaim, alpha: float, trial: Trial) -> Effect:
    """What an effect claim prints; a p-value beside an endpoint with a margin may be that of non-inferiority."""
    p = None if claim.p_number is None else printed.at_level(claim.p_number, alpha)
    if claim.endpoint is not None and trial.endpoint(claim.endpoint).margin is not None:
        p = None
    return Effect(
        claim.measure, claim.estimate, claim.limits, claim.confidence, p, claim.in_percent, claim.one_limit,
        bool(claim.adjusted),
    )  # fmt: skip


def effect(claim: EffectClaim, context: Context) -> Judgement:
    """Judge an estimate with its interval, and with the p-value printed beside it.

    What says something against itself is inconsistent in any design; beyond that, counts judge only what they carry.
    """
    of = effect_of(claim, context.alpha, context.trial)
    reason = obstacle(claim, context)
    judged = _crude(claim, of, context)
    wrong = [one for one in contradictions(of) if one.state is State.FAILS]
    if wrong and (reason is not None or judged.verdict in (Verdict.NOT_REPRODUCED, Verdict.NOT_CHECKABLE)):
        return Judgement(Verdict.INCONSISTENT, " ".join(one.because for one in wrong))
    if reason is not None:
        said = " ".join(one.because for one in contradictions(of))
        return beside(judged, f"{reason} {said}".strip())
    lenient = leniency(claim, context)
    return judged if lenient is None else spared(judged, lenient)


def _crude(claim: EffectClaim, of: Effect, context: Context) -> Judgement:
    """Judge an estimate by means, rates or counts, or by itself where there are none."""
    found = measurements.difference(claim, context) or rates.ratio(claim, context)
    if found is not None:
        return found
    if claim.table is not None or claim.place is None or of.measure not in (*MEASURES, "NNT"):
        return judge(of, claim.table, context.alpha, context.rules)
    if claim.comparison == ALL:
        return judge(of, None, context.alpha, context.rules)
    pairs = alternatives.pairs(context, claim.place, context.trial.contrast(claim.comparison))
    if len(pairs.tables) == 1:
        judged = judge(of, pairs.tables[0], context.alpha, context.rules)
        return judged if pairs.complete else spared(judged, CHOSEN)
    return _over(of, pairs, context) if pairs.tables else judge(of, None, context.alpha, context.rules)


MOST_INTERVALS = 40
"""Tables whose intervals are worked out, of those that give the estimate."""


def _over(of: Effect, pairs: alternatives.Pairs, context: Context) -> Judgement:
    """Judge an estimate by all tables that percentages leave open."""
    near = [table for table in pairs.tables if estimate_rules(of, estimate_from(of, table))][:MOST_INTERVALS]
    many = f"{len(pairs.tables)} pairs of counts fit the percentages"
    found = [(table, judge(of, table, context.alpha, context.rules)) for table in near]
    fits = [(table, one) for table, one in found if one.verdict is Verdict.REPRODUCED]
    if fits:
        named = ", ".join(counts_shown(table) for table, _ in fits[: alternatives.MOST_NAMED])
        whole = len(fits) == len(pairs.tables) and pairs.complete
        which = "every candidate" if whole else f"{named} only"
        verdict = Verdict.REPRODUCED if whole else Verdict.POSSIBLE
        because = f"{many}; {of.shown} follows for {which}. Needed: the totals."
        return Judgement(verdict, because, fits[0][1].rebuilt, of.estimate.text.strip())
    alone = " ".join(one.because for one in contradictions(of))
    because = f"{many}; {of.shown} follows for no candidate that was tried; an adjusted estimate would differ. {alone}"
    return Judgement(Verdict.NOT_CHECKABLE, f"{because} Needed: the totals.")


def judge(of: Effect, cells: Cells | None, alpha: float, rules: tuple[str, ...] = ROUNDINGS) -> Judgement:
    """Judge an estimate by counts where they are known, else by its own interval and p-value.

    Parameters
    ----------
    of : Effect
    cells : (int, int, int, int) or None
    alpha : float
    rules : tuple of str
        The rounding rules that the document leaves open.
    """
    if cells is not None:
        by_counts = _by_counts(of, cells, alpha, rules)
        if by_counts is not None:
            return by_counts
    said = list(contradictions(of))
    alone = " ".join(one.because for one in said)
    if any(one.state is State.FAILS for one in said):
        wrong = " ".join(one.because for one in said if one.state is State.FAILS)
        return Judgement(Verdict.INCONSISTENT, wrong)
    needs = "events and totals of both arms" if of.measure in (*MEASURES, "NNT") else "the patients' times or values"
    if cells is None and of.measure in MEASURES:
        needs = unknown_counts(needs).because.partition("Needed: ")[2].rstrip(".")
    return Judgement(Verdict.NOT_CHECKABLE, f"{alone} Needed to rebuild it: {needs}.".strip())


def _by_counts(of: Effect, cells: Cells, alpha: float, rules: tuple[str, ...]) -> Judgement | None:
    """Judge by counts; None for a measure that counts do not give, or on a table that does not define it."""
    value = estimate_from(of, cells)
    if math.isnan(value):
        return None
    a, n1, b, n2 = cells
    turned = (b, n2, a, n1)
    ways = [(cells, value, ""), (turned, estimate_from(of, turned), ", the second arm against the first")]
    for table, rebuilt, how in ways:
        kept = tuple(rule for rule in estimate_rules(of, rebuilt) if rule in (*rules, ROUNDED_UP))
        if kept:
            return _estimate_agrees(of, table, rebuilt, how, kept, alpha)
    wrong = [one for one in contradictions(of) if one.state is State.FAILS]
    if wrong:
        return Judgement(Verdict.INCONSISTENT, " ".join(one.because for one in wrong))
    shown = printed.rounded(value, of.estimate.decimals) if math.isfinite(value) else "no finite value"
    because = f"{counts_shown(cells)} gives {of.measure} {shown}, not {of.estimate.text.strip()}; "
    because += "an adjusted estimate would differ."
    return Judgement(Verdict.NOT_REPRODUCED, because, value, shown, comparison=Comparison(cells))


def _estimate_agrees(
    of: Effect, cells: Cells, value: float, how: str, rules: tuple[str, ...], alpha: float
) -> Judgement:
    """Judge the interval and the p-value of an estimate that the counts give."""
    rule = needed_rule(rules) if rules[0] != ROUNDED_UP else None
    text = of.estimate.text.strip()
    because = f"{counts_shown(cells)} gives {text}{how}{' by cutting off' if rule == CUT_OFF else ''}."
    verdict = Verdict.REPRODUCED
    intervals = intervals_from(of, cells)
    ways = tuple(match for match, _ in intervals if match.rules)
    nearest = None
    if ways:
        because += f" Intervals that give both limits: {', '.join(match.name for match in ways)}."
    elif intervals:
        verdict = Verdict.NOT_REPRODUCED
        nearest, words = _nearest_interval(of, intervals)
        because += f" No interval of the catalogue gives both limits.{words}"
    if of.p is not None:
        judged = p_of_counts(of.p, cells, alpha)
        because += f" The p-value: {judged.because}"
        verdict = max(verdict, _as_part(judged.verdict), key=_ORDER.index)
    found = Comparison(cells, matches=ways, nearest=nearest)
    return Judgement(verdict, because, value, text, rule, found)


_ORDER = (Verdict.REPRODUCED, Verdict.ANOTHER_TEST_ONLY, Verdict.NOT_REPRODUCED)
"""The verdicts of an estimate's parts; that of the whole is the last among them."""


def _as_part(verdict: Verdict) -> Verdict:
    return verdict if verdict in _ORDER else Verdict.REPRODUCED


def _nearest_interval(of: Effect, intervals: list[tuple[Match, tuple[float, float]]]) -> tuple[Match | None, str]:
    assert of.limits is not None
    lower, upper = (float(limit.value) for limit in of.limits)
    finite = [one for one in intervals if all(map(math.isfinite, one[1]))]
    if not finite:
        return None, ""
    near, limits = min(finite, key=lambda one: abs(one[1][0] - lower) + abs(one[1][1] - upper))
    ends = [printed.rounded(x, n.decimals + 1) for x, n in zip(limits, of.limits, strict=True)]
    return near, f" Nearest: {near.name}, {ends[0]} to {ends[1]}."


ROUNDED_UP = "rounded up"
"""How a number needed to treat is often printed: the next whole patient."""


def estimate_from(of: Effect, cells: Cells) -> float:
    """The estimate that counts give, on the printed scale; nan for a measure that counts do not give."""
    if of.measure == "NNT":
        difference = catalogue["rd"](*cells)
        return 1 / abs(difference) if difference else math.inf
    if of.measure not in MEASURES:
        return math.nan
    value = float(catalogue[panel.MEASURES[MEASURES[of.measure]]](*cells))
    return 100 * value if of.percent else value


def estimate_rules(of: Effect, value: float) -> tuple[str, ...]:
    """The rules under which an estimate is printed so; a number needed to treat may be rounded up."""
    rules = printed.rules_that_print(of.estimate, value)
    if of.measure == "NNT" and math.isfinite(value) and math.ceil(value) == of.estimate.value:
        return (*rules, ROUNDED_UP)
    return rules


def intervals_from(of: Effect, cells: Cells) -> list[tuple[Match, tuple[float, float]]]:
    """Every interval of the catalogue for the measure, with the rules under which both its limits are printed so."""
    if of.measure not in MEASURES or of.limits is None:
        return []
    found = []
    for procedure in catalogue.values():
        if procedure.kind != "interval" or procedure.arms != 2 or procedure.measure != MEASURES[of.measure]:
            continue
        limits = [float(x) * (100 if of.percent else 1) for x in procedure(*cells, level=of.level)]
        both = (printed.rules_that_print(limit, x) for limit, x in zip(of.limits, limits, strict=True))
        lower_rules, upper_rules = both
        rules = tuple(rule for rule in lower_rules if rule in upper_rules)
        match = Match(procedure.key, procedure.name, None, False, limits[0], rules)
        found.append((match, (limits[0], limits[1])))
    return found
