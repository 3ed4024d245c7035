import pytest
from show import samples
from show.drawn import Dot, dots, labels, place, spans, texts
from show.samples import FIGURES

from countback.show import harms
from countback.show.palette import BLUE, INK, ORANGE


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
    figure = FIGURES["forest"]()
    first, second, ratio, _, odds, _ = figure.axes
    assert [axes.get_title(loc="left") for axes in (first, second)] == ["week 12", "week 24"]
    assert labels(first) == ["Newcombe"]
    assert first.get_yticklabels()[0].get_fontweight() == "bold"
    assert dots(first) == [Dot(0.25, 0, "o", BLUE, False)]
    assert dots(second) == [Dot(0.31, 0, "o", BLUE, True)]
    assert dots(ratio) == [Dot(1.8, 0, "o", BLUE, False)]
    assert spans(odds) == [(0.98, 8.2, 0, BLUE)]
    assert {"risk difference, points", "risk ratio", "odds ratio"} <= set(texts(figure))


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
    (legend,) = figure.legends
    assert [(h.get_marker(), h.get_label()) for h in legend.legend_handles] == [("o", "active"), ("s", "placebo")]
    assert "right: more often with active" in " ".join(right.get_xlabel().split())
    assert place(figure, "2 v 6") == (1, 0)


def test_limits_of_zero_lie_where_the_chance_is_the_tail():
    figure = FIGURES["limits_of_zero"]()
    assert [(d.x, d.y) for d in dots(figure.axes[0])] == [(0.0982, pytest.approx(0.05)), (0.1468, pytest.approx(0.01))]
    assert {"95% limit: 9.8%", "99% limit: 14.7%", "chance of 0 in 29"} <= set(texts(figure))
