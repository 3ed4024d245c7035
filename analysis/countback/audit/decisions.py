"""Judges of statements on significance by what is printed for the same comparison: its p-value, or its interval."""

from __future__ import annotations

from countback.audit.context import Context
from countback.audit.finding import Judgement
from countback.audit.verdicts import Verdict
from countback.trial import printed
from countback.trial.claims import DecisionClaim, EffectClaim, PValueClaim
from countback.trial.inference import null_of
from countback.trial.printed import Printed


def by_print(claim: DecisionClaim, context: Context) -> Judgement:
    """Judge a statement on what counts do not test, such as a mean or a time, by what is printed beside it."""
    alpha = claim.alpha or context.alpha
    for other in context.claims.values():
        if not isinstance(other, PValueClaim | EffectClaim) or not _about(claim, other, context):
            continue
        number = other.number if isinstance(other, PValueClaim) else other.p_number
        shown = None if number is None else printed.significant(printed.at_level(number, alpha), alpha)
        text = "" if number is None else shown_p(number)
        if shown is None and isinstance(other, EffectClaim):
            shown, text = _excludes(other, alpha), f"the interval of {other.printed}"
        if shown is not None and shown == claim.significant:
            side = "below" if shown else "not below"
            because = f"As printed: {text} is {side} {alpha:g}."
            if number is None or (isinstance(other, EffectClaim) and text.startswith("the interval")):
                because = f"As printed: {text} {'excludes' if shown else 'includes'} no difference."
            return Judgement(Verdict.COMPATIBLE, f"{because} {_NEEDS}", shown=claim.printed)
    return Judgement(Verdict.NOT_CHECKABLE, f"No printed p-value or interval shows it. {_NEEDS}")


def shown_p(number: Printed) -> str:
    """P-value as a sentence names it: as printed, with a p before bare digits."""
    text = number.text.strip().strip("[]()")
    return text if text[:1].lower() == "p" else f"p {text}"


_NEEDS = "Needed to rebuild it: the patients' values."


def _about(claim: DecisionClaim, other: PValueClaim | EffectClaim, context: Context) -> bool:
    if other.place != claim.place or getattr(other, "hypothesis", "superiority") != claim.hypothesis:
        return False
    return same_comparison(claim.comparison, other.comparison, context)


def same_comparison(first: str | None, second: str | None, context: Context) -> bool:
    """Whether two claims are of the same comparison of arms."""
    default = context.trial.contrast().id
    return (first or default) == (second or default)


def _excludes(of: EffectClaim, alpha: float) -> bool | None:
    """Whether an interval at the level of the statement excludes no difference; None where it says nothing."""
    null = null_of(of.measure)
    if of.limits is None or null is None or abs(1 - of.confidence - alpha) > 1e-9:
        return None
    lower, upper = sorted(of.limits, key=lambda limit: limit.value)
    if lower.low > null or upper.high < null:
        return True
    return False if lower.high < null < upper.low else None
