"""Claims on how many: percentages, counts, cells of tables, rates, and tables of categories."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from countback.trial import printed
from countback.trial.claim import Adjusted, BaseClaim, OfArm
from countback.trial.design import Identifier, Text
from countback.trial.printed import Printed


class OfPatients(BaseClaim, OfArm):
    """Base of claims on numbers of patients with an event."""

    printed: Text


class PercentageClaim(OfPatients):
    """A percentage of one arm, such as `55.17`, `86.2% (25/29)` or `6.6% (41 of 619)`."""

    kind: Literal["percentage"]
    adjusted: Adjusted = False
    """Whether it is an estimate from a model, such as Kaplan-Meier's or of multiple imputation, and no proportion."""

    @cached_property
    def cell(self) -> tuple[int | None, int | None, Printed]:
        """Events, total and percentage; the first two where they are printed beside it."""
        return printed.parse_percentage(self.printed)

    @property
    def number(self) -> Printed:
        """The percentage."""
        return self.cell[2]

    @property
    def own(self) -> tuple[int, int] | None:
        """Events and total, where both are printed with it."""
        events, total, _ = self.cell
        total = total or self.total
        return None if events is None or total is None else (events, total)

    @model_validator(mode="after")
    def _is_percentage(self) -> Self:
        value = self.number
        if value.relation != "=" or not 0 <= value.value <= 100:
            raise ValueError(
                f"printed {self.printed!r} is not a percentage between 0 and 100; write one such as 55.17 or "
                "86.2% (25/29)"
            )
        return self


class FractionClaim(OfPatients):
    """Events of total in one arm, such as `7/13`, `147 of 728` or `25/29 (86.2%)`."""

    kind: Literal["fraction"]

    @cached_property
    def fraction(self) -> tuple[int, int]:
        """Events and total."""
        events, total, _ = printed.parse_cell(self.printed)
        if (total or self.total) is None:
            raise ValueError(f"{self.printed!r} has no total; write events and total, such as 7/13")
        return events, total or self.total or 0

    @property
    def percent(self) -> Printed | None:
        """The percentage, where one is printed beside it."""
        return printed.parse_cell(self.printed)[2]

    @model_validator(mode="after")
    def _is_fraction(self) -> Self:
        events, total = self.fraction
        if total == 0 or events > total:
            raise ValueError(f"{self.printed!r} is not a fraction of patients: {events} of {total} is impossible")
        return self


class CountClaim(OfPatients):
    """A number of patients with the event, such as `16`, `10,010` or `two participants`."""

    kind: Literal["count"]

    @cached_property
    def number(self) -> Printed:
        """The number of patients."""
        return printed.parse_count(self.printed)

    @model_validator(mode="after")
    def _is_count(self) -> Self:
        value = self.number
        if value.relation != "=" or value.decimals or value.value < 0:
            raise ValueError(f"printed {self.printed!r} is not a count; write a whole number of patients, such as 16")
        if self.total is not None and value.value > self.total:
            raise ValueError(f"printed {self.printed!r} exceeds the total of {self.total}; correct one")
        return self


class CellClaim(BaseClaim):
    """A cell of a table that carries its own count and percentage, such as `13 (44.83)`."""

    kind: Literal["cell"]
    printed: Text
    arm: Identifier
    total: Annotated[int, Field(ge=1)] | None = None
    """Patients that the row itself states; null where only the table's header, or nothing, does."""

    @cached_property
    def cell(self) -> tuple[int, int | None, Printed | None]:
        """Events, total and percentage, the last two where the cell prints them."""
        return printed.parse_cell(self.printed)

    @model_validator(mode="after")
    def _is_cell(self) -> Self:
        events, total, _ = self.cell
        if total and self.total and total != self.total:
            raise ValueError(f"total is {self.total}, the cell prints {total}; correct one")
        if events > (total or self.total or events):
            raise ValueError(f"events {events} exceeds total {self.total}; correct one")
        return self


class RateClaim(BaseClaim, OfArm):
    """Events per person-time, such as `4.5 per 100 person-years`."""

    kind: Literal["rate"]
    printed: Text
    events: Annotated[int, Field(ge=0)] | None = None
    person_time: Text | None = None
    """As printed, in the unit of the rate, such as `"1,234.5"`."""
    per: Annotated[int, Field(ge=1)] | None = None
    """Person-time that the rate is per, where `printed` does not say it; 1 if left out."""

    @cached_property
    def rate(self) -> tuple[Printed, int]:
        """The rate, and the person-time that it is per."""
        number, per = printed.parse_rate(self.printed)
        return number, per or self.per or 1

    @cached_property
    def followed(self) -> Fraction | None:
        """Person-time as a number."""
        return None if self.person_time is None else printed.parse_amount(self.person_time)

    @model_validator(mode="after")
    def _is_rate(self) -> Self:
        _ = self.rate
        if self.followed is not None and self.followed <= 0:
            raise ValueError(f"person_time {self.person_time!r} must be more than 0, such as 1,234.5")
        return self


class CategoriesClaim(BaseClaim):
    """A p-value of a table of categories by arm."""

    kind: Literal["categories"]
    printed: Text
    counts: dict[Identifier, Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=2)]]
    """Patients of each arm in each category, such as `{active: [12, 20, 8], placebo: [20, 15, 5]}`."""
    ordered: bool = False
    """Whether the categories have an order."""
    adjusted: Adjusted = False

    @cached_property
    def number(self) -> Printed:
        """The p-value."""
        return printed.parse_p(self.printed)

    @model_validator(mode="after")
    def _is_table(self) -> Self:
        _ = self.number
        if len(self.counts) < 2 or len({len(row) for row in self.counts.values()}) > 1:
            raise ValueError(
                "counts must have two or more arms with as many categories each, such as "
                "{active: [12, 20, 8], placebo: [20, 15, 5]}"
            )
        return self
