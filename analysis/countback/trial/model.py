"""A trial as its folder describes it: its design, its counts and what its documents print."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

from pydantic import Field

from countback.errors import InputError
from countback.readers import nearest
from countback.trial.checklist import Judgement
from countback.trial.claims import Claim, Document
from countback.trial.design import Arm, Count, Design, Endpoint, Part


class Table(Part):
    """The 2x2 table of one endpoint at one week."""

    a: int
    """Events in the experimental arm."""
    n1: int
    b: int
    """Events in the control arm."""
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
    def experimental(self) -> Arm:
        """The arm under test."""
        return next(arm for arm in self.design.arms if arm.role == "experimental")

    @cached_property
    def control(self) -> Arm:
        """The arm that it is compared with."""
        return next(arm for arm in self.design.arms if arm.role == "control")

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
    def _count_by_place(self) -> dict[tuple[str, int | None, str], Count]:
        return {(count.endpoint, count.week, count.arm): count for count in self.counts}

    def count(self, endpoint: str, week: int | None, arm: str) -> Count | None:
        """One row of the counts, or None where it is not there."""
        return self._count_by_place.get((endpoint, week, arm))

    def table(self, endpoint: str, week: int | None) -> Table | None:
        """The 2x2 table of an endpoint, or None where its counts are not known."""
        first = self.count(endpoint, week, self.experimental.id)
        second = self.count(endpoint, week, self.control.id)
        if first is None or second is None:
            return None
        return Table(a=first.events, n1=first.total, b=second.events, n2=second.total)

    def select(
        self,
        endpoint: str | None = None,
        week: int | None = None,
        kind: str | None = None,
        document: str | None = None,
    ) -> Trial:
        """Keep only what concerns one endpoint at one week, one kind of endpoint, or one document.

        Parameters
        ----------
        endpoint : str, optional
            With `week`: counts and claims about anything else are left out.
        week : int, optional
            None for an endpoint whose week is not public.
        kind : {"benefit", "harm"}, optional
            Without `endpoint`: keep the endpoints of this kind.
        document : str, optional
            Keep the claims of this document alone, such as `abstract`; ``first`` means the one whose file comes
            first.

        Returns
        -------
        Trial
            Its :attr:`digest` changes only when something changes that is left in.

        Raises
        ------
        InputError
            If there is no such endpoint, week, kind or document.
        """
        documents = self.documents if document is None else [self._document(document)]
        chosen = self if document is None else self._with(self.design, self.counts, documents)
        if endpoint is None and kind is None:
            return chosen
        ids = self._of_kind(kind) if endpoint is None else self._at(endpoint, week)

        def concerns(item: Any) -> bool:
            return getattr(item, "endpoint", None) in ids and (endpoint is None or item.week == week)

        kept = [d.model_copy(update={"claims": [c for c in d.claims if concerns(c)]}) for d in documents]
        design = self.design.model_copy(update={"endpoints": [e for e in self.design.endpoints if e.id in ids]})
        return self._with(design, [c for c in self.counts if concerns(c)], [d for d in kept if d.claims])

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

    def _at(self, endpoint: str, week: int | None) -> set[str]:
        weeks = self.endpoint(endpoint).weeks
        if week not in weeks:
            known = ", ".join("none (null)" if w is None else str(w) for w in weeks)
            raise InputError(f"trial {self.design.id} has no endpoint {endpoint} at week {week}; known weeks: {known}")
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
