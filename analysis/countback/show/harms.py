"""Figures of adverse events."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from countback.show import forms
from countback.show.intervals import dot_interval
from countback.show.palette import BLUE, GREY, INK, ORANGE, PALE, PAPER
from countback.show.style import (
    DASHED,
    SIZE,
    despine,
    mark,
    new,
    null_line,
    panels,
    percent,
    points,
    rows_of,
    shape,
    styled,
)  # fmt: skip


class Harm(NamedTuple):
    """One adverse event: both arms' rates and the risk difference with its interval."""

    label: str
    first: float
    second: float
    difference: float
    lower: float
    upper: float
    note: str


@styled
def harms(rows: Sequence[Harm], names: tuple[str, str], level: float) -> Figure:
    """Every adverse event: the rates on the left, the risk difference on the right.

    Amit O, Heiberger RM, Lane PW. Pharm Stat 2008;7:20-35 (doi 10.1002/pst.254).

    Parameters
    ----------
    rows : sequence of Harm
    names : (str, str)
        The arms.
    level : float
        Of confidence.
    """
    pitch = forms.pick(0.29, 0.42)
    figure, (left, right) = panels(1.25 + pitch * len(rows), (1, 2), widths=forms.pick((1, 1.25), (1, 1.2)))
    for y, row in enumerate(rows):
        left.plot([row.first, row.second], [y, y], color=PALE, linewidth=2, zorder=0)
        mark(left, row.second, y, shape("s", ORANGE, filled=False), clip=False)
        mark(left, row.first, y, shape("o", BLUE), size=6, clip=False)
        dot_interval(right, y, row.difference, (row.lower, row.upper), shape("o", INK), size=5.5, stroke=1.8)
    null_line(right, 0)
    rows_of(left, [row.label for row in rows], above=forms.is_narrow())
    rows_of(right, [""] * len(rows), [row.note for row in rows], above=forms.is_narrow())
    percent(left.xaxis)
    points(right.xaxis)
    for axes in (left, right):
        axes.locator_params(axis="x", nbins=forms.pick(5, 3))
    left.set_xlim(left=-0.005 * len(rows))
    left.set_xlabel("patients with the event")
    said = f"difference, points, {level:.0%} interval (right: more often with {names[0]})"
    right.set_xlabel(textwrap.fill(said, forms.pick(44, 28)))
    marks = (shape("o", BLUE), shape("s", ORANGE, filled=False))
    handles = [
        Line2D([], [], marker=m.shape, color=m.colour, markerfacecolor=m.colour if m.filled else PAPER,
               linestyle="none", markersize=6, label=name)
        for m, name in zip(marks, names, strict=True)
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside upper left", ncols=2, frameon=False, fontsize=SIZE)
    return figure


class ZeroLimit(NamedTuple):
    """The upper limit of a rate of which no event was seen, at one level of confidence."""

    level: float
    limit: float


@styled
def limits_of_zero(rates: Sequence[float], chances: Sequence[float], limits: Sequence[ZeroLimit], total: int) -> Figure:
    """The chance of no event among so many patients, by the true rate.

    Parameters
    ----------
    rates, chances : sequence of float
        True rates, and the chance of no event under each.
    limits : sequence of ZeroLimit
    total : int
        Patients.
    """
    figure, axes = new(2.6)
    axes.plot(rates, chances, color=BLUE, linewidth=2)
    for k, (level, limit) in enumerate(limits):
        tail = 1 - level
        axes.plot([0, limit, limit], [tail, tail, 0], color=GREY, linewidth=1, linestyle=DASHED)
        mark(axes, limit, tail, shape("o", ORANGE))
        axes.annotate(
            f"{level:.0%} limit: {limit:.1%}",
            (limit, tail),
            xytext=(8, 6 + forms.pick(0, 14 * (len(limits) - 1 - k))),
            textcoords="offset points",
            color=ORANGE,
        )
    percent(axes.xaxis)
    percent(axes.yaxis)
    axes.set_xlim(0, max(rates))
    axes.set_ylim(0, 1)
    axes.set_xlabel("true rate of the event")
    axes.set_ylabel(f"chance of 0 in {total}")
    despine(axes)
    return figure
