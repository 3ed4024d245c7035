"""Score intervals against the statistic they invert, written out another way."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from tables import random_tables

from countback import catalogue

Z = 1.959963984540054


def chi_squared(measure: str, at: float, a: int, n1: int, b: int, n2: int) -> float:
    """Chi-squared at the rates of largest likelihood with the contrast ``at``, found by search."""

    def rates(q: float) -> tuple[float, float]:
        if measure == "rd":
            return q + at, q
        if measure == "rr":
            return at * q, q
        return at * q / (1 - q + at * q), q

    def deviance(q: float) -> float:
        p, q = rates(q)
        total = 0.0
        for events, people, rate in ((a, n1, p), (b, n2, q)):
            for count, chance in ((events, rate), (people - events, 1 - rate)):
                if count:
                    total -= count * math.log(chance) if chance > 0 else -math.inf
        return total

    low, high = {"rd": (max(0, -at), min(1, 1 - at)), "rr": (0, min(1, 1 / at)), "or": (0, 1)}[measure]
    q = minimize_scalar(deviance, bounds=(low, high), method="bounded", options={"xatol": 1e-13}).x
    p, q = rates(q)
    return (a - n1 * p) ** 2 / (n1 * p * (1 - p)) + (b - n2 * q) ** 2 / (n2 * q * (1 - q))


@pytest.mark.parametrize(
    ("key", "inflate"),
    [
        ("rd_mee", False),
        ("rd_mn", True),
        ("rr_koopman", False),
        ("rr_mn", True),
        ("or_cornfield_score", False),
        ("or_mn", True),
    ],
)
def test_chi_squared_at_the_limits_is_the_quantile(key: str, inflate: bool) -> None:
    for a, n1, b, n2 in [
        (16, 29, 9, 30),
        (7, 13, 2, 12),
        (45, 100, 30, 100),
        (3, 10, 400, 1000),
        (9, 10, 3, 10),
    ]:
        wanted = Z**2 * ((n1 + n2) / (n1 + n2 - 1) if inflate else 1.0)
        for limit in catalogue[key](a, n1, b, n2):
            assert chi_squared(key[:2], limit, a, n1, b, n2) == pytest.approx(wanted, rel=1e-5)


def test_intervals_narrow_with_the_level() -> None:
    table = random_tables(300, 60, 3)
    for key in ("rd_mn", "rr_mn", "or_mn", "rd_scas"):
        wide, narrow = catalogue[key](*table, level=0.99), catalogue[key](*table, level=0.9)
        assert (wide[0] <= narrow[0]).all() and (narrow[1] <= wide[1]).all()


def test_skewness_correction_vanishes_in_large_balanced_arms() -> None:
    plain, skewed = (
        catalogue["rd_mn"](5000, 10_000, 5000, 10_000),
        catalogue["rd_scas"](5000, 10_000, 5000, 10_000),
    )
    assert skewed == pytest.approx(plain, rel=1e-4)


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -0.5, math.nan])
@pytest.mark.parametrize("key", ["rd_mn", "rd_wald", "or_exact", "or_blaker", "nnt_wald"])
def test_a_level_outside_0_and_1_is_refused(key: str, level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        catalogue[key](16, 29, 9, 30, level=level)


def test_huge_arms_stay_finite() -> None:
    for table in ((0, 100_000, 1, 100_000), (99_999, 100_000, 99_990, 100_000), (1, 1, 100_000, 100_000)):
        for key in ("rd_mn", "rd_mee", "rd_scas"):
            lower, upper = catalogue[key](*table)
            assert -1 <= lower <= upper <= 1
        for key in ("rr_mn", "or_mn", "rr_koopman", "or_cornfield_score"):
            lower, upper = catalogue[key](*table)
            assert 0 <= lower <= upper and not np.isnan([lower, upper]).any()
