"""Figures of counts: what totals a percentage can have, and what bounds a number of patients has."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from countback.show import forms
from countback.show.palette import BLUE, PALE
from countback.show.style import LINES, SIZE, SMALL, mark, new, percent, rows_of, shape, styled


@styled
def candidates(rows: Sequence[tuple[str, Sequence[tuple[int, int]], tuple[int, int] | None]], largest: int) -> Figure:
    """Which totals can have printed each percentage.

    Parameters
    ----------
    rows : sequence of (label, counts, chosen)
        Counts as (events, total); the chosen one is filled.
    largest : int
        The largest total to show.
    """
    figure, axes = new(0.75 + forms.pick(0.4, 0.62) * len(rows))
    for y, (_, counts, chosen) in enumerate(rows):
        axes.plot([1, largest], [y, y], color=PALE, linewidth=1, zorder=0)
        for events, total in counts:
            filled = (events, total) == chosen
            mark(axes, total, y, shape("o", BLUE, filled), size=8)
            axes.annotate(
                f"{events}/{total}", (total, y), xytext=(0, 7), textcoords="offset points", ha="center",
                fontsize=SMALL, fontweight="bold" if filled else "normal",
            )  # fmt: skip
    rows_of(axes, [label for label, _, _ in rows], edges=(0.7, 0.5), lift=19, above=forms.is_narrow())
    axes.set_xlim(0, largest + 1.5)
    axes.set_xlabel("total, in patients (filled: the count that is taken)")
    return figure


@styled
def ranges(
    rows: Sequence[tuple[str, Sequence[tuple[int, int]]]], totals: Sequence[int], names: Sequence[str]
) -> Figure:
    """Between which numbers of patients something must lie, arm by arm.

    Parameters
    ----------
    rows : sequence of (label, ranges)
        The least and the largest number of patients for each arm.
    totals : sequence of int
        Patients of each arm.
    names : sequence of str
    """
    figure, axes = new(1.0 + forms.pick(0.5, 0.72) * len(rows))
    for y, (_, bounds) in enumerate(rows):
        for k, ((low, high), total, (colour, _)) in enumerate(zip(bounds, totals, LINES, strict=False)):
            at = y + (-0.15 if k == 0 else 0.2)
            wide = _THICK[min(k, 1)]
            axes.plot([low / total, high / total], [at, at], color=colour, linewidth=wide, solid_capstyle="butt")
            axes.annotate(
                f"{low} to {high} of {total}", (1, at), xycoords=("axes fraction", "data"), xytext=(6, 0),
                textcoords="offset points", va="center", color=colour, annotation_clip=False,
            )  # fmt: skip
    rows_of(axes, [label for label, _ in rows], edges=(0.5, 0.5), lift=13, above=forms.is_narrow())
    axes.set_xlim(0, 1)
    percent(axes.xaxis)
    axes.set_xlabel("patients of the arm, between the bounds")
    handles = [
        Line2D([], [], color=colour, linewidth=wide, label=name)
        for name, (colour, _), wide in zip(names, LINES, _THICK, strict=False)
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, frameon=False, fontsize=SIZE)
    return figure


_THICK = (7, 3)
"""Points: the bounds of the first arm and of the second."""
