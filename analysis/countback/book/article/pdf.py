"""The article as PDF, set by Typst: tagged for screen readers, with fonts that Typst brings along."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import typst

from countback.audit.verdicts import Verdict
from countback.book.article.tree import (  # fmt: skip
    TALLEST,
    Article,
    ArticleError,
    Node,
    body_rows,
    cell_texts,
    change,
    drawn,
    first_image,
    inlines,
    pandoc,
    parted,
    raw,
    split,
    text_of,
    title_of,
    walk,
    with_shares,
)
from countback.book.marks import readable
from countback.book.text import code_point
from countback.files import as_json, write

TEMPLATE = Path(__file__).with_name("article.typ")

PAPER = "#ffffff"

_TRIED = "–—‘’“”·×−≤≥≠°±αβχπσµ√²½éöüäáíóúñçß…"
"""Characters that the fonts are known to have: not asked for again."""

_UNSHOWN = re.compile(r'text (?:contains the disallowed codepoint )?`"(.*?)"`')

LONG = 9
"""A table with more rows may go over to the next page."""

CHARACTERS = 118
"""How many characters of a table go on one line of the page."""


def pdf_bytes(article: Article, tree: Node, place: Path) -> bytes:
    """Set the article as PDF, in a scratch folder that holds its images."""
    front, chapters = split(tree["blocks"])
    title, front = title_of(front, article.title)
    front, chapters = drawn(front, article.images), drawn(chapters, article.images)
    opening = "\n".join(f"#together[\n{_typst_body(tree, part)}\n]" for part in _parts([*map(_raised, front)]))
    rest = _typst_body(tree, chapters)
    stamp = article.stamp
    main = "\n".join(
        [
            f'#import "{TEMPLATE.name}": *',
            f"#show: article.with(title: {_quoted(title)}, authors: {_array(article.authors)},",
            f"  keywords: {_array(article.keywords)},",
            f"  version: {_quoted(stamp.version)}, day: {_quoted(stamp.date)}, stamp: {_quoted(stamp.line)},",
            f"  date: datetime(year: {stamp.moment.year}, month: {stamp.moment.month}, day: {stamp.moment.day}),",
            f"  opening: [\n{opening}\n])",
            rest,
        ]
    )
    write(place / TEMPLATE.name, TEMPLATE.read_bytes())
    write(place / "verdicts.json", as_json(_verdicts(article.html)))
    write(place / "main.typ", main)
    try:
        return _compiled(place / "main.typ", stamp.epoch)
    except RuntimeError as error:
        reason = str(error).replace(str(place), "").strip() or "no reason given"
        raise ArticleError(
            f"PDF: Typst refused the article: {reason}; the HTML is complete. Look for what was changed last: an image "
            "without alternative text, a heading that skips a level, a link to nothing"
        ) from None


def _compiled(file: Path, epoch: int | None = None) -> bytes:
    pdf: bytes = typst.compile(
        str(file), root=str(file.parent), font_paths=[], ignore_system_fonts=True,
        pdf_standards=["ua-1"], timestamp=epoch,
    )  # fmt: skip
    return pdf


def _verdicts(html: str) -> list[dict[str, Any]]:
    """Table of the verdicts as the template reads it; ``used`` where the article shows one."""
    return [
        {
            "slug": verdict.slug,
            "words": verdict.short,
            "sign": verdict.mark.sign,
            "colour": readable(verdict.mark.colour, PAPER),
            "plain": verdict in (Verdict.GIVEN, Verdict.REPRODUCED),
            "used": f"verdict-{verdict.slug}" in html,
        }
        for verdict in Verdict
    ]


def showable(article: Article, place: Path) -> Article:
    """Put code points in place of the characters that no font of Typst has; PDF/UA refuses a page with one missing.

    Each is named on standard error.
    """
    said = " ".join([article.html, article.title, article.stamp.line, *article.authors, *article.keywords])
    asked = "".join(sorted({c for c in said if not c.isascii() and not c.isspace()} - set(_TRIED)))
    missing = ""
    probe = place / "probe.typ"
    while asked:
        write(probe, f'#set document(title: "probe")\n#set text(font: "Libertinus Serif")\n#{_quoted(" ".join(asked))}')
        try:
            _compiled(probe, 0)
            break
        except RuntimeError as error:
            named = _UNSHOWN.search(str(error))
            found = [c for c in asked if named and c in _unescaped(named[1])]
            if not found:
                break  # for another reason: what it is, the article itself will say
            missing += "".join(found)
            asked = "".join(c for c in asked if c not in found)
    if missing:
        points = ", ".join(code_point(c) for c in missing)
        print(f"note: PDF: no font has {points}: shown by code point", file=sys.stderr, flush=True)
    points_of = {ord(c): code_point(c) for c in missing}
    return replace(
        article,
        html=article.html.translate(points_of),
        title=article.title.translate(points_of),
        authors=tuple(name.translate(points_of) for name in article.authors),
        keywords=tuple(word.translate(points_of) for word in article.keywords),
    )


def _unescaped(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)


def _raised(block: Node) -> Node:
    """Raise a heading by one level: the title above it is not a heading."""
    if block["t"] == "Header":
        return {"t": "Header", "c": [max(1, block["c"][0] - 1), *block["c"][1:]]}
    return block


def _parts(blocks: list[Node]) -> list[list[Node]]:
    """Part the front page at its headings, so that what belongs together stays on one page."""
    parts: list[list[Node]] = [[]]
    for block in blocks:
        if block["t"] == "Header":
            parts.append([])
        parts[-1].append(block)
    return [part for part in parts if part]


def _typst_body(tree: Node, blocks: list[Node]) -> str:
    changed = walk(blocks, _for_typst)
    written = pandoc(json.dumps(tree | {"blocks": changed}), "-f", "json", "-t", "typst", "--wrap=none")
    written = written.replace("align(center)[#table(", "align(left)[#table(")
    return written.replace("    table.hline(),\n    table.footer(", "    table.footer(")


def _for_typst(node: Node) -> list[Node] | None:
    match node:
        case {"t": "Span", "c": [[_, [*classes], _], inner]} if "claim" in classes:
            verdict = next((c.removeprefix("verdict-") for c in classes if c.startswith("verdict-")), "given")
            number, mark = parted(inner)
            return [
                raw("typst", f"#claim({_quoted(verdict)})["), *number, raw("typst", "]["), *mark, raw("typst", "]"),
            ]  # fmt: skip
        case {"t": "Span", "c": [[_, [*classes], _], inner]} if "verdict" in classes:
            verdict = next(c.removeprefix("verdict-") for c in classes if c.startswith("verdict-"))
            return [raw("typst", f"#verdict({_quoted(verdict)})["), *inner, raw("typst", "]")]
        case {"t": "Span", "c": [[_, ["caption-number", *_], _], inner]}:
            return [{"t": "Strong", "c": inner}]
        case {"t": "Figure", "c": [[identifier, _, _], [_, caption], content]} if image := first_image(content):
            name = "tall-drawing" if _height(image) > TALLEST else "drawing"
            start = raw("typst", f"#{name}({_image(image)}, caption: [")
            end = raw("typst", "])" + (f" <{identifier}>" if identifier else ""))
            return [{"t": "Plain", "c": [start, *walk(inlines(caption), _for_typst), end]}]
        case {"t": "Math", "c": [kind, tex]}:
            name = "displayed" if kind["t"] == "DisplayMath" else "formula"
            return [raw("typst", f"#{name}({_quoted(' '.join(tex.split()))}, ["), node, raw("typst", "])")]
        case {"t": "Image"}:
            return [raw("typst", f"#{_image(node)}")]
        case {"t": "Span", "c": [[identifier, _, _], inner]} if identifier:
            return [raw("typst", f"#metadata(none) <{identifier}>"), *walk(inner, _for_typst)]
        case {"t": "Table"}:
            table = change(_fitted(node), _for_typst)
            if len(body_rows(node)) > LONG:
                return [_kept_at_end(table)]
            return [raw("typst", "#together[", "RawBlock"), table, raw("typst", "]", "RawBlock")]
        case {"t": "Div", "c": [[identifier, classes, pairs], inner]}:
            if "chapter" in classes:
                anchor = raw("typst", f"#metadata(none) <{identifier}>", "RawBlock")
                return [anchor, *walk(inner, _for_typst)]
            kinds = ("answer", "admonition", "citation", "citation-record", "equation", "procedure")
            kind = next((k for k in kinds if k in classes), None)
            if kind is None:
                return None
            argument = f"({_quoted(dict(pairs).get('number', ''))})" if kind == "equation" else ""
            label = f" <{identifier}>" if identifier else ""
            body = walk(inner, _for_typst)
            start = raw("typst", f"#{kind}{argument}[", "RawBlock")
            return [start, *body, raw("typst", f"]{label}", "RawBlock")]
    return None


def _height(image: Node) -> float:
    """Points in height of an image as it is set; none where its size is not known."""
    return float(dict(image["c"][0][2]).get("height", "0pt").removesuffix("pt"))


def _image(image: Node) -> str:
    """Write an image as Typst, with its alternative text."""
    (_, _, pairs), words, (name, _) = image["c"]
    width = dict(pairs).get("width", "86%")
    return f"image({_quoted(name)}, width: {width}, alt: {_quoted(text_of(words))})"


def _kept_at_end(table: Node) -> Node:
    """Table whose last two rows stay on one page: Typst keeps a foot together, and rows before it with it."""
    *others, body = table["c"][4]
    attributes, columns, heads, rows = body
    foot = [["", [], []], rows[-2:]]
    return {"t": "Table", "c": [*table["c"][:4], [*others, [attributes, columns, heads, rows[:-2]]], foot]}


def _fitted(table: Node) -> Node:
    """Table too wide for the page with the widths of its columns as the pages have them, none narrower than a word.

    Elsewhere columns are as wide as what they hold.
    """
    rows = cell_texts([*table["c"][3][1], *body_rows(table)])
    shares = [share for _, share in table["c"][2]]
    natural = sum(max(len(row[i]) for row in rows) + 2 for i in range(len(shares))) if rows else 0
    if natural <= CHARACTERS or any(s["t"] != "ColWidth" for s in shares):
        return with_shares(table, [None] * len(shares))
    longest = [max(len(word) for row in rows for word in [*row[i].split(), ""]) for i in range(len(shares))]
    wanted = [max(s["c"], (n + 2) / CHARACTERS) for s, n in zip(shares, longest, strict=True)]
    return with_shares(table, [share / sum(wanted) for share in wanted])


def _quoted(text: str) -> str:
    """Write text as a string of Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _array(texts: Iterable[str]) -> str:
    return "(" + "".join(f"{_quoted(text)}, " for text in texts) + ")"
