"""Power and type I error against sums of exact fractions, and sizes against published ones."""

import math
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy.stats import fisher_exact

from countback.analyses import power


def exact(reject, p1, p2):
    """Sum the chances of all tables as fractions."""
    n1, n2 = (size - 1 for size in reject.shape)
    return sum(
        comb(n1, i) * p1**i * (1 - p1) ** (n1 - i) * comb(n2, j) * p2**j * (1 - p2) ** (n2 - j)
        for i in range(n1 + 1)
        for j in range(n2 + 1)
        if reject[i, j]
    )


def fisher(n1, n2, alpha):
    return np.array(
        [[fisher_exact([[i, n1 - i], [j, n2 - j]])[1] < alpha for j in range(n2 + 1)] for i in range(n1 + 1)]
    )


@pytest.mark.parametrize(("n1", "n2"), [(10, 10), (7, 12)])
@pytest.mark.parametrize(("p1", "p2"), [(Fraction(3, 10), Fraction(3, 10)), (Fraction(4, 5), Fraction(1, 5)), (1, 0)])
def test_power_of_fishers_test_is_the_exact_sum(n1, n2, p1, p2):
    reject = power.rejections("p_fisher_2s", n1, n2, 0.05)
    assert (reject == fisher(n1, n2, 0.05)).all()
    assert power.power(reject, float(p1), float(p2)) == pytest.approx(float(exact(reject, p1, p2)), rel=1e-12)


def test_power_broadcasts():
    reject = power.rejections("p_pearson", 8, 9, 0.05)
    rates = np.array([0.1, 0.5, 0.9])
    found = power.power(reject, rates, 0.5)
    assert found.shape == (3,)
    assert found.tolist() == pytest.approx([power.power(reject, p, 0.5) for p in rates])


def test_undefined_tables_are_not_significant():
    landscape = power.landscape("p_pearson", 5, 6)
    assert landscape.shape == (6, 7)
    assert not power.rejections("p_pearson", 5, 6, 0.999)[0, 0]
    assert not power.rejections("p_pearson", 5, 6, 0.999)[5, 6]


def test_an_exact_test_keeps_its_level_and_pearsons_does_not():
    rates = np.linspace(0, 1, 201)
    sizes = {
        t: power.power(power.rejections(t, 30, 30, 0.05), rates, rates).max()
        for t in ("p_fisher_2s", "p_boschloo_2s", "p_pearson")
    }
    assert sizes["p_fisher_2s"] < sizes["p_boschloo_2s"] <= 0.05 < sizes["p_pearson"]


def test_the_border_of_week_12():
    def statistic(a):  # Pearson's, against the 5% point of chi-squared with one degree of freedom
        return 59 * (a * 21 - 9 * (29 - a)) ** 2 / (29 * 30 * (a + 9) * (50 - a))

    assert statistic(16) < 3.8414588 < statistic(17)
    assert power.step(power.rejections("p_pearson", 29, 30, 0.05), 9) == 17
    assert power.step(power.rejections("p_pearson", 2, 2, 0.05), 1) is None


def test_the_detectable_rate_has_the_power_asked_for():
    reject = power.rejections("p_fisher_2s", 30, 30, 0.05)
    rate = power.detectable_rate(reject, 0.3, 0.8)
    assert rate > 0.3
    assert float(exact(reject, Fraction(rate), Fraction(3, 10))) == pytest.approx(0.8, abs=1e-8)
    assert math.isnan(power.detectable_rate(power.rejections("p_fisher_2s", 3, 3, 0.05), 0.3, 0.8))


def test_the_number_needed_is_near_the_textbook_one():
    # R 4.2.2: power.prop.test(p1 = .5, p2 = .75, power = .9) gives n = 76.7 (normal approximation; its help page)
    assert power.needed("p_pearson", 0.75, 0.5, 0.05, 0.9) in range(72, 82)


def test_what_cannot_be_reached():
    assert power.needed("p_pearson", 0.3, 0.3, 0.05, 0.8) is None
    assert power.needed("p_pearson", 0.31, 0.3, 0.05, 0.8) is None
