"""One 2x2 table under every procedure of the catalogue, as rows for tables and figures."""

from __future__ import annotations

from typing import Any, NamedTuple

from countback.errors import NotApplicable
from countback.procedures import Procedure, catalogue
from countback.trial.model import Table, Trial

MEASURES = {"risk difference": "rd", "risk ratio": "rr", "odds ratio": "or"}
"""Each measure of effect and the key of its estimate."""


class Comparison(NamedTuple):
    """One endpoint at one week, with its counts."""

    key: str
    """A name for results, such as ``sri4_week12``."""
    label: str
    """A name for people, such as ``SRI-4 response, week 12``."""
    endpoint: str
    week: int | None
    table: Table


def comparisons(trial: Trial, kind: str = "benefit") -> list[Comparison]:
    """Give every comparison of a trial whose counts are known, the primary endpoint first.

    Parameters
    ----------
    trial : Trial
    kind : {"benefit", "harm"}

    Returns
    -------
    list of Comparison
        In the trial's order but for the primary endpoint.

    Raises
    ------
    NotApplicable
        If there is none.
    """
    found = [
        Comparison(
            endpoint.id if week is None else f"{endpoint.id}_week{week}",
            endpoint.name if week is None else f"{endpoint.name}, week {week}",
            endpoint.id,
            week,
            table,
        )
        for endpoint in trial.design.endpoints
        if endpoint.kind == kind
        for week in endpoint.weeks
        if (table := trial.table(endpoint.id, week)) is not None
    ]
    if not found:
        raise NotApplicable(f"{trial.design.name} has no counts of both arms for an endpoint of kind {kind}")
    primary = trial.design.primary
    return sorted(found, key=lambda c: (c.endpoint, c.week) != (primary.endpoint, primary.week))


def main_comparison(trial: Trial) -> Comparison:
    """Give the comparison of the primary endpoint.

    Raises
    ------
    NotApplicable
        If its counts are not known.
    """
    primary = trial.design.primary
    for comparison in comparisons(trial, trial.endpoint(primary.endpoint).kind):
        if (comparison.endpoint, comparison.week) == (primary.endpoint, primary.week):
            return comparison
    raise NotApplicable(f"the counts of the primary endpoint of {trial.design.name} are not known")


def _kind(kind: str, arms: int) -> list[Procedure]:
    return [p for p in catalogue.values() if p.kind == kind and p.arms == arms]


def rates(table: Table, level: float) -> list[dict[str, Any]]:
    """Give both arms' rates with every one-arm interval.

    Parameters
    ----------
    table : Table
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    list of dict
        Two rows: ``events``, ``total``, ``rate``, and for each interval of the catalogue its ``<key>_lower``
        and ``<key>_upper``, all as proportions.
    """
    rows = []
    for events, total in ((table.a, table.n1), (table.b, table.n2)):
        row: dict[str, Any] = {"events": events, "total": total, "rate": events / total}
        for procedure in _kind("interval", 1):
            lower, upper = procedure(events, total, level=level)
            row |= {f"{procedure.key}_lower": lower, f"{procedure.key}_upper": upper}
        rows.append(row)
    return rows


def effects(table: Table, level: float) -> list[dict[str, Any]]:
    """Give the risk difference, risk ratio and odds ratio under every interval of the catalogue.

    Parameters
    ----------
    table : Table
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    list of dict
        ``procedure`` (key), ``name``, ``measure``, ``estimate``, ``lower``, ``upper``, ``excludes_null``;
        estimates that a table does not define are nan.
    """
    rows = []
    for procedure in _kind("interval", 2):
        if procedure.measure not in MEASURES:
            continue
        lower, upper = procedure(*table.cells, level=level)
        null = 0.0 if procedure.measure == "risk difference" else 1.0
        rows.append(
            {
                "procedure": procedure.key,
                "name": procedure.name,
                "measure": procedure.measure,
                "estimate": catalogue[MEASURES[procedure.measure]](*table.cells),
                "lower": lower,
                "upper": upper,
                "excludes_null": bool(lower > null or upper < null),
            }
        )
    return rows


def tests(table: Table) -> list[dict[str, Any]]:
    """Give the p-value under every test of the catalogue.

    Parameters
    ----------
    table : Table

    Returns
    -------
    list of dict
        ``procedure`` (key), ``name``, ``sides``, ``conventional``, ``p``; nan where a test does not apply.
    """
    return [
        {
            "procedure": p.key,
            "name": p.name,
            "sides": p.sides,
            "conventional": p.conventional,
            "p": p(*table.cells),
        }
        for p in _kind("test", 2)
    ]


def zero_limit(total: int, level: float) -> float:
    """Give the largest rate that no event in so many patients leaves plausible.

    The rate at which 0 of `total` has a chance of just ``1 - level``: ``1 - (1 - level) ** (1 / total)``
    (the one-sided exact limit; Clopper and Pearson 1934, doi 10.1093/biomet/26.4.404). At 95% it is close to
    3 / `total` (the rule of three; Hanley and Lippman-Hand 1983, doi 10.1001/jama.1983.03330370053031).

    Parameters
    ----------
    total : int
        Patients, 1 or more.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    float

    Examples
    --------
    >>> round(zero_limit(30, 0.95), 4)
    0.095
    """
    return float(1 - (1 - level) ** (1 / total))


def all_values(table: Table, level: float) -> dict[str, Any]:
    """Give a table's value under every procedure of the catalogue that takes counts of one or two arms.

    Parameters
    ----------
    table : Table
        Procedures for one arm are given its first.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    dict
        By key: a number, or ``{"lower": ..., "upper": ...}`` for an interval.
    """
    values: dict[str, Any] = {}
    for kind in ("test", "effect", "interval", "index"):
        for procedure in (*_kind(kind, 2), *_kind(kind, 1)):
            counts = table.cells[: 2 * procedure.arms]
            if kind == "interval":
                lower, upper = procedure(*counts, level=level)
                values[procedure.key] = {"lower": lower, "upper": upper}
            else:
                values[procedure.key] = procedure(*counts)
    return values
