"""Claims on comparisons: p-values, statements on significance, estimates with their intervals."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from countback.trial import printed
from countback.trial.claim import BaseClaim, Compared, Placed
from countback.trial.design import Hypothesis, Identifier, Measure, Place, Text, Timed
from countback.trial.printed import Printed

RATIOS = ("RR", "OR", "HR", "IRR", "GMR")
"""The measures that live on the log scale: 1 is no effect, and limits lie symmetrically around the logarithm."""


def _level(value: Any) -> Any:
    """Level as a proportion, of a number such as 97.5 or words such as `97.5%`."""
    if isinstance(value, str):
        try:
            value = float(value.strip().removesuffix("%").replace(",", "."))
        except ValueError:
            raise ValueError(f"level {value!r} is not a confidence level; write one such as 0.975 or 97.5%") from None
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 < value < 100:
        return round(value / 100, 8)
    return value


Level: TypeAlias = Annotated[
    float,
    BeforeValidator(_level, json_schema_input_type=float | str),
    Field(gt=0, lt=1, description="such as 0.95, 97.5 or 97.5%"),
]


class PValueClaim(BaseClaim, Placed, Compared):
    """A p-value of a comparison of arms."""

    kind: Literal["p_value"]
    printed: Text
    hypothesis: Hypothesis = "superiority"
    """What was tested; for the others the endpoint has its margin in trial.yml."""
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


class DecisionClaim(BaseClaim, Placed, Compared):
    """A statement that a comparison is, or is not, significant, non-inferior or equivalent."""

    kind: Literal["decision"]
    printed: Text
    significant: bool
    """Whether it is said to be so: significant, non-inferior or equivalent."""
    hypothesis: Hypothesis = "superiority"
    """What was tested; for the others the endpoint has its margin in trial.yml."""
    alpha: Annotated[float, Field(gt=0, lt=1)] | None = None
    """The level of significance of this statement, where it is not the trial's."""


class ComparisonClaim(BaseClaim):
    """A p-value that carries its own counts: those of two arms, or of one arm at two times."""

    kind: Literal["comparison"]
    printed: Text
    first: Text
    """Events of total, such as `13/29`."""
    second: Text
    paired: bool = False
    """Whether both counts are of the same patients."""
    adjusted: bool | Text = False
    """Whether, or how, the analysis was adjusted or stratified."""
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


class EffectClaim(BaseClaim, Timed, Compared):
    """An estimate with its confidence interval, and a p-value where one is printed beside it."""

    kind: Literal["effect"]
    measure: Measure
    """RR, OR, HR: ratio of risks, odds or hazards; RD, MD: difference of risks or means; NNT: number needed to treat;
    IRR: ratio of rates; SMD: standardised difference; GMR: ratio of means; HL: difference of medians; other."""
    printed: Text
    """The estimate, alone or with its limits, such as `3.5` or `3.5 (2.1 to 4.9)`."""
    lower: Text | None = None
    upper: Text | None = None
    """One of both alone is the limit of a one-sided interval."""
    level: Level | None = None
    """Confidence level, where it is not printed with the limits; 0.95 if left out."""
    percent: bool = False
    """Whether a difference of risks is printed in percentage points; a per cent sign says it too."""
    p: Text | None = None
    """The p-value beside it, where it is not printed with the limits."""
    endpoint: Identifier | None = None
    """The endpoint whose counts it is of; or `first` and `second`; or neither, where no counts are known."""
    set: Identifier | None = None
    """The analysis set; left out for the trial's main one."""
    first: Text | None = None
    second: Text | None = None

    @property
    def place(self) -> Place | None:
        """What it is of; None where no endpoint is named."""
        return None if self.endpoint is None else Place(self.endpoint, self.time_point, self.set)

    @cached_property
    def _parts(self) -> tuple[Printed, Printed | None, Printed | None]:
        """Estimate and limits, as one text or as three."""
        lower = None if self.lower is None else printed.parse_value(self.lower)
        upper = None if self.upper is None else printed.parse_value(self.upper)
        if lower is None and upper is None:
            try:
                return printed.parse_estimate(self.printed)
            except ValueError:
                pass
        return printed.parse_value(self.printed), lower, upper

    @property
    def estimate(self) -> Printed:
        """The estimate."""
        return self._parts[0]

    @property
    def limits(self) -> tuple[Printed, Printed] | None:
        """Lower and upper limit, where both are printed."""
        _, lower, upper = self._parts
        return None if lower is None or upper is None else (lower, upper)

    @property
    def one_limit(self) -> tuple[Literal["lower", "upper"], Printed] | None:
        """The limit of a one-sided interval, where only one is printed."""
        _, lower, upper = self._parts
        if lower is not None and upper is None:
            return "lower", lower
        return ("upper", upper) if upper is not None and lower is None else None

    @property
    def confidence(self) -> float:
        """Confidence level of the limits: the one given, or printed with them, or 95%."""
        shown = re.search(r"([0-9]{2}(?:[.,][0-9]+)?) ?% ?C", self.printed)
        return self.level or (_level(shown[1]) if shown else 0.95)

    @property
    def in_percent(self) -> bool:
        """Whether a difference of risks is in percentage points: said so, shown so, or beyond 1."""
        texts = (self.printed, self.lower or "", self.upper or "")
        numbers = [n for n in self._parts if n is not None]
        shown = any("%" in re.sub(r"[0-9.]+ ?% ?C", "", t) or "percentage point" in t for t in texts)
        return self.percent or (self.measure == "RD" and (shown or any(abs(n.value) > 1 for n in numbers)))

    @cached_property
    def p_number(self) -> Printed | None:
        """The p-value, where one is printed beside the estimate."""
        text = self.p or printed.p_beside(self.printed)
        return None if text is None else printed.parse_p(text)

    @cached_property
    def table(self) -> tuple[int, int, int, int] | None:
        """Its own counts: events and total of the first arm, then of the second."""
        if self.first is None or self.second is None:
            return None
        return (*printed.parse_fraction(self.first), *printed.parse_fraction(self.second))

    @model_validator(mode="after")
    def _is_effect(self) -> Self:
        if (self.first is None) != (self.second is None):
            raise ValueError("first and second come in pairs; add the missing one, such as second: 9/30")
        for number in self._parts:
            if number is not None and number.relation != "=":
                raise ValueError(
                    f"{number.text!r} must be a plain number without a relation such as <; write one such as 0.68"
                )
        if self.first is not None and self.endpoint is not None:
            raise ValueError("give either an endpoint or first and second, not both")
        _ = self.p_number, self.table
        return self


def null_of(measure: str) -> int | None:
    """Value of a measure where there is no effect; None where nobody knows."""
    if measure in ("other", "NNT"):
        return None
    return 1 if measure in RATIOS else 0
