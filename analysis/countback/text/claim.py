"""What is read: claims with their place in the text, and what of the text's numbers was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Kind(Enum):
    """Kinds of claims that are read."""

    FRACTION_PERCENT = "fraction_percent"
    TWO_ARM = "two_arm"
    RATIO_CI = "ratio_ci"
    DIFFERENCE_CI = "difference_ci"
    PROPORTION_CI = "proportion_ci"
    MEAN_SD = "mean_sd"
    P_VALUE = "p_value"
    GROUP_SIZE = "group_size"


MEANING = {
    Kind.FRACTION_PERCENT: "one proportion with its count and percentage",
    Kind.TWO_ARM: "two groups compared on a binary outcome",
    Kind.RATIO_CI: "a ratio with its confidence interval",
    Kind.DIFFERENCE_CI: "a difference with its confidence interval",
    Kind.PROPORTION_CI: "one proportion with its confidence interval",
    Kind.MEAN_SD: "a mean with its standard deviation",
    Kind.P_VALUE: "a p-value that is alone",
    Kind.GROUP_SIZE: "the size of a group",
}

IN_SPAN, ELSEWHERE = "in span", "elsewhere"
"""Where a total is printed: in the claim's own characters, or elsewhere in the text."""


@dataclass(frozen=True)
class ReadClaim:
    """One claim as it was read.

    Attributes
    ----------
    kind : Kind
    start, end : int
        Its characters in the text.
    span : str
        The characters themselves.
    fields : dict of str to str
        Printed strings by name: ``events``, ``percent``, ``lower``, ``p`` and so on.
    arms : tuple of str
        Names of the two arms of a comparison, or the name of a group; empty where none was read.
    place : dict of str to str
        For tables and records: table, row and column, or outcome and analysis; the named method.
    source : str
        File that it comes from.
    """

    kind: Kind
    start: int
    end: int
    span: str
    fields: dict[str, str]
    arms: tuple[str, ...] = ()
    place: dict[str, str] = field(default_factory=dict)
    source: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The claim as one JSON object."""
        plain: dict[str, Any] = {
            "source": self.source,
            "kind": self.kind.value,
            "span": self.span,
            "start": self.start,
            "fields": self.fields,
        }
        if any(self.arms):
            plain["arms"] = list(self.arms)
        if self.place:
            plain["where"] = self.place
        return plain


@dataclass(frozen=True)
class Reading:
    """All that was read of one text.

    Attributes
    ----------
    text : str
    claims : tuple of ReadClaim
        In the order of the text.
    numbers : int
        Numbers that the text prints; names such as "week 12", doses and years are not counted.
    unread : tuple of (int, str)
        The numbers that are part of no claim, each with its offset.
    """

    text: str
    claims: tuple[ReadClaim, ...]
    numbers: int = 0
    unread: tuple[tuple[int, str], ...] = ()

    @property
    def share(self) -> str:
        """Share of the text's numbers that was read, in words."""
        return f"read {self.numbers - len(self.unread)} of {self.numbers} numbers"
