"""The tails and quantiles written here against SciPy's, which are right."""

import math

import numpy as np
import pytest
from scipy import special, stats

from countback import catalogue
from countback.procedures.distributions import beta_cdf, beta_quantile, normal_p, student_p, two_sided_z

SHAPES = [
    (0.5, 0.5),
    (1.0, 1.0),
    (2.0, 30.0),
    (16.5, 13.5),
    (300.0, 2.0),
    (5000.0, 4000.0),
    (99_999.0, 2.0),
    (1.0, 100_000.0),
]


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_beta_cdf(a: float, b: float) -> None:
    for probability in (1e-12, 1e-6, 0.01, 0.3, 0.5, 0.9, 0.999):
        x = float(special.betaincinv(a, b, probability))
        assert beta_cdf(x, a, b) == pytest.approx(special.betainc(a, b, x), rel=1e-9)
    assert beta_cdf(0.0, a, b) == 0.0
    assert beta_cdf(1.0, a, b) == 1.0


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_beta_quantile(a: float, b: float) -> None:
    for probability in (1e-6, 0.005, 0.025, 0.5, 0.975, 0.9995):
        assert beta_quantile(probability, a, b) == pytest.approx(float(special.betaincinv(a, b, probability)), rel=1e-9)


@pytest.mark.parametrize("df", [1.0, 2.0, 5.5, 57.0, 1000.0, 1e5])
def test_student_p(df: float) -> None:
    for t in (-40.0, -9.0, -2.1, -1.01, -0.3, -1e-6, 0.0, 0.7, 0.99, 1.96, 8.0, 25.0):
        assert student_p(t, df, 0) == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-9, abs=0)
        assert student_p(t, df, 1) == pytest.approx(stats.t.sf(t, df), rel=1e-9, abs=0)
        assert student_p(t, df, -1) == pytest.approx(stats.t.cdf(t, df), rel=1e-9, abs=0)
    assert student_p(math.inf, df, 0) == student_p(math.inf, df, 1) == 0.0
    assert student_p(math.inf, df, -1) == 1.0


def test_normal() -> None:
    for z in (-30.0, -1.96, 0.0, 0.5, 6.0):
        assert normal_p(z, 0) == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-12)
        assert normal_p(z, 1) == pytest.approx(stats.norm.sf(z), rel=1e-12)
        assert normal_p(z, -1) == pytest.approx(stats.norm.cdf(z), rel=1e-12)
    assert two_sided_z(0.95) == pytest.approx(1.959963984540054, abs=1e-15)


def test_one_arm_intervals_agree_with_statsmodels() -> None:
    from statsmodels.stats.proportion import proportion_confint

    for a, n in ((3, 10), (16, 29), (50, 1000)):
        for key, method in (("wilson", "wilson"), ("cp", "beta"), ("jeffreys", "jeffreys")):
            expected = np.array(proportion_confint(a, n, alpha=0.1, method=method))
            assert catalogue[key](a, n, level=0.9) == pytest.approx(expected, rel=1e-9)


def test_tests_agree_with_scipy_where_it_is_right() -> None:
    for a, n1, b, n2 in ((16, 29, 9, 30), (7, 13, 2, 12), (0, 30, 6, 30), (45, 100, 30, 100)):
        table = [[a, n1 - a], [b, n2 - b]]
        for side in ("two-sided", "less", "greater"):
            key = {"two-sided": "p_fisher_2s", "less": "p_fisher_less", "greater": "p_fisher_greater"}[side]
            assert catalogue[key](a, n1, b, n2) == pytest.approx(stats.fisher_exact(table, side)[1], rel=1e-9)
        assert catalogue["p_pearson"](a, n1, b, n2) == pytest.approx(
            stats.chi2_contingency(table, correction=False)[1], rel=1e-12
        )
        assert catalogue["p_yates"](a, n1, b, n2) == pytest.approx(stats.chi2_contingency(table)[1], rel=1e-12)
        assert catalogue["p_g"](a, n1, b, n2) == pytest.approx(
            stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")[1], rel=1e-9
        )
        first, second = [1] * a + [0] * (n1 - a), [1] * b + [0] * (n2 - b)
        for key, equal in (("p_student_t", True), ("p_welch_t", False)):
            assert catalogue[key](a, n1, b, n2) == pytest.approx(
                stats.ttest_ind(first, second, equal_var=equal).pvalue, rel=1e-9
            )
            assert catalogue[f"{key}_greater"](a, n1, b, n2) == pytest.approx(
                stats.ttest_ind(first, second, equal_var=equal, alternative="greater").pvalue, rel=1e-9
            )
