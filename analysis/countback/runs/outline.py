"""Planning the runs of a trial from what its folder describes.

The notebooks themselves say where they do not apply; here is decided which are asked, and what of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from countback.errors import NotApplicable
from countback.trial.comparisons import Comparison
from countback.trial.model import Trial
from countback.trial.outcomes import favourable, outcomes

__all__ = ["MOST_OUTCOMES", "Run", "leading", "outcome_runs", "outline"]

Run: TypeAlias = dict[str, Any]
"""One run as ``runs.yml`` lists it: name, title, notebook, parameters."""

MOST_OUTCOMES = 8
"""Outcomes that get a run of their own; the others are in the tables over all of them."""

_QUESTIONS = {
    "size": "How large is the effect?",
    "missing": "The patients who were not counted",
    "fragility": "How many patients does the result hang on?",
    "multiplicity": "Several comparisons",
    "bayes": "What should one believe?",
    "replication": "What could the next trial show?",
    "power": "What could a trial of this size see?",
    "joint": "What two times say together",
    "reporting": "Reported against expected",
}
"""Notebooks that ask one question of the whole trial, in the order of the book."""

_OF_ONE_COMPARISON = ("harms", "missing", "fragility", "bayes", "replication", "power", "joint")
"""Those that are about two arms: in a trial of several comparisons, about :func:`leading`."""


def outline(trial: Trial, folder: str, other: str | None = None) -> dict[str, Any]:
    """Plan of the runs of a trial, as ``runs.yml`` has it.

    Parameters
    ----------
    trial : Trial
    folder : str
        Its folder, from the project's root.
    other : str, optional
        Folder of a second trial to show beside it.
    """
    runs = [
        _run("design", "The trial and its design", "design"),
        _run("denominators", "Which counts fit each percentage", "denominators"),
        *(run for run, _ in outcome_runs(trial)),
        _run("measurements", "Means, arm against arm", "measurements"),
        _run("estimates", "Estimates and their intervals", "estimates"),
        _run("harms", "Harms", "harms"),
        *_audits(trial),
        *(_run(name, title, name) for name, title in _QUESTIONS.items()),
    ]
    if other is not None:
        runs.append(_run("context", "A second trial, side by side", "context"))
    for run in runs:
        if run["name"] == "bayes":
            run["parameters"] = _priors(trial)
        if len(trial.contrasts) > 1 and run["name"] in _OF_ONE_COMPARISON:
            run.setdefault("parameters", {})["comparison"] = leading(trial)
    return {"parameters": {"trial": folder}, "runs": runs}


def leading(trial: Trial) -> str:
    """Comparison that analyses of two arms are about: that of the first outcome whose counts are known."""
    try:
        return outcomes(trial)[0].contrast
    except NotApplicable:
        return trial.contrast().id


def outcome_runs(trial: Trial) -> Iterator[tuple[Run, Comparison]]:
    """Run of each outcome whose counts are known, with its comparison; the primary endpoint first."""
    try:
        found = outcomes(trial)[:MOST_OUTCOMES]
    except NotApplicable:
        return
    for comparison in found:
        name = f"outcome-{re.sub('[^a-z0-9]+', '-', comparison.key.lower())}"
        at = comparison.week
        parameters: dict[str, Any] = {"endpoint": comparison.endpoint, "week": at if isinstance(at, int) else None}
        if isinstance(at, str):
            parameters["time"] = at
        if len(trial.contrasts) > 1:
            parameters["comparison"] = comparison.contrast
        yield _run(name, _sentence(comparison.label), "endpoint", **parameters), comparison


def _audits(trial: Trial) -> Iterator[Run]:
    first, *further = [document.document for document in trial.documents]
    yield _run("audit", "Every claim and its verdict", "audit", document="first")
    for i, document in enumerate(further, 2):
        yield _run(f"audit-{i}", f"Every claim of {document}", "audit", document=document)
    yield _run("attribution", "Which test could have given each p-value", "attribution", document="first")
    if further:
        yield _run("beyond", f"Beyond {first}", "beyond", beside="first")


def _priors(trial: Trial) -> dict[str, Any]:
    """What the sceptic expects in both arms: the rate over both of them, rounded."""
    try:
        a, n1, b, n2 = favourable(trial, outcomes(trial)[0]).table.cells
    except NotApplicable:
        return {}
    return {"prior_rate": min(0.95, max(0.05, round((a + b) / (n1 + n2), 2)))}


def _run(name: str, title: str, notebook: str, **parameters: Any) -> Run:
    return {"name": name, "title": title, "notebook": notebook, **({"parameters": parameters} if parameters else {})}


def _sentence(text: str) -> str:
    """Text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
