"""The article for Word."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import typst
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt, RGBColor

from countback.book.article.plain import in_words, metadata, titled
from countback.book.article.tree import Article, Node, body_rows, cell_texts, change, drawn, pandoc, walk, with_shares
from countback.files import write, zipped

INK, ACCENT, QUIET = "1B1F24", "005B91", "57606A"

STYLES = {
    "Body Text": (10, INK, 4), "Compact": (8.5, INK, 1), "Table Caption": (9, QUIET, 4), "Image Caption": (9, QUIET, 4),
    "Abstract": (10.5, INK, 4), "Title": (18, INK, 4), "Author": (10.5, INK, 2), "Date": (9, QUIET, 6),
    "Heading 1": (16, INK, 12), "Heading 2": (12, ACCENT, 9), "Heading 3": (10.5, INK, 8),
}  # fmt: skip
"""Each style's letters in points, their colour, and the points above and below."""


CHARACTERS, PROSE, BESIDE = 95, 48, 4
"""How many characters of a table go on one line of the page, on one of a column of prose, and beside a column."""

_RULES = {"top": 8, "bottom": 8, "insideH": 2}
"""The lines of a table, in eighths of a point."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def docx_bytes(article: Article, tree: Node, place: Path) -> bytes:
    """Write the article for Word, in a scratch folder that holds its images."""
    for name in [n for n in article.images if n.endswith(".svg")]:  # Word shows a picture of dots everywhere
        page = place / "image.typ"
        write(page, f'#set page(width: 168mm, height: auto, margin: 0pt)\n#image("{name}", width: 100%)')
        dots = typst.compile(str(page), root=str(place), font_paths=[], ignore_system_fonts=True, format="png", ppi=220)
        (place / name).with_suffix(".png").write_bytes(dots)

    def for_word(node: Node) -> list[Node] | None:
        if node["t"] == "Table":
            return [walk(change(_spread(node), for_word), _compact)]
        return in_words(node)

    blocks = walk(walk(drawn(titled(tree, article), article.images), for_word), _as_dots)
    out, styles = place / "article.docx", place / "styles.docx"
    _write_styles(styles, article.stamp.line)
    pandoc(
        json.dumps(tree | {"blocks": blocks, "meta": metadata(article, tree)}),
        "-f", "json", "-t", "docx", "-o", str(out), "--resource-path", str(place), "--reference-doc", str(styles),
        epoch=article.stamp.epoch,
    )  # fmt: skip
    with zipfile.ZipFile(out) as written:  # what it takes from the styles carries the clock's time
        return zipped({name: written.read(name) for name in written.namelist()}, article.stamp.moment)


def _as_dots(node: Node) -> list[Node] | None:
    """Take the picture of dots for an image."""
    if node["t"] == "Image":
        node["c"][2][0] = re.sub(r"\.svg$", ".png", node["c"][2][0])
        node["c"][0] = ["", [], node["c"][0][2]]
    return None


def _spread(table: Node) -> Node:
    """Table whose columns are as wide as their contents need: without widths, word processors do not agree."""
    rows = cell_texts([*table["c"][3][1], *body_rows(table)])
    texts = [[row[i] for row in rows] for i in range(len(table["c"][2]))]
    least = [max(len(word) for text in column for word in [*text.split(), ""]) + BESIDE for column in texts]
    whole = [min(max(len(text) for text in column), PROSE) + BESIDE for column in texts]
    spare = [max(0, full - word) for full, word in zip(whole, least, strict=True)]
    given = min(1.0, max(0, CHARACTERS - sum(least)) / max(1, sum(spare)))
    widths = [word + given * more for word, more in zip(least, spare, strict=True)]
    return with_shares(table, [width / max(CHARACTERS, sum(widths)) for width in widths])


def _compact(node: Node) -> list[Node] | None:
    """Leave out the space around a paragraph."""
    return [{"t": "Plain", "c": node["c"]}] if node["t"] == "Para" else None


def _write_styles(path: Path, line: str) -> None:
    """Write the file that Word's styles, page and foot are taken from: pandoc's own, made to look like the PDF."""
    pandoc("", "-o", str(path), "--print-default-data-file", "reference.docx")
    document = Document(str(path))
    for name, (size, colour, space) in STYLES.items():
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(space)
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    document.styles["Verbatim Char"].font.size = Pt(8.5)
    borders = "".join(f'<w:{side} w:val="single" w:sz="{width}" w:color="{INK}"/>' for side, width in _RULES.items())
    table = document.styles["Table"].element.find(_W + "tblPr")
    table.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{borders}</w:tblBorders>"))
    table.getnext().insert(0, parse_xml(f"<w:rPr {nsdecls('w')}><w:b/></w:rPr>"))  # the first row
    (section,) = document.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(21)
    section.top_margin = section.bottom_margin = Mm(23)
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{line} · page ").font.size = Pt(7)
    small = '<w:rPr><w:sz w:val="14"/></w:rPr>'
    number = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r>{small}<w:t>1</w:t></w:r></w:fldSimple>'
    foot._p.append(parse_xml(number))
    document.save(str(path))
