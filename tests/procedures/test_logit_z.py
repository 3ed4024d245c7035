"""Signed Wald statistic of the log odds ratio, and the exact limit of no events."""

import math

import numpy as np
import pytest
from scipy.stats import binom, norm

from countback import catalogue
from countback.procedures.asymptotic import logit_z
from countback.procedures.proportion import zero_limit

TABLES = [(16, 29, 9, 30), (9, 30, 16, 29), (7, 13, 2, 12), (40, 100, 55, 100), (5, 10, 10, 20)]


# R 4.2.2: coef(summary(glm(cbind(c(a, b), c(n1 - a, n2 - b)) ~ c(1, 0), family = binomial)))[2, 3]
# for the first is log(16 * 21 / (13 * 9)) / sqrt(1/16 + 1/13 + 1/9 + 1/21)
def test_it_is_the_log_odds_ratio_over_its_standard_error() -> None:
    expected = math.log(16 * 21 / (13 * 9)) / math.sqrt(1 / 16 + 1 / 13 + 1 / 9 + 1 / 21)
    assert logit_z(16, 29, 9, 30) == pytest.approx(expected, rel=1e-12)
    assert logit_z(9, 30, 16, 29) == pytest.approx(-expected, rel=1e-12)


@pytest.mark.parametrize("table", TABLES)
def test_its_p_values_are_those_of_the_catalogue(table: tuple[int, ...]) -> None:
    z = logit_z(*table)
    assert catalogue["p_logit_wald"](*table) == pytest.approx(2 * norm.sf(abs(z)), rel=1e-12)
    assert catalogue["p_logit_wald_greater"](*table) == pytest.approx(norm.sf(z), rel=1e-12)
    assert catalogue["p_logit_wald_less"](*table) == pytest.approx(norm.cdf(z), rel=1e-12)


def test_arrays_and_zero_cells() -> None:
    assert math.isnan(logit_z(0, 29, 2, 30))
    np.testing.assert_array_equal(logit_z(*np.array(TABLES).T), [logit_z(*table) for table in TABLES])


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("total", [1, 30, 4000])
def test_no_event_at_the_limit_is_just_as_improbable_as_the_level_says(total: int, level: float) -> None:
    limit = zero_limit(total, level)
    assert binom.pmf(0, total, limit) == pytest.approx(1 - level, rel=1e-9)
    assert limit == pytest.approx(catalogue["cp"](0, total, level=2 * level - 1)[1], rel=1e-9)


@pytest.mark.parametrize(("total", "level", "message"), [(0, 0.95, "1 or more"), (30, 95, "between 0 and 1")])
def test_no_limit_without_patients_or_level(total: int, level: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        zero_limit(total, level)
