"""Figures of values with their intervals, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from countback.show.palette import BLUE, GREY, INK, ORANGE, PALE, Mark
from countback.show.style import WIDTH, beside, mark, new, null_line, percent, rows_of, shape, styled


class Estimate(NamedTuple):
    """A value with its interval, as one row of a figure."""

    label: str
    value: float
    lower: float
    upper: float
    note: str = ""


def dot_interval(
    axes: Axes,
    y: float,
    value: float,
    limits: tuple[float, float],
    drawn: Mark,
    size: float = 7,
    stroke: float = 2,
    reach: tuple[float, float] | None = None,
    cap: str | None = None,
) -> None:
    """Draw a value and its interval as one row.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    y : float
        The row.
    value : float
    limits : (float, float)
        Of the interval.
    drawn : Mark
        Of the value; the interval has its colour.
    size, stroke : float
        Points.
    reach : (float, float), optional
        The frame; an interval that leaves it ends in an arrow.
    cap : str, optional
        Matplotlib's name of the line's ends.
    """
    lower, upper = limits
    low, high = reach or limits
    axes.plot(
        [max(lower, low), min(upper, high)], [y, y], color=drawn.colour, linewidth=stroke, solid_capstyle=cap
    )  # fmt: skip
    for leaves, edge, arrow in ((lower < low, low, "<"), (upper > high, high, ">")):
        if leaves:
            axes.plot(edge, y, arrow, color=drawn.colour, markersize=7, clip_on=False)
    mark(axes, value, y, drawn, size)


@styled
def estimates(rows: Sequence[Estimate], xlabel: str, null: float | None = None, proportion: bool = True) -> Figure:
    """Values with their intervals, the first on top; two rows differ in colour and shape.

    Parameters
    ----------
    rows : sequence of Estimate
    xlabel : str
    null : float, optional
        Where there is no difference.
    proportion : bool
        Whether the axis is a proportion.
    """
    figure, axes = new(0.9 + 0.38 * len(rows))
    if null is not None:
        null_line(axes, null)
    arms = (shape("o", BLUE), shape("s", ORANGE))
    for y, row in enumerate(rows):
        drawn = arms[y] if len(rows) == 2 else arms[0]
        dot_interval(axes, y, row.value, (row.lower, row.upper), drawn, cap="butt")
        beside(axes, y, row.note)
    rows_of(axes, [row.label for row in rows])
    if proportion:
        percent(axes.xaxis)
    axes.set_xlabel(xlabel)
    return figure


@styled
def trials(rows: Sequence[Estimate], summaries: int, reach: tuple[float, float], xlabel: str) -> Figure:
    """Trials and their summaries; an interval that leaves the frame ends in an arrow.

    Parameters
    ----------
    rows : sequence of Estimate
        The trials, then the summaries.
    summaries : int
        How many of the rows are summaries.
    reach : (float, float)
        The frame.
    xlabel : str
    """
    figure, axes = new(0.95 + 0.42 * len(rows))
    null_line(axes, 0)
    first = len(rows) - summaries
    for y, row in enumerate(rows):
        drawn = shape("D", INK, filled=False) if y >= first else shape("o", BLUE)
        dot_interval(axes, y, row.value, (row.lower, row.upper), drawn, reach=reach)
        beside(axes, y, row.note, gap=8)
    axes.axhline(first - 0.5, color=PALE, linewidth=1)
    rows_of(axes, [row.label for row in rows], pad=9)
    axes.set_xlim(reach)
    percent(axes.xaxis)
    axes.set_xlabel(xlabel)
    return figure


@styled
def beliefs(
    rows: Sequence[Estimate], probabilities: Sequence[Sequence[float]], heads: Sequence[str], xlabel: str
) -> Figure:
    """The credible interval of a difference under several priors, with probabilities beside it.

    Parameters
    ----------
    rows : sequence of Estimate
    probabilities : sequence of sequence of float
        For each row as many as there are heads.
    heads : sequence of str
    xlabel : str
    """
    figure, axes = new(1.15 + 0.42 * len(rows), WIDTH - 1.0)
    null_line(axes, 0)
    for y, (row, chances) in enumerate(zip(rows, probabilities, strict=True)):
        dot_interval(axes, y, row.value, (row.lower, row.upper), shape("o", BLUE))
        for k, chance in enumerate(chances):
            axes.annotate(
                f"{chance:.0%}", (1.08 + 0.17 * k, y), xycoords=("axes fraction", "data"), ha="center", va="center",
                annotation_clip=False,
            )  # fmt: skip
    for k, head in enumerate(heads):
        axes.annotate(
            head, (1.08 + 0.17 * k, -0.75), xycoords=("axes fraction", "data"), ha="center", va="bottom",
            fontsize=8, color=GREY, annotation_clip=False,
        )  # fmt: skip
    rows_of(axes, [row.label for row in rows])
    percent(axes.xaxis)
    axes.set_xlabel(xlabel)
    return figure
