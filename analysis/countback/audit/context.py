"""What a judge knows beside the claim itself: the trial, the document, and how the document rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from countback.procedures.panel import Cells
from countback.trial import printed
from countback.trial.candidates import WITHOUT_BOUND
from countback.trial.claims import CellClaim, Claim, Document, PercentageClaim
from countback.trial.model import Trial
from countback.trial.printed import ROUNDINGS, Printed

CUT_OFF = "truncation"
"""The rule of rounding that a document uses throughout or not at all."""


@dataclass(frozen=True)
class Context:
    """What surrounds a claim.

    Attributes
    ----------
    trial : Trial
    document : Document
        The one that prints the claim.
    alpha : float
        Level of significance that printed decisions refer to.
    claims : mapping of str to Claim
        All claims of the trial by id.
    rules : tuple of str
        The rounding rules that the document leaves open (:func:`rules_left`).
    """

    trial: Trial
    document: Document
    alpha: float
    claims: Mapping[str, Claim]
    rules: tuple[str, ...] = ROUNDINGS

    def largest(self, arms: Sequence[str] = ()) -> int:
        """Patients of these arms at most; :data:`~countback.trial.candidates.WITHOUT_BOUND` where nobody says."""
        return self.trial.largest(arms) or WITHOUT_BOUND


def rules_left(values: Iterable[tuple[Printed, Fraction]]) -> tuple[str, ...]:
    """Rounding rules that a document's other numbers leave open.

    Parameters
    ----------
    values : iterable of (Printed, fractions.Fraction)
        Printed numbers of the document with the exact values behind them.

    Returns
    -------
    tuple of str
        All of :data:`countback.trial.printed.ROUNDINGS`, or all but truncation where some number is printed rounded up
        and so was not cut off.

    Examples
    --------
    >>> rules_left([(printed.parse("65.52"), Fraction(1900, 29))])
    ('half up', 'half to even')
    """
    for number, value in values:
        rules = printed.rules_that_print(number, value)
        if rules and CUT_OFF not in rules:
            return tuple(rule for rule in ROUNDINGS if rule != CUT_OFF)
    return ROUNDINGS


def known_values(document: Document, trial: Trial) -> Iterable[tuple[Printed, Fraction]]:
    """Percentages of a document whose counts are known, with their exact values."""
    for claim in document.claims:
        if isinstance(claim, PercentageClaim):
            count = trial.counted(claim.place, claim.arms)
            if claim.own is not None:
                yield claim.number, Fraction(100 * claim.own[0], claim.own[1])
            elif count is not None and not claim.adjusted:
                yield claim.number, Fraction(100 * count.events, count.total)
        elif isinstance(claim, CellClaim):
            events, total, percent = claim.cell
            total = total or claim.total or document.arms.get(claim.arm)
            if percent is not None and total and events <= total:
                yield percent, Fraction(100 * events, total)


def needed_rule(rules: tuple[str, ...]) -> str | None:
    """The rule to name for a match: None where rounding half up gives it."""
    return None if not rules or ROUNDINGS[0] in rules else rules[0]


def by_rule(rule: str | None) -> str:
    """How a match came about, as the end of a sentence, where the usual rounding does not give it."""
    if rule is None:
        return ""
    return " by cutting off" if rule == CUT_OFF else f" by rounding {rule}"


def counts_shown(cells: Cells) -> str:
    """Two counts as a sentence names them, such as ``16/29 v 9/30``."""
    return "{}/{} v {}/{}".format(*cells)
