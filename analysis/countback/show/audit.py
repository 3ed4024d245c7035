"""Figures of an audit: a document at a glance, and which procedure gives which p-value."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from countback.show import forms
from countback.show.palette import BLUE, GREY, INK, PALE, PAPER, STRIPE, Mark
from countback.show.style import SMALL, extent, mark, placed, styled


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
    return _glance_narrow(rows) if forms.is_narrow() else _glance_wide(rows)


def _sheet(height: float) -> tuple[Figure, Axes]:
    """A figure whose axes are the page: inches from its upper left corner."""
    figure = placed(height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, forms.width()), ylim=(height, 0))
    axes.set_axis_off()
    return figure, axes


def _glance_wide(rows: Sequence[Judged]) -> Figure:
    line, head = 0.235, 0.3
    figure, axes = _sheet(head + line * len(rows))
    for k, (says, printed, rebuilt, verdict, drawn) in enumerate(rows):
        y = head + line * (k + 0.5)
        if k % 2:
            axes.add_patch(Rectangle((0, y - line / 2), forms.width(), line, color=STRIPE, linewidth=0, zorder=0))
        axes.text(0.04, y, _short(says, 52), va="center")
        axes.text(4.45, y, _short(printed, 14), va="center", ha="right")
        axes.text(5.3, y, _short(rebuilt, 14), va="center", ha="right")
        mark(axes, 5.55, y, drawn, size=6, clip=False)
        axes.text(5.7, y, verdict, va="center", color=drawn.colour)
    for x, text, side in (
        (0.04, "what is claimed", "left"), (4.45, "printed", "right"), (5.3, "rebuilt", "right"),
        (5.7, "verdict", "left"),
    ):  # fmt: skip
        axes.text(x, head / 2, text, ha=side, va="center", color=GREY, fontsize=SMALL)
    return figure


def _glance_narrow(rows: Sequence[Judged]) -> Figure:
    """Two lines a claim, or more where it is long: what is claimed; printed, rebuilt and verdict."""
    line, gap = 0.185, 0.12
    blocks = [[*textwrap.wrap(row.says, 46), ""] for row in rows]
    top = line + gap / 2
    figure, axes = _sheet(top + line * sum(map(len, blocks)) + gap * len(rows))
    for x, head in ((0.04, "what is claimed; printed → rebuilt"), (2.12, "verdict")):
        axes.text(x, line / 2, head, va="center", color=GREY, fontsize=SMALL)
    for k, (row, block) in enumerate(zip(rows, blocks, strict=True)):
        tall = line * len(block) + gap
        if k % 2:
            axes.add_patch(Rectangle((0, top), forms.width(), tall, color=STRIPE, linewidth=0, zorder=0))
        y = top + gap / 2 + line / 2
        for words in block[:-1]:
            axes.text(0.04, y, words, va="center")
            y += line
        numbers = f"{_short(row.printed, 14)} → {_short(row.rebuilt, 14)}"
        axes.text(0.04, y, "" if row.printed == row.rebuilt == "–" else numbers, va="center", color=GREY)
        mark(axes, 2.0, y, row.mark, size=6, clip=False)
        axes.text(2.12, y, row.verdict, va="center", color=row.mark.colour)
        top += tall
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
    line, most = 0.19, forms.pick(6, 3)
    blocks = [range(first, min(first + most, len(heads))) for first in range(0, len(heads), most)]
    names = {name: textwrap.wrap(name, forms.pick(60, 24)) for _, name, _ in rows}
    groups = list(dict.fromkeys(group for group, _, _ in rows))
    tall = 0.75 + line * (sum(len(names[name]) for _, name, _ in rows) + 1.6 * len(groups))
    figure, axes = _sheet(tall * len(blocks))
    left = max(extent(words, SMALL, "bold") for lines in names.values() for words in lines) + 0.15
    for i, block in enumerate(blocks):
        step = min((forms.width() - left) / len(block), 1.35)
        places = {k: forms.width() - step * (len(block) - n - 0.5) for n, k in enumerate(block)}
        for k, x in places.items():
            head = "\n".join(textwrap.fill(words, max(8, int(step / 0.068))) for words in heads[k].split("\n"))
            axes.text(x, i * tall + 0.68, head, ha="center", va="bottom", fontsize=SMALL, linespacing=1.3)
        _grid_rows(axes, i * tall + 0.75, rows, names, places, step)
    return figure


def _grid_rows(
    axes: Axes,
    y: float,
    rows: Sequence[tuple[str, str, Sequence[tuple[str, bool]]]],
    names: dict[str, list[str]],
    places: dict[int, float],
    step: float,
) -> None:
    """Draw the rows of one block of the grid, from a height downwards."""
    line, previous, first = 0.19, None, rows[0][0] if rows else None
    for group, name, cells in rows:
        if group != previous:
            y += 0.6 * line if previous is not None else 0.0
            axes.text(0.0, y + line / 2, group, va="center", color=GREY, fontsize=SMALL)
            axes.plot([0, forms.width()], [y + line] * 2, color=PALE, linewidth=0.8)
            y, previous = y + line * 1.1, group
        tall = line * len(names[name])
        weight = "bold" if group == first else "normal"
        axes.text(0.03, y + tall / 2, "\n".join(names[name]), va="center", fontsize=SMALL, fontweight=weight)
        for k, x in places.items():
            text, matches = cells[k]
            if matches:
                box = min(step * 0.86, 0.75)
                axes.add_patch(Rectangle((x - box / 2, y + 0.01), box, tall - 0.02, facecolor=BLUE, linewidth=0))
            axes.text(
                x, y + tall / 2, f"{text} ✓" if matches else text, ha="center", va="center", fontsize=SMALL,
                color=PAPER if matches else INK, fontweight="bold" if matches else "normal",
            )  # fmt: skip
        y += tall
