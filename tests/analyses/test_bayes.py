"""Bayesian answers against exact fractions, numerical integration and published values."""

import itertools
import math
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, norm

from countback.analyses import bayes
from countback.analyses.bayes import Beta
from countback.errors import InputError


def whole(x, y):
    """Beta function of whole numbers, as a fraction."""
    return Fraction(math.factorial(x - 1) * math.factorial(y - 1), math.factorial(x + y - 1))


@pytest.mark.parametrize(
    ("first", "second"), [((17, 14), (10, 22)), ((1, 31), (3, 29)), ((8, 7), (3, 11)), ((1, 1), (1, 1))]
)
def test_the_probability_to_be_better_is_the_exact_sum(first, second):
    # Pr(p1 > p2) for whole parameters: Cook JD 2005, summed as fractions
    (a1, b1), (a2, b2) = first, second
    expected = 1 - sum(whole(a1 + i, b1 + b2) / ((b2 + i) * whole(1 + i, b2) * whole(a1, b1)) for i in range(a2))
    assert bayes.probability_above(Beta(*first), Beta(*second)) == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize("margin", [-0.4, -0.05, 0.1, 0.2, 0.7])
@pytest.mark.parametrize(
    ("first", "second"), [((16.5, 13.5), (9.5, 21.5)), ((1, 1), (1, 1)), ((0.5, 29.5), (2.5, 28.5))]
)
def test_margins_against_integration_over_the_density(first, second, margin):
    points = sorted({0.0, 1.0, min(1.0, max(0.0, -margin)), min(1.0, max(0.0, 1 - margin)), 0.05, 0.5})
    expected = sum(
        quad(lambda y: beta.pdf(y, *second) * beta.sf(y + margin, *first), low, high, epsabs=1e-12, limit=200)[0]
        for low, high in itertools.pairwise(points)
    )
    assert bayes.probability_above(Beta(*first), Beta(*second), margin) == pytest.approx(expected, abs=1e-8)


def test_uniform_rates_make_a_triangle():
    # the difference of two uniform rates has P(d > m) = (1 - m)^2 / 2
    for margin in (0, 0.3, 0.9):
        found = bayes.probability_above(Beta(1, 1), Beta(1, 1), margin)
        assert found == pytest.approx((1 - margin) ** 2 / 2, abs=1e-10)
    lower, upper = bayes.difference_interval(Beta(1, 1), Beta(1, 1), 0.5)
    assert (lower, upper) == pytest.approx((-(1 - math.sqrt(0.5)), 1 - math.sqrt(0.5)), abs=1e-7)


def test_priors():
    assert Beta.around(0.4, 20) == (8, 12)
    assert Beta(1, 1).after(16, 29) == (17, 14)
    assert Beta(8, 12).mean == 0.4
    for rate, patients in ((0, 20), (1.1, 20), (0.4, 0)):
        with pytest.raises(InputError, match="a prior needs"):
            Beta.around(rate, patients)


@pytest.mark.parametrize("cells", [(16, 29, 9, 30), (7, 13, 2, 12), (0, 29, 2, 30), (3, 3, 0, 5)])
def test_the_bayes_factor_is_a_ratio_of_fractions(cells):
    a, n1, b, n2 = cells
    two = whole(a + 1, n1 - a + 1) * whole(b + 1, n2 - b + 1)
    one = whole(a + b + 1, n1 + n2 - a - b + 1)
    assert bayes.bayes_factor(cells) == pytest.approx(float(two / one), rel=1e-10)
    # the same, as predictive chances of the counts: 1/(n1 + 1)(n2 + 1) against a hypergeometric chance over n + 1
    n = n1 + n2
    pooled = Fraction(comb(n1, a) * comb(n2, b), (n + 1) * comb(n, a + b))
    assert bayes.bayes_factor(cells) == pytest.approx(float(Fraction(1, (n1 + 1) * (n2 + 1)) / pooled), rel=1e-10)


def test_the_bound_of_sellke_bayarri_and_berger():
    # their table 1: p = 0.05, 0.01, 0.001 give lower bounds on the null of 0.407, 0.125, 0.0188
    for p, null in ((0.05, 0.407), (0.01, 0.125), (0.001, 0.0188)):
        assert 1 / bayes.bayes_factor_bound(p) == pytest.approx(null, rel=0.004)
    assert bayes.bayes_factor_bound(0.5) == 1
    for p in (0, 1.1):
        with pytest.raises(ValueError, match="defined for p-values"):
            bayes.bayes_factor_bound(p)


Z = norm.isf(0.025)


@pytest.mark.parametrize(("lower", "upper"), [(0.2, 1.4), (0.01, 0.5), (-1.4, -0.2)])
def test_a_sceptic_at_the_limit_is_just_not_convinced(lower, upper):
    estimate, error = (lower + upper) / 2, (upper - lower) / 2 / Z
    found = bayes.credibility(lower, upper)
    assert found["kind"] == "sceptical"
    prior = abs(found["limit"]) / Z
    precision = 1 / prior**2 + 1 / error**2
    assert abs(estimate / error**2 / precision) == pytest.approx(Z / math.sqrt(precision))
    assert math.copysign(1, found["limit"]) == math.copysign(1, estimate)


@pytest.mark.parametrize(("lower", "upper"), [(-0.2, 1.4), (-0.015, 2.1), (-1.4, 0.2)])
def test_an_advocate_at_the_limit_is_just_confirmed(lower, upper):
    estimate, error = (lower + upper) / 2, (upper - lower) / 2 / Z
    found = bayes.credibility(lower, upper)
    assert found["kind"] == "advocacy"
    mean = found["limit"] / 2
    prior = abs(mean) / Z  # the prior's interval runs from 0 to the limit
    precision = 1 / prior**2 + 1 / error**2
    centre = (mean / prior**2 + estimate / error**2) / precision
    assert abs(centre) == pytest.approx(Z / math.sqrt(precision))


def test_credibility_at_the_edges():
    assert math.isnan(bayes.credibility(0.0, 1.0)["limit"])
    assert math.isnan(bayes.credibility(-1.0, 1.0)["limit"])
    for bad in ((1, 0), (-math.inf, 1), (math.nan, 1)):
        with pytest.raises(ValueError, match="two finite limits"):
            bayes.credibility(*bad)


def test_intrinsic_credibility():
    # Held 2019: p = 0.0056 is the threshold for intrinsic credibility at 5%
    assert bayes.intrinsic_p(norm.isf(0.0056 / 2)) == pytest.approx(0.05, abs=2e-4)
    assert bayes.intrinsic_p(0) == 1


@pytest.mark.parametrize("z", [1.96, -1.0, 4.0])
def test_shrinkage_is_the_posterior_of_the_mixture(z):
    def prior(x):
        return sum(w * norm.pdf(x, 0, s) for w, s in bayes.COCHRANE)

    def integral(function):
        return quad(
            lambda x: function(x) * prior(x) * norm.pdf(z - x),
            -40,
            40,
            points=[0, z],
            limit=400,
            epsabs=1e-13,
        )[0]

    found, total, sign = bayes.shrunken(z), integral(lambda x: 1), math.copysign(1, z)
    assert found["factor"] == pytest.approx(integral(lambda x: x) / total / z, abs=1e-8)
    assert found["same_sign"] == pytest.approx(integral(lambda x: float(sign * x > 0)) / total, abs=1e-6)
    assert found["repeated"] == pytest.approx(integral(lambda x: norm.sf(Z - sign * x)) / total, abs=1e-8)
    inside = integral(lambda x: float(found["lower"] < x < found["upper"])) / total
    assert inside == pytest.approx(0.95, abs=1e-3)


def test_the_cochrane_mixture():
    # van Zwet 2021, table 1: weights 0.32, 0.31, 0.30, 0.07 and z-values with spread 1.17, 1.74, 2.38, 5.73
    weight, spread = np.array(bayes.COCHRANE).T
    assert weight.sum() == pytest.approx(1)
    np.testing.assert_allclose(np.sqrt(spread**2 + 1), [1.17, 1.74, 2.38, 5.73], atol=0.006)
    with pytest.raises(ValueError, match="cannot be shrunk"):
        bayes.shrunken(0)


def test_the_limit_of_a_zero():
    assert bayes.zero_limit(30, 0.95) == pytest.approx(1 - 0.05 ** (1 / 31), rel=1e-10)
    limit = bayes.zero_limit(30, 0.95, Beta(0.5, 0.5))
    assert beta.cdf(limit, 0.5, 30.5) == pytest.approx(0.95)
