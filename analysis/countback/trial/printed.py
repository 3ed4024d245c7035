"""Printed numbers: strings that stand for intervals.

A number in print was rounded by a rule nobody states: half up, half to even, or cut off. Each printed string
therefore stands for every value that some rule would print so. All comparisons are made on exact rational
numbers and decimal strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor, isfinite

ROUNDINGS = ("half up", "half to even", "truncation")
"""The rules in use, in the order in which they are named."""

SIGNIFICANT_DIGITS = 12
"""Digits of a computed value that are trusted: a procedure's own error lies behind them, so that a value one
unit in the sixteenth digit below a tie is treated as the tie it is."""

_FORM = re.compile(
    r"^(?:p(?:[-\s]?values?)?\s*)?(?P<relation><=|>=|[=<>≤≥⩽⩾])?\s*(?:(?P<sign>[-−–‐‑‒])|\+)?\s?"
    r"(?P<whole>\d*)(?:[.,·∙•](?P<decimals>\d+))?\s*%?$",
    re.IGNORECASE,
)
_RELATIONS = {"≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", None: "="}
_OR_EQUAL = re.compile(r"([<>])\s*(?:or\s*)?=")
_NOT_SIGNIFICANT = re.compile(
    r"(?:p\s*[=:]?\s*)?\(?(?:n\.?\s?s\.?|not\s+significant|non-?significant)\)?", re.IGNORECASE
)
_MEAN = re.compile(
    r"^(?P<mean>[-−–]?\d*[.,·]?\d+)\s*(?:(?:±|\+/?-|\+/−)\s*(?P<plain>\d*[.,·]?\d+)"
    r"|[(\[]\s*(?:SD|±|\+/?-)?\s*[=:]?\s*(?P<bracketed>\d*[.,·]?\d+)\s*[)\]])$",
    re.IGNORECASE,
)
_CELL = re.compile(
    r"^(?P<events>\d+)(?:\s*/\s*(?P<total>\d+))?(?:\s*[(\[]\s*(?P<percent>\d*(?:[.,·∙]\d+)?)\s*%?\s*[)\]])?$"
)
_WORDS = [
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]  # as articles print small counts; fmt: skip


@dataclass(frozen=True)
class Printed:
    """One printed number.

    Attributes
    ----------
    text : str
        The characters as printed.
    relation : str
        ``=``, ``<``, ``<=``, ``>`` or ``>=``.
    value : fractions.Fraction
        The number that the characters show, exactly.
    decimals : int
        Digits after the decimal point.
    level : bool
        Whether the value is the level of significance, which ``NS`` refers to.
    """

    text: str
    relation: str
    value: Fraction
    decimals: int
    level: bool = False

    @property
    def low(self) -> Fraction:
        """Smallest value that some rounding rule prints so (itself included)."""
        half = Fraction(1, 2 * 10**self.decimals)
        return self.value - (2 * half if self.value < 0 else half)

    @property
    def high(self) -> Fraction:
        """Bound above every value that some rounding rule prints so: truncation reaches a whole unit."""
        half = Fraction(1, 2 * 10**self.decimals)
        return self.value + (half if self.value < 0 else 2 * half)


def parse(text: str) -> Printed:
    """Read a printed number.

    Parameters
    ----------
    text : str
        Digits with a decimal point, comma or middle dot, an optional relation in front (``<0.001``,
        ``P<.001``, ``≤0.05``), an optional per cent sign, or a small count in words (``none``, ``two``).

    Returns
    -------
    Printed

    Raises
    ------
    ValueError
        If the text is no number.

    Examples
    --------
    >>> parse("<.001").relation, parse("55.17").decimals, parse("none").value
    ('<', 2, Fraction(0, 1))
    """
    word = text.strip().lower()
    if word in _WORDS or word in ("zero", "no"):
        return Printed(text, "=", Fraction(_WORDS.index(word) if word in _WORDS else 0), 0)
    match = _FORM.match(_OR_EQUAL.sub(r"\1=", text.strip()))
    if not match or not (match["whole"] or match["decimals"]):
        raise ValueError(f"{text!r} is no number")
    decimals = match["decimals"] or ""
    value = Fraction(int((match["whole"] or "0") + decimals), 10 ** len(decimals))
    relation = _RELATIONS.get(match["relation"], match["relation"])
    return Printed(text, relation, -value if match["sign"] else value, len(decimals))


def parse_p(text: str, alpha: float = 0.05) -> Printed:
    """Read a printed p-value: as :func:`parse` does, or ``NS``, which stands for alpha or more.

    Parameters
    ----------
    text : str
        Such as ``P<.001``, ``0,05``, ``0·84``, ``p = 0.000``, ``P < or = 0.002``, ``NS``.
    alpha : float
        Level of significance that ``NS`` refers to.

    Returns
    -------
    Printed

    Raises
    ------
    ValueError
        If the text is no probability.

    Examples
    --------
    >>> parse_p("NS").relation, parse_p("P = .05").decimals
    ('>=', 2)
    """
    if _NOT_SIGNIFICANT.fullmatch(text.strip()):
        return Printed(text, ">=", exact(alpha), 0, level=True)
    number = parse(text)
    if not 0 <= number.value <= 1:
        raise ValueError(f"printed {text!r} is no probability")
    return number


def at_level(number: Printed, alpha: float) -> Printed:
    """A printed p-value with ``NS`` referred to another level of significance; others are returned as they are."""
    return replace(number, value=exact(alpha)) if number.level else number


def significant(number: Printed, alpha: float) -> bool | None:
    """Tell whether a printed p is below alpha, or None where its characters leave that open.

    Examples
    --------
    >>> [significant(parse(p), 0.05) for p in ("0.049", "<0.05", "0.05", "<0.1")]
    [True, True, None, None]
    """
    level = exact(alpha)
    if number.relation == "=":
        return None if number.value == level else number.value < level
    if number.relation in ("<", "<="):
        return True if number.value <= level else None
    return False if number.value >= level else None


def p_range(number: Printed) -> tuple[float, float]:
    """Give the lowest and highest p that a printed one stands for."""
    if number.relation in ("<", "<="):
        return 0.0, float(number.value)
    if number.relation in (">", ">="):
        return float(number.value), 1.0
    return max(0.0, float(number.low)), min(1.0, float(number.high))


def parse_mean(text: str) -> tuple[Printed, Printed]:
    """Read a mean with its standard deviation, such as ``31.58±9.25`` or ``31.58 (9.25)``.

    Raises
    ------
    ValueError
        If the text is not two such numbers.
    """
    match = _MEAN.match(text.strip())
    if not match:
        raise ValueError(f"{text!r} is no mean with its SD, such as 31.58±9.25")
    return parse(match["mean"]), parse(match["plain"] or match["bracketed"])


def parse_cell(text: str) -> tuple[int, int | None, Printed | None]:
    """Read a cell of a table, such as ``13 (44.83)``, ``13/29 (44.8%)`` or ``0``: events, total, percentage.

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
        If the text is no such cell, or events exceed the total.
    """
    match = _CELL.match(text.strip())
    if not match or (match["total"] and int(match["total"]) < int(match["events"])):
        raise ValueError(f"{text!r} is no cell such as 13 (44.83) or 13/29 (44.83)")
    percent = parse(match["percent"]) if match["percent"] else None
    return int(match["events"]), int(match["total"]) if match["total"] else None, percent


def parse_fraction(text: str) -> tuple[int, int]:
    """Read a printed fraction such as ``7/13`` as events and total.

    Raises
    ------
    ValueError
        If the text is not two whole numbers with a slash, or events exceed the total.
    """
    match = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", text)
    if not match or int(match[1]) > int(match[2]) or int(match[2]) == 0:
        raise ValueError(f"{text!r} is no fraction such as 7/13")
    return int(match[1]), int(match[2])


def exact(value: float | Fraction) -> Fraction:
    """Give the exact rational that a computed value stands for, at the digits that are trusted."""
    return value if isinstance(value, Fraction) else Fraction(f"{value:.{SIGNIFICANT_DIGITS}g}")


def _ratio(value: float | Fraction) -> tuple[int, int]:
    """Give numerator and denominator of :func:`exact`; quicker than making a Fraction of it."""
    if isinstance(value, Fraction):
        return value.numerator, value.denominator
    return Decimal(f"{value:.{SIGNIFICANT_DIGITS}g}").as_integer_ratio()


def steps(value: float | Fraction, decimals: int) -> tuple[int, int, int]:
    """Give a number in steps of its last printed digit, under each of :data:`ROUNDINGS` in turn.

    Parameters
    ----------
    value : float or fractions.Fraction
        Finite number.
    decimals : int

    Examples
    --------
    >>> steps(0.0265, 3)
    (27, 26, 26)
    """
    numerator, denominator = _ratio(value)
    sign = -1 if numerator < 0 else 1
    cut, rest = divmod(abs(numerator) * 10**decimals, denominator)
    up = cut + (2 * rest >= denominator)
    even = cut + (2 * rest > denominator or (2 * rest == denominator and cut % 2))
    return sign * up, sign * even, sign * cut


def rounded(value: float | Fraction, decimals: int, rule: str = "half up") -> str:
    """Print a value with so many decimals under one rounding rule.

    Parameters
    ----------
    value : float or fractions.Fraction
        Finite number. A float is taken at :data:`SIGNIFICANT_DIGITS` digits.
    decimals : int
        Digits after the point, 0 or more.
    rule : {"half up", "half to even", "truncation"}
        Halves go away from zero, to the even digit, or everything is cut off.

    Examples
    --------
    >>> rounded(Fraction(1, 8), 2), rounded(Fraction(1, 8), 2, "half to even")
    ('0.13', '0.12')
    """
    units = steps(value, decimals)[ROUNDINGS.index(rule)]
    digits = str(abs(units)).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if units < 0 else text


def rules_that_print(printed: Printed, value: float | Fraction) -> tuple[str, ...]:
    """Name the rounding rules under which a value prints these characters.

    Parameters
    ----------
    printed : Printed
        With relation ``=``: the value must show the same digits. With another relation: it must satisfy it,
        which needs no rounding; all rules are returned.
    value : float or fractions.Fraction
        The rebuilt value; nan and infinities match nothing.

    Returns
    -------
    tuple of str
        Empty where none does.
    """
    if isinstance(value, float) and not isfinite(value):
        return ()
    if printed.relation != "=":
        number, bound = exact(value), printed.value
        holds = {"<": number < bound, "<=": number <= bound, ">": number > bound, ">=": number >= bound}
        return ROUNDINGS if holds[printed.relation] else ()
    shown = steps(printed.value, printed.decimals)[0]
    units = steps(value, printed.decimals)
    return tuple(rule for rule, step in zip(ROUNDINGS, units, strict=True) if step == shown)


def prints_percent(printed: Printed, events: int, total: int) -> bool:
    """Tell whether events of total print this percentage under some rule; quick, for tables of many cells.

    The same as asking :func:`rules_that_print` of the percentage, in whole numbers alone.

    Parameters
    ----------
    printed : Printed
        A percentage, with relation ``=``.
    events, total : int
        Total 1 or more.
    """
    scaled = 100 * events * 10**printed.decimals
    units, rest = divmod(scaled, total)
    wanted = int(printed.value * 10**printed.decimals)
    return bool(wanted == units or (wanted == units + 1 and 2 * rest >= total))


def counts_that_print(printed: Printed, totals: range) -> list[tuple[int, int]]:
    """Recover the counts whose percentage prints so, under any rounding rule.

    Parameters
    ----------
    printed : Printed
        A percentage.
    totals : range
        The totals to try.

    Returns
    -------
    list of (events, total)
        By total, then events.

    Examples
    --------
    >>> counts_that_print(parse("55.17"), range(1, 31))
    [(16, 29)]
    >>> counts_that_print(parse("30.00"), range(1, 31))
    [(3, 10), (6, 20), (9, 30)]
    """
    found = []
    for total in totals:
        first = max(0, floor(printed.low * total / 100))
        last = min(total, floor(printed.high * total / 100) + 1)
        found += [
            (events, total)
            for events in range(first, last + 1)
            if rules_that_print(printed, Fraction(100 * events, total))
        ]
    return found
