"""Simulated articles whose truth is known: tables, the procedure behind each p-value, and what went wrong with it.

Everything follows from the seed. The errors are of more kinds than :mod:`countback.audit.wrong` thinks of, since real
ones are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from countback.audit.characters import Characters, Floats, Ints, steps
from countback.audit.evidence import Cause
from countback.procedures import panel

__all__ = ["Articles", "Plan", "simulate"]

EVERYWHERE = "p_fisher_2s"
"""A test that gives a value for every table."""


@dataclass(frozen=True)
class Plan:
    """What is simulated.

    Attributes
    ----------
    articles, p_values : int
        How many articles, and how many p-values each prints.
    procedures : tuple of str
        The hidden ones, each as often as any other.
    keeps : float
        Probability that a p-value is by its article's own procedure rather than by any of them.
    arm : (int, int)
        Least and greatest size of an arm; between them sizes are spread evenly on the log scale.
    decimals : tuple of int
        An article prints all its p-values with one of these.
    causes : mapping of Cause to float
        Share of the p-values that are wrong in each way.
    effect : float
        Spread of the log odds ratios.
    """

    articles: int
    p_values: int = 5
    procedures: tuple[str, ...] = ("p_pearson", "p_fisher_2s", "p_yates", "p_pearson_or_fisher")
    keeps: float = 1.0
    arm: tuple[int, int] = (12, 400)
    decimals: tuple[int, ...] = (2, 3)
    causes: Mapping[Cause, float] | None = None
    effect: float = 0.7

    @property
    def errors(self) -> Mapping[Cause, float]:
        """The causes, by default typing, a count and an adjusted analysis in 14% of the p-values."""
        if self.causes is not None:
            return self.causes
        return dict.fromkeys((Cause.TYPING, Cause.COUNT, Cause.ADJUSTED), 0.14 / 3)


@dataclass(frozen=True)
class Articles:
    """Simulated p-values, those of one article together.

    Attributes
    ----------
    tables : numpy.ndarray of int, shape (n, 4)
    article : numpy.ndarray of int, shape (n,)
    procedure : numpy.ndarray of str, shape (n,)
        The procedure behind each.
    printed : Characters
    cause : numpy.ndarray of Cause, shape (n,)
        :attr:`Cause.NONE` where the printed number is the right one.
    """

    tables: Ints
    article: Ints
    procedure: NDArray[np.str_]
    printed: Characters
    cause: NDArray[np.object_]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the printed number follows from the counts."""
        return np.array([one is Cause.NONE for one in self.cause])


def simulate(plan: Plan, seed: int) -> Articles:
    """Simulated articles.

    Parameters
    ----------
    plan : Plan
    seed : int
    """
    rng = np.random.default_rng(seed)
    article = np.repeat(np.arange(plan.articles), plan.p_values)
    tables = _tables(plan, article, rng)
    procedure = _procedures(plan, article, rng)
    decimals = rng.choice(plan.decimals, plan.articles)[article].astype(np.int64)
    errors = [*plan.errors]
    shares = np.array([plan.errors[one] for one in errors])
    drawn = rng.choice(len(errors) + 1, len(article), p=[*shares, 1 - shares.sum()])
    cause = np.array([errors[i] if i < len(errors) else Cause.NONE for i in drawn], dtype=object)
    right = _p(tables, procedure)
    undefined = np.isnan(right)
    procedure[undefined] = EVERYWHERE  # a report has some other test where its own gives nothing
    right[undefined] = _p(tables[undefined], procedure[undefined])
    value = right.copy()
    for one in errors:
        rows = np.flatnonzero(cause == one)
        if rows.size:
            value[rows] = _wrong(one, rows, tables, article, procedure, right, rng)
    value = np.where(np.isnan(value), rng.uniform(size=len(value)), value)
    even = rng.uniform(size=plan.articles) < 0.3
    step = _typeset(np.clip(value, 0, 1), decimals, even[article])
    typed = np.flatnonzero(cause == Cause.TYPING)
    step[typed] = _mistype(step[typed], decimals[typed], rng)
    same = step == _typeset(right, decimals, even[article])
    cause[same] = Cause.NONE  # what is printed right is right, however it came about
    printed = Characters(step, decimals, np.zeros(len(step), dtype=np.int64))
    return Articles(tables, article, procedure, printed, cause)


def _tables(plan: Plan, article: Ints, rng: np.random.Generator) -> Ints:
    """Tables with events and non-events, so that every procedure gives a value; an article's arms vary a little."""
    low, high = plan.arm
    size = np.exp(rng.uniform(np.log(low), np.log(high + 0.999), plan.articles)).astype(np.int64)
    second = np.maximum(size + np.rint(rng.normal(0, 0.03 * size)).astype(np.int64), low)
    n1, n2 = size[article], second[article]
    n1 = np.maximum(n1 - rng.binomial(3, 0.2, len(article)), 2)
    n2 = np.maximum(n2 - rng.binomial(3, 0.2, len(article)), 2)
    control = rng.beta(1.3, 2.0, len(article))
    logit = np.log(control / (1 - control)) + rng.normal(0, plan.effect, len(article))
    a, b = rng.binomial(n1, 1 / (1 + np.exp(-logit))), rng.binomial(n2, control)
    a = np.where(a + b == 0, 1, a)
    b = np.where(a + b == n1 + n2, n2 - 1, b)
    return np.stack([a, n1, b, n2], axis=1).astype(np.int64)


def _procedures(plan: Plan, article: Ints, rng: np.random.Generator) -> NDArray[np.str_]:
    known = np.array(plan.procedures)
    own = rng.choice(known, plan.articles)[article]
    free = rng.choice(known, len(article))
    return np.where(rng.uniform(size=len(article)) < plan.keeps, own, free)


def _p(tables: Ints, procedure: NDArray[np.str_]) -> Floats:
    """P-value of each table under its own procedure."""
    found = np.full(len(tables), np.nan)
    for key in np.unique(procedure):
        rows = np.flatnonzero(procedure == key)
        a, n1, b, n2 = tables[rows].T
        found[rows] = panel.p_arrays(a, n1, b, n2, [str(key)])[str(key)]
    return found


def _wrong(
    cause: Cause,
    rows: Ints,
    tables: Ints,
    article: Ints,
    procedure: NDArray[np.str_],
    right: Floats,
    rng: np.random.Generator,
) -> Floats:
    """P-value that is printed instead of the right one; that of a slip of typing is still the right one."""
    chosen = tables[rows]
    a, n1, b, n2 = chosen.T
    match cause:
        case Cause.COUNT:
            return _p(_other_by_one(chosen, rng), procedure[rows])
        case Cause.ADJUSTED:
            z = -ndtri(np.maximum(right[rows], 1e-300) / 2)
            return np.asarray(2 * ndtr(-np.abs(z + rng.normal(0, 0.5, len(rows)))))
        case Cause.TOTAL:
            _, first, _, second = tables[_beside(rows, article, rng)].T
            other = np.stack([np.minimum(a, first), first, np.minimum(b, second), second], axis=1)
            return _p(other, procedure[rows])
        case Cause.SWAPPED:
            return _p(np.stack([np.minimum(b, n1), n1, np.minimum(a, n2), n2], axis=1), procedure[rows])
        case Cause.FAILURES:
            return _p(np.stack([a, n1, n2 - b, n2], axis=1), procedure[rows])
        case Cause.TABLE:
            return right[_beside(rows, article, rng)]
        case Cause.ONE_SIDED:
            return np.asarray(right[rows] / 2)
        case _:
            return right[rows]


def _other_by_one(tables: Ints, rng: np.random.Generator) -> Ints:
    """Tables with one event, or one total, more or less; still possible."""
    found = tables.copy()
    column, way = rng.integers(0, 4, len(tables)), rng.choice([-1, 1], len(tables))
    found[np.arange(len(tables)), column] += way
    for events, total in ((0, 1), (2, 3)):
        found[:, total] = np.maximum(found[:, total], 2)
        found[:, events] = np.clip(found[:, events], 0, found[:, total])
    return found


def _beside(rows: Ints, article: Ints, rng: np.random.Generator) -> Ints:
    """Another row of the same article for each; the same where it has only one."""
    first, last = np.searchsorted(article, article[rows]), np.searchsorted(article, article[rows], side="right")
    length = last - first
    shift = 1 + (rng.uniform(size=len(rows)) * np.maximum(length - 1, 1)).astype(np.int64)
    return np.asarray(first + (rows - first + shift) % length)


def _typeset(values: Floats, decimals: Ints, even: NDArray[np.bool_]) -> Ints:
    _, tie, up = steps(values[:, None], decimals)
    return np.where(tie[:, 0] & even, up[:, 0] - np.mod(up[:, 0], 2), up[:, 0]).astype(np.int64)


def _mistype(step: Ints, decimals: Ints, rng: np.random.Generator) -> Ints:
    """One digit replaced, two neighbours swapped, or a zero lost."""
    found = step.copy()
    for i, (number, places) in enumerate(zip(step, decimals, strict=True)):
        digits = list(f"{number:0{places + 1}d}"[-int(places) :])
        how = rng.choice(["replaced", "swapped", "zero"], p=[0.6, 0.25, 0.15])
        where = int(rng.integers(0, places))
        if how == "swapped" and places > 1:
            where = int(rng.integers(0, places - 1))
            digits[where : where + 2] = digits[where : where + 2][::-1]
        elif how == "zero" and digits[0] == "0":
            digits = [*digits[1:], str(rng.integers(0, 10))]
        else:
            others: Sequence[str] = [d for d in "0123456789" if d != digits[where]]
            digits[where] = str(rng.choice(others))
        found[i] = int("".join(digits))
    return found
