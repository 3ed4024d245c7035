"""Tables of claims from many trials: one comparison, or one cell, per row.

A comparison has the columns ``trial, events_1, total_1, events_2, total_2, p_printed``; a cell has ``events, total,
percent_printed``. Other columns are allowed; of a cell, ``trial``, ``row``, ``column`` and the like name it. Nothing in
a row stops the audit: what cannot be read is `not checkable` or, where it is impossible, `inconsistent`, with a reason.
What was lost or repaired in reading is told in the audit's ``problems``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path

from countback.audit import counts, significance
from countback.audit.context import rules_left
from countback.audit.finding import Audit, Comparison, Judgement, Subject, finding
from countback.audit.verdicts import Verdict
from countback.delimited import Row, read_table
from countback.errors import InputError, nearest, shown
from countback.trial import printed
from countback.trial.printed import MOST_DIGITS, ROUNDINGS, Printed

COMPARISON = ("trial", "events_1", "total_1", "events_2", "total_2", "p_printed")
CELL = ("events", "total", "percent_printed")
"""The columns that each kind of table must have."""

ALPHA = 0.05
"""The level of significance where none is given: a table of many trials has none of its own."""


def audit(path: Path, alpha: float | None = None) -> Audit:
    """Judge every row of a table.

    Parameters
    ----------
    path : path
        A CSV file of comparisons or of cells.
    alpha : float, optional
        Level of significance, between 0 and 1; 0.05 by default.

    Returns
    -------
    Audit
        Its trial is the file's name without the ending. A row's id is its name, followed by its line where several
        rows share the name.

    Raises
    ------
    InputError
        If the file cannot be read, has no rows, or its header names neither kind of table.
    """
    level = ALPHA if alpha is None else alpha
    header, rows, problems = read_table(path)
    if set(COMPARISON) <= set(header):
        kind, judge, label = "comparison", _comparison, ["trial"]
    elif set(CELL) <= set(header):
        kind, judge, label = "cell", _cell, [name for name in header if name not in CELL]
    else:
        raise InputError(f"{shown(path)}, line 1: {_missing(header)}")
    names = [_cut(":".join(row.cells[part] for part in label if row.cells[part])) or f"line-{row.line}" for row in rows]
    often = Counter(names)
    rules = _rules(rows) if kind == "cell" else {}
    findings = []
    for (line, cells), name in zip(rows, names, strict=True):
        text = _cut(cells["p_printed" if kind == "comparison" else "percent_printed"])
        says = _says(cells, kind)
        unique = name if often[name] == 1 else f"{name}@{line}"
        judged = judge(cells, level, rules.get(cells.get("trial", ""), ROUNDINGS))
        findings.append(finding(Subject(unique, path.stem, f"line {line}", says, says, kind, text or None), judged))
    return Audit(trial=path.stem, alpha=level, findings=findings, problems=problems)


LONGEST_SHOWN = 200
"""Characters of a cell that are repeated in a finding."""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _rules(rows: list[Row]) -> dict[str, tuple[str, ...]]:
    """Rounding rules that the cells of each trial leave open."""
    values: dict[str, list[tuple[Printed, Fraction]]] = defaultdict(list)
    for _, row in rows:
        found, percent = _whole_numbers(row, ("events", "total")), _percentage(row["percent_printed"])
        if percent is not None and not isinstance(found, Judgement):
            values[row.get("trial", "")].append((percent, Fraction(100 * found[0], found[1])))
    return {trial: rules_left(known) for trial, known in values.items()}


def _missing(header: list[str]) -> str:
    best = max((COMPARISON, CELL), key=lambda wanted: len(set(wanted) & set(header)))
    missing = [name for name in best if name not in header]
    return (
        f"column {missing[0]!r} is missing; {nearest(missing[0], header)} A table of comparisons has the columns "
        f"{', '.join(COMPARISON)}; a table of cells {', '.join(CELL)}"
    )


def _says(row: dict[str, str], kind: str) -> str:
    if kind == "cell":
        return _cut(f"{row['events']} of {row['total']}")
    return _cut(f"{row['events_1']}/{row['total_1']} v {row['events_2']}/{row['total_2']}")


_WHOLE = re.compile(r"([0-9]+)(?:\.0*)?")


def _whole_numbers(row: dict[str, str], names: tuple[str, ...]) -> list[int] | Judgement:
    """Read counts; where that fails, judge the row by that."""
    found = []
    for name in names:
        text = row[name]
        match = _WHOLE.fullmatch(text)
        if len(text) > MOST_DIGITS:
            because = f"{name} has {len(text):,} characters. Needed: a whole number of at most {MOST_DIGITS} digits."
            return Judgement(Verdict.NOT_CHECKABLE, because)
        if match is None:
            if re.fullmatch(r"[-−]?[0-9]+(\.[0-9]+)?", text):  # negative or fractional: not a count, whatever is meant
                return Judgement(Verdict.INCONSISTENT, f"{name} is {text}, which is not a number of patients.")
            because = f"{name} is {'empty' if not text else repr(text)}. Needed: a whole number of patients."
            return Judgement(Verdict.NOT_CHECKABLE, because)
        found.append(int(match[1]))
    for (event_name, total_name), e, n in zip(_pairs(names), found[::2], found[1::2], strict=True):
        if n == 0 or e > n:
            because = f"{event_name} {e} of {total_name} {n}: no such count is possible."
            return Judgement(Verdict.INCONSISTENT, because)
    return found


def _pairs(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [*zip(names[::2], names[1::2], strict=True)]


def _comparison(row: dict[str, str], alpha: float, rules: tuple[str, ...]) -> Judgement:
    found = _whole_numbers(row, ("events_1", "total_1", "events_2", "total_2"))
    if isinstance(found, Judgement):
        return found
    a, n1, b, n2 = found
    text = row["p_printed"]
    try:
        number = printed.parse_p(text, alpha)
    except ValueError:
        because = "No p-value is printed." if not text else f"{_cut(text)!r} is not a p-value."
        return Judgement(
            Verdict.NOT_CHECKABLE, f"{because} Needed: the p-value.", comparison=Comparison((a, n1, b, n2))
        )  # fmt: skip
    return significance.p_of_counts(number, (a, n1, b, n2), alpha, rules=rules)


@cache
def _percentage(text: str) -> Printed | None:
    """Read a percentage; a table of many cells has the same few again and again."""
    try:
        number = printed.parse(text)
    except ValueError:
        return None
    return number if number.relation == "=" else None


def _cell(row: dict[str, str], alpha: float, rules: tuple[str, ...]) -> Judgement:
    found = _whole_numbers(row, ("events", "total"))
    if isinstance(found, Judgement):
        return found
    events, total = found
    percent = _percentage(row["percent_printed"])
    if percent is None:
        text = row["percent_printed"]
        because = f"{_cut(text)!r} is not a percentage." if text else "No percentage is printed."
        return Judgement(Verdict.NOT_CHECKABLE, f"{because} Needed: the percentage.")
    return counts.count_with_percentage(events, percent, counts.Totals(None, total, total), rules)
