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
    letter = next(t for t in figure.axes[0].texts if t.get_text() == "a")
    assert letter.xy == (0.004, 0.012)
    assert "three" in texts(figure)
    assert "one" not in texts(figure)
    assert {"Fisher’s test", "Pearson’s test"} <= set(texts(figure))


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


def test_adjusted_p_values_have_a_panel_a_comparison_and_are_filled_below_alpha():
    first, second = (figure := FIGURES["adjustments"]()).axes
    assert [axes.get_title(loc="left") for axes in (first, second)] == ["week 12", "week 24"]
    assert labels(first) == ["none", "Holm", "Benjamini-Hochberg"]
    assert [(d.x, d.y, d.filled) for d in dots(second)] == [(0.027, 0, True), (0.054, 1, False), (0.052, 2, False)]
    assert [d.x for d in dots(first)] == [0.052, 0.104, 0.052]
    assert not [line for line in first.get_lines() if len(line.get_xdata()) > 2]
    assert place(figure, "0.104") == (1, 1)
