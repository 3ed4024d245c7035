"""Chapters for any trial: Markdown with places that a trial fills.

Whatever is filled in is text, set character by character, unless it is :class:`Markdown`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from countback.book.text import literal

__all__ = ["Markdown", "name", "render"]

FOLDER = Path(__file__).parent


class Markdown(str):
    """Text that is Markdown already, and goes into a chapter as it is."""

    __slots__ = ()


def name(text: str) -> Markdown:
    """Name of a run, a claim or a key, as roles and directives take it.

    Raises
    ------
    ValueError
        If it holds anything but letters, digits, ``_`` and ``-``.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise ValueError(f"{text!r} is not a name")
    return Markdown(text)


def render(chapter: str, filled: dict[str, Any]) -> str:
    """Fill a chapter.

    Parameters
    ----------
    chapter : str
        File of this folder without its suffix.
    filled : dict
        What its places are filled with; a place that is not filled is an error.
    """
    text = _environment().get_template(f"{chapter}.md").render(filled)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), finalize=_as_text, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, autoescape=False,  # Markdown, not HTML: finalize escapes it
    )  # fmt: skip


def _as_text(value: Any) -> Any:
    return literal(value) if isinstance(value, str) and not isinstance(value, Markdown) else value
