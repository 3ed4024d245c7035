"""What all kinds of claims share: a name, the words, what it is of, and how it was analysed."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from countback.trial.design import Identifier, Part, Place, Text, Timed

ALL = "all"
"""The comparison of a test over all arms at once."""

Adjusted: TypeAlias = bool | Text
"""False for a crude analysis; true, or how in words such as `stratified by centre`, for any other."""


Arms: TypeAlias = Identifier | list[Identifier]
"""One arm, or a list of arms taken together."""


def listed(arm: str | list[str] | None) -> tuple[str, ...]:
    """Arms that a claim names; none for the whole trial."""
    return (arm,) if isinstance(arm, str) else tuple(arm or ())


class BaseClaim(Part):
    """A claim: its name, and where and what it says."""

    id: Identifier
    where: str = ""
    """Section and sentence of the document; the document's name if left out."""
    says: str = ""
    """What is claimed, in our own words; made from the names in trial.yml if left out."""
    short: Text | None = None
    """The same in a few words, for figures; what is claimed where there is none."""

    @property
    def label(self) -> str:
        """The few words, where there are any."""
        return self.short or self.says


class Placed(Timed):
    """Base of claims on one endpoint at one time."""

    endpoint: Identifier
    set: Identifier | None = None
    """The analysis set; left out for the trial's main one."""

    @property
    def place(self) -> Place:
        """What it is of, apart from the arm."""
        return Place(self.endpoint, self.time_point, self.set)


class OfArm(Placed):
    """Base of claims on one arm, on several taken together, or on the whole trial."""

    arm: Arms | None = None
    """The arm, or a list of arms taken together; left out for a number of the whole trial."""
    total: Annotated[int, Field(ge=1)] | None = None
    """Patients that the sentence or row itself states."""

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms; none for the whole trial."""
        return listed(self.arm)


class Compared(Part):
    """Base of claims on a comparison of arms."""

    comparison: Identifier | None = None
    """The comparison of trial.yml, where it has several; `all` for a test over all arms at once."""
    adjusted: Adjusted = False
    """Whether, or how, the analysis was adjusted or stratified; counts cannot rebuild such a number."""
