import math

import numpy as np
import pytest
from scipy import stats

from countback.procedures.summaries import interval_from_p, p_from_interval, p_range_from_interval, t_from_summary


@pytest.mark.parametrize("equal", [True, False])
@pytest.mark.parametrize(
    "summary", [(10.2, 3.1, 30, 8.4, 2.9, 29), (0.1, 5.0, 2, 7.0, 0.3, 200), (1.0, 0.0, 5, 2.0, 1.0, 6)]
)
def test_t_agrees_with_scipy(summary: tuple[float, ...], equal: bool) -> None:
    assert t_from_summary(*summary, equal_variance=equal) == pytest.approx(
        stats.ttest_ind_from_stats(*summary, equal_var=equal).pvalue, rel=1e-9
    )


def test_t_without_variance() -> None:
    assert t_from_summary(1.0, 0.0, 5, 2.0, 0.0, 5) == 0.0
    assert t_from_summary(1.0, 0.0, 5, 2.0, 0.0, 5, equal_variance=False) == 0.0
    assert math.isnan(t_from_summary(1.0, 0.0, 5, 1.0, 0.0, 5))
    assert math.isnan(t_from_summary(1.0, 0.0, 1, 2.0, 0.0, 1))
    assert math.isnan(t_from_summary(1.0, 1.0, 1, 2.0, 1.0, 5, equal_variance=False))


@pytest.mark.parametrize(
    "summary",
    [(1.0, -1.0, 5, 2.0, 1.0, 5), (math.nan, 1.0, 5, 2.0, 1.0, 5), (1.0, 1.0, 0, 2.0, 1.0, 5)],
)
def test_t_refuses_what_no_article_prints(summary: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="finite"):
        t_from_summary(*summary)


def test_altman_and_blands_examples() -> None:
    # BMJ 2011;343:d2304: 0.81 (0.70 to 0.94) gives P = 0.005; d2090: 0.81 with P = 0.005 gives 0.70 to 0.94.
    assert round(p_from_interval(0.81, 0.70, 0.94, ratio=True), 3) == 0.005
    assert [round(x, 2) for x in interval_from_p(0.81, 0.005, ratio=True)] == [0.70, 0.94]


@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize("ratio", [False, True])
def test_there_and_back(level: float, ratio: bool) -> None:
    for estimate in (0.4, 1.7, 12.0):
        for p in (1e-8, 0.03, 0.6):
            lower, upper = interval_from_p(estimate, p, level=level, ratio=ratio)
            assert lower < estimate < upper
            assert p_from_interval(estimate, lower, upper, level=level, ratio=ratio) == pytest.approx(p, rel=1e-9)


def test_no_effect_says_nothing_of_its_interval() -> None:
    assert all(map(math.isnan, interval_from_p(1.0, 0.4, ratio=True)))
    assert all(map(math.isnan, interval_from_p(0.7, 1.0)))


@pytest.mark.parametrize("numbers", [(1.0, 2.0, 2.0), (1.0, 3.0, 2.0), (math.inf, 1.0, 2.0)])
def test_an_interval_must_be_one(numbers: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="lower below the upper"):
        p_from_interval(*numbers)


def test_ratios_are_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        p_from_interval(0.5, -0.1, 1.2, ratio=True)
    with pytest.raises(ValueError, match="positive"):
        interval_from_p(-0.5, 0.1, ratio=True)
    with pytest.raises(ValueError, match="above 0"):
        interval_from_p(0.5, 0.0)


@pytest.mark.parametrize("ratio", [False, True])
def test_no_value_inside_the_printed_ones_leaves_the_range_of_p(ratio: bool) -> None:
    low, high = 0.805, 0.815
    ends = ((low, high), (0.695, 0.705), (0.935, 1.045))
    least, most = p_range_from_interval(*ends, ratio=ratio)
    inside = [
        p_from_interval(e, lower, upper, ratio=ratio)
        for e in np.linspace(*ends[0], 7)
        for lower in np.linspace(*ends[1], 7)
        for upper in np.linspace(*ends[2], 7)
    ]
    assert least == pytest.approx(min(inside), rel=1e-12)
    assert most == pytest.approx(max(inside), rel=1e-12)


def test_an_estimate_that_may_be_no_effect_has_p_up_to_1() -> None:
    assert p_range_from_interval((0.95, 1.05), (0.75, 0.85), (1.15, 1.25), ratio=True)[1] == 1.0
    assert p_range_from_interval((-0.05, 0.05), (-1.05, -0.95), (0.95, 1.05))[1] == 1.0
    assert p_range_from_interval((0.05, 0.15), (-1.05, -0.95), (1.15, 1.25))[1] < 1.0


def test_limits_that_cannot_be_an_interval_have_no_range() -> None:
    with pytest.raises(ValueError, match="lower below the upper"):
        p_range_from_interval((1.0, 1.1), (3.0, 3.1), (2.0, 2.1))
