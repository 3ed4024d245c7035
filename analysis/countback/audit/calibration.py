"""How far an audit can be trusted: support and accusations on reports whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.stats import rankdata

from countback.audit.characters import Bools, Floats, shown
from countback.audit.counts import Totals, count_with_percentage
from countback.audit.evidence import Strength, strength
from countback.audit.neighbours import Surroundings, neighbours
from countback.audit.priors import SETS
from countback.audit.simulation import Articles
from countback.audit.support import credible, support
from countback.audit.verdicts import Verdict
from countback.procedures import catalogue, panel
from countback.trial import printed
from countback.trial.printed import Printed

__all__ = [
    "Accused", "Bin", "Causes", "Measured", "accused", "area", "brier", "causes", "measured", "reliability",
    "values_of",
]  # fmt: skip


def area(score: Floats, right: Bools) -> float:
    """Area under the curve: how often a right number has the higher score of a right and a wrong one, ties half.

    Examples
    --------
    >>> area(np.array([0.9, 0.2, 0.6]), np.array([True, False, True]))
    1.0
    """
    ranks = rankdata(score)
    good, bad = int(right.sum()), int((~right).sum())
    if not good or not bad:
        return float("nan")
    return float((ranks[right].sum() - good * (good + 1) / 2) / (good * bad))


def brier(probability: Floats, right: Bools) -> float:
    """Mean squared distance of probabilities from what is the case.

    Examples
    --------
    >>> brier(np.array([1.0, 0.5]), np.array([True, False]))
    0.125
    """
    return float(np.mean((probability - right) ** 2))


@dataclass(frozen=True)
class Bin:
    """P-values of similar support.

    Attributes
    ----------
    low, high : float
        Between which support lies.
    number : int
        How many p-values.
    said, seen : float
        Mean support, and the share that was right.
    """

    low: float
    high: float
    number: int
    said: float
    seen: float

    def as_row(self) -> dict[str, Any]:
        """Flat, by the names of the attributes."""
        return dict(vars(self))


def reliability(probability: Floats, right: Bools, edges: tuple[float, ...]) -> list[Bin]:
    """Probabilities beside how often they came true.

    Parameters
    ----------
    probability : numpy.ndarray
    right : numpy.ndarray of bool
    edges : tuple of float
        Rising, from 0 to 1; a bin without p-values is left out.
    """
    where = np.clip(np.searchsorted(edges, probability, side="right") - 1, 0, len(edges) - 2)
    found = []
    for index in range(len(edges) - 1):
        rows = where == index
        if rows.any():
            said, seen = float(probability[rows].mean()), float(right[rows].mean())
            found.append(Bin(edges[index], edges[index + 1], int(rows.sum()), said, seen))
    return found


def values_of(made: Articles) -> dict[str, Floats]:
    """P-values of simulated tables under every test that is not an unconditional exact one."""
    keys = [test.key for test in panel.tests(unconditional=False)]
    a, n1, b, n2 = made.tables.T
    return panel.p_arrays(a, n1, b, n2, keys)


@dataclass(frozen=True)
class Measured:
    """Support of simulated p-values beside what is the case.

    Attributes
    ----------
    right : numpy.ndarray of bool
        Whether a printed value follows from its counts.
    probability : numpy.ndarray
        Its support under the usual priors.
    doubtful : numpy.ndarray of bool
        Whether it is called doubtful.
    verdict : numpy.ndarray
        2 where a conventional test gives it, 1 where another does, 0 where none does.
    credible, first : numpy.ndarray of bool
        Whether the true procedure is in the 90% credible set under the usual or the even priors, and whether it is the
        most probable one.
    """

    right: Bools
    probability: Floats
    doubtful: Bools
    verdict: Floats
    credible: Bools
    first: Bools

    def as_row(self) -> dict[str, Any]:
        """The measures of all, flat; shares are nan where there is nothing to share."""
        right = self.right
        return {
            "p_values": len(right),
            "wrong": int((~right).sum()),
            "area": area(self.probability, right),
            "area_of_verdicts": area(self.verdict, right),
            "brier": brier(self.probability, right),
            "right_doubted": _share(self.doubtful[right]),
            "wrong_doubted": _share(self.doubtful[~right]),
            "credible": _share(self.credible[right]),
            "first": _share(self.first[right]),
        }


def _share(of: Bools) -> float:
    return float(of.mean()) if len(of) else float("nan")


def measured(made: Articles, values: Mapping[str, Floats]) -> Measured:
    """Support of simulated articles, and whether it is right.

    Parameters
    ----------
    made : Articles
    values : mapping of str to numpy.ndarray
        Their p-values under each procedure (:func:`values_of`).
    """
    found = {name: support(made.tables, made.printed, made.article, one, values) for name, one in SETS.items()}
    every = np.stack([one.probability for one in found.values()])
    words = [strength(low, high) for low, high in zip(every.min(axis=0), every.max(axis=0), strict=True)]
    usual, even = found["usual"], found["even"]
    rows, true = np.arange(len(made.right)), np.array([usual.keys.index(str(key)) for key in made.procedure])
    hits = shown(np.stack([values[key] for key in usual.keys], axis=1), made.printed)[0]
    conventional = np.array([catalogue[key].conventional for key in usual.keys])
    return Measured(
        right=made.right,
        probability=usual.probability,
        doubtful=np.array([word is Strength.DOUBTFUL for word in words]),
        verdict=np.asarray(hits[:, conventional].any(axis=1) + hits.any(axis=1).astype(np.float64)),
        credible=credible(usual.procedures)[rows, true] | credible(even.procedures)[rows, true],
        first=usual.procedures.argmax(axis=1) == true,
    )


@dataclass(frozen=True)
class Causes:
    """How often the true cause of a wrong p-value is told.

    Attributes
    ----------
    number : int
        Wrong p-values that no conventional test gives.
    told, first : float
        Share whose cause is among those told, and whose cause is the first.
    """

    number: int
    told: float
    first: float


def causes(made: Articles, values: Mapping[str, Floats], most: int = 10**9) -> Causes:
    """How often the true cause is told, of the first `most` wrong p-values that no conventional test gives."""
    usual = np.stack([values[test.key] for test in panel.tests(conventional=True)], axis=1)
    given = np.any(shown(usual, made.printed), axis=(0, 2))
    told, first = [], []
    for i in np.flatnonzero(~made.right & ~given)[:most]:
        here = made.tables[made.article == made.article[i]]
        around = Surroundings.among((int(a), int(n1), int(b), int(n2)) for a, n1, b, n2 in here)
        a, n1, b, n2 = (int(cell) for cell in made.tables[i])
        found = neighbours(_number(made, int(i)), (a, n1, b, n2), around).neighbours
        told.append(made.cause[i] in [one.cause for one in found])
        first.append(made.cause[i] == found[0].cause)
    return Causes(len(told), _share(np.array(told)), _share(np.array(first)))


def _number(made: Articles, row: int) -> Printed:
    step, decimals = int(made.printed.step[row]), int(made.printed.decimals[row])
    value = Fraction(step, 10**decimals)
    return Printed(printed.rounded(value, decimals), "=", value, decimals)


@dataclass(frozen=True)
class Accused:
    """How often a count with its percentage is called inconsistent.

    Attributes
    ----------
    number : int
        Cells of each kind.
    right : float
        Share of the right ones that are called so.
    mistyped, counted : float
        Share called so where a digit of the percentage is mistyped, and where the count is other by one.
    """

    number: int
    right: float
    mistyped: float
    counted: float


def accused(seed: int, number: int, arm: int, decimals: int) -> Accused:
    """Cells of arms of this size, their percentages printed with so many decimals, half up or half to even.

    Parameters
    ----------
    seed, number, arm, decimals : int
    """
    rng = np.random.default_rng(seed)
    called: dict[str, list[bool]] = {"right": [], "mistyped": [], "counted": []}
    for events in rng.integers(1, arm, number):
        rule = printed.ROUNDINGS[int(rng.integers(0, 2))]
        text = printed.rounded(Fraction(100 * int(events), arm), decimals, rule)
        digits = [place for place, one in enumerate(text) if one.isdigit()]
        at = int(rng.choice(digits))
        other = str(rng.choice([d for d in "0123456789" if d != text[at]]))
        typed = text[:at] + other + text[at + 1 :]
        by_one = int(events) + int(rng.choice([-1, 1]))
        for kind, count, percent in (
            ("right", int(events), text),
            ("mistyped", int(events), typed),
            ("counted", by_one, text),
        ):
            judged = count_with_percentage(count, printed.parse(percent), Totals(arm, arm, arm))
            called[kind].append(judged.verdict is Verdict.INCONSISTENT)
    return Accused(number, *(float(np.mean(called[kind])) for kind in ("right", "mistyped", "counted")))
