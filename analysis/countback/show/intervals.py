"""Figures of values with their intervals, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from countback.show import forms
from countback.show.palette import BLUE, GREY, INK, PALE, Mark
from countback.show.style import HALO, SMALL, mark, new, null_line, points, rows_of, shape, styled


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
    figure, axes = new(0.75 + forms.pick(0.4, 0.5) * len(rows))
    null_line(axes, 0)
    first = len(rows) - summaries
    for y, row in enumerate(rows):
        drawn = shape("D", INK, filled=False) if y >= first else shape("o", BLUE)
        dot_interval(axes, y, row.value, (row.lower, row.upper), drawn, reach=reach)
    if summaries:
        axes.axhline(first - 0.5, color=PALE, linewidth=1)
    rows_of(axes, [row.label for row in rows], [row.note for row in rows], above=forms.is_narrow())
    axes.set_xlim(reach)
    points(axes.xaxis)
    axes.set_xlabel(xlabel)
    return figure


@styled
def estimates(rows: Sequence[Estimate], xlabel: str, null: float) -> Figure:
    """Estimates with their intervals, one below the other; the line is where there is no effect.

    Parameters
    ----------
    rows : sequence of Estimate
    xlabel : str
    null : float
    """
    figure, axes = new(0.75 + forms.pick(0.4, 0.5) * len(rows))
    null_line(axes, null)
    low, high = min([null, *(row.lower for row in rows)]), max([null, *(row.upper for row in rows)])
    reach = (low - 0.05 * (high - low), high + 0.05 * (high - low))
    for y, row in enumerate(rows):
        dot_interval(axes, y, row.value, (row.lower, row.upper), shape("o", BLUE), reach=reach)
    rows_of(axes, [row.label for row in rows], [row.note for row in rows], above=forms.is_narrow())
    axes.set_xlim(reach)
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
    figure, axes = new(0.95 + forms.pick(0.36, 0.5) * len(rows))
    null_line(axes, 0)
    left, step, lift = forms.pick((1.09, 0.17, 0.0), (0.52, 0.21, 5.0))
    for k, head in enumerate(heads):
        axes.annotate(
            head, (left + step * k, 1), xycoords="axes fraction", xytext=(0, 2), textcoords="offset points",
            ha="center", va="bottom", fontsize=SMALL, color=GREY, annotation_clip=False,
        )  # fmt: skip
    for y, (row, chances) in enumerate(zip(rows, probabilities, strict=True)):
        dot_interval(axes, y, row.value, (row.lower, row.upper), shape("o", BLUE))
        for k, chance in enumerate(chances):
            axes.annotate(
                f"{chance:.0%}", (left + step * k, y), xycoords=("axes fraction", "data"), xytext=(0, lift),
                textcoords="offset points", ha="center", va=forms.pick("center", "bottom"), annotation_clip=False,
                path_effects=HALO,
            )  # fmt: skip
    rows_of(axes, [row.label for row in rows], above=forms.is_narrow())
    points(axes.xaxis)
    axes.set_xlabel(xlabel)
    return figure
