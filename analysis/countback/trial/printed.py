"""Printed numbers: the forms in which articles print them, read into exact numbers.

What a printed number stands for is said in :mod:`countback.trial.rounding`, which counts give a percentage in
:mod:`countback.trial.recovery`; their names can be used from here as well. Each form is read in time that grows with
the length of the text alone.
"""

from __future__ import annotations

import re
from fractions import Fraction

from countback.trial.recovery import (
    Possible,
    count_possible,
    count_totals,
    counts_that_print,
    events_that_print,
    first_counts,
    prints_percent,
    totals_that_print,
)
from countback.trial.rounding import (
    ROUNDINGS,
    SIGNIFICANT_DIGITS,
    Printed,
    at_level,
    exact,
    p_range,
    reciprocal,
    rounded,
    rules_shown,
    rules_that_print,
    significant,
    steps,
)

__all__ = [
    "ROUNDINGS",
    "SIGNIFICANT_DIGITS",
    "Possible",
    "Printed",
    "at_level",
    "count_possible",
    "count_totals",
    "counts_that_print",
    "events_that_print",
    "exact",
    "first_counts",
    "p_range",
    "parse",
    "parse_cell",
    "parse_count",
    "parse_estimate",
    "parse_fraction",
    "parse_mean",
    "parse_p",
    "prints_percent",
    "reciprocal",
    "rounded",
    "rules_shown",
    "rules_that_print",
    "significant",
    "steps",
    "totals_that_print",
]

LONGEST = 200
"""Characters of a printed string: an article prints none that is longer."""

MOST_DIGITS = 60
"""Digits of one printed number."""

_MARK = r"[.,·∙•]"
_SIGN = r"[-−–‐‑‒+]"
_NUMBER = rf"(?:[0-9]+(?:{_MARK}[0-9]+)?|{_MARK}[0-9]+)"
_WHOLE = r"(?:[0-9]{1,3}(?:[,' ][0-9]{3})+|[0-9]+)"
"""A count: digits, or groups of three with a comma, a blank or an apostrophe between them."""

# White space is one blank at most by now, so that no form below can be read in two ways.
_FORM = re.compile(
    rf"(?:p(?:[- ]?values?)?(?: for [a-z -]{{1,60}}?)? ?)?(?P<relation><=|>=|[=<>≤≥⩽⩾])? ?(?P<sign>{_SIGN})? ?"
    rf"(?P<number>{_NUMBER}) ?%?",
    re.IGNORECASE,
)
_RELATIONS = {"≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", None: "="}
_OR_EQUAL = re.compile(r"([<>]) ?(?:or ?)?=")
_BRACKETED = re.compile(r"\[(.*)\]|\((.*)\)")
_NOT_SIGNIFICANT = re.compile(
    r"(?:p ?[=:]? ?)?(?P<open>\()?(?:n\.? ?s\.?|not significant|non-?significant)(?(open)\))",
    re.IGNORECASE,
)
_UNIT = r"(?: [^\W\d][^\s\d]{0,30})?"
_MEAN = re.compile(
    rf"(?P<mean>{_SIGN}?{_NUMBER}) ?(?:(?:±|\+/?[-−]) ?(?P<plain>{_NUMBER}){_UNIT}"
    rf"|[(\[] ?(?:SD|±|\+/?[-−])? ?[=:]? ?(?P<bracketed>{_NUMBER}) ?[)\]]{_UNIT})",
    re.IGNORECASE,
)
_ESTIMATE = re.compile(
    rf"(?P<estimate>{_SIGN}?{_NUMBER}) ?%? ?[(\[] ?"
    r"(?:[0-9]{2}(?:[.,][0-9]+)? ?% ?(?:CI|confidence interval)[:,=]? ?)?"
    rf"(?P<lower>{_SIGN}?{_NUMBER}) ?%?(?: to | ?[-–—] ?|, ?| ?; ?)(?P<upper>{_SIGN}?{_NUMBER}) ?%? ?[)\]]",
    re.IGNORECASE,
)
_FRACTION = re.compile(rf"(?P<events>{_WHOLE})(?: ?/ ?| of (?:the )?)(?P<total>{_WHOLE})")
_CELL = re.compile(
    rf"(?P<events>{_WHOLE})(?:(?: ?/ ?| of (?:the )?)(?P<total>{_WHOLE}))?"
    rf"(?: ?[(\[] ?(?P<percent>{_NUMBER}) ?%? ?[)\]])?"
)
_PERCENT_FIRST = re.compile(
    rf"(?P<percent>{_NUMBER}) ?% ?[(\[] ?(?P<events>{_WHOLE})(?: ?/ ?| of (?:the )?)(?P<total>{_WHOLE}) ?[)\]]"
)
_PEOPLE = re.compile(
    r" (?:of the )?(?:participants?|patients?|people|persons?|subjects?|women|men|children|events?|cases?)$"
)
_WORDS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
"""Small counts as articles print them."""


def _cut(text: str) -> str:
    """Text as a message shows it."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _tidy(text: str) -> str:
    """Text with one blank for any white space, after the limits of length were checked.

    Raises
    ------
    ValueError
        If the text or a number in it is too long.
    """
    if len(text) > LONGEST:
        raise ValueError(f"{_cut(text)} is {len(text)} characters long; a printed number has at most {LONGEST}")
    if re.search(rf"[0-9]{{{MOST_DIGITS + 1}}}", text):
        raise ValueError(f"{_cut(text)} has a number of more than {MOST_DIGITS} digits; write what the article prints")
    return " ".join(text.split())


def _number(text: str) -> tuple[Fraction, int]:
    """Value and decimals of digits with at most one decimal mark."""
    whole, _, decimals = re.sub(_MARK, ".", text).partition(".")
    return Fraction(int((whole or "0") + decimals), 10 ** len(decimals)), len(decimals)


def _signed(text: str) -> Printed:
    """Read what a form has found, an optional sign and digits, as a printed number."""
    match = re.fullmatch(rf"(?P<sign>{_SIGN})?(?P<number>{_NUMBER})", text)
    assert match is not None  # the form says so
    value, decimals = _number(match["number"])
    return Printed(text, "=", -value if match["sign"] not in (None, "+") else value, decimals)


def _whole(text: str) -> int:
    return int(re.sub(r"[^0-9]", "", text))


def parse(text: str) -> Printed:
    """Read a printed number.

    Parameters
    ----------
    text : str
        Digits with a decimal point, comma or middle dot, an optional relation in front (``<0.001``,
        ``P<.001``, ``≤0.05``, ``P for noninferiority = .002``), an optional per cent sign, brackets around all of it
        (``[P = .09]``), or a small count in words (``none``, ``two``). A comma is a decimal comma here; in a count,
        :func:`parse_count` reads it as a separator of thousands.

    Returns
    -------
    Printed

    Raises
    ------
    ValueError
        If the text is not a number, is longer than :data:`LONGEST`, or has more digits than :data:`MOST_DIGITS`.

    Examples
    --------
    >>> parse("<.001").relation, parse("55.17").decimals, parse("none").value
    ('<', 2, Fraction(0, 1))
    """
    tidy = _tidy(text)
    word = tidy.lower()
    if word in _WORDS or word in ("zero", "no"):
        return Printed(text, "=", Fraction(_WORDS.index(word) if word in _WORDS else 0), 0)
    bracketed = _BRACKETED.fullmatch(tidy)
    inner = (bracketed[1] or bracketed[2] or "").strip() if bracketed else tidy
    match = _FORM.fullmatch(_OR_EQUAL.sub(r"\1=", inner))
    if not match:
        raise ValueError(f"{_cut(text)} is not a number; write digits with one decimal point, such as 0.052")
    value, decimals = _number(match["number"])
    relation = _RELATIONS.get(match["relation"], match["relation"])
    return Printed(text, relation, -value if match["sign"] not in (None, "+") else value, decimals)


def parse_p(text: str, alpha: float = 0.05) -> Printed:
    """Read a printed p-value: as :func:`parse` does, or ``NS``, which means alpha or more.

    Parameters
    ----------
    text : str
        Such as ``P<.001``, ``0,05``, ``0·84``, ``p = 0.000``, ``P < or = 0.002``, ``[P = .09]``, ``NS``.
    alpha : float
        Level of significance that ``NS`` refers to.

    Returns
    -------
    Printed

    Raises
    ------
    ValueError
        If the text is not a probability.

    Examples
    --------
    >>> parse_p("NS").relation, parse_p("P = .05").decimals
    ('>=', 2)
    """
    if _NOT_SIGNIFICANT.fullmatch(_tidy(text)):
        return Printed(text, ">=", exact(alpha), 0, level=True)
    number = parse(text)
    if not 0 <= number.value <= 1:
        raise ValueError(f"printed {_cut(text)} is not a probability; a p-value lies between 0 and 1, such as 0.052")
    return number


def parse_count(text: str) -> Printed:
    """Read a printed number of patients: digits, with separators of thousands, or a small number in words.

    Parameters
    ----------
    text : str
        Such as ``16``, ``10,010``, ``two``, ``two participants``, ``12 patients``.

    Raises
    ------
    ValueError
        If the text is not a count.

    Examples
    --------
    >>> parse_count("10,010").value, parse_count("two participants").value
    (Fraction(10010, 1), Fraction(2, 1))
    """
    tidy = _tidy(text)
    found = _PEOPLE.search(tidy)
    if found:
        tidy = tidy[: found.start()]
    word = tidy.lower()
    if word in _WORDS or word in ("zero", "no"):
        return Printed(text, "=", Fraction(_WORDS.index(word) if word in _WORDS else 0), 0)
    if not re.fullmatch(_WHOLE, tidy):
        raise ValueError(f"{_cut(text)} is not a count; write a whole number of patients, such as 16, 10,010 or two")
    return Printed(text, "=", Fraction(_whole(tidy)), 0)


def parse_mean(text: str) -> tuple[Printed, Printed]:
    """Read a mean with its standard deviation, such as ``31.58±9.25``, ``31.58 (9.25)`` or ``-1.82 ± 2.34 units``.

    Raises
    ------
    ValueError
        If the text is not two such numbers.
    """
    match = _MEAN.fullmatch(_tidy(text))
    if not match:
        raise ValueError(f"{_cut(text)} is not a mean with its SD; write both, such as 31.58±9.25 or 31.58 (9.25)")
    return _signed(match["mean"]), _signed(match["plain"] or match["bracketed"])


def parse_estimate(text: str) -> tuple[Printed, Printed, Printed]:
    """Read an estimate with its interval, such as ``3.5 (2.1 to 4.9)`` or ``0.68 (95% CI, 0.50-0.93)``.

    Returns
    -------
    estimate, lower, upper : Printed

    Raises
    ------
    ValueError
        If the text is not three such numbers.

    Examples
    --------
    >>> [str(n.value) for n in parse_estimate("-17.9 (-32.0 to -3.7)")]
    ['-179/10', '-32', '-37/10']
    """
    match = _ESTIMATE.fullmatch(_tidy(text))
    if not match:
        raise ValueError(f"{_cut(text)} is not an estimate with its interval; write it as 3.5 (2.1 to 4.9)")
    return _signed(match["estimate"]), _signed(match["lower"]), _signed(match["upper"])


def parse_cell(text: str) -> tuple[int, int | None, Printed | None]:
    """Read a cell of a table: events, total, percentage.

    Parameters
    ----------
    text : str
        Such as ``13 (44.83)``, ``13/29 (44.8%)``, ``86.2% (25/29)``, ``6.6% (41 of 619)``, ``147 of 728`` or ``0``.

    Returns
    -------
    events : int
    total : int or None
        Where the cell prints it.
    percent : Printed or None
        Where the cell prints it.

    Raises
    ------
    ValueError
        If the text is not such a cell, or events exceed the total.
    """
    tidy = _tidy(text)
    match = _CELL.fullmatch(tidy) or _PERCENT_FIRST.fullmatch(tidy)
    if not match:
        raise ValueError(f"{_cut(text)} is not a cell; write it as 13 (44.83), 13/29 (44.83) or 44.83% (13/29)")
    events, total = _whole(match["events"]), _whole(match["total"]) if match["total"] else None
    if total is not None and total < events:
        raise ValueError(f"{_cut(text)} is not a cell that can be: events {events} exceeds total {total}")
    return events, total, _signed(match["percent"]) if match["percent"] else None


def parse_fraction(text: str) -> tuple[int, int]:
    """Read a printed fraction such as ``7/13`` or ``147 of 728`` as events and total.

    Raises
    ------
    ValueError
        If the text is not two whole numbers, or events exceed the total.
    """
    match = _FRACTION.fullmatch(_tidy(text))
    if not match:
        raise ValueError(f"{_cut(text)} is not a fraction; write events and total, such as 7/13")
    events, total = _whole(match["events"]), _whole(match["total"])
    if events > total or total == 0:
        raise ValueError(f"{_cut(text)} is not a fraction of patients: {events} of {total} is impossible")
    return events, total
