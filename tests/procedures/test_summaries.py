import math

import pytest
from scipy import stats

from countback.procedures.summaries import interval_from_p, p_from_interval, t_from_summary


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
