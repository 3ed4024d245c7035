"""Comparisons: one endpoint at one time, with the counts of both arms."""

from __future__ import annotations

from typing import NamedTuple

from countback.errors import NotApplicable
from countback.trial.model import Table, Trial


class Comparison(NamedTuple):
    """One endpoint at one week, with its counts."""

    key: str
    """A name for results, such as ``sri4_week12``."""
    label: str
    """A name for people, such as ``SRI-4 response, week 12``."""
    endpoint: str
    week: int | None
    table: Table
    short: str
    """The same name, shorter where the trial has a shorter one: for figures."""


def comparisons(trial: Trial, kind: str = "benefit") -> list[Comparison]:
    """Every comparison of a trial whose counts are known, the primary endpoint first.

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
            _at(endpoint.name, week),
            endpoint.id,
            week,
            table,
            _at(endpoint.label, week),
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


def _at(name: str, week: int | None) -> str:
    return name if week is None else f"{name}, week {week}"


def main_comparison(trial: Trial) -> Comparison:
    """Comparison of the primary endpoint.

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
