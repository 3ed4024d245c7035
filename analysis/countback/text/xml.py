"""XML without its traps: no entity is expanded, no definition is followed, nothing is fetched."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from countback.errors import InputError

Element = ElementTree.Element

_DECLARED = re.compile(r"<!ENTITY|<!DOCTYPE[^>\[]*\[", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)[\w.-]+;")
_SPACE = re.compile(r"\s+")


def parse(text: str, where: str) -> Element:
    """Root of an XML text.

    Parameters
    ----------
    text : str
    where : str
        Name of the file, for messages.

    Raises
    ------
    InputError
        If the text declares entities of its own, or is not well-formed.
    """
    if _DECLARED.search(text):
        raise InputError(f"{where}: declares entities of its own, which can hide or fetch anything; remove its DOCTYPE")
    if named := _NAMED.search(text):
        raise InputError(f"{where}: uses the entity {named[0]}, which only its DTD defines; write the character itself")
    try:
        return ElementTree.fromstring(_DECLARATION.sub("", text))
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise InputError(f"{where}, line {line}: not well-formed XML ({error}); save the record again") from None
    except (RecursionError, MemoryError, ValueError):
        raise InputError(f"{where}: not XML that can be read; save the record again") from None


def flat(element: Element) -> str:
    """Text of an element and all inside it, with one blank for any white space."""
    return _SPACE.sub(" ", "".join(element.itertext())).strip()


def paragraph(element: Element) -> str:
    """Text of an element without the numbers of references, which are among those of results."""
    parts: list[str] = []
    _collect(element, parts)
    return _SPACE.sub(" ", "".join(parts)).strip()


_LEFT_OUT = {"xref", "table-wrap", "fig", "disp-formula", "fn", "supplementary-material"}


def _collect(element: Element, parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        if child.tag == "sup" and len(child) == 0 and (child.text or "").strip().isdigit():
            pass
        elif child.tag not in _LEFT_OUT:
            _collect(child, parts)
        parts.append(child.tail or "")
