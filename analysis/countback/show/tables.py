"""Values and tables as people read them; the same text in a notebook, on a page and in print."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]
Columns: TypeAlias = Mapping[str, tuple[str, str]]
"""Key of each column to show, with its heading and its format."""

MISSING = "–"
MINUS = "\N{MINUS SIGN}"


def display(value: Any, form: str = "") -> str:
    """One value as people read it.

    Parameters
    ----------
    value : object
        A number, text, bool, or None.
    form : str
        One of

        - empty: the value as it is;
        - ``p``: a p-value to three decimals, ``<0.001`` where it would round to zero;
        - ``p4``: a p-value to four decimals, ``<0.0001`` where it would round to zero;
        - decimals with ``pp``: a proportion in percentage points, without their name; ``+.1pp`` with its sign;
        - a format specification of Python: ``d`` (whole number), ``.2f`` (two decimals), ``+.1f`` (with its sign),
          ``.1%`` (proportion as a percentage), ``g`` (as short as possible).

    Returns
    -------
    str
        A dash for None and nan, ∞ for infinity, yes or no for a bool, and a true minus sign, whatever `form` is.

    Raises
    ------
    ValueError
        If the format does not fit the value.

    Examples
    --------
    >>> display(0.00004, "p"), display(0.0511, "p"), display(-0.25, "+.0%"), display(-0.25, "+.1pp"), display(None)
    ('<0.001', '0.051', '−25%', '−25.0', '–')
    """
    if value in ("Infinity", "-Infinity"):  # as JSON holds them
        value = float(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if form in ("p", "p4"):
        decimals = 3 if form == "p" else 4
        if not isinstance(value, int | float):
            raise ValueError(f"format {form!r} is for numbers, not {value!r}")
        text = f"{value:.{decimals}f}"
        return f"<{10**-decimals:.{decimals}f}" if 0 < value < 0.5 * 10**-decimals else text
    if form.endswith("pp") and isinstance(value, int | float):
        value, form = 100 * value, f"{form.removesuffix('pp')}f"
    try:
        text = format(value, form) if form else str(value)
    except (ValueError, TypeError) as error:
        raise ValueError(f"format {form!r} does not fit {value!r}: {error}") from None
    return text.replace("-", MINUS) if isinstance(value, int | float) else text


def cells(rows: Sequence[Row], columns: Columns) -> list[list[str]]:
    """The cells of a table as people read them, row by row."""
    return [[display(row.get(key), form) for key, (_, form) in columns.items()] for row in rows]


def numeric(rows: Sequence[Row], key: str) -> bool:
    """Whether a column has numbers only, which are set flush right."""
    values = [row.get(key) for row in rows if row.get(key) is not None]
    return bool(values) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


def column_classes(rows: Sequence[Row], columns: Columns) -> list[str]:
    """How each column is set: ``number`` flush right, ``short`` without breaks, or empty for running text."""
    short = [all(len(line[i]) <= 12 for line in cells(rows, columns)) for i in range(len(columns))]
    return ["number" if numeric(rows, key) else "short" if s else "" for key, s in zip(columns, short, strict=True)]


def as_html(rows: Sequence[Row], columns: Columns) -> str:
    """A table as HTML, with every cell escaped."""
    kinds = [f' class="{kind}"' if kind else "" for kind in column_classes(rows, columns)]
    head = "".join(
        f'<th scope="col"{k}>{html.escape(label)}</th>' for k, (label, _) in zip(kinds, columns.values(), strict=True)
    )
    body = "\n".join(
        "<tr>" + "".join(f"<td{k}>{html.escape(c)}</td>" for k, c in zip(kinds, row, strict=True)) + "</tr>"
        for row in cells(rows, columns)
    )
    return f'<table class="countback">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>'


def as_text(rows: Sequence[Row], columns: Columns) -> str:
    """A table in columns of plain text."""
    lines = [[label for label, _ in columns.values()], *cells(rows, columns)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    right = [numeric(rows, key) for key in columns]
    return "\n".join(
        "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)).rstrip()
        for line in lines
    )
