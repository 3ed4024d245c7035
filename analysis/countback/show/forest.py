"""The forest of one trial: several comparisons on three scales, under several kinds of interval."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias, get_args

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from countback.show import forms
from countback.show.intervals import dot_interval
from countback.show.palette import BLUE
from countback.show.style import SMALL, despine, null_line, panels, points, shape, styled
from countback.show.tables import display

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
def forest(intervals: Sequence[Interval], leading: str = "") -> Figure:
    """Intervals of several comparisons, side by side: one panel for each measure, a row for each kind of interval.

    Filled: no difference lies outside.

    Parameters
    ----------
    intervals : sequence of Interval
    leading : str
        The row that is set in bold.
    """
    comparisons = list(dict.fromkeys(found.comparison for found in intervals))
    rows = {
        measure: list(dict.fromkeys(found.row for found in intervals if found.measure == measure))
        for measure in get_args(Measure)
        if any(found.measure == measure for found in intervals)
    }
    counts = [len(names) for names in rows.values()]
    height = 0.35 + 0.58 * len(rows) + 0.21 * sum(counts)
    shape_of = (len(rows), len(comparisons))
    figure, drawn = panels(height, shape_of, heights=counts, sharex="row", sharey="row")
    for k, (measure, names) in enumerate(rows.items()):
        line = drawn[k * len(comparisons) : (k + 1) * len(comparisons)]
        for axes, comparison in zip(line, comparisons, strict=True):
            found = [i for i in intervals if (i.measure, i.comparison) == (measure, comparison)]
            _panel(axes, measure, found, names)
            if k == 0:
                axes.set_title(textwrap.fill(comparison, forms.pick(28, 13)), fontweight="bold", loc="left")
        _name_rows(line[0], names, leading)
        line[len(line) // 2].set_xlabel(_TITLES[measure])
    return figure


_TITLES = {
    "risk difference": "risk difference, points", "risk ratio": "risk ratio", "odds ratio": "odds ratio"
}  # fmt: skip


def _panel(axes: Axes, measure: Measure, intervals: Sequence[Interval], names: Sequence[str]) -> None:
    """Draw the intervals of one measure and comparison."""
    null = 0.0 if measure == "risk difference" else 1.0
    null_line(axes, null)
    if null:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(mpl.ticker.FixedLocator(forms.pick([0.3, 1, 3, 10, 30, 100], [1, 10, 100])))
        axes.xaxis.set_minor_locator(mpl.ticker.NullLocator())
        axes.xaxis.set_major_formatter(lambda value, _: display(value, "g"))
    else:
        axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(forms.pick(4, 2)))
        points(axes.xaxis)
    for found in intervals:
        excludes = found.lower > null or found.upper < null
        drawn = shape("o", BLUE, excludes)
        y = names.index(found.row)
        dot_interval(axes, y, found.estimate, (found.lower, found.upper), drawn, size=5, stroke=1.6)
    axes.tick_params(axis="y", length=0)
    despine(axes, left=True)


def _name_rows(axes: Axes, names: Sequence[str], leading: str) -> None:
    """Name the rows at the left of the first panel."""
    axes.set_yticks(range(len(names)), [textwrap.fill(name, forms.pick(30, 18)) for name in names])
    for label, name in zip(axes.get_yticklabels(), names, strict=True):
        label.set(fontsize=SMALL, fontweight="bold" if name == leading else "normal")
    axes.set_ylim(len(names) - 0.4, -0.6)
