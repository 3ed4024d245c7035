"""Judges of what compares the means that a folder has for two arms: p-values, and differences with their limits."""

from __future__ import annotations

import math
from itertools import product

from countback.audit.context import Context
from countback.audit.evidence import Match
from countback.audit.finding import Comparison, Judgement
from countback.audit.means import Group, p_of_groups, prints_within, t_quantile
from countback.audit.obstacles import spared
from countback.audit.verdicts import Verdict
from countback.procedures.distributions import two_sided_z
from countback.trial import printed
from countback.trial.candidates import stated_total
from countback.trial.claims import EffectClaim, MeanClaim, PValueClaim
from countback.trial.design import Place

NEEDS = "Needed: mean, SD and number of patients of both arms, or the patients' values."
UNSTATED = "How many patients the means are of is not printed; the number randomised was taken."
SHARED = "A model (analysis of covariance, repeated measures), or a test on ranks, would differ."


def _group(context: Context, place: Place, arms: tuple[str, ...]) -> tuple[Group, bool] | None:
    """Mean, SD and size of an arm from the claims on it, and whether its size is stated; None where they are not."""
    for claim in context.claims.values():
        if not isinstance(claim, MeanClaim) or claim.place != place or claim.arms != arms or claim.adjusted:
            continue
        size = claim.n or stated_total(context.trial, place, arms)
        n = size or context.trial.largest(arms)
        if n is None or n < 2:
            continue
        value, spread = claim.mean
        if claim.limits is not None:
            return Group.of_limits(value, claim.limits, n, claim.level), size is not None
        if spread is not None:
            return Group.of(value, spread, n, claim.of_error), size is not None
    return None


def groups(context: Context, place: Place, comparison: str | None) -> tuple[Group, Group, bool] | None:
    """Both arms of a comparison, and whether the sizes of both are stated."""
    contrast = context.trial.contrast(comparison)
    first = _group(context, place, tuple(contrast.first))
    second = _group(context, place, tuple(contrast.second))
    return None if first is None or second is None else (first[0], second[0], first[1] and second[1])


def p_value(claim: PValueClaim, context: Context) -> Judgement:
    """Judge a p-value of a measurement by the means of both arms."""
    found = groups(context, claim.place, claim.comparison)
    if found is None:
        return Judgement(Verdict.NOT_CHECKABLE, f"No means of both arms with their spread are printed. {NEEDS}")
    number = printed.at_level(claim.number, context.alpha)
    judged = p_of_groups(number, found[0], found[1], context.alpha)
    return judged if found[2] else spared(judged, UNSTATED)


def difference(claim: EffectClaim, context: Context) -> Judgement | None:
    """Judge a difference of means by the means of both arms; None where they are not printed."""
    if claim.place is None or claim.measure != "MD":
        return None
    found = groups(context, claim.place, claim.comparison)
    if found is None:
        return None
    first, second, stated = found
    low, high = float(first.mean[0] - second.mean[1]), float(first.mean[1] - second.mean[0])
    signs = [sign for sign in (1, -1) if prints_within(claim.estimate, *sorted((sign * low, sign * high)))]
    text = claim.estimate.text.strip()
    if not signs:
        shown = printed.rounded((low + high) / 2, claim.estimate.decimals)
        because = f"The means differ by {low:.4g} to {high:.4g}, not {text}; an adjusted difference would differ."
        judged = Judgement(Verdict.NOT_REPRODUCED, because, (low + high) / 2, shown, possible=(low, high))
        return judged if stated else spared(judged, UNSTATED)
    turned = "" if signs[0] == 1 else ", the second arm against the first"
    because = f"The means give {text}{turned}."
    judged = Judgement(Verdict.REPRODUCED, because, float(claim.estimate.value), text, possible=(low, high))
    judged = _with_limits(claim, judged, first, second, signs[0])
    return judged if stated else spared(judged, UNSTATED)


def _with_limits(claim: EffectClaim, judged: Judgement, first: Group, second: Group, sign: int) -> Judgement:
    """Judge the limits of a difference that the means give."""
    if claim.limits is None:
        return judged
    gaps = float(first.mean[0] - second.mean[1]), float(first.mean[1] - second.mean[0])
    ends = sorted(sign * gap for gap in gaps)
    fits = []
    for name, widths in _half_widths(first, second, claim.confidence).items():
        lower = ends[0] - widths[1], ends[1] - widths[0]
        upper = ends[0] + widths[0], ends[1] + widths[1]
        if all(prints_within(n, *span) for n, span in zip(claim.limits, (lower, upper), strict=True)):
            fits.append(name)
    if fits:
        return _replaced(judged, Verdict.REPRODUCED, f"{judged.because} Both limits: {', '.join(fits)}.")
    because = f"{judged.because} No interval from the means and SDs gives both limits. {SHARED}"
    return _replaced(judged, Verdict.NOT_REPRODUCED, because)


def _replaced(judged: Judgement, verdict: Verdict, because: str) -> Judgement:
    matches = (Match("t_student", "Student t", "two-sided", True, judged.rebuilt, ()),)
    found = Comparison(conventional=matches) if verdict is Verdict.NOT_REPRODUCED else None
    return Judgement(verdict, because, judged.rebuilt, judged.shown, comparison=found, possible=judged.possible)


def _half_widths(first: Group, second: Group, level: float) -> dict[str, tuple[float, float]]:
    """Lowest and highest half width of the interval of a difference, under each way to work it out."""
    n1, n2 = first.n, second.n
    student, welch, normal = [], [], []
    for s1, s2 in product(first.sd, second.sd):
        pooled = math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2))
        student.append(t_quantile(level, n1 + n2 - 2) * pooled * math.sqrt(1 / n1 + 1 / n2))
        v1, v2 = s1**2 / n1, s2**2 / n2
        error = math.sqrt(v1 + v2)
        freedom = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1)) if error else 1.0
        welch.append(t_quantile(level, freedom) * error)
        normal.append(two_sided_z(level) * error)
    ways = {"Student t": student, "Welch t": welch, "normal": normal}
    return {name: (min(widths), max(widths)) for name, widths in ways.items()}
