"""What monotone tests reject, by steps, against whole landscapes; and the size from which the power stays."""

import numpy as np
import pytest

from countback.analyses import power
from countback.procedures import catalogue, panel

ARMS = [(1, 1), (2, 2), (1, 5), (7, 12), (12, 7), (13, 13), (30, 29)]


@pytest.mark.parametrize("test", sorted(power.MONOTONE))
def test_steps_are_the_whole_landscape(test):
    for alpha in (0.01, 0.05, 0.2, 0.6):
        for n1, n2 in ARMS:
            with np.errstate(all="ignore"):
                whole = power.landscape(test, n1, n2) < alpha
            assert (power.rejections(test, n1, n2, alpha) == whole).all(), (alpha, n1, n2)


def test_only_monotone_tests_are_named_so():
    assert {test.key for test in panel.tests()} > power.MONOTONE
    for test in panel.tests(unconditional=False):
        if test.key in power.MONOTONE or test.sides != "two-sided":
            continue
        assert test.key in {
            "p_fisher_2s", "p_midp_minlike", "p_midp_minlike_obsonly", "p_blaker", "p_pearson_or_fisher",
            "p_logit_wald", "p_log_rr_wald", "p_welch_t",
        }  # fmt: skip


def test_a_test_that_is_not_monotone_has_no_steps():
    with pytest.raises(ValueError, match="not described by steps"):
        power.steps("p_fisher_2s", [(10, 10)], 0.05)


@pytest.mark.parametrize(("p1", "p2"), [(0.8, 0.2), (0.05, 0.9), (1.0, 0.3)])
@pytest.mark.parametrize(("n1", "n2"), [(9, 9), (11, 6)])
def test_power_by_steps_is_power_by_tables(p1, p2, n1, n2):
    (found,) = power.steps("p_pearson", [(n1, n2)], 0.05)
    assert found.power(p1, p2) == pytest.approx(power.power(found.region, p1, p2), rel=1e-12)


def brute(test, p1, p2, alpha, target, largest):
    """The size after the last one, of all up to the largest, whose power is below the target."""
    powers = [
        power.power(np.nan_to_num(power.landscape(test, n, n), nan=1.0) < alpha, p1, p2) for n in range(1, largest + 1)
    ]
    return max((n for n, chance in enumerate(powers, 1) if chance < target), default=0) + 1


@pytest.mark.parametrize(
    ("test", "p1", "p2", "alpha", "target", "largest"),
    [
        ("p_pearson", 0.75, 0.3, 0.05, 0.8, 70),
        ("p_pearson", 0.3, 0.75, 0.05, 0.8, 70),
        ("p_pearson", 0.3, 0.02, 0.05, 0.9, 90),
        ("p_yates", 0.8, 0.3, 0.01, 0.8, 80),
        ("p_pearson_greater", 0.7, 0.3, 0.025, 0.8, 70),
        ("p_fisher_2s", 0.9, 0.4, 0.05, 0.8, 50),
    ],
)
def test_the_number_needed_is_that_of_all_sizes(test, p1, p2, alpha, target, largest):
    found = power.needed(test, p1, p2, alpha, target)
    assert found == brute(test, p1, p2, alpha, target, largest)
    assert found < largest - 20


def test_power_is_a_saw():
    """A smaller size that reaches the target and loses it again is not the answer."""
    n = power.needed("p_pearson", 0.7, 0.2, 0.05, 0.8)
    powers = {k: power.power(power.rejections("p_pearson", k, k, 0.05), 0.7, 0.2) for k in range(2, n + 30)}
    first = min(k for k, chance in powers.items() if chance >= 0.8)
    assert first < n
    assert powers[n - 1] < 0.8
    assert all(chance >= 0.8 for k, chance in powers.items() if k >= n)


def test_the_largest_sizes_are_looked_at_quickly(monkeypatch):
    calls = []
    pearson = catalogue["p_pearson"]
    monkeypatch.setattr(power, "catalogue", {**catalogue, "p_pearson": _Counted(pearson, calls)})
    power._equal_arms.cache_clear()
    assert power.needed("p_pearson", 0.4, 0.3, 0.05, 0.9) == 475
    assert sum(calls) < 200_000  # whole landscapes hold forty million tables
    power._equal_arms.cache_clear()


class _Counted:
    def __init__(self, test, calls):
        self.test, self.calls, self.sides, self.key = test, calls, test.sides, test.key

    def __call__(self, *counts):
        self.calls.append(np.size(counts[0]))
        return self.test(*counts)
