"""The figure of a checklist's items with their answers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.figure import Figure

from countback.show import forms
from countback.show.palette import BLUE, GREY, ORANGE
from countback.show.style import mark, new, shape, styled

ANSWER_MARKS = {
    "stated": shape("o", BLUE),
    "in part": shape("o", BLUE, filled=False),
    "not stated": shape("X", ORANGE),
    "not seen": shape("_", GREY),
    "not applicable": shape("_", GREY),
    "no judgement": shape("_", GREY),
}
"""The mark of each answer to an item of a checklist."""


@styled
def checklist(rows: Sequence[tuple[str, str]]) -> Figure:
    """The items of a checklist with their answers.

    Parameters
    ----------
    rows : sequence of (item, answer)
    """
    columns = forms.pick(2, 1)
    per_column = math.ceil(len(rows) / columns)
    figure, axes = new(0.1 + 0.25 * per_column)
    for i, (item, answer) in enumerate(rows):
        x, y = divmod(i, per_column)
        drawn = ANSWER_MARKS[answer]
        axes.text(x + 0.01, y, item, va="center")
        mark(axes, x + 0.52, y, drawn)
        axes.text(x + 0.56, y, answer, va="center", color=drawn.colour)
    axes.set_xlim(0, columns)
    axes.set_ylim(per_column - 0.4, -0.6)
    axes.set_axis_off()
    return figure
