"""What the counts make of a prior opinion, and which opinion it takes to be convinced."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betaln
from scipy.stats import beta, norm

from countback.errors import InputError

__all__ = [
    "COCHRANE",
    "Beta",
    "bayes_factor",
    "bayes_factor_bound",
    "credibility",
    "difference_interval",
    "intrinsic_p",
    "probability_above",
    "shrunken",
    "zero_limit",
]

Cells = tuple[int, int, int, int]

COCHRANE = ((0.32, 0.61), (0.31, 1.42), (0.30, 2.16), (0.07, 5.64))
"""Signal-to-noise ratios of the trials in the Cochrane Database: weight and standard deviation of each part of a
mixture of normal distributions around 0 (van Zwet 2021, table 1)."""


class Beta(NamedTuple):
    """A beta distribution of one arm's rate: as if so many events and non-events had been seen before."""

    events: float
    others: float

    @classmethod
    def around(cls, rate: float, patients: float) -> Beta:
        """Prior centred on a rate, with the weight of so many patients.

        Raises
        ------
        InputError
            If the rate does not lie between 0 and 1, or there are no patients.
        """
        if not (0 < rate < 1 and patients > 0):
            raise InputError(
                f"a prior needs a rate between 0 and 1 and patients above 0, not {rate:g} and {patients:g}"
            )
        return cls(rate * patients, (1 - rate) * patients)

    def after(self, events: int, total: int) -> Beta:
        """Posterior once the counts are added."""
        return Beta(self.events + events, self.others + total - events)

    @property
    def mean(self) -> float:
        """Mean of the distribution."""
        return self.events / (self.events + self.others)


def probability_above(first: Beta, second: Beta, margin: float = 0.0) -> float:
    """Probability that one arm's rate exceeds the other's by more than a margin.

    ``P(p1 - p2 > margin)`` for independent beta distributions, by double-exponential quadrature over the quantiles of
    the second (Takahasi H, Mori M. Publ RIMS 1974;9:721-741); the error is below 1e-8.

    Parameters
    ----------
    first, second : Beta
    margin : float
        As a proportion; may be negative.

    Returns
    -------
    float

    Examples
    --------
    >>> round(probability_above(Beta(2, 1), Beta(1, 2)), 6)
    0.833333
    """
    low, high = beta.cdf([max(0.0, -margin), min(1.0, 1.0 - margin)], *second)  # below: certain; above: impossible
    nodes, weights = _nodes()
    rates = beta.ppf(low + (high - low) * nodes, *second)
    return min(1.0, max(0.0, float(low + (high - low) * (weights @ beta.sf(rates + margin, *first)))))


@cache
def _nodes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes between 0 and 1 and weights that average a function between them."""
    step = np.arange(-160, 161) / 50
    inner = np.pi / 2 * np.sinh(step)
    nodes = 1 / (1 + np.exp(-2 * inner))
    weights = np.cosh(step) / np.cosh(inner) ** 2
    return nodes, weights / weights.sum()


def difference_interval(first: Beta, second: Beta, level: float) -> tuple[float, float]:
    """Equal-tailed credible interval of the difference of two rates.

    Parameters
    ----------
    first, second : Beta
    level : float
        Between 0 and 1.

    Returns
    -------
    (float, float)
    """

    def limit(above: float) -> float:
        return float(brentq(lambda margin: probability_above(first, second, margin) - above, -1, 1, xtol=1e-8))

    return limit(0.5 + level / 2), limit(0.5 - level / 2)


def bayes_factor(cells: Cells, prior: Beta = Beta(1.0, 1.0)) -> float:  # noqa: B008 - immutable
    """Bayes factor: how many times likelier the counts are under two rates than under one.

    Each rate, and the common one, has the same beta prior. Kass RE, Raftery AE. J Am Stat Assoc 1995;90:773-795
    (doi 10.1080/01621459.1995.10476572).

    Parameters
    ----------
    cells : (a, n1, b, n2)
    prior : Beta

    Returns
    -------
    float
        Above 1: the counts speak for a difference; below 1: against.

    Examples
    --------
    >>> round(bayes_factor((1, 1, 0, 1)), 6)
    1.5
    """
    a, n1, b, n2 = cells
    unit = betaln(*prior)
    two = betaln(*prior.after(a, n1)) + betaln(*prior.after(b, n2)) - 2 * unit
    one = betaln(*prior.after(a + b, n1 + n2)) - unit
    return float(np.exp(two - one))


def bayes_factor_bound(p: float) -> float:
    """Largest Bayes factor for a difference that a p-value allows, over many kinds of prior: ``1 / (-e p ln p)``.

    Sellke T, Bayarri MJ, Berger JO. Am Stat 2001;55:62-71 (doi 10.1198/000313001300339950).

    Parameters
    ----------
    p : float
        Above 0, at most 1; from 1/e on, the bound is 1.

    Examples
    --------
    >>> round(bayes_factor_bound(0.05), 2)
    2.46
    """
    if not 0 < p <= 1:
        raise ValueError(f"the bound is defined for p-values above 0 and up to 1, not {p}")
    return 1.0 if p >= 1 / math.e else 1 / (-math.e * p * math.log(p))


def credibility(lower: float, upper: float) -> dict[str, float | str]:
    """Prior opinion that a result, with its interval, would just overcome or just need.

    On a scale where 0 is no difference, such as the log odds ratio. A significant result is set against the sceptic
    whose prior is centred on no difference: it convinces all who hold effects beyond the ``limit`` plausible. One that
    is not significant needs an advocate, whose prior runs from no difference to the ``limit``. Matthews RAJ. R Soc
    Open Sci 2018;5:171047 (doi 10.1098/rsos.171047); Held L. R Soc Open Sci 2019;6:181534 (doi 10.1098/rsos.181534).

    Parameters
    ----------
    lower, upper : float
        The interval's limits; both priors are meant at its level.

    Returns
    -------
    dict
        ``kind``: ``sceptical`` or ``advocacy``; ``limit``: on the side of the estimate. An interval that ends at
        exactly 0, or whose middle is 0, has no finite limit: nan.

    Raises
    ------
    ValueError
        If the limits are not finite, or not in order.
    """
    if not (math.isfinite(lower) and math.isfinite(upper) and lower < upper):
        raise ValueError("the analysis of credibility needs two finite limits, the lower one first")
    sign, product, width = math.copysign(1.0, lower + upper), lower * upper, upper - lower
    if product > 0:
        return {"kind": "sceptical", "limit": sign * width**2 / (4 * math.sqrt(product))}
    if product == 0 or lower + upper == 0:
        return {"kind": "advocacy", "limit": math.nan}
    return {"kind": "advocacy", "limit": -(lower + upper) * width**2 / (2 * product)}


def intrinsic_p(z: float) -> float:
    """P-value for intrinsic credibility, ``2 (1 - Phi(|z| / sqrt 2))`` (Held 2019).

    It is below alpha where a sceptic, who finds effects as large as the estimate just barely plausible, would be
    convinced at that level.

    Examples
    --------
    >>> round(intrinsic_p(1.96), 3)
    0.166
    """
    return float(2 * norm.sf(abs(z) / math.sqrt(2)))


def shrunken(z: float, alpha: float = 0.05) -> dict[str, float]:
    """What remains of an effect when the trial is taken as one of the many in the Cochrane Database.

    van Zwet E, Schwab S, Senn S. Stat Med 2021;40:6107-6117 (doi 10.1002/sim.9173).

    Parameters
    ----------
    z : float
        Estimate over its standard error, not 0.
    alpha : float
        Two-sided level at which a repetition of the same size counts as significant.

    Returns
    -------
    dict
        ``factor``: what the estimate is to be multiplied by; ``same_sign``: the probability that the true effect has
        the sign of the estimate; ``repeated``: that the repetition is significant in the same direction;
        ``lower`` and ``upper``: the central 95% of the true effect over the standard error.

    Raises
    ------
    ValueError
        If `z` is 0: there is nothing to shrink.
    """
    if z == 0 or not math.isfinite(z):
        raise ValueError("an estimate of no difference cannot be shrunk")
    weight, spread = np.array(COCHRANE).T
    weight = weight * norm.pdf(z, 0, np.sqrt(spread**2 + 1))
    weight = weight / weight.sum()
    kept = spread**2 / (spread**2 + 1)
    mean, sd, sign = kept * z, np.sqrt(kept), math.copysign(1.0, z)
    wanted = norm.isf(alpha / 2)

    def quantile(q: float) -> float:
        reach = 40 + abs(z)
        return float(brentq(lambda x: float(weight @ norm.cdf(x, mean, sd)) - q, -reach, reach))

    return {
        "factor": float(weight @ mean / z),
        "same_sign": float(weight @ norm.cdf(sign * mean / sd)),
        "repeated": float(weight @ norm.sf((wanted - sign * mean) / np.sqrt(sd**2 + 1))),
        "lower": quantile(0.025),
        "upper": quantile(0.975),
    }


def zero_limit(total: int, level: float, prior: Beta = Beta(1.0, 1.0)) -> float:  # noqa: B008 - immutable
    """Rate below which the true one lies with a probability of `level`, when nobody had the event.

    Parameters
    ----------
    total : int
        Patients.
    level : float
        Between 0 and 1.
    prior : Beta
        For the uniform one the limit is ``1 - (1 - level) ** (1 / (total + 1))``.

    Examples
    --------
    >>> round(zero_limit(30, 0.95), 4)
    0.0921
    """
    return float(beta.ppf(level, *prior.after(0, total)))
