"""The verdict on each claim of a trial, given its counts.

Each check takes a claim and the trial and returns the fields of a :class:`Finding` that it decides. A match never
proves which procedure the authors used, and a mismatch shows no fault: adjusted analyses, other analysis sets and slips
of typing all look alike from outside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import singledispatch
from typing import Any

from countback.audit import attribution, consistency, estimates, means
from countback.audit.attribution import Cells
from countback.audit.finding import Audit, Finding, Match
from countback.trial import claims as kinds
from countback.trial import printed
from countback.trial.design import Count, field
from countback.trial.model import Trial
from countback.trial.printed import Printed


def audit(of: Trial, alpha: float | None = None) -> Audit:
    """Give every claim of a trial its verdict, and hold the claims against each other.

    Parameters
    ----------
    of : Trial
    alpha : float, optional
        Level of significance, between 0 and 1; the trial's own by default.

    Returns
    -------
    Audit
        A claim that contradicts another is `inconsistent`, whatever the counts say of it alone.
    """
    level = of.design.alpha if alpha is None else alpha
    claims = {claim.id: claim for claim in of.claims}
    findings = [
        _finding(claim, document.document, check(claim, of, level, claims))
        for document in of.documents
        for claim in document.claims
    ]
    checks = consistency.checks(of, level)
    against: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for one in checks:
        if one.state == "fails" and one.kind in consistency.CONTRADICTIONS:
            for claim_id in one.claims:
                against.setdefault(claim_id, []).append((one.because, one.claims))
    return Audit(
        trial=of.design.id,
        alpha=level,
        findings=[_contradicted(f, against[f.id]) if f.id in against else f for f in findings],
        checks=checks,
    )


def _contradicted(finding: Finding, against: list[tuple[str, tuple[str, ...]]]) -> Finding:
    others = {other for _, claims in against for other in claims if other != finding.id}
    because = " ".join([*(because for because, _ in against), finding.because])
    return replace(finding, verdict="inconsistent", because=because, contradicts=tuple(sorted(others)))


def _finding(claim: kinds.Claim, document: str, found: dict[str, Any]) -> Finding:
    text = getattr(claim, "printed", None)
    return Finding(claim.id, document, claim.where, claim.says, claim.kind, text, **found)


@singledispatch
def check(claim: Any, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
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
def _(claim: kinds.StatementClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
    return {"verdict": "not checkable", "because": f"No public number backs it. Needed: {claim.needs}."}


@check.register
def _(claim: kinds.DesignClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
    value = field(of.design, claim.field)
    said = claim.printed.strip() if isinstance(value, str) else _number(claim)
    if said != (value.strip() if isinstance(value, str) else value):
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


def _number(claim: kinds.Claim) -> Fraction:
    assert isinstance(claim, kinds.DesignClaim)  # the loader lets no other claim be compared
    if claim.means is not None:
        return Fraction(claim.means)
    try:
        return printed.parse(claim.printed).value
    except ValueError:
        return Fraction(-1)  # words: equal to no number of a design


def _no_counts(needs: str) -> dict[str, Any]:
    return {"verdict": "not checkable", "because": f"The counts are not known. Needed: {needs}."}


@check.register
def _(claim: kinds.FractionClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
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
def _(claim: kinds.CountClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
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


def _from_count(claim: kinds.Claim, count: Count, of: Trial) -> dict[str, Any]:
    """Judge a printed count that agrees: it is an input unless another document prints the same."""
    document = next(d.document for d in of.documents if claim in d.claims)
    if count.source.split(",")[0].strip().lower() == document.strip().lower():
        return {"verdict": "given", "because": f"An input: {count.events} of {count.total} is counted from here."}
    return {
        "verdict": "reproduced",
        "because": f"Counted independently: {count.events} of {count.total} ({count.source}).",
    }


@check.register
def _(claim: kinds.PercentageClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
    number = printed.parse(claim.printed)
    count = of.count(claim.endpoint, claim.week, claim.arm)
    randomised = of.arm(claim.arm).randomised
    if count is None:
        return _no_count(number, randomised)
    value = Fraction(100 * count.events, count.total)
    shown = printed.rounded(value, number.decimals)
    found: dict[str, Any] = {"rebuilt": float(value), "shown": shown}
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
    other_sets = [
        n for n in range(max(1, count.events), randomised + 1) if printed.prints_percent(number, count.events, n)
    ]
    if other_sets and count.basis == "printed" and count.events:
        because += (
            f"; of {_listed(other_sets)} it would be {claim.printed}. Another set of patients, or missing values, "
            "would explain that. Needed: the total behind the percentage."
        )
        return found | {"verdict": "not checkable", "because": because}
    if of_total:
        because += f"; {of_total[0]} of {count.total} would print {claim.printed}."
    else:
        others = sorted({n for _, n in printed.counts_that_print(number, range(1, randomised + 1))})
        totals = f"totals up to {randomised} that can: {_listed(others)}" if others else ""
        because += f", and no count of {count.total} prints {claim.printed}; "
        because += f"{totals or f'nor does a count of any total up to {randomised}'}."
    return found | {"verdict": "inconsistent", "because": because}


def _no_count(number: Printed, randomised: int) -> dict[str, Any]:
    """Judge a percentage without a count: say which counts it allows."""
    counts = [f"{events}/{total}" for events, total in printed.counts_that_print(number, range(1, randomised + 1))]
    found = _no_counts("events and total of the arm")
    if counts:
        found["because"] += f" With up to {randomised} patients, {_listed(counts)} would print it."
    else:
        found["because"] += f" No count of up to {randomised} patients prints it; an estimate from a model can."
    return found


def _listed(values: Sequence[object]) -> str:
    """Write a list out, the first few of a long one."""
    more = len(values) - 8
    return ", ".join(map(str, values[:8])) + (f" and {more} more" if more > 0 else "")


def _recovered(number: printed.Printed, count: Count, randomised: int) -> str:
    """Say how firmly the percentage fixes the count that was recovered from it."""
    others = [
        f"{events}/{total}"
        for events, total in printed.counts_that_print(number, range(1, randomised + 1))
        if (events, total) != (count.events, count.total)
    ]
    if not others:
        fixed = f"No other count of a total up to {randomised} does"
    else:
        fixed = f"So would {_listed(others)}; the design decides for a total of {count.total}"
    return f"{fixed}. The count was recovered from the percentage: what is checked is that one exists."


@check.register
def _(claim: kinds.PValueClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
    table = of.table(claim.endpoint, claim.week)
    if table is None:
        return _no_counts("events and totals of both arms")
    return p_value(printed.parse_p(claim.printed, alpha), table.cells, alpha, claim.procedure)


@check.register
def _(claim: kinds.ComparisonClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
    first, second = printed.parse_fraction(claim.first), printed.parse_fraction(claim.second)
    found = p_value(printed.parse_p(claim.printed, alpha), (*first, *second), alpha, claim.procedure)
    if claim.paired:
        low, high = attribution.paired_range(first[0], second[0], first[1])
        span = f"{low:.2g}" if f"{low:.2g}" == f"{high:.2g}" else f"between {low:.2g} and {high:.2g}"
        found["because"] += (
            " Both counts are of the same patients; a test for pairs (McNemar, exact) needs to know who changed, and "
            f"would give {span}."
        )
        found["possible"] = (low, high)
    return found


def p_value(number: Printed, cells: Cells, alpha: float, procedure: str | None = None) -> dict[str, Any]:
    """Judge a printed p-value against the counts of a 2x2 table.

    Parameters
    ----------
    number : Printed
    cells : (int, int, int, int)
        Events and total of the first arm, then of the second.
    alpha : float
    procedure : str, optional
        The test that the article names, as a key of the catalogue.

    Returns
    -------
    dict
        The fields of :class:`Finding` that follow.
    """
    exactly = number.relation == "="  # a relation such as <0.001 holds under dozens of tests: the slowest add nothing
    values = attribution.matched(number, cells, attribution.p_values(cells, unconditional=exactly))
    matches = tuple(m for m in values if m.rules)
    conventional = tuple(m for m in values if m.conventional)
    accepted = [m for m in matches if (m.procedure == procedure if procedure else m.conventional)]
    nearest = attribution.nearest(number, values)
    best = next(iter(accepted or sorted(matches, key=lambda m: m.sides != "two-sided")), nearest)
    if best is None or best.value is None:  # cannot be: some test gives a value for every table
        return _no_counts("a table to which a test applies")
    chance = attribution.coincidence(number, values)
    found = {
        "rebuilt": best.value,
        "shown": _p_shown(number, best),
        "table": cells,
        "matches": matches,
        "conventional": conventional,
        "coincidence": chance,
        **_decision(printed.significant(number, alpha), conventional, alpha),
    }
    usual = _usual(conventional, number.decimals)
    if accepted:
        named = " (the procedure that the article names)" if procedure else ""
        ways = " and ".join(m.name for m in accepted)
        verb = "prints" if len(accepted) == 1 else "print"
        because = f"{ways} on {_cells(cells)} {verb} {_text(number)}{_rule(number, accepted)}{named}. "
        because += f"Conventional tests: {usual}."
        return found | {"verdict": "reproduced", "because": because + _zero(number)}
    found["changes"] = attribution.changes(number, cells)
    small = _changes_text(found["changes"])
    if matches:
        ways = ", ".join(m.name for m in matches)
        because = f"On {_cells(cells)}, no conventional test prints {_text(number)} ({usual}). These do: {ways}."
        if chance is not None:
            because += (
                f" The {chance.tests} tests tried print {chance.hit} of the {chance.values} values from "
                f"{chance.lower} to {chance.upper}, so that a match may be chance."
            )
        return found | {"verdict": "reproduced only by", "because": because + small + _zero(number)}
    assert nearest is not None
    assert nearest.value is not None
    distance = abs(nearest.value - float(number.value))
    because = (
        f"On {_cells(cells)}, no procedure prints {_text(number)} ({usual}). Nearest: {nearest.name} "
        f"{printed.rounded(nearest.value, number.decimals + 1)}, {distance:.2g} away."
    )
    return found | {"verdict": "not reproduced", "because": because + small + _zero(number), "nearest": nearest}


def _usual(conventional: tuple[Match, ...], decimals: int) -> str:
    places = max(decimals, 3) + 1
    return ", ".join(f"{m.name} {_small(m.value, places)}" for m in conventional)


def _small(value: float | None, decimals: int) -> str:
    """Print a p-value; one that would print as 0 as below the last digit."""
    if value is None or math.isnan(value):
        return "gives no value"
    text = printed.rounded(value, decimals)
    return text if float(text) else f"<{printed.rounded(Fraction(1, 10**decimals), decimals)}"


def _rule(number: Printed, accepted: list[Match]) -> str:
    """Name the rule of rounding where it is not the usual one."""
    rules = {rule for match in accepted for rule in match.rules}
    return "" if "half up" in rules or number.relation != "=" else f" by {' or '.join(sorted(rules))}"


def _text(number: Printed) -> str:
    return number.text.strip()


def _zero(number: Printed) -> str:
    """Say what a printed zero stands for."""
    if number.relation != "=" or number.value != 0:
        return ""
    below = printed.rounded(Fraction(1, 10**number.decimals), number.decimals)
    return f" No p-value is 0: what is printed stands for any below {below}."


def _changes_text(changes: tuple[Any, ...]) -> str:
    if not changes:
        return ""
    ways = "; ".join(f"{c.what} ({_cells(c.table)}, {_names(c.tests)})" for c in changes)
    return f" A conventional test would print it with {ways}."


def _names(keys: tuple[str, ...]) -> str:
    return " and ".join({"p_pearson": "Pearson", "p_fisher_2s": "Fisher"}.get(key, key) for key in keys)


def _cells(cells: Cells) -> str:
    a, n1, b, n2 = cells
    return f"{a}/{n1} v {b}/{n2}"


def _p_shown(number: Printed, match: Match) -> str:
    value = match.value or 0.0
    if number.relation != "=":
        return _text(number) if match.rules else printed.rounded(value, max(number.decimals, 3))
    return printed.rounded(value, number.decimals, (match.rules or printed.ROUNDINGS)[0])


def _decision(significant: bool | None, conventional: tuple[Match, ...], alpha: float) -> dict[str, Any]:
    if significant is None:
        return {"decision": f"open at {alpha:g}"}
    known = [m for m in conventional if m.value is not None]
    differs = tuple(m.procedure for m in known if ((m.value or 0.0) < alpha) != significant)
    return {
        "decision": f"{'significant' if significant else 'not significant'} at {alpha:g}",
        "differs_under": differs,
        "decision_error": bool(known) and len(differs) == len(known),
    }


@check.register
def _(claim: kinds.DecisionClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
    table = of.table(claim.endpoint, claim.week)
    if table is None:
        return _no_counts("events and totals of both arms")
    conventional = tuple(
        Match(t.key, t.name, t.sides, True, None if math.isnan(p) else p, ())
        for t, p in attribution.conventional_p_values(table.cells)
    )
    agree = [m for m in conventional if m.value is not None and (m.value < alpha) == claim.significant]
    usual = _usual(conventional, 3)
    state = "below" if claim.significant else "not below"
    found = {
        "shown": claim.printed if agree else f"{'not ' if claim.significant else ''}significant",
        "table": table.cells,
        "conventional": conventional,
        **_decision(claim.significant, conventional, alpha),
    }
    if not agree:
        because = f"Under no conventional test is p {state} {alpha:g} ({usual})."
        return found | {"verdict": "not reproduced", "because": because}
    which = "every conventional test" if len(agree) == len(conventional) else " and ".join(m.name for m in agree)
    return found | {"verdict": "reproduced", "because": f"Under {which} p is {state} {alpha:g} ({usual})."}


@check.register
def _(claim: kinds.CellClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
    events, stated, percent = printed.parse_cell(claim.printed)
    total = stated or claim.total
    document = next(d for d in of.documents if claim in d.claims)
    return cell(events, total, percent, document.arms.get(claim.arm), of.arm(claim.arm).randomised)


def cell(
    events: int, total: int | None, percent: Printed | None, header: int | None, randomised: int
) -> dict[str, Any]:
    """Judge a count with its percentage.

    Parameters
    ----------
    events : int
    total : int or None
        Patients that the row itself states.
    percent : Printed or None
    header : int or None
        Patients that the table counts in this arm.
    randomised : int
        The largest total that makes sense.

    Returns
    -------
    dict
        Without a total of its own, a cell is inconsistent only if no total up to `randomised` fits.
    """
    largest = total or header or randomised
    if events > (total or randomised):
        there = total or randomised
        return {"verdict": "inconsistent", "because": f"{events} patients are more than the {there} there are."}
    if percent is None:
        because = f"An input: {events} of {largest}." if total or header else f"An input: {events}; no total is stated."
        return {"verdict": "given", "because": because, "rebuilt": float(events), "shown": str(events)}
    fits = [n for n in range(max(events, 1), randomised + 1) if printed.prints_percent(percent, events, n)]
    preferred = total or (header if header in fits else None) or (randomised if randomised in fits else None)
    chosen = preferred or (fits[0] if fits else largest)
    value = Fraction(100 * events, chosen)
    text = printed.rounded(value, percent.decimals)
    found: dict[str, Any] = {"rebuilt": float(value), "shown": f"{events} ({text})"}
    if chosen in fits or printed.prints_percent(percent, events, chosen):
        rules = printed.rules_that_print(percent, value)
        found["shown"] = f"{events} ({printed.rounded(value, percent.decimals, rules[0])})"
        because = f"{events} of {chosen} prints {percent.text}."
        if total is None and header is not None and chosen != header:
            whole = ", the number randomised" if chosen == randomised else ""
            because += (
                f" That takes a total of {chosen}{whole}; of the {header} that the table counts in this arm it would "
                f"be {printed.rounded(Fraction(100 * events, header), percent.decimals)}."
            )
        elif total is None and header is None and events:
            because += f" No total is stated; {_totals(fits)} would do."
        return found | {"verdict": "reproduced", "because": because}
    because = f"{events} of {chosen} is {text}%, not {percent.text}; "
    because += f"{_totals(fits)} would print it." if fits else f"no total up to {randomised} prints it."
    return found | {"verdict": "inconsistent", "because": because}


def _totals(totals: list[int]) -> str:
    """Write totals out, a long unbroken stretch by its ends."""
    if len(totals) > 2 and totals[-1] - totals[0] == len(totals) - 1:
        return f"a total from {totals[0]} to {totals[-1]}"
    return f"a total of {_listed(totals).replace(', ', ' or ')}"


@check.register
def _(claim: kinds.MeanClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
    return mean(*printed.parse_mean(claim.printed), claim.n, claim.whole_numbers)


def mean(value: Printed, sd: Printed, n: int, whole_numbers: bool | None) -> dict[str, Any]:
    """Judge a mean with its SD: only data of whole numbers leave something to check.

    Parameters
    ----------
    value, sd : Printed
    n : int
        Patients.
    whole_numbers : bool or None
        Whether the data are whole numbers; None where that is not stated, and then it decides nothing.
    """
    needs = "Needed to rebuild it: the patients' values."
    if whole_numbers is False:
        return {"verdict": "not checkable", "because": needs}
    if not means.grim(value, n):
        because = f"No {n} whole numbers average to {value.text} (GRIM)"
    elif n > 1 and not means.grimmer(value, sd, n):
        because = f"No {n} whole numbers have the mean {value.text} and the SD {sd.text} (GRIMMER)"
    else:
        shown = {"shown": f"{value.text}±{sd.text}"} if whole_numbers else {}
        because = f"Some {n} whole numbers have this mean and SD (GRIM, GRIMMER)."
        return {**shown, "verdict": "reproduced" if whole_numbers else "not checkable", "because": f"{because} {needs}"}
    if whole_numbers:
        return {"verdict": "inconsistent", "because": f"{because}, and the data are whole numbers."}
    return {
        "verdict": "not checkable",
        "because": f"{because}; whether the data are whole numbers is not stated. {needs}",
    }


@check.register
def _(claim: kinds.MeansClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
    first, second = printed.parse_mean(claim.first), printed.parse_mean(claim.second)
    number = printed.parse_p(claim.printed, alpha)
    groups = (*first, claim.first_n, *second, claim.second_n)
    spans = {test: means.possible_p(*groups, welch=test == "welch") for test in means.TESTS}
    named = [claim.procedure] if claim.procedure else list(means.TESTS)
    ways = [test for test in named if means.prints_within(number, *spans[test])]
    conventional = tuple(
        Match(f"t_{test}", means.TESTS[test], "two-sided", True, _middle(*span), ()) for test, span in spans.items()
    )
    inputs = "; ".join(f"{means.TESTS[test]} {_span(*span)}" for test, span in spans.items())
    known = [span for span in spans.values() if not math.isnan(span[0])]
    if not known:
        return {"verdict": "not checkable", "because": "With no spread in either arm there is no t test."}
    low, high = min(span[0] for span in known), max(span[1] for span in known)
    middle = (low + high) / 2
    found: dict[str, Any] = {
        "rebuilt": middle,
        "shown": printed.rounded(middle, max(number.decimals, 3)),
        "possible": (low, high),
        "conventional": conventional,
        **_decision(printed.significant(number, alpha), conventional, alpha),
    }
    if ways:
        names = " and ".join(means.TESTS[test] for test in ways)
        because = f"Means and SDs inside their rounding give {_text(number)} under {names} ({inputs})."
        return found | {"shown": _text(number), "verdict": "reproduced", "because": because}
    because = f"Means and SDs inside their rounding give other values: {inputs}."
    if not claim.procedure:
        because += (
            " The table does not say which test it is of; a test on ranks, or another set of patients, needs the data."
        )
    return found | {"verdict": "not reproduced", "because": because}


def _middle(low: float, high: float) -> float | None:
    return None if math.isnan(low) else (low + high) / 2


def _span(low: float, high: float) -> str:
    if math.isnan(low):
        return "no value"
    first, last = printed.rounded(low, 4), printed.rounded(high, 4)
    return first if first == last else f"{first} to {last}"


@check.register
def _(claim: kinds.EffectClaim, of: Trial, alpha: float, claims: Mapping[str, kinds.Claim]) -> dict[str, Any]:
    cells: Cells | None = None
    if claim.first is not None and claim.second is not None:
        cells = (*printed.parse_fraction(claim.first), *printed.parse_fraction(claim.second))
    elif claim.endpoint is not None:
        table = of.table(claim.endpoint, claim.week)
        cells = table.cells if table else None
    return effect(effect_of(claim, alpha), cells)


def effect_of(claim: kinds.EffectClaim, alpha: float) -> estimates.Effect:
    """Read what an effect claim prints."""
    return estimates.Effect(
        measure=claim.measure,
        estimate=printed.parse(claim.printed),
        lower=None if claim.lower is None else printed.parse(claim.lower),
        upper=None if claim.upper is None else printed.parse(claim.upper),
        level=claim.level,
        p=None if claim.p is None else printed.parse_p(claim.p, alpha),
        percent=claim.percent,
    )


def effect(of: estimates.Effect, cells: Cells | None) -> dict[str, Any]:
    """Judge an estimate with its interval, against itself and against counts where they are known.

    Parameters
    ----------
    of : Effect
    cells : (int, int, int, int) or None
    """
    said = list(estimates.contradictions(of))
    wrong = [because for _, state, because in said if state == "fails"]
    if wrong:
        return {"verdict": "inconsistent", "because": " ".join(wrong)}
    alone = " ".join(because for _, _, because in said)
    value = math.nan if cells is None else estimates.estimate_from(of, cells)
    if cells is None or math.isnan(value):
        needs = "the patients' times or values" if of.measure in ("HR", "MD") else "events and totals of both arms"
        return {"verdict": "not checkable", "because": f"{alone} Needed to rebuild it: {needs}.".strip()}
    shown = printed.rounded(value, of.estimate.decimals) if math.isfinite(value) else "no finite value"
    found: dict[str, Any] = {"rebuilt": value, "shown": shown, "table": cells}
    if not estimates.prints_estimate(of, value):
        because = f"{_cells(cells)} gives {of.measure} {shown}, not {of.estimate.text.strip()}; "
        because += "an adjusted estimate would differ."
        return found | {"verdict": "not reproduced", "because": f"{because} {alone}".strip()}
    found["shown"] = of.estimate.text.strip()
    intervals = estimates.intervals_from(of, cells)
    if not intervals:
        return found | {"verdict": "reproduced", "because": f"{_cells(cells)} prints it. {alone}".strip()}
    ways = tuple(match for match, _ in intervals if match.rules)
    if ways:
        names = ", ".join(match.name for match in ways)
        because = f"{_cells(cells)} prints the estimate, and these print both limits: {names}. {alone}"
        return found | {"verdict": "reproduced", "because": because.strip(), "matches": ways}
    assert of.lower is not None
    assert of.upper is not None
    lower, upper = float(of.lower.value), float(of.upper.value)
    near, limits = min(
        (one for one in intervals if all(map(math.isfinite, one[1]))),
        key=lambda one: abs(one[1][0] - lower) + abs(one[1][1] - upper),
        default=(None, (math.nan, math.nan)),
    )
    because = f"{_cells(cells)} prints the estimate, but no interval of the catalogue prints both limits."
    if near is not None:
        ends = [printed.rounded(x, n.decimals + 1) for x, n in zip(limits, (of.lower, of.upper), strict=True)]
        because += f" Nearest: {near.name}, {ends[0]} to {ends[1]}."
    return found | {"verdict": "not reproduced", "because": f"{because} {alone}".strip(), "nearest": near}
