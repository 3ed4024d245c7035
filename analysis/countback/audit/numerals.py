"""Cells of a user's own table that are counts: which digits are one, and which can be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Sequence

from countback.audit.finding import Judgement
from countback.audit.verdicts import Verdict
from countback.trial.digits import MOST_DIGITS, MOST_PATIENTS

LONGEST_SHOWN = 200
"""Characters of a cell that are repeated in a finding."""

_WHOLE = re.compile(r"([0-9]+)(?:\.0{1,2}|\.0{4,})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([,' \u00a0\u202f’])[0-9]{3})(?:\1[0-9]{3})*")
_TWO_WAYS = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
_POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_NUMBER = re.compile(r"[-−]?[0-9]+(?:\.[0-9]+)?")


def cut(text: str) -> str:
    """Text as a finding repeats it."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def whole_numbers(row: dict[str, str], names: Sequence[str], points: bool = False) -> list[int] | Judgement:
    """Read counts; where that fails, judge the row by that.

    Parameters
    ----------
    row : dict of str to str
    names : sequence of str
        Columns: events and total, in turn.
    points : bool
        Whether the table has decimal commas, so that a point separates thousands.
    """
    found = []
    for name in names:
        number = whole(row[name], name, points)
        if isinstance(number, Judgement):
            return number
        found.append(number)
    for event, total, e, n in zip(names[::2], names[1::2], found[::2], found[1::2], strict=True):
        if n == 0 or e > n:
            return Judgement(Verdict.INCONSISTENT, f"{event} {e} of {total} {n}: no such count is possible.")
        if len(names) > 2 and n > MOST_PATIENTS:  # of tests, whose products must be whole numbers of 64 bits
            because = f"{total} is more than {MOST_PATIENTS:,}. Needed: a number of patients."
            return Judgement(Verdict.NOT_CHECKABLE, because)
    return found


def whole(text: str, name: str, points: bool = False) -> int | Judgement:
    """Read one count; where that fails, judge the row by that."""
    if len(text) > MOST_DIGITS:
        because = f"{name} has {len(text):,} characters. Needed: a whole number of at most {MOST_DIGITS} digits."
        return Judgement(Verdict.NOT_CHECKABLE, because)
    if _GROUPED.fullmatch(text) or _POINTS.fullmatch(text) or (points and _TWO_WAYS.fullmatch(text)):
        return int(re.sub(r"[^0-9]", "", text))
    if _TWO_WAYS.fullmatch(text):
        thousand = text.replace(".", "")
        because = (
            f"{name} is {text}, which can be {float(text):g} or {thousand}. Needed: digits alone, such as {thousand}."
        )
        return Judgement(Verdict.NOT_CHECKABLE, because)
    match = _WHOLE.fullmatch(text)
    if match is not None:
        return int(match[1])
    if _NUMBER.fullmatch(text):  # negative or fractional: not a count, whatever is meant
        return Judgement(Verdict.INCONSISTENT, f"{name} is {text}, which is not a number of patients.")
    because = f"{name} is {'empty' if not text else repr(text)}. Needed: a whole number of patients."
    return Judgement(Verdict.NOT_CHECKABLE, because)
