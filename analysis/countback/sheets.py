"""Tables of a user's own from any file: delimited text, Excel, Parquet, or standard input."""

from __future__ import annotations

import datetime
import importlib
import re
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from countback.delimited import MOST_COLUMNS, Row, open_rows
from countback.errors import InputError, control_character, printable, shown
from countback.files import LARGEST_TABLE, STANDARD_OUTPUT, require_file

STANDARD_INPUT = STANDARD_OUTPUT
"""The name ``-``."""

MOST_CELLS = 5_000_000
"""Cells of a worksheet or a Parquet file, empty ones too."""


@dataclass
class Sheet:
    """A table with what was lost of it.

    Attributes
    ----------
    name, stem : str
        The file as a message names it, and its name without the ending.
    header : list of str
    rows : list of Row
    problems : list of str
        What was lost or skipped, one line each.
    notes : list of str
        How it was read.
    broken : dict of int to str
        Rows whose cells may not be under their columns, by line, and why.
    header_line : int
    """

    name: str
    stem: str
    header: list[str]
    rows: list[Row]
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)
    header_line: int = 1


def read_sheet(path: Path) -> Sheet:
    """Read a table from any file that it can be in.

    Parameters
    ----------
    path : path
        ``-`` for standard input, whose form is told by its first bytes.

    Raises
    ------
    InputError
        If it cannot be read, or has no rows.
    """
    if path != STANDARD_INPUT:
        require_file(path, LARGEST_TABLE)
        return _read(path, shown(path), path.stem)
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError("standard input: nothing comes in; pipe a table, such as countback audit - < table.csv")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "table"
        content = sys.stdin.buffer.read(LARGEST_TABLE + 1)
        if len(content) > LARGEST_TABLE:
            raise InputError(f"standard input: more than {LARGEST_TABLE:,} bytes; a table has at most that many")
        copy.write_bytes(content)
        return _read(copy, "standard input", "standard input")


def is_table(path: Path) -> bool:
    """Whether a path names a table rather than a trial's folder."""
    return path == STANDARD_INPUT or (not path.is_dir() and path.suffix.lower() in TABLES)


TABLES = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".parquet", ".pq")
"""Endings of the names of tables."""

_WORKBOOK, _PARQUET, _OLD_EXCEL = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
"""The first bytes of other files than text."""


def _read(path: Path, name: str, stem: str) -> Sheet:
    with path.open("rb") as file:
        start = file.read(4)
    if start == _WORKBOOK:
        return _workbook(path, name, stem)
    if start == _PARQUET:
        return _parquet(path, name, stem)
    if start == _OLD_EXCEL:
        raise InputError(f"{name}: an old Excel file (.xls); save it as .xlsx or .csv")
    return _text(path, name, stem)


def _text(path: Path, name: str, stem: str) -> Sheet:
    own = shown(path)
    try:
        reader = open_rows(path)
        rows = list(reader)
    except InputError as error:
        raise InputError(*(problem.replace(own, name) for problem in error.problems)) from None
    if not rows:
        raise InputError(f"{name}: no rows below the header")
    problems = [problem.replace(own, name) for problem in reader.problems]
    short = [line for line, why in reader.broken.items() if not any(f"line {line}:" in p for p in problems)]
    problems += [f"{name}, line {line}: {reader.broken[line]}; it was not judged" for line in short]
    return Sheet(name, stem, reader.header, rows, problems, [], reader.broken, reader.header_line)


def open_workbook(path: Path, name: str) -> Any:
    """Open an Excel workbook.

    Raises
    ------
    InputError
        If it cannot be read, or is larger than a table can be once it is unpacked.
    """
    import openpyxl  # here: text needs none

    require_file(path, LARGEST_TABLE)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_TABLE:
                raise InputError(f"{name}: more than {LARGEST_TABLE // 2**20} MB once unpacked; save it as .csv")
        book = openpyxl.load_workbook(path, data_only=True)
    except InputError:
        raise
    except Exception:  # openpyxl raises anything on a damaged file
        raise InputError(f"{name}: not an Excel workbook that can be read; save it anew, or as .csv") from None
    for sheet in book.worksheets:
        _require_few(f"{name}, sheet {printable(sheet.title)}", sheet.max_row, sheet.max_column)
    return book


def _require_few(where: str, rows: int, columns: int) -> None:
    """Refuse what is small in a file and large in memory, such as one cell at the far corner of a worksheet."""
    if rows * columns > MOST_CELLS:
        raise InputError(f"{where}: {rows:,} rows of {columns:,} columns; at most {MOST_CELLS:,} cells are read")


def _workbook(path: Path, name: str, stem: str) -> Sheet:
    """Read the first sheet of an Excel workbook that holds anything, as it is displayed."""
    book = open_workbook(path, name)
    filled = [sheet for sheet in book.worksheets if sheet.max_row and any(map(any, sheet.values))]
    if not filled:
        raise InputError(f"{name}: the workbook is empty")
    found = _grid(name, stem, [[*row] for row in filled[0].iter_rows()])
    others = [sheet.title for sheet in filled[1:]]
    found.problems += [f"{name}: sheet {title!r} was not read; save it as a file of its own" for title in others]
    return found


def _grid(name: str, stem: str, rows: Sequence[Sequence[Any]]) -> Sheet:
    """Table of the cells of a worksheet."""
    problems: list[str] = []
    texts = [[displayed(cell, name, problems) for cell in row] for row in rows]
    first = next(i for i, row in enumerate(texts) if any(row))
    header = texts[first]
    while header and not header[-1]:
        header = header[:-1]
    width = len(header)
    sheet = Sheet(name, stem, header, [], problems, [], {}, first + 1)
    _require_header(sheet)
    for i, row in enumerate(texts[first + 1 :], first + 2):
        if not any(row):
            continue
        beyond = [text for text in row[width:] if text]
        if beyond:
            problems.append(f"{name}, line {i}: {beyond[0][:20]!r} is beyond the header, and was left out")
            sheet.broken[i] = f"the line has cells beyond the {width} of the header"
        sheet.rows.append(Row(i, dict(zip(header, row[:width], strict=True))))
    if not sheet.rows:
        raise InputError(f"{name}: no rows below the header")
    return sheet


def _require_header(sheet: Sheet) -> None:
    where = f"{sheet.name}, line {sheet.header_line}"
    if len(sheet.header) > MOST_COLUMNS:
        raise InputError(f"{where}: {len(sheet.header)} columns; at most {MOST_COLUMNS} are read")
    twice = next((one for i, one in enumerate(sheet.header) if one in sheet.header[:i]), None)
    if twice is not None:
        raise InputError(f"{where}: column {twice!r} is given twice; keep one")


def displayed(cell: Any, name: str, problems: list[str]) -> str:
    """Cell as Excel displays it: with the decimals of its format, and a per cent sign where there is one."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        problems.append(f"{name}, line {cell.row}: Excel made a date of {cell.coordinate}; format the cell as text")
        return f"a date ({value})"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "General")
    text = str(value).strip()
    return printable(text) if control_character(text) else text


def _number(value: float, form: str) -> str:
    fixed = re.fullmatch(r"(?:#,##)?0(?:\.(0+))?(%?)", form)
    if fixed:
        decimals = len(fixed[1] or "")
        return f"{100 * value:.{decimals}f}%" if fixed[2] else f"{value:.{decimals}f}"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)


def _parquet(path: Path, name: str, stem: str) -> Sheet:
    """Read a Parquet file, which needs pyarrow."""
    try:
        parquet = importlib.import_module("pyarrow.parquet")  # here: only where it is installed
    except ImportError:
        raise InputError(f"{name}: a Parquet file needs pyarrow; pip install pyarrow, or save it as .csv") from None
    try:
        stated = parquet.read_metadata(path)
        _require_few(name, stated.num_rows, stated.num_columns)
        size = sum(stated.row_group(i).total_byte_size for i in range(stated.num_row_groups))
        if size > LARGEST_TABLE:
            raise InputError(f"{name}: more than {LARGEST_TABLE // 2**20} MB once unpacked; save it as .csv")
        table = parquet.read_table(path)
    except InputError:
        raise
    except Exception:  # pyarrow raises anything on a damaged file
        raise InputError(f"{name}: not a Parquet file that can be read; write it anew, or as .csv") from None
    header = [str(column) for column in table.column_names]
    sheet = Sheet(name, stem, header, [])
    _require_header(sheet)
    for i, row in enumerate(table.to_pylist(), 2):
        cells = {column: _plain(row[column]) for column in header}
        if any(cells.values()):
            sheet.rows.append(Row(i, cells))
    if not sheet.rows:
        raise InputError(f"{name}: no rows below the header")
    return sheet


def _plain(value: Any) -> str:
    if value is None or value != value:
        return ""
    return _number(value, "General") if isinstance(value, int | float) else printable(str(value).strip())
