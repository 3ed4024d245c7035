"""CSV files: read row by row, each with its line, so that nothing is lost unreported."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from countback.errors import InputError, control_character, nearest, printable, shown
from countback.files import LARGEST_TABLE, require_file

LONGEST_CELL = 100_000
"""Characters of one cell: a longer one is a quote that was never closed."""

LONGEST_ROW = 1_000_000
"""Characters of one row, over all its lines."""

MOST_COLUMNS = 1_000

MOST_ROWS = 1_000_000

_SEPARATORS = ",;\t|^~:"
_QUOTED = re.compile(r'"[^"]*"')


class Row(NamedTuple):
    """One row of a table."""

    line: int
    """Where it begins in the file."""
    cells: dict[str, str]
    """By column, white space stripped."""


class _Lines:
    """Lines of a file as a reader of CSV asks for them: no more of a row is taken than one can have."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._taken = 0

    def begin(self) -> None:
        """Begin another row."""
        self._taken = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_ROW + 1)
        self._taken += len(line)
        if self._taken > LONGEST_ROW:
            raise csv.Error("row too long")
        if not line:
            raise StopIteration
        return line


@dataclass
class RowReader:
    """Rows of a CSV file, read as it is iterated.

    Attributes
    ----------
    path : pathlib.Path
    header : list of str
    problems : list of str
        What was lost or repaired, one line each with its place; complete when all rows were read.
    """

    path: Path
    header: list[str]
    _reader: Any = field(repr=False)
    _file: TextIO = field(repr=False)
    _lines: _Lines = field(repr=False)
    _separator: str = ","
    header_line: int = 1
    strict: bool = False
    """Whether a row that is too short is a problem too, and quotes must be those of the standard."""
    problems: list[str] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)
    """Rows whose cells may not be under their columns, by line, and why."""

    def __iter__(self) -> Iterator[Row]:
        """Read the rows that are left; blank lines are passed over."""
        reader = self._reader
        start: int = reader.line_num + 1
        found = 0
        with self._file:
            while True:
                self._lines.begin()
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise InputError(f"{self._at(start)}: not valid CSV: {_reason(error)}") from None
                except UnicodeError:
                    raise _not_text(self.path) from None
                end: int = reader.line_num
                if any(cell.strip() for cell in cells):
                    found += 1
                    if found > MOST_ROWS:
                        raise InputError(f"{self._at(start)}: more than {MOST_ROWS:,} rows; split the file")
                    self._examine(cells, start, end)
                    width = len(self.header)
                    filled = [_tidy(cell) for cell in cells[:width]] + [""] * (width - len(cells))
                    yield Row(start, dict(zip(self.header, filled, strict=True)))
                start = end + 1

    def close(self) -> None:
        """Close the file of a table that is not read to its end."""
        self._file.close()

    def _at(self, line: int) -> str:
        return f"{shown(self.path)}, line {line}"

    def _examine(self, cells: list[str], start: int, end: int) -> None:
        """Note what is wrong with a row."""
        width = len(self.header)
        if not self.strict and not any(cell.strip() for cell in cells[width:]):
            cells = cells[:width]  # nothing but separators at the end
        if len(cells) != width:
            self.broken[start] = f"the line has {len(cells)} cells where the header has {width}"
        if self.strict and len(cells) != width:
            self.problems.append(f"{self._at(start)}: {len(cells)} cells where the header has {width}")
        elif len(cells) > width:
            extra = ", ".join(repr(cell[:20]) for cell in cells[width : width + 3])
            self.problems.append(
                f"{self._at(start)}: {len(cells)} cells where the header has {width}: {extra} left out; put quotes "
                "around a cell that holds the separator"
            )
        swallowed = [c for c in cells if "\n" in c]
        lines = [line for cell in swallowed for line in cell.split("\n")[1:]]
        looks_like_rows = any(line.count(self._separator) >= width - 1 > 0 for line in lines)
        if swallowed and (looks_like_rows or len(cells) < width):
            self.broken[start] = f"a quote is opened here and not closed before line {end}"
            self.problems.append(
                f"{self._at(start)}: a quote is opened here and lines {start + 1} to {end} were read as part of one "
                "cell; close the quote"
            )
        found = control_character("".join(cells).replace("\r\n", "\n"))
        if found:
            self.problems.append(f"{self._at(start)}: holds a control character ({found!r}); remove it")


def _tidy(cell: str) -> str:
    text = cell.strip()
    return printable(text) if control_character(text) else text


def _reason(error: csv.Error) -> str:
    if "field larger than" in str(error):
        return f"a cell of more than {LONGEST_CELL:,} characters; is a quote opened and not closed?"
    if str(error) == "row too long":
        return f"a row of more than {LONGEST_ROW:,} characters; is this a table?"
    return str(error)


def _not_text(path: Path) -> InputError:
    """Name the first line that is not UTF-8: a file is decoded in blocks, which know no lines."""
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as file:
        for block in iter(lambda: file.read(2**16), b""):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                break
            line += block.count(b"\n")
    return InputError(f"{shown(path)}, line {line}: not UTF-8 text; save the file as UTF-8")


def _separator(first: str) -> str:
    """Separator of a header: the character that is in it most often, outside quotes; a blank where there is none."""
    bare = _QUOTED.sub("", first)
    best = max(_SEPARATORS, key=bare.count)
    return " " if best not in bare and " " in bare.strip() else best if best in bare else ","


def _encoding(start: bytes) -> str:
    """Encoding of a file by its first bytes: UTF-16 with or without a mark, or UTF-8."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if len(start) == 4 and start[0] and start[1] == start[3] == 0 and start[2]:
        return "utf-16-le"
    if len(start) == 4 and start[1] and start[0] == start[2] == 0 and start[3]:
        return "utf-16-be"
    return "utf-8-sig"


def open_rows(path: Path, strict: bool = False) -> RowReader:
    """Open a CSV file with a header; its rows are read as they are asked for.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8 or UTF-16. Cells are separated by what the header has most of: commas, semicolons, tabs,
        vertical bars or the like, or else blanks.
    strict : bool
        Whether short rows and stray quotes are problems too.

    Raises
    ------
    InputError
        If the file cannot be read, is larger than a table can be, or its header is empty or names a column twice.
    """
    require_file(path, LARGEST_TABLE)
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open("rb") as peek:
            start = peek.read(4)
        file = path.open(encoding=_encoding(start), newline="")
    except OSError as error:
        raise InputError(f"{shown(path)}: cannot be read ({(error.strerror or '').lower()})") from None
    try:
        first = next((line for line in iter(lambda: file.readline(LONGEST_CELL), "") if line.strip()), "")
        separator = _separator(first)
        file.seek(0)
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=separator, strict=strict)
        header: list[str] = []
        while not any(header):
            lines.begin()
            header = [_tidy(name) for name in next(reader)]
        while len(header) > 1 and not header[-1]:
            header.pop()  # nothing but separators at the end
    except StopIteration:
        file.close()
        raise InputError(f"{shown(path)}: the file is empty") from None
    except UnicodeError:
        file.close()
        raise _not_text(path) from None
    except csv.Error as error:
        file.close()
        raise InputError(f"{shown(path)}, line 1: not valid CSV: {_reason(error)}") from None
    problem = _header_problem(header)
    if problem:
        file.close()
        raise InputError(f"{shown(path)}, line {reader.line_num}: {problem}")
    return RowReader(path, header, reader, file, lines, separator, reader.line_num, strict)


def _header_problem(header: list[str]) -> str | None:
    if len(header) > MOST_COLUMNS:
        return f"{len(header)} columns; at most {MOST_COLUMNS} are read"
    twice = next((name for i, name in enumerate(header) if name in header[:i]), None)
    return None if twice is None else f"column {twice!r} is given twice; keep one"


def read_rows(path: Path, columns: Iterable[str], optional: Iterable[str] = ()) -> list[Row]:
    """Read a table of a trial folder strictly.

    Parameters
    ----------
    path : pathlib.Path
    columns : iterable of str
        The columns that the header must name, in any order; others are an error.
    optional : iterable of str
        Columns that it may name too.

    Raises
    ------
    InputError
        If the file cannot be read, or the header or a row does not fit; one line each.
    """
    wanted = list(columns)
    reader = open_rows(path, strict=True)
    problems = [f"column {name!r} is missing; add it" for name in wanted if name not in reader.header]
    known = [*wanted, *optional]
    problems += [f"column {name!r} is not known; {nearest(name, known)}" for name in reader.header if name not in known]
    if problems:
        reader.close()
        raise InputError(*(f"{shown(path)}, line {reader.header_line}: {problem}" for problem in problems))
    rows = list(reader)
    if reader.problems:
        raise InputError(*reader.problems)
    if not rows:
        raise InputError(f"{shown(path)}: no rows below the header")
    return rows
