"""Files: text read so that every mistake can be named, and results written so that none is ever half written.

The same content always gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import stat
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from countback.errors import InputError, shown

__all__ = [
    "as_csv", "as_json", "check_destinations", "plain", "read_bytes", "read_text", "resolved", "same", "shown", "write",
    "zipped",
]  # fmt: skip

LARGEST_TEXT = 5_000_000
"""Bytes of a text file that is read whole, such as a YAML file."""

LARGEST_TABLE = 200 * 2**20
"""Bytes of a table, of a workbook once it is unpacked too."""

STANDARD_OUTPUT = Path("-")
"""The name that means standard output."""


def read_bytes(path: Path, largest: int | None = LARGEST_TEXT) -> bytes:
    """Read a regular file whole.

    Parameters
    ----------
    path : pathlib.Path
    largest : int, optional
        Bytes that are read at most; None for any number.

    Raises
    ------
    InputError
        If the file is missing, cannot be read, is larger, or is not a file but a folder, a pipe or a device.
    """
    require_file(path, largest)
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def require_file(path: Path, largest: int | None = None) -> None:
    """Refuse what is not a regular file, or too large a one, without waiting for it or reading it.

    Raises
    ------
    InputError
        If the path cannot be followed, or leads to a folder, a pipe, a socket, a device or more than `largest` bytes.
    """
    try:
        found = path.stat()
    except (OSError, ValueError, RuntimeError) as error:
        raise _unreadable(path, error) from None
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    if not stat.S_ISREG(found.st_mode):
        kind = kinds.get(stat.S_IFMT(found.st_mode), "a device")
        raise InputError(f"{shown(path)}: is {kind}, not a file; name a file")
    if largest is not None and found.st_size > largest:
        raise InputError(f"{shown(path)}: {found.st_size:,} bytes; a file of this kind has at most {largest:,}")


def resolved(path: Path) -> Path:
    """Absolute path without links.

    Raises
    ------
    InputError
        If its links lead in a circle, or its name is one that no file can have.
    """
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError(f"{shown(path)}: file not found")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if isinstance(error, RuntimeError):  # pathlib's own, until Python 3.12
        reason = "its links lead in a circle"
    return InputError(f"{shown(path)}: cannot be read ({reason.lower()})")


def decoded(path: Path, content: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark.

    Raises
    ------
    InputError
        If the content is not UTF-8; names the line.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{shown(path)}, line 1: UTF-16 and not UTF-8 text; save the file as UTF-8")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{shown(path)}, line {line}: not UTF-8 text; save the file as UTF-8") from None


def read_text(path: Path, largest: int | None = LARGEST_TEXT) -> str:
    """Read a UTF-8 file.

    Raises
    ------
    InputError
        If the file is missing, empty, too large, not a regular file or not UTF-8.
    """
    text = decoded(path, read_bytes(path, largest))
    if not text.strip():
        raise InputError(f"{shown(path)}: the file is empty")
    return text


def plain(value: Any) -> Any:
    """Turn tuples and numbers of NumPy into what JSON can hold; nan becomes null, infinities text."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value


def as_json(data: Any) -> str:
    """Write data as JSON: keys in order, numbers at full precision."""
    return json.dumps(plain(data), indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMERIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?")


def safe_cell(value: Any) -> Any:
    """Guard a text that a spreadsheet would run as a formula: an apostrophe goes before ``=``, ``+``, ``-``, ``@``.

    Numbers stay as they are, negative ones too, also where they are text such as ``-1.5``.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("-1.5"), safe_cell(-1.5), safe_cell("-1.5 (-3 to 0)")
    ("'=1+1", '-1.5', -1.5, "'-1.5 (-3 to 0)")
    """
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMERIC.fullmatch(value):
        return f"'{value}"
    return value


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as CSV at full precision, with a header of the first row's keys; None is an empty cell.

    Safe to open in a spreadsheet: see :func:`safe_cell`.
    """
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writerow({name: safe_cell(name) for name in rows[0]})
        writer.writerows({name: safe_cell(value) for name, value in plain(row).items()} for row in rows)
    return text.getvalue()


def zipped(content: Mapping[str, bytes], moment: datetime) -> bytes:
    """Pack files into a zip, in the order of their names, each with the same time."""
    out = io.BytesIO()
    time = min(max(moment.timetuple()[:6], (1980, 1, 1, 0, 0, 0)), (2107, 12, 31, 23, 59, 58))  # a zip knows no other
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(content):
            entry = zipfile.ZipInfo(name, time)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content[name])
    return out.getvalue()


def check_destinations(destinations: Mapping[str, Path], inputs: Iterable[Path] = ()) -> None:
    """Check every file that is to be written, before the first one is.

    Parameters
    ----------
    destinations : mapping of str to pathlib.Path
        The option or purpose, such as ``--json``, and its file; ``-`` is standard output.
    inputs : iterable of pathlib.Path
        Files that were read and must not be overwritten.

    Raises
    ------
    InputError
        One line for each destination that is a folder, lies in none, cannot be written, is an input, or is the same as
        another.
    """
    problems: list[str] = []
    earlier: list[tuple[str, Path]] = []
    read = [path for path in inputs if path.exists()]
    for option, path in destinations.items():
        twin = next((name for name, other in earlier if same(path, other)), None)
        earlier.append((option, path))
        if twin is not None and path == STANDARD_OUTPUT:
            problems.append(f"{twin} and {option} cannot both go to standard output; name a file for one of them")
        elif twin is not None and not _is_special(path):
            problems.append(f"{twin} and {option} are the same file {shown(path)}; name another for one of them")
        elif path != STANDARD_OUTPUT:
            problem = _problem_with(path)
            if problem is None and any(same(path, other) for other in read):
                problem = "was read as input and would be overwritten; name another file"
            if problem is not None:
                problems.append(f"{option} {shown(path)}: {problem}")
    if problems:
        raise InputError(*problems)


def same(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same file, by name, by links, or by both names of it."""
    if one == other:
        return True
    if STANDARD_OUTPUT in (one, other):
        return False
    with suppress(OSError, ValueError):
        if one.exists() and other.exists():
            return one.samefile(other)
    with suppress(OSError, ValueError, RuntimeError):
        return one.resolve() == other.resolve()
    return False


def _is_special(path: Path) -> bool:
    """Whether a path leads to a device or a pipe, which is written through."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _problem_with(path: Path) -> str | None:
    try:
        with suppress(FileNotFoundError):
            path.stat()  # a loop of links, or a name that is too long, is an error here
        if path.is_dir():
            return "is a folder; name a file in it"
        if _is_special(path):
            return None if os.access(path, os.W_OK) else "cannot be written (permission denied)"
        target = path.resolve()
        if not target.parent.exists():
            return f"there is no folder {shown(target.parent)}; make it first"
        if not target.parent.is_dir():
            return f"{shown(target.parent)} is a file, not a folder"
        if not os.access(target.parent, os.W_OK | os.X_OK) or (target.exists() and not os.access(target, os.W_OK)):
            return "cannot be written (permission denied)"
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return f"cannot be written ({reason.lower()})"
    return None


_SERIAL = count()


def write(path: Path, data: str | bytes) -> None:
    """Write a file beside and move it into place; one that has the same content already is not touched.

    A link is kept and its target written; a file keeps its mode; a device or pipe is written through. Nothing is left
    behind where writing fails, and the file is then as it was.

    Raises
    ------
    OSError
        If the file cannot be written; names it.
    """
    content = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    if _is_special(path):
        try:
            with path.open("wb") as through:
                through.write(content)
        except OSError as error:
            raise type(error)(error.errno, error.strerror, str(path)) from None
        return
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    mode = None
    if target.is_file():
        if target.stat().st_size == len(content) and target.read_bytes() == content:
            return
        mode = stat.S_IMODE(target.stat().st_mode)
    target.parent.mkdir(parents=True, exist_ok=True)
    # its own name, so that two writers never share one; short, so that it fits where the file's name does
    beside = target.parent / f".{os.getpid()}-{next(_SERIAL)}.new"
    try:
        beside.write_bytes(content)
        if mode is not None:
            beside.chmod(mode)
        beside.replace(target)
    except BaseException as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise type(error)(error.errno, error.strerror, str(path)) from None
        raise
