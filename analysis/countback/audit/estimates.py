"""Estimates with their intervals: whether they hang together, and whether counts print them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from statistics import NormalDist

from countback.audit.attribution import Cells
from countback.audit.finding import Match
from countback.trial import printed
from countback.trial.printed import Printed

RATIOS = ("RR", "OR", "HR")
"""The measures that live on the log scale: 1 is no effect, and limits lie symmetrically around the logarithm."""

CATALOGUE = {"RR": ("rr", "risk ratio"), "OR": ("or", "odds ratio"), "RD": ("rd", "risk difference")}
"""The measures that counts give: the key of the estimate, and what its intervals are called."""

FAR = 0.5
"""Two ways to a p-value are taken to differ in kind when their z values differ by more than this: exact and
asymptotic tests of the same counts stay within it."""


NEAR, OFF = 0.65, 0.8
"""How far from its interval's lower end an estimate may lie, on the right scale, where 0.5 is the middle: of 93
intervals in abstracts of randomised trials, two lay beyond the first bound and none beyond the second."""


@dataclass(frozen=True)
class Effect:
    """A printed estimate with its limits and p.

    Attributes
    ----------
    measure : str
        ``RR``, ``OR``, ``HR``, ``RD``, ``MD`` or ``NNT``.
    estimate, lower, upper : Printed
    level : float
        Confidence level, between 0 and 1.
    p : Printed or None
    percent : bool
        Whether a risk difference is given in percentage points.
    """

    measure: str
    estimate: Printed
    lower: Printed | None
    upper: Printed | None
    level: float
    p: Printed | None
    percent: bool = False

    @property
    def ratio(self) -> bool:
        """Whether 1, not 0, is no effect."""
        return self.measure in RATIOS


def contradictions(effect: Effect) -> Iterator[tuple[str, str, str]]:
    """Hold an estimate against its own interval and p, without any counts.

    Parameters
    ----------
    effect : Effect

    Yields
    ------
    kind : str
        ``order``, ``centre``, ``limits and p``.
    state : str
        ``holds``; ``open`` where a usual habit of print or another method explains it; ``fails`` where neither
        rounding nor those do.
    because : str
    """
    lower, upper = effect.lower, effect.upper
    if lower is None or upper is None or effect.measure == "NNT":  # NNT's interval can run through infinity
        return
    shown = f"{effect.estimate.text} ({lower.text} to {upper.text})"
    if lower.value > upper.value:
        effect = replace(effect, lower=upper, upper=lower)
        if not _inside(effect):
            yield "order", "fails", f"The lower limit lies above the upper one: {shown}."
            return
        yield "order", "open", f"The limits are printed in reverse order: {shown}."
    elif _inside(effect):
        yield "order", "holds", f"The estimate lies inside its interval: {shown}."
    elif effect.estimate.value < 0 <= lower.value and not effect.ratio and _inside(_turned(effect)):
        yield "order", "open", f"The limits are printed without the estimate's sign: {shown}."
        effect = _turned(effect)
    else:
        yield "order", "fails", f"The estimate lies outside its own interval: {shown}."
        return
    if effect.ratio and min(lower.value, upper.value, effect.estimate.value) <= 0:
        if min(lower.value, upper.value, effect.estimate.value) < 0:
            yield "centre", "fails", f"A ratio cannot be negative: {shown}."
        return
    low, high = _share(effect)
    scale = "on the log scale" if effect.ratio else "on its own scale"
    where = f"{low:.0%}" if f"{low:.0%}" == f"{high:.0%}" else f"{low:.0%} to {high:.0%}"
    text = f"The estimate lies at {where} of its interval {scale}"
    if low > OFF or high < 1 - OFF:
        yield "centre", "fails", f"{text}, where the middle is 50%: {shown}."
    elif low > NEAR or high < 1 - NEAR:
        yield "centre", "open", f"{text}; exact and profile intervals can lie so."
    else:
        yield "centre", "holds", f"{text}."
    if effect.p is not None:
        yield _limits_and_p(effect, shown)


def _inside(effect: Effect) -> bool:
    assert effect.lower is not None
    assert effect.upper is not None
    return effect.estimate.high > effect.lower.low and effect.estimate.low < effect.upper.high


def _turned(effect: Effect) -> Effect:
    """Give the estimate the sign of its limits."""
    return replace(effect, estimate=replace(effect.estimate, value=-effect.estimate.value))


def _scaled(effect: Effect, value: float) -> float:
    return math.log(max(value, 1e-12)) if effect.ratio else value


def _ends(effect: Effect, number: Printed) -> tuple[float, float]:
    return _scaled(effect, float(number.low)), _scaled(effect, float(number.high))


def _corners(effect: Effect) -> Iterator[tuple[float, float, float]]:
    assert effect.lower is not None
    assert effect.upper is not None
    for e, low, high in product(*(_ends(effect, n) for n in (effect.estimate, effect.lower, effect.upper))):
        if low < high:
            yield e, low, high


def _share(effect: Effect) -> tuple[float, float]:
    """Give where in its interval the estimate lies, 0 at the lower limit and 1 at the upper, as rounding leaves it."""
    shares = [min(1.0, max(0.0, (e - low) / (high - low))) for e, low, high in _corners(effect)]
    return (min(shares), max(shares)) if shares else (0.0, 1.0)


def implied_p(effect: Effect) -> tuple[float, float]:
    """Give the lowest and highest p that the interval implies, its rounding propagated.

    The normal p-value with the standard error that the width implies: Altman DG, Bland JM. BMJ 2011;343:d2304,
    doi 10.1136/bmj.d2304.
    """
    z = NormalDist().inv_cdf((1 + effect.level) / 2)
    ratios = [2 * z * abs(e) / (high - low) for e, low, high in _corners(effect)]
    signs = {e > 0 for e, _, _ in _corners(effect)}
    least = 0.0 if len(signs) > 1 else min(ratios, default=0.0)
    most = max(ratios, default=math.inf)
    return math.erfc(most / math.sqrt(2)), math.erfc(least / math.sqrt(2))


def _z(p: float) -> float:
    return -NormalDist().inv_cdf(p / 2) if 0 < p < 1 else (0.0 if p >= 1 else math.inf)


def _limits_and_p(effect: Effect, shown: str) -> tuple[str, str, str]:
    assert effect.p is not None
    assert effect.lower is not None
    assert effect.upper is not None
    p = effect.p
    low, high = implied_p(effect)
    text = f"The interval implies p from {low:.2g} to {high:.2g}; printed is {p.text.strip()}."
    first, last = printed.p_range(p)
    if first <= high and low <= last:
        return "limits and p", "holds", text
    null = 1 if effect.ratio else 0
    excludes = effect.lower.low > null or effect.upper.high < null
    includes = effect.lower.high < null < effect.upper.low
    border = 1 - effect.level
    opposed = (excludes and first > border) or (includes and last < border)
    distance = min(abs(_z(x) - _z(y)) for x, y in ((low, last), (high, first)))
    if opposed and distance > FAR:
        side = "excludes" if excludes else "includes"
        because = f"{text} The interval {side} {null}, the p-value says otherwise: {shown}."
        return "limits and p", "fails", because
    return "limits and p", "open", f"{text} Different methods for the two can explain that."


def estimate_from(effect: Effect, cells: Cells) -> float:
    """Give the estimate that counts give, on the printed scale; nan for a measure that counts do not give."""
    from countback.procedures import catalogue

    if effect.measure == "NNT":
        difference = catalogue["rd"](*cells)
        return 1 / abs(difference) if difference else math.inf
    if effect.measure not in CATALOGUE:
        return math.nan
    value = float(catalogue[CATALOGUE[effect.measure][0]](*cells))
    return 100 * value if effect.percent else value


def prints_estimate(effect: Effect, value: float) -> tuple[str, ...]:
    """Name the rules under which the estimate prints so; an NNT may be rounded up to the next patient."""
    rules = printed.rules_that_print(effect.estimate, value)
    if effect.measure == "NNT" and math.isfinite(value) and math.ceil(value) == effect.estimate.value:
        return (*rules, "rounded up")
    return rules


def intervals_from(effect: Effect, cells: Cells) -> list[tuple[Match, tuple[float, float]]]:
    """Give every interval of the catalogue for the measure, with the rules under which it prints both limits."""
    from countback.procedures import catalogue

    if effect.measure not in CATALOGUE or effect.lower is None or effect.upper is None:
        return []
    found = []
    for procedure in catalogue.values():
        if procedure.kind != "interval" or procedure.arms != 2 or procedure.measure != CATALOGUE[effect.measure][1]:
            continue
        limits = [float(x) * (100 if effect.percent else 1) for x in procedure(*cells, level=effect.level)]
        rules = tuple(
            rule
            for rule in printed.rules_that_print(effect.lower, limits[0])
            if rule in printed.rules_that_print(effect.upper, limits[1])
        )
        match = Match(procedure.key, procedure.name, None, False, limits[0], rules)
        found.append((match, (limits[0], limits[1])))
    return found
