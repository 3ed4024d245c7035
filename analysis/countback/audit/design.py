"""Judges of inputs and statements: what can only be compared with other inputs, or not at all."""

from __future__ import annotations

from fractions import Fraction

from countback.audit.context import Context
from countback.audit.finding import Judgement
from countback.audit.verdicts import Verdict
from countback.trial import printed
from countback.trial.claims import Claim, DesignClaim, StatementClaim
from countback.trial.design import field


def statement(claim: StatementClaim, context: Context) -> Judgement:
    """Judge a statement that no public number backs."""
    return Judgement(Verdict.NOT_CHECKABLE, f"No public number backs it. Needed: {claim.needs}.")


def design(claim: DesignClaim, context: Context) -> Judgement:
    """Judge a number or words of the design by the trial's own and by the claims that it must fit."""
    value = field(context.trial.design, claim.field)
    if value is None:
        return Judgement(Verdict.GIVEN, f"An input; trial.yml has no {claim.field}.")
    said = claim.printed.strip() if isinstance(value, str) else _number(claim)
    if said != (value.strip() if isinstance(value, str) else value):
        because = f"trial.yml has {value} for {claim.field}, the {claim.where} prints {claim.printed}."
        return Judgement(Verdict.INCONSISTENT, because)
    agrees = ["An input of the trial."]
    if claim.sum_of:
        parts, whole = [_number(context.claims[other]) for other in claim.sum_of], _number(claim)
        terms = " + ".join(str(p) for p in parts)
        if sum(parts) != whole:
            return Judgement(Verdict.INCONSISTENT, f"{terms} is {sum(parts)}, not {whole}.")
        agrees.append(f"It agrees with its parts: {terms} = {whole}.")
    if claim.multiple_of:
        parts, whole = [_number(context.claims[other]) for other in claim.multiple_of], _number(claim)
        terms = " + ".join(str(p) for p in parts)
        times = whole / sum(parts) if sum(parts) else Fraction(1, 2)
        if times.denominator != 1:
            return Judgement(Verdict.INCONSISTENT, f"{whole} is not a whole number of times {terms}.")
        agrees.append(f"It contains {terms} = {sum(parts)} a whole number of times: {times}.")
    if isinstance(value, str):
        return Judgement(Verdict.GIVEN, " ".join(agrees))
    return Judgement(Verdict.GIVEN, " ".join(agrees), float(value), str(value))


def _number(claim: Claim) -> Fraction:
    assert isinstance(claim, DesignClaim)  # the loader lets no other claim be compared
    if claim.means is not None:
        return Fraction(claim.means)
    try:
        return printed.parse_count(claim.printed).value
    except ValueError:
        pass
    try:
        return printed.parse(claim.printed).value
    except ValueError:
        return Fraction(-1)  # words: equal to no number of a design
