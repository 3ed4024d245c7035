"""Items: what the patterns for single numbers find, made into p-values, estimates, means and proportions.

Each maker takes what a pattern found and returns the class and the item that stands for it, or None where the words
around it say that it is something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from countback.text.claim import Kind
from countback.text.row import Found
from countback.text.tokens import Tokens, digits, value

_THRESHOLD_AFTER = re.compile(r"\W{0,3}(?:was|were|is|are|values?|being|as|to)?\s*(?:was |were |is )?(?:considered|regarded|taken|deemed"
                              r"|defined|accepted|indicat|the (?:level|threshold)|set as|significance level)", re.IGNORECASE)  # fmt: skip
_THRESHOLD_BEFORE = re.compile(
    r"(?:significance (?:level )?(?:was |is )?(?:set|at|defined|of)|considered (?:statistically )?significant|alpha"
    r"|significance threshold|threshold|significant (?:factors|variables|predictors|if|when|at)|(?:enter|retain|includ)ed (?:if|when|at))[^.;]{0,30}$",
    re.IGNORECASE,
)
LONGEST_LOOK = 60
"""Tokens that are looked back for the words which say what a number is."""

_MEASURES = {"RATIO", "DIFF", "EFFICACY"}


@dataclass(frozen=True)
class PValue:
    """A printed p-value."""

    first: int
    end: int
    p: str
    other: bool
    """Whether it is of noninferiority, equivalence, trend or interaction."""


@dataclass(frozen=True)
class Estimate:
    """An estimate with its interval."""

    first: int
    end: int
    kind: Kind
    fields: dict[str, str]
    begin: int
    """First token of the estimate itself, without the measure's name."""


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


def _measure(tokens: Tokens, begin: int) -> tuple[int, str, str] | None:
    """The nearest words before a number that say what it is: token, class, measure."""
    for index in range(begin - 1, max(-1, begin - LONGEST_LOOK), -1):
        kind = tokens.kind(index)
        if kind == "STOP":
            return None
        if kind in _MEASURES or kind == "MEDIAN" or (kind == "CHANGE" and begin - index < 14):
            return index, kind, tokens.names.get(index, "")
    return None


def _adjusted(tokens: Tokens, index: int, name: str) -> tuple[int, str]:
    """Measure with the word "adjusted" before it."""
    for back in (1, 2):
        if index >= back and tokens.word(index - back).lower() in ("adjusted", "adj", "covariate-adjusted"):
            return index - back, {"HR": "aHR", "OR": "aOR", "RR": "aRR", "IRR": "aIRR"}.get(name, f"adjusted {name}")
    return index, name


_NUMBERS = frozenset(("NUM", "DEC", "NEG", "PCT", "SPCT"))


def _opened(tokens: Tokens, begin: int) -> str | None:
    """Level of an interval that was announced earlier in the sentence, such as "mean (95% CI)"; "" without level."""
    for index in range(begin - 1, max(-1, begin - LONGEST_LOOK - 40), -1):
        kind = tokens.kind(index)
        if kind == "STOP":
            return None
        if kind == "CI":
            for near in (index - 1, index - 2, index + 1):
                if tokens.kind(near) == "PCT" and value(tokens.word(near)) >= 50:
                    return digits(tokens.word(near))
            return ""
    return None


def estimate(tokens: Tokens, found: Found, before: Estimate | None = None) -> Estimate | None:
    """An estimate with its interval, named by the words before it; None where they say that it is something else."""
    begin, behind = found.parts["estimate"]
    if tokens.kind(begin - 1) == "PM" or tokens.kind(behind) == "SLASH":
        return None
    text = {name: tokens.span(*part) for name, part in found.parts.items()}
    if found.pattern == "one_limit":
        text["lower" if text.pop("which").lower().startswith("lower") else "upper"] = text.pop("limit")
    level = text.get("level") or text.get("level_behind")
    if found.pattern == "interval" and tokens.kind(behind) == "CI" and level is None:
        return None
    if level is not None and not 50 <= value(level) < 100:
        return None
    if found.pattern.startswith("interval_bare"):
        level = _opened(tokens, begin)
        comma = tokens.kind(found.parts["upper"][0] - 1) in ("COMMA", "SEMI", "AND")
        if comma and tokens.kind(found.parts["upper"][1]) != "CLOSE":
            return None
        if not _inside(text) or (
            found.pattern == "interval_bare_comma" and tokens.kind(found.parts["upper"][0] - 1) == "COMMA"
        ):
            return None
    named = _measure(tokens, begin)
    listed = (
        before is not None and (named is None or named[0] < before.begin) and not _stopped(tokens, before.end, begin)
    )
    within = tokens.word(begin - 1).lower() in ("in", "among", "of") if begin else False
    bare = found.pattern.startswith("interval_bare")
    first, kind, measure, unit = begin, None, "", ""
    percent = tokens.kind(begin) in ("PCT", "SPCT") or (bare and text["upper"].rstrip().endswith("%"))
    follows = tokens.text[tokens.ends[begin] : tokens.ends[begin] + 24].lower()
    if tokens.kind(behind) == "UNIT" and "point" in tokens.word(behind).lower():
        unit = tokens.word(behind)
    if named is not None and named[1] in _MEASURES:
        index, name, measure = named
        first, measure = _adjusted(tokens, index, measure)
        kind = Kind.DIFFERENCE_CI if name == "DIFF" else Kind.RATIO_CI
    if listed and before is not None and (before.kind is not Kind.PROPORTION_CI or tokens.kind(begin) == "PCT"):
        kind, measure, first = before.kind, before.fields.get("measure", ""), begin
        level = (
            level if level is not None else before.fields.get("level") if before.kind is Kind.PROPORTION_CI else level
        )
    elif kind is None and begin and tokens.word(begin - 1).lower() == "by":
        kind, measure = Kind.DIFFERENCE_CI, "change"
    elif kind is None and percent and tokens.kind(begin) == "PCT" and (within or not (named and named[1] == "CHANGE")):
        kind, measure = Kind.PROPORTION_CI, ""
    elif kind is None and (named is None or named[1] != "MEDIAN"):
        signed = tokens.kind(begin) in ("NEG", "SPCT") or "NEG" in (tokens.kind(found.parts.get("lower", (0, 0))[0]),)
        if signed or (named is not None and named[1] == "CHANGE"):
            kind, measure = Kind.DIFFERENCE_CI, "change" if named and named[1] == "CHANGE" else "difference"
    if kind is Kind.DIFFERENCE_CI and tokens.kind(begin) == "PCT" and (named is None or begin - named[0] > 3):
        if _SHARE_BEFORE.search(
            tokens.text[tokens.starts[max(0, begin - 40)] : tokens.starts[begin]].rpartition(". ")[2]
        ):
            kind, measure, first = Kind.PROPORTION_CI, "", begin
    if kind is Kind.DIFFERENCE_CI and tokens.kind(begin) in ("NUM", "DEC", "PCT"):
        near = [tokens.kind(i) for i in range(max(0, begin - 3), begin)]
        if "MEAN" in near and "DIFF" not in near and "CHANGE" not in near:
            return None
        if bare and listed and _beside_versus(tokens, found):
            return None
    if (kind is Kind.RATIO_CI and tokens.kind(begin) == "NEG") or kind is None:
        return None
    if found.pattern == "interval_bare_comma" and not (named and named[1] in _MEASURES and begin - named[0] < 4):
        if kind is not Kind.PROPORTION_CI or level is None:
            return None
    if bare and level is None and not listed and not (named and named[1] in _MEASURES):
        return None
    if bare and not listed and kind is Kind.DIFFERENCE_CI and level is None and begin - first > 4:
        return None
    return _built(tokens, found, text, kind, measure, first, level, percent, unit or follows[:0])


_SHARE_BEFORE = re.compile(
    r"\b(?:proportions?|percentages? of (?:patients|participants|subjects|women)|rates?)\b", re.IGNORECASE
)


def _beside_versus(tokens: Tokens, found: Found) -> bool:
    """Whether an estimate is one of two that "versus" joins: the arms' own values, not their difference."""
    around = [*range(max(0, found.first - 3), found.first), *range(found.end, found.end + 4)]
    return any(tokens.kind(i) == "VS" for i in around)


def _stopped(tokens: Tokens, first: int, end: int) -> bool:
    return end - first > LONGEST_LOOK or any(tokens.kind(i) == "STOP" for i in range(first, end))


def _built(
    tokens: Tokens, found: Found, text: dict[str, str], kind: Kind, measure: str, first: int, level: str | None,
    percent: bool, unit: str,
) -> Estimate:  # fmt: skip
    begin = found.parts["estimate"][0]
    clean = {name: _number(text[name]) for name in ("estimate", "lower", "upper") if name in text}
    if len(clean) == 3:
        low, high = value(clean["lower"]), value(clean["upper"])
        if high < 0 <= low and tokens.kind(found.parts["upper"][0]) in ("NEG", "SPCT") and low <= -high:
            clean["upper"] = clean["upper"].lstrip("-−–‒‐‑ ")  # a dash that was taken for a minus
        elif low > high:
            clean["lower"], clean["upper"] = clean["upper"], clean["lower"]
    fields = ({"measure": measure} if measure else {}) | {"estimate": clean["estimate"]}
    fields |= {"level": digits(level)} if level else {}
    fields |= {name: clean[name] for name in ("lower", "upper") if name in clean}
    if percent or unit:
        fields["unit"] = unit or "%"
    apart = begin - first > 25 or any(tokens.kind(i) in ("PCT", "STOP") for i in range(first, begin))
    return Estimate(begin if apart else first, found.end, kind, fields, begin)


def _number(text: str) -> str:
    return re.sub(r"\s?(?:%|per\s?cent)$", "", text)


def _inside(text: dict[str, str]) -> bool:
    """Whether the estimate lies between its limits, in whichever order they are printed."""
    low, mid, high = (value(_number(text[name])) for name in ("lower", "estimate", "upper"))
    if mid < 0 < min(low, high):  # limits printed without their sign
        mid = -mid
    return min(low, high) <= mid <= max(low, high) and low != high


def spread(tokens: Tokens, found: Found) -> Spread | None:
    """A mean with its SD: where "mean (SD)" was announced, or SD or ± stands between, and no standard error."""
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
    return Spread(mean, found.end, _number(tokens.span(*found.parts["mean"])), _number(sd))


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
        percent = _number(percent)
        size = value(percent)
        if not 0 <= size <= 100 or tokens.kind(found.end) == "CI" or tokens.kind(found.end + 1) == "CI":
            return None
        if found.pattern == "events_percent" and not _closes(tokens, found.end):
            return None
        if tokens.kind(found.first - 1) == "REL" or (found.pattern == "percent" and tokens.kind(found.end) == "DASH"):
            return None
        before = tokens.kind(found.parts["percent"][0] - 1)
        if before == "REL" or (before in ("DASH", "TO") and tokens.kind(found.parts["percent"][0] - 2) in _NUMBERS):
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
