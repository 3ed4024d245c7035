"""Comparisons: one endpoint at one time, with the counts of both arms."""

from __future__ import annotations

import re
from typing import NamedTuple

from countback.errors import NotApplicable
from countback.trial.design import Contrast, Endpoint, TimePoint, shown_time
from countback.trial.model import FourfoldTable, Trial

UNCARRIED = {
    "crossover": "each patient is in both arms, and counts alone do not say who responded to which treatment",
    "cluster": "groups of patients were randomised, and counts alone do not say how alike patients of a group are",
}
"""Designs whose comparisons counts cannot carry, and why."""


class Comparison(NamedTuple):
    """One endpoint at one time, with its counts."""

    key: str
    """A name for results, such as ``sri4_week12``."""
    label: str
    """A name for people, such as ``SRI-4 response, week 12``."""
    endpoint: str
    week: TimePoint
    """The week, or the time as printed."""
    table: FourfoldTable
    contrast: str
    """The comparison of arms, by its id."""
    short: str
    """The label, shorter where the endpoint has a shorter name: for figures."""


def _comparison(trial: Trial, endpoint: Endpoint, at: TimePoint, contrast: Contrast) -> Comparison | None:
    table = trial.table(endpoint.id, at, contrast.id)
    if table is None:
        return None
    key, after = endpoint.id, ""
    if at is not None:
        key += f"_week{at}" if isinstance(at, int) else f"_{re.sub(r'[^a-z0-9]+', '_', at).strip('_')}"
        after += f", {shown_time(at)}"
    if len(trial.contrasts) > 1:
        key += f"_{contrast.id}"
        after += f": {contrast.name or contrast.id}"
    label, short = f"{endpoint.name}{after}", f"{endpoint.label}{after}"
    return Comparison(key, label, endpoint.id, at, table, contrast.id, short)


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
        If there is none, or the design is one whose comparisons counts cannot carry.
    """
    structure = trial.design.structure
    if structure in UNCARRIED:
        raise NotApplicable(f"{trial.design.name} is a {structure} trial: {UNCARRIED[structure]}")
    found = [
        comparison
        for endpoint in trial.design.endpoints
        if endpoint.kind == kind
        for at in endpoint.time_points
        for contrast in trial.contrasts
        if (comparison := _comparison(trial, endpoint, at, contrast)) is not None
    ]
    if not found:
        raise NotApplicable(f"{trial.design.name} has no counts of both arms for an endpoint of kind {kind}")
    main = _main(trial)
    return sorted(found, key=lambda c: ((c.endpoint, c.week) != main[:2], (c.endpoint, c.week, c.contrast) != main))


def _main(trial: Trial) -> tuple[str, TimePoint, str]:
    primary = trial.design.primary
    return primary.endpoint, primary.time_point, trial.contrast().id


def main_comparison(trial: Trial) -> Comparison:
    """Comparison of the primary endpoint.

    Raises
    ------
    NotApplicable
        If its counts are not known.
    """
    primary = trial.design.primary
    for comparison in comparisons(trial, trial.endpoint(primary.endpoint).kind):
        if (comparison.endpoint, comparison.week, comparison.contrast) == _main(trial):
            return comparison
    raise NotApplicable(f"the counts of the primary endpoint of {trial.design.name} are not known")
