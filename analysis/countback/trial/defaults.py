"""What a folder may leave out, and what stands for it: words made from names, the only time, counts in claims."""

from __future__ import annotations

from typing import Any

from countback.trial.claim import ALL
from countback.trial.claims import (
    Claim,
    CountClaim,
    DecisionClaim,
    DesignClaim,
    Document,
    EffectClaim,
    FractionClaim,
    MeanClaim,
    MedianClaim,
    PercentageClaim,
    PValueClaim,
    RateClaim,
)
from countback.trial.design import Count, Design, Place, shown_time
from countback.trial.model import Trial

_OfArm = PercentageClaim | FractionClaim | CountClaim | RateClaim | MeanClaim | MedianClaim
_MEASURES = {
    "RR": "risk ratio", "OR": "odds ratio", "HR": "hazard ratio", "RD": "risk difference", "MD": "mean difference",
    "NNT": "number needed to treat", "IRR": "rate ratio", "SMD": "standardised mean difference",
    "GMR": "ratio of means", "HL": "difference of medians", "other": "estimate",
}  # fmt: skip
_HYPOTHESES = {"superiority": "", "noninferiority": " for non-inferiority", "equivalence": " for equivalence"}


def only_time(design: Design, endpoint: str) -> dict[str, Any]:
    """The time of an endpoint that has only one, as values of a claim or a count."""
    found = next((e for e in design.endpoints if e.id == endpoint), None)
    if found is None or len(found.time_points) != 1:
        return {}
    at = found.time_points[0]
    return {"week": at, "time": None} if isinstance(at, int) else {"week": None, "time": at}


def filled(document: Document, design: Design) -> Document:
    """Document whose claims all have a place in it, words and a time."""
    return document.model_copy(update={"claims": [_filled(claim, document, design) for claim in document.claims]})


def _filled(claim: Claim, document: Document, design: Design) -> Claim:
    found: dict[str, Any] = {}
    endpoint = getattr(claim, "endpoint", None)
    if endpoint is not None and not {"week", "time"} & claim.model_fields_set:
        found |= only_time(design, endpoint)
    if not claim.where:
        found["where"] = document.document
    timed: Claim = claim.model_copy(update=found) if found else claim
    return timed if claim.says else timed.model_copy(update={"says": _says(timed, design)})


def _says(claim: Claim, design: Design) -> str:
    """Words for a claim, from the names in trial.yml."""
    place = getattr(claim, "place", None)
    if isinstance(claim, DesignClaim):
        return claim.field.replace("_", " ").replace(".", ", ")
    if not isinstance(place, Place) or place.endpoint not in {e.id for e in design.endpoints}:
        return claim.id.replace("_", " ")
    what = _named(place, design)
    if isinstance(claim, _OfArm):
        names = {arm.id: arm.name for arm in design.arms}
        return f"{what}, {' and '.join(names.get(arm, arm) for arm in claim.arms) or 'all patients'}"
    if isinstance(claim, PValueClaim | DecisionClaim | EffectClaim):
        names = {c.id: c.name or c.id for c in design.comparisons} | {ALL: "all arms"}
        names = {arm.id: arm.name for arm in design.arms} | names
        of = f": {names.get(claim.comparison, claim.comparison)}" if claim.comparison else ""
        if isinstance(claim, EffectClaim):
            return f"{_MEASURES[claim.measure]} of {what}{of}"
        purpose = _HYPOTHESES[claim.hypothesis]
        return f"{'p-value' if isinstance(claim, PValueClaim) else 'statement'}{purpose} of {what}{of}"
    return claim.id.replace("_", " ")


def _named(place: Place, design: Design) -> str:
    name = next(e.name for e in design.endpoints if e.id == place.endpoint)
    sets = {one.id: one.name for one in design.analysis_sets}
    return ", ".join(part for part in (name, shown_time(place.time), sets.get(place.set or "", "")) if part)


def with_counts(trial: Trial) -> Trial:
    """Trial whose counts include those that claims print in full, where the folder has no row for them."""
    known = {(Place(c.endpoint, c.time_point, c.set), c.arm) for c in trial.counts}
    found: list[Count] = []
    for document in trial.documents:
        for claim in document.claims:
            events, total = _printed(claim)
            if events is None or total is None or not isinstance(claim, FractionClaim | PercentageClaim):
                continue
            arm = claim.arms[0] if claim.arms else None
            if len(claim.arms) > 1 or (claim.place, arm) in known:
                continue
            known.add((claim.place, arm))
            found.append(
                Count(
                    endpoint=claim.endpoint, week=claim.week, time=claim.time, set=claim.set, arm=arm, events=events,
                    total=total, basis="printed", document=document.document, place=claim.where,
                )
            )  # fmt: skip
    return trial.model_copy(update={"counts": [*trial.counts, *found]}) if found else trial


def _printed(claim: Claim) -> tuple[int | None, int | None]:
    """Events and total that a claim prints."""
    if isinstance(claim, FractionClaim):
        return claim.fraction
    if isinstance(claim, PercentageClaim):
        return claim.own or (None, None)
    return None, None
