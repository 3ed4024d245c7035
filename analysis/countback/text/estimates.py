"""Estimates with their intervals: what the words before an estimate say that it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from countback.text.claim import Kind
from countback.text.items import LONGEST_LOOK, without_sign
from countback.text.row import Found
from countback.text.tokens import Tokens, digits, value

_MEASURES = frozenset(("RATIO", "DIFF", "EFFICACY"))
_SHARE_BEFORE = re.compile(
    r"\b(?:proportions?|percentages? of (?:patients|participants|subjects|women)|rates?)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Estimate:
    """An estimate with its interval."""

    first: int
    end: int
    kind: Kind
    fields: dict[str, str]
    begin: int
    """First token of the estimate itself, without the measure's name."""


def estimate(tokens: Tokens, found: Found, before: Estimate | None = None) -> Estimate | None:
    """An estimate with its interval, named by the words before it; None where they say that it is something else.

    Parameters
    ----------
    tokens : Tokens
    found : Found
    before : Estimate, optional
        The estimate before it: in a list, the measure is named once.
    """
    one = _Candidate(tokens, found, before)
    if not one.has_the_form:
        return None
    kind, measure, first = one.kind()
    if kind is None or not one.may_be(kind, first):
        return None
    return _built(one, kind, measure, first)


class _Candidate:
    """Numbers that have the form of an estimate with its interval, and the words around them."""

    def __init__(self, tokens: Tokens, found: Found, before: Estimate | None) -> None:
        self.tokens, self.found, self.before = tokens, found, before
        self.begin, self.behind = found.parts["estimate"]
        self.bare = found.pattern.startswith("interval_bare")
        self.comma = found.pattern == "interval_bare_comma"
        self.text = {name: tokens.span(*part) for name, part in found.parts.items()}
        if found.pattern == "one_limit":
            lower = self.text.pop("which").lower().startswith("lower")
            self.text["lower" if lower else "upper"] = self.text.pop("limit")
        printed = self.text.get("level") or self.text.get("level_behind")
        self.level = _opened(tokens, self.begin) if self.bare else printed
        self.printed_level = printed
        self.named = _measure(tokens, self.begin)

    @property
    def has_the_form(self) -> bool:
        """Whether the marks around the numbers allow an interval."""
        tokens, found = self.tokens, self.found
        if tokens.kind(self.begin - 1) == "PM" or tokens.kind(self.behind) == "SLASH":
            return False
        if found.pattern == "interval" and tokens.kind(self.behind) == "CI" and self.printed_level is None:
            return False
        if self.printed_level is not None and not 50 <= value(self.printed_level) < 100:
            return False
        if not self.bare:
            return True
        join = tokens.kind(found.parts["upper"][0] - 1)
        if join in ("COMMA", "SEMI", "AND") and tokens.kind(found.parts["upper"][1]) != "CLOSE":
            return False
        return _inside(self.text) and not (self.comma and join == "COMMA")

    @cached_property
    def listed(self) -> Estimate | None:
        """The estimate before it, where both are of one list whose measure is named once."""
        before = self.before
        if before is None or (self.named is not None and self.named[0] >= before.begin):
            return None
        return None if _stopped(self.tokens, before.end, self.begin) else before

    @property
    def shape(self) -> str:
        """Class of the estimate's own number."""
        return self.tokens.kind(self.begin)

    @property
    def percent(self) -> bool:
        """Whether the numbers are percentages."""
        return self.shape in ("PCT", "SPCT") or (self.bare and self.text["upper"].rstrip().endswith("%"))

    def _named_in(self, *classes: str) -> bool:
        return self.named is not None and self.named[1] in classes

    def kind(self) -> tuple[Kind | None, str, int]:
        """Kind, measure, and first token: from the measure's name on, where it is near."""
        kind, measure, first = self._named()
        far = self.named is None or self.begin - self.named[0] > 3
        if kind is Kind.DIFFERENCE_CI and self.shape == "PCT" and far and self._of_shares():
            return Kind.PROPORTION_CI, "", self.begin
        return kind, measure, first

    def _named(self) -> tuple[Kind | None, str, int]:
        begin, before = self.begin, self.listed
        if before is not None and (before.kind is not Kind.PROPORTION_CI or self.shape == "PCT"):
            if self.level is None and before.kind is Kind.PROPORTION_CI:
                self.level = before.fields.get("level")
            return before.kind, before.fields.get("measure", ""), begin
        if self.named is not None and self.named[1] in _MEASURES:
            index, name, measure = self.named
            first, measure = _adjusted(self.tokens, index, measure)
            return (Kind.DIFFERENCE_CI if name == "DIFF" else Kind.RATIO_CI), measure, first
        word = self.tokens.word(begin - 1).lower() if begin else ""
        if word == "by":
            return Kind.DIFFERENCE_CI, "change", begin
        if self.shape == "PCT" and (word in ("in", "among", "of") or not self._named_in("CHANGE")):
            return Kind.PROPORTION_CI, "", begin
        if self._named_in("MEDIAN"):
            return None, "", begin
        lower = self.found.parts.get("lower")
        signed = self.shape in ("NEG", "SPCT") or (lower is not None and self.tokens.kind(lower[0]) == "NEG")
        if self._named_in("CHANGE"):
            return Kind.DIFFERENCE_CI, "change", begin
        return (Kind.DIFFERENCE_CI if signed else None), "difference", begin

    def _of_shares(self) -> bool:
        """Whether the sentence speaks of proportions before a percentage."""
        start = self.tokens.starts[max(0, self.begin - 40)]
        return bool(_SHARE_BEFORE.search(self.tokens.text[start : self.tokens.starts[self.begin]].rpartition(". ")[2]))

    def may_be(self, kind: Kind, first: int) -> bool:
        """Whether an estimate of a kind can have these numbers and these words."""
        if kind is Kind.RATIO_CI and self.shape == "NEG":
            return False
        if kind is Kind.DIFFERENCE_CI and self.shape in ("NUM", "DEC", "PCT"):
            near = [self.tokens.kind(i) for i in range(max(0, self.begin - 3), self.begin)]
            if "MEAN" in near and "DIFF" not in near and "CHANGE" not in near:
                return False
            if self.bare and self.listed is not None and _beside_versus(self.tokens, self.found):
                return False
        measured = self._named_in(*_MEASURES)
        close = measured and self.named is not None and self.begin - self.named[0] < 4
        if self.comma and not close and (kind is not Kind.PROPORTION_CI or self.level is None):
            return False
        if not self.bare or self.level is not None or self.listed is not None:
            return True
        return measured and not (kind is Kind.DIFFERENCE_CI and self.begin - first > 4)


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


def _stopped(tokens: Tokens, first: int, end: int) -> bool:
    return end - first > LONGEST_LOOK or any(tokens.kind(i) == "STOP" for i in range(first, end))


def _beside_versus(tokens: Tokens, found: Found) -> bool:
    """Whether an estimate is one of two that "versus" joins: the arms' own values, not their difference."""
    around = [*range(max(0, found.first - 3), found.first), *range(found.end, found.end + 4)]
    return any(tokens.kind(i) == "VS" for i in around)


def _built(one: _Candidate, kind: Kind, measure: str, first: int) -> Estimate:
    tokens, found, begin = one.tokens, one.found, one.begin
    clean = {name: without_sign(one.text[name]) for name in ("estimate", "lower", "upper") if name in one.text}
    if len(clean) == 3:
        low, high = value(clean["lower"]), value(clean["upper"])
        if high < 0 <= low <= -high and tokens.kind(found.parts["upper"][0]) in ("NEG", "SPCT"):
            clean["upper"] = clean["upper"].lstrip("-−–‒‐‑ ")  # a dash that was taken for a minus
        elif low > high:
            clean["lower"], clean["upper"] = clean["upper"], clean["lower"]
    points = tokens.kind(one.behind) == "UNIT" and "point" in tokens.word(one.behind).lower()
    fields = ({"measure": measure} if measure else {}) | {"estimate": clean["estimate"]}
    fields |= {"level": digits(one.level)} if one.level else {}
    fields |= {name: clean[name] for name in ("lower", "upper") if name in clean}
    if one.percent or points:
        fields["unit"] = tokens.word(one.behind) if points else "%"
    apart = begin - first > 25 or any(tokens.kind(i) in ("PCT", "STOP") for i in range(first, begin))
    return Estimate(begin if apart else first, found.end, kind, fields, begin)


def _inside(text: dict[str, str]) -> bool:
    """Whether the estimate lies between its limits, in whichever order they are printed."""
    low, mid, high = (value(without_sign(text[name])) for name in ("lower", "estimate", "upper"))
    if mid < 0 < min(low, high):  # limits printed without their sign
        mid = -mid
    return min(low, high) <= mid <= max(low, high) and low != high
