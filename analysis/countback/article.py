"""The report as one article: a page of HTML in, and a PDF, a Word file or JATS XML out.

pandoc reads the HTML into its own tree, which is put in order here and then written three times: as Typst, which
becomes a tagged PDF, as Word, and as JATS. So every form holds the same words and numbers. Nothing needs to be
installed but the packages in ``requirements.txt``, nothing is fetched, and the same input gives the same bytes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countback.stamp import Stamp
from countback.writing import write

Node = dict[str, Any]
"""An element of pandoc's tree: ``{"t": kind, "c": content}``."""

TEMPLATE = Path(__file__).parent / "assets" / "article.typ"
HTML = "html+tex_math_single_backslash-auto_identifiers"

LONG = 14
"""A table with more rows may go over to the next page."""

PROSE = 80
"""A table with a cell of more characters is set over the whole width."""

CHARACTERS = 118
"""How many characters of a table go on one line of the page."""

SCALE = 0.8
"""How large drawings are set: their letters, 9 points on screen, become somewhat smaller than those of the text."""

TALL = 310
"""A drawing of more points in height stands at the foot of a page, and text goes on above it."""

FORMS = {"pdf": "countback.pdf", "docx": "countback.docx", "jats": "countback.xml"}
"""Each form with the name of its file."""


class ArticleError(Exception):
    """A form of the article could not be made; the text says why and what to do."""


@dataclass(frozen=True)
class Article:
    """What the forms are made from.

    Attributes
    ----------
    title : str
    authors : tuple of str
    html : str
        The body: the front page, then one ``div.chapter`` a chapter, with the ``id`` that links go to.
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


def make(article: Article, form: str, out: Path) -> None:
    """Write one form of the article.

    Parameters
    ----------
    article : Article
    form : {"pdf", "docx", "jats"}
    out : pathlib.Path
        The file. Whatever stands there is removed first, so that a failure leaves nothing out of date.

    Raises
    ------
    ArticleError
        If pandoc or Typst refuse; nothing is left at `out`.
    """
    out.unlink(missing_ok=True)
    tree = read(article.html)
    with tempfile.TemporaryDirectory(prefix="countback-") as scratch:
        place = Path(scratch)
        for name, path in article.images.items():
            shutil.copyfile(path, place / name)
        data = {"pdf": _pdf, "docx": _docx, "jats": _jats}[form](article, tree, place)
        if not data:
            raise ArticleError(f"{form}: nothing was written; build again, and report it if it stays so")
        write(out, data)
        if form == "jats":
            for name in article.images:
                write(out.parent / name, (place / name).read_bytes())


def read(html: str) -> Node:
    """Read HTML into pandoc's tree and put it in order, as every form needs it.

    Sections become headings with an ``id``; equations keep their number; links that lead nowhere in the article (to
    the notebooks, for example, which only the HTML has) become plain text; an ``id`` that comes twice counts once.
    """
    tree: Node = json.loads(_pandoc(html, "-f", HTML, "-t", "json"))
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
    """Give a node's attributes (id, classes, keys and values), where its kind has them."""
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


Change = Callable[[Node], list[Node] | None]
"""Gives what stands in a node's place, or None where it stays and its content is looked at."""


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
    """Give the plain text of a part of the tree."""
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


def _str(text: str) -> Node:
    return {"t": "Str", "c": text}


def _raw(form: str, text: str, kind: str = "RawInline") -> Node:
    return {"t": kind, "c": [form, text]}


# --- PDF ---


def _pdf(article: Article, tree: Node, place: Path) -> bytes:
    import typst

    front, chapters = _split(tree["blocks"])
    title, front = _title(front, article.title)
    sizes = {name: _size(path) for name, path in article.images.items()}
    front, chapters = (walk(part, lambda node: _sized(node, sizes)) for part in (front, chapters))
    chapters = walk(chapters, lambda node: _mark_tall(node, sizes))
    figures = [block for block in front if block["t"] == "Figure"]
    first = [_raised(block) for block in front if block["t"] != "Figure"]
    opening = _typst_body(tree, first)
    rest = _typst_body(tree, [*figures, *chapters])
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
    write(place / "main.typ", main)
    try:
        return typst.compile(
            str(place / "main.typ"), root=str(place), font_paths=[], ignore_system_fonts=True,
            pdf_standards=["ua-1"], timestamp=stamp.epoch,
        )  # fmt: skip
    except RuntimeError as error:
        reason = str(error).replace(str(place), "").strip() or "no reason given"
        raise ArticleError(
            f"PDF: Typst refuses: {reason}; the HTML is whole. Look for what was changed last: an image without "
            "alternative text, a heading that skips a level, a link to nothing"
        ) from None


def _raised(block: Node) -> Node:
    """Raise a heading by one level: the title above it is not a heading."""
    if block["t"] == "Header":
        return {"t": "Header", "c": [max(1, block["c"][0] - 1), *block["c"][1:]]}
    return block


def _typst_body(tree: Node, blocks: list[Node]) -> str:
    changed = walk(blocks, _for_typst)
    written = _pandoc(json.dumps(tree | {"blocks": changed}), "-f", "json", "-t", "typst", "--wrap=none")
    written = written.replace("align(center)[#table(", "align(left)[#table(")
    return written.replace("    table.hline(),\n    table.footer(", "    table.footer(")


def _for_typst(node: Node) -> list[Node] | None:
    match node:
        case {"t": "Span", "c": [[_, [*classes], _], inner]} if "claim" in classes:
            verdict = next((c.removeprefix("verdict-") for c in classes if c.startswith("verdict-")), "given")
            number, mark = _parted(inner)
            return [
                _raw("typst", f"#claim({_quoted(verdict)})["), *number, _raw("typst", "]["), *mark, _raw("typst", "]"),
            ]  # fmt: skip
        case {"t": "Span", "c": [[_, [*classes], _], inner]} if "verdict" in classes:
            verdict = next(c.removeprefix("verdict-") for c in classes if c.startswith("verdict-"))
            return [_raw("typst", f"#verdict({_quoted(verdict)})["), *inner, _raw("typst", "]")]
        case {"t": "Span", "c": [[_, ["caption-number", *_], _], inner]}:
            return [{"t": "Strong", "c": inner}]
        case {"t": "Figure", "c": [[identifier, classes, _], [_, caption], content]} if image := _image(content):
            name = "tall-figure" if "tall" in classes else "short-figure"
            start = _raw("typst", f"#{name}({image}, caption: [")
            end = _raw("typst", "])" + (f" <{identifier}>" if identifier else ""))
            return [{"t": "Plain", "c": [start, *walk(_inlines(caption), _for_typst), end]}]
        case {"t": "Math", "c": [kind, tex]}:
            name = "displayed" if kind["t"] == "DisplayMath" else "formula"
            return [_raw("typst", f"#{name}({_quoted(' '.join(tex.split()))}, ["), node, _raw("typst", "])")]
        case {"t": "Image"}:
            return [_raw("typst", f"#{_image(node)}")]
        case {"t": "Span", "c": [[identifier, _, _], inner]} if identifier:
            return [_raw("typst", f"#metadata(none) <{identifier}>"), *walk(inner, _for_typst)]
        case {"t": "Table"}:
            table = change(_fitted(node), _for_typst)
            if len(_rows(node)) > LONG:
                return [_kept_at_end(table)]
            return [_raw("typst", "#together[", "RawBlock"), table, _raw("typst", "]", "RawBlock")]
        case {"t": "Div", "c": [[identifier, classes, pairs], inner]}:
            if "chapter" in classes:
                anchor = _raw("typst", f"#metadata(none) <{identifier}>", "RawBlock")
                return [anchor, *walk(inner, _for_typst)]
            kinds = ("answer", "admonition", "citation", "citation-record", "equation", "procedure")
            kind = next((k for k in kinds if k in classes), None)
            if kind is None:
                return None
            argument = f"({_quoted(dict(pairs).get('number', ''))})" if kind == "equation" else ""
            label = f" <{identifier}>" if identifier else ""
            body = walk(inner, _for_typst)
            start = _raw("typst", f"#{kind}{argument}[", "RawBlock")
            return [start, *body, _raw("typst", f"]{label}", "RawBlock")]
    return None


def _image(part: Any) -> str:
    """Write the first image in a part of the tree as Typst, with its alternative text; empty if there is none."""
    if isinstance(part, list):
        return next(filter(None, map(_image, part)), "")
    if not isinstance(part, dict):
        return ""
    if part["t"] == "Image":
        (_, _, pairs), words, (name, _) = part["c"]
        width = dict(pairs).get("width", "86%")
        return f"image({_quoted(name)}, width: {width}, alt: {_quoted(text_of(words))})"
    return _image(part.get("c"))


def _inlines(blocks: list[Node]) -> list[Node]:
    """Give what paragraphs hold, one after the other."""
    return [inline for block in blocks if block["t"] in ("Para", "Plain") for inline in block["c"]]


def _size(path: Path) -> tuple[float, float] | None:
    """Give the width and the height of a drawing, in points."""
    size = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', path.read_text("utf-8", "replace")[:2000])
    return (float(size[1]), float(size[2])) if size else None


def _sized(node: Node, sizes: Mapping[str, tuple[float, float] | None]) -> list[Node] | None:
    """Set every drawing at one scale, so that its letters are as large as those of the others."""
    if node["t"] == "Image" and (size := sizes.get(node["c"][2][0])):
        node["c"][0][2] = [["width", f"{size[0] * SCALE:.1f}pt"]]
    return None


def _mark_tall(node: Node, sizes: Mapping[str, tuple[float, float] | None]) -> list[Node] | None:
    """Mark a figure that may go to the foot of a page."""
    tall = {name for name, size in sizes.items() if size and size[1] * SCALE > TALL}
    if node["t"] == "Figure" and any(_quoted(name) in _image(node["c"][2]) for name in tall):
        node["c"][0][1].append("tall")
    return None


def _rows(table: Node) -> list[Any]:
    """Give the rows of a table's body."""
    return [row for body in table["c"][4] for row in body[3]]


def _kept_at_end(table: Node) -> Node:
    """Give a table whose last two rows stand on one page: Typst keeps a foot together, and rows before it with it."""
    *others, body = table["c"][4]
    attributes, columns, heads, rows = body
    foot = [["", [], []], rows[-2:]]
    return {"t": "Table", "c": [*table["c"][:4], [*others, [attributes, columns, heads, rows[:-2]]], foot]}


def _fitted(table: Node) -> Node:
    """Give a table that holds prose the widths of its columns on the page, none narrower than its longest word.

    Elsewhere columns are as wide as what they hold.
    """
    rows = [[text_of(cell[4]) for cell in row[1]] for row in _rows(table)]
    shares: list[Any] = [share for _, share in table["c"][2]]
    if any(len(text) > PROSE for row in rows for text in row) and all(s["t"] == "ColWidth" for s in shares):
        longest = [max(len(word) for row in rows for word in [*row[i].split(), ""]) for i in range(len(shares))]
        wanted = [max(s["c"], (n + 2) / CHARACTERS) for s, n in zip(shares, longest, strict=True)]
        width = sum(wanted)
        shares = [{"t": "ColWidth", "c": share / width} for share in wanted]
    else:
        shares = [{"t": "ColWidthDefault"}] * len(shares)
    columns = [[alignment, share] for (alignment, _), share in zip(table["c"][2], shares, strict=True)]
    return {"t": "Table", "c": [*table["c"][:2], columns, *table["c"][3:]]}


def _parted(inner: list[Node]) -> tuple[list[Node], list[Node]]:
    """Part a claim into its number and its verdict in words."""
    number = [n for n in inner if n["t"] == "Span" and "claim-number" in n["c"][0][1]]
    mark = [n for n in inner if n["t"] == "Span" and "verdict-mark" in n["c"][0][1]]
    return [c for n in number for c in n["c"][1]], [c for n in mark for c in n["c"][1]]


def _split(blocks: list[Node]) -> tuple[list[Node], list[Node]]:
    """Part the front page from the chapters."""
    chapters = [b for b in blocks if b["t"] == "Div" and "chapter" in b["c"][0][1]]
    return [b for b in blocks if b not in chapters], chapters


def _title(front: list[Node], otherwise: str) -> tuple[str, list[Node]]:
    """Take the title, the first heading, from the front page."""
    for i, block in enumerate(front):
        if block["t"] == "Header" and block["c"][0] == 1:
            return text_of(block["c"][2]), front[:i] + front[i + 1 :]
    return otherwise, front


def _quoted(text: str) -> str:
    """Write text as a string of Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _array(texts: Iterable[str]) -> str:
    return "(" + "".join(f"{_quoted(text)}, " for text in texts) + ")"


# --- Word and JATS ---


def _docx(article: Article, tree: Node, place: Path) -> bytes:
    import typst

    for name in [n for n in article.images if n.endswith(".svg")]:  # Word shows a picture of dots everywhere
        page = place / "image.typ"
        write(page, f'#set page(width: 168mm, height: auto, margin: 0pt)\n#image("{name}", width: 100%)')
        dots = typst.compile(str(page), root=str(place), font_paths=[], ignore_system_fonts=True, format="png", ppi=220)
        (place / name).with_suffix(".png").write_bytes(dots)

    def dotted(node: Node) -> list[Node] | None:
        if node["t"] == "Image":
            node["c"][2][0] = re.sub(r"\.svg$", ".png", node["c"][2][0])
            node["c"][0] = ["", [], [["width", "16.8cm"]]]
        return _in_words(node)

    blocks = walk(_titled(tree, article), dotted)
    out = place / "article.docx"
    _pandoc(
        json.dumps(tree | {"blocks": blocks, "meta": _metadata(article, tree)}),
        "-f", "json", "-t", "docx", "-o", str(out), "--resource-path", str(place), epoch=article.stamp.epoch,
    )  # fmt: skip
    return out.read_bytes()


def _jats(article: Article, tree: Node, place: Path) -> bytes:
    blocks = walk(_titled(tree, article), _in_words)
    xml = _pandoc(
        json.dumps(tree | {"blocks": blocks, "meta": _metadata(article, tree)}),
        "-f", "json", "-t", "jats_archiving", "--standalone", "--wrap=none", epoch=article.stamp.epoch,
    )  # fmt: skip
    label = re.compile(r"<caption>\s*<p>\s*<bold>((?:Fig\.|Table) [^<]+?)\s*</bold>\s*")
    xml = label.sub(lambda m: f"<label>{m[1]}</label><caption><p>", xml)
    # pandoc writes a slash that grows (\\Big/) as a name, which cannot grow: it is an operator
    xml = re.sub(r"<mml:mi ([^>]*stretchy[^>]*)>([^<]*)</mml:mi>", r"<mml:mo \1>\2</mml:mo>", xml)
    return xml.encode()


def _titled(tree: Node, article: Article) -> list[Node]:
    """Give the blocks without title and abstract (the metadata has them) and with the stamp at the end."""
    front, chapters = _split(tree["blocks"])
    _, front = _title(front, article.title)
    front = [block for block in front if not _is_answer(block)]
    stamp = {"t": "Para", "c": [{"t": "Emph", "c": [_str(article.stamp.line)]}]}
    return [*front, *[block for chapter in chapters for block in _opened(chapter)], stamp]


def _is_answer(block: Node) -> bool:
    """Tell whether a block of the front page is what the report says in short."""
    return block["t"] == "Div" and "answer" in block["c"][0][1]


def _opened(chapter: Node) -> list[Node]:
    """Put a chapter's own ``id`` on its heading and leave out what held it."""
    (identifier, _, _), blocks = chapter["c"]
    return _anchored(identifier, blocks)


def _anchored(identifier: str, blocks: list[Node]) -> list[Node]:
    """Put an ``id`` on the first of some blocks that can carry it."""
    if not identifier:
        return blocks
    anchor = {"t": "Span", "c": [[identifier, [], []], []]}
    out, done = [], False
    for block in blocks:
        put = block
        if not done and block["t"] in ("Para", "Plain"):
            put, done = {"t": block["t"], "c": [anchor, *block["c"]]}, True
        elif not done and block["t"] == "Header":
            level, attributes, words = block["c"]
            put, done = {"t": "Header", "c": [level, attributes, [anchor, *words]]}, True
        out.append(put)
    return out


def _in_words(node: Node) -> list[Node] | None:
    match node:
        case {"t": "Span", "c": [[_, [*classes], _], inner]} if "claim" in classes:
            number, mark = _parted(inner)
            space = [{"t": "Space"}] if number else []
            return [{"t": "Strong", "c": number}, *space, _str("["), *mark, _str("]")]
        case {"t": "Span", "c": [[_, ["caption-number", *_], _], inner]}:
            return [{"t": "Strong", "c": inner}]
        case {"t": "Span", "c": [[identifier, _, _], inner]}:
            words: list[Node] = walk(inner, _in_words)
            return [{"t": "Span", "c": [[identifier, [], []], words]}] if identifier else words
        case {"t": "Div", "c": [[_, classes, pairs], inner]} if "equation" in classes:
            counted = dict(pairs).get("number")
            shown = [_str(f"({counted})")] if counted else []
            return [*walk(inner, _in_words), *([{"t": "Para", "c": shown}] if shown else [])]
        case {"t": "Div", "c": [[identifier, *_], inner]}:
            return _anchored(identifier, walk(inner, _in_words))
    return None


def _metadata(article: Article, tree: Node) -> dict[str, Any]:
    front = _split(tree["blocks"])[0]
    title, _ = _title(front, article.title)
    abstract = [walk(block["c"][1], _in_words) for block in front if _is_answer(block)]
    stamp = article.stamp

    def text(value: str) -> Node:
        return {"t": "MetaInlines", "c": [_str(value)]}

    def many(values: Iterable[Node]) -> Node:
        return {"t": "MetaList", "c": list(values)}

    def group(values: Mapping[str, Node]) -> Node:
        return {"t": "MetaMap", "c": dict(values)}

    moment = stamp.moment
    return {
        "title": text(title),
        "author": many(text(name) for name in article.authors),
        "date": text(f"{moment:%Y-%m-%d}"),
        "abstract": {"t": "MetaBlocks", "c": [block for blocks in abstract for block in blocks]},
        "journal": group({"title": text("Countback"), "publisher-name": text(", ".join(article.authors))}),
        "keywords": many(text(word) for word in article.keywords),
        "tags": many(text(word) for word in article.keywords),
        "lang": text("en-GB"),
        "subject": text(stamp.line),
        "description": text(stamp.line),
        "license": group({"text": text("CC BY 4.0"), "link": text("https://creativecommons.org/licenses/by/4.0/")}),
    }


def _pandoc(text: str, *arguments: str, epoch: int | None = None) -> str:
    import pypandoc

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
