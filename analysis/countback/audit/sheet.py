"""Tables of claims from many trials: one comparison, or one cell, a row.

A comparison has the columns ``trial, events_1, total_1, events_2, total_2, p_printed``; a cell has ``events, total,
percent_printed``. Other columns are allowed; of a cell, ``trial``, ``row``, ``column`` and the like name it. Nothing in
a row stops the audit: what cannot be read is `not checkable` or, where it is impossible, `inconsistent`, and says why.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

from countback.audit import claims
from countback.audit.finding import Audit, Finding
from countback.errors import InputError
from countback.files import read_text, shown
from countback.readers import nearest
from countback.trial import printed
from countback.trial.printed import Printed

COMPARISON = ("trial", "events_1", "total_1", "events_2", "total_2", "p_printed")
CELL = ("events", "total", "percent_printed")
"""The columns that each kind of table must have."""

ALPHA = 0.05
"""The level of significance where none is given: a table of many trials has none of its own."""


def audit(path: Path, alpha: float | None = None) -> Audit:
    """Give every row of a table its verdict.

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
        If the file cannot be read, is not CSV, has no rows, or its header names neither kind of table.
    """
    level = ALPHA if alpha is None else alpha
    rows = _rows(path)
    header = list(rows[0][1])
    if set(COMPARISON) <= set(header):
        kind, judge, label = "comparison", _comparison, ["trial"]
    elif set(CELL) <= set(header):
        kind, judge, label = "cell", _cell, [name for name in header if name not in CELL]
    else:
        raise InputError(f"{shown(path)}, line 1: {_lacking(header)}")
    names = [":".join(row[part] for part in label if row[part]) or f"line-{line}" for line, row in rows]
    often = Counter(names)
    findings = []
    for (line, row), name in zip(rows, names, strict=True):
        text = row["p_printed" if kind == "comparison" else "percent_printed"]
        says = _says(row, kind)
        unique = name if often[name] == 1 else f"{name}@{line}"
        found = judge(row, level)
        findings.append(Finding(unique, path.stem, f"line {line}", says, kind, text or None, **found))
    return Audit(trial=path.stem, alpha=level, findings=findings)


def _lacking(header: list[str]) -> str:
    best = max((COMPARISON, CELL), key=lambda wanted: len(set(wanted) & set(header)))
    lacking = [name for name in best if name not in header]
    return (
        f"column {lacking[0]!r} is missing; {nearest(lacking[0], header)} A table of comparisons has the columns "
        f"{', '.join(COMPARISON)}; a table of cells {', '.join(CELL)}"
    )


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV file whose rows may be too short or too long: what lacks is empty, what is too much is left out."""
    text = read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""))
    rows = []
    try:
        header = [name.strip() for name in next(reader)]
        if len(set(header)) < len(header):
            raise InputError(f"{shown(path)}, line 1: a column stands twice; keep one")
        width, line = len(header), reader.line_num
        for cells in reader:
            start, line = line + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                filled = [cell.strip() for cell in cells[:width]] + [""] * (width - len(cells))
                rows.append((start, dict(zip(header, filled, strict=True))))
    except csv.Error as error:
        raise InputError(f"{shown(path)}, line {reader.line_num}: not valid CSV: {error}") from None
    if not rows:
        raise InputError(f"{shown(path)}: no rows below the header")
    return rows


def _says(row: dict[str, str], kind: str) -> str:
    if kind == "cell":
        return f"{row['events']} of {row['total']}"
    return f"{row['events_1']}/{row['total_1']} v {row['events_2']}/{row['total_2']}"


_WHOLE = re.compile(r"([0-9]+)(?:\.0*)?")


def _counts(row: dict[str, str], names: tuple[str, ...]) -> list[int] | dict[str, Any]:
    """Read counts; where that fails, give the verdict instead."""
    counts = []
    for name in names:
        match = _WHOLE.fullmatch(row[name])
        if match is None:
            text = row[name]
            number = re.fullmatch(r"[-−]?[0-9]+(\.[0-9]+)?", text) is not None
            if number:  # negative or fractional: no count, whatever is meant
                return {"verdict": "inconsistent", "because": f"{name} is {text}, which is no number of patients."}
            because = f"{name} is {'empty' if not text else repr(text)}. Needed: a whole number of patients."
            return {"verdict": "not checkable", "because": because}
        counts.append(int(match[1]))
    for events, total in zip(names[::2], names[1::2], strict=True):
        e, n = counts[names.index(events)], counts[names.index(total)]
        if n == 0 or e > n:
            return {"verdict": "inconsistent", "because": f"{events} {e} of {total} {n}: no such count is possible."}
    return counts


def _comparison(row: dict[str, str], alpha: float) -> dict[str, Any]:
    counts = _counts(row, ("events_1", "total_1", "events_2", "total_2"))
    if isinstance(counts, dict):
        return counts
    a, n1, b, n2 = counts
    text = row["p_printed"]
    try:
        number = printed.parse_p(text, alpha)
    except ValueError:
        because = "No p-value is printed." if not text else f"{text!r} is no p-value."
        return {"verdict": "not checkable", "because": f"{because} Needed: the p-value.", "table": (a, n1, b, n2)}
    return claims.p_value(number, (a, n1, b, n2), alpha)


_PERCENTAGES: dict[str, Printed | None] = {}


def _percentage(text: str) -> Printed | None:
    """Read a percentage; a table of many cells prints the same few again and again."""
    if text not in _PERCENTAGES:
        try:
            number = printed.parse(text)
        except ValueError:
            number = None
        _PERCENTAGES[text] = number if number is not None and number.relation == "=" else None
    return _PERCENTAGES[text]


def _cell(row: dict[str, str], alpha: float) -> dict[str, Any]:
    counts = _counts(row, ("events", "total"))
    if isinstance(counts, dict):
        return counts
    events, total = counts
    percent = _percentage(row["percent_printed"])
    if percent is None:
        text = row["percent_printed"]
        because = f"{text!r} is no percentage." if text else "No percentage is printed."
        return {"verdict": "not checkable", "because": f"{because} Needed: the percentage."}
    if printed.prints_percent(percent, events, total):
        shown_as = percent.text.rstrip("% ")
        because = f"{events} of {total} prints {percent.text}."
        return {"verdict": "reproduced", "because": because, "rebuilt": 100 * events / total, "shown": shown_as}
    text = printed.rounded(Fraction(100 * events, total), percent.decimals)
    because = f"{events} of {total} is {text}%, not {percent.text}"
    fits = (
        [n for n in range(max(events, 1), total) if printed.prints_percent(percent, events, n)] if total < 10**5 else []
    )
    if events and fits:
        because += f"; a total of {fits[-1]} would print it"
    return {
        "verdict": "inconsistent", "because": f"{because}.", "rebuilt": 100 * events / total, "shown": text,
    }  # fmt: skip
