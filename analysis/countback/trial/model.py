"""A trial as its folder describes it: its design, its counts and what its documents print."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pydantic import Field

from countback.errors import InputError, nearest
from countback.trial.checklist import Judgement
from countback.trial.claims import Claim, Document
from countback.trial.design import (
    Arm,
    Contrast,
    Count,
    Design,
    Endpoint,
    Part,
    Place,
    TimePoint,
    shown_time,
    time_point,
)


class FourfoldTable(Part):
    """The 2x2 table of one endpoint at one time."""

    a: int
    """Events in the first arm of the comparison."""
    n1: int
    b: int
    """Events in the second arm of the comparison."""
    n2: int

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """The table as procedures take it: ``(a, n1, b, n2)``."""
        return self.a, self.n1, self.b, self.n2


class Trial(Part):
    """A trial, whole or the part of it that one question needs.

    Attributes
    ----------
    design : Design
    counts : list of Count
    documents : list of Document
    reporting : list of Judgement
        What was seen of the items of reporting checklists; empty where the folder has none.
    """

    design: Design
    counts: list[Count]
    documents: list[Document]
    reporting: list[Judgement] = Field(default_factory=list)

    @cached_property
    def contrasts(self) -> list[Contrast]:
        """The comparisons of arms: those that trial.yml names, or each experimental arm with the control."""
        if self.design.comparisons:
            return self.design.comparisons
        control = next((arm for arm in self.design.arms if arm.role == "control"), self.design.arms[-1])
        return [
            Contrast(id=arm.id, name=f"{arm.name} v {control.name}", first=[arm.id], second=[control.id])
            for arm in self.design.arms
            if arm is not control
        ]

    def contrast(self, name: str | None = None) -> Contrast:
        """Comparison of this id; without one, that of the primary endpoint, or the first.

        Raises
        ------
        InputError
            If the trial has none of this name; names the nearest.
        """
        wanted = self.design.primary.comparison if name is None else name
        known = {contrast.id: contrast for contrast in self.contrasts}
        if wanted is None:
            return self.contrasts[0]
        if wanted not in known:
            raise InputError(f"trial {self.design.id} has no comparison {wanted!r}; {nearest(wanted, known)}")
        return known[wanted]

    @cached_property
    def experimental(self) -> Arm:
        """The arm under test; several taken together where the comparison says so."""
        return self.group(self.contrast().first)

    @cached_property
    def control(self) -> Arm:
        """The arm that it is compared with."""
        return self.group(self.contrast().second)

    def group(self, arms: Sequence[str]) -> Arm:
        """One arm, or several taken together as one."""
        members = [self.arm(arm) for arm in arms]
        if len(members) == 1:
            return members[0]
        sizes = [arm.randomised for arm in members]
        size = None if None in sizes else sum(n or 0 for n in sizes)
        name = " and ".join(arm.name for arm in members)
        return Arm(id="_".join(arms), name=name, role=members[0].role, randomised=size)

    def largest(self, arms: Sequence[str] = ()) -> int | None:
        """Patients of these arms, or of the trial, at most; None where nobody says.

        In a crossover each patient can be in every arm, in a cluster trial others than those randomised are counted.
        """
        design = self.design
        sizes = [self.arm(arm).randomised for arm in arms] or [arm.randomised for arm in design.arms]
        known = None if None in sizes else sum(size or 0 for size in sizes)
        if design.structure == "crossover":
            every = [arm.randomised or 0 for arm in design.arms]
            return design.randomised or sum(every) or None
        if design.structure == "cluster":
            return None
        return (known or design.randomised) if arms else (design.randomised or known)

    @property
    def claims(self) -> list[Claim]:
        """All claims, in the order of the files."""
        return [claim for document in self.documents for claim in document.claims]

    def arm(self, arm_id: str) -> Arm:
        """Arm with this id."""
        return next(arm for arm in self.design.arms if arm.id == arm_id)

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """Endpoint with this id.

        Raises
        ------
        InputError
            If the trial has none of this name; names the nearest.
        """
        for endpoint in self.design.endpoints:
            if endpoint.id == endpoint_id:
                return endpoint
        ids = [endpoint.id for endpoint in self.design.endpoints]
        raise InputError(f"trial {self.design.id} has no endpoint {endpoint_id!r}; {nearest(endpoint_id, ids)}")

    @cached_property
    def _count_by_place(self) -> dict[tuple[Place, str | None], Count]:
        return {(Place(c.endpoint, c.time_point, c.set), c.arm): c for c in self.counts}

    def count(
        self, endpoint: str, week: TimePoint, arm: str | Sequence[str] | None, analysis_set: str | None = None
    ) -> Count | None:
        """One row of the counts, or None where it is not there.

        Parameters
        ----------
        endpoint : str
        week : int, str or None
            The week, or the time as printed.
        arm : str, sequence of str or None
            Several arms are added up; none, or None, stands for the whole trial: its own row, or the sum of all arms.
        analysis_set : str, optional
        """
        place = Place(endpoint, week, analysis_set)
        arms = [arm] if isinstance(arm, str) else list(arm or ())
        if len(arms) == 1:
            return self._count_by_place.get((place, arms[0]))
        if not arms and (place, None) in self._count_by_place:
            return self._count_by_place[place, None]
        if self.design.structure == "crossover":
            return None  # the same patients are in every arm
        rows = [self._count_by_place.get((place, one)) for one in arms or [a.id for a in self.design.arms]]
        known = [row for row in rows if row is not None]
        if len(known) < len(rows):
            return None
        weakest = max(known, key=lambda row: ("printed", "recovered", "chosen").index(row.basis))
        return weakest.model_copy(
            update={
                "arm": None, "events": sum(row.events for row in known), "total": sum(row.total for row in known),
                "place": f"sum of {len(known)} arms: {weakest.place}",
            }
        )  # fmt: skip

    def counted(self, place: Place, arms: Sequence[str]) -> Count | None:
        """Count of a place and its arms, or None where it is not known."""
        return self.count(place.endpoint, place.time, arms, place.set)

    def table(
        self, endpoint: str, week: TimePoint, comparison: str | None = None, analysis_set: str | None = None
    ) -> FourfoldTable | None:
        """The 2x2 table of an endpoint, or None where its counts are not known.

        Parameters
        ----------
        endpoint : str
        week : int, str or None
            The week, or the time as printed.
        comparison : str, optional
            One of :attr:`contrasts`; that of the primary endpoint by default.
        analysis_set : str, optional
        """
        contrast = self.contrast(comparison)
        first = self.count(endpoint, week, contrast.first, analysis_set)
        second = self.count(endpoint, week, contrast.second, analysis_set)
        if first is None or second is None:
            return None
        return FourfoldTable(a=first.events, n1=first.total, b=second.events, n2=second.total)

    def named(self, place: Place) -> str:
        """Endpoint, time and analysis set as a sentence names them, such as ``SRI-4 response, week 12``."""
        sets = {one.id: one.name for one in self.design.analysis_sets}
        parts = [self.endpoint(place.endpoint).name, shown_time(place.time), sets.get(place.set or "", "")]
        return ", ".join(part for part in parts if part)

    def select(
        self,
        endpoint: str | None = None,
        week: TimePoint = None,
        kind: str | None = None,
        document: str | None = None,
        time: str | None = None,
        comparison: str | None = None,
    ) -> Trial:
        """Keep only what concerns one endpoint at one time, one kind of endpoint, one document or one comparison.

        Parameters
        ----------
        endpoint : str, optional
            With `week` or `time`: counts and claims about anything else are left out.
        week : int, optional
            None for an endpoint whose week is not public.
        kind : {"benefit", "harm"}, optional
            Without `endpoint`: keep the endpoints of this kind.
        document : str, optional
            Keep the claims of this document alone, such as `abstract`; ``first`` means the one whose file comes
            first.
        time : str, optional
            In place of a week: the time as printed, such as ``day 28``.
        comparison : str, optional
            Make this comparison the trial's only one, and leave out claims on others.

        Returns
        -------
        Trial
            Its :attr:`digest` changes only when something changes that is left in.

        Raises
        ------
        InputError
            If there is no such endpoint, time, kind, document or comparison.
        """
        if comparison is not None:
            return self._comparing(comparison).select(endpoint, week, kind, document, time)
        documents = self.documents if document is None else [self._document(document)]
        chosen = self if document is None else self._with(self.design, self.counts, documents)
        if endpoint is None and kind is None:
            return chosen
        at = time_point(time) if time is not None else time_point(week) if isinstance(week, str) else week
        ids = self._of_kind(kind) if endpoint is None else self._at(endpoint, at)

        def concerns(item: Any) -> bool:
            return getattr(item, "endpoint", None) in ids and (endpoint is None or item.time_point == at)

        kept = [d.model_copy(update={"claims": [c for c in d.claims if concerns(c)]}) for d in documents]
        design = self.design.model_copy(update={"endpoints": [e for e in self.design.endpoints if e.id in ids]})
        return self._with(design, [c for c in self.counts if concerns(c)], [d for d in kept if d.claims])

    def _comparing(self, name: str) -> Trial:
        """Trial whose only comparison is this one; the tests of other comparisons are left out."""
        contrast = self.contrast(name)
        primary = self.design.primary.model_copy(update={"comparison": contrast.id})
        design = self.design.model_copy(update={"comparisons": [contrast], "primary": primary})

        def concerns(claim: Claim) -> bool:
            return getattr(claim, "comparison", None) in (None, contrast.id)

        kept = [d.model_copy(update={"claims": [c for c in d.claims if concerns(c)]}) for d in self.documents]
        return self._with(design, self.counts, [d for d in kept if d.claims])

    @staticmethod
    def _with(design: Design, counts: list[Count], documents: list[Document]) -> Trial:
        return Trial.model_construct(design=design, counts=counts, documents=documents, reporting=[])

    def _document(self, name: str) -> Document:
        if name == "first":
            return self.documents[0]
        known = {document.document: document for document in self.documents}
        if name not in known:
            raise InputError(f"trial {self.design.id} has no document {name!r}; {nearest(name, [*known])}")
        return known[name]

    def _at(self, endpoint: str, at: TimePoint) -> set[str]:
        known = self.endpoint(endpoint).time_points
        if at not in known:
            which = shown_time(at) or "week None"
            if all(one is None or isinstance(one, int) for one in known):
                weeks = ", ".join("none (null)" if w is None else str(w) for w in known)
                words = f"known weeks: {weeks}"
            else:
                words = f"known times: {', '.join(shown_time(one) or 'none (null)' for one in known)}"
            raise InputError(f"trial {self.design.id} has no endpoint {endpoint} at {which}; {words}")
        return {endpoint}

    def _of_kind(self, kind: str | None) -> set[str]:
        ids = {e.id for e in self.design.endpoints if e.kind == kind}
        if not ids:
            raise InputError(f"trial {self.design.id} has no endpoint of kind {kind!r}; the kinds are benefit and harm")
        return ids

    @property
    def digest(self) -> str:
        """SHA-256 of all that is in it, 64 hexadecimal digits; comments and layout of the files do not count."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
