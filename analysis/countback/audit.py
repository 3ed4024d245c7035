"""The audit: what can be said of each printed number, given the counts.

Each check takes a claim and the trial and returns a :class:`Finding`. A match never proves which procedure the
authors used, and a mismatch shows no fault: adjusted analyses, other analysis sets and slips of typing all look
alike from outside.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import singledispatch
from typing import Any

from countback import printed, trial
from countback.trial import Table, Trial

VERDICTS = {
    "given": "an input of the trial, in agreement with the others; there is nothing to rebuild",
    "reproduced": "the counts give the printed characters by a conventional way",
    "reproduced only by": "some other procedure prints it and no conventional one does",
    "not reproduced": "no procedure of the catalogue prints it",
    "inconsistent": "it contradicts another claim, or no count can give it",
    "not checkable": "what would be needed is not public",
}
"""Each verdict and what it means, in the order in which they are counted."""

FAILING = ("not reproduced", "inconsistent")
"""The verdicts that a strict audit does not let pass."""


@dataclass(frozen=True)
class Match:
    """One procedure's value beside a printed number.

    Attributes
    ----------
    procedure : str
        Key of the catalogue.
    name : str
        What the field calls it.
    sides : str or None
    conventional : bool
    value : float
        At full precision.
    rules : tuple of str
        The rounding rules under which it prints the same characters; empty where none does.
    """

    procedure: str
    name: str
    sides: str | None
    conventional: bool
    value: float
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What the audit says of one claim.

    Attributes
    ----------
    id, document, where, says, kind : str
        The claim.
    printed : str or None
        Its characters.
    verdict : str
        A key of :data:`VERDICTS`.
    because : str
        How the verdict came about, in one or two sentences.
    rebuilt : float or None
        The number that the counts give, at full precision.
    shown : str or None
        The rebuilt number with as many digits as are printed.
    matches : tuple of Match
        For a p-value: every procedure that prints it.
    conventional : tuple of Match
        For a p-value: the conventional two-sided tests, matching or not.
    nearest : Match or None
        For a p-value that nothing prints: the procedure that comes closest.
    decision : str or None
        On which side of alpha the printed claim stands.
    differs_under : tuple of str
        The conventional tests (keys) that stand on the other side.
    """

    id: str
    document: str
    where: str
    says: str
    kind: str
    printed: str | None
    verdict: str
    because: str
    rebuilt: float | None = None
    shown: str | None = None
    matches: tuple[Match, ...] = ()
    conventional: tuple[Match, ...] = ()
    nearest: Match | None = None
    decision: str | None = None
    differs_under: tuple[str, ...] = ()


@dataclass(frozen=True)
class Audit:
    """All findings on one trial.

    Attributes
    ----------
    trial : str
    alpha : float
    verdicts : dict
        How many claims have each verdict, none left out.
    findings : list of Finding
        In the order of the claims.
    """

    trial: str
    alpha: float
    findings: list[Finding]
    verdicts: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        counts = Counter(finding.verdict for finding in self.findings)
        object.__setattr__(self, "verdicts", {verdict: counts[verdict] for verdict in VERDICTS})

    @property
    def passes(self) -> bool:
        """Whether nothing is left that a strict audit stops at."""
        return not any(self.verdicts[verdict] for verdict in FAILING)

    def as_dict(self) -> dict[str, Any]:
        """Give the audit as plain data, ready for JSON."""
        return asdict(self)

    def as_rows(self) -> list[dict[str, Any]]:
        """Give one flat row a claim, ready for CSV."""
        return [
            {
                "id": f.id,
                "document": f.document,
                "where": f.where,
                "says": f.says,
                "kind": f.kind,
                "printed": f.printed,
                "rebuilt": f.rebuilt,
                "shown": f.shown,
                "verdict": f.verdict,
                "procedures": "; ".join(match.procedure for match in f.matches),
                "nearest": f.nearest.procedure if f.nearest else None,
                "decision": f.decision,
                "differs_under": "; ".join(f.differs_under),
                "because": f.because,
            }
            for f in self.findings
        ]


def audit(of: Trial, alpha: float | None = None) -> Audit:
    """Give every claim of a trial its verdict.

    Parameters
    ----------
    of : Trial
    alpha : float, optional
        Level of significance, between 0 and 1; the trial's own by default.

    Returns
    -------
    Audit
    """
    level = of.design.alpha if alpha is None else alpha
    claims = {claim.id: claim for claim in of.claims}
    return Audit(
        trial=of.design.id,
        alpha=level,
        findings=[
            _finding(claim, document.document, check(claim, of, level, claims))
            for document in of.documents
            for claim in document.claims
        ],
    )


def _finding(claim: trial.Claim, document: str, found: dict[str, Any]) -> Finding:
    text = getattr(claim, "printed", None)
    return Finding(claim.id, document, claim.where, claim.says, claim.kind, text, **found)


@singledispatch
def check(claim: Any, of: Trial, alpha: float, claims: Mapping[str, trial.Claim]) -> dict[str, Any]:
    """Judge one claim.

    Parameters
    ----------
    claim : Claim
    of : Trial
    alpha : float
    claims : mapping of str to Claim
        All claims by id.

    Returns
    -------
    dict
        The fields of :class:`Finding` that the check decides.
    """
    raise TypeError(f"no check for {type(claim).__name__}")


@check.register
def _(claim: trial.StatementClaim, of: Trial, alpha: float, claims: Mapping[str, trial.Claim]) -> dict[str, Any]:
    return {"verdict": "not checkable", "because": f"No public number backs it. Needed: {claim.needs}."}


@check.register
def _(claim: trial.DesignClaim, of: Trial, alpha: float, claims: Mapping[str, trial.Claim]) -> dict[str, Any]:
    value = trial.field(of.design, claim.field)
    if isinstance(value, str):
        agrees = value.strip() == claim.printed.strip()
    else:
        agrees = _number(claim) == value
    if not agrees:
        return {
            "verdict": "inconsistent",
            "because": f"trial.yml has {value} for {claim.field}, the {claim.where} prints {claim.printed}.",
        }
    found: dict[str, Any] = {"verdict": "given"}
    if not isinstance(value, str):
        found |= {"rebuilt": float(value), "shown": str(value)}
    checks = ["An input of the trial."]
    if claim.sum_of:
        parts = [_number(claims[other]) for other in claim.sum_of]
        terms, whole = " + ".join(str(p) for p in parts), _number(claim)
        if sum(parts) != whole:
            return {"verdict": "inconsistent", "because": f"{terms} is {sum(parts)}, not {whole}."}
        checks.append(f"It agrees with its parts: {terms} = {whole}.")
    if claim.multiple_of:
        parts = [_number(claims[other]) for other in claim.multiple_of]
        terms, whole = " + ".join(str(p) for p in parts), _number(claim)
        times = whole / sum(parts) if sum(parts) else Fraction(1, 2)
        if times.denominator != 1:
            return {"verdict": "inconsistent", "because": f"{whole} is no whole number of times {terms}."}
        checks.append(f"It holds {terms} = {sum(parts)} a whole number of times: {times}.")
    return found | {"because": " ".join(checks)}


def _number(claim: trial.Claim) -> Fraction:
    assert isinstance(claim, trial.DesignClaim)  # the loader lets no other claim be compared
    if claim.means is not None:
        return Fraction(claim.means)
    try:
        return printed.parse(claim.printed).value
    except ValueError:
        return Fraction(-1)  # words: equal to no number of a design


def _no_counts(needs: str) -> dict[str, Any]:
    return {"verdict": "not checkable", "because": f"The counts are not known. Needed: {needs}."}


@check.register
def _(claim: trial.FractionClaim, of: Trial, alpha: float, claims: Mapping[str, trial.Claim]) -> dict[str, Any]:
    count = of.count(claim.endpoint, claim.week, claim.arm)
    if count is None:
        return _no_counts("events and total of the arm")
    events, total = printed.parse_fraction(claim.printed)
    found = {"rebuilt": events / total, "shown": f"{count.events}/{count.total}"}
    if (events, total) != (count.events, count.total):
        return {
            **found,
            "verdict": "inconsistent",
            "because": f"The counts say {count.events} of {count.total} ({count.source}).",
        }
    return found | _from_count(claim, count, of)


@check.register
def _(claim: trial.CountClaim, of: Trial, alpha: float, claims: Mapping[str, trial.Claim]) -> dict[str, Any]:
    count = of.count(claim.endpoint, claim.week, claim.arm)
    if count is None:
        return _no_counts("the number of patients with the event")
    found = {"rebuilt": float(count.events), "shown": str(count.events)}
    if printed.parse(claim.printed).value != count.events:
        return {
            **found,
            "verdict": "inconsistent",
            "because": f"The counts say {count.events} of {count.total} ({count.source}).",
        }
    return found | _from_count(claim, count, of)


def _from_count(claim: trial.Claim, count: trial.Count, of: Trial) -> dict[str, Any]:
    """Judge a printed count that agrees: it is an input unless another document prints the same."""
    document = next(d.document for d in of.documents if claim in d.claims)
    if count.source.split(",")[0].strip().lower() == document.strip().lower():
        return {"verdict": "given", "because": f"An input: {count.events} of {count.total} is counted from here."}
    return {
        "verdict": "reproduced",
        "because": f"Counted independently: {count.events} of {count.total} ({count.source}).",
    }


@check.register
def _(claim: trial.PercentageClaim, of: Trial, alpha: float, claims: Mapping[str, trial.Claim]) -> dict[str, Any]:
    number = printed.parse(claim.printed)
    count = of.count(claim.endpoint, claim.week, claim.arm)
    if count is None:
        return _no_counts("events and total of the arm")
    value = Fraction(100 * count.events, count.total)
    shown = printed.rounded(value, number.decimals)
    found: dict[str, Any] = {"rebuilt": float(value), "shown": shown}
    randomised = of.arm(claim.arm).randomised
    rules = printed.rules_that_print(number, value)
    if rules:
        because = f"{count.events} of {count.total} prints {claim.printed}"
        because += "." if "half up" in rules else f" by {' or '.join(rules)}."
        if count.basis == "recovered":
            because += " " + _recovered(number, count, randomised)
        return found | {
            "verdict": "reproduced",
            "shown": printed.rounded(value, number.decimals, rules[0]),
            "because": because,
        }
    of_total = [e for e, _ in printed.counts_that_print(number, range(count.total, count.total + 1))]
    because = f"{count.events} of {count.total} is {shown}% ({count.basis}: {count.source})"
    if of_total:
        because += f"; {of_total[0]} of {count.total} would print {claim.printed}."
    else:
        others = sorted({n for _, n in printed.counts_that_print(number, range(1, randomised + 1))})
        totals = f"totals up to {randomised} that can: {', '.join(map(str, others))}" if others else ""
        because += f", and no count of {count.total} prints {claim.printed}; "
        because += f"{totals or f'nor does a count of any total up to {randomised}'}."
    return found | {"verdict": "inconsistent", "because": because}


def _recovered(number: printed.Printed, count: trial.Count, randomised: int) -> str:
    """Say how firmly the percentage fixes the count that was recovered from it."""
    others = [
        f"{events}/{total}"
        for events, total in printed.counts_that_print(number, range(1, randomised + 1))
        if (events, total) != (count.events, count.total)
    ]
    if not others:
        fixed = f"No other count of a total up to {randomised} does"
    else:
        fixed = f"So would {', '.join(others)}; the design decides for a total of {count.total}"
    return f"{fixed}. The count was recovered from the percentage: what is checked is that one exists."


def p_values(table: Table) -> list[tuple[Any, float]]:
    """Give the p-value of a 2x2 table under every test of the catalogue.

    Parameters
    ----------
    table : Table

    Returns
    -------
    list of (Procedure, float)
        In the catalogue's order; nan where a test does not apply.
    """
    from countback.procedures import catalogue  # here: most claims need no numerics

    tests = [procedure for procedure in catalogue.values() if procedure.kind == "test" and procedure.arms == 2]
    return [(procedure, float(procedure(*table.cells))) for procedure in tests]


@check.register
def _(claim: trial.PValueClaim, of: Trial, alpha: float, claims: Mapping[str, trial.Claim]) -> dict[str, Any]:
    table = of.table(claim.endpoint, claim.week)
    if table is None:
        return _no_counts("events and totals of both arms")
    number = printed.parse(claim.printed)
    values = [
        Match(t.key, t.name, t.sides, t.conventional, p, printed.rules_that_print(number, p))
        for t, p in p_values(table)
    ]
    matches = tuple(m for m in values if m.rules)
    conventional = tuple(m for m in values if m.conventional)
    accepted = [
        m for m in matches if (m.procedure == claim.procedure if claim.procedure else m.conventional)
    ]
    nearest = min(
        (m for m in values if math.isfinite(m.value)), key=lambda m: abs(m.value - float(number.value))
    )
    best = (accepted or sorted(matches, key=lambda m: m.sides != "two-sided") or [nearest])[0]
    found = {
        "rebuilt": best.value,
        "shown": _p_shown(number, best),
        "matches": matches,
        "conventional": conventional,
        **_decision(_side(number, alpha), conventional, alpha),
    }
    usual = ", ".join(f"{m.name} {printed.rounded(m.value, max(number.decimals, 3) + 1)}" for m in conventional)
    if accepted:
        named = " (the procedure that the article names)" if claim.procedure else ""
        ways = " and ".join(m.name for m in accepted)
        because = f"{ways} on {_cells(table)} prints {claim.printed}{named}. Conventional tests: {usual}."
        return found | {"verdict": "reproduced", "because": because}
    if matches:
        ways = ", ".join(m.name for m in matches)
        because = f"On {_cells(table)}, no conventional test prints {claim.printed} ({usual}). These do: {ways}."
        return found | {"verdict": "reproduced only by", "because": because}
    distance = abs(nearest.value - float(number.value))
    because = (
        f"On {_cells(table)}, no procedure prints {claim.printed} ({usual}). Nearest: {nearest.name} "
        f"{printed.rounded(nearest.value, number.decimals + 1)}, {distance:.2g} away."
    )
    return found | {"verdict": "not reproduced", "because": because, "nearest": nearest}


def _cells(table: Table) -> str:
    return f"{table.a}/{table.n1} v {table.b}/{table.n2}"


def _p_shown(number: printed.Printed, match: Match) -> str:
    if number.relation != "=":
        return number.text.strip() if match.rules else printed.rounded(match.value, number.decimals)
    return printed.rounded(match.value, number.decimals, (match.rules or printed.ROUNDINGS)[0])


def _side(number: printed.Printed, alpha: float) -> bool | None:
    """Tell whether a printed p is significant at alpha, or None where its characters leave that open."""
    level = printed.exact(alpha)
    if number.relation == "=":
        return number.value < level
    if number.relation in ("<", "<="):
        return True if number.value <= level else None
    return False if number.value >= level else None


def _decision(significant: bool | None, conventional: tuple[Match, ...], alpha: float) -> dict[str, Any]:
    if significant is None:
        return {"decision": f"open at {alpha:g}"}
    differs = tuple(m.procedure for m in conventional if (m.value < alpha) != significant)
    return {
        "decision": f"{'significant' if significant else 'not significant'} at {alpha:g}",
        "differs_under": differs,
    }


@check.register
def _(claim: trial.DecisionClaim, of: Trial, alpha: float, claims: Mapping[str, trial.Claim]) -> dict[str, Any]:
    table = of.table(claim.endpoint, claim.week)
    if table is None:
        return _no_counts("events and totals of both arms")
    conventional = tuple(
        Match(t.key, t.name, t.sides, True, p, ()) for t, p in p_values(table) if t.conventional
    )
    agree = [m for m in conventional if (m.value < alpha) == claim.significant]
    usual = ", ".join(f"{m.name} {printed.rounded(m.value, 4)}" for m in conventional)
    state = "below" if claim.significant else "not below"
    found = {
        "shown": claim.printed if agree else f"{'not ' if claim.significant else ''}significant",
        "conventional": conventional,
        **_decision(claim.significant, conventional, alpha),
    }
    if not agree:
        because = f"Under no conventional test is p {state} {alpha:g} ({usual})."
        return found | {"verdict": "not reproduced", "because": because}
    which = "every conventional test" if len(agree) == len(conventional) else " and ".join(m.name for m in agree)
    return found | {"verdict": "reproduced", "because": f"Under {which} p is {state} {alpha:g} ({usual})."}
