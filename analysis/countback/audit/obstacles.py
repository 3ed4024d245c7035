"""What the counts of a trial cannot carry: analyses that were adjusted, designs whose patients are not independent.

Such a number is `not checkable`, whatever the counts give; their own value is shown beside it.
"""

from __future__ import annotations

from dataclasses import replace

from countback.audit.context import Context
from countback.audit.finding import Comparison, Judgement
from countback.audit.verdicts import Verdict
from countback.trial.claims import (
    CategoriesClaim,
    Claim,
    ComparisonClaim,
    DecisionClaim,
    EffectClaim,
    MeansClaim,
    PValueClaim,
)
from countback.trial.comparisons import UNCARRIED

_OfPlace = PValueClaim | DecisionClaim | EffectClaim
_WithAdjustment = _OfPlace | ComparisonClaim | MeansClaim | CategoriesClaim


def adjustment(adjusted: bool | str) -> str | None:
    """Sentence on how an analysis was adjusted; None for a crude one."""
    if not adjusted:
        return None
    how = "" if adjusted is True else f" ({adjusted})"
    return f"The analysis is not a crude one{how}: rebuilding it needs the patients' data."


def obstacle(claim: Claim, context: Context) -> str | None:
    """Why counts cannot carry what a claim says, in a sentence; None where they can."""
    if isinstance(claim, _WithAdjustment) and (reason := adjustment(claim.adjusted)):
        return reason
    if not isinstance(claim, _OfPlace) or claim.endpoint is None:
        return None
    design, endpoint = context.trial.design, context.trial.endpoint(claim.endpoint)
    if design.structure in UNCARRIED:
        return f"This is a {design.structure} trial: {UNCARRIED[design.structure]}."
    if endpoint.unit is not None:
        return (
            f"Counted are {endpoint.unit}, of which a patient can have several; counts do not say how alike these are."
        )
    if endpoint.type == "time to event" and isinstance(claim, PValueClaim):
        return "The endpoint is a time to an event: a test of it needs the patients' times."
    return None


def leniency(claim: Claim, context: Context) -> str | None:
    """Why a number that the counts do not give may still be right, in a sentence; None where nothing says so."""
    if isinstance(claim, _OfPlace) and claim.endpoint is not None and context.trial.design.structure == "factorial":
        return "In a factorial trial the other treatment is usually adjusted for, which needs the patients' data."
    return None


def beside(judged: Judgement, reason: str) -> Judgement:
    """Judgement on a number that the counts cannot carry: their crude value is kept beside the reason."""
    found = judged.comparison
    crude = ""
    if judged.verdict is not Verdict.NOT_CHECKABLE or (found is not None and found.table is not None):
        crude = f" Crude: {judged.because}"
    if found is not None:
        found = Comparison(found.table, found.matches, found.conventional)
    return replace(
        judged, verdict=Verdict.NOT_CHECKABLE, because=reason + crude, rounding=None, comparison=found, decision=None
    )


def spared(judged: Judgement, reason: str) -> Judgement:
    """Judgement without its accusation, for the reason given; any other is kept."""
    if not judged.verdict.fails:
        return judged
    because = f"{judged.because} {reason}"
    found = judged.comparison
    if found is not None:
        found = replace(found, changes=())
    return replace(judged, verdict=Verdict.NOT_CHECKABLE, because=because, comparison=found, decision=None)
