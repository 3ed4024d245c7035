"""Context: what the words around two numbers say of them, proportions of people or something else."""

from __future__ import annotations

import re

from countback.text.arms import Arms
from countback.text.items import Cell
from countback.text.tokens import Tokens, value
from countback.text.totals import fits

_CONTINUOUS = re.compile(
    r"\b(?:mean|median|average|HbA\(?1c?\)?\w*|A1C|A1c|ejection fraction|LVEF|FEV|FVC|h[a]?ematocrit|saturation|SpO2"
    r"|from baseline|LDL|HDL|cholesterol|triglycerides?|pressure|glucose|CRP|BMD|mineral|intake|costs?|loss|scores?"
    r"|(?:reduc|decreas|increas|improve|chang|rose|fell)\w*(?: \w+)? (?:by|of|was|were)(?: \w+){0,3}\W*$"
    r"|concentrations?|accuracy|sensitivity|specificity|bioavailability|density|volume|weight|coverage|clearance"
    r"|viability|intensity|energy|oxygen|expression|power|predicted|variab\w+|coefficient)\b",
    re.IGNORECASE,
)
_PROPORTION = re.compile(
    r"\b(?:rates?|incidence|proportions?|percentages?|patients|participants|subjects|women|men|children|responders?"
    r"|achiev\w+|experienc\w+|prevalence|occur\w+|develop\w+|risk|mortality|death|died|frequenc\w+|frequent|remission"
    r"|responses?|cure\w*|survival|complications?|adverse|events?|success\w*|recurren\w+|infections?|more likely|common"
    r"|infants|people|adults|relapse\w*|failure|cases)\b",
    re.IGNORECASE,
)
_PERCENT_CHANGE = re.compile(
    r"\bpercent(?:age)? (?:reduction|change|decrease|increase|improvement|inhibition"
    r"|of (?:the )?(?:time|baseline|predicted))|relative (?:change|increase|decrease)",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\b(?:died|deaths?|occurred|developed|experienced|relapsed|reached|reported|observed|noted|detected|seen|had"
    r"|responded|achieved|required|recurred|underwent|withdrew|discontinued|failed|recovered)\b"
)
_RATIO = re.compile(r".{0,40}(?:odds ratio|hazard ratio|risk ratio|relative risk|\bRR\b|\bOR\b|\bHR\b|RD\b)", re.DOTALL)
_CHANGE_BEHIND = re.compile(r"\s*(?:\w+ )?(?:reduction|increase|decrease|improvement|loss|change|of predicted)")
_TIMES = re.compile(
    r"\b(?:months|years|weeks|days|hours|visits?) \d+(?:,| and) |\b\d+(?:,| and) \d+ (?:months|years|weeks|days|hours)"
)
_NEAR = 110
"""Characters before two numbers in which a measurement would be named; a proportion may be named earlier."""


def compares(tokens: Tokens, arms: Arms, one: Cell, two: Cell) -> bool:
    """Whether two cells are proportions of people, and not means, changes, doses, or values before and after."""
    if (one.events is None) != (two.events is None):
        return False
    around = [tokens.kind(i) for i in (one.first - 1, one.end, two.first - 1, two.end)]
    if around[0] == "TO" or around[1] in ("TO", "PM") or around[2] == "TO" or around[3] in ("TO", "PM"):
        return False
    if "baseline" in tokens.span(one.first, min(two.end + 2, len(tokens.codes))).lower():
        return False
    if one.events is not None:
        return not splits(one, two)
    return not arms.in_methods(one.first) and _of_people(tokens, arms, one, two)


def _of_people(tokens: Tokens, arms: Arms, one: Cell, two: Cell) -> bool:
    """Whether two percentages without counts are of people."""
    start, end = tokens.starts[arms.sentence_start(one.first)], tokens.starts[one.first]
    sentence = tokens.text[max(start, end - 3 * _NEAR) : end]
    words = sentence[-_NEAR:].rpartition(";")[2]
    behind = tokens.ends[two.end - 1]
    if _CHANGE_BEHIND.match(tokens.text[behind : behind + 40]):
        return False
    if _RATIO.match(tokens.text[behind : behind + 60]):
        return True
    words = re.split(r"[pP] ?[<>=≤]", words)[-1]
    if _PERCENT_CHANGE.search(words):
        return False
    return not _CONTINUOUS.search(words) or bool(_PROPORTION.search(sentence))


def splits(one: Cell, two: Cell) -> bool:
    """Whether two cells are shares of one whole: who was allocated to which arm."""
    if one.total or two.total or one.percent is None or two.percent is None:
        return False
    first, second = value(one.events or ""), value(two.events or "")
    whole = first + second
    return whole > 0 and fits(first, whole, one.percent) and fits(second, whole, two.percent)


def tested(tokens: Tokens, one: Cell, two: Cell) -> bool:
    """Whether two fractions of different totals have a p behind them: then they are groups, whatever their names."""
    if not (one.total and two.total and value(one.total) != value(two.total)):
        return False
    after = [tokens.kind(i) for i in range(two.end, two.end + 5)]
    return "P" in after and "STOP" not in after[: after.index("P")]


def happens(tokens: Tokens, arms: Arms, first: int, end: int) -> bool:
    """Whether a sentence says what happened to people, near two counts, and not who was allocated."""
    start, stop = arms.sentence_start(first), arms.sentence_end(first)
    if not _HAPPENED.search(tokens.span(start, min(stop, start + 80))):
        return False
    return all(tokens.kind(i) != "SIZED" for i in range(max(start, first - 12), min(stop, end + 6)))


def of_arms(tokens: Tokens, arms: Arms, one: Cell, two: Cell, known: bool) -> bool:
    """Whether "respectively" belongs to two arms, and not to two times or outcomes.

    Parameters
    ----------
    tokens : Tokens
    arms : Arms
    one, two : Cell
    known : bool
        Whether a comparison of the arms was read before.
    """
    start, end = arms.sentence_start(one.first), arms.sentence_end(two.end)
    text = tokens.span(start, min(end, start + 200)).lower()
    if _TIMES.search(text):
        return False
    if one.events is not None and known:
        return True
    if not any(tokens.kind(i) in ("AND", "COMMA", "OR", "SEMI") for i in range(start, one.first)):
        tail = [tokens.kind(i) for i in range(two.end, min(two.end + 8, end))]
        if "P" in tail or known:
            return True
    named = arms.named(start, one.first) | arms.named(two.end, min(end, two.end + 16))
    behind = tokens.span(two.end, min(end, two.end + 22)).lower()
    return (
        len(named) >= 2
        or bool(re.search(r"\b(?:groups|arms)\b", text) and named)
        or bool(re.search(r"\b(?:groups|arms)\b", behind))
        or (one.events is not None and bool(re.search(r"\b(?:receiving|assigned|treated|given)\b", behind)))
    )
