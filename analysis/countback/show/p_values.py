"""Figures of P values: under several tests, as printed and as rebuilt, adjusted, and with the missing counted."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from countback.show import forms
from countback.show.palette import BLUE, GREY, INK, ORANGE, PALE, PAPER, TINT
from countback.show.style import (
    DASHED,
    HALO,
    SIZE,
    SMALL,
    above_rows,
    despine,
    mark,
    new,
    panels,
    rows_of,
    shape,
    styled,
)


@styled
def p_values(rows: Sequence[tuple[str, float, bool]], printed: tuple[float, float, str] | None, alpha: float) -> Figure:
    """P-values under several tests, the conventional ones filled, with the printed value as a band.

    Parameters
    ----------
    rows : sequence of (name, p, conventional)
    printed : (low, high, text), optional
        The values that are printed in these characters.
    alpha : float
    """
    figure, axes = new(0.9 + (0.35 if above_rows([name for name, _, _ in rows]) else 0.21) * len(rows))
    top = max([p for _, p, _ in rows] + [alpha] + ([printed[1]] if printed else []))
    heads = [(alpha, f"{alpha:g}", INK)]
    axes.axvline(alpha, color=INK, linewidth=1, linestyle=DASHED)
    if printed:
        low, high, text = printed
        axes.axvspan(low, max(high, low + top / 400), color=ORANGE, alpha=0.28, linewidth=0)
        heads.append(((low + high) / 2, f"printed {text}", ORANGE))
    for (x, text, colour), side in zip(sorted(heads), ("right", "left"), strict=False):
        axes.annotate(
            text, (x, 1), xycoords=("data", "axes fraction"), xytext=(0, 3), textcoords="offset points", ha=side,
            color=colour,
        )  # fmt: skip
    for y, (_, p, conventional) in enumerate(rows):
        axes.plot([0, p], [y, y], color=PALE, linewidth=1, zorder=0)
        mark(axes, p, y, shape("o", BLUE, conventional))
    rows_of(
        axes, [name for name, _, _ in rows], [f"{p:.4f}" for _, p, _ in rows], edges=(0.8, 0.6), lift=4,
        bold=[y for y, (_, _, conventional) in enumerate(rows) if conventional],
    )  # fmt: skip
    axes.set_xlim(0, top * 1.06)
    axes.set_xlabel("p-value (filled: conventional two-sided tests)")
    return figure


@styled
def agreement(points: Sequence[tuple[float, float, float, bool, str]]) -> Figure:
    """Printed P values against those that two conventional tests give, on logarithmic axes.

    Parameters
    ----------
    points : sequence of (printed, fisher, pearson, agrees, label)
        `agrees`: whether either test gives the printed characters; the others are labelled.
    """
    noted = [p for p in points if not p[3] and max(p[1] / p[0], p[0] / p[1]) > 1.2]
    letters = {id(p): chr(ord("a") + i % 26) * (1 + i // 26) for i, p in enumerate(sorted(noted, key=lambda p: -p[1]))}
    below = 0.19 * sum(len(textwrap.wrap(p[4], 48)) for p in noted) + 0.65
    if forms.is_narrow():
        figure, (axes, names) = panels(3.6 + below, (2, 1), heights=(3.1, below))
    else:
        figure, (axes, names) = panels(4.4, (1, 2), widths=(4.6, 2.6))
    lowest = 0.5 * min(min(values[:3]) for values in points)
    axes.plot([lowest, 1.3], [lowest, 1.3], color=GREY, linewidth=1, linestyle=DASHED, zorder=0)
    for point in points:
        printed, fisher, pearson, agrees, _ = point
        axes.plot([printed, printed], [pearson, fisher], color=PALE, linewidth=1, zorder=0)
        axes.plot(printed, pearson, "s", color=ORANGE, markersize=4, markerfacecolor=PAPER, zorder=1)
        axes.plot(printed, fisher, "o", color=BLUE, markersize=6, markerfacecolor=BLUE if agrees else PAPER, zorder=2)
        if id(point) in letters:
            axes.annotate(
                letters[id(point)], (printed, fisher), xytext=(-7, 0), textcoords="offset points", ha="right",
                va="center", fontweight="bold", path_effects=HALO, zorder=5,
            )  # fmt: skip
    _name_points(names, {letters[id(p)]: p[4] for p in sorted(noted, key=lambda p: -p[1])})
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(0.4 * min(printed for printed, *_ in points), 1.3)
    axes.set_ylim(lowest, 1.3)
    axes.set_xlabel("P as printed")
    axes.set_ylabel("P from the counts")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(mpl.ticker.NullFormatter())
    despine(axes)
    return figure


def _name_points(axes: Axes, names: Mapping[str, str]) -> None:
    """List what the marks and the letters stand for."""
    axes.set_axis_off()
    axes.set_xlim(0, forms.pick(2.6, 3.6))  # inches
    lines = [textwrap.wrap(name, forms.pick(36, 48)) for name in names.values()]
    axes.set_ylim(max(forms.pick(20, 0), 2.6 + sum(len(line) for line in lines)), -0.5)
    for y, (name, colour, filled) in enumerate((("Fisher’s test", BLUE, True), ("Pearson’s test", ORANGE, False))):
        mark(axes, 0.06, y, shape("os"[y], colour, filled), size=6 - y)
        axes.text(0.18, y, name, va="center")
    at = 2.4
    for letter, line in zip(names, lines, strict=True):
        axes.text(0.06, at, letter, va="center", ha="center", fontweight="bold")
        for words in line:
            axes.text(0.18, at, words, va="center", fontsize=SMALL)
            at += 1


class Fates(NamedTuple):
    """A test's p-value as counted, and with those who were not counted as non-responders and as responders."""

    test: str
    counted: float
    without: float
    with_event: float


@styled
def fates(groups: Sequence[tuple[str, Sequence[Fates]]], alpha: float, words: tuple[str, str, str]) -> Figure:
    """How the p-value of each test moves with the outcome of those who were not counted.

    Parameters
    ----------
    groups : sequence of (title, rows)
        One panel each.
    alpha : float
    words : (str, str, str)
        What the three marks stand for: as counted, without an event, with one.
    """
    rows = len(groups[0][1])
    count = len(groups)
    tall = 0.75 + (0.38 if above_rows([row.test for row in groups[0][1]]) else 0.27) * rows
    figure, drawn_panels = panels(forms.pick(tall + 0.2, tall * count + 0.6), forms.pick((1, count), (count, 1)))
    marks = (shape("o", INK, filled=False), shape("s", ORANGE), shape("^", BLUE))
    top = max(alpha, *(max(row[1:]) for _, fate in groups for row in fate)) * 1.1
    for k, (axes, (title, fate)) in enumerate(zip(drawn_panels, groups, strict=True)):
        axes.axvline(alpha, color=INK, linewidth=1, linestyle=DASHED)
        for y, row in enumerate(fate):
            values = (row.counted, row.without, row.with_event)
            axes.plot([min(values), max(values)], [y, y], color=PALE, linewidth=2, zorder=0)
            for value, drawn in zip(values, marks, strict=True):
                mark(axes, value, y, drawn, size=6)
        axes.set_title(title, loc="left", fontweight="bold")
        rows_of(axes, [row.test for row in fate], edges=(0.8, 0.6))
        if k and not forms.is_narrow():
            axes.set_yticks([])
        axes.set_xlim(0, top)
        axes.locator_params(axis="x", nbins=4)
        axes.set_xlabel("p-value")
    handles = [
        Line2D(
            [], [], marker=m.shape, color=m.colour, markerfacecolor=m.colour if m.filled else PAPER,
            linestyle="none", markersize=6, label=word,
        )
        for m, word in zip(marks, words, strict=True)
    ]  # fmt: skip
    columns = forms.pick(3, 1)
    figure.legend(handles=handles, loc="outside upper left", ncols=columns, frameon=False, fontsize=SIZE)
    return figure


@styled
def adjustments(methods: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]], alpha: float) -> Figure:
    """Each comparison's p-value under each adjustment: a panel a comparison, a row an adjustment.

    Filled, on a shade: below alpha.

    Parameters
    ----------
    methods : sequence of str
        The first one stands for no adjustment.
    rows : sequence of (label, p)
        One p-value per method.
    alpha : float
    """
    across = forms.pick(min(3, len(rows)), 1)
    down = -(-len(rows) // across)
    tall = 0.7 + (0.36 if above_rows(methods) else 0.26) * len(methods)
    figure, drawn = panels(tall * down + 0.1, (down, across))
    top = max(alpha, *(max(p) for _, p in rows)) * 1.06
    for k, (axes, (label, p)) in enumerate(zip(drawn, rows, strict=False)):
        axes.axvspan(0, alpha, color=TINT, linewidth=0, zorder=-1)
        for y, value in enumerate(p):
            mark(axes, value, y, shape("o", BLUE, value < alpha))
        axes.set_title(textwrap.fill(label, 32), loc="left", fontweight="bold")
        rows_of(axes, methods, [f"{value:.3f}" for value in p])
        if k % across:
            axes.set_yticks([])
        axes.set_xlim(0, top)
        axes.set_xticks([0, alpha, *([2 * alpha] if 2 * alpha <= top else [])])
        axes.set_xlabel("p-value")
    for axes in drawn[len(rows) :]:
        axes.set_axis_off()
    return figure
