"""Rounding: what a printed number stands for, and which values are printed so.

A printed number was rounded by a rule that nobody states: half up, half to even, or cut off. Each printed string
therefore stands for every value that some rule turns into it. All comparisons are made on exact rational
numbers and decimal strings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import isfinite

ROUNDINGS = ("half up", "half to even", "truncation")
"""The rules in use, in the order in which they are named."""

SIGNIFICANT_DIGITS = 12
"""Digits of a computed value that are trusted: a procedure's own error lies behind them, so that a value one
unit in the sixteenth digit below a tie is treated as the tie it is."""


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
        """Smallest value that some rounding rule turns into these characters (itself included)."""
        half = Fraction(1, 2 * 10**self.decimals)
        return self.value - (2 * half if self.value < 0 else half)

    @property
    def high(self) -> Fraction:
        """Bound above every value that some rounding rule turns into them: truncation reaches a whole unit."""
        half = Fraction(1, 2 * 10**self.decimals)
        return self.value + (half if self.value < 0 else 2 * half)


def exact(value: float | Fraction) -> Fraction:
    """Exact rational that a computed value stands for, at the digits that are trusted."""
    return value if isinstance(value, Fraction) else Fraction(f"{value:.{SIGNIFICANT_DIGITS}g}")


def _ratio(value: float | Fraction) -> tuple[int, int]:
    """Numerator and denominator of :func:`exact`; quicker than making a Fraction of it."""
    if isinstance(value, Fraction):
        return value.numerator, value.denominator
    return Decimal(f"{value:.{SIGNIFICANT_DIGITS}g}").as_integer_ratio()


def steps(value: float | Fraction, decimals: int) -> tuple[int, int, int]:
    """Number of steps of the last printed digit that a number shows, under each of :data:`ROUNDINGS` in turn.

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
    """Value printed with so many decimals under one rounding rule.

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
    digits = str(Decimal(abs(units))).rjust(decimals + 1, "0")  # Decimal: no limit to the digits of an int
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if units < 0 else text


def rules_that_print(printed: Printed, value: float | Fraction) -> tuple[str, ...]:
    """Rounding rules that turn a value into these characters.

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


def rules_shown(values: Iterable[tuple[Printed, float | Fraction]]) -> frozenset[str]:
    """Rounding rules that a document shows: those consistent with all of its printed numbers.

    Parameters
    ----------
    values : iterable of (Printed, float or fractions.Fraction)
        Printed numbers, each with the value that it is known to stand for, such as percentages whose counts are
        printed beside them. Numbers that no rule gives, and inequalities, say nothing about rounding and are left
        out.

    Returns
    -------
    frozenset of str
        All of :data:`ROUNDINGS` where nothing was seen; empty where the document mixes rules, such as one number
        that only truncation gives beside one that only rounding gives.

    Examples
    --------
    >>> from countback.trial.printed import parse
    >>> sorted(rules_shown([(parse("66.7"), Fraction(200, 3)), (parse("33.3"), Fraction(100, 3))]))
    ['half to even', 'half up']
    """
    left = frozenset(ROUNDINGS)
    for printed, value in values:
        if printed.relation == "=" and (rules := rules_that_print(printed, value)):
            left &= frozenset(rules)
    return left


def reciprocal(printed: Printed) -> tuple[Fraction, Fraction]:
    """Interval of 1/x for every x that a printed number stands for, such as a ratio with its arms swapped.

    Parameters
    ----------
    printed : Printed
        A positive number with relation ``=`` whose interval does not reach zero.

    Returns
    -------
    low, high : fractions.Fraction
        The ends of the reciprocal interval. `low` itself is never reached (the printed interval is open above).

    Raises
    ------
    ValueError
        If the number is an inequality, or its interval holds zero.

    Examples
    --------
    >>> from countback.trial.printed import parse
    >>> [round(float(end), 3) for end in reciprocal(parse("0.35"))]
    [2.778, 2.899]
    """
    if printed.relation != "=":
        raise ValueError(f"{printed.text!r} is an inequality and has no reciprocal interval")
    low, high = printed.low, printed.high
    if low <= 0 <= high:
        raise ValueError(f"{printed.text!r} may be zero, which has no reciprocal")
    return 1 / high, 1 / low


def at_level(number: Printed, alpha: float) -> Printed:
    """A printed p-value with ``NS`` referred to another level of significance; others are returned as they are."""
    return replace(number, value=exact(alpha)) if number.level else number


def significant(number: Printed, alpha: float) -> bool | None:
    """Whether a printed p is below alpha, or None where its characters leave that open.

    Examples
    --------
    >>> from countback.trial.printed import parse
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
    """Lowest and highest p that a printed one stands for."""
    if number.relation in ("<", "<="):
        return 0.0, float(number.value)
    if number.relation in (">", ">="):
        return float(number.value), 1.0
    return max(0.0, float(number.low)), min(1.0, float(number.high))
