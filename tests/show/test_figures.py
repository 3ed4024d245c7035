from typing import get_args

import numpy as np
from matplotlib.colors import to_hex
from show import samples
from show.drawn import dots, labels, place, texts
from show.samples import FIGURES

from countback.show import grids
from countback.show.checklist import ANSWER_MARKS
from countback.show.palette import BLUE, GREEN, GREY, ORANGE, TINT
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
    assert [h.get_label() for h in figure.legends[0].legend_handles] == ["active", "placebo"]
    assert labels(figure.axes[0]) == ["both", "neither"]
    assert "20 to 25 of 30" in texts(figure)


def test_each_claim_has_its_verdicts_mark():
    figure = FIGURES["glance"]()
    found = dots(figure.axes[0])
    assert [(d.shape, d.colour, d.filled) for d in found] == [
        ("o", GREEN, True), ("o", GREEN, True), ("^", ORANGE, False), ("_", GREY, True)
    ]  # fmt: skip
    assert place(figure, "not reproduced")[1] == found[2].y


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


def test_tipping_is_shaded_below_alpha_and_frames_the_known():
    figure = FIGURES["tipping"]()
    cells = figure.axes[0].patches
    shaded = [(p.get_x() + 0.5, p.get_y() + 0.5) for p in cells if to_hex(p.get_facecolor()) == TINT]
    assert shaded == [(0, 1), (0, 2), (1, 2)]
    assert place(figure, "0.052") == (0, 0)
    (frame,) = (p for p in cells if not p.get_fill())
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((-0.5, -0.5), 1, 2)
    assert "the patient not counted" in texts(figure)


def test_the_ring_is_at_the_observed_counts_in_every_panel():
    figure = FIGURES["neighbourhood"]()
    for axes, test in zip(figure.axes, samples.NEIGHBOURS, strict=True):
        assert [(d.x, d.y, d.shape) for d in dots(axes)] == [(9, 16, "o")]
        shaded = [p for p in axes.patches if to_hex(p.get_facecolor()) == TINT]
        assert {(round(p.get_y() + 0.5) - 12, round(p.get_x() + 0.5) - 6) for p in shaded} == {
            (int(i), int(j)) for i, j in np.argwhere(test.significant)
        }
        assert axes.get_title(loc="left") == f"{test.test}\np = {test.p:.4f}"
    assert {"active", "placebo\nshaded: p below 0.05; ring: as observed"} <= set(texts(figure))


def test_borders_lie_between_what_is_significant_and_what_is_not():
    assert grids._borders(np.array([[True, False]]), (3, 5)) == [((5.5, 5.5), (2.5, 3.5))]
    assert grids._borders(np.array([[True], [False]]), (3, 5)) == [((4.5, 5.5), (3.5, 3.5))]


def test_each_answer_has_its_mark():
    figure = FIGURES["checklist"]()
    assert [(d.shape, d.colour, d.filled) for d in dots(figure.axes[0])] == [
        (ANSWER_MARKS[answer].shape, ANSWER_MARKS[answer].colour, ANSWER_MARKS[answer].filled)
        for _, answer in samples.ANSWERS
    ]


def test_every_answer_of_a_checklist_has_a_mark():
    assert set(ANSWER_MARKS) == set(get_args(Answer))
