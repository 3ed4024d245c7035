"""Lines of a trial's folder: where each claim and each count is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from countback.delimited import open_rows
from countback.readers import Yaml
from countback.trial.design import Place, TimePoint, time_point
from countback.trial.folder import load

__all__ = ["COUNTS", "Line", "Lines", "read_lines"]

COUNTS = "counts.csv"
"""The file of the counts, in a trial's folder."""


@dataclass(frozen=True)
class Line:
    """A line of a file.

    Attributes
    ----------
    file : str
        Its path from the trial's folder, with slashes.
    number : int
        From one; none where the whole file is meant.
    """

    file: str
    number: int = 0


@dataclass(frozen=True)
class Lines:
    """Where a trial's folder writes what it says.

    Attributes
    ----------
    claims : dict of str to Line
        By the claim's id.
    counts : list of (Place, str, Line)
        What each row of the counts is of, and its arm.
    about : dict of str to (Place, tuple of str)
        What each claim is of, and its arms, none for all; not there where it is of no endpoint.
    """

    claims: dict[str, Line]
    counts: list[tuple[Place, str, Line]]
    about: dict[str, tuple[Place, tuple[str, ...]]]

    def behind(self, claim: str) -> list[Line]:
        """Lines of the counts that a claim is judged by: one arm's, or those of both."""
        return self.of(*self.about[claim]) if claim in self.about else []

    def of(self, place: Place, arms: tuple[str, ...] = ()) -> list[Line]:
        """Lines of the counts of an endpoint at a time, in some arms or in all."""
        return [line for where, of, line in self.counts if where == place and (not arms or of in arms)]


def read_lines(folder: Path) -> Lines:
    """Read where a trial folder writes its claims and counts.

    Raises
    ------
    InputError
        If the folder is not valid.
    """
    trial = load(folder)
    claims: dict[str, Line] = {}
    about: dict[str, tuple[Place, tuple[str, ...]]] = {}
    paths = sorted(path for path in (folder / "claims").glob("*.yml") if not path.name.startswith("."))
    for path, document in zip(paths, trial.documents, strict=True):
        file = Yaml(path)
        for i, claim in enumerate(document.claims):
            claims[claim.id] = Line(f"claims/{path.name}", file.line("claims", i))
            place = getattr(claim, "place", None)
            if isinstance(place, Place):
                about[claim.id] = place, getattr(claim, "arms", ())
    return Lines(claims, _counts(folder / COUNTS), about)


def _counts(path: Path) -> list[tuple[Place, str, Line]]:
    """What each row of the counts is of, its arm, and its line; empty where the folder has no such file."""
    if not path.is_file():
        return []
    return [
        (Place(row["endpoint"], _time(row), row.get("set") or None), row["arm"], Line(path.name, number))
        for number, row in open_rows(path, strict=True)
    ]


def _time(row: dict[str, str]) -> TimePoint:
    week = row.get("week", "")
    return int(week) if week else time_point(row["time"]) if row.get("time") else None
