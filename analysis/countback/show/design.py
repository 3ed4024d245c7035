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
def flow(randomised: int, arms: Sequence[tuple[str, int, Sequence[str]]]) -> Figure:
    """What is public of the patients' flow.

    Parameters
    ----------
    randomised : int
    arms : sequence of (name, randomised, lines)
        The lines below the number randomised, such as ``counted: 29``.
    """
    arms = [
        (textwrap.fill(name, forms.pick(44, 22)), number,
         [part for words in lines for part in textwrap.wrap(words, forms.pick(48, 29))])
        for name, number, lines in arms
    ]  # fmt: skip
    longest = max(len(lines) for _, _, lines in arms)
    line, step = 0.2, 0.17  # inches
    below = line * (longest + 1)
    height = 2 * 3 * line + 2 * step + below
    figure, axes = new(height + 0.1)
    _box(axes, 0.5, 0.0, forms.pick(0.32, 0.48), 3 * line, f"randomised\n{randomised}")
    for x, (name, number, lines) in zip((0.25, 0.75), arms, strict=True):
        top = 3 * line
        bend = top + step / 2
        axes.plot([0.5, 0.5, x, x], [top, bend, bend, top + step], color=GREY, linewidth=1, zorder=0)
        _box(axes, x, top + step, forms.pick(0.4, 0.48), 3 * line, f"{name}\n{number}")
        axes.plot([x, x], [2 * top + step, 2 * (top + step)], color=GREY, linewidth=1, zorder=0)
        _box(axes, x, 2 * (top + step), forms.pick(0.46, 0.48), below, "\n".join(lines), weight="normal")
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
