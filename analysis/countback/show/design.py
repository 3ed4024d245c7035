"""Figures of a trial's design: its schedule and the flow of its patients."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from countback.show import forms
from countback.show.palette import BLUE, GREY, ORANGE, PALE, PAPER, STRIPE
from countback.show.style import SIZE, SMALL, despine, new, styled


@styled
def schedule(on: Sequence[tuple[float, float]], treatment: int, follow_up: int, visits: Sequence[int]) -> Figure:
    """When injections are given, and when the endpoints are counted.

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
    axes.add_patch(Rectangle((0, 0), treatment, 1, facecolor=STRIPE, linewidth=0))
    for start, length in on:
        axes.add_patch(Rectangle((start, 0.0), length, 1, facecolor=BLUE, linewidth=0))
        axes.text(start + length / 2, 0.5, "on", ha="center", va="center", color=PAPER)
    previous = 0.0
    for start, length in [*on, (float(treatment), 0.0)]:
        if start > previous:
            axes.text((previous + start) / 2, 0.5, "off", ha="center", va="center", color=GREY)
        previous = start + length
    axes.add_patch(Rectangle((treatment, 0.35), follow_up, 0.3, facecolor=PALE, linewidth=0))
    axes.text(treatment + follow_up / 2, 0.83, "follow-up", ha="center", va="center", color=GREY)
    for week in visits:
        axes.plot(week, 1.2, "v", color=ORANGE, markersize=8, clip_on=False)
        side = "right" if week > 0.8 * last else "center"
        says = forms.pick(f"counted at week {week}", f"counted: week {week}")
        axes.text(week + (0.3 if side == "right" else 0), 1.42, says, ha=side, va="bottom", color=ORANGE)
    axes.set_xlim(0, last + 0.3)
    axes.set_ylim(-0.05, 1.75)
    axes.set_yticks([])
    axes.set_xticks(range(0, last + 1, forms.pick(2, 4)))
    axes.set_xlabel("weeks from the start of treatment")
    despine(axes, left=True)
    return figure


@styled
def flow(randomised: int | None, arms: Sequence[tuple[str, int | None, Sequence[str]]]) -> Figure:
    """What is public of the patients' flow.

    Parameters
    ----------
    randomised : int or None
        None where nobody says.
    arms : sequence of (name, randomised, lines)
        The lines below the number randomised, such as ``counted: 29``.
    """
    many = len(arms)
    arms = [
        (textwrap.fill(name, forms.pick(88, 44) // many), number,
         [part for words in lines for part in textwrap.wrap(words, forms.pick(96, 58) // many)])
        for name, number, lines in arms
    ]  # fmt: skip
    longest = max(len(lines) for _, _, lines in arms)
    line, step = 0.2, 0.17  # inches
    below = line * (longest + 1)
    height = 2 * 3 * line + 2 * step + below
    figure, axes = new(height + 0.1)
    first = f"randomised\n{randomised}" if randomised else "randomised"
    _box(axes, 0.5, 0.0, forms.pick(0.32, 0.48), 3 * line, first)
    for k, (name, number, lines) in enumerate(arms):
        x, top = (k + 0.5) / many, 3 * line
        bend = top + step / 2
        axes.plot([0.5, 0.5, x, x], [top, bend, bend, top + step], color=GREY, linewidth=1, zorder=0)
        _box(axes, x, top + step, forms.pick(0.8, 0.96) / many, 3 * line, f"{name}\n{number}" if number else name)
        axes.plot([x, x], [2 * top + step, 2 * (top + step)], color=GREY, linewidth=1, zorder=0)
        _box(axes, x, 2 * (top + step), forms.pick(0.92, 0.96) / many, below, "\n".join(lines), weight="normal")
    axes.set_xlim(0, 1)
    axes.set_ylim(height + 0.03, -0.03)
    axes.set_axis_off()
    return figure


def _box(axes: Axes, x: float, y: float, width: float, height: float, text: str, weight: str = "bold") -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y), width, height, boxstyle="square,pad=0",
            facecolor=PAPER, edgecolor=GREY, linewidth=1,
        )
    )  # fmt: skip
    size = forms.pick(SIZE, SIZE if weight == "bold" else SMALL)
    axes.text(x, y + height / 2, text, ha="center", va="center", fontweight=weight, fontsize=size, linespacing=1.4)
