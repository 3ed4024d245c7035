"""The style of all figures: a figure to draw into, axes, marks and strokes, and the way out to a file.

Labels are placed beside what they name instead of in legends; colours are such that a colour-blind reader and a grey
print keep them apart; axis titles have units. Text is drawn as it is, never as markup.

Matplotlib's settings hold inside a function that is :func:`styled` and while such a figure is saved; outside they
stay as they are.
"""

from __future__ import annotations

import functools
import io
import textwrap
from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal, ParamSpec, TypeAlias

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import Formatter

from countback.show import forms
from countback.show.glyphs import BASE, drawable, families
from countback.show.palette import BLUE, GREEN, GREY, INK, ORANGE, PAPER, RED, Mark
from countback.show.tables import display

__all__ = [
    "DASHED", "HALO", "LINES", "SIZE", "SMALL", "above_rows", "beside", "despine", "drawable", "encode", "extent",
    "files", "finish", "key", "mark", "new", "null_line", "panels", "percent", "placed", "points", "rows_of", "shape",
    "styled",
]  # fmt: skip

P = ParamSpec("P")
Stroke: TypeAlias = Any
"""A name of a line style or an (offset, (on, off, ...)) of dashes; Matplotlib has no public type for both."""

SIZE, SMALL = 10.0, 9.0
"""Points: of text, and of the labels of axes and notes."""

HALO = [withStroke(linewidth=3, foreground=PAPER)]
"""What keeps a text apart from lines behind it."""

DASHED: Stroke = (0, (4, 3))
"""The stroke of a line that is not a datum: no difference, a level of significance."""

LINES: tuple[tuple[str, Stroke], ...] = (
    (BLUE, "-"), (ORANGE, (0, (5, 2))), (GREEN, (0, (1, 1.2))), (RED, (0, (6, 2, 1, 2))),
    (INK, (0, (3, 1, 1, 1, 1, 1))),
)  # fmt: skip
"""A colour and a stroke for each line of a plot, in their order."""

_REPEATABLE = {"svg.hashsalt": "countback"}
"""What makes the bytes of any figure the same each time."""

_OF_THE_SESSION = ("backend", "date.epoch", "interactive", "timezone", "tk.", "toolbar", "webagg.")
"""Beginnings of settings that have no part in how a figure looks."""

_SETTINGS: dict[str, Any] = {  # beside seaborn's ticks, in the size of paper
    "font.family": [BASE],
    "font.size": SIZE,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": SIZE,
    "axes.linewidth": 0.8,
    "axes.titlesize": SIZE,
    "lines.linewidth": 1.2,
    "lines.markersize": 4.8,
    **{f"{axis}tick.color": GREY for axis in "xy"},
    **{f"{axis}tick.labelcolor": INK for axis in "xy"},
    **{f"{axis}tick.labelsize": SMALL for axis in "xy"},
    "figure.dpi": 100,
    "pdf.fonttype": 42,
    "savefig.bbox": "standard",
    "svg.fonttype": "path",
    **_REPEATABLE,
}


@functools.cache
def _settings() -> dict[str, Any]:
    """All settings of the style: a reader's own ``matplotlibrc`` has no part in a figure."""
    kept = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith(_OF_THE_SESSION)}
    seaborns: dict[str, Any] = sns.plotting_context("paper") | sns.axes_style("ticks")
    return kept | seaborns | _SETTINGS


class StyledFigure(Figure):
    """A figure that is saved in the style in which it was drawn, whatever Matplotlib's settings then are.

    Attributes
    ----------
    again : callable, optional
        Draws the figure once more, in the form that is then being drawn.
    """

    again: Callable[[], Figure] | None = None

    def savefig(self, fname: Any, *, transparent: bool | None = None, **kwargs: Any) -> None:
        """Save the figure, as :meth:`matplotlib.figure.Figure.savefig` does."""
        with mpl.rc_context(_settings()):
            finish(self)
            super().savefig(fname, transparent=transparent, **kwargs)


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Decorate a function that draws a figure, so that the style's settings hold inside it and nowhere else."""

    @functools.wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with mpl.rc_context(_settings()):
            figure = draw(*args, **kwargs)
        if isinstance(figure, StyledFigure):
            figure.again = functools.partial(inside, *args, **kwargs)
        return figure

    return inside


def new(height: float) -> tuple[Figure, Axes]:
    """A figure in the book's style with one pair of axes; in inches. To be called in a styled function."""
    figure = StyledFigure(figsize=(forms.width(), height), layout="constrained")
    return figure, figure.subplots()


def panels(
    height: float,
    shape: tuple[int, int],
    widths: Sequence[float] | None = None,
    heights: Sequence[float] | None = None,
    sharex: Literal["none", "row", "all"] = "none",
    sharey: Literal["none", "row", "all"] = "none",
) -> tuple[Figure, list[Axes]]:
    """A figure with rows and columns of panels, row by row; `widths` and `heights` are relative."""
    figure = StyledFigure(figsize=(forms.width(), height), layout="constrained")
    drawn = figure.subplots(*shape, sharex=sharex, sharey=sharey, width_ratios=widths, height_ratios=heights)
    return figure, list(np.atleast_1d(drawn).flat)


def placed(height: float) -> Figure:
    """A figure without axes, in which all is placed by hand."""
    return StyledFigure(figsize=(forms.width(), height))


def extent(text: str, size: float = SIZE, weight: str = "normal") -> float:
    """Width of a text, in inches. To be called in a styled function."""
    figure = Figure(dpi=72)
    FigureCanvasAgg(figure)
    written = figure.text(0, 0, drawable(text), fontsize=size, fontweight=weight)
    return float(written.get_window_extent().width) / 72


def despine(axes: Axes, left: bool = False, bottom: bool = False) -> None:
    """Take away the frame on top and at the right, and where asked at the left and below."""
    sns.despine(ax=axes, left=left, bottom=bottom)


def percent(axis: Axis) -> None:
    """Write proportions along an axis as percentages."""
    axis.set_major_formatter(lambda value, _: display(round(value, 6), ".0%"))


def points(axis: Axis) -> None:
    """Write differences of proportions along an axis in percentage points, with their signs."""
    axis.set_major_formatter(lambda value, _: "0" if abs(value) < 1e-9 else display(round(value, 6), "+.0pp"))


def rows_of(
    axes: Axes,
    labels: Sequence[str],
    notes: Sequence[str] = (),
    edges: tuple[float, float] = (0.6, 0.6),
    bold: Collection[int] = (),
    lift: float = 5,
    above: bool | None = None,
) -> None:
    """Name rows at 0, 1, ... from the top, with notes at the right; on a phone long labels are above their row.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    labels : sequence of str
    notes : sequence of str
        As many as there are labels, or none.
    edges : (float, float)
        From the first row up to the frame and from the last one down to it, in rows.
    bold : collection of int
        Rows whose label and note are set in bold.
    lift : float
        Points from a row up to a label above it.
    above : bool, optional
        Whether labels and notes are above their rows; without it where :func:`above_rows` has it.
    """
    top, bottom = edges
    over = above_rows(labels) if above is None else above
    axes.set_ylim(len(labels) - 1 + bottom, -(max(top, 1.0) if over else top))
    axes.tick_params(axis="y", length=0, pad=7)
    despine(axes, left=True)
    weights = ["bold" if y in bold else "normal" for y in range(len(labels))]
    if over:
        axes.set_yticks([])
        for side, texts in ((0, labels), (1, notes)):
            for y, text in enumerate(texts):
                axes.annotate(
                    text, (side, y), xycoords=("axes fraction", "data"), xytext=(0, lift), textcoords="offset points",
                    ha="right" if side else "left", va="bottom", annotation_clip=False, fontweight=weights[y],
                    path_effects=HALO,
                )  # fmt: skip
        return
    axes.set_yticks(range(len(labels)), [textwrap.fill(label, 44) for label in labels])
    for tick, weight in zip(axes.get_yticklabels(), weights, strict=True):
        tick.set(fontweight=weight, fontsize=SIZE)
    for y, note in enumerate(notes):
        beside(axes, y, note, weight=weights[y])


def above_rows(labels: Sequence[str]) -> bool:
    """Whether labels are above their rows: on a phone, unless they are short enough to be at the left."""
    return forms.is_narrow() and max(map(extent, labels), default=0) > 1.25


def null_line(axes: Axes, at: float, colour: str = GREY) -> None:
    """Draw a dashed vertical line behind the data, such as where there is no difference."""
    axes.axvline(at, color=colour, linewidth=1, linestyle=DASHED, zorder=0)


_SIGNS = {"o": "○●", "s": "□■", "^": "△▲", "D": "◇◆", "X": "✕✕", "_": "––"}


def shape(name: str, colour: str, filled: bool = True) -> Mark:
    """A mark by Matplotlib's name of its shape."""
    return Mark(name, _SIGNS[name][filled], colour, filled)


def mark(axes: Axes, x: float, y: float, drawn: Mark, size: float = 7, clip: bool = True) -> None:
    """Draw a mark: filled with its colour, or with the paper's."""
    fill = drawn.colour if drawn.filled else PAPER
    axes.plot(x, y, drawn.shape, color=drawn.colour, markerfacecolor=fill, markersize=size, clip_on=clip)


def beside(axes: Axes, y: float, text: str, gap: float = 6, weight: str = "normal") -> None:
    """Write a note to the right of the axes, `gap` points away, at the height of a row."""
    axes.annotate(
        text, (1, y), xycoords=("axes fraction", "data"), xytext=(gap, 0), textcoords="offset points", va="center",
        annotation_clip=False, fontweight=weight,
    )  # fmt: skip


def key(figure: Figure) -> Legend:
    """Name the lines of a figure above it."""
    columns = forms.pick(3, 1)
    return figure.legend(loc="outside upper left", ncols=columns, frameon=False, fontsize=SIZE, handlelength=3.2)


class _Drawable(Formatter):
    """Another formatter's labels, as fonts at hand can draw them."""

    def __init__(self, other: Formatter) -> None:
        self._other = other

    def set_axis(self, axis: Any) -> None:
        super().set_axis(axis)
        self._other.set_axis(axis)

    def set_locs(self, locs: Any) -> None:
        self._other.set_locs(locs)

    def __call__(self, x: float, pos: int | None = None) -> str:
        return drawable(self._other(x, pos))

    def format_ticks(self, values: Any) -> list[str]:
        return [drawable(label) for label in self._other.format_ticks(values)]

    def get_offset(self) -> str:
        return drawable(self._other.get_offset())


def finish(figure: Figure) -> Figure:
    """Make every text of a figure drawable, with further fonts where it needs them; any figure, whoever drew it.

    Returns
    -------
    matplotlib.figure.Figure
        The same; untouched where :data:`countback.show.glyphs.BASE` has all of its characters.
    """
    said: list[str] = []
    axes_lines = [axis for axes in figure.findobj(Axes) for axis in (axes.xaxis, axes.yaxis)]
    for axis in axes_lines:
        formatter = axis.get_major_formatter()
        labels = formatter.format_ticks(list(axis.get_majorticklocs()))
        said += (shown := [drawable(label) for label in labels])
        if shown != labels:
            axis.set_major_formatter(_Drawable(formatter))
    texts: list[Text] = figure.findobj(Text)
    for text in texts:
        said.append(shown_text := drawable(text.get_text()))
        if shown_text != text.get_text():
            text.set_text(shown_text)
    if further := families(said):
        for text in texts:
            text.set_fontfamily(list(dict.fromkeys([*text.get_fontfamily(), *further])))
        for axis in axes_lines:
            axis.set_tick_params(which="both", labelfontfamily=[*mpl.rcParams["font.family"], *further])
    return figure


def files(figure: Figure) -> dict[str, bytes]:
    """The files of a figure by the ends of their names: SVG for screens, PDF for print.

    Returns
    -------
    dict of str to bytes
        ``.svg``, ``-dark.svg`` and ``.pdf``; and, of a figure that can be drawn again, ``-narrow.svg`` and
        ``-narrow-dark.svg``. The same bytes each time.
    """
    drawn = {forms.WIDE: figure}
    if isinstance(figure, StyledFigure) and figure.again is not None:
        with forms.drawing(forms.NARROW):
            drawn[forms.NARROW] = figure.again()
    made = {".pdf": encode(figure, "pdf")}
    for form, shown in drawn.items():
        svg = encode(shown, "svg")
        made |= {f"{form.suffix}.svg": svg, f"{form.suffix}{forms.DARKENED}.svg": forms.darkened(svg)}
    return made


def encode(figure: Figure, form: Literal["svg", "pdf"]) -> bytes:
    """A figure as a file, the same bytes each time; also a figure that Matplotlib alone has drawn."""
    dateless = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}[form]
    data = io.BytesIO()
    with mpl.rc_context(_REPEATABLE):
        if not isinstance(figure, StyledFigure):
            finish(figure)
        figure.savefig(data, format=form, metadata=dateless)
    return data.getvalue()
