"""Checks of claims as they were read: what arithmetic says of each without knowing the trial.

An accusation is kept for what no analysis can explain: a percentage beside its own count, an estimate beside its own
limits. A total that is elsewhere may be of another analysis set, and a p-value of another test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from countback.audit.verdicts import Verdict
from countback.procedures.panel import conventional_p_values
from countback.procedures.summaries import p_range_from_interval
from countback.text.claim import IN_SPAN, Kind, ReadClaim
from countback.text.tokens import digits, value
from countback.trial.printed import Printed, parse, parse_p, prints_percent, rules_that_print

LARGEST_TOTAL = 10**7
SLACK = 20.0
"""How many times a printed p may differ from the one that an interval implies before it is worth a word: intervals and
tests of one article are often made by different methods."""


@dataclass(frozen=True)
class Checked:
    """What a check says of one claim.

    Attributes
    ----------
    verdict : Verdict
    because : str
    """

    verdict: Verdict
    because: str


def check(claim: ReadClaim) -> Checked:
    """Check one claim."""
    return _CHECKS.get(claim.kind, _nothing)(claim)


def _nothing(claim: ReadClaim) -> Checked:
    return Checked(Verdict.NOT_CHECKABLE, "nothing is beside it that it could be checked by")


def _count(text: str | None) -> int | None:
    if text is None:
        return None
    number = value(text)
    return int(number) if number == number and 0 <= number <= LARGEST_TOTAL and number == int(number) else None


def _printed(text: str) -> Printed | None:
    try:
        return parse(digits(text))
    except ValueError:
        return None


def _shown(events: int, total: int, percent: Printed) -> str:
    return f"{events}/{total} is {100 * events / total:.{percent.decimals + 1}f}%"


def _proportion(fields: dict[str, str], arm: str) -> tuple[str, str]:
    """Whether one arm's percentage is that of its count: ``fits``, ``off``, ``impossible`` or ``open``, and why."""
    events, total = _count(fields.get(f"events{arm}")), _count(fields.get(f"total{arm}"))
    percent = _printed(fields[f"percent{arm}"]) if f"percent{arm}" in fields else None
    if events is not None and total is not None and events > total:
        return "impossible", f"{events} events of {total}"
    if percent is None or total is None or total == 0:
        return "open", "a percentage with its count and total is not printed"
    if not 0 <= percent.value <= 100:
        return "open", f"{percent.text}% is not a proportion"
    if events is not None:
        return ("fits" if prints_percent(percent, events, total) else "off"), _shown(events, total, percent)
    nearest = int(percent.value * total / 100)
    fits = any(prints_percent(percent, e, total) for e in (nearest, nearest + 1) if e <= total)
    return ("fits" if fits else "off"), f"{'a' if fits else 'no'} whole number of {total} gives {percent.text}%"


def _fraction(claim: ReadClaim) -> Checked:
    state, why = _proportion(claim.fields, "")
    own = claim.fields.get("total_where") == IN_SPAN
    return _of_proportion(state, why, own, claim.fields.get("total"))


def _of_proportion(state: str, why: str, own: bool, total: str | None) -> Checked:
    if state == "fits":
        return Checked(Verdict.REPRODUCED, why)
    if state == "open":
        return Checked(Verdict.NOT_CHECKABLE, why)
    if own:
        return Checked(Verdict.INCONSISTENT, why)
    return Checked(Verdict.NOT_CHECKABLE, f"does not fit n={total} ({why}); another analysis set?")


def _two_arm(claim: ReadClaim) -> Checked:
    fields = claim.fields
    own = fields.get("total_where") == IN_SPAN
    states = [(_proportion(fields, f"_{arm}"), fields.get(f"total_{arm}")) for arm in (1, 2)]
    for (state, why), total in states:
        if state in ("off", "impossible"):
            return _of_proportion(state, why, own, total)
    counts = [_count(fields.get(f"{name}_{arm}")) for arm in (1, 2) for name in ("events", "total")]
    fits = all(state == "fits" for (state, _), _ in states)
    p = _p(fields.get("p"))
    if p is None or any(c is None for c in counts) or not all(counts[1::2]):
        why = "; ".join(why for (_, why), _ in states)
        return Checked(Verdict.REPRODUCED if fits else Verdict.NOT_CHECKABLE, why)
    cells = (counts[0] or 0, counts[1] or 0, counts[2] or 0, counts[3] or 0)
    return _p_of_counts(p, cells, own)


def _p(text: str | None) -> Printed | None:
    try:
        return None if text is None else parse_p(text.replace("·", "."))
    except ValueError:
        return None


def _p_of_counts(p: Printed, cells: tuple[int, int, int, int], own: bool) -> Checked:
    """A printed p beside the conventional tests on both arms' counts."""
    a, n1, b, n2 = cells
    values = [(test, number) for test, number in conventional_p_values(cells) if number == number]
    table = f"{a}/{n1} v {b}/{n2}"
    if not values:
        return Checked(Verdict.NOT_CHECKABLE, f"{table}: no test applies")
    matching = [test.name for test, number in values if rules_that_print(p, number)]
    if matching:
        kind = Verdict.REPRODUCED if p.relation == "=" else Verdict.COMPATIBLE
        return Checked(kind, f"{table}: {matching[0]} gives {p.text}")
    low, high = min(n for _, n in values), max(n for _, n in values)
    why = f"{table}: conventional tests give {low:.3g} to {high:.3g}, not {p.text}; another test, or adjusted?"
    return Checked(Verdict.NOT_REPRODUCED if own else Verdict.NOT_CHECKABLE, why)


def _interval(claim: ReadClaim) -> Checked:
    """An estimate beside its limits, and a p beside both."""
    fields = claim.fields
    numbers = [_printed(fields[name]) for name in ("estimate", "lower", "upper") if name in fields]
    if len(numbers) < 3 or any(n is None for n in numbers):
        return Checked(Verdict.NOT_CHECKABLE, "one limit alone, or none")
    estimate, lower, upper = (n for n in numbers if n is not None)
    if estimate.value < 0 < lower.value:  # limits printed without their sign, in either order
        estimate = parse(digits(fields["estimate"]).lstrip("-"))
    if lower.value < 0 and upper.value < 0 < estimate.value:  # "reduced by 47% (-65% to -20%)"
        estimate = parse("-" + digits(fields["estimate"]))
    low, high = sorted((lower, upper), key=lambda n: n.value)
    if not low.low <= estimate.high or not estimate.low <= high.high:
        return Checked(
            Verdict.INCONSISTENT, f"{fields['estimate']} lies outside {fields['lower']} to {fields['upper']}"
        )
    p, level = _p(fields.get("p")), _printed(fields["level"]) if "level" in fields else None
    if p is None or level is None or claim.kind is Kind.PROPORTION_CI or "efficacy" in fields.get("measure", ""):
        return Checked(Verdict.COMPATIBLE, "the estimate lies within its limits")
    return _p_of_interval(p, (estimate, low, high), float(level.value) / 100, claim.kind is Kind.RATIO_CI)


def _p_of_interval(p: Printed, numbers: tuple[Printed, Printed, Printed], level: float, ratio: bool) -> Checked:
    spans = [(float(n.low), float(n.high)) for n in numbers]
    if ratio and min(low for low, _ in spans) <= 0:
        return Checked(Verdict.COMPATIBLE, "the estimate lies within its limits")
    try:
        low, high = p_range_from_interval(spans[0], spans[1], spans[2], level=level, ratio=ratio)
    except ValueError:
        return Checked(Verdict.NOT_CHECKABLE, "limits that are equal as printed")
    bottom, top = (Fraction(0), p.value) if p.relation in ("<", "<=") else (p.low, p.high)
    if p.relation in (">", ">="):
        bottom, top = p.value, Fraction(1)
    if float(top) * SLACK >= low and float(bottom) <= high * SLACK:
        return Checked(Verdict.COMPATIBLE, "the estimate lies within its limits, and the p-value is of their size")
    return Checked(
        Verdict.NOT_CHECKABLE, f"the interval implies a p near {low:.2g}, not {p.text}; of another analysis?"
    )


_CHECKS: dict[Kind, Callable[[ReadClaim], Checked]] = {
    Kind.FRACTION_PERCENT: _fraction,
    Kind.TWO_ARM: _two_arm,
    Kind.RATIO_CI: _interval,
    Kind.DIFFERENCE_CI: _interval,
    Kind.PROPORTION_CI: _interval,
}
