"""Barnard and Boschloo against enumeration in exact rational arithmetic."""

import math
from fractions import Fraction

import numpy as np
import pytest
from tables import UNCONDITIONAL

from countback import catalogue
from countback.procedures import extremity, unconditional

SIDES = {"2s": 0, "less": -1, "greater": 1}


def z_squared(x: int, y: int, n1: int, n2: int, pooled: bool) -> Fraction | float:
    """Square of the z statistic, with its sign."""
    difference = Fraction(x, n1) - Fraction(y, n2)
    if difference == 0:
        return Fraction(0)
    if pooled:
        rate = Fraction(x + y, n1 + n2)
        variance = rate * (1 - rate) * (Fraction(1, n1) + Fraction(1, n2))
    else:
        p, q = Fraction(x, n1), Fraction(y, n2)
        variance = p * (1 - p) / n1 + q * (1 - q) / n2
    if variance == 0:
        return math.inf if difference > 0 else -math.inf
    return difference * abs(difference) / variance


def fisher(x: int, y: int, n1: int, n2: int, side: int) -> Fraction:
    k = x + y
    weights = {i: math.comb(n1, i) * math.comb(n2, k - i) for i in range(max(0, k - n2), min(n1, k) + 1)}
    if side == 0:
        total = sum(w for w in weights.values() if w <= weights[x])
    else:
        total = sum(w for i, w in weights.items() if (i - x) * side >= 0)
    return Fraction(total, math.comb(n1 + n2, k))


def region(key: str, a: int, n1: int, b: int, n2: int) -> list[tuple[int, int]]:
    """Tables at least as extreme as the observed, ties being exact."""
    side = SIDES[key.rsplit("_", 1)[1]]

    def extremity(x: int, y: int) -> Fraction | float:
        if "boschloo" in key:
            return -fisher(x, y, n1, n2, side)
        z = z_squared(x, y, n1, n2, "_pooled_" in key)
        return abs(z) if side == 0 else side * z

    observed = extremity(a, b)
    return [(x, y) for x in range(n1 + 1) for y in range(n2 + 1) if extremity(x, y) >= observed]


def tail(cells: list[tuple[int, int]], n1: int, n2: int, rates: np.ndarray) -> np.ndarray:
    ways = [0] * (n1 + n2 + 1)
    for x, y in cells:
        ways[x + y] += math.comb(n1, x) * math.comb(n2, y)
    return sum(w * rates**k * (1 - rates) ** (n1 + n2 - k) for k, w in enumerate(ways) if w)


RATES = np.sin(np.linspace(0, np.pi / 2, 4001)) ** 2


@pytest.mark.parametrize("key", [key for key in UNCONDITIONAL if not key.endswith("doubled")])
@pytest.mark.parametrize(("n1", "n2"), [(1, 1), (3, 3), (2, 5), (6, 5), (7, 7)])
def test_every_table_against_enumeration(key: str, n1: int, n2: int) -> None:
    x, y = np.mgrid[0 : n1 + 1, 0 : n2 + 1]
    p = catalogue[key](x, n1, y, n2)
    for a in range(n1 + 1):
        for b in range(n2 + 1):
            on_grid = tail(region(key, a, n1, b, n2), n1, n2, RATES).max()
            # The grid misses the peak by its spacing squared times the curvature, about (pi / 4000)**2 * N
            # / 8.
            assert on_grid - 1e-12 <= p[a, b] <= on_grid + (np.pi / 4000) ** 2 * (n1 + n2) / 4


@pytest.mark.parametrize("key", [key for key in UNCONDITIONAL if not key.endswith("doubled")])
@pytest.mark.parametrize("table", [(16, 29, 9, 30), (7, 34, 1, 34), (3, 10, 20, 50), (14, 20, 12, 20)])
def test_one_table_against_enumeration(key: str, table: tuple[int, int, int, int]) -> None:
    a, n1, b, n2 = table
    cells = region(key, a, n1, b, n2)
    coarse = tail(cells, n1, n2, RATES)
    # Around every rate that comes near the largest, look more closely than any tolerance here.
    best = 0.0
    for i in np.flatnonzero(coarse > coarse.max() - 1e-4):
        angles = np.linspace(max(0, i - 1), min(4000, i + 1), 401) * np.pi / 8000
        best = max(best, tail(cells, n1, n2, np.sin(angles) ** 2).max())
    assert catalogue[key](*table) == pytest.approx(best, abs=2e-9)
    assert catalogue[key](*table) >= best - 1e-10


def test_r_package_exact_stops_short_of_the_rate_0() -> None:
    """The supremum for 3/10 v 400/1000 lies at the rate 0; Exact's first is 1e-7."""
    levels = extremity.z_levels(10, 1000, 1, pooled=False)
    x, y, given = extremity.two_arm_tables(10, 1000)
    inside = levels <= levels[3 * 1001 + 400]
    coefficients = np.bincount((x + y)[inside], weights=given[inside], minlength=1011)
    value = unconditional._basis(2 * np.arcsin(np.sqrt([1e-7])), 1010) @ coefficients
    assert value[0] == pytest.approx(0.9999000045, rel=1e-9)
    assert catalogue["p_barnard_unpooled_greater"](3, 10, 400, 1000) == 1.0


def test_suprema_of_random_polynomials() -> None:
    """The bounds behind the search hold for any coefficients, however jagged."""
    rng = np.random.default_rng(5)
    for total in (1, 2, 3, 10, 59, 200):
        coefficients = np.vstack(
            [
                rng.random((20, total + 1)),
                rng.integers(0, 2, (20, total + 1)),
                1.0 - 1e-6 * rng.random((5, total + 1)),  # as good as flat
                rng.random((5, 1)) ** np.arange(total + 1),  # highest at the rate 0
            ]
        )
        angles = np.linspace(1e-4, np.pi - 1e-4, 20_001)
        on_grid = np.maximum(coefficients[:, 0], coefficients[:, -1])  # what it is at the rates 0 and 1
        for start in range(0, angles.size, 5000):
            values = unconditional._basis(angles[start : start + 5000], total) @ coefficients.T
            on_grid = np.maximum(on_grid, values.max(axis=0))
        suprema = unconditional._suprema(coefficients)
        assert (on_grid - 1e-10 <= suprema).all()
        # A peak exceeds the grid by its spacing squared, over 8, times the second derivative.
        assert (suprema <= on_grid + (np.pi / 20_000) ** 2 / 8.0 * math.e * total / 2.0 + 1e-10).all()


@pytest.mark.parametrize("key", UNCONDITIONAL)
def test_no_events_and_events_only_are_no_evidence(key: str) -> None:
    assert catalogue[key](0, 7, 0, 9) == 1.0
    assert catalogue[key](7, 7, 9, 9) == 1.0


@pytest.mark.parametrize("key", UNCONDITIONAL)
def test_arms_too_large_are_nan_at_once(key: str) -> None:
    assert math.isnan(catalogue[key](50_000, 100_000, 50_500, 100_000))
    assert math.isnan(catalogue[key](1, 2, 500, 6_000))
    mixed = catalogue[key]([16, 50_000], [29, 100_000], [9, 50_500], [30, 100_000])
    assert mixed[0] == pytest.approx(catalogue[key](16, 29, 9, 30), rel=1e-12)
    assert math.isnan(mixed[1])


def test_mixed_arms_in_one_call() -> None:
    a, n1, b, n2 = [16, 7, 19, 7], [29, 13, 29, 13], [9, 2, 11, 2], [30, 12, 30, 12]
    for key in UNCONDITIONAL:
        together = catalogue[key](a, n1, b, n2)
        alone = [catalogue[key](*table) for table in zip(a, n1, b, n2, strict=True)]
        assert together == pytest.approx(alone, rel=1e-12)


def test_moderate_arms_come_near_the_asymptotic_test() -> None:
    assert catalogue["p_barnard_pooled_2s"](230, 500, 190, 500) == pytest.approx(
        catalogue["p_pearson"](230, 500, 190, 500), rel=0.05
    )
