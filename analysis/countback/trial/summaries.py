"""Claims on measurements: means with their spread, medians, and p-values that compare two means."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from countback.trial import printed
from countback.trial.claim import Adjusted, Arms, BaseClaim, listed
from countback.trial.design import Identifier, Place, Text, Timed
from countback.trial.printed import Printed


class OfMeasurement(BaseClaim, Timed):
    """Base of claims on a measurement; what it is of may be left out."""

    printed: Text
    endpoint: Identifier | None = None
    set: Identifier | None = None
    """The analysis set; left out for the trial's main one."""
    arm: Arms | None = None

    @property
    def place(self) -> Place | None:
        """What it is of, apart from the arm; None where no endpoint is named."""
        return None if self.endpoint is None else Place(self.endpoint, self.time_point, self.set)

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms; none for the whole trial, or where that is left out."""
        return listed(self.arm)


class MeanClaim(OfMeasurement):
    """A mean with its spread, such as `31.58±9.25`, `-1.82 ± 2.34 units` or `3.5 (2.1 to 4.9)`."""

    kind: Literal["mean"]
    n: Annotated[int, Field(ge=1)] | None = None
    """Patients, where they are printed."""
    spread: Literal["SD", "SE"] | None = None
    """What follows the mean: a standard deviation (if left out) or a standard error; limits are read as such."""
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    """Confidence level of the limits, where limits are printed."""
    whole_numbers: bool | None = None
    """Whether the data are whole numbers, one per patient; null where that is not stated."""
    adjusted: Adjusted = False
    """Whether it is a mean from a model, such as a least-squares mean."""

    @cached_property
    def mean(self) -> tuple[Printed, Printed | None]:
        """Mean and standard deviation or error; no second one where limits, or nothing, are printed."""
        if self.limits is not None:
            return printed.parse_estimate(self.printed)[0], None
        try:
            return printed.parse_mean(self.printed)
        except ValueError:
            return printed.parse_value(self.printed), None

    @property
    def of_error(self) -> bool:
        """Whether a standard error follows the mean: said so, or printed so."""
        return self.spread == "SE" or (self.spread is None and bool(re.search(r"\bS\.?E\.?(M\.?)?\b", self.printed)))

    @cached_property
    def limits(self) -> tuple[Printed, Printed] | None:
        """Confidence limits, where they are printed with the mean."""
        try:
            _, lower, upper = printed.parse_estimate(self.printed)
        except ValueError:
            return None
        return lower, upper

    @model_validator(mode="after")
    def _is_mean(self) -> Self:
        _ = self.mean
        return self


class MedianClaim(OfMeasurement):
    """A median with its quartiles, range or interval, such as `12 (8 to 15)`."""

    kind: Literal["median"]
    n: Annotated[int, Field(ge=1)] | None = None

    @cached_property
    def median(self) -> tuple[Printed, Printed | None, Printed | None]:
        """Median and what is printed around it."""
        try:
            return printed.parse_estimate(self.printed)
        except ValueError:
            return printed.parse_value(self.printed), None, None

    @model_validator(mode="after")
    def _is_median(self) -> Self:
        _ = self.median
        return self


class MeansClaim(BaseClaim):
    """A p-value that compares two means."""

    kind: Literal["means"]
    printed: Text
    first: Text
    """Mean with SD, such as `31.58±9.25`."""
    first_n: Annotated[int, Field(ge=2)]
    second: Text
    second_n: Annotated[int, Field(ge=2)]
    spread: Literal["SD", "SE"] = "SD"
    """What follows the means."""
    paired: bool = False
    """Whether both means are of the same patients."""
    adjusted: Adjusted = False
    """Whether, or how, the analysis was adjusted."""
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
