"""Articles as JATS XML: title, abstract, paragraphs with results, and tables."""

from __future__ import annotations

import re
from dataclasses import replace

from countback.text import tables
from countback.text.claim import ReadClaim, Reading
from countback.text.reader import read
from countback.text.xml import Element, flat, paragraph

_RESULT = re.compile(r"\d\s?%|\bCI\b|[pP]\s?[<>=≤]|±|\b[nN]\s?=\s?\d|\d of \d|confidence interval")
"""What a paragraph must hold to be read: a number of results."""


def _sections(root: Element) -> list[tuple[str, str]]:
    """Paragraphs by the title of the section that they are in."""
    found: list[tuple[str, str]] = []
    for part in root.iterfind("./front//abstract"):
        lines = []
        for section in part.iter():
            if section.tag == "title":
                lines.append(f"{flat(section).rstrip(':').upper()} : ")
            elif section.tag == "p":
                lines.append(paragraph(section) + "\n\n")
        found.append(("Abstract", "".join(lines)))
    for body in root.iterfind("./body"):
        _walk(body, "", found)
    return found


def _walk(part: Element, title: str, found: list[tuple[str, str]], depth: int = 0) -> None:
    for child in part:
        if child.tag == "sec" and depth < 20:
            own = child.find("title")
            _walk(child, flat(own) if own is not None and depth == 0 else title, found, depth + 1)
        elif child.tag == "p":
            found.append((title, paragraph(child)))


def readings(root: Element, source: str) -> list[Reading]:
    """Read an article: its abstract, each section's paragraphs that print results, and its tables.

    Parameters
    ----------
    root : Element
    source : str
        Name of the file.
    """
    article = root if root.tag == "article" else root.find(".//article")
    if article is None:
        return []
    texts: dict[str, list[str]] = {}
    title = article.find("./front//article-title")
    for name, text in _sections(article):
        if _RESULT.search(text):
            texts.setdefault(name, []).append(text)
    found: list[Reading] = []
    for name, parts in texts.items():
        heading = f"{flat(title)}\n\n" if title is not None and name == "Abstract" else ""
        reading = read(heading + "\n\n".join(parts), source)
        place = {"section": name} if name else {}
        found.append(replace(reading, claims=tuple(replace(c, place=place | c.place) for c in reading.claims)))
    rows: list[ReadClaim] = []
    for wrap in article.iter("table-wrap"):
        rows += tables.claims(tables.grid(wrap), source)
    return [*found, Reading("", tuple(rows))]
