"""The figures of the chapters on how much hangs on the numbers: plain numbers in, one matplotlib figure out.

In the style of :mod:`countback.figures`. Shapes, line styles and words tell things apart before colours do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from countback.show.figures import BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, WIDTH, Estimate, new
from countback.show.tables import display

DASHED = (0, (4, 3))

LINES: tuple[tuple[str, Any], ...] = (
    (BLUE, "-"), (ORANGE, (0, (5, 2))), (GREEN, (0, (1, 1.2))), (RED, (0, (6, 2, 1, 2))),
    (INK, (0, (3, 1, 1, 1, 1, 1))),
)  # fmt: skip
"""A colour and a stroke for each line of a plot, in their order."""

MARKS = ("o", "s", "^", "D", "v")


def _plain(axes: Axes, left: bool = True) -> None:
    for side in ("top", "right", *(() if left else ("left",))):
        axes.spines[side].set_visible(False)


def _percent(axis: mpl.axis.Axis) -> None:
    axis.set_major_formatter(lambda value, _: display(round(value, 6), ".0%"))


def _panels(
    height: float, columns: int, widths: Sequence[float] | None = None, sharey: bool = False
) -> tuple[Figure, list[Axes]]:
    figure, single = new(height)
    single.remove()
    panels = figure.subplots(1, columns, sharey=sharey, width_ratios=widths)
    return figure, list(np.atleast_1d(panels))


class Interval(NamedTuple):
    """One interval of a forest: under which comparison and which row of it, on which scale."""

    comparison: str
    row: str
    measure: str
    estimate: float
    lower: float
    upper: float


def forest(intervals: Sequence[Interval], level: float) -> Figure:
    """Draw the risk difference, risk ratio and odds ratio of several comparisons under several intervals.

    Filled: no difference lies outside. The axis on top of the risk difference is the number needed to treat, which
    runs through infinity where the difference is zero.

    Parameters
    ----------
    intervals : sequence of Interval
        Measures ``risk difference``, ``risk ratio``, ``odds ratio``.
    level : float
    """
    measures = ("risk difference", "risk ratio", "odds ratio")
    lines: list[tuple[str, str | None]] = []
    for comparison in dict.fromkeys(i.comparison for i in intervals):
        rows = dict.fromkeys(i.row for i in intervals if i.comparison == comparison)
        lines += [(comparison, None), *((comparison, row) for row in rows)]
    figure, panels = _panels(1.0 + 0.2 * len(lines), 3, widths=(1.4, 1, 1.1), sharey=True)
    for axes, measure in zip(panels, measures, strict=True):
        null = 0.0 if measure == "risk difference" else 1.0
        axes.axvline(null, color=INK, linewidth=1, linestyle=DASHED, zorder=0)
        if null:
            axes.set_xscale("log")
        for found in (i for i in intervals if i.measure == measure):
            y = lines.index((found.comparison, found.row))
            excludes = found.lower > null or found.upper < null
            axes.plot([found.lower, found.upper], [y, y], color=BLUE if excludes else ORANGE, linewidth=1.6)
            axes.plot(
                found.estimate, y, "o", markersize=4.5, color=BLUE if excludes else ORANGE,
                markerfacecolor=BLUE if excludes else "white",
            )  # fmt: skip
        for y, (_, row) in enumerate(lines):
            if row is None:
                axes.axhspan(y - 0.5, y + 0.5, color="#e9eef3", linewidth=0, zorder=1)
        axes.set_xlabel(measure)
        axes.tick_params(axis="y", length=0)
        _plain(axes, left=False)
    panels[0].set_yticks(range(len(lines)), [row or "" for _, row in lines])
    panels[0].set_zorder(1)  # its headings run into the next panel
    panels[0].patch.set_visible(False)
    for y, (comparison, row) in enumerate(lines):
        if row is None:
            heading = panels[0].annotate(
                comparison, (0, y), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
                va="center", fontweight="bold", zorder=6, annotation_clip=False,
            )  # fmt: skip
            heading.set_in_layout(False)
    panels[0].set_ylim(len(lines) - 0.4, -0.6)
    _percent(panels[0].xaxis)
    _number_needed(panels[0])
    for axes in panels[1:]:
        axes.xaxis.set_major_locator(mpl.ticker.FixedLocator([0.3, 1, 3, 10, 30, 100]))
        axes.xaxis.set_minor_locator(mpl.ticker.NullLocator())
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    figure.supxlabel(f"{level:.0%} intervals; filled: the interval excludes no difference", fontsize=8, color=GREY)
    return figure


def _number_needed(axes: Axes) -> None:
    """Put the number needed to treat on top of an axis of risk differences."""
    low, high = axes.get_xlim()
    ticks = [t for t in (-0.5, -0.2, 0.0, 0.1, 0.2, 0.5, 1.0) if low <= t <= high]
    top = axes.secondary_xaxis("top")
    top.set_xticks(ticks, ["∞" if t == 0 else f"{abs(1 / t):.0f}" for t in ticks])
    top.set_xlabel("number needed to treat", fontsize=8)
    top.tick_params(labelsize=8, length=2)
    top.spines["top"].set_visible(False)


def confidence_curves(
    curves: Sequence[tuple[str, Sequence[float], NDArray[np.float64], float]], alpha: float, xlabel: str
) -> Figure:
    """Draw the p-value of every hypothesised difference.

    Parameters
    ----------
    curves : sequence of (label, p, limits, estimate)
        For each p the two differences that have it: shape ``(len(p), 2)``.
    alpha : float
    xlabel : str
    """
    figure, axes = new(3.0)
    axes.axhline(alpha, color=GREY, linewidth=1, linestyle=DASHED)
    axes.axvline(0, color=INK, linewidth=1)
    axes.annotate(
        "no difference",
        (0, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-4, -2),
        textcoords="offset points",
        ha="right",
        va="top",
    )
    for (label, p, limits, estimate), (colour, stroke) in zip(curves, LINES, strict=False):
        x = np.concatenate([limits[:, 0], [estimate], limits[::-1, 1]])
        y = np.concatenate([p, [1.0], list(p)[::-1]])
        axes.plot(x, y, color=colour, linestyle=stroke, linewidth=2, label=label)
    axes.annotate(
        f"p = {alpha:g}",
        (1, alpha),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        color=GREY,
    )
    axes.set_ylim(0, 1.03)
    _percent(axes.xaxis)
    axes.set_xlabel(xlabel)
    axes.set_ylabel("p-value of that difference")
    figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=9, handlelength=3.2)
    _plain(axes)
    return figure


class Fates(NamedTuple):
    """A test's p-value as counted, and with those who were not counted as non-responders and as responders."""

    test: str
    counted: float
    without: float
    with_event: float


def fates(groups: Sequence[tuple[str, Sequence[Fates]]], alpha: float, words: tuple[str, str, str]) -> Figure:
    """Draw how the p-value of each test moves with the outcome of those who were not counted.

    Parameters
    ----------
    groups : sequence of (title, rows)
        One panel each.
    alpha : float
    words : (str, str, str)
        What the three marks stand for: as counted, without an event, with one.
    """
    rows = len(groups[0][1])
    figure, panels = _panels(1.35 + 0.26 * rows, len(groups), sharey=True)
    style = (("o", INK, "white"), ("s", ORANGE, ORANGE), ("^", BLUE, BLUE))
    for axes, (title, fate) in zip(panels, groups, strict=True):
        axes.axvline(alpha, color=INK, linewidth=1, linestyle=DASHED)
        for y, row in enumerate(fate):
            values = (row.counted, row.without, row.with_event)
            axes.plot([min(values), max(values)], [y, y], color=PALE, linewidth=2, zorder=0)
            for value, (mark, colour, face) in zip(values, style, strict=True):
                axes.plot(value, y, mark, color=colour, markerfacecolor=face, markersize=6)
        axes.set_title(title, fontsize=9, loc="left", fontweight="bold")
        axes.set_xlim(0, max(alpha, *(max(r[1:]) for r in fate)) * 1.1)
        axes.set_xlabel("p-value")
        axes.tick_params(axis="y", length=0)
        _plain(axes, left=False)
    panels[0].set_yticks(range(rows), [row.test for row in groups[0][1]])
    panels[0].set_ylim(rows - 0.5, -0.5)
    handles = [
        mpl.lines.Line2D(
            [],
            [],
            marker=mark,
            color=colour,
            markerfacecolor=face,
            linestyle="none",
            markersize=6,
            label=word,
        )
        for (mark, colour, face), word in zip(style, words, strict=True)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure


def tipping(p: NDArray[np.float64], alpha: float, xlabel: str, ylabel: str) -> Figure:
    """Draw the p-value of every outcome that unseen patients can have had; dark: below alpha.

    Parameters
    ----------
    p : numpy.ndarray
        By events among the unseen of arm 1 (upwards) and of arm 2 (to the right).
    alpha : float
    xlabel, ylabel : str
    """
    up, right = p.shape
    figure, axes = new(0.9 + 0.34 * up, min(WIDTH, 1.2 + 0.62 * right))
    for i in range(up):
        for j in range(right):
            dark = bool(p[i, j] < alpha)
            axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=BLUE if dark else "white", edgecolor=PALE))
            text = f"{p[i, j]:.{4 if round(float(p[i, j]), 3) == alpha else 3}f}"  # which side of alpha must show
            axes.text(j, i, text, ha="center", va="center", fontsize=8, color="white" if dark else INK)
    axes.add_patch(Rectangle((-0.5, -0.5), 1, 1, fill=False, edgecolor=ORANGE, linewidth=2.5, clip_on=False, zorder=5))
    axes.set_xlim(-0.5, right - 0.5)
    axes.set_ylim(-0.5, up - 0.5)
    axes.set_xticks(range(right))
    axes.set_yticks(range(up))
    axes.tick_params(length=0)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    _plain(axes, left=False)
    axes.spines["bottom"].set_visible(False)
    return figure


def landscape(
    p: NDArray[np.float64],
    observed: tuple[int, int],
    boundaries: Mapping[str, NDArray[np.bool_]],
    axes_names: tuple[str, str],
    observed_text: str,
) -> Figure:
    """Draw the p-value of every pair of counts, with the border of significance of each test.

    Parameters
    ----------
    p : numpy.ndarray
        Shape ``(n1 + 1, n2 + 1)``: the p-value behind the shades.
    observed : (int, int)
        Events in arm 1 and arm 2.
    boundaries : mapping of str to numpy.ndarray of bool
        For each test where it is significant; in the order of the lines.
    axes_names : (str, str)
        Of arm 1 (upwards) and arm 2 (to the right).
    observed_text : str
    """
    figure, axes = new(5.0)
    edges = [0, 0.001, 0.01, 0.05, 0.1, 0.2, 1.0000001]
    shades = ListedColormap(["#8b96a3", "#aab3bd", "#c6cdd4", "#dfe3e8", "#eef1f4", "#ffffff"])
    mesh = axes.pcolormesh(
        np.arange(p.shape[1] + 1) - 0.5, np.arange(p.shape[0] + 1) - 0.5, np.nan_to_num(p, nan=1.0), cmap=shades,
        norm=BoundaryNorm(edges, shades.N), edgecolor="white", linewidth=0.3, rasterized=p.size > 4000,
    )  # fmt: skip
    for (name, reject), (colour, stroke) in zip(boundaries.items(), LINES, strict=False):
        for points in _borders(reject):
            axes.plot(
                *zip(*points, strict=True),
                color=colour,
                linestyle=stroke,
                linewidth=1.8,
                label=name,
                zorder=3,
            )
            name = "_nolegend_"
    axes.plot(
        observed[1],
        observed[0],
        "*",
        markersize=15,
        color="white",
        markeredgecolor=INK,
        markeredgewidth=1.4,
        zorder=5,
    )
    axes.annotate(
        observed_text, (observed[1], observed[0]), xytext=(12, -4), textcoords="offset points", fontweight="bold",
        zorder=6,
        bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
    )  # fmt: skip
    bar = figure.colorbar(mesh, ax=axes, shrink=0.75, ticks=edges[:-1], spacing="uniform")
    bar.ax.set_yticklabels([f"{e:g}" for e in edges[:-1]])
    bar.set_label("p-value of the shades")
    for spine in bar.ax.spines.values():
        spine.set_edgecolor(PALE)
    bar.minorticks_off()
    axes.set_aspect("equal")
    axes.set_xlim(-0.5, p.shape[1] - 0.5)
    axes.set_ylim(-0.5, p.shape[0] - 0.5)
    axes.set_ylabel(axes_names[0])
    axes.set_xlabel(axes_names[1])
    figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=9, handlelength=3.2)
    _plain(axes)
    return figure


def _borders(reject: NDArray[np.bool_]) -> list[list[tuple[float, float]]]:
    """Give the two staircases between what is significant and what is not, above and below equal rates."""
    n1, n2 = (size - 1 for size in reject.shape)
    stairs: list[list[tuple[float, float]]] = [[], []]
    for b in range(n2 + 1):
        column = np.flatnonzero(reject[:, b])
        above = [a for a in column if a * n2 > b * n1]
        below = [a for a in column if a * n2 < b * n1]
        for stair, y in (
            (stairs[0], min(above) - 0.5 if above else None),
            (stairs[1], max(below) + 0.5 if below else None),
        ):
            if y is not None:
                stair += [(b - 0.5, float(y)), (b + 0.5, float(y))]
    return [stair for stair in stairs if stair]


def adjustments(methods: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]], alpha: float) -> Figure:
    """Draw how each comparison's p-value fares under each adjustment.

    Parameters
    ----------
    methods : sequence of str
        The first one stands for no adjustment.
    rows : sequence of (label, p)
        One p-value a method.
    alpha : float
    """
    figure, axes = new(3.0)
    top = max(alpha, *(max(p) for _, p in rows))
    axes.axhspan(0, alpha, color="#e8eef4", linewidth=0, zorder=-1)
    axes.annotate(
        f"below {alpha:g}",
        (0, alpha),
        xycoords=("axes fraction", "data"),
        xytext=(3, -4),
        textcoords="offset points",
        va="top",
        color=GREY,
    )
    ends = _apart([p[-1] for _, p in rows], 0.075 * top)
    for (label, p), (colour, stroke), mark, end in zip(rows, LINES, MARKS, ends, strict=False):
        axes.plot(
            range(len(p)),
            p,
            color=colour,
            linestyle=stroke,
            linewidth=1.2,
            marker=mark,
            markersize=7,
            markerfacecolor="white",
        )
        axes.annotate(
            label, (len(p) - 1, p[-1]), xytext=(len(p) - 0.8, end), textcoords="data", color=colour, va="center",
            annotation_clip=False,
        )  # fmt: skip
    axes.set_xticks(range(len(methods)), [m.replace(" ", "\n").replace("-", "-\n") for m in methods])
    axes.set_xlim(-0.4, len(methods) - 0.9)
    axes.set_ylim(0, top * 1.1)
    axes.set_ylabel("p-value")
    axes.tick_params(axis="x", length=0)
    _plain(axes)
    return figure


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Move labels apart that would touch, keeping their order."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    places = [float(values[i]) for i in order]
    for _ in range(50):
        for k in range(len(places) - 1):
            short = gap - (places[k + 1] - places[k])
            if short > 1e-12:
                places[k] -= short / 2
                places[k + 1] += short / 2
    placed = [0.0] * len(values)
    for k, i in enumerate(order):
        placed[i] = places[k]
    return placed


def beliefs(
    rows: Sequence[Estimate], probabilities: Sequence[Sequence[float]], heads: Sequence[str], xlabel: str
) -> Figure:
    """Draw the credible interval of a difference under several priors, with probabilities beside it.

    Parameters
    ----------
    rows : sequence of Estimate
    probabilities : sequence of sequence of float
        For each row as many as there are heads.
    heads : sequence of str
    xlabel : str
    """
    figure, axes = new(1.15 + 0.42 * len(rows), WIDTH - 1.0)
    axes.axvline(0, color=GREY, linewidth=1, linestyle=DASHED, zorder=0)
    for y, (row, chances) in enumerate(zip(rows, probabilities, strict=True)):
        axes.plot([row.lower, row.upper], [y, y], color=BLUE, linewidth=2)
        axes.plot(row.value, y, "o", color=BLUE, markersize=7)
        for k, chance in enumerate(chances):
            axes.annotate(
                f"{chance:.0%}",
                (1.08 + 0.17 * k, y),
                xycoords=("axes fraction", "data"),
                ha="center",
                va="center",
                annotation_clip=False,
            )
    for k, head in enumerate(heads):
        axes.annotate(
            head,
            (1.08 + 0.17 * k, -0.75),
            xycoords=("axes fraction", "data"),
            ha="center",
            va="bottom",
            fontsize=8,
            color=GREY,
            annotation_clip=False,
        )
    axes.set_yticks(range(len(rows)), [row.label for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    _percent(axes.xaxis)
    axes.set_xlabel(xlabel)
    _plain(axes, left=False)
    return figure


def lines(
    panels: Sequence[tuple[str, str, Sequence[tuple[str, Sequence[float], Sequence[float]]]]],
    level: float | None = None,
    marked: float | None = None,
    percent: Sequence[bool] = (True, True),
    tops: Sequence[float | None] = (None, None),
    height: float = 3.0,
) -> Figure:
    """Draw curves of probabilities, each named where the panel has room.

    Parameters
    ----------
    panels : sequence of (xlabel, ylabel, curves)
        Curves as (label, x, y).
    level : float, optional
        A horizontal line in the last panel, or in the only one.
    marked : float, optional
        A vertical line in the first panel.
    percent : sequence of bool
        Whether each panel's horizontal axis is a proportion.
    tops : sequence of float, optional
        Upper end of each vertical axis.
    height : float
        Inches.
    """
    figure, axes_list = _panels(height, len(panels))
    for k, (axes, (xlabel, ylabel, curves)) in enumerate(zip(axes_list, panels, strict=True)):
        for (label, x, y), (colour, stroke) in zip(curves, LINES, strict=False):
            axes.plot(x, y, color=colour, linestyle=stroke, linewidth=1.9, label=label if k == 0 else "_nolegend_")
        if level is not None and k == len(panels) - 1:
            axes.axhline(level, color=INK, linewidth=1, linestyle=DASHED)
        if marked is not None and k == 0:
            axes.axvline(marked, color=GREY, linewidth=1, linestyle=DASHED)
        if percent[k]:
            _percent(axes.xaxis)
        axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.10g}%")
        axes.set_ylim(0, tops[k])
        axes.set_xlim(min(min(x) for _, x, _ in curves), max(max(x) for _, x, _ in curves))
        axes.set_xlabel(xlabel)
        axes.set_ylabel(ylabel)
        _plain(axes)
    if sum(bool(label) for label, *_ in panels[0][2]) > 1:
        figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=9, handlelength=3.2)
    return figure


def ranges(
    rows: Sequence[tuple[str, Sequence[tuple[int, int]]]], totals: Sequence[int], names: Sequence[str]
) -> Figure:
    """Draw between which numbers of patients something must lie, arm by arm.

    Parameters
    ----------
    rows : sequence of (label, ranges)
        The least and the largest number of patients for each arm.
    totals : sequence of int
        Patients of each arm.
    names : sequence of str
    """
    figure, axes = new(0.9 + 0.62 * len(rows))
    for y, (_, bounds) in enumerate(rows):
        for k, ((low, high), total, (colour, _)) in enumerate(zip(bounds, totals, LINES, strict=False)):
            at = y + (-0.17 if k == 0 else 0.17)
            axes.plot(
                [low / total, high / total],
                [at, at],
                color=colour,
                linewidth=7 if k == 0 else 3,
                solid_capstyle="butt",
            )
            axes.annotate(
                f"{low} to {high} of {total}", (high / total, at), xytext=(6, 0), textcoords="offset points",
                va="center", color=colour, fontsize=8, annotation_clip=False,
            )  # fmt: skip
    axes.set_yticks(range(len(rows)), [label for label, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 1.02)
    axes.tick_params(axis="y", length=0)
    _percent(axes.xaxis)
    axes.set_xlabel(f"patients, between the bounds (thick: {names[0]}; thin: {names[1]})")
    _plain(axes, left=False)
    return figure


class Harm(NamedTuple):
    """One adverse event: both arms' rates and the risk difference with its interval."""

    label: str
    first: float
    second: float
    difference: float
    lower: float
    upper: float
    note: str


def harms(rows: Sequence[Harm], names: tuple[str, str], level: float) -> Figure:
    """Draw every adverse event: the rates on the left, the risk difference on the right.

    Amit O, Heiberger RM, Lane PW. Pharm Stat 2008;7:20-35 (doi 10.1002/pst.254).

    Parameters
    ----------
    rows : sequence of Harm
    names : (str, str)
        The arms.
    level : float
    """
    figure, (left, right) = _panels(1.2 + 0.3 * len(rows), 2, sharey=True)
    for y, row in enumerate(rows):
        left.plot([row.first, row.second], [y, y], color=PALE, linewidth=2, zorder=0)
        left.plot(row.second, y, "s", color=ORANGE, markersize=7, markerfacecolor="white", clip_on=False)
        left.plot(row.first, y, "o", color=BLUE, markersize=6, clip_on=False)
        right.plot([row.lower, row.upper], [y, y], color=INK, linewidth=1.8)
        right.plot(row.difference, y, "o", color=INK, markersize=5.5)
        right.annotate(
            row.note,
            (1, y),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
        )
    right.axvline(0, color=GREY, linewidth=1, linestyle=DASHED, zorder=0)
    left.set_yticks(range(len(rows)), [row.label for row in rows])
    left.set_ylim(len(rows) - 0.4, -0.6)
    left.set_xlim(left=0)
    left.set_xlabel(f"patients with the event\n(filled circle: {names[0]};\nopen square: {names[1]})")
    right.set_xlabel(f"risk difference, {level:.0%} interval\n(to the right: more often with\n{names[0]})")
    for axes in (left, right):
        _percent(axes.xaxis)
        axes.tick_params(axis="y", length=0, pad=9)
        _plain(axes, left=False)
    return figure


def trials(rows: Sequence[Estimate], summaries: int, reach: tuple[float, float], xlabel: str) -> Figure:
    """Draw trials and their summaries; an interval that leaves the frame ends in an arrow.

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
    axes.axvline(0, color=GREY, linewidth=1, linestyle=DASHED, zorder=0)
    low, high = reach
    for y, row in enumerate(rows):
        summary = y >= len(rows) - summaries
        colour = INK if summary else BLUE
        axes.plot([max(row.lower, low), min(row.upper, high)], [y, y], color=colour, linewidth=2)
        for limit, edge, arrow in ((row.lower, low, "<"), (row.upper, high, ">")):
            if (limit < low) if arrow == "<" else (limit > high):
                axes.plot(edge, y, arrow, color=colour, markersize=7, clip_on=False)
        axes.plot(
            row.value,
            y,
            "D" if summary else "o",
            color=colour,
            markersize=7,
            markerfacecolor="white" if summary else colour,
        )
        axes.annotate(
            row.note,
            (1, y),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )
    axes.axhline(len(rows) - summaries - 0.5, color=PALE, linewidth=1)
    axes.set_yticks(range(len(rows)), [row.label for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(low, high)
    axes.tick_params(axis="y", length=0, pad=9)
    _percent(axes.xaxis)
    axes.set_xlabel(xlabel)
    _plain(axes, left=False)
    return figure


ANSWER_MARKS = {
    "stated": ("o", BLUE, BLUE),
    "in part": ("o", BLUE, "white"),
    "not stated": ("X", ORANGE, ORANGE),
    "not seen": ("_", GREY, GREY),
    "no judgement": ("_", GREY, GREY),
}
"""A shape, a colour and a filling for each answer to an item of a checklist."""


def checklist(rows: Sequence[tuple[str, str]]) -> Figure:
    """Draw the items of a checklist with their answers.

    Parameters
    ----------
    rows : sequence of (item, answer)
    """
    columns = 2
    per_column = math.ceil(len(rows) / columns)
    figure, axes = new(0.3 + 0.25 * per_column)
    for i, (item, answer) in enumerate(rows):
        x, y = divmod(i, per_column)
        mark, colour, face = ANSWER_MARKS[answer]
        axes.text(x + 0.02, y, item, va="center")
        axes.plot(x + 0.5, y, mark, color=colour, markerfacecolor=face, markersize=7)
        axes.text(x + 0.55, y, answer, va="center", color=colour if answer != "in part" else BLUE)
    axes.set_xlim(0, columns)
    axes.set_ylim(per_column - 0.4, -0.6)
    axes.set_axis_off()
    return figure
