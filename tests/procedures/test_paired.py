"""McNemar's exact test, held to SciPy's binomial test and to counting joint tables."""

import pytest
from scipy.stats import binomtest

from countback.procedures.paired import mcnemar_p, overlaps, possible_mcnemar_p


@pytest.mark.parametrize(("lost", "gained"), [(0, 1), (11, 0), (3, 9), (7, 7), (1, 12)])
def test_it_is_the_binomial_test_of_those_who_changed(lost, gained):
    assert mcnemar_p(lost, gained) == pytest.approx(binomtest(lost, lost + gained).pvalue, rel=1e-12)


def test_nobody_changed():
    assert mcnemar_p(0, 0) == 1


def test_every_joint_table_is_tried():
    first, second, total = 5, 3, 7
    by_hand = set()
    for both in range(total + 1):
        lost, gained, neither = first - both, second - both, total - first - second + both
        if min(lost, gained, neither) >= 0:
            by_hand.add(round(mcnemar_p(lost, gained), 12))
    assert {round(p, 12) for p in possible_mcnemar_p(first, second, total)} == by_hand


@pytest.mark.parametrize("wrong", [(-1, 2, 5), (6, 2, 5), (2, 6, 5)])
def test_events_beyond_the_total_are_refused(wrong):
    with pytest.raises(ValueError, match="events"):
        overlaps(*wrong)
    with pytest.raises(ValueError, match="0 or more"):
        mcnemar_p(-1, 2)
