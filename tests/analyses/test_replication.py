"""Replication against published values, exact enumeration and the normal theory that it refines."""

import math
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from countback.analyses import power, replication


def test_goodmans_table():
    # Goodman 1992: with p = 0.05 the chance is one half, whether the estimate is true or uncertain
    z = norm.isf(0.025)
    assert replication.next_trial(z, 0.05) == pytest.approx({"at_estimate": 0.5, "predictive": 0.5})
    # and with p = 0.01 and 0.001, if the estimate is true: 0.73 and 0.91
    assert replication.next_trial(norm.isf(0.005), 0.05)["at_estimate"] == pytest.approx(0.73, abs=0.005)
    assert replication.next_trial(norm.isf(0.0005), 0.05)["at_estimate"] == pytest.approx(0.91, abs=0.005)


@pytest.mark.parametrize(("z", "ratio"), [(1.9, 1), (2.5, 2), (-1.2, 0.5)])
def test_the_predictive_chance_averages_over_the_true_effect(z, ratio):
    expected, _ = quad(
        lambda effect: norm.pdf(effect, abs(z)) * norm.sf(norm.isf(0.025) - math.sqrt(ratio) * effect),
        -12,
        15,
        epsabs=1e-12,
    )
    assert replication.next_trial(z, 0.05, ratio)["predictive"] == pytest.approx(expected, abs=1e-9)


def test_predictive_power_is_the_exact_sum():
    reject = power.rejections("p_fisher_2s", 6, 5, 0.1)

    def chance(k, m, events, others):  # beta-binomial with whole parameters, as a fraction
        def beta(x, y):
            return Fraction(math.factorial(x - 1) * math.factorial(y - 1), math.factorial(x + y - 1))

        return comb(m, k) * beta(events + k, others + m - k) / beta(events, others)

    # 3 of 4 against 1 of 4 before, uniform priors
    expected = sum(
        chance(i, 6, 4, 2) * chance(j, 5, 2, 4) for i in range(7) for j in range(6) if reject[i, j] and i * 5 > j * 6
    )
    assert replication.predictive_power((3, 4, 1, 4), reject) == pytest.approx(float(expected), rel=1e-12)


def test_errors_are_the_exact_sums():
    reject = power.rejections("p_pearson", 7, 6, 0.1)
    p1, p2 = Fraction(1, 2), Fraction(2, 5)
    total = wrong = size = Fraction(0)
    for i in range(8):
        for j in range(7):
            if reject[i, j]:
                chance = comb(7, i) * p1**i * (1 - p1) ** (7 - i) * comb(6, j) * p2**j * (1 - p2) ** (6 - j)
                difference = Fraction(i, 7) - Fraction(j, 6)
                total += chance
                wrong += chance * (difference < 0)
                size += chance * abs(difference)
    expected = {"power": total, "type_s": wrong / total, "type_m": size / total / (p1 - p2)}
    found = replication.errors(reject, float(p1), float(p2))
    assert found == pytest.approx({k: float(v) for k, v in expected.items()}, rel=1e-10)


def test_errors_of_large_arms_approach_those_of_gelman_and_carlin():
    # normal theory with lambda = effect / standard error (Gelman and Carlin 2014; closed form of the mean)
    n, p1, p2 = 400, 0.53, 0.5
    effect, error = p1 - p2, math.sqrt(p1 * (1 - p1) / n + p2 * (1 - p2) / n)
    shift, wanted = effect / error, norm.isf(0.025)
    up, down = norm.sf(wanted - shift), norm.cdf(-wanted - shift)
    mean = (shift * up + norm.pdf(wanted - shift)) - (shift * down - norm.pdf(-wanted - shift))
    expected = {"power": up + down, "type_s": down / (up + down), "type_m": mean / (up + down) / shift}
    found = replication.errors(power.rejections("p_pearson", n, n, 0.05), p1, p2)
    assert found == pytest.approx(expected, rel=0.05)


def test_errors_without_an_effect_or_a_significant_table():
    reject = power.rejections("p_pearson", 6, 6, 0.05)
    with pytest.raises(ValueError, match="true difference"):
        replication.errors(reject, 0.3, 0.3)
    nothing = replication.errors(np.zeros((3, 3), dtype=bool), 0.4, 0.3)
    assert nothing["power"] == 0
    assert math.isnan(nothing["type_s"])
    assert math.isnan(nothing["type_m"])
