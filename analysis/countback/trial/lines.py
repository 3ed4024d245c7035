"""Lines of a trial's folder: where each claim and each count is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countback.delimited import read_rows
from countback.readers import Yaml
from countback.trial.design import Count

__all__ = ["Lines", "Place", "read_lines"]

COUNTS = "counts.csv"
"""The file of the counts, in a trial's folder."""


@dataclass(frozen=True)
class Place:
    """A line of a file.

    Attributes
    ----------
    file : str
        Its path from the trial's folder, with slashes.
    line : int
    """

    file: str
    line: int


@dataclass(frozen=True)
class Lines:
    """Where a trial's folder writes what it says.

    Attributes
    ----------
    claims : dict of str to Place
        By the claim's id.
    counts : dict of (str, str, str) to Place
        By endpoint, week and arm as the file writes them.
    about : dict of str to (str, str, str)
        Endpoint, week and arm of each claim; empty where the claim is of none.
    """

    claims: dict[str, Place]
    counts: dict[tuple[str, str, str], Place]
    about: dict[str, tuple[str, str, str]]

    def behind(self, claim: str) -> list[Place]:
        """Lines of the counts that a claim is judged by: one arm's, or those of both."""
        endpoint, week, arm = self.about.get(claim, ("", "", ""))
        return self.of(endpoint, week, arm)

    def of(self, endpoint: str, week: str, arm: str = "") -> list[Place]:
        """Lines of the counts of an endpoint at a week, in one arm or in both."""
        return [place for (e, w, a), place in self.counts.items() if (e, w) == (endpoint, week) and arm in ("", a)]


def read_lines(folder: Path) -> Lines:
    """Read where a valid trial folder writes its claims and counts.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    counts = {
        (row["endpoint"], row["week"], row["arm"]): Place(COUNTS, line)
        for line, row in read_rows(folder / COUNTS, tuple(Count.model_fields))
    }
    claims: dict[str, Place] = {}
    about: dict[str, tuple[str, str, str]] = {}
    for path in sorted((folder / "claims").glob("[!.]*.yml")):
        file = Yaml(path)
        for i, claim in enumerate(file.data["claims"]):
            name = str(claim["id"])
            claims[name] = Place(f"claims/{path.name}", file.line("claims", i))
            about[name] = _written(claim.get("endpoint")), _written(claim.get("week")), _written(claim.get("arm"))
    return Lines(claims, counts, about)


def _written(value: Any) -> str:
    """A value as the file of the counts writes it."""
    return "" if value is None else str(value)
