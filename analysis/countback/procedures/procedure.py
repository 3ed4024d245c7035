"""What the catalogue says of one procedure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from countback.procedures.batch import Counts

__all__ = ["Kind", "Procedure", "Sides"]

Kind = Literal[
    "test",
    "interval",
    "effect",
    "index",
    "stratified test",
    "stratified interval",
    "stratified effect",
    "summary",
]
Sides = Literal["two-sided", "less", "greater"]


@dataclass(frozen=True)
class Procedure:
    """A named way from counts to a number.

    Call it with counts: ``procedure(a, n1, b, n2)`` for two arms, ``procedure(a, n1)`` for one, where ``a``
    of ``n1`` people in arm 1 and ``b`` of ``n2`` in arm 2 had the event. Scalars give Python floats; arrays
    that broadcast give ``float64`` arrays of the broadcast shape. Intervals return ``(lower, upper)`` and
    take ``level``.

    Attributes
    ----------
    key
        Its name in the catalogue.
    name
        What the field calls it.
    kind
        ``"test"`` (a p-value), ``"interval"``, ``"effect"`` (an estimate) or ``"index"``; with
        ``"stratified "`` before it, one value per stratum goes in and one for all comes out; ``"summary"``
        takes printed numbers, not counts.
    summary
        One plain sentence for a clinician.
    formula
        LaTeX for a methods page.
    reference, doi
        Where it was published.
    agrees_with
        The R function and default that give the same number.
    sides
        For tests: ``"two-sided"``, ``"less"`` or ``"greater"`` (arm 1's rate is less or greater).
    arms
        2 or 1, the counts being ``(a, n1, b, n2)`` or ``(a, n1)``; 0 for a ``"summary"``.
    measure
        What is estimated or bounded, such as ``"risk difference"``.
    conventional
        Whether a report that names no test is commonly taken to have used this one.
    rule
        Whether it only chooses between two other tests, and so is not a further one.
    family
        A test and the intervals that invert it carry the same word.

    Examples
    --------
    >>> from countback import catalogue
    >>> round(catalogue["p_fisher_2s"](7, 13, 2, 12), 4)
    0.0968
    """

    key: str
    name: str
    kind: Kind
    summary: str
    formula: str
    reference: str
    agrees_with: str
    compute: Callable[..., Any] = field(repr=False, compare=False)
    doi: str | None = None
    sides: Sides | None = None
    arms: Literal[0, 1, 2] = 2
    measure: str | None = None
    conventional: bool = False
    rule: bool = False
    family: str | None = None

    def __call__(self, *counts: Counts, **options: Any) -> Any:
        """Value of the procedure; see the class for what goes in and comes out."""
        if self.arms and len(counts) != 2 * self.arms:
            wanted = "a, n1, b, n2" if self.arms == 2 else "a, n1"
            raise TypeError(f"{self.key} takes the counts ({wanted}), not {len(counts)} of them")
        return self.compute(*counts, **options)
