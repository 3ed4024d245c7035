"""Outcomes and harms: what a trial was made to show, and what it counts beside that."""

from __future__ import annotations

from countback.errors import NotApplicable
from countback.trial.claims import PValueClaim
from countback.trial.comparisons import Comparison, comparisons
from countback.trial.model import FourfoldTable, Trial

__all__ = ["favourable", "harms", "outcomes"]


def outcomes(trial: Trial) -> list[Comparison]:
    """Comparisons that a trial is about, the primary endpoint first.

    Returns
    -------
    list of Comparison
        That of the primary endpoint, whether its events are wanted or not, and those of every endpoint of kind
        benefit. Where the primary endpoint is a harm, harms for which a p-value is printed are outcomes too.

    Raises
    ------
    NotApplicable
        If no counts of both arms are known for any of them.
    """
    kinds = {endpoint.id: endpoint.kind for endpoint in trial.design.endpoints}
    primary = trial.design.primary.endpoint
    named = {primary}
    if kinds[primary] == "harm":
        named |= {claim.endpoint for claim in trial.claims if isinstance(claim, PValueClaim)}
    found = [c for c in _all(trial) if kinds[c.endpoint] == "benefit" or c.endpoint in named]
    if not found:
        raise NotApplicable(f"{trial.design.name} has no counts of both arms for its outcomes")
    return sorted(found, key=lambda c: c.endpoint != primary)


def harms(trial: Trial) -> list[Comparison]:
    """Comparisons of the harms beside the outcomes (:func:`outcomes`), in the trial's order.

    Raises
    ------
    NotApplicable
        If there are none.
    """
    try:
        main = {c.key for c in outcomes(trial)}
    except NotApplicable:
        main = set()
    found = [c for c in _all(trial) if c.key not in main]
    if not found:
        raise NotApplicable(f"{trial.design.name} has no counts of both arms for harms beside its outcomes")
    return found


def favourable(trial: Trial, comparison: Comparison) -> Comparison:
    """Comparison counted so that an event is wanted: for a harm, the patients without it."""
    if trial.endpoint(comparison.endpoint).kind == "benefit":
        return comparison
    a, n1, b, n2 = comparison.table.cells
    return comparison._replace(label=f"no {comparison.label}", table=FourfoldTable(a=n1 - a, n1=n1, b=n2 - b, n2=n2))


def _all(trial: Trial) -> list[Comparison]:
    found: list[Comparison] = []
    for kind in ("benefit", "harm"):
        try:
            found += comparisons(trial, kind)
        except NotApplicable:
            continue
    return found
