"""Form of a trial as an Excel workbook: three sheets with drop-downs, for somebody who has never seen YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

from countback.errors import InputError, nearest, shown
from countback.trial.design import Hypothesis, Measure
from countback.trial.draft import Draft, DraftArm, DraftClaim, DraftEndpoint, Value, identifier

TRIAL, OUTCOMES, NUMBERS = "Trial", "Outcomes", "Numbers"
"""The sheets."""

ROWS = 200
"""Rows that have drop-downs."""

FIELDS: Mapping[str, tuple[str, str]] = {
    "name": ("Short name", "such as He 2020"),
    "authors": ("Authors", "such as He J, Zhang R, et al."),
    "title": ("Title", "of the article"),
    "journal": ("Journal", ""),
    "year": ("Year", "such as 2020"),
    "doi": ("DOI", "such as 10.1136/annrheumdis-2019-215396; may stay empty"),
    "design": ("Design", "as printed, such as randomised, double-blind, placebo-controlled"),
    "structure": ("Structure", "parallel, crossover, cluster or factorial"),
    "randomised": ("Patients randomised", "in all; leave empty what is not printed"),
}
"""The rows of the first sheet: what each is called, and what to write."""

MOST_ARMS = 6

STRUCTURES = ("parallel", "crossover", "cluster", "factorial")
KINDS = {
    "percentage": "percentage", "count": "count", "events of total": "fraction", "p-value": "p_value",
    "statement of significance": "decision", "estimate with interval": "effect", "mean": "mean", "median": "median",
    "rate": "rate",
}  # fmt: skip
"""Kinds of numbers as the form calls them."""

TYPES = ("binary", "continuous", "time to event", "rate", "ordered")

OUTCOME_COLUMNS = ("Outcome", "Good or bad", "Type", "Times", "Margin", "Margin is of")
NUMBER_COLUMNS = (
    "Kind", "As printed", "Outcome", "Time", "Arm", "Measure", "n", "Adjusted", "Tested", "Shown", "Where",
)  # fmt: skip
_HINTS = {
    "As printed": "exactly, such as 55.17% or 25/29 (86.2%) or 0.68 (0.50 to 0.93)",
    "Times": "such as week 12; week 24",
    "Time": "only where the outcome has several",
    "Arm": "of a p-value or estimate: the arm compared with the control, where there are several",
    "Measure": "of an estimate",
    "n": "patients of a mean; total of a percentage or count, where printed",
    "Adjusted": "yes, or how; empty for a crude analysis",
    "Tested": "superiority if empty",
    "Shown": "of a statement: yes or no",
    "Margin": "of non-inferiority, such as -10",
}


def blank() -> bytes:
    """Empty form as the bytes of an ``.xlsx`` file."""
    import openpyxl  # here: only the form needs it
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = TRIAL
    for row, (label, hint) in enumerate(FIELDS.values(), 1):
        for column, text in enumerate((label, None, hint), 1):
            sheet.cell(row, column, text)
    for i in range(1, MOST_ARMS + 1):
        row = len(FIELDS) + i
        sheet.cell(row, 1, f"Arm {i}")
        if i == 1:
            sheet.cell(row, 5, "name (B), patients randomised (C), experimental or control (D)")
    outcomes, numbers = book.create_sheet(OUTCOMES), book.create_sheet(NUMBERS)
    for target, columns in ((outcomes, OUTCOME_COLUMNS), (numbers, NUMBER_COLUMNS)):
        target.append(list(columns))
        for cell in target[1]:
            cell.font = Font(bold=True)
            if cell.value in _HINTS:
                from openpyxl.comments import Comment  # here: beside its use

                cell.comment = Comment(_HINTS[str(cell.value)], "countback")
            target.column_dimensions[cell.column_letter].width = 22
        target.freeze_panes = "A2"
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 32
    sheet.column_dimensions["C"].width, sheet.column_dimensions["E"].width = 32, 60
    _drop_downs(sheet, outcomes, numbers)
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _drop_downs(sheet: Any, outcomes: Any, numbers: Any) -> None:
    """Lists to choose from."""
    from openpyxl.worksheet.datavalidation import DataValidation  # here: only the form needs it

    first = len(FIELDS) + 1
    arms = f"={TRIAL}!$B${first}:$B${first + MOST_ARMS - 1}"

    def choose(target: Any, cells: str, source: str) -> None:
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
        target.add_data_validation(rule)
        rule.add(cells)

    row = [*FIELDS].index("structure") + 1
    choose(sheet, f"B{row}", _choices(STRUCTURES))
    choose(sheet, f"D{first}:D{first + MOST_ARMS - 1}", _choices(("experimental", "control")))
    choose(outcomes, f"B2:B{ROWS}", _choices(("benefit", "harm")))
    choose(outcomes, f"C2:C{ROWS}", _choices(TYPES))
    choose(outcomes, f"F2:F{ROWS}", _choices(get_args(Measure)))
    choose(numbers, f"A2:A{ROWS}", _choices(tuple(KINDS)))
    choose(numbers, f"C2:C{ROWS}", f"={OUTCOMES}!$A$2:$A${ROWS}")
    choose(numbers, f"E2:E{ROWS}", arms)
    choose(numbers, f"F2:F{ROWS}", _choices(get_args(Measure)))
    choose(numbers, f"I2:I{ROWS}", _choices(get_args(Hypothesis)))
    choose(numbers, f"J2:J{ROWS}", _choices(("yes", "no")))


def _choices(words: tuple[str, ...]) -> str:
    return '"' + ",".join(words) + '"'


@dataclass(frozen=True)
class _Form:
    """A filled form: cells as text, and problems as they are found."""

    name: str
    cells: Mapping[str, list[list[str]]]
    problems: list[str]

    def wrong(self, sheet: str, row: int, what: str) -> None:
        """Note a problem with its place."""
        self.problems.append(f"{self.name}, sheet {sheet}, row {row}: {what}")


def read(path: Path, slug: str) -> Draft:
    """Read a filled form.

    Raises
    ------
    InputError
        One line for each cell that cannot be read, with its sheet and row.
    """
    form = _Form(shown(path), _texts(path), [])
    values, arms = _trial(form)
    endpoints = _outcomes(form)
    if not arms:
        form.wrong(TRIAL, len(FIELDS) + 1, "no arm is named; write the name of each arm, and one as control")
    if not endpoints:
        form.wrong(OUTCOMES, 2, "no outcome is named; write one in each row, the primary one first")
    claims = _numbers(form, arms, endpoints)
    if not claims:
        form.wrong(NUMBERS, 2, "no number is given; write one in each row, as printed")
    if form.problems:
        raise InputError(*form.problems)
    citation: dict[str, str | int] = {key: values[key] or f"{key.upper()}" for key in ("authors", "title", "journal")}
    citation["year"] = int(values["year"]) if values["year"].isdigit() else 0
    citation |= {"doi": values["doi"]} if values["doi"] else {}
    return Draft(
        id=slug, name=values["name"] or slug, citation=citation, design=values["design"] or "randomised",
        structure=values["structure"] or "parallel",
        randomised=int(values["randomised"].replace(",", "")) if values["randomised"] else None,
        arms=tuple(arms), endpoints=tuple(endpoints), claims=tuple(claims),
    )  # fmt: skip


def _texts(path: Path) -> dict[str, list[list[str]]]:
    from countback.sheets import displayed, open_workbook  # here: only a filled form needs it

    book = open_workbook(path, shown(path))
    missing = [name for name in (TRIAL, OUTCOMES, NUMBERS) if name not in book.sheetnames]
    if missing:
        raise InputError(
            f"{shown(path)}: sheet {missing[0]!r} is missing; begin with the form: countback new --sheet trial.xlsx"
        )
    problems: list[str] = []
    cells = {}
    for name in (TRIAL, OUTCOMES, NUMBERS):
        where = f"{shown(path)}, sheet {name}"
        cells[name] = [[displayed(cell, where, problems) for cell in row] for row in book[name].iter_rows()]
    if problems:
        raise InputError(*problems)
    return cells


def _at(row: list[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _trial(form: _Form) -> tuple[dict[str, str], list[DraftArm]]:
    """What the first sheet says of the trial and its arms."""
    rows = form.cells[TRIAL]
    labels = {label.lower(): key for key, (label, _) in FIELDS.items()}
    values = dict.fromkeys(FIELDS, "")
    arms: list[DraftArm] = []
    for row in rows:
        label, text = _at(row, 0).lower(), _at(row, 1)
        if label in labels:
            values[labels[label]] = text
        elif re.fullmatch(r"arm [0-9]+", label) and text:
            size, role = _size_and_role(row)
            taken = [arm.id for arm in arms]
            arms.append(DraftArm(identifier(text, taken), text, role == "control", size))
    for key, wanted in (("year", r"[12][0-9]{3}"), ("randomised", r"[0-9,]*")):
        if values[key] and not re.fullmatch(wanted, values[key]):
            form.wrong(TRIAL, [*FIELDS].index(key) + 1, f"{values[key]!r} is not a number; write digits")
            values[key] = ""
    if values["structure"] and values["structure"] not in STRUCTURES:
        where = [*FIELDS].index("structure") + 1
        form.wrong(TRIAL, where, f"{values['structure']!r} is unknown; choose {', '.join(STRUCTURES)}")
    if arms and sum(arm.control for arm in arms) != 1:
        form.wrong(TRIAL, len(FIELDS) + 1, "one arm must be the control: write control beside it")
    return values, arms


def _size_and_role(row: list[str]) -> tuple[int | None, str]:
    """Patients and role of an arm, in whichever of the cells beside its name they are."""
    size, role = None, ""
    for text in row[2:4]:
        if re.fullmatch(r"[0-9][0-9,]*", text):
            size = int(text.replace(",", ""))
        elif text.lower() in ("control", "experimental"):
            role = text.lower()
    return size, role


def _outcomes(form: _Form) -> list[DraftEndpoint]:
    found: list[DraftEndpoint] = []
    for number, row in enumerate(form.cells[OUTCOMES][1:], 2):
        name = _at(row, 0)
        if not name:
            continue
        kind, form_type = _at(row, 1) or "benefit", _at(row, 2) or "binary"
        for text, known in ((kind, ("benefit", "harm")), (form_type, TYPES)):
            if text not in known:
                form.wrong(OUTCOMES, number, f"{text!r} is unknown; choose {', '.join(known)}")
        more: dict[str, Value] = {}
        if _at(row, 4):
            more["margin"] = {"measure": _at(row, 5) or "RD", "value": _at(row, 4)}
        times = tuple(part.strip() for part in _at(row, 3).split(";") if part.strip())
        found.append(DraftEndpoint(identifier(name, [e.id for e in found]), name, kind, form_type, times, more))
    return found


def _numbers(form: _Form, arms: list[DraftArm], endpoints: list[DraftEndpoint]) -> list[DraftClaim]:
    found: list[DraftClaim] = []
    by_arm = {arm.name.lower(): arm.id for arm in arms}
    by_name = {endpoint.name.lower(): endpoint.id for endpoint in endpoints}
    for number, row in enumerate(form.cells[NUMBERS][1:], 2):
        if not any(row[: len(NUMBER_COLUMNS)]):
            continue

        def known(text: str, names: Mapping[str, str], what: str, row: int = number) -> str | None:
            if text and text.lower() not in names:
                form.wrong(NUMBERS, row, f"{what} {text!r} is not known; {nearest(text, names)}")
            return names.get(text.lower())

        kind = known(_at(row, 0), KINDS, "kind")
        endpoint, arm = known(_at(row, 2), by_name, "outcome"), known(_at(row, 4), by_arm, "arm")
        if not _at(row, 0) or not _at(row, 1) or not _at(row, 2):
            form.wrong(NUMBERS, number, "kind, printed characters and outcome are needed; fill them in")
            continue
        if kind is None or endpoint is None:
            continue
        values = _values(row, kind, endpoint, arm, len(arms))
        words = "_".join(part for part in (endpoint, arm or "", kind) if part)
        found.append(DraftClaim(identifier(words, [c.id for c in found]), kind, values))
    return found


def _values(row: list[str], kind: str, endpoint: str, arm: str | None, arms: int) -> dict[str, Value]:
    """Keys of a claim."""
    compared = kind in ("p_value", "decision", "effect")
    values: dict[str, Value] = {"printed": _at(row, 1)}
    values |= {"measure": _at(row, 5) or None} if kind == "effect" else {}
    values |= {"endpoint": endpoint, "time": _at(row, 3) or None}
    values |= {"comparison": arm if arms > 2 else None} if compared else {"arm": arm}
    size = int(_at(row, 6)) if _at(row, 6).isdigit() else None
    if kind in ("mean", "median"):
        values["n"] = size
    elif kind in ("percentage", "count", "fraction"):
        values["total"] = size
    adjusted = _at(row, 7)
    if adjusted and adjusted.lower() != "no" and kind in ("p_value", "decision", "effect", "percentage", "mean"):
        values["adjusted"] = True if adjusted.lower() == "yes" else adjusted
    if kind in ("p_value", "decision") and _at(row, 8) not in ("", "superiority"):
        values["hypothesis"] = _at(row, 8)
    if kind == "decision":
        values["significant"] = _at(row, 9).lower() != "no"
    return values | {"where": _at(row, 10) or None}
