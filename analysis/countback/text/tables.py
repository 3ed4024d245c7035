"""Tables of articles: groups with their sizes in the head, then rows of counts, means, and p-values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from countback.text.claim import ELSEWHERE, IN_SPAN, Kind, ReadClaim
from countback.text.methods import named_method
from countback.text.xml import Element, paragraph

_SIZE = re.compile(r"\(?\[?\b[nN]\s*[=:]\s*(\d{1,3}(?:,\d{3})+|\d+)")
_NUMBER = r"\d+(?:[.,·]\d+)?|[.·]\d+"
_COUNT = r"\d{1,3}(?:,\d{3})+|\d+"
_CELL = re.compile(rf"({_COUNT})(?:\s?/\s?({_COUNT}))?\s*[(\[]\s*({_NUMBER})\s?%?\s*[)\]]")
_FRACTION = re.compile(rf"({_COUNT})\s?/\s?({_COUNT})")
_MEAN = re.compile(rf"([-−–]?(?:{_NUMBER}))\s*(?:±|\+/[-−])\s*({_NUMBER})")
_MEAN_BRACKETED = re.compile(rf"([-−–]?(?:{_NUMBER}))\s*[(\[]\s*({_NUMBER})\s*[)\]]")
_P = re.compile(r"[pP]?\s*([<>=≤≥]?\s*[01]?[.·]\d+|[<>]\s?0?[.·]\d+|NS|ns)\s*[*†‡§a-d]{0,3}")
_P_HEAD = re.compile(r"^\W*(?:p\b|p[- ]?values?|significance)", re.IGNORECASE)
_COUNTS = re.compile(r"%|\bn\b|\bno\b|number", re.IGNORECASE)
_MEANS = re.compile(r"mean|\bSD\b|±", re.IGNORECASE)
WIDEST, LONGEST_SPAN = 60, 20
"""Columns of a table, and columns or rows that one cell may span."""


@dataclass(frozen=True)
class Grid:
    """A table of an article as a grid of texts.

    Attributes
    ----------
    label, caption, notes : str
    head, body : list of list of str
    """

    label: str
    caption: str
    notes: str
    head: list[list[str]] = field(default_factory=list)
    body: list[list[str]] = field(default_factory=list)


def grid(wrap: Element) -> Grid:
    """Grid of a ``table-wrap``; what spans several columns or rows is in each."""
    label = wrap.findtext("label") or ""
    caption = wrap.find("caption")
    foot = wrap.find("table-wrap-foot")
    head = _grid([row for part in wrap.iter("thead") for row in part.iter("tr")])
    body = _grid([row for part in wrap.iter("tbody") for row in part.iter("tr")])
    if not head and body:
        head, body = body[:1], body[1:]
    notes = paragraph(foot) if foot is not None else ""
    return Grid(label.strip(), paragraph(caption) if caption is not None else "", notes, head, body)


def _grid(rows: list[Element]) -> list[list[str]]:
    grid: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        for cell in row:
            if cell.tag not in ("td", "th") or len(line) >= WIDEST:
                continue
            while len(line) in hanging:
                line.append(_hang(hanging, len(line)))
            text = paragraph(cell)
            wide, deep = (min(_whole(cell.get(name)), LONGEST_SPAN) for name in ("colspan", "rowspan"))
            for column in range(len(line), len(line) + wide):
                if deep > 1:
                    hanging[column] = (deep - 1, text)
            line += [text] * wide
        while len(line) in hanging:
            line.append(_hang(hanging, len(line)))
        grid.append(line)
    return grid


def _hang(hanging: dict[int, tuple[int, str]], column: int) -> str:
    left, text = hanging.pop(column)
    if left > 1:
        hanging[column] = (left - 1, text)
    return text


def _whole(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdigit() and len(text) < 4 else 1


def claims(found: Grid, source: str) -> list[ReadClaim]:
    """Claims of a table: sizes of its groups, the cells of its rows, and comparisons with the row's p."""
    width = max((len(row) for row in found.head + found.body), default=0)
    names = [" ".join(dict.fromkeys(row[c] for row in found.head if c < len(row) and row[c])) for c in range(width)]
    sizes = [_SIZE.search(name) for name in names]
    read: list[ReadClaim] = []
    for column, size in enumerate(sizes):
        if size is not None and column:
            where = {"table": found.label, "column": names[column]}
            read.append(_claim(Kind.GROUP_SIZE, size[0], {"n": size[1]}, where, source, (_group(names[column]),)))
    totals = [size[1] if size is not None else None for size in sizes]
    heading = ""
    for number, row in enumerate(found.body, start=1):
        if not any(row[1:]) or len(set(row)) == 1:
            heading = row[0] if row else ""
            continue
        name = f"{heading}: {row[0]}" if heading and heading not in row[0] else row[0]
        read += _row(found, number, name, row, names, totals, source)
    return read


def _row(
    found: Grid, number: int, name: str, row: list[str], names: list[str], totals: list[str | None], source: str
) -> list[ReadClaim]:
    read: list[ReadClaim] = []
    cells: list[tuple[int, dict[str, str]]] = []
    place = {"table": found.label, "row": name, "line": str(number)}
    means = bool(_MEANS.search(name) or (_MEANS.search(found.caption) and not _COUNTS.search(name)))
    method = named_method(f"{name} {found.caption} {found.notes}")
    for column, text in enumerate(row[1:], start=1):
        if not text or column >= len(names):
            continue
        where = place | {"column": names[column]}
        if match := _MEAN.fullmatch(text) or (_MEAN_BRACKETED.fullmatch(text) if means else None):
            fields = {"mean": match[1], "sd": match[2]} | ({"n": n} if (n := totals[column]) else {})
            read.append(_claim(Kind.MEAN_SD, text, fields, where, source))
        elif not means and (match := _CELL.fullmatch(text)):
            fields = {"events": match[1], "percent": match[3]}
            if total := match[2] or totals[column]:
                fields |= {"total": total, "total_where": IN_SPAN if match[2] else ELSEWHERE}
            read.append(_claim(Kind.FRACTION_PERCENT, text, fields, where, source))
            cells.append((column, fields))
        elif match := _FRACTION.fullmatch(text):
            cells.append((column, {"events": match[1], "total": match[2]}))
        elif _P_HEAD.match(names[column]) and (match := _P.fullmatch(text)):
            if len(cells) == 2 and cells[1][0] + 1 == column:
                read.append(_two_arm(row, cells, names, match[1], where, method, source))
                cells = []
            else:
                named = {"method": method} if method else {}
                read.append(_claim(Kind.P_VALUE, text, {"p": match[1]}, where | named, source))
    if len(cells) == 2 and not _totalled(names, cells):
        read.append(_two_arm(row, cells, names, None, place, method, source))
    return read


def _totalled(names: list[str], cells: list[tuple[int, dict[str, str]]]) -> bool:
    return any(re.search(r"\b(?:total|all|overall)\b", names[column], re.IGNORECASE) for column, _ in cells)


def _two_arm(
    row: list[str], cells: list[tuple[int, dict[str, str]]], names: list[str], p: str | None, where: dict[str, str],
    method: str | None, source: str,
) -> ReadClaim:  # fmt: skip
    fields = {
        f"{key}_{arm}": cell[key] for arm, (_, cell) in enumerate(cells, start=1)
        for key in ("events", "total", "percent") if key in cell
    }  # fmt: skip
    if p is not None:
        fields["p"] = p
    if method and p is not None:
        where = where | {"method": method}
    span = " | ".join(row[column] for column, _ in cells)
    return _claim(Kind.TWO_ARM, span, fields, where, source, tuple(_group(names[column]) for column, _ in cells))


def _group(name: str) -> str:
    return _SIZE.sub("", name).strip(" ()[],;")


def _claim(
    kind: Kind, span: str, fields: dict[str, str], where: dict[str, str], source: str, arms: tuple[str, ...] = ()
) -> ReadClaim:
    return ReadClaim(kind, 0, len(span), span, fields, arms, where, source)


def footnotes(found: Grid) -> list[tuple[str, str]]:
    """Neighbouring marks and notes of a table, such as which test a mark stands for."""
    marks = re.split(r"\s*([*†‡§¶]|\b[a-h]\b)\s*", found.notes)
    return [(mark, note) for mark, note in pairwise(marks) if re.fullmatch(r"[*†‡§¶]|[a-h]", mark)]
