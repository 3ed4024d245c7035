import math

import numpy as np
import pandas as pd
import pytest
from tables import random_tables

from countback import catalogue
from countback.procedures.fragility import fragility_index, fragility_quotient, reverse_fragility_index


def test_known_values() -> None:
    # Walsh 2014's own example: 1 of 100 against 9 of 100 turns with one more event.
    assert fragility_index(1, 100, 9, 100) == 1.0
    assert fragility_quotient(1, 100, 9, 100) == 1 / 200
    assert reverse_fragility_index(1, 100, 9, 100) == 0.0
    assert fragility_index(16, 29, 9, 30) == 0.0
    assert reverse_fragility_index(16, 29, 9, 30) == 1.0


def test_the_index_turns_the_test_and_one_less_does_not() -> None:
    fisher = catalogue["p_fisher_2s"]
    turned = 0
    for a, n1, b, n2 in zip(*(column.tolist() for column in random_tables(400, 60, 12)), strict=True):
        index = fragility_index(a, n1, b, n2)
        if math.isnan(index) or index == 0:
            assert index != 0 or fisher(a, n1, b, n2) >= 0.05
            continue
        step = (1, 0) if a <= b else (0, 1)
        moved = [fisher(a + j * step[0], n1, b + j * step[1], n2) for j in range(int(index) + 1)]
        assert moved[-1] >= 0.05
        assert all(p < 0.05 for p in moved[:-1])
        turned += 1
    assert turned > 100


def test_reverse_index_turns_the_test_and_one_less_does_not() -> None:
    fisher = catalogue["p_fisher_2s"]
    turned = 0
    for a, n1, b, n2 in zip(*(column.tolist() for column in random_tables(400, 60, 13)), strict=True):
        index = reverse_fragility_index(a, n1, b, n2)
        step = (1, 0) if a <= b else (0, 1)
        steps = min(a, b) if math.isnan(index) else int(index)
        moved = [fisher(a - j * step[0], n1, b - j * step[1], n2) for j in range(steps + 1)]
        if math.isnan(index):
            assert all(p >= 0.05 for p in moved)
        else:
            assert moved[-1] < 0.05 and all(p >= 0.05 for p in moved[:-1])
            turned += steps > 0
    assert turned > 50


@pytest.mark.parametrize("function", [fragility_index, reverse_fragility_index])
def test_search_by_any_test_agrees_with_the_kernel(function) -> None:
    table = random_tables(500, 40, 14)
    by_kernel = function(*table)
    fisher = catalogue["p_fisher_2s"]
    np.testing.assert_array_equal(by_kernel, function(*table, test=lambda *counts: fisher(*counts)))


def test_other_tests_and_levels() -> None:
    assert fragility_index(45, 100, 30, 100, test=catalogue["p_pearson"]) == 2.0
    assert fragility_index(45, 100, 30, 100, test=catalogue["p_pearson"], alpha=0.01) == 0.0
    assert math.isnan(fragility_index(0, 5, 0, 5, test=catalogue["p_pearson"]))
    assert fragility_index(1, 30, 9, 30, test=catalogue["p_boschloo_2s"]) >= 1.0
    assert fragility_index([1, 45], 100, [9, 30], 100, test=catalogue["p_n1"]).shape == (2,)


@pytest.mark.parametrize(
    ("table", "alpha"),
    [((0, 3, 3, 3), 0.1), ((2, 29, 1, 1), 0.1), ((3, 8, 0, 7), 0.2), ((12, 14, 0, 2), 0.05)],
)
def test_a_p_value_of_exactly_alpha_is_not_below_it(table: tuple[int, int, int, int], alpha: float) -> None:
    """Floats of these p-values, 2/20 the first, come out on either side."""
    a, n1, b, n2 = table
    ways = [math.comb(n1, x) * math.comb(n2, a + b - x) for x in range(max(0, a + b - n2), min(n1, a + b) + 1)]
    observed = math.comb(n1, a) * math.comb(n2, b)
    assert sum(w for w in ways if w <= observed) * round(1 / alpha) == sum(ways)
    assert fragility_index(*table, alpha=alpha) == 0.0
    assert fragility_index(*table, alpha=alpha, test=lambda *counts: catalogue["p_fisher_2s"](*counts)) == 0.0


def test_quotient_of_small_whole_numbers_and_columns() -> None:
    people = np.array([200, 100], dtype=np.uint8)  # 300 does not fit into it
    quotient = fragility_quotient(np.uint8(1), people[:1], np.uint8(30), people[1:])
    assert quotient == fragility_quotient(1, 200, 30, 100) > 0.0
    columns = pd.DataFrame({"a": [1, 2], "n1": 100, "b": [9, 12], "n2": 100}, index=["x", "y"])
    assert type(fragility_quotient(*(columns[name] for name in columns))) is np.ndarray


def test_never_turned_is_nan() -> None:
    # Arm 1 has fewer events but the higher rate: more events there make the difference only larger.
    assert math.isnan(fragility_index(5, 5, 10, 500))


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="alpha"):
        fragility_index(1, 100, 9, 100, alpha=5)
    with pytest.raises(KeyError):
        fragility_index(1, 100, 9, 100, test=catalogue["p_none"])
