"""Figures of the P value of every outcome, as a grid of counts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from countback.show.palette import BLUE, INK, ORANGE, PALE
from countback.show.style import LINES, WIDTH, despine, key, new, styled


@styled
def tipping(p: NDArray[np.float64], alpha: float, xlabel: str, ylabel: str) -> Figure:
    """The p-value of every outcome that unseen patients can have had; dark: below alpha.

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
    despine(axes, left=True)
    axes.spines["bottom"].set_visible(False)
    return figure


@styled
def landscape(
    p: NDArray[np.float64],
    observed: tuple[int, int],
    boundaries: Mapping[str, NDArray[np.bool_]],
    axes_names: tuple[str, str],
    observed_text: str,
    counts: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
    totals: tuple[int, int] | None = None,
) -> Figure:
    """The p-value of every pair of counts, with the border of significance of each test.

    Parameters
    ----------
    p : numpy.ndarray
        By the counts of arm 1 and of arm 2: the p-value behind the shades.
    observed : (int, int)
        Events in arm 1 and arm 2.
    boundaries : mapping of str to numpy.ndarray of bool
        For each test where it is significant; in the order of the lines.
    axes_names : (str, str)
        Of arm 1 (upwards) and arm 2 (to the right).
    observed_text : str
    counts : (numpy.ndarray, numpy.ndarray), optional
        The counts of arm 1 and of arm 2 that are shown, evenly spaced; from none on without it.
    totals : (int, int), optional
        Of the arms, where not all counts are shown.
    """
    up, right = counts or tuple(np.arange(size) for size in p.shape)
    figure, axes = new(5.0)
    edges = [0, 0.001, 0.01, 0.05, 0.1, 0.2, 1.0000001]
    shades = ListedColormap(["#8b96a3", "#aab3bd", "#c6cdd4", "#dfe3e8", "#eef1f4", "#ffffff"])
    mesh = axes.pcolormesh(
        _edges(right), _edges(up), np.nan_to_num(p, nan=1.0), cmap=shades,
        norm=BoundaryNorm(edges, shades.N), edgecolor="white", linewidth=0.3 * (p.size <= 4000),
        rasterized=p.size > 4000,
    )  # fmt: skip
    _draw_borders(axes, boundaries, up, right, totals or (int(up[-1]), int(right[-1])))
    _draw_observed(axes, observed, observed_text)
    bar = figure.colorbar(mesh, ax=axes, shrink=0.75, ticks=edges[:-1], spacing="uniform")
    bar.ax.set_yticklabels([f"{e:g}" for e in edges[:-1]])
    bar.set_label("p-value of the shades")
    for spine in bar.ax.spines.values():
        spine.set_edgecolor(PALE)
    bar.minorticks_off()
    axes.set_aspect("equal")
    axes.set_xlim(*_edges(right)[[0, -1]])
    axes.set_ylim(*_edges(up)[[0, -1]])
    axes.set_ylabel(axes_names[0])
    axes.set_xlabel(axes_names[1])
    key(figure)
    despine(axes)
    return figure


def _edges(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Edges of the cells around evenly spaced counts."""
    stride = counts[1] - counts[0] if counts.size > 1 else 1
    return np.asarray(np.append(counts, counts[-1] + stride) - stride / 2)


def _draw_borders(
    axes: Axes, boundaries: Mapping[str, NDArray[np.bool_]], up: NDArray[np.int64], right: NDArray[np.int64],
    totals: tuple[int, int],
) -> None:  # fmt: skip
    for (name, reject), (colour, stroke) in zip(boundaries.items(), LINES, strict=False):
        for i, points in enumerate(_borders(reject, up, right, totals)):
            axes.plot(
                *zip(*points, strict=True), color=colour, linestyle=stroke, linewidth=1.8,
                label="_nolegend_" if i else name, zorder=3,
            )  # fmt: skip


def _draw_observed(axes: Axes, observed: tuple[int, int], text: str) -> None:
    at = observed[1], observed[0]
    axes.plot(*at, "*", markersize=15, color="white", markeredgecolor=INK, markeredgewidth=1.4, zorder=5)
    axes.annotate(
        text, at, xytext=(12, -4), textcoords="offset points", fontweight="bold", zorder=6,
        bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
    )  # fmt: skip


def _borders(
    reject: NDArray[np.bool_], up: NDArray[np.int64], right: NDArray[np.int64], totals: tuple[int, int]
) -> list[list[tuple[float, float]]]:
    """The two staircases between what is significant and what is not, above and below equal rates."""
    n1, n2 = totals
    tall, wide = (float(edges[1] - edges[0]) / 2 for edges in (_edges(up), _edges(right)))
    stairs: list[list[tuple[float, float]]] = [[], []]
    for k, b in enumerate(right):
        column = up[reject[:, k]]
        above = [a for a in column if a * n2 > b * n1]
        below = [a for a in column if a * n2 < b * n1]
        for stair, y in (
            (stairs[0], min(above) - tall if above else None),
            (stairs[1], max(below) + tall if below else None),
        ):
            if y is not None:
                stair += [(float(b) - wide, float(y)), (float(b) + wide, float(y))]
    return [stair for stair in stairs if stair]
