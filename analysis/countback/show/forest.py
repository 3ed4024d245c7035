"""The forest of one trial: several comparisons on three scales, under several kinds of interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias, get_args

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from countback.show.intervals import dot_interval
from countback.show.palette import BLUE, GREY, INK, ORANGE
from countback.show.style import despine, null_line, panels, percent, shape, styled

Measure: TypeAlias = Literal["risk difference", "risk ratio", "odds ratio"]


class Interval(NamedTuple):
    """An interval, with the comparison and the row it belongs to."""

    comparison: str
    row: str
    measure: Measure
    estimate: float
    lower: float
    upper: float


@styled
def forest(intervals: Sequence[Interval], level: float) -> Figure:
    """Risk difference, risk ratio and odds ratio of several comparisons under several intervals.

    Filled: no difference lies outside. The axis on top of the risk difference is the number needed to treat, which
    runs through infinity where the difference is zero.

    Parameters
    ----------
    intervals : sequence of Interval
    level : float
        Of confidence.
    """
    lines: list[tuple[str, str | None]] = []
    for comparison in dict.fromkeys(i.comparison for i in intervals):
        rows = dict.fromkeys(i.row for i in intervals if i.comparison == comparison)
        lines += [(comparison, None), *((comparison, row) for row in rows)]
    figure, drawn = panels(1.0 + 0.2 * len(lines), 3, widths=(1.4, 1, 1.1), sharey=True)
    for axes, measure in zip(drawn, get_args(Measure), strict=True):
        _panel(axes, measure, [i for i in intervals if i.measure == measure], lines)
    first, *ratios = drawn
    _name_rows(first, lines)
    percent(first.xaxis)
    _number_needed(first)
    for axes in ratios:
        axes.xaxis.set_major_locator(mpl.ticker.FixedLocator([0.3, 1, 3, 10, 30, 100]))
        axes.xaxis.set_minor_locator(mpl.ticker.NullLocator())
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    figure.supxlabel(f"{level:.0%} intervals; filled: the interval excludes no difference", fontsize=8, color=GREY)
    return figure


def _panel(
    axes: Axes, measure: Measure, intervals: Sequence[Interval], lines: Sequence[tuple[str, str | None]]
) -> None:
    """Draw the intervals of one measure."""
    null = 0.0 if measure == "risk difference" else 1.0
    null_line(axes, null, INK)
    if null:
        axes.set_xscale("log")
    for found in intervals:
        excludes = found.lower > null or found.upper < null
        drawn = shape("o", BLUE if excludes else ORANGE, excludes)
        y = lines.index((found.comparison, found.row))
        dot_interval(axes, y, found.estimate, (found.lower, found.upper), drawn, size=4.5, stroke=1.6)
    for y, (_, row) in enumerate(lines):
        if row is None:
            axes.axhspan(y - 0.5, y + 0.5, color="#e9eef3", linewidth=0, zorder=1)
    axes.set_xlabel(measure)
    axes.tick_params(axis="y", length=0)
    despine(axes, left=True)


def _name_rows(axes: Axes, lines: Sequence[tuple[str, str | None]]) -> None:
    """Name the rows at the left, with each comparison as a heading inside the axes."""
    axes.set_yticks(range(len(lines)), [row or "" for _, row in lines])
    axes.set_zorder(1)  # its headings run into the next panel
    axes.patch.set_visible(False)
    for y, (comparison, row) in enumerate(lines):
        if row is None:
            heading = axes.annotate(
                comparison, (0, y), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
                va="center", fontweight="bold", zorder=6, annotation_clip=False,
            )  # fmt: skip
            heading.set_in_layout(False)
    axes.set_ylim(len(lines) - 0.4, -0.6)


def _number_needed(axes: Axes) -> None:
    """Put the number needed to treat on top of an axis of risk differences."""
    low, high = axes.get_xlim()
    ticks = [t for t in (-0.5, -0.2, 0.0, 0.1, 0.2, 0.5, 1.0) if low <= t <= high]
    top = axes.secondary_xaxis("top")
    top.set_xticks(ticks, ["∞" if t == 0 else f"{abs(1 / t):.0f}" for t in ticks])
    top.set_xlabel("number needed to treat", fontsize=8)
    top.tick_params(labelsize=8, length=2)
    top.spines["top"].set_visible(False)
