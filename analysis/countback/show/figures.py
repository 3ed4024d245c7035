"""The book's figures: plain numbers in, one matplotlib figure out.

One style for all: labels beside what they name instead of legends, colours that a colour-blind reader and a grey
print keep apart, axis titles with units. Text is drawn as it is, never as markup.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

INK, GREY, PALE = "#1b1f24", "#6a737d", "#d5dae0"
BLUE, ORANGE, GREEN, RED = "#0072b2", "#d55e00", "#00795a", "#a3244f"
"""From the palette of Okabe and Ito, darkened where text is set in them."""

VERDICT_MARKS = {
    "given": ("o", GREY, False),
    "reproduced": ("o", GREEN, True),
    "reproduced only by": ("D", BLUE, False),
    "not reproduced": ("^", ORANGE, False),
    "inconsistent": ("X", RED, True),
    "not checkable": ("_", GREY, True),
}
"""A shape, a colour and whether it is filled, for each verdict: never the colour alone."""

WIDTH = 6.6  # inches: the width of the text in the book and in print


class Estimate(NamedTuple):
    """A value with its interval, as one row of a plot."""

    label: str
    value: float
    lower: float
    upper: float
    note: str = ""


def new(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """Start a figure in the book's style; sizes in inches."""
    sns.set_theme(
        context="paper",
        style="ticks",
        font="DejaVu Sans",
        rc={
            "font.size": 9,
            "axes.labelsize": 9,
            "xtick.labelsize": 9,
            "ytick.labelsize": 9,
            "axes.edgecolor": GREY,
            "axes.labelcolor": INK,
            "text.color": INK,
            "xtick.color": GREY,
            "ytick.color": GREY,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "text.parse_math": False,
            "svg.hashsalt": "countback",
            "svg.fonttype": "path",
            "pdf.fonttype": 42,
            "savefig.bbox": "tight",
            "savefig.pad_inches": 0.04,
            "figure.dpi": 100,
        },
    )
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def estimates(rows: Sequence[Estimate], xlabel: str, null: float | None = None, percent: bool = True) -> Figure:
    """Draw values with their intervals, one row each, the first on top.

    Parameters
    ----------
    rows : sequence of Estimate
    xlabel : str
    null : float, optional
        Where no difference lies.
    percent : bool
        Whether the axis is a proportion.
    """
    figure, axes = new(0.9 + 0.38 * len(rows))
    if null is not None:
        axes.axvline(null, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    for y, row in enumerate(rows):
        colour = (BLUE, ORANGE)[y % 2] if len(rows) == 2 else BLUE
        axes.plot([row.lower, row.upper], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot(row.value, y, "os"[y % 2] if len(rows) == 2 else "o", color=colour, markersize=7)
        axes.annotate(
            row.note, (1, y), xycoords=("axes fraction", "data"), xytext=(6, 0),
            textcoords="offset points", va="center", annotation_clip=False,
        )  # fmt: skip
    _rows(axes, [row.label for row in rows])
    if percent:
        axes.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    axes.set_xlabel(xlabel)
    return figure


def _rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    sns.despine(ax=axes, left=True)


def p_values(rows: Sequence[tuple[str, float, bool]], printed: tuple[float, float, str] | None, alpha: float) -> Figure:
    """Draw p-values under several tests, the conventional ones filled, with the printed value as a band.

    Parameters
    ----------
    rows : sequence of (name, p, conventional)
    printed : (low, high, text), optional
        The values that print these characters.
    alpha : float
    """
    figure, axes = new(1.0 + 0.2 * len(rows))
    top = max([p for _, p, _ in rows] + [alpha] + ([printed[1]] if printed else []))
    heads = [(alpha, f"{alpha:g}", INK)]
    axes.axvline(alpha, color=INK, linewidth=1, linestyle=(0, (4, 3)))
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
        axes.plot(p, y, "o", color=BLUE, markersize=7, markerfacecolor=BLUE if conventional else "white")
        axes.annotate(
            f"{p:.4f}", (1, y), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
            va="center", fontweight="bold" if conventional else "normal",
        )  # fmt: skip
    _rows(axes, [name for name, _, _ in rows])
    axes.set_xlim(0, top * 1.06)
    axes.set_xlabel("p-value (filled: conventional two-sided tests)")
    return figure


def candidates(rows: Sequence[tuple[str, Sequence[tuple[int, int]], tuple[int, int] | None]], largest: int) -> Figure:
    """Draw which totals can have printed each percentage.

    Parameters
    ----------
    rows : sequence of (label, counts, chosen)
        Counts as (events, total); the chosen one is filled.
    largest : int
        The largest total to show.
    """
    figure, axes = new(0.9 + 0.42 * len(rows))
    for y, (_, counts, chosen) in enumerate(rows):
        axes.plot([1, largest], [y, y], color=PALE, linewidth=1, zorder=0)
        for events, total in counts:
            filled = (events, total) == chosen
            axes.plot(total, y, "o", color=BLUE, markersize=8, markerfacecolor=BLUE if filled else "white")
            axes.annotate(
                f"{events}/{total}", (total, y), xytext=(0, 7), textcoords="offset points", ha="center",
                fontsize=8, fontweight="bold" if filled else "normal",
            )  # fmt: skip
    _rows(axes, [label for label, _, _ in rows])
    axes.set_xlim(0, largest + 1.5)
    axes.set_xlabel("total, in patients (filled: the count that is taken)")
    return figure


def glance(rows: Sequence[tuple[str, str, str, str]]) -> Figure:
    """Draw the audit of a whole document: one row a claim, with its printed and rebuilt number and its verdict.

    Parameters
    ----------
    rows : sequence of (says, printed, rebuilt, verdict)
    """
    figure, axes = new(0.6 + 0.24 * len(rows))
    for y, (says, printed, rebuilt, verdict) in enumerate(rows):
        if y % 2:
            axes.add_patch(Rectangle((0, y - 0.5), 1, 1, color="#f3f5f7", linewidth=0, zorder=0))
        marker, colour, filled = VERDICT_MARKS[verdict]
        axes.text(0.005, y, _short(says, 48), va="center")
        axes.text(0.63, y, _short(printed, 13), va="center", ha="right")
        axes.text(0.735, y, rebuilt, va="center", ha="right")
        fill = colour if filled else "white"
        axes.plot(0.765, y, marker, color=colour, markerfacecolor=fill, markersize=6, clip_on=False)
        axes.text(0.785, y, verdict, va="center", color=colour)
    for x, head, side in (
        (0.005, "what the abstract says", "left"), (0.63, "printed", "right"), (0.735, "rebuilt", "right"),
        (0.785, "verdict", "left"),
    ):  # fmt: skip
        axes.text(x, -0.95, head, ha=side, va="center", color=GREY, fontsize=8)
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows) - 0.4, -1.5)
    axes.set_axis_off()
    return figure


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def schedule(on: Sequence[tuple[float, float]], treatment: int, follow_up: int, visits: Sequence[int]) -> Figure:
    """Draw when injections are given, and when the endpoints are counted.

    Parameters
    ----------
    on : sequence of (start, length)
        Weeks of injections.
    treatment, follow_up : int
        Weeks.
    visits : sequence of int
        Weeks at which an endpoint is counted.
    """
    figure, axes = new(1.7)
    last = treatment + follow_up
    axes.add_patch(Rectangle((0, 0), treatment, 1, facecolor="#eef2f6", linewidth=0))
    for start, length in on:
        axes.add_patch(Rectangle((start, 0.0), length, 1, facecolor=BLUE, linewidth=0))
        axes.text(start + length / 2, 0.5, "on", ha="center", va="center", color="white")
    previous = 0.0
    for start, length in [*on, (float(treatment), 0.0)]:
        if start > previous:
            axes.text((previous + start) / 2, 0.5, "off", ha="center", va="center", color=GREY)
        previous = start + length
    axes.add_patch(Rectangle((treatment, 0.35), follow_up, 0.3, facecolor=PALE, linewidth=0))
    axes.text(treatment + follow_up / 2, 0.83, "follow-up", ha="center", va="center", color=GREY)
    for week in visits:
        axes.plot(week, 1.2, "v", color=ORANGE, markersize=8, clip_on=False)
        axes.text(week, 1.42, f"counted at week {week}", ha="center", va="bottom", color=ORANGE)
    axes.set_xlim(0, last + 1.2)
    axes.set_ylim(-0.05, 1.75)
    axes.set_yticks([])
    axes.set_xticks(range(0, last + 1, 2))
    axes.set_xlabel("weeks from randomisation")
    sns.despine(ax=axes, left=True)
    return figure


def flow(randomised: int, arms: Sequence[tuple[str, int, Sequence[str]]]) -> Figure:
    """Draw what is public of the patients' flow.

    Parameters
    ----------
    randomised : int
    arms : sequence of (name, randomised, lines)
        The lines below the number randomised, such as ``counted: 29``.
    """
    longest = max(len(lines) for _, _, lines in arms)
    line, step = 0.19, 0.17  # inches
    below = line * (longest + 1)
    height = 2 * 3 * line + 2 * step + below
    figure, axes = new(height + 0.1)
    _box(axes, 0.5, 0.0, 0.32, 3 * line, f"randomised\n{randomised}")
    for x, (name, number, lines) in zip((0.25, 0.75), arms, strict=True):
        top = 3 * line
        bend = top + step / 2
        axes.plot([0.5, 0.5, x, x], [top, bend, bend, top + step], color=GREY, linewidth=1, zorder=0)
        _box(axes, x, top + step, 0.4, 3 * line, f"{name}\n{number}")
        axes.plot([x, x], [2 * top + step, 2 * (top + step)], color=GREY, linewidth=1, zorder=0)
        _box(axes, x, 2 * (top + step), 0.46, below, "\n".join(lines), weight="normal")
    axes.set_xlim(0, 1)
    axes.set_ylim(height + 0.03, -0.03)
    axes.set_axis_off()
    return figure


def _box(axes: Axes, x: float, y: float, width: float, height: float, text: str, weight: str = "bold") -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y), width, height, boxstyle="square,pad=0",
            facecolor="white", edgecolor=GREY, linewidth=1,
        )
    )  # fmt: skip
    axes.text(x, y + height / 2, text, ha="center", va="center", fontweight=weight, linespacing=1.5)


def limits_of_zero(curves: Sequence[dict[str, Any]], total: int) -> Figure:
    """Draw how likely no event in so many patients is, by the true rate.

    Parameters
    ----------
    curves : sequence of dict
        One for each confidence level: ``rate`` and ``chance`` (lists), ``level``, ``limit``.
    total : int
    """
    figure, axes = new(2.6)
    first = curves[0]
    axes.plot(first["rate"], first["chance"], color=BLUE, linewidth=2)
    for curve in curves:
        limit, tail = curve["limit"], 1 - curve["level"]
        axes.plot([0, limit, limit], [tail, tail, 0], color=GREY, linewidth=1, linestyle=(0, (4, 3)))
        axes.plot(limit, tail, "o", color=ORANGE, markersize=7)
        axes.annotate(
            f"{curve['level']:.0%} limit: {limit:.1%}", (limit, tail), xytext=(8, 6),
            textcoords="offset points", color=ORANGE,
        )  # fmt: skip
    axes.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    axes.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    axes.set_xlim(0, max(first["rate"]))
    axes.set_ylim(0, 1)
    axes.set_xlabel("true rate of the event")
    axes.set_ylabel(f"chance of 0 in {total}")
    sns.despine(ax=axes)
    return figure


def attribution(heads: Sequence[str], rows: Sequence[tuple[str, str, Sequence[tuple[str, bool]]]]) -> Figure:
    """Draw every procedure's value for every printed p-value, with a filled cell where it prints the same characters.

    Parameters
    ----------
    heads : sequence of str
        One for each claim, such as ``SRI-4, week 12`` above ``printed 0.052`` (two lines).
    rows : sequence of (group, name, cells)
        In the order to draw; a new group gets a heading. Each cell is the value as text, and whether it matches.
    """
    groups = list(dict.fromkeys(group for group, _, _ in rows))
    lines = len(rows) + 1.35 * len(groups)
    figure, axes = new(0.75 + 0.185 * lines)
    left, step = 0.46, 0.54 / len(heads)
    y, previous = 0.0, None
    for group, name, cells in rows:
        if group != previous:
            y += 0.35 if previous else 0.0
            axes.text(0.0, y, group, va="center", color=GREY, fontsize=8)
            axes.plot([0, 1], [y + 0.5, y + 0.5], color=PALE, linewidth=0.8)
            y, previous = y + 1, group
        axes.text(0.01, y, name, va="center", fontsize=8.5, fontweight="bold" if group == groups[0] else "normal")
        for i, (text, matches) in enumerate(cells):
            x = left + step * (i + 0.5)
            if matches:
                axes.add_patch(Rectangle((x - step * 0.36, y - 0.44), step * 0.72, 0.88, facecolor=BLUE, linewidth=0))
            axes.text(
                x, y, f"{text} ✓" if matches else text, ha="center", va="center", fontsize=8.5,
                color="white" if matches else INK, fontweight="bold" if matches else "normal",
            )  # fmt: skip
        y += 1
    for i, head in enumerate(heads):
        axes.text(left + step * (i + 0.5), -1.4, head, ha="center", va="center", fontsize=9, linespacing=1.4)
    axes.set_xlim(0, 1)
    axes.set_ylim(y - 0.4, -2.6)
    axes.set_axis_off()
    return figure


def agreement(points: Sequence[tuple[float, float, float, bool, str]]) -> Figure:
    """Draw printed P values against those that two conventional tests give, on logarithmic axes.

    Parameters
    ----------
    points : sequence of (printed, fisher, pearson, agrees, label)
        `agrees`: one of both prints the same characters; the others are labelled.
    """
    figure, axes = new(4.6, 5.6)
    lowest = 0.5 * min(min(values[:3]) for values in points)
    axes.plot([lowest, 1.3], [lowest, 1.3], color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    beside: list[tuple[float, float, str]] = []
    for printed, fisher, pearson, agrees, label in points:
        axes.plot([printed, printed], [pearson, fisher], color=PALE, linewidth=1, zorder=0)
        axes.plot(printed, pearson, "s", color=ORANGE, markersize=4, markerfacecolor="white", zorder=1)
        axes.plot(printed, fisher, "o", color=BLUE, markersize=6, markerfacecolor=BLUE if agrees else "white", zorder=2)
        if not agrees and max(fisher / printed, printed / fisher) > 1.2:
            beside.append((printed, fisher, label))
    for printed, fisher, label in beside:
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
    sns.despine(ax=axes)
    return figure
