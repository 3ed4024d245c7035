"""Judges of counts and percentages: fractions, numbers of patients, percentages, cells of tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from countback.audit.context import CUT_OFF, Context, by_rule, needed_rule
from countback.audit.finding import Judgement
from countback.audit.verdicts import Verdict
from countback.trial import printed
from countback.trial.candidates import stated_total
from countback.trial.claims import CellClaim, CountClaim, FractionClaim, PercentageClaim
from countback.trial.design import Count
from countback.trial.printed import ROUNDINGS, Printed


def unknown_counts(needs: str) -> Judgement:
    """Judgement where the counts are not public."""
    return Judgement(Verdict.NOT_CHECKABLE, f"The counts are not known. Needed: {needs}.")


def fraction(claim: FractionClaim, context: Context) -> Judgement:
    """Judge events of total against the trial's counts, and against a percentage printed beside them."""
    events, total = claim.fraction
    if claim.percent is not None:
        beside = count_with_percentage(events, claim.percent, Totals(total, None, total), context.rules)
        if beside.verdict.fails:
            return beside
    count = context.trial.counted(claim.place, claim.arms)
    if count is None:
        because = f"An input: {events} of {total}; no other number of the folder is of the same patients."
        return Judgement(Verdict.GIVEN, because, events / total, f"{events}/{total}")
    agrees = (events, total) == (count.events, count.total)
    if not agrees and len(claim.arms) != 1 and total != count.total:
        return _another_total(f"{events} of {total}", count)
    return _counted(agrees, count, context, events / total, f"{count.events}/{count.total}")


def _another_total(printed_count: str, count: Count) -> Judgement:
    """Judgement on a number of the whole trial whose total is not that of its arms."""
    because = f"{printed_count} are of another total than the arms' {count.events} of {count.total}."
    return Judgement(Verdict.NOT_CHECKABLE, f"{because} Needed: which patients were left out.")


def number_of_patients(claim: CountClaim, context: Context) -> Judgement:
    """Judge a number of patients against the trial's counts."""
    count = context.trial.counted(claim.place, claim.arms)
    if count is None:
        events = int(claim.number.value)
        largest = claim.total or context.trial.largest(claim.arms)
        if largest is not None and events > largest and context.trial.endpoint(claim.endpoint).unit is None:
            return Judgement(Verdict.INCONSISTENT, f"{events} patients exceed the total of {largest}.")
        total = f" of {claim.total}" if claim.total else "; no total is stated"
        return Judgement(Verdict.GIVEN, f"An input: {events}{total}.", float(events), str(events))
    return _counted(claim.number.value == count.events, count, context, float(count.events), str(count.events))


def _counted(agrees: bool, count: Count, context: Context, rebuilt: float, shown: str) -> Judgement:
    """Judge a printed count: an input where it is the very one, reproduced where another document prints the same."""
    counted = f"{count.events} of {count.total}"
    if not agrees and count.basis == "chosen":
        because = f"The folder has {counted}, whose total was chosen among several: choose the printed one."
        return Judgement(Verdict.NOT_CHECKABLE, because, rebuilt, shown)
    if not agrees:
        because = f"The trial's counts are {counted} ({count.cited})."
        return Judgement(Verdict.INCONSISTENT, because, rebuilt, shown)
    if count.document == context.document.document:
        return Judgement(Verdict.GIVEN, f"An input: {counted} is counted from here.", rebuilt, shown)
    way = "printed in" if count.basis == "printed" else "recovered from a percentage in"
    because = f"{counted}, {way} {count.document} too ({count.place})."
    return Judgement(Verdict.REPRODUCED, because[0].upper() + because[1:], rebuilt, shown)


def percentage(claim: PercentageClaim, context: Context) -> Judgement:
    """Judge a percentage of one arm, of several, or of the whole trial."""
    number = claim.number
    count = context.trial.counted(claim.place, claim.arms)
    if claim.adjusted:
        how = "" if claim.adjusted is True else f" ({claim.adjusted})"
        crude = f" Crude: {_percent_of(count, number)}." if count is not None else ""
        because = f"It is an estimate from a model{how}, no proportion of patients.{crude} Needed: the patients' data."
        return Judgement(Verdict.NOT_CHECKABLE, because)
    events, own, _ = claim.cell
    if events is not None:
        return _with_its_count(claim, events, own or claim.total, count, context)
    if count is None:
        return _without_count(claim, context)
    value = Fraction(100 * count.events, count.total)
    rules = tuple(rule for rule in printed.rules_that_print(number, value) if rule in context.rules)
    if not rules:
        return _spared_percentage(
            claim, _other_percentage(number, count, context.largest(claim.arms), context), context
        )
    rule = needed_rule(rules)
    because = f"{count.events} of {count.total} gives {claim.printed}{by_rule(rule)}."
    verdict = Verdict.REPRODUCED
    if count.basis != "printed":
        verdict = Verdict.POSSIBLE
        because += " " + _recovered(number, count, max(context.largest(claim.arms), count.total))
    return Judgement(verdict, because, float(value), printed.rounded(value, number.decimals, rules[0]), rule)


def _percent_of(count: Count, number: Printed) -> str:
    value = Fraction(100 * count.events, count.total)
    return f"{count.events} of {count.total} is {printed.rounded(value, number.decimals)}%"


def _with_its_count(
    claim: PercentageClaim, events: int, own: int | None, count: Count | None, context: Context
) -> Judgement:
    """Judge a percentage that is printed with its count."""
    totals = Totals(own, stated_total(context.trial, claim.place, claim.arms), own or context.largest(claim.arms))
    judged = count_with_percentage(events, claim.number, totals, context.rules)
    if count is None or judged.verdict.fails or (count.events == events and own in (None, count.total)):
        return judged
    counted = f"{events} of {own}" if own else f"{events}"
    if len(claim.arms) != 1:
        return _another_total(counted, count)
    return _counted(False, count, context, 100 * count.events / count.total, f"{count.events}/{count.total}")


def _spared_percentage(claim: PercentageClaim, judged: Judgement, context: Context) -> Judgement:
    """Judgement without an accusation where the percentage may be no proportion, or the total was chosen."""
    count = context.trial.counted(claim.place, claim.arms)
    reasons = []
    if context.trial.endpoint(claim.endpoint).type == "time to event":
        reasons.append("Of a time to an event, percentages are often estimates (Kaplan-Meier), which need the times.")
    if count is not None and count.basis == "chosen":
        reasons.append("The count's total was chosen; another would explain it.")
    if context.trial.largest(claim.arms) is None and judged.verdict is Verdict.INCONSISTENT:
        reasons.append("How many patients there were is not known.")
    if len(claim.arms) != 1:
        reasons.append("Its total may be another than that of the arms.")
    if not reasons or not judged.verdict.fails:
        return judged
    return replace(judged, verdict=Verdict.NOT_CHECKABLE, because=" ".join([judged.because, *reasons]))


def _without_count(claim: PercentageClaim, context: Context) -> Judgement:
    """Judge a percentage without a count by the counts that it allows."""
    number, largest = claim.number, context.largest(claim.arms)
    needs = "Needed: events and total."
    if context.trial.endpoint(claim.endpoint).type == "time to event":
        because = (
            "Of a time to an event, percentages are estimates (Kaplan-Meier) unless they are printed with a count."
        )
        return Judgement(Verdict.NOT_CHECKABLE, f"{because} Needed: the patients' times.")
    total = claim.total or stated_total(context.trial, claim.place, claim.arms)
    if total is not None:
        events = printed.events_that_print(number, total)
        if events:
            which = f"{events[0]}" if len(events) == 1 else f"{events[0]} to {events[-1]}"
            return Judgement(Verdict.POSSIBLE, f"{which} of {total} gives {number.text.strip()}. {needs}")
        largest = total
    counts = _counts_in_words(number, largest)
    if counts:
        of = f"no count of {total} gives it, but " if total is not None else ""
        because = f"The count is not printed. With up to {largest} patients, {of}{counts} would give it. {needs}"
        return Judgement(Verdict.POSSIBLE, because)
    because = f"No count of up to {largest} patients gives it; an estimate from a model can. {needs}"
    return Judgement(Verdict.NOT_CHECKABLE, because)


def _other_percentage(number: Printed, count: Count, randomised: int, context: Context) -> Judgement:
    """Judge a percentage that its count does not give."""
    value = Fraction(100 * count.events, count.total)
    shown = printed.rounded(value, number.decimals)
    because = f"{count.events} of {count.total} is {shown}% ({count.basis}: {count.cited})"

    def judged(verdict: Verdict, because: str) -> Judgement:
        return Judgement(verdict, because, float(value), shown)

    if printed.rules_that_print(number, value) == (CUT_OFF,) and CUT_OFF not in context.rules:
        return judged(Verdict.NOT_REPRODUCED, f"{because}. {_cut_off_alone(number)}")
    others = printed.totals_that_print(number, count.events, randomised)
    if others and count.basis == "printed" and count.events:
        because += f"; of {_totals_in_words(others).removeprefix('a total of ')} it would be {number.text.strip()}. "
        because += "Another set of patients, or missing values, would explain that. Needed: the total behind it."
        return judged(Verdict.NOT_CHECKABLE, because)
    of_total = printed.events_that_print(number, count.total)
    if of_total:
        because += f"; {of_total[0]} of {count.total} would give {number.text.strip()}."
    else:
        fits = _counts_in_words(number, randomised)
        because += f", and no count of {count.total} gives {number.text.strip()}; "
        because += f"these would: {fits}." if fits else f"nor does a count of any total up to {randomised}."
    return judged(Verdict.INCONSISTENT, because)


def _cut_off_alone(number: Printed) -> str:
    return (
        f"Cut off instead of rounded it would be {number.text.strip()}, but other numbers of the document are rounded."
    )


def _recovered(number: Printed, count: Count, randomised: int) -> str:
    """How firmly the percentage fixes the count that was recovered from it."""
    others = _counts_in_words(number, randomised, but=(count.events, count.total))
    if not others:
        fixed = f"No other count of a total up to {randomised} does"
    else:
        fixed = f"So would {others}; a total of {count.total} was chosen"
    return f"{fixed}. The count was recovered from the percentage: all that is checked is that one exists."


MANY_COUNTS = 8
"""How many counts a sentence lists."""


def _counts_in_words(number: Printed, largest: int, but: tuple[int, int] | None = None) -> str:
    """The first counts of totals up to `largest` that give a percentage, and how many more there are."""
    found = printed.first_counts(number, largest, MANY_COUNTS + 1)
    others = [f"{events}/{total}" for events, total in found.counts if (events, total) != but]
    number_of_others = found.number - (but is not None and found.number > 0)
    more = number_of_others - len(others[:MANY_COUNTS])
    return ", ".join(others[:MANY_COUNTS]) + (f" and {more} more" if more > 0 else "")


def cell(claim: CellClaim, context: Context) -> Judgement:
    """Judge a cell of a table, which carries its own count."""
    events, own, percent = claim.cell
    randomised = context.trial.largest([claim.arm])
    stated = own or claim.total
    bounded = context.trial.design.structure in ("parallel", "factorial")
    if bounded and stated is not None and randomised is not None and stated > randomised:
        because = f"{stated} patients exceed the {randomised} randomised to the arm."
        return Judgement(Verdict.INCONSISTENT, because)
    totals = Totals(
        own=own or claim.total,
        arm=context.document.arms.get(claim.arm),
        largest=context.largest([claim.arm]),
    )
    return count_with_percentage(events, percent, totals, context.rules)


@dataclass(frozen=True)
class Totals:
    """The totals that a count with its percentage can be of.

    Attributes
    ----------
    own : int or None
        Patients that the cell or its row states.
    arm : int or None
        Patients that the table counts in this arm.
    largest : int
        The number randomised: no total is larger.
    """

    own: int | None
    arm: int | None
    largest: int

    @property
    def known(self) -> list[int]:
        """The stated totals, the likeliest first: the cell's own, or else the arm's and the number randomised."""
        if self.own is not None:
            return [self.own]
        return [self.largest] if self.arm is None else [*dict.fromkeys((self.arm, self.largest))]


def count_with_percentage(
    events: int, percent: Printed | None, totals: Totals, rules: tuple[str, ...] = ROUNDINGS
) -> Judgement:
    """Judge a count printed with its percentage.

    Parameters
    ----------
    events : int
    percent : Printed or None
    totals : Totals
    rules : tuple of str
        The rounding rules that the document leaves open.

    Returns
    -------
    Judgement
        ``inconsistent`` only where the cell's own total contradicts it or no total up to the largest fits; where only
        a total that nobody states fits, ``not reproduced`` beside a stated one and ``possible`` without any.
    """
    stated = totals.own or totals.arm
    if events > (totals.own or totals.largest):
        there = totals.own or totals.largest
        return Judgement(Verdict.INCONSISTENT, f"{events} patients exceed the total of {there}.")
    if percent is None:
        because = f"An input: {events} of {stated}." if stated else f"An input: {events}; no total is stated."
        return Judgement(Verdict.GIVEN, because, float(events), str(events))
    for total in totals.known:
        kept = tuple(r for r in printed.rules_that_print(percent, Fraction(100 * events, total)) if r in rules)
        if kept and (stated or events):
            return _fits(events, percent, total, kept, totals)
    if events == 0 and percent.value == 0:
        return Judgement(Verdict.REPRODUCED, f"0 of any total is {percent.text}.", 0.0, f"0 ({percent.text})")
    return _does_not_fit(events, percent, totals, rules)


def _fits(events: int, percent: Printed, total: int, rules: tuple[str, ...], totals: Totals) -> Judgement:
    """Judge a cell that a stated total, or the number randomised, gives."""
    value = Fraction(100 * events, total)
    shown = f"{events} ({printed.rounded(value, percent.decimals, rules[0])})"
    rule = needed_rule(rules)
    because = f"{events} of {total} gives {percent.text}{by_rule(rule)}."
    verdict = Verdict.REPRODUCED
    if totals.own is None and totals.arm is None:
        fits = printed.totals_that_print(percent, events, totals.largest)
        because += f" No total is stated; {_totals_in_words(fits)} would do."
        verdict = Verdict.POSSIBLE
    elif totals.own is None and totals.arm is not None and total != totals.arm:
        of_arm = printed.rounded(Fraction(100 * events, totals.arm), percent.decimals)
        because += (
            f" That takes a total of {total}, the number randomised; of the {totals.arm} that the table counts in this "
            f"arm it would be {of_arm}."
        )
    return Judgement(verdict, because, float(value), shown, rule)


def _does_not_fit(events: int, percent: Printed, totals: Totals, rules: tuple[str, ...]) -> Judgement:
    """Judge a cell that no stated total gives."""
    chosen = totals.known[0]
    value = Fraction(100 * events, chosen)
    text = printed.rounded(value, percent.decimals)
    because = f"{events} of {chosen} is {text}%, not {percent.text}"

    def judged(verdict: Verdict, because: str) -> Judgement:
        return Judgement(verdict, because, float(value), f"{events} ({text})")

    if printed.rules_that_print(percent, value) == (CUT_OFF,) and CUT_OFF not in rules:
        return judged(Verdict.NOT_REPRODUCED, f"{because}. {_cut_off_alone(percent)}")
    fits = printed.totals_that_print(percent, events, totals.largest)
    if not fits:
        return judged(Verdict.INCONSISTENT, f"{because}; no total up to {totals.largest} gives it.")
    would = f"{_totals_in_words(fits)} would give it"
    if totals.own is None and totals.arm is None:
        found = fits[-1]
        shown = f"{events} ({printed.rounded(Fraction(100 * events, found), percent.decimals)})"
        because = f"{events} of {found} gives {percent.text}. No total is stated; {_totals_in_words(fits)} would do."
        return Judgement(Verdict.POSSIBLE, because, 100 * events / found, shown)
    if totals.own is not None:
        return judged(Verdict.INCONSISTENT, f"{because}; {would}.")
    return judged(
        Verdict.NOT_REPRODUCED, f"{because}; {would}. Missing values, or another set of patients, would explain that."
    )


def _totals_in_words(totals: range) -> str:
    """Totals that follow one another, in words."""
    if len(totals) > 2:
        return f"a total from {totals[0]} to {totals[-1]}"
    return f"a total of {' or '.join(map(str, totals))}"
