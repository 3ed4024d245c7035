"""Judges of non-inferiority and equivalence: the limit against the margin, and tests against it.

A margin with a sign says on which side it lies; one without may be meant on either.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from countback.audit import alternatives
from countback.audit.context import Context, counts_shown
from countback.audit.finding import Comparison, Judgement
from countback.audit.verdicts import Verdict
from countback.procedures.distributions import two_sided_z
from countback.procedures.noninferiority import farrington_manning_p, wald_margin_p
from countback.procedures.panel import Cells
from countback.trial import printed
from countback.trial.claims import DecisionClaim, EffectClaim, PValueClaim
from countback.trial.design import Margin
from countback.trial.inference import RATIOS
from countback.trial.printed import Printed


@dataclass(frozen=True)
class Bounds:
    """What a contrast of arms must stay above, or below.

    Attributes
    ----------
    above, below : float or None
        On the scale of the estimate; proportions for a difference of risks.
    either : bool
        Whether one of both is enough: the margin is printed without a sign.
    """

    above: float | None
    below: float | None
    either: bool = False


def bounds(margin: Margin) -> Bounds:
    """Bounds that a margin sets."""
    text = margin.value.replace("±", "").strip()
    value = float(printed.parse_value(text).value)
    if margin.measure == "RD" and (abs(value) >= 1 or "%" in text or "percentage" in text):
        value /= 100
    signed = bool(re.match(r"[-−–+]", text))
    if margin.measure in RATIOS:
        low, high = min(value, 1 / value), max(value, 1 / value)
        if margin.hypothesis == "equivalence":
            return Bounds(low, high)
        return Bounds(value, None) if value < 1 else Bounds(None, value)
    size = abs(value)
    if margin.hypothesis == "equivalence":
        return Bounds(-size, size)
    if signed:
        return Bounds(-size, None) if value < 0 else Bounds(None, size)
    return Bounds(-size, size, either=True)


UNPRINTED = Judgement(
    Verdict.NOT_CHECKABLE, "The margin is not printed. Needed: the margin, on the endpoint in trial.yml."
)


def _margin(claim: PValueClaim | DecisionClaim, context: Context) -> Margin | None:
    return context.trial.endpoint(claim.endpoint).margin


def estimates(claim: PValueClaim | DecisionClaim, context: Context) -> list[EffectClaim]:
    """Estimates of the margin's measure, with limits, of the same comparison."""
    margin = _margin(claim, context)
    if margin is None:
        return []
    name = context.trial.contrast(claim.comparison).id
    return [
        other
        for other in context.claims.values()
        if isinstance(other, EffectClaim) and other.place == claim.place and other.measure == margin.measure
        and (other.limits or other.one_limit) and context.trial.contrast(other.comparison).id == name
    ]  # fmt: skip


def _ends(of: EffectClaim) -> tuple[float | None, float | None]:
    """Limits on the scale of the bounds."""
    scale = 100 if of.in_percent else 1
    if of.limits is not None:
        lower, upper = sorted(float(limit.value) / scale for limit in of.limits)
        return lower, upper
    side, limit = of.one_limit or ("lower", of.estimate)
    value = float(limit.value) / scale
    return (value, None) if side == "lower" else (None, value)


def holds(within: Bounds, lower: float | None, upper: float | None) -> bool | None:
    """Whether limits lie within the bounds; None where the limit that decides is not printed."""
    above = None if within.above is None or lower is None else lower > within.above
    below = None if within.below is None or upper is None else upper < within.below
    sides = [side for side, bound in ((above, within.above), (below, within.below)) if bound is not None]
    if within.either:
        return True if any(sides) else None if None in sides else False
    return None if None in sides else all(sides)


def decision(claim: DecisionClaim, context: Context) -> Judgement:
    """Judge a statement of non-inferiority or equivalence by the limit, or else by the counts."""
    margin = _margin(claim, context)
    if margin is None:
        return UNPRINTED
    within = bounds(margin)
    for of in estimates(claim, context):
        found = holds(within, *_ends(of))
        if found is None:
            continue
        shown = f"{of.printed} ({of.lower} to {of.upper})" if of.lower and of.upper else of.printed
        limits = "lie" if within.above is not None and within.below is not None and not within.either else "lies"
        side = f"the limit {limits} within the margin" if found else f"the limit {limits} beyond the margin"
        because = f"{shown}: {side} of {margin.value} ({of.confidence:.1%} interval)."
        if found == claim.significant:
            return Judgement(Verdict.COMPATIBLE, because, shown=claim.printed)
        because += " A test at another level than the interval's would explain the statement."
        return Judgement(Verdict.NOT_REPRODUCED, because, shown=f"{'not ' if claim.significant else ''}shown")
    cells = _cells(claim, context)
    alpha = claim.alpha or context.alpha
    tests = _tests(within, margin, cells) if cells is not None else []
    if cells is None or not tests:
        because = f"Needed: the interval of the {margin.measure}, whose limit is compared with the margin."
        return Judgement(Verdict.NOT_CHECKABLE, because)
    values = "; ".join(f"{name} {p:.4f}" for name, p in tests)
    shown_ = any(p < alpha for _, p in tests)
    clear = all(p < alpha / 2 for _, p in tests) if shown_ else True
    because = f"One-sided against the margin of {margin.value} on {counts_shown(cells)}: {values}."
    if shown_ == claim.significant or not clear:
        return Judgement(Verdict.COMPATIBLE, because, shown=claim.printed, comparison=Comparison(cells))
    return Judgement(Verdict.NOT_REPRODUCED, because, comparison=Comparison(cells))


def _cells(claim: PValueClaim | DecisionClaim, context: Context) -> Cells | None:
    of = alternatives.pairs(context, claim.place, context.trial.contrast(claim.comparison))
    return of.only


def _tests(within: Bounds, margin: Margin, cells: Cells) -> list[tuple[str, float]]:
    """P-values of the tests against the margin, one-sided; the larger of both for equivalence."""
    if margin.measure not in ("RD", "RR", "OR"):
        return []
    found = []
    for name in ("Farrington-Manning", "Wald"):
        if name == "Wald" and margin.measure != "RD":
            continue
        sides = []
        for bound, greater in ((within.above, True), (within.below, False)):
            if bound is not None and name == "Wald":
                sides.append(wald_margin_p(*cells, margin=bound, greater=greater))
            elif bound is not None:
                kind = margin.measure
                assert kind in ("RD", "RR", "OR")
                sides.append(farrington_manning_p(*cells, margin=bound, measure=kind, greater=greater))
        p = min(sides) if within.either else max(sides)
        if not math.isnan(p):
            found.append((name, p))
    return found


def p_value(claim: PValueClaim, context: Context, crude: bool) -> Judgement:
    """Judge a p-value of non-inferiority or equivalence by counts, or else by the printed interval.

    Parameters
    ----------
    claim : PValueClaim
    context : Context
    crude : bool
        Whether counts can carry the analysis.
    """
    margin, number = _margin(claim, context), printed.at_level(claim.number, context.alpha)
    if margin is None:
        return UNPRINTED
    within = bounds(margin)
    cells = _cells(claim, context) if crude else None
    tests = _tests(within, margin, cells) if cells is not None else []
    if cells is not None and tests:
        return _by_counts(number, margin, cells, tests)
    for of in estimates(claim, context):
        if of.limits is not None:
            return _by_interval(number, margin, within, of)
    needs = f"Needed: the counts, or the interval of the {margin.measure}."
    return Judgement(Verdict.NOT_CHECKABLE, f"Nothing printed shows the test against the margin. {needs}")


def _by_counts(number: Printed, margin: Margin, cells: Cells, tests: list[tuple[str, float]]) -> Judgement:
    values = "; ".join(f"{name} {p:.5f}" for name, p in tests)
    where = f"against the margin of {margin.value} on {counts_shown(cells)}"
    text = number.text.strip()
    for factor, words in ((1, "one-sided"), (2, "doubled")):
        for name, p in tests:
            if printed.rules_that_print(number, min(1.0, factor * p)):
                verdict = Verdict.REPRODUCED if number.relation == "=" else Verdict.COMPATIBLE
                because = f"{name}, {words}, {where} gives {text} ({values})."
                return Judgement(verdict, because, factor * p, text, comparison=Comparison(cells))
    because = f"No test {where} gives {text} (one-sided: {values}); a stratified one would differ."
    shown = printed.rounded(tests[0][1], max(number.decimals, 3))
    return Judgement(Verdict.NOT_REPRODUCED, because, tests[0][1], shown, comparison=Comparison(cells))


def _by_interval(number: Printed, margin: Margin, within: Bounds, of: EffectClaim) -> Judgement:
    """Judge by the p-values that an estimate and its limits imply, their rounding propagated."""
    assert of.limits is not None
    low, high = implied_p(of, within)
    first, last = printed.p_range(number)
    text = number.text.strip()
    because = f"{of.printed} implies a one-sided p from {low:.2g} to {high:.2g} against the margin of {margin.value}"
    fits = any(first <= factor * high and factor * low <= last for factor in (1, 2))
    if fits:
        return Judgement(Verdict.COMPATIBLE, f"{because}, as {text} says.", shown=text, possible=(low, high))
    because += f"; printed is {text}. Different methods for the two can explain that. Needed: the counts."
    return Judgement(Verdict.NOT_CHECKABLE, because, possible=(low, high))


def implied_p(of: EffectClaim, within: Bounds) -> tuple[float, float]:
    """Lowest and highest one-sided p against the bounds that an estimate with its limits implies."""
    assert of.limits is not None
    ratio, scale = of.measure in RATIOS, 100 if of.in_percent else 1

    def at(value: Fraction | float) -> float:
        return math.log(max(float(value), 1e-12)) if ratio else float(value) / scale

    lower, upper = sorted(of.limits, key=lambda limit: limit.value)
    z = two_sided_z(of.confidence)
    widths = [at(upper.low) - at(lower.high), at(upper.high) - at(lower.low)]
    errors = [max(width, 1e-12) / (2 * z) for width in widths]
    values = []
    for bound, sign in ((within.above, 1), (within.below, -1)):
        if bound is None:
            continue
        border = math.log(bound) if ratio else bound
        centres = [at(of.estimate.low), at(of.estimate.high)]
        distances = [sign * (centre - border) / error for centre in centres for error in errors]
        values.append((0.5 * math.erfc(max(distances) / math.sqrt(2)), 0.5 * math.erfc(min(distances) / math.sqrt(2))))
    pick = min if within.either else max
    return pick(low for low, _ in values), pick(high for _, high in values)
