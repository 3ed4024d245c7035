"""What is found on a p-value: matches, how little they mean, its support, what else would give it, its procedures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from countback.procedures.panel import Cells

__all__ = [
    "BOTH_TOTALS",
    "ENOUGH",
    "ONE_COUNT",
    "SHIFTS",
    "Cause",
    "Change",
    "Coincidence",
    "Match",
    "Neighbour",
    "Procedures",
    "Share",
    "Strength",
    "Support",
    "strength",
]

ENOUGH = 4
"""P-values of one article from which on its procedures are named; fewer say little beyond the weights assumed."""

WELL, DOUBTFUL = 0.8, 0.5
"""The probabilities at which the words change."""


ONE_COUNT = {
    (1, 0, 0, 0): "one event more in the first arm",
    (-1, 0, 0, 0): "one event fewer in the first arm",
    (0, 0, 1, 0): "one event more in the second arm",
    (0, 0, -1, 0): "one event fewer in the second arm",
    (0, 1, 0, 0): "a total one larger in the first arm",
    (0, -1, 0, 0): "a total one smaller in the first arm",
    (0, 0, 0, 1): "a total one larger in the second arm",
    (0, 0, 0, -1): "a total one smaller in the second arm",
}
BOTH_TOTALS = {
    (0, 1, 0, 1): "both totals one larger",
    (0, -1, 0, -1): "both totals one smaller",
}
SHIFTS = ONE_COUNT | BOTH_TOTALS
"""The changes that are tried: one count, one total, or both totals together, by one."""


class Strength(StrEnum):
    """Support in a word."""

    WELL = "well supported"
    OPEN = "open"
    DOUBTFUL = "doubtful"

    @property
    def meaning(self) -> str:
        """What the word says, in one sentence without its full stop."""
        return {
            Strength.WELL: f"at least {WELL:g} probable that the value follows from the counts, whatever is assumed",
            Strength.OPEN: "what is assumed of reports decides",
            Strength.DOUBTFUL: f"less than {DOUBTFUL:g} probable that the value follows from the counts, whatever is "
            "assumed",
        }[self]


def strength(low: float, high: float) -> Strength:
    """Support in a word, from its lowest and highest value over the sets of priors.

    Examples
    --------
    >>> str(strength(0.85, 0.99)), str(strength(0.3, 0.9)), str(strength(0.01, 0.34))
    ('well supported', 'open', 'doubtful')
    """
    if low >= WELL:
        return Strength.WELL
    return Strength.DOUBTFUL if high < DOUBTFUL else Strength.OPEN


class Cause(StrEnum):
    """Why a printed p-value may not follow from its counts."""

    NONE = "none"
    TYPING = "digits mistyped or transposed"
    COUNT = "a count or total other by one"
    ADJUSTED = "an analysis with more in it than these counts"
    TOTAL = "another total of the article"
    SWAPPED = "the arms swapped"
    FAILURES = "failures taken for events in one arm"
    TABLE = "another table of the article"
    ONE_SIDED = "a one-sided test"


@dataclass(frozen=True)
class Match:
    """One procedure's value beside a printed number.

    Attributes
    ----------
    procedure : str
        Key of the catalogue.
    name : str
        What the field calls it.
    sides : str or None
    conventional : bool
    value : float or None
        At full precision; None where the procedure gives none.
    rules : tuple of str
        The rounding rules under which it is printed with the same characters; empty where there is none.
    """

    procedure: str
    name: str
    sides: str | None
    conventional: bool
    value: float | None
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Coincidence:
    """How easily some test of so many gives a value near the printed one.

    Attributes
    ----------
    tests : int
        Tests that were tried and gave a value.
    lower, upper : str
        The first and last value, as printed, of the neighbourhood: from half to double the printed one.
    values : int
        How many other values could be printed in it; the printed one is not counted.
    hit : int
        How many of those some test gives.
    hit_by_conventional : int
        How many of those a conventional test gives.
    """

    tests: int
    lower: str
    upper: str
    values: int
    hit: int
    hit_by_conventional: int

    @property
    def share(self) -> float:
        """Share of the neighbourhood that some test gives, 0 to 1: the chance of a match without meaning."""
        return self.hit / self.values if self.values else 0.0


@dataclass(frozen=True)
class Change:
    """A small change of the counts with which a conventional test gives the printed number.

    Attributes
    ----------
    table : (int, int, int, int)
        The changed counts: events and total of the first arm, then of the second.
    what : str
        The change in words.
    tests : tuple of str
        The conventional tests (keys) that then give it.
    """

    table: Cells
    what: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Neighbour:
    """Something near the counts that would give the printed value.

    Attributes
    ----------
    cause : Cause
    what : str
        In words.
    table : (int, int, int, int) or None
        The counts that would give it; None where they are the same or not known.
    tests : tuple of str
        The procedures (keys) that then give it.
    probability : float
        Given that the value does not follow from the counts, and that the cause is among those thought of.
    """

    cause: Cause
    what: str
    table: Cells | None
    tests: tuple[str, ...]
    probability: float


@dataclass(frozen=True)
class Support:
    """How probable it is that a printed p-value follows from its counts.

    Attributes
    ----------
    probability : float
        Under the priors of the audit.
    low, high : float
        Over all sets of priors that were compared.
    strength : Strength
    neighbours : tuple of Neighbour
        Where no conventional test gives the value: the most probable causes, one of each kind.
    tried : int
        How many neighbouring tables, tests and spellings were tried for them.
    """

    probability: float
    low: float
    high: float
    strength: Strength
    neighbours: tuple[Neighbour, ...] = ()
    tried: int = 0

    @property
    def words(self) -> str:
        """Support in a sentence."""
        span = number(self.low) if number(self.low) == number(self.high) else (
            f"{number(self.low)} to {number(self.high)} over the priors"
        )  # fmt: skip
        return f"Support: {self.strength} ({number(self.probability)}; {span})."

    @property
    def causes(self) -> str:
        """The neighbours in a sentence; empty where there are none."""
        if not self.neighbours:
            return ""
        ways = "; ".join(f"{one.what} ({number(one.probability)})" for one in self.neighbours)
        return f"If it does not follow from the counts, of {self.tried} neighbours tried: {ways}."


def number(probability: float) -> str:
    """A probability with two decimals that never shows certainty.

    Examples
    --------
    >>> number(0.9999), number(0.3416), number(0.001)
    ('>0.99', '0.34', '<0.01')
    """
    if probability > 0.99:
        return ">0.99"
    return "<0.01" if probability < 0.01 else f"{probability:.2f}"


@dataclass(frozen=True)
class Share:
    """One procedure's share of an article's p-values.

    Attributes
    ----------
    procedure, name : str
    share : float
        Expected share of the p-values that follow from their counts.
    """

    procedure: str
    name: str
    share: float


@dataclass(frozen=True)
class Procedures:
    """What an article's p-values say together of the procedures behind them; never which was used.

    Attributes
    ----------
    article : str
    p_values : int
        Printed as numbers, with known counts.
    named : bool
        Whether these are enough to name single procedures; fewer mostly restate the priors.
    shares : tuple of Share
        The largest first; empty where none is named.
    """

    article: str
    p_values: int
    named: bool
    shares: tuple[Share, ...]
