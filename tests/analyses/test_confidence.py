"""Confidence curves, surprise and second-generation p-values against closed forms and the tests they invert."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import norm

from countback.analyses import confidence
from countback.procedures import catalogue

WEEK12 = (16, 29, 9, 30)


def test_a_wald_curve_is_the_estimate_plus_and_minus_quantiles():
    p = [0.01, 0.05, 0.2, 0.5, 0.9]
    limits = confidence.curve("rd_wald", WEEK12, [1 - q for q in p])
    x, y = 16 / 29, 9 / 30
    error = math.sqrt(x * (1 - x) / 29 + y * (1 - y) / 30)
    half = norm.isf(np.array(p) / 2) * error
    np.testing.assert_allclose(limits, np.column_stack([x - y - half, x - y + half]), atol=1e-12)


@pytest.mark.parametrize(("interval", "test"), [("rd_mee", "p_pearson"), ("rd_mn", "p_n1")])
@pytest.mark.parametrize("cells", [WEEK12, (19, 29, 11, 30), (7, 13, 2, 12)])
def test_a_curve_crosses_no_difference_at_the_p_value_of_the_test_it_inverts(interval, test, cells):
    p = catalogue[test](*cells)
    ((lower, _),) = confidence.curve(interval, cells, [1 - p])
    assert lower == pytest.approx(0, abs=1e-7)


def test_curves_are_nested():
    limits = confidence.curve("rd_mn", WEEK12, [0.1, 0.5, 0.9, 0.99])
    assert (np.diff(limits[:, 0]) < 0).all()
    assert (np.diff(limits[:, 1]) > 0).all()


def test_surprise_counts_heads():
    assert [confidence.surprise(p) for p in (1, 0.5, 2**-10)] == [0, 1, 10]
    assert confidence.surprise(0) == math.inf
    assert math.isnan(confidence.surprise(math.nan))
    assert confidence.surprise(0.05) == pytest.approx(4.3219, abs=1e-4)  # Greenland 2019: 4.3 bits
    for p in (-0.1, 1.1):
        with pytest.raises(ValueError, match="between 0 and 1"):
            confidence.surprise(p)


@pytest.mark.parametrize(
    ("interval", "null", "expected"),
    [
        ((2, 4), (-1, 1), 0),  # apart
        ((-0.5, 0.5), (-1, 1), 1),  # inside
        ((0, 4), (-1, 1), Fraction(1, 4)),  # a quarter, and no wider than twice the null
        ((-10, 10), (-1, 1), Fraction(1, 2)),  # covers it: tells nothing
        ((-8, 0), (-1, 1), Fraction(1, 4)),  # wide: over twice the null's length
        ((-math.inf, 0), (-1, 1), Fraction(1, 4)),
        ((0, 0), (-1, 1), 1),
        ((3, 3), (-1, 1), 0),
    ],
)
def test_second_generation_p(interval, null, expected):
    assert confidence.second_generation_p(*interval, *null) == pytest.approx(float(expected))


def test_second_generation_p_of_nothing():
    assert math.isnan(confidence.second_generation_p(math.nan, 1, -1, 1))
    for bad in ((1, 0, -1, 1), (0, 1, 1, 1)):
        with pytest.raises(ValueError, match="lower limit"):
            confidence.second_generation_p(*bad)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((0.2, 0.5), "2.0 to 5.0"),
        ((0, 0.5), "2.0 to ∞"),
        ((-0.25, 0.5), "2.0 to ∞, and harm from ∞ to 4.0"),
        ((-0.5, -0.2), "harm, 2.0 to 5.0"),
        ((-0.5, 0), "harm, 2.0 to ∞"),
        ((math.nan, 0.5), ""),
    ],
)
def test_numbers_needed_run_through_infinity(limits, expected):
    assert confidence.needed_to_treat(*limits) == expected
