"""The colours and marks that everything shown shares: figures, pages, print and terminal.

Imports nothing, so that a terminal does not wait for a plotting library.
"""

from __future__ import annotations

from typing import NamedTuple

INK, GREY, PALE = "#1b1f24", "#6a737d", "#d5dae0"
BLUE, ORANGE, GREEN, RED = "#0072b2", "#d55e00", "#00795a", "#a3244f"
"""From the palette of Okabe and Ito, darkened where text is set in them."""


class Mark(NamedTuple):
    """The mark of a word in a figure: a shape and a colour, never the colour alone."""

    shape: str
    """Matplotlib's name of the marker."""
    sign: str
    """The same shape as a character."""
    colour: str
    """As ``#rrggbb``, with a contrast of at least 4.5 to white."""
    filled: bool
