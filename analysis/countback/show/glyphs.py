"""The characters that a figure can draw: fonts at hand are asked in turn, and what none has is shown as its code point.

Text comes from data in any script of the world. It never stops a figure.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable
from functools import cache

import font_source_sans_pro
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font, LoadFlags

__all__ = ["BASE", "drawable", "families"]

BASE = "Source Sans Pro"
"""The family of all figures."""

_SECOND = "DejaVu Sans"
"""The family that is asked next; it comes with Matplotlib."""

for _face in ("SourceSansPro", "SourceSansProBold"):
    font_manager.fontManager.addfont(font_source_sans_pro.font_files_ttf[_face])

_PREFERRED = ("Noto Sans", "Noto", "Droid", "WenQuanYi", "Symbola")
"""Beginnings of names of families that are asked first, in their order; then all others by name."""

_log = logging.getLogger(__name__)


def drawable(text: str) -> str:
    r"""Text without what cannot be drawn.

    Parameters
    ----------
    text : str
        As the data holds it.

    Returns
    -------
    str
        Without control and format characters (line breaks are kept, other white space is a space), so that no
        direction of writing is overridden; characters that no font at hand has are written as code points.

    Examples
    --------
    >>> drawable("dose\x00 \u202e2 MIU"), drawable("arm \U000f1234")
    ('dose 2 MIU', 'arm [U+F1234]')
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    shown = (_shown(character) for character in text.replace("\r\n", "\n"))
    return "".join(shown)


def families(texts: Iterable[str]) -> list[str]:
    """Families beyond :data:`BASE` that the characters of these texts need, each once."""
    needed = (_family(character) for text in texts if not text.isascii() for character in text)
    return [family for family in dict.fromkeys(needed) if family and family != BASE]


@cache
def _shown(character: str) -> str:
    if character == "\n":
        return character
    category = unicodedata.category(character)
    if character == "\t" or category in ("Zs", "Zl", "Zp"):
        return character if category == "Zs" and _family(character) else " "
    if category in ("Cc", "Cf") or _selects_a_variant(character):
        return ""
    if category != "Cs" and _family(character):
        return character
    code_point = f"[U+{ord(character):04X}]"
    _log.warning("no font at hand has the character U+%04X; figures show %s", ord(character), code_point)
    return code_point


def _selects_a_variant(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


@cache
def _family(character: str) -> str | None:
    """The first family with an outline for a character."""
    for family, path in _fonts():
        if _draws(path, character):
            return family
    return None


@cache
def _fonts() -> list[tuple[str, str]]:
    """Family and file of each upright font at hand, in the order in which they are asked."""
    entries = {
        entry.name: entry.fname
        for entry in reversed(font_manager.fontManager.ttflist)
        if entry.style == "normal" and entry.stretch == "normal" and _weight(entry.weight) == 400
    }
    first = (BASE, _SECOND)
    entries |= {family: font_manager.findfont(family) for family in first}

    def place(family: str) -> tuple[int, str]:
        if family in first:
            return (first.index(family) - len(first), family)
        begins = [i for i, name in enumerate(_PREFERRED) if family.startswith(name)]
        return (begins[0] if begins else len(_PREFERRED), family)

    return [(family, entries[family]) for family in sorted(entries, key=place)]


def _weight(weight: int | str) -> int:
    return weight if isinstance(weight, int) else font_manager.weight_dict.get(weight, 400)


@cache
def _font(path: str) -> FT2Font | None:
    try:
        font = FT2Font(path)
        font.set_size(12, 72)
    except (OSError, RuntimeError):  # a font of bitmaps, or none that FreeType reads
        return None
    return font


def _draws(path: str, character: str) -> bool:
    font = _font(path)
    if font is None or not font.get_char_index(ord(character)):
        return False
    try:
        font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
    except RuntimeError:
        return False
    outline, _ = font.get_path()
    return len(outline) > 0 or unicodedata.category(character) == "Zs"
