"""What a figure shows: the data of its artists."""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


class Dot(NamedTuple):
    """A mark where it is drawn."""

    x: float
    y: float
    shape: str
    colour: str
    filled: bool


def dots(axes: Axes) -> list[Dot]:
    """The marks of one pair of axes, in the order in which they were drawn."""
    single = [line for line in axes.get_lines() if len(line.get_xdata()) == 1 and line.get_marker() != "None"]
    return [
        Dot(
            float(line.get_xdata()[0]), float(line.get_ydata()[0]), str(line.get_marker()), to_hex(line.get_color()),
            to_hex(line.get_markerfacecolor()) == to_hex(line.get_color()),
        )
        for line in single
    ]  # fmt: skip


def spans(axes: Axes) -> list[tuple[float, float, float, str]]:
    """From, to, height and colour of the horizontal lines of one pair of axes."""
    level = [
        line for line in axes.get_lines() if len(line.get_xdata()) == 2 and line.get_ydata()[0] == line.get_ydata()[1]
    ]
    return [
        (float(line.get_xdata()[0]), float(line.get_xdata()[1]), float(line.get_ydata()[0]), to_hex(line.get_color()))
        for line in level
        if line.get_transform() == axes.transData
    ]


def labels(axes: Axes) -> list[str]:
    """The names of the rows, from the top."""
    ticks = axes.yaxis.get_majorticklocs()
    return axes.yaxis.get_major_formatter().format_ticks(list(ticks))


def texts(figure: Figure) -> list[str]:
    """Everything that is written, but for labels of ticks."""
    axes_lines = [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]
    ticks = [tick for axis in axes_lines for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())]
    labels = {id(label) for tick in ticks for label in (tick.label1, tick.label2)}
    return [text.get_text() for text in figure.findobj(Text) if text.get_text() and id(text) not in labels]


def place(figure: Figure, words: str) -> tuple[float, float]:
    """Where some words are written, in the data of their axes (or what an annotation points at)."""
    (text,) = (t for t in figure.findobj(Text) if t.get_text() == words)
    return tuple(getattr(text, "xy", text.get_position()))


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Everything that is written and seen, with the box that it takes up, in pixels."""
    figure.draw_without_rendering()
    outside = {id(label) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for label in _unseen(axis)}
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip() and id(t) not in outside]
    found = [(t.get_text(), t.get_window_extent()) for t in shown]
    return [(text, box) for text, box in found if box.width > 0]


def _unseen(axis: Axis) -> list[Text]:
    """Labels of ticks that lie beyond the ends of an axis."""
    low, high = sorted(axis.get_view_interval())
    slack = 1e-6 * (high - low)
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    return [t.label1 for t in ticks if not low - slack <= t.get_loc() <= high + slack or not axis.axes.axison]
