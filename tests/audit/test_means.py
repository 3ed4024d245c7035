"""Means and SDs in print, held to SciPy and to counting every data set of a few whole numbers."""

import random
from itertools import combinations_with_replacement
from statistics import mean, stdev

import pytest
from scipy import stats

from countback.audit import means
from countback.trial import printed

GROUPS = ("10.2", "3.1", 30, "8.4", "2.9", 29)


def parsed(groups):
    return [printed.parse(x) if isinstance(x, str) else x for x in groups]


@pytest.mark.parametrize("welch", [False, True])
def test_the_range_holds_every_p_of_inputs_inside_their_rounding(welch):
    low, high = means.possible_p(*parsed(GROUPS), welch=welch)
    draw = random.Random(1)
    values = []
    for _ in range(400):
        m1, s1, m2, s2 = (float(x) + draw.uniform(-0.05, 0.05) for x in ("10.2", "3.1", "8.4", "2.9"))
        values.append(stats.ttest_ind_from_stats(m1, s1, 30, m2, s2, 29, equal_var=not welch).pvalue)
    assert low <= min(values)
    assert max(values) <= high
    # and it is no wider than the corners: SciPy on the most and the least favourable ones
    worst = stats.ttest_ind_from_stats(10.15, 3.15, 30, 8.45, 2.95, 29, equal_var=not welch).pvalue
    best = stats.ttest_ind_from_stats(10.25, 3.05, 30, 8.35, 2.85, 29, equal_var=not welch).pvalue
    assert (low, high) == pytest.approx((best, worst), rel=1e-9)


def test_means_that_may_be_equal_leave_1_possible():
    assert means.possible_p(*parsed(("5.0", "1.0", 10, "5.0", "1.0", 10)))[1] == 1


def test_no_spread_leaves_no_test():
    low, _ = means.possible_p(*parsed(("5", "0.0", 10, "5", "0.0", 10)))
    assert 0 <= low <= 1  # an SD printed 0.0 can be 0.04


@pytest.mark.parametrize(
    ("text", "low", "high", "prints"),
    [
        ("0.025", 0.0201, 0.0311, True),
        ("0.025", 0.0261, 0.0311, False),
        ("0.025", 0.0247, 0.0248, True),
        ("0.025", 0.0259, 0.0300, True),
        ("0.025", 0.0100, 0.0244, False),
        ("<0.05", 0.04, 0.06, True),
        ("<0.05", 0.06, 0.07, False),
        ("NS", 0.04, 0.06, True),
    ],
)
def test_a_range_prints_a_value(text, low, high, prints):
    assert means.prints_within(printed.parse_p(text), low, high) is prints


@pytest.fixture(scope="module")
def every_data_set():
    """All printed means and SDs that 2 to 5 whole numbers from 0 to 6 have, by number."""
    found = {}
    for n in (2, 3, 4, 5):
        found[n] = {(mean(x), stdev(x)) for x in combinations_with_replacement(range(7), n)}
    return found


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_what_whole_numbers_have_is_never_denied(every_data_set, n):
    for m, sd in every_data_set[n]:
        for rule in printed.ROUNDINGS:
            first = printed.parse(printed.rounded(m, 2, rule))
            assert means.grim(first, n)
            assert means.grimmer(first, printed.parse(printed.rounded(sd, 2, rule)), n)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_what_no_whole_numbers_have_is_mostly_denied(every_data_set, n):
    """Of means up to 3 and SDs up to 2, with two decimals, more than nine in ten that do not occur are denied."""
    possible = {
        (printed.rounded(m, 2, rule), printed.rounded(sd, 2, other))
        for m, sd in every_data_set[n]
        for rule in printed.ROUNDINGS
        for other in printed.ROUNDINGS
    }
    denied = tried = 0
    draw = random.Random(2)
    for _ in range(2000):
        m, sd = f"{draw.uniform(1, 3):.2f}", f"{draw.uniform(0.1, 2):.2f}"
        if (m, sd) not in possible:
            tried += 1
            denied += not means.grimmer(printed.parse(m), printed.parse(sd), n)
    assert denied > 0.9 * tried


def test_grim_as_published():
    # Brown and Heathers 2017: 5.19 is no mean of 28 whole numbers
    assert not means.grim(printed.parse("5.19"), 28)
    assert means.grim(printed.parse("5.18"), 28)
    assert means.grim(printed.parse("5.19"), 27)
