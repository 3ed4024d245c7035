"""Which chapters the book of a trial has, and what fills them.

Numbers are not filled in: roles fetch them when the book is built. What is decided here is which sentences a trial
has the results for.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from countback.book.templates import Markdown, name, render
from countback.errors import NotApplicable
from countback.project import Project
from countback.runs.outline import leading, outcome_runs
from countback.runs.plan import Planned
from countback.runs.results import Result
from countback.trial.claims import Claim
from countback.trial.comparisons import Comparison
from countback.trial.model import Trial
from countback.trial.outcomes import outcomes

__all__ = ["PARTS", "Absent", "Book", "fill", "named"]

PARTS = {
    "The report": (
        "trial", "counts", "outcomes", "measurements", "estimates", "harms", "audit", "attribution", "beyond",
    ),
    "How much hangs on these numbers": (
        "size", "missing", "fragility", "multiplicity", "bayes", "replication", "power", "joint", "context",
        "reporting",
    ),
    "About it": ("methods", "about", "cite", "references"),
}  # fmt: skip
"""Chapters in the order of the contents."""

_RUN_OF = {"trial": "design", "counts": "denominators"}
_ALWAYS = ("about", "cite", "references")


@dataclass(frozen=True)
class Absent:
    """A run that does not apply to the trial.

    Attributes
    ----------
    title, reason : str
    """

    title: str
    reason: str


@dataclass(frozen=True)
class Book:
    """What the book of a trial is made of.

    Attributes
    ----------
    trial : Trial
    folder : str
        The trial's folder, from the book's.
    project : Project
        Holds the results of the runs.
    runs : sequence of Planned
        Those that apply.
    absent : sequence of Absent
    """

    trial: Trial
    folder: str
    project: Project
    runs: Sequence[Planned]
    absent: Sequence[Absent]

    @cached_property
    def names(self) -> set[str]:
        """Names of the runs."""
        return {run.name for run in self.runs}

    @cached_property
    def _results(self) -> dict[str, Result]:
        return {run: Result.read(self.project.run(run)) for run in self.names}

    def has(self, run: str, kind: str, member: str) -> bool:
        """Whether a run has made a figure or a table."""
        return run in self.names and member in getattr(self._results[run], kind)

    def value(self, run: str, key: str) -> Any:
        """One value of a run's results by its dotted key, or None where it has none."""
        return self._results[run].flat().get(key) if run in self.names else None


def named(document: str) -> str:
    """Name of a document as a sentence has it: ``the abstract``, ``Table 1``."""
    return f"the {document}" if document[:1].islower() else document


def fill(book: Book, only: Sequence[str] = ()) -> dict[str, str]:
    """Text of every chapter that the book has, or of some alone, by its path; the front page first."""
    filled = _filled(book)
    every = ["index", *(chapter for part in PARTS.values() for chapter in part if _applies(chapter, book, filled))]
    return {
        f"chapters/{chapter}.md" if chapter != "index" else "index.md": render(chapter, filled)
        for chapter in only or every
    }


def _applies(chapter: str, book: Book, filled: dict[str, Any]) -> bool:
    if chapter in ("outcomes", "methods"):
        return bool(filled["outcomes"])
    return chapter in _ALWAYS or _RUN_OF.get(chapter, chapter) in book.names


def _filled(book: Book) -> dict[str, Any]:
    """What the places of all chapters are filled with."""
    trial, design = book.trial, book.trial.design
    first = trial.documents[0]
    shown = [_outcome(book, run, c) for run, c in outcome_runs(trial) if run["name"] in book.names]
    inner = _of_one_comparison(trial)
    is_primary = bool(shown) and next(outcome_runs(trial))[1].endpoint == design.primary.endpoint
    its_document = named(first.document)
    return {
        "has": book.has,
        "name": design.name,
        "its_document": its_document,
        "Its_document": its_document[:1].upper() + its_document[1:],
        "claims": len(first.claims),
        "p_values": book.value("audit", "p_values") or 0,
        "first": trial.group(trial.contrast(leading(trial)).first).name,
        "second": trial.group(trial.contrast(leading(trial)).second).name,
        "outcomes": shown,
        "several": len(trial.contrasts) > 1,
        "primary": shown[0] if is_primary else None,
        "main": name(inner[0].key) if inner else Markdown(""),
        "fragile": [_fragile(book, c) for c in inner if book.value("fragility", f"comparisons.{c.key}.label")],
        "inputs": [{"says": c.says, "id": name(c.id)} for c in first.claims if c.kind == "design"],
        "groups": list(_groups(trial, first.claims)),
        "not_public": design.not_public,
        "design_words": design.design[:1].upper() + design.design[1:],
        "population": design.population,
        "arms": design.arms,
        "definitions": [e for e in design.endpoints if e.definition],
        "registrations": design.registrations,
        "percentages": sum(c.kind == "percentage" for c in trial.claims),
        "measured": book.value("measurements", "measurements") or 0,
        "estimated": book.value("estimates", "estimates") or 0,
        "single": book.value("denominators", "only_one"),
        "harms": book.value("harms", "harms.shown") or 0,
        "none_seen": book.value("harms", "none_seen"),
        "decisions": _rows(book, "audit", "decisions"),
        "checks": book.value("audit", "checks") or 0,
        "further": list(_further(book)),
        "attributed": book.value("attribution", "claims") or 0,
        "lost": book.value("missing", "missing.all") or 0,
        "hang": book.value("missing", f"comparisons.{inner[0].key}.hang") if inner else 0,
        "every_test": (book.value("power", "tried") or 0) > 3,
        "absent": list(_absent(book.absent)),
        "command_folder": Markdown(shlex.quote(book.folder)),
    }


def _outcome(book: Book, run: dict[str, Any], found: Comparison) -> dict[str, Any]:
    made, key, label = run["name"], found.key, found.label
    contrast = book.trial.contrast(found.contrast)
    low, high = (book.value(made, f"effects.rd_mn.{end}") for end in ("lower", "upper"))
    return {
        "run": name(made),
        "key": name(key),
        "title": run["title"],
        "label": label,
        "first": book.trial.group(contrast.first).name,
        "second": book.trial.group(contrast.second).name,
        "plain": Markdown(" ".join(label.replace(";", ",").split())),
        "printed": book.value(made, "printed"),
        "left_out": book.value(made, "left_out"),
        "contains_zero": low is None or high is None or low <= 0 <= high,
    }


def _of_one_comparison(trial: Trial) -> list[Comparison]:
    """Outcomes as the runs name them that are about two arms (:mod:`countback.runs.outline`)."""
    try:
        return outcomes(trial if len(trial.contrasts) == 1 else trial.select(comparison=leading(trial)))
    except NotApplicable:
        return []


def _fragile(book: Book, found: Comparison) -> dict[str, Any]:
    least = book.value("fragility", f"comparisons.{found.key}.tests.p_pearson.least")
    return {"key": name(found.key), "title": found.label[:1].upper() + found.label[1:], "least": least}


def _rows(book: Book, run: str, table: str) -> int:
    return len(book._results[run].tables[table].rows) if book.has(run, "tables", table) else 0


def _groups(trial: Trial, claims: Sequence[Claim]) -> Iterator[dict[str, Any]]:
    """Claims of the first document about each endpoint at each time, then the others."""
    found: dict[str, list[dict[str, Any]]] = {}
    for claim in claims:
        if claim.kind == "design":
            continue
        place = getattr(claim, "place", None)
        label = "Other claims" if place is None else trial.named(place)
        found.setdefault(label, []).append({"words": _words(trial, claim), "id": name(claim.id)})
    others = found.pop("Other claims", [])
    for label, parts in [*found.items(), *([("Other claims", others)] if others else [])]:
        yield {"label": label[:1].upper() + label[1:], "parts": parts}


def _words(trial: Trial, claim: Claim) -> str:
    """What a claim is, in front of its number."""
    match claim.kind:
        case "percentage" | "fraction" | "count" | "mean" | "median" | "rate":
            arms = [trial.arm(arm).name for arm in getattr(claim, "arms", ())]
            return " and ".join(arms) or ("all arms" if hasattr(claim, "arms") else f"{claim.says}:")
        case "p_value" | "decision":
            between = _between(trial, claim.comparison)
            tested = "" if claim.hypothesis == "superiority" else f" for {claim.hypothesis}"
            return f"p{between}{tested} =" if claim.kind == "p_value" else f"said to be{between}"
        case "effect":
            return f"{claim.measure}{_between(trial, claim.comparison)}"
        case _:
            return f"{claim.says}:"


def _between(trial: Trial, comparison: str | None) -> str:
    """Arms that a claim compares, where the trial has several comparisons."""
    if len(trial.contrasts) == 1:
        return ""
    if comparison == "all":
        return " over all arms"
    contrast = trial.contrast(comparison)
    return f" ({contrast.name or contrast.id})"


def _further(book: Book) -> Iterator[dict[str, Any]]:
    """Audits of the documents after the first."""
    for run in book.runs:
        if run.notebook == "audit" and run.name != "audit":
            document = str(run.parameters["document"])
            yield {"run": name(run.name), "title": document[:1].upper() + document[1:], "document": named(document)}


def _absent(absent: Sequence[Absent]) -> Iterator[dict[str, str]]:
    """What is left out, one line for each reason."""
    for reason in dict.fromkeys(one.reason for one in absent):
        titles = [one.title.rstrip("?") for one in absent if one.reason == reason]
        yield {"titles": "; ".join(titles), "reason": reason}
