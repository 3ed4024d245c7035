"""One verdict explained: in words and numbers, how it came about."""

from __future__ import annotations

from fractions import Fraction

from countback.audit import attribution
from countback.audit.evidence import Match, number
from countback.audit.finding import Audit, Check, Finding
from countback.audit.priors import SETS
from countback.audit.report import one_line
from countback.audit.verdicts import Verdict
from countback.procedures import panel
from countback.trial import printed

SETS_SAID = "; ".join(f"{priors.name} ({priors.says})" for priors in SETS.values()) + "."
"""The sets of assumptions that are compared."""


def explain(audit: Audit, claim: str) -> str:
    """Explanation in words and numbers of how one verdict came about.

    Parameters
    ----------
    audit : Audit
    claim : str
        The claim's id.

    Raises
    ------
    KeyError
        If there is no such claim.
    """
    f = audit.finding(claim)
    about = [check for check in audit.checks if claim in check.claims]
    parts = [
        _heading(f),
        f"{f.verdict.capitalize()}: {f.verdict.meaning}.\n{one_line(f.because)}",
        _printed_range(f, audit.alpha),
        _counts(f),
        _possible(f),
        _tests(f, audit.alpha),
        _chance(f),
        _support(f, audit),
        _changes(f),
        _decision(f),
        _checks(about),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(f: Finding) -> str:
    number = f'"{one_line(f.printed)}"' if f.printed else "no number"
    return f"{one_line(f.id)}: {one_line(f.says)}\nprinted: {number} ({one_line(f.document)}, {one_line(f.where)})"


def _printed_range(f: Finding, alpha: float) -> str:
    try:
        number = printed.parse_p(f.printed or "", alpha) if f.table else printed.parse(f.printed or "")
    except ValueError:
        return ""
    if f.kind not in ("p_value", "comparison", "means", "percentage", "effect"):
        return ""
    if number.relation != "=":
        return f"It stands for every value {number.relation} {float(number.value):g}."
    unit, half = Fraction(1, 10**number.decimals), Fraction(1, 2 * 10**number.decimals)
    ends = [
        printed.rounded(x, number.decimals + 1) for x in (number.value - half, number.value + half, number.value + unit)
    ]
    own = printed.rounded(number.value, number.decimals)
    return f"It stands for {ends[0]} to {ends[1]} if it was rounded, for {own} to {ends[2]} if it was cut off."


def _counts(f: Finding) -> str:
    if f.table is None:
        return ""
    a, n1, b, n2 = f.table
    return f"Counts: {a} of {n1} ({_rate(a, n1)}) against {b} of {n2} ({_rate(b, n2)})."


def _rate(events: int, total: int) -> str:
    return f"{100 * events / total:.2f}%"


def _possible(f: Finding) -> str:
    if f.possible is None:
        return ""
    low, high = f.possible
    what = "Tests for pairs" if f.kind == "comparison" else "The printed inputs"
    return f"{what} leave {low:.4g} to {high:.4g} possible."


def _tests(f: Finding, alpha: float) -> str:
    if f.table is None or f.kind not in ("p_value", "comparison", "decision"):
        return ""
    try:
        number = printed.parse_p(f.printed or "", alpha)
    except ValueError:
        number = None
    values = panel.p_values(f.table, unconditional=number is None or number.relation == "=")
    rows = (
        attribution.matched(number, f.table, values)
        if number
        else [Match(t.key, t.name, t.sides, t.conventional, p, ()) for t, p in values]
    )
    width = max(len(m.name) for m in rows)
    lines = ["Every test of the catalogue (* conventional):"]
    for m in rows:
        value = "not tried" if m.value is None else f"{m.value:.6f}"
        rules = f"  gives it ({', '.join(m.rules)})" if m.rules and number else ""
        lines.append(f"  {'*' if m.conventional else ' '} {m.name.ljust(width)}  {value}{rules}")
    return "\n".join(lines)


def _chance(f: Finding) -> str:
    if f.coincidence is None:
        return ""
    c = f.coincidence
    return (
        f"How much a match means: of the {c.values} other values that could be printed from {c.lower} to {c.upper}, "
        f"these {c.tests} tests give {c.hit} ({c.share:.0%}), the conventional ones {c.hit_by_conventional}."
    )


def _support(f: Finding, audit: Audit) -> str:
    if f.support is None:
        return ""
    told = next((one for one in audit.procedures if one.article == f.document), None)
    lines = [f"{f.support.words} {f.support.strength.meaning.capitalize()}.", f"Assumed: {SETS_SAID}"]
    if told is not None and not told.named:
        lines.append(f"With {told.p_values} p-values of the article, no procedure is named: they say little of it.")
    if f.support.neighbours:
        lines.append(f"If it does not follow from the counts, of {f.support.tried} neighbours tried:")
        lines += [f"  {number(one.probability)}  {one.cause}: {one.what}" for one in f.support.neighbours]
    return "\n".join(lines)


def _changes(f: Finding) -> str:
    if (
        f.verdict in (Verdict.REPRODUCED, Verdict.COMPATIBLE)
        or f.kind not in ("p_value", "comparison")
        or f.table is None
    ):
        return ""
    if not f.changes:
        return "No change of one count or one total by one makes a conventional test give it."
    lines = [
        f"  {c.what}: {c.table[0]}/{c.table[1]} v {c.table[2]}/{c.table[3]} ({', '.join(c.tests)})" for c in f.changes
    ]
    return "\n".join(["A conventional test would give it with", *lines])


def _decision(f: Finding) -> str:
    if f.decision is None:
        return ""
    if not f.differs_under:
        return f"Printed as {f.decision}; no conventional test lies on the other side."
    which = "every conventional test lies" if f.decision_error else "these conventional tests lie"
    return f"Printed as {f.decision}; {which} on the other side: {', '.join(f.differs_under)}."


def _checks(about: list[Check]) -> str:
    return "\n".join(f"Check, {check.kind}: {check.state}. {one_line(check.because)}" for check in about)
