"""The errors that a person is meant to see, and how any error is reported: one line per problem, and an exit status.

Exit status 2 stands for something that the person can mend (a file, a parameter, the environment), 1 for a fault (a
full disk, a run that failed, a mistake in the program). The command line and the book's extension share :func:`told`.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

BAD_INPUT, FAULT = 2, 1
"""The exit statuses."""

LONGEST_LINE = 300
"""Characters of one line of a message."""

MOST_LINES = 20
"""Lines of one message; the last gives how many more there are."""

TRACEBACK = "COUNTBACK_TRACEBACK"
"""The environment variable that asks for the traceback of an unexpected error."""

_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EFBIG}
"""Errors of the operating system that no input causes."""


class InputError(Exception):
    """Something outside the program is wrong: a file, a parameter, the environment.

    Its text is one line per problem: where, what is wrong, what to do. Every command prints it without a
    traceback and exits with status 2.

    Parameters
    ----------
    *problems : str
        One line each.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

    def _render_traceback_(self) -> list[str]:
        """Show the problems alone where IPython would print a traceback (its documented hook)."""
        return [f"InputError: {line}" for line in readable(self.problems)]


class NotApplicable(InputError):
    """An analysis does not apply to the trial: its text says why.

    In a run of a plan this is a result: the run's page says so. By hand it stops the notebook with that line.
    """


class Told(NamedTuple):
    """An error as a person reads it."""

    problems: tuple[str, ...]
    """One readable line each."""
    status: int
    """The exit status."""


def shown(path: Path | str | bytes) -> str:
    """Name a path as a person would type it: from the working directory where it lies below it.

    Bytes that are not UTF-8 and characters that a terminal would obey are shown as escapes.
    """
    path = Path(os.fsdecode(path))
    try:
        text = path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError, RuntimeError):  # elsewhere, no working directory, or a loop of links
        text = str(path)
    return printable(os.fsencode(text).decode("utf-8", "backslashreplace"))


def printable(text: str) -> str:
    """Escape the characters that a terminal would obey, or that cannot be encoded."""
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]",
        lambda match: match[0].encode("unicode_escape").decode("ascii"),
        text,
    )


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")


def control_character(text: str) -> str | None:
    """First character that a terminal would obey instead of showing; None where there is none."""
    found = _CONTROL.search(text)
    return None if found is None else found[0]


def nearest(word: str, known: Iterable[str]) -> str:
    """Suggestion of what was meant: ``did you mean a or b?``, or the known words, or nothing where there are none."""
    words = sorted({str(k) for k in known})
    close = get_close_matches(word[:100], words, n=3, cutoff=0.5) if len(words) <= 1000 else []
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"known: {', '.join(words[:12])}{', ...' if len(words) > 12 else ''}" if words else ""


def readable(problems: Iterable[str]) -> tuple[str, ...]:
    """Cut problems to what a person can read: :data:`MOST_LINES` lines of :data:`LONGEST_LINE` characters.

    Examples
    --------
    >>> readable(str(i) for i in range(22))[-1]
    'and 2 more'
    """
    said = dict.fromkeys(line for problem in problems for line in problem.splitlines() if line.strip())
    every = [printable(line) for line in said]  # each once
    lines = [short(line) for line in every[:MOST_LINES]]
    more = len(every) - len(lines)
    return (*lines, f"and {more} more") if more else tuple(lines)


def short(line: str) -> str:
    """Cut a line to :data:`LONGEST_LINE` characters."""
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 4]} ..."


def told(error: BaseException) -> Told:
    """Put any error into readable lines and an exit status.

    Parameters
    ----------
    error : BaseException
        An :class:`InputError`; a run that failed; an error of the operating system; or one that nobody expected, which
        is reported as a fault of the program.
    """
    if isinstance(error, InputError):
        return Told(readable(error.problems), BAD_INPUT)
    if isinstance(error, OSError):
        return Told(readable([_of_system(error)]), FAULT if error.errno in _FAULTS else BAD_INPUT)
    if type(error).__name__ in ("RunError", "ArticleError"):  # their modules are heavy: not imported to be named here
        return Told(readable([str(error)]), FAULT)
    if getattr(error, "errno", None) in _FAULTS:  # of a library that has errors of its own, as of sockets
        number: int = error.errno  # type: ignore[attr-defined]
        return Told(readable([_of_system(OSError(number, os.strerror(number)))]), FAULT)
    if isinstance(error, MemoryError):
        return Told(("there is not enough memory for this",), FAULT)
    what = " ".join(str(error).split())
    return Told(
        readable(
            [
                f"this is a fault in countback, not in what you gave it: {type(error).__name__}"
                f"{f': {what[:160]}' if what else ''}; set {TRACEBACK}=1 to see where"
            ]
        ),
        FAULT,
    )


def _of_system(error: OSError) -> str:
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    names = [n for n in (error.filename, error.filename2) if isinstance(n, str | bytes | Path)]
    where = f"{shown(names[0])}: " if names else ""
    advice = {
        errno.EMFILE: "; allow more open files (ulimit -n)",
        errno.ENFILE: "; allow more open files",
        errno.ENOSPC: "; make room and try again",
    }.get(error.errno or 0, "")
    return f"{where}{reason}{advice}"
