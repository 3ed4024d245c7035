"""Judges of estimates with their intervals: by the counts where they are known, else by what they say of each other.

Without counts almost any pair of an interval and a p-value can be correct, since different methods give them. So only
what no method gives is called inconsistent; the rest is shown as open, with both values.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from statistics import NormalDist

from countback.audit.context import CUT_OFF, Context, counts_shown, needed_rule
from countback.audit.counts import unknown_counts
from countback.audit.finding import Comparison, Judgement, Match
from countback.audit.significance import p_of_counts
from countback.audit.verdicts import State, Verdict
from countback.procedures import catalogue, panel
from countback.procedures.panel import Cells
from countback.procedures.summaries import p_range_from_interval
from countback.trial import printed
from countback.trial.claims import EffectClaim
from countback.trial.printed import ROUNDINGS, Printed

RATIOS = ("RR", "OR", "HR")
"""The measures that live on the log scale: 1 is no effect, and limits lie symmetrically around the logarithm."""

MEASURES = {"RR": "risk ratio", "OR": "odds ratio", "RD": "risk difference"}
"""The measures that counts give, as the catalogue calls them."""

NEAR, OFF = 0.65, 0.8
"""How far from its interval's lower end an estimate may lie, on the right scale, where 0.5 is the middle: of 93
intervals in abstracts of randomised trials, two lay beyond the first bound and none beyond the second."""

FAR = 1.5
"""By how much the z values of a hazard ratio's interval and of its p-value may differ before no pair of methods for
the same data explains it."""


@dataclass(frozen=True)
class Effect:
    """A printed estimate with its limits and p-value.

    Attributes
    ----------
    measure : str
        ``RR``, ``OR``, ``HR``, ``RD``, ``MD`` or ``NNT``.
    estimate : Printed
    limits : (Printed, Printed) or None
    level : float
        Confidence level, between 0 and 1.
    p : Printed or None
    percent : bool
        Whether a risk difference is given in percentage points.
    """

    measure: str
    estimate: Printed
    limits: tuple[Printed, Printed] | None
    level: float
    p: Printed | None
    percent: bool = False

    @property
    def ratio(self) -> bool:
        """Whether 1, not 0, is no effect."""
        return self.measure in RATIOS

    @property
    def shown(self) -> str:
        """The estimate, with its limits where they are printed."""
        text = self.estimate.text.strip()
        return f"{text} ({self.limits[0].text.strip()} to {self.limits[1].text.strip()})" if self.limits else text


def effect_of(claim: EffectClaim, alpha: float) -> Effect:
    """What an effect claim prints."""
    p = None if claim.p_number is None else printed.at_level(claim.p_number, alpha)
    return Effect(claim.measure, claim.estimate, claim.limits, claim.level, p, claim.percent)


def effect(claim: EffectClaim, context: Context) -> Judgement:
    """Judge an estimate with its interval, and with the p-value printed beside it."""
    cells = claim.table
    if cells is None and claim.endpoint is not None:
        table = context.trial.table(claim.endpoint, claim.week)
        cells = table.cells if table else None
    return judge(effect_of(claim, context.alpha), cells, context.alpha, context.rules)


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
    needs = "the patients' times or values" if of.measure in ("HR", "MD") else "events and totals of both arms"
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


@dataclass(frozen=True)
class Internal:
    """One comparison of an estimate with its own interval or p-value.

    Attributes
    ----------
    kind : str
        ``order``, ``centre`` or ``limits and p``.
    state : State
        ``open`` where a usual habit of print or another method explains a difference; ``fails`` where no method does.
    because : str
    """

    kind: str
    state: State
    because: str


def contradictions(of: Effect) -> Iterator[Internal]:
    """Compare an estimate with its own interval and p-value, without any counts.

    Parameters
    ----------
    of : Effect

    Yields
    ------
    Internal
        None for a number needed to treat, whose interval can run through infinity.
    """
    if of.limits is None or of.measure == "NNT":
        return
    order, of = _ordered(of)
    yield order
    if order.state is State.FAILS or of.limits is None:
        return
    lower, upper = of.limits
    least = min(lower.value, upper.value, of.estimate.value)
    if of.ratio and least <= 0:
        if least < 0:
            yield Internal("centre", State.FAILS, f"A ratio cannot be negative: {of.shown}.")
        return
    yield _centre(of)
    if of.p is not None:
        yield _limits_and_p(of)


def _ordered(of: Effect) -> tuple[Internal, Effect]:
    """Compare the order of estimate and limits; return the effect with its limits in order and its sign corrected."""
    assert of.limits is not None
    lower, upper = of.limits
    shown = of.shown
    if lower.value > upper.value:
        turned = replace(of, limits=(upper, lower))
        if not _inside(turned):
            return Internal("order", State.FAILS, f"The lower limit lies above the upper one: {shown}."), of
        return Internal("order", State.OPEN, f"The limits are printed in reverse order: {shown}."), turned
    if _inside(of):
        return Internal("order", State.HOLDS, f"The estimate lies inside its interval: {shown}."), of
    if of.estimate.value < 0 <= lower.value and not of.ratio and _inside(_turned(of)):
        because = f"The limits are printed without the estimate's sign: {shown}."
        return Internal("order", State.OPEN, because), _turned(of)
    because = f"The estimate lies outside its own interval: {shown}"
    if _at_border(of):
        because += "; an interval around a value drawn away from the border can lie so."
        return Internal("order", State.OPEN, because), of
    return Internal("order", State.FAILS, f"{because}."), of


def _at_border(of: Effect) -> bool:
    """Whether an estimate is as extreme as can be, where intervals are often worked out from changed counts."""
    if of.measure in ("RR", "OR"):
        return of.estimate.value == 0
    return of.measure == "RD" and abs(of.estimate.value) == (100 if of.percent else 1)


def _inside(of: Effect) -> bool:
    assert of.limits is not None
    return of.estimate.high > of.limits[0].low and of.estimate.low < of.limits[1].high


def _turned(of: Effect) -> Effect:
    """The same with the sign of the limits given to the estimate."""
    return replace(of, estimate=replace(of.estimate, value=-of.estimate.value))


def _ends(of: Effect, number: Printed) -> tuple[float, float]:
    """Both ends of a printed number, on the scale on which intervals are symmetrical."""
    low, high = float(number.low), float(number.high)
    return (math.log(max(low, 1e-12)), math.log(max(high, 1e-12))) if of.ratio else (low, high)


def _centre(of: Effect) -> Internal:
    """Compare the estimate with the middle of its interval, on the scale on which intervals are symmetrical."""
    low, high = _share(of)
    scale = "on the log scale" if of.ratio else "on its own scale"
    where = f"{low:.0%}" if f"{low:.0%}" == f"{high:.0%}" else f"{low:.0%} to {high:.0%}"
    text = f"The estimate lies at {where} of its interval {scale}"
    if low <= NEAR and high >= 1 - NEAR:
        return Internal("centre", State.HOLDS, f"{text}.")
    if of.measure in ("HR", "MD") and (low > OFF or high < 1 - OFF):
        return Internal("centre", State.FAILS, f"{text}, where the middle is 50%: {of.shown}.")
    return Internal("centre", State.OPEN, f"{text}; exact, score and profile intervals can lie so.")


def _share(of: Effect) -> tuple[float, float]:
    """Where in its interval the estimate lies, 0 at the lower limit and 1 at the upper, as rounding leaves it."""
    assert of.limits is not None
    corners = product(*(_ends(of, number) for number in (of.estimate, *of.limits)))
    shares = [min(1.0, max(0.0, (e - low) / (high - low))) for e, low, high in corners if low < high]
    return (min(shares), max(shares)) if shares else (0.0, 1.0)


def implied_p(of: Effect) -> tuple[float, float]:
    """Lowest and highest p-value that an interval implies, its rounding propagated; 0 and 1 where it implies none."""
    assert of.limits is not None
    ends = [(float(number.low), float(number.high)) for number in (of.estimate, *of.limits)]
    if of.ratio:
        ends = [(max(low, 1e-12), max(high, 1e-12)) for low, high in ends]
    try:
        return p_range_from_interval(*ends, level=of.level, ratio=of.ratio)
    except ValueError:  # limits that are the same at the precision of a float
        return 0.0, 1.0


def _z(p: float) -> float:
    return -NormalDist().inv_cdf(p / 2) if 0 < p < 1 else (0.0 if p >= 1 else math.inf)


def _limits_and_p(of: Effect) -> Internal:
    """Compare the p-value that an interval implies with the printed one."""
    assert of.p is not None
    assert of.limits is not None
    low, high = implied_p(of)
    text = f"The interval implies p from {low:.2g} to {high:.2g}; printed is {of.p.text.strip()}."
    first, last = printed.p_range(of.p)
    if first <= high and low <= last:
        return Internal("limits and p", State.HOLDS, text)
    null = 1 if of.ratio else 0
    excludes = of.limits[0].low > null or of.limits[1].high < null
    includes = of.limits[0].high < null < of.limits[1].low
    border = 1 - of.level
    opposed = (excludes and first > border) or (includes and last < border)
    distance = min(abs(_z(x) - _z(y)) for x, y in ((low, last), (high, first)))
    if opposed:
        side = "excludes" if excludes else "includes"
        text += f" The interval {side} {null}, the p-value says otherwise: {of.shown}."
        if of.measure == "HR" and distance > FAR:
            return Internal("limits and p", State.FAILS, text)
    return Internal("limits and p", State.OPEN, f"{text} Different methods for the two can explain that.")
