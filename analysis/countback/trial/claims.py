"""What a document prints: ``claims/*.yml``, one class for each kind of claim.

A printed number is parsed when its claim is checked, and stays parsed on it. Kinds of one family have their module:
:mod:`countback.trial.frequencies`, :mod:`countback.trial.summaries` and :mod:`countback.trial.inference`; their names
can be used from here as well.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from countback.trial.claim import BaseClaim
from countback.trial.design import Identifier, Part, Text
from countback.trial.frequencies import (
    CategoriesClaim,
    CellClaim,
    CountClaim,
    FractionClaim,
    PercentageClaim,
    RateClaim,
)
from countback.trial.inference import ComparisonClaim, DecisionClaim, EffectClaim, PValueClaim
from countback.trial.summaries import MeanClaim, MeansClaim, MedianClaim

__all__ = [
    "CategoriesClaim", "CellClaim", "Claim", "ComparisonClaim", "CountClaim", "DecisionClaim", "DesignClaim",
    "Document", "EffectClaim", "FractionClaim", "MeanClaim", "MeansClaim", "MedianClaim", "PValueClaim",
    "PercentageClaim", "RateClaim", "StatementClaim",
]  # fmt: skip


class DesignClaim(BaseClaim):
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


class StatementClaim(BaseClaim):
    """A statement that no public number backs."""

    kind: Literal["statement"]
    printed: str | None = None
    """Its characters, where it is a number."""
    needs: Text
    """What would be needed to check it."""


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
    | MedianClaim
    | RateClaim
    | CategoriesClaim
)


class Document(Part):
    """``claims/*.yml``: what one part of the article prints."""

    document: Text
    """Its name, such as `abstract` or `Table 3`."""
    url: str | None = None
    arms: dict[Identifier, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Patients of each arm that a table counts, as its header or its other rows state it."""
    claims: Annotated[list[Annotated[Claim, Field(discriminator="kind")]], Field(min_length=1)]
