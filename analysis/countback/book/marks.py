"""The marks of the verdicts on screen: a style sheet written from the table of verdicts."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from countback.audit.verdicts import Verdict
from countback.files import write
from countback.show.palette import GREY

FILE = "verdicts.css"
CONTRAST = 7.0
"""Of text in a verdict's colour to what lies behind it: level AAA of the Web Content Accessibility Guidelines 2.2."""

LIGHT, DARK = "#f6f8fa", "#22272e"
"""The stripes of tables, against which contrast is lower than against the page itself."""


def stylesheet() -> str:
    """Write the rules for all verdicts: colours on light and dark pages and on paper, underlines, and signs."""
    light = "".join(f" --cb-{verdict.slug}: {readable(verdict.mark.colour, LIGHT)};" for verdict in Verdict)
    dark = "".join(f" --cb-{verdict.slug}: {readable(verdict.mark.colour, DARK)};" for verdict in Verdict)
    rules = [
        "/* The verdicts: colour, underline and sign. Written by the build; do not edit. */",
        f":root {{{light} }}",
        f'html[data-theme="dark"] {{{dark} }}',
        f'@media print {{ html, html[data-theme="dark"] {{{light} }} }}',
    ]
    for verdict in Verdict:
        name, sign = f".verdict-{verdict.slug}", verdict.mark.sign
        rules += [
            f"{name} {{ --cb-mark: var(--cb-{verdict.slug}); }}",
            f"{name} .claim-number {{ border-bottom: {underline(verdict)} var(--cb-mark); }}",
            f'.verdict{name}::before {{ content: "{sign}"; content: "{sign}" / ""; }}',
        ]
    return "\n".join(rules) + "\n"


def underline(verdict: Verdict) -> str:
    """Width and style of the line below a number: told apart without colour."""
    if verdict.fails:
        return "4px double"
    if verdict.mark.filled:
        return "2px solid"
    return "2px dotted" if verdict.mark.colour == GREY else "2px dashed"


def readable(colour: str, behind: str) -> str:
    """Darken or lighten a colour, as little as is needed for text in it to be read.

    Parameters
    ----------
    colour, behind : str
        As ``#rrggbb``.

    Examples
    --------
    >>> readable("#000000", "#ffffff"), readable("#000000", "#000000")
    ('#000000', '#969696')
    """
    towards = 0 if luminance(behind) > 0.18 else 255
    for step in range(101):
        mixed = tuple(round(c + (towards - c) * step / 100) for c in _channels(colour))
        found = "#{:02x}{:02x}{:02x}".format(*mixed)
        if contrast(found, behind) >= CONTRAST:
            break
    return found


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 to 1, as WCAG 2.2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def write_stylesheet(app: Sphinx) -> None:
    """Write the style sheet among what pages load."""
    if app.builder.format == "html":
        write(Path(app.outdir) / "_static" / FILE, stylesheet())
        app.add_css_file(FILE)
