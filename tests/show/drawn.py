"""What a figure shows: the data of its artists."""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text


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
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def place(figure: Figure, words: str) -> tuple[float, float]:
    """Where some words are written, in the data of their axes (or what an annotation points at)."""
    (text,) = (t for t in figure.findobj(Text) if t.get_text() == words)
    return tuple(getattr(text, "xy", text.get_position()))
