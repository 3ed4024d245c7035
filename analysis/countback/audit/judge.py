"""The audit of a trial: every claim passed to the judge of its kind, and the claims compared with each other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from countback.audit import between, counts, design, effects, means, significance
from countback.audit.context import Context, known_values, rules_left
from countback.audit.finding import Audit, Check, Finding, Judgement, finding, subject
from countback.audit.neighbours import Place
from countback.audit.priors import USUAL, Priors
from countback.audit.supported import with_support
from countback.audit.verdicts import State, Verdict
from countback.trial import claims as kinds
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
    supported, procedures = with_support(judged, articles, level, priors, _places(of))
    return Audit(
        trial=of.design.id, alpha=level, findings=supported, checks=checks, priors=priors.name, procedures=procedures
    )  # fmt: skip


def _places(of: Trial) -> dict[str, Place]:
    """The totals that an article prints for each arm, and the tables of the trial."""
    found = {}
    for document in of.documents:
        arms = (of.experimental, of.control)
        totals = [
            (arm.randomised, *(c.total for c in of.counts if c.arm == arm.id), document.arms.get(arm.id))
            for arm in arms
        ]
        first, second = (tuple(dict.fromkeys(total for total in one if total)) for one in totals)
        tables = [of.table(count.endpoint, count.week) for count in of.counts]
        found[document.document] = Place(tuple(table.cells for table in tables if table), (first, second))
    return found


def _contradicted(of: Finding, against: list[Check]) -> Finding:
    others = {other for check in against for other in check.claims if other != of.id}
    because = " ".join([*(check.because for check in against), of.because])
    return replace(of, verdict=Verdict.INCONSISTENT, because=because, contradicts=tuple(sorted(others)))


def judge(claim: kinds.Claim, context: Context) -> Judgement:
    """Judge one claim by the judge of its kind."""
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
        case kinds.PValueClaim():
            return significance.p_value(claim, context)
        case kinds.ComparisonClaim():
            return significance.comparison(claim, context)
        case kinds.DecisionClaim():
            return significance.statement(claim, context)
        case kinds.MeanClaim():
            return means.mean(claim, context)
        case kinds.MeansClaim():
            return means.p_of_means(claim, context)
        case kinds.EffectClaim():
            return effects.effect(claim, context)
