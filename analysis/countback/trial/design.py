"""A trial's design and its counts: what ``trial.yml`` and ``counts.csv`` describe."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from countback.errors import nearest

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="lower-case letters, digits and _")]
Text = Annotated[str, Field(min_length=1)]
Week: TypeAlias = Annotated[int, Field(ge=0)] | None
TimePoint: TypeAlias = int | str | None
"""When something was measured: a week, words as printed such as `day 28`, or None where that is not public."""

Measure: TypeAlias = Literal["RR", "OR", "HR", "RD", "MD", "NNT", "IRR", "SMD", "GMR", "HL", "other"]
"""Ratio of risks, odds or hazards; difference of risks or means; number needed to treat; ratio of rates; standardised
difference of means; ratio of (geometric) means; Hodges-Lehmann difference or difference of medians; any other."""

Hypothesis: TypeAlias = Literal["superiority", "noninferiority", "equivalence"]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def time_point(text: str) -> TimePoint:
    """Time point of printed words; `week 12` is the week 12.

    Examples
    --------
    >>> time_point("Week 12"), time_point("Day  28")
    (12, 'day 28')
    """
    words = " ".join(text.split()).lower()
    week = re.fullmatch(r"weeks? ([0-9]{1,4})|([0-9]{1,4}) weeks?", words)
    return int(week[1] or week[2]) if week else words


def shown_time(at: TimePoint) -> str:
    """Time point as a sentence names it: ``week 12``, ``day 28``, or nothing."""
    return f"week {at}" if isinstance(at, int) else at or ""


class Place(NamedTuple):
    """What a number is of, apart from the arm."""

    endpoint: str
    time: TimePoint = None
    set: str | None = None
    """Analysis set; None for the trial's main one."""


class Part(BaseModel):
    """Base of all that a folder describes: strict, frozen, and without unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True, defer_build=True)


class Timed(Part):
    """Base of what belongs to a time point: a week, or words as printed."""

    week: Week = None
    """The week, where time is counted in weeks."""
    time: Text | None = None
    """In place of a week: the time as printed, such as `day 28` or `12 months`."""

    @property
    def time_point(self) -> TimePoint:
        """The week, or the words, or None."""
        return self.week if self.time is None else time_point(self.time)

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.week is not None and self.time is not None:
            raise ValueError(f"week {self.week} and time {self.time!r} are both given; keep one, such as time: day 28")
        return self


class Citation(Part):
    """The article."""

    authors: Text
    title: Text
    journal: Text
    year: int
    volume: str | None = None
    pages: str | None = None
    doi: Text | None = None
    licence: str | None = None


class Registration(Part):
    """One entry in a public register of trials."""

    id: Text
    register_name: Text
    says: Text
    """What the entry shows, in our own words."""


class Arm(Part):
    """One randomised group; in a crossover, one treatment."""

    id: Identifier
    name: Text
    role: Literal["experimental", "control"] = "experimental"
    randomised: Annotated[int, Field(ge=1)] | None = None
    """Patients; left out where the article does not say it."""


class AnalysisSet(Part):
    """A set of patients other than the trial's main one, such as the per-protocol set."""

    id: Identifier
    name: Text
    totals: dict[Identifier, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Its patients by arm, where the article prints them."""


class Contrast(Part):
    """A named comparison of arms; each side is one arm, or several taken together."""

    id: Identifier
    name: Text | None = None
    first: Annotated[list[Identifier], BeforeValidator(_listed), Field(min_length=1)]
    """The arm under test, or a list of arms taken together."""
    second: Annotated[list[Identifier], BeforeValidator(_listed), Field(min_length=1)]
    """The arm that it is compared with, or a list."""


class Margin(Part):
    """Margin of non-inferiority or equivalence."""

    measure: Measure
    value: Text
    """As printed, such as `"-10"` (per cent points for a difference of risks) or `"1.3"`."""
    hypothesis: Literal["noninferiority", "equivalence"] = "noninferiority"


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
    """An outcome."""

    id: Identifier
    name: Text
    short: Text | None = None
    """A shorter name for figures, such as `SRI-4`; the name where there is none."""
    kind: Literal["benefit", "harm"] = "benefit"
    """Whether an event is wanted."""
    type: Literal["binary", "continuous", "time to event", "rate", "ordered"] = "binary"
    """Patients with an event; a measurement; time until an event; events per person-time; ordered categories."""
    unit: Text | None = None
    """What is counted where it is not patients, such as `eyes`."""
    weeks: list[Week] = Field(default_factory=list)
    """When it was measured; null where that is not public or does not apply."""
    times: list[Text | None] = Field(default_factory=list)
    """In place of weeks: the times as printed, such as `day 28` or `12 months`."""
    margin: Margin | None = None
    """Margin of non-inferiority or equivalence, where one is printed."""
    definition: str | None = None
    sum_of: list[Identifier] = Field(default_factory=list)
    """Endpoints whose events add up to this one's, arm by arm and time by time."""
    among: Identifier | None = None
    """An endpoint that every event of this one also counts for."""

    @property
    def label(self) -> str:
        """The shorter name, where there is one."""
        return self.short or self.name

    @property
    def time_points(self) -> list[TimePoint]:
        """When it was measured; None alone where nothing is said."""
        words = [None if time is None else time_point(time) for time in self.times]
        return [*dict.fromkeys([*self.weeks, *words])] or [None]


class Primary(Timed):
    """The primary endpoint."""

    endpoint: Identifier
    comparison: Identifier | None = None
    """The comparison it is about, where a trial has several; the first one if left out."""


class Design(Part):
    """``trial.yml``: who was randomised to what, and how it was measured."""

    id: Identifier
    name: Text
    """Short name for headings, such as `He 2020`."""
    citation: Citation
    registrations: list[Registration] = Field(default_factory=list)
    design: Text
    structure: Literal["parallel", "crossover", "cluster", "factorial"] = "parallel"
    """Parallel arms; each patient gets every treatment; groups of patients are randomised; two treatments crossed."""
    population: Text | None = None
    randomised: Annotated[int, Field(ge=2)] | None = None
    """Patients in all; left out where the article does not say it."""
    arms: Annotated[list[Arm], Field(min_length=2)]
    comparisons: list[Contrast] = Field(default_factory=list)
    """Which arms are compared; each experimental arm with the control if left out."""
    analysis_sets: list[AnalysisSet] = Field(default_factory=list)
    dosing: Dosing | None = None
    treatment_weeks: Annotated[int, Field(ge=1)] | None = None
    follow_up_weeks: Annotated[int, Field(ge=0)] = 0
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    endpoints: Annotated[list[Endpoint], Field(min_length=1)]
    primary: Primary
    """The first endpoint at its first time if left out."""
    other_documents: list[Text] = Field(default_factory=list)
    """Documents that print counts but have no file of claims, such as `registry record`."""
    not_public: list[Text] = Field(default_factory=list)
    """What nobody outside the trial can know from public text."""

    @model_validator(mode="before")
    @classmethod
    def _with_primary(cls, data: Any) -> Any:
        """Take the first endpoint at its first time for the primary one where none is named."""
        endpoints = data.get("endpoints") if isinstance(data, dict) else None
        if not isinstance(endpoints, list) or not endpoints or not isinstance(endpoints[0], dict):
            return data
        if not isinstance(data.get("primary", {}), dict):
            return data
        named = data.get("primary", {})
        first = next((e for e in endpoints if isinstance(e, dict) and e.get("id") == named.get("endpoint")), None)
        first = endpoints[0] if "endpoint" not in named else first
        if first is None or "week" in named or "time" in named:
            return data
        found: dict[str, Any] = {"endpoint": first.get("id"), **named}
        for key, listed in (("week", "weeks"), ("time", "times")):
            if isinstance(first.get(listed), list) and first[listed]:
                found[key] = first[listed][0]
                break
        return {**data, "primary": found}


class Count(Timed):
    """One row of ``counts.csv``: events of total in one arm for one endpoint."""

    endpoint: Identifier
    arm: Identifier | None
    """None for a row of the whole trial."""
    set: Identifier | None = None
    """The analysis set; None for the trial's main one."""
    events: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=1)]
    basis: Literal["printed", "recovered", "chosen"] = "printed"
    """Printed as a count, recovered from a percentage, or recovered with a total that somebody chose among several."""
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
