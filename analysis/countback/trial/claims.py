"""What a document prints: ``claims/*.yml``, one class for each kind of claim.

A printed number is parsed when its claim is checked, and stays parsed on it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from countback.trial import printed
from countback.trial.design import Identifier, Part, Text, Week
from countback.trial.printed import Printed


class _Claim(Part):
    id: Identifier
    where: Text
    """Section and sentence of the document."""
    says: Text
    """What is claimed, in our own words."""
    short: Text | None = None
    """The same in a few words, for figures; what is claimed where there is none."""

    @property
    def label(self) -> str:
        """The few words, where there are any."""
        return self.short or self.says


class DesignClaim(_Claim):
    """A number or word that is an input: it cannot be rebuilt, only compared with other inputs."""

    kind: Literal["design"]
    printed: Text
    field: Text
    """The key of trial.yml that holds it, such as `randomised` or `arms.il2.randomised`."""
    means: int | None = None
    """The number that the printed words stand for, where they contain none, such as 2 for `every other day`."""
    sum_of: list[Identifier] = Field(default_factory=list)
    """Claims that must add up to this one."""
    multiple_of: list[Identifier] = Field(default_factory=list)
    """Claims whose sum must fit into this one a whole number of times."""


class _CountClaim(_Claim):
    printed: Text
    endpoint: Identifier
    week: Week
    arm: Identifier


class PercentageClaim(_CountClaim):
    """A percentage of one arm."""

    kind: Literal["percentage"]

    @cached_property
    def number(self) -> Printed:
        """The percentage."""
        return printed.parse(self.printed)

    @model_validator(mode="after")
    def _is_percentage(self) -> Self:
        value = self.number
        if value.relation != "=" or not 0 <= value.value <= 100:
            raise ValueError(f"printed {self.printed!r} is not a percentage between 0 and 100; write one such as 55.17")
        return self


class FractionClaim(_CountClaim):
    """Events of total in one arm, such as 7/13."""

    kind: Literal["fraction"]

    @cached_property
    def fraction(self) -> tuple[int, int]:
        """Events and total."""
        return printed.parse_fraction(self.printed)

    @model_validator(mode="after")
    def _is_fraction(self) -> Self:
        _ = self.fraction
        return self


class CountClaim(_CountClaim):
    """A number of patients with the event, in digits or a small number in words."""

    kind: Literal["count"]

    @cached_property
    def number(self) -> Printed:
        """The number of patients."""
        return printed.parse(self.printed)

    @model_validator(mode="after")
    def _is_count(self) -> Self:
        value = self.number
        if value.relation != "=" or value.decimals or value.value < 0:
            raise ValueError(f"printed {self.printed!r} is not a count; write a whole number of patients, such as 16")
        return self


class PValueClaim(_Claim):
    """A p-value of the comparison of the two arms."""

    kind: Literal["p_value"]
    printed: Text
    endpoint: Identifier
    week: Week
    procedure: str | None = None
    """The procedure that the article names, as a key of the catalogue; null where it names none."""

    @cached_property
    def number(self) -> Printed:
        """The p-value; ``NS`` stands for the usual level (:func:`countback.trial.printed.at_level`)."""
        return printed.parse_p(self.printed)

    @model_validator(mode="after")
    def _is_probability(self) -> Self:
        _ = self.number
        return self


class DecisionClaim(_Claim):
    """A statement that a comparison is, or is not, significant."""

    kind: Literal["decision"]
    printed: Text
    endpoint: Identifier
    week: Week
    significant: bool


class StatementClaim(_Claim):
    """A statement that no public number backs."""

    kind: Literal["statement"]
    printed: str | None = None
    """Its characters, where it is a number."""
    needs: Text
    """What would be needed to check it."""


class CellClaim(_Claim):
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


class ComparisonClaim(_Claim):
    """A p-value that carries its own counts: those of two arms, or of one arm at two times."""

    kind: Literal["comparison"]
    printed: Text
    first: Text
    """Events of total, such as `13/29`."""
    second: Text
    paired: bool = False
    """Whether both counts are of the same patients."""
    procedure: str | None = None
    """The procedure that the article names, as a key of the catalogue; null where it names none."""

    @cached_property
    def number(self) -> Printed:
        """The p-value; ``NS`` stands for the usual level (:func:`countback.trial.printed.at_level`)."""
        return printed.parse_p(self.printed)

    @cached_property
    def table(self) -> tuple[int, int, int, int]:
        """Events and total of the first count, then of the second."""
        return (*printed.parse_fraction(self.first), *printed.parse_fraction(self.second))

    @model_validator(mode="after")
    def _is_comparison(self) -> Self:
        _ = self.number
        first, second = self.table[:2], self.table[2:]
        if self.paired and first[1] != second[1]:
            raise ValueError(
                f"{self.first} and {self.second} cannot be of the same patients: their totals differ; "
                "correct one, or leave out paired"
            )
        return self


class MeanClaim(_Claim):
    """A mean with its standard deviation, such as `31.58±9.25`."""

    kind: Literal["mean"]
    printed: Text
    n: Annotated[int, Field(ge=1)]
    whole_numbers: bool | None = None
    """Whether the data are whole numbers, one per patient; null where that is not stated."""

    @cached_property
    def mean(self) -> tuple[Printed, Printed]:
        """Mean and standard deviation."""
        return printed.parse_mean(self.printed)

    @model_validator(mode="after")
    def _is_mean(self) -> Self:
        _ = self.mean
        return self


class MeansClaim(_Claim):
    """A p-value that compares two means."""

    kind: Literal["means"]
    printed: Text
    first: Text
    """Mean with SD, such as `31.58±9.25`."""
    first_n: Annotated[int, Field(ge=2)]
    second: Text
    second_n: Annotated[int, Field(ge=2)]
    procedure: Literal["student", "welch"] | None = None
    """The test that the article names; null where it names none."""

    @cached_property
    def number(self) -> Printed:
        """The p-value; ``NS`` stands for the usual level (:func:`countback.trial.printed.at_level`)."""
        return printed.parse_p(self.printed)

    @cached_property
    def means(self) -> tuple[tuple[Printed, Printed], tuple[Printed, Printed]]:
        """Mean and standard deviation of the first group, then of the second."""
        return printed.parse_mean(self.first), printed.parse_mean(self.second)

    @model_validator(mode="after")
    def _is_probability(self) -> Self:
        _ = self.number, self.means
        return self


class EffectClaim(_Claim):
    """An estimate with its confidence interval, and a p-value where one is printed beside it."""

    kind: Literal["effect"]
    measure: Literal["RR", "OR", "HR", "RD", "MD", "NNT"]
    """Ratio of risks, odds or hazards; difference of risks or means; number needed to treat."""
    printed: Text
    """The estimate."""
    lower: Text | None = None
    upper: Text | None = None
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    percent: bool = False
    """Whether a difference of risks is printed in percentage points."""
    p: Text | None = None
    endpoint: Identifier | None = None
    """The endpoint whose counts it is of; or `first` and `second`; or neither, where no counts are known."""
    week: Week = None
    first: Text | None = None
    second: Text | None = None

    @cached_property
    def estimate(self) -> Printed:
        """The estimate."""
        return printed.parse(self.printed)

    @cached_property
    def limits(self) -> tuple[Printed, Printed] | None:
        """Lower and upper limit, where they are printed."""
        if self.lower is None or self.upper is None:
            return None
        return printed.parse(self.lower), printed.parse(self.upper)

    @cached_property
    def p_number(self) -> Printed | None:
        """The p-value, where one is printed beside the estimate."""
        return None if self.p is None else printed.parse_p(self.p)

    @cached_property
    def table(self) -> tuple[int, int, int, int] | None:
        """Its own counts: events and total of the first arm, then of the second."""
        if self.first is None or self.second is None:
            return None
        return (*printed.parse_fraction(self.first), *printed.parse_fraction(self.second))

    @model_validator(mode="after")
    def _is_effect(self) -> Self:
        if (self.lower is None) != (self.upper is None) or (self.first is None) != (self.second is None):
            raise ValueError("lower and upper, and first and second, come in pairs; add the missing one")
        for number in (self.estimate, *(self.limits or ())):
            if number.relation != "=":
                raise ValueError(
                    f"{number.text!r} must be a plain number without a relation such as <; write one such as 0.68"
                )
        if self.first is not None and self.endpoint is not None:
            raise ValueError("give either an endpoint or first and second, not both")
        _ = self.p_number, self.table
        return self


Claim: TypeAlias = (
    DesignClaim
    | PercentageClaim
    | FractionClaim
    | CountClaim
    | PValueClaim
    | DecisionClaim
    | StatementClaim
    | CellClaim
    | ComparisonClaim
    | MeanClaim
    | MeansClaim
    | EffectClaim
)


class Document(Part):
    """``claims/*.yml``: what one part of the article prints."""

    document: Text
    """Its name, such as `abstract` or `Table 3`."""
    url: str | None = None
    arms: dict[Identifier, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Patients of each arm that a table counts, as its header or its other rows state it."""
    claims: Annotated[list[Annotated[Claim, Field(discriminator="kind")]], Field(min_length=1)]
