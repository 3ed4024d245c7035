"""Judges of rates per person-time, and of their ratios."""

from __future__ import annotations

import math
from fractions import Fraction

from countback.audit.context import Context
from countback.audit.finding import Judgement
from countback.audit.verdicts import Verdict
from countback.procedures.person_time import rate_ratio, rate_ratio_limits, rate_ratio_p
from countback.trial import printed
from countback.trial.claims import EffectClaim, PValueClaim, RateClaim
from countback.trial.design import Place

NEEDS = "Needed: events and person-time of both arms."
OTHER = "A model (negative binomial, adjusted for follow-up or strata) would differ."


def rate(claim: RateClaim, context: Context) -> Judgement:
    """Judge a rate by its events and person-time."""
    number, per = claim.rate
    if claim.events is None or claim.followed is None:
        needed = "events" if claim.events is None else "person-time"
        return Judgement(Verdict.NOT_CHECKABLE, f"The {needed} behind it is not printed. Needed: {needed}.")
    value = Fraction(claim.events) / claim.followed * per
    shown = printed.rounded(value, number.decimals)
    because = f"{claim.events} events in {claim.person_time} give {shown} per {per:,}"
    rules = printed.rules_that_print(number, value)
    if rules:
        return Judgement(Verdict.REPRODUCED, f"{because}.", float(value), number.text.strip())
    spread = _rounded_time(claim, number, per)
    if spread:
        return Judgement(Verdict.REPRODUCED, f"{because}; the person-time is rounded.", float(value), shown)
    because += f", not {number.text.strip()}; a rate from a model would differ."
    return Judgement(Verdict.NOT_REPRODUCED, because, float(value), shown)


def _rounded_time(claim: RateClaim, number: printed.Printed, per: int) -> bool:
    """Whether person-time inside its rounding gives the rate."""
    assert claim.followed is not None
    assert claim.events is not None
    decimals = len((claim.person_time or "").partition(".")[2].split(" ")[0])
    unit = Fraction(1, 10**decimals)
    ends = [claim.events * per / time for time in (claim.followed + unit, claim.followed - unit) if time > 0]
    return len(ends) == 2 and ends[0] < number.high and ends[1] >= number.low


def _arms(context: Context, place: Place, comparison: str | None) -> tuple[int, float, int, float] | None:
    """Events and person-time of both arms of a comparison, from the claims on them."""
    contrast = context.trial.contrast(comparison)
    found: list[float] = []
    for arms in (tuple(contrast.first), tuple(contrast.second)):
        rates = [c for c in context.claims.values() if isinstance(c, RateClaim) and (c.place, c.arms) == (place, arms)]
        known = next((c for c in rates if c.events is not None and c.followed is not None), None)
        if known is None or known.followed is None or known.events is None:
            return None
        found += [known.events, float(known.followed)]
    a, time1, b, time2 = found
    return int(a), time1, int(b), time2


def ratio(claim: EffectClaim, context: Context) -> Judgement | None:
    """Judge a ratio of rates by events and person-time; None where they are not printed."""
    if claim.place is None or claim.measure != "IRR":
        return None
    arms = _arms(context, claim.place, claim.comparison)
    if arms is None:
        return None
    text = claim.estimate.text.strip()
    for (a, t1, b, t2), words in ((arms, ""), (arms[2:] + arms[:2], ", the second arm against the first")):
        value = rate_ratio(a, t1, b, t2)
        if not math.isfinite(value) or not printed.rules_that_print(claim.estimate, value):
            continue
        because = f"Events and person-time give {text}{words}."
        if claim.limits is None:
            return Judgement(Verdict.REPRODUCED, because, value, text)
        limits = rate_ratio_limits(a, t1, b, t2, level=claim.confidence)
        pairs = zip(claim.limits, limits, strict=True)
        if all(math.isfinite(x) and printed.rules_that_print(limit, x) for limit, x in pairs):
            return Judgement(Verdict.REPRODUCED, f"{because} Both limits: Wald, log scale.", value, text)
        because += f" The Wald interval is {limits[0]:.4g} to {limits[1]:.4g}. {OTHER}"
        return Judgement(Verdict.NOT_CHECKABLE, because, value, text)
    value = rate_ratio(*arms)
    because = f"Events and person-time give {value:.4g}, not {text}. {OTHER}"
    return Judgement(Verdict.NOT_CHECKABLE, because, value)


def p_value(claim: PValueClaim, context: Context) -> Judgement:
    """Judge a p-value of two rates."""
    arms = _arms(context, claim.place, claim.comparison)
    if arms is None:
        return Judgement(Verdict.NOT_CHECKABLE, f"The counts are not known. {NEEDS}")
    number, text = printed.at_level(claim.number, context.alpha), claim.number.text.strip()
    values = {"score": rate_ratio_p(*arms), "Wald, log scale": rate_ratio_p(*arms, log=True)}
    known = {name: p for name, p in values.items() if not math.isnan(p)}
    shown = "; ".join(f"{name} {p:.4f}" for name, p in known.items())
    for name, p in known.items():
        if printed.rules_that_print(number, p):
            verdict = Verdict.REPRODUCED if number.relation == "=" else Verdict.COMPATIBLE
            return Judgement(verdict, f"The {name} test of two rates gives {text} ({shown}).", p, text)
    return Judgement(Verdict.NOT_CHECKABLE, f"Tests of two rates give other values ({shown}). {OTHER}")
