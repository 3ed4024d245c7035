"""Tables of claims from many trials, in a user's own form: one claim in each row.

A comparison has the columns ``events_1, total_1, events_2, total_2, p_printed``; a cell ``events, total,
percent_printed``; an estimate ``measure, estimate, lower, upper`` and, where they are known, ``p_printed`` and counts;
means ``mean_1, sd_1, total_1, mean_2, sd_2, total_2, p_printed``; a table of categories ``counts_1, counts_2,
p_printed``. Other names are recognised or mapped (:mod:`countback.audit.columns`); other columns are allowed and, of a
cell, name it. Nothing in a row stops the audit: what cannot be read is `not checkable` or, where it is impossible,
`inconsistent`, with a reason. What was lost, skipped or not tried is told in the audit's ``problems``, how the table
was understood in its ``notes``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from countback.audit.columns import Columns, recognise
from countback.audit.context import rules_left
from countback.audit.finding import Audit, Finding, Judgement, Subject, finding
from countback.audit.numerals import cut, whole_numbers
from countback.audit.priors import USUAL, Priors
from countback.audit.rows import KINDS, Kind, Setting, kind_of, percentage
from countback.audit.supported import with_support
from countback.audit.verdicts import Verdict
from countback.delimited import Row
from countback.errors import InputError, nearest
from countback.sheets import Sheet, read_sheet
from countback.trial.printed import ROUNDINGS, Printed

ALPHA = 0.05
"""The level of significance where none is given: a table of many trials has none of its own."""

UNTRIED = "Not tried, for the size of the arms"
"""What a finding says where the slowest tests were left out."""


def audit(
    path: Path, alpha: float | None = None, mapped: Mapping[str, str] | None = None, priors: Priors = USUAL
) -> Audit:
    """Judge every row of a table.

    Parameters
    ----------
    path : path
        A file of delimited text, of Excel (.xlsx) or of Parquet; ``-`` for standard input.
    alpha : float, optional
        Level of significance, between 0 and 1; 0.05 by default.
    mapped : mapping of str to str, optional
        Columns of the table by the names here.
    priors : Priors
        What is assumed of reports, for the support of p-values; rows of the same trial are thought of as one article.

    Returns
    -------
    Audit
        Its trial is the file's name without the ending. A row's id is its name, followed by its line where several
        rows share the name.

    Raises
    ------
    InputError
        If the file cannot be read, has no rows, or its header names no kind of table.
    """
    level = ALPHA if alpha is None else alpha
    sheet = read_sheet(path)
    columns = recognise(sheet.header, mapped or {}, f"{sheet.name}, line {sheet.header_line}")
    kinds = tuple(kind for kind in KINDS if columns.has(kind.columns))
    if not kinds:
        raise InputError(f"{sheet.name}, line {sheet.header_line}: {_missing(columns, sheet.header)}")
    rows = [Row(row.line, _renamed(row.cells, columns)) for row in sheet.rows]
    judged = _findings(sheet, rows, kinds, level, columns)
    articles = [row.cells.get("trial") or one.id for row, one in zip(rows, judged, strict=True)]
    findings, procedures = with_support(judged, articles, level, priors)
    return Audit(
        trial=sheet.stem, alpha=level, findings=findings, problems=[*sheet.problems, *_untried(findings)],
        notes=[*sheet.notes, *columns.notes], priors=priors.name, procedures=procedures,
    )  # fmt: skip


def _renamed(cells: Mapping[str, str], columns: Columns) -> dict[str, str]:
    """Cells by the names here, and what is left by its own."""
    known = {column: name for name, column in columns.of.items()}
    return {known.get(column, column): text for column, text in cells.items()}


def _findings(
    sheet: Sheet, rows: Sequence[Row], kinds: tuple[Kind, ...], level: float, columns: Columns
) -> list[Finding]:
    chosen = [kind_of(row.cells, kinds) for row in rows]
    names = [_name(row, kind, columns) for row, kind in zip(rows, chosen, strict=True)]
    often = Counter(names)
    texts = (row.cells[kind.printed] for row, kind in zip(rows, chosen, strict=True))
    points = any(re.fullmatch(r"[0-9]*,[0-9]+ ?%?", text) for text in texts)
    rules = _rules(rows, points) if any(kind.name == "cell" for kind in kinds) else {}
    findings = []
    for row, kind, name in zip(rows, chosen, names, strict=True):
        setting = Setting(level, rules.get(row.cells.get("trial", ""), ROUNDINGS), points, columns.measure)
        reason = sheet.broken.get(row.line)
        if reason is not None:
            because = f"Its cells may not be under their columns: {reason}. Needed: the row as the header has it."
            judged = Judgement(Verdict.NOT_CHECKABLE, because)
        else:
            judged = kind.judge(row.cells, setting)
        unique = name if often[name] == 1 else f"{name}@{row.line}"
        text, says = cut(row.cells[kind.printed]) or None, cut(kind.says(row.cells))
        findings.append(finding(Subject(unique, sheet.stem, f"line {row.line}", says, says, kind.name, text), judged))
    return findings


def _name(row: Row, kind: Kind, columns: Columns) -> str:
    """Name of a row: its trial or, of a cell, all that is not part of the claim."""
    parts = [row.cells.get("trial", "")]
    if kind.name == "cell":
        parts = [text for name, text in row.cells.items() if name not in kind.columns]
    return cut(":".join(part for part in parts if part)) or f"line-{row.line}"


def _rules(rows: Sequence[Row], points: bool) -> dict[str, tuple[str, ...]]:
    """Rounding rules that the cells of each trial leave open."""
    values: dict[str, list[tuple[Printed, Fraction]]] = defaultdict(list)
    for _, row in rows:
        found, percent = whole_numbers(row, ("events", "total"), points), percentage(row["percent_printed"])
        if percent is not None and not isinstance(found, Judgement):
            values[row.get("trial", "")].append((percent, Fraction(100 * found[0], found[1])))
    return {trial: rules_left(known) for trial, known in values.items()}


def _untried(findings: Sequence[Finding]) -> list[str]:
    """One line on the rows for which the slowest tests were left out."""
    left = [f.where for f in findings if UNTRIED in f.because]
    if not left:
        return []
    shown = ", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else "")
    return [f"{len(left)} rows without a match for which unconditional exact tests were not tried: {shown}"]


def _missing(columns: Columns, header: Sequence[str]) -> str:
    best = max(KINDS, key=lambda kind: sum(name in columns.of for name in kind.columns))
    missing = [name for name in best.columns if name not in columns.of]
    forms = "; ".join(f"{kind.name}: {', '.join(kind.columns)}" for kind in KINDS)
    return (
        f"column {missing[0]!r} is missing; {nearest(missing[0], header)}; name it with --map {missing[0]}=COLUMN. "
        f"Tables have the columns of a {forms}"
    )
