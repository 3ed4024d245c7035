"""The article as pandoc's tree: read from HTML, put in order, and changed by the forms that are written from it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypandoc

from countback.deposit.stamp import Stamp

Node = dict[str, Any]
"""An element of pandoc's tree: ``{"t": kind, "c": content}``."""

Change = Callable[[Node], list[Node] | None]
"""What replaces a node, or None where it stays and its content is looked at."""

HTML = "html+tex_math_single_backslash-auto_identifiers"

SCALE = 0.8
"""How large drawings are set: their letters, 9 points on screen, become somewhat smaller than those of the text."""

TALLEST, SMALLEST = 300, 0.65
"""A drawing of more points in height is set smaller, so that the page before it is never half empty; and how small."""


class ArticleError(Exception):
    """A form of the article could not be made; the message names the reason and what to do."""


@dataclass(frozen=True)
class Article:
    """What the forms are made from.

    Attributes
    ----------
    title : str
    authors : tuple of str
    html : str
        The body: the front page, then one ``div.chapter`` per chapter, with the ``id`` that links go to.
    images : dict of str to pathlib.Path
        Each image under the name that the HTML gives it.
    stamp : Stamp
    keywords : tuple of str
    """

    title: str
    authors: tuple[str, ...]
    html: str
    images: dict[str, Path]
    stamp: Stamp
    keywords: tuple[str, ...] = ()


def read(html: str) -> Node:
    """Read HTML into pandoc's tree and put it in order, as every form needs it.

    Sections become headings with an ``id``; equations keep their number; links that lead nowhere in the article (to
    the notebooks, for example, which only the HTML has) become plain text; an ``id`` that comes twice counts once.
    """
    tree: Node = json.loads(pandoc(html, "-f", HTML, "-t", "json"))
    tree["blocks"] = list(_flat(tree["blocks"]))
    known = _identifiers(tree["blocks"])
    seen: set[str] = set()

    def mend(node: Node) -> list[Node] | None:
        if node["t"] == "Link":
            target = node["c"][2][0]
            if not _leads_somewhere(target, known):
                return [change(child, mend) for child in node["c"][1]]
        attributes = _attributes(node)
        if attributes and attributes[0]:
            if attributes[0] in seen:
                attributes[0] = ""
            seen.add(attributes[0])
        return None

    tree["blocks"] = walk(tree["blocks"], mend)
    return tree


def _leads_somewhere(target: str, known: Iterable[str]) -> bool:
    if target.startswith("#"):
        return target[1:] in known
    return bool(re.match(r"(https?|mailto):", target))


def _flat(blocks: Iterable[Node]) -> Iterable[Node]:
    """Turn sections into headings that carry the section's ``id``; a procedure stays in one piece."""
    for block in blocks:
        if block["t"] == "Div" and "section" in block["c"][0][1]:
            (identifier, classes, _), inner = block["c"][0], list(block["c"][1])
            if inner and inner[0]["t"] == "Header":
                inner[0]["c"][1][0] = identifier
            flat = list(_flat(inner))
            yield from [{"t": "Div", "c": [["", ["procedure"], []], flat]}] if "procedure" in classes else flat
        elif block["t"] == "Div":
            yield {"t": "Div", "c": [block["c"][0], list(_flat(block["c"][1]))]}
        else:
            yield block


def _attributes(node: Node) -> list[Any] | None:
    """Attributes of a node (id, classes, keys and values), where its kind has them."""
    match node["t"]:
        case "Header":
            return node["c"][1]  # type: ignore[no-any-return]
        case "Div" | "Span" | "Link" | "Image" | "Code" | "CodeBlock" | "Figure" | "Table":
            return node["c"][0]  # type: ignore[no-any-return]
    return None


def _identifiers(part: Any) -> set[str]:
    found: set[str] = set()
    if isinstance(part, list):
        for item in part:
            found |= _identifiers(item)
    elif isinstance(part, dict):
        attributes = _attributes(part) if "t" in part else None
        if attributes and attributes[0]:
            found.add(attributes[0])
        found |= _identifiers(part.get("c"))
    return found


def walk(part: Any, how: Change) -> Any:
    """Go through a part of the tree and change what is to be changed."""
    if isinstance(part, list):
        out: list[Any] = []
        for item in part:
            put = how(item) if isinstance(item, dict) and "t" in item else None
            out += put if put is not None else [walk(item, how)]
        return out
    if isinstance(part, dict):
        return {key: walk(value, how) for key, value in part.items()}
    return part


def change(node: Node, how: Change) -> Node:
    """Change what a node holds, but not the node itself."""
    return {key: walk(value, how) for key, value in node.items()}


def text_of(part: Any) -> str:
    """Plain text of a part of the tree."""
    if isinstance(part, list):
        return "".join(text_of(item) for item in part)
    if not isinstance(part, dict):
        return ""
    match part.get("t"):
        case "Str":
            return str(part["c"])
        case "Space" | "SoftBreak" | "LineBreak":
            return " "
        case "Code" | "Math":
            return str(part["c"][1])
    return text_of(part.get("c"))


def string(text: str) -> Node:
    """Text as an element, whatever characters it contains."""
    return {"t": "Str", "c": text}


def raw(form: str, text: str, kind: str = "RawInline") -> Node:
    """Element that one form takes unchanged."""
    return {"t": kind, "c": [form, text]}


def inlines(blocks: list[Node]) -> list[Node]:
    """Contents of paragraphs, one after the other."""
    return [inline for block in blocks if block["t"] in ("Para", "Plain") for inline in block["c"]]


def drawn(blocks: list[Node], images: Mapping[str, Path]) -> list[Node]:
    """Set every drawing at one scale, so that its letters are as large as those of the others."""

    def sized(node: Node) -> list[Node] | None:
        if node["t"] == "Image" and (path := images.get(node["c"][2][0])):
            size = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', path.read_text("utf-8", "replace")[:2000])
            if size:
                width, height = map(float, size.groups())
                scale = max(SMALLEST, min(SCALE, TALLEST / height))
                node["c"][0][2] = [["width", f"{width * scale:.1f}pt"], ["height", f"{height * scale:.1f}pt"]]
        return None

    changed: list[Node] = walk(blocks, sized)
    return changed


def first_image(part: Any) -> Node | None:
    """Find the first image in a part of the tree."""
    if isinstance(part, list):
        return next(filter(None, map(first_image, part)), None)
    if not isinstance(part, dict):
        return None
    return part if part["t"] == "Image" else first_image(part.get("c"))


def body_rows(table: Node) -> list[Any]:
    """Rows of a table's body."""
    return [row for body in table["c"][4] for row in body[3]]


def cell_texts(rows: Iterable[Any]) -> list[list[str]]:
    """Plain text of each cell, by rows."""
    return [[text_of(cell[4]) for cell in row[1]] for row in rows]


def with_shares(table: Node, shares: Iterable[float | None]) -> Node:
    """Table with each column's share of the page's width; None where a column is as wide as what it holds."""
    widths = [{"t": "ColWidth", "c": share} if share else {"t": "ColWidthDefault"} for share in shares]
    columns = [[alignment, width] for (alignment, _), width in zip(table["c"][2], widths, strict=True)]
    return {"t": "Table", "c": [*table["c"][:2], columns, *table["c"][3:]]}


def parted(inner: list[Node]) -> tuple[list[Node], list[Node]]:
    """Part a claim into its number and its verdict in words."""
    number = [n for n in inner if n["t"] == "Span" and "claim-number" in n["c"][0][1]]
    mark = [n for n in inner if n["t"] == "Span" and "verdict-mark" in n["c"][0][1]]
    return [c for n in number for c in n["c"][1]], [c for n in mark for c in n["c"][1]]


def split(blocks: list[Node]) -> tuple[list[Node], list[Node]]:
    """Part the front page from the chapters."""
    chapters = [b for b in blocks if b["t"] == "Div" and "chapter" in b["c"][0][1]]
    return [b for b in blocks if b not in chapters], chapters


def title_of(front: list[Node], otherwise: str) -> tuple[str, list[Node]]:
    """Take the title, the first heading, from the front page."""
    for i, block in enumerate(front):
        if block["t"] == "Header" and block["c"][0] == 1:
            return text_of(block["c"][2]), front[:i] + front[i + 1 :]
    return otherwise, front


def pandoc(text: str, *arguments: str, epoch: int | None = None) -> str:
    """Run pandoc on a text, with the seconds since 1970 that its files may carry.

    Raises
    ------
    ArticleError
        If pandoc is missing, fails or warns.
    """
    environment = os.environ | ({"SOURCE_DATE_EPOCH": str(epoch)} if epoch is not None else {})
    again = "install it again: pip install -r requirements.txt"
    try:
        done = subprocess.run(
            [pypandoc.get_pandoc_path(), *arguments],
            input=text, capture_output=True, text=True, encoding="utf-8", check=False, env=environment,
        )  # fmt: skip
    except OSError as error:
        raise ArticleError(f"pandoc: {error.strerror or 'is missing'}; {again}") from None
    complaint = done.stderr.strip()
    if done.returncode or "[WARNING]" in complaint:
        raise ArticleError(f"pandoc: {complaint or 'no reason given'}; {again}")
    return done.stdout
