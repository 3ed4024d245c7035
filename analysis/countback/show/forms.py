"""The forms of a figure: wide for pages and print, narrow for a phone, and both for dark pages.

A figure is drawn once for each width, with a layout of its own; dark is the same drawing in other colours.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from countback.show.palette import DARK, INK

T = TypeVar("T")


@dataclass(frozen=True)
class Form:
    """A width for which figures are drawn.

    Attributes
    ----------
    suffix : str
        What a file's name has before its type.
    width : float
        Inches.
    """

    suffix: str
    width: float


WIDE = Form("", 7.2)
"""The width of the text in the book; somewhat reduced in print."""

NARROW = Form("-narrow", 3.6)
"""The width of the text on a phone."""

DARKENED = "-dark"
"""What the name of a file for dark pages has last."""

_current: ContextVar[Form] = ContextVar("form", default=WIDE)


@contextmanager
def drawing(form: Form) -> Iterator[None]:
    """Draw what is drawn inside for a width."""
    token = _current.set(form)
    try:
        yield
    finally:
        _current.reset(token)


def width() -> float:
    """Width of the figure that is being drawn, in inches."""
    return _current.get().width


def is_narrow() -> bool:
    """Whether the figure that is being drawn is for a phone."""
    return _current.get() is NARROW


def pick(wide: T, narrow: T) -> T:
    """One of two, by the form that is being drawn."""
    return narrow if is_narrow() else wide


_COLOUR = re.compile(r"(?<=: )#[0-9a-f]{6}\b")


def darkened(svg: bytes) -> bytes:
    """SVG as a dark page shows it: each colour in its dark form, everything else as it is.

    Parameters
    ----------
    svg : bytes
        As Matplotlib writes it: colours in the style of each element, black left out.
    """
    text = _COLOUR.sub(lambda match: dark(match[0]), svg.decode())
    return text.replace("<svg ", f'<svg fill="{DARK[INK]}" ', 1).encode()


def dark(colour: str) -> str:
    """Colour for a dark page: the palette's, or of any other the same hue, as light as it was dark.

    Examples
    --------
    >>> dark("#000000"), dark("#ffffff"), dark("#800000")
    ('#ffffff', '#121212', '#ff8080')
    """
    if colour in DARK:
        return DARK[colour]
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    turned = colorsys.hls_to_rgb(hue, 1 - light, saturation)
    return "#{:02x}{:02x}{:02x}".format(*(round(255 * channel) for channel in turned))
