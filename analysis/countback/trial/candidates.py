"""Candidates: the counts that a folder leaves open for one arm, where no count is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from countback.trial import printed
from countback.trial.claims import CountClaim, FractionClaim, PercentageClaim
from countback.trial.design import Count, Place
from countback.trial.model import Trial

MOST = 2000
"""Counts of one percentage that are looked at."""

WITHOUT_BOUND = 1000
"""The largest total that is tried where nobody says how many patients there were."""

OfCount: TypeAlias = PercentageClaim | FractionClaim | CountClaim


@dataclass(frozen=True)
class Candidates:
    """Counts that can be behind what is printed of one arm.

    Attributes
    ----------
    counts : tuple of (int, int)
        Events and total, by total; empty where nothing is known, or nothing fits.
    complete : bool
        Whether these are all: the number randomised is known, and the list was not cut.
    count : Count or None
        The folder's own row.
    """

    counts: tuple[tuple[int, int], ...]
    complete: bool
    count: Count | None = None

    @property
    def firm(self) -> bool:
        """Whether one count is known: printed, or the only one that fits."""
        return len(self.counts) == 1 and self.complete


def allows(claim: OfCount, events: int, total: int) -> bool:
    """Whether a claim allows a count."""
    if isinstance(claim, FractionClaim):
        return claim.fraction == (events, total)
    if isinstance(claim, PercentageClaim):
        if claim.own is not None and claim.own != (events, total):
            return False
        return printed.prints_percent(claim.number, events, total)
    return claim.number.value == events


def narrowness(claim: OfCount) -> tuple[int, int]:
    """Order in which claims fix a count: a fraction entirely, a number of events, a percentage by its digits."""
    if isinstance(claim, PercentageClaim):
        return (0, 0) if claim.own is not None else (2, -claim.number.decimals)
    return (0, 0) if isinstance(claim, FractionClaim) else (1, 0)


def counts_of(claims: Sequence[OfCount], largest: int, total: int | None = None) -> tuple[list[tuple[int, int]], bool]:
    """Counts that all of some claims allow, and whether the list is complete.

    Parameters
    ----------
    claims : sequence of claims
        One or more, on one arm.
    largest : int
        The largest total.
    total : int, optional
        The only total that is possible, where it is stated.
    """
    narrow, *others = sorted(claims, key=narrowness)
    complete = True
    if isinstance(narrow, FractionClaim):
        tried = [narrow.fraction]
    elif isinstance(narrow, CountClaim):
        events = int(narrow.number.value)
        percent = next((c for c in others if isinstance(c, PercentageClaim)), None)
        totals = range(max(1, events), largest + 1)
        if percent is not None:
            totals = printed.totals_that_print(percent.number, events, largest)
        tried = [(events, n) for n in ([total] if total else totals[:MOST])]
        complete = len(totals) <= MOST
    elif narrow.own is not None:
        tried = [narrow.own]
    elif total is not None:
        tried = [(events, total) for events in printed.events_that_print(narrow.number, total)]
    else:
        found = printed.first_counts(narrow.number, largest, MOST)
        tried, complete = [*found.counts], found.number <= MOST
    return [count for count in tried if all(allows(claim, *count) for claim in claims)], complete


def stated_total(trial: Trial, place: Place, arms: Sequence[str]) -> int | None:
    """Patients of an analysis set in these arms, where trial.yml states them."""
    chosen = next((one for one in trial.design.analysis_sets if one.id == place.set), None)
    if chosen is None or not arms or any(arm not in chosen.totals for arm in arms):
        return None
    return sum(chosen.totals[arm] for arm in arms)


def claims_on(trial: Trial, place: Place, arms: Sequence[str]) -> list[OfCount]:
    """Claims on how many patients of these arms had the event."""
    return [
        claim
        for claim in trial.claims
        if isinstance(claim, PercentageClaim | FractionClaim | CountClaim)
        and claim.place == place
        and set(claim.arms) == set(arms)
        and not (isinstance(claim, PercentageClaim) and claim.adjusted)
    ]


def candidates(trial: Trial, place: Place, arms: Sequence[str]) -> Candidates:
    """Counts of these arms that the folder leaves open.

    A printed count is the only one. A count that was recovered from a percentage is, where its total is that of all
    randomised, or where no other fits; one whose total somebody chose is one of those that fit.
    """
    count = trial.counted(place, arms)
    if count is not None and count.basis == "printed":
        return Candidates(((count.events, count.total),), True, count)
    largest, total = trial.largest(arms), stated_total(trial, place, arms)
    claims = claims_on(trial, place, arms)
    own = {claim.total for claim in claims if claim.total is not None}
    total = own.pop() if len(own) == 1 else total
    if count is not None and (count.basis == "recovered" or not claims):
        return Candidates(((count.events, count.total),), _fixed(count, claims, largest, total), count)
    if not claims:
        return Candidates((), False)
    found, complete = counts_of(claims, total or largest or WITHOUT_BOUND, total)
    if not found and total is not None:  # some values are missing: any smaller total
        found, complete = counts_of(claims, total)
    return Candidates(tuple(found), complete and (total or largest) is not None, count)


def _fixed(count: Count, claims: Sequence[OfCount], largest: int | None, total: int | None) -> bool:
    """Whether a recovered count is of all randomised, of a stated total, or the only one that the claims allow."""
    if count.basis == "chosen":
        return False
    if count.total in (largest, total) or not claims:
        return True
    found, complete = counts_of(claims, largest or WITHOUT_BOUND)
    return complete and largest is not None and found == [(count.events, count.total)]
