"""Figures of curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from countback.show import forms
from countback.show.palette import GREY, INK
from countback.show.style import DASHED, LINES, SMALL, despine, key, new, panels, percent, points, styled


@styled
def confidence_curves(
    curves: Sequence[tuple[str, Sequence[float], NDArray[np.float64], float]], alpha: float, xlabel: str
) -> Figure:
    """The p-value of every hypothesised difference.

    Parameters
    ----------
    curves : sequence of (label, p, limits, estimate)
        For each p the two differences that have it: shape ``(len(p), 2)``.
    alpha : float
    xlabel : str
    """
    figure, axes = new(3.3)
    axes.axhline(alpha, color=GREY, linewidth=1, linestyle=DASHED)
    axes.axvline(0, color=INK, linewidth=1)
    axes.annotate(
        "no difference", (0, 1), xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points",
        ha="center", va="bottom", color=GREY, fontsize=SMALL,
    )  # fmt: skip
    for (label, p, limits, estimate), (colour, stroke) in zip(curves, LINES, strict=False):
        x = np.concatenate([limits[:, 0], [estimate], limits[::-1, 1]])
        y = np.concatenate([p, [1.0], list(p)[::-1]])
        axes.plot(x, y, color=colour, linestyle=stroke, linewidth=2, label=label)
    axes.set_ylim(0, 1.0)
    axes.set_yticks([alpha, 0.25, 0.5, 0.75, 1], [f"{tick:g}" for tick in (alpha, 0.25, 0.5, 0.75, 1)])
    points(axes.xaxis)
    axes.set_xlabel(xlabel)
    axes.set_ylabel("p-value of that difference")
    key(figure)
    despine(axes)
    return figure


@styled
def lines(
    drawn: Sequence[tuple[str, str, Sequence[tuple[str, Sequence[float], Sequence[float]]]]],
    level: float | None = None,
    marked: float | None = None,
    proportions: Sequence[bool] = (True, True),
    tops: Sequence[float | None] = (None, None),
    height: float = 3.0,
) -> Figure:
    """Curves of probabilities, each named where the panel has room.

    Parameters
    ----------
    drawn : sequence of (xlabel, ylabel, curves)
        Curves as (label, x, y).
    level : float, optional
        A horizontal line in the last panel, or in the only one.
    marked : float, optional
        A vertical line in the first panel.
    proportions : sequence of bool
        Whether each panel's horizontal axis is a proportion.
    tops : sequence of float, optional
        Upper end of each vertical axis.
    height : float
        Inches.
    """
    count = len(drawn)
    figure, axes_list = panels(
        forms.pick(height, 2.4 * count + 0.2 * len(drawn[0][2]) + 0.1), forms.pick((1, count), (count, 1))
    )
    for k, (axes, (xlabel, ylabel, curves)) in enumerate(zip(axes_list, drawn, strict=True)):
        for (label, x, y), (colour, stroke) in zip(curves, LINES, strict=False):
            axes.plot(x, y, color=colour, linestyle=stroke, linewidth=1.9, label=label if k == 0 else "_nolegend_")
        if level is not None and k == len(drawn) - 1:
            axes.axhline(level, color=INK, linewidth=1, linestyle=DASHED)
        if marked is not None and k == 0:
            axes.axvline(marked, color=GREY, linewidth=1, linestyle=DASHED)
        if proportions[k]:
            percent(axes.xaxis)
        axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.10g}%")
        axes.set_ylim(0, tops[k])
        axes.set_xlim(min(min(x) for _, x, _ in curves), max(max(x) for _, x, _ in curves))
        axes.set_xlabel(xlabel)
        axes.set_ylabel(ylabel)
        despine(axes)
    if sum(bool(label) for label, *_ in drawn[0][2]) > 1:
        key(figure)
    return figure
