"""Judges of the rows of a table of claims: comparisons, cells, estimates, means, and tables of categories."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import get_args

from countback.audit import categories, counts, effects, significance
from countback.audit.coherence import Effect
from countback.audit.finding import Comparison, Judgement
from countback.audit.means import Group, p_of_groups
from countback.audit.numerals import cut, whole, whole_numbers
from countback.audit.verdicts import Verdict
from countback.trial import printed
from countback.trial.design import Measure
from countback.trial.printed import Printed


@dataclass(frozen=True)
class Setting:
    """What surrounds a row.

    Attributes
    ----------
    alpha : float
    rules : tuple of str
        The rounding rules that the row's trial leaves open.
    points : bool
        Whether the table has decimal commas, so that a point separates thousands.
    measure : str or None
        The measure of effect that the name of a column says.
    """

    alpha: float
    rules: tuple[str, ...]
    points: bool = False
    measure: str | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of row.

    Attributes
    ----------
    name : str
    columns : tuple of str
        What a table must have for it.
    printed : str
        The column with what is printed.
    judge : callable
    says : callable
        The row in a few words.
    """

    name: str
    columns: tuple[str, ...]
    printed: str
    judge: Callable[[dict[str, str], Setting], Judgement]
    says: Callable[[Mapping[str, str]], str]


def _p(row: dict[str, str], alpha: float) -> Printed | Judgement:
    text = row["p_printed"]
    try:
        return printed.parse_p(text, alpha)
    except ValueError:
        because = "No p-value is printed." if not text else f"{cut(text)!r} is not a p-value."
        return Judgement(Verdict.NOT_CHECKABLE, f"{because} Needed: the p-value.")


def comparison(row: dict[str, str], setting: Setting) -> Judgement:
    """Judge a p-value by the counts of two arms."""
    found = whole_numbers(row, ("events_1", "total_1", "events_2", "total_2"), setting.points)
    if isinstance(found, Judgement):
        return found
    a, n1, b, n2 = found
    number = _p(row, setting.alpha)
    if isinstance(number, Judgement):
        return Judgement(number.verdict, number.because, comparison=Comparison((a, n1, b, n2)))
    return significance.p_of_counts(number, (a, n1, b, n2), setting.alpha, rules=setting.rules)


@cache
def percentage(text: str) -> Printed | None:
    """Percentage of a cell, or None; a table of many cells has the same few again and again."""
    try:
        number = printed.parse(text)
    except ValueError:
        return None
    return number if number.relation == "=" else None


def cell(row: dict[str, str], setting: Setting) -> Judgement:
    """Judge a percentage by its count."""
    found = whole_numbers(row, ("events", "total"), setting.points)
    if isinstance(found, Judgement):
        return found
    events, total = found
    percent = percentage(row["percent_printed"])
    if percent is None:
        text = row["percent_printed"]
        because = f"{cut(text)!r} is not a percentage." if text else "No percentage is printed."
        return Judgement(Verdict.NOT_CHECKABLE, f"{because} Needed: the percentage.")
    return counts.count_with_percentage(events, percent, counts.Totals(None, total, total), setting.rules)


def estimate(row: dict[str, str], setting: Setting) -> Judgement:
    """Judge an estimate by its limits, its p-value and its counts, as far as the row has them."""
    measure = (row.get("measure") or setting.measure or "").strip()
    measure = measure.upper() if measure.upper() in get_args(Measure) else measure
    if measure not in get_args(Measure):
        known = ", ".join(get_args(Measure))
        which = f"{cut(measure)!r} is not one" if measure else "it is not said"
        return Judgement(Verdict.NOT_CHECKABLE, f"Of which measure the estimate is, {which}. Needed: one of {known}.")
    numbers = []
    for name in ("estimate", "lower", "upper"):
        try:
            numbers.append(printed.parse_value(row[name]))
        except ValueError:
            because = f"{name} is {'empty' if not row[name] else repr(cut(row[name]))}. Needed: a number."
            return Judgement(Verdict.NOT_CHECKABLE, because)
    number = _p(row, setting.alpha) if row.get("p_printed") else None
    if isinstance(number, Judgement):
        return number
    level = re.fullmatch(r"(?:0?\.([0-9]+)|([0-9]{2}(?:\.[0-9]+)?) ?%?)", row.get("level", ""))
    confidence = 0.95 if level is None else float(f"0.{level[1]}") if level[1] else float(level[2]) / 100
    percent = measure == "RD" and (any("%" in row[n] for n in ("estimate", "lower")) or abs(numbers[0].value) > 1)
    of = Effect(measure, numbers[0], (numbers[1], numbers[2]), confidence, number, percent)
    cells = None
    names = ("events_1", "total_1", "events_2", "total_2")
    if all(row.get(name) for name in names):
        found = whole_numbers(row, names, setting.points)
        if isinstance(found, Judgement):
            return found
        cells = (found[0], found[1], found[2], found[3])
    return effects.judge(of, cells, setting.alpha, setting.rules)


def means(row: dict[str, str], setting: Setting) -> Judgement:
    """Judge a p-value by the means, SDs and numbers of two groups."""
    groups = []
    for arm in ("1", "2"):
        size = whole(row[f"total_{arm}"], f"total_{arm}", setting.points)
        if isinstance(size, Judgement):
            return size
        if size < 2:
            return Judgement(Verdict.NOT_CHECKABLE, f"total_{arm} is {size}. Needed: two patients or more.")
        values = []
        for name in (f"mean_{arm}", f"sd_{arm}"):
            try:
                values.append(printed.parse_value(row[name]))
            except ValueError:
                because = f"{name} is {'empty' if not row[name] else repr(cut(row[name]))}. Needed: a number."
                return Judgement(Verdict.NOT_CHECKABLE, because)
        if values[1].value < 0:
            return Judgement(
                Verdict.INCONSISTENT, f"sd_{arm} is {row[f'sd_{arm}']}: a standard deviation is not negative."
            )
        groups.append(Group.of(values[0], values[1], size))
    number = _p(row, setting.alpha)
    if isinstance(number, Judgement):
        return number
    return p_of_groups(number, groups[0], groups[1], setting.alpha)


def table(row: dict[str, str], setting: Setting) -> Judgement:
    """Judge a p-value by a table of categories, with one cell for each arm, such as ``12/20/8``."""
    arms = [name for name in sorted(row) if re.fullmatch(r"counts_[1-9]", name) and row[name]]
    rows = []
    for name in arms:
        parts = re.split(r"[/;|, ]+", row[name].strip())
        if len(parts) < 2 or not all(re.fullmatch(r"[0-9]{1,10}", part) for part in parts):
            return Judgement(Verdict.NOT_CHECKABLE, f"{name} is {cut(row[name])!r}. Needed: counts, such as 12/20/8.")
        rows.append([int(part) for part in parts])
    if len(rows) < 2 or len({len(one) for one in rows}) > 1:
        because = "The arms have different numbers of categories, or only one has any."
        return Judgement(Verdict.NOT_CHECKABLE, f"{because} Needed: as many counts in each arm.")
    number = _p(row, setting.alpha)
    if isinstance(number, Judgement):
        return number
    ordered = row.get("ordered", "").lower() in ("yes", "true", "1", "y", "ordered") or len(rows) > 2
    return categories.p_of_rows(number, rows, ordered, setting.alpha)


def _counts(row: Mapping[str, str]) -> str:
    return f"{row['events_1']}/{row['total_1']} v {row['events_2']}/{row['total_2']}"


KINDS = (
    Kind("comparison", ("events_1", "total_1", "events_2", "total_2", "p_printed"), "p_printed", comparison, _counts),
    Kind(
        "effect", ("estimate", "lower", "upper"), "estimate", estimate,
        lambda row: f"{row['estimate']} ({row['lower']} to {row['upper']})",
    ),
    Kind(
        "means", ("mean_1", "sd_1", "total_1", "mean_2", "sd_2", "total_2", "p_printed"), "p_printed", means,
        lambda row: f"{row['mean_1']}±{row['sd_1']} v {row['mean_2']}±{row['sd_2']}",
    ),
    Kind(
        "categories", ("counts_1", "counts_2", "p_printed"), "p_printed", table,
        lambda row: f"{row['counts_1']} v {row['counts_2']}",
    ),
    Kind(
        "cell", ("events", "total", "percent_printed"), "percent_printed", cell,
        lambda row: f"{row['events']} of {row['total']}",
    ),
)  # fmt: skip
"""Every kind of row, the first to fit a row first."""


def kind_of(row: Mapping[str, str], kinds: tuple[Kind, ...]) -> Kind:
    """Kind of a row: of those that the table has, the one of whose columns the row fills most."""
    effect = next((kind for kind in kinds if kind.name == "effect"), None)
    if effect is not None and all(row[name] for name in effect.columns):
        return effect  # with the counts beside it, which judge it too

    def filled(kind: Kind) -> float:
        return sum(bool(row[name]) for name in kind.columns) / len(kind.columns)

    return max(kinds, key=filled)
