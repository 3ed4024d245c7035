"""The colours and marks that everything shown shares: figures, pages, print and terminal.

Imports nothing, so that a terminal does not wait for a plotting library.
"""

from __future__ import annotations

from typing import NamedTuple

INK, GREY, PALE = "#1b1f24", "#57606a", "#d5dae0"
BLUE, ORANGE, GREEN, RED = "#0072b2", "#b84a00", "#00795a", "#a3244f"
"""From the palette of Okabe and Ito, darkened where text is set in them."""

PAPER, STRIPE, TINT = "#ffffff", "#f1f4f7", "#dcebf6"
"""What lies behind: the page, every other row of a table, and what is to stand out."""

DARK = {
    INK: "#e6edf3", GREY: "#a9b4c0", PALE: "#454f5b", BLUE: "#74bdf2", ORANGE: "#ffa869", GREEN: "#54cdab",
    RED: "#f79dba", PAPER: "#121212", STRIPE: "#1f262e", TINT: "#1d3548",
}  # fmt: skip
"""The same colours on a dark page; its paper is the page's own."""


class Mark(NamedTuple):
    """The mark of a word in a figure: a shape and a colour, never the colour alone."""

    shape: str
    """Matplotlib's name of the marker."""
    sign: str
    """The same shape as a character."""
    colour: str
    """As ``#rrggbb``, with a contrast of at least 4.5 to white."""
    filled: bool
