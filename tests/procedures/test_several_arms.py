"""Tests of margins, of r x c tables and of rates, against a search and against other packages."""

import math
import warnings

import pytest
from scipy import optimize, stats

from countback import catalogue
from countback.procedures import contingency, noninferiority, person_time

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from statsmodels.stats.proportion import test_proportions_2indep as proportions
    from statsmodels.stats.rates import test_poisson_2indep as poisson

TABLES = [(83, 100, 90, 100), (16, 29, 9, 30), (330, 731, 368, 732), (170, 200, 172, 200)]


def searched(a, n1, b, n2, margin):
    """Rates with a difference of `margin` that make the counts most likely, by search, and the one-sided p."""

    def surprise(p):
        q = p - margin
        return -(a * math.log(p) + (n1 - a) * math.log(1 - p) + b * math.log(q) + (n2 - b) * math.log(1 - q))

    ends = max(0.0, margin) + 1e-12, min(1.0, 1.0 + margin) - 1e-12
    p = optimize.minimize_scalar(surprise, bounds=ends, method="bounded", options={"xatol": 1e-13}).x
    q = p - margin
    z = (a / n1 - b / n2 - margin) / math.sqrt(p * (1 - p) / n1 + q * (1 - q) / n2)
    return p, stats.norm.sf(z)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("margin", [-0.2, -0.1, 0.0, 0.1])
def test_farrington_and_manning_of_a_difference(table, margin):
    p, tail = searched(*table, margin)
    assert noninferiority.rates_at_margin(*table, margin)[0] == pytest.approx(p, abs=1e-7)
    assert catalogue["p_margin_rd"](*table, margin=margin) == pytest.approx(tail, rel=1e-6)
    turned = (table[2], table[3], table[0], table[1])
    other = catalogue["p_margin_rd"](*turned, margin=-margin, greater=False)
    assert other == pytest.approx(tail, rel=1e-6)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("measure", "compare"), [("rr", "ratio"), ("or", "odds-ratio")])
@pytest.mark.parametrize("margin", [0.8, 1.0, 1.3])
def test_margins_of_ratios(table, measure, compare, margin):
    a, n1, b, n2 = table
    theirs = proportions(
        a, n1, b, n2, value=margin, compare=compare, method="score", correction=False, alternative="larger"
    )
    assert catalogue[f"p_margin_{measure}"](*table, margin=margin) == pytest.approx(theirs.pvalue, rel=1e-6)


@pytest.mark.parametrize("table", TABLES)
def test_a_margin_of_nothing_is_half_of_pearson(table):
    p = catalogue["p_margin_rd"](*table)
    assert 2 * min(p, 1 - p) == pytest.approx(catalogue["p_pearson"](*table), rel=1e-9)
    a, n1, b, n2 = table
    wald = proportions(a, n1, b, n2, value=-0.1, compare="diff", method="wald", correction=False, alternative="larger")
    assert catalogue["p_margin_wald"](*table, margin=-0.1) == pytest.approx(wald.pvalue, rel=1e-9)


def test_margins_without_variance_are_nan():
    assert math.isnan(catalogue["p_margin_wald"](0, 5, 0, 5))
    assert math.isnan(catalogue["p_margin_rd"](0, 5, 0, 5))


ROWS = [[[12, 20, 8], [20, 15, 5]], [[12, 20, 8], [20, 15, 5], [5, 9, 11]], [[60, 40], [52, 48], [40, 60]]]


@pytest.mark.parametrize("rows", ROWS)
def test_tables_of_categories(rows):
    pearson = stats.chi2_contingency(rows, correction=False)
    likelihood = stats.chi2_contingency(rows, correction=False, lambda_="log-likelihood")
    assert catalogue["p_rxc_pearson"](rows) == pytest.approx(pearson[1], rel=1e-12)
    assert catalogue["p_rxc_likelihood"](rows) == pytest.approx(likelihood[1], rel=1e-12)
    groups = [[j for j, n in enumerate(row) for _ in range(n)] for row in rows]
    ranks = stats.kruskal(*groups).pvalue
    assert catalogue["p_ranks"](rows) == pytest.approx(ranks, rel=1e-9)
    arms = [i for i, group in enumerate(groups) for _ in group]
    scores = [score for group in groups for score in group]
    m = (len(scores) - 1) * stats.pearsonr(arms, scores).statistic ** 2
    assert catalogue["p_rxc_trend"](rows) == pytest.approx(stats.chi2.sf(m, 1), rel=1e-9)


def test_ranks_of_two_arms_with_a_correction():
    rows = ROWS[0]
    groups = [[j for j, n in enumerate(row) for _ in range(n)] for row in rows]
    theirs = stats.mannwhitneyu(*groups, use_continuity=True, method="asymptotic").pvalue
    assert contingency.ranks_p(rows, correct=True) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 12])
@pytest.mark.parametrize("x", [0.0, 0.4, 3.3, 25.0])
def test_the_tail_of_chi_squared(freedom, x):
    assert contingency.chi_squared_p(x, freedom) == pytest.approx(stats.chi2.sf(x, freedom), rel=1e-10)


def test_degenerate_tables_are_nan():
    for key in ("p_rxc_pearson", "p_rxc_likelihood", "p_rxc_trend", "p_ranks"):
        assert math.isnan(catalogue[key]([[5, 0], [7, 0]])), key


def test_rates():
    a, time1, b, time2 = 15, 1000.0, 30, 1100.0
    theirs = poisson(a, time1, b, time2, method="score").pvalue
    assert person_time.rate_ratio_p(a, time1, b, time2) == pytest.approx(theirs, rel=1e-9)
    theirs = poisson(a, time1, b, time2, method="wald-log").pvalue
    assert person_time.rate_ratio_p(a, time1, b, time2, log=True) == pytest.approx(theirs, rel=1e-9)
    # exp(log(15 x 1100/(30 x 1000)) -+ 1.959964 sqrt(1/15 + 1/30)) = 0.55 x exp(-+0.619795)
    limits = person_time.rate_ratio_limits(a, time1, b, time2)
    assert limits == pytest.approx((0.55 * math.exp(-0.6197950), 0.55 * math.exp(0.6197950)), rel=1e-6)
    assert math.isnan(person_time.rate_ratio(0, 1.0, 0, 1.0))
