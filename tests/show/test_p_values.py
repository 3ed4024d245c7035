import pytest
from show.drawn import Dot, dots, labels, place, texts
from show.samples import FIGURES

from countback.show.palette import BLUE, INK, ORANGE


def test_conventional_tests_are_filled():
    figure = FIGURES["p_values"]()
    assert labels(figure.axes[0]) == ["Pearson", "Yates", "Fisher", "Boschloo"]
    assert [(d.x, d.filled) for d in dots(figure.axes[0])] == [
        (0.0523, True), (0.0918, True), (0.0681, True), (0.0571, False)
    ]  # fmt: skip
    assert place(figure, "0.0681") == (1, 2)
    assert "printed 0.052" in texts(figure)


def test_disagreeing_p_values_are_open_and_labelled():
    figure = FIGURES["agreement"]()
    circles = [d for d in dots(figure.axes[0]) if d.shape == "o"]
    assert [(d.x, d.y, d.filled) for d in circles] == [(0.052, 0.068, True), (0.3, 0.31, False), (0.004, 0.012, False)]
    assert place(figure, "three") == (0.004, 0.012)
    assert "one" not in texts(figure)


def test_fates_have_a_mark_for_each_outcome():
    figure = FIGURES["fates"]()
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["week 12", "week 24"]
    assert dots(figure.axes[0])[:3] == [
        Dot(0.0523, 0, "o", INK, False), Dot(0.071, 0, "s", ORANGE, True), Dot(0.036, 0, "^", BLUE, True)
    ]  # fmt: skip
    (legend,) = figure.legends
    assert [(h.get_marker(), h.get_label()) for h in legend.legend_handles] == [
        ("o", "as counted"), ("s", "worst"), ("^", "best")
    ]  # fmt: skip


def test_adjusted_p_values_end_at_their_labels():
    figure = FIGURES["adjustments"]()
    drawn = [(list(line.get_ydata()), line.get_color()) for line in figure.axes[0].get_lines()]
    assert drawn == [([0.052, 0.104, 0.052], BLUE), ([0.027, 0.054, 0.052], ORANGE)]
    assert place(figure, "week 24") == (2, pytest.approx(0.052))
