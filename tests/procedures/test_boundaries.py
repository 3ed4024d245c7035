"""Tables at the edge: all of an arm alike, arms so large that rates cancel."""

import math
from fractions import Fraction

import numpy as np
import pytest

from countback import catalogue

Z = 1.959963984540054


@pytest.mark.parametrize(
    ("table", "limits"),
    [((9, 9, 0, 11), (0.714, 1.0)), ((0, 30, 0, 27), (-0.101, 0.091)), ((30, 30, 27, 27), (-0.091, 0.101))],
)
def test_corrected_score_limits_where_all_of_each_arm_are_alike(
    table: tuple[int, ...], limits: tuple[float, float]
) -> None:
    assert catalogue["rd_scas"](*table) == pytest.approx(limits, abs=5e-4)


def best_rates(difference: float, a: int, n1: int, b: int, n2: int) -> tuple[np.ndarray, np.ndarray]:
    """Rates of largest likelihood with each difference, by ever finer grids of the rate of arm 2."""
    low, high = np.maximum(0.0, -difference), np.minimum(1.0, 1.0 - difference)
    for _ in range(12):
        q = low + (high - low) * np.linspace(0, 1, 41)[:, None]
        p = q + difference
        likelihood = np.zeros_like(q)
        for count, rate in ((a, p), (n1 - a, 1 - p), (b, q), (n2 - b, 1 - q)):
            if count:
                with np.errstate(divide="ignore"):
                    likelihood += count * np.log(np.clip(rate, 0.0, 1.0))
        best = likelihood.argmax(axis=0)
        columns = np.arange(q.shape[1])
        low, high = q[np.maximum(best - 1, 0), columns], q[np.minimum(best + 1, 40), columns]
    q = 0.5 * (low + high)
    return np.clip(q + difference, 0, 1), np.clip(q, 0, 1)


def corrected_score(difference: np.ndarray, table: tuple[int, ...]) -> np.ndarray:
    """Laud's statistic at z, written in the rates of largest likelihood."""
    a, n1, b, n2 = table
    p, q = best_rates(difference, *table)
    variance = (p * (1 - p) / n1 + q * (1 - q) / n2) * (n1 + n2) / (n1 + n2 - 1)
    third = p * (1 - p) * (1 - 2 * p) / n1**2 - q * (1 - q) * (1 - 2 * q) / n2**2
    with np.errstate(divide="ignore", invalid="ignore"):
        return (a / n1 - b / n2 - difference) / np.sqrt(variance) - third * (Z**2 - 1) / (6 * variance**1.5)


BOUNDARY = [
    (a, n1, b, n2)
    for n1, n2 in ((9, 11), (30, 27), (5, 40), (1, 12), (12, 1), (3, 3), (200, 150))
    for a, b in ((0, 0), (n1, n2), (n1, 0))
]


@pytest.mark.parametrize("table", [*BOUNDARY, (16, 29, 9, 30), (0, 12, 3, 20), (20, 20, 11, 15)])
def test_nothing_beyond_the_lower_limit_is_kept(table: tuple[int, ...]) -> None:
    lower, _ = catalogue["rd_scas"](*table)
    assert -1.0 < lower < table[0] / table[1] - table[2] / table[3]
    beyond = np.concatenate([lower - (lower + 1) * np.geomspace(1e-3, 1, 200)[:-1]])
    assert (corrected_score(beyond, table) > Z).all()
    assert corrected_score(np.array([lower]), table)[0] == pytest.approx(Z, rel=1e-4)


def test_corrected_and_plain_score_limits_stay_near_each_other() -> None:
    tables = np.array([table for table in BOUNDARY if min(table[1], table[3]) > 1]).T
    for corrected, plain in zip(catalogue["rd_scas"](*tables), catalogue["rd_mn"](*tables), strict=True):
        assert np.abs(corrected - plain).max() < 0.15


@pytest.mark.parametrize("table", [(33_333, 99_999, 33_334, 100_001), (50_000, 100_000, 50_001, 100_003)])
def test_the_risk_difference_of_large_arms_does_not_cancel(table: tuple[int, ...]) -> None:
    a, n1, b, n2 = table
    exact = Fraction(a, n1) - Fraction(b, n2)
    assert catalogue["rd"](*table) == pytest.approx(float(exact), rel=1e-15)
    assert catalogue["nnt"](*table) == pytest.approx(float(1 / exact), rel=1e-15)
    assert catalogue["rd"](*(np.array([count]) for count in table))[0] == catalogue["rd"](*table)


def test_equal_rates_have_no_difference() -> None:
    assert catalogue["rd"](3, 10, 30_000, 100_000) == 0.0
    assert catalogue["nnt"](3, 10, 30_000, 100_000) == math.inf


@pytest.mark.parametrize("table", [(16, 29, 9, 30), (7, 13, 2, 12), (1, 40, 6, 44)])
def test_n_minus_1_is_the_stratified_test_of_one_stratum_and_says_so(table: tuple[int, ...]) -> None:
    assert catalogue["p_n1"](*table) == pytest.approx(catalogue["cmh_p"](*([count] for count in table)), rel=1e-12)
    for program in ("Cochran-Mantel-Haenszel", "SAS", "SPSS"):
        assert program in catalogue["p_n1"].summary
    assert "mantelhaen.test" in catalogue["p_n1"].agrees_with


@pytest.mark.parametrize("order", ["pooled", "unpooled"])
@pytest.mark.parametrize("side", ["2s", "less", "greater"])
def test_unconditional_tests_by_z_are_named_after_suissa_and_shuster(order: str, side: str) -> None:
    test = catalogue[f"p_barnard_{order}_{side}"]
    assert test.name.startswith("Suissa-Shuster") and "Suissa S, Shuster JJ" in test.reference
    assert "Barnard" in test.summary


@pytest.mark.parametrize("table", [(16, 29, 9, 30), (0, 30, 6, 30), (3, 4, 1, 4)])
def test_doubled_boschloo_doubles_the_one_sided_test_that_it_names(table: tuple[int, ...]) -> None:
    one_sided = min(catalogue[f"p_boschloo_{side}"](*table) for side in ("less", "greater"))
    assert catalogue["p_boschloo_2s_doubled"](*table) == pytest.approx(min(1.0, 2 * one_sided), rel=1e-12)
    assert "Exact::exact.test" in catalogue["p_boschloo_2s_doubled"].agrees_with


def test_the_mid_p_interval_says_how_far_the_functions_in_r_go() -> None:
    assert "solved further" in catalogue["or_midp"].agrees_with
