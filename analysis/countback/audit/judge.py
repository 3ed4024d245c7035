"""The audit of a trial: every claim passed to the judge of its kind, and the claims compared with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from countback.audit import (
    between,
    categories,
    counts,
    decisions,
    design,
    effects,
    margin,
    means,
    measurements,
    obstacles,
    rates,
    significance,
)  # fmt: skip
from countback.audit.context import Context, known_values, rules_left
from countback.audit.finding import Audit, Check, Finding, Judgement, finding, subject
from countback.audit.neighbours import Surroundings
from countback.audit.priors import USUAL, Priors
from countback.audit.supported import with_support
from countback.audit.verdicts import State, Verdict
from countback.trial import claims as kinds
from countback.trial.claim import ALL
from countback.trial.design import Place
from countback.trial.model import Trial


def audit(of: Trial, alpha: float | None = None, priors: Priors = USUAL) -> Audit:
    """Judge every claim of a trial, and compare the claims with each other.

    Parameters
    ----------
    of : Trial
    alpha : float, optional
        Level of significance, between 0 and 1; the trial's own by default.
    priors : Priors
        What is assumed of reports, for the support of p-values.

    Returns
    -------
    Audit
        A claim that contradicts another is ``inconsistent``, whatever the counts say of it alone.
    """
    level = of.design.alpha if alpha is None else alpha
    claims = {claim.id: claim for claim in of.claims}
    findings = []
    for document in of.documents:
        context = Context(of, document, level, claims, rules_left(known_values(document, of)))
        findings += [finding(subject(claim, document.document), judge(claim, context)) for claim in document.claims]
    checks = between.checks(of, level, {one.id: one.verdict for one in findings})
    against: dict[str, list[Check]] = defaultdict(list)
    for one in checks:
        if one.state is State.FAILS and one.kind in between.CONTRADICTIONS:
            for claim_id in one.claims:
                against[claim_id].append(one)
    judged = [_contradicted(f, against[f.id]) if f.id in against else f for f in findings]
    articles = [f.document for f in judged]
    supported, procedures = with_support(judged, articles, level, priors, _surroundings(of))
    return Audit(
        trial=of.design.id, alpha=level, findings=supported, checks=checks, priors=priors.name, procedures=procedures
    )  # fmt: skip


def _surroundings(of: Trial) -> dict[str, Surroundings]:
    """The tables of the trial, and the totals that each document prints for the arms."""
    places = dict.fromkeys(Place(c.endpoint, c.time_point, c.set) for c in of.counts)
    pairs = [
        (of.counted(place, contrast.first), of.counted(place, contrast.second))
        for contrast in of.contrasts
        for place in places
    ]
    tables = [(a.events, a.total, b.events, b.total) for a, b in pairs if a is not None and b is not None]
    first = dict.fromkeys(arm for contrast in of.contrasts for arm in contrast.first)
    second = dict.fromkeys(arm for contrast in of.contrasts for arm in contrast.second)
    randomised = {arm.id: arm.randomised for arm in of.design.arms}

    def totals(arms: Iterable[str], header: Mapping[str, int]) -> tuple[int, ...]:
        known = [size for arm in arms for size in (randomised.get(arm), header.get(arm))]
        return tuple(size for size in known if size)

    found = {}
    for document in of.documents:
        sides = totals(first, document.arms), totals(second, document.arms)
        found[document.document] = Surroundings.among(tables, sides)
    return found


def _contradicted(of: Finding, against: list[Check]) -> Finding:
    others = {other for check in against for other in check.claims if other != of.id}
    because = " ".join([*(check.because for check in against), of.because])
    return replace(of, verdict=Verdict.INCONSISTENT, because=because, contradicts=tuple(sorted(others)))


def judge(claim: kinds.Claim, context: Context) -> Judgement:
    """Judge one claim by the judge of its kind, and spare it where counts cannot carry what it says."""
    judged = _by_kind(claim, context)
    if isinstance(claim, kinds.EffectClaim):
        return judged  # it asks for obstacles itself: what it says against itself remains
    reason = obstacles.obstacle(claim, context)
    if (
        isinstance(claim, kinds.PValueClaim | kinds.DecisionClaim)
        and claim.hypothesis != "superiority"
        and margin.estimates(claim, context)
    ):
        return judged  # the printed interval decides, however it was worked out
    if reason is not None:
        return obstacles.beside(judged, reason)
    lenient = obstacles.leniency(claim, context)
    return judged if lenient is None else obstacles.spared(judged, lenient)


def _by_kind(claim: kinds.Claim, context: Context) -> Judgement:
    match claim:
        case kinds.StatementClaim():
            return design.statement(claim, context)
        case kinds.DesignClaim():
            return design.design(claim, context)
        case kinds.FractionClaim():
            return counts.fraction(claim, context)
        case kinds.CountClaim():
            return counts.number_of_patients(claim, context)
        case kinds.PercentageClaim():
            return counts.percentage(claim, context)
        case kinds.CellClaim():
            return counts.cell(claim, context)
        case kinds.RateClaim():
            return rates.rate(claim, context)
        case kinds.PValueClaim():
            return _p_value(claim, context)
        case kinds.ComparisonClaim():
            return significance.comparison(claim, context)
        case kinds.CategoriesClaim():
            return categories.categories(claim, context)
        case kinds.DecisionClaim():
            return _decision(claim, context)
        case kinds.MeanClaim():
            return means.mean(claim, context)
        case kinds.MedianClaim():
            return means.median(claim, context)
        case kinds.MeansClaim():
            return means.p_of_means(claim, context)
        case kinds.EffectClaim():
            return effects.effect(claim, context)


def _p_value(claim: kinds.PValueClaim, context: Context) -> Judgement:
    """Judge a p-value by what its endpoint is."""
    kind = context.trial.endpoint(claim.endpoint).type
    if claim.hypothesis != "superiority":
        return margin.p_value(claim, context, obstacles.obstacle(claim, context) is None)
    if kind in ("continuous", "ordered"):
        return measurements.p_value(claim, context)
    if kind == "rate":
        return rates.p_value(claim, context)
    if claim.comparison == ALL:
        return categories.p_of_all_arms(claim, context)
    return significance.p_value(claim, context)


def _decision(claim: kinds.DecisionClaim, context: Context) -> Judgement:
    """Judge a statement by what was tested, and what its endpoint is."""
    if claim.hypothesis != "superiority":
        return margin.decision(claim, context)
    if context.trial.endpoint(claim.endpoint).type != "binary":
        return decisions.by_print(claim, context)
    if claim.comparison == ALL:
        return categories.decision_of_all_arms(claim, context)
    return significance.statement(claim, context)
