"""Judges of means with standard deviations, and of the p-values that compare them.

Means and SDs are rounded before they are printed. A p-value worked out from them is therefore a range: all values that
inputs inside their rounding can give.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from countback.audit.context import Context
from countback.audit.evidence import Match
from countback.audit.finding import Comparison, Decision, Judgement
from countback.audit.verdicts import Verdict
from countback.procedures.distributions import student_p, two_sided_z
from countback.procedures.summaries import t_from_summary
from countback.trial import printed
from countback.trial.claims import MeanClaim, MeansClaim, MedianClaim
from countback.trial.printed import Printed

TESTS = {"student": "Student t", "welch": "Welch t"}
"""The two-sample t tests that means and SDs are tried with."""

MANY_SUMS = 1000
"""Possible sums beyond which some data always have the SD: with so many patients GRIMMER shows nothing."""

MANY_SQUARES = 100_000
"""Possible sums of squares of which this is just as true."""

UNINFORMATIVE = 0.5
"""Width of a range of p-values from which on it shows nothing: half of all p-values lie in it."""


def mean(claim: MeanClaim, context: Context) -> Judgement:
    """Judge a mean with its SD: only data of whole numbers leave something to check."""
    value, sd = claim.mean
    needs = "Needed to rebuild it: the patients' values."
    if claim.whole_numbers is False or claim.adjusted or claim.n is None:
        return Judgement(Verdict.NOT_CHECKABLE, needs)
    n = claim.n
    whole_spread = sd is not None and not claim.of_error
    what = f"the mean {value.text} and the SD {sd.text}" if sd is not None and whole_spread else "this mean"
    if not grim(value, n):
        because = f"No {n} whole numbers average to {value.text} (GRIM)"
    elif n > 1 and sd is not None and whole_spread and not grimmer(value, sd, n):
        because = f"No {n} whole numbers have {what} (GRIMMER)"
    else:
        have = "this mean and SD (GRIM, GRIMMER)" if whole_spread else "this mean (GRIM)"
        because = f"Some {n} whole numbers have {have}. {needs}"
        verdict = Verdict.POSSIBLE if claim.whole_numbers else Verdict.NOT_CHECKABLE
        shown = f"{value.text}±{sd.text}" if sd is not None and whole_spread else claim.printed
        return Judgement(verdict, because, shown=shown if claim.whole_numbers else None)
    if claim.whole_numbers:
        return Judgement(Verdict.INCONSISTENT, f"{because}, and the data are whole numbers.")
    return Judgement(
        Verdict.NOT_CHECKABLE, f"{because}; whether the data are whole numbers is not stated. {needs}"
    )  # fmt: skip


def median(claim: MedianClaim, context: Context) -> Judgement:
    """Judge a median: an input, which lies between what is printed around it."""
    value, low, high = claim.median
    if low is not None and high is not None:
        ends = sorted((low, high), key=lambda end: end.value)
        if value.high < ends[0].low or value.low > ends[1].high:
            because = f"The median {value.text.strip()} lies outside what is printed around it: {claim.printed}."
            return Judgement(Verdict.INCONSISTENT, because)
    return Judgement(Verdict.GIVEN, "An input: a median cannot be rebuilt without the patients' values.")


@dataclass(frozen=True)
class Group:
    """Mean, SD and number of patients of a group, each with what rounding leaves open.

    Attributes
    ----------
    mean : (fractions.Fraction, fractions.Fraction)
    sd : (float, float)
        Lowest and highest.
    n : int
    """

    mean: tuple[Fraction, Fraction]
    sd: tuple[float, float]
    n: int

    @classmethod
    def of(cls, mean: Printed, spread: Printed, n: int, error: bool = False) -> Group:
        """Group of a printed mean and SD, or standard error, taken as rounded to the nearest."""
        scale = math.sqrt(n) if error else 1.0
        low, high = _within(spread)
        return cls(_within(mean), (scale * max(0.0, float(low)), scale * float(high)), n)

    @classmethod
    def of_limits(cls, mean: Printed, limits: tuple[Printed, Printed], n: int, level: float) -> Group:
        """Group of a printed mean and its confidence limits, which the normal or the t distribution gave."""
        lower, upper = sorted(limits, key=lambda limit: limit.value)
        widths = float(upper.low - lower.high), float(upper.high - lower.low)
        largest = t_quantile(level, n - 1)
        scale = math.sqrt(n) / 2
        low, high = max(0.0, widths[0]) * scale / largest, widths[1] * scale / two_sided_z(level)
        return cls(_within(mean), (low, high), n)


def p_of(first: Group, second: Group, welch: bool = False) -> tuple[float, float]:
    """Lowest and highest p of a t test that two groups inside their rounding can give; nan where there is none."""
    low, high = first.mean[0] - second.mean[1], first.mean[1] - second.mean[0]
    gaps = {float(low), float(high)} | ({0.0} if low <= 0 <= high else set())
    values = [
        t_from_summary(gap, s1, first.n, 0.0, s2, second.n, equal_variance=not welch)
        for gap, s1, s2 in product(gaps, first.sd, second.sd)
    ]
    known = [p for p in values if not math.isnan(p)]
    return (min(known), max(known)) if known else (math.nan, math.nan)


@dataclass(frozen=True)
class Span:
    """The p-values that rounded inputs leave to one test.

    Attributes
    ----------
    test : str
        A key of :data:`TESTS`.
    low, high : float
        Nan where there is no test.
    """

    test: str
    low: float
    high: float

    @property
    def name(self) -> str:
        """What the field calls the test."""
        return TESTS[self.test]

    @property
    def shown(self) -> str:
        """Both ends to four decimals, or one where they are the same."""
        if math.isnan(self.low):
            return "no value"
        first, last = printed.rounded(self.low, 4), printed.rounded(self.high, 4)
        return first if first == last else f"{first} to {last}"

    @property
    def match(self) -> Match:
        """The middle of the range, as one conventional test's value."""
        middle = None if math.isnan(self.low) else (self.low + self.high) / 2
        return Match(f"t_{self.test}", self.name, "two-sided", True, middle, ())


def p_of_means(claim: MeansClaim, context: Context) -> Judgement:
    """Judge a p-value that compares two means."""
    (mean1, sd1), (mean2, sd2) = claim.means
    error = claim.spread == "SE"
    groups = Group.of(mean1, sd1, claim.first_n, error), Group.of(mean2, sd2, claim.second_n, error)
    number = printed.at_level(claim.number, context.alpha)
    judged = p_of_groups(number, *groups, context.alpha, claim.procedure)
    if not claim.paired:
        return judged
    because = "Both means are of the same patients; a paired t test needs the SD of the differences. Unpaired: "
    return Judgement(Verdict.NOT_CHECKABLE, because + judged.because, judged.rebuilt, judged.shown)


def p_of_groups(number: Printed, first: Group, second: Group, alpha: float, procedure: str | None = None) -> Judgement:
    """Judge a p-value by the means, SDs and numbers of two groups."""
    spans = [Span(test, *p_of(first, second, welch=test == "welch")) for test in TESTS]
    known = [span for span in spans if not math.isnan(span.low)]
    if not known:
        return Judgement(Verdict.NOT_CHECKABLE, "With no spread in either arm there is no t test.")
    tried = [span for span in spans if procedure in (None, span.test)]
    low, high = min(span.low for span in known), max(span.high for span in known)
    inputs = "; ".join(f"{span.name} {span.shown}" for span in spans)
    shown = printed.rounded((low + high) / 2, max(number.decimals, 3))
    decided = _decision(printed.significant(number, alpha), known, alpha)

    def judged(verdict: Verdict, because: str, shown: str) -> Judgement:
        return Judgement(
            verdict, because, (low + high) / 2, shown, decision=decided, possible=(low, high),
            comparison=Comparison(conventional=tuple(span.match for span in spans)),
        )  # fmt: skip

    ways = [span for span in tried if prints_within(number, span.low, span.high)]
    if not ways:
        because = f"Means and SDs inside their rounding give other values: {inputs}."
        if not procedure:
            because += (
                " The table does not say which test was used; a test on ranks, or another set of patients, needs the "
                "data."
            )
        return judged(Verdict.NOT_REPRODUCED, because, shown)
    if max(span.high - span.low for span in ways) > UNINFORMATIVE:
        because = f"The printed means and SDs leave nearly any p-value possible ({inputs}): nothing is checked by it."
        return judged(Verdict.NOT_CHECKABLE, f"{because} Needed: more digits, or the patients' values.", shown)
    names = " and ".join(span.name for span in ways)
    verb = "give" if number.relation == "=" else "satisfy"
    because = f"Means and SDs inside their rounding {verb} {number.text.strip()} under {names} ({inputs})."
    verdict = Verdict.REPRODUCED if number.relation == "=" else Verdict.COMPATIBLE
    return judged(verdict, because, number.text.strip())


def _decision(significant: bool | None, spans: list[Span], alpha: float) -> Decision:
    """Side of alpha, and the tests whose whole range lies on the other; a range across alpha is on neither."""
    if significant is None:
        return Decision(f"open at {alpha:g}")
    differs = tuple(span.match.procedure for span in spans if (span.low >= alpha if significant else span.high < alpha))
    side = "significant" if significant else "not significant"
    return Decision(f"{side} at {alpha:g}", differs, len(differs) == len(spans))


def _within(number: Printed) -> tuple[Fraction, Fraction]:
    """Range that rounding to the nearest leaves open, both ends included."""
    half = Fraction(1, 2 * 10**number.decimals)
    return number.value - half, number.value + half


def possible_p(
    mean1: Printed, sd1: Printed, n1: int, mean2: Printed, sd2: Printed, n2: int, welch: bool = False
) -> tuple[float, float]:
    """Lowest and highest p of a t test that inputs inside their rounding can give.

    Parameters
    ----------
    mean1, sd1, mean2, sd2 : Printed
        Taken as rounded to the nearest: each stands for itself give or take half a unit of its last digit.
    n1, n2 : int
        Patients, 2 or more in each arm.
    welch : bool
        Welch's test in place of Student's.

    Returns
    -------
    (float, float)
        The extremes lie where the means are nearest or farthest and the SDs largest or smallest; all such corners
        are tried.
    """
    return p_of(Group.of(mean1, sd1, n1), Group.of(mean2, sd2, n2), welch)


def prints_within(number: Printed, low: float, high: float) -> bool:
    """Whether some value from `low` to `high` is printed so under some rule of rounding."""
    if math.isnan(low):
        return False
    if number.relation != "=":
        return any(printed.rules_that_print(number, end) for end in (low, high))
    first, last = printed.exact(low), printed.exact(high)
    if first < number.high and last >= number.low:
        return first >= number.low or last < number.high or first <= number.value <= last
    return False


def t_quantile(level: float, freedom: float) -> float:
    """Quantile of the t distribution that cuts off ``(1 - level) / 2`` in each tail, to nine digits."""
    low, high = 0.0, 1e6
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if student_p(middle, freedom, 0) > 1 - level else (low, middle)
    return high


def grim(mean: Printed, n: int) -> bool:
    """Whether some whole numbers, one for each patient, can average to a printed mean.

    Brown NJL, Heathers JAJ. Soc Psychol Personal Sci 2017;8:363-9, doi 10.1177/1948550616673876.

    Parameters
    ----------
    mean : Printed
    n : int
        Patients, 1 or more.

    Examples
    --------
    >>> grim(printed.parse("5.19"), 28), grim(printed.parse("5.18"), 28)
    (False, True)
    """
    return bool(_sums(mean, n))  # not its length, which may be too large for one


def _sums(mean: Printed, n: int) -> range:
    """Every sum of n whole numbers whose mean is printed so, under any rule of rounding."""
    first, last = math.floor(mean.low * n), math.ceil(mean.high * n)
    while first <= last and not printed.rules_that_print(mean, Fraction(first, n)):
        first += 1
        if first - math.floor(mean.low * n) > 2:  # the ends are off by one or two at most
            first = last + 1
    while first < last and not printed.rules_that_print(mean, Fraction(last, n)):
        last -= 1
    return range(first, last + 1)


def grimmer(mean: Printed, sd: Printed, n: int) -> bool:
    """Whether some whole numbers, one for each patient, can have a printed mean and a printed SD.

    Their squares add up to a whole number that is odd exactly when their sum is. Anaya J. PeerJ Preprints
    2016;4:e2400v1, doi 10.7287/peerj.preprints.2400v1; the test on parity is A. Allard's.

    Parameters
    ----------
    mean, sd : Printed
        The SD with n - 1 in its denominator.
    n : int
        Patients, 2 or more; of so many that more than :data:`MANY_SUMS` sums are possible, nothing is excluded.

    Examples
    --------
    >>> grimmer(printed.parse("3.44"), printed.parse("2.46"), 18)
    False
    """
    sums = _sums(mean, n)
    low, high = max(sd.low, Fraction(0)), sd.high
    if sums.stop - sums.start > MANY_SUMS or (high * high - low * low) * (n - 1) > MANY_SQUARES:
        return True
    for total in sums:
        base = Fraction(total * total, n)
        first, last = math.ceil(low * low * (n - 1) + base), math.floor(high * high * (n - 1) + base)
        for squares in range(first, last + 1):
            variance = (squares - base) / (n - 1)
            if (squares - total) % 2 == 0 and variance >= 0 and _sqrt_prints(sd, variance):
                return True
    return False


def _sqrt_prints(sd: Printed, variance: Fraction) -> bool:
    """Whether the root of a variance is printed so: its ends are compared squared, which is exact."""
    unit = Fraction(1, 10**sd.decimals)
    nearest = max(sd.value - unit / 2, Fraction(0)) ** 2 <= variance <= (sd.value + unit / 2) ** 2
    cut = sd.value**2 <= variance < (sd.value + unit) ** 2
    return nearest or cut
