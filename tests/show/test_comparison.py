"""The figure of the comparisons: each arm's counts and rate in its row, the difference, and what was printed."""

import pytest
from show import samples
from show.drawn import dots, place, spans, texts

from countback.show import comparison, forms
from countback.show.palette import BLUE, INK, ORANGE

ROWS = samples.COMPARED


def figure(rows=ROWS, arms=samples.ARM_NAMES, form=forms.WIDE):
    with forms.drawing(form):
        return comparison.comparisons(rows, arms, 0.95)


def test_each_arm_has_its_counts_its_dot_and_its_interval():
    drawn = figure()
    _, rates, _ = drawn.axes
    assert [(d.x, d.shape, d.colour) for d in dots(rates)] == [
        (16 / 29, "o", BLUE), (9 / 30, "s", ORANGE), (19 / 29, "o", BLUE), (11 / 30, "s", ORANGE)
    ]  # fmt: skip
    assert [span[:2] for span in spans(rates)] == [(0.37, 0.72), (0.17, 0.48), (0.47, 0.80), (0.22, 0.54)]
    for counts, dot in zip(("16/29 (55%)", "9/30 (30%)"), dots(rates), strict=False):
        assert place(drawn, counts)[1] == pytest.approx(dot.y)


@pytest.mark.parametrize("form", [forms.WIDE, forms.NARROW], ids=["wide", "narrow"])
def test_the_difference_has_its_interval_and_its_words(form):
    drawn = figure(form=form)
    differences = drawn.axes[-1]
    assert [(d.x, d.shape, d.colour) for d in dots(differences)] == [(0.2517, "D", INK), (0.2885, "D", INK)]
    assert [span[:2] for span in spans(differences) if span[0] != span[1]] == [(-0.003, 0.476), (0.031, 0.510)]
    words = " ".join(texts(drawn))
    assert "+25.2" in words
    assert "(−0.3 to +47.6)" in words
    assert "more on active →" in words


def test_only_a_p_value_that_agrees_is_ticked():
    drawn = figure()
    assert "0.027 ✓" in texts(drawn)
    assert sum("✓" in text for text in texts(drawn)) == 1
    assert place(drawn, "0.027 ✓")[1] == pytest.approx(place(drawn, "19/29 (66%)")[1])


def test_the_other_arm_is_named_where_it_has_more():
    (row,) = (ROWS[0]._replace(difference=-0.2, lower=-0.4, upper=0.01),)
    assert "← more on placebo" in texts(figure([row]))


def test_without_p_values_there_is_no_column_for_them():
    assert "P value" not in texts(figure([ROWS[0]._replace(p=())]))
