"""The results that pages show: read once per build, looked up by run and key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from countback import __version__
from countback.deposit.manifest import PAGE
from countback.errors import nearest
from countback.runs.results import Result

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

Finding = dict[str, Any]
"""What an audit says of one claim, as its JSON has it."""


class Results:
    """What the runs of one build have written, read once.

    Parameters
    ----------
    build : pathlib.Path
        Holds ``runs/<name>/``.
    """

    def __init__(self, build: Path) -> None:
        self.build = build
        self._read: dict[Path, Any] = {}
        self._results: dict[str, Result] = {}

    def path(self, run: str, file: str) -> Path:
        """Path of a run's file; the manifest of the whole build lies beside the runs."""
        return self.build / (run if run == PAGE else f"runs/{run}") / file

    def json(self, run: str, file: str) -> Any:
        """Read a run's JSON file.

        Raises
        ------
        LookupError
            If there is no such run, or it writes no such file; names what there is.
        """
        path = self.path(run, file)
        if path not in self._read:
            if not path.is_file():
                runs = [p.name for p in sorted((self.build / "runs").glob("*"))]
                if run not in runs:
                    raise LookupError(f"no run {run!r}; {nearest(run, runs)}")
                raise LookupError(f"run {run} has no {file}")
            self._read[path] = json.loads(path.read_text(encoding="utf-8"))
        return self._read[path]

    def result(self, run: str) -> Result:
        """Read what a run found.

        Raises
        ------
        LookupError
            If there is no such run; names what there is.
        """
        if run not in self._results:
            self._results[run] = Result.from_dict(self.json(run, "result.json"))
        return self._results[run]

    def values(self, run: str) -> dict[str, Any]:
        """All results of a run.

        Raises
        ------
        LookupError
            If there is no such run; names what there is.
        """
        return dict(self.result(run).values)

    def value(self, run: str, key: str) -> Any:
        """Look up a result by its dotted key.

        Raises
        ------
        LookupError
            If there is none, or it is a group of results; names the nearest keys.
        """
        values = {"version": __version__} if run == "book" else self.result(run).flat()
        if key not in values:
            raise LookupError(f"run {run} has no result {key!r}; {nearest(key, values)}")
        return values[key]

    def member(self, run: str, part: Literal["figures", "tables"], name: str) -> Any:
        """Look up one of a run's figures or tables.

        Raises
        ------
        LookupError
            If there is none; names the nearest.
        """
        known = getattr(self.result(run), part)
        if name not in known:
            raise LookupError(f"run {run} has no {part[:-1]} {name!r}; {nearest(name, known)}")
        return known[name]

    def findings(self, run: str) -> list[Finding]:
        """What the audit of a run says of each claim.

        Raises
        ------
        LookupError
            If there is no such run, or it is not an audit.
        """
        found: list[Finding] = self.json(run, "audit.json")["findings"]
        return found

    def finding(self, run: str, claim: str) -> Finding:
        """Look up what the audit says of a claim.

        Raises
        ------
        LookupError
            If there is none; names the nearest.
        """
        known = {finding["id"]: finding for finding in self.findings(run)}
        if claim not in known:
            raise LookupError(f"no claim {claim!r}; {nearest(claim, known)}")
        return known[claim]

    def verdicts(self, run: str, kind: str = "") -> list[str]:
        """Verdicts of an audit's claims, those of one kind only where it is named.

        Raises
        ------
        LookupError
            If there is no such audit, or no claim of the kind; names the nearest.
        """
        found = self.findings(run)
        known = {finding["kind"] for finding in found}
        if kind and kind not in known:
            raise LookupError(f"run {run} has no claim of kind {kind!r}; {nearest(kind, sorted(known))}")
        return [finding["verdict"] for finding in found if kind in ("", finding["kind"])]


def results(env: BuildEnvironment) -> Results:
    """Find what the runs of the build under way have written."""
    found: Results = env.app.countback_results  # type: ignore[attr-defined]
    return found
