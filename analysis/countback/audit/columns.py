"""Columns of a table of claims: which of a user's own is meant by which name, in any case and by its usual words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from countback.errors import InputError, nearest

_FIRST = (
    "1",
    "treatment",
    "trt",
    "treated",
    "intervention",
    "int",
    "experimental",
    "exp",
    "active",
    "drug",
    "arm1",
    "t",
)
_SECOND = ("2", "control", "ctl", "ctrl", "con", "comparator", "placebo", "pbo", "reference", "arm2", "c")
_EVENTS = ("events", "event", "ev", "e", "resp", "responders", "response", "x", "r", "cases", "n_events", "deaths")
_TOTALS = ("total", "totals", "n", "size", "patients", "randomised", "randomized", "number", "tot", "n_total")

SHOWN = ("trial", "events_1", "total_1", "events_2", "total_2", "p_printed")


def _of_arms(words: Iterable[str]) -> tuple[set[str], set[str]]:
    """Names of a column of the first and of the second arm."""
    found = []
    for arms in (_FIRST, _SECOND):
        names = {form for word in words for arm in arms for form in (f"{word}_{arm}", f"{arm}_{word}", f"{word}{arm}")}
        found.append(names)
    return found[0], found[1]


def _names() -> dict[str, set[str]]:
    """Names by which each column is known, letters and digits alone, in small letters."""
    one = {
        "trial": {"study", "study_id", "trial_id", "trial_name", "study_name", "author", "reference", "id"},
        "p_printed": {"p", "p_value", "pvalue", "p_val", "pval", "p_reported", "reported_p", "p_printed"},
        "percent_printed": {"percent", "percentage", "pct", "perc", "percent_reported", "rate_percent", "percentages"},
        "events": {*_EVENTS, "count"} - {"e", "r", "x"},
        "total": {*_TOTALS, "denominator"},
        "measure": {"effect_measure", "effect_type", "sm", "type"},
        "estimate": {"est", "effect", "point_estimate", "effect_size"},
        "lower": {"ci_lower", "lower_ci", "lcl", "ci_low", "lower_limit", "ll", "ci_l", "lower_95", "lci", "low"},
        "upper": {"ci_upper", "upper_ci", "ucl", "ci_high", "upper_limit", "ul", "ci_u", "upper_95", "uci", "high"},
        "level": {"ci_level", "confidence_level", "conf_level"},
        "ordered": {"ordinal"},
    }  # fmt: skip
    for target, words in (
        ("events", _EVENTS), ("total", _TOTALS), ("mean", ("mean", "m", "avg")), ("sd", ("sd", "s", "std", "stdev")),
        ("counts", ("counts", "categories", "cells")),
    ):  # fmt: skip
        one[f"{target}_1"], one[f"{target}_2"] = _of_arms(words)
    return {target: {target, *names} for target, names in one.items()}


NAMES = _names()
"""Every column that a table can have, with the names by which it is known."""

IMPLIED = {
    "rr": "RR", "or": "OR", "hr": "HR", "rd": "RD", "md": "MD", "risk_ratio": "RR", "odds_ratio": "OR",
    "hazard_ratio": "HR", "risk_difference": "RD", "mean_difference": "MD", "irr": "IRR", "smd": "SMD",
}  # fmt: skip
"""Columns that hold an estimate and say of which measure."""


@dataclass(frozen=True)
class Columns:
    """A table's columns by their names here.

    Attributes
    ----------
    of : dict of str to str
        A user's own name by the name here.
    notes : tuple of str
        Which names were taken for which.
    measure : str or None
        The measure that the name of the estimate's column says.
    """

    of: dict[str, str]
    notes: tuple[str, ...]
    measure: str | None = None

    def has(self, names: Iterable[str]) -> bool:
        """Whether the table has all of some columns."""
        return all(name in self.of for name in names)


def plain(name: str) -> str:
    """Name in small letters, with ``_`` for anything but letters and digits.

    Examples
    --------
    >>> plain("P-Value"), plain("Events (1)"), plain("%")
    ('p_value', 'events_1', 'percent')
    """
    return "percent" if name.strip() == "%" else re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def parse_map(texts: Sequence[str]) -> dict[str, str]:
    """Names of columns as a person maps them, such as ``events_1=resp_trt,total_1=n_trt``.

    Raises
    ------
    InputError
        If a part is not NAME=COLUMN, or its name is unknown.
    """
    found: dict[str, str] = {}
    for part in (part for text in texts for part in text.split(",") if part.strip()):
        name, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column:
            raise InputError(f"--map {part.strip()[:60]!r} is not NAME=COLUMN; write it as events_1=resp_trt")
        if name not in NAMES and not re.fullmatch(r"counts_[1-9]", name):
            raise InputError(f"--map: no column {name!r} is read from a table; {nearest(name, NAMES)}")
        if name in found:
            raise InputError(f"--map: {name} is given twice; keep one")
        found[name] = column
    return found


def recognise(header: Sequence[str], mapped: Mapping[str, str], where: str) -> Columns:
    """Recognise the columns of a table.

    Parameters
    ----------
    header : sequence of str
    mapped : mapping of str to str
        A user's own name by the name here, which goes before any recognition.
    where : str
        Named in front of a problem.

    Raises
    ------
    InputError
        If a mapped column is not in the header, or two columns can be meant by the same name.
    """
    by_plain = {plain(name): name for name in reversed(header)}
    found: dict[str, str] = {}
    for name, column in mapped.items():
        own = column if column in header else by_plain.get(plain(column))
        if own is None:
            raise InputError(f"{where}: no column {column!r}, which --map takes for {name}; {nearest(column, header)}")
        found[name] = own
    left = [name for name in header if name not in found.values()]
    notes = []
    for target, names in NAMES.items():
        if target in found:
            continue
        exact = [name for name in left if plain(name) == target]
        meant = exact[:1] or [name for name in left if plain(name) in names]
        if len(meant) > 1:
            raise InputError(
                f"{where}: {' and '.join(map(repr, meant[:3]))} can both be {target}; say which, such as "
                f"--map {target}={meant[0]}"
            )
        if meant:
            found[target] = meant[0]
            left.remove(meant[0])
            if meant[0] != target:
                notes.append(f"column {meant[0]!r} was taken for {target}")
    found |= {plain(name): name for name in left if re.fullmatch(r"counts_[3-9]", plain(name))}
    return _with_measure(found, left, tuple(notes))


def _with_measure(found: dict[str, str], left: Sequence[str], notes: tuple[str, ...]) -> Columns:
    """Columns with the estimate that a column such as ``HR`` holds."""
    if "estimate" in found:
        return Columns(found, notes, IMPLIED.get(plain(found["estimate"])))
    for name in left:
        measure = IMPLIED.get(plain(name))
        if measure is not None and {"lower", "upper"} <= set(found):
            return Columns({**found, "estimate": name}, (*notes, f"column {name!r} was taken for estimate"), measure)
    return Columns(found, notes)
