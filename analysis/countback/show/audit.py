"""Figures of an audit: a document at a glance, and which procedure gives which p-value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from countback.show.palette import BLUE, GREY, INK, PALE, Mark
from countback.show.style import mark, new, styled


class Judged(NamedTuple):
    """A claim with its verdict, as one row of a figure."""

    says: str
    printed: str
    rebuilt: str
    verdict: str
    mark: Mark
    """The mark of the verdict."""


@styled
def glance(rows: Sequence[Judged]) -> Figure:
    """The audit of a whole document: one row per claim, with its printed and rebuilt number and its verdict.

    Parameters
    ----------
    rows : sequence of Judged
    """
    figure, axes = new(0.6 + 0.24 * len(rows))
    for y, (says, printed, rebuilt, verdict, drawn) in enumerate(rows):
        if y % 2:
            axes.add_patch(Rectangle((0, y - 0.5), 1, 1, color="#f3f5f7", linewidth=0, zorder=0))
        axes.text(0.005, y, _short(says, 48), va="center")
        axes.text(0.63, y, _short(printed, 13), va="center", ha="right")
        axes.text(0.735, y, rebuilt, va="center", ha="right")
        mark(axes, 0.765, y, drawn, size=6, clip=False)
        axes.text(0.785, y, verdict, va="center", color=drawn.colour)
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


@styled
def attribution_grid(heads: Sequence[str], rows: Sequence[tuple[str, str, Sequence[tuple[str, bool]]]]) -> Figure:
    """Every procedure's value for every printed p-value, with a filled cell where it gives the printed characters.

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
