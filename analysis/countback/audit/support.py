r"""How probable it is that printed p-values follow from their counts, jointly over an article, and by which test.

An article is thought of as written so. It keeps to one rule of rounding. A share :math:`\varepsilon` of its p-values
does not follow from the counts. It has one procedure :math:`m_0` of its own; each p-value that does follow is by that
one with probability :math:`s`, and otherwise by a procedure drawn anew, from weights :math:`\pi` of all procedures or
of the conventional ones alone. Of p-value :math:`i` let :math:`h_{im}` be 1 where procedure :math:`m` gives its
characters under the article's rule, and :math:`q_i` the probability of these characters where they do not follow from
the counts (:mod:`countback.audit.wrong`). Then

.. math::

   P(x_i \mid \varepsilon, s, m_0)
   = (1 - \varepsilon)\Bigl(s\,h_{i m_0} + (1 - s) \sum_m \pi_m h_{im}\Bigr) + \varepsilon\,q_i

and everything else is a sum: over the rules, :math:`m_0`, both sets of weights, and grids of :math:`s` and
:math:`\varepsilon`, none of which is fixed (:mod:`countback.audit.priors`). Since :math:`h` is 0 or 1, a p-value has
two likelihoods for each point of the grids, whatever the number of procedures. The sums run over whole arrays of
articles.

Support is not a verdict: it depends on assumed weights, and a single p-value says little of its procedure beyond them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countback.audit.characters import Bools, Characters, Floats, Ints, shown
from countback.audit.priors import USUAL, Priors
from countback.audit.wrong import LEAST, density
from countback.procedures import catalogue, panel
from countback.trial.printed import ROUNDINGS

__all__ = ["CONVENTIONAL", "Evidence", "Posterior", "credible", "joint", "posterior", "support"]

CONVENTIONAL = ("p_pearson", "p_yates", "p_fisher_2s")
"""The tests whose values are thought of as mistyped; the first is what other analyses scatter around."""

BLOCK = 100_000
"""Values of procedures that are worked on at a time: what a processor keeps near."""


@dataclass(frozen=True)
class Posterior:
    """What p-values say of themselves, by row, and of their articles' procedures.

    Attributes
    ----------
    probability : numpy.ndarray, shape (n,)
        That the printed value follows from the counts.
    keys : tuple of str
        The procedures of the columns below.
    procedures : numpy.ndarray, shape (n, m)
        Given that the value follows from the counts: how probable each procedure is.
    """

    probability: Floats
    keys: tuple[str, ...]
    procedures: Floats

    def shares(self, article: Ints) -> Floats:
        """Share of each article's p-values that each procedure gave, of those that follow from the counts."""
        starts = _starts(article)
        weights = np.maximum(self.probability, LEAST)[:, None]  # an article of wrong values alone has shares too
        summed = np.add.reduceat(self.procedures * weights, starts, axis=0)
        return np.asarray(summed / summed.sum(axis=1, keepdims=True), dtype=np.float64)


def support(
    tables: ArrayLike,
    of: Characters,
    article: ArrayLike | None = None,
    priors: Priors = USUAL,
    values: Mapping[str, Floats] | None = None,
    rules: Mapping[str, Bools] | None = None,
) -> Posterior:
    """Support of many printed p-values.

    Parameters
    ----------
    tables : array_like, shape (n, 4)
        Events and total of the first arm, then of the second.
    of : Characters
        The n printed numbers (:func:`countback.audit.characters.characters`).
    article : array_like of int, shape (n,), optional
        Which article each is from, the rows of one article together; all from one by default.
    priors : Priors
    values : mapping of str to numpy.ndarray, optional
        P-values of the tables under each procedure, where they are at hand
        (:func:`countback.procedures.panel.p_arrays`), those of :data:`CONVENTIONAL` among them; the slow
        unconditional exact tests may be left out, and are then not thought of.
    rules : mapping of str to numpy.ndarray of bool, optional
        Of a rule of rounding, the rows whose article leaves it open; all by default.

    Returns
    -------
    Posterior

    Examples
    --------
    A p-value that Fisher's test gives, and one that nothing gives:

    >>> from countback.audit.characters import characters
    >>> from countback.trial.printed import parse_p
    >>> found = support([(16, 29, 9, 30), (16, 29, 9, 30)], characters([parse_p("0.067"), parse_p("0.013")]))
    >>> [round(float(p), 2) for p in found.probability]
    [0.99, 0.0]
    """
    columns = np.asarray(tables, dtype=np.int64).reshape(len(of), 4).T
    if values is None:
        values = panel.p_arrays(columns[0], columns[1], columns[2], columns[3], [*priors.share])
    keys = tuple(key for key in priors.share if key in values)
    usual = [key for key in CONVENTIONAL if key in values]
    matrix = np.stack([np.asarray(values[key], dtype=np.float64) for key in keys], axis=1)
    typed = np.stack([np.asarray(values[key], dtype=np.float64) for key in usual], axis=1)
    evidence = Evidence(keys, shown(matrix, of), typed, columns.astype(np.float64), of)
    return joint(evidence, article, priors, rules)


@dataclass(frozen=True)
class Evidence:
    """What procedures give for printed p-values.

    Attributes
    ----------
    keys : tuple of str
        The m procedures that were tried.
    hits : sequence of numpy.ndarray of bool, shape (n, m)
        For each of :data:`countback.trial.printed.ROUNDINGS`: whether a procedure gives the characters.
    usual : numpy.ndarray, shape (n, 3)
        P-values under :data:`CONVENTIONAL`.
    tables : numpy.ndarray, shape (4, n)
    printed : Characters
    """

    keys: tuple[str, ...]
    hits: Sequence[Bools]
    usual: Floats
    tables: Floats
    printed: Characters


def joint(
    of: Evidence, article: ArrayLike | None = None, priors: Priors = USUAL, rules: Mapping[str, Bools] | None = None
) -> Posterior:
    """Posterior of many articles; parameters as of :func:`support`.

    A procedure that has weight, but was not tried, is not thought of.
    """
    number = len(of.printed)
    groups = np.zeros(number, dtype=np.int64) if article is None else np.asarray(article)
    kept = [index for index, key in enumerate(of.keys) if key in priors.share]
    keys = tuple(of.keys[index] for index in kept)
    weights = np.array([priors.share[key] for key in keys])
    weights /= weights.sum()
    conventional = np.array([catalogue[key].conventional for key in keys])
    typed = np.array([priors.share.get(key, 0.0) + 1e-9 for key in CONVENTIONAL])
    wrong = density(of.usual, typed, of.usual[:, 0], of.tables, of.printed, priors.ways)
    hits = of.hits if len(kept) == len(of.keys) else [one[:, kept] for one in of.hits]
    probability, procedures = np.empty(number), np.empty((number, len(keys)))
    for rows in _blocks(groups, len(keys)):
        left = None if rules is None else np.stack([rules[rule][rows].all(axis=1) for rule in ROUNDINGS])
        here = [one[rows] for one in hits]
        probability[rows], procedures[rows] = posterior(here, wrong[rows], weights, conventional, priors, left)
    return Posterior(probability, keys, procedures)


def _starts(article: Ints) -> Ints:
    """First row of each article."""
    changes = np.flatnonzero(article[1:] != article[:-1]) + 1
    return np.concatenate([np.zeros(1, dtype=np.int64), changes])


def _blocks(article: Ints, width: int) -> Iterator[Ints]:
    """Rows of articles of the same length, shape (articles, length), not many values of procedures at a time."""
    if not len(article):
        return
    starts = _starts(article)
    lengths = np.diff(np.append(starts, len(article)))
    for length in np.unique(lengths):
        rows = starts[lengths == length][:, None] + np.arange(length)
        at_a_time = max(1, BLOCK // (int(length) * width))
        for first in range(0, len(rows), at_a_time):
            yield rows[first : first + at_a_time]


def posterior(
    hits: Sequence[Bools],
    wrong: Floats,
    weights: Floats,
    conventional: Bools,
    priors: Priors,
    left: Bools | None = None,
) -> tuple[Floats, Floats]:
    """Posterior of the printed p-values of articles of the same length, from what procedures give: sums alone.

    Parameters
    ----------
    hits : sequence of numpy.ndarray of bool, shape (articles, p-values, procedures)
        For each of :data:`countback.trial.printed.ROUNDINGS`: whether a procedure gives the characters.
    wrong : numpy.ndarray, shape (articles, p-values)
        Probability of the characters where they do not follow from the counts; positive.
    weights : numpy.ndarray, shape (procedures,)
        Positive, adding up to 1.
    conventional : numpy.ndarray of bool, shape (procedures,)
    priors : Priors
        Its rounding, stickiness and share of wrong values are used.
    left : numpy.ndarray of bool, shape (rules, articles), optional
        Which rules an article leaves open; all by default.

    Returns
    -------
    probability : numpy.ndarray, shape (articles, p-values)
        That a value follows from the counts.
    procedures : numpy.ndarray, shape (articles, p-values, procedures)
        Given that it does, the probability of each procedure; the weights where no procedure gives the value.
    """
    grid = _Grid.of(priors, weights, conventional)
    states = [_State.under(hit, rule, weights, wrong, grid) for hit, rule in _rules(hits, priors, left)]
    top = np.max([state.evidence.max(axis=(1, 2)) for state in states], axis=0)
    masses = [np.exp(state.evidence - top[:, None, None]) for state in states]
    total = np.sum([mass.sum(axis=(1, 2)) for mass in masses], axis=0)[:, None, None]
    probability, procedures = np.zeros(wrong.shape), np.zeros(hits[0].shape)
    for state, mass in zip(states, masses, strict=True):
        mass /= total
        state.add(mass, probability, procedures)
    given = procedures.sum(axis=2, keepdims=True)
    np.divide(procedures, given, out=procedures, where=given > 0)
    procedures[given[..., 0] <= 0] = weights
    return np.clip(probability, 0.0, 1.0), procedures


@dataclass(frozen=True)
class _Grid:
    """Points that are averaged over; all arrays but `palettes` have one value for each.

    Attributes
    ----------
    sticky, share : numpy.ndarray
        Stickiness, and share of wrong values.
    weight : numpy.ndarray
        Logarithm of the point's weight.
    palette : numpy.ndarray of int
        From which row of `palettes` other procedures are drawn.
    palettes : numpy.ndarray, shape (2 or 1, procedures)
    """

    sticky: Floats
    share: Floats
    weight: Floats
    palette: Ints
    palettes: Floats

    @classmethod
    def of(cls, priors: Priors, weights: Floats, conventional: Bools) -> _Grid:
        """The grid of priors."""
        narrow = np.where(conventional, weights, 0.0)
        palettes = [(weights, 1 - priors.narrow)]
        if narrow.any():
            palettes = [(weights, 1 - priors.narrow), (narrow / narrow.sum(), priors.narrow)]
        points = np.array([
            (s.value, e.value, s.weight * e.weight * share, i)
            for s in priors.stickiness for e in priors.wrong for i, (_, share) in enumerate(palettes)
            if s.weight and e.weight and e.value and share
        ])  # fmt: skip
        sticky, wrong, weight, palette = points.T
        return cls(sticky, wrong, np.log(weight), palette.astype(np.int64), np.stack([one for one, _ in palettes]))


def _rules(hits: Sequence[Bools], priors: Priors, left: Bools | None) -> list[tuple[Floats, Floats]]:
    """What procedures give under each rule of rounding, and each article's weight of it; equal rules are one."""
    found: list[tuple[int, Floats]] = []
    for index, rule in enumerate(ROUNDINGS):
        weight = np.full(len(hits[0]), priors.rounding.get(rule, 0.0))
        if left is not None:
            weight = np.where(left[index], weight, 0.0)
        same = next((i for i, (k, _) in enumerate(found) if np.array_equal(hits[k], hits[index])), None)
        if same is not None:
            found[same] = found[same][0], found[same][1] + weight
        elif weight.any():
            found.append((index, weight))
    with np.errstate(divide="ignore"):
        return [(hits[index].astype(np.float64), np.log(weight)) for index, weight in found]


@dataclass(frozen=True)
class _State:
    """All points of the grid under one rule of rounding; axes are articles, points, p-values or procedures."""

    hit: Floats
    base: Floats
    """Likelihood of a p-value that the article's own procedure does not give."""
    own: Floats
    """Likelihood of one that it gives."""
    wrongly: Floats
    """Part of either that does not follow from the counts."""
    evidence: Floats
    """Logarithm of the joint probability, by article, point and own procedure."""
    grid: _Grid

    @classmethod
    def under(cls, hit: Floats, log_rule: Floats, weights: Floats, wrong: Floats, grid: _Grid) -> _State:
        """The state under a rule, given what procedures give under it."""
        sticky, share = grid.sticky[None, :, None], grid.share[None, :, None]
        wrongly = share * wrong[:, None, :]
        drawn = np.moveaxis(hit @ grid.palettes.T, 2, 1)[:, grid.palette]
        base = (1 - share) * (1 - sticky) * drawn + wrongly
        own = base + (1 - share) * sticky
        evidence = np.matmul(np.log(own / base), hit)
        evidence += np.log(base).sum(axis=2, keepdims=True) + grid.weight[None, :, None] + log_rule[:, None, None]
        evidence += np.log(weights)
        return cls(hit, base, own, wrongly, evidence, grid)

    def add(self, mass: Floats, probability: Floats, procedures: Floats) -> None:
        """Add this rule's part to the two posteriors; `mass` is the posterior of its points and own procedures."""
        sticky, share = self.grid.sticky[None, :, None], self.grid.share[None, :, None]
        by_own = np.matmul(mass, np.swapaxes(self.hit, 1, 2))
        not_by_own = np.maximum(mass.sum(axis=2, keepdims=True) - by_own, 0.0)
        probability += (by_own * (1 - self.wrongly / self.own) + not_by_own * (1 - self.wrongly / self.base)).sum(
            axis=1
        )
        drawn = (1 - share) * (1 - sticky) * (by_own / self.own + not_by_own / self.base)
        stuck = np.matmul(np.swapaxes((1 - share) * sticky / self.own, 1, 2), mass)
        for index, palette in enumerate(self.grid.palettes):
            stuck += drawn[:, self.grid.palette == index].sum(axis=1)[..., None] * palette
        stuck *= self.hit
        procedures += stuck


def credible(probabilities: Floats, level: float = 0.9) -> NDArray[np.bool_]:
    """Smallest sets of procedures that hold a posterior probability, row by row; what ties with a member is one.

    Parameters
    ----------
    probabilities : numpy.ndarray, shape (n, m)
        Rows that add up to 1.
    level : float
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=1)
    before = np.cumsum(ranked, axis=1) - ranked
    last = np.maximum((before < level - 1e-12).sum(axis=1) - 1, 0)
    least = ranked[np.arange(len(ranked)), last]
    found: NDArray[np.bool_] = probabilities >= least[:, None] * (1 - 1e-9)
    return found & (probabilities > 0)
