"""Single printed numbers: a number, a p-value, a count; read in time that grows with the length of the text alone."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from countback.trial.rounding import Printed, exact

LONGEST = 200
"""Characters of a printed string: an article prints none that is longer."""

MOST_DIGITS = 60
"""Digits of one printed number."""

MOST_PATIENTS = 10**9
"""Patients of one arm; tests are worked out for no more."""

MARK = r"[.,·∙•]"
SIGN = r"[-−–‐‑‒+]"
NUMBER = rf"(?:[0-9]+(?:{MARK}[0-9]+)?|{MARK}[0-9]+)"
WHOLE = r"(?:[0-9]{1,3}(?:[,' ][0-9]{3})+|[0-9]+)"
"""A count: digits, or groups of three with a comma, a blank or an apostrophe between them."""

# White space is one blank at most by now, so that no form below can be read in two ways.
_FORM = re.compile(
    rf"(?:p(?:[- ]?values?)?(?: for [a-z -]{{1,60}}?)? ?)?(?P<relation><=|>=|[=<>≤≥⩽⩾])? ?(?P<sign>{SIGN})? ?"
    rf"(?P<number>{NUMBER}) ?%?",
    re.IGNORECASE,
)
_RELATIONS = {"≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", None: "="}
_OR_EQUAL = re.compile(r"([<>]) ?(?:or ?)?=")
_BRACKETED = re.compile(r"\[(.*)\]|\((.*)\)")
_NOT_SIGNIFICANT = re.compile(
    r"(?:p ?[=:]? ?)?(?P<open>\()?(?:n\.? ?s\.?|not significant|non-?significant)(?(open)\))",
    re.IGNORECASE,
)
PEOPLE = (
    r"(?: (?:of the )?(?:participants?|patients?|people|persons?|subjects?|women|men|children|infants?|individuals?"
    r"|adults?|cases?|events?))?"
)
"""What may follow a number of patients."""

_PURPOSE = re.compile(r" for [a-z -]{1,60}(?=[)\]]?$)", re.IGNORECASE)
"""What a p-value is said to be for, where that follows the number."""

_PEOPLE = re.compile(rf"(?<=[^ ]){PEOPLE}$", re.IGNORECASE)
_WORDS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
"""Small counts as articles print them."""

_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _in_words() -> dict[str, int]:
    """Counts in words, up to ninety-nine."""
    found = {word: number for number, word in enumerate((*_WORDS, *_TEENS))}
    for i, ten in enumerate(_TENS, 2):
        found[ten] = 10 * i
        found |= {f"{ten}{joint}{_WORDS[unit]}": 10 * i + unit for unit in range(1, 10) for joint in "- "}
    return found | {"zero": 0, "no": 0, "a single": 1}


IN_WORDS = _in_words()
"""Counts in words, as articles print them at the start of a sentence."""


def cut(text: str) -> str:
    """Text as a message shows it."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def tidied(text: str) -> str:
    """Text with one blank for any white space, after the limits of length were checked.

    Raises
    ------
    ValueError
        If the text or a number in it is too long.
    """
    if len(text) > LONGEST:
        raise ValueError(f"{cut(text)} is {len(text)} characters long; a printed number has at most {LONGEST}")
    if re.search(rf"[0-9]{{{MOST_DIGITS + 1}}}", text):
        raise ValueError(f"{cut(text)} has a number of more than {MOST_DIGITS} digits; write what the article prints")
    return " ".join(text.split())


def number_of(text: str) -> tuple[Fraction, int]:
    """Value and decimals of digits with at most one decimal mark."""
    whole, _, decimals = re.sub(MARK, ".", text).partition(".")
    return Fraction(int((whole or "0") + decimals), 10 ** len(decimals)), len(decimals)


def signed(text: str) -> Printed:
    """Read what a form has found, an optional sign and digits, as a printed number."""
    match = re.fullmatch(rf"(?P<sign>{SIGN})? ?(?P<number>{NUMBER})", text)
    assert match is not None  # the form says so
    value, decimals = number_of(match["number"])
    return Printed(text, "=", -value if match["sign"] not in (None, "+") else value, decimals)


def whole(text: str) -> int:
    """Whole number of digits with separators of thousands."""
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
    tidy = tidied(text)
    word = tidy.lower()
    if word in IN_WORDS:
        return Printed(text, "=", Fraction(IN_WORDS[word]), 0)
    bracketed = _BRACKETED.fullmatch(tidy)
    inner = (bracketed[1] or bracketed[2] or "").strip() if bracketed else tidy
    match = _FORM.fullmatch(_OR_EQUAL.sub(r"\1=", inner))
    if not match:
        raise ValueError(f"{cut(text)} is not a number; write digits with one decimal point, such as 0.052")
    value, decimals = number_of(match["number"])
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
    if _NOT_SIGNIFICANT.fullmatch(tidied(text)):
        return Printed(text, ">=", exact(alpha), 0, level=True)
    number = replace(parse(_PURPOSE.sub("", text, count=1)), text=text)
    if not 0 <= number.value <= 1:
        raise ValueError(f"printed {cut(text)} is not a probability; a p-value lies between 0 and 1, such as 0.052")
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
    tidy = re.sub(r"^n ?= ?", "", tidied(text), flags=re.IGNORECASE)
    tidy = _PEOPLE.sub("", tidy, count=1)
    word = tidy.lower()
    if word in IN_WORDS:
        return Printed(text, "=", Fraction(IN_WORDS[word]), 0)
    if not re.fullmatch(WHOLE, tidy):
        raise ValueError(f"{cut(text)} is not a count; write a whole number of patients, such as 16, 10,010 or two")
    return Printed(text, "=", Fraction(whole(tidy)), 0)
