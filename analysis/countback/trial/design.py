"""A trial's design and its counts: what ``trial.yml`` and ``counts.csv`` describe."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from countback.readers import nearest

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="lower-case letters, digits and _")]
Text = Annotated[str, Field(min_length=1)]
Week: TypeAlias = Annotated[int, Field(ge=0)] | None


class Part(BaseModel):
    """Base of all that a folder describes: strict, frozen, and without unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class Citation(Part):
    """The article."""

    authors: Text
    title: Text
    journal: Text
    year: int
    volume: str | None = None
    pages: str | None = None
    doi: Text
    licence: str | None = None


class Registration(Part):
    """One entry in a public register of trials."""

    id: Text
    register_name: Text
    says: Text
    """What the entry shows, in our own words."""


class Arm(Part):
    """One randomised group."""

    id: Identifier
    name: Text
    role: Literal["experimental", "control"]
    randomised: Annotated[int, Field(ge=1)]


class Dosing(Part):
    """A treatment that comes in cycles of weeks on and weeks off."""

    dose: Text
    every_days: Annotated[int, Field(ge=1)]
    weeks_on: Annotated[int, Field(ge=1)]
    weeks_off: Annotated[int, Field(ge=0)]

    def cycles(self, weeks: int) -> list[tuple[int, int]]:
        """Start and length, in weeks, of each stretch of injections within so many weeks."""
        return [(start, min(self.weeks_on, weeks - start)) for start in range(0, weeks, self.weeks_on + self.weeks_off)]

    @property
    def injections_per_cycle(self) -> int:
        """Injections in one cycle, the first on its first day."""
        return -(-7 * self.weeks_on // self.every_days)


class Endpoint(Part):
    """A binary outcome."""

    id: Identifier
    name: Text
    short: Text | None = None
    """A shorter name for figures, such as `SRI-4`; the name where there is none."""
    kind: Literal["benefit", "harm"]
    """Whether an event is wanted."""
    weeks: Annotated[list[Week], Field(min_length=1)]
    """When it was counted; null where that is not public or does not apply."""
    definition: str | None = None
    sum_of: list[Identifier] = Field(default_factory=list)
    """Endpoints whose events add up to this one's, arm by arm and week by week."""
    among: Identifier | None = None
    """An endpoint that every event of this one also counts for."""

    @property
    def label(self) -> str:
        """The shorter name, where there is one."""
        return self.short or self.name


class Primary(Part):
    """The primary endpoint."""

    endpoint: Identifier
    week: Week


class Design(Part):
    """``trial.yml``: who was randomised to what, and how it was measured."""

    id: Identifier
    name: Text
    """Short name for headings, such as `He 2020`."""
    citation: Citation
    registrations: list[Registration] = Field(default_factory=list)
    design: Text
    population: Text
    randomised: Annotated[int, Field(ge=2)]
    arms: Annotated[list[Arm], Field(min_length=2, max_length=2)]
    dosing: Dosing | None = None
    treatment_weeks: Annotated[int, Field(ge=1)]
    follow_up_weeks: Annotated[int, Field(ge=0)] = 0
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    endpoints: Annotated[list[Endpoint], Field(min_length=1)]
    primary: Primary
    other_documents: list[Text] = Field(default_factory=list)
    """Documents that print counts but have no file of claims, such as `registry record`."""
    not_public: list[Text] = Field(default_factory=list)
    """What nobody outside the trial can know from public text."""


class Count(Part):
    """One row of ``counts.csv``: events of total in one arm for one endpoint."""

    endpoint: Identifier
    week: Week
    arm: Identifier
    events: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=1)]
    basis: Literal["printed", "recovered"]
    """Printed as a count, or recovered from a percentage."""
    document: Text
    """The document that prints it: one of claims/*.yml, or of `other_documents` in trial.yml."""
    place: Text
    """Where in the document it is printed."""

    @property
    def cited(self) -> str:
        """Document and place, as a sentence names them."""
        return f"{self.document}, {self.place}"


def field(design: Design, path: str) -> Any:
    """Value of the design by its dotted key; members of lists go by their id.

    Raises
    ------
    KeyError
        If there is none; the message says what is known at that place.

    Examples
    --------
    ``field(design, "arms.il2.randomised")``
    """
    here: Any = design
    for part in path.split("."):
        if isinstance(here, list):
            known = {member.id: member for member in here if hasattr(member, "id")}
        else:
            known = dict(here) if isinstance(here, BaseModel) else {}
        if part not in known:
            raise KeyError(f"field {path!r} is not in trial.yml; {nearest(part, known)}".rstrip("; "))
        here = known[part]
    return here
