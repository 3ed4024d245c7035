"""Text from data on its way to a page: shown character by character, whatever it holds."""

from __future__ import annotations

import re
import string

from docutils import nodes
from sphinx.application import Sphinx

_DIRECTING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
"""What turns the direction of all that follows, and the mark of byte order, which no font shows."""


def literal(text: str) -> str:
    r"""Write text so that Markdown shows its characters and nothing else, at the start of a line too.

    Examples
    --------
    >>> print(literal("- a  b"))
    \- a b
    """
    return "".join(f"\\{c}" if c in string.punctuation else c for c in " ".join(text.split()))


def code_point(character: str) -> str:
    """Write a character as its code point, such as ``[U+202E]``."""
    return f"[U+{ord(character):04X}]"


def visible(text: str) -> str:
    """Show what would turn the direction of the text around it by its code point.

    Examples
    --------
    >>> visible("a\N{RIGHT-TO-LEFT OVERRIDE}b")
    'a[U+202E]b'
    """
    return _DIRECTING.sub(lambda found: code_point(found[0]), text)


def show_directions(app: Sphinx, doctree: nodes.document) -> None:
    """Show such characters by their code points wherever a page holds them: text, alternative text, output of code."""
    for node in list(doctree.findall(nodes.Text)):
        text = node.astext()
        if _DIRECTING.search(text):
            node.parent.replace(node, nodes.Text(visible(text)))
    for image in doctree.findall(nodes.image):
        if "alt" in image:
            image["alt"] = visible(image["alt"])
