"""Items: what the patterns for single numbers find, made into p-values, estimates, means and proportions.

Each maker takes what a pattern found and returns the class and the item that represents it, or None where the words
around it say that it is something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from countback.text.row import Found
from countback.text.tokens import Tokens, digits, value

_THRESHOLD_AFTER = re.compile(
    r"\W{0,3}(?:was|were|is|are|values?|being|as|to)?\s*(?:was |were |is )?(?:considered|regarded|taken|deemed|defined"
    r"|accepted|indicat|the (?:level|threshold)|set as|significance level)",
    re.IGNORECASE,
)
_THRESHOLD_BEFORE = re.compile(
    r"(?:significance (?:level )?(?:was |is )?(?:set|at|defined|of)|considered (?:statistically )?significant|alpha"
    r"|significance threshold|threshold|significant (?:factors|variables|predictors|if|when|at)"
    r"|(?:enter|retain|includ)ed (?:if|when|at))[^.;]{0,30}$",
    re.IGNORECASE,
)
LONGEST_LOOK = 60
"""Tokens that are looked back for the words which say what a number is."""


@dataclass(frozen=True)
class PValue:
    """A printed p-value."""

    first: int
    end: int
    p: str
    other: bool
    """Whether it is of noninferiority, equivalence, trend or interaction."""


@dataclass(frozen=True)
class Spread:
    """A mean with its standard deviation."""

    first: int
    end: int
    mean: str
    sd: str


@dataclass(frozen=True)
class Cell:
    """One arm's proportion: what of events, total and percentage is printed together."""

    first: int
    end: int
    events: str | None = None
    total: str | None = None
    percent: str | None = None


_OTHER = re.compile(r"non-?\s?inferior|equivalence|interaction|trend|heterogeneity|superiority margin", re.IGNORECASE)


def p_value(tokens: Tokens, found: Found) -> PValue | None:
    """A printed p, unless it is the threshold of significance."""
    first, end = found.parts["p"]
    number = tokens.span(first, end)
    size = value(number)
    if number.lower().startswith("n"):
        if "sign" not in found.parts:
            return None
    elif not 0 <= size <= 1:
        return None
    begin = found.parts["sign"][0] if "sign" in found.parts else first
    start, stop = tokens.starts[found.first], tokens.ends[found.end - 1]
    after = tokens.text[stop : stop + 60]
    if _THRESHOLD_AFTER.match(after) or _THRESHOLD_BEFORE.search(tokens.text[max(0, start - 80) : start]):
        return None
    if re.match(r"\s*[×x]\s*10", after):
        return None
    printed = re.sub(r"\s", " ", tokens.span(begin, end))
    near = tokens.text[start:stop] + after[:30].partition(".")[0].partition(";")[0]
    return PValue(found.first, found.end, printed, bool(_OTHER.search(near)))


def without_sign(text: str) -> str:
    """Printed number without its percent sign."""
    return re.sub(r"\s?(?:%|per\s?cent)$", "", text)


NUMBERS = frozenset(("NUM", "DEC", "NEG", "PCT", "SPCT"))


def spread(tokens: Tokens, found: Found) -> Spread | None:
    """A mean with its SD: where "mean (SD)" was announced, or SD or ± is between, and no standard error."""
    mean = found.parts["mean"][0]
    announced = False
    for index in range(mean - 1, max(-1, mean - LONGEST_LOOK), -1):
        kind = tokens.kind(index)
        if kind == "STOP" or kind in ("CI", "MEDIAN"):
            break
        if kind == "SE":
            return None
        if kind == "SD":
            announced = any(tokens.kind(i) == "MEAN" for i in range(max(0, index - 8), index + 2))
            break
    if found.pattern == "mean_sd_announced" and not announced:
        return None
    if (
        not announced
        and tokens.kind(found.parts["sd"][0] - 1) == "PM"
        and tokens.word(mean - 1).lower() in ("at", "within")
    ):
        return None
    after = [tokens.kind(i) for i in range(found.end, found.end + 4)]
    if "CI" in after[1:] and after[0] in ("COMMA", "SEMI", "OPEN"):
        return None
    between = tokens.span(found.first, found.end)
    if re.search(r"\bSEM?\b|error", between + tokens.text[tokens.ends[found.end - 1] :][:12]):
        return None
    sd = tokens.span(*found.parts["sd"])
    return Spread(mean, found.end, without_sign(tokens.span(*found.parts["mean"])), without_sign(sd))


def cell(tokens: Tokens, found: Found, share: str | None = None) -> Cell | None:
    """One arm's proportion; None where the numbers cannot be counts of people.

    Parameters
    ----------
    tokens : Tokens
    found : Found
    share : str, optional
        The percentage, where it was read before with its interval.
    """
    text = {name: tokens.span(*part) for name, part in found.parts.items()}
    if share is not None:
        text["percent"] = share
    events, total, percent = text.get("events"), text.get("total"), text.get("percent")
    if percent is not None:
        percent = without_sign(percent)
        size = value(percent)
        if not 0 <= size <= 100 or tokens.kind(found.end) == "CI" or tokens.kind(found.end + 1) == "CI":
            return None
        if found.pattern == "events_percent" and not _closes(tokens, found.end):
            return None
        if tokens.kind(found.first - 1) == "REL" or (found.pattern == "percent" and tokens.kind(found.end) == "DASH"):
            return None
        before = tokens.kind(found.parts["percent"][0] - 1)
        if before == "REL" or (before in ("DASH", "TO") and tokens.kind(found.parts["percent"][0] - 2) in NUMBERS):
            return None
    if events is not None and total is not None:
        low, high = value(events), value(total)
        if low > high or high < 2 or "." in digits(events):
            return None
        if found.pattern == "events_of_total_signless":
            assert percent is not None  # the pattern says so
            places = len(digits(percent).partition(".")[2])
            if abs(100 * low / high - value(percent)) > 1.01 * 10**-places:
                return None
        if found.pattern == "fraction" and not _fraction(tokens, found):
            return None
    if found.pattern == "events_percent" and tokens.kind(found.first - 1) in ("SLASH", "DASH", "PM"):
        return None
    if found.pattern == "percent_events" and tokens.kind(found.parts["events"][0]) == "WORDNUM":
        return None
    return Cell(found.first, found.end, events, total, percent)


def _closes(tokens: Tokens, index: int) -> bool:
    """Whether a bracket with a percentage ends, or goes on with what does not change whose percentage it is."""
    kind = tokens.kind(index)
    if kind == "COMMA":
        return tokens.kind(index + 1) not in ("PCT", "AND")
    return kind not in ("WORD", "PEOPLE", "AND", "UNIT")


def _fraction(tokens: Tokens, found: Found) -> bool:
    """Whether ``5/9`` is one of people, and not of days, a pressure or a date."""
    after, before = tokens.kind(found.end), tokens.kind(found.first - 1)
    if before == "EQ":
        return False
    if after in ("SLASH", "DASH", "UNIT") or before in ("SLASH", "DASH", "UNIT", "LABEL"):
        return False
    return tokens.kind(found.parts["total"][0] - 1) != "SLASH" or after not in ("WORD",) or before == "OPEN"
