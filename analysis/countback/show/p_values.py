"""Figures of P values: under several tests, as printed and as rebuilt, adjusted, and with the missing counted."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from countback.show.palette import BLUE, GREY, INK, ORANGE, PALE
from countback.show.style import (
    DASHED,
    LINES,
    MARKS,
    beside,
    despine,
    mark,
    new,
    panels,
    rows_of,
    shape,
    styled,
)  # fmt: skip


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
    figure, axes = new(1.0 + 0.2 * len(rows))
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
        beside(axes, y, f"{p:.4f}", weight="bold" if conventional else "normal")
    rows_of(axes, [name for name, _, _ in rows])
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
    figure, axes = new(4.6, 5.6)
    lowest = 0.5 * min(min(values[:3]) for values in points)
    axes.plot([lowest, 1.3], [lowest, 1.3], color=GREY, linewidth=1, linestyle=DASHED, zorder=0)
    noted: list[tuple[float, float, str]] = []
    for printed, fisher, pearson, agrees, label in points:
        axes.plot([printed, printed], [pearson, fisher], color=PALE, linewidth=1, zorder=0)
        axes.plot(printed, pearson, "s", color=ORANGE, markersize=4, markerfacecolor="white", zorder=1)
        axes.plot(printed, fisher, "o", color=BLUE, markersize=6, markerfacecolor=BLUE if agrees else "white", zorder=2)
        if not agrees and max(fisher / printed, printed / fisher) > 1.2:
            noted.append((printed, fisher, label))
    for printed, fisher, label in noted:
        axes.annotate(
            textwrap.fill(label, 34), (printed, fisher), xytext=(-8, 0) if printed > 0.2 else (9, -9),
            textcoords="offset points",
            ha="right" if printed > 0.2 else "left", va="center", fontsize=7.5,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(0.6 * min(printed for printed, *_ in points), 1.3)
    axes.set_ylim(lowest, 1.3)
    axes.set_xlabel("P as printed")
    axes.set_ylabel("P from the counts (circle: Fisher; square: Pearson)")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(mpl.ticker.NullFormatter())
    despine(axes)
    return figure


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
    figure, drawn_panels = panels(1.35 + 0.26 * rows, len(groups), sharey=True)
    marks = (shape("o", INK, filled=False), shape("s", ORANGE), shape("^", BLUE))
    for axes, (title, fate) in zip(drawn_panels, groups, strict=True):
        axes.axvline(alpha, color=INK, linewidth=1, linestyle=DASHED)
        for y, row in enumerate(fate):
            values = (row.counted, row.without, row.with_event)
            axes.plot([min(values), max(values)], [y, y], color=PALE, linewidth=2, zorder=0)
            for value, drawn in zip(values, marks, strict=True):
                mark(axes, value, y, drawn, size=6)
        axes.set_title(title, fontsize=9, loc="left", fontweight="bold")
        axes.set_xlim(0, max(alpha, *(max(r[1:]) for r in fate)) * 1.1)
        axes.set_xlabel("p-value")
        axes.tick_params(axis="y", length=0)
        despine(axes, left=True)
    drawn_panels[0].set_yticks(range(rows), [row.test for row in groups[0][1]])
    drawn_panels[0].set_ylim(rows - 0.5, -0.5)
    handles = [
        Line2D(
            [], [], marker=m.shape, color=m.colour, markerfacecolor=m.colour if m.filled else "white",
            linestyle="none", markersize=6, label=word,
        )
        for m, word in zip(marks, words, strict=True)
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure


@styled
def adjustments(methods: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]], alpha: float) -> Figure:
    """How each comparison's p-value fares under each adjustment.

    Parameters
    ----------
    methods : sequence of str
        The first one stands for no adjustment.
    rows : sequence of (label, p)
        One p-value per method.
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
    for (label, p), (colour, stroke), marker, end in zip(rows, LINES, MARKS, ends, strict=False):
        axes.plot(
            range(len(p)),
            p,
            color=colour,
            linestyle=stroke,
            linewidth=1.2,
            marker=marker,
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
    despine(axes)
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
