"""What a build was made from: version, commit, data, parameters, and the one date that its files may carry."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from countback import __version__
from countback.errors import InputError, shown
from countback.project import Project
from countback.readers import Yaml
from countback.show.tables import display

CITATION = "CITATION.cff"
"""Holds the date of release: what a copy without git goes by."""


@dataclass(frozen=True)
class Stamp:
    """What a build was made from.

    Attributes
    ----------
    version : str
        Of the package and the report.
    commit : str or None
        Of the project's own git repository, in full; None for a copy without one.
    clean : bool
        Whether the files are as committed; a copy without git counts as clean.
    sources, data : str
        SHA-256, 64 hexadecimal digits, of all source files and of those below ``data/``.
    moment : datetime.datetime
        ``SOURCE_DATE_EPOCH``, else when the commit was made, else the date of release; never the clock.
    parameters : dict
        Those that are not as published.
    """

    version: str
    commit: str | None
    clean: bool
    sources: str
    data: str
    moment: datetime
    parameters: dict[str, Any]

    @property
    def epoch(self) -> int:
        """The moment in seconds since 1970."""
        return int(self.moment.timestamp())

    @property
    def date(self) -> str:
        """The day as people write it, such as ``5 March 2026``."""
        return f"{self.moment.day} {self.moment:%B %Y}"

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What to show, as (name, value)."""
        origin = ("sources", self.sources[:12])
        if self.commit:
            origin = ("commit", self.commit[:12] + ("" if self.clean else " with changes"))
        changed = ", ".join(f"{name} = {display(value)}" for name, value in self.parameters.items())
        return [
            ("version", self.version),
            origin,
            ("data", self.data[:12]),
            ("parameters", changed or "as published"),
            ("sources of", self.date),
        ]

    @property
    def line(self) -> str:
        """All of it in one line."""
        return " · ".join(f"{name} {value}" for name, value in self.parts)

    @property
    def html(self) -> str:
        """All of it as HTML, for the foot of a page."""
        parts = "".join(
            f"<span><span class='stamp-name'>{escape(name)}</span> {escape(value)}</span> "
            for name, value in self.parts
        )
        return f'<p class="stamp">{parts.strip()}</p>'


def of(root: Path, parameters: Mapping[str, Any] | None = None) -> Stamp:
    """Work out the stamp of a project.

    Parameters
    ----------
    root : pathlib.Path
    parameters : mapping, optional
        Those that are not as published.

    Raises
    ------
    InputError
        If ``SOURCE_DATE_EPOCH`` is not a number of seconds.
    """
    own = _git(root, "rev-parse", "--show-toplevel")
    tracked = own is not None and Path(own).resolve() == root.resolve()
    head = _git(root, "log", "-1", "--format=%H %ct") if tracked else None
    commit, _, committed = (head or "").partition(" ")
    project = Project(root)
    names = project.sources()
    return Stamp(
        version=__version__,
        commit=commit or None,
        clean=not (commit and _git(root, "status", "--porcelain")),
        sources=project.digest(names),
        data=project.digest(name for name in names if name.startswith("data/")),
        moment=_moment(root, committed),
        parameters=dict(parameters or {}),
    )


def given_epoch() -> int | None:
    """Seconds since 1970 that ``SOURCE_DATE_EPOCH`` states, or None.

    Raises
    ------
    InputError
        If it states something else.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not given:
        return None
    if not re.fullmatch("[0-9]{1,10}", given):  # until the year 2286
        raise InputError(
            f"SOURCE_DATE_EPOCH: {given[:40]!r} is not a number of seconds since 1970; write one such as 1767225600"
        )
    return int(given)


def _moment(root: Path, committed: str) -> datetime:
    given = given_epoch()
    if given is None and committed:
        given = int(committed)
    if given is not None:
        return datetime.fromtimestamp(given, UTC)
    released = "2026-01-01"
    if (root / CITATION).is_file():
        file = Yaml(root / CITATION)
        released = str(file.data.get("date-released", "")) if isinstance(file.data, dict) else ""
        if not re.fullmatch(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", released):
            raise InputError(f"{file.at('date-released')}: date-released must be a day; write one such as 2026-03-05")
    try:
        return datetime.fromisoformat(released).replace(tzinfo=UTC)
    except ValueError:
        raise InputError(f"{shown(root / CITATION)}: date-released {released} is not a day of the calendar") from None


def _git(root: Path, *arguments: str) -> str | None:
    """Ask git; None where there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
