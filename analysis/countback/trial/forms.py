"""Printed forms of several numbers: means with their spread, estimates with their limits, cells, rates."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from countback.trial.digits import (
    IN_WORDS,
    MOST_PATIENTS,
    NUMBER,
    PEOPLE,
    SIGN,
    WHOLE,
    cut,
    parse,
    signed,
    tidied,
    whole,
)
from countback.trial.rounding import Printed

_WORD = r"[^\W\d][\w/%²³µ·.^-]{0,30}"
_UNIT = rf"(?: ?%| {_WORD}(?: {_WORD}){{0,4}})?"
"""A per cent sign, or up to five words."""

_LEVEL = (
    r"(?:[0-9]{2}(?:[.,][0-9]+)? ?(?:%|percent|per cent) ?(?:CI|C\.I\.|CrI|credible interval|confidence intervals?"
    r"|confidence limits)(?: ?[(\[](?:[0-9]{2}% )?CI[)\]])?[:,;=]? ?)"
)
_TO = r"(?: to | ?[-–—] ?|, ?| ?; ?| and )"
_OF = r"(?: ?/ ?| of (?:the )?| out of )"
_MEAN = re.compile(
    rf"(?P<mean>{SIGN}? ?{NUMBER}){_UNIT} ?(?:(?:±|\+/?[-−]) ?(?P<plain>{NUMBER}){_UNIT}"
    rf"|[(\[] ?(?:S\.?[DE]\.?M?\b\.?|±|\+/?[-−])?,? ?[=:]? ?(?P<bracketed>{NUMBER}){_UNIT} ?[)\]]{_UNIT})",
    re.IGNORECASE,
)
_ESTIMATE = re.compile(
    rf"(?:[a-z][a-z -]{{0,40}}?(?:[:,=]| ?of)? )??(?P<estimate>{SIGN}? ?{NUMBER}){_UNIT}"
    rf"(?: ?[(\[] ?(?:IQR|range|interquartile range|{_LEVEL})?[:,=]? ?|[;,]? {_LEVEL})[(\[]?"
    rf"(?P<lower>{SIGN}?{NUMBER}) ?%?{_TO}(?P<upper>{SIGN}?{NUMBER}){_UNIT} ?[)\]]{{0,2}}{_UNIT}",
    re.IGNORECASE,
)
_WITH_P = re.compile(
    r"[;,]? ?[(\[]?(?P<p>p(?:[- ]?values?)?(?: for [a-z -]{1,40}?)? ?[=<>≤≥] ?[0-9.,·]{0,20}[0-9])"
    r"(?: (?:for )?[a-z -]{1,30})?[)\]]{0,2}$",
    re.IGNORECASE,
)
"""A p-value behind the limits of an estimate."""

_FRACTION = re.compile(rf"(?P<events>{WHOLE}){PEOPLE}{_OF}(?P<total>{WHOLE}){PEOPLE}", re.IGNORECASE)
_PERCENT = rf"(?P<percent>{NUMBER}) ?%?"
_CELL = re.compile(
    rf"(?P<events>{WHOLE}){PEOPLE}(?:{_OF}(?P<total>{WHOLE}){PEOPLE})?(?: ?[(\[] ?{_PERCENT} ?[)\]])?", re.IGNORECASE
)
_TOTAL_LAST = re.compile(
    rf"(?P<events>{WHOLE}){PEOPLE} ?[(\[] ?{_PERCENT} ?[)\]]{_OF}(?P<total>{WHOLE}){PEOPLE}", re.IGNORECASE
)
_PERCENT_FIRST = re.compile(
    rf"(?P<percent>{NUMBER}) ?% ?[(\[] ?(?:n ?= ?)?(?P<events>{WHOLE})(?:{_OF}(?P<total>{WHOLE}))?{PEOPLE} ?[)\]]",
    re.IGNORECASE,
)
_PERCENT_BARE = re.compile(
    rf"(?P<percent>{NUMBER}) ?[(\[] ?(?P<events>{WHOLE}){_OF}(?P<total>{WHOLE}){PEOPLE} ?[)\]]", re.IGNORECASE
)
_PER_CENT = re.compile(r"[ -]?per ?cent$", re.IGNORECASE)
_VALUE = re.compile(rf"(?P<value>{SIGN}? ?{NUMBER}){_UNIT}", re.IGNORECASE)
_AMOUNT = re.compile(rf"(?P<amount>{WHOLE}(?:[.·][0-9]+)?){_UNIT}", re.IGNORECASE)
_RATE = re.compile(rf"(?P<rate>{NUMBER}){PEOPLE}(?: ?(?:per|/) ?(?P<per>{WHOLE})?{_UNIT})?", re.IGNORECASE)


_COUNT_IN_WORDS = re.compile(
    r"(?P<words>[a-z]{2,9}(?:[- ][a-z]{2,9})?)(?= (?:(?:patients|participants|subjects) )?(?:of|out of) )",
    re.IGNORECASE,
)


def _in_digits(text: str) -> str:
    """Text whose first count, where it is in words such as `Twenty-nine of 34`, is in digits."""
    match = _COUNT_IN_WORDS.match(text)
    number = IN_WORDS.get(match["words"].lower()) if match else None
    return text if match is None or number is None else f"{number}{text[match.end() :]}"


_CELLS = (_CELL, _PERCENT_FIRST, _TOTAL_LAST, _PERCENT_BARE)


def parse_mean(text: str) -> tuple[Printed, Printed]:
    """Read a mean with its standard deviation, such as ``31.58±9.25``, ``31.58 (9.25)`` or ``-1.82 ± 2.34 units``.

    Raises
    ------
    ValueError
        If the text is not two such numbers.
    """
    match = _MEAN.fullmatch(tidied(text))
    if not match:
        raise ValueError(f"{cut(text)} is not a mean with its SD; write both, such as 31.58±9.25 or 31.58 (9.25)")
    return signed(match["mean"]), signed(match["plain"] or match["bracketed"])


def parse_estimate(text: str) -> tuple[Printed, Printed, Printed]:
    """Read an estimate with its interval, such as ``3.5 (2.1 to 4.9)`` or ``0.68 (95% CI, 0.50-0.93; P = .02)``.

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
    match = _ESTIMATE.fullmatch(_WITH_P.sub("", tidied(text)))
    if not match:
        raise ValueError(
            f"{cut(text)} is not an estimate with its interval; write it as 3.5 (2.1 to 4.9) or "
            "0.68 (95% CI, 0.50-0.93)"
        )
    return signed(match["estimate"]), signed(match["lower"]), signed(match["upper"])


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
    tidy = _in_digits(tidied(text))
    match = next((found for form in _CELLS if (found := form.fullmatch(tidy))), None)
    if not match:
        raise ValueError(f"{cut(text)} is not a cell; write it as 13 (44.83), 13/29 (44.83) or 44.83% (13/29)")
    events, total = whole(match["events"]), whole(match["total"]) if match["total"] else None
    if total is not None and total < events:
        raise ValueError(f"{cut(text)} is not a cell that can be: events {events} exceeds total {total}")
    return events, total, signed(match["percent"]) if match["percent"] else None


def parse_fraction(text: str) -> tuple[int, int]:
    """Read a printed fraction such as ``7/13`` or ``147 of 728`` as events and total.

    Raises
    ------
    ValueError
        If the text is not two whole numbers, or events exceed the total.
    """
    match = _FRACTION.fullmatch(_in_digits(tidied(text)))
    if not match:
        raise ValueError(f"{cut(text)} is not a fraction; write events and total, such as 7/13")
    events, total = whole(match["events"]), whole(match["total"])
    if events > total or total == 0:
        raise ValueError(f"{cut(text)} is not a fraction of patients: {events} of {total} is impossible")
    if total > MOST_PATIENTS:
        raise ValueError(f"{cut(text)} is of more than {MOST_PATIENTS:,} patients; write what the article prints")
    return events, total


def p_beside(text: str) -> str | None:
    """P-value that is printed behind an estimate and its limits, as its characters; None where there is none."""
    match = _WITH_P.search(tidied(text))
    return match["p"] if match else None


def parse_percentage(text: str) -> tuple[int | None, int | None, Printed]:
    """Read a percentage, alone or with its count.

    Parameters
    ----------
    text : str
        Such as ``55.17``, ``55.17%``, ``86.2% (25/29)``, ``25 of 29 (86.2%)`` or ``16 (55.17)``.

    Returns
    -------
    events, total : int or None
        Where they are printed.
    percent : Printed

    Raises
    ------
    ValueError
        If the text is not such a form.

    Examples
    --------
    >>> parse_percentage("6.6% (41 of 619)")[:2], parse_percentage("55.17")[2].decimals
    ((41, 619), 2)
    """
    try:
        return None, None, replace(parse(_PER_CENT.sub("", text)), text=text)
    except ValueError:
        pass
    try:
        return None, None, parse_estimate(text)[0]  # with limits of its own
    except ValueError:
        pass
    try:
        events, total, percent = parse_cell(text)
    except ValueError as error:
        if "exceeds" in str(error):
            raise
        percent = None
    if percent is None:
        raise ValueError(f"{cut(text)} is not a percentage; write it as 55.17, 86.2% (25/29) or 25/29 (86.2%)")
    return events, total, percent


def parse_value(text: str) -> Printed:
    """Read a number with its unit, such as ``-2.1 percentage points``, ``12.3 mm Hg`` or ``0.68``.

    Raises
    ------
    ValueError
        If the text is not one number.

    Examples
    --------
    >>> str(parse_value("-2.1 percentage points").value)
    '-21/10'
    """
    try:
        return parse(text)
    except ValueError:
        match = _VALUE.fullmatch(tidied(text))
    if not match:
        raise ValueError(f"{cut(text)} is not a number; write digits with one decimal point, such as 0.68 or -2.1")
    return signed(match["value"])


def parse_amount(text: str) -> Fraction:
    """Read a large amount such as ``1,234.5`` or ``1 234 person-years``: separators of thousands, a decimal point.

    Raises
    ------
    ValueError
        If the text is not one amount.

    Examples
    --------
    >>> str(parse_amount("1,234.5 person-years"))
    '2469/2'
    """
    match = _AMOUNT.fullmatch(tidied(text))
    if not match:
        raise ValueError(f"{cut(text)} is not an amount; write digits, such as 1,234.5")
    number, point, decimals = match["amount"].replace("·", ".").partition(".")
    return Fraction(int(f"{whole(number)}{decimals}"), 10 ** len(decimals)) if point else Fraction(whole(number))


def parse_rate(text: str) -> tuple[Printed, int | None]:
    """Read a rate such as ``4.5``, ``4.5 per 100 person-years`` or ``4.5 events per patient-year``.

    Returns
    -------
    rate : Printed
    per : int or None
        The person-time that it is per; None where only a number is printed.

    Raises
    ------
    ValueError
        If the text is not a rate.

    Examples
    --------
    >>> parse_rate("4.5 per 1,000 person-years")[1], parse_rate("0.4 per year")[1]
    (1000, 1)
    """
    tidy = tidied(text)
    match = _RATE.fullmatch(tidy)
    if not match:
        raise ValueError(f"{cut(text)} is not a rate; write it as 4.5 per 100 person-years")
    per = whole(match["per"]) if match["per"] else None
    return signed(match["rate"]), per or (1 if "per" in tidy or "/" in tidy else None)
