"""Figures of the P value of every outcome, as a grid of counts."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from countback.show import forms
from countback.show.palette import BLUE, GREY, ORANGE, PALE, PAPER, TINT
from countback.show.style import SMALL, despine, new, panels, styled


@styled
def tipping(
    p: NDArray[np.float64], alpha: float, xlabel: str, ylabel: str, known: tuple[int, int] = (0, 0), says: str = ""
) -> Figure:
    """The p-value of every outcome that unseen patients can have had; shaded: below alpha.

    Parameters
    ----------
    p : numpy.ndarray
        By events among the unseen of arm 1 (upwards) and of arm 2 (to the right).
    alpha : float
    xlabel, ylabel : str
    known : (int, int)
        Patients of arm 1 and arm 2 who are known to be unseen: a frame holds all that they can have done.
    says : str
        What the frame stands for.
    """
    up, right = p.shape
    figure, axes = new(1.1 + forms.pick(0.34, 0.38) * up)
    for i in range(up):
        for j in range(right):
            below = bool(p[i, j] < alpha)
            axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=TINT if below else PAPER, edgecolor=PALE))
            text = f"{p[i, j]:.{4 if round(float(p[i, j]), 3) == alpha else 3}f}"  # which side of alpha must show
            axes.text(j, i, text, ha="center", va="center", fontweight="bold" if below else "normal")
    for x, y in _borders(p < alpha, (0, 0)):
        axes.plot(x, y, color=BLUE, linewidth=1.6, solid_capstyle="projecting")
    axes.add_patch(
        Rectangle(
            (-0.5, -0.5), known[1] + 1, known[0] + 1, fill=False, edgecolor=ORANGE, linewidth=2.5, clip_on=False,
            zorder=5,
        )
    )  # fmt: skip
    if says:
        axes.annotate(
            textwrap.fill(says, forms.pick(60, 44)), (0, 1), xycoords="axes fraction", xytext=(0, 5),
            textcoords="offset points", color=ORANGE, va="bottom", fontweight="bold", annotation_clip=False,
        )  # fmt: skip
    axes.set_xlim(-0.5, right - 0.5)
    axes.set_ylim(-0.5, up - 0.5)
    axes.set_xticks(range(right))
    axes.set_yticks(range(up))
    axes.tick_params(length=0)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    despine(axes, left=True, bottom=True)
    return figure


class Neighbours(NamedTuple):
    """Where a test is significant, in the counts around those observed."""

    test: str
    p: float
    """Of the counts observed."""
    significant: NDArray[np.bool_]
    """By events in arm 1 (upwards) and in arm 2 (to the right)."""


@styled
def neighbourhood(
    tests: Sequence[Neighbours],
    origin: tuple[int, int],
    observed: tuple[int, int],
    names: tuple[str, str],
    alpha: float,
) -> Figure:
    """The counts around those observed, a panel a test; shaded: p below alpha; the ring is what was observed.

    Parameters
    ----------
    tests : sequence of Neighbours
        All of one shape.
    origin : (int, int)
        Events in arm 1 and arm 2 at the lower left cell.
    observed : (int, int)
        Events in arm 1 and arm 2.
    names : (str, str)
        Of arm 1 (upwards) and arm 2 (to the right).
    alpha : float
    """
    across = forms.pick(min(len(tests), 5), 2)
    down = -(-len(tests) // across)
    side = min(forms.width() / across, 1.75)
    titles = [textwrap.wrap(test.test, forms.pick(19, 24)) for test in tests]
    deepest = max(map(len, titles))
    figure, drawn = panels((side + 0.16 * deepest) * down + forms.pick(0.5, 0.6), (down, across))
    for k, (axes, test) in enumerate(zip(drawn, tests, strict=False)):
        _around(axes, test, origin, observed)
        if k % across:
            axes.set_yticklabels([])
        axes.set_title("\n".join([*titles[k], f"p = {test.p:.4f}"]), fontsize=SMALL, loc="left")
    for axes in drawn[len(tests) :]:
        axes.set_axis_off()
    figure.supylabel(names[0], fontsize=SMALL)
    figure.supxlabel(f"{names[1]}\nshaded: p below {alpha:g}; ring: as observed", fontsize=SMALL)
    return figure


def _around(axes: Axes, test: Neighbours, origin: tuple[int, int], observed: tuple[int, int]) -> None:
    """Draw the cells of one test."""
    up, right = test.significant.shape
    for i in range(up):
        for j in range(right):
            shade = TINT if test.significant[i, j] else PAPER
            place = (origin[1] + j - 0.5, origin[0] + i - 0.5)
            axes.add_patch(Rectangle(place, 1, 1, facecolor=shade, edgecolor=PALE, linewidth=0.5))
    for x, y in _borders(test.significant, origin):
        axes.plot(x, y, color=BLUE, linewidth=1.6, solid_capstyle="projecting")
    axes.plot(observed[1], observed[0], "o", color=ORANGE, markerfacecolor="none", markersize=7, markeredgewidth=2)
    axes.set_aspect("equal")
    axes.set_xlim(origin[1] - 0.5, origin[1] + right - 0.5)
    axes.set_ylim(origin[0] - 0.5, origin[0] + up - 0.5)
    for axis, first, size, seen in (
        (axes.xaxis, origin[1], right, observed[1]),
        (axes.yaxis, origin[0], up, observed[0]),
    ):
        axis.set_ticks([tick for tick in range(first, first + size) if (tick - seen) % 2 == 0])
    axes.tick_params(length=2, color=GREY)
    despine(axes, left=True, bottom=True)


def _borders(
    significant: NDArray[np.bool_], origin: tuple[int, int]
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The edges between cells that are significant and cells that are not, as pairs of x and y."""
    edges = []
    for i, j in np.argwhere(significant[1:] != significant[:-1]):
        x, y = float(origin[1] + j), origin[0] + i + 0.5
        edges.append(((x - 0.5, x + 0.5), (y, y)))
    for i, j in np.argwhere(significant[:, 1:] != significant[:, :-1]):
        x, y = origin[1] + j + 0.5, float(origin[0] + i)
        edges.append(((x, x), (y - 0.5, y + 0.5)))
    return edges
