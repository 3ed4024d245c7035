import pytest
from show import samples
from show.drawn import Dot, dots, labels, place, spans, texts
from show.samples import FIGURES

from countback.show import forest, harms, intervals
from countback.show.palette import BLUE, INK, ORANGE


def test_estimates_have_a_dot_and_an_interval_in_the_arms_row():
    figure = FIGURES["estimates"]()
    (axes,) = figure.axes
    assert labels(axes) == ["active", "placebo"]
    assert axes.get_ylim() == pytest.approx((1.6, -0.6))  # the first on top
    assert dots(axes) == [Dot(0.55, 0, "o", BLUE, True), Dot(0.30, 1, "s", ORANGE, True)]
    assert spans(axes) == [(0.37, 0.72, 0, BLUE), (0.17, 0.48, 1, ORANGE)]
    assert place(figure, "16 of 29") == (1, 0)
    assert place(figure, "9 of 30") == (1, 1)


def test_trials_end_in_arrows_where_they_leave_the_frame_and_summaries_are_open():
    figure = FIGURES["trials"]()
    (axes,) = figure.axes
    assert labels(axes) == ["this trial", "a small one", "together"]
    assert dots(axes) == [
        Dot(0.25, 0, "o", BLUE, True), Dot(-0.4, 1, "<", BLUE, True), Dot(0.7, 1, ">", BLUE, True),
        Dot(0.1, 1, "o", BLUE, True), Dot(0.2, 2, "D", INK, False),
    ]  # fmt: skip
    assert spans(axes)[:3] == [(0.0, 0.46, 0, BLUE), (-0.4, 0.7, 1, BLUE), (0.05, 0.36, 2, INK)]
    assert place(figure, "+20 (+5 to +36)") == (1, 2)


def test_beliefs_say_each_probability_under_its_head():
    figure = FIGURES["beliefs"]()
    (axes,) = figure.axes
    assert labels(axes) == ["flat", "sceptical"]
    assert [(d.x, d.y) for d in dots(axes)] == [(0.24, 0), (0.15, 1)]
    assert place(figure, "Pr\nworth")[0] == place(figure, "70%")[0] == place(figure, "31%")[0]
    assert (place(figure, "98%")[1], place(figure, "93%")[1]) == (0, 1)


def test_a_forest_fills_what_excludes_no_difference():
    figure = forest.forest([forest.Interval(*i) for i in samples.INTERVALS], 0.95)
    difference, ratio, odds = figure.axes
    assert [axes.get_xlabel() for axes in figure.axes] == ["risk difference", "risk ratio", "odds ratio"]
    assert labels(difference) == ["", "Newcombe", "", "Newcombe"]
    assert dots(difference) == [Dot(0.25, 1, "o", ORANGE, False), Dot(0.31, 3, "o", BLUE, True)]
    assert dots(ratio) == [Dot(1.8, 1, "o", ORANGE, False), Dot(1.9, 3, "o", BLUE, True)]
    assert spans(odds) == [(0.98, 8.2, 1, ORANGE), (1.2, 10.4, 3, BLUE)]
    assert (place(figure, "week 12")[1], place(figure, "week 24")[1]) == (0, 2)


def test_harms_have_the_first_arm_filled_and_the_second_open():
    figure = harms.harms([harms.Harm(*h) for h in samples.HARMS], ("active", "placebo"), 0.95)
    left, right = figure.axes
    assert labels(left) == ["infection", "fever"]
    assert dots(left) == [
        Dot(0.20, 0, "s", ORANGE, False), Dot(0.07, 0, "o", BLUE, True),
        Dot(0.03, 1, "s", ORANGE, False), Dot(0.17, 1, "o", BLUE, True),
    ]  # fmt: skip
    assert dots(right) == [Dot(-0.13, 0, "o", INK, True), Dot(0.14, 1, "o", INK, True)]
    assert spans(right) == [(-0.31, 0.05, 0, INK), (-0.02, 0.31, 1, INK)]
    assert "filled circle: active;\nopen square: placebo" in left.get_xlabel()
    assert place(figure, "2 v 6") == (1, 0)


def test_limits_of_zero_lie_where_the_chance_is_the_tail():
    figure = FIGURES["limits_of_zero"]()
    assert [(d.x, d.y) for d in dots(figure.axes[0])] == [(0.0982, pytest.approx(0.05)), (0.1468, pytest.approx(0.01))]
    assert {"95% limit: 9.8%", "99% limit: 14.7%", "chance of 0 in 29"} <= set(texts(figure))


def test_arms_that_are_swapped_do_not_pass_for_the_right_ones():
    swapped = intervals.estimates([intervals.Estimate(*row) for row in reversed(samples.ARMS)], "patients")
    assert dots(swapped.axes[0]) != dots(FIGURES["estimates"]().axes[0])
    assert labels(swapped.axes[0]) == ["placebo", "active"]
