from typing import get_args

from matplotlib.colors import to_hex
from show import samples
from show.drawn import Dot, dots, labels, place, texts
from show.samples import FIGURES

from countback.show.checklist import ANSWER_MARKS
from countback.show.palette import BLUE, GREEN, GREY, ORANGE
from countback.trial.checklist import Answer


def test_only_the_chosen_total_is_filled():
    figure = FIGURES["candidates"]()
    assert [(d.x, d.y) for d in dots(figure.axes[0]) if d.filled] == [(29, 0), (30, 1)]
    assert len(dots(figure.axes[0])) == 6
    assert place(figure, "9/30") == (30, 1)


def test_ranges_are_proportions_of_each_arm():
    figure = FIGURES["ranges"]()
    drawn = [(tuple(line.get_xdata()), line.get_color()) for line in figure.axes[0].get_lines()]
    assert drawn[:2] == [((3 / 29, 9 / 29), BLUE), ((0, 5 / 30), ORANGE)]
    assert labels(figure.axes[0]) == ["both", "neither"]
    assert "20 to 25 of 30" in texts(figure)


def test_each_claim_has_its_verdicts_mark():
    figure = FIGURES["glance"]()
    assert dots(figure.axes[0]) == [
        Dot(0.765, 0, "o", GREEN, True), Dot(0.765, 1, "o", GREEN, True),
        Dot(0.765, 2, "^", ORANGE, False), Dot(0.765, 3, "_", GREY, True),
    ]  # fmt: skip
    assert place(figure, "not reproduced")[1] == 2


def test_a_cell_is_dark_where_the_characters_match():
    figure = FIGURES["attribution_grid"]()
    assert len(figure.axes[0].patches) == 2
    assert {"0.052 ✓", "0.027 ✓", "0.057"} <= set(texts(figure))


def test_the_schedule_is_on_when_it_is_said_to_be():
    figure = FIGURES["schedule"]()
    on = [(p.get_x(), p.get_width()) for p in figure.axes[0].patches if to_hex(p.get_facecolor()) == BLUE]
    assert on == samples.CYCLES
    assert [d.x for d in dots(figure.axes[0])] == [12, 24]


def test_the_flow_has_each_arm_on_its_side():
    figure = FIGURES["flow"]()
    assert place(figure, "active\n30")[0] == place(figure, "counted: 29")[0] == 0.25
    assert place(figure, "placebo\n30")[0] == place(figure, "counted: 30\nstopped: 2")[0] == 0.75


def test_a_confidence_curve_has_its_top_at_the_estimate():
    curve = FIGURES["confidence_curves"]().axes[0].get_lines()[2]
    x, y = curve.get_xdata(), curve.get_ydata()
    assert (curve.get_label(), x[list(y).index(1.0)]) == ("week 12", 0.25)
    assert (x[0], x[-1], y[0]) == (-0.01, 0.48, 0.05)


def test_curves_keep_their_colour_in_every_panel():
    left, right = FIGURES["lines"]().axes
    assert [line.get_color() for line in left.get_lines()[:2]] == [line.get_color() for line in right.get_lines()[:2]]
    assert list(left.get_lines()[1].get_ydata()) == [0.03, 0.3, 0.8]


def test_tipping_is_dark_below_alpha():
    figure = FIGURES["tipping"]()
    dark = [(p.get_x() + 0.5, p.get_y() + 0.5) for p in figure.axes[0].patches if to_hex(p.get_facecolor()) == BLUE]
    assert dark == [(0, 1), (0, 2), (1, 2)]
    assert place(figure, "0.052") == (0, 0)


def test_the_star_is_at_the_observed_counts():
    figure = FIGURES["landscape"]()
    assert [(d.x, d.y) for d in dots(figure.axes[0]) if d.shape == "*"] == [(1, 5)]
    assert (figure.axes[0].get_ylabel(), figure.axes[0].get_xlabel()) == ("active", "placebo")


def test_each_answer_has_its_mark():
    figure = FIGURES["checklist"]()
    assert [(d.shape, d.colour, d.filled) for d in dots(figure.axes[0])] == [
        (ANSWER_MARKS[answer].shape, ANSWER_MARKS[answer].colour, ANSWER_MARKS[answer].filled)
        for _, answer in samples.ANSWERS
    ]


def test_every_answer_of_a_checklist_has_a_mark():
    assert set(ANSWER_MARKS) == set(get_args(Answer))
