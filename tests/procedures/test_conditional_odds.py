"""Conditional odds intervals against their definitions, by sums in exact integers."""

import math
from fractions import Fraction

import numpy as np
import pytest
from tables import random_tables

from countback import catalogue


def weights(a: int, n1: int, b: int, n2: int) -> dict[int, int]:
    k = a + b
    return {x: math.comb(n1, x) * math.comb(n2, k - x) for x in range(max(0, k - n2), min(n1, k) + 1)}


def two_sided_p(a: int, n1: int, b: int, n2: int, theta: Fraction, kind: str) -> float:
    """P-value of the odds ratio ``theta`` by rational arithmetic, ties exact."""
    tilted = {x: w * theta**x for x, w in weights(a, n1, b, n2).items()}
    if kind == "minlike":
        kept = [w for w in tilted.values() if w <= tilted[a]]
    else:
        gamma = {
            x: min(sum(w for y, w in tilted.items() if y <= x), sum(w for y, w in tilted.items() if y >= x))
            for x in tilted
        }
        kept = [w for x, w in tilted.items() if gamma[x] <= gamma[a]]
    return float(sum(kept) / sum(tilted.values()))


TABLES = [
    (7, 13, 2, 12),
    (16, 29, 9, 30),
    (7, 34, 1, 34),
    (0, 10, 4, 9),
    (10, 10, 3, 12),
    (9, 10, 3, 10),
    (3, 4, 1, 4),
]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", ["minlike", "blaker"])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_limits_are_where_the_p_value_crosses_alpha(table: tuple[int, ...], kind: str, level: float) -> None:
    lower, upper = catalogue[f"or_{kind}"](*table, level=level)
    alpha = 1 - level

    def p(theta: float) -> float:
        return two_sided_p(*table, Fraction(theta), kind)

    if lower > 0:
        assert p(lower * (1 + 1e-7)) > alpha - 1e-6
        assert p(lower * (1 - 1e-7)) <= alpha + 1e-6
        # Nothing further out is kept either.
        for theta in lower * np.geomspace(1e-4, 1 - 1e-5, 150):
            assert p(theta) <= alpha
    if upper < math.inf:
        assert p(upper * (1 - 1e-7)) > alpha - 1e-6
        assert p(upper * (1 + 1e-7)) <= alpha + 1e-6
        for theta in upper * np.geomspace(1 + 1e-5, 1e4, 150):
            assert p(theta) <= alpha


def test_limits_of_every_small_table_hull_what_is_kept() -> None:
    """No odds ratio on a grid outside the limits is kept, whatever the table."""
    grid = np.geomspace(1e-3, 1e3, 61)
    for n1, n2 in ((3, 5), (6, 4)):
        for a in range(n1 + 1):
            for b in range(n2 + 1):
                for kind in ("minlike", "blaker"):
                    lower, upper = catalogue[f"or_{kind}"](a, n1, b, n2)
                    for theta in grid:
                        if not lower * (1 - 1e-9) <= theta <= upper * (1 + 1e-9):
                            assert two_sided_p(a, n1, b, n2, Fraction(theta), kind) <= 0.05


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("key", "own"), [("or_exact", Fraction(1)), ("or_midp", Fraction(1, 2))])
def test_central_limits_have_half_of_alpha_beyond(table: tuple[int, ...], key: str, own: Fraction) -> None:
    a = table[0]
    for limit, side in zip(catalogue[key](*table), (1, -1), strict=True):
        if 0 < limit < math.inf:
            tilted = {x: w * Fraction(limit) ** x for x, w in weights(*table).items()}
            beyond = sum(w for x, w in tilted.items() if (x - a) * side > 0)
            assert float((beyond + own * tilted[a]) / sum(tilted.values())) == pytest.approx(0.025, rel=1e-10)


@pytest.mark.parametrize("table", TABLES)
def test_conditional_estimate_makes_the_count_the_expected_one(table: tuple[int, ...]) -> None:
    estimate = catalogue["or_cmle"](*table)
    if 0 < estimate < math.inf:
        tilted = {x: w * Fraction(estimate) ** x for x, w in weights(*table).items()}
        mean = sum(x * w for x, w in tilted.items()) / sum(tilted.values())
        assert float(mean) == pytest.approx(table[0], rel=1e-12)


def test_large_arms() -> None:
    """Limits of all four methods nearly agree where counts are large, and come in seconds."""
    table = (16_000, 29_000, 15_800, 30_000)
    for key in ("or_midp", "or_minlike", "or_blaker", "or_mn", "or_woolf"):
        assert catalogue[key](*table) == pytest.approx(catalogue["or_exact"](*table), rel=3e-4)


def test_events_of_one_arm_only() -> None:
    assert catalogue["or_exact"](0, 5, 0, 7) == (0.0, math.inf)
    assert math.isnan(catalogue["or_cmle"](0, 5, 0, 7))
    assert catalogue["or_cmle"](0, 5, 3, 7) == 0.0
    assert catalogue["or_cmle"](5, 5, 3, 7) == math.inf


def test_blaker_p_by_definition() -> None:
    for a, n1, b, n2 in zip(*(column.tolist() for column in random_tables(200, 40, 8)), strict=True):
        assert catalogue["p_blaker"](a, n1, b, n2) == pytest.approx(
            two_sided_p(a, n1, b, n2, Fraction(1), "blaker"), rel=1e-10
        )


def test_fisher_p_by_definition() -> None:
    for a, n1, b, n2 in zip(*(column.tolist() for column in random_tables(500, 150, 9)), strict=True):
        f = weights(a, n1, b, n2)
        everything = sum(f.values())
        exact = {
            "p_fisher_2s": sum(w for w in f.values() if w <= f[a]),
            "p_fisher_less": sum(w for x, w in f.items() if x <= a),
            "p_fisher_greater": sum(w for x, w in f.items() if x >= a),
            "p_midp_minlike": sum(w for w in f.values() if w < f[a])
            + Fraction(1, 2) * sum(w for w in f.values() if w == f[a]),
            "p_midp_less": sum(w for x, w in f.items() if x < a) + Fraction(f[a], 2),
            "p_midp_greater": sum(w for x, w in f.items() if x > a) + Fraction(f[a], 2),
        }
        for key, value in exact.items():
            assert catalogue[key](a, n1, b, n2) == pytest.approx(float(Fraction(value) / everything), rel=1e-10)
