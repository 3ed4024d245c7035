"""Executed notebooks as pages of the book."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from countback.book.text import literal
from countback.files import as_json, write
from countback.project import Project
from countback.runs.make import EXECUTED
from countback.runs.plan import Planned
from countback.runs.results import Result

__all__ = ["publish"]


def publish(project: Project, run: Planned, page: Path | None = None) -> None:
    """Write a run's executed notebook as a page of the book.

    What differs from one run to the next is left out (time stamps, random ids, the output folder); the code folds
    away, figures get their alternative text, and the title is the run's. A run that does not apply to its trial gets a
    page that says why. A page that would not change is not touched.

    Parameters
    ----------
    project : Project
        Its results hold the run.
    run : Planned
    page : path, optional
        The notebook to write; the run's page of the book without one.
    """
    folder, page = project.run(run.name), page or project.page(run.name)
    if not (folder / EXECUTED).is_file():
        reason = Result.read(folder).not_applicable or "it has no executed notebook"
        write(page, as_json(_not_applicable(run.title, reason)))
        return
    notebook = json.loads((folder / EXECUTED).read_text(encoding="utf-8"))
    notebook["metadata"] = {k: notebook["metadata"][k] for k in ("kernelspec", "language_info")}
    notebook["cells"] = [_cell(i, cell, run.title) for i, cell in enumerate(notebook["cells"])]
    write(page, as_json(notebook))


def _cell(i: int, cell: dict[str, Any], title: str) -> dict[str, Any]:
    """A cell of an executed notebook as its page shows it."""
    tags = cell["metadata"].get("tags", [])
    cell["id"] = f"cell-{i}"
    cell["metadata"] = {"tags": [*tags, "remove-cell" if "parameters" in tags else "hide-input"]}
    if cell["cell_type"] == "markdown" and i == 0:
        cell["source"] = _retitled("".join(cell["source"]), title)
        cell["metadata"] = {}
    if "injected-parameters" in tags:
        lines = "".join(cell["source"]).splitlines()
        cell["source"] = "\n".join(line for line in lines if not line.startswith("output ="))
        cell["metadata"] = {"tags": tags}
    for output in cell.get("outputs", []):
        alt = output.get("metadata", {}).pop("alt", None)
        if alt:
            cell["metadata"]["mystnb"] = {"image": {"alt": alt}}
    return cell


def _retitled(markdown: str, title: str) -> str:
    """Put a run's title in place of its notebook's, as text."""
    _, _, rest = markdown.partition("\n")
    return f"# {literal(title)}\n{rest}"


def _not_applicable(title: str, reason: str) -> dict[str, Any]:
    """Page of a run that does not apply to its trial."""
    source = f"# {literal(title)}\n\n:::{{admonition}} Does not apply to this trial\n{literal(reason)}.\n:::"
    cell = {"cell_type": "markdown", "id": "cell-0", "metadata": {}, "source": source}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
