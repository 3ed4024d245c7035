"""The figure of a trial's comparisons: counts of both arms, their rates and difference, and P values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from countback.show import forms
from countback.show.intervals import dot_interval
from countback.show.palette import BLUE, GREEN, GREY, INK, ORANGE, PALE
from countback.show.style import SMALL, despine, extent, null_line, percent, placed, points, shape, styled
from countback.show.tables import display


class Rate(NamedTuple):
    """Events of total in one arm, with the interval of the rate."""

    events: int
    total: int
    lower: float
    upper: float

    @property
    def value(self) -> float:
        """Events of total."""
        return self.events / self.total

    @property
    def said(self) -> str:
        """Counts and percentage, such as ``16/29 (55%)``."""
        return f"{self.events}/{self.total} ({self.value:.0%})"


class PValue(NamedTuple):
    """A P value: where it is from, and whether it agrees with what is printed."""

    name: str
    text: str
    agrees: bool = False


class Compared(NamedTuple):
    """One comparison: the arms, their difference with its interval, and P values."""

    label: str
    first: Rate
    second: Rate
    difference: float
    lower: float
    upper: float
    p: Sequence[PValue] = ()


ARMS = (shape("o", BLUE), shape("s", ORANGE))
"""The marks of the two arms."""

_LINE, _GAP, _HEAD, _FOOT = 0.185, 0.15, 0.32, 0.62
"""Inches: a line of text, between comparisons, above and below all."""


@styled
def comparisons(rows: Sequence[Compared], arms: tuple[str, str], level: float) -> Figure:
    """Every comparison: counts and rates of both arms, the difference with its interval, and P values beside it.

    Parameters
    ----------
    rows : sequence of Compared
    arms : (str, str)
        Their names; the difference is of the first less the second.
    level : float
        Of confidence.
    """
    return _narrow(rows, arms, level) if forms.is_narrow() else _wide(rows, arms, level)


def said(row: Compared) -> str:
    """Difference with its limits, in percentage points, such as ``+25.2 (−0.3 to +47.6)``."""
    value, *limits = (display(x, "+.1pp") for x in (row.difference, row.lower, row.upper))
    return f"{value} ({' to '.join(limits)})"


def _wide(rows: Sequence[Compared], arms: tuple[str, str], level: float) -> Figure:
    """Three lines a comparison: its name, and one for each arm."""
    width, pad = forms.width(), 0.14
    counts_at = pad + max(extent(arm) for arm in arms) + 0.15
    rates_at = counts_at + max(extent(rate.said) for row in rows for rate in (row.first, row.second)) + 0.15
    tests = max((extent(p.name) for row in rows for p in row.p), default=0.0)
    values = max((extent(_ticked(p), weight="bold") for row in rows for p in row.p), default=0.0)
    p_at = width - tests - 0.1 - values if values else width
    said_at = p_at - 0.2 - max(extent(f"({said(row).partition('(')[2]}") for row in rows)
    panel = (said_at - rates_at - 0.65) / 2
    height = _HEAD + _FOOT + len(rows) * 3 * _LINE + (len(rows) - 1) * _GAP
    figure, page = _page(height)
    rates = _panel(figure, rates_at, panel, height)
    differences = _panel(figure, rates_at + panel + 0.5, panel, height)
    for i, row in enumerate(rows):
        top = _HEAD + i * (3 * _LINE + _GAP) + _LINE / 2
        lines = [top, top + _LINE, top + 2 * _LINE]
        page.text(0, lines[0], row.label, fontweight="bold", va="center")
        for y, arm, rate, drawn in zip(lines[1:], arms, (row.first, row.second), ARMS, strict=True):
            page.text(pad, y, arm, va="center")
            page.text(counts_at, y, rate.said, va="center")
            dot_interval(rates, y, rate.value, (rate.lower, rate.upper), drawn, size=6, stroke=1.6)
        middle = (lines[1] + lines[2]) / 2
        dot_interval(differences, middle, row.difference, (row.lower, row.upper), shape("D", INK), size=6, stroke=1.8)
        value, _, limits = said(row).partition(" ")
        page.text(said_at, lines[1], value, va="center", fontweight="bold")
        page.text(said_at, lines[2], limits, va="center")
        for y, p in zip(lines, row.p, strict=False):
            page.text(p_at, y, p.name, va="center", color=GREY)
            page.text(p_at + tests + 0.1, y, _ticked(p), va="center", **_weight(p))
    heads = ((counts_at, "n/N (%)"), (said_at, "difference"), *(((p_at, "P value"),) if values else ()))
    for x, head in heads:
        page.text(x, 0.09, head, va="center", color=GREY, fontsize=SMALL)
    page.plot([0, width], [_HEAD - 0.1] * 2, color=PALE, linewidth=0.8)
    page.text(rates_at, 0.09, f"{level:.0%} intervals", va="center", color=GREY, fontsize=SMALL)
    null_line(differences, 0)
    _finish_rates(rates)
    _finish_differences(differences, rows, arms, level)
    return figure


def _narrow(rows: Sequence[Compared], arms: tuple[str, str], level: float) -> Figure:
    """Six lines a comparison: its name, the arms, the difference in words and drawn, and P values."""
    width, block = forms.width(), 6 * _LINE + 0.1
    height = 0.05 + _FOOT + len(rows) * block + (len(rows) - 1) * _GAP * 1.5
    figure, page = _page(height)
    differences = _panel(figure, 0.05, width - 0.1, height, head=0.0)
    for i, row in enumerate(rows):
        top = 0.05 + i * (block + _GAP * 1.5) + _LINE / 2
        if i:
            page.plot([0, width], [top - _LINE / 2 - _GAP * 0.75] * 2, color=PALE, linewidth=0.8)
        page.text(0, top, row.label, fontweight="bold", va="center")
        for k, (arm, rate, drawn) in enumerate(zip(arms, (row.first, row.second), ARMS, strict=True), start=1):
            page.text(0, top + k * _LINE, arm, va="center", color=drawn.colour)
            page.text(width, top + k * _LINE, rate.said, va="center", ha="right", color=drawn.colour)
        page.text(0, top + 3 * _LINE, "difference, points", va="center")
        page.text(width, top + 3 * _LINE, said(row), va="center", ha="right", fontweight="bold")
        y = top + 4 * _LINE + 0.04
        differences.plot([0, 0], [y - 0.08, y + 0.08], color=GREY, linewidth=1, zorder=0)
        dot_interval(differences, y, row.difference, (row.lower, row.upper), shape("D", INK), size=6, stroke=1.8)
        x, y = 0.0, top + 5 * _LINE + 0.08
        for p in row.p:
            page.text(x, y, p.name, va="center", color=GREY, fontsize=SMALL)
            x += extent(p.name, SMALL) + 0.06
            page.text(x, y, _ticked(p), va="center", fontsize=SMALL, **_weight(p))
            x += extent(_ticked(p), SMALL, "bold") + 0.14
    _finish_differences(differences, rows, arms, level)
    return figure


def _page(height: float) -> tuple[Figure, Axes]:
    """A figure whose axes are the page: inches from its upper left corner."""
    figure = placed(height)
    page = figure.add_axes((0, 0, 1, 1))
    page.set(xlim=(0, forms.width()), ylim=(height, 0))
    page.set_axis_off()
    return figure, page


def _panel(figure: Figure, left: float, width: float, height: float, head: float = _HEAD) -> Axes:
    """A panel that shares its height with the page: inches from its top."""
    axes = figure.add_axes(
        (left / forms.width(), _FOOT / height, width / forms.width(), 1 - (head + _FOOT) / height)
    )  # fmt: skip
    axes.set_ylim(height - _FOOT, head)
    axes.patch.set_visible(False)
    axes.set_yticks([])
    despine(axes, left=True)
    return axes


def _finish_rates(axes: Axes) -> None:
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1])
    percent(axes.xaxis)
    axes.set_xlabel("patients", fontsize=SMALL)


def _finish_differences(axes: Axes, rows: Sequence[Compared], arms: tuple[str, str], level: float) -> None:
    """Frame the differences, and say on which side which arm has more."""
    low, high = min(0.0, *(row.lower for row in rows)), max(0.0, *(row.upper for row in rows))
    margin = 0.06 * (high - low)
    axes.set_xlim(low - margin, high + margin)
    axes.locator_params(axis="x", nbins=forms.pick(4, 6))
    points(axes.xaxis)
    axes.set_xlabel(forms.pick("difference, points", f"difference, points, {level:.0%} interval"), fontsize=SMALL)
    side, text = (1.0, f"more on {arms[0]} →") if high > -low else (0.0, f"← more on {arms[1]}")
    axes.annotate(
        text, (side, 0), xycoords="axes fraction", xytext=(0, -32), textcoords="offset points",
        ha="right" if side else "left", va="top", fontsize=SMALL, color=GREY, annotation_clip=False,
    )  # fmt: skip


def _ticked(p: PValue) -> str:
    return f"{p.text} ✓" if p.agrees else p.text


def _weight(p: PValue) -> dict[str, Any]:
    return {"fontweight": "bold", "color": GREEN} if p.agrees else {"color": INK}
