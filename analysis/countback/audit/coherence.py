"""What an estimate, its interval and its p-value say of each other, without any counts.

Almost any pair of an interval and a p-value can be correct, since different methods give them. So only what no method
gives fails; the rest is open, with both values.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from statistics import NormalDist

from countback.audit.verdicts import State
from countback.procedures.summaries import p_range_from_interval
from countback.trial import printed
from countback.trial.inference import RATIOS
from countback.trial.printed import Printed

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
        A :data:`countback.trial.design.Measure`.
    estimate : Printed
    limits : (Printed, Printed) or None
    level : float
        Confidence level, between 0 and 1.
    p : Printed or None
    percent : bool
        Whether a risk difference is given in percentage points.
    one_limit : (str, Printed) or None
        ``lower`` or ``upper`` with the limit of a one-sided interval.
    adjusted : bool
        Whether it is from an analysis that counts cannot carry.
    """

    measure: str
    estimate: Printed
    limits: tuple[Printed, Printed] | None
    level: float
    p: Printed | None
    percent: bool = False
    one_limit: tuple[str, Printed] | None = None
    adjusted: bool = False

    @property
    def ratio(self) -> bool:
        """Whether 1, not 0, is no effect."""
        return self.measure in RATIOS

    @property
    def shown(self) -> str:
        """The estimate, with its limits where they are printed."""
        text = self.estimate.text.strip()
        return f"{text} ({self.limits[0].text.strip()} to {self.limits[1].text.strip()})" if self.limits else text


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
    if of.one_limit is not None and of.measure != "NNT":
        yield _one_sided(of)
    if of.limits is None or of.measure == "NNT":
        return
    order, of = _ordered(of)
    yield order
    if order.state is State.FAILS or of.limits is None or of.measure == "other":
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


def _one_sided(of: Effect) -> Internal:
    """Compare an estimate with the limit of its one-sided interval."""
    assert of.one_limit is not None
    side, limit = of.one_limit
    fits = limit.low < of.estimate.high if side == "lower" else limit.high > of.estimate.low
    words = "on the right side" if fits else "on the wrong side"
    because = f"The {side} limit {limit.text.strip()} lies {words} of the estimate {of.estimate.text.strip()}."
    return Internal("order", State.HOLDS if fits else State.FAILS, because)


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
    if of.measure in ("HR", "MD") and not of.adjusted and (low > OFF or high < 1 - OFF):
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
        if of.measure == "HR" and not of.adjusted and distance > FAR:
            return Internal("limits and p", State.FAILS, text)
    return Internal("limits and p", State.OPEN, f"{text} Different methods for the two can explain that.")
